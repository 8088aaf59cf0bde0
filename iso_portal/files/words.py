"""What a file's state says to people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.files.domain import FileState

STATES = {
    FileState.HELD: _l("being checked"),
    FileState.CLEAN: _l("checked"),
    FileState.REFUSED: _l("refused by the scanner"),
    FileState.RELEASED: _l("opened by a colleague"),
}
