"""Balance: what a booking keeps beside its team; pairs that wait, later weights, where loads begin."""

from __future__ import annotations

from contextlib import closing

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

KINDS = ("first", "among_first", "override", "waived")
OVERRIDES = ("continuity", "knows_firm", "training", "named_person", "overload", "language", "other")
OUTCOMES = ("confirmed", "declined", "overtaken")
WATCHED = ("balance_pair_requests", "balance_weights", "balance_load_starts")

# Two teams of one case could hold before; the newest does.
ONE_HOLDS = """
update balance_bookings b set ended_at = n.booked_at
  from balance_bookings n
 where b.case_id = n.case_id and b.ended_at is null and n.ended_at is null
   and (n.booked_at, n.id) > (b.booked_at, b.id);
update balance_bookings set kind = case
    when override = 'language' then 'waived'
    when override is not null then 'override'
    when first_lead_id is distinct from lead_id or first_co_lead_id is distinct from co_lead_id then 'among_first'
    else 'first' end;
"""


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in (" + ", ".join(f"'{value}'" for value in values) + ")"


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def _run(statements: str) -> None:
    raw = op.get_bind().connection.dbapi_connection
    with closing(raw.cursor()) as cursor:
        cursor.execute(statements)


def _record(table: str, *columns: sa.Column | sa.Constraint, people: tuple[str, ...], of_case: bool = True) -> None:
    """Make a table of rows about a case; people: its columns that name somebody."""
    case = [sa.Column("case_id", sa.Uuid(), nullable=False)] if of_case else []
    case_key = [sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases"))]
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *case,
        *columns,
        *(case_key if of_case else []),
        *(sa.ForeignKeyConstraint([name], ["people.id"], name=op.f(f"fk_{table}_{name}_people")) for name in people),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    """Add them; bookings so far learn what kind of choice they were."""
    op.execute(
        "alter table balance_bookings add staff jsonb not null default '{}', add kind varchar(40) not null default 'first', "
        "add booked_by_id uuid, add confirmed_by_id uuid"
    )
    _run(ONE_HOLDS)
    for column in ("staff", "kind"):
        op.alter_column("balance_bookings", column, server_default=None)
    op.create_check_constraint(op.f("ck_balance_bookings_kind"), "balance_bookings", _one_of("kind", KINDS))
    for name in ("booked_by_id", "confirmed_by_id"):
        op.create_foreign_key(op.f(f"fk_balance_bookings_{name}_people"), "balance_bookings", "people", [name], ["id"])
    op.create_index(
        "uq_balance_bookings_one_that_holds",
        "balance_bookings",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    _requests()
    _record(
        "balance_weights",
        sa.Column("weight", sa.Numeric(precision=3, scale=1), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "weight between 0.5 and 6 and weight * 2 = floor(weight * 2)", name=op.f("ck_balance_weights_weight")
        ),
        people=("by_id",),
    )
    op.create_index(
        "ix_balance_weights_case_id", "balance_weights", ["case_id", sa.text("at desc"), sa.text("id desc")]
    )
    _record(
        "balance_load_starts",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked", sa.Float(), nullable=False),
        sa.Column("led", sa.Float(), nullable=False),
        sa.Column("absence_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("booked >= 0 and led >= 0", name=op.f("ck_balance_load_starts_not_negative")),
        sa.UniqueConstraint(
            "person_id",
            "absence_id",
            name=op.f("uq_balance_load_starts_person_id_absence_id"),
            postgresql_nulls_not_distinct=True,
        ),
        people=("person_id",),
        of_case=False,
    )
    _run("\n".join(f"select audit.watch('{table}');" for table in WATCHED))


def _requests() -> None:
    table = "balance_pair_requests"
    _record(
        table,
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("co_lead_id", sa.Uuid(), nullable=False),
        sa.Column("override", _enum("override", OVERRIDES), nullable=False),
        sa.Column("override_text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", _enum("outcome", OUTCOMES), nullable=True),
        sa.CheckConstraint(_one_of("override", OVERRIDES), name=op.f(f"ck_{table}_override")),
        sa.CheckConstraint(_one_of("outcome", OUTCOMES), name=op.f(f"ck_{table}_outcome")),
        sa.CheckConstraint("(closed_at is null) = (outcome is null)", name=op.f(f"ck_{table}_closed")),
        sa.CheckConstraint(
            "outcome <> 'confirmed' or closed_by_id <> asked_by_id", name=op.f(f"ck_{table}_two_people")
        ),
        people=("lead_id", "co_lead_id", "asked_by_id", "closed_by_id"),
    )
    op.create_index(f"ix_{table}_asked_at", table, ["asked_at", "id"])
    op.create_index(
        f"uq_{table}_one_waits", table, ["case_id"], unique=True, postgresql_where=sa.text("closed_at is null")
    )


def downgrade() -> None:
    """Back to bookings alone; pairs that wait, later weights and starts are gone."""
    for table in reversed(WATCHED):
        op.drop_table(table)
    op.drop_index("uq_balance_bookings_one_that_holds", table_name="balance_bookings")
    op.drop_constraint(op.f("ck_balance_bookings_kind"), "balance_bookings")
    for name in ("booked_by_id", "confirmed_by_id"):
        op.drop_constraint(op.f(f"fk_balance_bookings_{name}_people"), "balance_bookings", type_="foreignkey")
    for column in ("staff", "kind", "booked_by_id", "confirmed_by_id"):
        op.drop_column("balance_bookings", column)
