"""Pages of balance."""

from iso_portal.balance.views import (
    assignment,
    confirmations,
    custody,
    declaration,
    gates,
    overview,
    policy,
    reviews,
    statements,
)
from iso_portal.balance.views.blueprint import bp

__all__ = [
    "assignment",
    "bp",
    "confirmations",
    "custody",
    "declaration",
    "gates",
    "overview",
    "policy",
    "reviews",
    "statements",
]
