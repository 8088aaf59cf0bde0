"""The balance vault: a schema of its own that only its own role can read."""

from __future__ import annotations

from contextlib import closing

from alembic import op

revision = "0002"
down_revision = "0001"

VAULT = """
create schema balance_vault;
create table balance_vault.declaration (
    pseudonym  uuid primary key,
    nonce      bytea not null,
    ciphertext bytea not null,
    key_number integer not null,
    wording    text not null,
    language   text not null,
    given_at   timestamptz not null,
    expires_on date not null
);
create table balance_vault.link (
    subject_hash bytea primary key,
    nonce        bytea not null,
    ciphertext   bytea not null
);
revoke all on schema balance_vault from public;
revoke all on all tables in schema balance_vault from iso_app, public;
grant usage on schema balance_vault to iso_vault;
grant select, insert, update, delete on all tables in schema balance_vault to iso_vault;
"""


def upgrade() -> None:
    """Make it; the portal's ordinary role gets nothing."""
    raw = op.get_bind().connection.dbapi_connection
    with closing(raw.cursor()) as cursor:
        cursor.execute(VAULT)


def downgrade() -> None:
    """Take it away; what was declared is gone with it, which is why nobody does this in a running office."""
    op.execute("drop schema balance_vault cascade")
