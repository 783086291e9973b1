"""Where the throw-away data of a test run lies: in memory where a machine has room, else where it puts such things.

A run makes hundreds of databases and removes them again. On a disk that is a third of the processor's time, and nothing
of it is meant to outlive the run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - only folders with names of their own are made in it
_ENOUGH_BYTES = 6 << 30


def keep_in_memory() -> None:
    """Let this process and those it starts make temporary files in memory. Somebody's own TMPDIR stays."""
    if "TMPDIR" not in os.environ and _has_room():
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def _has_room() -> bool:
    """Is there a file system in memory that takes programs, with room on it and as much memory behind it?"""
    try:
        is_closed = os.statvfs(_MEMORY).f_flag & (os.ST_NOEXEC | os.ST_RDONLY) or not os.access(_MEMORY, os.W_OK)
        return not is_closed and min(shutil.disk_usage(_MEMORY).free, _free_memory()) >= _ENOUGH_BYTES
    except (OSError, AttributeError, StopIteration):
        return False


def _free_memory() -> int:
    """Bytes, as Linux counts them."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
