"""Two at the same moment, on a database with real commits: a link, a registration, a question."""

from __future__ import annotations

import threading
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.core.db import db, unit_of_work
from iso_portal.letters.models import Letter
from iso_portal.matches import service
from iso_portal.matches.domain import Choice
from iso_portal.matches.models import Introduction
from tests import factories
from tests.conftest import signed_in, speaking
from tests.my_business.visits import all_letters, firm, link_in, registration


def together(*acts: Callable[[], int]) -> list[int]:
    """Run all at once and return their answers, sorted."""
    answers: list[int] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], int]) -> None:
        start.wait()
        answers.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(answers)


def test_a_link_pressed_twice_at_once_opens_once(own_app: Flask) -> None:
    firm(own_app)
    speaking(own_app, "en").post("/my-business/sign-in", data={"email": "arta@example.org"})
    with own_app.test_request_context():
        address = link_in(all_letters()[0])
    visitors = [speaking(own_app, "en") for _number in range(3)]
    answers = together(*(lambda one=one: one.post(address).status_code for one in visitors))  # type: ignore[misc]
    assert answers == [303, 410, 410]


def test_a_form_sent_twice_at_once_is_one_firm(own_app: Flask) -> None:
    sent = registration()
    visitors = [speaking(own_app, "en") for _number in range(3)]
    answers = together(
        *(lambda one=one: one.post("/my-business/register", data=sent).status_code for one in visitors)  # type: ignore[misc]
    )
    assert answers == [303, 303, 303]
    with own_app.app_context():
        for kind in (Business, Letter):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(kind)) == 1


def test_two_colleagues_asking_at_once_ask_once(own_app: Flask) -> None:
    key = firm(own_app)
    with own_app.app_context(), unit_of_work():
        case_id = factories.case().id
        service.decide(cases.get(case_id), businesses.get(key), Choice.ACCEPTED, by=factories.person())
    address, sent = f"/matches/cases/{case_id}/questions", {"business": key, "message": "Po?", "language": "sq"}
    staff = [signed_in(own_app, "officer") for _number in range(2)]
    answers = together(*(lambda one=one: one.post(address, data=sent).status_code for one in staff))  # type: ignore[misc]
    assert answers == [303, 422]
    with own_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Introduction)) == 1
