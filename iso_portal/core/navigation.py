"""The main navigation and the tabs, named by endpoint, so that no feature has to know another one's pages.

A page below another belongs to the same entry: the entry is current when the address begins with its own.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_login import current_user

from iso_portal.core.access import Permission, may


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One link: its words, its address, and whether the reader is there."""

    label: str
    address: str
    current: bool


# In the order of the day's work; a person sees what they may open.
MAIN: tuple[tuple[LazyString, str, Permission], ...] = (
    (_l("Cases"), "cases.index", Permission.CASE_LIST),
    (_l("Businesses"), "businesses.index", Permission.BUSINESS_LIST),
    (_l("Letters"), "letters.index", Permission.LETTER_LIST),
    (_l("Balance"), "balance.overview", Permission.BALANCE_SEE),
    (_l("Reports"), "reports.index", Permission.REPORT_SEE),
    (_l("Data requests"), "privacy.index", Permission.PRIVACY_SEE),
    (_l("People"), "accounts.people", Permission.PERSON_LIST),
    (_l("Audit log"), "audit.index", Permission.AUDIT_SEE),
)

# What a stranger finds, in the order in which an investor asks.
PUBLIC_MAIN: tuple[tuple[LazyString, str], ...] = (
    (_l("Why here"), "guide.why"),
    (_l("Municipalities"), "guide.municipalities"),
    (_l("Sectors"), "guide.sectors"),
    (_l("Sites"), "directory.sites"),
    (_l("Firms"), "directory.index"),
    (_l("How we work"), "guide.how"),
)
PUBLIC_FOOT: tuple[tuple[LazyString, str], ...] = (
    (_l("Send an inquiry"), "intake.inquiry"),
    (_l("Follow my inquiry"), "intake.link"),
    (_l("For local firms"), "my_business.sign_in"),
    (_l("How firms are ranked"), "matches.model_card"),
    (_l("Statements on balance"), "balance.statements"),
    (_l("Privacy"), "guide.privacy"),
    (_l("Accessibility"), "guide.accessibility"),
)

HOME: tuple[tuple[str, Permission], ...] = (
    ("cases.index", Permission.CASE_LIST),
    ("reports.index", Permission.REPORT_SEE),
    ("accounts.people", Permission.PERSON_LIST),
    ("accounts.me", Permission.ACCOUNT_OWN),
)


def main_navigation() -> list[Entry]:
    """Return the links of the signed-in person; a stranger has none."""
    if not current_user.is_authenticated:
        return []
    return [
        _entry(str(label), url_for(endpoint)) for label, endpoint, permission in MAIN if _open(endpoint, permission)
    ]


def public_navigation() -> list[Entry]:
    """Return the links of the public pages."""
    return _known(PUBLIC_MAIN)


def foot_navigation() -> list[Entry]:
    """Return the links at the foot of every page."""
    return _known(PUBLIC_FOOT)


def _known(links: tuple[tuple[LazyString, str], ...]) -> list[Entry]:
    """Return the links whose pages exist; only the one with the longest fitting address is current."""
    known = current_app.view_functions
    entries = [_entry(str(label), url_for(endpoint)) for label, endpoint in links if endpoint in known]
    longest = max((len(entry.address) for entry in entries if entry.current), default=0)
    return [replace(entry, current=entry.current and len(entry.address) == longest) for entry in entries]


def case_tabs(case_id: uuid.UUID) -> list[Entry]:
    """Return the tabs of one case; their pages belong to three features."""
    tabs = [
        (_("Case"), "cases.show", Permission.CASE_LIST),
        (_("Suggestions"), "matches.of_case", Permission.MATCH_SEE),
        (_("Team"), "balance.assignment", Permission.TEAM_SEE),
    ]
    return [
        Entry(label=label, address=address, current=request.path == address)
        for label, endpoint, permission in tabs
        if _open(endpoint, permission)
        for address in (url_for(endpoint, case_id=case_id),)
    ]


def home() -> str:
    """Return the address where the signed-in person's work begins."""
    return next(url_for(endpoint) for endpoint, permission in HOME if _open(endpoint, permission))


def _open(endpoint: str, permission: Permission) -> bool:
    return endpoint in current_app.view_functions and may(current_user, permission)


def _entry(label: str, address: str) -> Entry:
    return Entry(label=label, address=address, current=request.path.startswith(address))
