"""The closed sets of a business profile."""

from __future__ import annotations

import enum

from iso_portal.vocabulary.domain import BANDS


class TextKind(enum.StrEnum):
    """What a text of a profile tells."""

    SUMMARY = "summary"
    DESCRIPTION = "description"
    PRODUCTS = "products"
    CAPACITY = "capacity"
    EQUIPMENT = "equipment"
    OFFERS = "offers"
    SEEKS = "seeks"


class Registration(enum.StrEnum):
    """Where a firm is registered; all are normal and none is called better (domain D17)."""

    XK = "XK"
    RS = "RS"
    BOTH = "both"
    IN_PROGRESS = "in_progress"
    NONE = "none"


class Verification(enum.StrEnum):
    """How far somebody of the office has checked the profile (casework B6)."""

    DECLARED = "declared"
    DOCUMENTS = "documents"
    VISITED = "visited"
    REGISTER = "register"


class Origin(enum.StrEnum):
    """Who brought a profile into the portal."""

    STAFF = "staff"
    SELF = "self"
    IMPORT = "import"


class SiteKind(enum.StrEnum):
    """What a firm offers to build in or on."""

    LAND = "land"
    HALL = "hall"
    OFFICE = "office"
    STORAGE = "storage"


class Tenure(enum.StrEnum):
    """On which terms a site can be had."""

    RENT = "rent"
    SALE = "sale"
    EITHER = "either"
    PARTNERSHIP = "partnership"


class Worth(enum.StrEnum):
    """What a list of firms can be narrowed to: how much their profiles were checked, or whether they wait."""

    CHECKED = "checked"
    FADED = "faded"
    RECHECK = "recheck"
    DECLARED = "declared"
    PENDING = "pending"


class PairState(enum.StrEnum):
    """What a person said about two firms that may be one."""

    OPEN = "open"
    DIFFERENT = "different"
    MERGED = "merged"


class Refusal(ValueError):
    """The office's rules do not allow this; the text says why in the reader's language."""


class Stale(Exception):
    """Somebody else wrote the same thing meanwhile; nothing is saved before a person has seen both."""


# Languages that a profile is offered in; Serbian stands once, since its other script is derived (domain D31).
TRANSLATED_INTO = ("en", "sq", "sr_latn", "de")
EVIDENCE_LENGTH = 2_000


# The wording of the consents; a new wording gets a new number, and what was agreed to keeps the old one.
CONSENT_WORDING = "2026-11"
# What a check of documents, a visit or a register confirms.
VERIFIED_FIELDS = frozenset(
    "name registration legal_form_xk legal_form_rs nui pib maticni_broj municipality address".split()
)
LINK_HOURS = 24
MOST_PICTURES = 12
# Investments that a firm can name as the largest it can take part in; "undecided" is an investor's answer only.
LARGEST_BANDS = BANDS[:-1]
# A firm is busy for a season, not for ever: a later day is a slip of the pen.
MOST_BUSY_DAYS = 2 * 365
# What a firm does not want to hear of, in the order of its profile; never on a public page.
WISHES = ("refused_projects", "refused_countries", "refused_sectors", "largest_band", "busy_until")
DESCRIPTION_LENGTH = 8_000
MOST_CODES = 8
FRESH_DAYS = 365

# What makes a profile complete, in the order in which adding it helps most.
PARTS = (
    "description",
    "products",
    "activities",
    "offers",
    "seeks",
    "capacity",
    "certifications",
    "contact",
    "languages",
    "consent",
)


def completeness(there: dict[str, bool]) -> tuple[int, list[str]]:
    """Return (percent, missing parts in the order of PARTS). there: whether each part is given."""
    missing = [part for part in PARTS if not there.get(part)]
    return round(100 * (len(PARTS) - len(missing)) / len(PARTS)), missing


# Columns that an import refuses in any spelling: nobody's community is recorded with a firm (balance P2).
REFUSED_COLUMNS = ("ethni", "etni", "komb", "nacional", "national", "community", "komunitet", "zajednica")


def is_refused_column(folded: str) -> bool:
    """Whether a column's folded name asks for a community."""
    return any(word in folded for word in REFUSED_COLUMNS)
