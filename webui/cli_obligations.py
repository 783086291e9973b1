"""`changxiao obligations`: what is owed, on the command line, for whoever runs the service."""

from __future__ import annotations

from datetime import datetime

import click

from engine.commands import nightly
from engine.commands.case_step import SYSTEM
from engine.model.obligation import STATE_LABELS
from engine.model.step import PersonId
from engine.queries.obligations import Obligation, ObligationFilter
from engine.queries.obligations import obligations as listed
from engine.queries.paging import MAX_LIMIT
from webui.console import opened_engine, out, settings_of_environment, show_table, told


@click.group()
def obligations() -> None:
    """义务清单 · Obligations."""


@obligations.command("generate")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="自何日起已施行；不写则自今日起 · since when the duties were in force; today if not said",
)
@told
def generate(since: datetime | None) -> None:
    """立即生成应尽义务，可重复执行 · Generate now what is owed; doing it again does nothing."""
    with opened_engine(settings_of_environment()) as engine:
        count = nightly.begin(engine, since=since.date() if since is not None else None)
    out.print(f"新生成 · generated: {count}")


@obligations.command("list")
@click.option("--unit", default="", help="单位代码 · code of a unit")
@click.option("--region", default="", help="地区代码 · code of a region, 532503")
@click.option("--period", default="", help="期间 · 2026, 2026H2, 2026Q3, 2026M07, 2026W0925")
@click.option("--code", default="", help="义务编号 · O01 … O30")
@click.option("--state", type=click.Choice(list(STATE_LABELS)), default=None, help="状态 · state")
@told
def show(unit: str, region: str, period: str, code: str, state: str | None) -> None:
    """列出义务，先到期者在前 · Obligations, what is due first at the top."""
    wanted = ObligationFilter(unit=unit, region=region, period=period, code=code, state=state or "")
    rows: list[Obligation] = []
    with opened_engine(settings_of_environment()) as engine:
        cursor = ""
        while True:
            page = listed(engine, PersonId(SYSTEM), wanted, cursor=cursor, limit=MAX_LIMIT)
            rows += page.rows
            cursor = page.next_cursor
            if not cursor:
                break
    heads = (
        "编号 · no",
        "义务 · obligation",
        "单位 · unit",
        "对象 · owner",
        "期间 · period",
        "到期 · due",
        "状态 · state",
    )
    show_table(heads, ((*_cells(found),) for found in rows))
    out.print(f"共 · in all: {len(rows)}")


def _cells(found: Obligation) -> tuple[object, ...]:
    row = found.row
    progress = f" {row.done or 0}/{row.of}" if row.of else ""
    owner = row.person or row.branch or ""
    return (row.code, found.rule.zh, row.unit, owner, row.period, row.due_on, " · ".join(found.words) + progress)
