"""Profiles: record, find, show, change, and two people changing at once: casework B1 to B4, K8, domain D20 to D24, D32."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import PARTS, TextKind, completeness
from iso_portal.businesses.models import Business, BusinessText
from iso_portal.core.db import db
from iso_portal.core.i18n import INTERFACE, Language
from iso_portal.vocabulary import queries as vocabulary
from tests import factories
from tests.conftest import counted_queries, signed_in

TYPED = {
    "name": "Шаљска Дрво",
    "language": "sr_cyrl",
    "description": "Правимо врата и прозоре.",
    "products": "врата\nпрозори",
    "nace": "1623",
    "municipality": "zvecan",
    "registration": "RS",
    "pib": "101 134 702",
    "offers": ["own_products"],
    "email": "drvo@example.org",
    "consent_suggest": "y",
}


def kept(name: str) -> Business:
    """Return the firm of a name as it lies in the database."""
    found = db.session.scalars(sa.select(Business).where(Business.name == name)).one()
    return queries.get(found.id)


def queued(app: Flask) -> list[str]:
    """Return the firms that wait to be read anew for suggestions."""
    with app.app_context():
        rows = db.session.execute(
            sa.text("select args from procrastinate_jobs where task_name = 'matches.index_business'")
        )
        return [row.args["business_id"] for row in rows]


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, name
    value = re.search(r'value="([^"]*)"', found.group())
    return html.unescape(value.group(1)) if value else ""


def test_a_firm_is_kept_as_it_writes_and_read_anew_for_suggestions(app: Flask) -> None:
    answer = signed_in(app, "officer").post("/businesses/new", data=TYPED)
    assert answer.status_code == 303
    with app.app_context():
        firm = kept("Шаљска Дрво")
        assert queries.text_of(firm, TextKind.DESCRIPTION) == "Правимо врата и прозоре."
        assert {text.language for text in firm.texts} == {"sr_cyrl"}
        assert [(row.code, row.revision) for row in firm.activities] == [("16.23", "2")]
        assert (firm.pib, firm.consent_suggest, firm.consent_public) == ("101134702", True, False)
        key = str(firm.id)
    assert queued(app) == [key]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("description", ""),
        ("municipality", "belgrade"),
        ("municipality", ""),
        ("registration", "parallel"),
        ("pib", "101134703"),
        ("nui", "99000100"),
        ("nace", "99.99"),
        ("nace", "wood"),
        ("email", "not an address"),
        ("phone", "call me"),
        ("founded", "3000"),
        ("founded", "soon"),
        ("offers", "everything"),
        ("language", "xx"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_typed_is_lost(app: Flask, field: str, value: str) -> None:
    answer = signed_in(app, "officer").post("/businesses/new", data=TYPED | {field: value})
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert "drvo@example.org" in answer.text or field == "email"
    with app.app_context():
        assert db.session.scalars(sa.select(Business)).all() == []


def test_a_doubtful_registration_number_is_kept(app: Flask) -> None:
    answer = signed_in(app, "officer").post("/businesses/new", data=TYPED | {"maticni_broj": "20084694"})
    assert answer.status_code == 303
    with app.app_context():
        assert kept("Шаљска Дрво").maticni_broj == "20084694"


@pytest.mark.parametrize("broken", [{}, {"name": "\x00"}, {"name": "x" * 100_000}, {"offers": "\ud7ff" * 9}])
def test_a_broken_form_is_refused_and_not_a_fault(app: Flask, broken: dict[str, str]) -> None:
    assert signed_in(app, "officer").post("/businesses/new", data=broken).status_code == 422


@pytest.mark.parametrize("typed", ["saljska", "ŠALJSKA", "шаљска", "drvo saljska", "101134702"])
def test_search_finds_a_firm_in_any_script_and_without_diacritics(app: Flask, typed: str) -> None:
    client = signed_in(app, "officer")
    client.post("/businesses/new", data=TYPED)
    assert "Шаљска Дрво" in client.get("/businesses/", query_string={"text": typed}).text
    assert "Шаљска Дрво" not in client.get("/businesses/", query_string={"text": "nothing like it"}).text


def test_filters_stand_in_the_address_and_narrow_the_list(app: Flask) -> None:
    with app.app_context():
        factories.business("Metal Iber", municipality="zvecan", nace=("25.11",))
        factories.business("Mjaltë Bajgora", municipality="vushtrri", nace=("01.49",))
        db.session.commit()
    client = signed_in(app, "officer")
    assert "Mjaltë" not in client.get("/businesses/?municipality=zvecan").text
    assert "Metal Iber" not in client.get("/businesses/?division=01").text
    assert "Metal Iber" in client.get("/businesses/?municipality=zvecan&division=25").text


@pytest.mark.parametrize("query", ["page=x", "text=%25_%5C'", "division=zz", "municipality=nowhere", "text=%00"])
def test_a_strange_address_is_no_fault(app: Flask, query: str) -> None:
    assert signed_in(app, "officer").get(f"/businesses/?{query}").status_code in {200, 404}


def test_an_underscore_parts_words_and_is_no_wildcard(app: Flask) -> None:
    with app.app_context():
        factories.business("Anything")
        db.session.flush()
        assert len(queries.listed(queries.Filters(text="nyth"), language="en").rows) == 1
        assert len(queries.listed(queries.Filters(text="n_th"), language="en").rows) == 1
        assert len(queries.listed(queries.Filters(text="a_z"), language="en").rows) == 0


def test_the_list_asks_as_many_questions_for_forty_firms_as_for_two(app: Flask) -> None:
    client = signed_in(app, "officer")
    counts = []
    for more in (2, 38):
        with app.app_context():
            for _number in range(more):
                factories.business()
            db.session.commit()
        client.get("/businesses/")
        with counted_queries(app) as statements:
            assert client.get("/businesses/").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


def test_every_firm_is_on_exactly_one_page_of_the_list(app: Flask) -> None:
    with app.app_context():
        names = {factories.business("Same name").id for _number in range(130)}
        db.session.flush()
        seen, cursor = [], None
        for _page in range(20):
            page = queries.listed(queries.Filters(), language="sq", cursor=cursor)
            seen += [firm.id for firm in page.rows]
            cursor = page.next
            if not cursor:
                break
        assert len(seen) == 130
        assert set(seen) == names


@pytest.mark.parametrize("language", INTERFACE)
def test_the_profile_marks_whose_words_these_are_in_every_language(app: Flask, language: Language) -> None:
    client = signed_in(app, "officer")
    place = client.post("/businesses/new", data=TYPED).headers["Location"]
    page = html.unescape(client.get(f"{place}?lang={language.tag}").text)
    assert 'lang="sr-Cyrl"' in page
    assert "Правимо врата и прозоре." in page
    assert vocabulary.nace_label("16.23", language) in page
    assert vocabulary.place_name("zvecan", language) in page


@pytest.mark.parametrize(
    ("language", "written", "derived", "tag"),
    [
        ("sr_cyrl", "Правимо ЊЕГОШ врата.", "Pravimo NJEGOŠ vrata.", "sr-Latn"),
        ("sr_latn", "Pravimo vrata (NACE).", "Правимо врата (NACE).", "sr-Cyrl"),
    ],
)
def test_the_other_script_is_a_marked_view_beside_what_was_written(
    app: Flask, language: str, written: str, derived: str, tag: str
) -> None:
    client = signed_in(app, "officer")
    typed = TYPED | {"language": language, "description": written}
    place = client.post("/businesses/new", data=typed).headers["Location"]
    page = client.get(f"{place}?lang={tag}").text  # offered to who reads the other script
    assert written in page
    start = rf'<details class="derived"><summary>[^<]+</summary>\s*<div class="original" lang="{tag}">'
    marked = re.search(f"{start}.*?</details>", page, re.DOTALL)
    assert marked
    assert derived in marked.group()


def test_an_albanian_text_has_no_other_script(app: Flask) -> None:
    client = signed_in(app, "officer")
    typed = TYPED | {"language": "sq", "name": "Dyer", "description": "Bëjmë dyer.", "products": ""}
    assert (
        "Show in the other script"
        not in client.get(client.post("/businesses/new", data=typed).headers["Location"]).text
    )


def test_the_profile_says_what_to_add_next(app: Flask) -> None:
    client = signed_in(app, "officer")
    page = client.get(client.post("/businesses/new", data=TYPED).headers["Location"]).text
    assert "What to add next" in page
    assert "Capacity: an investor asks for it first." in page


def test_completeness_counts_parts_and_names_the_rest_in_order() -> None:
    assert completeness({}) == (0, list(PARTS))
    assert completeness(dict.fromkeys(PARTS, True)) == (100, [])
    assert completeness(dict.fromkeys(PARTS, True) | {"seeks": False, "products": False}) == (80, ["products", "seeks"])


def test_a_profile_never_asks_for_or_shows_a_community(app: Flask) -> None:
    client = signed_in(app, "officer")
    place = client.post("/businesses/new", data=TYPED).headers["Location"]
    for page in (client.get("/businesses/new").text, client.get(place).text):
        assert not re.search(r"communit|ethnic|nationalit", page, re.IGNORECASE)
    assert not [column.name for column in Business.__table__.columns if re.search("communit|ethnic|wing", column.name)]


def test_a_changed_original_makes_its_translations_stale(session: Any) -> None:
    firm = factories.business("Drvo", text="Stari tekst", language="sr_latn")
    firm.texts.append(BusinessText(kind=TextKind.DESCRIPTION, language="en", text="Old text", original=False))
    session.flush()
    service.change(firm, service.values_of(firm) | {"description": "Novi tekst"}, by=factories.person())
    assert {text.language: text.stale for text in firm.texts} == {"sr_latn": False, "en": True}


def test_saving_what_did_not_change_writes_nothing(app: Flask) -> None:
    client = signed_in(app, "officer")
    client.post("/businesses/new", data=TYPED)
    with app.app_context():
        firm = kept("Шаљска Дрво")
        key, version = firm.id, firm.version
    page = client.get(f"/businesses/{key}/edit").text
    unchanged = TYPED | {"version": hidden(page, "version"), "base": hidden(page, "base")}
    assert client.post(f"/businesses/{key}/edit", data=unchanged).status_code == 303
    with app.app_context():
        assert kept("Шаљска Дрво").version == version
    assert len(queued(app)) == 1


class TestTwoPeople:
    """Both open the form, one saves, then the other."""

    @pytest.fixture
    def opened(self, app: Flask) -> tuple[FlaskClient, str, dict[str, Any]]:
        """A second person's form, opened before somebody else saved another address and e-mail."""
        first, second = signed_in(app, "officer"), signed_in(app, "officer")
        first.post("/businesses/new", data=TYPED)
        with app.app_context():
            place = f"/businesses/{kept('Шаљска Дрво').id}/edit"
        page = second.get(place).text
        typed = TYPED | {"version": hidden(page, "version"), "base": hidden(page, "base")}
        assert first.post(place, data=typed | {"address": "Rruga 1", "email": "new@example.org"}).status_code == 303
        return second, place, typed

    def test_changes_to_different_fields_merge_without_a_question(self, app: Flask, opened: Any) -> None:
        client, place, typed = opened
        assert client.post(place, data=typed | {"capacity": "100 m3"}).status_code == 303
        with app.app_context():
            firm = kept("Шаљска Дрво")
            assert (firm.address, firm.email) == ("Rruga 1", "new@example.org")
            assert queries.text_of(firm, TextKind.CAPACITY) == "100 m3"

    def test_changes_to_one_field_are_shown_side_by_side_and_not_saved(self, app: Flask, opened: Any) -> None:
        client, place, typed = opened
        answer = client.post(place, data=typed | {"address": "Rruga 2"})
        assert answer.status_code == 409
        assert "Rruga 1" in answer.text
        assert "Rruga 2" in answer.text
        with app.app_context():
            assert kept("Шаљска Дрво").address == "Rruga 1"

    def test_a_text_with_two_spaces_that_only_one_changed_is_not_asked_about(self, app: Flask) -> None:
        first, second = signed_in(app, "officer"), signed_in(app, "officer")
        spaced = TYPED | {"description": "Врата  и\nпрозори."}
        first.post("/businesses/new", data=spaced)
        with app.app_context():
            place = f"/businesses/{kept('Шаљска Дрво').id}/edit"
        page = second.get(place).text
        form = spaced | {"version": hidden(page, "version"), "base": hidden(page, "base")}
        first.post(place, data=form | {"description": "Ново."})
        assert second.post(place, data=form | {"address": "Rruga 3"}).status_code == 303
        with app.app_context():
            firm = kept("Шаљска Дрво")
            assert (queries.text_of(firm, TextKind.DESCRIPTION), firm.address) == ("Ново.", "Rruga 3")

    def test_what_the_second_person_then_chooses_is_kept(self, app: Flask, opened: Any) -> None:
        client, place, typed = opened
        page = client.post(place, data=typed | {"address": "Rruga 2"}).text
        again = typed | {"version": hidden(page, "version"), "base": hidden(page, "base")}
        chosen = again | {"address": "Rruga 2", "email": "new@example.org"}
        assert client.post(place, data=chosen).status_code == 303
        with app.app_context():
            firm = kept("Шаљска Дрво")
            assert (firm.address, firm.email) == ("Rruga 2", "new@example.org")


@pytest.mark.parametrize(
    ("role", "may_see", "may_edit"),
    [
        ("officer", True, True),
        ("lead_officer", True, True),
        ("manager", True, True),
        ("data_steward", True, True),
        ("adviser", True, False),
        ("donor", False, False),
        ("administrator", False, False),
    ],
)
def test_who_may_see_and_who_may_edit(
    app: Flask, sign_in: Callable[..., FlaskClient], role: str, may_see: bool, may_edit: bool
) -> None:
    client = sign_in(role)
    assert (client.get("/businesses/").status_code == 200) is may_see
    assert (client.post("/businesses/new", data=TYPED).status_code == 303) is may_edit
