"""Roles and desks in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.accounts.domain import Role, Wing

ROLE_WORDS = {
    Role.OFFICER: _l("Officer"),
    Role.LEAD_OFFICER: _l("Lead officer"),
    Role.MANAGER: _l("Co-manager"),
    Role.DATA_STEWARD: _l("Data steward"),
    Role.ADVISER: _l("Adviser"),
    Role.DONOR: _l("Donor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
WING_WORDS = {Wing.SQ: _l("Albanian-language desk"), Wing.SR: _l("Serbian-language desk")}


def role_word(role: Role) -> str:
    """Return the role in the reader's language."""
    return str(ROLE_WORDS[role])


def wing_word(wing: Wing | None) -> str:
    """Return the desk in the reader's language; empty for people of no desk."""
    return str(WING_WORDS[wing]) if wing else ""
