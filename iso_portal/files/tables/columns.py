"""What a table may hold, told by the form that judges each of its rows; every word of it in any of our languages."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, TextAreaField

from iso_portal.core.forms import Choice, Choices, Form, WholeNumber
from iso_portal.core.i18n import Language, in_language
from iso_portal.core.scripts import fold
from iso_portal.files.domain import Refusal
from iso_portal.files.tables.fields import Moment

YES = frozenset("yes y po p da d ja j true t 1 x oui si e vertete tacno wahr istina".split()) | {"e vertete"}
NO = frozenset("no n jo ne nein false f 0 non e pavertete netacno falsch".split()) | {"e pavertete"}
# The column of an exported table that tells what is wrong; a table that comes back may still hold it.
PROBLEMS = "problems"
Words = Callable[[], Iterable[tuple[str, str]]]


class Kind(enum.StrEnum):
    """How a column is asked on a page."""

    LINE = "line"
    LONG = "long"
    NUMBER = "number"
    MOMENT = "moment"
    ONE = "one"
    SEVERAL = "several"
    YES = "yes"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column in the reader's language. answers: (code, label) pairs of a closed set, empty for free text."""

    name: str
    label: str
    kind: Kind
    required: bool
    hint: str
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """One kind of table. kind: as TableImport keeps it. names: of the columns, fields of the form, in order.

    needed: columns without which no row could be right. is_refused: says of a folded name that it is never taken.
    other_words: for a field, further (word, code) pairs that people write. key: what tells a row from others for people.
    """

    kind: str
    form: Callable[..., Form]
    names: tuple[str, ...]
    needed: tuple[str, ...]
    key: str
    is_refused: Callable[[str], bool]
    other_words: Mapping[str, Words] = field(default_factory=dict)

    def blank(self) -> Form:
        """Return the form without anything typed; it judges many rows one after another."""
        return self.form(formdata=None, meta={"csrf": False})


def kind_of_field(asked: Field) -> Kind:
    """Return how a field is asked."""
    kinds = (
        (Choices, Kind.SEVERAL),
        (Choice, Kind.ONE),
        (BooleanField, Kind.YES),
        (WholeNumber, Kind.NUMBER),
        (Moment, Kind.MOMENT),
        (TextAreaField, Kind.LONG),
    )
    return next((kind for of, kind in kinds if isinstance(asked, of)), Kind.LINE)


def columns(table: Table) -> list[Column]:
    """Return the columns in the reader's language."""
    form = table.blank()
    return [_column(table, form[name]) for name in table.names]


def _column(table: Table, asked: Field) -> Column:
    kind = kind_of_field(asked)
    hints = {
        Kind.NUMBER: _("A whole number."),
        Kind.MOMENT: _("A day or a day and a time, local: 2026-03-09 or 2026-03-09 14:05."),
        Kind.SEVERAL: _("Codes or names, separated by semicolons."),
        Kind.ONE: _("A code or a name."),
        Kind.YES: _("yes or no"),
    }
    return Column(
        name=asked.short_name,
        label=str(asked.label.text),
        kind=kind,
        required=asked.short_name in table.needed,
        hint=hints.get(kind, ""),
        answers=tuple(_pairs(asked)) if kind in {Kind.ONE, Kind.SEVERAL} else (),
    )


def _pairs(asked: Any) -> list[tuple[str, str]]:
    pairs = asked.pairs() if callable(asked.pairs) else asked.pairs
    return [(str(code), str(label)) for code, label in pairs]


@cache
def _header_words(table_kind: str, form: Callable[..., Form], names: tuple[str, ...]) -> dict[str, str]:
    """Return folded name or label in any language -> column."""
    found = {fold(name): name for name in names}
    for language in Language:
        with in_language(language):
            asked = form(formdata=None, meta={"csrf": False})
            for name in names:
                found.setdefault(fold(str(asked[name].label.text)), name)
    return found


