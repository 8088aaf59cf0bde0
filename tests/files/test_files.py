"""Files are told by their content, held until somebody looked, and never opened before (casework C3, trust F3)."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import scoped_session

from iso_portal.audit.models import Act
from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.models import CaseFile
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.files import jobs, queries, service, words
from iso_portal.files.domain import MOST_BYTES, FileKind, FileState, NotTaken, Refusal, Trouble, clean_name, kind_of
from iso_portal.files.models import StoredFile
from tests import factories
from tests.conftest import signed_in, work_off
from tests.files.scanner import EICAR, clamd, listening
from tests.soundness import assert_sound

PDF = b"%PDF-1.7\nplan"


def packed(*members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, FileKind.PDF),
        (b"\x89PNG\r\n\x1a\nrest", FileKind.PNG),
        (b"\xff\xd8\xffrest", FileKind.JPG),
        (packed("[Content_Types].xml", "word/document.xml"), FileKind.DOCX),
        (packed("[Content_Types].xml", "xl/workbook.xml"), FileKind.XLSX),
    ],
)
def test_a_kind_is_told_by_the_content(content: bytes, kind: FileKind) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"", Trouble.EMPTY),
        (b"MZ program", Trouble.UNKNOWN),
        (b"<script>%PDF-1.7", Trouble.UNKNOWN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Trouble.UNKNOWN),
        (packed("word/document.xml"), Trouble.UNKNOWN),
        (packed("[Content_Types].xml", "anything.txt"), Trouble.UNKNOWN),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), Trouble.MACROS),
        (b"PK\x03\x04 broken", Trouble.BROKEN),
        (b"%PDF-" + b"x" * MOST_BYTES, Trouble.TOO_LARGE),
    ],
)
def test_what_is_not_of_a_kind_is_not_taken(content: bytes, trouble: Trouble) -> None:
    with pytest.raises(NotTaken) as refused:
        kind_of(content)
    assert refused.value.trouble is trouble


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\plans\\hall.pdf", "hall.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ('a"b;c\r\nSet-Cookie: x=1.pdf', "a b cSet-Cookie x 1.pdf"),
        ("Понуда Шаљска.pdf", "Понуда Шаљска.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
    ],
)
def test_a_name_is_cleaned_of_what_could_be_misread(name: str, cleaned: str) -> None:
    assert clean_name(name, FileKind.PDF) == cleaned


@given(st.text(max_size=300))
def test_any_name_gives_a_short_plain_one(name: str) -> None:
    cleaned = clean_name(name, FileKind.PDF)
    assert cleaned.endswith(".pdf")
    assert len(cleaned) <= 130
    assert not set(cleaned) & set('/\\<>:"|?*;=\r\n\0')


@given(st.binary(max_size=400))
def test_any_content_is_of_a_kind_or_not_taken(content: bytes) -> None:
    try:
        kind_of(content)
    except NotTaken:
        return


def held_file(app: Flask, content: bytes = PDF) -> tuple[uuid.UUID, uuid.UUID]:
    """Return keys of a case and of a file on it, committed."""
    with app.test_request_context():
        case = cases.get(factories.case().id)
        stored = service.keep(content, "plan.pdf")
        case_service.add_file(case, stored)
        db.session.commit()
        return case.id, stored.id


def state_of(app: Flask, file_id: uuid.UUID) -> tuple[FileState, str]:
    with app.app_context():
        row = queries.get(file_id)
        return row.state, row.scanned_with


@pytest.fixture
def scanned(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., uuid.UUID]:
    """Return a function that keeps a file while a scanner of some temper runs, and works the job off."""
    monkeypatch.setattr(service, "SECONDS", 0.5)

    def run(content: bytes, answer: Any = clamd) -> uuid.UUID:
        with listening(answer) as address:
            monkeypatch.setitem(app.config, "SCANNER_URL", address)
            _case_id, file_id = held_file(app, content)
            work_off(app, only="files.scan")
        return file_id

    return run


def test_a_clean_file_opens_after_the_scan(app: Flask, scanned: Callable[..., uuid.UUID]) -> None:
    assert state_of(app, scanned(PDF * 500)) == (FileState.CLEAN, "OK")


def test_a_bad_file_stays_closed_and_nobody_can_open_it(app: Flask, scanned: Callable[..., uuid.UUID]) -> None:
    file_id = scanned(b"%PDF-1.7 " + EICAR)
    assert state_of(app, file_id) == (FileState.REFUSED, "FOUND Eicar-Signature")
    with app.test_request_context(), pytest.raises(Refusal):
        service.release(queries.get(file_id), by=factories.person(), why="I know it")


@pytest.mark.parametrize(
    "answer",
    [lambda _c: None, lambda _c: b"", lambda _c: b"hello\n", lambda _c: b"\xff\xfe\n", lambda _c: b"stream: x ERROR\n"],
    ids=["silent", "nothing", "garbage", "bytes", "error"],
)
def test_a_scanner_that_does_not_answer_leaves_the_file_held_and_says_so(
    app: Flask, scanned: Callable[..., uuid.UUID], answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(service.ScannerTrouble):
        scanned(PDF, answer)
    with app.test_request_context():
        row = db.session.scalars(sa.select(StoredFile)).one()
        assert row.state is FileState.HELD
        assert "did not answer" in words.why_held(row, scanner=True)
        file_id = row.id
    with listening() as address:  # repaired: the job that runs by the clock asks again
        monkeypatch.setitem(app.config, "SCANNER_URL", address)
        with app.app_context():
            jobs.scan_held.func()  # type: ignore[attr-defined]  # the plain function behind the task
        assert work_off(app, only="files.scan") == ["files.scan"]
    assert state_of(app, file_id)[0] is FileState.CLEAN


def test_a_scanner_that_is_away_is_trouble_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SCANNER_URL", "tcp://127.0.0.1:1")
    _case_id, file_id = held_file(app)
    with pytest.raises(service.ScannerTrouble):
        work_off(app, only="files.scan")
    assert state_of(app, file_id)[0] is FileState.HELD


def test_without_a_scanner_no_scan_is_asked_and_the_page_says_why(app: Flask) -> None:
    case_id, file_id = held_file(app)
    assert work_off(app, only="files.") == []
    with app.app_context():
        jobs.scan_held.func()  # type: ignore[attr-defined]  # the plain function behind the task
    officer = signed_in(app, "officer")
    page = officer.get(f"/cases/{case_id}/").text
    assert "No scanner is set up" in page
    assert officer.post(f"/cases/{case_id}/files/{file_id}").status_code == 404


def test_a_scan_of_a_file_that_is_gone_is_harmless(app: Flask) -> None:
    with app.app_context():
        jobs.scan.func(str(uuid.uuid4()))  # type: ignore[attr-defined]  # the plain function behind the task


def test_a_colleague_opens_a_file_by_name_and_who_fetched_it_is_written_down(app: Flask) -> None:
    case_id, file_id = held_file(app)
    officer = signed_in(app, "officer")
    refused = officer.post(f"/cases/{case_id}/files/{file_id}/release", data={"why": ""})
    assert refused.status_code == 422
    assert f'href="#release-{file_id}-why"' in refused.text
    assert_sound(refused.text, "release")
    told = {"why": "The investor rang and said so."}
    assert officer.post(f"/cases/{case_id}/files/{file_id}/release", data=told).status_code == 303
    page = officer.get(f"/cases/{case_id}/").text
    assert "The investor rang and said so." in page
    answer = officer.post(f"/cases/{case_id}/files/{file_id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with app.app_context():
        verbs = set(db.session.scalars(sa.select(Act.verb).where(Act.subject_id == file_id)))
    assert {"file.release", "file.fetch"} <= verbs


def test_a_file_of_another_case_is_not_found(app: Flask) -> None:
    _case_id, file_id = held_file(app)
    with app.test_request_context():
        other = factories.case().id
        db.session.commit()
    manager = signed_in(app, "manager")
    assert manager.post(f"/cases/{other}/files/{file_id}").status_code == 404
    assert manager.post(f"/cases/{other}/files/{file_id}/release", data={"why": "x"}).status_code == 404
    assert manager.get(f"/cases/{other}/files/{file_id}").status_code == 405


def test_staff_add_files_for_the_investor_or_for_themselves(app: Flask) -> None:
    with app.test_request_context():
        case_id = factories.case().id
        db.session.commit()
    officer = signed_in(app, "officer")

    def add(shared: str, *given: tuple[bytes, str]) -> Any:
        data = {"shared": shared, "files": [(io.BytesIO(content), name) for content, name in given]}
        return officer.post(f"/cases/{case_id}/files", data=data, content_type="multipart/form-data")

    assert add("no", (PDF, "inside.pdf")).status_code == 303
    assert add("yes", (PDF + b"2", "for you.pdf"), (b"MZ", "bad.exe")).status_code == 303
    page = officer.get(f"/cases/{case_id}/").text
    assert "colleagues only" in page
    assert "bad is not of a kind that is taken" in page
    for answer in (add("yes"), add("", (PDF, "x.pdf")), add("yes", (b"MZ", "bad.exe")), add("yes", (b"", "empty.pdf"))):
        assert answer.status_code == 422
        assert "error-summary" in answer.text
        assert_sound(answer.text, "add files")
    with app.test_request_context():
        rows = db.session.scalars(sa.select(CaseFile).order_by(CaseFile.added_at, CaseFile.id)).all()
        assert sorted(row.shared for row in rows) == [False, True]
        assert all(row.added_by_id for row in rows)
        assert len(cases.files(case_id, shared_only=True)) == 1


@pytest.mark.parametrize(
    ("role", "adds", "opens"),
    [("officer", 303, 303), ("data_steward", 403, 403), ("adviser", 404, 404), ("donor", 404, 404)],
)
def test_who_adds_and_who_opens(app: Flask, role: str, adds: int, opens: int) -> None:
    case_id, file_id = held_file(app)
    client = signed_in(app, role)
    data = {"shared": "no", "files": [(io.BytesIO(PDF + b"9"), "a.pdf")]}
    answer = client.post(f"/cases/{case_id}/files", data=data, content_type="multipart/form-data")
    assert answer.status_code == adds
    assert client.post(f"/cases/{case_id}/files/{file_id}/release", data={"why": "sure"}).status_code == opens


def test_a_forgotten_file_has_no_content_and_stays_closed(session: scoped_session[Any]) -> None:
    row = service.keep(PDF, "Ana Marić.pdf")
    service.forget(row)
    db.session.flush()
    assert (row.name, row.content, row.size, row.sha256, row.state) == ("erased.pdf", b"", 0, "", FileState.REFUSED)
    assert words.state(row) == "erased"


def test_sizes_are_told_in_the_readers_format(session: scoped_session[Any]) -> None:
    row = service.keep(PDF, "a.pdf")
    row.scanned_at = clock.now()
    told = []
    for size in (0, 12, 4096, 3 * 1024 * 1024 + 300_000):
        row.size = size
        told.append(words.size(row))
    assert told == ["0 KB", "1 KB", "4 KB", "3.3 MB"]
