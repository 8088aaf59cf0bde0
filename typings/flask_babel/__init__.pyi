# What the portal uses of Flask-Babel, with types; the package ships none.
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask import Flask

class Babel:
    def __init__(
        self,
        app: Flask,
        *,
        locale_selector: Callable[[], str | None],
        default_translation_directories: str,
        default_timezone: str,
    ) -> None: ...

def gettext(string: str, **variables: Any) -> str: ...
def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str: ...
def lazy_gettext(string: str, **variables: Any) -> Any: ...
def force_locale(locale: str) -> AbstractContextManager[None]: ...
