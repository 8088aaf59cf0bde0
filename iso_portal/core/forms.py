"""What every form stands on: cleaned text, messages of our own in every language, and fields that lose nothing.

WTForms has no Albanian catalogue and its Serbian is Latin only, so each validator here carries its own message. A
message with a value in it is made at the moment of use: a lazy text with values would be printed unescaped.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the types
from wtforms.form import BaseForm as PlainForm
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from iso_portal.core.text import clean, one_line

csrf = CSRFProtect()

LINE_LENGTH = 200
TEXT_LENGTH = 20_000
PHONE_CHARACTERS = re.compile(r"[0-9+()/.\s-]{5,40}(?:\s*(?:ext|x)\.?\s*[0-9]{1,6})?", re.I)


class OwnMessages:
    """Stands where WTForms wants its translations; says everything through the portal's catalogues."""

    def gettext(self, text: str) -> str:
        return _(text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return _(singular if number == 1 else plural)


class Form(FlaskForm):
    """A form whose texts arrive in NFC without control characters and whose messages are ours."""

    class Meta(FlaskForm.Meta):  # noqa: D106 - WTForms' own hook
        def get_translations(self, form: PlainForm) -> OwnMessages:
            return OwnMessages()

        def bind_field(self, form: PlainForm, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Clean what is typed before any validator sees it; a single line stays one line."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField):
                cleaned = clean if issubclass(kind, TextAreaField | HiddenField) else one_line
                options["filters"] = [*unbound_field.kwargs.get("filters", ()), _for_text(cleaned)]
            bound: Field = unbound_field.bind(form=form, **options)
            return bound

    def named(self, prefix: str) -> Self:
        """Give every field an id of its own for a page with several forms; the names that are sent stay."""
        for field in self:
            field.id = f"{prefix}-{field.short_name}"
        return self

    def typed(self) -> dict[str, Any]:
        """Return the form's values without its technical fields, for services."""
        return {
            name: value for name, value in self.data.items() if name not in {"csrf_token", "key", "version", "base"}
        }


def _for_text(function: Callable[[str], str]) -> Callable[[Any], Any]:
    return lambda value: function(value) if isinstance(value, str) else value


class Required:
    """The field must say something."""

    field_flags: Mapping[str, Any] = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message

    def __call__(self, form: PlainForm, field: Field) -> None:
        """Stop at an empty answer, so that no second message follows."""
        data = field.data
        if data is None or data is False or (isinstance(data, (str, list, tuple)) and not data):
            field.errors[:] = []  # type: ignore[index]  # a list at this point
            raise StopValidation(str(self.message) if self.message else _("This field is required."))


class MayBeEmpty:
    """An empty answer is an answer: the validators after this one are skipped."""

    field_flags: Mapping[str, Any] = {"optional": True}

    def __call__(self, form: PlainForm, field: Field) -> None:
        """Stop quietly when nothing was typed."""
        if not field.raw_data or (isinstance(field.raw_data[0], str) and not field.raw_data[0].strip()):
            field.errors[:] = []  # type: ignore[index]  # a list at this point
            raise StopValidation


class MaxLength:
    """At most so many characters."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: PlainForm, field: Field) -> None:
        """Say how long it may be and how long it is."""
        if len(field.data or "") > self.most:
            raise ValidationError(
                _(
                    "Use at most %(most)s characters; these are %(now)s.",
                    most=self.most,
                    now=len(field.data),
                )
            )


class AsWritten(StringField):
    """A line that is kept as written; the usual cleaning would change it before anybody could refuse it."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Keep what came."""
        super().process(formdata, data, extra_filters)
        if self.raw_data:
            self.data = self.raw_data[0] if self.raw_data[0].strip() else ""


# Signs that turn the direction of the text after them: what was written would look like something else.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class PlainLine:
    """No control characters."""

    def __call__(self, form: PlainForm, field: Field) -> None:
        """Say that they cannot be kept; they stay in the field."""
        if any(unicodedata.category(sign) in {"Cc", "Cs"} or sign in TURNING for sign in field.data or ""):
            raise ValidationError(_("Own words hold letters, digits, spaces and signs, on one line."))


class Email:
    """An address that mail can be sent to, by its form."""

    def __call__(self, form: PlainForm, field: Field) -> None:
        """Check the form only; whether the mailbox exists is learned by writing to it."""
        try:
            validate_email(field.data or "", check_deliverability=False, test_environment=True)
        except EmailNotValidError as why:
            raise ValidationError(_("Enter an e-mail address, for example name@example.org.")) from why


class WebAddress:
    """An http or https address; one without a scheme is understood as https."""

    def __call__(self, form: PlainForm, field: Field) -> None:
        """Accept www.example.org as people write it."""
        text = field.data or ""
        if "://" not in text:
            text = f"https://{text}"
        try:
            parts = urlsplit(text)
            plausible = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and " " not in text
        except ValueError:
            plausible = False
        if not plausible:
            raise ValidationError(_("Enter a web address, for example www.example.org."))
        field.data = text


class Phone:
    """A telephone number of any territory; refused only when it cannot be one (domain D21: PHONE warns)."""

    def __call__(self, form: PlainForm, field: Field) -> None:
        """Accept every possible number, and local ways of writing it."""
        text = field.data or ""
        if PHONE_CHARACTERS.fullmatch(text) and sum(c.isdigit() for c in text) >= 5:
            return
        try:
            possible = phonenumbers.is_possible_number(phonenumbers.parse(text, "XK"))
        except phonenumbers.NumberParseException:
            possible = False
        if not possible:
            raise ValidationError(_("Enter a telephone number, for example +383 28 000 100."))


class Between:
    """A number within limits, both included."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def __call__(self, form: PlainForm, field: Field) -> None:
        """Say both limits."""
        if field.data is not None and not self.least <= field.data <= self.most:
            raise ValidationError(_("Enter a number between %(least)s and %(most)s.", least=self.least, most=self.most))


class WholeNumber(IntegerField):
    """A whole number; spaces and apostrophes group, and what can be read two ways is asked back (domain D35).

    A text field: a browser's own number field takes no spaces and throws away what it does not understand.
    """

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **{"render_kw": {"inputmode": "numeric"}} | options)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number or say that it is none."""
        self.data = None
        text = re.sub(r"[\s\u00a0\u202f'’]", "", valuelist[0]) if valuelist else ""
        if not text:
            return
        if re.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}", text, re.ASCII):  # 1.500: a thousand and a half, or one and a half?
            raise ValueError(
                _(
                    "This can be read in two ways. If you mean %(number)s, write it like that.",
                    number=re.sub(r"[.,]", "", text),
                )
            )
        if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3}){2,4}|[0-9]{1,3}(?:,[0-9]{3}){2,4}", text, re.ASCII):
            text = re.sub(r"[.,]", "", text)
        if not re.fullmatch(r"[+-]?[0-9]{1,15}", text, re.ASCII):
            raise ValueError(_("Enter a whole number."))
        self.data = int(text)


