"""A firm's sites and photos, as staff write them down for it."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import Refusal
from iso_portal.businesses.forms import MeantForm, PictureForm, SiteForm
from iso_portal.businesses.models import Business, Picture, Site
from iso_portal.businesses.views.blueprint import bp
from iso_portal.core import edits
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.uploads import takes
from iso_portal.files import service as files
from iso_portal.files.domain import MIME, MOST_BYTES, NotTaken

MOST_UPLOAD = MOST_BYTES + 1024 * 1024


@bp.get("/<uuid:business_id>/sites/new")
@requires(Permission.BUSINESS_EDIT, of=queries.get, seen_with=Permission.BUSINESS_SEE)
def new_site(business: Business) -> ResponseReturnValue:
    """An empty site, in the firm's municipality."""
    return _site_page(business, None, SiteForm(formdata=None, municipality=business.municipality))


@bp.post("/<uuid:business_id>/sites/new")
@requires(Permission.BUSINESS_EDIT, of=queries.get, seen_with=Permission.BUSINESS_SEE)
@writes
def add_site(business: Business) -> ResponseReturnValue:
    """Keep a new site."""
    form = SiteForm()
    if not form.validate():
        return _site_page(business, None, form), 422
    site = service.keep_site(queries.living(business), form.typed(), by=current_user)
    flash(_("The site is kept. Add a photo of it below."))
    return redirect(url_for("businesses.site", site_id=site.id), code=303)


@bp.get("/sites/<uuid:site_id>")
@requires(Permission.BUSINESS_EDIT, of=queries.site, seen_with=Permission.BUSINESS_SEE)
def site(site: Site) -> ResponseReturnValue:
    """One site with its photos, as a form."""
    return _site_page(queries.get(site.business_id), site, _filled(site, service.values_of_site(site)))


@bp.post("/sites/<uuid:site_id>")
@requires(Permission.BUSINESS_EDIT, of=queries.site, seen_with=Permission.BUSINESS_SEE)
@writes
def change_site(site: Site) -> ResponseReturnValue:
    """Keep the changes of a site; what somebody else changed meanwhile is asked, never overwritten."""
    business, form = queries.get(site.business_id), SiteForm()
    if not form.validate():
        return _site_page(business, site, form), 422
    values = form.typed()
    if form.version.data != str(site.version):
        merged = edits.merge(edits.unpack(form.base.data), _plain(values), _plain(service.values_of_site(site)))
        values = _with_day(form, merged.values)
        if merged.conflicts:
            return _site_page(business, site, _filled(site, values), conflicts=merged.conflicts), 409
    service.keep_site(business, values, site=site, by=current_user)
    flash(_("The site is kept."))
    return redirect(url_for("businesses.show", business_id=business.id), code=303)


@bp.post("/<uuid:business_id>/photos")
@requires(Permission.BUSINESS_EDIT, of=queries.get, seen_with=Permission.BUSINESS_SEE)
@takes(MOST_UPLOAD)
@writes
def add_picture(business: Business) -> ResponseReturnValue:
    """Keep a photo of the firm itself."""
    business, form = queries.living(business), PictureForm()
    if not _kept(business, form, site=None):
        return _photo_page(business, form), 422
    return redirect(url_for("businesses.show", business_id=business.id), code=303)


@bp.get("/<uuid:business_id>/photos")
@requires(Permission.BUSINESS_EDIT, of=queries.get, seen_with=Permission.BUSINESS_SEE)
def pictures(business: Business) -> ResponseReturnValue:
    """The firm's own photos, and the form for one more."""
    return _photo_page(business, PictureForm(formdata=None))


@bp.post("/sites/<uuid:site_id>/photos")
@requires(Permission.BUSINESS_EDIT, of=queries.site, seen_with=Permission.BUSINESS_SEE)
@takes(MOST_UPLOAD)
@writes
def add_site_picture(site: Site) -> ResponseReturnValue:
    """Keep a photo of a site."""
    business, form = queries.get(site.business_id), PictureForm()
    if not _kept(business, form, site=site):
        shown = _filled(site, service.values_of_site(site))
        return _site_page(business, site, shown, picture_form=form), 422
    return redirect(url_for("businesses.site", site_id=site.id), code=303)


@bp.get("/photos/<uuid:picture_id>.jpg")
@requires(Permission.BUSINESS_SEE, of=queries.picture)
def picture(picture: Picture) -> ResponseReturnValue:
    """A photo of any firm, for staff; drawn anew when it came in, so it may be shown."""
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(picture.file.content, mimetype=MIME[picture.file.kind], headers=headers)


@bp.post("/photos/<uuid:picture_id>/remove")
@requires(Permission.BUSINESS_EDIT, of=queries.picture, seen_with=Permission.BUSINESS_SEE)
@writes
def remove_picture(picture: Picture) -> ResponseReturnValue:
    """Take a photo away."""
    if not MeantForm().validate():
        abort(400)
    business, of_site = queries.get(picture.business_id), picture.site_id
    service.remove_picture(business, picture, by=current_user)
    flash(_("The photo is taken away."))
    if of_site is not None:
        return redirect(url_for("businesses.site", site_id=of_site), code=303)
    return redirect(url_for("businesses.show", business_id=business.id), code=303)


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
        service.add_picture(business, sent.read(), sent.filename, says=form.says.data or "", by=current_user, site=site)
    except NotTaken as why:
        form.picture.errors = [files.trouble_word(why)]
        return False
    except Refusal as why:
        form.picture.errors = [str(why)]
        return False
    flash(_("The photo is kept."))
    return True


def _filled(site: Site, values: dict[str, Any]) -> SiteForm:
    form = SiteForm(formdata=None, data=values)
    form.version.data = str(site.version)
    form.base.data = edits.pack(_plain(service.values_of_site(site)))
    return form


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values that compare equal after a way through JSON; a day is its text."""
    dated = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
    return {name: value if value or value is False or value == 0 else None for name, value in dated.items()}


def _with_day(form: SiteForm, values: dict[str, Any]) -> dict[str, Any]:
    """Return merged values with the day as a day again."""
    form.available_from.process_formdata([values["available_from"]] if values["available_from"] else [])
    return values | {"available_from": form.available_from.data}


def _site_page(
    business: Business,
    site: Site | None,
    form: SiteForm,
    *,
    picture_form: PictureForm | None = None,
    conflicts: tuple[edits.Conflict, ...] = (),
) -> str:
    return render_template(
        "businesses/site.html",
        business=business,
        site=site,
        form=form,
        picture_form=(picture_form or PictureForm(formdata=None)).named("photo"),
        conflicts=conflicts,
    )


def _photo_page(business: Business, form: PictureForm) -> str:
    own = [row for row in queries.pictures_of(business.id) if row.site_id is None]
    return render_template("businesses/photos.html", business=business, pictures=own, form=form)
