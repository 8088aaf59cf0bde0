"""Merging two records of one firm: nothing is lost, and it can be taken back (casework B7)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import (
    FOR_BOTH,
    PARTS_TO_CHOOSE,
    PairState,
    Pick,
    Refusal,
    SiteKind,
    Tenure,
    TextKind,
    Verification,
)
from iso_portal.businesses.models import Business, BusinessText, DuplicatePair, Merge, Site
from iso_portal.core import clock
from iso_portal.core.db import Base, db
from iso_portal.matches.domain import Choice
from iso_portal.matches.models import Decision, Introduction
from tests import factories
from tests.businesses.pairs import columns, pair_of, proposed


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
