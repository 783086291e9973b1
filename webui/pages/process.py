"""流程监控: the list of processes, and one process on its drawing with counts, dwell, bottleneck and cases."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext

from engine.core import Engine
from engine.model.organization import Organization
from engine.model.step import PersonId
from engine.queries.differences import of_definitions
from engine.queries.load import HISTORY_MONTHS, ProcessLoad, process_load
from engine.queries.load_cases import CaseToken, case_tokens
from engine.queries.narrowing import Narrowing
from engine.queries.paging import MAX_LIMIT, Page
from engine.queries.processes import processes
from engine.queries.trend import AGES, Trend, trend
from webui.auth import current_person, rule
from webui.export import Column, Listing, export, wanted_format, whole
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.load_parts import (
    changes_of,
    differences_in_words,
    is_by_unit,
    picture,
    places,
    process_line,
    token_line,
    versions_in_use,
)
from webui.pages.monitor_views import Bar, ProcessesPage, ProcessLine, ProcessPage, TokenLine, TrendPage
from webui.pages.monitor_words import bottleneck_words
from webui.pages.narrowed import (
    FILTERS,
    address,
    chosen_words,
    layer_asked,
    load_choices,
    narrowing_asked,
    place_choices,
)
from webui.pages.rendering import month, render
from webui.pages.words import plate_word, say
from webui.service import current_engine

SUPERVISORS = "role:inspector|unit_leader"
_ROWS = 20


@blueprint.get("/process")
@rule(SUPERVISORS)
def show_processes() -> Response | str:
    wanted = narrowing_asked()
    found = processes(current_engine(), current_person(), wanted)
    choices = place_choices(found.regions, found.unit_types, wanted)
    lines = tuple(process_line(row) for row in found.rows)
    if (file := wanted_format()) is not None:
        listing = Listing(
            name="processes",
            title=str(gettext("流程监控")),
            columns=_process_columns(),
            rows=lines,
            filters=chosen_words(choices),
        )
        return export(listing, file)
    page = ProcessesPage(
        frame=frame(found.frame, "status"),
        choices=choices,
        lines=lines,
        since=found.since,
        clear_href="/process" if wanted.is_by_unit else "",
    )
    return render(page)


@blueprint.get("/process/<string:key>")
@rule(SUPERVISORS)
def show_process(key: str) -> Response | str:
    engine, person, wanted = current_engine(), current_person(), narrowing_asked()
    months = None if request.args.get("history") == "all" else HISTORY_MONTHS
    load = process_load(engine, person, key, wanted, months=months)
    organization = _organization(engine, person)
    if (file := wanted_format()) is not None:
        return export(_cases_listing(engine, person, load, wanted, organization), file)
    tokens = case_tokens(engine, person, key, wanted, cursor=request.args.get("after", ""), limit=_ROWS)
    beside = request.args.get("with", "")
    other = (
        process_load(engine, person, key, _on_version(wanted, int(beside)), months=months)
        if beside.isdecimal() and len(beside) < 7 and int(beside) != load.drawn.version
        else None
    )
    return render(_page(load, other, tokens, wanted, organization))


@blueprint.get("/process/<string:key>/trend")
@rule(SUPERVISORS)
def show_trend(key: str) -> str:
    found = trend(current_engine(), current_person(), key, narrowing_asked())
    return render(_trend_page(found, key))


def _on_version(wanted: Narrowing, version: int) -> Narrowing:
    return Narrowing(
        region=wanted.region,
        type=wanted.type,
        unit=wanted.unit,
        light=wanted.light,
        level=wanted.level,
        node="",
        version=version,
    )


def _organization(engine: Engine, person: PersonId) -> Organization:
    with engine.reading(person) as tx:
        return engine.reference(tx).organization


def _process_columns() -> tuple[Column[ProcessLine], ...]:
    return (
        Column(label=gettext("流程"), value=lambda line: line.name, width=24),
        Column(label=gettext("在办"), value=lambda line: line.running),
        Column(label=gettext("逾期"), value=lambda line: line.red),
        Column(label=gettext("黄灯"), value=lambda line: line.yellow),
        Column(label=gettext("近 6 个月办结"), value=lambda line: line.closed),
        Column(label=gettext("中位工作日"), value=lambda line: line.median),
        Column(label=gettext("版本"), value=lambda line: "、".join(line.versions), width=24),
    )


def _page(
    load: ProcessLoad,
    other: ProcessLoad | None,
    tokens: Page[CaseToken],
    wanted: Narrowing,
    organization: Organization,
) -> ProcessPage:
    key = load.drawn.key
    path = f"/process/{key}"
    older, newer = sorted((load, other or load), key=lambda one: one.drawn.version)
    found = (
        of_definitions(current_engine(), current_person(), newer.drawn.id, older.drawn.id)
        if other is not None
        else None
    )
    names = {element.node.id: say(element.node.name, element.node.name_en) for element in load.elements}
    by_unit = is_by_unit(load, wanted)
    return ProcessPage(
        frame=frame(load.frame, "status"),
        key=key,
        name=say(load.drawn.name, load.drawn.name_en),
        choices=load_choices(load, wanted, organization),
        kept=tuple((name, value) for name in ("node", "with") if (value := request.args.get(name, ""))),
        running=sum(v.running for v in load.versions if wanted.version in {None, v.row.version}),
        red=load.red,
        yellow=load.yellow,
        red_href=address(path, light="red") + "#cases",
        yellow_href=address(path, light="yellow") + "#cases",
        all_href=address(path, light="", node="") + "#cases",
        bottleneck=bottleneck_words(load.bottleneck),
        since=load.since,
        picture=picture(
            load, path, "load", wanted, changes_of(found, "newer" if load is newer else "older"), layer=layer_asked()
        ),
        versions=versions_in_use(load, path),
        places_by="unit" if by_unit else "region",
        places=places(load, path, wanted, organization),
        tokens=tuple(token_line(token, names) for token in tokens.rows),
        tokens_of=names.get(wanted.node, wanted.node),
        next_href=address(path, after=tokens.next_cursor) + "#cases" if tokens.next_cursor else "",
        first_href=address(path) + "#cases" if request.args.get("after") else "",
        clear_href=path if any(request.args.get(name) for name in (*FILTERS, "node")) else "",
        running_href=f"/running/{load.drawn.id}" if any(r.code == "operator" for r in load.frame.roles) else "",
        trend_href=address(f"{path}/trend", node="", **{"with": ""}),
        other=picture(
            other,
            path,
            "other",
            _on_version(wanted, other.drawn.version),
            changes_of(found, "newer" if other is newer else "older"),
            layer=layer_asked(),
        )
        if other is not None
        else None,
        apart_href=address(path, **{"with": ""}) if other is not None else "",
        differences=differences_in_words(found),
    )


def _cases_listing(
    engine: Engine, person: PersonId, load: ProcessLoad, wanted: Narrowing, organization: Organization
) -> Listing[TokenLine]:
    """Every case of the page as filtered."""
    key, names = load.drawn.key, {e.node.id: say(e.node.name, e.node.name_en) for e in load.elements}
    rows, is_cut = whole(lambda cursor: case_tokens(engine, person, key, wanted, cursor=cursor, limit=MAX_LIMIT))
    filters = chosen_words(load_choices(load, wanted, organization))
    if wanted.node:
        filters[str(gettext("环节"))] = names.get(wanted.node, wanted.node)
    return Listing(
        name="process_cases",
        title=str(gettext("%(name)s在办事项", name=say(load.drawn.name, load.drawn.name_en))),
        columns=(
            Column(label=gettext("事项"), value=lambda line: line.title, width=36),
            Column(label=gettext("业务编号"), value=lambda line: line.number, width=24),
            Column(label=gettext("环节"), value=lambda line: line.step, width=18),
            Column(label=gettext("责任单位"), value=lambda line: line.unit, width=20),
            Column(label=gettext("办理人"), value=lambda line: line.assignee),
            Column(label=gettext("到期日"), value=lambda line: line.due.on),
            Column(label=gettext("剩余工作日"), value=lambda line: line.due.days_left),
            Column(label=gettext("督办级别"), value=lambda line: plate_word(line.plate) if line.plate else ""),
            Column(label=gettext("版本"), value=lambda line: f"v{line.version}"),
        ),
        rows=tuple(token_line(row, names) for row in rows),
        is_cut=is_cut,
        filters=filters,
    )


def _trend_page(found: Trend, key: str) -> TrendPage:
    most = max((max(one.opened, one.closed) for one in found.months), default=0) or 1
    oldest = max(found.ages) or 1
    labels = [str(gettext("%(n)s 天以内", n=limit)) for limit in AGES] + [str(gettext("%(n)s 天以上", n=AGES[-1]))]
    return TrendPage(
        frame=frame(found.frame, "status"),
        key=key,
        name=say(found.process.name, found.process.name_en),
        back_href=address(f"/process/{key}"),
        months=tuple(
            Bar(
                label=month(one.first),
                values=(one.opened, one.closed),
                heights=(one.opened * 1000 // most, one.closed * 1000 // most),
                text=f"{one.first:%Y-%m}",
            )
            for one in found.months
        ),
        ages=tuple(
            Bar(label=label, values=(count,), heights=(count * 1000 // oldest,), text=label)
            for label, count in zip(labels, found.ages, strict=True)
        ),
        sentence=_over_time(found),
    )


def _over_time(found: Trend) -> str:
    return str(
        gettext(
            "近 12 个月新开 %(opened)s 件、办结 %(closed)s 件；在办 %(open)s 件，其中 %(old)s 件超过 %(days)s 天。",
            opened=sum(one.opened for one in found.months),
            closed=sum(one.closed for one in found.months),
            open=sum(found.ages),
            old=sum(found.ages[-2:]),
            days=AGES[-2],
        )
    )
