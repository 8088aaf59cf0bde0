"""The pages that a firm holds: profile, consents, sites, photos, own data: casework B1 to B5, K8, domain D35."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import TextKind, Verification
from iso_portal.businesses.models import Picture, Site
from iso_portal.core.db import db
from iso_portal.files.models import StoredFile
from iso_portal.matches import queries as matches
from iso_portal.my_business import words
from iso_portal.my_business.forms import ProfileForm
from iso_portal.privacy import service as privacy
from iso_portal.privacy.models import DataRequest
from tests import factories
from tests.conftest import counted_queries, signed_in, work_off
from tests.my_business.visits import all_letters, firm, hidden, holding, kept, link_in
from tests.soundness import assert_sound

PROFILE = factories.TYPED_PROFILE
SITE = {"name": "Halla e re", "kind": "hall", "tenure": "rent", "municipality": "vushtrri", "active": "y"}
PAGES = ("", "profile", "sites", "sites/new", "questions", "consents", "data")


def photo(kind: str = "JPEG") -> io.BytesIO:
    drawn = io.BytesIO()
    Image.new("RGB", (640, 480), (120, 90, 60)).save(drawn, kind)
    drawn.seek(0)
    return drawn


def edited(client: Any, **changes: Any) -> dict[str, Any]:
    """Return the profile as the page gives it, with changes."""
    page = client.get("/my-business/profile").text
    return PROFILE | {"version": hidden(page, "version"), "base": hidden(page, "base")} | changes


def test_a_stranger_is_asked_for_a_link_at_every_page(app: Flask) -> None:
    client = app.test_client()
    for name in PAGES:
        answer = client.get(f"/my-business/{name}", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/my-business/sign-in")
    for name in ("profile", "consents", "sites/new", "photos", "data", "out", f"sites/{uuid.uuid4()}"):
        assert client.post(f"/my-business/{name}").status_code == 302


@pytest.mark.parametrize("tag", ["en", "sq", "sr-Latn", "sr-Cyrl"])
def test_every_page_is_sound_in_every_language_and_not_for_search_engines(app: Flask, tag: str) -> None:
    client = holding(app, firm(app), language=tag)
    client.post("/my-business/sites/new", data=SITE)
    for name in PAGES:
        page = client.get(f"/my-business/{name}")
        assert page.status_code == 200, name
        assert_sound(page.text, name)
        assert f'<html lang="{tag}">' in page.text
        assert '<meta name="robots" content="noindex">' in page.text


def test_home_says_what_to_add_next_and_why(app: Flask) -> None:
    page = holding(app, firm(app)).get("/my-business/").text
    assert "Profile complete: 40%" in page
    assert "each line can meet an inquiry" in page
    assert 'href="/my-business/profile#products"' in page


def test_the_page_of_the_profile_asks_every_question_once(app: Flask) -> None:
    asked = [name for _title, names in words.PARTS for name in names]
    with app.test_request_context():
        assert sorted(asked) == sorted(set(ProfileForm(formdata=None)._fields) - {"csrf_token", "version", "base"})


def test_a_firm_edits_its_profile_in_its_own_words(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key, language="sr-Cyrl")
    changes = {"products": "shkallë\nplatforma", "offers": ["own_products"], "founded": "1 998", "employees": "10-49"}
    assert client.post("/my-business/profile", data=edited(client, **changes)).status_code == 303
    with app.test_request_context():
        row = kept(key)
        assert queries.text_of(row, TextKind.PRODUCTS) == "shkallë\nplatforma"
        assert (row.founded, row.offers, row.consent_suggest) == (1998, ["own_products"], True)
        assert {text.language for text in row.texts} == {"sq"}
    assert "matches.index_business" in work_off(app, only="matches.")  # suggestions read the profile anew


@pytest.mark.parametrize(
    ("field", "typed"), [("email", ""), ("pib", "101134703"), ("founded", "1.998"), ("nace", "wood"), ("name", "")]
)
def test_a_refused_profile_keeps_everything_typed(app: Flask, field: str, typed: str) -> None:
    client = holding(app, firm(app))
    answer = client.post("/my-business/profile", data=edited(client, products="çelik, Šaljska", **{field: typed}))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "çelik, Šaljska" in answer.text
    assert_sound(answer.text, field)


def test_activities_are_found_by_a_word_and_nothing_typed_is_lost(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key, language="sq")
    page = client.post("/my-business/profile", data=edited(client, products="dyer", find="mobil", act="find"))
    assert page.status_code == 200
    assert 'value="31.09"' in page.text
    assert "dyer</textarea>" in page.text
    assert_sound(page.text, "find")
    client.post("/my-business/profile", data=edited(client, more=["31.09", "nonsense"]))
    with app.test_request_context():
        assert [row.code for row in kept(key).activities] == ["25.11", "31.09"]


def test_what_the_office_changed_meanwhile_is_shown_beside_and_never_overwritten(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key)
    mine = edited(client, description="Bëjmë shkallë.", capacity="30 t")
    with app.app_context():
        values = {"description": "Words of the office.", "employees": "10-49"}
        service.change(kept(key), values, by=factories.person())
        db.session.commit()
    answer = client.post("/my-business/profile", data=mine)
    assert answer.status_code == 409
    assert "Words of the office." in answer.text
    assert "Bëjmë shkallë." in answer.text
    assert_sound(answer.text, "conflict")
    again = mine | {"version": hidden(answer.text, "version"), "base": hidden(answer.text, "base")}
    assert client.post("/my-business/profile", data=again | {"employees": "10-49"}).status_code == 303
    with app.test_request_context():
        row = kept(key)
        assert queries.text_of(row, TextKind.DESCRIPTION) == "Bëjmë shkallë."
        assert row.employees == "10-49"


def test_changes_to_different_fields_merge_without_a_question(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key)
    mine = edited(client, capacity="30 t")
    with app.app_context():
        service.change(kept(key), {"employees": "10-49"}, by=factories.person())
        db.session.commit()
    assert client.post("/my-business/profile", data=mine).status_code == 303
    with app.test_request_context():
        row = kept(key)
        assert (queries.text_of(row, TextKind.CAPACITY), row.employees) == ("30 t", "10-49")


def test_a_changed_verified_field_asks_for_a_new_check(app: Flask) -> None:
    key = firm(app, verification=Verification.VISITED)
    client = holding(app, key)
    client.post("/my-business/profile", data=edited(client, products="shkallë"))
    assert "will check it again" not in client.get("/my-business/").text
    client.post("/my-business/profile", data=edited(client, products="shkallë", municipality="vushtrri"))
    assert "will check it again" in client.get("/my-business/").text
    with app.test_request_context():
        assert kept(key).recheck


def test_a_new_address_closes_the_links_of_the_old_one_and_tells_it(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key)
    client.post("/my-business/sign-in", data={"email": "arta@example.org"})
    client.post("/my-business/profile", data=edited(client, email="new@example.org"))
    with app.test_request_context():
        first, told = all_letters()
        assert (told.to_address, told.link_address) == ("arta@example.org", None)
        old_link = link_in(first)
    assert client.get(old_link).status_code == 410


def test_what_is_taken_back_counts_at_once(app: Flask) -> None:
    key = firm(app, consent_public=True)
    client = holding(app, key)
    with app.test_request_context():
        assert (len(matches.suggestible()), queries.count_listed()) == (1, 1)
    sent = {"consent_donors": "y", "discretion": "y"}
    assert client.post("/my-business/consents", data=sent).status_code == 303
    with app.test_request_context():
        assert (len(matches.suggestible()), queries.count_listed()) == (0, 0)
        row = kept(key)
        assert (row.consent_donors, row.discretion) == (True, True)
        said = row.consents
        assert [(purpose, said[purpose]["given"]) for purpose in ("suggest", "public", "donors")] == [
            ("suggest", False),
            ("public", False),
            ("donors", True),
        ]
        assert said["donors"]["wording"]
    page = client.get("/my-business/consents").text
    assert page.count("Taken back on") == 2
    assert "wording 2026-11" in page
    work_off(app)  # reading the profile anew brings nothing back
    with app.test_request_context():
        assert matches.suggestible() == []


def test_sites_are_added_changed_taken_off_and_deleted(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key)
    answer = client.post("/my-business/sites/new", data=SITE | {"area_m2": "1 200", "available_from": "2027-01-01"})
    address = answer.headers["Location"]
    page = client.get(address).text
    assert 'value="1200"' in page
    sent = SITE | {"version": hidden(page, "version"), "base": hidden(page, "base"), "area_m2": "900", "water": "y"}
    assert client.post(address, data=sent | {"active": ""}).status_code == 303
    with app.test_request_context():
        (row,) = queries.sites_of(key)
        assert (row.area_m2, row.water, row.active, row.available_from, row.language) == (900, True, False, None, "sq")
    assert "Not on offer" in client.get("/my-business/sites").text
    client.post(f"{address}/photos", data={"picture": (photo(), "a.jpg"), "says": "Halla"})
    assert client.post(f"{address}/remove").status_code == 303
    with app.test_request_context():
        for kind in (Site, Picture, StoredFile):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(kind)) == 0


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("kind", "castle"),
        ("tenure", ""),
        ("area_m2", "1.200"),
        ("area_m2", "-1"),
        ("available_from", "x"),
    ],
)
def test_a_refused_site_keeps_everything_typed(app: Flask, field: str, typed: str) -> None:
    client = holding(app, firm(app))
    answer = client.post("/my-business/sites/new", data=SITE | {"text": "Lartësia 6 m", field: typed})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Lartësia 6 m" in answer.text
    assert_sound(answer.text, field)


def test_a_site_that_the_office_changed_meanwhile(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key)
    address = client.post("/my-business/sites/new", data=SITE | {"available_from": "2027-01-01"}).headers["Location"]
    page = client.get(address).text
    mine = SITE | {"version": hidden(page, "version"), "base": hidden(page, "base"), "area_m2": "900", "water": "y"}
    mine["available_from"] = "2027-01-01"
    with app.app_context():
        (row,) = queries.sites_of(key)
        changed = service.values_of_site(row) | {"area_m2": 800, "access_road": True}
        service.keep_site(kept(key), changed, site=row, by=factories.person())
        db.session.commit()
    answer = client.post(address, data=mine)
    assert answer.status_code == 409
    assert "800" in answer.text
    assert_sound(answer.text, "conflict")
    again = mine | {"version": hidden(answer.text, "version"), "base": hidden(answer.text, "base"), "access_road": "y"}
    assert client.post(address, data=again).status_code == 303
    with app.test_request_context():
        (row,) = queries.sites_of(key)
        assert (row.area_m2, row.water, row.access_road, str(row.available_from)) == (900, True, True, "2027-01-01")


def test_a_photo_needs_words_and_is_drawn_anew(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key)
    answer = client.post("/my-business/photos", data={"picture": (photo(), "a.jpg"), "says": ""})
    assert answer.status_code == 422
    assert 'href="#says"' in answer.text
    for content, name, told in (
        (io.BytesIO(b"%PDF-1.4 no photo"), "plan.pdf", "plan.pdf is not of a kind"),
        (io.BytesIO(b"\xff\xd8\xff broken"), "b.jpg", "b.jpg cannot be read"),
        (io.BytesIO(b""), "c.jpg", "is empty"),
    ):
        answer = client.post("/my-business/photos", data={"picture": (content, name), "says": "Dyqani"})
        assert answer.status_code == 422
        assert told in answer.text
        assert 'value="Dyqani"' in answer.text
        assert_sound(answer.text, name)
    assert client.post("/my-business/photos", data={"says": "Dyqani"}).status_code == 422
    assert client.post("/my-business/photos", data={"picture": "text", "says": "Dyqani"}).status_code == 422
    good = {"picture": (photo("PNG"), "shop.png"), "says": "Dyqani nga rruga"}
    assert client.post("/my-business/photos", data=good).status_code == 303
    with app.test_request_context():
        (row,) = queries.pictures_of(key)
        assert (row.says, row.language, row.file.name) == ("Dyqani nga rruga", "sq", "shop.jpg")
        address = f"/my-business/photos/{row.id}.jpg"
    assert 'alt="Dyqani nga rruga"' in client.get("/my-business/sites").text
    shown = client.get(address)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert client.post(address.replace(".jpg", "/remove")).status_code == 303
    assert client.get(address).status_code == 404


def test_too_large_a_photo_is_refused(app: Flask) -> None:
    client = holding(app, firm(app))
    large = {"picture": (io.BytesIO(b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024)), "big.jpg"), "says": "Dyqani"}
    answer = client.post("/my-business/photos", data=large)
    assert answer.status_code == 422
    assert "big.jpg is too large" in answer.text
    huge = {"picture": (io.BytesIO(b"x" * (12 * 1024 * 1024)), "huge.jpg"), "says": "Dyqani"}
    assert client.post("/my-business/photos", data=huge).status_code == 413


def test_another_firms_things_are_never_reachable(app: Flask) -> None:
    key, other = firm(app), firm(app, "Ibri Metal")
    theirs = holding(app, other)
    address = theirs.post("/my-business/sites/new", data=SITE).headers["Location"]
    theirs.post(f"{address}/photos", data={"picture": (photo(), "a.jpg"), "says": "Halla"})
    with app.test_request_context():
        (picture,) = queries.pictures_of(other)
        shown = f"/my-business/photos/{picture.id}"
    client = holding(app, key)
    for path in (address, f"{shown}.jpg"):
        assert client.get(path).status_code == 404
    for path in (address, f"{address}/remove", f"{address}/photos", f"{shown}/remove"):
        assert client.post(path, data=SITE).status_code == 404
    assert theirs.get(f"{shown}.jpg").status_code == 200


def test_a_firm_asks_for_its_data_and_fetches_the_copy(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key)
    assert client.post("/my-business/data", data={"ask": "everything"}).status_code == 422
    for _time in range(2):
        assert client.post("/my-business/data", data={"ask": "copy", "text": ""}).status_code == 303
    assert client.get("/my-business/data/copy.json").status_code == 404
    with app.app_context():
        (row,) = db.session.scalars(sa.select(DataRequest)).all()
        first, second = factories.person(wing="sq"), factories.person(wing="sr")
        privacy.release(row, by=first)
        privacy.release(row, by=second)
        db.session.commit()
    page = client.get("/my-business/data").text
    assert 'href="/my-business/data/copy.json"' in page
    answer = client.get("/my-business/data/copy.json")
    assert answer.json["profile"]["name"] == "Gurra Çelik"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_an_erased_firm_is_closed_out(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key)
    client.post("/my-business/data", data={"ask": "erasure"})
    client.post("/my-business/sign-in", data={"email": "arta@example.org"})
    with app.app_context():
        address = link_in(all_letters("sign_in")[0])
        (row,) = db.session.scalars(sa.select(DataRequest)).all()
        privacy.release(row, by=factories.person(wing="sq"))
        privacy.release(row, by=factories.person(wing="sr"))
        db.session.commit()
    assert client.get("/my-business/").status_code == 302
    assert client.get(address).status_code == 410


def test_a_list_of_sites_asks_as_many_questions_for_two_as_for_ten(app: Flask) -> None:
    client = holding(app, firm(app))
    counts = []
    for more in (2, 8):
        for number in range(more):
            client.post("/my-business/sites/new", data=SITE | {"name": f"Halla {number}"})
        with counted_queries(app) as statements:
            client.get("/my-business/sites")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 14


def test_staff_and_firm_may_be_the_same_browser(app: Flask) -> None:
    key = firm(app)
    staff = signed_in(app, "officer")
    with staff.session_transaction() as session:
        session["business"] = str(key)
    assert staff.get("/my-business/").status_code == staff.get("/cases/").status_code == 200
