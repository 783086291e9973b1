"""`changxiao deploy` and `changxiao lint`: publishing process definitions and forms, and checking them before."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from engine.commands import deployments
from engine.commands.builtin import builtin_files
from engine.commands.bundle_files import check_bundle
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.decisions.dmn.cases import SUFFIX
from engine.errors import DefinitionRejected, InputRejected, Problem
from engine.lint.decisions import check_decisions
from engine.model.step import PersonId
from webui.auth import roles_today
from webui.console import opened_engine, out, settings_of_environment, show_problems, told

_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
_ENDINGS = (".bpmn", ".dmn", ".json")


@click.command()
@_FILES
@click.option("--by", default="system", show_default=True, help="提出人 · who proposes")
@click.option("--confirm-by", "confirmer", help="由另一人确认，立即生效 · who confirms; then it is in force")
@click.option("--note", default="", help="说明 · what for")
@told
def deploy(files: Sequence[Path], by: str, confirmer: str | None, note: str) -> None:
    """发布一组 BPMN、DMN 和表单文件 · Publish a bundle of BPMN, DMN and form files."""
    with opened_engine(settings_of_environment()) as engine:
        _check_people(engine, by, confirmer)
        made = deployments.propose(engine, by, _read(files), note=note)
        show_problems(made.warnings)
        if confirmer:
            made = deployments.confirm(engine, PersonId(confirmer), made.id)
    out.print(f"{made.id} {made.state}")
    for definition in made.definitions:
        out.print(f"  {definition.key} v{definition.version}")
    if made.state == "proposed":
        out.print("待另一名分析员确认 · waits for another analyst's confirmation")


@click.command()
@_PATHS
@told
def lint(paths: Sequence[Path]) -> None:
    """检查文件或文件夹，不需要数据库 · Check files or folders of them; needs no database.

    决策的用例与决策一并检查 · Test cases of a decision are run with it. Ends with 1 when something forbids publishing.
    """
    files = _read(_with_partners(_expanded(paths)))
    problems = check(files)
    show_problems(problems)
    if any(problem.severity == "error" for problem in problems):
        sys.exit(1)
    cases = len(check_decisions(files).cases)
    if cases:
        out.print(f"通过的用例 · test cases that hold: {cases}")
    out.print("可以发布 · fit to publish")


def _expanded(paths: Sequence[Path]) -> list[Path]:
    """Files as they are; of a folder those that can be published."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        found += [one for one in inside if one == path or one.name.lower().endswith(_ENDINGS)]
    if not found:
        raise InputRejected(
            "文件夹中没有 .bpmn、.dmn 或 .json 文件。",
            "The folder holds no .bpmn, .dmn or .json file.",
            field="paths",
            value=str(paths[0]),
        )
    return found


def _with_partners(files: Sequence[Path]) -> list[Path]:
    """Models with the cases that lie beside them, and cases with their models."""
    found = list(files)
    for path in files:
        stem = path.name.removesuffix(SUFFIX) if path.name.endswith(SUFFIX) else path.name.removesuffix(".dmn")
        if stem != path.name:
            found += [other for name in (f"{stem}.dmn", stem + SUFFIX) if (other := path.with_name(name)).is_file()]
    return list(dict.fromkeys(found))


def check(files: dict[str, bytes]) -> Sequence[Problem]:
    """What publishing these files beside the shipped ones would find."""
    try:
        return check_bundle(files, beside=builtin_files())
    except DefinitionRejected as rejected:
        return rejected.problems


def _check_people(engine: Engine, by: str, confirmer: str | None) -> None:
    """Analysts publish, and two of them, here as over REST; before anything is stored. Raises InputRejected."""
    for option, person in (("--by", by), ("--confirm-by", confirmer)):
        is_nobody = person is None or (option == "--by" and person == SYSTEM)
        if not is_nobody and "analyst" not in roles_today(engine, PersonId(str(person))):
            raise InputRejected(
                f"{option}：“{person}”不是分析员，请填写分析员的用户名（changxiao user list）。",
                f"{option}: {person!r} is no analyst; give the name of one (changxiao user list).",
                field=option,
                value=person,
            )
    if confirmer == by:
        raise InputRejected(
            f"--confirm-by：提出人“{by}”不能确认自己的提议，请由另一名分析员确认。",
            f"--confirm-by: {by!r} cannot confirm an own proposal; name another analyst.",
            field="--confirm-by",
            value=by,
        )


def _read(files: Sequence[Path]) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in files}
