"""`changxiao`: serve, administer, publish, verify, back up. Reads the settings once and hands them down."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
from dataclasses import replace
from datetime import datetime

import click

from engine.commands import demonstration
from engine.commands.builtin import builtin_files
from engine.commands.deployments import deploy_builtin
from engine.commands.people import add_first_administrator, is_new
from engine.config import Mode, Settings, SettingsError, default_data_dir
from engine.core import Engine
from engine.logs import configure_logging
from engine.model.clock import SHANGHAI
from engine.model.step import PersonId
from engine.store import embedded
from engine.store import migrate as migration
from engine.version import VERSION
from webui import supervisor
from webui.cli_accounts import token, user
from webui.cli_calendar import calendar
from webui.cli_data import backup, export_audit, restore, verify_audit, verify_draw
from webui.cli_definitions import deploy, lint
from webui.cli_obligations import obligations
from webui.cli_rehearse import rehearse
from webui.console import (
    engine_on,
    new_password,
    opened_engine,
    out,
    progress_bar,
    say_logins,
    settings_of_environment,
    told,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="changxiao")
def main() -> None:
    """长效：流程引擎服务 · changxiao, a process engine for standing duties."""
    # What a command says goes to the terminal in words; structured logs are for the children of `serve`.
    configure_logging(replace(_settings_or_defaults(), log_format="text"), logging.WARNING)


@main.command()
@click.option("--live", "mode", flag_value="live", help="真实时钟，无演示数据 · real clock, no demonstration data")
@click.option("--rehearsal", "mode", flag_value="rehearsal", help="一次性数据库和演练时钟 · throw-away data, own clock")
@click.option("--clock", "clock", metavar="ISO", help="时钟起点 · where the clock starts: 2026-01-04T09:00+08:00")
@click.option("--port", type=click.IntRange(1, 65535), help="端口 · port, 8000 where nothing is said")
@told
def serve(mode: str | None, clock: str | None, port: int | None) -> None:
    """启动数据库、网页和后台，直至 Ctrl-C · Run database, web and worker until Ctrl-C."""
    settings = settings_of_environment()
    if port is not None:
        settings = replace(settings, port=port)
    chosen: Mode = "live" if mode == "live" else "rehearsal" if mode == "rehearsal" else "demo"
    begins = _moment(clock) if clock else None
    if begins is not None and chosen == "live":
        raise click.UsageError("--clock 不能用于 --live · --clock does not go with --live")
    supervisor.run(settings, chosen, begins, prepare=_prepare)


@main.command()
@told
def web() -> None:
    """只运行网页服务 · Run the web part only."""
    settings = _with_database(settings_of_environment())
    program = supervisor.Commands().web
    os.execve(program[0], program, os.environ | settings.to_env())  # noqa: S606 - argv is ours


@main.command()
@told
def worker() -> None:
    """只运行后台 · Run a worker only: timers and jobs."""
    settings = _with_database(settings_of_environment())
    program = supervisor.Commands().worker
    os.execve(program[0], program, os.environ | settings.to_env())  # noqa: S606 - argv is ours


@main.command()
@told
def migrate() -> None:
    """升级数据库结构 · Bring the schema of the database up to date."""
    settings = settings_of_environment()
    with embedded.opened(settings) as addresses:
        if not addresses.owner_url:
            raise click.UsageError("请设置 CHANGXIAO_OWNER_DATABASE_URL · set CHANGXIAO_OWNER_DATABASE_URL")
        missing = migration.pending(addresses.owner_url)
        migration.migrate(addresses.owner_url)
    out.print(f"已升级 · applied: {', '.join(missing)}" if missing else "已是最新 · up to date")


@main.command()
@click.option("--logins", is_flag=True, help="以 JSON 列出演示账户 · the accounts to try, as JSON")
@click.option("--reset", is_flag=True, help="清除演示数据 · throw its data away; the next start makes new")
@click.option("--yes", is_flag=True, help="不再询问 · do not ask")
@told
def demo(*, logins: bool, reset: bool, yes: bool) -> None:
    """演示系统 · The demonstration."""
    if logins:
        click.echo(json.dumps(demonstration.logins(), ensure_ascii=False, indent=1))
    elif reset:
        _reset_demonstration(settings_of_environment(), sure=yes)
    else:
        raise click.UsageError("--logins 或 --reset · say --logins or --reset")


def _settings_or_defaults() -> Settings:
    """For logging only: a wrong setting is told by the command that reads it."""
    try:
        return settings_of_environment()
    except SettingsError:
        return Settings(data_dir=default_data_dir(os.environ))


def _prepare(settings: Settings, clock: datetime | None) -> None:
    """Before web and worker start: what is shipped is deployed, and the mode finds its people, cases and clock."""
    with engine_on(settings) as engine:
        deploy_builtin(engine, builtin_files())
        if settings.mode == "live":
            _prepare_live(engine)
            return
        with progress_bar("准备数据 · Preparing data") as tell:
            demonstration.prepare(engine, settings.mode, clock, tell)
    say_logins()


def _prepare_live(engine: Engine) -> None:
    demonstration.prepare_live(engine)
    with engine.transaction("system") as tx:
        if not is_new(engine, tx):
            return
    if not sys.stdin.isatty():
        click.echo("尚无管理员：请在终端运行一次 · no administrator yet: run this once in a terminal", err=True)
        return
    click.echo("请设立首位管理员 · The first administrator")
    person = PersonId(click.prompt("用户名 · Account name"))
    name = click.prompt("姓名 · Name")
    add_first_administrator(engine, person, name=name, password=new_password())


def _with_database(settings: Settings) -> Settings:
    """Settings that name a running database: the one given, or the one that `serve` runs here."""
    if settings.database_url:
        return settings
    served = embedded.attach(settings)
    if served is None:
        raise click.UsageError(
            "没有正在运行的数据库：请设置 CHANGXIAO_DATABASE_URL · no running database: set CHANGXIAO_DATABASE_URL"
        )
    return replace(settings, database_url=served.app_url)


def _reset_demonstration(settings: Settings, *, sure: bool) -> None:
    if settings.database_url:
        raise click.UsageError("只能清除内置数据库 · only the embedded database is thrown away")
    if embedded.attach(settings) is not None:
        raise click.UsageError("请先停止正在运行的服务 · stop the running service first")
    with opened_engine(settings) as engine, engine.transaction("system") as tx:
        mode = tx.clock().mode
        used = mode != "demo" and not is_new(engine, tx)
    if used:
        raise click.UsageError("这不是演示数据，拒绝清除 · this is no demonstration; nothing was removed")
    if not sure:
        click.confirm(f"清除 {settings.data_dir} 中的演示数据？ · Throw the demonstration away?", abort=True)
    for name in ("pg", "attachments"):
        shutil.rmtree(settings.data_dir / name, ignore_errors=True)
    (settings.data_dir / "credentials.json").unlink(missing_ok=True)
    out.print("已清除 · gone")


def _moment(text: str) -> datetime:
    """An ISO time; without an offset it is Asia/Shanghai's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} 不是 ISO 时间 · is no ISO time", param_hint="--clock") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)


for command in (
    deploy,
    lint,
    user,
    token,
    calendar,
    obligations,
    rehearse,
    verify_audit,
    verify_draw,
    export_audit,
    backup,
    restore,
):
    main.add_command(command)
