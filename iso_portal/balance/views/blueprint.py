"""The blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("balance", __name__, url_prefix="/balance")
