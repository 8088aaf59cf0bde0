"""create_app: the only module that knows every feature."""

from __future__ import annotations

import logging
import uuid
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, g, has_request_context, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from iso_portal.accounts import queries as accounts
from iso_portal.accounts import words as account_words
from iso_portal.balance import service as balance
from iso_portal.balance.domain.sealing import key_of
from iso_portal.balance.queries import Vault
from iso_portal.cases import service as cases
from iso_portal.cases import words as case_words
from iso_portal.core import (
    charts,
    commands,
    compression,
    formats,
    health,
    i18n,
    limits,
    navigation,
    pages,
    security,
    sessions,
    uploads,
)
from iso_portal.core.access import Permission, may, refuse_careless_routes
from iso_portal.core.db import configure, db, side_engine
from iso_portal.core.forms import csrf
from iso_portal.core.mail import Post
from iso_portal.core.settings import Settings
from iso_portal.intake import service as intake
from iso_portal.matches import service as matches
from iso_portal.my_business import service as my_business
from iso_portal.privacy import service as privacy
from iso_portal.reports import service as reports
from iso_portal.vocabulary import queries as vocabulary

FEATURES = (
    "guide",
    "directory",
    "intake",
    "my_business",
    "accounts",
    "cases",
    "businesses",
    "investors",
    "matches",
    "balance",
    "letters",
    "files",
    "privacy",
    "reports",
    "audit",
)
ROOT = Path(__file__).parents[1]
OFFICE_NAME = "Joint Investment Support Office"
MOST_BYTES = 2 * 1024 * 1024  # a form with long texts; pages that take files allow more for themselves
MOST_FORM_PARTS = 2_000
SECRET_FIELDS = ("password",)

# POST routes that change nothing: none so far.
SILENT: frozenset[str] = frozenset()

ADVICE = {
    400: lambda: (_("The portal cannot read this request"), _("Go back and try again from the page you came from.")),
    403: lambda: (_("Access denied"), _("Your role does not include this page. A manager can tell who may help.")),
    404: lambda: (_("Page not found"), _("The address may be old or mistyped. Nothing you wrote has been lost.")),
    405: lambda: (_("This address cannot be opened like that"), _("Go back and use the button on the page.")),
    409: lambda: (_("Somebody was faster"), _("Go back and load the page again to see what changed.")),
    413: lambda: (_("This is too large"), _("Send a shorter text or a smaller file.")),
    429: lambda: (_("Too many attempts"), _("Wait a few minutes and try again, or write to the office by e-mail.")),
    500: lambda: (_("Something went wrong here"), _("Nothing was saved by this step. Please try again in a moment.")),
}


def create_app(settings: Settings) -> Flask:
    """Put the portal together. Raises RuntimeError when a route says neither its right nor that it is public."""
    app = Flask("iso_portal", root_path=str(ROOT / "iso_portal"), template_folder=str(ROOT / "templates"))
    _configure(app, settings)
    configure(app, settings.database_url or "")
    uploads.init_uploads(app)
    csrf.init_app(app)
    limits.init_limits(app)
    app.session_interface = sessions.PostgresSessions(side_engine)
    _sign_in(app)
    i18n.init_i18n(app, of_person=lambda: current_user.language if current_user.is_authenticated else None)
    security.init_security(app)
    compression.init_compression(app)
    app.extensions["post"] = Post(
        url=settings.mail_url, sender=settings.mail_from, sender_name=OFFICE_NAME, folder=settings.var / "outbox"
    )
    app.extensions["vault"] = Vault(
        engine=sa.create_engine(settings.vault_database_url or "postgresql+psycopg://", pool_size=1, max_overflow=2),
        key=key_of(settings.vault_key, "declarations"),
        link_key=key_of(settings.vault_link_key, "links"),
    )
    _templates(app, settings)
    _errors(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(commands.bp)
    for name in FEATURES:
        _hang_up(app, name)
    _hand_over()
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's own advice
    refuse_careless_routes(app, silent=SILENT)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.older_secret_keys),
        LINK_KEY=settings.link_key,
        DATABASE_OWNER_URL=settings.database_owner_url,
        DEMO=settings.demo,
        PRODUCTION=settings.production,
        BASE_URL=settings.base_url,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        ENCODER=settings.encoder,
        MAIL_URL=settings.mail_url,
        MAIL_FROM=settings.mail_from,
        SCANNER_URL=settings.scanner_url,
        VAR=settings.var,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session; a page may stay open over lunch
        BOOTSTRAP_SERVE_LOCAL=True,
        **sessions.cookie_settings(over_tls=settings.over_tls),
    )


