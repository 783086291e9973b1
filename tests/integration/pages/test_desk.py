"""The desk around the inbox without scripts: several tasks at once, undoing, saved views."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from engine.commands import tasks
from engine.core import Engine
from engine.model.step import TaskId
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, LEADER, OWNER, register, task_of

PLANNING = {"owner_decision": "指定", "owner_dept": "532503-GA-03", "owner": OWNER, "owner_post": "具体责任人"}


def planned(engine: Engine, title: str) -> str:
    """Id of a task of u101: to make a plan."""
    case = register(engine, title=title)

    def waiting() -> TaskId:
        return TaskId(UUID(task_of(engine, case).removeprefix("/task/")))

    tasks.complete(engine, waiting(), INSPECTOR, {"confirm": True})
    tasks.open_task(engine, waiting(), LEADER)
    tasks.complete(engine, waiting(), LEADER, PLANNING)
    return str(waiting())


def test_ticked_tasks_are_handed_on_with_one_reason(engine: Engine, owner: Browser) -> None:
    chosen = [planned(engine, "甲项"), planned(engine, "乙项")]
    owner.open("/inbox?view=todo")
    assert {box.get("value") for box in owner.find("input[name=task]")} >= set(chosen)

    owner.post("/inbox/transfer/choose", {"csrf_token": owner.csrf, "task": chosen, "next": "/inbox?view=todo"})
    assert "csrf" not in owner.address
    owner.send("/inbox/transfer", {"to": "u102", "reason": "", "task": chosen}, status=422)
    assert owner.find("textarea[aria-invalid=true]")
    owner.send("/inbox/transfer", {"to": "u102", "reason": "本周外出办案", "task": chosen})

    assert "2 件已转办给用户102" in owner.text("p[role=status]")
    again = owner.post(
        "/inbox/transfer", {"csrf_token": owner.csrf, "to": "u102", "reason": "本周外出办案", "task": chosen}
    )
    assert "2 件未转办" in again.text("p[role=status]")


def test_what_cannot_be_handed_on_is_told_before(engine: Engine, inspector: Browser) -> None:
    offered = task_of(engine, register(engine, title="丙项")).removeprefix("/task/")

    inspector.open(f"/inbox/transfer?task={offered}")

    assert "领取后才能转办" in inspector.text("main")
    assert not inspector.find("select[name=to]")


def test_nothing_ticked_is_said_and_nothing_lost(owner: Browser) -> None:
    owner.open("/inbox?view=late")

    owner.post("/inbox/transfer/choose", {"csrf_token": owner.csrf, "next": "/inbox?view=late"})

    assert owner.address.startswith("/inbox?view=late")
    assert "没有勾选任务" in owner.text("div[role=status]")


def test_a_claim_is_undone_from_the_line_that_tells_it(engine: Engine, inspector: Browser) -> None:
    case = register(engine, title="丁项")
    task = task_of(engine, case)
    inspector.open("/inbox?view=offered")
    inspector.post(f"{task}/claim", {"csrf_token": inspector.csrf})

    inspector.send("/inbox/unclaim")

    assert "已放回待领取" in inspector.text("div[role=status]")
    with engine.reading("system") as tx:
        assert tx.open_tasks(case)[0].assignee is None


def test_filters_are_kept_under_a_name_and_the_inbox_can_begin_with_them(owner: Browser) -> None:
    owner.open("/inbox?view=late&level=red")
    owner.send("/inbox/views", {"name": "红牌"})
    assert owner.texts("a.chip") == ["红牌"]
    assert owner.find("a.chip[aria-current]")

    owner.open("/inbox/views")
    action = owner.find("form.viewline")[0].get("action")
    owner.send(action, {"do": "begin"})

    owner.open("/inbox")
    assert parse_qs(urlsplit(owner.address).query) == {"view": ["late"], "level": ["red"]}
    owner.open("/inbox?view=todo")
    assert owner.address == "/inbox?view=todo"
    owner.open("/inbox/views").send(action, {"do": "delete"})
    assert not owner.find("form.viewline")


@pytest.mark.parametrize("name", ["", "字" * 31])
def test_a_view_without_a_proper_name_is_refused_in_words(owner: Browser, name: str) -> None:
    owner.open("/inbox?view=late")

    owner.send("/inbox/views", {"name": name}, status=422)

    assert "视图名称应为1至30个字" in owner.text("div[role=alert]")


def test_an_absence_is_registered_mended_and_ended_on_ones_own_page(owner: Browser) -> None:
    owner.open("/me")
    words = {"kind": "出差", "first_day": "2026-03-09", "reason": "州里开会"}
    owner.post("/absence/u101", {"csrf_token": owner.csrf, "do": "declare", **words, "last_day": ""}, status=422)
    assert owner.find("input[id=a-last]")[0].get("aria-invalid") == "true"
    assert owner.find("input[id=a-reason]")[0].get("value") == "州里开会"

    owner.post("/absence/u101", {"csrf_token": owner.csrf, "do": "declare", **words, "last_day": "2026-03-11"})
    assert owner.address.startswith("/me")
    assert "出差" in owner.text("ul.lines")
    assert "未指定代理人" in owner.text("p[role=status]")

    owner.post("/absence/u101", {"csrf_token": owner.csrf, "do": "withdraw", "first_day": "2026-03-09"})
    assert "没有登记的请假或出差" in owner.text("main")


def test_a_substitute_is_named_per_position_and_ended(owner: Browser) -> None:
    owner.open("/me")
    post = {"csrf_token": owner.csrf, "post": "532503-GA:PERSON_RESP", "valid_from": "2026-03-02", "valid_until": ""}
    owner.post("/absence/u101", {**post, "do": "substitute", "person": ""}, status=422)
    assert "请选择代理人" in owner.text("p.err")

    owner.post("/absence/u101", {**post, "do": "substitute", "person": "u102"})
    assert "用户102" in owner.text("section[id=absence] form b") + owner.text("section[id=absence]")
    owner.post("/absence/u101", {**post, "do": "end_substitute"})

    assert "未指定" in owner.text("section[id=absence]")


def test_nobody_opens_the_absences_of_others(owner: Browser) -> None:
    owner.open("/absence/u102", status=404)
