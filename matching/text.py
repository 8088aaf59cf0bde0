"""Texts made comparable: normalised, in one script, folded, and split into lines (MA4).

Everything here is plain Unicode work in linear time and takes any string: empty, a megabyte, decomposed letters,
emoji, halves of surrogate pairs. Nothing raises on content.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Self

from sklearn.base import BaseEstimator, TransformerMixin

# A line longer than this is beyond what the encoder reads (512 tokens); it is cut at a space.
LONGEST_LINE = 2_000
# A profile or an inquiry with more lines than this is a catalogue; its first lines stand for it.
MOST_LINES = 200
# Sentences shorter than this join the next one: "Yes." alone says nothing that could be matched.
SHORTEST_SENTENCE = 12

_LATIN = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(),
        strict=True,
    )
)
_DIGRAPHS = frozenset("љњџ")
_PLAIN = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "ı": "i"})
_UNSEEN = re.compile(r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[\W_]+")

# What parts a list: line ends, semicolons, bars, bullets. Hyphens only at the start of a line.
_LIST = re.compile(r"[\r\n;|•·●▪◦‣–]*[\r\n;|•·●▪◦‣][\s;|•·●▪◦‣]*")
_ITEM_MARK = re.compile(r"^\s*(?:[-–—*+>]+|\(?\d{1,2}[.)](?=\s)|\(?[a-z]\)(?=\s))\s*")
# A class code in front of its label, as registers print it: "4638 - Tregtia", "16.10 Sharrimi", "C 25.11: ...".
_CODE_MARK = re.compile(r"^\s*(?:NACE\s*)?(?:[A-U]\s*)?\d{2}[.\s]?\d{1,2}(?:[.\s]?\d)?\s*(?:[-–—:.)]+\s*|\s)(?=[^\W\d_])")
# A sentence ends where a stop is followed by a space and something that may begin one.
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'“”»)\]]*\s+(?=[\"'„“«(\[]*[^\Wa-zà-öø-ÿšđčćžë_])")
# Stops inside these do not end a sentence (sq, sr in Latin letters, en, de).
_ABBREVIATION = re.compile(
    r"(?:\b(?:sh\.\s?p\.\s?k|d\.\s?o\.\s?o|z\.\s?b|u\.\s?a|d\.\s?h|e\.\s?g|i\.\s?e|p\.\s?sh|v\.\s?d"
    r"|nr|br|no|st|sv|rr|ul|dr|mr|mag|ing|dipl|inc|ltd|co|ca|cca|approx|max|min|inkl|bzw|ggf|evtl|npr|tj|itd|etj|str|tel)"
    r"|\b[a-zčćžšđ]|\b\d{1,2})\.$",
    re.IGNORECASE,
)


def repaired(text: str) -> str:
    """Return the text with surrogate pairs joined and lone halves replaced, so that it can be encoded."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def to_latin(text: str) -> str:
    """Return Serbian Cyrillic letters in Latin; НЈ in capitals stays capital: ЊЕГОШ is NJEGOŠ, Његош is Njegoš.

    The package stands alone, so it does not borrow this from the portal; both follow the same published table.
    """
    if text.isascii():
        return text
    result: list[str] = []
    for place, letter in enumerate(text):
        small = letter.lower()
        latin = _LATIN.get(small)
        if latin is None:
            result.append(letter)
        elif letter == small:
            result.append(latin)
        elif small in _DIGRAPHS and _in_capitals(text, place):
            result.append(latin.upper())
        else:
            result.append(latin.capitalize())
    return "".join(result)


def _in_capitals(text: str, place: int) -> bool:
    """Whether the word around this letter is written in capitals."""
    following, before = text[place + 1 : place + 2], text[max(place - 1, 0) : place]
    neighbour = following if following.isalpha() else before
    return neighbour.isalpha() and neighbour.isupper()


def normalized(text: str) -> str:
    """Return the text for the encoder: NFC, Latin script, small letters, single spaces, nothing invisible."""
    clean = _UNSEEN.sub("", unicodedata.normalize("NFC", repaired(text)))
    return _SPACE.sub(" ", to_latin(clean).lower()).strip()


def folded(text: str) -> str:
    """Return the text for comparing letters: normalised, without diacritics and punctuation."""
    decomposed = unicodedata.normalize("NFKD", normalized(text).translate(_PLAIN))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", plain).strip()


def lines_of(text: str) -> list[str]:
    """Split a text into the lines that are compared one by one, in reading order, each once.

    Lists part at line ends, semicolons, bars and bullets; prose at sentence ends; registry strings lose the class
    codes in front of their labels. The lines keep their spelling and script: they are shown as the reason.
    """
    clean = _UNSEEN.sub("", unicodedata.normalize("NFC", repaired(text)))
    kept: dict[str, str] = {}
    for item in _LIST.split(clean):
        for sentence in _sentences(_without_mark(item)):
            key = folded(sentence)
            if len(key) > 1 and key not in kept:
                kept[key] = sentence
                if len(kept) == MOST_LINES:
                    return list(kept.values())
    return list(kept.values())


def _without_mark(item: str) -> str:
    """Return a list item without its bullet, number or class code."""
    plain = _SPACE.sub(" ", item).strip()
    plain = _ITEM_MARK.sub("", plain)
    return _CODE_MARK.sub("", plain).strip(" ,;")


def _sentences(text: str) -> list[str]:
    """Part prose at sentence ends; abbreviations, ordinals and very short sentences stay with what follows."""
    found: list[str] = []
    held = ""
    for part in _SENTENCE.split(text):
        held = f"{held} {part}" if held else part
        if len(held) < SHORTEST_SENTENCE or _ABBREVIATION.search(held[-12:]):
            continue
        found += _cut(held)
        held = ""
    if held and found and len(held) < SHORTEST_SENTENCE and len(found[-1]) + len(held) < LONGEST_LINE:
        found[-1] = f"{found[-1]} {held}"
    elif held:
        found += _cut(held)
    return found


def _cut(sentence: str) -> list[str]:
    """Cut a sentence that is too long for the encoder at spaces."""
    parts: list[str] = []
    while len(sentence) > LONGEST_LINE:
        end = sentence.rfind(" ", LONGEST_LINE // 2, LONGEST_LINE)
        end = end if end > 0 else LONGEST_LINE
        parts.append(sentence[:end].strip())
        sentence = sentence[end:].strip()
        if len(parts) == MOST_LINES:
            return parts
    return [*parts, sentence] if sentence else parts


class TextNormalizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Normalise or fold texts inside a scikit-learn pipeline.

    fold: also drop diacritics and punctuation, for comparing letters; without it, what the encoder reads.
    """

    def __init__(self, fold: bool = True) -> None:
        self.fold = fold

    def fit(self, X: Iterable[str], y: object = None) -> Self:
        """Learn nothing; texts are changed by rule."""
        return self

    def transform(self, X: Iterable[str]) -> list[str]:
        """Return the changed texts, as many as came."""
        change = folded if self.fold else normalized
        return [change(text) for text in X]

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> object:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
