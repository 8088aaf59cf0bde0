"""What a firm does not want to hear of: asked of staff and firm alike, kept, shown to those who need it: casework B1, B7."""

from __future__ import annotations

import html
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import LARGEST_BANDS, WISHES, Pick
from iso_portal.businesses.models import Business, DuplicatePair
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import INTERFACE, Language
from iso_portal.privacy import service as privacy
from iso_portal.vocabulary.domain import BANDS
from matching.facts import BANDS as PACKAGE_BANDS
from tests import factories
from tests.businesses.tables import HEADER, taken_in
from tests.conftest import signed_in, work_off
from tests.my_business.visits import firm, hidden, holding, kept
from tests.soundness import Page, assert_sound

SOON = (clock.today() + timedelta(days=40)).isoformat()
WISHED: dict[str, Any] = {
    "refused_projects": ["acquisition", "joint_venture"],
    "refused_countries": ["US"],
    "refused_sectors": ["05", "25"],
    "largest_band": "0.5-1m",
    "busy_until": SOON,
}
NOTHING = {
    "refused_projects": [],
    "refused_countries": [],
    "refused_sectors": [],
    "largest_band": None,
    "busy_until": None,
}
TYPED = factories.TYPED_PROFILE


def wishes(business: Business) -> dict[str, Any]:
    """Return what a firm does not want to hear of, as a form sends it."""
    told = {name: getattr(business, name) for name in WISHES}
    return told | {"busy_until": business.busy_until.isoformat() if business.busy_until else None}


class Keeper:
    """Somebody who edits a profile: a colleague, or the firm itself."""

    def __init__(self, app: Flask, who: str, key: Any, language: str = "en") -> None:
        if who == "staff":
            self.client = signed_in(app, "officer", language=language)
            self.address, self.shown = f"/businesses/{key}/edit", f"/businesses/{key}/"
            self.consents: dict[str, Any] = {"consent_suggest": "y"}
        else:
            self.client, self.consents = holding(app, key, language=language), {}
            self.address, self.shown = "/my-business/profile", "/my-business/"

    def form(self, **changes: Any) -> dict[str, Any]:
        """Return the form as the page gives it, with changes."""
        page = self.client.get(self.address).text
        return TYPED | self.consents | {name: hidden(page, name) for name in ("version", "base")} | changes


BOTH = pytest.mark.parametrize("who", ["staff", "firm"])


@BOTH
def test_staff_and_firm_say_it_see_it_and_take_it_back(app: Flask, who: str) -> None:
    key = firm(app)
    keeper = Keeper(app, who, key)
    assert keeper.client.post(keeper.address, data=keeper.form(**WISHED)).status_code == 303
    with app.test_request_context():
        assert wishes(kept(key)) == WISHED
    page = html.unescape(keeper.client.get(keeper.shown).text)
    assert_sound(page, who)
    for told in ("Acquisition or stake, Joint venture", "United States", "Mining of coal", "EUR 500,000 to 1 million"):
        assert told in page
    shown = keeper.client.get(keeper.address).text
    ticked = {(box["name"], box["value"]) for _tag, box in Page(shown).fields if "checked" in box}
    assert {(name, value) for name in WISHES[:3] for value in WISHED[name]} <= ticked
    assert f'value="{SOON}"' in shown
    work_off(app, only="matches.")
    assert keeper.client.post(keeper.address, data=keeper.form()).status_code == 303
    with app.test_request_context():
        assert wishes(kept(key)) == NOTHING
    assert "matches.index_business" in work_off(app, only="matches.")


