"""Two scripts of one language, and folding: for reading, for finding, for sorting (domain D27, D31, D32, D42).

Interface messages are written in Cyrillic and made Latin; vocabulary and data texts are stored in Latin and made
Cyrillic. What a person wrote stays in the script they wrote.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import cyrtranslit

DATA = Path(__file__).parent / "data" / "transliteration.json"

TO_LATIN = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(),
        strict=True,
    )
)
DIGRAPHS = {"љ", "њ", "џ"}
# Letters that have a plain neighbour but no decomposition.
PLAIN = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "ı": "i"})

# Spellings of one sound in the two languages, longest first (domain D42).
SAME_SOUND = (
    ("xh", "dz"), ("dž", "dz"), ("gj", "dj"), ("đ", "dj"), ("sh", "s"), ("š", "s"), ("zh", "z"), ("ž", "z"),
    ("x", "dz"), ("rr", "r"), ("ll", "l"), ("lj", "l"), ("th", "t"), ("dh", "d"), ("q", "c"), ("ç", "c"), ("ć", "c"), ("č", "c"),
    ("y", "i"), ("ë", "e"),
)  # fmt: skip
ABBREVIATION = re.compile(r"\b(?:\w{1,3}\.){2,}")  # N.T.P., sh.p.k., d.o.o.
LEGAL_FORMS = frozenset(
    "shpk sh p k sha doo d o ad a od kd pr bi b i ntp npt ntsh szr str sztr gmbh ag ltd llc inc sarl srl spa bv kg".split()
)

ALPHABETS = {
    "sq": "a b c ç d dh e ë f g gj h i j k l ll m n nj o p q r rr s sh t th u v x xh y z zh".split(),
    "sr_latn": "a b c č ć d dž đ e f g h i j k l lj m n nj o p r s š t u v z ž".split(),
    "sr_cyrl": list("абвгдђежзијклљмнњопрстћуфхцчџш"),
}


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return rules


@cache
def _protected() -> re.Pattern[str]:
    """Find what stays as it is: addresses, placeholders, tags, codes, names of organisations, foreign letters."""
    tokens = sorted(_rules()["protect_tokens"], key=len, reverse=True)
    return re.compile(
        r"[\w.+-]+@[\w-]+\.[\w.-]+|https?://\S+|www\.\S+|%\(\w+\)[sd]|\{\{.*?\}\}|\{\w*\}|</?\w[^>]*>|&\w+;|`[^`]*`|"
        r"(?<![\w])(?:" + "|".join(map(re.escape, tokens)) + r")(?![\w])|\b\w*[qwxyQWXY]\w*\b"
    )


@cache
def _split_words() -> re.Pattern[str]:
    return re.compile("|".join(_rules()["split_word_parts"]), re.IGNORECASE)


@lru_cache(maxsize=20_000)
def to_cyrillic(latin: str) -> str:
    """Return Serbian Latin text in Cyrillic; protected parts stay Latin (domain D31)."""
    parts: list[str] = []
    end = 0
    for match in _protected().finditer(latin):
        parts += [_letters_to_cyrillic(latin[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*parts, _letters_to_cyrillic(latin[end:])])


def _letters_to_cyrillic(text: str) -> str:
    """Change the letters; where n+j or d+ž are two letters, a mark keeps them apart meanwhile."""
    apart = _split_words().sub(lambda m: re.sub(r"(n)(j)|(d)(ž)", _keep_apart, m.group(), flags=re.IGNORECASE), text)
    for pair, letter in _rules()["capital_digraphs"].items():
        apart = apart.replace(pair, letter)
    return str(cyrtranslit.to_cyrillic(apart, "sr")).replace("\ue000", "")


def _keep_apart(match: re.Match[str]) -> str:
    first, second = match.group()[0], match.group()[1]
    return f"{first}\ue000{second}"


@lru_cache(maxsize=20_000)
def to_latin(cyrillic: str) -> str:
    """Return Serbian Cyrillic text in Latin; Latin letters, placeholders and tags are not touched."""
    result: list[str] = []
    for place, letter in enumerate(cyrillic):
        small = letter.lower()
        latin = TO_LATIN.get(small)
        if latin is None:
            result.append(letter)
        elif letter == small:
            result.append(latin)
        elif small in DIGRAPHS and _among_capitals(cyrillic, place):
            result.append(latin.upper())
        else:
            result.append(latin.capitalize())
    return "".join(result)


def _among_capitals(text: str, place: int) -> bool:
    """Whether the word goes on in capitals, so that Њ is NJ and not Nj."""
    neighbours = text[place + 1 : place + 2] or text[max(place - 1, 0) : place]
    if not neighbours.isalpha():
        neighbours = text[max(place - 1, 0) : place]
    return neighbours.isalpha() and neighbours.isupper()


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(PLAIN))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """Return the text for finding: small Latin letters without diacritics, one space between words.

    Šaljska, saljska and Шаљска fold to the same text; so do Çelik and celik.
    """
    small = to_latin(unicodedata.normalize("NFC", text)).lower()
    return " ".join(re.sub(r"[^\w]+", " ", _without_marks(small)).split())


def name_key(name: str) -> str:
    """Return the key of a name across both spellings and scripts: Nikoliq, Nikolić and Николић agree.

    Legal forms are left out and words sorted, so the key finds candidates; people decide (domain D42, D43).
    """
    small = to_latin(unicodedata.normalize("NFKC", name)).lower()
    undotted = ABBREVIATION.sub(lambda match: match.group().replace(".", ""), small)
    words = re.findall(r"[^\W_]+", undotted)
    kept = [word for word in words if _without_marks(word) not in LEGAL_FORMS] or words
    return " ".join(sorted(sound(word) for word in kept))


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """Return a word as both languages would sound it: todić and todiq agree, hodža and hoxha (domain D42)."""
    key = word
    for spelling, common in SAME_SOUND:
        key = key.replace(spelling, common)
    return _without_marks(key)


@cache
def _ranks(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    alphabet = ALPHABETS[language]
    ranks = {letter: f"{place + 1:02d}" for place, letter in enumerate(alphabet)}
    longest_first = sorted(alphabet, key=len, reverse=True)
    return re.compile("|".join(longest_first)), ranks


def sort_key(text: str, language: str) -> str:
    """Return a key that sorts names as the reader's alphabet does, the same on every server (domain D27).

    language: sq, sr_latn, sr_cyrl; for others the text without diacritics is the key. Letters of other alphabets
    stand where their plain neighbours stand.
    """
    small = unicodedata.normalize("NFC", text).lower()
    small = to_latin(small) if language != "sr_cyrl" else small
    if language not in ALPHABETS:
        return fold(small)
    pattern, ranks = _ranks(language)
    key: list[str] = []
    place = 0
    while place < len(small):
        match = pattern.match(small, place)
        if match:
            key.append(ranks[match.group()])
            place = match.end()
            continue
        plain = _without_marks(small[place])
        key.append(ranks.get(plain[:1], "00" if not plain.isalnum() else "99" + plain))
        place += 1
    return "".join(key)
