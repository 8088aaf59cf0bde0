"""What the package is told of inquiries and firms: texts, codes and capabilities, nothing about people."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a profile. language: of the text, only for centring its vector; never a feature."""

    text: str
    language: str
    kind: str = "text"


@dataclass(frozen=True, kw_only=True)
class BusinessFacts:
    """A firm.

    key: any stable text; nace: declared classes, the main one first; implied: classes that
    its text speaks of with their chances, for a firm that declared none; size: employees, one of SIZES; sites: kinds of
    what it has to let or sell; power_kva: of its best site; vetoes: project types, countries (ISO 3166) and divisions or
    classes that it does not want to hear of; largest: investment that it can take part in, one of BANDS; busy_until:
    the day (ISO 8601) before which it wants no inquiry; freshness: 1 for a profile confirmed lately, 0 for one a year
    old or older; completeness: 0 to 1.
    """

    key: str
    lines: tuple[Line, ...]
    nace: tuple[str, ...] = ()
    implied: tuple[tuple[str, float], ...] = ()
    offers: frozenset[str] = field(default_factory=frozenset)
    seeks: frozenset[str] = field(default_factory=frozenset)
    certifications: tuple[str, ...] = ()
    export_markets: frozenset[str] = field(default_factory=frozenset)
    languages: frozenset[str] = field(default_factory=frozenset)
    municipality: str = ""
    size: str | None = None
    sites: frozenset[str] = field(default_factory=frozenset)
    power_kva: int | None = None
    vetoes: frozenset[str] = field(default_factory=frozenset)
    largest: str | None = None
    busy_until: str = ""
    freshness: float = 0.5
    completeness: float = 0.5


@dataclass(frozen=True, kw_only=True)
class InquiryFacts:
    """An inquiry.

    nace: divisions or classes, empty when the investor gave none; band: of the investment, one of BANDS; certifications:
    that it asks for, beside those that its text names; power_kva: that a site must have; languages: those they can work
    in; day: on which firms are ranked for it (ISO 8601), empty when it does not matter.
    """

    key: str
    text: str
    language: str = ""
    nace: tuple[str, ...] = ()
    project_type: str = ""
    needs: frozenset[str] = field(default_factory=frozenset)
    municipalities: frozenset[str] = field(default_factory=frozenset)
    band: str | None = None
    country: str = ""
    certifications: frozenset[str] = field(default_factory=frozenset)
    power_kva: int | None = None
    languages: frozenset[str] = field(default_factory=frozenset)
    day: str = ""


def spoken(language: str) -> str:
    """Return the language without script or region: sr_cyrl, srC and sr-Latn are sr."""
    small = language.lower()
    return "sr" if small.startswith("sr") else small[:2]


# Which offers and wishes of a firm answer which need, and which suit which kind of project: controlled terms of the
# inquiry form and the business profile.
ANSWERS: dict[str, frozenset[str]] = {
    "site": frozenset({"land"}),
    "building": frozenset({"building_space", "storage"}),
    "workforce": frozenset({"workforce", "training_capacity"}),
    "partner": frozenset({"own_products", "contract_manufacturing", "raw_material", "services", "local_knowledge"}),
}
SUITS: dict[str, frozenset[str]] = {
    "contract_sourcing": frozenset(
        {"buyer", "supply_contract", "contract_manufacturing", "own_products", "raw_material"}
    ),
    "joint_venture": frozenset({"joint_venture", "equity", "technology", "licence"}),
    "acquisition": frozenset({"equity", "joint_venture"}),
    "greenfield": frozenset({"supply_contract", "services", "building_space", "land", "workforce", "local_knowledge"}),
    "expansion": frozenset({"supply_contract", "services", "workforce", "building_space"}),
    "services_outsourcing": frozenset({"services", "supply_contract", "buyer", "workforce"}),
    "infrastructure": frozenset({"services", "land", "logistics", "joint_venture"}),
}
SIZES = ("1-9", "10-49", "50-249", "250+")
# The smallest size of firm that usually bears an investment of this band, as a place in SIZES.
BANDS = {"<100k": 0, "100-500k": 0, "0.5-1m": 1, "1-5m": 1, "5-10m": 2, ">10m": 2}
LARGER = {band: place for place, band in enumerate(BANDS)}
SITES = {"site": frozenset({"land"}), "building": frozenset({"hall", "office", "storage"})}
NUMBERED = re.compile(r"\b(?:EN\s+)?(EN|ISO|IATF|AS|BRCGS?|IEC)[ -]?(\d{3,5})\b", re.IGNORECASE)
NAMED = re.compile(
    r"\b(HACCP|GlobalG\.?A\.?P|FSC|PEFC|BRCGS?|IFS|Halal|Kosher|OEKO-TEX|GMP|CE|ISCC|Demeter)\b", re.IGNORECASE
)


def needs_met(inquiry: InquiryFacts, firm: BusinessFacts) -> tuple[list[str], list[str]]:
    """Return (met, unmet) needs; needs that no firm can answer, a permit say, are in neither."""
    answerable = sorted(need for need in inquiry.needs if need in ANSWERS)
    met = [need for need in answerable if ANSWERS[need] & firm.offers]
    return met, [need for need in answerable if need not in met]


