"""Alembic's door: everything comes from iso_portal/core/migrate.py."""

from alembic import context

given = context.config.attributes
NOT_OURS = {"web_session", "rate_limit"}  # made by revision 0001, without a model


def include_name(name, kind, parents):
    """Without this, autogenerate drops every table that has no model."""
    return kind != "table" or not (name in NOT_OURS or name.startswith("procrastinate_"))


context.configure(
    connection=given["connection"],
    target_metadata=given["metadata"],
    include_name=include_name,
    compare_server_default=True,
    transaction_per_migration=True,  # else no revision can use autocommit_block() for CREATE INDEX CONCURRENTLY
)
with context.begin_transaction():
    context.run_migrations()
