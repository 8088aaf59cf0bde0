"""The vault's tables, which stand apart under metadata and an engine of their own.

about: "person" or "firm". Only who holds the second key can say which link leads to which person, and which records a
link leads to.
"""

from __future__ import annotations

import sqlalchemy as sa

vault = sa.MetaData(schema="balance_vault")

# Each data key lies here sealed by the key of the environment, so that it can be destroyed; that one cannot.
data_key = sa.Table(
    "data_key",
    vault,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("nonce", sa.LargeBinary),
    sa.Column("ciphertext", sa.LargeBinary),
    sa.Column("made_at", sa.DateTime(timezone=True)),
)

declaration = sa.Table(
    "declaration",
    vault,
    sa.Column("pseudonym", sa.Uuid, primary_key=True),
    sa.Column("about", sa.Text),
    sa.Column("key_number", sa.Integer),
    sa.Column("nonce", sa.LargeBinary),
    sa.Column("ciphertext", sa.LargeBinary),
    sa.Column("wording", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("given_at", sa.DateTime(timezone=True)),
    sa.Column("counts_from", sa.Date),
    sa.Column("expires_on", sa.Date),
)

link = sa.Table(
    "link",
    vault,
    sa.Column("subject_hash", sa.LargeBinary, primary_key=True),
    sa.Column("about", sa.Text),
    sa.Column("nonce", sa.LargeBinary),
    sa.Column("ciphertext", sa.LargeBinary),
)

# What somebody did with the own answer and when, without what it said; nobody else can find it.
trail = sa.Table(
    "trail",
    vault,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("subject_hash", sa.LargeBinary, index=True),
    sa.Column("about", sa.Text),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("what", sa.Text),
)