def suits(inquiry: InquiryFacts, firm: BusinessFacts) -> bool:
    """Whether what the firm offers or seeks answers the kind of project."""
    return bool(SUITS.get(inquiry.project_type, frozenset()) & (firm.offers | firm.seeks))


def refuses(firm: BusinessFacts, inquiry: InquiryFacts) -> bool:
    """Whether a rule of the firm's own keeps it from the inquiry."""
    return refused_for(firm, inquiry) is not None


def refused_for(firm: BusinessFacts, inquiry: InquiryFacts) -> str | None:
    """Return the rule of the firm's own that keeps it from the inquiry, or None: hard rules, no features.

    project, country, sector: it does not want to hear of them; capacity: the investment is larger than the largest that
    it can take part in; busy: it wants no inquiry before a later day. What is not known refuses nothing.
    """
    if inquiry.project_type and inquiry.project_type in firm.vetoes:
        return "project"
    if inquiry.country and inquiry.country in firm.vetoes:
        return "country"
    if firm.vetoes and vetoed_codes(firm.vetoes, inquiry.nace):
        return "sector"
    if firm.largest in BANDS and inquiry.band in BANDS and LARGER[inquiry.band] > LARGER[firm.largest]:
        return "capacity"
    return "busy" if inquiry.day and inquiry.day < firm.busy_until else None


def vetoed_codes(vetoes: Iterable[str], codes: Iterable[str]) -> list[str]:
    """Return the codes among some vetoes that an inquiry's codes fall under, in order: 25 holds 25 and 25.11."""
    asked = [code.replace(".", "") for code in codes]
    short = {veto: veto.replace(".", "") for veto in vetoes}
    return sorted(
        veto for veto, code in short.items() if code.isdecimal() and any(one.startswith(code) for one in asked)
    )


def wished(inquiry: InquiryFacts, firm: BusinessFacts) -> float:
    """Return how far the firm would want the inquiry: half for what it seeks, the rest for size and language."""
    seeks = float(bool(SUITS.get(inquiry.project_type, frozenset()) & firm.seeks))
    common = float(bool(inquiry.languages & firm.languages))
    return 0.5 * seeks + 0.3 * capacity_fits(inquiry, firm) + 0.2 * common


def capacity_fits(inquiry: InquiryFacts, firm: BusinessFacts) -> float:
    """Return how well the firm's size bears the investment: 1 when large enough, less for each step too small, 0.5
    when either is unknown. Projects that need no partner of size are not judged."""
    if inquiry.band not in BANDS or firm.size not in SIZES:
        return 0.5
    missing = BANDS[inquiry.band] - SIZES.index(firm.size)
    return 1.0 if missing <= 0 else max(0.0, 1.0 - missing / 2)


def certifications_held(inquiry: InquiryFacts, firm: BusinessFacts) -> float:
    """Return the share of the certifications asked for that the firm holds, 0 when none is asked for."""
    asked = {mark for text in (*inquiry.certifications, inquiry.text) for mark in marks(text)}
    held = {mark for text in firm.certifications for mark in marks(text)}
    return len(asked & held) / len(asked) if asked else 0.0


@lru_cache(maxsize=4096)
def marks(text: str) -> frozenset[str]:
    """Return the standards that a text names, in one form: "EN ISO 3834-2" and "iso3834" are ISO 3834."""
    numbered = (f"{kind.upper()} {number}" for kind, number in NUMBERED.findall(text))
    return frozenset([*numbered, *(name.upper() for name in NAMED.findall(text))])


def site_fits(inquiry: InquiryFacts, firm: BusinessFacts) -> float:
    """Return how far the firm's sites answer what the inquiry needs: 0 when it needs none."""
    needed = [need for need in SITES if need in inquiry.needs]
    if not needed:
        return 0.0
    answered = sum(bool(SITES[need] & firm.sites) for need in needed) / len(needed)
    if inquiry.power_kva and (firm.power_kva or 0) < inquiry.power_kva:
        answered /= 2
    return answered


# Where each section of the classification begins, by division: from A, agriculture, to U, bodies abroad.
SECTIONS = (1, 5, 10, 35, 36, 41, 45, 49, 55, 58, 64, 68, 69, 77, 84, 85, 86, 90, 94, 97, 99)
# What agreement on a class, a group, a division and a section is worth.
CLASS, GROUP, DIVISION, SECTION = DEPTHS = (1.0, 0.85, 0.7, 0.1)


def shared_depth(wanted: Sequence[str], declared: Sequence[str]) -> float:
    """Return how deep the best pair of codes agrees: class, group, division or section, 0 for nothing; a main activity
    counts full, a side activity nine tenths."""
    best = 0.0
    for code in wanted:
        for place, own in enumerate(declared):
            best = max(best, _agreement(code, own) * (1.0 if place == 0 else 0.9))
    return best


def _agreement(one: str, other: str) -> float:
    """Return how deep two dotted codes, classes or divisions, agree."""
    if one == other:
        return CLASS if len(one) > 2 else DIVISION
    if one[:2] == other[:2]:
        return GROUP if len(one) > 2 and one[:4] == other[:4] else DIVISION
    return SECTION if _section(one) == _section(other) else 0.0


@lru_cache(maxsize=4096)
def _section(code: str) -> int:
    """Return the place of a code's section, 0 for what is no code."""
    return bisect_right(SECTIONS, int(code[:2])) if code[:2].isdecimal() else 0
