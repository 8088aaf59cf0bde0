"""What investors and firms do on their own pages in the demo: firms are asked to be introduced, people ask for data."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.models import Person
from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.cases.domain import Status
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.files import service as files
from iso_portal.files.domain import FileState
from iso_portal.files.models import StoredFile
from iso_portal.matches import queries as match_queries
from iso_portal.matches import service as matches
from iso_portal.matches.domain import Choice
from iso_portal.matches.models import Introduction
from iso_portal.privacy import service as privacy
from iso_portal.privacy.domain import Ask
from seed.history import at_moment

ASKED = 2
MESSAGES = {
    Language.SQ: "Një investitor kërkon një firmë si e juaja në rajon. A dëshironi t'ju njohim me të? Ju vendosni lirisht; nëse keni pyetje, na shkruani këtu.",
    Language.SR_LATN: "Jedan investitor traži firmu kao što je vaša u regionu. Da li želite da vas upoznamo? Odlučujete slobodno; ako imate pitanje, napišite ga ovde.",
    Language.SR_CYRL: "Један инвеститор тражи фирму као што је ваша у региону. Да ли желите да вас упознамо? Одлучујете слободно; ако имате питање, напишите га овде.",
}
WANTED = "Please send me a copy of what you keep about our inquiry."
OBJECTED = "Ju lutem mos i përdorni më të dhënat tona për statistika me emër."


def follow_up(
    plan: Sequence[Mapping[str, Any]], people: Mapping[str, uuid.UUID], firms: Mapping[str, uuid.UUID]
) -> None:
    """Let the last days happen. plan: what arrived, with `case` on each."""
    _ask_firms(plan, people)
    _release(people)
    if _is_there("privacy/letters/asked.txt"):
        _ask_for_data(plan, firms)


def _ask_firms(plan: Sequence[Mapping[str, Any]], people: Mapping[str, uuid.UUID]) -> None:
    """Ask two firms of two cases whether they want to be introduced; their answers are awaited."""
    waiting = [one for one in plan if one.get("id") and one["reach"] == "matching"]
    asked = 0
    for one in reversed(waiting):
        with at_moment(clock.now() - timedelta(days=3 - asked, hours=2)):
            case = cases.get(one["case"])
            accepted = [key for key, row in match_queries.decisions(case.id).items() if row.choice is Choice.ACCEPTED]
            if case.status is Status.CLOSED or not accepted:
                continue
            business = businesses.get(min(accepted, key=str))
            by = accounts.get(people["vlora" if business.language == "sq" else "dejan"])
            _ask(case, business, by=by)
            asked += 1
        if asked == ASKED:
            return


def _ask(case: Case, business: Business, *, by: Person) -> None:
    language = Language(business.language)
    ask_introduction = getattr(matches, "ask_introduction", None)
    if ask_introduction is not None:
        ask_introduction(case, business, MESSAGES[language], by=by, language=language)
        return
    db.session.add(
        Introduction(
            case_id=case.id,
            business_id=business.id,
            asked_at=clock.now(),
            asked_by_id=by.id,
            message=MESSAGES[language],
            language=language.value,
        )
    )


def _release(people: Mapping[str, uuid.UUID]) -> None:
    """Let a named colleague answer for one of the files that wait because no scanner is set."""
    with at_moment(clock.now() - timedelta(days=1)):
        held = sa.select(StoredFile).where(StoredFile.state == FileState.HELD)
        first = db.session.scalars(held.order_by(StoredFile.created_at, StoredFile.id).limit(1)).one_or_none()
        if first is not None:
            files.release(first, by=accounts.get(people["dejan"]), why="Opened apart from the network: a short list.")


def _ask_for_data(plan: Sequence[Mapping[str, Any]], firms: Mapping[str, uuid.UUID]) -> None:
    """Let an investor ask for a copy, and a firm object."""
    one = next(one for one in plan if one.get("id") and one["reach"] != "new")
    with at_moment(clock.now() - timedelta(days=4)):
        privacy.ask_of_case(cases.get(one["case"]), Ask.COPY, text=WANTED, language="en")
    with at_moment(clock.now() - timedelta(days=2)):
        privacy.ask_of_business(businesses.get(firms["b13"]), Ask.OBJECTION, text=OBJECTED, language="sq")


def _is_there(template: str) -> bool:
    loader = current_app.jinja_env.loader
    return loader is not None and template in loader.list_templates()
