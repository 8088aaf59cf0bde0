"""Equal content, equal place: what a firm is called, where it stands in a file and which script it writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import BusinessFacts, InquiryFacts, Line, Recommender
from matching.collection import read_collection
from matching.evaluation import evaluate

GOODS = {
    "steel": ("čelične konstrukcije", "zavarene stepenice"),
    "doors": ("drvena vrata", "drveni prozori"),
    "software": ("veb aplikacije", "mobilne aplikacije"),
}
IN_CYRILLIC = {
    "steel": ("челичне конструкције", "заварене степенице"),
    "doors": ("дрвена врата", "дрвени прозори"),
    "software": ("веб апликације", "мобилне апликације"),
}
ASKED = InquiryFacts(key="i", text="Tražimo drvena vrata. Treba nam montaža.", language="sr_latn", nace=())


def firms(goods: Mapping[str, tuple[str, ...]], language: str) -> list[BusinessFacts]:
    return [
        BusinessFacts(key=key, lines=tuple(Line(text=text, language=language) for text in texts))
        for key, texts in goods.items()
    ]


def scores(recommender: Recommender, asked: InquiryFacts, offered: Sequence[BusinessFacts]) -> dict[str, float]:
    answer = recommender.suggest(asked, recommender.index(offered))
    return {one.key: one.score for one in answer.suggestions}


def test_the_script_of_a_profile_changes_no_score(recommender: Recommender) -> None:
    latin = scores(recommender, ASKED, firms(GOODS, "sr_latn"))
    cyrillic = scores(recommender, ASKED, firms(IN_CYRILLIC, "sr_cyrl"))
    assert latin == pytest.approx(cyrillic, abs=1e-6)
    assert max(latin, key=lambda key: latin[key]) == "doors"


def test_the_script_of_an_inquiry_changes_no_score(recommender: Recommender) -> None:
    offered = firms(GOODS, "sr_latn")
    cyrillic = replace(ASKED, text="Тражимо дрвена врата. Треба нам монтажа.", language="sr_cyrl")
    assert scores(recommender, cyrillic, offered) == pytest.approx(scores(recommender, ASKED, offered), abs=1e-6)


def test_permuting_the_keys_of_firms_permutes_the_list_and_nothing_else(recommender: Recommender) -> None:
    offered = firms(GOODS, "sr_latn")
    before = scores(recommender, ASKED, offered)
    chance = np.random.default_rng(7)
    for _round in range(5):
        names = [str(name) for name in chance.permutation([firm.key for firm in offered])]
        renamed = [replace(firm, key=name) for firm, name in zip(offered, names, strict=True)]
        after = scores(recommender, ASKED, renamed)
        assert {name: after[name] for name in names} == {
            name: before[firm.key] for firm, name in zip(offered, names, strict=True)
        }


def test_equal_firms_tie_and_stand_by_key(recommender: Recommender) -> None:
    twins = [replace(firms(GOODS, "sr_latn")[1], key=key) for key in ("z", "a", "m")]
    answer = recommender.suggest(ASKED, recommender.index(twins)).suggestions
    assert [one.key for one in answer] == ["a", "m", "z"]
    assert len({one.score for one in answer}) == 1


def test_without_the_named_line_the_best_firm_loses_its_rank(recommender: Recommender) -> None:
    offered = firms(GOODS, "sr_latn")
    best = recommender.suggest(ASKED, recommender.index(offered)).suggestions[0]
    assert best.key == "doors"
    without = [
        replace(firm, lines=tuple(line for line in firm.lines if line.text != best.reason.business_line))
        for firm in offered
    ]
    rivals = [*without, replace(offered[1], key="rival")]
    ranking = [one.key for one in recommender.suggest(ASKED, recommender.index(rivals)).suggestions]
    assert ranking.index("rival") < ranking.index("doors")


def test_a_municipality_counts_only_when_the_inquiry_names_one(recommender: Recommender) -> None:
    here, there = (replace(firms(GOODS, "sr_latn")[1], key=key, municipality=key) for key in ("zvecan", "vushtrri"))
    unnamed = scores(recommender, ASKED, [here, there])
    assert unnamed["zvecan"] == unnamed["vushtrri"]
    named = scores(recommender, replace(ASKED, municipalities=frozenset({"vushtrri"})), [here, there])
    assert named["vushtrri"] > named["zvecan"]


def test_a_language_that_the_investor_does_not_speak_changes_no_score(recommender: Recommender) -> None:
    one = replace(firms(GOODS, "sr_latn")[1], key="one", languages=frozenset({"sq", "en"}))
    other = replace(one, key="other", languages=frozenset({"sr", "en"}))
    asked = replace(ASKED, languages=frozenset({"en"}))
    found = scores(recommender, asked, [one, other])
    assert found["one"] == found["other"]


def test_hybrid_takes_a_folder_without_languages_titles_or_codes(tmp_path: Path, recommender: Recommender) -> None:
    (tmp_path / "corpus.tsv").write_text("doc_id\ttext\tcolour\nd1\tdrvena vrata\tred\nd2\tveb aplikacije\tblue\n")
    (tmp_path / "queries.tsv").write_text("query_id\ttext\nq1\tdrvena vrata\n")
    (tmp_path / "qrels.tsv").write_text("query_id\tdoc_id\trelevance\nq1\td1\t3\nq1\tgone\t0\n")
    found = evaluate(read_collection(tmp_path), recommender, ["cross_lingual_lsa", "hybrid"], with_codes=False)
    assert found["methods"]["hybrid"]["ndcg@10"] == 1.0
    assert found["methods"]["hybrid"]["mrr"] == 1.0
    assert set(found["methods"]["hybrid"]) >= {"recall@10", "by_query_lang", "by_doc_lang", "exposure"}


def test_gains_grow_with_the_grade(tmp_path: Path, recommender: Recommender) -> None:
    (tmp_path / "corpus.tsv").write_text("doc_id\ttext\nd1\tdrvena vrata\nd2\tdrvena vrata i prozori od hrasta\n")
    (tmp_path / "queries.tsv").write_text("query_id\ttext\nq1\tdrvena vrata\n")
    (tmp_path / "qrels.tsv").write_text("query_id\tdoc_id\trelevance\nq1\td1\t1\nq1\td2\t3\n")
    found = evaluate(read_collection(tmp_path), recommender, ["tfidf_char"])
    second = 1 / np.log2(3)
    assert found["methods"]["tfidf_char"]["ndcg@10"] == pytest.approx((1 + 7 * second) / (7 + second), abs=1e-3)


def test_an_unknown_method_is_refused_by_name(tmp_path: Path, recommender: Recommender) -> None:
    (tmp_path / "corpus.tsv").write_text("doc_id\ttext\nd1\tvrata\n")
    (tmp_path / "queries.tsv").write_text("query_id\ttext\nq1\tvrata\n")
    (tmp_path / "qrels.tsv").write_text("query_id\tdoc_id\trelevance\nq1\td1\t1\n")
    with pytest.raises(ValueError, match="guessing"):
        evaluate(read_collection(tmp_path), recommender, ["guessing"])
