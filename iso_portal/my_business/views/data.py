"""What is kept about a firm, and what it may ask for."""

from __future__ import annotations

import json

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from iso_portal.businesses.models import Business
from iso_portal.core.access import writes
from iso_portal.core.downloads import download
from iso_portal.core.i18n import current_language
from iso_portal.my_business.forms import DataForm
from iso_portal.my_business.views.blueprint import bp, holder
from iso_portal.privacy import queries as requests
from iso_portal.privacy import service as privacy
from iso_portal.privacy import words as privacy_words
from iso_portal.privacy.domain import DAYS_TO_ANSWER, Ask


@bp.get("/data")
@holder
def data(business: Business) -> ResponseReturnValue:
    """What is kept, what was asked for and what became of it."""
    return _page(business, DataForm(formdata=None))


@bp.post("/data")
@holder
@writes
def ask_data(business: Business) -> ResponseReturnValue:
    """Take a request about the firm's data."""
    form = DataForm()
    if not form.validate():
        return _page(business, form), 422
    privacy.ask_of_business(business, Ask(form.ask.data), text=form.text.data or "", language=current_language())
    flash(_("Your request is here. You get an answer within 30 days."))
    return redirect(url_for("my_business.data"), code=303)


@bp.get("/data/copy.json")
@holder
def copy(business: Business) -> ResponseReturnValue:
    """The copy of the firm's data, once two colleagues released it."""
    ready = requests.copy_of_business(business.id)
    if ready is None:
        abort(404)
    content = json.dumps(ready.result, ensure_ascii=False, indent=2).encode()
    return download(content, name="my-data.json", mime="application/json")


def _page(business: Business, form: DataForm) -> str:
    return render_template(
        "my_business/data.html",
        business=business,
        form=form,
        asked=requests.of_business(business.id),
        ready=requests.copy_of_business(business.id),
        days=DAYS_TO_ANSWER,
        privacy_words=privacy_words,
    )
