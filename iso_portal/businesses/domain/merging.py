"""Which parts of two profiles a person chooses between, and what comes out (casework B7)."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from iso_portal.businesses.domain.profiles import TextKind


class Pick(enum.StrEnum):
    """Whose answer stays for one part of the profile; the two stand left and right on the page."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


# Parts of a profile in the order in which the page compares them. What is worked out from others is not among them.
SINGLE = (
    "name language municipality address postal_code registration legal_form_xk legal_form_rs nui pib maticni_broj "
    "founded employees turnover women_led largest_band busy_until contact_name email phone website contact_hours contact_channel "
    "consent_suggest consent_public consent_donors discretion"
).split()
LISTS = "activities certifications export_markets languages offers seeks refused_projects refused_countries refused_sectors".split()
TEXTS = tuple(f"text_{kind.value}" for kind in TextKind)
# A check is one thing: its level, its day, and whether it has to be done again.
CHECK = "verification"
PARTS_TO_CHOOSE = (*SINGLE, *LISTS, *TEXTS, CHECK)
FOR_BOTH = frozenset((*LISTS, *TEXTS))
CONSENTS = ("consent_suggest", "consent_public", "consent_donors")


NOTHING: tuple[Any, ...] = (None, "", [], ())


def first_choice(part: str, left: Any, right: Any, *, stays: Pick = Pick.LEFT) -> Pick:
    """Return what the page proposes: nothing is lost, and no consent is widened unless a person says so.

    left, right: values as the page compares them; for the check (level, day as text). stays: the record that is
    proposed to stay, whose answer is taken where both have one.
    """
    other = Pick.RIGHT if stays is Pick.LEFT else Pick.LEFT
    mine, theirs = (left, right) if stays is Pick.LEFT else (right, left)
    if part in CONSENTS:
        return other if mine and not theirs else stays
    if part == "discretion":
        return other if theirs and not mine else stays
    if part == CHECK:
        return other if (theirs[1] or "") > (mine[1] or "") else stays
    if mine in NOTHING or theirs in NOTHING:
        return other if mine in NOTHING and theirs not in NOTHING else stays
    return Pick.BOTH if part in FOR_BOTH else stays


def joined_list(left: Iterable[str], right: Iterable[str]) -> list[str]:
    """Return both lists, each entry once, the left one's order first."""
    return list(dict.fromkeys([*left, *right]))


def joined_text(left: str, right: str, *, gap: str = "\n\n") -> str:
    """Return both texts one below the other; lines that both have stand once. gap: what stands between them."""
    if not left or not right or left == right:
        return left or right
    known = set(left.split("\n"))
    rest = "\n".join(line for line in right.split("\n") if not line.strip() or line not in known).strip("\n")
    return f"{left}{gap}{rest}" if rest.strip() else left


Text = Mapping[str, Any]  # kind, language, text, original, stale, written_at, written_by_id


def merged_texts(left: Sequence[Text], right: Sequence[Text], pick: Pick, *, language: str) -> list[dict[str, Any]]:
    """Return the texts of one kind after a merge, at most one a language and one of them the original.

    language: the one the merged firm writes in; its own words in another language stand beside the original.
    """
    if pick is Pick.LEFT or pick is Pick.RIGHT:
        rows = [dict(row) for row in (left if pick is Pick.LEFT else right)]
    else:
        rows = [dict(row) for row in left]
        by_language = {row["language"]: row for row in rows}
        for row in right:
            mine = by_language.get(row["language"])
            if mine is None:
                rows.append(dict(row))
            else:
                gap = "\n" if row["kind"] == TextKind.PRODUCTS else "\n\n"  # one line a product
                mine["text"] = joined_text(mine["text"], row["text"], gap=gap)
                mine["original"] = mine["original"] or row["original"]
    own = [row for row in rows if row["original"]]
    first = next((row for row in own if row["language"] == language), own[0] if own else None)
    for row in rows:
        row["original"] = row is first
    return rows
