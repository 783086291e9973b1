"""运行维护 · 在办实例: the running cases of each version, on its drawing and in a list; from there to moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast, get_args
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from engine.model.step import DefinitionId
from engine.queries.paging import MAX_LIMIT
from engine.queries.running import (
    ElementCount,
    RunningView,
    StandingCase,
    VersionInUse,
    Which,
    running_view,
    versions_in_use,
)
from webui.auth import current_person, rule
from webui.export import Column, Listing, export, wanted_format, whole
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.incidents import tabs
from webui.pages.monitor_views import Choice
from webui.pages.monitor_words import late_words
from webui.pages.moves_words import name_of
from webui.pages.narrowed import chosen_words
from webui.pages.operations_views import Mark
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.running_views import ElementLine, RunningLine, RunningListPage, RunningPage, StandingLine
from webui.pages.words import say
from webui.service import current_engine


@blueprint.get("/running")
@rule("role:operator")
def show_running_list() -> str:
    facts, versions = versions_in_use(current_engine(), current_person())
    return render(
        RunningListPage(
            frame=frame(facts, "operations"), tabs=tabs("running"), lines=tuple(_version(found) for found in versions)
        )
    )


@blueprint.get("/running/<uuid:definition_id>")
@rule("role:operator")
def show_running(definition_id: UUID) -> str | Response:
    """The drawing with what stands at each element, and the cases as filtered; as a file with all of them."""
    node, which = request.args.get("node", "")[:100], _which()
    engine, person, version = current_engine(), current_person(), DefinitionId(definition_id)
    if (file := wanted_format()) is not None:
        view = running_view(engine, person, version, node=node, which=which, limit=1)
        rows, is_cut = whole(
            lambda at: running_view(engine, person, version, node=node, which=which, cursor=at, limit=MAX_LIMIT).page
        )
        return export(_listing(view, tuple(_line(row) for row in rows), node, is_cut=is_cut), file)
    cursor = request.args.get("after", "")
    return render(_page(running_view(engine, person, version, node=node, which=which, cursor=cursor), node, which))


def _which() -> Which:
    asked = request.args.get("which", "")
    return cast("Which", asked if asked in get_args(Which) else "")


def _version(found: VersionInUse) -> RunningLine:
    href = f"/running/{found.row.id}"
    return RunningLine(
        href=href,
        name=say(found.row.name, found.row.name_en),
        key=found.row.key,
        version=found.row.version,
        is_current=found.row.state == "current",
        running=found.cases.running,
        suspended=found.cases.suspended,
        failed=found.cases.failed,
        failed_href=f"{href}?which=failed#cases",
    )


def _address(path: str, **more: str) -> str:
    """`path` with the filters of this page, changed by `more`; "" takes one away."""
    kept = {name: request.args.get(name, "") for name in ("node", "which")} | more
    query = urlencode([(name, value) for name, value in kept.items() if value])
    return f"{path}?{query}" if query else path


def _page(view: RunningView, node: str, which: Which) -> RunningPage:
    drawn, current, path = view.drawn, view.current, f"/running/{view.drawn.id}"
    chosen = view.nodes.get(node)
    following = view.page.next_cursor
    return RunningPage(
        frame=frame(view.frame, "operations"),
        name=say(drawn.name, drawn.name_en),
        key=drawn.key,
        version=drawn.version,
        is_current=current is None,
        running=view.cases.running,
        suspended=view.cases.suspended,
        failed=view.cases.failed,
        suspended_href=_address(path, node="", which="suspended") + "#cases",
        failed_href=_address(path, node="", which="failed") + "#cases",
        xml_url=f"/api/v1/process-definitions/{drawn.id}/xml",
        elements=tuple(_element(found, path, node) for found in view.elements),
        text=tuple(_sentences(view)),
        choices=_choices(view, node, which),
        path=path,
        clear_href=path if node or which else "",
        lines=tuple(_line(row) for row in view.page.rows),
        at=name_of(chosen) if chosen is not None else node,
        from_id=str(drawn.id) if current is not None else "",
        to_id=str(current.id) if current is not None else "",
        to_version=current.version if current is not None else 0,
        all_href=f"/migrations/map?{urlencode({'from': drawn.id, 'to': current.id})}" if current is not None else "",
        next_href=_address(path, after=following) + "#cases" if following else "",
        first_href=_address(path) + "#cases" if request.args.get("after") else "",
    )


def _words(found: ElementCount) -> str:
    name = name_of(found.node)
    told = ngettext("%(name)s：%(num)s 件", "%(name)s：%(num)s 件", found.open, name=name)
    return f"{told} · {late_words(found.late)}" if found.late else str(told)


def _element(found: ElementCount, path: str, node: str) -> ElementLine:
    return ElementLine(
        id=found.node.id,
        name=name_of(found.node),
        href=_address(path, node=found.node.id) + "#cases",
        open=found.open,
        late=found.late,
        label=_words(found),
        late_words=late_words(found.late),
        is_chosen=found.node.id == node,
    )


def _sentences(view: RunningView) -> Iterator[str]:
    yield str(ngettext("在办 %(num)s 件。", "在办 %(num)s 件。", view.cases.running))
    for found in sorted(view.elements, key=lambda one: -one.open):
        yield _words(found)


def _choices(view: RunningView, node: str, which: Which) -> tuple[Choice, ...]:
    states = {
        "running": gettext("运行中"),
        "suspended": gettext("已暂停"),
        "late": gettext("逾期"),
        "failed": gettext("有异常"),
    }
    places = {found.node.id: name_of(found.node) for found in view.elements}
    if node and node not in places:
        places = {node: name_of(view.nodes[node]) if node in view.nodes else node, **places}
    return (
        Choice(
            name="node",
            label=str(gettext("环节")),
            options=tuple(Option(value=id_, label=name, selected=id_ == node) for id_, name in places.items()),
        ),
        Choice(
            name="which",
            label=str(gettext("状态")),
            options=tuple(
                Option(value=value, label=str(label), selected=value == which) for value, label in states.items()
            ),
        ),
    )


def _line(row: StandingCase) -> StandingLine:
    mark, state = _state(row)
    return StandingLine(
        id=str(row.instance_id),
        instance_href=f"/instance/{row.instance_id}",
        moves_href=f"/instance/{row.instance_id}/moves",
        element=name_of(row.node) if row.node is not None else str(gettext("系统办理中")),
        mark=mark,
        state=state,
        since=row.since,
        due_at=row.due_at,
        tokens=row.tokens,
        failed=row.failed,
    )


def _state(row: StandingCase) -> tuple[Mark, str]:
    if row.status == "suspended":
        return "grey", str(gettext("已暂停"))
    if row.is_late:
        return "red", str(gettext("逾期"))
    if row.node is None:
        return "blue", str(gettext("系统办理中"))
    return ("blue", str(gettext("等待事件"))) if row.waits else ("green", str(gettext("等待办理")))


def _listing(view: RunningView, rows: tuple[StandingLine, ...], node: str, *, is_cut: bool) -> Listing[StandingLine]:
    choices = _choices(view, node, _which())
    return Listing(
        name="running_cases",
        title=str(gettext("%(name)s在办实例", name=say(view.drawn.name, view.drawn.name_en))),
        columns=(
            Column(label=gettext("实例"), value=lambda line: line.id, width=40),
            Column(label=gettext("环节"), value=lambda line: line.element, width=24),
            Column(label=gettext("状态"), value=lambda line: line.state),
            Column(label=gettext("到达"), value=lambda line: line.since, width=18),
            Column(label=gettext("到期"), value=lambda line: line.due_at, width=18),
            Column(label=gettext("令牌"), value=lambda line: line.tokens, width=8),
            Column(label=gettext("异常"), value=lambda line: str(gettext("有异常")) if line.failed else ""),
        ),
        rows=rows,
        is_cut=is_cut,
        filters=chosen_words(choices),
    )
