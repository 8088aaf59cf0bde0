"""The sites and photos of a firm."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service as business_service
from iso_portal.businesses.domain import MOST_PICTURES, Refusal
from iso_portal.businesses.fields import SITE_KINDS, TENURES
from iso_portal.businesses.models import Business, Picture, Site
from iso_portal.core import edits
from iso_portal.core.access import writes
from iso_portal.core.uploads import takes
from iso_portal.files import queries as files
from iso_portal.files import service as file_service
from iso_portal.files.domain import MIME, MOST_BYTES, NotTaken
from iso_portal.my_business import queries
from iso_portal.my_business.forms import EmptyForm, PictureForm, SiteForm
from iso_portal.my_business.views.blueprint import bp, holder

MOST_UPLOAD = MOST_BYTES + 1024 * 1024


@bp.get("/sites")
@holder
def sites(business: Business) -> ResponseReturnValue:
    """All sites of the firm, and its own photos."""
    return _sites_page(business, PictureForm(formdata=None))


@bp.get("/sites/new")
@holder
def new_site(business: Business) -> ResponseReturnValue:
    """An empty site, in the firm's municipality."""
    return _site_page(business, None, SiteForm(formdata=None, municipality=business.municipality))


@bp.post("/sites/new")
@holder
@writes
def add_site(business: Business) -> ResponseReturnValue:
    """Keep a new site."""
    form = SiteForm()
    if not form.validate():
        return _site_page(business, None, form), 422
    site = business_service.keep_site(business, form.typed(), by=None)
    flash(_("The site is kept. Add a photo of it below."))
    return redirect(url_for("my_business.site", site_id=site.id), code=303)


@bp.get("/sites/<uuid:site_id>")
@holder
def site(business: Business, site_id: uuid.UUID) -> ResponseReturnValue:
    """One site with its photos."""
    row = _site(business, site_id)
    return _site_page(business, row, _filled(row, business_service.values_of_site(row)))


@bp.post("/sites/<uuid:site_id>")
@holder
@writes
def change_site(business: Business, site_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the changes of a site; what the office changed meanwhile is asked, never overwritten."""
    row = _site(business, site_id)
    form = SiteForm()
    if not form.validate():
        return _site_page(business, row, form), 422
    values = form.typed()
    if form.version.data != str(row.version):
        merged = edits.merge(edits.unpack(form.base.data), _plain(values), _plain(business_service.values_of_site(row)))
        if merged.conflicts:
            asked = _filled(row, _typed_again(form, merged.values))
            return _site_page(business, row, asked, conflicts=merged.conflicts), 409
        values = _typed_again(form, merged.values)
    business_service.keep_site(business, values, site=row, by=None)
    flash(_("The site is kept."))
    return redirect(url_for("my_business.sites"), code=303)


@bp.post("/sites/<uuid:site_id>/remove")
@holder
@writes
def remove_site(business: Business, site_id: uuid.UUID) -> ResponseReturnValue:
    """Take a site away with its photos."""
    if not EmptyForm().validate():
        abort(400)
    business_service.remove_site(business, _site(business, site_id), by=None)
    flash(_("The site is taken away."))
    return redirect(url_for("my_business.sites"), code=303)


@bp.post("/photos")
@holder
@takes(MOST_UPLOAD)
@writes
def add_photo(business: Business) -> ResponseReturnValue:
    """Keep a photo of the firm."""
    form = PictureForm()
    if not _kept(business, form, site=None):
        return _sites_page(business, form), 422
    return redirect(url_for("my_business.sites"), code=303)


@bp.post("/sites/<uuid:site_id>/photos")
@holder
@takes(MOST_UPLOAD)
@writes
def add_site_photo(business: Business, site_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a photo of a site."""
    row = _site(business, site_id)
    form = PictureForm()
    if not _kept(business, form, site=row):
        shown = _filled(row, business_service.values_of_site(row))
        return _site_page(business, row, shown, picture_form=form), 422
    return redirect(url_for("my_business.site", site_id=row.id), code=303)


@bp.get("/photos/<uuid:picture_id>.jpg")
@holder
def photo(business: Business, picture_id: uuid.UUID) -> ResponseReturnValue:
    """A photo of the firm, for itself."""
    stored = files.with_content(_picture(business, picture_id).file_id)
    return Response(stored.content, mimetype=MIME[stored.kind], headers={"Cache-Control": "private, max-age=3600"})


@bp.post("/photos/<uuid:picture_id>/remove")
@holder
@writes
def remove_photo(business: Business, picture_id: uuid.UUID) -> ResponseReturnValue:
    """Take a photo away."""
    if not EmptyForm().validate():
        abort(400)
    picture = _picture(business, picture_id)
    of_site = picture.site_id
    business_service.remove_picture(business, picture, by=None)
    flash(_("The photo is taken away."))
    there = url_for("my_business.site", site_id=of_site) if of_site else url_for("my_business.sites")
    return redirect(there, code=303)


def _kept(business: Business, form: PictureForm, *, site: Site | None) -> bool:
    """Keep the photo that was sent, or say beside the field what is wrong with it."""
    good = form.validate()
    sent = request.files.get("picture")
    if sent is None or not sent.filename:
        form.picture.errors = [_("Choose a photo, PNG or JPG, of at most 10 MB.")]
        return False
    if not good:
        form.picture.errors = [_("Choose the photo once more; browsers do not keep it.")]
        return False
    try:
        business_service.add_picture(
            business, sent.read(), sent.filename, says=form.says.data or "", by=None, site=site
        )
    except NotTaken as why:
        form.picture.errors = [file_service.trouble_word(why)]
        return False
    except Refusal as why:
        form.picture.errors = [str(why)]
        return False
    flash(_("The photo is kept."))
    return True


def _site(business: Business, site_id: uuid.UUID) -> Site:
    try:
        return queries.site_of(business, site_id)
    except NoResultFound:
        abort(404)


def _picture(business: Business, picture_id: uuid.UUID) -> Picture:
    try:
        return queries.picture_of(business, picture_id)
    except NoResultFound:
        abort(404)


def _filled(row: Site, values: dict[str, Any]) -> SiteForm:
    form = SiteForm(formdata=None, data=values)
    form.version.data = str(row.version)
    form.base.data = edits.pack(_plain(business_service.values_of_site(row)))
    return form


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values that compare equal after a way through JSON; a day is its text."""
    dated = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
    return {name: value if value or value is False or value == 0 else None for name, value in dated.items()}


def _typed_again(form: SiteForm, values: dict[str, Any]) -> dict[str, Any]:
    """Return merged values with the day as a day again."""
    form.available_from.process_formdata([values["available_from"]] if values["available_from"] else [])
    return values | {"available_from": form.available_from.data}


def _sites_page(business: Business, form: PictureForm) -> str:
    return render_template(
        "my_business/sites.html",
        business=business,
        form=form,
        sites=businesses.sites_of(business.id),
        pictures=[row for row in businesses.pictures_of(business.id) if row.site_id is None],
        most=MOST_PICTURES,
        kinds=SITE_KINDS,
        tenures=TENURES,
    )


def _site_page(
    business: Business,
    row: Site | None,
    form: SiteForm,
    *,
    picture_form: PictureForm | None = None,
    conflicts: tuple[edits.Conflict, ...] = (),
) -> str:
    return render_template(
        "my_business/site.html",
        business=business,
        site=row,
        form=form,
        picture_form=(picture_form or PictureForm(formdata=None)).named("photo"),
        conflicts=conflicts,
    )
