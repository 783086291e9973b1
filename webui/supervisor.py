"""`changxiao serve`: starts the database, the web and the worker, keeps them running, and stops them in order.

    start the database -> migrate -> prepare the data -> start web and worker -> tend them -> Ctrl-C -> stop web and
    worker (3 s, then killed) -> stop the database

Nothing outlives the supervisor: children end by the kernel's signal when it is killed; a database server that slipped
through is found and stopped at the next start.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import FrameType

import click

from engine.config import PREFIX, Mode, Settings
from engine.errors import ChangxiaoError
from engine.store import embedded, migrate, roles
from webui.keeper import Happening, Keeper, Program
from webui.port import check_port_is_free

_TICK_SECONDS = 0.1
_STOP_SECONDS = 3.5
_START_SECONDS = 90.0
_TRIES_AT_START = 3

#: Puts into a migrated database what the mode needs (people, cases, the clock); called before web and worker start.
Prepare = Callable[[Settings, datetime | None], None]


class StartFailed(ChangxiaoError):
    """`serve` could not get the service going. The message says what to do, in both languages."""

    code = "start_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What the children are, as argument lists."""

    web: tuple[str, ...] = (sys.executable, "-m", "webui.server")
    worker: tuple[str, ...] = (sys.executable, "-m", "engine.worker")


def run(
    settings: Settings,
    mode: Mode,
    clock: datetime | None = None,
    *,
    prepare: Prepare | None = None,
    commands: Commands | None = None,
    folder: Path | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; returns when everything has stopped.

    clock: where the business clock of a demo or rehearsal starts; handed to `prepare`. folder: of a rehearsal that
    somebody else throws away, or keeps; None: it is thrown away here.
    Raises embedded.AlreadyRunning, roles.DatabaseUnfit, PortTaken, StartFailed; then nothing is left running.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(_signals_as_interrupt())
        try:
            if mode == "rehearsal":
                settings = replace(settings, data_dir=folder or stack.enter_context(_throw_away_folder(settings)))
            settings, server = _open_database(replace(settings, mode=mode), stack)
            check_port_is_free(settings)
            if prepare:
                prepare(settings, clock)
            programs = _start_programs(settings, commands or Commands(), stack)
            keepers = [Keeper(name, program) for name, program in programs.items()]
            if server:
                keepers.insert(0, Keeper("postgres", server))
            _wait_until_usable(settings, keepers, programs)
            _say_ready(settings, time.monotonic() - began)
            while True:
                _tend(keepers, programs)
                time.sleep(_TICK_SECONDS)
        except KeyboardInterrupt:
            _ignore_signals()
            _say("正在停止……", "Stopping…")
    _say("已停止。", "Stopped.")


@contextmanager
def _signals_as_interrupt() -> Iterator[None]:
    """SIGTERM and a closed terminal act as Ctrl-C does: what is going on is left at once, by way of its clean-up."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asks to go on without a terminal
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    """A second Ctrl-C does not disturb the stopping, which is bounded in time anyway."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _throw_away_folder(settings: Settings) -> Iterator[Path]:
    if settings.database_url:
        raise StartFailed(
            "演练使用一次性数据库，不能连接外部数据库。请去掉 CHANGXIAO_DATABASE_URL。\n"
            "A rehearsal runs on a throw-away database; unset CHANGXIAO_DATABASE_URL."
        )
    # Made by the embedded server with the modes it needs; the name cannot be guessed.
    folder = Path(tempfile.gettempdir()) / f"changxiao-rehearsal-{uuid.uuid4().hex}"
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open_database(settings: Settings, stack: ExitStack) -> tuple[Settings, embedded.Server | None]:
    """Settings that name the database to use, migrated; and the server, when it is our own."""
    began = time.monotonic()
    server = None
    if settings.database_url:
        (settings.data_dir / "log").mkdir(parents=True, exist_ok=True)
        roles.check_fit(settings.database_url)
    else:
        server = embedded.start(settings)
        stack.callback(server.stop)
        settings = replace(settings, database_url=server.app_url, owner_database_url=server.owner_url)
    _say(f"数据库已就绪（{time.monotonic() - began:.1f} 秒）", "Database ready")
    began = time.monotonic()
    if settings.owner_database_url:
        migrate.migrate(settings.owner_database_url)
        _say(f"数据库结构已是最新（{time.monotonic() - began:.1f} 秒）", "Schema up to date")
    elif migrate.pending(settings.database_url):
        raise StartFailed(
            "数据库结构需要升级。请设置 CHANGXIAO_OWNER_DATABASE_URL，或先运行 changxiao migrate。\n"
            "The schema is out of date. Set CHANGXIAO_OWNER_DATABASE_URL, or run `changxiao migrate` first."
        )
    return settings, server


def _start_programs(settings: Settings, commands: Commands, stack: ExitStack) -> dict[str, Program]:
    # The children never log in as owner, so they are not told how.
    env = _environment(os.environ, replace(settings, owner_database_url=""))
    log = settings.data_dir / "log"
    programs = {
        "web": Program(commands.web, env=env, log=log / "web.log"),
        "worker": Program(commands.worker, env=env, log=log / "worker.log"),
    }
    stack.callback(_stop_programs, programs)
    for program in programs.values():
        program.launch()
    return programs


def _environment(outer: Mapping[str, str], settings: Settings) -> dict[str, str]:
    kept = {name: value for name, value in outer.items() if not name.startswith(PREFIX)}
    return kept | settings.to_env() | {"PYTHONUNBUFFERED": "1"}


def _stop_programs(programs: Mapping[str, Program]) -> None:
    for program in programs.values():
        program.ask_to_stop()
    give_up_at = time.monotonic() + _STOP_SECONDS
    for program in programs.values():
        program.make_stop(give_up_at)


def _wait_until_usable(settings: Settings, keepers: list[Keeper], programs: Mapping[str, Program]) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while not _answers(settings):
        _tend(keepers, programs)
        web = next(keeper for keeper in keepers if keeper.name == "web")
        if web.failures >= _TRIES_AT_START or time.monotonic() > give_up_at:
            raise StartFailed(
                f"网页服务未能启动，详见 {programs['web'].log}：\n"
                f"The web part did not start; see {programs['web'].log}:\n{programs['web'].last_words()}"
            )
        time.sleep(_TICK_SECONDS)


def _answers(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _tend(keepers: list[Keeper], programs: Mapping[str, Program]) -> None:
    for keeper in keepers:
        happening = keeper.tend(time.monotonic())
        if happening is Happening.ENDED:
            _say(f"{keeper.name} 意外退出，将自动重启", f"{keeper.name} ended unexpectedly and will be restarted")
            if keeper.name in programs:
                click.echo(programs[keeper.name].last_words(), err=True)
        elif happening is not Happening.NOTHING:
            zh = "已重启" if happening is Happening.RESTARTED else "重启失败，稍后再试"
            _say(f"{keeper.name} {zh}", f"{keeper.name} {happening.value}")


def _say_ready(settings: Settings, seconds: float) -> None:
    url = f"http://{settings.host}:{settings.port}"
    _say(
        f"可以使用了：{url}（用时 {seconds:.1f} 秒，按 Ctrl-C 停止）",
        f"Ready: {url} after {seconds:.1f} s, Ctrl-C to stop",
    )


def _say(zh: str, en: str) -> None:
    click.echo(f"{zh} · {en}")
