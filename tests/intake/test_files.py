"""Files of an inquiry: judged by content, five of them, held until checked, given back as downloads (casework C3)."""

from __future__ import annotations

import io
import zipfile
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.cases import queries as cases
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.limits import limiter
from iso_portal.files import service as files
from iso_portal.files.models import StoredFile
from tests import factories
from tests.conftest import speaking
from tests.intake.walking import GOOD, KEY, PDF, PNG, add, begin, sent, the_case, token_in, walk
from tests.soundness import assert_sound

EXE = b"MZ\x90\0" + b"\0" * 200


def office_file(member: str, *more: str) -> bytes:
    """Return what an Office program would write, as far as anybody looks."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("[Content_Types].xml", member, *more):
            archive.writestr(name, "<x/>")
    return packed.getvalue()


DOCX, XLSX = office_file("word/document.xml"), office_file("xl/workbook.xml")
MACROS = office_file("word/document.xml", "word/vbaProject.bin")


@pytest.fixture
def token(client: FlaskClient) -> str:
    """A draft with its first page."""
    return token_in(begin(client).headers["Location"])


def names(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(db.session.scalars(sa.select(StoredFile.name)))


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (PDF, "plan.pdf", "plan.pdf"),
        (PNG, "hall.PNG", "hall.png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 30, "photo.jpeg", "photo.jpg"),
        (DOCX, "Šema – përshkrim.docx", "Šema – përshkrim.docx"),
        (XLSX, "табела.xlsx", "табела.xlsx"),
        (PDF, "../../etc/passwd", "passwd.pdf"),
        (PDF, "plan\u202efdp.exe", "planfdp.pdf"),
        (DOCX, "really.pdf", "really.docx"),
    ],
)
def test_a_file_is_known_by_its_content_and_gets_a_clean_name(
    app: Flask, client: FlaskClient, token: str, content: bytes, name: str, kept: str
) -> None:
    assert add(client, token, (content, name)).headers["Location"].endswith("/check")
    assert names(app) == [kept]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (EXE, "harmless.pdf", "harmless is not of a kind that is taken: PDF, Word, Excel, PNG or JPG."),
        (b"<script>alert(1)</script>%PDF-", "page.pdf", "page is not of a kind"),
        (b"", "nothing.pdf", "nothing is empty"),
        (MACROS, "letter.docm", "letter holds macros"),
        (b"PK\x03\x04 not a zip", "broken.docx", "broken cannot be read"),
        (PDF + b"\0" * (10 * 1024 * 1024), "large.pdf", "large is too large: at most 10 MB"),
    ],
)
def test_what_is_not_taken_is_named_and_the_others_stay(
    app: Flask, client: FlaskClient, token: str, content: bytes, name: str, words: str
) -> None:
    answer = add(client, token, (PDF, "plan.pdf"), (content, name), (PNG, "hall.png"))
    assert answer.headers["Location"] == f"/intake/inquiry/{token}/files"
    page = client.get(answer.headers["Location"])
    assert words in unescape(page.text)
    assert 'role="alert"' in page.text
    assert names(app) == ["hall.png", "plan.pdf"]
    assert_sound(page.text, "files")


def test_five_files_are_taken_and_the_sixth_is_told_so(app: Flask, client: FlaskClient, token: str) -> None:
    answer = add(client, token, *((PDF + bytes([number]), f"{number}.pdf") for number in range(6)))
    page = client.get(answer.headers["Location"]).text
    assert "At most 5 files; the rest was not taken." in page
    assert 'type="file"' not in page
    assert len(names(app)) == 5


def test_five_files_of_ten_megabytes_fit_into_one_page(app: Flask, client: FlaskClient, token: str) -> None:
    full = PDF + b"\0" * (10 * 1024 * 1024 - len(PDF) - 1)
    assert add(client, token, *((full + bytes([number]), f"{number}.pdf") for number in range(5))).status_code == 303
    assert len(names(app)) == 5
    assert add(client, token, *((full + b"9", f"{number}.pdf") for number in range(6))).status_code == 413


def test_the_same_file_twice_is_one_and_a_file_can_be_taken_off(app: Flask, client: FlaskClient, token: str) -> None:
    add(client, token, (PDF, "plan.pdf"), (PDF, "again.pdf"), act="add")
    add(client, token, (PNG, "hall.png"), act="add")
    assert names(app) == ["hall.png", "plan.pdf"]
    with app.app_context():
        file_id = db.session.scalars(sa.select(StoredFile.id).where(StoredFile.name == "plan.pdf")).one()
    assert client.post(f"/intake/inquiry/{token}/files/{file_id}/remove").status_code == 303
    assert client.post(f"/intake/inquiry/{token}/files/{file_id}/remove").status_code == 303
    assert names(app) == ["hall.png"]
    other = token_in(begin(client, key=KEY + "other").headers["Location"])
    with app.app_context():
        left = db.session.scalars(sa.select(StoredFile.id)).one()
    client.post(f"/intake/inquiry/{other}/files/{left}/remove")
    assert names(app) == ["hall.png"], "another draft's link takes nothing off"


def test_files_travel_with_the_inquiry_and_open_only_once_somebody_answers_for_them(
    app: Flask, client: FlaskClient
) -> None:
    follow = sent(client, app, files=[(PDF, "Plan Šaljska.pdf"), (PNG, "hall.png")])
    page = client.get(f"/intake/follow/{follow}")
    assert "Plan Šaljska.pdf" in page.text
    assert "being checked" in page.text
    assert f"/intake/follow/{follow}/files/" not in page.text
    with app.app_context():
        held, other = (row.file_id for row in cases.files(the_case().id))
    assert client.get(f"/intake/follow/{follow}/files/{held}").status_code == 404
    with app.app_context(), unit_of_work():
        row = db.session.get_one(StoredFile, held)
        files.release(row, by=factories.person("officer"), why="read on the quarantined machine")
    assert f"/intake/follow/{follow}/files/{held}" in client.get(f"/intake/follow/{follow}").text
    answer = client.get(f"/intake/follow/{follow}/files/{held}")
    assert answer.data == PDF
    assert answer.mimetype == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "Plan%20%C5%A0aljska.pdf" in answer.headers["Content-Disposition"]
    assert client.get(f"/intake/follow/{follow}/files/{other}").status_code == 404
    assert client.get(f"/intake/follow/{'x' * 43}/files/{held}").status_code == 404


def test_a_file_of_another_case_or_one_for_the_office_only_does_not_open(app: Flask, client: FlaskClient) -> None:
    follow = sent(client, app)
    with app.app_context(), unit_of_work():
        case = the_case()
        officer = factories.person("officer")
        internal, foreign = files.keep(PDF, "internal.pdf"), files.keep(PNG, "foreign.png")
        from iso_portal.cases import service as case_service

        case_service.add_file(case, internal, by=officer, shared=False)
        case_service.add_file(factories.case(), foreign, by=officer)
        for row in (internal, foreign):
            files.release(row, by=officer, why="test")
        keys = (internal.id, foreign.id)
    for key in keys:
        assert client.get(f"/intake/follow/{follow}/files/{key}").status_code == 404
    assert "internal.pdf" not in client.get(f"/intake/follow/{follow}").text


def message(client: FlaskClient, follow: str, *chosen: tuple[bytes, str], **more: Any) -> Any:
    data = {"key": "m" * 22, "files": [(io.BytesIO(content), name) for content, name in chosen]} | more
    return client.post(f"/intake/follow/{follow}", data=data, content_type="multipart/form-data")


def test_a_message_brings_files_once_and_a_bad_file_does_not_hold_it_back(app: Flask, client: FlaskClient) -> None:
    follow = sent(client, app)
    for _ in range(2):
        assert message(client, follow, (PDF, "plan.pdf"), (EXE, "x.pdf"), text="Here is the plan.").status_code == 303
    page = unescape(client.get(f"/intake/follow/{follow}").text)
    assert "x is not of a kind that is taken" in page
    assert page.count("Here is the plan.") == 1
    assert names(app) == ["plan.pdf"]


def test_files_may_come_without_a_word(app: Flask, client: FlaskClient) -> None:
    follow = sent(client, app)
    for _ in range(2):
        assert message(client, follow, (PDF, "plan.pdf"), text="").status_code == 303
    assert names(app) == ["plan.pdf"]
    too_long = message(client, follow, (PNG, "hall.png"), text="x" * 10_001)
    assert too_long.status_code == 422
    assert "Choose the files once more" in too_long.text


def test_files_of_a_second_tab_reach_the_team_after_sending(app: Flask, client: FlaskClient) -> None:
    draft = walk(client, app)
    client.post(f"/intake/inquiry/{draft}/check", data=GOOD["check"])
    answer = add(client, draft, (PDF, "late.pdf"))
    assert "/intake/follow/" in answer.headers["Location"]
    page = client.get(answer.headers["Location"]).text
    assert "The files that could be taken are with the team now." in page
    assert "late.pdf" in page


def test_a_file_page_from_a_lost_session_does_not_break(app: Flask) -> None:
    client = speaking(app, "en")
    token = token_in(begin(client).headers["Location"])
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert add(client, token, (PDF, "plan.pdf")).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_one_connection_brings_files_so_often_a_day_and_is_told_how_to_write(own_app: Flask) -> None:
    client = speaking(own_app, "en")
    token = token_in(begin(client).headers["Location"])
    limiter.enabled = True
    try:
        for _ in range(60):
            add(client, token, (PDF, "plan.pdf"), act="add")
        answer = add(client, token, (PNG, "hall.png"), act="add")
    finally:
        limiter.enabled = False
    page = client.get(answer.headers["Location"]).text
    assert "Too many files came from your connection today" in page
    assert own_app.config["MAIL_FROM"] in page
    assert names(own_app) == ["plan.pdf"]
