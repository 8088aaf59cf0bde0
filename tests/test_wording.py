"""Neutral wording in every catalogue, template and text of the vocabulary: domain D3, D4, D5."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from iso_portal.core.scripts import to_latin
from tests.test_catalogues import entries, forms, wanted
from tools.merge_texts import ROOT

# Whole words, any case. Serbian is judged in Latin, so the list serves both scripts.
REFUSED = {
    "en": r"countr(y|ies)|province|enclaves?|borders?|boundar(y|ies)|administrative line|kosova|metohija|central serbia|"
    r"republic of \w+|divided city|(serb|albanian) part|minorit(y|ies)|majorit(y|ies)|ethnic\w*|sides?|parallel|"
    r"(il)?legal registration|nationality|domestic goods|imports",
    "sq": r"shtet\w*|vend[ie]t? e origjinës|kufi(ri|ri[nt]|tar\w*)?|pakic\w*|shumic\w*|etni\w*|enklav\w*|krahin\w*|"
    r"metohi\w*|serbia qendrore|republik\w*|paralel\w*|ilegal\w*|kombësi\w*|qytet\w* i ndarë",
    "sr": r"držav\w*|pokrajin\w*|enklav\w*|granic\w*|administrativn\w+ linij\w*|metohij\w*|centraln\w+ srbij\w*|"
    r"republik\w*|podeljen\w+ grad\w*|manjin\w*|većin\w*|etničk\w*|paraleln\w*|nelegaln\w*|ilegaln\w*|nacionalnost\w*",
    "de": r"land(es)?|staat\w*|provinz\w*|enklave\w*|grenz(e|en|linie)|metochien|kosova|zentralserbien|republik|"
    r"geteilte stadt|minderheit\w*|mehrheit\w*|ethni\w*|parallel\w*|illegal\w*|nationalität\w*",
}
# Named exceptions: the message, and why it may hold a word of the list.
EXCEPTIONS = {
    "Country or territory": "the label of the investor's field (D26)",
    "Imports so far": "files read in, not goods",
    "Distinct pairs of investor and firm that met or called, confirmed by at least one side.": "investor and firm",
    "Then: local firms that fit, introduced only when both sides agree.": "investor and firm",
}
STAY = "Colleagues who work in Albanian and in Serbian answer you together"  # "stay at your side": an idiom


def broken(language: str, text: str) -> list[str]:
    """Return the refused words of a text."""
    return [found.group() for found in re.finditer(rf"\b(?:{REFUSED[language]})\b", text, re.IGNORECASE)]


def is_excepted(key: str | tuple[str, ...]) -> bool:
    """Whether a message is one of the named exceptions."""
    return any(text in EXCEPTIONS or text.startswith(STAY) for text in (key if isinstance(key, tuple) else (key,)))


def test_english_texts_keep_to_the_neutral_words() -> None:
    bad = [
        (message.id, broken("en", text))
        for message in wanted()
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
        if broken("en", text) and not is_excepted(message.id)
    ]
    assert bad == []


@pytest.mark.parametrize(
    ("locale", "language"), [("sq_XK", "sq"), ("sr_Cyrl_XK", "sr"), ("sr_Latn_XK", "sr"), ("de_DE", "de")]
)
def test_translations_keep_to_the_neutral_words(locale: str, language: str) -> None:
    bad = [
        (text, broken(language, to_latin(text)))
        for message in entries(locale)
        for text in forms(message)
        if broken(language, to_latin(text)) and not is_excepted(message.id)
    ]
    assert bad == []


def test_every_exception_is_still_needed() -> None:
    ids = {message.id for message in wanted()}
    assert sorted(set(EXCEPTIONS) - ids) == []
    assert any(isinstance(key, str) and key.startswith(STAY) for key in ids)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "at the border"),
        ("en", "an ethnic minority"),
        ("en", "both sides of the river"),
        ("sq", "në kufi"),
        ("sq", "Shteti"),
        ("sr", "Država"),
        ("sr", "na granici"),
        ("de", "die Grenze"),
        ("de", "Minderheiten"),
    ],
)
def test_the_list_finds_what_it_refuses(language: str, text: str) -> None:
    assert broken(language, text)


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.*")), ids=lambda path: str(path.name))
def test_templates_hold_no_refused_word_outside_of_messages(path: Path) -> None:
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<[^>]*>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [found for language in REFUSED for found in broken(language, text)] == []
