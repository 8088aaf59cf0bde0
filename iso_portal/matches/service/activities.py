"""Classes that a profile speaks of become a firm's declared activities when a person says so (matching MA5)."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import service as businesses
from iso_portal.businesses.domain import MOST_CODES
from iso_portal.businesses.models import Business
from iso_portal.matches import queries
from iso_portal.matches.domain import Refusal


def record_activities(business: Business, codes: Sequence[str], *, by: Person) -> list[str]:
    """Declare the classes that a person accepted or chose for a firm, after those that it declares already.

    Returns what is new. The log keeps what was proposed beside what was chosen. Raises Refusal without a new class, when
    there are too many, and for a record that is part of another firm by now.
    """
    if business.merged_into_id is not None:
        raise Refusal(_("This record is part of another firm by now. Record the codes there."))
    declared = [activity.code for activity in business.activities]
    chosen = [code for code in dict.fromkeys(codes) if code not in declared]
    if not chosen:
        raise Refusal(_("Choose at least one code that the firm does not declare yet."))
    if len(declared) + len(chosen) > MOST_CODES:
        raise Refusal(
            _(
                "A firm declares at most %(most)s codes; with these it would be %(now)s.",
                most=MOST_CODES,
                now=len(declared) + len(chosen),
            )
        )
    read = queries.read_at(business.id)
    told = {"declared": declared, "proposed": read.classes if read else None, "chosen": chosen}
    audit.record(verb="match.activities", by=by, subject=business, details=told)
    businesses.change(business, {"nace": ", ".join([*declared, *chosen])}, by=by)
    return chosen
