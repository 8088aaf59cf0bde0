"""The vocabulary's entries as plain values, and the checks of identifiers (domain sections 3 to 9)."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field

from stdnum import iban, lei
from stdnum.rs import pib

NACE_REVISION = "2"


@dataclass(frozen=True, kw_only=True)
class Names:
    """One name in every language; Serbian is stored in Latin and Cyrillic alike, since the data hold both."""

    en: str
    sq: str
    sr_latn: str
    sr_cyrl: str
    de: str

    def in_language(self, language: str) -> str:
        """Return the name for a stored language code, English where there is none."""
        return getattr(self, language, "") or self.en


@dataclass(frozen=True, kw_only=True)
class Population:
    """One published count; counts of different kinds are shown side by side and never added (domain D10)."""

    year: int
    count: int
    kind: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """One of the seven. column and row: place on the tile map, west and north are 0; neutral: both names (domain D8)."""

    slug: str
    names: Names
    neutral: str
    postal_code: str
    column: int
    row: int
    aliases: tuple[str, ...]
    populations: tuple[Population, ...]


class NaceLevel(enum.IntEnum):
    """Section A, division 01, class 01.11; groups are not used."""

    SECTION = 1
    DIVISION = 2
    CLASS = 4


@dataclass(frozen=True, kw_only=True)
class NaceCode:
    """One code of the classification, with its revision (domain D23)."""

    code: str
    level: NaceLevel
    section: str
    names: Names
    revision: str = NACE_REVISION


@dataclass(frozen=True, kw_only=True)
class LegalForm:
    """A legal form of one register: XK, RS or * for any."""

    code: str
    register: str
    names: Names


@dataclass(frozen=True, kw_only=True)
class Institution:
    """A body that an investor meets. active: whether it still works; as_of: when that was looked up."""

    slug: str
    names: Names
    kind: str
    url: str | None
    active: bool
    source: str
    as_of: str


@dataclass(frozen=True, kw_only=True)
class InvestorFact:
    """A dated fact with its source; low confidence is not shown to the public (domain D19)."""

    key: str
    topic: str
    value: str
    as_of: str
    source: str
    confidence: str
    public: bool


@dataclass(frozen=True, kw_only=True)
class Community:
    """An answer of the voluntary declaration. applies_to: person, firm or both."""

    code: str
    names: Names
    applies_to: str


class Verdict(enum.StrEnum):
    """What a check says: refuse only what is surely wrong, warn otherwise and keep (domain D21)."""

    GOOD = "good"
    WARNED = "warned"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An identifier as it is stored, and the verdict with its reason: "shape" or "check_digit"."""

    value: str
    verdict: Verdict
    reason: str = field(default="")


SHAPES = {
    "XK_NUI": re.compile(r"[0-9]{9}"),
    "XK_BRN_OLD": re.compile(r"[0-9]{8}"),
    "XK_FISCAL": re.compile(r"[0-9]{9}"),
    "RS_PIB": re.compile(r"[0-9]{9}"),
    "RS_MB": re.compile(r"[0-9]{8}"),
    "XK_IBAN": re.compile(r"XK[0-9]{18}"),
    "LEI": re.compile(r"[A-Z0-9]{18}[0-9]{2}"),
    "POSTAL": re.compile(r"[0-9]{5}"),
}


def check_identifier(kind: str, typed: str) -> Checked:
    """Check an identifier as somebody typed it. kind: a key of SHAPES. Raises KeyError for another kind."""
    value = re.sub(r"[\s.\-/]", "", typed).upper()
    if not SHAPES[kind].fullmatch(value):
        return Checked(value=value, verdict=Verdict.REFUSED, reason="shape")
    refused = (
        (kind == "RS_PIB" and not pib.is_valid(value))
        or (kind == "XK_IBAN" and not iban.is_valid(value, check_country=False))
        or (kind == "LEI" and not lei.is_valid(value))
    )
    if refused:
        return Checked(value=value, verdict=Verdict.REFUSED, reason="check_digit")
    if kind == "RS_MB" and _mb_digit(value) != int(value[7]):
        return Checked(value=value, verdict=Verdict.WARNED, reason="check_digit")  # the rule is inferred: warn only
    return Checked(value=value, verdict=Verdict.GOOD)


def _mb_digit(value: str) -> int:
    total = sum(weight * int(digit) for weight, digit in zip((2, 7, 6, 5, 4, 3, 2), value[:7], strict=True))
    return (11 - total % 11) % 11


class InvestorKind(enum.StrEnum):
    """Who asks."""

    COMPANY = "company"
    FUND = "fund"
    DIASPORA = "diaspora"
    INDIVIDUAL = "individual"
    DONOR_DFI = "donor_dfi"
    BROKER = "broker"


class ProjectType(enum.StrEnum):
    """What kind of project an inquiry is about."""

    GREENFIELD = "greenfield"
    EXPANSION = "expansion"
    JOINT_VENTURE = "joint_venture"
    ACQUISITION = "acquisition"
    CONTRACT_SOURCING = "contract_sourcing"
    SERVICES_OUTSOURCING = "services_outsourcing"
    INFRASTRUCTURE = "infrastructure"


class Need(enum.StrEnum):
    """What an investor needs."""

    SITE = "site"
    BUILDING = "building"
    POWER = "power"
    WATER = "water"
    WORKFORCE = "workforce"
    PARTNER = "partner"
    FINANCE = "finance"
    PERMITS = "permits"
    LEGAL_TAX = "legal_tax"
    VISIT = "visit"


class Readiness(enum.StrEnum):
    """How far the decision is."""

    DECIDED = "decided"
    SHORTLISTING = "shortlisting"
    EXPLORING = "exploring"
    NOT_YET = "not_yet"


SIZES = ("1-9", "10-49", "50-249", "250+")
TURNOVERS = ("<50k", "50-250k", "250k-1m", "1-2m", "2-10m", ">10m")
BANDS = ("<100k", "100-500k", "0.5-1m", "1-5m", "5-10m", ">10m", "undecided")
TIMELINES = ("<6m", "6-12m", "1-2y", ">2y", "exploring")


class Offer(enum.StrEnum):
    """What a firm offers."""

    OWN_PRODUCTS = "own_products"
    CONTRACT_MANUFACTURING = "contract_manufacturing"
    RAW_MATERIAL = "raw_material"
    SERVICES = "services"
    WORKFORCE = "workforce"
    BUILDING_SPACE = "building_space"
    LAND = "land"
    LOGISTICS = "logistics"
    STORAGE = "storage"
    TRAINING_CAPACITY = "training_capacity"
    TOURISM_CAPACITY = "tourism_capacity"
    LOCAL_KNOWLEDGE = "local_knowledge"


class Seek(enum.StrEnum):
    """What a firm looks for."""

    BUYER = "buyer"
    SUPPLY_CONTRACT = "supply_contract"
    JOINT_VENTURE = "joint_venture"
    EQUITY = "equity"
    LOAN_GUARANTEE = "loan_guarantee"
    TECHNOLOGY = "technology"
    LICENCE = "licence"
    DISTRIBUTION = "distribution"
    TRAINING = "training"
