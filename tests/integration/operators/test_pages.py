"""The operator's pages and routes: choose, preview, give a reason, act; refusals in words; who else may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from engine.commands import tasks
from engine.core import Engine
from tests.integration.api.conftest import Caller
from tests.integration.operators.conftest import WHY, Work, furnish_parts
from tests.integration.pages.browser import Browser
from tests.integration.prepared import opened, prepared
from tests.integration.resilience.moving import KEY, TWO, publish
from tests.integration.resilience.office import INSPECTOR, OFFICERS, OPERATOR, PASSWORD, begin
from tests.shared_cluster import SharedCluster
from webui.app import create_app

REASON = {"reason": WHY}


@pytest.fixture(scope="module")
def engine(cluster: SharedCluster) -> Iterator[Engine]:
    office = prepared(cluster, "cx_office_parts", "live", furnish_parts)
    with office as addresses, opened(addresses, "live") as made:
        yield made


@pytest.fixture(scope="module")
def app(engine: Engine) -> Flask:
    made = create_app(engine.settings, engine)
    made.testing = True
    return made


@pytest.fixture(scope="module")
def operator(app: Flask) -> Browser:
    return Browser(app.test_client()).sign_in(OPERATOR, PASSWORD)


@pytest.fixture(scope="module")
def caller(app: Flask) -> Caller:
    found = Caller(app.test_client(use_cookies=False))
    found.token = found.post("/sessions", {"username": OPERATOR, "password": PASSWORD}, status=201)["token"]
    return found


@pytest.fixture
def work(engine: Engine) -> Work:
    return Work(engine, begin(engine, "OPS_PARTS")).do("PREPARE")


def href(operator: Browser, work: Work, verb: str, element: str) -> str:
    operator.open(f"/instance/{work.case}/moves")
    (found,) = [
        link.get("href") for link in operator.find("main a.btn") if link.get("aria-label") == f"{verb} {element}"
    ]
    return str(found)


def test_an_operator_returns_a_case_on_the_page_and_finds_it_in_the_record(operator: Browser, work: Work) -> None:
    operator.open(f"/instance/{work.case}")
    assert f"/instance/{work.case}/moves" in operator.links("main a")
    operator.open(href(operator, work, "退回", "准备材料"))
    told = operator.text()
    assert "退回到“准备材料”" in told
    assert "令牌停在：核对情况、征求意见" in told
    assert "令牌停在：准备材料" in told
    assert "以下任务撤销，办理人会收到通知核对情况征求意见" in told.replace(" ", "")
    assert len(operator.find("svg.dg")) == 2
    action = operator.find("form[data-plain]")[0].get("action")

    operator.send(action, {"reason": " "}, status=422)
    assert "请填写操作理由" in operator.text()
    operator.send(action, REASON)

    assert operator.address.endswith("/moves?said=moved")
    record = operator.text("#record")
    assert "退回到“准备材料”" in record
    assert "移动前：核对情况、征求意见；移动后：准备材料" in record
    assert WHY in record
    assert work.open == ["PREPARE"]
    operator.post(action, REASON | {"csrf_token": operator.csrf}, status=409)
    assert "没有执行" in operator.text()


def test_what_is_refused_says_why_on_the_page(operator: Browser, work: Work) -> None:
    operator.open(f"/instance/{work.case}/moves")

    told = operator.text().replace(" ", "")

    assert "归档这一移动会越过受保护环节" in told
    assert "取消后汇合处将永远等待" in told
    assert "事项还须经过受保护环节" in told
    operator.open(f"/instance/{work.case}/moves/preview?kind=jump&node_id=FILE")
    assert "越过受保护环节" in operator.text()
    assert operator.find("form[data-plain]") == []
    operator.post(
        f"/instance/{work.case}/moves?kind=jump&node_id=FILE&rev={work.row.rev}",
        REASON | {"csrf_token": operator.csrf},
        status=403,
    )
    assert "越过受保护环节" in operator.text()
    assert operator.open(f"/instance/{work.case}/moves/preview?kind=burn").texts("h1")[0].startswith("移动令牌")


def test_the_pages_speak_english_throughout(operator: Browser, work: Work) -> None:
    english = {"Accept-Language": "en"}
    for path in ("moves", "moves/preview?kind=return&node_id=PREPARE", "variable/note"):
        operator.open(f"/instance/{work.case}/{path}", **english)
        assert operator.status == 200


def test_an_operator_stops_a_case_and_lets_it_go_on_here(operator: Browser, work: Work) -> None:
    operator.open(f"/instance/{work.case}/moves")
    operator.send(f"/instance/{work.case}/suspend", {"reason": " "}, status=422)
    operator.send(f"/instance/{work.case}/suspend", REASON)
    assert work.row.status == "suspended"
    assert operator.find("#places a.btn") == []
    operator.send(f"/instance/{work.case}/resume", REASON)
    assert work.row.status == "running"


def test_a_value_is_masked_until_a_reason_is_given_and_mended_by_another(operator: Browser, work: Work) -> None:
    path = f"/instance/{work.case}/variable/note"
    operator.open(path)
    assert "done PREPARE" not in operator.text()
    operator.send(f"{path}/reveal", {"reason": ""}, status=422)
    operator.send(f"{path}/reveal", REASON)
    assert '"done PREPARE"' in operator.text()
    edit = f"{path}?rev={work.row.rev}"
    operator.send(edit, {"value": "no quotes", **REASON}, status=422)
    assert "不是有效的 JSON" in operator.text()
    operator.send(edit, {"value": '"mended"', **REASON})
    assert "修改变量 note" in operator.text("#record")
    assert work.row.variables["note"] == "mended"
    operator.open(f"/instance/{work.case}/variable/unit")
    operator.send(f"/instance/{work.case}/variable/unit/reveal", REASON, status=403)
    assert "不得修改" in operator.text()
    operator.open(f"/instance/{work.case}/variable/nothing", status=404)


def test_the_same_over_rest_once_for_one_key(caller: Caller, work: Work) -> None:
    path = f"/instances/{work.case}/moves"
    found = caller.get(path)
    refused = {target["element_id"]: target["refused"] for target in found["targets"]}
    assert (refused["PREPARE"], refused["FILE"]) == ("", "jumps_protected")
    told = caller.get(f"{path}/preview?kind=return&node_id=PREPARE")
    assert (told["before"], told["after"]) == (["COMPARE", "CONSULT"], ["PREPARE"])
    assert [task["element_id"] for task in told["ends_tasks"]] == ["COMPARE", "CONSULT"]
    body = {"kind": "return", "node_id": "PREPARE", "rev": told["rev"], **REASON}

    first = caller.post(path, body, Idempotency_Key="one")
    again = caller.post(path, body, Idempotency_Key="one")

    assert first == again
    assert first["after"] == ["PREPARE"]
    late = caller.post(path, body, status=409)
    assert late["code"] == "moved_on"
    assert "没有执行" in late["detail"]
    assert caller.post(path, body | {"kind": "burn"}, status=422)["fields"]
    closed = body | {"rev": first["rev"], "node_id": "COMPARE", "kind": "jump"}
    assert caller.post(path, closed, status=409)["code"] == "move_refused"
    protected = body | {"rev": first["rev"], "node_id": "FILE", "kind": "jump"}
    assert caller.post(path, protected, status=403)["code"] == "protected_step"
    values = f"/instances/{work.case}/variables/note"
    assert caller.post(f"{values}/reveal", REASON)["value"] == "done PREPARE"
    caller.put(values, {"value": "mended", "rev": first["rev"], **REASON})
    assert work.row.variables["note"] == "mended"


def test_nobody_else_reaches_any_of_it(app: Flask, work: Work) -> None:
    inspector = Caller(app.test_client(use_cookies=False))
    inspector.token = inspector.post("/sessions", {"username": INSPECTOR, "password": PASSWORD}, status=201)["token"]
    path = f"/instances/{work.case}"
    inspector.get(f"{path}/moves", status=403)
    inspector.get(f"{path}/moves/preview?kind=terminate", status=403)
    inspector.post(f"{path}/moves", {"kind": "terminate", "rev": 1, **REASON}, status=403)
    inspector.post(f"{path}/variables/note/reveal", REASON, status=403)


def test_who_has_a_choice_where_to_send_a_task_back_to_is_asked_and_the_nearest_stands_first(
    app: Flask, engine: Engine
) -> None:
    publish(engine, TWO)
    case = Work(engine, begin(engine, KEY)).do("ENTER", "CHECK")
    task, officer = case.tasks["SECOND"], Browser(app.test_client()).sign_in(OFFICERS[0], PASSWORD)
    tasks.claim(engine, task.id, OFFICERS[0])

    officer.open(f"/task/{task.id}/return")
    assert [option.get("value") for option in officer.find("select[name=to] option")] == ["", "CHECK", "ENTER"]
    officer.send(f"/task/{task.id}/return", {"to": "SECOND", "reason": "资料不全"}, status=409)
    officer.send(f"/task/{task.id}/return", {"to": "ENTER", "reason": "资料不全"})

    assert case.open == ["ENTER"]
