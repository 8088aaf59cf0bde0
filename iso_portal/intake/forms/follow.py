"""What an investor may type on the follow page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.fields import EmailField, TelField

from iso_portal.core.forms import LINE_LENGTH, Choice, Email, Form, MaxLength, MayBeEmpty, Phone, Required
from iso_portal.core.i18n import PUBLIC
from iso_portal.intake.domain import DESCRIPTION_LENGTH
from iso_portal.privacy.words import ASKS


class MessageForm(Form):
    """A message on the follow page; files may come with it, or alone."""

    key = HiddenField()
    text = TextAreaField(_l("Your message"), [Required(), MaxLength(DESCRIPTION_LENGTH)])


class FilesForm(MessageForm):
    """The same with files, where a word is welcome and not needed."""

    text = TextAreaField(_l("Your message"), [MayBeEmpty(), MaxLength(DESCRIPTION_LENGTH)])


class RenewForm(Form):
    """Ask for a new link to the follow page."""

    email = EmailField(_l("E-mail address"), [Required(), MaxLength(LINE_LENGTH), Email()])
    reference = StringField(_l("Reference, as ISO-2026-000123"), [Required(), MaxLength(40)])


class ContactForm(Form):
    """The investor's own contact data."""

    name = StringField(_l("Your name"), [Required(), MaxLength(LINE_LENGTH)], render_kw={"autocomplete": "name"})
    job_title = StringField(_l("Job title"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
    email = EmailField(
        _l("E-mail address"), [Required(), MaxLength(LINE_LENGTH), Email()], render_kw={"autocomplete": "email"}
    )
    phone = TelField(_l("Phone"), [MayBeEmpty(), MaxLength(60), Phone()], render_kw={"autocomplete": "tel"})
    language = Choice(
        _l("Language of our answers"),
        [Required()],
        choices=lambda: [(language.value, language.own_name) for language in PUBLIC],
    )
    share = BooleanField(_l("The office may share my inquiry with local firms that it wants to introduce to me."))
    news = BooleanField(_l("The office may send me its news."))


class WithdrawForm(Form):
    """End work on the inquiry."""

    reason = TextAreaField(_l("Why? This helps us."), [MayBeEmpty(), MaxLength(DESCRIPTION_LENGTH)])
    sure = BooleanField(
        _l("Yes, please end work on my inquiry."), [Required(_l("Tick this box if you want to end work."))]
    )


class DataForm(Form):
    """Ask for a copy or the erasure of one's data."""

    ask = Choice(_l("What do you ask for?"), [Required()], choices=ASKS.items)
    text = TextAreaField(_l("Anything we should know"), [MayBeEmpty(), MaxLength(DESCRIPTION_LENGTH)])


class SaveForm(Form):
    """Where to send the link to an inquiry that is not finished."""

    email = EmailField(
        _l("E-mail address"), [Required(), MaxLength(LINE_LENGTH), Email()], render_kw={"autocomplete": "email"}
    )


class EmptyForm(Form):
    """Nothing but the proof that the person meant it."""
