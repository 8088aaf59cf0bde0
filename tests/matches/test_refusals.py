"""What the suggestions page refuses, and that every reader and decision finds it as it should be."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case, Entry
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.matches import queries, service
from iso_portal.matches.domain import Choice, Mode, Refusal, RejectReason
from iso_portal.matches.models import Decision, SuggestionRun
from tests import factories
from tests.conftest import signed_in, speaking


def a_case_and_a_firm(**changes: Any) -> tuple[Case, Business]:
    return loaded(factories.case()), factories.business("Ibri Metal", **changes)


def loaded(case: Case) -> Case:
    """The case as a view gets it, with inquiry and investor."""
    found = cases.get(case.id)
    assert found is not None
    return found


@pytest.mark.usefixtures("session")
def test_without_the_investors_consent_no_introduction_is_recorded() -> None:
    asked = factories.inquiry(consents={"share": {"given": False}})
    case, firm, officer = loaded(factories.case(inquiry=asked)), factories.business(), factories.person()
    service.decide(case, firm, Choice.ACCEPTED, by=officer)
    with pytest.raises(Refusal, match="investor has not agreed"):
        service.record_introduction(case, firm, by=officer, held_on=clock.today(), mode=Mode.CALL)
    assert not db.session.scalars(sa.select(Entry).where(Entry.kind == "introduction.held")).all()


@pytest.mark.usefixtures("session")
def test_a_firm_that_withdrew_after_it_was_accepted_is_not_introduced() -> None:
    (case, firm), officer = a_case_and_a_firm(), factories.person()
    service.decide(case, firm, Choice.ACCEPTED, by=officer)
    firm.consent_suggest = False
    with pytest.raises(Refusal, match="firm has not agreed"):
        service.record_introduction(case, firm, by=officer, held_on=clock.today(), mode=Mode.VISIT)


@pytest.mark.usefixtures("session")
def test_a_firm_accepted_and_then_rejected_is_not_introduced() -> None:
    (case, firm), officer = a_case_and_a_firm(), factories.person()
    with clock.turned_to(clock.now() - timedelta(hours=1)):
        service.decide(case, firm, Choice.ACCEPTED, by=officer)
    service.decide(case, firm, Choice.REJECTED, by=officer, reason_code=RejectReason.CAPACITY)
    assert queries.decisions(case.id)[firm.id].choice is Choice.REJECTED
    with pytest.raises(Refusal, match="Accept the suggestion first"):
        service.record_introduction(case, firm, by=officer, held_on=date(2026, 1, 5), mode=Mode.MEETING)


@pytest.mark.usefixtures("session")
def test_every_decision_is_kept_with_the_person_who_took_it() -> None:
    (case, firm), first, second = a_case_and_a_firm(), factories.person(), factories.person()
    with clock.turned_to(clock.now() - timedelta(hours=1)):
        service.decide(case, firm, Choice.DEFERRED, by=first, note="ask again in spring")
    service.decide(case, firm, Choice.ACCEPTED, by=second)
    rows = db.session.scalars(sa.select(Decision).where(Decision.case_id == case.id).order_by(Decision.decided_at))
    assert [(row.choice, row.by_name) for row in rows] == [
        (Choice.DEFERRED, first.name),
        (Choice.ACCEPTED, second.name),
    ]


@pytest.mark.usefixtures("session")
def test_a_firm_that_is_no_longer_active_is_neither_suggested_nor_accepted() -> None:
    (case, firm), officer = a_case_and_a_firm(active=False), factories.person()
    assert firm.id not in [row.id for row in queries.suggestible()]
    with pytest.raises(Refusal, match="not agreed to be suggested"):
        service.decide(case, firm, Choice.ACCEPTED, by=officer)


@pytest.mark.usefixtures("session")
def test_the_ranking_is_told_nothing_about_people() -> None:
    _case, firm = a_case_and_a_firm(contact_name="Arta Šarić", women_led=True)
    told = repr(service.facts_of(businesses.get(firm.id), ()))
    for secret in ("Arta", "Ibri", "women", "XK", "language='"):
        assert secret not in told


@pytest.mark.usefixtures("session")
def test_refreshing_keeps_the_older_list_for_explaining() -> None:
    case, _firm = a_case_and_a_firm(text="Konstruksione çeliku.")
    with clock.turned_to(clock.now() - timedelta(hours=1)):
        older = service.refresh(case)
    newer = service.refresh(case)
    db.session.flush()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SuggestionRun)) == 2
    assert older.id != newer.id
    shown = queries.latest_run(case.id)
    assert shown is not None
    assert shown.id == newer.id
    assert shown.version
    assert shown.made_with


def test_a_case_without_a_list_says_so_in_every_language(app: Flask) -> None:
    with app.app_context():
        case_id = factories.case().id
        db.session.commit()
    titles = set()
    for language in ("en", "sq", "sr-Latn", "sr-Cyrl"):
        answer = signed_in(app, "officer", language=language).get(f"/matches/cases/{case_id}")
        assert answer.status_code == 200
        assert len(re.findall(r"<h1[ >]", answer.text)) == 1
        titles.add(re.findall(r"<title>(.*?)</title>", answer.text, re.DOTALL)[0])
    assert len(titles) == 4


def test_strangers_and_unknown_cases_find_nothing(app: Flask) -> None:
    with app.app_context():
        case_id = factories.case().id
        db.session.commit()
    assert signed_in(app, "officer").get(f"/matches/cases/{uuid.uuid4()}").status_code == 404
    assert signed_in(app, "donor").get(f"/matches/cases/{case_id}").status_code in {403, 404}
    assert speaking(app, "en").get(f"/matches/cases/{case_id}").status_code in {302, 303}
    assert signed_in(app, "officer").get(f"/matches/cases/{case_id}/decisions").status_code == 405
