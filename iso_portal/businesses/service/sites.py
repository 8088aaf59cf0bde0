"""Sites and photos of firms, and the one-time links by which a firm comes to its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries
from iso_portal.businesses.domain import LINK_HOURS, MOST_PICTURES, Refusal, SiteKind, Tenure
from iso_portal.businesses.models import Business, Picture, SignInLink, Site
from iso_portal.core import clock, links
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.files import service as files
from iso_portal.letters import service as letters

SIGN_IN = "business"
ADDRESS = "/my-business/in/"  # of the page that a link opens; a letter is written where no page is known
SITE_FIELDS = "municipality name text address area_m2 power_kva water access_road available_from active".split()


def keep_site(business: Business, values: Mapping[str, Any], *, site: Site | None = None, by: Person | None) -> Site:
    """Keep a site of a firm, new or changed. values: of SiteForm. by: None for the firm itself."""
    if site is None:
        site = Site(
            business_id=business.id,
            kind=SiteKind(values["kind"]),
            tenure=Tenure(values["tenure"]),
            municipality=values["municipality"],
            name=values["name"],
            language=business.language,
        )
        db.session.add(site)
    site.kind, site.tenure, site.language = SiteKind(values["kind"]), Tenure(values["tenure"]), business.language
    for name in SITE_FIELDS:
        if name in values:
            value = values[name]
            setattr(site, name, (value or "") if name in {"text", "address"} else value)
    db.session.flush()
    audit.record(verb="business.site", by=by, subject=business, details={"site": str(site.id)})
    return site


def values_of_site(site: Site) -> dict[str, Any]:
    """Return a site as the form shows it."""
    values = {name: getattr(site, name) for name in SITE_FIELDS}
    return values | {"kind": site.kind.value, "tenure": site.tenure.value}


def remove_site(business: Business, site: Site, *, by: Person | None) -> None:
    """Take a site away for good, with its photos."""
    if site.business_id != business.id:
        return
    for picture in list(site.pictures):
        remove_picture(business, picture, by=by)
    audit.record(verb="business.remove_site", by=by, subject=business, details={"site": str(site.id)})
    db.session.delete(site)
    db.session.flush()


def add_picture(
    business: Business, content: bytes, name: str, *, says: str, by: Person | None, site: Site | None = None
) -> Picture:
    """Keep a photo; `says` tells what is seen. Raises files' NotTaken, and Refusal when there are too many."""
    known = queries.pictures_of(business.id)
    if len(known) >= MOST_PICTURES:
        raise Refusal(_("At most %(most)s photos.", most=MOST_PICTURES))
    stored = files.keep_picture(content, name)
    row = Picture(
        business_id=business.id,
        file_id=stored.id,
        says=says,
        language=business.language,
        site_id=site.id if site else None,
        position=len(known),
    )
    db.session.add(row)
    audit.record(verb="business.picture", by=by, subject=business, details={"file": str(stored.id)})
    return row


def remove_picture(business: Business, picture: Picture, *, by: Person | None) -> None:
    """Take a photo away."""
    if picture.business_id == business.id:
        stored = picture.file
        db.session.delete(picture)
        db.session.flush()
        db.session.delete(stored)
        audit.record(verb="business.remove_picture", by=by, subject=business)


def secret_link(business: Business, *, hours: int = LINK_HOURS) -> letters.SecretLink:
    """Make a link for a letter that opens a firm's own pages once, within so many hours."""
    row = SignInLink(
        business_id=business.id,
        nonce=links.new_nonce(),
        token_hash=b"",
        expires_at=clock.now() + timedelta(hours=hours),
    )
    row.token_hash = links.token_hash(links.token_for(SIGN_IN, row.id, row.nonce))
    db.session.add(row)
    db.session.flush()
    return letters.SecretLink(address=ADDRESS, purpose=SIGN_IN, subject=row.id, nonce=row.nonce)


def send_sign_in_link(business: Business, *, language: Language | None = None) -> None:
    """Send a firm a link that opens its own pages once, within a day.

    With discretion the subject does not name the office (casework B3).
    """
    letters.post(
        kind="sign_in",
        to=business.email,
        name=business.contact_name,
        language=language or Language(business.language),
        template="businesses/letters/sign_in",
        context={
            "business": business,
            "name": business.contact_name or business.name,
            "hours": LINK_HOURS,
            "pending": business.pending,
        },
        link=secret_link(business),
    )


def use_link(row: SignInLink) -> None:
    """Note that a link was used; it opens nothing any more."""
    row.used_at = clock.now()
    audit.record(verb="business.sign_in", by=None, subject=row)


def move_address(business: Business, *, old: str) -> None:
    """Close the links that wait in the old mailbox, and tell it that letters go elsewhere now."""
    for row in queries.open_links(business.id, now=clock.now()):
        row.expires_at = clock.now()
    if old:
        letters.post(
            kind="sign_in",
            to=old,
            name=business.contact_name,
            language=Language(business.language),
            template="businesses/letters/moved",
            context={"business": business, "name": business.contact_name or business.name},
        )
