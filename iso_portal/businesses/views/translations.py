"""Translate a firm's text beside its original."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.businesses import queries, service, words
from iso_portal.businesses.domain import Refusal, Stale, TextKind
from iso_portal.businesses.forms import TranslationForm
from iso_portal.businesses.models import Business, BusinessText
from iso_portal.businesses.views.blueprint import bp
from iso_portal.businesses.views.profiles import show_instead
from iso_portal.core import edits
from iso_portal.core.access import Permission, requires, writes

PLACE = "/<uuid:business_id>/texts/<kind>/<language>"


@bp.get(PLACE)
@requires(Permission.BUSINESS_TRANSLATE, of=queries.get, seen_with=Permission.BUSINESS_SEE)
def translation(business: Business, kind: str, language: str) -> ResponseReturnValue:
    """The original, and beside it the translation as a form."""
    if business.merged_into_id is not None:
        return show_instead(business)
    original, row = _texts(business, kind, language)
    form = TranslationForm(formdata=None, text=row.text if row else "")
    return _page(business, original, row, language, form)


@bp.post(PLACE)
@requires(Permission.BUSINESS_TRANSLATE, of=queries.get, seen_with=Permission.BUSINESS_SEE)
@writes
def translate(business: Business, kind: str, language: str) -> ResponseReturnValue:
    """Keep a translation; when somebody else wrote meanwhile, both stand on the page and nothing is overwritten."""
    original, row = _texts(business, kind, language)
    form = TranslationForm()
    if not form.validate():
        return _page(business, original, row, language, form, seen=_seen(form)), 422
    try:
        service.translate(business, original.kind, language, form.text.data or "", seen=_seen(form), by=current_user)
    except (Stale, Refusal) as why:
        return _overtaken(business, kind, language, form, told=str(why))
    flash(_("The translation is kept."))
    return redirect(url_for("businesses.show", business_id=business.id), code=303)


@bp.post(f"{PLACE}/right")
@requires(Permission.BUSINESS_TRANSLATE, of=queries.get, seen_with=Permission.BUSINESS_SEE)
@writes
def translation_right(business: Business, kind: str, language: str) -> ResponseReturnValue:
    """Keep that a translation still says what the changed original says."""
    _texts(business, kind, language)
    form = TranslationForm()
    try:
        service.still_right(business, TextKind(kind), language, seen=_seen(form), by=current_user)
    except (Stale, Refusal) as why:
        return _overtaken(business, kind, language, None, told=str(why))
    flash(_("The translation counts as up to date."))
    return redirect(url_for("businesses.show", business_id=business.id), code=303)


@bp.post(f"{PLACE}/remove")
@requires(Permission.BUSINESS_TRANSLATE, of=queries.get, seen_with=Permission.BUSINESS_SEE)
@writes
def remove_translation(business: Business, kind: str, language: str) -> ResponseReturnValue:
    """Take a translation away."""
    _texts(business, kind, language)
    form = TranslationForm()
    try:
        service.remove_translation(business, TextKind(kind), language, seen=_seen(form), by=current_user)
    except (Stale, Refusal) as why:
        return _overtaken(business, kind, language, None, told=str(why))
    flash(_("The translation is taken away."))
    return redirect(url_for("businesses.show", business_id=business.id), code=303)


def _texts(business: Business, kind: str, language: str) -> tuple[BusinessText, BusinessText | None]:
    """Return the original and its translation; there is no page without an original or for its own language."""
    original = queries.original_of(business, TextKind(kind)) if kind in set(TextKind) else None
    if original is None or language not in service.languages_for(original):
        abort(404)
    return original, next((t for t in business.texts if t.kind is original.kind and t.language == language), None)


def _seen(form: TranslationForm) -> service.Seen:
    """Return what the page showed when it was opened."""
    base = edits.unpack(form.base.data)
    return service.Seen(original=str(base.get("original", "")), translation=str(base.get("translation", "")))


def _overtaken(
    business: Business, kind: str, language: str, form: TranslationForm | None, *, told: str
) -> ResponseReturnValue:
    """Show both texts as they are now, beside what was typed. told: a refusal's words, empty when texts changed."""
    original, row = _texts(business, kind, language)
    before = _seen(form) if form else None
    page = _page(
        business,
        original,
        row,
        language,
        form or TranslationForm(formdata=None, text=row.text if row else ""),
        refused=told or _("Somebody changed the original or the translation meanwhile. Compare, and save again."),
        theirs=row.text if row and before and before.translation != row.text else "",
    )
    return page, 409


def _page(
    business: Business,
    original: BusinessText,
    row: BusinessText | None,
    language: str,
    form: TranslationForm,
    *,
    seen: service.Seen | None = None,
    refused: str = "",
    theirs: str = "",
) -> str:
    shown = seen or service.Seen(original=original.text, translation=row.text if row else "")
    form.base.data = edits.pack({"original": shown.original, "translation": shown.translation})
    return render_template(
        "businesses/translation.html",
        business=business,
        original=original,
        row=row,
        language=language,
        form=form,
        refused=refused,
        theirs=theirs,
        by=queries.names_of([row.written_by_id] if row else []),
        business_words=words,
    )
