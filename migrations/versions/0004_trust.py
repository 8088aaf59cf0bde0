"""What was written cannot be changed, and every changed row is written down (casework K10, trust S13)."""

from __future__ import annotations

from contextlib import closing

from alembic import op

revision = "0004"
down_revision = "0003"

# What happened, what was sent and who did what: no row of these is ever changed or removed.
APPEND_ONLY = ("entries", "inquiries", "acts", "report_verifications")
# Columns whose values never enter the log of changes are named behind their table.
WATCHED = {
    "people": ("password_hash",),
    "absences": (),
    "ties": (),
    "businesses": (),
    "business_texts": (),
    "business_imports": (),
    "investors": (),
    "contacts": (),
    "inquiries": (),
    "cases": ("link_nonce", "link_hash"),
    "entries": (),
    "team_members": (),
    "tasks": (),
    "match_decisions": (),
    "balance_gates": (),
    "balance_bookings": (),
    "report_verifications": (),
    "report_confirmations": ("nonce", "token_hash"),
}

REFUSE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end $$;
"""


def upgrade() -> None:
    """Set the triggers."""
    statements = [REFUSE]
    for table in APPEND_ONLY:
        statements += [
            f"create trigger append_only before update or delete on {table} for each row execute function refuse_change();",
            f"create trigger no_truncate before truncate on {table} execute function refuse_change();",
            f"revoke update, delete, truncate on {table} from iso_app;",
        ]
    for table, hidden in WATCHED.items():
        names = "".join(f", '{column}'" for column in hidden)
        statements.append(f"select audit.watch('{table}'{names});")
    raw = op.get_bind().connection.dbapi_connection
    with closing(raw.cursor()) as cursor:
        cursor.execute("\n".join(statements))


def downgrade() -> None:
    """Take the triggers away; the rows stay."""
    for table in APPEND_ONLY:
        op.execute(f"drop trigger append_only on {table}")
        op.execute(f"drop trigger no_truncate on {table}")
        op.execute(f"grant update, delete on {table} to iso_app")
    for table in WATCHED:
        op.execute(f"drop trigger audited on {table}")
    op.execute("drop function refuse_change()")
