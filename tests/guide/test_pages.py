"""Every page of the guide, in every language."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import speaking
from tests.test_routes import assert_sound

PATHS = (
    "/",
    "/guide/why",
    "/guide/municipalities",
    "/guide/municipalities/mitrovica-north",
    "/guide/municipalities/mitrovica-south",
    "/guide/sectors",
    "/guide/sectors/B",
    "/guide/sectors/D",
    "/guide/how",
    "/guide/privacy",
    "/guide/accessibility",
)
TAGS = ("de", "en", "sq", "sr-Latn", "sr-Cyrl")


@pytest.mark.parametrize("tag", TAGS)
def test_every_page_is_sound(app: Flask, tag: str) -> None:
    for path in PATHS:
        answer = speaking(app, tag).get(path)
        assert answer.status_code == 200, path
        assert_sound(answer.text, path)
        assert f'<html lang="{tag}">' in answer.text, path
