"""What is done with firms: profiles, imports, sites, sign-in links, duplicates, checks, translations."""

from iso_portal.businesses.service.imports import (
    COLUMNS,
    LARGEST_FILE,
    MOST_ROWS,
    Row,
    keep_import,
    read_file,
    read_rows,
    undo_import,
)
from iso_portal.businesses.service.profiles import change, create, values_of

__all__ = [
    "COLUMNS",
    "LARGEST_FILE",
    "MOST_ROWS",
    "Row",
    "change",
    "create",
    "keep_import",
    "read_file",
    "read_rows",
    "undo_import",
    "values_of",
]
