"""The public directory: the list of firms, one firm, the sites, the photos. Who is not listed answers 404, as unknown."""

from __future__ import annotations

import enum
import uuid
from datetime import timedelta
from typing import TypeVar

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from iso_portal.businesses import queries as businesses
from iso_portal.businesses import words as business_words
from iso_portal.businesses.domain import FRESH_DAYS, SiteKind, Tenure, Verification
from iso_portal.businesses.models import Business
from iso_portal.core import clock
from iso_portal.core.access import public
from iso_portal.core.i18n import current_language
from iso_portal.core.text import one_line
from iso_portal.directory import queries, words
from iso_portal.directory.domain import AREAS, MOST_AREA, in_short
from iso_portal.files import queries as files
from iso_portal.vocabulary import queries as vocabulary
from iso_portal.vocabulary.domain import NaceLevel

bp = Blueprint("directory", __name__, url_prefix="/directory")

A_DAY = timedelta(days=1)
Code = TypeVar("Code", bound=enum.StrEnum)


def asked(name: str, most: int) -> str:
    """Return a filter as the address holds it, cleaned and at most so long."""
    return one_line(request.args.get(name, ""))[:most]


def asked_of(name: str, codes: type[Code]) -> Code | None:
    """Return a filter of a closed set, or None for none. An unknown code answers 404."""
    value = asked(name, 40)
    if value and value not in set(codes):
        abort(404)
    return codes(value) if value else None


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """All listed firms, as the reader's alphabet sorts them; filters stand in the address."""
    sector = (asked("sector", 2) or asked("division", 2) or asked("section", 1)).upper()
    filters = businesses.PublicFilters(
        text=asked("text", 200),
        section=sector if sector.isalpha() else "",
        division="" if sector.isalpha() else sector,
        municipality=asked("municipality", 40),
        certification=asked("certification", 80),
        language=asked("language", 8),
    )
    divisions = [sector] if sector else []
    if filters.section:
        divisions = [code.code for code in vocabulary.divisions_of(filters.section)] or ["-"]
    reader = current_language()
    try:
        page = businesses.directory(filters, divisions=divisions, language=reader, cursor=request.args.get("page"))
    except ValueError:
        abort(404)
    return render_template(
        "directory/index.html",
        page=page,
        filters=filters,
        sector=sector,
        number=businesses.count_found(filters, divisions=divisions),
        most=businesses.MOST_COUNTED,
        filtered=filters != businesses.PublicFilters(),
        sectors=sectors(reader),
        certifications=businesses.certifications_listed(),
        line_of=lambda business: queries.in_a_line(business, reader=reader),
        in_short=in_short,
    )


def sectors(language: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return (code, name, its divisions by code and name) of every section, in the classification's own order."""
    return [
        (
            section.code,
            section.names.in_language(language),
            [(one.code, one.names.in_language(language)) for one in vocabulary.divisions_of(section.code)],
        )
        for section in vocabulary.of_level(NaceLevel.SECTION)
    ]


@bp.get("/<uuid:business_id>")
@public
def show(business_id: uuid.UUID) -> ResponseReturnValue:
    """One listed firm: what it wrote, in the reader's language where somebody translated it, and its sites."""
    business = businesses.listed_firm(business_id)
    if business is None:
        abort(404)
    reader = current_language()
    texts = [(kind, label, queries.told_of(business, kind, reader=reader)) for kind, label in TEXTS.items()]
    return render_template(
        "directory/show.html",
        business=business,
        texts=[entry for entry in texts if entry[2] is not None],
        line=queries.in_a_line(business, reader=reader),
        in_short=in_short,
        checked=checked_word(business),
        sites=businesses.public_sites(businesses.SiteFilters(), business_id=business.id),
        pictures=businesses.public_pictures(business.id),
        country_names=[vocabulary.country_name(code, reader) for code in business.export_markets],
        site_words=words,
    )


TEXTS = business_words.TEXTS


def checked_word(business: Business) -> str:
    """Return how far the office checked a profile, empty when it did not, long ago, or before a change."""
    fresh = business.verified_on is not None and business.verified_on >= clock.today() - timedelta(days=FRESH_DAYS)
    if business.verification is Verification.DECLARED or business.recheck or not fresh:
        return ""
    return str(business_words.VERIFICATIONS[business.verification])


@bp.get("/sites")
@public
def sites() -> ResponseReturnValue:
    """Sites of listed firms and the business zones of the region, with the gap in the north told (domain D16)."""
    typed = asked("area", 12)
    filters = businesses.SiteFilters(
        municipality=asked("municipality", 40),
        kind=asked_of("kind", SiteKind),
        tenure=asked_of("tenure", Tenure),
        least_area=min(int(typed), MOST_AREA) if typed.isascii() and typed.isdecimal() else 0,
    )
    reader = current_language()
    gaps = [(slug, name) for slug, name in queries.without_zone(reader) if filters.municipality in {"", slug}]
    return render_template(
        "directory/sites.html",
        sites=businesses.public_sites(filters),
        zones=queries.zones(reader, filters.municipality),
        gaps=gaps,
        filters=filters,
        filtered=filters != businesses.SiteFilters(),
        areas=sorted({*AREAS, filters.least_area} - {0}),
        site_words=words,
        most=businesses.MOST_SITES,
    )


@bp.get("/pictures/<uuid:picture_id>.jpg")
@public
def picture(picture_id: uuid.UUID) -> ResponseReturnValue:
    """A photo of a listed firm, shown in the page: it was drawn anew when it was kept, so nothing hides in it.

    Kept by the reader's browser alone: a cache that many share would go on showing a photo that was withdrawn.
    """
    found = businesses.public_picture(picture_id)
    if found is None:
        abort(404)
    answer = Response(mimetype="image/jpeg")
    answer.set_etag(found.file.sha256)
    answer.cache_control.private = True
    answer.cache_control.max_age = int(A_DAY.total_seconds())
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if found.file.sha256 not in request.if_none_match:
        answer.data = files.with_content(found.file.id).content
    return answer.make_conditional(request)
