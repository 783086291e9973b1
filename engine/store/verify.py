"""The offline verifier: reads an export of the history and says what is wrong with it. Needs no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from engine.errors import InputRejected
from engine.model.anchor import AnchorFinding, chain_leaf, check_anchors
from engine.model.history import ExportedEvent, Verification
from engine.model.history import verify as verify_events
from engine.store.anchor_file import read_anchors

_decode = msgspec.json.Decoder(ExportedEvent).decode


def verify(lines: Iterable[bytes | str]) -> Verification:
    """Check the lines that engine.store.history.export_history wrote; each finding names chain, seq and reason.

    Raises InputRejected for a line that is no event at all.
    """
    return verify_events(_read(lines))


def verify_anchored(
    lines: Iterable[bytes | str], anchors: Iterable[bytes]
) -> tuple[Verification, tuple[AnchorFinding, ...]]:
    """The same, and whether the export holds all that the anchors stand for: a cut end of a chain shows here only.

    anchors: the lines of the file of anchors, written up before the export was. Raises InputRejected as `verify`.
    """
    recorded: set[bytes] = set()

    def noted(events: Iterable[ExportedEvent]) -> Iterator[ExportedEvent]:
        for event in events:
            recorded.add(chain_leaf(event.chain, event.seq, event.hash))
            yield event

    found = verify_events(noted(_read(lines)))
    return found, tuple(check_anchors(read_anchors(anchors), recorded=recorded))


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
