"""What every answer keeps: the policy in its head, and no fault however odd the request."""

from __future__ import annotations

from flask.testing import FlaskClient


def test_every_answer_carries_the_policy(client: FlaskClient) -> None:
    for address in ("/", "/nothing-here", "/static/theme.css", "/healthz"):
        with client.get(address) as answer:
            headers = answer.headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_method_or_broken_input_is_never_a_500(client: FlaskClient) -> None:
    assert client.delete("/intake/inquiry").status_code == 405
    assert client.post("/intake/inquiry", data=b"x" * 3_000_000).status_code == 413
    assert client.post("/intake/inquiry", data={"description": "a" * 1_000_000}).status_code in {413, 422}
    assert (
        client.post("/intake/inquiry", data=b"%ff%00%", content_type="application/x-www-form-urlencoded").status_code
        == 422
    )
    assert client.get("/?lang=%00%ff").status_code == 200
    assert client.get("/cases/%00").status_code in {302, 404}
