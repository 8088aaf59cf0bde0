"""How an inquiry is read: telling words, the whole as the mean of its lines, codes that agree, classes that are predicted."""

from __future__ import annotations

import numpy as np
import pytest

from matching import InquiryFacts, Recommender
from matching.ablation import ONE_LINE, ablate
from matching.collection import Collection, Document, Query
from matching.encoders import Remembering
from matching.evaluation import class_accuracy
from matching.facts import CLASS, DIVISION, GROUP, SECTION, shared_depth
from matching.recommender import LONG
from matching.text import FUNCTION_WORDS, INQUIRY_WORDS, UNTOLD, normalize, telling

DOCUMENTS = [
    Document(key="a", language="sq", text="Prodhimi i konstruksioneve metalike; Montim", nace=("25.11",)),
    Document(key="b", language="sr-Cyrl", text="Производња намештаја; Столарија", nace=("31.09",)),
    Document(key="c", language="sr-Latn", text="Proizvodnja hleba i peciva", nace=("10.71",)),
]
QUERIES = [
    Query(key="1", language="en", text="Manufacture of metal structures and parts of structures", nace=()),
    Query(key="2", language="de", text="Herstellung von Backwaren", nace=()),
]
GRADES = {"1": {"a": 2, "b": 1}, "2": {"c": 2}}
COLLECTION = Collection(documents=DOCUMENTS, queries=QUERIES, grades=GRADES)


@pytest.mark.parametrize(
    ("line", "language", "kept"),
    [
        ("We are looking for a partner who can weld steel stairs", "en", "weld steel stairs"),
        ("Wir suchen einen Betrieb, der Stahl für uns schweißt", "de", "Betrieb, Stahl schweißt"),
        ("Kërkojmë një partner që saldon shkallë çeliku për ne", "sq", "saldon shkallë çeliku"),
        ("Tražimo partnera koji vari čelične stepenice za nas", "sr", "vari čelične stepenice"),
        ("Тражимо партнера који вари челичне степенице за нас", "sr", "vari čelične stepenice"),
        ("About 4,500 jackets and 300 trousers a month, EN1090 or 3D", "en", "jackets trousers EN1090 3D"),
        ("Nous cherchons un partenaire", "fr", "Nous cherchons un partenaire"),
        ("all of us", "en", "all of us"),
    ],
)
def test_of_a_line_the_telling_words_stay(line: str, language: str, kept: str) -> None:
    assert telling(line, language) == kept


def test_function_words_are_written_as_they_are_compared() -> None:
    for language, words in FUNCTION_WORDS.items():
        every = f"{words} {INQUIRY_WORDS[language]}".split()
        assert all(word == normalize(word).lower() for word in every)
        assert len(every) == len(set(every)) == len(UNTOLD[language])


def test_a_short_inquiry_is_encoded_as_it_stands_and_a_long_one_without_function_words(
    recommender: Recommender,
) -> None:
    asked: list[str] = []
    encoder = recommender.encoder_

    class Listening:
        name = encoder.name

        def encode(self, lines: list[str]) -> np.ndarray:  # type: ignore[type-arg]
            asked.extend(lines)
            return encoder.encode(lines)

    recommender.encoder_ = Listening()
    try:
        recommender.ask(
            InquiryFacts(key="i", text="We need a door. And a window.", language="en"), recommender.centerer_
        )
        text = "We need a door. And a window. " + "We want it to be of steel and of very good glass. " * (LONG // 6)
        long = recommender.ask(InquiryFacts(key="i", text=text, language="en"), recommender.centerer_)
    finally:
        recommender.encoder_ = encoder
    assert asked[:2] == ["We need a door.", "And a window."]
    assert asked[2:] == ["We need a door.", "And a window.", "steel good glass."]
    assert long.lines[0] == "We need a door."  # the reader sees the investor's own words


def test_an_encoder_with_a_memory_encodes_a_text_once_and_forgets_the_oldest(recommender: Recommender) -> None:
    asked: list[str] = []

    class Counting:
        name = "counting"

        def encode(self, lines: list[str]) -> np.ndarray:  # type: ignore[type-arg]
            asked.extend(lines)
            return recommender.encode(lines)

    encoder = Remembering(Counting(), {"known": np.ones(3, np.float32)}, most=2)
    first = encoder.encode(["steel", "wood", "steel"])
    np.testing.assert_array_equal(first, recommender.encode(["steel", "wood", "steel"]))
    assert asked == ["steel", "wood"]
    encoder.encode(["wood", "bread"])
    assert asked == ["steel", "wood", "bread"]
    encoder.encode(["steel"])  # forgotten meanwhile
    assert asked == ["steel", "wood", "bread", "steel"]
    assert encoder.encode([]).shape[0] == 0


def test_the_whole_text_is_the_mean_of_its_lines(recommender: Recommender) -> None:
    inquiry = InquiryFacts(key="i", text="Welded steel structures. Doors and windows. Bread.", language="en")
    asked = recommender.ask(inquiry, recommender.centerer_)
    parts = np.linalg.lstsq(asked.vectors[:-1].T, asked.vectors[-1], rcond=None)[0]
    assert np.abs(parts @ asked.vectors[:-1] - asked.vectors[-1]).max() < 1e-5
    assert (parts > 0).all()


@pytest.mark.parametrize(
    ("wanted", "declared", "depth"),
    [
        (["25.11"], ["25.11"], CLASS),
        (["25.11"], ["25.12"], GROUP),
        (["25.11"], ["25.62"], DIVISION),
        (["25"], ["25.62"], DIVISION),
        (["25"], ["28.11"], SECTION),
        (["25.11"], ["01.11"], 0.0),
        (["25.11"], ["01.11", "25.11"], 0.9 * CLASS),
        (["25.11"], ["25.12", "25.11"], 0.9 * CLASS),
        (["x"], ["25.11"], 0.0),
        ([], ["25.11"], 0.0),
    ],
)
def test_codes_agree_by_class_group_division_and_section(wanted: list[str], declared: list[str], depth: float) -> None:
    assert shared_depth(wanted, declared) == pytest.approx(depth)


def test_the_accuracy_of_predicted_classes_is_measured(recommender: Recommender) -> None:
    found = class_accuracy(COLLECTION, recommender)
    assert found is not None
    assert found["inquiries"] == 2
    assert found["top5"] == 1.0
    assert set(found["by_query_lang"]) == {"de", "en"}
    without = Collection(
        documents=[Document(key=one.key, language=one.language, text=one.text, nace=()) for one in DOCUMENTS],
        queries=QUERIES,
        grades=GRADES,
    )
    assert class_accuracy(without, recommender) is None


def test_what_each_part_adds_is_told_for_every_part(recommender: Recommender) -> None:
    found = ablate(COLLECTION, recommender)
    parts = found["parts"]
    assert {"hybrid", ONE_LINE, "all weights alike", "without bridge", "without centring", "without damping"} <= set(
        parts
    )
    assert all(
        0 <= row["ndcg@10"] <= 1 and set(row["by_doc_lang"]) == {"sq", "sr-Cyrl", "sr-Latn"} for row in parts.values()
    )


def test_a_collection_is_thinned_evenly() -> None:
    assert [query.key for query in COLLECTION.thinned(1).queries] == ["1"]
    assert COLLECTION.thinned(0).queries == COLLECTION.thinned(9).queries == QUERIES
