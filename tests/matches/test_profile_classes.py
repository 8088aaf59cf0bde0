"""Classes that a profile speaks of are shown to staff, to accept or change (matching MA5)."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.audit.models import Act
from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service as business_service
from iso_portal.businesses.domain import Verification
from iso_portal.cases import queries as cases
from iso_portal.core import access
from iso_portal.core.access import Permission
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.jobs import defer
from iso_portal.matches import queries, service
from iso_portal.matches.models import ReadProfile
from tests import factories
from tests.conftest import signed_in, work_off
from tests.soundness import assert_sound

STEEL = "Prodhim i konstruksioneve metalike dhe pjesëve të konstruksioneve."
TITLE = "Activity codes that the profile speaks of"
FOLDED = "Codes that its texts speak of and that it does not declare"


def read_firm(app: Flask, *, nace: tuple[str, ...] = (), text: str = STEEL, **changes: Any) -> uuid.UUID:
    """A firm whose profile the worker read."""
    with app.app_context():
        firm = factories.business(nace=nace, text=text, **changes)
        key = firm.id
        defer(db.session, "matches.index_business", {"business_id": str(key)})
        db.session.commit()
    work_off(app, only="matches.index_business")
    return key


def address(key: uuid.UUID) -> str:
    return f"/matches/businesses/{key}"


def sent(app: Flask, key: uuid.UUID, **typed: Any) -> dict[str, Any]:
    """What the form sends from a page that was opened now."""
    with app.app_context():
        return {"version": str(businesses.get(key).version), **typed}


def declared(app: Flask, key: uuid.UUID) -> list[str]:
    with app.app_context():
        return [activity.code for activity in businesses.get(key).activities]


def offered(page: str) -> list[str]:
    return re.findall(r'name="chosen" value="([0-9.]+)"', page)


def kept_as_typed(page: str, code: str, more: str) -> bool:
    return bool(re.search(f'value="{code}" checked', page)) and f'value="{more}"' in page


def test_a_firm_without_codes_shows_what_its_texts_speak_of_the_likeliest_first(app: Flask) -> None:
    key = read_firm(app)
    page = signed_in(app, "officer").get(address(key)).text
    assert TITLE in page
    assert "declares no activity code" in page
    assert offered(page)[0] == "25.11"
    assert len(offered(page)) <= 5
    assert re.search(r"25\.11 Manufacture of metal structures[^%]*?\d\s?%", page)
    assert_sound(page, "of_business")
    with app.app_context():
        read = queries.read_at(key)
        assert read is not None
        assert read.classes
        chances = [chance for _code, chance in read.classes]
        assert chances == sorted(chances, reverse=True)
        assert min(chances) >= 0.15


def test_a_firm_with_codes_is_told_folded_what_it_does_not_declare(app: Flask) -> None:
    officer = signed_in(app, "officer")
    page = officer.get(address(read_firm(app, nace=("16.23",)))).text
    assert FOLDED in page
    assert "25.11" in offered(page)
    assert "<details open>" not in page
    text = "Prodhojmë konstruksione çeliku të salduara sipas projektit."
    complete = officer.get(address(read_firm(app, nace=("25.11",)))).text
    assert "25.11" not in offered(complete)
    assert (FOLDED in complete) == bool(offered(complete))
    assert_sound(officer.get(address(read_firm(app, nace=("25.11",), text=text))).text, "of_business")


def test_accepted_codes_are_declared_by_a_named_person_and_count_from_then_on(app: Flask) -> None:
    key = read_firm(app, verification=Verification.DOCUMENTS)
    officer = signed_in(app, "officer")
    answer = officer.post(f"{address(key)}/activities", data=sent(app, key, chosen="25.11"))
    assert answer.status_code == 303
    assert declared(app, key) == ["25.11"]
    with app.app_context():
        act = db.session.scalars(sa.select(Act).where(Act.verb == "match.activities")).one()
        assert act.by_name.startswith("Person")
        assert act.subject_id == key
        assert act.details["declared"] == []
        assert act.details["chosen"] == ["25.11"]
        assert act.details["proposed"][0][0] == "25.11"
        changed = db.session.scalars(sa.select(Act).where(Act.verb == "business.change")).one()
        assert changed.details == {"fields": "nace"}
        assert changed.by_id == act.by_id
    assert "matches.index_business" in work_off(app, only="matches.index_business")
    page = officer.get(address(key)).text
    assert "declares no activity code" not in page
    assert "25.11" not in offered(page)
    with app.app_context():
        firm = businesses.get(key)
        assert service.facts_of(firm, ()).nace == ("25.11",)
        case_id = factories.case(inquiry=factories.inquiry(sectors=["25.11"])).id
        db.session.commit()
        answer_list, _firms = service.rank(cases.get(case_id))
        mine = next(one for one in answer_list.suggestions if one.key == str(key))
        assert mine.reason.classes == ["25.11"]


def test_other_codes_and_words_are_recorded_after_those_that_were_there(app: Flask) -> None:
    key = read_firm(app, nace=("16.23",))
    officer, post = signed_in(app, "data_steward"), f"{address(key)}/activities"
    words = officer.post(post, data=sent(app, key, chosen="25.11", more="mobilieve kuzhines"))
    assert words.status_code == 422
    assert "Choose among the codes that were found" in words.text
    assert "31.02" in offered(words.text)
    assert kept_as_typed(words.text, "25.11", "mobilieve kuzhines")
    assert "<details open>" in words.text
    assert_sound(words.text, "of_business")
    both = sent(app, key, chosen=["25.11", "31.02"], more="mobilieve kuzhines")
    assert officer.post(post, data=both).status_code == 303
    assert declared(app, key) == ["16.23", "25.11", "31.02"]
    assert officer.post(post, data=sent(app, key, more="2562; 49.41")).status_code == 303
    assert declared(app, key) == ["16.23", "25.11", "31.02", "25.62", "49.41"]


@pytest.mark.parametrize(
    "typed",
    [
        {"chosen": "25.11", "more": "99.99"},
        {"chosen": "25.11", "more": "25"},
        {"chosen": "25.11", "more": "qwertz uiop"},
        {"chosen": "25.11", "more": "x" * 201},
        {"chosen": "25.11", "more": "01.11, 01.12, 01.13, 01.14, 01.15, 01.16, 01.19, 01.21"},
    ],
)
def test_what_is_no_code_is_refused_and_stays_typed(app: Flask, typed: dict[str, str]) -> None:
    key = read_firm(app)
    officer = signed_in(app, "officer")
    refused = officer.post(f"{address(key)}/activities", data=sent(app, key, **typed))
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    assert kept_as_typed(refused.text, typed["chosen"], typed["more"])
    assert_sound(refused.text, "of_business")
    assert declared(app, key) == []


@pytest.mark.parametrize("typed", [{}, {"chosen": "99.99"}, {"chosen": "F"}, {"more": "16.23"}, {"more": ", ;"}])
def test_nothing_new_or_unknown_is_refused(app: Flask, typed: dict[str, str]) -> None:
    key = read_firm(app, nace=("16.23",))
    refused = signed_in(app, "officer").post(f"{address(key)}/activities", data=sent(app, key, **typed))
    assert refused.status_code == 422
    assert_sound(refused.text, "of_business")
    assert declared(app, key) == ["16.23"]


def test_a_profile_that_somebody_changed_meanwhile_is_shown_again_with_the_choice_kept(app: Flask) -> None:
    key = read_firm(app)
    officer, post = signed_in(app, "officer"), f"{address(key)}/activities"
    old = sent(app, key, chosen="25.11", more="31.02")
    with app.app_context(), unit_of_work():
        business_service.change(businesses.get(key), {"nace": "16.23"}, by=factories.person())
    late = officer.post(post, data=old)
    assert late.status_code == 409
    assert "Somebody changed this profile" in late.text
    assert kept_as_typed(late.text, "25.11", "31.02")
    assert_sound(late.text, "of_business")
    assert declared(app, key) == ["16.23"]
    version = re.search(r'name="version" value="(\d+)"', late.text)
    assert version
    assert officer.post(post, data=old | {"version": version[1]}).status_code == 303
    assert declared(app, key) == ["16.23", "25.11", "31.02"]


def test_who_may_not_edit_a_firm_sees_the_codes_and_no_button(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    key = read_firm(app)
    for role in ("adviser", "donor", "administrator"):
        other = signed_in(app, role)
        assert other.get(address(key)).status_code == 404
        assert other.post(f"{address(key)}/activities", data=sent(app, key, chosen="25.11")).status_code == 404
    monkeypatch.setitem(access.ALLOWED, Permission.BUSINESS_EDIT, ((access.steward,),))
    officer = signed_in(app, "officer")
    page = officer.get(address(key)).text
    assert TITLE in page
    assert "25.11" in page
    assert "Record these codes" not in page
    assert officer.post(f"{address(key)}/activities", data=sent(app, key, chosen="25.11")).status_code == 403
    assert declared(app, key) == []


def test_profiles_that_were_read_before_get_their_classes_from_the_stored_vectors(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = read_firm(app)
    with app.app_context():
        read = queries.read_at(key)
        assert read is not None
        first, when = read.classes, read.read_at
        db.session.execute(sa.update(ReadProfile).values(classes=None))
        db.session.commit()
    page = signed_in(app, "officer").get(address(key)).text
    assert "not read for codes yet" in page
    assert offered(page) == []
    assert_sound(page, "of_business")
    with app.app_context():
        monkeypatch.setattr(service.recommender().encoder_, "encode", None)
        with unit_of_work():
            assert service.tell_classes(most=5) == 1
            assert service.tell_classes(most=5) == 0
        read = queries.read_at(key)
        assert read is not None
        assert read.read_at == when
        assert [code for code, _chance in read.classes or []] == [code for code, _chance in first or []]


def test_a_profile_without_a_clear_text_says_so_and_takes_codes(app: Flask) -> None:
    key = read_firm(app, text="?!")
    officer = signed_in(app, "officer")
    page = officer.get(address(key)).text
    assert "speak of no further code clearly" in page
    assert_sound(page, "of_business")
    assert officer.post(f"{address(key)}/activities", data=sent(app, key, more="25.11")).status_code == 303
    assert declared(app, key) == ["25.11"]


def test_an_erased_firm_keeps_no_classes_and_a_copy_tells_them(app: Flask) -> None:
    key = read_firm(app)
    with app.app_context(), unit_of_work():
        assert "25.11" in str(service.told_of_business(key)["activity_codes_read_from_texts"])
        service.forget_business(key)
        db.session.flush()
        db.session.expire_all()
        read = queries.read_at(key)
        assert read is not None
        assert read.classes == []


def test_a_merged_record_takes_no_codes(app: Flask) -> None:
    key = read_firm(app)
    with app.app_context(), unit_of_work():
        businesses.get(key).merged_into_id = factories.business().id
    officer = signed_in(app, "officer")
    assert TITLE not in officer.get(address(key)).text
    assert officer.post(f"{address(key)}/activities", data=sent(app, key, chosen="25.11")).status_code == 422
    assert declared(app, key) == []
