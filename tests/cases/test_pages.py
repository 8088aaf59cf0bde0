"""The pages of cases say who the investor is, what changed, and what may be the same inquiry (casework C4, K2)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from iso_portal.cases import queries, service
from iso_portal.cases.domain import Channel, EntryKind, Stage
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.files import service as files
from iso_portal.privacy import service as privacy
from iso_portal.privacy.domain import Ask
from tests import factories
from tests.conftest import counted_queries, signed_in
from tests.soundness import assert_sound

PDF = b"%PDF-1.7 plan"


def busy_case(entries: int = 3) -> Any:
    """A case with everything that the page can show; flushed."""
    earlier = factories.case(inquiry=factories.inquiry(description="Steel gates"))
    case = queries.get(factories.case(inquiry=factories.inquiry(description="Steel gates again")).id)
    service.record_entry(
        case, EntryKind.DUPLICATE_NOTICED, facts={"reference": earlier.reference, "case": str(earlier.id)}
    )
    before = {"email": "old@example.org", "phone": ""}
    service.record_entry(case, EntryKind.CONTACT_CORRECTED, facts={"fields": ["email", "phone"], "before": before})
    service.change_consents(case, share=False, news=True, language="en")
    service.renew_link(case)
    firm = factories.business("Ibri Metal")
    for kind, facts in (
        (EntryKind.INTRODUCTION_ASKED, {"business": firm.name}),
        (EntryKind.INTRODUCTION_ANSWERED, {"business": firm.name, "answer": "question"}),
    ):
        service.record_entry(case, kind, facts=facts, business_id=firm.id)
    officer = factories.person("officer")
    for number in range(entries):
        entry = service.receive_message(case, f"Word {number}", language="en", key=f"k{number}")
        db.session.flush()
        service.add_file(case, files.keep(PDF + str(number).encode(), f"plan-{number}.pdf"), entry=entry)
        service.add_note(case, f"Note {number}", by=officer)
        service.add_task(case, f"Task {number}", clock.today(), by=officer, owner=officer)
        privacy.ask_of_case(case, Ask.COPY, text=f"Copy {number}", language="en")
    db.session.flush()
    return case, earlier


def test_a_near_duplicate_is_shown_on_both_cases_and_in_the_list(app: Flask) -> None:
    with app.test_request_context():
        case, earlier = busy_case()
        case_id, earlier_id, names = case.id, earlier.id, (case.reference, earlier.reference)
        db.session.commit()
    officer = signed_in(app, "officer")
    later_page, earlier_page = officer.get(f"/cases/{case_id}/").text, officer.get(f"/cases/{earlier_id}/").text
    assert re.search(rf"same inquiry as an earlier one:.*?/cases/{earlier_id}/.*?{names[1]}", later_page, re.S)
    assert re.search(rf"later inquiry may be the same.*?/cases/{case_id}/.*?{names[0]}", earlier_page, re.S)
    assert officer.get("/cases/").text.count("possible duplicate") == 1


def test_what_the_investor_changed_stands_in_the_timeline_in_words(app: Flask) -> None:
    with app.test_request_context():
        case_id = busy_case()[0].id
        db.session.commit()
    page = signed_in(app, "manager").get(f"/cases/{case_id}/").text
    for words in (
        "E-mail (before: old@example.org); Phone (before: –)",
        "may not be shared; wishes news",
        "Secret link: renewed",
        "Firm asked about an introduction: Ibri Metal",
        "Ibri Metal: a question first",
        "Request about personal data: a copy is asked for",
        "A request about personal data waits",
    ):
        assert words in page, words
    assert len(re.findall(r'href="#file-', page)) == 3


def test_a_withdrawal_is_told_as_the_investors(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iso_portal.cases.service.follow.letters.post", lambda **_given: None)
    with app.test_request_context():
        case = queries.get(factories.case().id)
        service.withdraw(case, reason="We build elsewhere.", language="en")
        db.session.commit()
        case_id = case.id
    page = signed_in(app, "officer").get(f"/cases/{case_id}/").text
    assert "Status: Closed: Withdrawn by the investor" in page
    assert "Message from the investor: with it the inquiry was withdrawn" in page
    assert "The portal" not in re.sub(r"(?s).*What happened", "", page)


def test_an_inquiry_written_down_later_says_both_days(app: Flask) -> None:
    with app.test_request_context():
        at = clock.now() - timedelta(days=9)
        case = factories.case(inquiry=factories.inquiry(channel=Channel.PHONE, received_at=at))
        queries_entry = service.record_entry(
            case, EntryKind.INQUIRY_CREATED, occurred_at=at, facts={"channel": "phone"}, by=factories.person()
        )
        assert queries_entry.recorded_at > at
        db.session.commit()
        case_id = case.id
    page = signed_in(app, "officer").get(f"/cases/{case_id}/").text
    assert "Phone, written down on" in page
    assert "Written down" in page


@pytest.mark.parametrize("tag", ["en", "sq", "sr-Latn", "sr-Cyrl"])
def test_the_page_is_sound_in_every_language(app: Flask, tag: str) -> None:
    with app.test_request_context():
        case_id = busy_case()[0].id
        db.session.commit()
    client = signed_in(app, "manager", language=tag)
    for address in (f"/cases/{case_id}/", f"/cases/{case_id}/?kind=contact.corrected", "/cases/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert_sound(answer.text, address)


@pytest.mark.parametrize("stage", list(Stage))
def test_the_page_asks_the_same_few_questions_however_much_happened(app: Flask, stage: Stage) -> None:
    keys = []
    with app.test_request_context():
        for entries in (1, 12):
            case = busy_case(entries)[0]
            case.stage = stage
            firm = factories.business()
            factories.entry(case, EntryKind.MATCH_ACCEPTED, business_id=firm.id, facts={"business": firm.name})
            factories.entry(case, EntryKind.INVESTMENT_LANDED, facts={"kind": "new", "amount": "1", "currency": "EUR"})
            keys.append(case.id)
        db.session.commit()
    officer = signed_in(app, "officer")
    officer.get(f"/cases/{keys[0]}/")
    asked = []
    for key in keys:
        with counted_queries(app) as statements:
            assert officer.get(f"/cases/{key}/").status_code == 200
        asked.append(statements)
    assert len(asked[0]) == len(asked[1])
    assert len(asked[0]) <= 12, "\n".join(asked[0])
