"""Checks of profiles: who, when, by which evidence; they fade after a year, and a changed field asks anew: casework B6."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import Refusal, Verification, Worth, standing, whole_months
from iso_portal.businesses.models import Business
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import INTERFACE, Language
from tests import factories
from tests.conftest import signed_in
from tests.soundness import assert_sound

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("day", "level", "months"),
    [
        (date(2026, 11, 25), Verification.VISITED, 0),
        (date(2025, 11, 25), Verification.VISITED, 12),
        (date(2025, 11, 24), Verification.DECLARED, 12),
        (date(2025, 9, 25), Verification.DECLARED, 14),
        (date(2025, 9, 26), Verification.DECLARED, 13),
    ],
)
def test_a_check_counts_for_a_year(day: date, level: Verification, months: int) -> None:
    found = standing(Verification.VISITED, day, today=TODAY)
    assert (found.level, found.was, found.months) == (level, Verification.VISITED, months)
    assert found.faded is (level is Verification.DECLARED)


def test_without_a_check_there_is_nothing_to_fade() -> None:
    assert not standing(Verification.DECLARED, None, today=TODAY).faded
    assert standing(Verification.VISITED, None, today=TODAY).months is None


def test_a_month_is_whole_when_its_day_has_come() -> None:
    assert whole_months(date(2026, 1, 31), date(2026, 2, 28)) == 0
    assert whole_months(date(2026, 1, 31), date(2026, 3, 31)) == 2
    assert whole_months(date(2026, 5, 1), date(2026, 4, 1)) == 0


def check(firm: Business, level: Verification, on: date) -> None:
    service.keep_check(firm, level, on=on, evidence="Lease seen", by=factories.person())


def test_the_latest_day_counts_whenever_it_was_written_down(session: Any) -> None:
    firm = factories.business()
    check(firm, Verification.VISITED, date(2026, 3, 1))
    check(firm, Verification.DOCUMENTS, date(2025, 3, 1))
    assert (firm.verification, firm.verified_on) == (Verification.VISITED, date(2026, 3, 1))
    assert [row.level for row in queries.checks_of(firm.id)] == [Verification.VISITED, Verification.DOCUMENTS]
    assert all(row.by_name for row in queries.checks_of(firm.id))


def test_a_day_to_come_is_refused(session: Any) -> None:
    with pytest.raises(Refusal):
        check(factories.business(), Verification.VISITED, clock.today() + timedelta(days=1))


def test_a_changed_field_asks_for_a_new_check_which_answers_it(session: Any) -> None:
    firm = factories.business("Drvo")
    check(firm, Verification.VISITED, clock.today())
    service.change(firm, {"capacity": "100 m3"}, by=factories.person())
    assert not firm.recheck
    service.change(firm, {"address": "Rruga 1"}, by=factories.person())
    assert firm.recheck
    check(firm, Verification.DOCUMENTS, clock.today() - timedelta(days=3))
    assert firm.recheck  # looked at before the change
    check(firm, Verification.DOCUMENTS, clock.today())
    assert not firm.recheck


@pytest.mark.parametrize(
    ("worth", "names"),
    [
        (None, {"Fresh", "Old", "Never", "Again"}),
        (Worth.CHECKED, {"Fresh", "Again"}),
        (Worth.FADED, {"Old"}),
        (Worth.RECHECK, {"Again"}),
        (Worth.DECLARED, {"Never"}),
        (Worth.PENDING, {"Waiting"}),
    ],
)
def test_the_list_is_narrowed_by_what_a_profile_is_worth(session: Any, worth: Worth | None, names: set[str]) -> None:
    fresh, old = clock.today() - timedelta(days=30), clock.today() - timedelta(days=400)
    factories.business("Fresh", verification=Verification.VISITED, verified_on=fresh)
    factories.business("Old", verification=Verification.VISITED, verified_on=old)
    factories.business("Never")
    factories.business("Again", verification=Verification.REGISTER, verified_on=fresh, recheck=True)
    factories.business("Waiting", pending=True, active=False)
    found = queries.listed(queries.Filters(worth=worth), language="en").rows
    assert {firm.name for firm in found} == names


class TestPage:
    """The check on the profile's page."""

    TYPED = {"level": "visited", "verified_on": "2026-09-01", "evidence": "Workshop visited, two machines seen"}

    @pytest.fixture
    def address(self, app: Flask) -> str:
        with app.app_context():
            firm = factories.business("Drvo")
            db.session.commit()
            return f"/businesses/{firm.id}/"

    def test_a_check_is_kept_with_who_and_shown(self, app: Flask, address: str) -> None:
        client = signed_in(app, "officer")
        assert client.post(f"{address}checks", data=self.TYPED).status_code == 303
        page = client.get(address).text
        assert "Workshop visited, two machines seen" in page
        assert "Person " in page

    def test_fourteen_months_later_the_page_says_so(self, app: Flask, address: str) -> None:
        client = signed_in(app, "officer")
        client.post(f"{address}checks", data=self.TYPED)
        with clock.turned_to(datetime(2027, 11, 5, 12, tzinfo=UTC)):
            page = client.get(address).text
            listed = client.get("/businesses/").text
        for text in (page, listed):
            assert "Visited: 14 months ago" in text
        assert "check too old" in page

    @pytest.mark.parametrize(
        ("field", "value"),
        [("level", ""), ("level", "trusted"), ("verified_on", "soon"), ("verified_on", "9999-12-31"), ("evidence", "")],
    )
    def test_a_wrong_answer_is_named_and_the_rest_stays(self, app: Flask, address: str, field: str, value: str) -> None:
        answer = signed_in(app, "officer").post(f"{address}checks", data=self.TYPED | {field: value})
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        assert field == "evidence" or self.TYPED["evidence"] in answer.text
        assert_sound(answer.text, address)

    @pytest.mark.parametrize("role", ["adviser", "donor", "administrator"])
    def test_who_may_not_check_is_refused(self, app: Flask, address: str, role: str) -> None:
        assert signed_in(app, role).post(f"{address}checks", data=self.TYPED).status_code in {403, 404}

    @pytest.mark.parametrize("language", INTERFACE)
    def test_the_pages_are_sound_in_every_language(self, app: Flask, address: str, language: Language) -> None:
        client = signed_in(app, "officer", language=language.tag)
        client.post(f"{address}checks", data=self.TYPED)
        for place in (address, "/businesses/?worth=checked"):
            assert_sound(client.get(place).text, place)

    def test_an_unusual_check_digit_is_said_on_the_page(self, app: Flask) -> None:
        with app.app_context():
            firm = factories.business("Drvo", maticni_broj="20084694")
            db.session.commit()
            place = f"/businesses/{firm.id}/"
        page = signed_in(app, "officer").get(place).text
        assert "The check digit of the number 20084694 does not fit." in page

    def test_an_unknown_worth_is_not_found(self, app: Flask) -> None:
        assert signed_in(app, "officer").get("/businesses/?worth=nonsense").status_code == 404
