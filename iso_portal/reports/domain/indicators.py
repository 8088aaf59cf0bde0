"""The reference sheets of the six first indicators (reports section 3, R1); texts are English and are translated by
the page."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


class Accumulation(enum.StrEnum):
    """How periods combine; any other arithmetic is refused."""

    FLOW = "flow"
    RATE = "rate"


class Unit(enum.StrEnum):
    """What is counted."""

    COUNT = "count"
    PERCENT = "percent"
    FTE = "fte"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One indicator's reference sheet, version 1. k: least contributors behind a shown cell, of `k_unit`."""

    code: str
    level: str
    name: Any
    counts: Any
    counts_not: Any
    why: Any
    calculation: Any
    limitation: Any
    source: tuple[str, ...]
    accumulation: Accumulation
    unit: Unit
    k: int
    k_unit: str
    least_level: int
    baseline: str = "0"
    direction: str = "up"
    frequency: str = "Q"
    role: str = "lead_officer"
    version: int = 1


SHEETS: dict[str, Sheet] = {
    sheet.code: sheet
    for sheet in (
        Sheet(
            code="OP-01",
            level="output",
            name=_l("Inquiries received"),
            counts=_l("Each first contact about one investment intention by one investor."),
            counts_not=_l("Repeats within 180 days, spam, job-seekers, tests."),
            why=_l("Shows demand and reach of the office."),
            calculation=_l("Number of inquiries created in the period, without merged ones and spam."),
            limitation=_l("Counts interest, not quality."),
            source=("inquiry.created", "inquiry.merged", "inquiry.spam"),
            accumulation=Accumulation.FLOW,
            unit=Unit.COUNT,
            k=3,
            k_unit="investors",
            least_level=1,
        ),
        Sheet(
            code="OP-02",
            level="output",
            name=_l("Qualified inquiries"),
            counts=_l("Identified investor, sector, size or need, time frame and legal activity."),
            counts_not=_l("Inquiries whose qualification was taken back."),
            why=_l("Separates real intentions from noise."),
            calculation=_l("Number of inquiries qualified in the period, by the day of qualification."),
            limitation=_l("The test is applied by staff; samples are read again by the other desk."),
            source=("inquiry.qualified",),
            accumulation=Accumulation.FLOW,
            unit=Unit.COUNT,
            k=3,
            k_unit="investors",
            least_level=1,
        ),
        Sheet(
            code="OP-03",
            level="output",
            name=_l("Answered in time"),
            counts=_l("First substantive answer by the end of the second working day."),
            counts_not=_l("Automatic and holding replies. An inquiry without an answer counts as late."),
            why=_l("Speed of answer decides whether investors stay."),
            calculation=_l("Inquiries answered in time, divided by the inquiries whose answer was due."),
            limitation=_l("Says nothing of the answer's quality."),
            source=("inquiry.created", "reply.first"),
            accumulation=Accumulation.RATE,
            unit=Unit.PERCENT,
            k=5,
            k_unit="investors",
            least_level=1,
            baseline="none",
        ),
        Sheet(
            code="OP-05",
            level="output",
            name=_l("Introductions held"),
            counts=_l("Distinct pairs of investor and firm that met or called, confirmed by at least one side."),
            counts_not=_l("Letters sent, meetings that did not take place, the same pair again."),
            why=_l("The office's core service."),
            calculation=_l("Pairs by the day of their first introduction with a confirmation."),
            limitation=_l("A meeting is not yet a result."),
            source=("introduction.held", "confirmation"),
            accumulation=Accumulation.FLOW,
            unit=Unit.COUNT,
            k=3,
            k_unit="firms",
            least_level=2,
        ),
        Sheet(
            code="OC-01",
            level="outcome",
            name=_l("Investments landed"),
            counts=_l(
                "Legal or physical start: new firm, expansion, joint venture, or a contract of at least EUR 10,000."
            ),
            counts_not=_l("Letters of intent and announcements."),
            why=_l("The first hard result."),
            calculation=_l("Landed investments by the day they began; the headline counts level V3 and above."),
            limitation=_l(
                "Late: months after the service. Level V3 rests on a document checked by the other desk; the investor is not yet asked."
            ),
            source=("investment.landed", "outcome.verified"),
            accumulation=Accumulation.FLOW,
            unit=Unit.COUNT,
            k=3,
            k_unit="investors",
            least_level=3,
        ),
        Sheet(
            code="OC-03",
            level="outcome",
            name=_l("Jobs created"),
            counts=_l("New full-time equivalents filled because of a landed investment."),
            counts_not=_l("Construction, moved, unpaid and consultancy jobs."),
            why=_l("Why donors fund the office."),
            calculation=_l(
                "Hours a week over 40, at most 1, times months of the first year over 12, at most 1; summed over people, by their first day."
            ),
            limitation=_l(
                "Full-time equivalents by contract. Level V3 rests on a document checked by the other desk; the investor is not yet asked."
            ),
            source=("jobs.confirmed", "outcome.verified"),
            accumulation=Accumulation.FLOW,
            unit=Unit.FTE,
            k=5,
            k_unit="persons",
            least_level=3,
        ),
    )
}
