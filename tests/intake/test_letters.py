"""Every letter of intake and of the follow page, in every language: both parts, one script, the same words."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import scoped_session

from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.core import clock, links
from iso_portal.core.i18n import Language
from iso_portal.letters import service as letters
from iso_portal.letters.models import Letter
from tests import factories

LETTERS = {
    "intake/letters/received": "/intake/follow/",
    "intake/letters/link": "/intake/follow/",
    "intake/letters/draft": "/intake/inquiry/",
    "cases/letters/message": "/intake/follow/",
    "cases/letters/address_left": None,
    "cases/letters/address_taken": "/intake/follow/",
    "cases/letters/withdrawn": "/intake/follow/",
}
CYRILLIC, LATIN = re.compile(r"[а-џ]", re.I), re.compile(r"[a-zčćžšđëç]", re.I)
# What stays Latin in a Cyrillic letter: addresses, links and the reference.
STAYS = re.compile(r"\S+@\S+|https?://\S+|\{\{secret-link\}\}|ISO-[0-9-]+")


class Words(HTMLParser):
    """The words of a page as a person reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in {"meta", "br"}:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if "title" not in self.inside:
            self.words += data.split()


@pytest.fixture
def write(app: Flask, session: scoped_session[Any]) -> Any:
    """Return a function that writes one letter about a case in one language, with names that have no Latin letter."""
    case = cases.get(factories.case().id)
    case_service.renew_link(case)
    by = factories.person()

    def act(template: str, language: Language) -> Letter:
        cyrillic = language is Language.SR_CYRL
        by.name = "Ана Тодић" if cyrillic else "Ana Todić"
        name = "Уте Шарић" if cyrillic else "Ute Šarić"
        return letters.post(
            kind="test",
            to="ute@example.org",
            name=name,
            language=language,
            template=template,
            context={
                "case": case,
                "team_due_at": clock.now(),
                "now": clock.now() - timedelta(days=3),
                "name": name,
                "address": "new@example.org",
                "until": clock.now(),
                "message": "Добар дан." if cyrillic else "Mirë dita.",
                "by": by,
            },
            case_id=case.id,
            link=case_service.follow_link(case) if LETTERS[template] else None,
        )

    return act


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("template", sorted(LETTERS))
def test_a_letter_has_both_parts_in_one_script_and_they_say_the_same(
    write: Any, template: str, language: Language
) -> None:
    letter = write(template, language)
    assert letter.subject
    assert letter.html.count(f'<html lang="{language.tag}">') == 1
    assert (links.MARKER in letter.text, links.MARKER in letter.html) == (
        (True, True) if LETTERS[template] else (False, False)
    )
    told = re.sub(r"\s+", " ", " ".join(Words(letter.html).words))
    assert sorted(set(told.split())) == sorted(set(letter.text.split())), "text and HTML say the same"
    for part in (letter.subject, letter.text, told):
        words = STAYS.sub("", part)
        wrong = LATIN if language is Language.SR_CYRL else CYRILLIC
        assert not wrong.search(words), words
    assert "%(" not in letter.text + letter.html
    assert "{{" not in letter.subject


@pytest.mark.parametrize("template", sorted(LETTERS))
def test_no_two_languages_share_a_sentence(write: Any, template: str) -> None:
    subjects = {language: write(template, language).subject for language in Language}
    assert len(set(subjects.values())) == len(Language), subjects


def test_a_secret_link_is_filled_in_only_when_the_letter_leaves(write: Any) -> None:
    letter = write("intake/letters/received", Language.EN)
    assert "/intake/follow/" not in letter.text
    for part in (letter.text, letter.html):
        filled = letters.filled_in(letter, part)
        assert re.search(r"http://localhost/intake/follow/[\w-]{43}", filled)
        assert links.MARKER not in filled
