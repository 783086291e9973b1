"""运行维护: incidents, their notes, and runs that try many of them again."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext, pgettext
from werkzeug.wrappers import Response

from engine.commands import incidents, retries
from engine.errors import Conflict, InputRejected
from engine.queries import incidents as queries
from engine.queries import retries as run_queries
from engine.queries.incidents import Element, IncidentFilter, IncidentList
from engine.queries.paging import MAX_LIMIT
from engine.store.incidents import IncidentRow
from webui.auth import current_person, rule
from webui.export import wanted_format
from webui.pages import listings
from webui.pages.blueprint import blueprint
from webui.pages.forms import plain_form
from webui.pages.framing import frame, with_said
from webui.pages.incident_words import (
    job_word,
    kind_word,
    outcome_words,
    reason_words,
    remedy_words,
    resolution_words,
    state_word,
)
from webui.pages.operations_views import (
    DeskTab,
    IncidentItem,
    IncidentPage,
    IncidentsPage,
    ListFilter,
    Mark,
    RetryRunPage,
    RunBrief,
    RunItem,
)
from webui.pages.parts import Banner, FieldView, Option
from webui.pages.rendering import render
from webui.pages.words import language, say
from webui.problems import detail_of
from webui.service import current_engine

STATES = ("open", "new", "noted", "resolved", "all")
_PAGE = 50


@blueprint.get("/incidents")
@rule("role:operator")
def show_incidents() -> str | Response:
    """The list as filtered; the filters stand in the address."""
    return _list(_wanted())


@blueprint.post("/incidents/retries")
@rule("role:operator")
def begin_retries() -> Response | tuple[str, int]:
    """Try those ticked again, or all that fit the filter."""
    engine, person = current_engine(), current_person()
    try:
        if request.form.get("all"):
            ids = queries.matching_ids(engine, person, _wanted(), limit=retries.MAX_RUN)
        else:
            ids = tuple(UUID(text) for text in request.form.getlist("incident"))
        run = retries.begin(engine, person, ids)
    except InputRejected as refused:
        said = Banner(text=refused.zh if language() == "zh" else refused.en, kind="err")
        return str(_list(_wanted(), said)), 422
    except ValueError:
        return redirect("/incidents", 303)
    return redirect(f"/incidents/retries/{run.id}", 303)


@blueprint.get("/incidents/retries/<uuid:run_id>")
@rule("role:operator")
def show_run(run_id: UUID) -> str:
    """How far a run is; a second operator sees the same."""
    found = run_queries.retry_run(current_engine(), current_person(), run_id)
    row, items = found.row, found.items
    return render(
        RetryRunPage(
            frame=frame(found.frame, "operations"),
            tabs=tabs("incidents"),
            href=f"/incidents/retries/{run_id}",
            who=found.people.get(row.started_by, row.started_by),
            started_at=row.started_at,
            ended_at=row.ended_at,
            stopped_by=found.people.get(row.stopped_by, row.stopped_by) if row.stopped_by else "",
            total=len(items),
            done=sum(bool(item.outcome) for item in items),
            resolved=sum(item.outcome == "resolved" for item in items),
            failed=sum(item.outcome in {"failed", "refused"} for item in items),
            items=tuple(
                RunItem(
                    number=item.number,
                    href=f"/incident/{item.incident_id}" if item.incident_id in found.incidents else "",
                    what=_what(found.incidents.get(item.incident_id), found.elements.get(item.incident_id)),
                    mark=_OUTCOMES.get(item.outcome, "grey"),
                    outcome=outcome_words(item.outcome, item.code),
                    done_at=item.done_at,
                )
                for item in items
            ),
        )
    )


@blueprint.post("/incidents/retries/<uuid:run_id>/stop")
@rule("role:operator")
def stop_run(run_id: UUID) -> Response:
    retries.stop(current_engine(), current_person(), run_id)
    return redirect(f"/incidents/retries/{run_id}", 303)


@blueprint.get("/incident/<uuid:incident_id>")
@rule("role:operator")
def show_incident(incident_id: UUID) -> str:
    return render(_page(incident_id))


@blueprint.post("/incident/<uuid:incident_id>/retry")
@rule("role:operator")
def retry_incident(incident_id: UUID) -> Response | tuple[str, int]:
    """Try again, and tell what came of it."""
    try:
        found = incidents.retry(current_engine(), current_person(), incident_id)
    except Conflict as refused:
        return render(_page(incident_id, said=Banner(text=_conflict(refused), kind="err"))), 409
    said = "retried" if found.state == "resolved" else "retried_in_vain"
    return redirect(with_said(f"/incident/{incident_id}", said), 303)


@blueprint.post("/incident/<uuid:incident_id>/note")
@rule("role:operator")
def note_incident(incident_id: UUID) -> Response | tuple[str, int]:
    """Keep the note, or show the form again with what is wrong with it."""
    text = request.form.get("note", "")
    try:
        incidents.note(current_engine(), current_person(), incident_id, text)
    except InputRejected as refused:
        said = refused.zh if language() == "zh" else refused.en
        return render(_page(incident_id, note=text, errors={"note": said})), 422
    except Conflict as refused:
        return render(_page(incident_id, note=text, errors={"": _conflict(refused)})), 409
    return redirect(with_said(f"/incident/{incident_id}", "noted"), 303)


def tabs(current: str, count: int | None = None) -> tuple[DeskTab, ...]:
    """The pages of the desk. count: of incidents that are open."""
    return (
        DeskTab(key="incidents", href="/incidents", current=current == "incidents", count=count),
        DeskTab(key="running", href="/running", current=current == "running"),
        DeskTab(key="queues", href="/queues", current=current == "queues"),
        DeskTab(key="health", href="/health", current=current == "health"),
    )


def _wanted() -> IncidentFilter:
    """The filter of the address; what is no filter of ours counts for nothing."""
    asked, since = request.args, None
    try:
        since = date.fromisoformat(asked.get("since", ""))
    except ValueError:
        since = None
    state = asked.get("state", "")
    return IncidentFilter(
        state=state if state in STATES else "open", kind=asked.get("kind", ""), key=asked.get("key", ""), since=since
    )


def _list(wanted: IncidentFilter, *said: Banner) -> str | Response:
    engine, person = current_engine(), current_person()
    file = wanted_format()
    if file is not None:
        return listings.as_file(
            "incidents",
            str(pgettext("incidents", "异常")),
            listings.incident_columns(),
            lambda at: queries.incidents(engine, person, wanted, cursor=at, limit=MAX_LIMIT),
            file,
        )
    found = queries.incident_list(engine, person, wanted, cursor=request.args.get("cursor", ""), limit=_PAGE)
    asked = {name: value for name, value in request.args.items() if value and name in {"state", "kind", "key", "since"}}
    following = found.page.next_cursor
    return render(
        IncidentsPage(
            frame=frame(found.frame, "operations", banners=said),
            tabs=tabs("incidents", sum(found.kinds.values())),
            items=tuple(_item(found, row) for row in found.page.rows),
            total=found.total,
            filters=_filters(found, wanted),
            list_href=f"/incidents?{urlencode(asked)}",
            retry_href=f"/incidents/retries?{urlencode(asked)}",
            since=wanted.since.isoformat() if wanted.since else "",
            clear_href="/incidents" if asked else "",
            next_href=f"/incidents?{urlencode(asked | {'cursor': following})}" if following else "",
            first_href=f"/incidents?{urlencode(asked)}" if request.args.get("cursor") else "",
            runs=tuple(
                RunBrief(
                    href=f"/incidents/retries/{run.id}",
                    who=found.people.get(run.started_by, run.started_by),
                    started_at=run.started_at,
                    goes_on=run.ended_at is None,
                )
                for run in found.runs
            ),
            retry_all=min(found.total, retries.MAX_RUN) if wanted.state not in {"resolved", "all"} else 0,
        )
    )


def _filters(found: IncidentList, wanted: IncidentFilter) -> tuple[ListFilter, ...]:
    states = {
        "open": gettext("未解决"),
        "new": gettext("新"),
        "noted": gettext("已知"),
        "resolved": gettext("已解决"),
        "all": gettext("全部"),
    }
    kinds = {kind: f"{kind_word(kind)} {count}" for kind, count in found.kinds.items()}
    keys = {key: f"{_process(found, key)} {count}" for key, count in found.keys.items() if key}
    return (
        ListFilter(name="state", options=_options({c: str(w) for c, w in states.items()}, wanted.state)),
        ListFilter(name="kind", options=_options({"": str(gettext("全部"))} | kinds, wanted.kind)),
        ListFilter(name="key", options=_options({"": str(gettext("全部"))} | keys, wanted.key)),
    )


def _options(words: dict[str, str], chosen: str) -> tuple[Option, ...]:
    if chosen not in words:  # a filter of the address under which nothing is open any more
        words = words | {chosen: chosen}
    return tuple(Option(value=code, label=word, selected=code == chosen) for code, word in words.items())


def _page(
    incident_id: UUID, *, note: str | None = None, errors: dict[str, str] | None = None, said: Banner | None = None
) -> IncidentPage:
    found = queries.incident_page(current_engine(), current_person(), incident_id)
    (row,) = found.page.rows
    asked = FieldView(kind="area", key="note", label=str(gettext("已知情况或处理安排")), required=True, max_length=2000)
    form = plain_form(
        "note",
        (asked,),
        post_url=f"/incident/{incident_id}/note",
        values={"note": row.note if note is None else note},
        errors=errors or {},
    )
    return IncidentPage(
        frame=frame(found.frame, "operations", banners=(said,) if said else ()),
        tabs=tabs("incidents"),
        item=_item(found, row),
        task=str(row.task_id or ""),
        job=str(row.job_id or ""),
        code=row.code,
        form=form if row.state != "resolved" else None,
    )


def _item(found: IncidentList, row: IncidentRow) -> IncidentItem:
    element = found.elements.get(row.id)
    is_open = row.state != "resolved"
    mark: Mark = "blue" if not is_open else "grey" if row.noted_at else "red"
    return IncidentItem(
        id=str(row.id),
        href=f"/incident/{row.id}",
        mark=mark,
        state=state_word(row),
        kind=kind_word(row.kind),
        reason=reason_words(row),
        remedy=remedy_words(row),
        process=_process(found, row.key) if row.key else "",
        job=job_word(str(row.details["job"])) if "job" in row.details else "",
        element=_element(row, element),
        instance=str(row.instance_id or ""),
        opened_at=row.opened_at,
        attempts=row.attempts,
        note=row.note,
        noted_by=found.people.get(row.noted_by, "") if row.noted_by else "",
        noted_at=row.noted_at,
        resolution=resolution_words(row.resolution) if row.resolution else "",
        resolved_by=found.people.get(row.resolved_by, "") if row.resolved_by else "",
        resolved_at=row.resolved_at,
        retried=row.id in found.retried,
        open=is_open,
    )


def _process(found: IncidentList, key: str) -> str:
    name = found.processes.get(key)
    return say(name.name, name.name_en) if name is not None else key


def _element(row: IncidentRow, element: Element | None) -> str:
    return say(element.name, element.name_en) if element is not None else row.node_id


def _what(row: IncidentRow | None, element: Element | None) -> str:
    if row is None:
        return str(gettext("已不可见"))
    place = job_word(str(row.details["job"])) if "job" in row.details else _element(row, element)
    return f"{place} · {reason_words(row)}" if place else reason_words(row)


def _conflict(refused: Conflict) -> str:
    words = {
        "incident_resolved": gettext("这件异常已经解决。"),
        "case_suspended": gettext("事项已暂停，恢复后再重试。"),
    }
    return str(words.get(str(refused.facts.get("code")), "")) or detail_of(refused)


_OUTCOMES: dict[str, Mark] = {"resolved": "blue", "failed": "red", "refused": "yellow"}
