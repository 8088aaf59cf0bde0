"""How much a page takes: most pages take little, those with files say how much more.

The forgery token is looked for before the view runs, and looking reads the whole body; so the limit is set before that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def takes(most_bytes: int) -> Callable[[View], View]:
    """Let a view take bodies of up to so many bytes."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]  # as access.requires() does
        return view

    return mark


def init_uploads(app: Flask) -> None:
    """Set the limit of each request; to be called before the forgery protection is hung up."""

    @app.before_request
    def set_limit() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        most: int | None = getattr(view, "most_bytes", None)
        if most is not None and request.method == "POST":
            request.max_content_length = most
