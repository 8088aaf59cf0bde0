"""Keep profiles: create and change them, with their texts and activities."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries
from iso_portal.businesses.domain import Registration, TextKind
from iso_portal.businesses.models import Business, BusinessActivity, BusinessText
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.jobs import defer
from iso_portal.core.scripts import fold, name_key, sort_key

TEXT_KINDS = (TextKind.DESCRIPTION, TextKind.PRODUCTS, TextKind.CAPACITY, TextKind.EQUIPMENT)
PLAIN = (
    "name language municipality address legal_form_xk legal_form_rs nui pib maticni_broj founded employees turnover "
    "export_markets languages offers seeks contact_name email phone website contact_hours consent_suggest "
    "consent_public consent_donors discretion"
).split()


def values_of(business: Business) -> dict[str, Any]:
    """Return a profile as the form shows it."""
    values = {name: getattr(business, name) for name in PLAIN}
    values |= {kind.value: queries.text_of(business, kind) for kind in TEXT_KINDS}
    values["registration"] = business.registration.value
    values["nace"] = ", ".join(activity.code for activity in business.activities)
    values["certifications"] = ", ".join(business.certifications)
    return values


def create(values: Mapping[str, Any], *, by: Person | None, import_id: uuid.UUID | None = None) -> Business:
    """Keep a new profile. values: as of ProfileForm; what is not given stays empty."""
    business = Business(
        name=values["name"],
        name_key="",
        municipality=values["municipality"],
        language=values["language"],
        registration=Registration(values["registration"]),
        import_id=import_id,
    )
    db.session.add(business)
    _fill(business, values)
    db.session.flush()
    audit.record(verb="business.create", by=by, subject=business, details={"name": business.name})
    _read_anew(business)
    return business


def change(business: Business, values: Mapping[str, Any], *, by: Person | None) -> list[str]:
    """Change a profile; returns the names of the fields that changed. Nothing is written when none did."""
    before = values_of(business)
    changed = sorted(
        name for name, value in values.items() if name in before and (before[name] or None) != (value or None)
    )
    if changed:
        _fill(business, values)
        audit.record(verb="business.change", by=by, subject=business, details={"fields": ", ".join(changed)})
        _read_anew(business)
    return changed


def _read_anew(business: Business) -> None:
    defer(db.session, "matches.index_business", {"business_id": str(business.id)})


def _fill(business: Business, values: Mapping[str, Any]) -> None:
    for name in PLAIN:
        if name in values:
            empty: list[str] | None = [] if name in {"export_markets", "languages", "offers", "seeks"} else None
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
    business.sort_sq, business.sort_sr = sort_key(business.name, "sq"), sort_key(business.name, "sr_latn")
    own = " ".join(text.text for text in business.texts)
    business.search = fold(f"{business.name} {business.nui or ''} {business.pib or ''} {business.email} {own}")[:20_000]


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
    """Keep a text in the firm's language; translations of it become stale (casework B1)."""
    own = next((row for row in business.texts if row.kind is kind and row.original), None)
    if own is None:
        if text:
            business.texts.append(BusinessText(kind=kind, language=business.language, text=text))
        return
    if own.text == text and own.language == business.language:
        return
    if not text:
        business.texts.remove(own)
        return
    own.text, own.language = text, business.language
    for row in business.texts:
        if row.kind is kind and not row.original:
            row.stale = True
