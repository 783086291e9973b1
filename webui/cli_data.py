"""`changxiao backup`, `restore`, `export-audit` and `verify-audit`: keeping what happened, and proving it."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from engine.model.anchor import AnchorFinding
from engine.model.draw_check import check_draws, read_draws
from engine.store import backup as store
from engine.store.anchor_file import read_anchors
from engine.store.history import export_history
from engine.store.verify import verify, verify_anchored
from webui.console import counting_bar, opened_engine, out, settings_of_environment, told


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@told
def backup(folder: Path) -> None:
    """备份数据库和附件到新文件夹 · Back up database and attachments into a new folder, also while serving."""
    with counting_bar("备份 · Backup") as tell:
        # Wall time: when the copy was made, whatever the business clock says.
        manifest = store.backup(settings_of_environment(), folder, at=datetime.now(UTC), progress=tell)
    out.print(f"已备份 · {sum(manifest.rows.values())} rows, {len(manifest.sha256)} files → {folder}")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@told
def restore(folder: Path) -> None:
    """恢复到空的安装 · Restore a backup into an empty installation."""
    with counting_bar("恢复 · Restore") as tell:
        manifest = store.restore(settings_of_environment(), folder, progress=tell)
    out.print(f"已恢复 · {sum(manifest.rows.values())} rows, taken {manifest.taken_at}")


@click.command("export-audit")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@told
def export_audit(file: Path) -> None:
    """导出全部办理记录和访问日志 · Export history and access log, for verify-audit."""
    with opened_engine(settings_of_environment()) as engine, engine.reading("system") as tx, file.open("xb") as target:
        file.chmod(0o600)
        count = export_history(tx.raw, target)
    out.print(f"已导出 · {count} events → {file}")


@click.command("verify-audit")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="锚点文件，早于导出 · The file of the hourly anchors, older than the export.",
)
@told
def verify_audit(file: Path, anchors: Path | None) -> None:
    """校验导出文件，不需要数据库 · Verify an export; needs no database. Ends with 1 when something was changed."""
    unanchored: tuple[AnchorFinding, ...] = ()
    with ExitStack() as files:
        lines = files.enter_context(file.open("rb"))
        if anchors is None:
            found = verify(lines)
        else:
            found, unanchored = verify_anchored(lines, files.enter_context(anchors.open("rb")))
    for finding in found.findings:
        click.echo(f"{finding.chain} #{finding.seq}: {finding.zh} · {finding.en}", err=True)
    for anchored in unanchored:
        click.echo(f"{anchored.zh} · {anchored.en}", err=True)
    chains, wrong = len(found.heads), len(found.findings) + len(unanchored)
    if wrong:
        sys.exit(f"未通过 · {wrong} findings in {found.events} events, {chains} chains")
    out.print(f"校验通过 · sound: {found.events} events, {chains} chains" + (", anchored" if anchors else ""))


@click.command("verify-draw")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="锚点文件 · The file of the hourly anchors.",
)
@told
def verify_draw(file: Path, anchors: Path | None) -> None:
    """按导出的抽取记录重新抽取，不需要数据库 · Draw again from the answer of GET /api/v1/draws; needs no database.
    Ends with 1 when a draw does not come out as the log says."""
    rows, roots = read_draws(file.read_bytes()), None
    if anchors is not None:
        roots = {anchor.no: anchor.root.hex() for anchor in read_anchors(anchors.read_bytes().splitlines())}
    found = list(check_draws(rows, roots=roots))
    for finding in found:
        click.echo(f"{finding.zh} · {finding.en}", err=True)
    drawn = sum(row.get("state") == "drawn" and row.get("pool") is not None for row in rows)
    if found:
        sys.exit(f"未通过 · {len(found)} findings in {drawn} draws")
    out.print(f"校验通过 · {drawn} of {len(rows)} draws come out as told")
