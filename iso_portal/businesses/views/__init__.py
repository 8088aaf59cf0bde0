"""The pages of businesses, for staff."""

from iso_portal.businesses.views import imports, profiles
from iso_portal.businesses.views.blueprint import bp

__all__ = ["bp", "imports", "profiles"]
