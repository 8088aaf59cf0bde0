"""Two scripts, folding and sorting: domain D27, D31, D32, D42; casework B7."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from iso_portal.core import scripts

CYRILLIC = re.compile(r"[\u0400-\u04ff]")
RULES = json.loads(scripts.DATA.read_text(encoding="utf-8"))
VECTORS = [(vector["latn"], vector["cyrl"]) for vector in RULES["test_vectors"]]


def test_there_are_fourteen_vectors() -> None:
    assert len(VECTORS) == 14


@pytest.mark.parametrize(("latin", "cyrillic"), VECTORS)
def test_latin_becomes_cyrillic_as_the_vectors_say(latin: str, cyrillic: str) -> None:
    assert scripts.to_cyrillic(latin) == cyrillic


@pytest.mark.parametrize("token", RULES["protect_tokens"])
def test_a_protected_token_stays_latin_inside_a_sentence(token: str) -> None:
    assert scripts.to_cyrillic(f"prema {token} ovde") == f"према {token} овде"


@pytest.mark.parametrize(
    "whole", ["info@example.org", "https://example.org/strana", "%(number)s", "{name}", "<strong>", "`kod`"]
)
def test_addresses_placeholders_and_tags_survive_both_ways(whole: str) -> None:
    assert scripts.to_cyrillic(f"ovde {whole} tamo") == f"овде {whole} тамо"
    assert scripts.to_latin(f"овде {whole} тамо") == f"ovde {whole} tamo"


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("ЊЕГОШ", "NJEGOŠ"),
        ("Његош", "Njegoš"),
        ("ЉУБАВ И ЏЕП", "LJUBAV I DŽEP"),
        ("КОЊ", "KONJ"),
        ("Џ", "Dž"),
        ("Унесите %(n)s поља", "Unesite %(n)s polja"),
    ],
)
def test_cyrillic_becomes_latin_with_capitals_right(cyrillic: str, latin: str) -> None:
    assert scripts.to_latin(cyrillic) == latin


def test_no_letter_of_the_serbian_alphabet_is_left_cyrillic() -> None:
    alphabet = "".join(scripts.ALPHABETS["sr_cyrl"])
    assert not CYRILLIC.search(scripts.to_latin(alphabet + alphabet.upper()))


@pytest.mark.parametrize(
    ("typed", "written"),
    [("saljska", "Šaljska"), ("saljska", "Шаљска"), ("celik", "Çelik"), ("CELIK", "Челик"), ("dakovica", "Đakovica")],
)
def test_search_finds_across_scripts_diacritics_and_case(typed: str, written: str) -> None:
    assert scripts.fold(typed) == scripts.fold(written)


def test_folding_keeps_different_words_apart() -> None:
    assert scripts.fold("Šaljska") != scripts.fold("Salska")


def test_name_keys_agree_and_differ_as_the_pairs_say(shared_data: Path) -> None:
    pairs = json.loads((shared_data / "domain" / "sanctions_formats.json").read_text(encoding="utf-8"))["name_fold"]
    apart = [pair for pair in pairs["same"] if scripts.name_key(pair[0]) != scripts.name_key(pair[1])]
    together = [pair for pair in pairs["different"] if scripts.name_key(pair[0]) == scripts.name_key(pair[1])]
    assert (apart, together) == ([], [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Todić", "Todiq"),
        ("Drvo Todić d.o.o.", "Todiq Drvo"),
        ("Çelik Sh.p.k.", "Celik SH.P.K."),
        ("N.T.P. Shala", "Šala"),
        ("Шаљска ДОО", "Saljska"),
    ],
)
def test_legal_forms_and_the_order_of_words_do_not_count(one: str, other: str) -> None:
    assert scripts.name_key(one) == scripts.name_key(other)


def test_a_name_of_legal_forms_alone_keeps_a_key() -> None:
    assert scripts.name_key("SH.P.K.")


@pytest.mark.parametrize(
    ("language", "in_order"),
    [
        (
            "sq",
            ["Cacak", "Çelik", "Dragash", "Dheu", "Era", "Ëndrra", "Lumi", "Llapi", "Sami", "Shala", "Zef", "Zhegra"],
        ),
        (
            "sr_latn",
            ["Cer", "Čačak", "Ćuprija", "Dunav", "Džep", "Đakovica", "Lim", "Ljig", "Niš", "Njegoš", "Sava", "Šar"],
        ),
        ("sr_cyrl", ["Дунав", "Ђаковица", "Лим", "Љиг", "Ниш", "Његош", "Ћуприја", "Цер", "Чачак", "Џеп", "Шар"]),
    ],
)
def test_names_sort_as_the_readers_alphabet_does(language: str, in_order: list[str]) -> None:
    assert sorted(in_order, key=lambda name: scripts.sort_key(name, language)) == in_order
