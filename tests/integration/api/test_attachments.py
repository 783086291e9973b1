"""Uploads: only what is what it says, for its uploader alone until a form names it."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine.commands import attachments
from engine.core import Engine
from engine.errors import InputRejected
from tests.integration.api.conftest import Caller, file_part

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def container(*names: str, size: int = 10) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return found.getvalue()


def test_an_upload_comes_back_unchanged_as_a_file_that_runs_nothing(owner: Caller, engine: Engine) -> None:
    made = owner.upload("/attachments", {"file": file_part("整改照片 一.pdf", PDF)})
    assert (made["name"], made["media_type"], made["size_bytes"]) == ("整改照片 一.pdf", "application/pdf", len(PDF))
    answer = owner.call("GET", f"/attachments/{made['id']}")
    assert answer.data == PDF
    assert "attachment; filename=" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with engine.reading("u101") as tx:
        row = tx.attachments([made["id"]])[0]
    path = attachments.path_of(engine, row.storage_name)
    assert path.read_bytes() == PDF
    assert path.stat().st_mode & 0o077 == 0
    assert "整改" not in str(path)


def test_until_a_form_names_it_nobody_else_sees_an_upload(owner: Caller, leader: Caller, inspector: Caller) -> None:
    made = owner.upload("/attachments", {"file": file_part("底稿.txt", "底稿".encode("gb18030"))})
    for other in (leader, inspector):
        other.get(f"/attachments/{made['id']}", status=404)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.html", b"<script>1</script>"),
        ("a.pdf", PNG),
        ("a.png", PDF),
        ("a.docx", PDF),
        ("a.docx", container("xl/workbook.xml")),
        ("a.docx", b"PK\x03\x04 and nothing more"),
        ("a.xlsx", container("xl/workbook.xml", size=50 * 1024**2)),
        ("a.xlsx", container("xl/workbook.xml", *(f"part{n}" for n in range(2001)))),
        ("a.txt", b"text\x00binary"),
        ("a.txt", b""),
        ("", PDF),
        ("../a.pdf", PDF),
        ("a\n.pdf", PDF),
    ],
)
def test_what_is_not_what_its_name_says_or_is_no_document_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(InputRejected) as refused:
        attachments.check(name, content)
    assert refused.value.zh
    assert refused.value.en


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.PDF", PDF),
        ("a.png", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"),
        ("a.docx", container("[Content_Types].xml", "word/document.xml")),
        ("a.xlsx", container("xl/workbook.xml")),
        ("a.ofd", container("OFD.xml")),
        ("a.csv", "一,二".encode()),
    ],
)
def test_documents_pictures_and_tables_are_taken(name: str, content: bytes) -> None:
    assert attachments.check(name, content).media_type


def test_a_refused_upload_leaves_no_file_behind(owner: Caller, engine: Engine, case: str) -> None:
    folder = engine.settings.data_dir / attachments.FOLDER
    before = len(list(folder.rglob("*")))
    task = owner.get("/tasks?view=unit&node_id=S1_T2")["items"][0]["id"]
    owner.upload("/attachments", {"file": file_part("a.pdf", PDF), "task_id": task}, status=403)
    assert len([path for path in folder.rglob("*") if path.is_file()]) <= before
    owner.upload("/attachments", {"file": file_part("a.pdf", PDF), "task_id": "no id"}, status=422)
    owner.upload("/attachments", {}, status=422)


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "不能上传“a.exe”，可以上传：.csv、"), ("en", "“a.exe” cannot be uploaded. Choose one of: .csv, ")],
)
def test_a_file_of_a_wrong_kind_is_refused_with_the_kinds_that_are_taken(
    owner: Caller, language: str, said: str
) -> None:
    refused = owner.upload("/attachments", {"file": file_part("a.exe", b"MZ")}, status=422, Accept_Language=language)
    assert said in str(refused)


def test_more_than_twenty_five_megabytes_are_refused_in_words(owner: Caller) -> None:
    answer = owner.client.post(
        "/api/v1/attachments",
        data=b"0" * (27 * 1024**2),
        content_type="multipart/form-data; boundary=x",
        headers={"Authorization": f"Bearer {owner.token}"},
    )
    assert (answer.status_code, "26 MB" in answer.get_json()["detail"]) == (413, True)
