"""Public information pages, the map of the site for search engines, and what public pages say about themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from iso_portal.businesses import queries as businesses
from iso_portal.cases.domain import ANSWER_DAYS, FOLLOW_UP_DAYS, TEAM_DAYS
from iso_portal.core import clock
from iso_portal.core.access import public
from iso_portal.core.i18n import PUBLIC, current_language
from iso_portal.guide import queries, words
from iso_portal.guide.domain import (
    INDEXED,
    INDEXED_EACH,
    LEAST_INQUIRIES,
    PAGES_A_SITEMAP,
    THEMES,
    Address,
    Answers,
    address_of,
)
from iso_portal.privacy.domain import COPY_DAYS, DAYS_TO_ANSWER

bp = Blueprint("guide", __name__)

# The figures are the same for every visitor; a busy day must not count the same entries for each of them.
KEPT_FOR = timedelta(minutes=10)
ONE_HOUR = "public, max-age=3600"
# The last part of endpoints whose answers are no pages and need not be kept from anybody.
FOR_ALL = {"static", "picture", "sitemap", "robots"}
# What a machine that reads everything would find there is of no use to anybody, or is somebody's own page.
NOT_FOR_ROBOTS = (
    "/accounts/",
    "/intake/follow/",
    "/intake/inquiry/",
    "/intake/received/",
    "/intake/link",
    "/my-business/in/",
    "/reports/",
)


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    """What the office does, for whom, and the three ways in."""
    figures, listed, _counted_at = _figures()
    return render_template("guide/start.html", answers=figures, listed=listed, places=_places(), days=_days())


@bp.get("/guide/why")
@public
def why() -> ResponseReturnValue:
    """The facts an investor asks for, each with its date and source."""
    return render_template("guide/why.html", facts=queries.facts(current_language()))


@bp.get("/guide/municipalities")
@public
def municipalities() -> ResponseReturnValue:
    """The seven municipalities as tiles and as a table."""
    outside = [one for one in queries.crossings(current_language()) if not one.municipality]
    return render_template("guide/municipalities.html", places=_places(), outside=outside)


@bp.get("/guide/municipalities/<slug>")
@public
def municipality(slug: str) -> ResponseReturnValue:
    """One municipality: counts, zones, crossing points, languages, and the way to its firms and sites."""
    try:
        place = queries.place(slug, current_language())
    except KeyError:
        abort(404)
    listed = businesses.count_listed(municipality=slug)
    return render_template("guide/municipality.html", place=place, listed=listed)


@bp.get("/guide/sectors")
@public
def sectors() -> ResponseReturnValue:
    """The sections in which firms here have substance."""
    return render_template("guide/sectors.html", sectors=queries.sectors(current_language()))


@bp.get("/guide/sectors/<code>")
@public
def sector(code: str) -> ResponseReturnValue:
    """One section: what is made here, its divisions, and assets in neutral words."""
    try:
        found = queries.sector(code, current_language())
    except KeyError:
        abort(404)
    return render_template("guide/sector.html", sector=found, facts=queries.facts_by_key(current_language()))


@bp.get("/guide/how")
@public
def how() -> ResponseReturnValue:
    """The steps of an inquiry with their clocks, and how long answers really took."""
    figures, _listed, counted_at = _figures()
    return render_template(
        "guide/how.html", answers=figures, counted_at=counted_at, days=_days(), least=LEAST_INQUIRIES
    )


@bp.get("/guide/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is held about people, why, for how long, and what they can ask."""
    return render_template("guide/privacy.html", answer_days=DAYS_TO_ANSWER, copy_days=COPY_DAYS)


@bp.get("/guide/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """How accessible the portal is, what was tested, and what is known to be missing."""
    return render_template("guide/accessibility.html")


@bp.get("/sitemap.xml")
@public
def sitemap() -> ResponseReturnValue:
    """Every public page in every language; several files once there are more pages than one file may name."""
    pages = _pages()
    parts = [pages[first : first + PAGES_A_SITEMAP] for first in range(0, len(pages), PAGES_A_SITEMAP)]
    asked = request.args.get("part", "")
    if asked and not (asked.isdecimal() and 1 <= int(asked) <= len(parts)):
        abort(404)
    whole = len(parts) > 1 and not asked
    text = render_template(
        "guide/sitemap.xml",
        parts=[f"{_base()}{url_for('guide.sitemap', part=number)}" for number in range(1, len(parts) + 1)] * whole,
        pages=[] if whole else parts[int(asked or 1) - 1],
    )
    return _file(text, "application/xml")


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """What machines are asked to leave alone."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines += ["", f"Sitemap: {_base()}{url_for('guide.sitemap')}", ""]
    return _file("\n".join(lines), "text/plain")


@bp.after_app_request
def keep_out_of_search(response: Response) -> Response:
    """Say in the header too what is not to be kept: a download, a refused page, a template that forgot."""
    kept = address_here() is not None and response.status_code < 400
    if not kept and (request.endpoint or "").rpartition(".")[2] not in FOR_ALL:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.app_context_processor
def about_this_page() -> dict[str, Any]:
    """Give every template the addresses of its page, and where the guide leads to when that page exists."""
    return {"address_here": address_here, "link_to": link_to}


@bp.context_processor
def guide_words() -> dict[str, Any]:
    """Give the guide's own templates their words."""
    return {"guide": words, "themes": THEMES, "contact": current_app.config["MAIL_FROM"]}


def address_here() -> Address | None:
    """Return where the page being shown lives, None for one that search engines are asked not to keep."""
    if request.method not in {"GET", "HEAD"} or request.endpoint not in {*INDEXED, *INDEXED_EACH}:
        return None
    return address_of(_base(), request.path, [language.tag for language in PUBLIC])


def link_to(endpoint: str, **values: Any) -> str:
    """Return the address of a page of another feature, empty when this portal does not have that page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def _base() -> str:
    return str(current_app.config["BASE_URL"])


def _pages() -> list[Address]:
    paths = [path for endpoint in INDEXED if (path := link_to(endpoint))]
    paths += [url_for("guide.municipality", slug=place.row.slug) for place in _places()]
    paths += [url_for("guide.sector", code=one.code) for one in queries.sectors(current_language())]
    if link_to("directory.index"):
        paths += [url_for("directory.show", business_id=key) for key in businesses.public_ids()]
    tags = [language.tag for language in PUBLIC]
    return [address_of(_base(), path, tags) for path in paths]


def _places() -> list[queries.Place]:
    return queries.places(current_language())


def _days() -> dict[str, int]:
    return {"team": TEAM_DAYS, "answer": ANSWER_DAYS, "follow_up": FOLLOW_UP_DAYS}


def _figures() -> tuple[Answers, int, datetime]:
    """Return how fast answers were and how many firms are listed, counted at most KEPT_FOR ago, and when that was."""
    now = clock.now()
    kept: tuple[Answers, int, datetime] | None = current_app.extensions.get("guide_figures")
    if kept is None or not timedelta() <= now - kept[2] < KEPT_FOR:
        kept = queries.answers(), businesses.count_listed(), now
        current_app.extensions["guide_figures"] = kept
    return kept


def _file(text: str, mimetype: str) -> ResponseReturnValue:
    answer = make_response(text)
    answer.mimetype = mimetype
    answer.headers["Cache-Control"] = ONE_HOUR
    return answer
