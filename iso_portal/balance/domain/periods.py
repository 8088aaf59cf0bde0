"""Reporting years, half-years and quarters of the calendar."""

from __future__ import annotations

from datetime import date


def quarter_of(day: date) -> str:
    """Return the quarter of a day: 2026-Q4."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def half_year_of(day: date) -> str:
    """Return the half-year of a day: 2026-H2."""
    return f"{day.year}-H{1 if day.month <= 6 else 2}"


def next_quarter(day: date) -> date:
    """Return the first day of the next quarter: a changed declaration counts from there (balance P6)."""
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + (month > 12), month - 12 if month > 12 else month, 1)


def next_half_year(day: date) -> date:
    """Return the first day of the next half-year: releases come on a fixed calendar (balance BR4)."""
    return date(day.year, 7, 1) if day.month <= 6 else date(day.year + 1, 1, 1)
