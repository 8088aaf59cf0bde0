"""Sites and photos as staff write them down for a firm: casework B1."""

from __future__ import annotations

import html
import io
import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from iso_portal.businesses import queries
from iso_portal.businesses.models import Picture, Site
from iso_portal.core.db import db
from iso_portal.core.i18n import INTERFACE, Language
from tests import factories
from tests.conftest import counted_queries, signed_in, speaking
from tests.soundness import assert_sound

HALL = {
    "kind": "hall",
    "tenure": "rent",
    "name": "Хала код пруге",
    "municipality": "zvecan",
    "area_m2": "1 200",
    "water": "y",
    "active": "y",
    "available_from": "2027-01-01",
}


@pytest.fixture
def firm_id(app: Flask) -> uuid.UUID:
    """A firm without sites."""
    with app.app_context():
        firm = factories.business("Drvo", language="sr_cyrl")
        db.session.commit()
        return firm.id


def photo() -> dict[str, Any]:
    """A PNG as a browser sends it."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    drawn.seek(0)
    return {"picture": (drawn, "hala.png"), "says": "Hala sa puta"}


def add(client: FlaskClient, firm_id: uuid.UUID, **changes: str) -> str:
    answer = client.post(f"/businesses/{firm_id}/sites/new", data=HALL | changes)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_site_is_kept_in_the_firms_words_and_shown(app: Flask, firm_id: uuid.UUID) -> None:
    client = signed_in(app, "officer")
    add(client, firm_id)
    page = client.get(f"/businesses/{firm_id}/").text
    assert 'lang="sr-Cyrl">Хала код пруге</a>' in page
    assert "1,200 m²" in page


def test_a_site_is_taken_off_offer_and_stays_kept(app: Flask, firm_id: uuid.UUID) -> None:
    client = signed_in(app, "officer")
    place = add(client, firm_id)
    typed = {name: value for name, value in HALL.items() if name != "active"} | _unseen(client, place)
    assert client.post(place, data=typed).status_code == 303
    assert "not on offer" in client.get(f"/businesses/{firm_id}/").text


def _unseen(client: FlaskClient, place: str) -> dict[str, str]:
    page = client.get(place).text
    found = {}
    for name in ("version", "base"):
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        value = re.search(r'value="([^"]*)"', field.group()) if field else None
        assert value
        found[name] = html.unescape(value.group(1))
    return found


def test_two_people_changing_one_site_lose_nothing(app: Flask, firm_id: uuid.UUID) -> None:
    first, second = signed_in(app, "officer"), signed_in(app, "officer")
    place = add(first, firm_id)
    seen = _unseen(second, place)
    assert first.post(place, data=HALL | _unseen(first, place) | {"power_kva": "400"}).status_code == 303
    assert second.post(place, data=HALL | seen | {"address": "Rruga 1"}).status_code == 303
    answer = second.post(place, data=HALL | seen | {"power_kva": "300"})
    assert answer.status_code == 409
    assert "400" in answer.text
    with app.app_context():
        site = db.session.scalars(sa.select(Site)).one()
        assert (site.power_kva, site.address) == (400, "Rruga 1")


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("kind", "castle"), ("municipality", "belgrade"), ("area_m2", "1.200"), ("available_from", "soon")],
)
def test_a_wrong_answer_is_named_and_nothing_typed_is_lost(
    app: Flask, firm_id: uuid.UUID, field: str, value: str
) -> None:
    answer = signed_in(app, "officer").post(f"/businesses/{firm_id}/sites/new", data=HALL | {field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert field == "name" or "Хала код пруге" in answer.text


def test_a_photo_of_the_firm_and_one_of_a_site_are_shown_to_staff_and_taken_away(
    app: Flask, firm_id: uuid.UUID
) -> None:
    client = signed_in(app, "officer")
    place = add(client, firm_id)
    for address in (f"/businesses/{firm_id}/photos", f"{place}/photos"):
        assert client.post(address, data=photo()).status_code == 303
    page = client.get(f"/businesses/{firm_id}/").text
    shown = re.findall(r'<img src="(/businesses/photos/[\w-]+\.jpg)" alt="Hala sa puta"', page)
    assert len(shown) == 2
    answer = signed_in(app, "adviser").get(shown[0])
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert speaking(app, "en").get(shown[0]).status_code == 302
    with app.app_context():
        keys = db.session.scalars(sa.select(Picture.id)).all()
    for key in keys:
        assert client.post(f"/businesses/photos/{key}/remove").status_code == 303
    with app.app_context():
        assert queries.pictures_of(firm_id) == []


@pytest.mark.parametrize("broken", [{}, {"says": "x"}, {"picture": (io.BytesIO(b"<svg/>"), "x.png"), "says": "x"}])
def test_what_is_no_photo_is_refused_with_a_reason(app: Flask, firm_id: uuid.UUID, broken: dict[str, Any]) -> None:
    answer = signed_in(app, "officer").post(f"/businesses/{firm_id}/photos", data=broken)
    assert answer.status_code == 422
    assert 'href="#picture"' in answer.text
    assert_sound(answer.text, "photos")


@pytest.mark.parametrize("role", ["adviser", "donor"])
def test_who_may_not_edit_is_refused(app: Flask, firm_id: uuid.UUID, role: str) -> None:
    place = add(signed_in(app, "officer"), firm_id)
    client = signed_in(app, role)
    for address in (f"/businesses/{firm_id}/sites/new", place, f"/businesses/{firm_id}/photos"):
        assert client.get(address).status_code in {403, 404}
        assert client.post(address, data=HALL).status_code in {403, 404}


def test_what_is_not_there_is_not_found(app: Flask) -> None:
    client, nobody = signed_in(app, "officer"), uuid.uuid4()
    for address in (f"/businesses/sites/{nobody}", f"/businesses/photos/{nobody}.jpg", f"/businesses/{nobody}/photos"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("language", INTERFACE)
def test_the_pages_are_sound_in_every_language(app: Flask, firm_id: uuid.UUID, language: Language) -> None:
    client = signed_in(app, "officer", language=language.tag)
    place = add(client, firm_id)
    client.post(f"{place}/photos", data=photo())
    for address in (
        place,
        f"/businesses/{firm_id}/sites/new",
        f"/businesses/{firm_id}/photos",
        f"/businesses/{firm_id}/",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert_sound(answer.text, address)


def test_the_profile_asks_as_many_questions_with_six_sites_as_with_one(app: Flask, firm_id: uuid.UUID) -> None:
    client, counts = signed_in(app, "officer"), []
    for more in (1, 5):
        for _number in range(more):
            client.post(f"{add(client, firm_id)}/photos", data=photo())
        client.get(f"/businesses/{firm_id}/")
        with counted_queries(app) as statements:
            assert client.get(f"/businesses/{firm_id}/").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 14
