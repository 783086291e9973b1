"""Dates as views: the light with its day, why that day, what is escalated when, the ledger and its calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from flask_babel import gettext, ngettext

from engine.model.clock import END_OF_DAY, local_day, local_time
from engine.model.due_count import base_label
from engine.model.due_grammar import DueSyntaxError, Term, parse_due
from engine.model.ladder_levels import Level
from engine.queries.case_view import CaseView
from engine.queries.deadline_view import DayCell, LedgerLine, Rung
from engine.queries.lights import TaskLight
from engine.queries.task_brief import Extension, TaskBrief
from webui.pages.case_parts import CalendarDay, LedgerEntry
from webui.pages.parts import Due, Fact, Ladder, LadderStep, Light
from webui.pages.words import days, listed, plate_of_code, say, severity_word

Json = Mapping[str, object]
_KINDS = {
    "set": "rule",
    "renewed": "return",
    "extended": "extension",
    "requested": "extension",
    "refused": "extension",
    "suspended": "suspension",
    "resumed": "resumption",
    "redated": "calendar",
}
#: Weekends are named one by one up to here, then counted.
_FEW = 4


def due_view(light: TaskLight | None, on: date | None, at: datetime | None, *, state: str = "") -> Due:
    """A date with its light. Without a date there is nothing to be late for: green, and no number."""
    if light is None:
        return Due(light="green")
    color: Light = "late_done" if light.color == "blue" and light.late_days else light.color
    return Due(
        light=color,
        on=on,
        at=at if at is not None and local_time(at).time() != END_OF_DAY else None,
        days_left=light.days_left if light.color not in {"grey", "blue"} else None,
        suspended=state == "suspended",
        late_days=light.late_days,
        provisional=light.provisional,
    )


def due_of_case(view: CaseView) -> Due:
    """The limit of the case, or the date of what waits now."""
    if view.light_due is not None:
        state = "suspended" if view.case.status == "suspended" else ""
        return due_view(view.light, view.light_due.on, view.light_due.at, state=state)
    dated = next((row for row in view.tasks if row.is_open and row.light is not None), None)
    if dated is None:
        # An ended case without a limit was never late.
        return Due(light="blue" if view.case.is_over else "green")
    return due_view(dated.light, dated.due_on, dated.due_at, state=dated.state)


def short_day(on: date, today: date) -> str:
    """12-11; with the year outside the current one."""
    return f"{on:%m-%d}" if on.year == today.year else f"{on:%Y-%m-%d}"


def basis(brief: TaskBrief, today: date) -> tuple[Fact, ...]:
    """时限依据: rule, start, calendar, due day, and what moved it since."""
    deadline = brief.task.deadline
    if deadline is None or brief.task.due_on is None:
        return ()
    # The date of a task that ends with the limit of its case is explained by how that limit came about.
    limit = next((line for line in reversed(brief.limit) if line.kind in {"set", "renewed"}), None)
    count = cast("Json", deadline["count"]) if limit is None else limit.explanation
    rule = _rule(deadline) if limit is None else _basis_of(limit, brief.case.severity)
    facts = [
        Fact(label="规则", text=rule, unconfirmed=_is_unconfirmed(deadline)),
        Fact(label="起算", text=_start(count, today)),
    ]
    counted = _calendar(count)
    if counted:
        facts.append(Fact(label="日历", text=counted))
    facts += [_moved(line, today) for line in brief.ledger if line.kind in {"extended", "resumed", "redated"}]
    facts.append(Fact(label="到期", text=_due_text(brief, today), strong=True))
    if brief.reminders:
        told = [f"{short_day(local_day(at), today)} {local_time(at):%H:%M}" for at in brief.reminders]
        facts.append(Fact(label="提醒", text=listed(told)))
    if brief.is_mine and brief.extension.refused != "not_limited":
        facts.append(Fact(label="延期", text=extension_text(brief.extension)))
    return tuple(facts)


def extension_text(extension: Extension) -> str:
    """What the rules say about asking for more time."""
    texts = {
        "asked_before": gettext("已申请过一次延期，不得再次申请"),
        "asked_late": gettext("已过期限，延期应在到期前申请"),
        "too_short": gettext("期限过短，不能延期"),
        "not_limited": gettext("本环节不适用延期"),
    }
    if extension.refused:
        return str(texts[extension.refused])
    return str(gettext("到期前可申请一次，最多 %(days)s", days=days(extension.longest_wd)))


def ladder(rungs: Iterable[Rung], *, due_on: date | None, is_late: bool, paused: bool = False) -> Ladder:
    """下一步升级预告."""
    steps = tuple(
        LadderStep(
            at=rung.at,
            plate=plate_of_code(rung.level.code),
            text=_effect(rung.level),
            status=rung.status,
            number=rung.number,
        )
        for rung in rungs
    )
    if not steps:
        return Ladder()
    if paused:  # nothing comes by these dates until the case goes on, and then by later ones
        return Ladder(steps=steps, paused=True)
    note = gettext("今日提交即停止升级，已发出的牌卡保留。") if is_late else gettext("到期前提交，不启动升级。")
    return Ladder(steps=steps, before=None if is_late else due_on, note=str(note))


def days_of_ladder(shown: Ladder) -> tuple[date, ...]:
    """On which something is escalated."""
    return tuple(local_day(step.at) for step in shown.steps)


def ledger(lines: Sequence[LedgerLine], *, severity: str, today: date) -> tuple[LedgerEntry, ...]:
    """期限台账. A request is left out once it is decided: the decision says it all."""
    decided = any(line.kind in {"extended", "refused"} for line in lines)
    return tuple(
        LedgerEntry(
            on=line.on,
            kind=_kind(line),  # type: ignore[arg-type]  # one of the literals by construction
            basis=_basis_of(line, severity),
            detail=_detail_of(line, today),
            effect_days=None if line.kind == "suspended" else line.working_days or 0,
            due=line.due if line.kind != "suspended" else None,
            current=line.is_current,
        )
        for line in lines
        if not (line.kind == "requested" and decided)
    )


def calendar(cells: Iterable[DayCell]) -> tuple[CalendarDay, ...]:
    """The days beside the ledger."""
    return tuple(CalendarDay(on=cell.on, kind=cell.kind, start=cell.is_start, due=cell.is_due) for cell in cells)


def _rule(deadline: Json) -> str:
    """ "送达日起 3 个工作日，且不晚于整改期限" """
    text = _term(cast("Json", deadline["count"]))
    others = [_term(other) for other in cast("list[Json]", deadline.get("others") or [])]
    return text + "".join(gettext("，且不晚于%(other)s", other=other) for other in others)


def _term(count: Json) -> str:
    base, amount = _base(str(count["base"])), int(cast("int", count["amount"]))
    if not count["unit"] or not amount:
        return base
    units = {
        "wd": days(amount),
        "cd": ngettext("%(num)s 个自然日", "%(num)s 个自然日", amount),
        "nh": ngettext("%(num)s 小时", "%(num)s 小时", amount),
        "mo": ngettext("%(num)s 个月", "%(num)s 个月", amount),
    }
    span = units[str(count["unit"])]
    if int(cast("int", count["sign"])) < 0:
        return str(gettext("%(base)s前 %(span)s", base=base, span=span))
    return str(gettext("%(base)s起 %(span)s", base=base, span=span))


def _base(text: str) -> str:
    """What people call the day that a limit counts from."""
    try:
        expression = parse_due(text).expression
    except DueSyntaxError:
        return text
    return say(*base_label(expression.base)) if isinstance(expression, Term) else text


def _is_unconfirmed(deadline: Json) -> bool:
    """Does a number in it await confirmation? Those that D1 gives are all local defaults (domain.md §5)."""
    read = cast("list[Json]", deadline.get("params") or [])
    inputs = cast("Json", deadline.get("inputs") or {})
    return any(p.get("provenance") == "L" for p in read) or "var.plan_wd" in inputs or "var.limit" in inputs


def _start(count: Json, today: date) -> str:
    base = short_day(date.fromisoformat(str(count["base_day"])), today)
    first = count.get("first_day")
    if not first:
        return base
    day_one = short_day(date.fromisoformat(str(first)), today)
    return str(gettext("%(base)s，%(first)s 为第 1 日", base=base, first=day_one))


def _calendar(count: Json) -> str:
    """Which days off were skipped and which weekend days count."""
    parts = [_skipped(cast("list[Json]", count.get("skipped") or []))]
    parts += [
        str(gettext("%(days)s %(name)s计入", days=_range(found), name=say(str(found["zh"]), str(found["en"]))))
        for found in cast("list[Json]", count.get("made_up") or [])
    ]
    return str(gettext("；")).join(part for part in parts if part)


def _skipped(ranges: list[Json]) -> str:
    weekends = [found for found in ranges if found["zh"] == "周末"]
    named = [f"{say(str(r['zh']), str(r['en']))} {_range(r)}" for r in ranges if r["zh"] != "周末"]
    if weekends:
        count = sum(_length(found) for found in weekends)
        shown = listed([_range(found) for found in weekends])
        words = shown if len(weekends) <= _FEW else ngettext("共 %(num)s 天", "共 %(num)s 天", count)
        named.insert(0, str(gettext("周末 %(days)s", days=words)))
    return str(gettext("不计%(days)s", days=listed(named))) if named else ""


def _range(found: Json) -> str:
    first, last = (date.fromisoformat(str(found[name])) for name in ("first", "last"))
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d}～{last:%m-%d}"


def _length(found: Json) -> int:
    return (date.fromisoformat(str(found["last"])) - date.fromisoformat(str(found["first"]))).days + 1


def _moved(line: LedgerLine, today: date) -> Fact:
    labels = {"extended": "延期", "resumed": "恢复", "redated": "日历"}
    return Fact(
        label="送达" if line.reason == "delivered" else labels[line.kind],
        text=_basis_of(line, ""),
        number=short_day(line.due, today) if line.due else "",
    )


def _due_text(brief: TaskBrief, today: date) -> str:
    on, at = cast("date", brief.task.due_on), cast("datetime", brief.task.due_at)
    return f"{short_day(on, today)} {local_time(at):%H:%M}"


def _effect(level: Level) -> str:
    return say(level.effect_zh, level.effect_en)


def _kind(line: LedgerLine) -> str:
    return "rule" if line.kind == "redated" and line.reason == "delivered" else _KINDS.get(line.kind, "calendar")


def _basis_of(line: LedgerLine, severity: str) -> str:
    moved = days(abs(line.working_days)) if line.working_days is not None else ""
    asked = line.explanation.get("working_days")
    match line.kind:
        case "set" if "count" in line.explanation:
            return _rule(line.explanation)
        case "set":
            if not severity:
                return str(gettext("送达后 %(days)s", days=moved))
            return str(gettext("%(severity)s，送达后 %(days)s", severity=severity_word(severity), days=moved))
        case "renewed":
            return str(gettext("核验退回，重新给予 %(days)s", days=moved))
        case "extended":
            return str(gettext("批准延期 %(days)s，仅此一次", days=moved))
        case "requested":
            return str(gettext("申请延期 %(days)s，待审批", days=days(int(cast("int", asked or 0)))))
        case "refused":
            return str(gettext("延期申请未获批准"))
        case "suspended":
            return str(gettext("中止，计时停止"))
        case "resumed" if not line.working_days:
            return str(gettext("恢复，未占用工作日，期限不变"))
        case "resumed":
            return str(gettext("中止的 %(days)s顺延", days=moved))
        case _ if line.reason == "delivered":
            return str(gettext("通知单送达，自送达日起算"))
        case _:
            return str(gettext("工作日历变更"))


def _detail_of(line: LedgerLine, today: date) -> str:
    parts = []
    count = cast("Json", line.explanation.get("count") or line.explanation)
    if line.kind in {"set", "renewed"} and count.get("base_day"):
        parts += [_start(count, today), _calendar(count)]
    if line.kind in {"extended", "suspended", "resumed", "refused", "requested"} and line.actor:
        names = {
            "extended": gettext("%(who)s 批准", who=line.actor),
            "requested": gettext("%(who)s 申请", who=line.actor),
        }
        parts.append(str(names.get(line.kind, line.actor)))
    if line.reason and line.reason != "delivered":
        parts.append(line.reason)
    return str(gettext("；")).join(part for part in parts if part)
