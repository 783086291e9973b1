"""`changxiao rehearse`: a whole period of the prefecture on a database of its own, and what came of it."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from datetime import time as hour
from pathlib import Path
from random import Random

import click

from engine.commands import rehearsal
from engine.commands.rehearsal import Played
from engine.config import Settings
from engine.core import Engine
from engine.model.clock import instant
from engine.model.obligation import STATE_LABELS
from engine.queries.outcome import Outcome, outcome
from engine.store import embedded, migrate
from engine.store.database import Database
from webui import supervisor
from webui.console import out, progress_bar, say_logins, settings_of_environment, show_table, told

_DAY = click.DateTime(["%Y-%m-%d"])
_LEVELS = {"1": ("催办", "urged"), "2": ("黄牌", "yellow"), "3": ("红牌", "red"), "4": ("上报", "reported"),
           "5": ("问责启动建议", "proposal")}  # fmt: skip
_BUSIEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    first: date
    last: date
    units: frozenset[str]
    seed: int

    @property
    def begins(self) -> datetime:
        return instant(self.first, hour(0))


@click.command()
@click.option("--from", "first", type=_DAY, default="2026-01-01", show_default=True, help="首日 · first day")
@click.option("--to", "last", type=_DAY, default="2026-12-31", show_default=True, help="末日 · last day")
@click.option("--units", default="all", show_default=True, help="all、地区或单位代码 · all, 532503, 532503-GA,…")
@click.option("--seed", type=int, default=7, show_default=True, help="种子，相同则结果相同 · same seed, same result")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), default=None, metavar="FOLDER",
              help="结果保留在此文件夹；不写则清除 · keep the year there; else it is dropped")  # fmt: skip
@click.option("--serve", is_flag=True, help="随后在浏览器中打开，直至 Ctrl-C · then open it in the browser")
@click.option("--port", type=click.IntRange(1, 65535), help="端口 · port for --serve")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · print the result as JSON")
@told
def rehearse(
    *,
    first: datetime,
    last: datetime,
    units: str,
    seed: int,
    keep: Path | None,
    serve: bool,
    port: int | None,
    as_json: bool,
) -> None:
    """演练一个时期：全部单位按真实流程运行 · Play a whole period with synthetic staff, on a database of its own.

    A folder of --keep that holds a year already is not played again: --serve opens it.
    """
    if last < first:
        raise click.UsageError("--to 不得早于 --from · --to lies before --from")
    wish = _Wish(first=first.date(), last=last.date(), units=rehearsal.chosen_units(units), seed=seed)
    # Never on the database of an installation, whichever the environment names.
    settings = replace(settings_of_environment(), database_url="", owner_database_url="", mode="rehearsal")
    if port is not None:
        settings = replace(settings, port=port)
    is_kept = keep is not None and (keep / "pg").exists()
    if is_kept and not serve:
        raise click.UsageError(f"{keep} 中已有演练，可用 --serve 打开 · holds a year already: open it with --serve")
    with _folder(keep) as folder:
        settings = replace(settings, data_dir=folder)
        if serve:
            supervisor.run(
                settings,
                "rehearsal",
                prepare=lambda ready, _clock: _prepare(ready, wish, is_kept=is_kept, as_json=as_json),
                folder=folder,
            )
            return
        with embedded.opened(settings) as addresses:
            migrate.migrate(addresses.owner_url)
            _report(replace(settings, database_url=addresses.app_url), wish, as_json=as_json)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where the rehearsal lives: the folder to keep, or one that is gone afterwards."""
    if keep is not None:
        yield keep.expanduser().resolve()
        return
    # Made by the embedded server with the modes it needs; the name cannot be guessed.
    folder = Path(tempfile.gettempdir()) / f"changxiao-rehearsal-{uuid.uuid4().hex}"
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(settings: Settings, wish: _Wish, *, is_kept: bool, as_json: bool) -> None:
    """Before web and worker start: the year is played, unless the folder holds one already."""
    if not is_kept:
        _report(settings, wish, as_json=as_json)
    say_logins(wish.units)
    click.echo("义务矩阵 · matrix of obligations: /obligations/matrix")


