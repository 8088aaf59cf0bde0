"""Limits of a firm's own pages, and what they need from elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Any, Protocol

FASTEST_HUMAN = timedelta(seconds=3)
MOST_FOUND = 12


class Declarations(Protocol):
    """What the owners' own declaration needs from balance, which stands apart and is no import of these pages."""

    def page(self, business_id: uuid.UUID) -> Any:
        """Return the gate, the days of the own answers, their history and who read them."""

    def answers(self) -> list[tuple[str, str]]:
        """Return the answers by code and name."""

    def give(self, business_id: uuid.UUID, codes: Collection[str], *, own_words: str, language: str) -> None:
        """Keep the answer. Raises ValueError with the rule in words."""

    def show(self, business_id: uuid.UUID) -> Any:
        """Return the newest answer. Raises ValueError while owners are not asked."""

    def withdraw(self, business_id: uuid.UUID) -> None:
        """Take the answer back."""

    def erase(self, business_id: uuid.UUID) -> None:
        """Take the answer and its history away."""
