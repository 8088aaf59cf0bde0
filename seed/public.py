"""The demo's public side: who is listed, sites with drawings, checks, translations, duplicates, a registration."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service as business_service
from iso_portal.businesses.domain import Origin, TextKind, Verification
from iso_portal.businesses.models import Business, BusinessText, VerificationRecord
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from seed.history import at_moment, rows_of
from seed.names import person
from seed.pictures import drawing

# Of the sixty firms: not listed, listed by consent but discreet (so not listed either), named to donors.
UNLISTED = frozenset({"b19", "b30", "b44", "b50", "b56"})
DISCREET = frozenset({"b29", "b31", "b45"})
NOT_TO_DONORS = frozenset({"b02", "b07", "b15", "b23", "b38", "b47", "b52"}) | UNLISTED | DISCREET
# Firm, level, days ago, what was seen. Half are older than a year and so have faded.
CHECKS: tuple[tuple[str, Verification, int, str], ...] = (
    ("b01", Verification.VISITED, 80, "Visit to the workshop; register extract seen"),
    ("b03", Verification.DOCUMENTS, 45, "Permit for storage and register extract"),
    ("b04", Verification.REGISTER, 120, "Compared with both registers"),
    ("b06", Verification.VISITED, 430, "Visit to the cold store"),
    ("b09", Verification.VISITED, 20, "Visit to the dairy"),
    ("b10", Verification.DOCUMENTS, 500, "HACCP certificate seen"),
    ("b13", Verification.REGISTER, 210, "Compared with the register"),
    ("b20", Verification.DOCUMENTS, 395, "Title of the land seen"),
    ("b25", Verification.VISITED, 560, "Visit to the hall"),
    ("b27", Verification.REGISTER, 150, "Compared with both registers"),
    ("b32", Verification.DOCUMENTS, 300, "Register extract and reference letters"),
    ("b41", Verification.VISITED, 600, "Visit to the cold store"),
    ("b57", Verification.REGISTER, 33, "Compared with both registers"),
)
# Translations that grew old because the firm wrote its text anew afterwards: what was and what is written.
REWRITTEN = {
    "b08": ("rreth 18 tonë", "rreth 24 tonë"),
    "b20": ("osam bungalova na obali jezera, sa 32 ležaja", "deset bungalova na obali jezera, sa 40 ležaja"),
}


def consents_of(firm: str) -> dict[str, bool]:
    """Return what a firm agreed to."""
    return {
        "consent_suggest": True,
        "consent_public": firm not in UNLISTED,
        "consent_donors": firm not in NOT_TO_DONORS,
        "discretion": firm in DISCREET,
    }


def enliven(chance: random.Random, people: Mapping[str, uuid.UUID], firms: Mapping[str, uuid.UUID]) -> None:
    """Let the public side of the last two years happen; firms: keys by the names of the seed file."""
    _sites(chance, people, firms)
    _translations(people, firms)
    _rewrite(firms)
    for firm, level, days, evidence in CHECKS:
        with at_moment(clock.now() - timedelta(days=days)):
            desk = "officer.a" if businesses.get(firms[firm]).language == "sq" else "officer.b"
            _check(businesses.get(firms[firm]), level, evidence, by=accounts.get(people[desk]))
    _move_after_a_check(firms["b27"])
    _pairs(chance)
    _register(chance)


def _sites(chance: random.Random, people: Mapping[str, uuid.UUID], firms: Mapping[str, uuid.UUID]) -> None:
    """Keep the sites in their firms' own words, some by the firm itself and some by a colleague in the field."""
    for number, row in enumerate(rows_of("sites")):
        moment = clock.now() - timedelta(days=260 - 11 * number, hours=chance.randrange(5))
        with at_moment(moment):
            business = businesses.get(firms[row["firm"]])
            desk = "fisnik" if business.language == "sq" else "marija"
            by = accounts.get(people[desk]) if number % 3 == 0 else None
            soon = clock.today() + timedelta(days=300) if number % 5 == 0 else None
            site = business_service.keep_site(business, {**row, "available_from": soon}, by=by)
            for place, says in enumerate(row["pictures"]):
                art = drawing(random.Random(f"{row['firm']} {number} {place}"), row["kind"])
                business_service.add_picture(business, art, f"{row['kind']}-{place + 1}.jpg", says=says, by=by, site=site)  # fmt: skip


def _translations(people: Mapping[str, uuid.UUID], firms: Mapping[str, uuid.UUID]) -> None:
    """Have colleagues translate some descriptions, a year after the firms wrote them."""
    for number, row in enumerate(rows_of("translations")):
        with at_moment(clock.now() - timedelta(days=330 - 9 * number)):
            by = accounts.get(people["vlora" if row["language"] == "sq" else "dejan"])
            _translate(businesses.get(firms[row["firm"]]), TextKind(row["kind"]), row["language"], row["text"], by=by)


