"""The one base class of all rows, the session, and the only place that commits.

Rows stand on our own dataclass base; Flask-SQLAlchemy holds engine and session and nothing more, since it refuses
dataclass models and a bare type map. Pages get their unit of work from `@writes` (access.py); jobs, commands and seeds
write `with unit_of_work():`. Letters and jobs are rows of the same transaction, so they leave if and only if it is kept.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import Flask, current_app, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, declared_attr, mapped_column

# Every constraint has a name that can be told beforehand: migrations drop by name, error pages read the name.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# A StrEnum is kept as its value in a varchar: a new member needs no ALTER TYPE. No check is made here, since two
# columns of one enum in one table would get the same constraint name; write it with one_of(), which names the column.
ENUM = sa.Enum(
    enum.StrEnum, native_enum=False, create_constraint=False, length=40, values_callable=lambda e: [m.value for m in e]
)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """Rows are dataclasses with keyword arguments only: a forgotten column is a TypeError, not a NULL.

    kw_only is inherited when the program runs, but mypy forgets it: columns without a default come first, or the class
    says it again (`class Case(Record, kw_only=True)`). eq=False keeps rows hashable, and equal to themselves alone.
    repr=False keeps personal values out of logs and tracebacks, and a log line from loading relationships.
    """

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: sa.Text(),
        datetime: sa.DateTime(timezone=True),
        Decimal: sa.Numeric(14, 2),
        dict[str, Any]: JSONB(),
        list[str]: sa.ARRAY(sa.Text()),
        enum.StrEnum: ENUM,
    }


class Record(Base):
    """A row with an identity that is known before it is written, and a birthday given by the database."""

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default_factory=uuid.uuid4, init=False, sort_order=-2)
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), init=False, sort_order=-1)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


class Versioned(MappedAsDataclass, kw_only=True, eq=False, repr=False):
    """For rows that two people can edit: the second writer gets StaleDataError instead of a lost update.

    Send `version` through the form and compare it on load too; a bulk `update()` does not raise the number.
    """

    version: Mapped[int] = mapped_column(init=False)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]  # set by the mapper


def one_of(column: str, members: type[enum.StrEnum]) -> sa.CheckConstraint:
    """The database refuses a value that the enum does not know: `__table_args__ = (one_of("stage", Stage),)`."""
    values = ", ".join(f"'{member.value}'" for member in members)
    return sa.CheckConstraint(f"{column} in ({values})", name=column)


# create_savepoint changes nothing in the running portal; the tests' undo needs it.
db = SQLAlchemy(metadata=Base.metadata, session_options={"join_transaction_mode": "create_savepoint"})


def configure(app: Flask, url: str) -> None:
    """Bind the portal to its database. Engines are made on first use, after the server's fork."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 5}
    db.init_app(app)


def side_engine() -> sa.Engine:
    """Return the engine for short transactions of their own: what a view undoes must not undo a sign-in or a count."""
    given: sa.Engine | None = current_app.extensions.get("side_engine")  # tests keep theirs apart
    return given or db.engine


@dataclass(slots=True, kw_only=True)
class Work:
    """The unit of work in progress; set `keep` to False to undo it without an error."""

    keep: bool = True


@contextmanager
def unit_of_work(*, actor: str | None = None, request_id: str | None = None) -> Iterator[Work]:
    """Commit once, at the end. On an exception, or when told not to keep it, nothing stays.

    actor, request_id: who acts and in which request; the audit trigger writes them beside every changed row.

    Raises RuntimeError when nested: an inner commit would keep half of the outer work.
    """
    if "work" in g:
        raise RuntimeError("a unit of work is already open: let the outermost caller commit")
    g.work = work = Work()
    try:
        # "true" binds both to this transaction, so a pooled connection cannot carry them to the next person.
        # The person of the request was loaded before us, in the same transaction; that is as it should be.
        db.session.execute(
            sa.select(
                sa.func.set_config("app.actor", actor or "", True),
                sa.func.set_config("app.request_id", request_id or "", True),
            )
        )
        yield work
        if work.keep:
            db.session.commit()  # a deferred constraint can still refuse here: then this raises and the page is a 500
    finally:
        db.session.rollback()  # does nothing after a commit
        del g.work


@contextmanager
def steady_reading() -> Iterator[None]:
    """All reads inside see one moment of the database, and the database refuses writes (for reports and exports).

    Ends the reads made so far: rows loaded before are loaded again when touched. Raises RuntimeError when something
    waits to be written.
    """
    if "work" in g or db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError("a report cannot be read in the middle of a write")
    db.session.rollback()
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
    try:
        yield
    finally:
        db.session.rollback()
