"""The columns of every list that can be taken as a file, and the lists behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response
from flask_babel import gettext

from engine.model.case import STATUS_LABELS
from engine.model.clock import local_day
from engine.queries.documents import DocumentLine
from engine.queries.frame import all_unit_names
from engine.queries.inbox import InboxTask
from engine.queries.instances import CaseRow
from engine.queries.lights import TaskLight
from engine.queries.paging import Page
from engine.queries.tasks import TaskRow
from engine.store.cards import CardRow
from engine.store.incidents import IncidentRow
from webui.auth import current_person
from webui.export import Cell, Column, Format, Listing, Row, export, whole
from webui.pages.case_parts import HistoryRow
from webui.pages.incident_words import kind_word, reason_words, state_word
from webui.pages.search_views import Hit, Pieces
from webui.pages.words import (
    case_title,
    listed,
    mechanism,
    plate_of_level,
    plate_word,
    say,
    severity_word,
    unit_name,
)
from webui.service import current_engine
from webui.terms import term


def as_file(
    name: str, title: str, columns: tuple[Column[Row], ...], page: Callable[[str], Page[Row]], wanted: Format
) -> Response:
    """A paged list as a file, all of its pages. page: asks for MAX_LIMIT rows from a cursor on."""
    rows, is_cut = whole(page)
    return export(Listing(name=name, title=title, columns=columns, rows=rows, is_cut=is_cut), wanted)


def unit_names(*, short: bool = False) -> dict[str, str]:
    """Every unit by its code, in the reader's language."""
    units = all_unit_names(current_engine(), current_person())
    return {code: unit_name(unit, short=short) for code, unit in units.items()}


def light_word(light: TaskLight | None) -> str:
    """ "红灯"; a task done late is 逾期办结. Empty for one without a date."""
    if light is None:
        return ""
    if light.color == "blue" and light.late_days:
        return str(gettext("逾期办结"))
    words = {
        "red": gettext("红灯"),
        "yellow": gettext("黄灯"),
        "green": gettext("绿灯"),
        "blue": gettext("蓝灯"),
        "grey": gettext("灰灯"),
    }
    return str(words[light.color])


def level_word(level: int) -> str:
    """ "黄牌"; empty below the first rung."""
    plate = plate_of_level(level)
    return plate_word(plate) if plate is not None else ""


def status_word(status: str) -> str:
    """ "已暂停": the state of a process instance."""
    return next((say(*words) for known, words in STATUS_LABELS.items() if known == status), status)


def card_state_word(state: str) -> str:
    """ "异议审定中" """
    words = {"issued": gettext("已送达"), "objected": gettext("异议审定中"), "withdrawn": gettext("已撤回")}
    return str(words.get(state, state))


def _days_left(light: TaskLight | None) -> Cell:
    return light.days_left if light is not None and light.color in {"red", "yellow", "green"} else None


def _named(names: Mapping[str, str], code: str | None) -> str:
    return names.get(code, code) if code else ""


def _marks(marks: tuple[str, ...]) -> str:
    return listed([term(mark) for mark in marks])


def inbox_columns() -> tuple[Column[InboxTask], ...]:
    """我的任务: the columns of domain.md §6.6."""
    return (
        Column(label=gettext("灯"), value=lambda row: light_word(row.light), width=9),
        Column(label=gettext("事项"), value=lambda row: case_title(row.title), width=36),
        Column(label=gettext("业务编号"), value=lambda row: row.business_no, width=24),
        Column(label=gettext("环节"), value=lambda row: say(row.name, row.name_en), width=18),
        Column(label=gettext("责任单位"), value=lambda row: unit_name(row.unit), width=22),
        Column(label=gettext("到期日"), value=lambda row: row.due_on, width=12),
        Column(label=gettext("剩余工作日"), value=lambda row: _days_left(row.light), width=11),
        Column(label=gettext("机制"), value=lambda row: term(mechanism(row.mechanism)), width=10),
        Column(label=gettext("督办级别"), value=lambda row: level_word(row.ladder_level), width=12),
        Column(label=gettext("定级"), value=lambda row: severity_word(row.severity), width=10),
        Column(label=gettext("标记"), value=lambda row: _marks(row.marks), width=16),
        Column(label=gettext("办理人"), value=lambda row: row.assignee_name, width=12),
        Column(label=gettext("到达时间"), value=lambda row: row.created_at, width=17),
    )


