"""Reads of firms; each says what it loads and in what order."""

from iso_portal.businesses.queries.imports import Marks, import_marks, known_by, worked_on_since
from iso_portal.businesses.queries.profiles import (
    Filters,
    alike_each,
    completeness_of,
    get,
    listed,
    marks_of,
    of_ids,
    of_import,
    text_of,
)
from iso_portal.businesses.queries.public import (
    PublicFilters,
    certifications_listed,
    count_listed,
    directory,
    listed_firm,
    public_ids,
    public_picture,
    public_sites,
)
from iso_portal.businesses.queries.sites import by_email, of_form_key, pictures_of, sign_in_link, site, sites_of

__all__ = [
    "Filters",
    "Marks",
    "PublicFilters",
    "alike_each",
    "by_email",
    "certifications_listed",
    "completeness_of",
    "count_listed",
    "directory",
    "get",
    "import_marks",
    "known_by",
    "listed",
    "listed_firm",
    "marks_of",
    "of_form_key",
    "of_ids",
    "of_import",
    "pictures_of",
    "public_ids",
    "public_picture",
    "public_sites",
    "sign_in_link",
    "site",
    "sites_of",
    "text_of",
    "worked_on_since",
]
