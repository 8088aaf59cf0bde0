"""The closed sets of a business profile."""

from __future__ import annotations

import enum


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
