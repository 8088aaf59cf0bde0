"""What the package is told of inquiries and firms: texts, codes and capabilities, nothing about people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a profile. language: of the text, only for centring its vector; never a feature."""

    text: str
    language: str
    kind: str = "text"


@dataclass(frozen=True, kw_only=True)
class BusinessFacts:
    """A firm. key: any stable text; nace: declared classes, the main one first; completeness: 0 to 1."""

    key: str
    lines: tuple[Line, ...]
    nace: tuple[str, ...] = ()
    offers: frozenset[str] = field(default_factory=frozenset)
    seeks: frozenset[str] = field(default_factory=frozenset)
    certifications: tuple[str, ...] = ()
    export_markets: frozenset[str] = field(default_factory=frozenset)
    languages: frozenset[str] = field(default_factory=frozenset)
    municipality: str = ""
    size: str | None = None
    completeness: float = 0.5


@dataclass(frozen=True, kw_only=True)
class InquiryFacts:
    """An inquiry. nace: divisions or classes, empty when the investor gave none; languages: those they can work in."""

    key: str
    text: str
    language: str = ""
    nace: tuple[str, ...] = ()
    project_type: str = ""
    needs: frozenset[str] = field(default_factory=frozenset)
    municipalities: frozenset[str] = field(default_factory=frozenset)
    band: str | None = None
    country: str = ""
    languages: frozenset[str] = field(default_factory=frozenset)


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


def needs_met(inquiry: InquiryFacts, firm: BusinessFacts) -> tuple[list[str], list[str]]:
    """Return (met, unmet) needs; needs that no firm can answer, a permit say, are in neither."""
    answerable = sorted(need for need in inquiry.needs if need in ANSWERS)
    met = [need for need in answerable if ANSWERS[need] & firm.offers]
    return met, [need for need in answerable if need not in met]


def shared_depth(wanted: Sequence[str], declared: Sequence[str]) -> float:
    """Return how deep the best pair of codes agrees: class 1, division .7, nothing 0; a main activity counts full,
    a side activity nine tenths."""
    best = 0.0
    for code in wanted:
        for place, own in enumerate(declared):
            depth = 1.0 if code == own else 0.7 if code[:2] == own[:2] else 0.0
            best = max(best, depth * (1.0 if place == 0 else 0.9))
    return best
