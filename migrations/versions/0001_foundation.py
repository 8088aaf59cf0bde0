"""Sessions, counters, the queue, and the sealed log of changes.

No models stand behind these: the portal reads and writes them by hand or through procrastinate.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from alembic import op

from iso_portal.core.jobs import install_schema

revision = "0001"
down_revision = None

TABLES = """
create table web_session (
    key_hash bytea primary key,
    person   text,
    content  text        not null,
    address  text        not null default '',
    agent    text        not null default '',
    made_at  timestamptz not null default now(),
    seen_at  timestamptz not null default now()
);
create index ix_web_session_person on web_session (person);

-- Unlogged: a crash empties the counters, which is harmless.
create unlogged table rate_limit (
    key     text primary key,
    hits    integer     not null,
    ends_at timestamptz not null
);
"""


def upgrade() -> None:
    """Make them; the texts contain ":" and "%", so they go in by the raw connection."""
    raw = op.get_bind().connection.dbapi_connection
    with closing(raw.cursor()) as cursor:
        cursor.execute(TABLES)
        cursor.execute((Path(__file__).parent / "0001_audit.sql").read_text(encoding="utf-8"))
    install_schema(op.get_bind())


def downgrade() -> None:
    """There is no way back from the first revision but an empty database."""
    raise NotImplementedError("restore the backup made before the installation")