def task_columns(names: Mapping[str, str]) -> tuple[Column[TaskRow], ...]:
    """Tasks over REST, of the own desk or of the units that a supervisor sees. names: of the units, by their code."""
    return (
        Column(label=gettext("灯"), value=lambda row: light_word(row.light), width=9),
        Column(label=gettext("事项"), value=lambda row: case_title(row.title), width=36),
        Column(label=gettext("业务编号"), value=lambda row: row.business_no, width=24),
        Column(label=gettext("环节"), value=lambda row: say(row.name, row.name_en), width=18),
        Column(label=gettext("责任单位"), value=lambda row: _named(names, row.unit), width=22),
        Column(label=gettext("办理人"), value=lambda row: row.assignee_name, width=12),
        Column(label=gettext("到期日"), value=lambda row: row.due_on, width=12),
        Column(label=gettext("剩余工作日"), value=lambda row: _days_left(row.light), width=11),
        Column(label=gettext("机制"), value=lambda row: term(mechanism(row.mechanism)), width=10),
        Column(label=gettext("督办级别"), value=lambda row: level_word(row.ladder_level), width=12),
        Column(label=gettext("标记"), value=lambda row: _marks(row.marks), width=16),
        Column(label=gettext("到达时间"), value=lambda row: row.created_at, width=17),
        Column(label=gettext("办结时间"), value=lambda row: row.done_at, width=17),
    )


def case_columns(names: Mapping[str, str]) -> tuple[Column[CaseRow], ...]:
    """Running and finished cases. names: of the units, by their code."""
    return (
        Column(label=gettext("事项"), value=lambda row: case_title(row.title), width=36),
        Column(label=gettext("业务编号"), value=lambda row: row.business_no, width=24),
        Column(label=gettext("流程"), value=lambda row: say(row.process_name, row.process_name_en), width=16),
        Column(label=gettext("运行状态"), value=lambda row: status_word(row.status), width=10),
        Column(label=gettext("事项状态"), value=lambda row: term(row.case_state), width=12),
        Column(label=gettext("责任单位"), value=lambda row: _named(names, row.unit), width=22),
        Column(label=gettext("下发单位"), value=lambda row: _named(names, row.issuer_unit), width=22),
        Column(label=gettext("定级"), value=lambda row: severity_word(row.severity or ""), width=10),
        Column(label=gettext("期限"), value=lambda row: local_day(row.limit_at) if row.limit_at else None, width=12),
        Column(label=gettext("标记"), value=lambda row: _marks(row.marks), width=16),
        Column(label=gettext("开始时间"), value=lambda row: row.started_at, width=17),
        Column(label=gettext("暂停时间"), value=lambda row: row.suspended_at, width=17),
        Column(label=gettext("结束时间"), value=lambda row: row.ended_at, width=17),
    )


def card_columns(names: Mapping[str, str]) -> tuple[Column[CardRow], ...]:
    """Cards of the ladder. names: of the units, by their code."""
    return (
        Column(label=gettext("编号"), value=lambda row: row.no, width=24),
        Column(label=gettext("牌卡"), value=lambda row: level_word(row.level), width=14),
        Column(label=gettext("事项"), value=lambda row: case_title(row.title), width=36),
        Column(label=gettext("责任单位"), value=lambda row: _named(names, row.unit), width=22),
        Column(label=gettext("签发单位"), value=lambda row: _named(names, row.issuer_unit), width=22),
        Column(label=gettext("签发日期"), value=lambda row: row.issued_on, width=12),
        Column(label=gettext("状态"), value=lambda row: card_state_word(row.state), width=12),
        Column(label=gettext("生效日期"), value=lambda row: row.effective_on, width=12),
        Column(label=gettext("答复期限"), value=lambda row: row.answer_due_on, width=12),
        Column(label=gettext("答复时间"), value=lambda row: row.answered_at, width=17),
        Column(label=gettext("撤回时间"), value=lambda row: row.withdrawn_at, width=17),
    )


