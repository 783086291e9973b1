"""The desk of the analysts without scripts: library, drafts, revisions, publishing by two people."""

from __future__ import annotations

import io

import pytest

from engine.commands import designs
from engine.commands.builtin import builtin_files
from engine.commands.deployments import propose
from engine.core import Engine
from engine.model.step import PersonId
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import SignIn
from tests.unit.lint.drawings import a_process, a_task

TASK = 'cx:assign="self:pos:PERSON_RESP" cx:form="S1_T6" cx:due="created+3wd" cx:ladder="STD"'
FIRST, SECOND = PersonId("u901"), PersonId("u902")
HOSTILE = '<img src=x onerror=alert(1)>"'


@pytest.fixture
def analyst(sign_in: SignIn) -> Browser:
    return sign_in(FIRST)


@pytest.fixture
def colleague(sign_in: SignIn) -> Browser:
    return sign_in(SECOND)


def actions(browser: Browser) -> list[str]:
    """Where the forms of the page go."""
    return [str(form.get("action")) for form in browser.page.forms]


def drawn(engine: Engine, key: str, *, name: str = "审核") -> str:
    """A draft of a new process, ready to be put forward and written on by nobody."""
    made = designs.begin_blank(engine, FIRST, key=key, name=name)
    content = a_process(a_task(TASK, name="审核"), key=key)
    designs.save(engine, FIRST, made, content, rev=1)
    designs.unlock(engine, FIRST, made)
    return str(made)


def test_the_library_is_for_analysts_and_shows_versions_use_and_drafts(
    analyst: Browser, sign_in: SignIn, engine: Engine
) -> None:
    drawn(engine, "PAGE_LIST", name="列表试作")
    shown = analyst.open("/design").text()
    assert "整改闭环" in shown
    assert "列表试作" in shown
    assert "校验通过" in shown
    assert "S1_T4" in shown
    assert "/design" in analyst.links(".top .nav a")
    sign_in("u101").open("/design", status=403)
    assert "/design" not in sign_in("u101").open("/inbox").links(".top .nav a")


def test_a_process_is_begun_with_mistakes_told_at_their_fields(analyst: Browser) -> None:
    analyst.open("/design").send("/design/new", {"key": "9 X", "name": ""}, status=422)
    assert "流程标识以字母开头" in analyst.text(".errsum")
    analyst.send("/design/new", {"key": "PAGE_NEW", "name": HOSTILE}, status=analyst_opens(analyst))
    assert HOSTILE in analyst.open("/design").text()
    analyst.send("/design/new", {"key": "PAGE_NEW", "name": "又一个"}, status=409)
    assert "已有草稿" in analyst.text(".errsum")


def analyst_opens(analyst: Browser) -> int:
    """The drawing board is another page of the desk; where it is not installed, there is none."""
    rules = {rule.rule for rule in analyst.client.application.url_map.iter_rules()}
    return 200 if "/design/bpmn/<uuid:design_id>" in rules else 404


def test_a_draft_goes_from_the_library_to_the_second_analyst_and_back(
    analyst: Browser, colleague: Browser, engine: Engine
) -> None:
    made = drawn(engine, "PAGE_TWO")
    analyst.open(f"/design/publish/{made}")
    assert "这是该流程的第一个版本；经确认后，新登记的事项按 v1 办理。" in analyst.text()
    analyst.send(f"/design/publish/{made}", {"note": "先试一个单位"})
    assert "已提交发布" in analyst.text()
    proposal = analyst.address.split("?")[0]
    assert f"{proposal}/confirm" not in actions(analyst)
    assert "本人提交的发布申请" in analyst.text()
    analyst.post(f"{proposal}/confirm", {"csrf_token": analyst.csrf}, status=403)

    assert "先试一个单位" in colleague.open("/design/proposals").text()
    colleague.open(proposal).send(f"{proposal}/refuse", {"reason": ""}, status=422)
    assert "请填写退回理由" in colleague.text(".errsum")
    colleague.send(f"{proposal}/refuse", {"reason": "时限没有依据"})
    assert "退回理由：时限没有依据" in analyst.open("/design").text()

    analyst.open(f"/design/publish/{made}").send(f"/design/publish/{made}", {"note": ""})
    proposal = analyst.address.split("?")[0]
    colleague.open(proposal).send(f"{proposal}/confirm")
    assert "已确认发布" in colleague.text()
    analyst.post(f"{proposal}/refuse", {"csrf_token": analyst.csrf, "reason": "晚了"}, status=409)
    assert "最近的决定" in colleague.open("/design/proposals").text()


