"""Duplicates are found across scripts and spellings, by names, numbers and addresses (casework B7)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import (
    PairState,
    Pick,
    Reason,
    first_choice,
    joined_text,
    likeness,
    merged_texts,
)
from iso_portal.businesses.models import Business, DuplicatePair
from iso_portal.core.db import db
from iso_portal.core.jobs import jobs
from iso_portal.core.scripts import name_key
from tests import factories
from tests.businesses.pairs import marks
from tests.conftest import signed_in, work_off


class TestLikeness:
    """The score, in plain Python."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Šaljska", "Saljska"),
            ("Šaljska", "Шаљска"),
            ("Çelik", "Celik"),
            ("Todić", "Todiq"),
            ("Gjorgjeviq", "Đorđević"),
            ("Djordjevic", "Đorđević"),
            ("Николић д.о.о.", "Nikoliq SH.P.K."),
            ("Hoxha", "Hodža"),
        ],
    )
    def test_spellings_and_scripts_of_one_name_are_the_same_name(self, one: str, other: str) -> None:
        found = likeness(marks(one), marks(other, municipality="vushtrri"))
        assert found.reasons == (Reason.SAME_NAME,)
        assert found.offered

    @pytest.mark.parametrize(
        ("one", "other"),
        [("Gashi", "Gačić"), ("Firma 12", "Firma 13"), ("Metal", "Mlin"), ("Drvo Iber", "Drvo Sitnica")],
    )
    def test_different_names_are_not_offered(self, one: str, other: str) -> None:
        assert not likeness(marks(one), marks(other)).offered

    def test_a_slip_of_the_pen_is_a_similar_name(self) -> None:
        found = likeness(marks("Drvo promet"), marks("Drvo prommet doo"))
        assert found.reasons == (Reason.SIMILAR_NAME, Reason.SAME_PLACE)
        assert found.offered

    def test_a_shared_telephone_alone_says_little(self) -> None:
        found = likeness(marks("Alfa", phone_key="38328000100"), marks("Zenit", phone_key="38328000100"))
        assert (found.score, found.reasons) == (25, (Reason.SAME_PHONE,))
        named = likeness(marks("Alfa", phone_key="38328000100"), marks("Alfa", phone_key="38328000100"))
        assert named.score > 2 * found.score

    @pytest.mark.parametrize("number", ["nui", "pib", "maticni_broj"])
    def test_a_shared_number_counts_most(self, number: str) -> None:
        found = likeness(marks("Alfa", **{number: "990001000"}), marks("Zenit", **{number: "990001000"}))
        assert found.reasons[0] is Reason.SAME_NUMBER
        assert found.score >= 70

    def test_different_numbers_speak_against_one_firm(self) -> None:
        same, apart = marks("Alfa", nui="990001000"), marks("Alfa", nui="990001001")
        assert likeness(same, apart).score < likeness(same, marks("Alfa")).score
        assert Reason.OTHER_NUMBER in likeness(same, apart).reasons

    def test_nothing_known_is_nothing_shared(self) -> None:
        assert likeness(marks(), marks()).score == 0

    @given(
        st.text(max_size=20), st.text(max_size=20), st.sampled_from(["", "101134702"]), st.sampled_from(["", "a@b.c"])
    )
    def test_the_score_is_the_same_both_ways_and_within_bounds(
        self, one: str, other: str, pib: str, email: str
    ) -> None:
        left, right = marks(one, pib=pib), marks(other, email=email, pib=pib)
        assert likeness(left, right) == likeness(right, left)
        assert 0 <= likeness(left, right).score <= 100


