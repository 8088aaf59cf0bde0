"""Two stages: find candidates exactly by lines and by classes, rank them over features of the pair, say why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.asked import Asked
from matching.calibration import NOTHING, likelihood_of
from matching.centering import LanguageCenterer
from matching.class_vectors import encoded
from matching.classes import ClassGuess, NaceBridge
from matching.encoders import Encoder, Vectors, load_encoder
from matching.facts import BusinessFacts, InquiryFacts, refuses, spoken
from matching.features import FEATURES, PairFeatures, evened
from matching.found import Found
from matching.index import Index, build_index, encode_once
from matching.labels import ClassLabels, dotted
from matching.model import VERSION, RankingModel, default_model
from matching.reasons import Reason, reason_of
from matching.text import split_lines, telling

# Of the candidates that lines, classes and words bring, up to 450, so many are judged by every feature. What the
# others say together weighs less than the texts of those that come later could make good.
MOST_JUDGED = 200
LONG = 24  # words of an inquiry from which on only the telling ones are encoded
MOST_ASKED = 8  # lines of an inquiry that are encoded; a whole suggestion has a tenth of a second


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One ranked firm for the log of what was shown. features: in the order of FEATURES."""

    key: str
    score: float
    features: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One firm for an inquiry, or one inquiry for a firm.

    likelihood: very_likely, likely or possible; probability: the calibrated chance behind the word, never shown as a
    number; the score only orders.
    """

    key: str
    rank: int
    score: float
    likelihood: str
    probability: float
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class SuggestionList:
    """The answer, with what made it, so that it can be explained later.

    version: of the package; model_version: of what was learned; nothing_fits: no suitable firm on record; shortlist:
    how many of the candidates the set holds in which the right firm stands nine times in ten; candidates: all that were
    ranked, best first.
    """

    version: str
    model_version: str
    encoder: str
    nothing_fits: bool
    classes: list[str]
    suggestions: list[Suggestion]
    shortlist: int
    candidates: list[Candidate]


@dataclass(frozen=True, kw_only=True)
class _Ranked:
    """Candidates with their scores; order: places in the arrays, best first."""

    found: Found
    firms: Sequence[BusinessFacts]
    features: NDArray[np.float64]
    scores: NDArray[np.float64]
    order: list[int]


class Recommender:
    """Suggests firms for inquiries and inquiries for firms.

    labels: names of the classes; encoder: e5 or the fallback; model: what was learned from judgements.
    """

    def __init__(self, labels: ClassLabels, encoder: Encoder | None = None, model: RankingModel | None = None) -> None:
        self.labels = labels
        self.encoder = encoder
        self.model = model or default_model()

    def fit(self, cache: Path | None = None) -> Recommender:
        """Encode the class names and learn each language's mean from them.

        cache: folder for their vectors where the kept ones do not fit the texts or the encoder; encoding 4,920 texts
        takes the multilingual model about three minutes.
        """
        encoder = self.encoder or load_encoder(self.labels.parallel())
        return self.fit_on(encoded(encoder, self.labels.texts(), cache=cache), encoder=encoder)

    def fit_on(
        self,
        vectors: Mapping[str, Vectors],
        *,
        encoder: Encoder | None = None,
        centerer: LanguageCenterer | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> Recommender:
        """Learn from vectors of the class texts that are there already.

        encoder: what made them, where the constructor was given none; weights: of the bridge.
        """
        self.encoder_ = encoder or self.encoder or load_encoder(self.labels.parallel())
        self.encoded_ = vectors
        names = {language: vectors[language] for language in self.labels.names}
        languages = [language for language, rows in names.items() for _ in range(len(rows))]
        same = [row for rows in names.values() for row in range(len(rows))]
        self.centerer_ = (centerer or LanguageCenterer()).fit(np.concatenate(list(names.values())), languages, same)
        self.bridge_ = NaceBridge(self.labels, weights).fit(vectors, self.centerer_)
        return self

    def encode(self, lines: Sequence[str]) -> Vectors:
        """Return raw unit vectors of lines, float32, to be stored and handed back to index()."""
        return self.encoder_.encode(lines)

    def index(self, firms: Sequence[BusinessFacts], vectors: Vectors | None = None) -> Index:
        """Make firms searchable. vectors: of all their lines in order, when they were encoded before.

        Raises ValueError when there are not as many vectors as lines.
        """
        texts = [line.text for firm in firms for line in firm.lines]
        raw = encode_once(self.encoder_, texts) if vectors is None else vectors
        if len(raw) != len(texts):
            raise ValueError(f"{len(raw)} vectors for {len(texts)} lines")
        return build_index(
            self.imply(firms, raw), raw, encoder=self.encoder_, centerer=self.centerer_, bridge=self.bridge_
        )

    def imply(self, firms: Sequence[BusinessFacts], vectors: Vectors) -> list[BusinessFacts]:
        """Return the firms, those that declare no known class with the classes that their lines speak of.

        vectors: raw, of all their lines in order.
        """
        ends = np.cumsum([len(firm.lines) for firm in firms])
        place = self.bridge_.place_
        bare = [n for n, firm in enumerate(firms) if firm.lines and not any(dotted(c) in place for c in firm.nace)]
        rows: dict[tuple[str, str], int] = {}  # of each distinct line; those of registers repeat
        for number in bare:
            first = int(ends[number]) - len(firms[number].lines)
            for row, line in enumerate(firms[number].lines, start=first):
                rows.setdefault((line.text, line.language), row)
        languages = [language for _text, language in rows]
        centred = self.centerer_.transform(np.asarray(vectors, np.float32)[list(rows.values())], languages)
        spoken_of = dict(
            zip(rows, self.bridge_.implied([text for text, _language in rows], centred, languages), strict=True)
        )
        told = list(firms)
        for number in bare:
            best: dict[int, float] = {}
            for line in firms[number].lines:
                for code, chance in spoken_of[line.text, line.language]:
                    best[code] = max(best.get(code, 0.0), chance)
            implied = tuple((self.labels.codes[code], round(chance, 4)) for code, chance in best.items())
            told[number] = replace(firms[number], implied=implied)
        return told

    def suggest(
        self, inquiry: InquiryFacts, index: Index, *, top: int = 10, excluded: Collection[str] = ()
    ) -> SuggestionList:
        """Return the best firms for an inquiry, best first, ties by key; the same input gives the same answer.

        excluded: keys of firms that may not be suggested; firms whose own vetoes meet the inquiry are left out too.
        """
        asked = self.ask(inquiry, index.centerer)
        ranked = self._ranked(asked, index, excluded)
        scores = ranked.scores[ranked.order]
        chances = self.model.calibrator.chances(scores)
        suggestions = []
        for rank, place in enumerate(ranked.order[:top], start=1):
            chance = float(chances[rank - 1])
            firm, line = int(ranked.found.firms[place]), int(ranked.found.line[place])
            shares = self.model.ranker.shares(ranked.features[place])
            suggestions.append(
                Suggestion(
                    key=ranked.firms[place].key,
                    rank=rank,
                    score=round(float(scores[rank - 1]), 6),
                    likelihood=likelihood_of(chance),
                    probability=round(chance, 4),
                    reason=reason_of(asked, index, firm, line, shares),
                )
            )
        return SuggestionList(
            version=VERSION,
            model_version=self.model.version,
            encoder=self.encoder_.name,
            nothing_fits=not len(chances) or float(chances[0]) < NOTHING,
            classes=asked.predicted,
            suggestions=suggestions,
            shortlist=self.model.shortlist.size(scores),
            candidates=[
                Candidate(
                    key=ranked.firms[place].key, score=round(float(ranked.scores[place]), 6), features=tuple(numbers)
                )
                for place, numbers in zip(
                    ranked.order, np.round(ranked.features[ranked.order], 5).tolist(), strict=True
                )
            ],
        )

    def suggest_inquiries(
        self, firm: BusinessFacts, inquiries: Sequence[InquiryFacts], *, top: int = 10, index: Index | None = None
    ) -> list[Suggestion]:
        """Return the inquiries that suit a firm and that it would want, best first, ties by key.

        index: one that holds the firm, so that words weigh as they do in suggest(); without it one is made of this firm
        alone. Inquiries that the firm's vetoes meet are left out.
        """
        used = index or self.index([firm])
        number = used.number(firm.key)
        pairs = []
        for inquiry in inquiries:
            asked = self.ask(inquiry, used.centerer)
            ranked = self._ranked(asked, used, only=[] if number is None else [number])
            if ranked.order:
                pairs.append((round(float(ranked.scores[0]), 6), inquiry.key, asked, ranked))
        pairs.sort(key=lambda pair: (-pair[0], pair[1]))
        answers = []
        for rank, (score, key, asked, ranked) in enumerate(pairs[:top], start=1):
            chance = float(self.model.calibrator.chances(np.array([score]))[0])
            shares = self.model.ranker.shares(ranked.features[0])
            reason = reason_of(asked, used, int(ranked.found.firms[0]), int(ranked.found.line[0]), shares)
            answers.append(
                Suggestion(
                    key=key,
                    rank=rank,
                    score=score,
                    likelihood=likelihood_of(chance),
                    probability=round(chance, 4),
                    reason=reason,
                )
            )
        return answers

    def predict_classes(self, text: str, language: str = "", *, top: int = 5) -> list[ClassGuess]:
        """Return the likeliest classes of a text with their chances, best first."""
        asked = self.ask(InquiryFacts(key="", text=text, language=language), self.centerer_)
        return self.bridge_.guesses(asked.classes, top)

    def rank(self, inquiry: InquiryFacts, index: Index) -> list[tuple[str, float]]:
        """Return the keys and scores of all candidates, best first, without reasons; for evaluation."""
        ranked = self._ranked(self.ask(inquiry, index.centerer), index)
        return [(ranked.firms[place].key, round(float(ranked.scores[place]), 6)) for place in ranked.order]

    def ask(self, inquiry: InquiryFacts, centerer: LanguageCenterer) -> Asked:
        """Read an inquiry: split it, encode it, find its classes. centerer: of the index that will be searched.

        The whole text's vector is the mean of its lines, weighed by length: as good as encoding it, at half the time. Of a
        long text the telling words are encoded, which costs little quality and saves a quarter of the time.
        """
        lines = split_lines(inquiry.text, MOST_ASKED)
        whole = " ".join(inquiry.text.split()) or "."
        texts = lines if len(lines) > 1 else [whole]
        if len(whole.split()) > LONG:
            raw = self.encoder_.encode([telling(line, spoken(inquiry.language)) for line in texts])
        else:
            raw = self.encoder_.encode(texts)
        if len(texts) > 1:
            lengths = np.array([len(line) for line in texts], np.float32)
            raw = np.vstack([raw, lengths / lengths.sum() @ raw])
            texts = [*texts, whole]
        vectors = centerer.transform(raw, [inquiry.language] * len(texts))
        classes = self.bridge_.similarities(texts, vectors, inquiry.language, inquiry.nace)
        return Asked(
            facts=inquiry, lines=texts, vectors=vectors, classes=classes, predicted=self.bridge_.predicted(classes)
        )

    def pairs(
        self, asked: Asked, index: Index, *, excluded: Collection[str] = (), only: Sequence[int] | None = None
    ) -> tuple[Found, Sequence[BusinessFacts], NDArray[np.float64]]:
        """Return (found, firms, features): what is known of an inquiry and each candidate, before any weight.

        Ranking, learning and measuring all read pairs here, so that they see the same numbers. only: places of firms in
        the index to be judged; without it the candidates are looked for, and firms that refuse are left out.
        """
        found = index.retrieve(asked, excluded) if only is None else index.judge(asked, np.array(only, np.int64))
        tongue = spoken(asked.facts.language)
        own = [bool(language) and spoken(language) == tongue for language in index.spoken_in(found.line)]
        found = evened(found, np.array(own, bool))
        if only is None:
            places, firms = self._likeliest(found, index, asked.facts)
            found = found.taken(np.array(places, np.int64))
        else:
            firms = tuple(index.firms[int(number)] for number in found.firms)
        return found, firms, PairFeatures().transform(asked, found, firms)

    def _likeliest(
        self, found: Found, index: Index, inquiry: InquiryFacts
    ) -> tuple[tuple[int, ...], tuple[BusinessFacts, ...]]:
        """Return (places, firms) of the candidates that stand best by their texts alone and that no rule of their own
        keeps from the inquiry, in the order of their numbers."""
        texts = np.zeros((len(found.firms), len(FEATURES)))
        for name, values in {
            "best_line": found.best,
            "three_lines": found.three,
            "bridge": found.bridge,
            "lexical": found.lexical,
        }.items():
            texts[:, FEATURES.index(name)] = np.maximum(values, 0.0)
        order = np.lexsort((found.firms, -self.model.ranker.decision_function(texts)))
        known = ((int(place), index.firms[int(found.firms[place])]) for place in order)
        willing = islice(((place, firm) for place, firm in known if not refuses(firm, inquiry)), MOST_JUDGED)
        kept = sorted(willing, key=lambda pair: pair[0])
        return tuple(place for place, _firm in kept), tuple(firm for _place, firm in kept)

    def _ranked(
        self, asked: Asked, index: Index, excluded: Collection[str] = (), only: Sequence[int] | None = None
    ) -> _Ranked:
        """Return the candidates with their features and scores."""
        found, firms, features = self.pairs(asked, index, excluded=excluded, only=only)
        scores = self.model.ranker.decision_function(features)
        willing = [place for place, firm in enumerate(firms) if not refuses(firm, asked.facts)]
        order = sorted(willing, key=lambda place: (-round(float(scores[place]), 6), firms[place].key))
        return _Ranked(found=found, firms=firms, features=features, scores=scores, order=order)
