"""Suggestions are made and refreshed outside of pages."""

from __future__ import annotations

from iso_portal.core.jobs import jobs


@jobs.task(name="matches.refresh")
def refresh(case_id: str) -> None:
    """Suggest businesses for a case."""


@jobs.task(name="matches.index_business")
def index_business(business_id: str) -> None:
    """Read a business's profile anew."""