class TestFinder:
    """Pairs in the database."""

    def found(self, firm: Business) -> list[DuplicatePair]:
        service.find_duplicates(firm)
        return list(queries.pairs_of(firm.id))

    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("Шаљска", {}),
            ("Saljska DOO", {"municipality": "leposavic"}),
            ("Šaljske", {}),
            ("Anything", {"pib": "101134702"}),
            ("Anything", {"email": "DRVO@example.org"}),
            ("Anything", {"phone_key": "38328000100"}),
        ],
    )
    def test_finds_by_name_number_address_and_telephone(self, session: Any, name: str, changes: dict[str, str]) -> None:
        firm = factories.business("Šaljska", pib="101134702", email="drvo@example.org", phone_key="38328000100")
        factories.business("Qumështi", email="other@example.org")
        other = factories.business(name, **changes)
        (pair,) = self.found(firm)
        assert {pair.one_id, pair.other_id} == {firm.id, other.id}
        assert [row.id for row in self.found(other)] == [pair.id]

    def test_gashi_and_gacic_are_two_firms(self, session: Any) -> None:
        factories.business("Gačić")
        assert self.found(factories.business("Gashi")) == []

    @pytest.mark.parametrize("away", [{"active": False}, {"pending": True}])
    def test_firms_that_are_away_or_not_confirmed_are_left_out(self, session: Any, away: dict[str, bool]) -> None:
        factories.business("Šaljska", **away)
        assert self.found(factories.business("Saljska")) == []

    def test_a_switchboard_makes_no_pairs(self, session: Any) -> None:
        names = ["Alfa", "Bajgora", "Celik", "Drenica", "Energjia", "Flora", "Guri", "Hekuri"]
        firms = [factories.business(name, phone_key="38328000100") for name in names]
        assert self.found(firms[0]) == []

    def test_looking_twice_changes_nothing_and_a_cured_name_ends_the_pair(self, session: Any) -> None:
        firm = factories.business("Šaljska")
        other = factories.business("Saljska")
        first = [(row.id, row.score) for row in self.found(firm)]
        assert [(row.id, row.score) for row in self.found(firm)] == first
        other.name_key = name_key("Something else")
        db.session.flush()
        assert self.found(firm) == []

    def test_what_a_person_called_different_comes_back_only_with_changed_marks(self, session: Any) -> None:
        firm, other = factories.business("Šaljska"), factories.business("Saljska")
        (pair,) = self.found(firm)
        service.call_different(pair, by=factories.person(), note="Two brothers")
        assert [row.state for row in self.found(other)] == [PairState.DIFFERENT]
        other.capacity = "100"  # nothing that tells firms apart
        other.address = "Rruga 1"
        db.session.flush()
        assert [row.state for row in self.found(firm)] == [PairState.DIFFERENT]
        other.phone_key = firm.phone_key = "38328000100"
        db.session.flush()
        assert [row.state for row in self.found(firm)] == [PairState.OPEN]

    def test_the_job_runs_after_every_profile_that_is_written(self, app: Flask) -> None:
        client = signed_in(app, "officer")
        typed = {"language": "sq", "description": "x", "municipality": "zvecan", "registration": "XK"}
        for name in ("Šaljska", "Шаљска"):
            client.post("/businesses/new", data=typed | {"name": name})
        assert work_off(app, only="businesses.") == ["businesses.find_duplicates"] * 2
        assert "1 pair waits" in client.get("/businesses/duplicates").text

    def test_the_nightly_sweep_goes_through_all_firms(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        from iso_portal.businesses import jobs as tasks

        monkeypatch.setattr(tasks, "FIRMS_A_STEP", 2)
        with app.app_context():
            for name in ("Šaljska", "Gashi", "Todić", "Todiq", "Шаљска"):
                factories.business(name)
            db.session.commit()
        with app.app_context():
            jobs.tasks["businesses.begin_sweep"].func()
        assert work_off(app, only="businesses.sweep").count("businesses.sweep_duplicates") == 3
        with app.app_context():
            assert queries.count_open() == 2

    def test_a_job_for_a_firm_that_is_gone_does_nothing(self, app: Flask) -> None:
        with app.app_context():
            jobs.tasks["businesses.find_duplicates"].func(str(uuid.uuid4()))


class TestTexts:
    """What becomes of texts, in plain Python."""

    def row(self, language: str, text: str, *, original: bool = True) -> dict[str, Any]:
        more = {"kind": "description", "stale": False, "written_at": None, "written_by_id": None}
        return {"language": language, "text": text, "original": original, **more}

    def test_lines_that_both_have_stand_once(self) -> None:
        assert joined_text("vrata\nprozori", "prozori\nstolovi") == "vrata\nprozori\n\nstolovi"
        assert joined_text("a", "") == joined_text("", "a") == joined_text("a", "a") == "a"

    def test_own_words_in_two_languages_stand_beside_each_other(self) -> None:
        rows = merged_texts([self.row("sq", "dyer")], [self.row("sr_cyrl", "врата")], Pick.BOTH, language="sr_cyrl")
        assert {row["language"]: (row["text"], row["original"]) for row in rows} == {
            "sq": ("dyer", False),
            "sr_cyrl": ("врата", True),
        }

    def test_no_consent_is_widened_unasked(self) -> None:
        assert first_choice("consent_public", True, False) is Pick.RIGHT
        assert first_choice("consent_public", False, True) is Pick.LEFT
        assert first_choice("discretion", False, True) is Pick.RIGHT
        assert first_choice("discretion", False, True, stays=Pick.RIGHT) is Pick.RIGHT

    def test_the_record_that_stays_keeps_its_answer_where_both_have_one(self) -> None:
        assert first_choice("address", "Rruga 1", "Rruga 2", stays=Pick.RIGHT) is Pick.RIGHT
        assert first_choice("address", "Rruga 1", "", stays=Pick.RIGHT) is Pick.LEFT
        assert first_choice("offers", ["a"], ["b"], stays=Pick.RIGHT) is Pick.BOTH


def test_one_firms_search_uses_indexes_only(app: Flask) -> None:
    with app.app_context():
        db.session.execute(sa.text("set local enable_seqscan = off"))
        firm = factories.business("Šaljska", pib="101134702", email="a@example.org", phone_key="38328000100")
        own = queries.marks(firm)
        for query in (queries.equal_marks(own, besides=firm.id), queries.alike_names(own, besides=firm.id)):
            text = query.compile(dialect=db.engine.dialect, compile_kwargs={"literal_binds": True})
            plan = "\n".join(row[0] for row in db.session.connection().exec_driver_sql(f"explain {text}"))
            assert "Seq Scan" not in plan
            assert "Index" in plan
