"""Numbers, money and dates in every language: domain D33 and D34, whole table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from iso_portal.core import formats
from iso_portal.core.i18n import Language, in_language

GAP = "\u00a0"
DAY = date(2026, 3, 9)
TABLE: list[tuple[Callable[[], str], dict[str, str]]] = [
    (
        lambda: formats.number(Decimal("1234567.5")),
        {"sq": f"1{GAP}234{GAP}567,5", "sr": "1.234.567,5", "de": "1.234.567,5", "en": "1,234,567.5"},
    ),
    (
        lambda: formats.money(Decimal("1234567.50")),
        {
            "sq": f"1{GAP}234{GAP}567,50{GAP}€",
            "sr": f"1.234.567,50{GAP}€",
            "de": f"1.234.567,50{GAP}€",
            "en": "€1,234,567.50",
        },
    ),
    (
        lambda: formats.percent(Decimal("0.125"), 1),
        {"sq": "12,5%", "sr": "12,5%", "de": f"12,5{GAP}%", "en": "12.5%"},
    ),
    (
        lambda: formats.date_medium(DAY),
        {"sq": "9 mar 2026", "sr": "9. 3. 2026.", "de": "09.03.2026", "en": "9 Mar 2026"},
    ),
    (
        lambda: formats.time(datetime(2026, 3, 9, 13, 5, tzinfo=UTC)),
        dict.fromkeys(("sq", "sr", "de", "en"), "14:05"),
    ),
]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("row", range(len(TABLE)))
def test_the_table_of_formats_holds(session: Any, language: Language, row: int) -> None:
    show, expected = TABLE[row]
    with in_language(language):
        assert show() == expected[language.spoken]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.SQ, "9 mars 2026"),
        (Language.SR_LATN, "9. marta 2026."),
        (Language.SR_CYRL, "9. марта 2026."),
        (Language.DE, "9. März 2026"),
        (Language.EN, "9 March 2026"),
    ],
)
def test_long_dates_read_as_running_text(session: Any, language: Language, text: str) -> None:
    with in_language(language):
        assert formats.date_long(DAY) == text


def test_serbian_months_stand_in_the_genitive_in_both_scripts(session: Any) -> None:
    from iso_portal.core.scripts import to_latin

    latin, cyrillic = (formats.MONTHS_OF[language] for language in (Language.SR_LATN, Language.SR_CYRL))
    assert latin == [
        "januara", "februara", "marta", "aprila", "maja", "juna",
        "jula", "avgusta", "septembra", "oktobra", "novembra", "decembra",
    ]  # fmt: skip
    assert [to_latin(month) for month in cyrillic] == latin


def test_a_moment_is_shown_in_local_time_of_its_local_day(session: Any) -> None:
    with in_language(Language.EN):
        assert formats.date_time(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == "1 Jul 2026, 00:30"


def test_whole_amounts_have_no_cents(session: Any) -> None:
    shown = {}
    for language in Language:
        with in_language(language):
            shown[language.value] = formats.money(Decimal(1500000), whole=True)
    assert shown["en"] == "€1,500,000"
    assert shown["de"] == shown["sr_latn"] == shown["sr_cyrl"] == f"1.500.000{GAP}€"
    assert shown["sq"] == f"1{GAP}500{GAP}000{GAP}€"


def test_what_is_not_known_shows_nothing(session: Any) -> None:
    shown = [formats.number(None), formats.money(None), formats.percent(None), formats.date_medium(None)]
    assert shown == ["", "", "", ""]
