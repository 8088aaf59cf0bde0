"""Letters to firms say the same in text and in HTML, in each language."""

from __future__ import annotations

import html
import re
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import service
from iso_portal.cases import queries as cases
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.letters.models import Letter
from iso_portal.matches import service as matches
from iso_portal.matches.domain import Choice
from tests import factories
from tests.my_business.visits import all_letters, firm, kept

LANGUAGES = ["en", "sq", "sr_latn", "sr_cyrl"]


def written(app: Flask, key: uuid.UUID) -> list[Letter]:
    """Write every letter that a firm can get."""
    with app.test_request_context():
        db.session.execute(sa.delete(Letter))
        row, officer, case = kept(key), factories.person(name="Vesa Gashi"), factories.case()
        service.send_sign_in_link(row)
        row.pending = True
        service.send_sign_in_link(row)
        row.pending = False
        matches.decide(case, row, Choice.ACCEPTED, by=officer)
        matches.ask_introduction(cases.get(case.id), row, "A & B <C>", by=officer, language=Language.EN)
        service.move_address(row, old="old@example.org")
        db.session.flush()
        letters = all_letters()
        db.session.expunge_all()
    return letters


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("discretion", [False, True])
def test_text_and_html_say_the_same_in_the_firms_language(app: Flask, language: str, discretion: bool) -> None:
    name = "Gurra & Ćelik <2>"
    letters = written(app, firm(app, name, language=language, discretion=discretion))
    assert len(letters) == 4
    for letter in letters:
        assert letter.language == language
        shown = html.unescape(re.sub(r"<[^>]+>", "\n", letter.html))
        for line in filter(None, (line.strip() for line in letter.text.splitlines())):
            assert line in shown, (letter.kind, line)
        assert name in letter.text
        assert f"<title>{html.escape(letter.subject, quote=False)}</title>" in letter.html
        assert "\n\n\n" not in letter.text


def test_a_letter_of_another_language_is_another_text(app: Flask) -> None:
    texts = {letter.text for language in LANGUAGES for letter in written(app, firm(app, language=language))}
    assert len(texts) >= 4 * len(LANGUAGES)


def test_a_firm_without_a_contact_is_not_called_by_its_firms_name(app: Flask) -> None:
    for letter in written(app, firm(app, language="en")):
        assert letter.text.startswith("Good day,")
    for letter in written(app, firm(app, language="sr_cyrl", contact_name="Јелена Тодић")):
        assert "Јелена Тодић" in letter.text.splitlines()[0]
