"""Text before it is compared: one script, one form, short lines (matching MA3, MA4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

LONGEST_TEXT = 20_000
LONGEST_LINE = 600
MOST_LINES = 60
SHORTEST_LINE = 3

CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split()
TO_LATIN = {ord(c): latin for c, latin in zip(CYRILLIC, LATIN, strict=True)}
TO_LATIN |= {ord(c.upper()): latin.capitalize() for c, latin in zip(CYRILLIC, LATIN, strict=True)}

# Words that carry a sentence and say nothing of a trade. Encoding them takes a third of an inquiry's time.
FUNCTION_WORDS = {
    "en": """a about all also an and any are as at be been being both but by can could did do does each for from had has have
        he her here his i if in into is it its just may more most my no not of on only or other our over per same she should
        so some such than that the their them then there these they this those to too us very was we were which while who
        will with would you your""",
    "de": """aber alle als am an auch auf aus bei das dass dem den der des die dies diese dieser dieses durch ein eine einem
        einen einer eines es für haben hat ich ihr ihre ihrer im in ins ist kann kein keine können mit nach nicht oder sein
        sie sind so soll sollen über um und uns unser unsere unserem unseren unserer von welche welcher welches wenn werden
        wie wir wird zu zum zur""",
    "sq": """ajo apo ata ato çdo dhe do duhet e edhe gjitha i ishte është ja janë jemi jo jonë juaj ka kanë ke kemi këta këto
        kjo ku ky ma me mbi më mund na në ne nën nga ndaj një nuk ose pa për po prej që sa saj se si tanë te tek të tij tona
        tonë tyre u""",
    "sr": """a ako ali bi da do ga i ih ili im imaju imamo iz ja jer je joj kao ko koja koje koji ma mi može možemo na naš
        naša naše naši nas ne nego nije njegov o od oni ova ovaj ovo pa po pri sa se si smo su svi šta što ta taj te ti to
        treba tu u već vi vaš za će""",
}
# Every inquiry says so, whatever it is about.
INQUIRY_WORDS = {
    "en": "begin look looking month need needs partner partners possible region seek seeking want year",
    "de": "brauchen jahr möchten monat partner region suche suchen sucht wollen",
    "sq": "duam duhen kërkoj kërkojmë mundësi muaj muajt partner partnerë rajon rajonin vit",
    "sr": "godine mesec meseca mesečno partner partnera partnere region regionu traže tražim tražimo želim želimo",
}
UNTOLD = {
    language: frozenset(f"{words} {INQUIRY_WORDS[language]}".split()) for language, words in FUNCTION_WORDS.items()
}
NUMBER = re.compile(r"[\d.,]+")
KEPT_WORDS = 3


UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u200b-\u200f\ufeff]")
BREAKS = re.compile(r"\n+|;|•|·|\u2022|(?<=[.!?])\s+(?=[^\s\d])")
BULLET = re.compile(r"^\s*(?:[-–—*]|\(?\d{1,2}[.)])\s+")
WORD = re.compile(r"\w", re.UNICODE)


def tidy(text: str) -> str:
    """Return the text in NFC, with single spaces; script and case stay. Never raises."""
    return " ".join(unicodedata.normalize("NFC", UNWANTED.sub(" ", text[:LONGEST_TEXT])).split())


def normalize(text: str) -> str:
    """Return the text in NFC, in Latin script, with single spaces; the case stays. Never raises."""
    return tidy(text).translate(TO_LATIN)


def fold(text: str) -> str:
    """Return the text for comparing letters: normalised, small, without diacritics."""
    decomposed = unicodedata.normalize("NFKD", normalize(text).lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def split_lines(text: str, most: int = MOST_LINES) -> list[str]:
    """Split a text into the lines that are compared: list items, sentences, entries of a register.

    Works alike in sq, sr (both scripts), en and de. Lines keep their own words; empty ones and repeats are left out.
    most: lines; where there are more, neighbours are joined, so that nothing of an ordinary text is lost.
    """
    seen: dict[str, None] = {}
    for part in BREAKS.split(UNWANTED.sub(" ", text[:LONGEST_TEXT].replace("\r", "\n"))):
        line = " ".join(BULLET.sub("", part).split())[:LONGEST_LINE]
        if len(WORD.findall(line)) >= SHORTEST_LINE:
            seen.setdefault(line)
    lines = list(seen)[:MOST_LINES]
    size = -(-len(lines) // most)
    return [" ".join(lines[at : at + size])[:LONGEST_LINE] for at in range(0, len(lines), size)] if lines else []


def telling(line: str, language: str) -> str:
    """Return a line without numbers and words that any inquiry would hold; whole where little remains.

    language: two letters, of the line; of others only numbers are left out.
    """
    carrying = UNTOLD.get(language, frozenset())
    words = ((word, word.lower().strip(".,:;()!?%")) for word in normalize(line).split())
    kept = [word for word, bare in words if bare not in carrying and not NUMBER.fullmatch(bare)]
    return " ".join(kept) if len(kept) >= KEPT_WORDS else line


class TextNormalizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Fold texts for a vectoriser; a step of a scikit-learn pipeline.

    Input: any number of texts. Output: an object array of as many folded texts.
    """

    def fit(self, texts: Iterable[str], y: object = None) -> TextNormalizer:
        """Learn nothing; there is nothing to learn."""
        return self

    def transform(self, texts: Iterable[str]) -> NDArray[np.object_]:
        """Return the folded texts."""
        return np.array([fold(text) for text in texts], dtype=object)