class Day(DateField):
    """A day; what is no day is an error in our words."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read one day, however many values come."""
        try:
            super().process_formdata(list(valuelist[:1]))
        except ValueError as why:
            self.data = None
            raise ValueError(_("Enter a valid date.")) from why


class Choice(SelectField):
    """One of a closed set; an unknown value is an error in our words, and an empty first choice is possible.

    choices: (code, label) pairs or a function that returns them at each use, in the reader's language.
    empty: label of the choice that means "no answer", or None when there is none.
    """

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        choices: Iterable[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]] = (),
        empty: Any = None,
        **options: Any,
    ) -> None:
        self.empty = empty
        self.pairs = choices
        super().__init__(
            label, validators, choices=self._offered, coerce=_text_or_none, validate_choice=False, **options
        )

    def _offered(self) -> list[SelectChoice]:
        pairs = self.pairs() if callable(self.pairs) else self.pairs
        first = [] if self.empty is None else [SelectChoice("", str(self.empty))]
        return [*first, *(SelectChoice(str(code), str(label)) for code, label in pairs)]

    def pre_validate(self, form: PlainForm) -> None:
        """Refuse a value that the page did not offer."""
        known = {str(choice.value) for choice in self._offered()}
        if self.data is not None and self.data not in known:
            raise StopValidation(_("Choose one of the answers on the page."))


class Choices(SelectMultipleField):
    """Several of a closed set, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        choices: Iterable[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]] = (),
        **options: Any,
    ) -> None:
        self.pairs = choices
        super().__init__(label, validators, choices=self._offered, coerce=str, validate_choice=False, **options)

    def _offered(self) -> list[SelectChoice]:
        pairs = self.pairs() if callable(self.pairs) else self.pairs
        return [SelectChoice(str(code), str(label)) for code, label in pairs]

    def pre_validate(self, form: PlainForm) -> None:
        """Refuse values that the page did not offer."""
        known = {str(choice.value) for choice in self._offered()}
        if set(self.data or ()) - known:
            raise StopValidation(_("Choose among the answers on the page."))


def _text_or_none(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def codes(members: type[enum.StrEnum], labels: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """Return (code, label) pairs of a closed set in its own order."""
    return [(member.value, labels[member]) for member in members]
