"""The file of an import."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.fields import FileField

from iso_portal.core.forms import Form


class ImportForm(Form):
    """A CSV file, or the text of one that was previewed."""

    file = FileField(_l("CSV file"))
    content = TextAreaField()  # not a hidden field: those are squeezed into one line
    file_name = HiddenField()


class UndoForm(Form):
    """Nothing but the proof that the person meant it."""
