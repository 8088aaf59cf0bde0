"""Balance: gates with two keys, policy, keys of the vault, requests to read."""

from __future__ import annotations

from contextlib import closing

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

GATES_BEFORE = "gate in ('collect_staff', 'collect_firms')"
GATES = "gate in ('collect_staff', 'collect_firms', 'use_community_in_assignment')"
COMPLETE = (
    "kind = 'demonstration' or opened_at is null or ("
    "purpose <> '' and basis <> '' and document <> '' and assessment <> '' and assessed_on is not null "
    "and requested_by_id is not null and first_by_id is not null and second_by_id is not null "
    "and first_by_id <> second_by_id and requested_by_id not in (first_by_id, second_by_id) "
    "and expires_on <= (opened_at at time zone 'Europe/Belgrade')::date + interval '1 year')"
)
KINDS = (
    "target joint_weight mode tracked large_from donor_profile custodian read_record destroy_key".split()
)
PEOPLE = ("requested_by_id", "first_by_id", "second_by_id", "refused_by_id")
TIMES = ("requested_at", "first_at", "second_at", "refused_at")

# Records that were sealed before keys could be destroyed open no more, so they leave. Only demo data can hold any: no
# gate of a real office could be opened before this revision.
VAULT = """
delete from balance_vault.link;
delete from balance_vault.declaration;
alter table balance_vault.declaration add about text not null, add counts_from date not null;
alter table balance_vault.link add about text not null;
create table balance_vault.data_key (
    number     integer primary key,
    nonce      bytea not null,
    ciphertext bytea not null,
    made_at    timestamptz not null
);
create table balance_vault.trail (
    id           uuid primary key,
    subject_hash bytea not null,
    about        text not null,
    at           timestamptz not null,
    what         text not null
);
create index ix_trail_subject_hash on balance_vault.trail (subject_hash);
revoke all on balance_vault.data_key, balance_vault.trail from iso_app, public;
grant select, insert, update, delete on balance_vault.data_key, balance_vault.trail to iso_vault;
"""
VAULT_BEFORE = """
drop table balance_vault.trail;
drop table balance_vault.data_key;
alter table balance_vault.link drop column about;
alter table balance_vault.declaration drop column counts_from, drop column about;
"""


def _run(statements: str) -> None:
    raw = op.get_bind().connection.dbapi_connection
    with closing(raw.cursor()) as cursor:
        cursor.execute(statements)


def _keys() -> list[sa.Column]:
    return [
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in TIMES),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in PEOPLE),
    ]


def upgrade() -> None:
    """Add the third gate, the keys, and the acts of the policy."""
    op.drop_constraint(op.f("ck_balance_gates_gate"), "balance_gates")
    op.create_check_constraint(op.f("ck_balance_gates_gate"), "balance_gates", GATES)
    op.drop_column("balance_gates", "approver_ids")
    op.alter_column("balance_gates", "opened_at", nullable=True)
    for column in (
        sa.Column("document", sa.Text(), nullable=False, server_default=""),
        sa.Column("assessment", sa.Text(), nullable=False, server_default=""),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        *_keys(),
    ):
        op.add_column("balance_gates", column)
    for name in ("document", "assessment"):
        op.alter_column("balance_gates", name, server_default=None)
    op.execute(
        "update balance_gates set closed_at = coalesce(closed_at, now()) where kind <> 'demonstration'"
        " and opened_at is not null"
    )
    op.execute("update balance_gates set opened_at = null where kind <> 'demonstration'")
    op.create_check_constraint(op.f("ck_balance_gates_complete"), "balance_gates", COMPLETE)
    for name in (*PEOPLE, "closed_by_id"):
        op.create_foreign_key(op.f(f"fk_balance_gates_{name}_people"), "balance_gates", "people", [name], ["id"])
    op.create_index("ix_balance_gates_gate", "balance_gates", ["gate", "created_at", "id"])
    op.create_table(
        "balance_policy_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="actkind", native_enum=False, length=40), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        *_keys(),
        sa.CheckConstraint(
            "kind in (" + ", ".join(f"'{kind}'" for kind in KINDS) + ")", name=op.f("ck_balance_policy_acts_kind")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["people.id"], name=op.f(f"fk_balance_policy_acts_{name}_people"))
            for name in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_policy_acts")),
    )
    op.create_index("ix_balance_policy_acts_kind", "balance_policy_acts", ["kind", "created_at", "id"])
    _run("select audit.watch('balance_policy_acts');")
    _run(VAULT)


def downgrade() -> None:
    """Back to gates without keys; records of the vault open no more, requests and acts of the policy are gone."""
    _run(VAULT_BEFORE)
    op.drop_table("balance_policy_acts")
    op.drop_index("ix_balance_gates_gate", table_name="balance_gates")
    op.drop_constraint(op.f("ck_balance_gates_complete"), "balance_gates")
    op.execute("delete from balance_gates where gate = 'use_community_in_assignment' or opened_at is null")
    op.drop_constraint(op.f("ck_balance_gates_gate"), "balance_gates")
    op.create_check_constraint(op.f("ck_balance_gates_gate"), "balance_gates", GATES_BEFORE)
    for name in (*PEOPLE, "closed_by_id"):
        op.drop_constraint(op.f(f"fk_balance_gates_{name}_people"), "balance_gates", type_="foreignkey")
        op.drop_column("balance_gates", name)
    for name in (*TIMES, "document", "assessment", "assessed_on", "told", "destroyed_at"):
        op.drop_column("balance_gates", name)
    op.alter_column("balance_gates", "opened_at", nullable=False)
    op.add_column("balance_gates", sa.Column("approver_ids", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.alter_column("balance_gates", "approver_ids", server_default=None)
