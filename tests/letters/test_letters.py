"""Letters leave with the transaction that causes them, once, in the reader's language, and keep their secrets."""

from __future__ import annotations

import uuid
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import scoped_session

from iso_portal.core import clock, links
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.i18n import Language
from iso_portal.core.mail import MailTrouble, Post
from iso_portal.letters import service
from iso_portal.letters.domain import LetterState
from iso_portal.letters.jobs import send
from iso_portal.letters.models import Letter
from tests import factories
from tests.conftest import work_off

SUBJECT = uuid.UUID(int=5)


def write(language: Language = Language.EN) -> Letter:
    asked = factories.inquiry()
    case = factories.case(inquiry=asked)
    return service.post(
        kind="received",
        to="someone@example.org",
        name="Ana\r\nBcc: all@example.org",
        language=language,
        template="intake/letters/received",
        context={
            "case": case,
            "inquiry": asked,
            "contact": None,
            "name": "Ana",
            "team_due_at": clock.now(),
            "now": clock.now(),
        },
        case_id=case.id,
        link=service.SecretLink(address="/intake/follow/", purpose="follow", subject=SUBJECT, nonce="n"),
    )


def test_a_letter_undone_is_never_sent(own_app: Flask) -> None:
    with own_app.test_request_context():
        with unit_of_work() as work:
            letter_id = write().id
            work.keep = False
        waiting = db.session.scalar(sa.text("select count(*) from procrastinate_jobs where task_name = 'letters.send'"))
        assert db.session.get(Letter, letter_id) is None
        assert waiting == 0


def test_a_letter_goes_out_once_with_both_parts_and_its_link(app: Flask) -> None:
    with app.test_request_context():
        letter_id = write().id
        db.session.commit()
    assert work_off(app, only="letters.") == ["letters.send"]
    folder: Path = app.extensions["post"].folder
    message = BytesParser(policy=policy.default).parsebytes((folder / f"{letter_id}.eml").read_bytes())
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    with app.app_context():
        token = links.token_for("follow", SUBJECT, "n")
        letter = db.session.get(Letter, letter_id)
        assert letter is not None
        assert letter.state is LetterState.SENT
        assert token not in letter.text + letter.html
    assert f"http://localhost/intake/follow/{token}" in text.get_content()
    assert token in html.get_content()
    assert message["Bcc"] is None
    assert str(letter_id) in message["Message-ID"]
    before = (folder / f"{letter_id}.eml").stat().st_mtime_ns
    with app.app_context():
        send.func(None, str(letter_id))  # type: ignore[attr-defined]  # the plain function behind the task
    assert (folder / f"{letter_id}.eml").stat().st_mtime_ns == before


def test_a_mail_server_that_is_away_leaves_the_letter_waiting_and_says_so(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context():
        letter_id = write().id
        db.session.commit()

    def away(_post: Post, **_message: Any) -> None:
        raise MailTrouble("no route")

    monkeypatch.setattr(Post, "send", away)
    with pytest.raises(MailTrouble):
        work_off(app, only="letters.")
    with app.app_context():
        letter = db.session.get(Letter, letter_id)
        assert letter is not None
        assert (letter.state, letter.trouble, letter.attempts) == (LetterState.QUEUED, "no route", 1)


@pytest.mark.parametrize(
    ("language", "word"),
    [(Language.SQ, "kërkes"), (Language.SR_CYRL, "упит"), (Language.SR_LATN, "upit"), (Language.DE, "Anfrage")],
)
def test_a_letter_is_in_the_readers_language(session: scoped_session[Any], language: Language, word: str) -> None:
    letter = write(language)
    assert word.lower() in (letter.subject + letter.text).lower()
    assert letter.language == language
