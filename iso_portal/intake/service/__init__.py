"""What is done with inquiries from outside: written page by page, taken once, followed."""

from iso_portal.intake.service.drafts import (
    DRAFT,
    add_files,
    begin,
    keep,
    remove_file,
    send_link,
    sent,
    sweep,
    token_of,
)
from iso_portal.intake.service.follow import add_files as add_files_to_case
from iso_portal.intake.service.follow import write
from iso_portal.intake.service.forgetting import forget_case
from iso_portal.intake.service.imports import alike_in_import, keep_import, undo_import
from iso_portal.intake.service.taking import OF_INQUIRY, Taken, acknowledge, send_new_link, take

__all__ = [
    "DRAFT",
    "OF_INQUIRY",
    "Taken",
    "acknowledge",
    "add_files",
    "add_files_to_case",
    "alike_in_import",
    "begin",
    "forget_case",
    "keep",
    "keep_import",
    "remove_file",
    "send_link",
    "send_new_link",
    "sent",
    "sweep",
    "take",
    "token_of",
    "undo_import",
    "write",
]
