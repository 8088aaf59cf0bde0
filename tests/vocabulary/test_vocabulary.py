"""Places, codes, countries and identifiers: domain D8, D9, D10, D13, D20 to D26."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from iso_portal.core.i18n import Language
from iso_portal.core.scripts import sort_key
from iso_portal.vocabulary import queries
from iso_portal.vocabulary.domain import NaceLevel, Verdict, check_identifier

CYRILLIC = re.compile(r"[\u0400-\u04ff]")
NORTHERN = {"mitrovica-north", "zvecan", "leposavic", "zubin-potok"}


def test_there_are_the_seven_municipalities_on_seven_tiles() -> None:
    tiles = {slug: (place.column, place.row) for slug, place in queries.municipalities().items()}
    assert tiles == {
        "leposavic": (1, 0),
        "zubin-potok": (0, 1),
        "zvecan": (1, 1),
        "mitrovica-north": (1, 2),
        "skenderaj": (0, 3),
        "mitrovica-south": (1, 3),
        "vushtrri": (2, 3),
    }


@pytest.mark.parametrize(
    ("slug", "sq", "latin", "cyrillic"),
    [
        ("mitrovica-north", "Mitrovica e Veriut", "Severna Mitrovica", "Северна Митровица"),
        ("mitrovica-south", "Mitrovicë", "Južna Mitrovica", "Јужна Митровица"),
        ("zvecan", "Zveçan", "Zvečan", "Звечан"),
        ("leposavic", "Leposaviq", "Leposavić", "Лепосавић"),
        ("zubin-potok", "Zubin Potok", "Zubin Potok", "Зубин Поток"),
        ("vushtrri", "Vushtrri", "Vučitrn", "Вучитрн"),
        ("skenderaj", "Skenderaj", "Srbica", "Србица"),
    ],
)
def test_a_reader_sees_the_places_name_in_the_own_language(slug: str, sq: str, latin: str, cyrillic: str) -> None:
    assert [queries.place_name(slug, language) for language in ("sq", "sr_latn", "sr_cyrl")] == [sq, latin, cyrillic]


def test_english_and_german_name_both_with_the_local_majoritys_first() -> None:
    for language in ("en", "de"):
        assert queries.place_name("mitrovica-south", language) == "Mitrovicë/Južna Mitrovica"
        assert queries.place_name("mitrovica-north", language) == "Severna Mitrovica/Mitrovica e Veriut"


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("zvecan", "zvecan"),
        ("Звечан", "zvecan"),
        ("Zveqan", "zvecan"),
        ("Skënderaj", "skenderaj"),
        ("srbica", "skenderaj"),
        ("vucitrn", "vushtrri"),
        ("Mitrovicë Veriore", "mitrovica-north"),
        ("лепосавић", "leposavic"),
    ],
)
def test_a_place_is_found_in_any_spelling(typed: str, slug: str) -> None:
    assert slug in queries.find_places(typed)


def test_the_whole_citys_name_finds_both_municipalities() -> None:
    assert {"mitrovica-north", "mitrovica-south"} <= set(queries.find_places("Kosovska Mitrovica"))


def test_nothing_typed_finds_no_place() -> None:
    assert queries.find_places("  ") == []


def test_each_count_of_people_has_year_kind_and_source() -> None:
    for place in queries.municipalities().values():
        assert place.populations
        assert all(count.year and count.kind and count.source for count in place.populations)


def test_in_the_north_more_than_one_count_is_shown() -> None:
    for slug in NORTHERN:
        assert len(queries.municipalities()[slug].populations) >= 2


@pytest.mark.parametrize("language", list(Language))
def test_places_are_sorted_by_the_readers_alphabet(language: Language) -> None:
    names = [name for _slug, name in queries.places(language)]
    assert names == sorted(names, key=lambda name: sort_key(name, language))
    assert len(names) == 7


def test_nace_has_all_levels_under_its_revision() -> None:
    counts = [len(queries.of_level(level)) for level in NaceLevel]
    assert counts == [21, 88, 615]
    assert {code.revision for code in queries.nace().values()} == {"2"}
    assert {code.section for code in queries.nace().values()} == set("ABCDEFGHIJKLMNOPQRSTU")


def test_every_code_has_its_names_in_every_language() -> None:
    for code in queries.nace().values():
        assert code.names.en
        assert code.names.sq
        assert code.names.sr_latn
        assert CYRILLIC.search(code.names.sr_cyrl)
        assert not CYRILLIC.search(code.names.sr_latn)
        assert code.names.de
    assert queries.nace_label("25.11", "de") == queries.nace()["25.11"].names.de


@pytest.mark.parametrize("typed", ["07.29", "0729", "729", "7.29"])
def test_a_code_is_found_with_or_without_dot_and_leading_zero(typed: str) -> None:
    assert queries.search_nace(typed)[0].code == "07.29"


def test_a_code_is_found_by_its_words_without_diacritics_in_any_script() -> None:
    code = queries.nace()["25.11"]
    for label in (code.names.en, code.names.sq, code.names.sr_latn, code.names.sr_cyrl):
        plain = label.replace("ë", "e").replace("ç", "c").upper()
        assert code in queries.search_nace(plain)


def test_a_search_for_nothing_finds_no_code() -> None:
    assert queries.search_nace(" . ") == []
    assert queries.search_nace("qqqq") == []


@pytest.mark.parametrize("language", list(Language))
def test_countries_come_from_the_locale_data_with_kosovo_as_a_normal_entry(language: Language) -> None:
    countries = dict(queries.countries(language))
    expected = {"en": "Kosovo", "sq": "Kosovë", "sr_latn": "Kosovo", "sr_cyrl": "Косово", "de": "Kosovo"}
    assert countries["XK"] == expected[language]
    assert not set(countries) & set("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())
    assert countries["FR"] == Locale.parse(language.locale).territories["FR"]
    names = list(countries.values())
    assert names == sorted(names, key=lambda name: sort_key(name, language))


def test_legal_forms_belong_to_a_register_and_other_fits_any() -> None:
    kosovo, serbia = ({code for code, _name in queries.legal_forms_of(register, "en")} for register in ("XK", "RS"))
    assert kosovo - serbia
    assert serbia - kosovo
    assert {form.register for form in queries.legal_forms().values()} == {"XK", "RS", "*"}


VERDICTS = {
    "RS_PIB_valid": Verdict.GOOD,
    "RS_PIB_invalid": Verdict.REFUSED,
    "RS_MB_valid": Verdict.GOOD,
    "RS_MB_warn": Verdict.WARNED,
    "XK_IBAN_valid": Verdict.GOOD,
    "XK_IBAN_invalid": Verdict.REFUSED,
    "XK_NUI_valid": Verdict.GOOD,
    "XK_NUI_invalid": Verdict.REFUSED,
}


@pytest.mark.parametrize("group", VERDICTS)
def test_identifiers_are_judged_as_the_vectors_say(shared_data: Path, group: str) -> None:
    data: dict[str, Any] = json.loads((shared_data / "domain" / "identifiers.json").read_text(encoding="utf-8"))
    kind = group.rpartition("_")[0]
    found = {value: check_identifier(kind, value).verdict for value in data["test_vectors"][group]}
    assert found
    assert set(found.values()) == {VERDICTS[group]}, found


def test_an_identifier_is_kept_as_digits_however_it_is_typed() -> None:
    assert check_identifier("RS_PIB", " 101-134 702 ").value == "101134702"
    assert check_identifier("XK_IBAN", "xk05 1212 0123 4567 8906").value == "XK051212012345678906"


def test_a_refusal_says_whether_shape_or_check_digit_is_wrong() -> None:
    assert check_identifier("RS_PIB", "12").reason == "shape"
    assert check_identifier("RS_PIB", "101134703").reason == "check_digit"


def test_any_five_digits_are_a_postal_code() -> None:
    assert check_identifier("POSTAL", "38000").verdict is Verdict.GOOD
    assert check_identifier("POSTAL", "3800").verdict is Verdict.REFUSED
