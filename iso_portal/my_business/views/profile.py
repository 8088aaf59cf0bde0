"""The overview, the profile and the consents of a firm."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service as business_service
from iso_portal.businesses import words as business_words
from iso_portal.businesses.domain import CONSENT_WORDING
from iso_portal.businesses.fields import doubts, plain, typed_again
from iso_portal.businesses.models import Business
from iso_portal.core import edits
from iso_portal.core.access import writes
from iso_portal.core.i18n import current_language
from iso_portal.matches import queries as matches
from iso_portal.my_business import words
from iso_portal.my_business.domain import MOST_FOUND
from iso_portal.my_business.forms import ConsentForm, ProfileForm
from iso_portal.my_business.views.blueprint import bp, holder
from iso_portal.vocabulary import queries as vocabulary
from iso_portal.vocabulary.domain import NaceLevel


@bp.get("/")
@holder
def home(business: Business) -> ResponseReturnValue:
    """Where the firm stands: what waits for its answer, what to add next and why, how far it was checked."""
    percent, missing = businesses.completeness_of(business)
    asked = matches.introductions(business_id=business.id)
    listed = "directory.show" in current_app.view_functions and businesses.listed_firm(business.id) is not None
    return render_template(
        "my_business/home.html",
        business=business,
        public_page=url_for("directory.show", business_id=business.id) if listed else "",
        percent=percent,
        missing=missing,
        waiting=[row for row in asked if row.answer is None and row.withdrawn_at is None],
        sites=businesses.count_sites(business.id),
        business_words=business_words,
        own_words=words,
    )


@bp.get("/profile")
@holder
def profile(business: Business) -> ResponseReturnValue:
    """The profile as a form, in the firm's own words."""
    return _profile_page(business, business_service.values_of(business))


@bp.post("/profile")
@holder
@writes
def change_profile(business: Business) -> ResponseReturnValue:
    """Keep the changes; what the office changed meanwhile is asked, never overwritten."""
    form = ProfileForm()
    _add_found(form)
    good = form.validate()
    act = request.form.get("act", "")
    if act == "find" or (act == "enter" and request.form.get("find")):
        return _form_page(business, form, show_errors=False)
    if not good:
        return _form_page(business, form), 422
    mine, theirs = form.typed(), business_service.values_of(business)
    if form.version.data != str(business.version):
        merged = edits.merge(edits.unpack(form.base.data), plain(mine), plain(theirs))
        if merged.conflicts:
            return _profile_page(business, typed_again(merged.values), conflicts=merged.conflicts), 409
        mine = typed_again(merged.values)
    business_service.change(business, mine, by=None)
    flash(_("Your profile is kept."))
    for doubt in doubts(form):
        flash(doubt)
    return redirect(url_for("my_business.home"), code=303)


def _add_found(form: ProfileForm) -> None:
    """Put the activities that were ticked among the found ones behind those that are there."""
    ticked = [code for code in request.form.getlist("more")[:MOST_FOUND] if code in vocabulary.nace()]
    if ticked:
        form.nace.data = ", ".join(filter(None, [form.nace.data, *ticked]))


@bp.get("/consents")
@holder
def consents(business: Business) -> ResponseReturnValue:
    """What the firm agreed to, when and in which wording."""
    form = ConsentForm(formdata=None, obj=business)
    return _consents_page(business, form)


@bp.post("/consents")
@holder
@writes
def change_consents(business: Business) -> ResponseReturnValue:
    """Keep what the firm agrees to now; what it takes back counts at once."""
    form = ConsentForm()
    if not form.validate():
        return _consents_page(business, form), 422
    business_service.change(business, form.typed(), by=None, shown_in=current_language().value)
    flash(_("Your consents are kept. What you took back counts from now on."))
    return redirect(url_for("my_business.consents"), code=303)


def _consents_page(business: Business, form: ConsentForm) -> str:
    days = {
        purpose: datetime.fromisoformat(said["at"]) for purpose, said in business.consents.items() if said.get("at")
    }
    return render_template(
        "my_business/consents.html", business=business, form=form, days=days, own_words=words, wording=CONSENT_WORDING
    )


def _profile_page(business: Business, values: dict[str, Any], *, conflicts: tuple[edits.Conflict, ...] = ()) -> str:
    form = ProfileForm(formdata=None, data=values)
    form.version.data = str(business.version)
    form.base.data = edits.pack(plain(business_service.values_of(business)))
    return _form_page(business, form, conflicts=conflicts)


def _form_page(
    business: Business, form: ProfileForm, *, conflicts: tuple[edits.Conflict, ...] = (), show_errors: bool = True
) -> str:
    wanted = request.form.get("find", "")[:100]
    hits = vocabulary.search_nace(wanted, limit=4 * MOST_FOUND) if wanted else []
    if not show_errors:
        for field in form:
            field.errors = []
    return render_template(
        "my_business/profile.html",
        business=business,
        form=form,
        conflicts=conflicts,
        find=wanted,
        found=[code for code in hits if code.level is NaceLevel.CLASS][:MOST_FOUND],
        chosen=[
            (code.strip(), vocabulary.nace_label(code.strip(), current_language()))
            for code in (form.nace.data or "").split(",")
            if code.strip() in vocabulary.nace()
        ],
        own_words=words,
    )
