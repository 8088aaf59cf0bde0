"""Register a firm, send it links, let it in; and the door to its owners' declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service
from iso_portal.businesses.domain import Origin
from iso_portal.businesses.models import Business
from iso_portal.core import clock, links
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.scripts import name_key
from iso_portal.my_business.domain import Declarations

_declarations: list[Declarations] = []


def use_declarations(part: Declarations) -> None:
    """Take what the owners' declaration needs; balance stands apart, so app.py hands it."""
    _declarations[:] = [part]


def declarations() -> Declarations:
    """Return what app.py handed over."""
    return _declarations[0]


def register(values: Mapping[str, Any], *, form_key: str, language: Language) -> None:
    """Take a registration and send the link that confirms it; the same form sent twice counts once.

    values: of RegisterForm. language: of the page that asked. When the address belongs to this firm already, its owner gets a link to the profile that is
    kept, and nothing else changes: whoever typed the address learns nothing, and overwrites nothing.
    """
    for what in (form_key, values["email"].lower()):
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(what, 0))))
    if businesses.of_form_key(form_key) is not None:
        return
    known = [firm for firm in businesses.by_email(values["email"]) if _is_the_same(firm, values)]
    if known:
        business = known[0]
    else:
        business = service.create(values, by=None, origin=Origin.SELF, form_key=form_key, shown_in=language.value)
    service.send_sign_in_link(business)


def _is_the_same(firm: Business, values: Mapping[str, Any]) -> bool:
    """Whether a firm of this address is the one that registers: an owner may have two, one in each register."""
    same_number = any(
        values.get(name) and values[name] == getattr(firm, name) for name in ("nui", "pib", "maticni_broj")
    )
    return same_number or firm.name_key == name_key(values["name"])


def send_links(email: str) -> None:
    """Send a link to each firm of an address; to an address that nobody has, nothing goes."""
    for firm in businesses.by_email(email):
        service.send_sign_in_link(firm)


def is_good(token: str) -> bool:
    """Whether a link still opens something."""
    return businesses.sign_in_link(links.token_hash(token[:100]), now=clock.now()) is not None


def enter(token: str) -> Business | None:
    """Use a link up and return the firm that it opens; a registration is confirmed by it. None: it opens nothing."""
    row = businesses.sign_in_link(links.token_hash(token[:100]), now=clock.now(), to_use=True)
    if row is None:
        return None
    service.use_link(row)
    business = businesses.get(row.business_id)
    service.confirm(business)
    return business
