"""Duplicates: found across scripts and spellings, decided by people, merged without loss and undone: casework B7."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import (
    FOR_BOTH,
    PARTS_TO_CHOOSE,
    Marks,
    PairState,
    Pick,
    Reason,
    Refusal,
    SiteKind,
    Tenure,
    TextKind,
    Verification,
    first_choice,
    joined_text,
    likeness,
    merged_texts,
)
from iso_portal.businesses.models import Business, BusinessText, DuplicatePair, Merge, Site
from iso_portal.core import clock
from iso_portal.core.db import Base, db
from iso_portal.core.i18n import INTERFACE, Language
from iso_portal.core.jobs import jobs
from iso_portal.core.scripts import name_key
from iso_portal.matches.domain import Choice
from iso_portal.matches.models import Decision, Introduction
from tests import factories
from tests.conftest import counted_queries, signed_in, work_off
from tests.test_routes import assert_sound

LEAVE = {"id", "created_at", "version"}


def marks(name: str = "", **more: str) -> Marks:
    given_marks = {"municipality": "zvecan", "nui": "", "pib": "", "maticni_broj": "", "email": "", "phone_key": ""}
    return Marks(name_key=name_key(name), **given_marks | more)


def columns(firm: Business) -> dict[str, Any]:
    """Return every column of a firm that a merge could touch, with its texts and activities."""
    values = {
        column.key: getattr(firm, column.key) for column in sa.inspect(Business).columns if column.key not in LEAVE
    }
    texts = sorted(
        (text.kind, text.language, text.text, text.original, text.stale, text.written_at, text.written_by_id)
        for text in firm.texts
    )
    return values | {"texts": texts, "activities": [(row.position, row.code, row.revision) for row in firm.activities]}


def pair_of(one: Business, other: Business) -> DuplicatePair:
    first, second = sorted((one.id, other.id))
    row = DuplicatePair(one_id=first, other_id=second, score=55, reasons=["same_name"])
    db.session.add(row)
    db.session.flush()
    return queries.pair(row.id)


def proposed(pair: DuplicatePair) -> dict[str, Pick]:
    left, right = (service.parts_of(service.snapshot(firm)) for firm in (pair.one, pair.other))
    stays = Pick.RIGHT if pair.other.name == "Šaljska Drvo" else Pick.LEFT
    return {part: first_choice(part, left[part], right[part], stays=stays) for part in PARTS_TO_CHOOSE}


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


def test_every_table_that_points_at_a_firm_moves_or_stays_on_purpose(app: Flask) -> None:
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "businesses"
    }
    assert pointing == set(service.MOVES) | set(service.STAYS)


NAMES = ["Šaljska", "Шаљска", "Çelik SH.P.K.", "Todić", "a\n\nb", "  "]
LISTS = st.lists(st.sampled_from(["de", "sq", "AT", "ISO 9001", "own_products"]), unique=True, max_size=4)
FIRM = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "language": st.sampled_from(["sq", "sr_latn", "sr_cyrl", "en"]),
        "municipality": st.sampled_from(["zvecan", "vushtrri"]),
        "nui": st.sampled_from([None, "990001000"]),
        "pib": st.sampled_from([None, "101134702"]),
        "maticni_broj": st.sampled_from([None, "20084693"]),
        "founded": st.sampled_from([None, 1999]),
        "women_led": st.sampled_from([None, True, False]),
        "languages": LISTS,
        "certifications": LISTS,
        "export_markets": LISTS,
        "offers": LISTS,
        "email": st.sampled_from(["", "a@example.org"]),
        "phone": st.sampled_from(["", "+383 28 000 100"]),
        "consent_public": st.booleans(),
        "discretion": st.booleans(),
        "verification": st.sampled_from(Verification),
        "verified_on": st.sampled_from([None, date(2025, 1, 1), date(2026, 5, 5)]),
        "updated_at": st.sampled_from([None, datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)]),
        "consents": st.sampled_from([{}, {"public": {"given": True, "wording": "1", "at": "x", "language": "sq"}}]),
        "recheck": st.booleans(),
    }
)
TEXTS = st.lists(
    st.tuples(
        st.sampled_from(TextKind),
        st.sampled_from(["sq", "sr_cyrl", "en", "de"]),
        st.text("ab\nш", min_size=1),
        st.booleans(),
    ),
    unique_by=lambda one: one[:2],
    max_size=6,
)
CODES = st.lists(st.sampled_from(["25.11", "16.23", "01.49"]), unique=True, max_size=3)
PICKS = st.fixed_dictionaries(
    {part: st.sampled_from(list(Pick) if part in FOR_BOTH else [Pick.LEFT, Pick.RIGHT]) for part in PARTS_TO_CHOOSE}
)


def made(values: dict[str, Any], texts: list[Any], codes: list[str]) -> Business:
    firm = factories.business(**values, nace=tuple(codes))
    firm.texts.clear()
    db.session.flush()
    firm.texts = [
        BusinessText(kind=kind, language=language, text=text, original=original)
        for kind, language, text, original in texts
    ]
    db.session.flush()
    return queries.locked(firm.id)[0]


class TestMerging:
    """Two become one, and two again."""

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(FIRM, FIRM, TEXTS, TEXTS, CODES, CODES, PICKS, st.sampled_from([Pick.LEFT, Pick.RIGHT]))
    def test_merging_and_taking_it_back_restores_every_column_of_both(
        self, session: Any, one: Any, other: Any, t1: Any, t2: Any, c1: Any, c2: Any, picks: Any, keep: Pick
    ) -> None:
        with db.session.begin_nested() as trial:
            pair = pair_of(made(one, t1, c1), made(other, t2, c2))
            before = {firm.id: columns(firm) for firm in (pair.one, pair.other)}
            row = service.merge(pair, picks, keep=keep, by=factories.person())
            kept, gone = queries.locked(row.kept_id, row.gone_id)
            assert (gone.active, gone.merged_into_id) == (False, kept.id)
            originals = [text.kind for text in kept.texts if text.original]
            assert len(originals) == len(set(originals))
            db.session.expire_all()
            assert service.unmerge(queries.merge(row.id), by=factories.person()) == []
            db.session.flush()
            after = {firm.id: columns(firm) for firm in queries.locked(*before)}
            trial.rollback()
        assert after == before

    @pytest.fixture
    def two(self, session: Any) -> DuplicatePair:
        kept = factories.business("Šaljska Drvo", text="Pravimo vrata.", language="sr_latn", email="a@example.org")
        factories.business("Bystander")
        gone = factories.business(
            "Шаљска Дрво", text="Правимо прозоре.", language="sr_cyrl", nace=("16.23",), phone="+383 28 000 100"
        )
        return pair_of(kept, gone)

    def merge(self, pair: DuplicatePair, **picks: Pick) -> tuple[Merge, Business, Business]:
        keep = Pick.LEFT if pair.one.name == "Šaljska Drvo" else Pick.RIGHT
        row = service.merge(pair, proposed(pair) | picks, keep=keep, by=factories.person())
        kept, gone = queries.locked(row.kept_id, row.gone_id)
        return row, kept, gone

    def test_by_itself_nothing_of_either_is_lost(self, two: DuplicatePair) -> None:
        _row, kept, gone = self.merge(two)
        assert {text.text for text in kept.texts} == {"Pravimo vrata.", "Правимо прозоре."}
        assert (kept.email, kept.phone, kept.phone_key) == ("a@example.org", "+383 28 000 100", "38328000100")
        assert {row.code for row in kept.activities} == {"25.11", "16.23"}
        assert [text.text for text in gone.texts] == ["Правимо прозоре."]
        assert len(queries.listed(queries.Filters(text="прозоре"), language="en").rows) == 1

    def test_what_belongs_to_the_firm_moves_and_comes_back(self, two: DuplicatePair) -> None:
        keep_left = two.one.name == "Šaljska Drvo"
        gone_id = two.other_id if keep_left else two.one_id
        case, person = factories.case(), factories.person()
        site = Site(
            business_id=gone_id,
            kind=SiteKind.HALL,
            tenure=Tenure.RENT,
            municipality="zvecan",
            name="Hala",
            language="sr_latn",
        )
        asked = Introduction(
            case_id=case.id, business_id=gone_id, asked_at=clock.now(), asked_by_id=person.id, message="", language="sq"
        )
        decided = Decision(
            case_id=case.id,
            business_id=gone_id,
            choice=Choice.ACCEPTED,
            decided_at=clock.now(),
            decided_by_id=person.id,
            by_name="x",
        )
        db.session.add_all([site, asked, decided])
        db.session.flush()
        row, kept, _gone = self.merge(two)
        for moved in (site, asked, decided):
            db.session.refresh(moved)
            assert moved.business_id == kept.id
        service.unmerge(row, by=person)
        for moved in (site, asked, decided):
            db.session.refresh(moved)
            assert moved.business_id == gone_id

    def test_when_both_were_asked_on_one_case_each_introduction_stays_where_it_is(self, two: DuplicatePair) -> None:
        case, person = factories.case(), factories.person()
        rows = [
            Introduction(
                case_id=case.id, business_id=key, asked_at=clock.now(), asked_by_id=person.id, message="", language="sq"
            )
            for key in (two.one_id, two.other_id)
        ]
        db.session.add_all(rows)
        db.session.flush()
        self.merge(two)
        for row in rows:
            db.session.refresh(row)
        assert {row.business_id for row in rows} == {two.one_id, two.other_id}

    def test_later_edits_stay_with_the_kept_firm_and_are_named(self, two: DuplicatePair) -> None:
        row, kept, gone = self.merge(two)
        service.change(kept, {"address": "Rruga 1", "description": "Novo"}, by=factories.person())
        db.session.flush()
        assert service.unmerge(row, by=factories.person()) == ["address", "text_description"]
        kept, gone = queries.locked(row.kept_id, row.gone_id)
        assert kept.address == "Rruga 1"
        assert "Novo" in {text.text for text in kept.texts}
        assert (kept.phone, kept.phone_key) == ("", "")
        assert [text.text for text in gone.texts] == ["Правимо прозоре."]

    def test_merges_are_undone_from_the_last_one_back(self, two: DuplicatePair) -> None:
        first, kept, _gone = self.merge(two)
        third = factories.business("Saljska Drvo")
        pair = pair_of(kept, third)
        keep = Pick.LEFT if pair.one_id == kept.id else Pick.RIGHT
        second = service.merge(pair, proposed(pair), keep=keep, by=factories.person())
        with pytest.raises(Refusal):
            service.unmerge(first, by=factories.person())
        service.unmerge(second, by=factories.person())
        assert service.unmerge(first, by=factories.person()) == []
        with pytest.raises(Refusal):
            service.unmerge(first, by=factories.person())

    def test_a_pair_taken_apart_again_is_not_offered_at_once(self, two: DuplicatePair) -> None:
        row, kept, _gone = self.merge(two)
        service.unmerge(row, by=factories.person())
        service.find_duplicates(queries.get(kept.id))
        assert [pair.state for pair in queries.pairs_of(kept.id)] == [PairState.DIFFERENT]

    def test_a_checked_field_from_the_other_record_asks_for_a_new_check(self, two: DuplicatePair) -> None:
        for firm in (two.one, two.other):
            if firm.name == "Šaljska Drvo":
                firm.verification, firm.verified_on = Verification.VISITED, date(2026, 1, 1)
        db.session.flush()
        side = Pick.RIGHT if two.one.name == "Šaljska Drvo" else Pick.LEFT
        _row, kept, _gone = self.merge(two, name=side)
        assert (kept.verification, kept.recheck) == (Verification.VISITED, True)

    def test_what_was_erased_cannot_be_brought_back_by_undoing(self, two: DuplicatePair) -> None:
        row, _kept, _gone = self.merge(two)
        row.kept_before, row.gone_before, row.chosen = {}, {}, {}
        db.session.flush()
        with pytest.raises(Refusal):
            service.unmerge(row, by=factories.person())


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
