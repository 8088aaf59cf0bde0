"""Reads of the vocabulary; the files are read once and the answers are in the reader's language."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from flask_babel import lazy_gettext as _l

from iso_portal.core.i18n import Language, current_language
from iso_portal.core.scripts import fold, sort_key
from iso_portal.vocabulary.domain import (
    BANDS,
    SIZES,
    TIMELINES,
    TURNOVERS,
    Community,
    Institution,
    InvestorFact,
    LegalForm,
    Municipality,
    NaceCode,
    NaceLevel,
    Names,
    Population,
)

DATA = Path(__file__).parent / "data"
# Two-letter codes of CLDR that are no country or territory of their own (domain D26).
NOT_TERRITORIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def _names(row: Mapping[str, Any]) -> Names:
    return Names(**{key: row.get(key) or "" for key in ("en", "sq", "sr_latn", "sr_cyrl", "de")})


@cache
def municipalities() -> dict[str, Municipality]:
    """Return the seven municipalities by slug."""
    return {
        row["slug"]: Municipality(
            slug=row["slug"],
            names=_names(row),
            neutral=row["neutral_label"],
            postal_code=row["postal"],
            column=row["tile"]["col"],
            row=row["tile"]["row"],
            aliases=tuple(alias for group in row["search_aliases"].values() for alias in group)
            + tuple(row["never_display"]),
            populations=tuple(Population(**count) for count in row["populations"]),
        )
        for row in _rows("municipalities")
    }


def place_name(slug: str | None, language: str) -> str:
    """Return a municipality's name: in sq and sr that language's name alone, else the neutral pair (domain D8)."""
    place = municipalities().get(slug or "")
    if place is None:
        return slug or ""
    return place.names.in_language(language) if language in {"sq", "sr_latn", "sr_cyrl"} else place.neutral


def find_places(text: str) -> list[str]:
    """Return the slugs of municipalities that a text may mean, in any script and without diacritics."""
    wanted = fold(text)
    return [
        place.slug
        for place in municipalities().values()
        if wanted
        and any(wanted in fold(name) for name in (*vars(place.names).values(), place.neutral, *place.aliases) if name)
    ]


def places(language: str) -> list[tuple[str, str]]:
    """Return (slug, name) of the municipalities, sorted as the reader's language sorts."""
    named = [(slug, place_name(slug, language)) for slug in municipalities()]
    return sorted(named, key=lambda pair: (sort_key(pair[1], language), pair[0]))


@cache
def nace() -> dict[str, NaceCode]:
    """Return all codes of NACE Rev. 2 by code: A, 01, 01.11."""
    with open(DATA / "nace_rev2.csv", encoding="utf-8", newline="") as file:
        return {
            row["code"]: NaceCode(
                code=row["code"], level=NaceLevel(int(row["level"])), section=row["section"], names=_names(row)
            )
            for row in csv.DictReader(file)
        }


def of_level(level: NaceLevel) -> list[NaceCode]:
    """Return the codes of one level in the classification's own order."""
    return [code for code in nace().values() if code.level == level]


def nace_label(code: str, language: str) -> str:
    """Return a code's name; an unknown code stands for itself."""
    known = nace().get(code)
    return known.names.in_language(language) if known else code


def section_of(code: str) -> str:
    """Return the section letter of a code. Raises KeyError for an unknown one."""
    return nace()[code].section


def divisions_of(section: str) -> list[NaceCode]:
    """Return a section's divisions in order."""
    return [code for code in of_level(NaceLevel.DIVISION) if code.section == section]


@cache
def _folded_labels() -> list[tuple[str, str]]:
    return [(fold(" ".join(v for v in vars(code.names).values() if v)), code.code) for code in nace().values()]


def search_nace(text: str, *, limit: int = 20) -> list[NaceCode]:
    """Find codes by words in any language and script, or by number with or without the dot and leading zero (D24)."""
    digits = re.sub(r"[.\s]", "", text)
    if digits.isdecimal():
        shapes = {digits, digits.zfill(4), digits.zfill(2)}
        found = [code for code in nace().values() if code.code.replace(".", "") in shapes]
        found += [c for c in nace().values() if c.code.replace(".", "").startswith(digits) and c not in found]
        return found[:limit]
    words = fold(text).split()
    if not words:
        return []
    return [nace()[code] for label, code in _folded_labels() if all(word in label for word in words)][:limit]


def country_name(code: str, language: str) -> str:
    """Return a country's or territory's name from CLDR; an unknown code stands for itself (domain D26)."""
    return str(Locale.parse(Language(language).locale).territories.get(code, code))


@cache
def countries(language: str) -> list[tuple[str, str]]:
    """Return (code, name) of all countries and territories, XK among them, sorted as the reader's language sorts."""
    territories = Locale.parse(Language(language).locale).territories
    named = [(code, name) for code, name in territories.items() if re.fullmatch(r"[A-Z]{2}", code)]
    kept = [pair for pair in named if pair[0] not in NOT_TERRITORIES]
    return sorted(kept, key=lambda pair: (sort_key(pair[1], language), pair[0]))


@cache
def legal_forms() -> dict[str, LegalForm]:
    """Return the legal forms by code."""
    return {
        row["code"]: LegalForm(code=row["code"], register=row["register"], names=_names(row))
        for row in _rows("legal_forms")
    }


def legal_forms_of(register: str, language: str) -> list[tuple[str, str]]:
    """Return (code, name) of a register's legal forms, "XK" or "RS", by name."""
    forms = [(f.code, f.names.in_language(language)) for f in legal_forms().values() if f.register in {register, "*"}]
    return sorted(forms, key=lambda pair: (sort_key(pair[1], language), pair[0]))


