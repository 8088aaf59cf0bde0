"""The blueprint that all pages of businesses hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("businesses", __name__, url_prefix="/businesses")
