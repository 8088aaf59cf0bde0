"""Every text in every language, with its placeholders, plurals and script: domain D1, D30, D31; trap "languages"."""

from __future__ import annotations

import re
from functools import cache
from gettext import c2py

import pytest
from babel.messages.catalog import Catalog, Message

from iso_portal.core.scripts import to_latin
from tools import merge_texts

LOCALES = ("sq_XK", "sr_Cyrl_XK", "sr_Latn_XK", "de_DE")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\{.*?\}\}")
UNREAD = re.compile(r"%\(\w+\)[sd]|\{\{.*?\}\}|</?\w[^>]*>|&\w+;|\S+@\S+|https?://\S+|www\.\S+|\w+/\w+_?\w*|\w+-learn")
LATIN_WORD = re.compile(r"\w*[A-Za-zČĆŽŠĐčćžšđ]\w*")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
# What stays Latin in Cyrillic text: the protected tokens of the script rule, codes of levels and units.
STAYS_LATIN = {
    "ARBK",
    "CET",
    "CEST",
    "CSV",
    "EUR",
    "ISO",
    "MB",
    "NACE",
    "UTF",
    "V",
    "V1",
    "V3",
    "kVA",
    "learn",
    "scikit",
}
STAYS_LATIN |= {
    "Excel",
    "GlobalG",
    "A",
    "P",
    "HACCP",
    "JPG",
    "PDF",
    "PNG",
    "Word",
    "XLSX",
    "m²",
    "t",
}  # kinds of files, marks, units
STAYS_LATIN |= {"CUSUM", "D", "nDCG", "p", "VAULT_KEY"}  # names of measures and of a setting
STAYS_LATIN |= {"Vienna", "Europe", "www", "example", "org"}  # examples of what a person may type

Key = str | tuple[str, ...]


@cache
def wanted() -> tuple[Message, ...]:
    """Return every message of code and templates."""
    return tuple(message for message in merge_texts.messages() if message.id)


@cache
def catalogue(locale: str) -> Catalog:
    """Return a catalogue as it lies in the repository."""
    return merge_texts.read(locale)


def entries(locale: str) -> list[Message]:
    """Return a catalogue's messages without its header."""
    return [message for message in catalogue(locale) if message.id]


def forms(message: Message) -> tuple[str, ...]:
    """Return the translation as a tuple of its forms."""
    return message.string if isinstance(message.string, tuple) else (message.string,)


def keys(messages: tuple[Message, ...] | list[Message]) -> set[Key]:
    """Return the messages' ids."""
    return {message.id for message in messages}


def test_there_are_messages_at_all() -> None:
    assert len(wanted()) > 500


@pytest.mark.parametrize("locale", ["sq_XK", "sr_Cyrl_XK", "sr_Latn_XK"])
def test_albanian_and_both_serbian_scripts_have_exactly_every_message(locale: str) -> None:
    there, asked = keys(entries(locale)), keys(wanted())
    assert (sorted(map(str, asked - there)), sorted(map(str, there - asked))) == ([], [])


def test_german_has_every_message_that_a_visitor_can_meet() -> None:
    asked = {message.id for message in wanted() if merge_texts.is_public(message)}
    assert sorted(map(str, asked - keys(entries("de_DE")))) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_message_is_empty_or_doubtful(locale: str) -> None:
    bad = [message.id for message in entries(locale) if not all(forms(message)) or message.fuzzy]
    assert bad == []


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_are_those_of_the_english_text(locale: str) -> None:
    bad = []
    for message in entries(locale):
        given = message.id if isinstance(message.id, tuple) else (message.id,)
        asked = {place for text in given for place in PLACEHOLDER.findall(text)}
        for text in forms(message):
            found = set(PLACEHOLDER.findall(text))
            # One of several plural forms may say "one" instead of the number.
            if found != asked and not (isinstance(message.id, tuple) and found == asked - {"%(num)s"}):
                bad.append((message.id, text))
    assert bad == []


@pytest.mark.parametrize("locale", LOCALES)
def test_plurals_have_as_many_forms_as_the_language(locale: str) -> None:
    number = 3 if locale.startswith("sr") else 2
    assert catalogue(locale).num_plurals == number
    plurals = [message for message in entries(locale) if isinstance(message.id, tuple)]
    assert plurals or locale == "de_DE"  # no plural message is on a public page yet
    assert [message.id for message in plurals if len(forms(message)) != number] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_plural_rule_chooses_the_right_form(locale: str) -> None:
    header = merge_texts.path_of(locale).read_text(encoding="utf-8").partition("\n\n")[0]
    rule = re.search(r"plural=(.+?);", header)
    assert rule
    choose = c2py(rule.group(1))
    expected = (
        {1: 0, 21: 0, 101: 0, 2: 1, 24: 1, 102: 1, 0: 2, 5: 2, 11: 2, 12: 2, 111: 2}
        if locale.startswith("sr")
        else {1: 0, 0: 1, 2: 1, 11: 1, 21: 1, 101: 1}
    )
    assert {number: choose(number) for number in expected} == expected


def test_cyrillic_texts_hold_no_latin_word_but_the_named_ones() -> None:
    bad = []
    for message in entries("sr_Cyrl_XK"):
        for text in forms(message):
            strange = set(LATIN_WORD.findall(UNREAD.sub(" ", text))) - STAYS_LATIN
            if strange:
                bad.append((message.id, sorted(strange)))
    assert bad == []


def test_no_word_mixes_scripts() -> None:
    mixed = re.compile(r"\w*(?:[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z])\w*")
    assert [m.id for m in entries("sr_Cyrl_XK") if any(mixed.search(UNREAD.sub(" ", t)) for t in forms(m))] == []


@pytest.mark.parametrize("locale", ["sq_XK", "sr_Latn_XK", "de_DE"])
def test_the_other_catalogues_hold_no_cyrillic_letter(locale: str) -> None:
    own_names = {"Српски"}
    bad = [m.id for m in entries(locale) if any(CYRILLIC.search(text) and text not in own_names for text in forms(m))]
    assert bad == []


def test_the_latin_catalogue_is_made_from_the_cyrillic_one() -> None:
    latin = {message.id: forms(message) for message in entries("sr_Latn_XK")}
    made = {message.id: tuple(map(to_latin, forms(message))) for message in entries("sr_Cyrl_XK")}
    assert latin == made
