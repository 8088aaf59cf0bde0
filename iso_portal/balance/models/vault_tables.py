"""The vault's tables, which stand apart under metadata and an engine of their own."""

from __future__ import annotations

import sqlalchemy as sa

vault = sa.MetaData(schema="balance_vault")


declaration = sa.Table(
    "declaration",
    vault,
    sa.Column("pseudonym", sa.Uuid, primary_key=True),
    sa.Column("nonce", sa.LargeBinary),
    sa.Column("ciphertext", sa.LargeBinary),
    sa.Column("key_number", sa.Integer),
    sa.Column("wording", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("given_at", sa.DateTime(timezone=True)),
    sa.Column("expires_on", sa.Date),
)


link = sa.Table(
    "link",
    vault,
    sa.Column("subject_hash", sa.LargeBinary, primary_key=True),
    sa.Column("nonce", sa.LargeBinary),
    sa.Column("ciphertext", sa.LargeBinary),
)
