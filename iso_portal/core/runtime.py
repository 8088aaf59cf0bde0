"""What services ask of the running portal without knowing the web: a setting, a part hung up at start, a text."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template


def setting(name: str) -> Any:
    """Return a setting of the running portal. Raises KeyError for one that does not exist."""
    return current_app.config[name]


def part(name: str) -> Any:
    """Return a part that app.py hung up at start, the vault for instance. Raises KeyError when it is missing."""
    return current_app.extensions[name]


def render(template: str, **values: Any) -> str:
    """Return a template filled in, for letters."""
    return render_template(template, **values)
