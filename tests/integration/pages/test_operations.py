"""The desk of an operator without scripts: incidents, notes, retries of many, queues, health."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from engine.commands import retries
from engine.core import Engine
from engine.model.step import PersonId
from engine.store.incidents import NewIncident
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import SignIn

OPERATOR = PersonId("u907")
TYPED = "张三举报李四"


@pytest.fixture
def operator(sign_in: SignIn) -> Browser:
    return sign_in(OPERATOR)


@pytest.fixture
def incidents(engine: Engine) -> Iterator[list[UUID]]:
    """Of a script, a timer and a job; the message holds what somebody typed, as none should."""
    kinds = (
        ("step", "step_failed", {"cause": "script", "line": 2, "error": "ValueError"}),
        ("timer", "state_unreadable", {}),
        ("job", "worker_lost", {"job": "deliver_buffered"}),
    )
    with engine.transaction("system") as tx:
        found = [
            tx.open_incident(
                NewIncident(id=uuid4(), kind=kind, code=code, message=TYPED, details=more, key="S1_RECTIFY")
            )
            for kind, code, more in kinds
        ]
    yield found
    with engine.transaction("system") as tx:
        for incident in found:
            tx.resolve_incident(incident, "closed")


def test_an_incident_says_in_words_why_where_and_what_to_do(operator: Browser, incidents: list[UUID]) -> None:
    shown = operator.open("/incidents").text()

    assert "脚本或条件第 2 行出错：值不合要求，无法转换。" in shown
    assert "请流程分析员检查该环节" in shown
    assert "事项的运行状态无法读取。" in shown
    assert "整改闭环" in shown
    assert TYPED not in shown
    assert TYPED not in operator.open(f"/incident/{incidents[0]}").text()


def test_filters_stand_in_the_address_and_an_empty_list_says_what_next(
    operator: Browser, incidents: list[UUID]
) -> None:
    assert len(operator.open("/incidents?kind=job&since=2020-01-01").find("table.lines tbody tr")) == 1
    assert "没有符合筛选的异常" in operator.open("/incidents?since=2099-01-01").text()
    assert "清除筛选" in operator.text()
    operator.open("/incidents?state=nonsense&since=nonsense&kind=nonsense")


def test_many_are_retried_with_progress_that_a_reload_keeps_and_can_be_stopped(
    operator: Browser, engine: Engine, incidents: list[UUID], sign_in: SignIn
) -> None:
    operator.open("/incidents")
    action = operator.find("form[method=post]")[-1].get("action")
    operator.post(action, {"csrf_token": operator.csrf, "incident": [str(i) for i in incidents[:2]]})
    run = UUID(operator.address.rpartition("/")[2])
    assert "正在进行 0 / 2 件" in operator.text()
    assert operator.find("#run")[0].get("data-hx-trigger") == "every 2s"

    retries.retry_next(engine, OPERATOR, run)
    assert "1 / 2 件" in operator.open(operator.address).text()
    assert "正在进行" in operator.open("/incidents").text()

    operator.open(f"/incidents/retries/{run}").send(f"/incidents/retries/{run}/stop")
    retries.work_off(engine, run)
    assert "已停止 1 / 2 件" in operator.open(f"/incidents/retries/{run}").text()
    assert operator.find("#run")[0].get("data-hx-trigger") is None


def test_nothing_ticked_is_told_and_nothing_begun(operator: Browser, incidents: list[UUID]) -> None:
    operator.open("/incidents").post("/incidents/retries", {"csrf_token": operator.csrf}, status=422)
    assert "请先勾选要重试的异常。" in operator.text()


def test_a_note_is_kept_and_one_that_misleads_comes_back(operator: Browser, incidents: list[UUID]) -> None:
    page = f"/incident/{incidents[0]}"

    operator.open(page).send(f"{page}/note", {"note": "已知\u202e"}, status=422)
    assert "改变文字方向" in operator.text()
    operator.open(page).send(f"{page}/note", {"note": "已联系分析员。"})

    assert "已标记为已知" in operator.text()
    assert "已联系分析员。" in operator.open("/incidents?state=noted").text()


def test_one_is_retried_and_told_what_came_of_it(operator: Browser, incidents: list[UUID]) -> None:
    page = f"/incident/{incidents[0]}"
    operator.open(page).send(f"{page}/retry")
    assert "重试成功" in operator.text()
    operator.post(f"{page}/retry", {"csrf_token": operator.csrf}, status=409)
    assert "已经解决" in operator.text()


def test_the_list_leaves_as_a_file_in_words(operator: Browser, incidents: list[UUID]) -> None:
    answer = operator.client.get("/incidents?format=csv")
    text = answer.get_data().decode("utf-8-sig")
    assert "脚本或条件第 2 行出错" in text
    assert TYPED not in text


def test_queues_and_health_say_how_each_part_does(operator: Browser) -> None:
    assert "没有后台进程" in operator.open("/queues").text()
    shown = operator.open("/health").text()
    assert "没有后台在线" in shown
    assert "从未备份" in shown
    assert "演练时钟" in shown


def test_only_an_operator_has_the_desk(operator: Browser, inspector: Browser) -> None:
    assert "/incidents" in operator.open("/inbox").links("nav.nav a")
    assert "/incidents" not in inspector.open("/inbox").links("nav.nav a")
    for path in ("/incidents", "/queues", "/health"):
        inspector.open(path, status=403)
