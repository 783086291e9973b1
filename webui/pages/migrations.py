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
from engine.errors import Conflict, InputRejected, NotFound
from engine.lint.element_words import type_words
from engine.model.step import DefinitionId, InstanceId
from engine.queries import migrations as queries
from engine.queries.drawings import drawing
from engine.queries.migrations import DryRun, OldVersion, Plan, Run
from webui.auth import current_person, rule
from webui.migration_words import node_name, obstacle_words, problem_words
from webui.pages.blueprint import blueprint
from webui.pages.design_parts import said
from webui.pages.drawing import Picture, State, picture
from webui.pages.framing import with_said
from webui.pages.migration_parts import PLANNERS, node_label, planners_frame, run_state
from webui.pages.migration_views import (
    DryRunView,
    MapLine,
    MapPage,
    MigrationLine,
    MigrationsPage,
    OldVersionLine,
    ReasonLine,
)
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.words import language, say
from webui.problems import detail_of
from webui.service import current_engine

_NODE = "node-"  #: before the id of an old node: name of its select
_MOST_CHOSEN = 500  #: ticked one by one; more than this is all of them


@blueprint.get("/migrations")
@rule(PLANNERS)
def show_migrations() -> str:
    """Versions with cases that might go over, and what was done."""
    engine, person = current_engine(), current_person()
    return render(
        MigrationsPage(
            frame=planners_frame(),
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
    engine, person, cases = current_engine(), current_person(), _cases_asked()
    if "propose" not in request.form:
        return _map(plan, chosen, found=queries.dry_run(engine, person, *ids, node_map, chosen=cases)), 200
    try:
        made = migrations.propose(
            engine,
            person,
            from_id=ids[0],
            to_id=ids[1],
            node_map=node_map,
            note=request.form.get("note", ""),
            new_forms=request.form.get("forms") == "new",
            chosen=cases,
        )
    except (MapRejected, InputRejected, Conflict) as refused:
        own = isinstance(refused, InputRejected)
        text = (refused.zh if language() == "zh" else refused.en) if own else detail_of(refused)  # type: ignore[union-attr]
        status = 409 if isinstance(refused, Conflict) else 422
        found = queries.dry_run(engine, person, *ids, node_map, chosen=cases)
        return _map(plan, chosen, found=found, error=text), status
    return redirect(with_said(f"/migrations/{made.id}", "migration_proposed"), 303)


def _cases_asked() -> tuple[InstanceId, ...] | None:
    """The cases that somebody has ticked, none where he was asked to and has not; None: all of the version.

    Raises NotFound.
    """
    try:
        asked = [InstanceId(UUID(text)) for text in request.values.getlist("case")[:_MOST_CHOSEN]]
    except ValueError:
        raise NotFound("There is no such case.") from None
    return tuple(dict.fromkeys(asked)) if asked or "some" in request.values else None


def _map_href(old: object, new: object, *cases: InstanceId, **more: str) -> str:
    asked = [("from", old), ("to", new), *(("case", case) for case in cases), *more.items()]
    return f"/migrations/map?{urlencode(asked)}"


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
        state=run_state(run),
        mark="blue" if run.row.state in {"proposed", "running"} else "grey",
        by=run.people.get(run.row.proposed_by, run.row.proposed_by),
        at=run.row.proposed_at,
        total=run.total,
        migrated=run.counts.get("migrated", 0),
    )


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
    old, new, cases = plan.old, plan.new, _cases_asked()
    if cases == ():
        error = str(gettext("没有勾选实例。请先勾选，或者改为全部。"))
    suggested = any(link.suggestion and not chosen[link.place.id] for link in plan.links)
    return render(
        MapPage(
            frame=planners_frame(),
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
            cases=tuple(str(case) for case in cases or ()),
            all_href=_map_href(old.row.id, new.row.id) if cases is not None else "",
            adopt_href=_map_href(old.row.id, new.row.id, *(cases or ()), adopt="1") if suggested else "",
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
                Option(
                    value=place.id, label=node_label(node_name(new, place.id), place.id), selected=place.id == target
                )
                for place in fitting
            ),
        ),
        ground=link.ground,
        suggestion=node_label(node_name(new, link.suggestion), link.suggestion) if link.suggestion else "",
        note=note,
    )


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
