"""Invented names of people and firms; every likeness is chance (domain D38)."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
WORDS = {
    "sq": "Drini Ylli Bora Lisi Guri Agimi Vera Burimi Flaka Shqiponja Molla Kodra Ura Dielli Lumi Pisha Rrapi Sofra".split(),
    "sr": "Izvor Zora Hrast Reka Sunce Bor Javor Kamen Polje Vrelo Lipa Planina Jasen Zvezda Most Dunja Trešnja Potok".split(),
}
FIRM_FORMS = {
    "sq": ('"{word} {number}" SH.P.K.', 'N.T.P. "{word} {number}"'),
    "sr": ('"{word} {number}" d.o.o.', 'SZR "{word} {number}"'),
}
COMPANY_WORDS = (
    "Alpen Nord Donau Linden Baltic Tirol Severn Rhein Adria Kiel Graz Weser Emme Loire Ticino Ostsee".split()
)
COMPANY_TRADES = "Metall Holz Foods Textil Systems Logistik Energy Trade Components Services Bau Partners".split()
COMPANY_FORMS = {
    "DE": "GmbH",
    "AT": "GmbH",
    "CH": "AG",
    "GB": "Ltd",
    "IT": "S.r.l.",
    "NL": "B.V.",
    "SE": "AB",
    "FR": "SARL",
}


@cache
def _lists() -> dict[str, Any]:
    lists: dict[str, Any] = json.loads((DATA / "names.json").read_text(encoding="utf-8"))
    return lists


def person(chance: random.Random, spoken: str) -> str:
    """Return a person's name. spoken: sq or sr."""
    lists = _lists()[spoken]
    first = chance.choice(lists[chance.choice(("male", "female"))])
    return f"{first} {chance.choice(lists['last'])}"


def firm(chance: random.Random, spoken: str, number: int) -> str:
    """Return a local firm's name; the number keeps names apart."""
    return chance.choice(FIRM_FORMS[spoken]).format(word=chance.choice(WORDS[spoken]), number=number)


def company(chance: random.Random, country: str, number: int) -> str:
    """Return a foreign company's name."""
    form = COMPANY_FORMS.get(country, "Ltd")
    return f"{chance.choice(COMPANY_WORDS)} {chance.choice(COMPANY_TRADES)} {number} {form}"
