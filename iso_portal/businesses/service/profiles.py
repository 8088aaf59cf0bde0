"""Keep profiles: create, change, confirm and erase them, with their texts, activities and consents."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries
from iso_portal.businesses.domain import (
    CONSENT_WORDING,
    LISTS,
    VERIFIED_FIELDS,
    Origin,
    Registration,
    TextKind,
    Verification,
)
from iso_portal.businesses.models import Business, BusinessActivity, BusinessText
from iso_portal.businesses.service.sites import close_links, move_address
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.finding import findable
from iso_portal.core.jobs import defer
from iso_portal.core.scripts import name_key, sort_key
from iso_portal.files import service as files
from iso_portal.vocabulary.queries import municipalities, nace

TEXT_KINDS = (TextKind.DESCRIPTION, TextKind.PRODUCTS, TextKind.CAPACITY, TextKind.EQUIPMENT)
PLAIN = (
    "name language municipality address legal_form_xk legal_form_rs nui pib maticni_broj founded employees turnover "
    "export_markets languages offers seeks refused_projects refused_countries refused_sectors largest_band busy_until "
    "contact_name email phone website contact_hours consent_suggest consent_public consent_donors discretion"
).split()


def values_of(business: Business) -> dict[str, Any]:
    """Return a profile as the form shows it."""
    values = {name: getattr(business, name) for name in PLAIN}
    values |= {kind.value: queries.text_of(business, kind) for kind in TEXT_KINDS}
    values["registration"] = business.registration.value
    values["nace"] = ", ".join(activity.code for activity in business.activities)
    values["certifications"] = ", ".join(business.certifications)
    return values


def create(
    values: Mapping[str, Any],
    *,
    by: Person | None,
    import_id: uuid.UUID | None = None,
    origin: Origin = Origin.STAFF,
    form_key: str | None = None,
    shown_in: str | None = None,
) -> Business:
    """Keep a new profile. values: as of ProfileForm; what is not given stays empty. shown_in: language of the page that asked for
    consent; the firm's own when a colleague writes it down.

    One that a firm registers itself waits until its e-mail address is confirmed: nobody sees it before that.
    """
    business = Business(
        name=values["name"],
        name_key="",
        municipality=values["municipality"],
        language=values["language"],
        registration=Registration(values["registration"]),
        import_id=import_id,
        origin=origin,
        form_key=form_key,
        pending=origin is Origin.SELF,
        active=origin is not Origin.SELF,
    )
    db.session.add(business)
    _fill(business, values)
    _note_consents(business, before={}, by=by, shown_in=shown_in)
    db.session.flush()
    audit.record(verb="business.create", by=by, subject=business, details={"name": business.name})
    read_anew(business)
    return business


def change(
    business: Business, values: Mapping[str, Any], *, by: Person | None, shown_in: str | None = None
) -> list[str]:
    """Change a profile; returns the names of the fields that changed. Nothing is written when none did.

    by: None for the firm itself. shown_in: language of the page that asked for consent. A changed field that had been verified asks for a new check (casework B5).
    """
    before = values_of(business)
    changed = sorted(
        name for name, value in values.items() if name in before and (before[name] or None) != (value or None)
    )
    if changed:
        _fill(business, values)
        _note_consents(business, before=before, by=by, shown_in=shown_in)
        if business.verification is not Verification.DECLARED and VERIFIED_FIELDS & set(changed):
            business.recheck = True
        if "email" in changed:
            move_address(business, old="" if by else str(before["email"] or ""))
        audit.record(verb="business.change", by=by, subject=business, details={"fields": ", ".join(changed)})
        read_anew(business)
    return changed


def read_anew(business: Business) -> None:
    """Have the suggestions and the finder of duplicates read a profile again."""
    defer(db.session, "matches.index_business", {"business_id": str(business.id)})
    defer(
        db.session,
        "businesses.find_duplicates",
        {"business_id": str(business.id)},
        waiting_once=f"businesses.find_duplicates:{business.id}",
    )


def confirm(business: Business) -> None:
    """Take a registration as meant, since its e-mail address answered."""
    if business.pending:
        business.pending, business.active = False, True
        audit.record(verb="business.confirm", by=None, subject=business)
        read_anew(business)


def erase(business: Business, *, by: Person) -> None:
    """Take a firm's words, names, sites and pictures away and leave that there was one (trust S12)."""
    nothing: dict[str, Any] = dict.fromkeys(PLAIN) | {kind.value: "" for kind in TEXT_KINDS}
    keep = {"name": _("Erased"), "municipality": business.municipality, "language": business.language}
    flags = dict.fromkeys(("consent_suggest", "consent_public", "consent_donors", "discretion"), False)
    business.texts.clear()
    _fill(business, nothing | keep | flags | {"certifications": "", "nace": ""})
    business.consents, business.active, business.search, business.public_search = {}, False, "", ""
    close_links(business)
    for picture in queries.pictures_of(business.id):
        files.forget(picture.file)
        db.session.delete(picture)
    for site in queries.sites_of(business.id):
        db.session.delete(site)
    audit.record(verb="business.erase", by=by, subject=business)