def test_what_the_lint_refuses_cannot_be_put_forward(analyst: Browser, engine: Engine) -> None:
    made = designs.begin_blank(engine, FIRST, key="PAGE_LINT", name="未画完")
    shown = analyst.open(f"/design/publish/{made}").text()
    assert "开始事件之后什么也没有画" in shown
    assert "现在不能提交发布" in shown
    analyst.post(f"/design/publish/{made}", {"csrf_token": analyst.csrf, "rev": "1"}, status=422)


def test_revisions_are_compared_and_restored(analyst: Browser, colleague: Browser, engine: Engine) -> None:
    made = drawn(engine, "PAGE_HIST")
    analyst.open(f"/design/history/{made}")
    assert analyst.texts("table.lines tbody th") == ["2 当前", "1"]
    assert "用户任务" in analyst.open(f"/design/history/{made}?with=1").text()
    analyst.open(f"/design/history/{made}").send(f"/design/history/{made}")
    assert "已恢复为新的修订" in analyst.text()
    assert analyst.texts("table.lines tbody th")[0] == "3 当前"
    colleague.open(f"/design/history/{made}")
    assert f"/design/history/{made}" not in actions(colleague), "somebody else is writing"


def test_two_versions_are_compared_in_words(analyst: Browser, engine: Engine) -> None:
    text = builtin_files()["S4_APPROVE.bpmn"]
    with engine.reading("system") as tx:
        first = tx.current_definition("S4_APPROVE")
    assert first is not None
    changed = {"S4_APPROVE.bpmn": text.replace(b"created+3wd", b"created+4wd")}
    second = propose(engine, "u902", changed, auto_confirm=True).definitions[0]
    shown = analyst.open(f"/design/compare?a={first.id}&b={second.id}").text()
    assert "改为“任务生成后 4 个工作日”" in shown
    for asked in ("", "?a=x&b=y", f"?a=x&b={second.id}"):
        analyst.open(f"/design/compare{asked}", status=404)


def test_a_file_of_ones_own_is_imported_and_checked(analyst: Browser) -> None:
    data = a_process(a_task(TASK), key="PAGE_FILE")
    analyst.open("/design")
    analyst.post("/design/import", {"csrf_token": analyst.csrf, "file": (io.BytesIO(data), "图.bpmn")})
    assert "文件已导入为草稿" in analyst.text()
    analyst.post("/design/import", {"csrf_token": analyst.csrf, "file": (io.BytesIO(b"x"), "图.bpmn")}, status=422)
    assert "不是格式正确的 XML" in analyst.text(".errsum")
    analyst.post("/design/import", {"csrf_token": analyst.csrf}, status=422)


def test_a_draft_is_given_up_and_a_new_one_begun(analyst: Browser, engine: Engine) -> None:
    with engine.reading("system") as tx:
        row = tx.current_definition("S2_LADDER")
    assert row is not None
    made = designs.begin_from(engine, FIRST, row.id)
    analyst.open("/design").send(f"/design/discard/{made}")
    assert "草稿已放弃" in analyst.text()
    analyst.post("/design/discard/" + str(made), {"csrf_token": analyst.csrf}, status=409)
    analyst.post("/design/begin", {"csrf_token": analyst.csrf, "based_on": str(row.id)}, status=analyst_opens(analyst))
    assert analyst.address.startswith("/design/bpmn/")
