"""Open accounts, check passwords."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import argon2

from iso_portal.accounts import queries
from iso_portal.accounts.domain import Role, Wing, weakness_of
from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.core import clock
from iso_portal.core.db import db

# OWASP's profile: 19 MiB, two passes, one lane. 33 to 47 ms on two cores; the RFC's low-memory profile took 200 ms.
hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Checked when nobody has the address, so that timing does not tell whether an account exists.
NOBODY = hasher.hash("nobody has this password")


class WeakPassword(ValueError):
    """The password is refused; `reason` is a code of domain.weakness_of."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def open_account(
    *,
    by: Person | None,
    email: str,
    name: str,
    role: Role,
    password: str,
    wing: Wing | None = None,
    language: str = "en",
    languages: Sequence[str] = (),
    sections: Sequence[str] = (),
    fte: Decimal = Decimal("1"),
    joined_on: date | None = None,
    donor: str | None = None,
) -> Person:
    """Open an account. by: an administrator, or None for the first one. Raises WeakPassword."""
    if reason := weakness_of(password, email=email):
        raise WeakPassword(reason)
    person = Person(
        email=email.strip().lower(),
        name=name,
        role=role,
        password_hash=hasher.hash(password),
        wing=wing,
        language=language,
        languages=list(languages),
        sections=list(sections),
        fte=fte,
        joined_on=joined_on or clock.today(),
        donor=donor,
    )
    db.session.add(person)
    audit.record(verb="person.open", by=by, subject=person, details={"role": role.value})
    return person


def check_password(email: str, password: str) -> Person | None:
    """Return the person when address and password belong together, else None; both answers take equally long."""
    person = queries.by_email(email)
    try:
        hasher.verify(person.password_hash if person else NOBODY, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return None
    return person


def note_sign_in(person: Person, password: str) -> None:
    """Write the sign-in down; a hash with older parameters is renewed on the way."""
    if hasher.check_needs_rehash(person.password_hash):
        person.password_hash = hasher.hash(password)
    audit.record(verb="person.sign_in", by=person, subject=person)


def choose_language(person: Person, language: str) -> None:
    """Keep the interface language with the account."""
    person.language = language
    audit.record(verb="person.language", by=person, subject=person, details={"language": language})