def _report(settings: Settings, wish: _Wish, *, as_json: bool) -> None:
    began = time.monotonic()
    with _engine(settings, wish.seed) as engine:
        with progress_bar("演练 · Rehearsing") as tell:
            rehearsal.begin(engine, wish.begins, units=wish.units)
            played = rehearsal.play(engine, until=wish.last, seed=wish.seed, progress=tell)
        found = outcome(engine)
    seconds = time.monotonic() - began
    if as_json:
        click.echo(json.dumps(_as_dict(found, played, seconds), ensure_ascii=False, indent=1))
    else:
        _show(found, played, seconds)


@contextmanager
def _engine(settings: Settings, seed: int) -> Iterator[Engine]:
    """An engine whose chance follows from the seed: draws by lot come out the same again."""
    random = Random(seed)  # noqa: S311 - of a rehearsal, to be repeated
    database = Database.open(settings.database_url, pool_size=4, random=random)
    try:
        yield Engine(settings, database, random=random)
    finally:
        database.close()


def _as_dict(found: Outcome, played: Played, seconds: float) -> dict[str, object]:
    refused = [
        {"place": one.place, "code": one.code, "field": one.field, "message": one.message, "times": number}
        for one, number in sorted(played.refusals.items())
    ]
    told = {"begun": played.begun, "timers": played.fired, "refused": refused}
    return {**found.as_dict(), **told, "digest": found.digest, "seconds": round(seconds, 1)}


def _show(found: Outcome, played: Played, seconds: float) -> None:
    states = list(found.by_state)
    heads = ("义务 · duty", *(" · ".join(STATE_LABELS[state]) for state in states))
    rows: list[tuple[object, ...]] = [
        (code, *(numbers.get(state, "") for state in states)) for code, numbers in sorted(found.obligations.items())
    ]
    show_table(heads, [*rows, ("合计 · all", *found.by_state.values())])
    show_table(
        ("流程 · process", "案件 · cases", "其中未结 · open"), (_cases(key, n) for key, n in found.cases.items())
    )
    show_table(
        ("牌卡 · cards", "数量 · number"), ((_card(name), number) for name, number in sorted(found.cards.items()))
    )
    busiest = list(found.load.items())
    middle = busiest[len(busiest) // 2][1] if busiest else 0
    named = "，".join(f"{person} {number}" for person, number in busiest[:_BUSIEST])
    out.print(f"办件量 · tasks per person: 中位 · median {middle}；最多 · most {named}")
    show_table(
        ("被拒 · refused", "原因 · why", "字段 · field", "说明 · message", "次 · times"),
        ((one.place, one.code, one.field, one.message, number) for one, number in sorted(played.refusals.items())),
    )
    show_table(
        ("死结 · dead end", "位置 · place", "类别 · kind", "原因 · why", "件 · cases"),
        ((one.key, one.node, one.kind, one.why, number) for one, number in sorted(found.dead_ends.items())),
    )
    out.print(
        f"办结任务 · tasks done {found.done}，未结 · open {found.open}（逾期 · late {found.late}），"
        f"记录 · events {found.events}，文书 · papers {found.documents}，计时 · timers {played.fired}，{seconds:.0f} s"
    )
    out.print(f"摘要 · digest {found.digest}")


def _cases(key: str, numbers: Mapping[str, int]) -> tuple[object, ...]:
    ended = sum(numbers.get(status, 0) for status in ("completed", "terminated"))
    total = sum(numbers.values())
    return key, total, total - ended


def _card(name: str) -> str:
    level, _, state = name.partition(" ")
    return f"{' · '.join(_LEVELS.get(level, (level, level)))} ({state})"
