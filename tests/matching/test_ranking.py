"""The package alone: any text, no people among the features, reasons that hold, figures that can be checked."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import BusinessFacts, Index, InquiryFacts, Line, Recommender
from matching.collection import read_collection
from matching.evaluation import evaluate
from matching.features import FEATURES
from matching.ranker import Ranker
from matching.text import LONGEST_LINE, MOST_LINES, fold, normalize, split_lines
from seed.gold import write_gold

ROOT = Path(__file__).parents[2]


FIRMS = [
    BusinessFacts(key="a", lines=(Line(text="konstruksione çeliku të salduara", language="sq"),), nace=("25.11",)),
    BusinessFacts(key="b", lines=(Line(text="дрвена врата и прозори", language="sr_cyrl"),), nace=("16.23",)),
    BusinessFacts(key="c", lines=(Line(text="veb aplikacije", language="sr_latn"), Line(text="3D modeli", language="sr_latn")), nace=("62.01",)),
    BusinessFacts(key="d", lines=(), nace=()),
]  # fmt: skip
ASKED = InquiryFacts(key="i", text="We need welded steel structures. And doors.", language="en", nace=("25",))


@pytest.fixture(scope="module")
def index(recommender: Recommender) -> Index:
    return recommender.index(FIRMS)


def test_lists_sentences_and_registry_strings_become_lines() -> None:
    assert split_lines("• doors\n- windows\n1) stairs") == ["doors", "windows", "stairs"]
    assert split_lines("Prodhojmë dyer. Ofrojmë montim! Sipas EN 1090. 30 t në muaj.") == [
        "Prodhojmë dyer.",
        "Ofrojmë montim!",
        "Sipas EN 1090. 30 t në muaj.",  # before a number a full stop may belong to a standard or an abbreviation
    ]
    assert split_lines("Израда врата; Обрада метала; Израда врата") == ["Израда врата", "Обрада метала"]
    assert split_lines("") == split_lines("?!") == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=3000))
def test_any_text_is_split_folded_and_normalised(text: str) -> None:
    for line in split_lines(text):
        assert line.strip() == line
        assert 0 < len(line) <= LONGEST_LINE
    assert len(split_lines(text)) <= MOST_LINES
    assert fold(fold(text)) == fold(fold(fold(text)))
    normalize(text).encode("utf-8")


def test_scripts_forms_and_case_fold_to_one() -> None:
    assert fold("Шаљска ЊЕГОШ") == fold("Šaljska Njegoš")
    assert fold("Çelik") == fold("C\u0327ELIK") == "celik"


@pytest.mark.parametrize("text", ["", " ", "a" * 1_000_000, "🙂🙂🙂", "\ud800", "e\u0301\u0301", "Шa љб mixed", "\x00"])
def test_odd_inquiries_get_an_answer(recommender: Recommender, index: Index, text: str) -> None:
    answer = recommender.suggest(replace(ASKED, text=text, language="xx", nace=()), index)
    assert len(answer.suggestions) == len(FIRMS)


def test_an_empty_index_suggests_nothing(recommender: Recommender) -> None:
    answer = recommender.suggest(ASKED, recommender.index([]))
    assert answer.suggestions == []
    assert answer.nothing_fits


def test_the_same_input_gives_the_same_list_whatever_the_order_of_firms(recommender: Recommender, index: Index) -> None:
    other = recommender.index(list(reversed(FIRMS)))
    first = [(one.key, one.score) for one in recommender.suggest(ASKED, index).suggestions]
    second = [(one.key, one.score) for one in recommender.suggest(ASKED, other).suggestions]
    assert [key for key, _score in first] == [key for key, _score in second]
    assert first[0][0] == "a"


def test_stored_vectors_give_the_same_list_and_a_wrong_number_is_refused(
    recommender: Recommender, index: Index
) -> None:
    lines = [line.text for firm in FIRMS for line in firm.lines]
    again = recommender.index(FIRMS, recommender.encode(lines))
    assert recommender.rank(ASKED, again) == recommender.rank(ASKED, index)
    with pytest.raises(ValueError, match="vectors for"):
        recommender.index(FIRMS, np.zeros((1, 4), np.float32))


def test_the_reason_names_the_lines_that_met_and_without_them_the_firm_falls(recommender: Recommender) -> None:
    text = FIRMS[2].lines
    asked = replace(ASKED, text="Tražimo 3D modeli.", language="sr_latn", nace=())
    full = recommender.suggest(asked, recommender.index(FIRMS))
    best = next(one for one in full.suggestions if one.key == "c")
    assert best.reason.business_line == "3D modeli"
    poorer = [*FIRMS[:2], replace(FIRMS[2], lines=text[:1]), FIRMS[3]]
    after = next(one for one in recommender.suggest(asked, recommender.index(poorer)).suggestions if one.key == "c")
    assert after.score < best.score
    assert sum(best.reason.shares.values()) == pytest.approx(1, abs=0.01)


def test_no_feature_is_about_people() -> None:
    forbidden = ("community", "name", "script", "register", "owner", "gender", "person", "ethnic")
    assert not [name for name in FEATURES if any(word in name for word in forbidden)]
    told = set(BusinessFacts.__dataclass_fields__)
    assert not [name for name in told if any(word in name for word in forbidden)]


def test_a_key_that_sounds_like_either_language_changes_nothing_but_ties(recommender: Recommender) -> None:
    one = recommender.index([replace(firm, key=f"x{n}") for n, firm in enumerate(FIRMS)])
    other = recommender.index([replace(firm, key=f"Шаљска {n}") for n, firm in enumerate(FIRMS)])
    scores = [[s.score for s in recommender.suggest(ASKED, index).suggestions] for index in (one, other)]
    assert scores[0] == scores[1]


def test_the_ranker_learns_without_negative_weights_and_keeps_its_prior_without_judgements() -> None:
    chance = np.random.default_rng(0)
    features = chance.random((200, len(FEATURES)))
    liked = features[:, 5] + 0.1 * chance.random(200) > 0.6
    learned = Ranker(pull=1.0).fit(features, liked, np.arange(200) // 10)
    assert (learned.weights_ >= 0).all()
    assert learned.weights_[5] > Ranker()._prior()[5] * 3
    kept = Ranker().fit(features, np.ones(200, bool), np.arange(200) // 10)
    assert (kept.weights_ == Ranker()._prior()).all()


def test_the_hybrid_beats_words_and_encoder_on_the_seed_set(tmp_path: Path, recommender: Recommender) -> None:
    write_gold(tmp_path)
    found = evaluate(read_collection(tmp_path), recommender, ["tfidf_char", "encoder", "hybrid"])
    scores = {name: row["ndcg@10"] for name, row in found["methods"].items()}
    assert found["encoder"].startswith("cross-lingual-lsa")
    assert scores["hybrid"] > scores["tfidf_char"]
    assert scores["hybrid"] > scores["encoder"]
    assert set(found["methods"]["hybrid"]["by_doc_lang"]) == {"sq", "sr_latn", "sr_cyrl"}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "matching", "evaluate", *words], cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip


def test_the_command_takes_bare_folders_and_names_what_is_wrong_with_broken_ones(tmp_path: Path) -> None:
    (tmp_path / "corpus.tsv").write_text("doc_id\ttext\nd1\tsteel stairs\nd2\tdoors\n")
    (tmp_path / "queries.tsv").write_text("query_id\ttext\nq1\tsteel\n")
    (tmp_path / "qrels.tsv").write_text("query_id\tdoc_id\trelevance\nq1\td1\t2\n")
    good = run(str(tmp_path), "--methods", "tfidf_char,bm25", "--json")
    assert json.loads(good.stdout)["methods"]["tfidf_char"]["ndcg@10"] == 1.0
    for file, text, told in (
        ("qrels.tsv", "query_id\tdoc_id\trelevance\nq1\td1\tx\n", "line 2"),
        ("qrels.tsv", "query_id\tdoc_id\n", "relevance"),
        ("corpus.tsv", "doc_id\ttext\nd1\n", "line 2"),
    ):
        before = (tmp_path / file).read_text()
        (tmp_path / file).write_text(text)
        bad = run(str(tmp_path), "--methods", "tfidf_char")
        (tmp_path / file).write_text(before)
        assert bad.returncode == 2
        assert told in bad.stderr
    assert run(str(tmp_path / "nowhere")).returncode == 2
