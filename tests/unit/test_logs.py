"""Log lines say where something went wrong and of what kind it was, never what somebody had typed."""

from __future__ import annotations

import errno
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import structlog

from engine.config import Settings
from engine.errors import InputRejected
from engine.logs import configure_logging, trace_of

CANARY = "金丝雀的住址"


class Unique(psycopg.errors.UniqueViolation):
    """As the server would raise it, with the failing row in its words."""


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def caught(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as found:
        return found


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError(CANARY), "ValueError"),
        (KeyError(CANARY), "KeyError"),
        (Unique(f"DETAIL: Failing row contains ({CANARY})"), "SQLSTATE 23505"),
        (InputRejected(CANARY, CANARY, value=CANARY), "[input_rejected]"),
    ],
)
def test_a_trace_names_place_and_kind_and_no_words(error: Exception, said: str) -> None:
    text = trace_of(caught(RuntimeError(CANARY), caught(error)))

    assert said in text
    assert text.index(said) < text.index("RuntimeError")
    assert 'test_logs.py", line' in text
    assert CANARY not in text


def test_what_is_about_machines_keeps_its_words() -> None:
    assert "connection refused" in trace_of(caught(psycopg.OperationalError("connection refused")))
    assert "/nowhere" in trace_of(caught(FileNotFoundError(2, "No such file", "/nowhere")))


def test_causes_in_a_circle_end() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert trace_of(one).count("ValueError") == 1


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_line_with_an_exception_holds_no_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, log_format: str
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])  # those of pytest keep ours from being set
    configure_logging(Settings(data_dir=tmp_path, log_format=log_format))
    try:
        int(CANARY)
    except ValueError as error:
        structlog.get_logger("a").exception("request failed", action="x")
        structlog.get_logger("b").error("request failed", action="x", exc_info=error)
        logging.getLogger("library").exception("job failed")
    structlog.get_logger("c").info("done", action="x", exc_info=None)

    written = capsys.readouterr().err
    assert CANARY not in written
    assert written.count("ValueError") == 3
    if log_format == "json":
        assert json.loads(written.splitlines()[0])["exception"].startswith("  File")


def test_a_log_that_cannot_be_written_does_not_undo_what_it_tells_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sys.stderr", Full())
    configure_logging(Settings(data_dir=tmp_path))

    structlog.get_logger("full").info("kept", action="test")
