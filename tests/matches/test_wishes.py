"""A firm is not suggested against its word, whoever looks for it learns why, and it is back as soon as it says so (MA1, MA7, MA9)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service as business_service
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.matches import queries, service
from iso_portal.matches.domain import OWN_RULES, Choice, LeftOut, Refusal
from iso_portal.matches.models import BusinessRun, SuggestionRun
from iso_portal.matches.service import serving
from iso_portal.matches.service.suggestions import mark_of
from iso_portal.matches.words import LEFT_OUT
from matching import BusinessFacts
from matching.facts import refused_for
from tests import factories
from tests.conftest import signed_in, work_off
from tests.matches.steps import Prepared, prepared
from tests.soundness import assert_sound

LATER = clock.today() + timedelta(days=30)
WISHES: list[tuple[str, dict[str, Any], str]] = [
    (
        "project",
        {"refused_projects": ["contract_sourcing"]},
        "this kind of project: Contract manufacturing or sourcing.",
    ),
    ("country", {"refused_countries": ["DE"]}, "does not want inquiries from: Germany."),
    ("sector", {"refused_sectors": ["16", "25"]}, "about this sector: Manufacture of fabricated metal products"),
    ("capacity", {"largest_band": "<100k"}, "the largest that its profile names: below EUR 100,000."),
    ("busy", {"busy_until": LATER}, "wants no inquiries before "),
]
EACH = pytest.mark.parametrize(("rule", "wish", "told"), WISHES)


def say(app: Flask, ready: Prepared, wish: dict[str, Any], name: str = "steel") -> None:
    """Let a firm change its profile, and the worker do what follows."""
    with app.app_context():
        business_service.change(businesses.get(ready.firms[name]), wish, by=None)
        db.session.commit()
    work_off(app, only="matches.")


def suggested(app: Flask, ready: Prepared) -> set[str]:
    """Return the firms on the newest list."""
    names = {key: name for name, key in ready.firms.items()}
    with app.app_context():
        run = queries.latest_run(ready.case_id)
        assert run is not None
        return {names[one.business_id] for one in run.suggestions}


@EACH
def test_a_firm_is_not_suggested_against_its_word_and_is_back_once_it_takes_it_back(
    app: Flask, rule: str, wish: dict[str, Any], told: str
) -> None:
    ready = prepared(app)
    assert "steel" in suggested(app, ready)
    say(app, ready, wish)
    assert suggested(app, ready) == {"wood", "milk"}
    say(app, ready, dict.fromkeys(wish, None))
    assert "steel" in suggested(app, ready)


@EACH
def test_whoever_looks_for_the_firm_reads_its_rule_in_every_language(
    app: Flask, rule: str, wish: dict[str, Any], told: str
) -> None:
    ready = prepared(app)
    say(app, ready, wish)
    for language in ("en", "sq", "sr-Latn", "sr-Cyrl"):
        reader = signed_in(app, "officer", language=language)
        for address in (f"{ready.address}/why-not?q=ibri", ready.of("steel"), ready.address):
            page = reader.get(address).text
            assert_sound(page, address)
            if language == "en" and address != ready.address:
                assert told in page
                assert "no list of this case may hold it" in page
    counted = signed_in(app, "officer").get(ready.address).text
    assert f"{words(rule)}: 1" in counted


def words(rule: str) -> str:
    return str(LEFT_OUT[LeftOut(rule)])


@EACH
def test_nobody_accepts_adds_or_asks_a_firm_against_its_word(
    app: Flask, rule: str, wish: dict[str, Any], told: str
) -> None:
    ready = prepared(app)
    officer = signed_in(app, "officer")
    accepted = {"business": ready.firms["steel"], "choice": "accepted"}
    assert officer.post(f"{ready.address}/decisions", data=accepted).status_code == 303
    say(app, ready, wish)
    asked = {"business": ready.firms["steel"], "message": "Steel", "language": "sq"}
    for address, sent in (
        ("decisions", accepted),
        ("firms", {"business": ready.firms["steel"], "reason": "because"}),
        ("questions", asked),
    ):
        answer = officer.post(f"{ready.address}/{address}", data=sent)
        assert answer.status_code == 422, address
        assert "keeps it from this inquiry" in answer.text, address
        assert_sound(answer.text, address)
    page = officer.get(ready.of("steel")).text
    assert "cannot be asked as long as its profile says so" in page
    assert f'action="{ready.address}/questions"' not in page
    with app.app_context():
        case, firm = cases.get(ready.case_id), businesses.get(ready.firms["steel"])
        service.decide(case, firm, Choice.DEFERRED, by=factories.person(), until=LATER)
        with pytest.raises(Refusal):
            service.decide(case, firm, Choice.ACCEPTED, by=factories.person())


@EACH
def test_for_a_firm_such_inquiries_are_left_out_and_counted(
    app: Flask, rule: str, wish: dict[str, Any], told: str
) -> None:
    ready = prepared(app)
    officer = signed_in(app, "officer")
    address = f"/matches/businesses/{ready.firms['steel']}"
    say(app, ready, {"capacity": "30 t"})
    assert ready.of("steel") in officer.get(address).text
    say(app, ready, wish)
    page = officer.get(address).text
    assert_sound(page, address)
    assert ready.of("steel") not in page
    assert f"{words(rule)}: 1" in page


def test_the_index_in_a_folder_follows_too(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "IN_MEMORY", 0)
    ready = prepared(own_app)
    assert "steel" in suggested(own_app, ready)
    for wish, there in (({"refused_countries": ["DE"]}, False), ({"refused_countries": []}, True)):
        say(own_app, ready, wish)
        assert ("steel" in suggested(own_app, ready)) is there


def test_a_busy_firm_is_back_on_its_day_without_a_change(app: Flask) -> None:
    ready = prepared(app)
    say(app, ready, {"busy_until": LATER})
    key = ready.firms["steel"]
    assert "steel" not in suggested(app, ready)
    with app.app_context():
        assert queries.no_longer_busy(clock.today()) == []
        with clock.turned_to(clock.now() + timedelta(days=29)):
            service.refresh_outdated(before=clock.now())
            service.refresh(cases.get(ready.case_id))
            db.session.commit()
    assert "steel" not in suggested(app, ready)
    with app.app_context(), clock.turned_to(clock.now() + timedelta(days=30)):
        assert queries.no_longer_busy(clock.today()) == [key]
        service.refresh(cases.get(ready.case_id))
        service.refresh_business(businesses.get(key))
        db.session.commit()
        assert queries.no_longer_busy(clock.today()) == []
        run = queries.business_run(key)
        assert run is not None
        assert [one.case_id for one in run.inquiries] == [ready.case_id]
    assert "steel" in suggested(app, ready)


def test_a_new_day_is_no_news_of_an_inquiry(app: Flask) -> None:
    ready = prepared(app)
    with app.app_context():
        today = mark_of(service.asked_now(cases.get(ready.case_id)))
        with clock.turned_to(clock.now() + timedelta(days=1)):
            assert mark_of(service.asked_now(cases.get(ready.case_id))) == today


def test_the_database_counts_by_the_same_rules_as_the_ranking(session: Any) -> None:
    wishes = [
        {},
        *({"refused_projects": [one]} for one in ("greenfield", "acquisition")),
        *({"refused_countries": [one]} for one in ("DE", "US")),
        *({"refused_sectors": list(one)} for one in (("25",), ("16", "62"))),
        *({"largest_band": one} for one in ("<100k", "1-5m", ">10m")),
        *({"busy_until": clock.today() + timedelta(days=days)} for days in (-1, 0, 1)),
        {"refused_sectors": ["25"], "largest_band": "<100k", "busy_until": date(2099, 1, 1)},
    ]
    firms = [factories.business(**wish) for wish in wishes]
    for project, country, nace, band in product(
        ("greenfield", ""), ("DE", "AL"), (("25.11", "10"), ()), ("0.5-1m", ">10m", "undecided", None)
    ):
        case = factories.case(
            inquiry=factories.inquiry(
                investor=factories.investor(country=country), project_type=project, sectors=list(nace), band=band
            )
        )
        asked = service.inquiry_of(cases.get(case.id))
        holds = queries.own_rules(asked)
        assert tuple(holds) == OWN_RULES
        for firm in firms:
            facts = BusinessFacts(key="", lines=(), **wishes_of(firm))
            found = [
                rule
                for rule in OWN_RULES
                if db.session.scalar(sa.select(Business.id).where(Business.id == firm.id, holds[rule]))
            ]
            assert (found[0].value if found else None) == refused_for(facts, asked)


def wishes_of(firm: Business) -> dict[str, Any]:
    facts = service.facts_of(firm, ())
    return {"vetoes": facts.vetoes, "largest": facts.largest, "busy_until": facts.busy_until}


def test_lists_and_comparisons_are_kept_once(app: Flask) -> None:
    ready = prepared(app)
    say(app, ready, {"refused_countries": ["DE"]})
    with app.app_context():
        run = db.session.get(BusinessRun, ready.firms["steel"])
        assert run is not None
        assert (run.cases, run.left_out) == (1, {"country": 1})
        assert len(db.session.scalars(sa.select(SuggestionRun)).all()) == 2
