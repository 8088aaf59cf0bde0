"""Limits of a firm's own pages."""

from __future__ import annotations

from datetime import timedelta

FASTEST_HUMAN = timedelta(seconds=3)
MOST_FOUND = 12