def _note_consents(business: Business, *, before: Mapping[str, Any], by: Person | None, shown_in: str | None) -> None:
    """Keep when, in which wording and by whom each consent was given or withdrawn (casework B3)."""
    said = {"wording": CONSENT_WORDING, "at": clock.now().isoformat(), "language": shown_in or business.language}
    for purpose in ("suggest", "public", "donors"):
        given = bool(getattr(business, f"consent_{purpose}"))
        if given != bool(before.get(f"consent_{purpose}")):
            how = "staff" if by else "firm"
            business.consents = {**business.consents, purpose: {"given": given, "by": how, **said}}


def _fill(business: Business, values: Mapping[str, Any]) -> None:
    for name in PLAIN:
        if name in values:
            empty: list[str] | None = [] if name in LISTS else None
            value = values[name] if values[name] not in (None, "") else empty
            text = name in {"address", "contact_name", "email", "phone", "website", "contact_hours"}
            setattr(business, name, value if value is not None or not text else "")
    if "registration" in values:
        business.registration = Registration(values["registration"])
    if "certifications" in values:
        business.certifications = [part.strip() for part in (values["certifications"] or "").split(",") if part.strip()]
    if "nace" in values:
        _set_activities(business, [code.strip() for code in (values["nace"] or "").split(",") if code.strip()])
    for kind in TEXT_KINDS:
        if kind.value in values:
            _set_text(business, kind, values[kind.value] or "")
    business.updated_at = clock.now()
    business.name_key = name_key(business.name)
    business.phone_key = "".join(letter for letter in business.phone if letter.isdecimal())
    business.sort_sq, business.sort_sr = sort_key(business.name, "sq"), sort_key(business.name, "sr_latn")
    refold(business)


def refold(business: Business) -> None:
    """Write down anew what staff and strangers find a firm by; strangers never by an address or a number."""
    told = " ".join(text.text for text in business.texts)
    business.search = findable(f"{business.name} {business.nui or ''} {business.pib or ''} {business.email} {told}")
    place = municipalities().get(business.municipality)
    names = [*vars(place.names).values(), *place.aliases] if place else []
    known = [nace()[activity.code] for activity in business.activities if activity.code in nace()]
    labels = [label for code in known for label in vars(code.names).values() if label]
    words = [business.name, *business.certifications, told, *(name for name in names if name), *labels]
    business.public_search = findable(" ".join(words))


def _set_activities(business: Business, codes: Sequence[str]) -> None:
    if [activity.code for activity in business.activities] != list(codes):
        kept = {activity.position: activity for activity in business.activities}
        for place, code in enumerate(codes):
            if place in kept:
                kept[place].code = code
            else:
                business.activities.append(BusinessActivity(position=place, code=code))
        for place in [place for place in kept if place >= len(codes)]:
            business.activities.remove(kept[place])


def _set_text(business: Business, kind: TextKind, text: str) -> None:
    """Keep a text in the firm's language; translations of it become stale (casework B1).

    A firm that changes its language takes over what stands in the new one already, and its former words stay as an
    older translation: nothing that it wrote is lost.
    """
    of_kind = [row for row in business.texts if row.kind is kind]
    own = next((row for row in of_kind if row.original), None)
    there = next((row for row in of_kind if row.language == business.language and row is not own), None)
    if own is None and there is None:
        if text:
            business.texts.append(BusinessText(kind=kind, language=business.language, text=text))
        return
    if own is not None:
        if own.text == text and (own.language == business.language or there is not None):
            return
        if not text:
            business.texts.remove(own)
            return
    elif not text:
        return
    if there is not None:
        if own is not None:
            own.original = False
        there.original, there.stale, own = True, False, there
    assert own is not None
    own.text, own.language = text, business.language
    for row in of_kind:
        if row is not own:
            row.stale = True
