"""The blueprint that the pages of cases share, and the mark of those that write on one."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from iso_portal.cases import queries
from iso_portal.core.access import Permission, requires, writes

bp = Blueprint("cases", __name__, url_prefix="/cases")


def edits(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Let only those write on a case who may; who may see it is told so."""
    return requires(Permission.CASE_EDIT, of=queries.get, seen_with=Permission.CASE_SEE)(writes(view))
