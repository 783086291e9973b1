"""我的任务: the list with its tabs, filters, search and preview; claiming from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from flask import make_response, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from engine.commands import notices, tasks
from engine.commands.saved_views import FILTERS
from engine.errors import AlreadyClaimed, TaskNotOpen
from engine.model.clock import local_day, local_time
from engine.model.step import TaskId
from engine.queries.date_lists import DateList
from engine.queries.inbox import PAGE, Ask, Inbox, InboxTask, inbox, inbox_rows
from engine.queries.inbox_counts import MOST
from engine.queries.task_brief import TaskBrief
from engine.store.saved_views import SavedViewRow
from webui.auth import current_person, rule
from webui.export import MOST_ROWS, Listing, export, wanted_format
from webui.pages.blueprint import blueprint
from webui.pages.deadlines import basis, days_of_ladder, due_view
from webui.pages.framing import UNDO, frame, here, local_path, with_said
from webui.pages.inbox_ask import VIEWS, asked_list, with_list
from webui.pages.listings import inbox_columns
from webui.pages.notice_words import notice_text
from webui.pages.parts import Mark, Option, View
from webui.pages.rendering import render
from webui.pages.saved_views import address, chip
from webui.pages.task_parts import actions_of, brief_facts, ladder_of, links_of, marks, steps_of
from webui.pages.views import Filter, InboxPage, InboxRow, MovedDate, MovedDates, Preview, Tab
from webui.pages.words import case_title, mechanism, plate_of_level, plate_word, say, unit_name
from webui.service import current_engine
from webui.terms import term

_OWING = {"officer", "unit_leader", "inspector"}  #: who is told what the own unit owes soon
_FILTERS = ("mechanism", "step", "level", "unit")


@blueprint.get("/")
@rule("public")
def home() -> BaseResponse:
    return redirect("/inbox", 303)


@blueprint.get("/inbox")
@rule("signed_in")
def show_inbox() -> BaseResponse:
    person, engine, ask = current_person(), current_engine(), _ask()
    found = inbox(engine, person, ask)
    if (first := _first_view(found)) is not None:
        return redirect(with_said(address(first), request.args.get("said", "")), 303)
    if "view" not in request.args and found.tallies.offered and not found.tallies.todo:
        ask = replace(ask, view="offered")  # whoever works from a group inbox begins there, not at an empty list
        found = inbox(engine, person, ask)
    if (file := wanted_format()) is not None:
        return export(_listing(found, ask), file)
    if ask.view == "cc" and (shown := _news_of(found)):
        notices.mark_read(engine, person, shown)  # shown is read; the rows of this answer still stand out as new
    response = make_response(render(_page(found, ask)))
    response.headers["Vary"] = "HX-Request"
    return response


@blueprint.post("/task/<uuid:task_id>/claim")
@rule("signed_in")
def claim(task_id: UUID) -> BaseResponse:
    """Take an offered task; where somebody was first, the row stays in the list with his name."""
    back = local_path(request.form.get("next"))
    try:
        tasks.claim(current_engine(), TaskId(task_id), current_person())
    except (AlreadyClaimed, TaskNotOpen):
        if back.startswith("/task/"):
            return redirect(back, 303)
        return redirect(f"/inbox?{urlencode({'view': 'offered', 'taken': str(task_id)})}", 303)
    if back.startswith("/task/"):
        return redirect(with_said(back, "claimed", **{UNDO: str(task_id)}), 303)
    return redirect(with_said("/inbox", "claimed", view="todo", task=str(task_id), **{UNDO: str(task_id)}), 303)


@blueprint.post("/task/<uuid:task_id>/unclaim")
@rule("signed_in")
def unclaim(task_id: UUID) -> BaseResponse:
    tasks.unclaim(current_engine(), TaskId(task_id), current_person())
    return redirect(with_said("/inbox", "unclaimed", view="offered", task=str(task_id)), 303)


def _first_view(found: Inbox) -> SavedViewRow | None:
    """The view that the reader begins with, where the address asks for nothing of its own."""
    if any(name in request.args for name in (*FILTERS, "task", "format")):
        return None
    return next((row for row in found.views if row.is_default), None)


def _ask() -> Ask:
    """What the address asks for; what it does not know it leaves out."""
    asked = request.args
    return replace(
        asked_list(),
        after=asked.get("after", ""),
        before=asked.get("before", ""),
        selected=_uuid(asked.get("task")),
        also=_uuid(asked.get("taken")),
    )


def _listing(found: Inbox, ask: Ask) -> Listing[InboxTask]:
    """The view as it is filtered, all of its pages."""
    rows, is_cut = inbox_rows(current_engine(), current_person(), ask, at_most=MOST_ROWS)
    word = {
        "offered": gettext("待领取"),
        "todo": gettext("待办"),
        "soon": gettext("即将到期"),
        "late": gettext("已逾期"),
        "done": gettext("已办"),
        "cc": gettext("抄送"),
    }[ask.view]
    labels = {
        "mechanism": gettext("机制"),
        "step": gettext("环节"),
        "level": gettext("督办级别"),
        "unit": gettext("责任单位"),
    }
    chosen = {
        str(labels[one.name]): term(option.label)
        for one in _filters(found, ask)
        for option in one.options
        if option.selected
    }
    if ask.q:
        chosen[str(gettext("搜索"))] = ask.q
    return Listing(
        name=f"inbox-{ask.view}",
        title=f"{gettext('我的任务')}-{word}",
        columns=inbox_columns(),
        rows=rows,
        is_cut=is_cut,
        filters=chosen,
    )


def _uuid(text: str | None) -> TaskId | None:
    try:
        return TaskId(UUID(text)) if text else None
    except ValueError:
        return None


def _page(found: Inbox, ask: Ask) -> InboxPage:
    first = max(1, int(text)) if (text := request.args.get("from", "")).isdecimal() and len(text) < 7 else 1
    counts = found.tallies
    peek = _peek(ask)
    rows, preview = tuple(_row(row, found, ask, peek) for row in found.rows), _preview(found, ask, peek)
    moved = tuple(_moved(one) for one in found.moved if one.lines)
    kept = _filters_of({"view": ask.view, **{name: request.args.get(name, "") for name in FILTERS if name != "view"}})
    dates = () if ask.view == "done" else _days(rows, preview, moved)
    return InboxPage(
        frame=frame(found.frame, "done" if ask.view == "done" else "inbox", dates=dates),
        view=ask.view,
        tabs=tuple(_tab(view, getattr(counts, view), ask) for view in VIEWS),
        filters=_filters(found, ask) if ask.view not in {"done", "cc"} else (),
        rows=rows,
        preview=preview,
        moved=moved,
        total=max(found.total, first + len(rows) - 1 if rows else 0),
        first=first,
        previous_href=_href(ask, before=found.previous, **_from(max(1, first - PAGE))) if found.previous else "",
        next_href=_href(ask, after=found.following, **_from(first + len(rows))) if found.following else "",
        counts={
            "offered": counts.offered,
            "todo": counts.todo,
            "red": counts.red,
            "yellow": counts.yellow,
            "grey": counts.grey,
        },
        query=ask.q,
        clear_href=f"/inbox?view={ask.view}" if _is_narrowed(ask) else "",
        batch=tuple(_batch(rows)),
        mark=found.mark,
        as_of=found.frame.now,
        chips=tuple(chip(row, current=_filters_of(row.filters) == kept) for row in found.views),
        kept=kept if ask.view not in {"done", "cc"} else {},
        here=here(),
        start_href="/start" if found.frame.may_start else "",
        duties_due=found.duties_due if {role.code for role in found.frame.roles} & _OWING else None,
    )


def _row(row: InboxTask, found: Inbox, ask: Ask, peek: str) -> InboxRow:
    here = f"/task/{row.id}"
    chosen = found.chosen is not None and found.chosen.key == row.key
    is_mine = row.assignee is not None and row.assignee == found.frame.person
    taken = ask.also == row.id and row.state != "offered"
    return InboxRow(
        task_id=str(row.id),
        href=with_list(here, ask) if ask.view in {"todo", "soon", "late"} else here,
        peek_href=f"{peek}&task={row.id}",
        due=due_view(row.light, row.due_on, row.due_at, state=row.state),
        title=case_title(row.title),
        business_no=row.business_no,
        step=say(row.name, row.name_en),
        unit=unit_name(row.unit, short=True),
        mechanism=mechanism(row.mechanism),
        marks=_marks(row),
        plate=plate_of_level(row.ladder_level),
        unread=(is_mine or row.state == "offered") and row.opened_at is None and row.notice is None,
        selected=chosen,
        claim_href=f"{here}/claim" if ask.view == "offered" and row.state == "offered" else "",
        may_choose=row.notice is None and (is_mine or row.state == "offered") and ask.view != "done",
        note=_note(row, found, taken=taken and not is_mine),
    )


def _batch(rows: Iterable[InboxRow]) -> Iterable[Literal["claim", "transfer"]]:
    """What can be done with several rows of this page."""
    chosen = [row for row in rows if row.may_choose]
    if any(row.claim_href for row in chosen):
        yield "claim"
    if any(not row.claim_href for row in chosen):
        yield "transfer"


def _filters_of(given: Mapping[str, str]) -> dict[str, str]:
    """What a saved view keeps of an address."""
    return {"view": "todo"} | {name: given[name] for name in FILTERS if given.get(name)}


def _news_of(found: Inbox) -> list[UUID]:
    """What of 抄送 is shown for the first time."""
    told = [row.notice.id for row in found.rows if row.notice is not None and not row.notice.is_read]
    return [*told, *(one.id for one in found.moved if not one.is_read)]


def _days(rows: Iterable[InboxRow], preview: Preview | None, moved: Iterable[MovedDates]) -> Iterable[date | None]:
    """Dates on the page that are still to come."""
    yield from (row.due.on for row in rows)
    yield from (line.new for change in moved for line in change.lines)
    if preview is not None:
        yield from days_of_ladder(preview.ladder)


def _moved(one: DateList) -> MovedDates:
    return MovedDates(
        at=one.at,
        document=one.document,
        new=not one.is_read,
        lines=tuple(
            MovedDate(
                href=f"/case/{line.instance_id}",
                title=case_title(line.title),
                business_no=line.business_no,
                step=say(line.name, line.name_en) if line.name else str(gettext("整改时限")),
                unit=unit_name(line.unit, short=True),
                old=line.old,
                new=line.new,
            )
            for line in one.lines
        ),
    )


def _marks(row: InboxTask) -> tuple[Mark, ...]:
    new = row.notice is not None and not row.notice.is_read
    return (*((Mark(term="新到", tone="on"),) if new else ()), *marks(row.marks, row.severity))


def _note(row: InboxTask, found: Inbox, *, taken: bool) -> str:
    today = local_day(found.frame.now)
    if row.notice is not None:
        return notice_text(row.notice.kind, row.notice.facts, row.notice.at, today)
    if taken and row.claimed_at is not None:
        at = f"{local_time(row.claimed_at):%H:%M}"
        return str(gettext("%(who)s 已于 %(at)s 领取", who=row.assignee_name, at=at))
    return str(gettext("已由他人办理")) if taken else ""


def _preview(found: Inbox, ask: Ask, peek: str) -> Preview | None:
    if found.preview is None or found.chosen is None:
        return None
    return _shown(found.preview, _row(found.chosen, found, ask, peek), found)


def _shown(brief: TaskBrief, row: InboxRow, found: Inbox) -> Preview:
    today = local_day(found.frame.now)
    return Preview(
        row=row,
        actions=actions_of(brief, on_its_page=False),
        facts=brief_facts(brief, today),
        basis=basis(brief, today),
        ladder=ladder_of(brief),
        steps=steps_of(brief),
        links=links_of(brief),
    )


def _tab(view: View, count: int, ask: Ask) -> Tab:
    return Tab(view=view, href=f"/inbox?view={view}", count=count, current=view == ask.view, capped=count >= MOST)


def _filters(found: Inbox, ask: Ask) -> tuple[Filter, ...]:
    """Only what there is to choose from: a filter with one choice is left out, unless it is set."""
    facets = found.facets
    steps = {facet.node_id: say(facet.name, facet.name_en) for facet in facets}
    plates = {plate: plate_word(plate) for facet in facets if (plate := plate_of_level(facet.level)) is not None}
    units = {unit.code: unit_name(unit, short=True) for unit in found.units}
    chosen = plate_of_level(ask.level) if ask.level is not None else ""
    filters = (
        Filter(
            name="mechanism",
            options=_options({facet.mechanism: mechanism(facet.mechanism) for facet in facets}, ask.mechanism),
        ),
        Filter(name="step", options=_options(steps, ask.step)),
        Filter(name="level", options=_options(dict(sorted(plates.items())), chosen or "")),
        Filter(name="unit", options=_options(units, ask.unit)),
    )
    needed = {"mechanism": ask.mechanism, "step": ask.step, "level": chosen, "unit": ask.unit}
    few = {"mechanism": 1, "step": 1, "level": 1, "unit": 2}
    return tuple(one for one in filters if len(one.options) >= few[one.name] or needed[one.name])


def _options(labels: dict[str, str], chosen: str) -> tuple[Option, ...]:
    """What was chosen stays in the list, also when nothing fits it any more."""
    known: Iterable[tuple[str, str]] = ({chosen: chosen} | labels if chosen else labels).items()
    return tuple(Option(value=value, label=label, selected=value == chosen) for value, label in known)


def _is_narrowed(ask: Ask) -> bool:
    return bool(ask.mechanism or ask.step or ask.unit or ask.q or ask.level is not None)


def _from(number: int) -> dict[str, str]:
    return {"from": str(number)} if number > 1 else {}


def _href(ask: Ask, **more: str) -> str:
    """This list with its filters, and something else."""
    kept = {"view": ask.view, **{name: request.args.get(name, "") for name in _FILTERS}, "q": ask.q, **more}
    return "/inbox?" + urlencode([(name, value) for name, value in kept.items() if value])


def _peek(ask: Ask) -> str:
    """This page of the list; the task that is to be shown beside it is added, for each row the same way."""
    return _href(ask, after=ask.after, before=ask.before, **{"from": request.args.get("from", "")})
