"""Numbers, money and dates as the reader writes them (domain D33, D34); always the full year, always 24 hours."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from babel import dates, numbers

from iso_portal.core.clock import LOCAL
from iso_portal.core.i18n import Language, current_language

NO_BREAK = "\u00a0"
# CLDR gives the nominative ("9. mart"); running text needs the genitive (domain D34).
MONTHS_OF = {
    Language.SR_LATN: "januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra".split(),
    Language.SR_CYRL: "јануара фебруара марта априла маја јуна јула августа септембра октобра новембра децембра".split(),
}


def number(value: int | Decimal | float | None, places: int | None = None) -> str:
    """Return a number; places: decimals to show, else as many as there are. None gives an empty text."""
    if value is None:
        return ""
    pattern = None if places is None else "#,##0" + ("." + "0" * places if places else "")
    return str(numbers.format_decimal(value, format=pattern, locale=current_language().locale)).replace(
        "\u202f", NO_BREAK
    )


def money(value: Decimal | int | None, currency: str = "EUR", *, whole: bool = False) -> str:
    """Return an amount with its currency; whole: without cents."""
    if value is None:
        return ""
    if whole:
        amount = number(Decimal(value).quantize(Decimal(1)), 0)
        sign = numbers.get_currency_symbol(currency, locale=current_language().locale)
        return f"{sign}{amount}" if current_language() is Language.EN else f"{amount}{NO_BREAK}{sign}"
    text = numbers.format_currency(value, currency, locale=current_language().locale)
    return str(text).replace("\u202f", NO_BREAK)


def percent(value: Decimal | float | None, places: int = 0) -> str:
    """Return a share of one as a percentage: 0.125 with one place is 12.5 %, written as the reader writes it."""
    if value is None:
        return ""
    text = number(Decimal(str(value)) * 100, places)
    return f"{text}{NO_BREAK}%" if current_language() is Language.DE else f"{text}%"


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(LOCAL) if isinstance(value, datetime) else value


def date_medium(value: date | datetime | None) -> str:
    """Return a date for lists: 9 Mar 2026."""
    if value is None:
        return ""
    language, day = current_language(), _local(value)
    if language in MONTHS_OF:
        return f"{day.day}. {day.month}. {day.year}."
    if language is Language.EN:
        return f"{day.day} {dates.format_date(day, 'MMM yyyy', locale='en_GB')}"
    return str(dates.format_date(day, "d MMM yyyy" if language is Language.SQ else "medium", locale=language.locale))


def date_long(value: date | datetime | None) -> str:
    """Return a date for running text: 9 March 2026."""
    if value is None:
        return ""
    language, day = current_language(), _local(value)
    if language in MONTHS_OF:
        return f"{day.day}. {MONTHS_OF[language][day.month - 1]} {day.year}."
    return str(dates.format_date(day, "d MMMM yyyy" if language is not Language.DE else "long", locale=language.locale))


def time(value: datetime | None) -> str:
    """Return the local time: 14:05."""
    return "" if value is None else value.astimezone(LOCAL).strftime("%H:%M")


def date_time(value: datetime | None) -> str:
    """Return date and local time for lists and timelines."""
    return "" if value is None else f"{date_medium(value)}, {time(value)}"
