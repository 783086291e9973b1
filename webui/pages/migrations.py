"""迁移: running cases go over to another version: choose, map, try, propose, confirm, watch, take back."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import migrations
from engine.commands.migrations import MapRejected
from engine.errors import Conflict, InputRejected, NotFound, Refused
from engine.lint.element_words import type_words
from engine.model.step import DefinitionId, InstanceId
from engine.queries import migrations as queries
from engine.queries.drawings import drawing
from engine.queries.frame import frame_of
from engine.queries.migrations import DryRun, OldVersion, Plan, Run
from webui.auth import current_person, rule
from webui.export import MOST_ROWS, Column, Listing, export, wanted_format
from webui.migration_words import node_name, obstacle_words, problem_words
from webui.pages.blueprint import blueprint
from webui.pages.design_parts import said
from webui.pages.drawing import Picture, State, picture
from webui.pages.framing import frame, with_said
from webui.pages.migration_views import (
    DryRunView,
    MapLine,
    MapPage,
    MigrationItemLine,
    MigrationLine,
    MigrationPage,
    MigrationsPage,
    OldVersionLine,
    ReasonLine,
)
from webui.pages.operations_views import Mark
from webui.pages.parts import Banner, Frame, Option
from webui.pages.rendering import render
from webui.pages.words import language, say
from webui.problems import detail_of
from webui.service import current_engine

PLANNERS = "role:analyst|operator"
_NODE = "node-"  #: before the id of an old node: name of its select
_SHOWN = 100
_MARKS: Mapping[str, Mark] = {"migrated": "green", "refused": "yellow", "kept": "yellow", "undone": "grey", "": "grey"}


@blueprint.get("/migrations")
@rule(PLANNERS)
def show_migrations() -> str:
    """Versions with cases that might go over, and what was done."""
    engine, person = current_engine(), current_person()
    return render(
        MigrationsPage(
            frame=_frame(),
            versions=tuple(_version_line(found) for found in queries.old_versions(engine, person)),
            lines=tuple(_line(run) for run in queries.runs(engine, person)),
        )
    )


@blueprint.get("/migrations/map")
@rule(PLANNERS)
def show_map() -> str | Response:
    """The node map: what is settled by id, what is suggested, and both drawings."""
    if "from" not in request.args:
        return redirect("/migrations", 303)
    plan = _plan(request.args)
    adopt = bool(request.args.get("adopt"))
    chosen = {link.place.id: link.target or (link.suggestion if adopt else "") for link in plan.links}
    return _map(plan, chosen)


@blueprint.post("/migrations/map")
@rule(PLANNERS)
def check_map() -> tuple[str, int] | Response:
    """Try the map (`try`), or put the migration forward (`propose`)."""
    plan = _plan(request.form)
    chosen = {link.place.id: request.form.get(_NODE + link.place.id, "") for link in plan.links}
    node_map = {node: target for node, target in chosen.items() if target}
    ids = plan.old.row.id, plan.new.row.id
    engine, person = current_engine(), current_person()
    if "propose" not in request.form:
        return _map(plan, chosen, found=queries.dry_run(engine, person, *ids, node_map)), 200
    try:
        made = migrations.propose(
            engine,
            person,
            from_id=ids[0],
            to_id=ids[1],
            node_map=node_map,
            note=request.form.get("note", ""),
            new_forms=request.form.get("forms") == "new",
        )
    except (MapRejected, InputRejected, Conflict) as refused:
        own = isinstance(refused, InputRejected)
        text = (refused.zh if language() == "zh" else refused.en) if own else detail_of(refused)  # type: ignore[union-attr]
        status = 409 if isinstance(refused, Conflict) else 422
        return _map(plan, chosen, found=queries.dry_run(engine, person, *ids, node_map), error=text), status
    return redirect(with_said(f"/migrations/{made.id}", "migration_proposed"), 303)


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


def _frame(*banners: Banner) -> Frame:
    facts = frame_of(current_engine(), current_person())
    place = "operations" if any(role.code == "operator" for role in facts.roles) else "design"
    return frame(facts, place, banners=banners)


def _is_operator() -> bool:
    return any(role.code == "operator" for role in frame_of(current_engine(), current_person()).roles)


def _map_href(old: object, new: object, **more: str) -> str:
    return f"/migrations/map?{urlencode({'from': old, 'to': new} | more)}"


def _version_line(found: OldVersion) -> OldVersionLine:
    return OldVersionLine(
        name=say(found.row.name, found.row.name_en),
        key=found.row.key,
        version=found.row.version,
        current=found.current.version,
        running=found.running,
        href=_map_href(found.row.id, found.current.id),
    )


def _line(run: Run) -> MigrationLine:
    row = run.old.row
    return MigrationLine(
        href=f"/migrations/{run.row.id}",
        name=say(row.name, row.name_en),
        old=row.version,
        new=run.new.row.version,
        state=_state_word(run),
        mark="blue" if run.row.state in {"proposed", "running"} else "grey",
        by=run.people.get(run.row.proposed_by, run.row.proposed_by),
        at=run.row.proposed_at,
        total=run.total,
        migrated=run.counts.get("migrated", 0),
    )


def _state_word(run: Run) -> str:
    row = run.row
    if row.undone_at is not None:
        return str(gettext("正在撤回") if row.undo_ended_at is None else gettext("已撤回"))
    words = {
        "proposed": gettext("待确认"),
        "running": gettext("正在迁移"),
        "ended": gettext("已停止") if row.stopped_at is not None else gettext("已完成"),
        "withdrawn": gettext("未采用"),
    }
    return str(words[row.state])


def _plan(asked: Mapping[str, str]) -> Plan:
    try:
        ids = DefinitionId(UUID(asked.get("from", ""))), DefinitionId(UUID(asked.get("to", "")))
    except ValueError:
        raise NotFound("There are no such versions.") from None
    found = queries.plan(current_engine(), current_person(), *ids)
    if found.old.row.key != found.new.row.key:
        raise NotFound("These are versions of two processes.")
    return found


def _map(plan: Plan, chosen: Mapping[str, str], *, found: DryRun | None = None, error: str = "") -> str:
    old, new = plan.old, plan.new
    suggested = any(link.suggestion and not chosen[link.place.id] for link in plan.links)
    return render(
        MapPage(
            frame=_frame(),
            name=say(old.row.name, old.row.name_en),
            key=old.row.key,
            from_id=str(old.row.id),
            to_id=str(new.row.id),
            old_version=old.row.version,
            new_version=new.row.version,
            running=plan.running,
            lines=tuple(_map_line(plan, number, chosen) for number in range(len(plan.links))),
            old=_old_picture(plan, chosen),
            new=_new_picture(plan, chosen),
            adopt_href=_map_href(old.row.id, new.row.id, adopt="1") if suggested else "",
            dry_run=_dry_run(plan, found) if found is not None else None,
            note=request.form.get("note", ""),
            new_forms=request.form.get("forms") == "new",
            error=error,
        )
    )


def _map_line(plan: Plan, number: int, chosen: Mapping[str, str]) -> MapLine:
    link = plan.links[number]
    old, new = plan.old.info.nodes, plan.new.info.nodes
    fitting = [place for place in plan.targets.values() if place.kind == link.place.kind]
    target = chosen[link.place.id]
    note = str(gettext("办理期限的算法有变，已在办的任务保持原期限。")) if link.place.id in plan.dated_anew else ""
    return MapLine(
        id=link.place.id,
        name=node_name(old, link.place.id),
        kind=said(type_words(link.place.type)),
        cases=plan.standing.get(link.place.id, 0),
        protected=link.place.protected,
        options=(
            Option(value="", label=str(gettext("无对应环节")), selected=not target),
            *(
                Option(value=place.id, label=_label(node_name(new, place.id), place.id), selected=place.id == target)
                for place in fitting
            ),
        ),
        ground=link.ground,
        suggestion=_label(node_name(new, link.suggestion), link.suggestion) if link.suggestion else "",
        note=note,
    )


def _label(name: str, node_id: str) -> str:
    return name if name == node_id else f"{name} · {node_id}"


def _old_picture(plan: Plan, chosen: Mapping[str, str]) -> Picture:
    states: dict[str, State] = {node: "removed" for node, target in chosen.items() if not target}
    states |= {node: "changed" for node, target in chosen.items() if target and target != node}
    badges = {node: str(gettext("%(n)s 件", n=count)) for node, count in plan.standing.items()}
    return _picture(plan.old.row.id, plan.old.row.version, states, badges)


def _new_picture(plan: Plan, chosen: Mapping[str, str]) -> Picture:
    taken = set(chosen.values())
    states: dict[str, State] = {node: "added" for node in plan.targets if node not in taken}
    states |= {target: "changed" for node, target in chosen.items() if target and target != node}
    return _picture(plan.new.row.id, plan.new.row.version, states, {})


def _picture(
    definition_id: DefinitionId, version: int, states: Mapping[str, State], badges: Mapping[str, str]
) -> Picture:
    drawn = drawing(current_engine(), current_person(), definition_id)
    title = str(gettext("流程图 v%(version)s，对应关系见上表", version=version))
    return picture(drawn, title=title, states=states, badges=badges)


def _dry_run(plan: Plan, found: DryRun) -> DryRunView:
    old, new = plan.old.info.nodes, plan.new.info.nodes
    return DryRunView(
        total=found.total,
        can=found.can,
        arms=found.arms,
        problems=tuple(problem_words(problem, old, new) for problem in found.problems),
        reasons=tuple(ReasonLine(text=obstacle_words(why, old, new), cases=count) for why, count in found.reasons),
    )


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
            frame=_frame(*banners),
            href=href,
            name=say(run.old.row.name, run.old.row.name_en),
            old_version=run.old.row.version,
            new_version=run.new.row.version,
            note=row.note,
            forms=row.forms,
            digest=row.digest,
            state=row.state,
            state_word=_state_word(run),
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
                (_label(node_name(old, source), source), _label(node_name(new, target), target))
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
