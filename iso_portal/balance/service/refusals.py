"""What the rules of the office do not allow."""

from __future__ import annotations


class Refusal(ValueError):
    """The office's rules do not allow this; the text says why in the reader's language.

    field: the name of the field it is about, where there is one.
    """

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class NotCollected(Refusal):
    """The gate for declarations is closed."""


class StateChanged(Refusal):
    """What a proposal rests on changed since the page was shown. parts: what of it (service.proposing.PARTS)."""

    def __init__(self, text: str, *, parts: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.parts = parts


class NotYours(Refusal):
    """Somebody else has to decide this: another person, of the other desk."""
