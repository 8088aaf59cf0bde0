"""The outbox names every kind of letter and shows an erased one as that; a forgotten letter is never sent (S12)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import scoped_session

from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.mail import MailTrouble, Post
from iso_portal.letters import jobs, service, words
from iso_portal.letters.domain import LAST, LetterState
from iso_portal.letters.models import Letter
from tests import factories
from tests.conftest import signed_in, work_off
from tests.soundness import assert_sound

ROOT = Path(__file__).parents[2]


def letter(**changes: Any) -> Letter:
    """A letter to somebody about nothing; flushed."""
    values = {
        "kind": "received",
        "to_address": "ana@example.org",
        "to_name": "Ana",
        "language": "en",
        "subject": "About you, Ana",
        "text": "Dear Ana,",
        "html": "<p>Dear Ana,</p>",
        "written_at": clock.now(),
    }
    row = Letter(**values | changes)
    db.session.add(row)
    db.session.flush()
    return row


def empty(row: Letter) -> bool:
    return not any((row.to_address, row.to_name, row.subject, row.text, row.html, row.link_nonce, row.trouble))


def test_every_kind_that_is_posted_has_words() -> None:
    posted = {
        kind
        for path in (ROOT / "iso_portal").rglob("*.py")
        for call in re.findall(r"letters\.post\((.*?)\n    \)", path.read_text(encoding="utf-8"), re.S)
        for kind in re.findall(r'kind="(\w+)"', call)
    }
    assert posted
    assert posted <= set(words.KIND_WORDS)


def test_forgetting_takes_the_letters_of_a_case_and_no_others(session: scoped_session[Any]) -> None:
    case = factories.case()
    mine = letter(case_id=case.id, trouble="550 <ana@example.org>", link_nonce="n", state=LetterState.SENT)
    other = letter(case_id=factories.case().id)
    service.forget(case.id)
    assert empty(mine)
    assert mine.state is LetterState.SENT
    assert other.text == "Dear Ana,"


def test_forgetting_an_address_takes_letters_of_no_case_whatever_their_spelling(session: scoped_session[Any]) -> None:
    loose, bound = letter(to_address="ANA@example.org", kind="draft"), letter(case_id=factories.case().id)
    service.forget_addresses({"ana@example.org", ""}, of_cases=False)
    assert empty(loose)
    assert not empty(bound)
    service.forget_addresses({"ana@example.org"}, of_cases=True)
    assert empty(bound)


def test_a_forgotten_letter_that_waited_is_never_sent(app: Flask) -> None:
    with app.test_request_context():
        case = factories.case()
        key = letter(case_id=case.id).id
        service.forget(case.id)
        db.session.commit()
        jobs.send.func(None, str(key))  # type: ignore[attr-defined]  # the plain function behind the task
        assert not (app.extensions["post"].folder / f"{key}.eml").exists()
        row = db.session.get(Letter, key)
        assert row is not None
        assert row.state is LetterState.FAILED


def sent_last(app: Flask) -> tuple[Letter, Path]:
    with app.test_request_context():
        from iso_portal.core.jobs import defer

        row = letter(kind=LAST)
        defer(db.session, "letters.send", {"letter_id": str(row.id)})
        service.forget_addresses({"ana@example.org"}, of_cases=False)
        assert row.text, "it leaves first"
        db.session.commit()
        key = row.id
    work_off(app, only="letters.")
    with app.app_context():
        found = db.session.get(Letter, key)
        assert found is not None
        return found, app.extensions["post"].folder / f"{key}.eml"


def test_the_last_letter_leaves_and_is_forgotten(app: Flask) -> None:
    row, file = sent_last(app)
    assert "Dear Ana" in file.read_text(encoding="utf-8")
    assert empty(row)
    assert row.state is LetterState.SENT


def test_the_last_letter_that_cannot_leave_waits_and_is_forgotten_at_the_end(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_post: Post, **_message: Any) -> None:
        raise MailTrouble("550 <ana@example.org> unknown")

    monkeypatch.setattr(Post, "send", away)
    with pytest.raises(MailTrouble):
        sent_last(app)
    monkeypatch.setattr(jobs, "ATTEMPTS", 1)
    with app.app_context():
        key = db.session.scalars(sa.select(Letter.id).where(Letter.kind == LAST)).one()
        row = db.session.get(Letter, key)
        assert row is not None
        assert row.text
        from iso_portal.core.jobs import defer

        defer(db.session, "letters.send", {"letter_id": str(key)})
        db.session.commit()
    with pytest.raises(MailTrouble):
        work_off(app, only="letters.")
    with app.app_context():
        row = db.session.get(Letter, key)
        assert row is not None
        assert empty(row)


def test_copies_in_the_folder_are_removed_after_forgetting(app: Flask) -> None:
    with app.test_request_context():
        case = factories.case()
        key = letter(case_id=case.id, state=LetterState.SENT).id
        file = app.extensions["post"].folder / f"{key}.eml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("Dear Ana,", encoding="utf-8")
        service.forget(case.id)
        db.session.commit()
    assert work_off(app, only="letters.remove") == ["letters.remove_copies"]
    assert not file.exists()


@pytest.mark.parametrize("tag", ["en", "sq", "sr-Latn", "sr-Cyrl"])
def test_the_outbox_is_sound_with_every_kind_and_with_erased_ones(app: Flask, tag: str) -> None:
    with app.test_request_context():
        case = factories.case()
        keys = [letter(kind=kind).id for kind in (*words.KIND_WORDS, "unheard_of")]
        keys.append(letter(case_id=case.id).id)
        service.forget(case.id)
        db.session.commit()
    client = signed_in(app, "officer", language=tag)
    for address in ["/letters/", *(f"/letters/{key}" for key in keys)]:
        answer = client.get(address)
        assert answer.status_code == 200
        assert_sound(answer.text, address)