@BOTH
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("refused_projects", "everything"),
        ("refused_countries", "XX"),
        ("refused_sectors", "25.11"),
        ("refused_sectors", "04"),
        ("largest_band", "undecided"),
        ("busy_until", "soon"),
        ("busy_until", "2206-01-01"),
        ("busy_until", "9999-12-31"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_typed_is_lost(app: Flask, who: str, field: str, value: str) -> None:
    keeper = Keeper(app, who, firm(app))
    sent = keeper.form(**WISHED | {"products": "çelik, Šaljska", field: value})
    answer = keeper.client.post(keeper.address, data=sent)
    assert answer.status_code == 422
    assert_sound(answer.text, field)
    assert f'href="#{field}"' in answer.text
    assert "çelik, Šaljska" in answer.text
    if field == "busy_until":
        assert f'value="{value}"' in answer.text
    else:
        assert f'value="{SOON}"' in answer.text


@BOTH
def test_what_somebody_else_changed_meanwhile_is_asked_or_merged(app: Flask, who: str) -> None:
    key = firm(app)
    keeper = Keeper(app, who, key)
    other = {"busy_until": clock.today() + timedelta(days=3), "refused_countries": ["US"]}
    mine = keeper.form(busy_until=SOON, refused_sectors=["25"])
    with app.app_context():
        service.change(kept(key), other, by=factories.person())
        db.session.commit()
    answer = keeper.client.post(keeper.address, data=mine)
    assert answer.status_code == 409
    assert_sound(answer.text, who)
    assert f'value="{SOON}"' in answer.text
    again = mine | {name: hidden(answer.text, name) for name in ("version", "base")} | {"refused_countries": ["US"]}
    assert keeper.client.post(keeper.address, data=again).status_code == 303
    with app.test_request_context():
        row = kept(key)
        assert (row.refused_countries, row.refused_sectors) == (["US"], ["25"])
        assert wishes(row)["busy_until"] == SOON
    stale = keeper.form(capacity="30 t")
    with app.app_context():
        service.change(kept(key), other, by=factories.person())
        db.session.commit()
    merged = keeper.client.post(
        keeper.address, data=stale | {"refused_countries": ["US"], "refused_sectors": ["25"], "busy_until": SOON}
    )
    assert merged.status_code == 303
    with app.test_request_context():
        assert kept(key).busy_until == other["busy_until"]


@pytest.mark.parametrize("language", INTERFACE)
def test_both_forms_ask_in_every_language(app: Flask, language: Language) -> None:
    key = firm(app, **WISHED | {"busy_until": date.fromisoformat(SOON)})
    for who in ("staff", "firm"):
        keeper = Keeper(app, who, key, language.tag)
        for address in (keeper.address, keeper.shown):
            assert_sound(keeper.client.get(address).text, address)


def test_a_day_that_has_passed_hinders_no_other_change(app: Flask) -> None:
    key = firm(app, busy_until=date(2026, 1, 1))
    keeper = Keeper(app, "firm", key)
    assert (
        keeper.client.post(keeper.address, data=keeper.form(busy_until="2026-01-01", capacity="2 t")).status_code == 303
    )


def test_no_public_page_tells_what_a_firm_refuses(app: Flask) -> None:
    key = firm(app, consent_public=True, **WISHED | {"busy_until": date.fromisoformat(SOON)})
    public = html.unescape(app.test_client().get(f"/directory/{key}", headers={"Accept-Language": "en"}).text)
    assert "Gurra Çelik" in public
    assert not [word for word in ("not wanted", "Acquisition", "United States", "No inquiries") if word in public]


def test_the_copy_of_ones_data_holds_it_and_erasure_takes_it_away(app: Flask) -> None:
    key = firm(app, **WISHED | {"busy_until": date.fromisoformat(SOON)})
    with app.test_request_context():
        profile = privacy.copy_of_business(kept(key))["profile"]
        assert {name: profile[name] for name in WISHES} == WISHED
        row = kept(key)
        service.erase(row, by=factories.person())
        db.session.flush()
        assert wishes(row) == NOTHING


def test_an_import_takes_it_in(app: Flask) -> None:
    names = "refused_projects,refused_countries,refused_sectors,largest_band,busy_until"
    row = f"Drvo,sq,zvecan,XK,Tekst,16.23,d@example.net,yes,Joint venture;acquisition,US,05;25,0.5-1m,{SOON}"
    taken_in(signed_in(app, "officer"), f"{HEADER},{names}\n{row}\n")
    with app.app_context():
        (found,) = db.session.scalars(sa.select(Business))
        told = wishes(found)
        assert told | {"refused_projects": sorted(told["refused_projects"])} == WISHED


class TestMerging:
    """Two records that say different things."""

    @pytest.fixture
    def pair(self, session: Any) -> DuplicatePair:
        one = factories.business("Drvo", **WISHED | {"busy_until": date.fromisoformat(SOON)})
        other = factories.business("Дрво", refused_projects=["greenfield"], refused_sectors=["25"])
        first, second = sorted((one.id, other.id))
        row = DuplicatePair(one_id=first, other_id=second, score=55, reasons=["same_name"])
        db.session.add(row)
        db.session.flush()
        return queries.pair(row.id)

    def test_the_page_compares_them_in_words(self, app: Flask, pair: DuplicatePair) -> None:
        db.session.commit()
        page = html.unescape(signed_in(app, "officer").get(f"/businesses/duplicates/{pair.id}").text)
        for told in (
            "Joint venture",
            "United States",
            "Mining of coal",
            "EUR 500,000 to 1 million",
            "No inquiries before",
        ):
            assert told in page

    def test_nothing_that_either_refused_is_lost_and_undoing_gives_it_back(self, pair: DuplicatePair) -> None:
        before = {row.id: wishes(row) for row in (pair.one, pair.other)}
        left = Pick.LEFT if pair.one.name == "Drvo" else Pick.RIGHT
        row = service.merge(pair, {"largest_band": left, "busy_until": left}, keep=left, by=factories.person())
        together = wishes(queries.get(row.kept_id))
        assert set(together["refused_projects"]) == {"acquisition", "joint_venture", "greenfield"}
        assert (together["largest_band"], together["busy_until"]) == ("0.5-1m", SOON)
        assert service.unmerge(row, by=factories.person()) == []
        assert {firm.id: wishes(firm) for firm in queries.locked(*before)} == before

    def test_a_merge_from_before_firms_could_say_it_is_undone_too(self, pair: DuplicatePair) -> None:
        for record in (pair.one, pair.other):
            for name in WISHES:
                setattr(record, name, [] if name.startswith("refused") else None)
        db.session.flush()
        row = service.merge(pair, {}, keep=Pick.LEFT, by=factories.person())
        old = {"kept_before": dict(row.kept_before), "gone_before": dict(row.gone_before), "chosen": dict(row.chosen)}
        for snapshot in (old["kept_before"], old["gone_before"], old["chosen"]["after"]):
            for name in WISHES:
                del snapshot["columns"][name]
        row.kept_before, row.gone_before, row.chosen = old["kept_before"], old["gone_before"], old["chosen"]
        service.change(queries.get(row.kept_id), {"refused_countries": ["US"]}, by=factories.person())
        db.session.flush()
        assert service.unmerge(row, by=factories.person()) == ["refused_countries"]
        assert queries.get(row.kept_id).refused_countries == ["US"]


def test_the_database_knows_the_bands_and_so_does_the_package(session: Any) -> None:
    assert tuple(PACKAGE_BANDS) == LARGEST_BANDS == BANDS[:-1]
    with pytest.raises(IntegrityError), db.session.begin_nested():
        factories.business(largest_band="undecided")
