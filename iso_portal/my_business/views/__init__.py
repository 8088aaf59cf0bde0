"""The pages by which a firm comes in, and those that it holds then."""

from iso_portal.my_business.views import data, door, introductions, profile, sites
from iso_portal.my_business.views.blueprint import bp

__all__ = ["bp", "data", "door", "introductions", "profile", "sites"]
