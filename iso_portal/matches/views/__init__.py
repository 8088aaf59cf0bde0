"""Pages of matches."""

from iso_portal.matches.views import decisions, introductions, learning, suggestions
from iso_portal.matches.views.blueprint import bp

__all__ = ["bp", "decisions", "introductions", "learning", "suggestions"]