@cache
def institutions() -> tuple[Institution, ...]:
    """Return the institutions that an investor meets, by slug."""
    rows = sorted(_rows("institutions"), key=lambda row: str(row["slug"]))
    return tuple(
        Institution(
            slug=row["slug"],
            names=_names(row),
            kind=row["kind"],
            url=row["url"],
            active=row["active"],
            source=row["source"],
            as_of=row["as_of"],
        )
        for row in rows
    )


@cache
def investor_facts() -> tuple[InvestorFact, ...]:
    """Return the dated facts; what the public may see says `public`."""
    names = ("key", "topic", "value", "as_of", "source", "confidence", "public")
    return tuple(InvestorFact(**{name: row[name] for name in names}) for row in _rows("investor_facts"))


@cache
def communities() -> tuple[Community, ...]:
    """Return the answers of the voluntary declaration, for the balance feature alone."""
    return tuple(
        Community(code=row["code"], names=_names(row), applies_to=row["applies_to"]) for row in _rows("communities")
    )


# Words for the codes of forms, in the order in which they are offered.
LABELS: dict[str, dict[str, Any]] = {
    "investor_kind": {
        "company": _l("Company"),
        "fund": _l("Investment fund"),
        "diaspora": _l("Diaspora investor"),
        "individual": _l("Individual"),
        "donor_dfi": _l("Development financier"),
        "broker": _l("Broker or adviser"),
    },
    "project_type": {
        "greenfield": _l("New facility"),
        "expansion": _l("Expansion"),
        "joint_venture": _l("Joint venture"),
        "acquisition": _l("Acquisition or stake"),
        "contract_sourcing": _l("Contract manufacturing or sourcing"),
        "services_outsourcing": _l("Services"),
        "infrastructure": _l("Infrastructure"),
    },
    "band": {
        "<100k": _l("below EUR 100,000"),
        "100-500k": _l("EUR 100,000 to 500,000"),
        "0.5-1m": _l("EUR 500,000 to 1 million"),
        "1-5m": _l("EUR 1 to 5 million"),
        "5-10m": _l("EUR 5 to 10 million"),
        ">10m": _l("over EUR 10 million"),
        "undecided": _l("not decided yet"),
    },
    "timeline": {
        "<6m": _l("within 6 months"),
        "6-12m": _l("in 6 to 12 months"),
        "1-2y": _l("in 1 to 2 years"),
        ">2y": _l("later than 2 years"),
        "exploring": _l("only exploring"),
    },
    "readiness": {
        "decided": _l("The decision is made"),
        "shortlisting": _l("Comparing a few places"),
        "exploring": _l("Exploring"),
        "not_yet": _l("Not yet"),
    },
    "need": {
        "site": _l("Site or land"),
        "building": _l("Building or hall"),
        "power": _l("Electric power"),
        "water": _l("Water"),
        "workforce": _l("Workforce"),
        "partner": _l("Local partner or supplier"),
        "finance": _l("Finance"),
        "permits": _l("Permits"),
        "legal_tax": _l("Legal or tax information"),
        "visit": _l("Visit"),
    },
    "size": dict(zip(SIZES, (_l("1 to 9"), _l("10 to 49"), _l("50 to 249"), _l("250 and more")), strict=True)),
    "turnover": dict(
        zip(
            TURNOVERS,
            (
                _l("below EUR 50,000"),
                _l("EUR 50,000 to 250,000"),
                _l("EUR 250,000 to 1 million"),
                _l("EUR 1 to 2 million"),
                _l("EUR 2 to 10 million"),
                _l("over EUR 10 million"),
            ),
            strict=True,
        )
    ),
    "offer": {
        "own_products": _l("Own products"),
        "contract_manufacturing": _l("Contract manufacturing"),
        "raw_material": _l("Raw material"),
        "services": _l("Services"),
        "workforce": _l("Workforce"),
        "building_space": _l("Building space"),
        "land": _l("Land"),
        "logistics": _l("Logistics"),
        "storage": _l("Storage"),
        "training_capacity": _l("Training capacity"),
        "tourism_capacity": _l("Tourism capacity"),
        "local_knowledge": _l("Local knowledge"),
    },
    "seek": {
        "buyer": _l("Buyers"),
        "supply_contract": _l("Supply contracts"),
        "joint_venture": _l("Joint venture"),
        "equity": _l("Equity"),
        "loan_guarantee": _l("Loan or guarantee"),
        "technology": _l("Technology"),
        "licence": _l("Licence"),
        "distribution": _l("Distribution"),
        "training": _l("Training"),
    },
    "language": {
        "sq": _l("Albanian"),
        "sr": _l("Serbian"),
        "en": _l("English"),
        "de": _l("German"),
        "fr": _l("French"),
        "it": _l("Italian"),
        "tr": _l("Turkish"),
    },
}
assert tuple(LABELS["band"]) == BANDS
assert tuple(LABELS["timeline"]) == TIMELINES


def labels(kind: str) -> list[tuple[str, Any]]:
    """Return (code, words) of one list of answers. Raises KeyError for an unknown list."""
    return list(LABELS[kind].items())


def label(kind: str, code: str | None) -> str:
    """Return the words of one code; an unknown code stands for itself, no code is empty."""
    return str(LABELS[kind].get(code or "", code or ""))


def label_all(kind: str, codes: Iterable[str]) -> list[str]:
    """Return the words of several codes in their given order."""
    return [label(kind, code) for code in codes]


def nace_labels(codes: Iterable[str]) -> list[str]:
    """Return the names of several codes in the language of the page."""
    return [nace_label(code, current_language()) for code in codes]


def place_names(slugs: Iterable[str]) -> list[str]:
    """Return the names of several municipalities in the language of the page."""
    return [place_name(slug, current_language()) for slug in slugs]
