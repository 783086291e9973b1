"""The offline verifier: reads an export of the history and says what is wrong with it. Needs no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from engine.errors import InputRejected
from engine.model.history import ExportedEvent, Verification
from engine.model.history import verify as verify_events

_decode = msgspec.json.Decoder(ExportedEvent).decode


def verify(lines: Iterable[bytes | str]) -> Verification:
    """Check the lines that engine.store.history.export_history wrote; each finding names chain, seq and reason.

    Raises InputRejected for a line that is no event at all.
    """
    return verify_events(_read(lines))


def _read(lines: Iterable[bytes | str]) -> Iterator[ExportedEvent]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputRejected(
                f"第 {number} 行不是办理记录导出内容。", f"Line {number} is not an exported event.", line=number
            ) from error
