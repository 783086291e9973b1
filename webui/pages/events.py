"""What happened to a case, in words: the timeline for readers, and every link of the chain for those who check."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from flask_babel import gettext

from engine.documents.registry import TEMPLATES
from engine.model.step import TaskId
from engine.queries.case_events import Event, History
from engine.queries.case_head import Paper
from engine.queries.tasks import TaskRow
from webui.pages.case_parts import HistoryRow
from webui.pages.draw_events import about_inspection
from webui.pages.parts import TimelineEvent
from webui.pages.report_events import about_report
from webui.pages.words import days, plate_of_code, plate_of_level, plate_word, say, severity_word
from webui.terms import term

Said = tuple[str, str]  #: title, detail


def timeline(history: History, tasks: Sequence[TaskRow], papers: Iterable[Paper] = ()) -> tuple[TimelineEvent, ...]:
    """The facts that people care about, youngest first."""
    by_id = {row.id: row for row in tasks}
    found: list[TimelineEvent] = []
    state = ""
    papers = tuple(papers)
    told = {paper.card.no for paper in papers}  # with the addressee, which the history does not know
    for events in _steps([event for event in history.events if not _is_told(event, told)]):
        at, actor = events[0].at, events[0].actor
        before, state = state, next((str(e.body["to"]) for e in reversed(events) if e.event == "state"), state)
        change = _change(before, state) if before != state else ""
        # A limit and the task that ends with it move alike: told once.
        said = list(dict.fromkeys(words for event in events if (words := _words(event, by_id)) is not None))
        found += _told(at, said, change, events[0].actor_name if actor != "system" else "")
    found += [_issued(paper) for paper in papers]
    found.sort(key=lambda event: event.at)
    found.reverse()
    return (*_waiting(tasks), *found)


def _is_told(event: Event, numbers: Collection[str]) -> bool:
    return event.event == "card_issued" and _text(event, "no") in numbers


def _waiting(tasks: Sequence[TaskRow]) -> Iterable[TimelineEvent]:
    """What the case waits for now, on top."""
    for row in tasks:
        if row.is_open:
            who = row.assignee_name or str(gettext("待领取"))
            yield TimelineEvent(
                at=row.created_at,
                title=str(gettext("等待办理：%(step)s", step=say(row.name, row.name_en))),
                detail=who,
                tone="now",
            )


def chain_rows(history: History) -> tuple[HistoryRow, ...]:
    """Every event as a link of the chain, newest first."""
    rows: list[HistoryRow] = []
    state = ""
    for event in history.events:
        change = ""
        if event.event == "state":
            change, state = _change(state, str(event.body.get("to", ""))), str(event.body.get("to", ""))
        rows.append(
            HistoryRow(
                seq=event.seq,
                at=event.at,
                actor=event.actor_name or "引擎",
                action=_action(event),
                change=change,
                previous_hash=event.previous_hash.hex()[:8],
                this_hash=event.hash.hex()[:8],
                ok=event.is_sound,
            )
        )
    return tuple(reversed(rows))


def _steps(events: Sequence[Event]) -> Iterable[list[Event]]:
    """Events that one command wrote: of one moment and one person, and a form begins another one."""
    group: list[Event] = []
    for event in events:
        follows = bool(group) and (event.at, event.actor) == (group[0].at, group[0].actor)
        is_first_form = event.event == "submitted" and all(earlier.event == "started" for earlier in group)
        if group and (not follows or (event.event == "submitted" and not is_first_form)):
            yield group
            group = []
        group.append(event)
    if group:
        yield group


def _change(before: str, after: str) -> str:
    return f"{before} → {after}" if before else after


def _told(at: datetime, said: list[Said], change: str, who: str) -> Iterable[TimelineEvent]:
    """One line per thing done; the change of state stands with the first."""
    words = " → ".join(term(part) for part in change.split(" → ")) if change else ""
    if not said and change:
        said = [(change.split(" → ")[-1], "")]
        words = ""
    for number, (title, detail) in enumerate(said):
        parts = [who, detail, words if number == 0 else ""]
        yield TimelineEvent(at=at, title=title, detail=" · ".join(part for part in parts if part))


def _issued(paper: Paper) -> TimelineEvent:
    plate = plate_of_level(paper.card.level)
    detail = " · ".join(part for part in (paper.card.no, paper.to) if part)
    return TimelineEvent(at=paper.card.issued_at, title=plate_word(plate) if plate else paper.card.no, detail=detail)


def _words(event: Event, tasks: Mapping[TaskId, TaskRow]) -> Said | None:
    """Title and detail of what people care about; None for what only the engine cares about."""
    if event.event == "marked" and event.body.get("mark") == "已延期":
        return None  # the extension itself stands beside it
    if event.event == "completed" and event.node_type == "userTask":
        row = tasks.get(event.task_id) if event.task_id is not None else None
        outcome = term(row.outcome) if row is not None and row.outcome else ""
        return say(event.node_name, event.node_name_en), outcome
    return (
        _fact(event)
        or _decision(event)
        or _about_recusal(event)
        or _about_card(event)
        or _about_paper(event)
        or _about_moves(event)
        or _about_data(event)
        or about_report(event)
        or about_inspection(event)
    )


def _decision(event: Event) -> Said | None:
    """Which rule of which decision answered, in its own words: "D1 第3行", "侵害群众利益 → …"."""
    words = say(_text(event, "zh"), _text(event, "en")) if event.event == "decided" else ""
    if not words:
        return None
    mark = "：" if "：" in words else ": "
    rule, _, detail = words.partition(mark)
    return _joined(say(event.node_name, event.node_name_en), rule), detail.rstrip("。.")


def _about_recusal(event: Event) -> Said | None:
    """A fact about who may not act in the case, and what follows from it."""
    match event.event:
        case "recusal_requested":
            return str(gettext("申请回避")), _text(event, "rule")
        case "recusal_accepted":
            return str(gettext("批准回避")), ""
        case "recusal_refused":
            return str(gettext("回避未获批准")), _text(event, "reason")
        case "recused":
            return str(gettext("因回避改派")), ""
        case "handed_over":
            return str(gettext("交接")), ""
    return None


def _fact(event: Event) -> Said | None:
    """A fact about the case itself, its tasks and its limit."""
    match event.event:
        case "started":
            return str(gettext("发起事项")), ""
        case "ended":
            return str(gettext("流程结束")), ""
        case "notice_sent":
            return str(gettext("发出整改通知单")), _text(event, "no")
        case "delivered" if event.body.get("by_opening"):
            return str(gettext("通知单送达")), str(gettext("打开即视为送达"))
        case "delivered":
            return str(gettext("通知单送达")), str(gettext("逾一个工作日未打开，视为送达"))
        case "regraded":
            return str(gettext("调整级别")), severity_word(_text(event, "severity"))
        case "marked":
            return str(gettext("标记")), term(_text(event, "mark"))
        case "transferred":
            to = str(gettext("转给 %(who)s", who=event.to_name))
            return str(gettext("转办")), _joined(to, _text(event, "reason"))
        case "returned":
            return str(gettext("退回")), _text(event, "reason")
        case "withdrawn":
            return str(gettext("撤回")), _text(event, "reason")
        case "reminder":
            return str(gettext("到期提醒")), ""
        case "suspended":
            return str(gettext("暂停，计时停止")), _text(event, "reason")
        case "resumed":
            held = _number(event, "working_days")
            moved = gettext("期限顺延 %(days)s", days=days(held)) if held else gettext("期限不变")
            return str(gettext("恢复计时")), _joined(str(moved), _text(event, "reason"))
        case "migrated" | "migration_undone":
            return _migration(event)
        case "urged":
            return str(gettext("催办")), _text(event, "reason")
        case "reassigned":
            to = str(gettext("改派给 %(who)s", who=event.to_name))
            return str(gettext("改派")), _joined(to, _text(event, "reason"))
        case "stage":
            return str(gettext("提醒提交阶段报告")), ""
        case "rejected_by_unit":
            return str(gettext("申请退回")), ""
        case "rechecked":
            return str(gettext("回头看结果")), term(_text(event, "effect"))
        case "extension_requested":
            return str(gettext("申请延期")), days(_number(event, "working_days"))
        case "extended":
            until = str(gettext("至 %(day)s", day=_text(event, "due_on")))
            return str(gettext("批准延期")), _joined(days(_number(event, "working_days")), until)
        case "extension_refused":
            return str(gettext("延期未获批准")), ""
        case "redated":
            return str(gettext("工作日历变更")), _joined(_text(event, "no"), _days(event), _text(event, "reason"))
        case "deadline_confirmed" if event.body.get("provisional"):
            return str(gettext("期限暂定：节假日表未维护")), ""
        case "deadline_confirmed":
            return str(gettext("期限不再暂定")), ""
    return None


def _about_data(event: Event) -> Said | None:
    """What was written elsewhere, and what an operator has mended; never a value."""
    match event.event:
        case "stored":
            return str(gettext("写入数据存储")), _text(event, "store")
        case "variable_edited":
            return str(gettext("运行维护：修改变量 %(name)s", name=_text(event, "name"))), _text(event, "reason")
    return None


def _about_moves(event: Event) -> Said | None:
    """What an operator has done with the tokens; where to, by the name of the node."""
    if event.event != "moved":
        return None
    node = say(event.node_name, event.node_name_en) or _text(event, "to")
    kinds = {
        "return": gettext("运行维护：退回到“%(name)s”", name=node),
        "jump": gettext("运行维护：跳转到“%(name)s”", name=node),
        "skip": gettext("运行维护：跳过“%(name)s”", name=node),
        "cancel": gettext("运行维护：取消“%(name)s”的令牌", name=node),
        "terminate": gettext("运行维护：终止事项"),
    }
    return str(kinds.get(_text(event, "kind"), gettext("运行维护：移动令牌"))), _text(event, "reason")


def _about_card(event: Event) -> Said | None:
    """A fact about the ladder and its papers."""
    match event.event:
        case "card_issued":
            plate = plate_of_level(_number(event, "level"))
            return plate_word(plate) if plate else str(gettext("牌卡")), _text(event, "no")
        case "told_of_delay":
            return plate_word(plate_of_code(_text(event, "level"))), ""
        case "card_answered":
            return str(gettext("书面说明")), _text(event, "no")
        case "superior_decided":
            return str(gettext("上级决定")), term(_text(event, "decision"))
        case "objection_decided":
            decision = gettext("撤回") if event.body.get("withdrawn") else gettext("维持")
            return str(gettext("牌卡异议审定")), _joined(_text(event, "no"), str(decision))
        case "ladder_closed":
            return str(gettext("督办结束")), ""
    return None


def _about_comment(event: Event) -> Said | None:
    """That somebody said something beside the forms; the words are not in the history."""
    match event.event:
        case "commented":
            return str(gettext("留言")), ""
        case "comment_withdrawn":
            return str(gettext("撤回留言")), ""
        case "copied":
            return str(gettext("抄送")), ""
    return None


def _about_paper(event: Event) -> Said | None:
    """An official paper: drawn up, signed, made void; by its kind and number."""
    template = TEMPLATES.get(_text(event, "template"))
    what = say(template.zh, template.en) if template is not None else ""
    match event.event:
        case "document_made":
            return str(gettext("生成文书")), _joined(what, _text(event, "no"))
        case "document_signed":
            return str(gettext("签署文书")), _joined(what, _text(event, "no"))
        case "document_void":
            return str(gettext("作废文书")), _joined(what, _text(event, "no"))
    return None


def _action(event: Event) -> str:
    """One link of the chain in words."""
    node = say(event.node_name, event.node_name_en) or _unnamed(event)
    at_node = {
        "entered": gettext("到达：%(node)s", node=node),
        "completed": gettext("完成：%(node)s", node=node),
        "cancelled": gettext("取消：%(node)s", node=node),
    }
    if event.node_id and event.event in at_node:
        return str(at_node[event.event])
    known = _fact(event) or _decision(event) or _about_recusal(event) or _about_card(event) or _about_moves(event)
    known = known or _about_paper(event) or _about_comment(event) or about_report(event) or about_inspection(event)
    if known is not None:
        title, detail = known
        return str(gettext("%(title)s：%(detail)s", title=title, detail=detail)) if detail else title
    texts = {
        "state": gettext("状态变化"),
        "submitted": gettext("提交表单 %(form)s", form=node if event.node_name else _text(event, "form")),
        "opened": gettext("打开任务"),
        "claimed": gettext("领取任务"),
        "unclaimed": gettext("放回待领取"),
        "assigned": gettext("确定办理人"),
        "received": gettext("收到消息 %(name)s", name=_text(event, "name")),
        "decided": gettext("决策表 %(decision)s", decision=_text(event, "decision")),
        "sample": gettext("核验抽取"),
        "to_recheck": gettext("标记需重核"),
        "lapsed": gettext("建议失效"),
        "called_off": gettext("申请失效：所涉任务已撤销"),
        "erased": gettext("按保存期限清除内容"),
    }
    return str(texts.get(event.event, event.event))


def _unnamed(event: Event) -> str:
    """Gateways and events that the drawing leaves without a name."""
    if event.node_type.endswith("Gateway"):
        return str(gettext("分支"))
    return {"startEvent": str(gettext("开始")), "endEvent": str(gettext("结束"))}.get(event.node_type, event.node_id)


def _migration(event: Event) -> tuple[str, str]:
    versions = {"old": _number(event, "from"), "new": _number(event, "to")}
    moved = str(gettext("由 v%(old)s 转为 v%(new)s，任务、期限和草稿不变", **versions))
    return str(gettext("迁移到新版本") if event.event == "migrated" else gettext("撤回迁移")), moved


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _text(event: Event, name: str) -> str:
    return str(event.body.get(name) or "")


def _days(event: Event) -> str:
    """ "2026-03-23 → 2026-03-24". A paper has several days, a drawn timer a moment."""
    days = [event.body.get(name) or "" for name in ("old", "new")]
    return " → ".join("、".join(day) if isinstance(day, list) else str(day)[:10] for day in days)


def _number(event: Event, name: str) -> int:
    value = event.body.get(name)
    return value if isinstance(value, int) else 0
