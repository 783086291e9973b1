"""`changxiao calendar`: the working-day calendar on the command line; open dates follow every change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from engine.commands import calendar as commands
from engine.core import Engine
from engine.model.holidays import Layer
from engine.model.step import PersonId
from engine.queries.calendar import calendar_year
from webui.console import opened_engine, out, settings_of_environment, show_table, told

Command = TypeVar("Command", bound=Callable[..., Any])
_DAY = click.DateTime(["%Y-%m-%d"])
_BY = click.option("--by", required=True, help="系统管理员的用户名 · account of an administrator of the top unit")
_LAYERS = click.Choice(["local", "correction"])
_MOST_SHOWN = 50
_WORDS = (
    click.option("--name", required=True, help="名称 · name in Chinese"),
    click.option("--name-en", required=True, help="英文名称 · name in English"),
    click.option("--document", required=True, help="依据文号 · number of the notice that orders it"),
    click.option("--working/--off", default=False, help="上班或放假 · worked or off; off where nothing is said"),
    _BY,
)


def _worded(command: Command) -> Command:
    for option in reversed(_WORDS):
        command = option(command)
    return command


@click.group()
def calendar() -> None:
    """工作日历 · The working-day calendar."""


@calendar.command("show")
@click.argument("year", type=int)
@told
def show(year: int) -> None:
    """列出一年中各层的日期 · The days of a year that differ from the weekend rule, by layer."""
    with opened_engine(settings_of_environment()) as engine:
        found = calendar_year(engine, PersonId("system"), year)
    heads = ("日期 · day", "层 · layer", "上班 · working", "名称 · name", "依据 · document", "有效 · in force")
    entries = ((day.entry, day.in_force) for day in found.days)
    show_table(
        heads,
        (
            (e.day, e.layer.name.lower(), _mark(e.working), f"{e.zh} {e.en}", e.document, _mark(used))
            for e, used in entries
        ),
    )
    known = found.source or "节假日表未维护，期限暂定 · no national table: its dates are provisional"
    out.print(f"{year}: {found.working_days} 个工作日 · working days · {known}")


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_BY
@told
def import_year(file: Path, by: str) -> None:
    """导入国家放假安排（JSON） · Enter the national table of a year, in the form of engine/model/tables."""
    table = file.read_text(encoding="utf-8", errors="replace")
    _change(lambda engine: commands.enter_national_year(engine, PersonId(by), table))


@calendar.command("local")
@click.argument("day", type=_DAY)
@_worded
@told
def local(day: datetime, name: str, name_en: str, document: str, by: str, *, working: bool) -> None:
    """登记地方放假日 · Enter a holiday of the prefecture, or a day worked for it."""
    _change(
        lambda engine: commands.enter_local_day(
            engine, PersonId(by), day.date(), name=name, name_en=name_en, document=document, working=working
        )
    )


@calendar.command("correct")
@click.argument("day", type=_DAY)
@_worded
@told
def correct(day: datetime, name: str, name_en: str, document: str, by: str, *, working: bool) -> None:
    """更正单日，优先于其他各层 · Correct a single day; it wins over every other layer."""
    _change(
        lambda engine: commands.correct_day(
            engine, PersonId(by), day.date(), name=name, name_en=name_en, document=document, working=working
        )
    )


@calendar.command("drop")
@click.argument("day", type=_DAY)
@click.option("--layer", type=_LAYERS, required=True, help="撤销哪一层 · of which layer")
@click.option("--reason", required=True, help="理由 · reason")
@_BY
@told
def drop(day: datetime, layer: str, reason: str, by: str) -> None:
    """撤销地方放假日或单日更正 · Take back a local day or a correction; dates that were told stay."""
    _change(lambda engine: commands.drop_day(engine, PersonId(by), Layer[layer.upper()], day.date(), reason=reason))


def _change(command: Callable[[Engine], commands.CalendarChanged]) -> None:
    """Run the command and say what moved: units and days, never what a case is about."""
    with opened_engine(settings_of_environment()) as engine:
        changed = command(engine)
    moved = [one for one in changed.moved if not one.sealed]
    if moved:
        show_table(("单位 · unit", "原 · old", "现 · new"), ((m.unit, m.old, m.new) for m in moved[:_MOST_SHOWN]))
    days = ", ".join(map(date.isoformat, changed.days)) or "—"
    out.print(f"已改 · days changed: {days}")
    out.print(f"重算 · dates moved: {len(moved)}, confirmed: {changed.confirmed}, failed: {len(changed.failed)}")


def _mark(yes: object) -> str:
    return "✓" if yes else ""
