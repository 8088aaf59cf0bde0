"""Nothing about people reaches the ranking: no such field, no such feature, and no way in through script or order."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, replace

import pytest

from matching import FEATURES, BusinessFacts, InquiryFacts, Line, Recommender
from matching.text import split_lines

ABOUT_PEOPLE = (
    "community", "ethnic", "nation", "religion", "person", "owner", "contact", "manager", "gender",
    "name", "script", "register", "alphabet",
)  # fmt: skip
IN_CYRILLIC = ("челичне конструкције и заварене степенице", "дрвена врата", "израда веб апликација")
IN_LATIN = ("čelične konstrukcije i zavarene stepenice", "drvena vrata", "izrada veb aplikacija")
CODES = ("25.11", "16.23", "62.01")
ASKED = {
    "en": "We need welded steel stairs and wooden doors.",
    "de": "Wir suchen geschweißte Treppen und Holztüren.",
    "sq": "Kërkojmë shkallë të salduara dhe dyer druri.",
    "sr": "Tražimo zavarene stepenice i drvena vrata.",
}


def firms(texts: tuple[str, ...], language: str) -> list[BusinessFacts]:
    return [
        BusinessFacts(key=str(n), lines=(Line(text=text, language=language),), nace=(code,) if n else ())
        for n, (text, code) in enumerate(zip(texts, CODES, strict=True))
    ]


def scores(recommender: Recommender, offered: list[BusinessFacts], text: str, language: str) -> dict[str, float]:
    asked = InquiryFacts(key="i", text=text, language=language)
    return {one.key: one.score for one in recommender.suggest(asked, recommender.index(offered)).suggestions}


def test_no_feature_and_no_field_is_about_people() -> None:
    told = [*FEATURES, *(one.name for kind in (BusinessFacts, InquiryFacts) for one in fields(kind))]
    assert not [name for name in told if any(word in name for word in ABOUT_PEOPLE)]
    # A text's language stands beside each line and inquiry for its vector alone; spoken languages are a capability.
    assert "language" not in {*FEATURES, *(one.name for one in fields(BusinessFacts))}


@pytest.mark.parametrize("field", ["owner", "contact_name", "community"])
def test_whoever_tries_to_tell_of_people_is_refused(field: str) -> None:
    with pytest.raises(TypeError, match=field):
        BusinessFacts(key="a", lines=(), **{field: "x"})  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ASKED)
def test_a_profile_rewritten_in_the_other_script_scores_the_same(multilingual: Recommender, language: str) -> None:
    cyrillic = scores(multilingual, firms(IN_CYRILLIC, "sr_cyrl"), ASKED[language], language)
    latin = scores(multilingual, firms(IN_LATIN, "sr_latn"), ASKED[language], language)
    assert cyrillic == latin
    assert min(latin, key=lambda key: latin[key]) == "2"  # nobody asked for software


def test_an_inquiry_rewritten_in_the_other_script_scores_the_same(multilingual: Recommender) -> None:
    cyrillic = scores(multilingual, firms(IN_LATIN, "sr_latn"), "Тражимо заварене степенице и дрвена врата.", "sr_cyrl")
    assert cyrillic == scores(multilingual, firms(IN_LATIN, "sr_latn"), ASKED["sr"], "sr_latn")


def test_the_order_of_firms_changes_no_score(multilingual: Recommender) -> None:
    offered = firms(IN_LATIN, "sr_latn")
    before = scores(multilingual, offered, ASKED["en"], "en")
    assert scores(multilingual, [offered[2], offered[0], offered[1]], ASKED["en"], "en") == before


def test_decomposed_letters_score_as_composed_ones(multilingual: Recommender) -> None:
    apart = tuple(unicodedata.normalize("NFD", text) for text in IN_LATIN)
    text = unicodedata.normalize("NFD", ASKED["sq"])
    assert scores(multilingual, firms(apart, "sr_latn"), text, "sq") == pytest.approx(
        scores(multilingual, firms(IN_LATIN, "sr_latn"), ASKED["sq"], "sq"), abs=1e-6
    )


@pytest.mark.parametrize("language", ["", "xx", "sr-Cyrl", "tlh-Latn-x-long", "\ud800", "🙂"])
def test_any_language_is_taken_for_firms_and_inquiries(recommender: Recommender, language: str) -> None:
    first = scores(recommender, firms(IN_LATIN, language), ASKED["sr"], language)
    assert list(first.items()) == list(scores(recommender, firms(IN_LATIN, language), ASKED["sr"], language).items())


@pytest.mark.parametrize("text", ["", "x" * 1_000_000, "🙂🙂", "Шa љб", "e\u0301\u0301", "\ud800", "\x00"])
def test_any_text_is_taken_as_a_line_of_a_firm(recommender: Recommender, text: str) -> None:
    odd = BusinessFacts(key="odd", lines=(Line(text=text, language="sq"),))
    assert set(scores(recommender, [odd, *firms(IN_LATIN, "sr_latn")], ASKED["de"], "de")) == {"odd", "0", "1", "2"}


def test_the_reason_names_lines_that_stand_in_both_texts_and_are_the_closest(multilingual: Recommender) -> None:
    text = "We need wooden doors for a hotel. Our office also wants mobile applications."
    lines = (Line(text="drvena vrata", language="sr"), Line(text="razvoj mobilnih aplikacija", language="sr"))
    both = [
        BusinessFacts(key="doors", lines=lines[:1]),
        BusinessFacts(key="apps", lines=lines[1:]),
        BusinessFacts(key="silent", lines=()),
    ]
    answer = multilingual.suggest(InquiryFacts(key="i", text=text, language="en"), multilingual.index(both))
    told = {one.key: one.reason for one in answer.suggestions}
    doors, apps = split_lines(text)
    assert (told["doors"].inquiry_line, told["doors"].business_line) == (doors, "drvena vrata")
    assert (told["apps"].inquiry_line, told["apps"].business_line) == (apps, "razvoj mobilnih aplikacija")
    assert told["silent"].business_line == told["silent"].inquiry_line == ""


def test_firms_that_say_the_same_stand_by_key(multilingual: Recommender) -> None:
    twins = [replace(firms(IN_LATIN, "sr_latn")[1], key=key) for key in ("z", "a")]
    assert list(scores(multilingual, twins, ASKED["en"], "en")) == ["a", "z"]
