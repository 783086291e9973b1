"""What the commands of the command line share: settings, an open engine, progress bars, tables, errors."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar, cast

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from engine.commands import demonstration
from engine.config import Settings
from engine.core import Engine
from engine.errors import ChangxiaoError, DefinitionRejected, InputRejected, Problem
from engine.store import embedded, migrate
from engine.store.database import Database

Command = TypeVar("Command", bound=Callable[..., Any])
out, err = Console(), Console(stderr=True)


def settings_of_environment() -> Settings:
    """The settings of this call. Errors end the command with a sentence."""
    return Settings.from_env(os.environ)


@contextmanager
def opened_engine(settings: Settings) -> Iterator[Engine]:
    """An engine on the database of this installation: the external one, the one being served, or one started now."""
    with embedded.opened(settings) as addresses:
        if addresses.owner_url:
            migrate.migrate(addresses.owner_url)
        with engine_on(replace(settings, database_url=addresses.app_url)) as engine:
            yield engine


@contextmanager
def engine_on(settings: Settings) -> Iterator[Engine]:
    """An engine on a database that is running and migrated already."""
    database = Database.open(settings.database_url, pool_size=4)
    try:
        yield Engine(settings, database)
    finally:
        database.close()


def told(command: Command) -> Command:
    """Errors of our own end the command with what to do, never with a traceback."""

    @functools.wraps(command)
    def telling(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DefinitionRejected as error:
            show_problems(error.problems)
            sys.exit(1)
        except InputRejected as error:
            sys.exit(f"{error.zh}\n{error.en}")
        except ChangxiaoError as error:
            sys.exit(str(error))

    return cast(Command, telling)


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[float, str], None]]:
    """A bar for long work: call what you get with the share done (0…1) and what is being done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, TimeElapsedColumn(), TextColumn("{task.fields[what]}"), console=err) as bar:
        line = bar.add_task(words, total=1.0, what="")
        yield lambda share, what: bar.update(line, completed=share, what=what)
        bar.update(line, completed=1.0, what="")


@contextmanager
def counting_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """The same for work that counts (done, total)."""
    with progress_bar(words) as tell:
        yield lambda done, total: tell(done / total if total else 0.0, f"{done}/{total}")


def show_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(*heads)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(table)


def show_problems(problems: Iterable[Problem]) -> None:
    """One block per finding: where, which rule, what to do, in both languages."""
    for problem in problems:
        place = f"{problem.file}#{problem.element_id} [{problem.rule}] {problem.element_name}".rstrip()
        click.echo(f"{problem.severity}: {place}", err=True)
        click.echo(f"  {problem.zh}\n  {problem.en}", err=True)
        if problem.path:
            click.echo(f"  路径 · path: {' → '.join(problem.path)}", err=True)


def say_logins(units: Collection[str] = ()) -> None:
    """The accounts to begin with in demonstration and rehearsal, one per role. units: codes; none: of all."""
    shown: dict[str, dict[str, str]] = {}
    for login in demonstration.logins():
        if not units or login["unit"] in units:
            shown.setdefault(login["role"], login)
    click.echo(f"演示账户 · Accounts to try, password {demonstration.PASSWORD}:")
    for login in shown.values():
        click.echo(f"  {login['username']}  {login['role_name']} {login['role']}  {login['unit']}")


def new_password() -> str:
    """Ask twice, without showing it."""
    return str(click.prompt("密码 · Password", hide_input=True, confirmation_prompt="再输入一次 · Again"))
