"""Settings, read once from the environment by the command line and handed down as a value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from engine.errors import ChangxiaoError

PREFIX = "CHANGXIAO_"
Mode = Literal["demo", "rehearsal", "live"]
LogFormat = Literal["json", "text"]
_CHOICES: Mapping[str, tuple[str, ...]] = {"mode": get_args(Mode), "log_format": get_args(LogFormat)}
_MOST_WEB_PROCESSES = 8  #: with more, requests would only wait for the database instead
_WEB_PROCESS_BYTES = 150 * 1024**2
_CGROUP = Path("/sys/fs/cgroup")


class SettingsError(ChangxiaoError):
    """A setting is unknown or has a value that cannot be used."""

    code = "settings_error"


@cache
def fitting_web_processes(cgroup: Path = _CGROUP) -> int:
    """How many processes that answer requests this machine or container bears, from 1 to 8.

    One for each core that we may use, while all of them together take no more than a quarter of the memory.
    """
    cores: float = len(os.sched_getaffinity(0))
    memory_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):  # "max": no limit
        quota, period = (cgroup / "cpu.max").read_text().split()
        cores = min(cores, int(quota) / int(period))
    with suppress(OSError, ValueError):
        memory_bytes = min(memory_bytes, int((cgroup / "memory.max").read_text()))
    return max(1, min(int(cores), memory_bytes // 4 // _WEB_PROCESS_BYTES, _MOST_WEB_PROCESSES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between installations. One environment variable each: CHANGXIAO_ + NAME."""

    data_dir: Path  #: embedded database, attachments, logs of `serve`
    database_url: str = ""  #: external PostgreSQL of the role cx_app; empty: the embedded server
    owner_database_url: str = ""  #: the same database as cx_owner, for `migrate`
    anchor_file: str = ""  #: where the hourly anchors are appended, best on other storage; empty: in the data folder
    host: str = "127.0.0.1"
    port: int = 8000
    web_processes: int = field(default_factory=fitting_web_processes)  #: that answer requests
    web_threads: int = 8  #: of each of them
    secret_key: str = ""  #: signs CSRF tokens of the login page; empty: one is made in the data folder
    public_url: str = ""  #: origin that browsers use, for the Origin check; empty: the Host header
    smtp_url: str = ""  #: smtp://, smtp+starttls:// or smtps://, user:password@host:port; empty: no mail is sent
    mail_from: str = ""  #: address that mail comes from
    mail_domains: str = ""  #: "example.gov.cn,…": mail goes to these only; empty: to any
    outgoing_origins: str = ""  #: "https://host:port,…": where web hooks may post to; empty: nowhere
    log_format: LogFormat = "json"
    mode: Mode = "live"  #: `serve` sets it for its children; demo and rehearsal open doors that live keeps shut

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read settings from `environ`. Raises SettingsError that names the variable."""
        known = {f.name: f for f in fields(cls)}
        values: dict[str, object] = {}
        for variable, text in environ.items():
            if not variable.startswith(PREFIX) or variable == "CHANGXIAO_CHROMIUM":
                continue
            name = variable.removeprefix(PREFIX).lower()
            if name not in known:
                raise SettingsError(
                    f"Unknown setting {variable}. Known: " + ", ".join(PREFIX + n.upper() for n in sorted(known))
                )
            values[name] = _parse(variable, name, text)
        values.setdefault("data_dir", default_data_dir(environ))
        return cls(**values)  # type: ignore[arg-type]

    @property
    def anchor_path(self) -> Path:
        """The file of the anchors."""
        return Path(self.anchor_file).expanduser() if self.anchor_file else self.data_dir / "anchors.jsonl"

    def to_env(self) -> dict[str, str]:
        """The variables from which `from_env` reads these settings again, for a child process."""
        values = {f.name: str(getattr(self, f.name)) for f in fields(self)}
        return {PREFIX + name.upper(): text for name, text in values.items() if text}


def _parse(variable: str, name: str, text: str) -> object:
    if name == "data_dir":
        return Path(text).expanduser().resolve()
    if name in {"port", "web_processes", "web_threads"}:
        if not text.isdecimal() or not 0 < int(text) < 65536:
            raise SettingsError(f"{variable}={text!r} is not a whole number from 1 to 65535.")
        return int(text)
    if name == "smtp_url" and text and urlsplit(text).scheme not in {"smtp", "smtp+starttls", "smtps"}:
        raise SettingsError(f"{variable} must begin with smtp://, smtp+starttls:// or smtps://.")
    if name in _CHOICES and text not in _CHOICES[name]:
        raise SettingsError(f"{variable}={text!r} must be one of: {', '.join(_CHOICES[name])}.")
    return text


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """/var/lib/changxiao as root, else the XDG data home."""
    if os.geteuid() == 0:
        return Path("/var/lib/changxiao")
    home = environ.get("XDG_DATA_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".local/share")
    return Path(home) / "changxiao"
