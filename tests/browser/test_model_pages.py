"""Versions of the ranking and the model card in a browser, wide and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from iso_portal.core.db import db
from iso_portal.matches import queries, service
from iso_portal.matches.service import learning
from matching import FEATURES, default_model
from tests import factories
from tests.browser.conftest import look
from tests.matches.test_learning import GRADED, decided, version_of

NEUTRAL = {
    "by_query_lang": {
        asked: {code: {"shown": 0.33, "relevant": 0.34, "recall@10": 0.9} for code in ("sq", "sr_latn", "sr_cyrl")}
        for asked in ("?",)
    },
    "largest_exposure_gap": 0.01,
}


@pytest.fixture(scope="module", autouse=True)
def _versions(live_app: Flask) -> Any:
    """One version in use, one that was refused."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(learning, "_neutrality", lambda *_a: NEUTRAL)
        decided(live_app)
        with live_app.app_context():
            lead = factories.person(role="lead_officer", email="lead@example.org", name="Ana Lead")
            good = learning.train(service.gathered(), version="t+1")
            service.offer(good, service.gathered(), GRADED, encoder="test", held_back=learning.held_back_scores(service.gathered()))  # fmt: skip
            service.offer(version_of(dict.fromkeys(FEATURES, -1.0)), service.gathered(), GRADED, encoder="test")
            service.adopt(queries.version(1, whole=True), by=lead, note="Better at both desks")
            db.session.commit()
    assert default_model().version


@pytest.mark.parametrize(("tag", "width"), [("sq", 1280), ("sr-Cyrl", 360), ("sq", 360)])
def test_pages_fit_wide_and_narrow(visit: Any, live_app: Flask, tag: str, width: int) -> None:
    page = visit("en", width=width)
    page.context.add_cookies([{"name": "iso_language", "value": tag, "url": live_app.config["BASE_URL"]}])
    page.goto("/matches/model-card")
    look(page, f"card-{tag}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with live_app.app_context():
        key = str(factories.person(role="lead_officer", language="en").id)
        db.session.commit()
    page.context.add_cookies([_session_of(live_app, key)])
    for name, address in (
        ("models", "/matches/models"),
        ("used", "/matches/models/1"),
        ("refused", "/matches/models/2"),
    ):
        page.goto(address)
        look(page, f"{name}-{tag}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _session_of(app: Flask, key: str) -> Any:
    """Return the cookie of somebody who signed in."""
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = key, True
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    return {"name": name, "value": cookie.value, "url": app.config["BASE_URL"]}
