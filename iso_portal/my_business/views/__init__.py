"""The pages by which a firm comes in, and those that it holds then."""

from iso_portal.my_business.views import data, declaration, door, introductions, profile, sites
from iso_portal.my_business.views.blueprint import bp

__all__ = ["bp", "data", "declaration", "door", "introductions", "profile", "sites"]
