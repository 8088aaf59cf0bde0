"""The pages of businesses, for staff."""

from iso_portal.businesses.views import checks, duplicates, imports, profiles, sites, translations
from iso_portal.businesses.views.blueprint import bp

__all__ = ["bp", "checks", "duplicates", "imports", "profiles", "sites", "translations"]
