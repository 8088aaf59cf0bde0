"""What a file's state says to people."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.core.formats import date_time, number
from iso_portal.files.domain import FORGOTTEN, FileState
from iso_portal.files.models import StoredFile

STATES = {
    FileState.HELD: _l("being checked"),
    FileState.CLEAN: _l("checked"),
    FileState.REFUSED: _l("refused by the scanner"),
    FileState.RELEASED: _l("opened by a colleague"),
}
TONES = {FileState.HELD: "due", FileState.CLEAN: "good", FileState.REFUSED: "late", FileState.RELEASED: "plain"}
KILO = 1024


def state(file: StoredFile) -> str:
    """Return where a file stands; one whose content was erased says so."""
    return _("erased") if file.scanned_with == FORGOTTEN else str(STATES[file.state])


def tone(file: StoredFile) -> str:
    """Return how loudly the page says where a file stands."""
    return "plain" if file.scanned_with == FORGOTTEN else TONES[file.state]


def why_held(file: StoredFile, *, scanner: bool) -> str:
    """Return for staff why a file waits. scanner: whether one is set up."""
    if not scanner:
        return _("No scanner is set up, so nobody has checked this file.")
    if file.scanned_at is not None:
        return _(
            "The scanner did not answer (%(time)s). The portal asks it again every 15 minutes.",
            time=date_time(file.scanned_at),
        )
    return _("The scanner is being asked; this takes a few minutes.")


def size(file: StoredFile) -> str:
    """Return a file's size in KB or MB, in the reader's format."""
    if file.size >= KILO * KILO:
        return f"{number(round(file.size / KILO / KILO, 1))} MB"
    return f"{number(max(1, round(file.size / KILO)) if file.size else 0)} KB"
