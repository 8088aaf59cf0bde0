"""Who may do what: every permission and every rule in one table, and the marks that every route carries.

    @bp.post("/<uuid:case_id>/close")
    @requires(Permission.CASE_EDIT, of=queries.get, seen_with=Permission.CASE_SEE)
    @writes
    def close(case: Case) -> ResponseReturnValue: ...

Order matters: the route outermost, then the right, then the commit, so that a refused person opens no unit of work.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, g, make_response, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from iso_portal.core.db import unit_of_work

Rule = Callable[[Any, Any], bool]
View = Callable[..., ResponseReturnValue]
PUBLIC = "public"
HOLDER = "holder"
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


class Permission(enum.StrEnum):
    """Named thing:action; search for one name to find every page behind it."""

    ACCOUNT_OWN = "account:own"
    PERSON_LIST = "person:list"
    LETTER_LIST = "letter:list"
    AUDIT_SEE = "audit:see"
    BUSINESS_LIST = "business:list"
    BUSINESS_SEE = "business:see"
    BUSINESS_EDIT = "business:edit"
    BUSINESS_IMPORT = "business:import"
    BUSINESS_VERIFY = "business:verify"
    BUSINESS_TRANSLATE = "business:translate"
    BUSINESS_MERGE = "business:merge"
    INVESTOR_SEE = "investor:see"
    INQUIRY_RECORD = "inquiry:record"
    INQUIRY_IMPORT = "inquiry:import"
    CASE_LIST = "case:list"
    CASE_SEE = "case:see"
    CASE_EDIT = "case:edit"
    CASE_CORRECT = "case:correct"
    TEAM_SEE = "team:see"
    TEAM_ASSIGN = "team:assign"
    MATCH_SEE = "match:see"
    MATCH_DECIDE = "match:decide"
    BALANCE_SEE = "balance:see"
    BALANCE_FIGURES = "balance:figures"
    BALANCE_DECLARE = "balance:declare"
    BALANCE_POLICY = "balance:policy"
    BALANCE_KEY = "balance:key"
    REPORT_SEE = "report:see"
    REPORT_EVIDENCE = "report:evidence"
    OUTCOME_VERIFY = "outcome:verify"
    PRIVACY_SEE = "privacy:see"
    PRIVACY_RELEASE = "privacy:release"
    FILE_RELEASE = "file:release"


def role_is(*roles: str) -> Rule:
    """Return the rule that holds for people of one of these roles."""

    def rule(actor: Any, thing: Any) -> bool:
        return actor.role in roles

    return rule


def anybody(actor: Any, thing: Any) -> bool:
    """Everyone who is signed in."""
    return True


def on_the_team(actor: Any, thing: Any) -> bool:
    """Whether the person is a member of the case's team; without a case nobody is."""
    return thing is not None and actor.id in {member.person_id for member in thing.team}


# Case workers: they all see all cases; confidential notes have rules of their own.
desk = role_is("officer", "lead_officer", "manager")
leading = role_is("lead_officer", "manager")
manager = role_is("manager")
steward = role_is("data_steward")
adviser = role_is("adviser")
donor = role_is("donor")
administrator = role_is("administrator")

# Any one row is enough; within a row every rule must hold. Roles appear nowhere else.
ALLOWED: dict[Permission, tuple[tuple[Rule, ...], ...]] = {
    Permission.ACCOUNT_OWN: ((anybody,),),
    Permission.PERSON_LIST: ((administrator,), (manager,)),
    Permission.LETTER_LIST: ((desk,), (steward,)),
    Permission.AUDIT_SEE: ((manager,), (steward,)),
    Permission.BUSINESS_LIST: ((desk,), (steward,), (adviser,)),
    Permission.BUSINESS_SEE: ((desk,), (steward,), (adviser,)),
    Permission.BUSINESS_EDIT: ((desk,), (steward,)),
    Permission.BUSINESS_IMPORT: ((desk,), (steward,)),
    Permission.BUSINESS_VERIFY: ((desk,), (steward,)),
    Permission.BUSINESS_TRANSLATE: ((desk,), (steward,)),
    Permission.BUSINESS_MERGE: ((desk,), (steward,)),
    Permission.INVESTOR_SEE: ((desk,), (steward,)),
    Permission.INQUIRY_RECORD: ((desk,),),
    Permission.INQUIRY_IMPORT: ((desk,), (steward,)),
    Permission.CASE_LIST: ((desk,), (steward,)),
    Permission.CASE_SEE: ((desk,), (steward,), (adviser, on_the_team)),
    Permission.CASE_EDIT: ((desk,),),
    Permission.CASE_CORRECT: ((leading,),),
    Permission.TEAM_SEE: ((desk,),),
    Permission.TEAM_ASSIGN: ((desk,),),
    Permission.MATCH_SEE: ((desk,), (steward,), (adviser, on_the_team)),
    Permission.MATCH_DECIDE: ((desk,),),
    Permission.BALANCE_SEE: ((desk,), (steward,)),
    Permission.BALANCE_FIGURES: ((manager,), (steward,)),
    Permission.BALANCE_DECLARE: ((desk,), (steward,)),
    Permission.BALANCE_POLICY: ((leading,), (steward,)),
    Permission.BALANCE_KEY: ((manager,),),
    Permission.REPORT_SEE: ((desk,), (steward,), (donor,)),
    Permission.REPORT_EVIDENCE: ((desk,), (steward,)),
    Permission.OUTCOME_VERIFY: ((desk,),),
    Permission.PRIVACY_SEE: ((leading,), (steward,)),
    Permission.PRIVACY_RELEASE: ((leading,),),
    Permission.FILE_RELEASE: ((desk,),),
}


