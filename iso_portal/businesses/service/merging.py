"""Make two records one firm without losing a word, and undo it (casework B7).

The record that goes stays as a row with all its texts: inactive, and pointing at the one that is kept. What belongs to
the firm and not to the record moves with it: sites, photos, checks, decisions, introductions, requests about data. What
can never be changed (entries of a case) or tells what once was shown (lists of suggestions) stays where it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries
from iso_portal.businesses.domain import (
    CHECK,
    CONSENTS,
    LISTS,
    SINGLE,
    VERIFIED_FIELDS,
    PairState,
    Pick,
    Refusal,
    Stale,
    TextKind,
    Verification,
    joined_list,
    merged_texts,
)
from iso_portal.businesses.models import Business, DuplicatePair, Merge
from iso_portal.businesses.service.duplicates import set_apart
from iso_portal.businesses.service.profiles import read_anew, refold
from iso_portal.businesses.service.snapshots import (
    COLUMNS,
    DERIVED,
    Profile,
    columns_of,
    parts_of,
    read,
    set_activities,
    set_texts,
    snapshot,
)
from iso_portal.core import clock
from iso_portal.core.db import Base, db
from iso_portal.core.scripts import name_key, sort_key

# Every table that points at a firm stands in one of these two; a test holds it.
MOVES = (
    "business_pictures",
    "business_sites",
    "business_verifications",
    "data_requests",
    "introductions",
    "match_decisions",
)
STAYS = (
    "added_firms",  # beside a list as it was shown
    "asking_limits",  # what the firm that stays said counts
    "business_activities",  # the profile itself
    "business_links",  # a link that was sent to one address opens no other record
    "business_merges",
    "business_pairs",
    "business_texts",  # the profile itself
    "business_runs",  # found anew from the profile
    "businesses",
    "entries",  # nothing that happened is ever rewritten
    "match_lines",  # read anew from the profile
    "match_profiles",  # when it was read
    "suggestions",  # a list as it was shown
)


def merge(
    pair: DuplicatePair, picks: Mapping[str, Pick], *, keep: Pick, by: Person, seen: tuple[int, int] | None = None
) -> Merge:
    """Make one firm of a pair. keep: whose record stays; picks: whose answer, for each part (left is pair.one).

    seen: the versions of both records that the person compared. Raises Stale when one is another by now, Refusal when
    one of the two is gone already.
    """
    left, right = queries.locked(pair.one_id, pair.other_id)
    if seen is not None and seen != (left.version, right.version):
        raise Stale
    if left.merged_into_id or right.merged_into_id or pair.state is PairState.MERGED:
        raise Refusal(_("One of the two was merged meanwhile."))
    kept, gone = (left, right) if keep is Pick.LEFT else (right, left)
    row = Merge(
        kept_id=kept.id,
        gone_id=gone.id,
        at=clock.now(),
        by_id=by.id,
        kept_before=snapshot(kept),
        gone_before=snapshot(gone),
        chosen={},
        pair_id=pair.id,
    )
    db.session.add(row)
    sides = {Pick.LEFT: snapshot(left), Pick.RIGHT: snapshot(right)}
    _take(kept, sides, picks)
    gone.active, gone.merged_into_id = False, kept.id
    db.session.flush()
    row.chosen = {
        "picks": {part: picks[part].value for part in picks},
        "keep": keep.value,
        "after": snapshot(kept),
        "moved": _move(gone.id, kept.id),
    }
    pair.state, pair.decided_at, pair.decided_by_id = PairState.MERGED, clock.now(), by.id
    audit.record(
        verb="business.merge",
        by=by,
        subject=kept,
        details={"gone": str(gone.id), "name": gone.name, "merge": str(row.id)},
    )
    _read_both_anew(kept, gone)
    return row


def _read_both_anew(kept: Business, other: Business) -> None:
    """Have suggestions and duplicates read both records again."""
    for business in (kept, other):
        read_anew(business)


def _take(kept: Business, sides: Mapping[Pick, Profile], picks: Mapping[str, Pick]) -> None:
    """Give the kept record the chosen answers."""
    left, right = sides[Pick.LEFT], sides[Pick.RIGHT]
    columns = {pick: side["columns"] for pick, side in sides.items()}
    for part in SINGLE:
        setattr(kept, part, read(COLUMNS[part], columns[_one(picks, part)][part]))
    for part in LISTS:
        if part != "activities":
            pick = picks.get(part, Pick.BOTH)
            both = joined_list(left["columns"][part], right["columns"][part])
            setattr(kept, part, both if pick is Pick.BOTH else list(columns[pick][part]))
    set_activities(kept, _activities(left, right, picks.get("activities", Pick.BOTH)))
    texts: list[Profile] = []
    for kind in TextKind:
        mine, theirs = ([text for text in side["texts"] if text["kind"] == kind.value] for side in (left, right))
        texts += merged_texts(mine, theirs, picks.get(f"text_{kind.value}", Pick.BOTH), language=kept.language)
    set_texts(kept, texts)
    said = {pick: side["consents"] for pick, side in columns.items()}
    purposes = {part: part.removeprefix("consent_") for part in CONSENTS}
    kept.consents = {
        purpose: said[_one(picks, part)][purpose]
        for part, purpose in purposes.items()
        if purpose in said[_one(picks, part)]
    }
    _take_check(kept, columns[_one(picks, CHECK)])
    _work_out(kept)


def _one(picks: Mapping[str, Pick], part: str) -> Pick:
    return Pick.RIGHT if picks.get(part) is Pick.RIGHT else Pick.LEFT


def _activities(left: Profile, right: Profile, pick: Pick) -> list[Profile]:
    if pick is not Pick.BOTH:
        return list((left if pick is Pick.LEFT else right)["activities"])
    rows = {(row["revision"], row["code"]): row for row in [*right["activities"], *left["activities"]]}
    order = joined_list(
        [f"{row['revision']}:{row['code']}" for row in left["activities"]],
        [f"{row['revision']}:{row['code']}" for row in right["activities"]],
    )
    return [rows[tuple(key.split(":"))] for key in order]  # type: ignore[index]  # two parts, as written above


def _take_check(kept: Business, checked: Mapping[str, Any]) -> None:
    """Take over a check; a checked field that comes from elsewhere asks for a new one."""
    kept.verification = Verification(checked["verification"])
    kept.verified_on = read(COLUMNS["verified_on"], checked["verified_on"])
    differs = any(read(COLUMNS[name], checked[name]) != getattr(kept, name) for name in VERIFIED_FIELDS)
    kept.recheck = bool(checked["recheck"]) or (kept.verification is not Verification.DECLARED and differs)


def _work_out(business: Business) -> None:
    """Write down anew what is worked out from a profile."""
    business.updated_at = clock.now()
    business.name_key = name_key(business.name)
    business.phone_key = "".join(letter for letter in business.phone if letter.isdecimal())
    business.sort_sq, business.sort_sr = sort_key(business.name, "sq"), sort_key(business.name, "sr_latn")
    refold(business)


def _move(source: uuid.UUID, target: uuid.UUID) -> dict[str, list[str]]:
    """Give what belongs to one firm to another; returns the keys by table.

    A row that the other firm has already (both were asked on one case) stays, and is read with the old record.
    """
    moved: dict[str, list[str]] = {}
    for name in MOVES:
        table = Base.metadata.tables[name]
        keys = db.session.scalars(sa.select(table.c.id).where(table.c.business_id == source).order_by(table.c.id)).all()
        moved[name] = [str(key) for key in keys if _give(table, key, source, target)]
    db.session.expire_all()
    return moved


def _give(table: sa.Table, key: uuid.UUID, source: uuid.UUID, target: uuid.UUID) -> bool:
    """Move one row from firm to firm; whether it moved. A row that two people may edit gets a new version."""
    values: dict[str, Any] = {"business_id": target}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    change = sa.update(table).where(table.c.id == key, table.c.business_id == source).values(values)
    try:
        with db.session.begin_nested():
            return bool(db.session.execute(change.returning(table.c.id)).all())
    except IntegrityError:
        return False


def edits_since(row: Merge, kept: Business) -> list[str]:
    """Return the parts of the kept firm that somebody changed after the merge."""
    after, now = parts_of(row.chosen["after"]), parts_of(snapshot(kept))
    return [part for part in after if now[part] != after[part]]


def unmerge(row: Merge, *, by: Person) -> list[str]:
    """Make two firms of one again; returns the parts that stay as somebody edited them after the merge.

    Whatever nobody touched is as it was before. Raises Refusal when it was undone already or a later merge stands in
    the way: merges are undone from the last one back.
    """
    kept, gone = queries.locked(row.kept_id, row.gone_id)
    if not row.kept_before:
        raise Refusal(_("The words of these records were erased."))
    newest = queries.merges_into(kept.id)
    if row.undone_at is not None or gone.merged_into_id != kept.id:
        raise Refusal(_("This merge was undone already."))
    if kept.merged_into_id is not None or newest[0].id != row.id:
        raise Refusal(_("A later merge has to be undone first."))
    edited = edits_since(row, kept)
    _give_back(kept, row, edited)
    gone.merged_into_id = None
    gone.active = bool(row.gone_before["columns"]["active"])
    db.session.flush()
    for name, keys in row.chosen["moved"].items():
        for key in keys:
            _give(Base.metadata.tables[name], uuid.UUID(key), kept.id, gone.id)
    db.session.expire_all()
    row.undone_at, row.undone_by_id = clock.now(), by.id
    kept, gone = queries.locked(row.kept_id, row.gone_id)
    if row.pair_id is not None and (pair := db.session.get(DuplicatePair, row.pair_id)) is not None:
        set_apart(pair, kept, gone, by=by)
    details = {"gone": str(gone.id), "merge": str(row.id), "kept_edits": ", ".join(edited)}
    audit.record(verb="business.unmerge", by=by, subject=kept, details=details)
    _read_both_anew(kept, gone)
    return edited


def _give_back(kept: Business, row: Merge, edited: list[str]) -> None:
    """Give the kept record its own answers back, but for the parts that somebody edited since."""
    before, after = row.kept_before, row.chosen["after"]
    now = snapshot(kept)
    old, merged = columns_of(before), columns_of(after)
    together = {"verification": CHECK, "verified_on": CHECK, "recheck": CHECK}
    for name, column in COLUMNS.items():
        if name in DERIVED or together.get(name, name) in edited:
            continue
        if now["columns"][name] == merged[name]:
            setattr(kept, name, read(column, old[name]))
    if "activities" not in edited:
        set_activities(kept, before["activities"])
    stay = {kind.value for kind in TextKind if f"text_{kind.value}" in edited}
    set_texts(
        kept,
        [text for text in now["texts"] if text["kind"] in stay]
        + [text for text in before["texts"] if text["kind"] not in stay],
    )
    if edited:
        _work_out(kept)
    else:
        for name in DERIVED:
            setattr(kept, name, read(COLUMNS[name], old[name]))