def _sign_in(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # it signs mobile people out; our session rows do this work
    manager.user_loader(accounts.signed_in)

    @manager.unauthorized_handler  # type: ignore[untyped-decorator]  # Flask-Login has no types
    def ask_to_sign_in() -> ResponseReturnValue:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
        return redirect(url_for("accounts.sign_in", next=wanted or None))

    @app.before_request
    def number_the_request() -> None:
        g.request_id = uuid.uuid4().hex


def _templates(app: Flask, settings: Settings) -> None:
    Bootstrap5(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        {
            name: getattr(formats, name)
            for name in ("number", "money", "percent", "date_medium", "date_long", "time", "date_time")
        }
    )
    app.jinja_env.globals.update(
        may=may,
        Permission=Permission,
        charts=charts,
        vocabulary=vocabulary,
        case_tabs=navigation.case_tabs,
        home=navigation.home,
        tag_of=pages.tag_of,
        other_script=pages.other_script,
        page_address=pages.page_address,
        footnote_text=lambda: pages.footnote(settings.footnote),
        role_word=account_words.role_word,
        wing_word=account_words.wing_word,
        percent_of=formats.percent,
        number_of=formats.number,
        words=case_words,
    )

    @app.context_processor
    def shown_on_every_page() -> dict[str, Any]:
        return {
            # A letter written by a job has no reader who is signed in.
            "navigation": navigation.main_navigation() if has_request_context() else [],
            "public_navigation": navigation.public_navigation() if has_request_context() else [],
            "foot_navigation": navigation.foot_navigation() if has_request_context() else [],
            "demo": settings.demo,
            "office_name": _("Joint Investment Support Office"),
        }


def _hang_up(app: Flask, feature: str) -> None:
    """Register a feature's pages and commands, and make its jobs known to the queue."""
    for part in ("views", "jobs", "commands"):
        if find_spec(f"iso_portal.{feature}.{part}") is None:
            continue
        bp = getattr(import_module(f"iso_portal.{feature}.{part}"), "bp", None)
        if isinstance(bp, Blueprint):
            app.register_blueprint(bp)


def _hand_over() -> None:
    """Give lower features the functions by which they ask higher ones."""
    cases.use_levels_of(reports.levels_of)
    cases.use_open_requests(privacy.open_of_case)
    my_business.use_declarations(balance.owners)
    privacy.use_forget(
        case=[intake.forget_case, matches.forget_case, reports.forget_case, balance.forget_case],
        business=[matches.forget_business, balance.forget_owners],
    )
    privacy.use_telling(case=[matches.told_of_case], business=[matches.told_of_business])


def _send_again(*, another: bool = False) -> str:
    """Show what was typed, to be sent once more. another: because somebody else saved meanwhile."""
    typed = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name != "csrf_token" and name not in SECRET_FIELDS
    ]
    address = request.full_path.rstrip("?")
    return render_template("_layout/send_again.html", typed=typed, address=address, another=another)


def _errors(app: Flask) -> None:
    log = logging.getLogger("iso_portal")

    @app.errorhandler(HTTPException)
    def explain(problem: HTTPException) -> ResponseReturnValue:
        if problem.response is not None:  # a redirect or a page that says it all
            return problem.response
        code = problem.code or 500
        title, advice = ADVICE.get(code, ADVICE[400] if code < 500 else ADVICE[500])()
        return render_template("_layout/error.html", code=code, title=title, advice=advice), code

    @app.errorhandler(CSRFError)
    def ask_again(problem: CSRFError) -> ResponseReturnValue:
        """The page was open for too long: show what was typed and let it be sent once more, so that nothing is lost."""
        return _send_again(), 400

    @app.errorhandler(StaleDataError)
    def ask_after_another(problem: StaleDataError) -> ResponseReturnValue:
        """Two people saved in the very same moment: nothing of the second is kept, and nothing typed is lost."""
        db.session.rollback()
        return _send_again(another=True), 409

    @app.errorhandler(Exception)
    def apologise(problem: Exception) -> ResponseReturnValue:
        log.exception("unexpected, request %s", g.get("request_id"))
        db.session.rollback()
        title, advice = ADVICE[500]()
        page = render_template(
            "_layout/error.html", code=500, title=title, advice=advice, request_id=g.get("request_id")
        )
        return Response(page, 500)
