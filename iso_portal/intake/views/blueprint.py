"""The blueprint that all pages of intake hang on, and the limit that all its public forms share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("intake", __name__)

PER_SENDER = "60 per hour"
PER_ADDRESS = "10 per day"
