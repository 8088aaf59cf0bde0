"""Reads of firms; each says what it loads and in what order."""

from iso_portal.businesses.queries.profiles import (
    Filters,
    alike_each,
    completeness_of,
    get,
    imports,
    listed,
    marks_of,
    of_ids,
    of_import,
    text_of,
    the_import,
)

__all__ = [
    "Filters",
    "alike_each",
    "completeness_of",
    "get",
    "imports",
    "listed",
    "marks_of",
    "of_ids",
    "of_import",
    "text_of",
    "the_import",
]
