"""A process that imports a module once and forks for each question: a hang or a limit ends the fork, never the asker.

A fresh interpreter would cost half a second of imports each time, a fork costs hundredths. Nothing of one question is
left for the next, and nothing of the asker is there at all: neither its environment nor its open files.
"""

from __future__ import annotations

import atexit
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module

STARTS_WITHIN = 30  #: seconds that importing may take on a busy machine
IDLE = 300  #: seconds after which a server that nobody asks goes away
_LIMITS = struct.Struct("=dQ")  # seconds, bytes of memory
_HEAD = struct.Struct("=cI")  # how it went, length of what follows
_ALIVE, _ANSWER, _ERROR = b"+", b"=", b"!"


class Killed(Exception):
    """The fork ran over its time or memory."""


class Broken(Exception):
    """The function raised. args[0]: the class of its exception, without its words: they may quote the question."""


class ForkServer:
    """Asks `function` of `module` (bytes to bytes) in forks of a process of its own, begun at the first question.

    Any thread may ask; each question has a fork, so none waits for another.
    """

    def __init__(self, module: str, function: str, *, idle: float = IDLE) -> None:
        self._command = [module, function, f"{idle:g}"]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._asker = 0

    def ask(self, question: bytes, *, seconds: float, memory: int) -> bytes:
        """The answer of the function. seconds: of CPU, twice that by the wall clock; memory: bytes of address space.

        Raises Killed, Broken.
        """
        for _ in range(2):  # the server may go away, being idle, just as it is asked
            answer = self._ask(question, seconds, memory)
            if answer:
                break
        kind, length = _HEAD.unpack(answer[1 : 1 + _HEAD.size]) if len(answer) > _HEAD.size else (b"", 0)
        body = answer[1 + _HEAD.size :]
        if not kind or len(body) != length:
            raise Killed
        if kind == _ERROR:
            raise Broken(body.decode("ascii", "replace"))
        return body

    def close(self) -> None:
        """End the server; the next question would begin another."""
        with self._lock:
            self._end()

    def _ask(self, question: bytes, seconds: float, memory: int) -> bytes:
        """All that came back: nothing from a server that is gone, `_ALIVE` alone from a fork that was killed."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._hand_over(theirs, _LIMITS.pack(seconds, memory))
            ours.settimeout(STARTS_WITHIN + 2 * seconds)
            received = bytearray()
            with suppress(OSError):  # killed while it read or wrote: what came so far tells
                with suppress(BrokenPipeError):
                    ours.sendall(question)
                    ours.shutdown(socket.SHUT_WR)
                while part := ours.recv(65536):
                    received += part
        return bytes(received)

    def _hand_over(self, asked: socket.socket, limits: bytes) -> None:
        with self._lock:
            try:
                socket.send_fds(self._running(), [limits], [asked.fileno()])
            except OSError:  # it ended after we looked
                socket.send_fds(self._begin(), [limits], [asked.fileno()])

    def _running(self) -> socket.socket:
        alive = self._process is not None and self._asker == os.getpid() and self._process.poll() is None
        return self._control if alive and self._control is not None else self._begin()

    def _begin(self) -> socket.socket:
        self._end()
        path = os.pathsep.join(entry or str(os.getcwd()) for entry in sys.path)  # noqa: PTH109 - as text
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-W", "ignore", "-m", __name__, str(theirs.fileno()), *self._command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a traceback would quote the question
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the asker; the server ends with it
                env={"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
            )
        self._asker = os.getpid()
        atexit.register(self.close)
        return self._control

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None and self._asker == os.getpid():
            self._process.wait()
        self._process = None
        atexit.unregister(self.close)


def _serve(control: socket.socket, function: Callable[[bytes], bytes], idle: float) -> None:
    """Fork for each question until the asker closes, or nobody asks any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks that have ended are nobody's to collect
    control.settimeout(idle)
    with suppress(TimeoutError):
        while True:
            limits, descriptors, _, _ = socket.recv_fds(control, _LIMITS.size, 1)
            if not limits:
                return
            asked = socket.socket(fileno=descriptors[0])
            if os.fork() == 0:
                control.close()
                _answer(asked, function, *_LIMITS.unpack(limits))
                os._exit(0)
            asked.close()


def _answer(asked: socket.socket, function: Callable[[bytes], bytes], seconds: float, memory: int) -> None:
    """In the fork: limits first, then the question."""
    asked.sendall(_ALIVE)
    cpu = max(1, int(seconds))
    signal.setitimer(signal.ITIMER_REAL, 2 * seconds)  # unhandled: the kernel ends this process
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        question = b"".join(iter(lambda: asked.recv(65536), b""))
        kind, body = _ANSWER, function(question)
    except MemoryError:
        return
    except BaseException as error:
        kind, body = _ERROR, type(error).__name__.encode("ascii", "replace")
    asked.sendall(_HEAD.pack(kind, len(body)) + body)


def _main() -> None:
    descriptor, module, function, idle = sys.argv[1:]
    with socket.socket(fileno=int(descriptor)) as control:
        _serve(control, getattr(import_module(module), function), float(idle))


if __name__ == "__main__":
    _main()
