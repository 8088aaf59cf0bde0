"""Translations beside the originals: written by staff, stale when the original changes, never overwritten: casework B1."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import TextKind
from iso_portal.businesses.models import BusinessText
from iso_portal.core.db import db
from iso_portal.core.i18n import INTERFACE, Language
from tests import factories
from tests.conftest import signed_in
from tests.soundness import assert_sound

ORIGINAL = "Bëjmë  dyer\nprej druri."


@pytest.fixture
def place(app: Flask) -> str:
    """The address of the English translation of a firm's description."""
    with app.app_context():
        firm = factories.business("Dyer", text=ORIGINAL)
        db.session.commit()
        return f"/businesses/{firm.id}/texts/description/en"


def opened(client: FlaskClient, place: str) -> dict[str, str]:
    """Return what the browser sends back unseen."""
    page = client.get(place).text
    found = re.search(r'<input[^>]*name="base"[^>]*value="([^"]*)"', page)
    assert found
    return {"base": html.unescape(found.group(1))}


def kept(place: str) -> BusinessText | None:
    business_id, _texts, kind, language = place.split("/")[2:6]
    firm = queries.get(business_id)  # type: ignore[arg-type]  # a key as text does
    return next((text for text in firm.texts if (text.kind, text.language) == (kind, language)), None)


def change_original(app: Flask, place: str, text: str) -> None:
    with app.app_context():
        firm = queries.get(place.split("/")[2])  # type: ignore[arg-type]  # a key as text does
        service.change(firm, {"description": text}, by=factories.person())
        db.session.commit()


def test_a_translation_is_kept_with_who_and_when_beside_the_untouched_original(app: Flask, place: str) -> None:
    client = signed_in(app, "officer")
    page = client.get(place).text
    assert "Bëjmë  dyer" in page
    assert client.post(place, data=opened(client, place) | {"text": "We make doors\nof wood."}).status_code == 303
    with app.app_context():
        row = kept(place)
        assert row
        assert (row.text, row.original, row.stale) == ("We make doors\nof wood.", False, False)
        assert row.written_at
        assert row.written_by_id
        firm = queries.get(row.business_id)
        assert queries.text_of(firm, TextKind.DESCRIPTION) == ORIGINAL
        assert len(queries.listed(queries.Filters(text="doors"), language="en").rows) == 1


def test_it_is_stale_when_the_original_changes_and_one_press_says_it_is_still_right(app: Flask, place: str) -> None:
    client = signed_in(app, "officer")
    client.post(place, data=opened(client, place) | {"text": "Doors."})
    change_original(app, place, "Bëjmë dyer prej druri!")
    assert "older than the original" in client.get(place).text
    assert client.post(f"{place}/right", data=opened(client, place)).status_code == 303
    with app.app_context():
        row = kept(place)
        assert row
        assert not row.stale
    assert "older than the original" not in client.get(place).text


def test_two_translators_never_overwrite_each_other(app: Flask, place: str) -> None:
    first, second = signed_in(app, "officer"), signed_in(app, "officer")
    one, other = opened(first, place), opened(second, place)
    assert first.post(place, data=one | {"text": "Doors by the first."}).status_code == 303
    answer = second.post(place, data=other | {"text": "Doors by the second."})
    assert answer.status_code == 409
    assert "Doors by the first." in answer.text
    assert "Doors by the second." in answer.text
    with app.app_context():
        row = kept(place)
        assert row
        assert row.text == "Doors by the first."
    again = re.search(r'<input[^>]*name="base"[^>]*value="([^"]*)"', answer.text)
    assert again
    data = {"base": html.unescape(again.group(1)), "text": "Doors by the second."}
    assert second.post(place, data=data).status_code == 303


def test_a_translation_of_an_original_that_changed_meanwhile_is_asked_about(app: Flask, place: str) -> None:
    client = signed_in(app, "officer")
    seen = opened(client, place)
    change_original(app, place, "Bëjmë dritare.")
    for address in (place, f"{place}/right", f"{place}/remove"):
        answer = client.post(address, data=seen | {"text": "Doors."})
        assert answer.status_code == 409
        assert "Bëjmë dritare." in answer.text


def test_a_translation_can_be_taken_away(app: Flask, place: str) -> None:
    client = signed_in(app, "officer")
    client.post(place, data=opened(client, place) | {"text": "Doors."})
    assert client.post(f"{place}/remove", data=opened(client, place)).status_code == 303
    with app.app_context():
        assert kept(place) is None


