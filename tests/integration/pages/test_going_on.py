"""After a submission: on to the next own task of the list, a way back while nobody has read it, and recusal by page."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.commands import tasks
from engine.core import Engine
from engine.model.step import InstanceId, PersonId, TaskId
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, LEADER, OWNER, register, task_of

NAMED = {"owner_decision": "指定", "owner_dept": "532503-GA-03", "owner": OWNER, "owner_post": "内勤"}
PLAN = {
    "root_cause": "交接制度学习不够，日常检查流于形式。",
    "measures": [{"what": "补录交接登记", "who": OWNER, "by": "2026-03-03"}],
}
WORK = {"progress-0-on": "2026-03-02", "progress-0-what": "已补录", "result": "已按措施逐项落实。", "do": "submit"}


def do(engine: Engine, case_id: InstanceId, person: PersonId, values: dict[str, object]) -> None:
    tasks.complete(engine, TaskId(UUID(task_of(engine, case_id).removeprefix("/task/"))), person, values)


def at_work(engine: Engine, title: str) -> tuple[InstanceId, str]:
    """A case whose owner has to carry out the measures, and the address of that task."""
    case_id = register(engine, title=title)
    do(engine, case_id, INSPECTOR, {"confirm": True, "opinion": "请按期整改。"})
    do(engine, case_id, LEADER, NAMED)
    do(engine, case_id, OWNER, PLAN)
    return case_id, task_of(engine, case_id)


@pytest.fixture(scope="module")
def three(engine: Engine) -> list[tuple[InstanceId, str]]:
    return [at_work(engine, f"连办{number}") for number in range(3)]


def test_the_list_that_a_reader_comes_from_goes_with_him_to_its_end(
    engine: Engine, owner: Browser, three: list[tuple[InstanceId, str]]
) -> None:
    owner.open("/inbox?view=todo&step=S1_T5&q=连办")
    rows = owner.links("table.inbox th a")
    assert [row.split("?")[0] for row in rows] == [path for _, path in three]

    owner.open(rows[0])
    assert owner.links("a[data-previous]") == []
    owner.open(owner.links("a[data-next]")[0]).open(owner.links("a[data-next]")[0])

    assert owner.address == rows[2]
    (back,) = owner.links("a[data-next]")
    assert owner.texts("a[data-next]") == ["没有下一件，回列表"]
    assert owner.open(back).links("table.inbox th a") == rows
    assert owner.open(rows[2]).links("a[data-previous]") == [rows[1]]


def test_what_was_submitted_is_told_with_a_way_to_it_and_back(engine: Engine, owner: Browser) -> None:
    case_id, here = at_work(engine, "提交后撤回")
    other = at_work(engine, "提交后的下一件")[1]
    owner.open(f"{here}?q=提交后").send(f"{here}?q=%E6%8F%90%E4%BA%A4%E5%90%8E", WORK)

    assert owner.address.split("?")[0] == other
    assert "已提交。实施整改 · 提交后撤回" in owner.text("main .note")
    case, back = owner.links("main .note a")
    assert case == f"/case/{case_id}"
    owner.open(back).send(back, {"reason": "附件传错"})

    assert "已撤回，任务回到待办" in owner.text("main .note")
    again = task_of(engine, case_id)
    assert again != here
    assert owner.open(again).find("#f-result")[0].text == "已按措施逐项落实。"
    assert "撤回" in owner.text("#history")
    assert "附件传错" in owner.text("#history")


def test_once_it_is_read_the_finished_task_says_why_it_stays(engine: Engine, owner: Browser, leader: Browser) -> None:
    case_id, here = at_work(engine, "已被打开")
    owner.open(here).send(here, WORK)
    assert f"{here}/withdraw" in owner.open(here).links("main a")
    assert f"{here}/withdraw" in owner.open("/inbox?view=done").links("aside.peek a")
    leader.open(task_of(engine, case_id))

    owner.open(here)

    assert "下一环节已有人打开或领取" in owner.text("main .off")
    owner.open(f"{here}/withdraw").send(f"{here}/withdraw", {"reason": "附件传错"}, status=409)
    assert "下一环节已有人打开或领取" in owner.text(".errsum")


def test_a_recusal_is_asked_shown_judged_and_told_by_page(engine: Engine, owner: Browser, leader: Browser) -> None:
    case_id, here = at_work(engine, "申请回避一件")
    owner.open(f"{here}/recuse").send(f"{here}/recuse", {"reason": "近亲属"}, status=422)
    assert "请选择回避情形。" in owner.text(".errsum")
    owner.send(f"{here}/recuse", {"rule": "R2", "reason": "与被督查人员为近亲属"})
    assert "等待上一级领导审批" in owner.text("main .note")
    assert "已申请回避，等待审批" in owner.text("main .off")

    leader.open(leader.open("/inbox").row("申请回避一件"))
    assert "用户101" in leader.text("aside")
    assert "R2 与当事人是近亲属" in leader.text("aside")
    assert "与被督查人员为近亲属" in leader.text("aside")
    leader.send(leader.address, {"decision": "不同意", "opinion": "不属于应当回避的情形。", "do": "submit"})

    assert "回避未获批准" in owner.open(here).text("#history")
    assert "不属于应当回避的情形。" in owner.open("/inbox?view=cc").text("main")
    with engine.reading("system") as tx:
        assert [task.assignee for task in tx.open_tasks(case_id)] == [OWNER]


def test_a_second_extension_and_what_may_not_be_handed_on_are_refused_in_words(engine: Engine, owner: Browser) -> None:
    _, here = at_work(engine, "二次延期")
    owner.open(f"{here}/extend").send(f"{here}/extend", {"days": "1", "reason": "材料待补"})
    assert "延期申请已提交" in owner.text("main .note")

    owner.open(f"{here}/extend").send(f"{here}/extend", {"days": "1", "reason": "再延"}, status=422)

    assert "每件事项只能申请延期一次。" in owner.text(".errsum")
    owner.open(f"{here}/transfer").send(f"{here}/transfer", {"to": "u041", "reason": "外单位"}, status=422)
    assert "不是本单位可以接办的人员" in owner.text(".errsum")