def _translate(business: Business, kind: TextKind, language: str, text: str, *, by: Person) -> None:
    translate, seen = getattr(business_service, "translate", None), getattr(business_service, "Seen", None)
    if translate is not None and seen is not None:
        shown = seen(original=businesses.text_of(business, kind), translation="")
        translate(business, kind, language, text, seen=shown, by=by)
        return
    business.texts.append(
        BusinessText(
            kind=kind,
            language=language,
            text=text,
            original=False,
            written_at=clock.now(),
            written_by_id=by.id,
        )
    )
    business_service.refold(business)


def _rewrite(firms: Mapping[str, uuid.UUID]) -> None:
    """Let two firms bring their descriptions up to date, so that the translations are older than the originals."""
    for number, (firm, (old, new)) in enumerate(REWRITTEN.items()):
        with at_moment(clock.now() - timedelta(days=24 - 9 * number)):
            business = businesses.get(firms[firm])
            text = businesses.text_of(business, TextKind.DESCRIPTION)
            business_service.change(business, {"description": text.replace(old, new)}, by=None)


def _check(business: Business, level: Verification, evidence: str, *, by: Person) -> None:
    keep_check = getattr(business_service, "keep_check", None)
    if keep_check is not None:
        keep_check(business, level, on=clock.today(), evidence=evidence, by=by)
        return
    db.session.add(
        VerificationRecord(
            business_id=business.id,
            level=level,
            verified_on=clock.today(),
            by_id=by.id,
            by_name=by.name,
            evidence=evidence,
        )
    )
    business.verification, business.verified_on = level, clock.today()
    audit.record(verb="business.verify", by=by, subject=business, details={"level": level.value})


def _move_after_a_check(firm: uuid.UUID) -> None:
    """Let a checked firm change its address, so that it waits for a new check."""
    with at_moment(clock.now() - timedelta(days=6)):
        business_service.change(businesses.get(firm), {"address": "Industrijska 14"}, by=None)


def _pairs(chance: random.Random) -> None:
    """Plant two firms that were written down twice, in the other script and without diacritics; then without codes too."""
    planted = [
        ("Šaljska drvna industrija", "sr_latn", "mitrovica-north", "Pravimo prozore i vrata od bukve i hrasta.", "16.23"),
        ("Шаљска дрвна индустрија", "sr_cyrl", "mitrovica-north", "Правимо врата и прозоре од домаће букве.", ""),
        ("Çelik Shala", "sq", "mitrovica-south", "Prodhojmë dyer dhe parmakë çeliku.", "25.12"),
        ("Celik Shala N.T.P.", "sq", "mitrovica-south", "Dyer metalike, parmake, kangjella.", ""),
    ]  # fmt: skip
    keys = []
    for number, (name, language, municipality, text, nace) in enumerate(planted):
        with at_moment(clock.now() - timedelta(days=70 - 16 * number)):
            given = _profile(chance, name, language, municipality, text, nace, phone=f"+383 28 000 19{number // 2}")
            keys.append(business_service.create(given, by=None).id)
    find = getattr(business_service, "find_duplicates", None)
    if find is not None:
        with unit_of_work():
            for key in keys:
                find(businesses.get(key))


def _register(chance: random.Random) -> None:
    """Let a firm register itself; it waits until its e-mail address answers."""
    with at_moment(clock.now() - timedelta(hours=20)):
        given = _profile(
            chance,
            "Pekara Lipa",
            "sr_latn",
            "zvecan",
            "Pečemo hleb i peciva od domaćeg brašna i snabdevamo prodavnice u okolini.",
            "10.71",
            phone="+383 28 000 198",
        )
        business_service.create(given, by=None, origin=Origin.SELF, form_key=uuid.uuid5(uuid.NAMESPACE_URL, "demo:self").hex)  # fmt: skip


def _profile(
    chance: random.Random, name: str, language: str, municipality: str, text: str, nace: str, *, phone: str
) -> dict[str, Any]:
    return {
        "name": name,
        "language": language,
        "municipality": municipality,
        "registration": "in_progress",
        "employees": "1-9",
        "nace": nace,
        "description": text,
        "languages": ["sq"] if language == "sq" else ["sr"],
        "contact_name": person(chance, language[:2]),
        "phone": phone,
        "email": f"firm{uuid.uuid5(uuid.NAMESPACE_URL, name).int % 10_000}@example.org",
        "consent_suggest": True,
        "consent_public": language != "sr_cyrl",
    }
