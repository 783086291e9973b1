"""The file of the anchors, outside the database: one line of JSON for each, only ever appended to.

{"no": 7, "hour": "2026-09-18T08:00:00.000000Z", "taken_at": …, "quiet": 2, "previous": hex, "root": hex,
"leaves": [hex, …]}. `leaves` are sha256(chain ␟ seq ␟ hash of its last event), ascending; `root` is the Merkle root
(RFC 6962 prefixes) over `previous` and the leaves. Times are UTC.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from engine.errors import InputRejected
from engine.model.anchor import Anchor
from engine.model.history import stamp

_TAIL_BYTES = 1 << 16


class AnchorLine(msgspec.Struct, frozen=True):
    """A line of the file."""

    no: int
    hour: str
    taken_at: str
    quiet: int
    previous: str
    root: str
    leaves: tuple[str, ...]


def append_anchors(path: Path, after: Callable[[int], Iterable[Anchor]]) -> int:
    """Write what the file lacks of the anchors, and have it on the disk. Answers how many lines were added.

    after: the anchors behind this number, ascending. Several processes may write: one at a time does.
    Raises InputRejected where the file is not the one of this database: it is left as it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            last = _last_line(file.fileno(), file.seek(0, os.SEEK_END))
        except msgspec.DecodeError as error:
            raise InputRejected(
                f"锚点文件 {path.name} 末行不是锚点记录，未再写入。请核查该文件。",
                f"The last line of {path.name} is not an anchor, so nothing is added. Look into the file.",
                file=path.name,
            ) from error
        known = last.no if last is not None else 0
        added = 0
        for anchor in after(max(known - 1, 0)):
            if last is not None and anchor.no == known:
                _must_agree(path, last, anchor)
                continue
            if added == 0 and anchor.no != known + 1:
                raise _another_file(path, known)
            file.write(msgspec.json.encode(_line(anchor)) + b"\n")
            added += 1
        file.flush()
        os.fsync(file.fileno())
    return added


def read_anchors(lines: Iterable[bytes]) -> Iterator[Anchor]:
    """The anchors of a file, in its order. Raises InputRejected for a line that is none."""
    decode = msgspec.json.Decoder(AnchorLine).decode
    for number, line in enumerate(lines, start=1):
        try:
            yield _anchor(decode(line))
        except (msgspec.DecodeError, ValueError) as error:
            raise InputRejected(
                f"第 {number} 行不是锚点记录。", f"Line {number} is not an anchor.", line=number
            ) from error


def _last_line(descriptor: int, size: int) -> AnchorLine | None:
    """The last line. Half a line, which a crash before the confirmation left, is taken away."""
    length = _TAIL_BYTES
    while size:
        tail = os.pread(descriptor, min(length, size), max(size - length, 0))
        if not tail.endswith(b"\n"):
            size -= len(tail) - (tail.rfind(b"\n") + 1)
            os.ftruncate(descriptor, size)
            continue
        lines = tail[:-1].split(b"\n")
        if len(lines) > 1 or length >= size:
            return msgspec.json.decode(lines[-1], type=AnchorLine)
        length *= 4
    return None


def _must_agree(path: Path, last: AnchorLine, anchor: Anchor) -> None:
    if last.root != anchor.root.hex():
        raise _another_file(path, last.no)


def _another_file(path: Path, no: int) -> InputRejected:
    return InputRejected(
        f"锚点文件 {path.name} 第{no}号与数据库不符（例如恢复了较早的备份）。请保存并移走该文件，系统将另起新文件。",
        f"Anchor {no} in {path.name} is not that of the database (as after restoring an older backup). "
        "Keep the file and move it away; a new one is begun.",
        file=path.name,
        no=no,
    )


def _line(anchor: Anchor) -> AnchorLine:
    return AnchorLine(
        no=anchor.no,
        hour=stamp(anchor.hour),
        taken_at=stamp(anchor.taken_at),
        quiet=anchor.quiet,
        previous=anchor.previous.hex(),
        root=anchor.root.hex(),
        leaves=tuple(leaf.hex() for leaf in anchor.leaves),
    )


def _anchor(line: AnchorLine) -> Anchor:
    return Anchor(
        no=line.no,
        hour=datetime.fromisoformat(line.hour),
        taken_at=datetime.fromisoformat(line.taken_at),
        quiet=line.quiet,
        previous=bytes.fromhex(line.previous),
        root=bytes.fromhex(line.root),
        leaves=tuple(bytes.fromhex(leaf) for leaf in line.leaves),
    )
