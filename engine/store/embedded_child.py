"""A child process that does not outlive the process that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO

_MAX_LOG_BYTES = 16 * 1024**2
_PR_SET_PDEATHSIG = 1
# Looked up before any fork: between fork and exec nothing may be imported or allocated that another thread might hold.
_PRCTL = ctypes.CDLL(None, use_errno=True).prctl


def start_child(
    argv: Sequence[str | Path],
    *,
    on_parent_death: signal.Signals,
    output: IO[bytes] | int,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: tuple[int, int] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own: Ctrl-C reaches only the parent, which then stops its children in order.

    on_parent_death: sent by the kernel to the child when the calling thread ends, even by `kill -9`.
    user: (uid, gid) to change to; needs root.
    """
    uid, gid = user or (None, None)
    return subprocess.Popen(  # noqa: S603  (argv is ours, no shell)
        [str(word) for word in argv],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=dict(env) if env is not None else None,
        cwd=cwd,
        user=uid,
        group=gid,
        extra_groups=None if user is None else [],
        start_new_session=True,
        # Runs after the change of user, which is needed: changing the user clears the death signal.
        preexec_fn=partial(bind_to_parent, os.getpid(), on_parent_death),
    )


def bind_to_parent(parent: int, death_signal: signal.Signals) -> None:
    """Called in a child: from now on the kernel sends it `death_signal` when the thread that started it ends."""
    _PRCTL(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:  # the parent died before the line above: nobody would ever send the signal
        os._exit(1)


def stop_child(
    process: subprocess.Popen[bytes], *, ask: signal.Signals, patience: float, insist: signal.Signals
) -> bool:
    """Ask a child to end, wait `patience` seconds for it, then insist. True when asking was enough."""
    if process.poll() is not None:
        return True
    process.send_signal(ask)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.send_signal(insist)
        process.wait()
        return False
    return True


def open_log(path: Path) -> IO[bytes]:
    """A log to append to, closed to others; what was there moves to `.1` when it has grown large."""
    if path.exists() and path.stat().st_size > _MAX_LOG_BYTES:
        path.replace(path.with_name(path.name + ".1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
