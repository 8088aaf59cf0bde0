"""Our own files travel small, pages travel as they are (see core/compression.py)."""

from __future__ import annotations

import zlib

import pytest
from flask import Flask
from flask.testing import FlaskClient

STYLES = "/bootstrap/static/css/bootstrap.min.css"


@pytest.mark.parametrize("way", ["deflate", "br"])
def test_styles_are_sent_small_and_whole(client: FlaskClient, way: str) -> None:
    plain, small = client.get(STYLES), client.get(STYLES, headers={"Accept-Encoding": way})
    assert small.headers["Content-Encoding"] == way
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.data) < len(plain.data) / 5
    if way == "deflate":
        assert zlib.decompress(small.data) == plain.data
    plain.close()
    small.close()


def test_a_page_is_never_compressed(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/accounts/sign-in", headers={"Accept-Encoding": "br, deflate"})
    assert "Content-Encoding" not in answer.headers


def test_an_unchanged_file_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get(STYLES, headers={"Accept-Encoding": "br"})
    again = client.get(STYLES, headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    first.close()
    again.close()