@pytest.mark.parametrize("text", ["", "   ", "x" * 8001])
def test_what_is_empty_or_too_long_is_refused_and_kept_on_the_page(app: Flask, place: str, text: str) -> None:
    client = signed_in(app, "officer")
    answer = client.post(place, data=opened(client, place) | {"text": text})
    assert answer.status_code == 422
    assert text.strip() in answer.text
    assert_sound(answer.text, place)


@pytest.mark.parametrize("broken", [{}, {"base": "x"}, {"base": "[]"}, {"base": '{"original": 5}'}])
def test_a_broken_form_overwrites_nothing(app: Flask, place: str, broken: dict[str, str]) -> None:
    assert signed_in(app, "officer").post(place, data=broken | {"text": "Doors."}).status_code == 409
    with app.app_context():
        assert kept(place) is None


@pytest.mark.parametrize(
    "end", ["description/sq", "description/xx", "nonsense/en", "products/en", "description/sr_cyrl", "description/EN"]
)
def test_there_is_no_page_without_an_original_or_for_its_own_language(app: Flask, place: str, end: str) -> None:
    start = place.removesuffix("description/en")
    client = signed_in(app, "officer")
    assert client.get(start + end).status_code == 404
    assert client.post(start + end, data={"text": "x"}).status_code == 404


def test_serbian_counts_as_one_language_in_two_scripts(session: Any) -> None:
    firm = factories.business("Drvo", language="sr_cyrl", text="Врата")
    own = queries.original_of(firm, TextKind.DESCRIPTION)
    assert own
    assert service.languages_for(own) == ["en", "sq", "de"]


@pytest.mark.parametrize(("role", "status"), [("data_steward", 200), ("adviser", 403), ("donor", 404)])
def test_who_may_translate(app: Flask, place: str, role: str, status: int) -> None:
    assert signed_in(app, role).get(place).status_code == status


@pytest.mark.parametrize("language", INTERFACE)
def test_the_page_is_sound_in_every_language(app: Flask, place: str, language: Language) -> None:
    client = signed_in(app, "officer", language=language.tag)
    client.post(place, data=opened(client, place) | {"text": "Doors."})
    change_original(app, place, "Bëjmë dritare.")
    for address in (place, place.partition("texts")[0]):
        assert_sound(client.get(address).text, address)


def test_nothing_is_written_to_a_record_that_was_merged_away(app: Flask, place: str) -> None:
    client = signed_in(app, "officer")
    seen = opened(client, place)
    with app.app_context():
        firm = queries.get(place.split("/")[2])  # type: ignore[arg-type]  # a key as text does
        firm.merged_into_id = factories.business("Kept").id
        db.session.commit()
    answer = client.post(place, data=seen | {"text": "Typed in vain."})
    assert answer.status_code == 409
    assert "Typed in vain." in answer.text
    assert client.get(place).status_code == 303


def test_a_firm_that_changes_its_language_takes_over_what_stands_there_and_keeps_its_former_words(app: Flask) -> None:
    with app.app_context():
        firm = factories.business("Dyer", text="Vrata od drveta", language="sq")
        by = factories.person()
        firm.texts.append(BusinessText(kind=TextKind.DESCRIPTION, language="sr_latn", text="Vrata", original=False))
        db.session.flush()
        service.change(firm, {"language": "sr_latn", "description": "Vrata i prozori"}, by=by)
        db.session.flush()
        own, former = sorted(firm.texts, key=lambda text: not text.original)
        assert (own.language, own.text, own.stale) == ("sr_latn", "Vrata i prozori", False)
        assert (former.language, former.text, former.original, former.stale) == ("sq", "Vrata od drveta", False, True)


def test_a_text_that_stays_keeps_its_language_where_the_new_one_has_a_translation(app: Flask) -> None:
    with app.app_context():
        firm = factories.business("Dyer", text="Dyer druri", language="sq")
        firm.texts.append(BusinessText(kind=TextKind.DESCRIPTION, language="en", text="Wooden doors", original=False))
        db.session.flush()
        service.change(firm, {"language": "en", "description": "Dyer druri"}, by=factories.person())
        db.session.flush()
        assert {(text.language, text.text, text.original) for text in firm.texts} == {
            ("sq", "Dyer druri", True),
            ("en", "Wooden doors", False),
        }
