"""Erasure takes the person out of every table and every log, and leaves the office's figures (trust S12, S13)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from iso_portal.audit import queries as audit
from iso_portal.balance import service as balance
from iso_portal.balance.models import Gate
from iso_portal.cases.domain import Status
from iso_portal.cases.models import Case, Entry, Inquiry
from iso_portal.core.db import db, unit_of_work
from iso_portal.files.models import StoredFile, TableImport
from iso_portal.investors.models import Contact
from iso_portal.letters.models import Letter
from iso_portal.privacy import queries, service
from iso_portal.privacy.domain import Ask, RequestState
from iso_portal.reports import queries as reports
from iso_portal.reports.domain.indicators import SHEETS
from iso_portal.reports.domain.periods import Quarter
from tests import factories
from tests.balance.vaults import open_gate
from tests.conftest import signed_in, work_off
from tests.privacy import lives
from tests.privacy.lives import EMAIL, NAME, OLD_EMAIL, WORD


def figures() -> dict[str, str]:
    from iso_portal.core import clock

    quarter = Quarter.of(clock.today())
    return {code: repr(cell) for code, cell in reports.cells([quarter]).items() if code in SHEETS}


def erased(app: Flask) -> Any:
    """Give the whole life of a case, erased with both keys. Returns (case's key, figures before and after)."""
    with app.test_request_context():
        with unit_of_work():
            desk = lives.desks()
            case_id = lives.full_case(desk).id
            case = service.requests.cases.get(case_id)
            request = service.ask_of_case(case, Ask.ERASURE, text=f"Erase {NAME}", language="en")
            db.session.flush()
            request_id = request.id
            earlier = queries.of_case(case_id)[-1]
            service.release(earlier, by=desk.one)
            service.release(earlier, by=desk.other)
        assert len({hit.split(":")[0] for hit in lives.found(NAME, WORD)}) >= 25
        before = figures()
        db.session.rollback()
        with unit_of_work():
            row = queries.get(request_id)
            assert service.release(row, by=desk.one) is RequestState.HALF
        with unit_of_work():
            assert service.release(queries.get(request_id), by=desk.other) is RequestState.DONE
        return case_id, before, figures()


def test_nothing_of_the_person_is_left_anywhere_and_the_chain_holds(own_app: Flask) -> None:
    case_id, _before, _after = erased(own_app)
    with own_app.test_request_context():
        last = db.session.scalars(sa.select(Letter).where(Letter.kind == "last")).one()
        assert last.to_address == EMAIL
        assert WORD not in last.text
        letter_id = last.id
    assert "letters.send" in work_off(own_app, only="letters.")
    folder = own_app.extensions["post"].folder
    assert [path.stem for path in folder.glob("*.eml")] == [str(letter_id)]
    with own_app.test_request_context():
        assert lives.found(NAME, "Brzaković", EMAIL, OLD_EMAIL, WORD, "brzak.example", "+41 44 000 11 22") == []
        assert audit.first_broken_link() is None
        case = db.session.get(Case, case_id)
        assert case is not None
        assert case.status is Status.CLOSED
        assert queries.copy_of_case(case_id) is None
        table = db.session.scalars(sa.select(TableImport)).one()
        assert [row["values"]["email"] for row in table.rows] == ["", "other@example.org"]


def test_the_figures_are_the_same_before_and_after(own_app: Flask) -> None:
    _case_id, before, after = erased(own_app)
    assert before == after
    assert any("1" in cell for cell in before.values())


def test_the_pages_of_an_erased_case_still_open(own_app: Flask) -> None:
    case_id, _before, _after = erased(own_app)
    manager = signed_in(own_app, "manager")
    with own_app.app_context():
        investor_id = db.session.scalars(sa.select(Case.investor_id).where(Case.id == case_id)).one()
        request_ids = db.session.scalars(sa.text("select id from data_requests")).all()
    for address in (
        f"/cases/{case_id}/",
        f"/matches/cases/{case_id}",
        f"/investors/{investor_id}",
        "/cases/",
        "/letters/",
    ):
        assert manager.get(address).status_code == 200, address
    for request_id in request_ids:
        assert manager.get(f"/privacy/{request_id}").status_code == 200
    assert manager.post(f"/cases/{case_id}/messages", data={"text": "Hello?"}).status_code == 422


def test_another_persons_inquiry_is_not_touched(own_app: Flask) -> None:
    with own_app.test_request_context(), unit_of_work():
        other = factories.case(inquiry=factories.inquiry(description="Steel gates for Prishtina"))
        other_id = other.inquiry_id
    erased(own_app)
    with own_app.app_context():
        inquiry = db.session.get(Inquiry, other_id)
        assert inquiry is not None
        assert inquiry.description == "Steel gates for Prishtina"
        contact = db.session.get(Contact, inquiry.contact_id)
        assert contact is not None
        assert contact.email
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Entry)) > 10
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile).where(StoredFile.size == 0)) == 4


def test_all_inquiries_of_the_person_go_and_a_company_keeps_its_name(own_app: Flask) -> None:
    with own_app.test_request_context():
        with unit_of_work():
            desk = lives.desks()
            first = factories.investor("Alpen Stahl AG")
            contact = factories.contact(first, name=NAME, email=EMAIL)
            second = factories.investor("Zweite AG")
            same = factories.contact(second, name=NAME.upper(), email=EMAIL.upper())
            one = factories.case(inquiry=factories.inquiry(investor=first, contact_id=contact.id, description=WORD))
            factories.case(inquiry=factories.inquiry(investor=second, contact_id=same.id, description=WORD))
            case = service.requests.cases.get(one.id)
            preview = queries.about_case(case)
            assert len(preview.references) == 2
            assert preview.stays == "Alpen Stahl AG"
            service.erase_case(case, by=desk.one)
        assert lives.found(NAME, EMAIL, WORD) == []
        assert "public.investors.name: Alpen Stahl AG" in lives.found("Alpen Stahl AG")
        assert audit.first_broken_link() is None


def declared(app: Flask) -> int:
    """Return how many declarations lie in the vault."""
    with app.extensions["vault"].engine.connect() as connection:
        rows = connection.execute(sa.text("select count(*) from balance_vault.declaration, balance_vault.link"))
        return int(rows.scalar_one())


def test_a_firm_is_erased_with_everything_that_was_merged_into_it(own_app: Flask) -> None:
    with own_app.test_request_context():
        with unit_of_work():
            desk = lives.desks()
            firm = lives.full_firm(desk)
            firm_id = firm.id
        open_gate(gate=Gate.COLLECT_FIRMS)
        balance.declare_owners(firm_id, {"serb"})
        assert declared(own_app) == 1
        assert len(lives.found(NAME, WORD)) >= 20
        with unit_of_work():
            business = service.requests.businesses.get(firm_id)
            request = service.ask_of_business(business, Ask.ERASURE, text=f"{NAME} asks", language="sq")
            db.session.flush()
            service.release(request, by=desk.one)
            assert service.release(request, by=desk.other) is RequestState.DONE
    work_off(own_app, only="letters.")
    assert declared(own_app) == 0
    with own_app.test_request_context():
        assert lives.found(NAME, "Brzaković", EMAIL, OLD_EMAIL, WORD, "990001777", "+383 28 000 123") == []
        assert audit.first_broken_link() is None
    manager = signed_in(own_app, "manager")
    assert manager.get(f"/businesses/{firm_id}").status_code in {200, 308}
