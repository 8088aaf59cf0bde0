"""The pages on which people decide whether two records are one firm (casework B7)."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import queries, service
from iso_portal.businesses.models import Business, Merge
from iso_portal.core.db import db
from iso_portal.core.i18n import INTERFACE, Language
from tests import factories
from tests.businesses.pairs import pair_of
from tests.conftest import counted_queries, signed_in
from tests.soundness import assert_sound


class TestPages:
    """The list, the comparison, the merge and the way back, as a person meets them."""

    @pytest.fixture
    def pair_id(self, app: Flask) -> uuid.UUID:
        with app.app_context():
            one = factories.business("Šaljska Drvo", language="sr_latn", text="Pravimo vrata.", email="a@example.org")
            other = factories.business(
                "Шаљска Дрво", language="sr_cyrl", text="Правимо прозоре.", email="b@example.org"
            )
            key = pair_of(one, other).id
            db.session.commit()
        return key

    def typed(self, page: str, **changes: str) -> dict[str, str]:
        """Return what a browser would send from the comparison as it stands."""
        checked = dict(re.findall(r'type="radio" id="[\w-]+" name="(\w+)" value="(\w+)" checked', page))
        version = re.search(r'name="version" type="hidden" value="([^"]*)"', page)
        assert version
        return {**checked, "version": version.group(1), **changes}

    def merge(self, app: Flask, pair_id: uuid.UUID) -> tuple[Any, str]:
        client = signed_in(app, "officer")
        page = client.get(f"/businesses/duplicates/{pair_id}").text
        answer = client.post(f"/businesses/duplicates/{pair_id}/merge", data=self.typed(page))
        assert answer.status_code == 303
        return client, answer.headers["Location"]

    def test_both_stand_side_by_side_each_in_its_own_script(self, app: Flask, pair_id: uuid.UUID) -> None:
        page = signed_in(app, "officer").get(f"/businesses/duplicates/{pair_id}").text
        assert '<span class="said" lang="sr-Latn">Pravimo vrata.</span>' in page
        assert '<span class="said" lang="sr-Cyrl">Правимо прозоре.</span>' in page
        assert "a@example.org" in page
        assert "b@example.org" in page

    def test_the_page_of_the_record_that_went_leads_to_the_firm(self, app: Flask, pair_id: uuid.UUID) -> None:
        client, place = self.merge(app, pair_id)
        with app.app_context():
            gone = db.session.scalars(sa.select(Business).where(Business.merged_into_id.is_not(None))).one().id
        answer = client.get(f"/businesses/{gone}/")
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith(place)
        assert "part of this firm now" in client.get(answer.headers["Location"]).text
        assert client.get(f"/businesses/{gone}/edit").status_code == 303
        late = client.post(f"/businesses/{gone}/edit", data={"name": "Typed in vain"})
        assert late.status_code == 409
        assert "Typed in vain" in late.text

    def test_the_last_merge_is_undone_on_the_firms_page(self, app: Flask, pair_id: uuid.UUID) -> None:
        client, place = self.merge(app, pair_id)
        address = re.search(r'action="(/businesses/merges/[\w-]+/undo)"', client.get(place).text)
        assert address
        assert client.post(address.group(1)).status_code == 303
        assert client.post(address.group(1)).status_code == 409
        with app.app_context():
            assert len(queries.listed(queries.Filters(), language="en").rows) == 2

    def test_a_merge_on_a_stale_view_is_refused_and_the_choices_stay(self, app: Flask, pair_id: uuid.UUID) -> None:
        client = signed_in(app, "officer")
        typed = self.typed(client.get(f"/businesses/duplicates/{pair_id}").text)
        typed["email"] = "right" if typed["email"] == "left" else "left"
        with app.app_context():
            firm = queries.pair(pair_id).one
            service.change(firm, {"address": "Rruga 1"}, by=factories.person())
            db.session.commit()
        answer = client.post(f"/businesses/duplicates/{pair_id}/merge", data=typed)
        assert answer.status_code == 409
        again = self.typed(answer.text)
        assert again["email"] == typed["email"]
        assert "Rruga 1" in answer.text
        assert client.post(f"/businesses/duplicates/{pair_id}/merge", data=again).status_code == 303

    @pytest.mark.parametrize("version", ["", "x", "1-", "²-1", "9" * 5000 + "-1", "0-0"])
    def test_a_version_that_no_page_had_counts_as_stale(self, app: Flask, pair_id: uuid.UUID, version: str) -> None:
        answer = signed_in(app, "officer").post(f"/businesses/duplicates/{pair_id}/merge", data={"version": version})
        assert answer.status_code == 409

    def test_the_page_of_a_merge_whose_words_were_erased_says_so(self, app: Flask, pair_id: uuid.UUID) -> None:
        client, place = self.merge(app, pair_id)
        with app.app_context():
            row = db.session.scalars(sa.select(Merge)).one()
            row.kept_before, row.gone_before, row.chosen = {}, {}, {}
            db.session.commit()
            address = f"/businesses/merges/{row.id}"
        page = client.get(address)
        assert "were erased" in page.text
        assert_sound(page.text, address)
        assert client.post(f"{address}/undo").status_code == 409
        assert client.get(place).status_code == 200

    @pytest.mark.parametrize("wrong", [{"email": "both"}, {"keep": "nobody"}, {"name": "x" * 300}])
    def test_an_answer_that_the_page_did_not_offer_is_refused(
        self, app: Flask, pair_id: uuid.UUID, wrong: dict[str, str]
    ) -> None:
        client = signed_in(app, "officer")
        typed = self.typed(client.get(f"/businesses/duplicates/{pair_id}").text, **wrong)
        answer = client.post(f"/businesses/duplicates/{pair_id}/merge", data=typed)
        assert answer.status_code == 422
        assert_sound(answer.text, "pair")

    def test_two_firms_are_kept_apart_with_a_note(self, app: Flask, pair_id: uuid.UUID) -> None:
        client = signed_in(app, "officer")
        assert client.post(f"/businesses/duplicates/{pair_id}/different", data={"note": "Brothers"}).status_code == 303
        assert "No pair waits" in client.get("/businesses/duplicates").text
        assert "two firms" in client.get(f"/businesses/duplicates/{pair_id}").text

    def test_a_merged_pair_cannot_be_called_different_or_merged_again(self, app: Flask, pair_id: uuid.UUID) -> None:
        client, _place = self.merge(app, pair_id)
        page = client.get(f"/businesses/duplicates/{pair_id}").text
        assert "one record now" in page
        assert client.post(f"/businesses/duplicates/{pair_id}/different").status_code == 409
        with app.app_context():
            version = "-".join(str(firm.version) for firm in (queries.pair(pair_id).one, queries.pair(pair_id).other))
        again = client.post(f"/businesses/duplicates/{pair_id}/merge", data={"version": version, "keep": "left"})
        assert again.status_code == 409

    @pytest.mark.parametrize("language", INTERFACE)
    def test_the_pages_are_sound_in_every_language(self, app: Flask, pair_id: uuid.UUID, language: Language) -> None:
        client = signed_in(app, "manager", language=language.tag)
        for address in ("/businesses/duplicates", f"/businesses/duplicates/{pair_id}"):
            assert_sound(client.get(address).text, address)
        _client, place = self.merge(app, pair_id)
        assert_sound(client.get(place).text, place)
        with app.app_context():
            merge_id = db.session.scalars(sa.select(Merge.id)).one()
        for address in (f"/businesses/merges/{merge_id}", f"/businesses/duplicates/{pair_id}"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert_sound(answer.text, address)

    def test_the_list_asks_as_many_questions_for_forty_pairs_as_for_two(self, app: Flask) -> None:
        client, counts = signed_in(app, "officer"), []
        for more in (2, 38):
            with app.app_context():
                for _number in range(more):
                    pair_of(factories.business(), factories.business())
                db.session.commit()
            client.get("/businesses/duplicates")
            with counted_queries(app) as statements:
                assert client.get("/businesses/duplicates").status_code == 200
            counts.append(len(statements))
        assert counts[0] == counts[1] <= 12

    def test_every_pair_is_on_exactly_one_page(self, app: Flask) -> None:
        with app.app_context():
            wanted = {pair_of(factories.business(), factories.business()).id for _number in range(120)}
            seen, cursor = [], None
            while True:
                page = queries.open_pairs(cursor=cursor)
                seen += [row.id for row in page.rows]
                cursor = page.next
                if not cursor:
                    break
        assert len(seen) == 120
        assert set(seen) == wanted

    @pytest.mark.parametrize("query", ["page=x", "page=WyJhZnRlciIsIngiLCJ5Il0"])
    def test_a_strange_address_is_not_found(self, app: Flask, query: str) -> None:
        assert signed_in(app, "officer").get(f"/businesses/duplicates?{query}").status_code == 404

    @pytest.mark.parametrize(("role", "may"), [("officer", True), ("data_steward", True), ("adviser", False)])
    def test_who_may_merge(self, app: Flask, pair_id: uuid.UUID, role: str, may: bool) -> None:
        client = signed_in(app, role)
        assert (client.get(f"/businesses/duplicates/{pair_id}").status_code == 200) is may
        assert (client.get("/businesses/duplicates").status_code == 200) is may
        assert client.get("/businesses/").status_code == 200
