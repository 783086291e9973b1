"""Dates, ladders and histories in words, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import pytest
from flask import Flask

from engine.model.clock import SHANGHAI, end_of_day
from engine.model.ladder_levels import URGE, YELLOW
from engine.model.step import TaskId
from engine.queries.case_events import Event, History
from engine.queries.deadline_view import LedgerLine, Rung
from engine.queries.lights import TaskLight
from webui import language
from webui.pages.deadlines import _rule, _skipped, due_view, ladder, ledger, short_day
from webui.pages.events import chain_rows, timeline
from webui.pages.notice_words import notice_text
from webui.pages.words import level_of_plate, plate_of_level

TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
WORKING_DAYS: dict[str, object] = {"base": "delivered", "sign": 1, "amount": 3, "unit": "wd"}


@pytest.fixture(autouse=True)
def chinese() -> Iterator[Flask]:
    app = Flask("webui")
    language.install(app, lambda: "zh")
    with app.test_request_context("/"):
        yield app


def a_light(color: str, days_left: int = 0, late_days: int = 0) -> TaskLight:
    return TaskLight(
        color=color,  # type: ignore[arg-type]
        days_left=days_left,
        late_days=late_days,
        mark_zh="",
        mark_en="",
        provisional=False,
    )


def an_event(event: str, seq: int = 1, at: datetime = AT, actor: str = "u041", **more: object) -> Event:
    body = {key: value for key, value in more.items() if key not in {"node_id", "node_name", "node_type", "task_id"}}
    return Event(
        seq=seq,
        at=at,
        event=event,
        node_id=str(more.get("node_id", "")),
        node_name=str(more.get("node_name", "")),
        node_name_en="",
        node_type=str(more.get("node_type", "")),
        actor=actor,
        actor_name="" if actor == "system" else "用户041",
        task_id=TaskId(UUID(int=1)) if more.get("task_id") else None,
        body=body,
        to_name="用户102",
        previous_hash=bytes(32),
        hash=bytes([seq] * 32),
    )


def a_line(kind: str, **more: object) -> LedgerLine:
    values: dict[str, object] = {
        "on": TODAY,
        "at": AT,
        "kind": kind,
        "due": date(2026, 3, 23),
        "working_days": 15,
        "explanation": {},
        "reason": "",
        "actor": "",
        "rule": "",
        "is_current": False,
    }
    return LedgerLine(**{**values, **more})  # type: ignore[arg-type]


def test_a_limit_of_a_day_shows_no_time_and_one_of_hours_does() -> None:
    assert due_view(a_light("green", 5), TODAY, end_of_day(TODAY)).at is None
    assert due_view(a_light("green", 0), TODAY, AT).at == AT


def test_done_late_is_told_from_done_in_time() -> None:
    assert due_view(a_light("blue"), TODAY, end_of_day(TODAY)).light == "blue"
    late = due_view(a_light("blue", late_days=2), TODAY, end_of_day(TODAY))
    assert (late.light, late.late_days, late.days_left) == ("late_done", 2, None)


def test_a_task_without_a_date_is_never_late() -> None:
    assert due_view(None, None, None).light == "green"


@pytest.mark.parametrize(("on", "shown"), [(date(2026, 12, 1), "12-01"), (date(2027, 1, 8), "2027-01-08")])
def test_a_day_shows_its_year_only_outside_this_one(on: date, shown: str) -> None:
    assert short_day(on, TODAY) == shown


def test_a_rule_is_said_with_its_other_end() -> None:
    limit = {"base": "var(limit)", "sign": 1, "amount": 0, "unit": ""}
    deadline = {"count": WORKING_DAYS, "others": [limit]}

    assert _rule(deadline) == "送达日起 3 个工作日，且不晚于整改期限"


def test_few_weekends_are_named_and_many_are_counted() -> None:
    def weekends(count: int) -> list[dict[str, object]]:
        return [{"first": "2026-03-07", "last": "2026-03-08", "zh": "周末", "en": "weekend"}] * count

    holiday = {"first": "2026-04-04", "last": "2026-04-06", "zh": "清明节", "en": "Qingming"}
    assert _skipped([*weekends(1), holiday]) == "不计周末 03-07～03-08、清明节 04-04～04-06"
    assert _skipped(weekends(6)) == "不计周末 共 12 天"
    assert _skipped([]) == ""


def test_a_request_for_time_stands_in_the_ledger_until_it_is_decided() -> None:
    asked = a_line("requested", working_days=None, explanation={"working_days": 5})

    waiting = ledger([a_line("set"), asked], severity="B", today=TODAY)
    decided = ledger([a_line("set"), asked, a_line("extended", working_days=5)], severity="B", today=TODAY)

    assert [line.basis for line in waiting] == ["B 一般，送达后 15 个工作日", "申请延期 5 个工作日，待审批"]
    assert [line.kind for line in decided] == ["rule", "extension"]
    assert decided[1].effect_days == 5


def test_a_suspension_has_no_due_day_and_no_number() -> None:
    (line,) = ledger([a_line("suspended")], severity="", today=TODAY)

    assert (line.due, line.effect_days) == (None, None)


def test_the_ladder_says_what_submitting_today_would_stop() -> None:
    rungs = (Rung(level=URGE, at=AT, status="sent", number="PK-1"), Rung(level=YELLOW, at=AT, status="next"))

    late = ladder(rungs, due_on=TODAY, is_late=True)
    early = ladder(rungs, due_on=TODAY, is_late=False)

    assert [step.plate for step in late.steps] == ["urge", "yellow"]
    assert late.before is None
    assert "停止升级" in late.note
    assert early.before == TODAY
    assert ladder((), due_on=TODAY, is_late=True).steps == ()


def test_one_moment_of_one_person_is_told_per_form() -> None:
    events = (
        an_event("started", 1),
        an_event("submitted", 2, form="S1_T0"),
        an_event("state", 3, to="已登记"),
        an_event("submitted", 4, form="S1_T2"),
        an_event("completed", 5, node_id="S1_T2", node_name="下发整改通知单", node_type="userTask"),
        an_event("state", 6, to="已下发"),
    )

    told = timeline(History(events=events, good=6), ())

    assert [(event.title, event.detail) for event in told] == [
        ("下发整改通知单", "用户041 · 已登记 → 已下发"),
        ("发起事项", "用户041 · 已登记"),
    ]


def test_what_only_the_engine_cares_about_stays_out_of_the_timeline_but_in_the_chain() -> None:
    events = (
        an_event("entered", 1, node_id="GW", node_name="审核意见", node_type="exclusiveGateway"),
        an_event("assigned", 2),
        an_event("marked", 3, mark="已延期"),
    )
    history = History(events=events, good=2)

    assert timeline(history, ()) == ()
    assert [row.action for row in chain_rows(history)] == ["标记：已延期", "确定办理人", "到达：审核意见"]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (an_event("delivered", by_opening=True), "通知单送达：打开即视为送达"),
        (an_event("delivered", actor="system"), "通知单送达：逾一个工作日未打开，视为送达"),
        (an_event("transferred", to="u102", reason="出差"), "转办：转给 用户102 · 出差"),
        (an_event("returned", reason="缺签名"), "退回：缺签名"),
        (an_event("extended", working_days=5, due_on="2026-03-30"), "批准延期：5 个工作日 · 至 2026-03-30"),
        (an_event("extension_requested", working_days=5), "申请延期：5 个工作日"),
        (an_event("extension_refused"), "延期未获批准"),
        (an_event("regraded", severity="C"), "调整级别：C 较重"),
        (an_event("rechecked", effect="反弹"), "回头看结果：反弹"),
        (an_event("card_issued", no="PK-1", level=2), "黄牌：PK-1"),
        (an_event("card_answered", no="PK-1"), "书面说明：PK-1"),
        (an_event("superior_decided", decision="限期办结"), "上级决定：限期办结"),
        (an_event("objection_decided", no="PK-1", withdrawn=True), "牌卡异议审定：PK-1 · 撤回"),
        (an_event("objection_decided", no="PK-1", withdrawn=False), "牌卡异议审定：PK-1 · 维持"),
        (an_event("submitted", form="S1_T4"), "提交表单 S1_T4"),
        (an_event("submitted", form="S1_T4", node_name="签收与制定措施"), "提交表单 签收与制定措施"),
        (an_event("completed", node_id="X"), "完成：X"),
        (an_event("entered", node_id="FORK_2", node_type="parallelGateway"), "到达：分支"),
        (an_event("entered", node_id="START", node_type="startEvent"), "到达：开始"),
        (an_event("cancelled", node_id="X", node_name="核验"), "取消：核验"),
        (
            an_event("decided", decision="D1_SEVERITY", zh="D1 第4行：制度不落实 → B 一般。", en="D1 row 4: x -> B."),
            "D1 第4行：制度不落实 → B 一般",
        ),
        (
            an_event("decided", node_name="定级定限", zh="D1 第5行：首次。", en="D1 row 5: x."),
            "定级定限 · D1 第5行：首次",
        ),
        (an_event("decided", decision="D1_SEVERITY"), "决策表 D1_SEVERITY"),
        (an_event("ended"), "流程结束"),
        (an_event("ladder_closed"), "督办结束"),
        (an_event("rejected_by_unit"), "申请退回"),
        (an_event("notice_sent", no="ZG-1"), "发出整改通知单：ZG-1"),
        (an_event("reminder"), "到期提醒"),
        (an_event("stage"), "提醒提交阶段报告"),
        (an_event("something_new"), "something_new"),
    ],
)
def test_each_link_of_the_chain_has_words(event: Event, words: str) -> None:
    (row,) = chain_rows(History(events=(event,), good=1))

    assert row.action == words


def test_a_notice_says_its_kind_its_paper_and_its_moment() -> None:
    assert notice_text("yellow", {"no": "PK-1"}, AT, TODAY) == "黄牌 PK-1 · 03-02 09:00"
    assert notice_text("extension_decided", {"decision": "同意"}, AT, TODAY) == "延期审批结果 同意 · 03-02 09:00"
    assert notice_text("unheard_of", {}, AT, TODAY) == "通知 · 03-02 09:00"


def test_plates_and_levels_name_each_other() -> None:
    for level in range(1, 6):
        assert level_of_plate(plate_of_level(level) or "") == level
    assert plate_of_level(0) is None
    assert plate_of_level(9) is None
    assert level_of_plate("") is None
    assert level_of_plate("blue") is None
