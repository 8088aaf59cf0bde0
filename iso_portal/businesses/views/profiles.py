"""The list of firms, the profile and its edit page, for staff."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.businesses import queries, service, words
from iso_portal.businesses.domain import Standing, Worth, standing
from iso_portal.businesses.fields import SITE_KINDS, TENURES, plain, typed_again
from iso_portal.businesses.forms import CheckForm, ProfileForm
from iso_portal.businesses.models import Business
from iso_portal.businesses.views.blueprint import bp
from iso_portal.core import edits
from iso_portal.core.access import Permission, may, requires, writes
from iso_portal.core.clock import today
from iso_portal.core.i18n import current_language
from iso_portal.vocabulary.domain import Verdict, check_identifier


@bp.get("/")
@requires(Permission.BUSINESS_LIST)
def index() -> ResponseReturnValue:
    """All firms, as the reader's alphabet sorts them; filters stand in the address."""
    try:
        filters = queries.Filters(
            text=request.args.get("text", "")[:200],
            municipality=request.args.get("municipality", "")[:40],
            division=request.args.get("division", "")[:2],
            worth=Worth(request.args["worth"]) if request.args.get("worth") else None,
        )
        page = queries.listed(filters, language=current_language(), cursor=request.args.get("page"))
    except ValueError:
        abort(404)
    return render_template(
        "businesses/index.html",
        page=page,
        filters=filters,
        business_words=words,
        standing_of=standing_of,
        pairs=queries.count_open() if may(current_user, Permission.BUSINESS_MERGE) else 0,
    )


def standing_of(business: Business) -> Standing:
    """Return what a profile's check counts for today."""
    return standing(business.verification, business.verified_on, today=today())


@bp.get("/<uuid:business_id>/")
@requires(Permission.BUSINESS_SEE, of=queries.get)
def show(business: Business) -> ResponseReturnValue:
    """One profile; a record that was merged away leads to the firm that it is now."""
    return profile_page(business) if business.merged_into_id is None else show_instead(business)


def profile_page(business: Business, *, check_form: CheckForm | None = None, refused: str = "") -> str:
    """Render a profile with all that stands beside it; check_form: the one that was refused."""
    percent, missing = queries.completeness_of(business)
    merges = queries.merges_into(business.id)
    return render_template(
        "businesses/show.html",
        business=business,
        percent=percent,
        missing=missing,
        business_words=words,
        standing=standing_of(business),
        checks=queries.checks_of(business.id),
        check_form=check_form or CheckForm(formdata=None, verified_on=today()),
        refused=refused,
        merges=merges,
        gone=queries.names_of_firms([merge.gone_id for merge in merges]),
        was=request.args.get("was", ""),
        pairs=queries.open_pairs_of(business.id) if may(current_user, Permission.BUSINESS_MERGE) else (),
        doubtful=_doubtful(business),
        languages_for=service.languages_for,
        translators=queries.names_of(text.written_by_id for text in business.texts),
        sites=queries.sites_of(business.id),
        pictures=queries.pictures_of(business.id),
        site_kinds=SITE_KINDS,
        tenures=TENURES,
    )


def _doubtful(business: Business) -> list[str]:
    """Return the register numbers whose check digit does not fit; they are kept, and said (domain D21)."""
    return [
        value
        for kind, value in (("XK_NUI", business.nui), ("RS_PIB", business.pib), ("RS_MB", business.maticni_broj))
        if value and check_identifier(kind, value).verdict is not Verdict.GOOD
    ]


@bp.get("/new")
@requires(Permission.BUSINESS_EDIT)
def new() -> ResponseReturnValue:
    """An empty profile."""
    form = ProfileForm(formdata=None, language=current_language().value)
    return render_template("businesses/edit.html", form=form, business=None, conflicts=())


@bp.post("/new")
@requires(Permission.BUSINESS_EDIT)
@writes
def create() -> ResponseReturnValue:
    """Keep a new profile."""
    form = ProfileForm()
    if not form.validate():
        return render_template("businesses/edit.html", form=form, business=None, conflicts=()), 422
    business = service.create(form.typed(), by=current_user)
    flash(_("The profile is kept."))
    return redirect(url_for("businesses.show", business_id=business.id), code=303)


@bp.get("/<uuid:business_id>/edit")
@requires(Permission.BUSINESS_EDIT, of=queries.get)
def edit(business: Business) -> ResponseReturnValue:
    """The profile as a form; a record that was merged away leads to the firm that it is now."""
    if business.merged_into_id is not None:
        return show_instead(business)
    return _edit_page(business, service.values_of(business))


@bp.post("/<uuid:business_id>/edit")
@requires(Permission.BUSINESS_EDIT, of=queries.get)
@writes
def change(business: Business) -> ResponseReturnValue:
    """Keep the changes; what two people changed differently is asked, never overwritten."""
    form = ProfileForm()
    if business.merged_into_id is not None:
        living = queries.living(business)
        page = render_template("businesses/edit.html", form=form, business=business, conflicts=(), living=living)
        return page, 409
    if not form.validate():
        return render_template("businesses/edit.html", form=form, business=business, conflicts=()), 422
    mine, theirs = form.typed(), service.values_of(business)
    if form.version.data == str(business.version):
        values = mine
    else:
        merged = edits.merge(edits.unpack(form.base.data), plain(mine), plain(theirs))
        if merged.conflicts:
            page = _edit_page(business, typed_again(merged.values), conflicts=merged.conflicts)
            return page, 409
        values = typed_again(merged.values)
    service.change(business, values, by=current_user)
    flash(_("The profile is kept."))
    return redirect(url_for("businesses.show", business_id=business.id), code=303)


def show_instead(business: Business) -> ResponseReturnValue:
    """Lead to the firm that a merged record is now."""
    living = queries.living(business)
    return redirect(url_for("businesses.show", business_id=living.id, was=business.id), code=303)


def _edit_page(business: Business, values: dict[str, Any], *, conflicts: tuple[edits.Conflict, ...] = ()) -> str:
    form = ProfileForm(formdata=None, data=values)
    form.version.data = str(business.version)
    form.base.data = edits.pack(plain(service.values_of(business)))
    return render_template("businesses/edit.html", form=form, business=business, conflicts=conflicts)
