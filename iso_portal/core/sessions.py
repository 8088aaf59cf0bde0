"""Server-side web sessions in PostgreSQL: revocable, listed to their owner, with an idle and an absolute limit.

The cookie holds a random key of 256 bits; the database holds only its SHA-256, so a stolen dump opens no session.
Sessions are written in short transactions of their own: what a view undoes must not undo a sign-in or a flash message.
At sign-in, at sign-out and when a right changes call `session.renew()` (new key, new CSRF token). Flask-Login's
"remember me" stays unused: its cookie holds no end date.
Rows past both limits are deleted by a nightly job.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, Request, Response, request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # else every page would be a write

FIND = sa.text("""
    select content, seen_at < now() - :seen_every as stale from web_session
     where key_hash = :key and seen_at > now() - :idle and made_at > now() - :absolute
""")
INSERT = sa.text("""
    insert into web_session (key_hash, person, content, address, agent)
    values (:key, :person, :content, :address, :agent)
""")
# Never "insert ... on conflict": that would bring a revoked session back to life when a slow request ends after it.
UPDATE = sa.text("update web_session set person = :person, content = :content, seen_at = now() where key_hash = :key")
DELETE = sa.text("delete from web_session where key_hash = :key")
DELETE_OF_PERSON = sa.text("delete from web_session where person = :person and key_hash <> :keep")


class WebSession(CallbackDict[str, Any], SessionMixin):
    """The session of one request. Only changes at the top level are noticed, as with Flask's own."""

    def __init__(
        self,
        content: dict[str, Any] | None = None,
        *,
        key: str | None = None,
        stale: bool = False,
        accessed: bool = True,
    ) -> None:
        super().__init__(content or {}, _changed)
        self.key = key  # None until the first save
        self.old_key: str | None = None
        self.stale = stale  # last written so long ago that "seen" is due
        self.new = key is None
        self.modified = False
        self.accessed = accessed

    def renew(self) -> None:
        """Take a new key and a new CSRF token, and keep the rest: against a key that was planted or seen before."""
        self.old_key, self.key = self.old_key or self.key, None
        self.pop("csrf_token", None)
        self.modified = True


def _changed(session: CallbackDict[str, Any]) -> None:
    session.modified = True  # type: ignore[attr-defined]  # the dict calls back with itself, a WebSession


class PostgresSessions(SessionInterface):
    """Keeps each session as a row.

    engine: asked at every use, so that the engine is made after the server's fork.
    without: beginnings of paths that never need a session; otherwise every file of a page costs a query.
    """

    serializer = TaggedJSONSerializer()  # Flask's own: keeps the tuples of flash(), dates and identifiers

    def __init__(
        self,
        engine: Callable[[], sa.Engine],
        *,
        without: tuple[str, ...] = ("/static/", "/bootstrap/", "/healthz", "/readyz"),
    ) -> None:
        self.engine = engine
        self.without = without

    def open_session(self, app: Flask, request: Request) -> WebSession:
        key = request.cookies.get(self.get_cookie_name(app))
        if request.path.startswith(self.without):
            return WebSession(accessed=False)
        if not key:
            return WebSession()
        limits = {"seen_every": SEEN_EVERY, "idle": IDLE_LIMIT, "absolute": ABSOLUTE_LIMIT}
        with self.engine().connect() as connection:
            row = connection.execute(FIND, {"key": key_hash(key), **limits}).one_or_none()
        if row is None:
            return WebSession()  # unknown or over: a key that we did not give is never taken on
        return WebSession(self.serializer.loads(row.content), key=key, stale=row.stale)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, WebSession)
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified and not session.stale:
            return
        if not session:
            if known := session.key or session.old_key:
                self._run(DELETE, key=key_hash(known))
                self._drop_cookie(app, response)
            return
        row = {"person": session.get("_user_id"), "content": self.serializer.dumps(dict(session))}
        if session.key is not None:
            if not self._run(UPDATE, key=key_hash(session.key), **row):
                self._drop_cookie(app, response)  # revoked while this request ran
            return
        if session.old_key and not self._run(DELETE, key=key_hash(session.old_key)):
            self._drop_cookie(app, response)
            return
        session.key = secrets.token_urlsafe(32)
        self._run(
            INSERT,
            key=key_hash(session.key),
            address=request.remote_addr or "",
            agent=request.user_agent.string[:200],
            **row,
        )
        name, secure = self.get_cookie_name(app), self.get_cookie_secure(app)
        response.set_cookie(name, session.key, httponly=True, secure=secure, samesite="Lax")

    def _drop_cookie(self, app: Flask, response: Response) -> None:
        secure = self.get_cookie_secure(app)
        response.delete_cookie(self.get_cookie_name(app), secure=secure, httponly=True, samesite="Lax")

    def revoke(self, person: str, *, but: str | None = None) -> int:
        """End all sessions of a person ("sign out everywhere"), except the one with the key `but`. Returns how many."""
        return self._run(DELETE_OF_PERSON, person=person, keep=key_hash(but or ""))

    def _run(self, statement: sa.TextClause, **values: object) -> int:
        with self.engine().begin() as connection:
            return connection.execute(statement, values).rowcount


def key_hash(key: str) -> bytes:
    """Return what the database keeps of a session's key."""
    return hashlib.sha256(key.encode()).digest()


def cookie_settings(*, over_tls: bool) -> dict[str, object]:
    """Settings for app.config. The __Host- prefix needs Secure, so plain http on a laptop gets another name."""
    name = "__Host-iso" if over_tls else "iso_session"
    return {"SESSION_COOKIE_NAME": name, "SESSION_COOKIE_SECURE": over_tls}
