"""Sites, zones and photos of the public directory (domain D16, trust S5)."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses.domain import SiteKind, Tenure
from iso_portal.businesses.models import Picture, Site
from iso_portal.core.db import db
from tests.conftest import counted_queries, speaking
from tests.directory import rows


@pytest.fixture
def offered(app: Flask) -> None:
    """Four sites of two firms; one is offered no more."""
    with app.test_request_context():
        south, north = rows.listed("Guri"), rows.listed("Bor", municipality="leposavic", language="sr_latn")
        rows.site(south, name="Halla", area_m2=1200)
        rows.site(south, name="Parcela", kind=SiteKind.LAND, tenure=Tenure.EITHER, area_m2=9000)
        rows.site(north, name="Plac", kind=SiteKind.LAND, tenure=Tenure.SALE, area_m2=None)
        rows.site(north, name="Staro", active=False)
        db.session.commit()


def names(client: FlaskClient, query: str = "") -> list[str]:
    text = client.get(f"/directory/sites?{query}").text
    return re.findall(r'id="site-[^"]+" lang="[^"]+" itemprop="name">([^<]+)<', text)


@pytest.mark.usefixtures("offered")
def test_sites_are_narrowed_by_kind_terms_place_and_area(client: FlaskClient) -> None:
    assert names(client) == ["Parcela", "Halla", "Plac"]
    assert names(client, "kind=land") == ["Parcela", "Plac"]
    assert names(client, "tenure=sale") == ["Parcela", "Plac"]
    assert names(client, "tenure=rent") == ["Parcela", "Halla"]
    assert names(client, "municipality=leposavic") == ["Plac"]
    assert names(client, "area=1000") == ["Parcela", "Halla"]
    assert names(client, "area=1201") == ["Parcela"]
    assert names(client, "area=many") == ["Parcela", "Halla", "Plac"]
    assert client.get("/directory/sites?kind=castle").status_code == 404


@pytest.mark.usefixtures("offered")
def test_the_gap_of_zones_in_the_north_is_told(client: FlaskClient) -> None:
    everywhere = client.get("/directory/sites").text
    assert "No business zone is known in: " in everywhere
    told = everywhere.partition("No business zone is known in: ")[2].partition("<")[0]
    for place in ("Leposavi", "Zubin Potok", "Zve", "Mitrovica"):
        assert place in told
    assert everywhere.count('id="zone-') == 4
    south = client.get("/directory/sites?municipality=mitrovica-south").text
    assert "No business zone" not in south
    assert south.count('id="zone-') == 2
    north = client.get("/directory/sites?municipality=leposavic").text
    assert "No business zone is known in: " in north
    assert 'id="zone-' not in north
    assert "What there is are the sites of firms above." in north
    assert "What there is are" not in client.get("/directory/sites?municipality=zvecan").text


def photo(app: Flask, *, active: bool = True) -> Picture:
    with app.test_request_context():
        firm = rows.listed("Guri")
        row = rows.picture(firm, at=rows.site(firm, active=active))
        db.session.commit()
        db.session.refresh(row)
        return row


def test_a_photo_is_shown_in_the_page_and_kept_a_day(app: Flask, client: FlaskClient) -> None:
    address = f"/directory/pictures/{photo(app).id}.jpg"
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    assert "Content-Disposition" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    with counted_queries(app) as statements:
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert not [one for one in statements if "content" in one]
    silent = app.test_client().get(address, headers={"Accept": "image/*"})
    assert silent.mimetype == "image/jpeg"  # a browser that names no language gets the photo, not a question


def test_a_photo_of_a_site_goes_with_the_site(app: Flask, client: FlaskClient) -> None:
    row = photo(app)
    assert client.get(f"/directory/pictures/{row.id}.jpg").status_code == 200
    with app.app_context():
        db.session.get_one(Site, row.site_id).active = False
        db.session.commit()
    assert client.get(f"/directory/pictures/{row.id}.jpg").status_code == 404


@pytest.mark.usefixtures("offered")
@pytest.mark.parametrize(("tag", "area"), [("sq", "9\u00a0000 m²"), ("sr-Latn", "9.000 m²"), ("de", "9.000 m²")])
def test_areas_are_written_as_the_reader_writes_them(app: Flask, tag: str, area: str) -> None:
    assert area in speaking(app, tag).get("/directory/sites").text
