"""Makes the executable that starts sandbox workers with their rights taken away, and tells how far the locks hold."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.workflow.scripting.errors import SandboxUnavailable

FIRST_UID = 63_100  #: above the accounts of people and services, below 65534 (nobody)
PROBE_SECONDS = 20
MACHINES = ("x86_64", "aarch64")
_PREFIX = "changxiao-sandbox-"
_ABANDONED_AFTER_SECONDS = 60  #: a younger folder may belong to somebody who is just about to lock it


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLevel:
    """Which locks lie on a sandbox worker on this machine, each one tried. For `/readyz` and the operator."""

    no_new_privs: bool
    seccomp: bool  #: processes, programs, network, writing and signals are refused by the kernel
    landlock: int  #: version of Landlock; 0: this kernel has none, files are guarded by their permissions only
    own_user: bool  #: the worker runs under a uid of its own, which no file belongs to
    uid: int

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """An executable file in a private folder; Monty starts it in place of its interpreter."""

    folder: Path
    path: Path
    level: SandboxLevel
    lock: int  #: open file; the folder is locked by it for as long as this process lives, however that ends

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)


def make_launcher(binary: Path | None = None) -> Launcher:
    """Write the launcher, run it once to try its locks. Raises SandboxUnavailable that says what is missing."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        raise SandboxUnavailable(
            f"Scripts need Linux on {' or '.join(MACHINES)} (seccomp); this is {sys.platform} on {platform.machine()}."
        )
    binary = binary or _interpreter()
    place = _executable_folder()
    _remove_abandoned(place)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = _write(folder, binary, _free_uid() if os.geteuid() == 0 else 0)
        return Launcher(folder=folder, path=path, level=_probe(path), lock=lock)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
        raise


def _remove_abandoned(place: str) -> None:
    """Take away the folders of processes that were killed: nobody holds their locks any more."""
    for folder in Path(place).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another user's, or another process was faster
            if time.time() - folder.stat().st_mtime < _ABANDONED_AFTER_SECONDS:
                continue
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _interpreter() -> Path:
    # Imported late: only who starts a worker needs the extension module.
    from pydantic_monty._binary import find_monty_binary

    try:
        return Path(find_monty_binary()).resolve(strict=True)
    except FileNotFoundError as error:
        raise SandboxUnavailable("The interpreter of pydantic-monty is not installed.") from error


def _executable_folder() -> str:
    """A folder for temporary files from which programs may be started."""
    candidates = [tempfile.gettempdir(), "/dev/shm", str(Path.home())]  # noqa: S108 - mkdtemp makes a private folder
    for folder in candidates:
        if os.access(folder, os.W_OK | os.X_OK) and not os.statvfs(folder).f_flag & os.ST_NOEXEC:
            return folder
    raise SandboxUnavailable(f"No folder to start the sandbox from: {', '.join(candidates)} are closed or noexec.")


def _free_uid() -> int:
    """The first uid from FIRST_UID that no account has, so that the worker owns nothing and shares nothing."""
    for uid in range(FIRST_UID, FIRST_UID + 1000):
        try:
            pwd.getpwuid(uid)
        except KeyError:
            return uid
    raise SandboxUnavailable(f"All user ids from {FIRST_UID} are taken.")


def _write(folder: Path, binary: Path, uid: int) -> Path:
    python = Path(sys.executable).resolve()
    if len(str(python)) > 100 or " " in str(python):  # what a #! line cannot hold
        link = folder / "python"
        link.symlink_to(python)
        python = link
    source = Path(__file__).with_name("locked_worker.py").read_text(encoding="utf-8")
    path = folder / "worker"
    path.write_text(f"#!{python} -ISB\n{source}\nmain({str(binary)!r}, {uid})\n", encoding="utf-8")
    path.chmod(0o700)
    return path


def _probe(path: Path) -> SandboxLevel:
    try:
        answer = subprocess.run(  # noqa: S603 - our own file
            [str(path), "--probe"], capture_output=True, timeout=PROBE_SECONDS, check=False, env={}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxUnavailable(f"The sandbox launcher cannot be started: {error}") from error
    if answer.returncode != 0:
        reason = answer.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        raise SandboxUnavailable(f"The sandbox launcher failed: {reason[0]}")
    found = json.loads(answer.stdout)
    locks = ("no_new_privs", "fork", "run", "network", "write", "signal", *(("read",) if found["landlock"] else ()))
    broken = [lock for lock in locks if not found[lock]]
    if broken:
        raise SandboxUnavailable(f"These locks of the sandbox do not hold on this kernel: {', '.join(broken)}.")
    return SandboxLevel(
        no_new_privs=True,
        seccomp=True,
        landlock=found["landlock"],
        own_user=found["uid"] not in (0, os.getuid()),
        uid=found["uid"],
    )