def header(table: Table, written: Sequence[str]) -> list[str]:
    """Return the columns that a first row names, by code or by label in any language; "" for one to be left out.

    Raises Refusal, which names every column that is refused, unknown, doubled or missing.
    """
    words = _header_words(table.kind, table.form, table.names)
    found = [words.get(fold(name)) or ("" if fold(name) == PROBLEMS else None) for name in written]
    strange = [name for name, column in zip(written, found, strict=True) if column is None]
    if refused := [name for name in strange if table.is_refused(fold(name))]:
        raise Refusal(
            _("The column %(name)s is not taken: nobody's community is recorded here.", name=", ".join(refused)[:200])
        )
    problems: list[str] = []
    if strange:
        named = ", ".join(name or _("(without a name)") for name in strange)
        problems.append(_("Columns that the template does not have: %(names)s.", names=named[:200]))
    if doubled := sorted({name for name in found if name and found.count(name) > 1}):
        problems.append(_("Columns that stand there twice: %(names)s.", names=", ".join(doubled)))
    if missing := [name for name in table.needed if name not in found]:
        problems.append(_("Columns are missing: %(names)s.", names=", ".join(missing)))
    if problems:
        raise Refusal(" ".join(problems))
    return [name or "" for name in found]


@cache
def _answer_words(form: Callable[..., Form], name: str, other: Words | None) -> tuple[dict[str, str], dict[str, str]]:
    """Return exact and folded words -> code for one field, in any language; a word of two codes stands for neither."""
    exact: dict[str, str] = {}
    folded: dict[str, set[str]] = {}
    pairs: list[tuple[str, str]] = [(word, code) for word, code in other()] if other else []
    for language in Language:
        with in_language(language):
            asked = _pairs(form(formdata=None, meta={"csrf": False})[name])
        pairs += [(label, code) for code, label in asked]
        exact |= {code: code for code, _label in asked}
    for word, code in pairs:
        exact.setdefault(word.casefold(), code)
        folded.setdefault(fold(word), set()).add(code)
    for code in {code for _word, code in pairs}:
        folded.setdefault(fold(code), {code})
    return exact, {word: min(codes, key=len) for word, codes in folded.items() if word and _agree(codes)}


def _agree(codes: set[str]) -> bool:
    """Whether a word has one meaning; a division and a class within it may share their name."""
    return all(code.startswith(min(codes, key=len)) for code in codes)


def code_of(table: Table, name: str, text: str) -> str | None:
    """Return the code that a text means for a field of a closed set, or None."""
    exact, folded = _answer_words(table.form, name, table.other_words.get(name))
    text = text.strip()
    return exact.get(text) or exact.get(text.casefold()) or folded.get(fold(text))


def codes_of(table: Table, name: str, text: str) -> list[str]:
    """Return the codes that a text means; what means nothing stays as it is, so that the form can refuse it.

    Names hold commas, so a comma parts only what semicolons and lines leave without a meaning.
    """
    found: list[str] = []
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        if (code := code_of(table, name, part)) is not None:
            found.append(code)
        else:
            found += [code_of(table, name, piece) or piece.strip() for piece in part.split(",") if piece.strip()]
    return list(dict.fromkeys(found))


def sent(table: Table, form: Form, values: Mapping[str, str]) -> tuple[MultiDict[str, str], dict[str, str]]:
    """Return a row as the form would be sent it, and the columns that are neither yes nor no, with what to do."""
    data: MultiDict[str, str] = MultiDict()
    unclear: dict[str, str] = {}
    for name in table.names:
        text = values.get(name, "")
        match kind_of_field(form[name]):
            case Kind.SEVERAL:
                data.setlist(name, codes_of(table, name, text))
            case Kind.ONE:
                data[name] = (code_of(table, name, text) or text) if text else ""
            case Kind.YES:
                word = fold(text)
                if word in YES:
                    data[name] = "y"
                elif word and word not in NO:
                    unclear[name] = _("Write yes or no.")
            case _:
                data[name] = text
    return data, unclear


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A row that was judged. errors: by column, in the reader's language. typed: the form's values, for the service."""

    number: int
    values: dict[str, str]
    left_out: bool
    errors: dict[str, str]
    typed: dict[str, Any]


def judge(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[Judged]:
    """Judge rows as TableImport keeps them, each as the form itself would. One that is left out has no errors."""
    form = table.blank()
    for asked in form:
        if isinstance(asked, Choice | Choices):
            asked._offered = partial(list, asked._offered())  # type: ignore[method-assign]  # once, not for each row
    found = []
    for row in rows:
        values, left_out = dict(row["values"]), bool(row.get("left_out"))
        errors: dict[str, str] = {}
        typed: dict[str, Any] = {}
        if not left_out:
            data, unclear = sent(table, form, values)
            form.process(formdata=data)
            form.validate()
            errors = {name: str(form[name].errors[0]) for name in table.names if form[name].errors} | unclear
            typed = form.typed()
        found.append(Judged(number=row["number"], values=values, left_out=left_out, errors=errors, typed=typed))
    return found
