"""Balance: monitoring, reviews, exposure, statements."""

from __future__ import annotations

from contextlib import closing

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

SCOPES = ("office", "sector", "municipality", "stage", "cross")
LEVELS = ("note", "review")
PEOPLE = ("requested_by_id", "first_by_id", "second_by_id", "refused_by_id")
TIMES = ("requested_at", "first_at", "second_at", "refused_at")
TABLES = (
    "balance_statements",
    "balance_shown_lists",
    "balance_closings",
    "balance_review_texts",
    "balance_alerts",
    "balance_evidence",
)
# Values are kept as they were shown, reviews as they were written, and a statement is frozen once two keys are turned.
KEPT = """
create trigger append_only before update or delete on balance_evidence for each row execute function refuse_change();
create trigger append_only before update or delete on balance_closings for each row execute function refuse_change();
create trigger append_only before update or delete on balance_review_texts for each row execute function refuse_change();
revoke update, delete, truncate on balance_evidence, balance_closings, balance_review_texts from iso_app;
create function refuse_frozen_statement() returns trigger language plpgsql as $$
begin
    if old.second_at is not null then
        raise exception 'an approved statement is frozen';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger frozen before update or delete on balance_statements
    for each row execute function refuse_frozen_statement();
select audit.watch('balance_alerts');
select audit.watch('balance_review_texts');
select audit.watch('balance_statements');
"""


def _table(name: str, *columns: sa.Column | sa.Constraint) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _moment(name: str, *, needed: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def _words(name: str, values: tuple[str, ...], type_: str) -> sa.Column:
    return sa.Column(name, sa.Enum(*values, name=type_, native_enum=False, length=40), nullable=False)


def _one_of(table: str, name: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"{name} in (" + ", ".join(f"'{value}'" for value in values) + ")", name=op.f(f"ck_{table}_{name}")
    )


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _json(name: str) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False)


def _to_people(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}_people"))


def _alerts() -> None:
    _table(
        "balance_evidence",
        _words("scope", SCOPES, "scope"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("e", sa.Float(), nullable=False),
        _moment("shown_at"),
        _one_of("balance_evidence", "scope", SCOPES),
        sa.UniqueConstraint("scope", "year", "cases", name="uq_balance_evidence_point"),
    )
    _table(
        "balance_alerts",
        _words("scope", SCOPES, "scope"),
        _words("level", LEVELS, "level"),
        sa.Column("year", sa.Integer(), nullable=False),
        _moment("opened_at"),
        sa.Column("e", sa.Float(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        _moment("closed_at", needed=False),
        _one_of("balance_alerts", "scope", SCOPES),
        _one_of("balance_alerts", "level", LEVELS),
        sa.UniqueConstraint("scope", "year", "level", name="uq_balance_alerts_level"),
    )
    _table(
        "balance_review_texts",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        _text("wing"),
        _moment("written_at"),
        *(_text(name) for name in ("language", "findings", "follow_up")),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["balance_alerts.id"], name=op.f("fk_balance_review_texts_alert_id_balance_alerts")
        ),
        _to_people("balance_review_texts", "by_id"),
    )
    op.create_index("ix_balance_review_texts_alert_id", "balance_review_texts", ["alert_id", "written_at", "id"])


def upgrade() -> None:
    """Add evidence, alerts, reviews, closings, shown lists and statements."""
    _alerts()
    _table(
        "balance_closings",
        _text("quarter"),
        _moment("closed_at"),
        _json("tests"),
        sa.UniqueConstraint("quarter", name=op.f("uq_balance_closings_quarter")),
    )
    _table(
        "balance_shown_lists",
        *(_text(name) for name in ("list_key", "inquiry_key")),
        _moment("shown_at"),
        _text("stratum"),
        *(sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False) for name in ("pool", "shown_order")),
        sa.UniqueConstraint("list_key", name=op.f("uq_balance_shown_lists_list_key")),
    )
    op.create_index("ix_balance_shown_lists_shown_at", "balance_shown_lists", ["shown_at", "id"])
    _table(
        "balance_statements",
        _text("half"),
        _json("words"),
        _json("populations"),
        _moment("drafted_at"),
        *(_moment(name, needed=False) for name in TIMES),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in PEOPLE),
        *(_to_people("balance_statements", name) for name in PEOPLE),
        sa.UniqueConstraint("half", name=op.f("uq_balance_statements_half")),
    )
    raw = op.get_bind().connection.dbapi_connection
    with closing(raw.cursor()) as cursor:
        cursor.execute(KEPT)


def downgrade() -> None:
    """Back to snapshots alone; reviews and statements are gone."""
    for table in TABLES:
        op.drop_table(table)
    op.execute("drop function refuse_frozen_statement()")
