"""Secret links: unguessable, renewable, and not in the database (casework C6)."""

from __future__ import annotations

import uuid

from flask import Flask

from iso_portal.core import links

SUBJECT = uuid.UUID(int=1)


def test_a_token_is_stable_until_its_nonce_changes() -> None:
    app = Flask("links")
    app.config["LINK_KEY"] = "k" * 40
    with app.app_context():
        token = links.token_for("follow", SUBJECT, "n1")
        assert token == links.token_for("follow", SUBJECT, "n1")
        others = [("follow", SUBJECT, "n2"), ("confirm", SUBJECT, "n1"), ("follow", uuid.UUID(int=2), "n1")]
        assert all(links.token_for(*other) != token for other in others)
        assert len(token) == 43
        app.config["LINK_KEY"] = "j" * 40
        assert links.token_for("follow", SUBJECT, "n1") != token


def test_any_text_can_be_looked_up() -> None:
    assert len(links.token_hash("š\ud800")) == 32
