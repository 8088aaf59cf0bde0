"""Facts and zones as plain values, when a fact may be out of date, and which sectors have substance here."""

from __future__ import annotations

import calendar
import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# Under so many inquiries a median or a share tells nothing, and might tell about one of them.
LEAST_INQUIRIES = 5
OUT_OF_DATE_MONTHS = 24
# Tiles of this row and below lie south of the river (domain D11).
RIVER_ROW = 3
AS_OF = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
# Pages that search engines may keep, by endpoint: those with one address, and those with one for each thing. Every
# other page says that it is not to be kept, so a secret address cannot become public by being forgotten here.
INDEXED = (
    "guide.start",
    "guide.why",
    "guide.municipalities",
    "guide.sectors",
    "directory.sites",
    "directory.index",
    "guide.how",
    "intake.inquiry",
    "my_business.register",
    "guide.privacy",
    "guide.accessibility",
)
INDEXED_EACH = ("guide.municipality", "guide.sector", "directory.show")
# A file names at most 50,000 addresses, and each page has one for each language.
PAGES_A_SITEMAP = 9_000


class Area(enum.StrEnum):
    """What a fact is about; the page has one part for each, in this order."""

    TAX = "tax"
    LABOUR = "labour"
    LAW = "law"
    TRADE = "trade"
    ENERGY = "energy"
    MONEY = "money"
    VISAS = "visas"
    ASSETS = "assets"


# The first part of a fact's key.
AREA_OF = {
    "tax": Area.TAX,
    "labour": Area.LABOUR,
    "law": Area.LAW,
    "trade": Area.TRADE,
    "energy": Area.ENERGY,
    "currency": Area.MONEY,
    "bank": Area.MONEY,
    "visa": Area.VISAS,
    "asset": Area.ASSETS,
    "north": Area.ASSETS,
}
SHOWN_CONFIDENCE = frozenset({"high", "medium"})


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A text of the data for one page. tag: the lang= of it when it is not the page's, because nobody translated it."""

    text: str
    tag: str = ""


@dataclass(frozen=True, kw_only=True)
class AsOf:
    """When something was true, as exactly as the source says: a year, a month or a day. first: the first day of it."""

    first: date
    precision: str

    def is_out_of_date(self, today: date) -> bool:
        """Whether 24 months have passed since the first day that is meant: warned rather early than late (D19)."""
        return today >= months_after(self.first, OUT_OF_DATE_MONTHS)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One dated fact in the reader's language."""

    key: str
    area: Area
    topic: Shown
    value: Shown
    as_of: AsOf
    source: Shown
    out_of_date: bool


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a public page lives: as it is (the reader's language is asked), and by the tag of each language."""

    plain: str
    by_tag: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A business zone. established: year; area_ha: hectares; None when not known. as_of: None when no source says it."""

    slug: str
    name: str
    municipality: str
    established: int | None
    area_ha: Decimal | None
    status: str
    note: Shown
    source: Shown
    as_of: AsOf | None
    out_of_date: bool


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """A crossing point. municipality: empty for one outside the region; gate: its number, empty when there is none."""

    slug: str
    name: str
    gate: str
    municipality: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Answers:
    """How fast the office answered. median_hours: working hours until the first answer; share: of one, in time.

    A value is None when it cannot be stated: fewer than LEAST_INQUIRIES stand behind it. answered, due: how many do.
    """

    answered: int
    median_hours: Decimal | None
    due: int
    share: Decimal | None


# Sectors with real substance here (domain D14): what it is, and the NACE divisions in which such firms are found.
THEMES: Mapping[str, tuple[str, ...]] = {
    "food": ("01", "10"),
    "mining": ("07", "09", "24", "25"),
    "materials": ("08", "23"),
    "textile": ("13", "14", "15"),
    "wood": ("16", "31"),
    "electrical": ("27",),
    "energy": ("35",),
    "recycling": ("38",),
    "logistics": ("49", "52"),
    "tourism": ("55", "56", "79"),
    "digital": ("62", "63", "82"),
    "training": ("85",),
}
# Which facts and which assets in words stand on a section's page (domain D15).
ASSETS_OF: Mapping[str, tuple[str, ...]] = {
    "A": ("orchards",),
    "B": ("trepca",),
    "D": ("asset.wind", "asset.lake"),
    "I": ("asset.lake",),
}


def address_of(base: str, path: str, tags: Sequence[str]) -> Address:
    """Return where a page lives. base: the portal's address without a slash at its end; path: begins with one."""
    return Address(plain=f"{base}{path}", by_tag={tag: f"{base}{path}?lang={tag}" for tag in tags})


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, its last day when it is shorter."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def as_of(text: str | None) -> AsOf | None:
    """Read "2024", "2024-03" or "2024-03-31"; None for anything else, since an undated number is not shown."""
    found = AS_OF.fullmatch(text or "")
    if found is None:
        return None
    year, month, day = found.groups()
    precision = "day" if day else "month" if month else "year"
    return AsOf(first=date(int(year), int(month or 1), int(day or 1)), precision=precision)


def median(values: list[Decimal]) -> Decimal:
    """Return the middle of the sorted values, the mean of the two middle ones. Raises ValueError for none."""
    if not values:
        raise ValueError("no values")
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def answers_of(hours: list[Decimal], *, in_time: int, due: int) -> Answers:
    """Return the figures, or that they cannot be stated. hours: until each first answer; due: answers that were due."""
    return Answers(
        answered=len(hours),
        median_hours=median(hours) if len(hours) >= LEAST_INQUIRIES else None,
        due=due,
        share=Decimal(in_time) / due if due >= LEAST_INQUIRIES else None,
    )
