"""One run of a migration: how far it is, what came of each case, and what is done about it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import redirect
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import migrations
from engine.errors import Conflict, Refused
from engine.model.step import InstanceId
from engine.queries import migrations as queries
from engine.queries.frame import frame_of
from engine.queries.migrations import Run
from webui.auth import current_person, rule
from webui.export import MOST_ROWS, Column, Listing, export, wanted_format
from webui.migration_words import node_name, obstacle_words
from webui.pages.blueprint import blueprint
from webui.pages.migration_parts import PLANNERS, node_label, planners_frame, run_state
from webui.pages.migration_views import MigrationItemLine, MigrationPage, ReasonLine
from webui.pages.operations_views import Mark
from webui.pages.parts import Banner
from webui.pages.rendering import render
from webui.pages.words import say
from webui.problems import detail_of
from webui.service import current_engine

_SHOWN = 100
_MARKS: Mapping[str, Mark] = {"migrated": "green", "refused": "yellow", "kept": "yellow", "undone": "grey", "": "grey"}


@blueprint.get("/migrations/<uuid:run_id>")
@rule(PLANNERS)
def show_migration(run_id: UUID) -> str | Response:
    """How far it is, and for operators what came of each case; as a file with all of them."""
    if (file := wanted_format()) is not None and _is_operator():
        return export(_listing(run_id), file)
    return _page(run_id)


@blueprint.post("/migrations/<uuid:run_id>/<any(confirm, withdraw, stop, undo):act>")
@rule(PLANNERS)
def decide_migration(run_id: UUID, act: str) -> Response | tuple[str, int]:
    """A button of the page."""
    command = {
        "confirm": migrations.confirm,
        "withdraw": migrations.withdraw,
        "stop": migrations.stop,
        "undo": migrations.undo,
    }[act]
    try:
        command(current_engine(), current_person(), run_id)
    except (Conflict, Refused) as refused:
        status = 409 if isinstance(refused, Conflict) else 403
        return _page(run_id, Banner(text=detail_of(refused), kind="err")), status
    return redirect(f"/migrations/{run_id}", 303)


@blueprint.post("/migrations/<uuid:run_id>/items/<uuid:instance_id>/undo")
@rule("role:operator")
def undo_one_migration(run_id: UUID, instance_id: UUID) -> Response | tuple[str, int]:
    """Take one case back."""
    try:
        migrations.undo_one(current_engine(), current_person(), run_id, InstanceId(instance_id))
    except Conflict as refused:
        return _page(run_id, Banner(text=detail_of(refused), kind="err")), 409
    return redirect(f"/migrations/{run_id}", 303)


def _is_operator() -> bool:
    return any(role.code == "operator" for role in frame_of(current_engine(), current_person()).roles)


def _page(run_id: UUID, *banners: Banner) -> str:
    engine, person = current_engine(), current_person()
    _, run = queries.run(engine, person, run_id)
    row, counts, href = run.row, run.counts, f"/migrations/{run_id}"
    old, new = run.old.info.nodes, run.new.info.nodes
    is_operator, waits = _is_operator(), row.state == "proposed"
    shown = queries.items(engine, person, run_id, limit=_SHOWN) if is_operator else ()
    undoing = row.undone_at is not None and row.undo_ended_at is None
    can_undo = row.state == "ended" and row.undone_at is None and counts.get("migrated", 0) > 0
    names = {name: run.people.get(name, name) for name in (row.proposed_by, row.decided_by or "", row.stopped_by or "")}
    return render(
        MigrationPage(
            frame=planners_frame(*banners),
            href=href,
            name=say(run.old.row.name, run.old.row.name_en),
            old_version=run.old.row.version,
            new_version=run.new.row.version,
            note=row.note,
            forms=row.forms,
            digest=row.digest,
            state=row.state,
            state_word=run_state(run),
            who=names[row.proposed_by],
            at=row.proposed_at,
            decided_by=names.get(row.decided_by or "", ""),
            stopped_by=names.get(row.stopped_by or "", ""),
            undone_by=run.people.get(row.undone_by or "", ""),
            total=run.total,
            done=run.total - counts.get("", 0),
            migrated=counts.get("migrated", 0),
            refused=counts.get("refused", 0),
            undone=counts.get("undone", 0),
            kept=counts.get("kept", 0),
            goes_on=row.state == "running" or undoing,
            reasons=tuple(ReasonLine(text=obstacle_words(why, old, new), cases=n) for why, n in run.reasons),
            mapped=tuple(
                (node_label(node_name(old, source), source), node_label(node_name(new, target), target))
                for source, target in row.node_map.items()
                if source != target
            ),
            items=tuple(_item_line(run, item) for item in shown),
            more=max(0, run.total - len(shown)) if is_operator else 0,
            confirm_href=f"{href}/confirm" if waits and row.proposed_by != person else "",
            withdraw_href=f"{href}/withdraw" if waits else "",
            stop_href=f"{href}/stop" if row.state == "running" and row.stopped_at is None else "",
            undo_href=f"{href}/undo" if can_undo else "",
        )
    )


def _item_line(run: Run, item: queries.Item) -> MigrationItemLine:
    old, new = run.old.info.nodes, run.new.info.nodes
    words = {
        "": gettext("等待"),
        "migrated": gettext("已迁移"),
        "refused": gettext("留在原版本"),
        "undone": gettext("已撤回"),
        "kept": gettext("未能撤回"),
    }
    return MigrationItemLine(
        number=item.number,
        href=f"/instance/{item.instance_id}",
        instance=str(item.instance_id),
        mark=_MARKS[item.outcome],
        outcome=str(words[item.outcome]),
        why=obstacle_words(item.obstacle, old, new) if item.obstacle is not None else "",
        done_at=item.done_at,
        undo_href=f"/migrations/{run.row.id}/items/{item.instance_id}/undo" if item.can_undo else "",
    )


def _listing(run_id: UUID) -> Listing[MigrationItemLine]:
    engine, person = current_engine(), current_person()
    _, run = queries.run(engine, person, run_id)
    rows = queries.items(engine, person, run_id, limit=MOST_ROWS)
    return Listing(
        name="migration",
        title=str(gettext("迁移结果")),
        columns=(
            Column(label=gettext("序"), value=lambda line: line.number, width=8),
            Column(label=gettext("实例"), value=lambda line: line.instance, width=40),
            Column(label=gettext("结果"), value=lambda line: line.outcome),
            Column(label=gettext("原因"), value=lambda line: line.why, width=60),
            Column(label=gettext("时间"), value=lambda line: line.done_at, width=18),
        ),
        rows=tuple(_item_line(run, item) for item in rows),
        is_cut=run.total > MOST_ROWS,
    )
