"""Pairs of records that may be one firm: the list, side by side, the decision, and taking a merge back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from iso_portal.businesses import queries, service, words
from iso_portal.businesses.domain import Pick, Refusal, Stale
from iso_portal.businesses.forms import DifferentForm, MeantForm, MergeForm
from iso_portal.businesses.models import DuplicatePair, Merge
from iso_portal.businesses.views.blueprint import bp
from iso_portal.businesses.views.compare import compare, compare_parts, proposed_to_stay
from iso_portal.core.access import Permission, requires, writes


@bp.get("/duplicates")
@requires(Permission.BUSINESS_MERGE)
def duplicates() -> ResponseReturnValue:
    """Pairs that wait for a person, the likeliest first."""
    try:
        page = queries.open_pairs(cursor=request.args.get("page"))
    except ValueError:
        abort(404)
    return render_template("businesses/duplicates.html", page=page, number=queries.count_open(), business_words=words)


@bp.get("/duplicates/<uuid:pair_id>")
@requires(Permission.BUSINESS_MERGE, of=queries.pair)
def pair(pair: DuplicatePair) -> ResponseReturnValue:
    """Two records side by side, part by part."""
    return _pair_page(pair)


@bp.post("/duplicates/<uuid:pair_id>/different")
@requires(Permission.BUSINESS_MERGE, of=queries.pair)
@writes
def different(pair: DuplicatePair) -> ResponseReturnValue:
    """Keep that they are two firms."""
    form = DifferentForm()
    if not form.validate():
        return _pair_page(pair, different_form=form), 422
    try:
        service.call_different(pair, by=current_user, note=form.note.data or "")
    except Refusal as why:
        return _pair_page(pair, different_form=form, refused=str(why)), 409
    flash(_("Kept as two firms. The pair is shown again only when a name, number or address of one changes."))
    return redirect(url_for("businesses.duplicates"), code=303)


@bp.post("/duplicates/<uuid:pair_id>/merge")
@requires(Permission.BUSINESS_MERGE, of=queries.pair)
@writes
def merge(pair: DuplicatePair) -> ResponseReturnValue:
    """Make one firm of two; on records that changed meanwhile the choices stay and the page asks again."""
    form = MergeForm()
    if not form.validate():
        return _pair_page(pair, form=form), 422
    picks = {row.part: row.proposed for row in compare(pair.one, pair.other)} | form.picks()
    keep = Pick(form.keep.data or Pick.LEFT)
    try:
        done = service.merge(pair, picks, keep=keep, by=current_user, seen=_versions(form.version.data))
    except Stale:
        form.version.data = _version(pair)
        told = _("One of the two was changed meanwhile. Your choices are kept; compare once more and merge again.")
        return _pair_page(pair, form=form, refused=told), 409
    except Refusal as why:
        return _pair_page(pair, form=form, refused=str(why)), 409
    flash(_("The two records are one firm now. This can be undone on this page."))
    return redirect(url_for("businesses.show", business_id=done.kept_id), code=303)


def _version(pair: DuplicatePair) -> str:
    return f"{pair.one.version}-{pair.other.version}"


def _versions(text: str | None) -> tuple[int, int]:
    """Return the versions that a page was made from; those of no record when somebody tampered with them."""
    one, _dash, other = (text or "").partition("-")
    known = one.isdecimal() and other.isdecimal() and len(one) < 10 and len(other) < 10
    return (int(one), int(other)) if known else (0, 0)


def _pair_page(
    pair: DuplicatePair,
    *,
    form: MergeForm | None = None,
    different_form: DifferentForm | None = None,
    refused: str = "",
) -> str:
    """Render both records; what was chosen already stays chosen."""
    rows = compare(pair.one, pair.other)
    if form is None:
        form = MergeForm(formdata=None, version=_version(pair), keep=proposed_to_stay(pair.one, pair.other).value)
    for row in rows:
        if not row.same and not form[row.part].data:
            form[row.part].data = row.proposed.value
    return render_template(
        "businesses/pair.html",
        pair=pair,
        rows=rows,
        form=form,
        different_form=different_form or DifferentForm(formdata=None),
        refused=refused,
        beside=queries.counts_beside(pair.one_id, pair.other_id),
        living=queries.living(pair.one if pair.one.merged_into_id else pair.other),
        business_words=words,
    )


@bp.get("/merges/<uuid:merge_id>")
@requires(Permission.BUSINESS_MERGE, of=queries.merge)
def merged(row: Merge) -> ResponseReturnValue:
    """What a merge made of two records: both as they were, what was chosen, and the way back."""
    return _merge_page(row)


@bp.post("/merges/<uuid:merge_id>/undo")
@requires(Permission.BUSINESS_MERGE, of=queries.merge)
@writes
def unmerge(row: Merge) -> ResponseReturnValue:
    """Make two firms of one again."""
    form = MeantForm()
    if not form.validate():
        abort(400)
    try:
        stayed = service.unmerge(row, by=current_user)
    except Refusal as why:
        return _merge_page(row, refused=str(why)), 409
    flash(_("They are two firms again, each as it was before."))
    if stayed:
        flash(
            ngettext(
                "%(num)s later edit stays with this firm: %(parts)s.",
                "%(num)s later edits stay with this firm: %(parts)s.",
                len(stayed),
                parts=", ".join(str(words.PARTS[part]) for part in stayed),
            )
        )
    return redirect(url_for("businesses.show", business_id=row.kept_id), code=303)


def _merge_page(row: Merge, *, refused: str = "") -> str:
    kept, gone = queries.of_ids([row.kept_id]), queries.of_ids([row.gone_id])
    erased = not row.kept_before
    return render_template(
        "businesses/merged.html",
        merge=row,
        kept=kept[0],
        gone=gone[0],
        erased=erased,
        rows=[] if erased else compare_parts(service.parts_of(row.kept_before), service.parts_of(row.gone_before)),
        edited=[] if erased or row.undone_at else service.edits_since(row, kept[0]),
        by=queries.names_of([row.by_id, row.undone_by_id]),
        refused=refused,
        business_words=words,
    )
