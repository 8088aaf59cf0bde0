"""The demo's people: six of each desk, two co-managers, and accounts without cases."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from iso_portal.accounts.domain import Role, Wing

ALL_SECTIONS = tuple("ABCDEFGHIJKLMNOPQRST")
INDUSTRY, FOOD, SERVICES = tuple("BCDEFG"), tuple("ACGHI"), tuple("HIJKLMNPQRS")


@dataclass(frozen=True, kw_only=True)
class Someone:
    """One account. declares: what the person declared in the demo, None for no declaration."""

    name: str
    account: str
    role: Role
    wing: Wing | None = None
    language: str = "en"
    languages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    fte: Decimal = Decimal("1")
    donor: str | None = None
    declares: tuple[str, ...] | None = None


SQ, SR = ("albanian",), ("serb",)
PEOPLE = (
    Someone(name="Arta Berisha", account="manager.a", role=Role.MANAGER, wing=Wing.SQ, language="sq", languages=("sq", "en", "de"), sections=ALL_SECTIONS, declares=SQ),
    Someone(name="Milan Petrović", account="manager.b", role=Role.MANAGER, wing=Wing.SR, language="sr_latn", languages=("sr", "en", "de"), sections=ALL_SECTIONS, declares=SR),
    Someone(name="Besnik Krasniqi", account="officer.a", role=Role.OFFICER, wing=Wing.SQ, language="sq", languages=("sq", "en", "it"), sections=INDUSTRY, declares=SQ),
    Someone(name="Jelena Marković", account="officer.b", role=Role.OFFICER, wing=Wing.SR, language="sr_cyrl", languages=("sr", "en", "fr"), sections=FOOD, declares=SR),
    Someone(name="Vlora Gashi", account="vlora", role=Role.LEAD_OFFICER, wing=Wing.SQ, language="sq", languages=("sq", "sr", "en"), sections=ALL_SECTIONS, declares=SQ),
    Someone(name="Dejan Nikolić", account="dejan", role=Role.LEAD_OFFICER, wing=Wing.SR, language="sr_latn", languages=("sr", "sq", "en"), sections=ALL_SECTIONS, declares=SR),
    Someone(name="Fisnik Shala", account="fisnik", role=Role.OFFICER, wing=Wing.SQ, language="sq", languages=("sq", "en", "de"), sections=FOOD, declares=SQ),
    Someone(name="Marija Savić", account="marija", role=Role.OFFICER, wing=Wing.SR, language="sr_latn", languages=("sr", "en", "it"), sections=INDUSTRY, declares=SR),
    Someone(name="Teuta Hoxha", account="teuta", role=Role.OFFICER, wing=Wing.SQ, language="sq", languages=("sq", "en", "fr"), sections=SERVICES, declares=SQ),
    Someone(name="Nenad Ilić", account="nenad", role=Role.OFFICER, wing=Wing.SR, language="sr_cyrl", languages=("sr", "en", "de"), sections=SERVICES, declares=SR),
    Someone(name="Agron Morina", account="agron", role=Role.OFFICER, wing=Wing.SQ, language="sq", languages=("sq", "en"), sections=INDUSTRY + FOOD, fte=Decimal("0.8"), declares=None),
    Someone(name="Snežana Jović", account="snezana", role=Role.OFFICER, wing=Wing.SR, language="sr_latn", languages=("sr", "en", "de"), sections=INDUSTRY + SERVICES, fte=Decimal("0.8"), declares=None),
    Someone(name="Linda Zeka", account="steward", role=Role.DATA_STEWARD, languages=("sq", "sr", "en")),
    Someone(name="Office administrator", account="administrator", role=Role.ADMINISTRATOR),
    Someone(name="Programme office of donor A", account="donor.a", role=Role.DONOR, donor="donor-a"),
    Someone(name="Programme office of donor B", account="donor.b", role=Role.DONOR, donor="donor-b"),
)  # fmt: skip