def document_columns() -> tuple[Column[DocumentLine], ...]:
    """发文登记: numbers in their order, void ones too."""
    return (
        Column(label=gettext("文号"), value=lambda line: line.row.no, width=24),
        Column(label=gettext("文种"), value=lambda line: say(line.template.zh, line.template.en), width=16),
        Column(label=gettext("标题"), value=lambda line: line.row.title, width=44),
        Column(label=gettext("发文单位"), value=lambda line: unit_name(line.sender), width=26),
        Column(label=gettext("成文日期"), value=lambda line: line.row.dated, width=12),
        Column(label=gettext("状态"), value=lambda line: document_state_word(line.row.state), width=10),
        Column(label=gettext("签署人"), value=lambda line: listed(list(line.signed_by)), width=24),
        Column(label=gettext("作废理由"), value=lambda line: void_reason_word(line.row.void_reason), width=30),
        Column(label=gettext("文件哈希"), value=lambda line: line.row.sha256.hex(), width=66),
    )


def void_reason_word(reason: str) -> str:
    """As it was written; a term where the engine made the paper void itself."""
    return term(reason)


def document_state_word(state: str) -> str:
    """ "已签署": what has become of a paper."""
    words = {"made": gettext("已生成"), "signed": gettext("已签署"), "void": gettext("作废")}
    return str(words.get(state, state))


def incident_columns() -> tuple[Column[IncidentRow], ...]:
    """What waits for an operator: place and reason, never a value."""
    return (
        Column(label=gettext("发生时间"), value=lambda row: row.opened_at, width=17),
        Column(label=gettext("状态"), value=state_word, width=10),
        Column(label=gettext("类型"), value=lambda row: kind_word(row.kind), width=12),
        Column(label=gettext("原因"), value=reason_words, width=60),
        Column(label=gettext("代码"), value=lambda row: row.code, width=20),
        Column(label=gettext("流程"), value=lambda row: row.key, width=16),
        Column(label=gettext("环节"), value=lambda row: row.node_id, width=14),
        Column(label=gettext("已试次数"), value=lambda row: row.attempts, width=9),
        Column(label=gettext("说明"), value=lambda row: row.note, width=40),
        Column(label=gettext("办结时间"), value=lambda row: row.resolved_at, width=17),
    )


def history_columns() -> tuple[Column[HistoryRow], ...]:
    """办理记录 of one case, with the links of its chain."""
    return (
        Column(label=gettext("序"), value=lambda row: row.seq, width=6),
        Column(label=gettext("时间"), value=lambda row: row.at, width=17),
        Column(label=gettext("办理人"), value=lambda row: term(row.actor), width=14),
        Column(label=gettext("动作"), value=lambda row: term(row.action), width=50),
        Column(label=gettext("状态变化"), value=lambda row: _changed(row.change), width=22),
        Column(label=gettext("本值"), value=lambda row: row.this_hash, width=12),
    )


def _changed(words: str) -> str:
    return " → ".join(term(word) for word in words.split(" → ")) if words else ""


def search_columns() -> tuple[Column[tuple[str, Hit]], ...]:
    """What a search has found, group by group."""
    groups = {"tasks": gettext("在办任务"), "cases": gettext("事项"), "cards": gettext("牌卡")}
    return (
        Column(label=gettext("类别"), value=lambda row: str(groups[row[0]]), width=12),
        Column(label=gettext("事项"), value=lambda row: _whole(row[1].title), width=36),
        Column(label=gettext("业务编号"), value=lambda row: _whole(row[1].number), width=24),
        Column(label=gettext("责任单位"), value=lambda row: _whole(row[1].unit), width=22),
        Column(label=gettext("说明"), value=lambda row: row[1].detail, width=30),
        Column(label=gettext("到期日"), value=lambda row: row[1].due.on if row[1].due is not None else None, width=12),
    )


def _whole(pieces: Pieces) -> str:
    return "".join(text for text, _ in pieces)
