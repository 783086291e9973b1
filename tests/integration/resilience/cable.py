"""The cable between the service and its database: it can be cut, be slow, and break just after a COMMIT was sent."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

_NAME = ".s.PGSQL.5432"
_DELAY_SECONDS = 2.0


@dataclass(slots=True)
class Cable:
    """Forwards every connection made in `folder` to the server in `target`, as it is told to at that moment."""

    folder: Path
    target: Path
    chance: random.Random
    is_cut: bool = False  #: nobody gets through, and who was on the line is thrown off
    is_slow: bool = False  #: two seconds for whatever is sent
    breaks: float = 0.0  #: the share of commits after which nothing is heard any more
    broken: int = 0  #: how often that has happened
    _lines: set[socket.socket] = field(default_factory=set)

    def address(self, url: str) -> str:
        """The address `url`, by way of this cable."""
        return urlsplit(url)._replace(query=f"host={quote(str(self.folder), safe='')}").geturl()

    def cut(self) -> None:
        self.is_cut = True
        for line in tuple(self._lines):
            _close(line)

    def mend(self) -> None:
        self.is_cut = self.is_slow = False

    def accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                if self.is_cut:
                    near.close()
                    continue
                far = socket.socket(socket.AF_UNIX)
                try:
                    far.connect(str(self.target / _NAME))
                except OSError:
                    near.close()
                    continue
                self._lines |= {near, far}
                threading.Thread(target=self._there, args=(near, far), daemon=True).start()
                threading.Thread(target=self._back, args=(far, near), daemon=True).start()

    def _there(self, near: socket.socket, far: socket.socket) -> None:
        spoken = _Spoken()
        with suppress(OSError):
            while (heard := near.recv(1 << 16)) and not self.is_cut:
                if self.is_slow:
                    time.sleep(_DELAY_SECONDS)
                commits = spoken.commits(heard)
                far.sendall(heard)
                if commits and self.chance.random() < self.breaks:
                    self.broken += 1
                    break
        self._hang_up(near, far)

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while (heard := far.recv(1 << 16)) and not self.is_cut:
                near.sendall(heard)
        self._hang_up(near, far)

    def _hang_up(self, *lines: socket.socket) -> None:
        for line in lines:
            self._lines.discard(line)
            _close(line)


@dataclass(slots=True)
class _Spoken:
    """Reads along what a client says (PostgreSQL's protocol, version 3), as far as it takes to see a COMMIT."""

    rest: bytes = b""
    has_started: bool = False
    commits_named: set[bytes] = field(default_factory=set)  #: prepared statements that are one

    def commits(self, heard: bytes) -> bool:
        self.rest += heard
        found = False
        while (message := self._next()) is not None:
            kind, body = message
            match kind:
                case b"P":
                    name, query, _ = body.split(b"\0", 2)
                    if query == b"COMMIT":
                        self.commits_named.add(name)
                case b"B":
                    _, name, _ = body.split(b"\0", 2)
                    found |= name in self.commits_named
                case b"Q":
                    found |= body.startswith(b"COMMIT")
        return found

    def _next(self) -> tuple[bytes, bytes] | None:
        at = 1 if self.has_started else 0  # the first message has no kind
        if len(self.rest) < at + 4:
            return None
        (length,) = struct.unpack_from("!I", self.rest, at)
        if len(self.rest) < at + length:
            return None
        kind, body = self.rest[:at], self.rest[at + 4 : at + length]
        self.rest, self.has_started = self.rest[at + length :], True
        return kind, body


@contextmanager
def laid(folder: Path, target: Path, chance: random.Random) -> Iterator[Cable]:
    """A whole cable to the server whose socket lies in `target`. folder: a new one with a short path."""
    cable = Cable(folder, target, chance)
    folder.mkdir(mode=0o711)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / _NAME))
        listening.listen(64)
        threading.Thread(target=cable.accept, args=(listening,), daemon=True).start()
        try:
            yield cable
        finally:
            cable.cut()
            listening.shutdown(socket.SHUT_RDWR)


def _close(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