def may(actor: Any, permission: Permission, thing: Any = None) -> bool:
    """Whether the actor may; templates ask the same function."""
    return bool(actor.is_authenticated) and any(all(rule(actor, thing) for rule in row) for row in ALLOWED[permission])


def requires(
    permission: Permission,
    *,
    of: Callable[[Any], Any] | None = None,
    seen_with: Permission | None = None,
) -> Callable[[View], View]:
    """Let the view run only for people who may.

    of: loads the thing that the first value of the URL names; it is judged and handed to the view instead of the key,
        so a view can neither forget the check nor check another thing than it changes.
    seen_with: the permission to know that the thing exists. Who has it is told 403; everybody else, and everybody
        when it is not given, is told 404, as for a thing that does not exist.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(**url: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined,no-any-return]  # untyped
            if of is None:
                if not may(current_user, permission):
                    abort(403)
                return view(**url)
            try:
                thing = of(url.pop(next(iter(url))))
            except NoResultFound:
                abort(404)
            if not may(current_user, permission, thing):
                abort(403 if seen_with is not None and may(current_user, seen_with, thing) else 404)
            return view(thing, **url)

        guarded.access = permission  # type: ignore[attr-defined]  # survives further @wraps; a registry would not
        return guarded

    return mark


def held_by(key: str, *, of: Callable[[Any], Any], ask: str) -> Callable[[View], View]:
    """Let the view run only for whoever came by a one-time link and so holds something, a business for instance.

    key: of the session, where the link's page put the thing's key. of: loads the thing; None or NoResultFound means it
    is gone. The thing is handed to the view, which therefore cannot touch another one. ask: endpoint that asks for a link.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(**url: Any) -> ResponseReturnValue:
            held = session.get(key)
            try:
                thing = of(held) if held else None
            except NoResultFound:
                thing = None
            if thing is None:
                session.pop(key, None)
                return redirect(url_for(ask))
            return view(thing, **url)

        guarded.access = HOLDER  # type: ignore[attr-defined]  # see requires()
        return guarded

    return mark


def public(view: View) -> View:
    """Open to anyone. Say so out loud."""
    view.access = PUBLIC  # type: ignore[attr-defined]  # see requires()
    return view


def writes(view: View) -> View:
    """Run the view as one unit of work. An answer of 400 and above keeps nothing and so sends nothing."""

    @wraps(view)
    def committed(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        actor = str(current_user.get_id()) if current_user.is_authenticated else None
        with unit_of_work(actor=actor, request_id=g.get("request_id")) as work:
            response = make_response(view(*args, **kwargs))  # rendered before the commit, sent after it
            work.keep = response.status_code < 400
        return response

    committed.writes = True  # type: ignore[attr-defined]  # see requires()
    return committed


def is_public(endpoint: str | None) -> bool:
    """Whether a stranger may open this endpoint; packages' static files count as public."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "access", None) == PUBLIC


def refuse_careless_routes(app: Flask, *, silent: frozenset[str] = frozenset()) -> None:
    """Stop the start, not at the first breach: call it last in create_app.

    silent: endpoints of POST routes that change nothing, each named with a reason beside the call.

    Raises RuntimeError for a route that says neither its right nor @public, for a GET that writes, and for a POST
    without @writes (its changes would be lost without a word).
    """
    for rule in app.url_map.iter_rules():
        if rule.endpoint.rpartition(".")[2] == "static":  # the app's own files, and those of packages
            continue
        view = app.view_functions[rule.endpoint]
        methods = rule.methods or set()
        if not hasattr(view, "access"):
            raise RuntimeError(f"{rule.endpoint}: add @requires or @public")
        if hasattr(view, "writes"):
            if "GET" in methods:
                raise RuntimeError(f"{rule.endpoint}: a GET must not write; give the POST a function of its own")
        elif methods & CHANGING and rule.endpoint not in silent:
            raise RuntimeError(f"{rule.endpoint}: add @writes")
