"""Pages of balance."""

from iso_portal.balance.views import assignment, declaration, overview
from iso_portal.balance.views.blueprint import bp

__all__ = ["assignment", "bp", "declaration", "overview"]
