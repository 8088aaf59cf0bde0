"""The pages of cases: the list, one case, what is done on it, its files."""

from iso_portal.cases.views import files, pages, work
from iso_portal.cases.views.blueprint import bp

__all__ = ["bp", "files", "pages", "work"]
