"""Languages: which there are, which one this reader gets, and how to switch without leaving the page (domain D1, D28).

The first answer that is usable wins: the address (?lang=sr-Latn), the cookie from an earlier choice, the account, the
browser. Without any, a visitor is asked on a page that favours no language.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from flask import Flask, Response, g, has_request_context, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, force_locale

from iso_portal.core.access import is_public

COOKIE = "iso_language"
ONE_YEAR = 365 * 24 * 3600


class Language(enum.StrEnum):
    """The interface's languages by their stored code; Serbian is one language in two scripts."""

    EN = "en"
    SQ = "sq"
    SR_LATN = "sr_latn"
    SR_CYRL = "sr_cyrl"
    DE = "de"

    @property
    def locale(self) -> str:
        """The full locale id; a shorter one gives wrong clocks and dates."""
        return {"en": "en_GB", "sq": "sq_XK", "sr_latn": "sr_Latn_XK", "sr_cyrl": "sr_Cyrl_XK", "de": "de_DE"}[self]

    @property
    def tag(self) -> str:
        """The value of lang= in a page and in an address."""
        return {"sr_latn": "sr-Latn", "sr_cyrl": "sr-Cyrl"}.get(self, self.value)

    @property
    def own_name(self) -> str:
        """The language's name in itself."""
        return {"en": "English", "sq": "Shqip", "sr_latn": "Srpski", "sr_cyrl": "Српски", "de": "Deutsch"}[self]

    @property
    def spoken(self) -> str:
        """The language without its script, as staff list what they work in."""
        return "sr" if self.value.startswith("sr") else self.value


BY_TAG = {language.tag.lower(): language for language in Language}
# Alphabetical by their own names, so that the order favours nobody.
INTERFACE = (Language.EN, Language.SQ, Language.SR_LATN, Language.SR_CYRL)
PUBLIC = (Language.DE, *INTERFACE)
# Neighbours whose readers read Serbian in Latin script.
READ_AS_LATIN = {"sh", "bs", "hr", "cnr"}


def negotiate(header: str | None) -> Language | None:
    """Return the best language for an Accept-Language header, or None. Never raises."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate((header or "")[:500].split(",")[:30]):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if quality > 0:
            wishes.append((-quality, place, tag.strip()))
    for _quality, _place, tag in sorted(wishes):
        if (language := _of_tag(tag)) is not None:
            return language
    return None


def _of_tag(tag: str) -> Language | None:
    first = tag.partition("-")[0].lower()
    if first in READ_AS_LATIN:
        return Language.SR_LATN
    if first != "sr":
        return BY_TAG.get(first)
    try:
        script = Locale.parse(tag, sep="-").script
    except (ValueError, UnknownLocaleError):
        script = None
    return Language.SR_LATN if script == "Latn" else Language.SR_CYRL


def languages_here() -> tuple[Language, ...]:
    """Return the languages this page is offered in: German on public pages only."""
    return PUBLIC if not has_request_context() or request.endpoint is None or is_public(request.endpoint) else INTERFACE


def current_language() -> Language:
    """Return the language of this page or of the letter being written."""
    chosen: Language | None = g.get("language")
    return chosen or Language.EN


@contextmanager
def in_language(language: Language) -> Iterator[None]:
    """Write something, a letter for instance, in another language than the page's."""
    before = g.get("language")
    g.language = Language(language)
    try:
        with force_locale(g.language.locale):
            yield
    finally:
        g.language = before


def switch_address(language: Language) -> str:
    """Return the address of this very page in another language; the rest of the address stays."""
    others = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"{request.path}?{urlencode([*others, ('lang', language.tag)])}"


def init_i18n(app: Flask, *, of_person: Callable[[], str | None]) -> None:
    """Choose the language of each request. of_person: the language kept with the signed-in account."""
    Babel(
        app,
        locale_selector=lambda: current_language().locale,
        default_translation_directories=f"{app.root_path}/translations",
        default_timezone="Europe/Belgrade",
    )

    @app.before_request
    def choose() -> ResponseReturnValue | None:
        named = BY_TAG.get(request.args.get("lang", "").lower())
        kept = BY_TAG.get(request.cookies.get(COOKIE, "").lower())
        g.language_named = named
        person = None if named or kept else of_person()
        chosen = named or kept or (Language(person) if person else None)
        chosen = chosen or negotiate(request.headers.get("Accept-Language"))
        g.language = Language.EN if chosen is None or chosen not in languages_here() else chosen
        wants_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "text/html")
        if chosen is None and wants_page and _asks_here():
            return render_template("_layout/language.html")
        return None

    @app.after_request
    def keep(response: Response) -> Response:
        if g.get("language_named"):
            tag = g.language_named.tag
            secure = app.config["SESSION_COOKIE_SECURE"]
            response.set_cookie(COOKIE, tag, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=secure)
        response.headers.setdefault("Content-Language", current_language().tag)
        response.vary.update(["Accept-Language", "Cookie"])
        return response

    app.jinja_env.globals.update(
        current_language=current_language, languages_here=languages_here, switch_address=switch_address
    )


def _asks_here() -> bool:
    """Whether a page is shown here at all: not for files, not for machines."""
    endpoint = request.endpoint or ""
    for_people = "." not in request.path.rpartition("/")[2]  # /robots.txt, /figures.csv and pictures have an ending
    static = endpoint.rpartition(".")[2] == "static"
    return bool(endpoint) and for_people and not static and not endpoint.startswith("health.")
