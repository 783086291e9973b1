"""A problem goes from hand to hand in browsers without scripts: registered, delivered, planned, done, handed on."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from engine.commands import clock
from engine.core import Engine
from engine.model.clock import local_day
from engine.model.step import InstanceId
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import LEADER, OWNER, PROBLEM, register, task_of


@pytest.fixture
def assigned(engine: Engine, case_id: InstanceId, inspector: Browser, leader: Browser) -> str:
    """Address of S1_T4 in the owner's hands, after the inspector and the leader have done their part."""
    issue(engine, case_id, inspector)
    name_owner(engine, case_id, leader)
    return task_of(engine, case_id)


def today(engine: Engine) -> str:
    with engine.reading("system") as tx:
        return local_day(tx.now).isoformat()


def issue(engine: Engine, case_id: InstanceId, inspector: Browser) -> None:
    here = task_of(engine, case_id)
    inspector.open(here).send(f"{here}/claim")
    inspector.open(here).send(here, {"confirm": "true", "do": "submit"})


def name_owner(engine: Engine, case_id: InstanceId, leader: Browser) -> None:
    here = task_of(engine, case_id)
    leader.open(here).send(
        here,
        {"owner_decision": "指定", "owner_dept": "532503-GA-03", "owner": OWNER, "owner_post": "内勤", "do": "submit"},
    )


def test_an_inspector_registers_a_problem_with_the_plain_form(inspector: Browser) -> None:
    inspector.open("/start").open("/start/S1_RECTIFY")
    values = {name: "true" if value is True else value for name, value in PROBLEM.items() if value is not False}

    inspector.send("/start/S1_RECTIFY", {**values, "title": "窗口人员着装不规范", "do": "submit"})

    assert inspector.address.startswith("/case/")
    assert "已登记，系统已编号并开始计时。" in inspector.text()
    assert inspector.texts("h1") == ["窗口人员着装不规范"]


def test_a_refused_registration_comes_back_with_its_values_and_a_message_at_each_field(inspector: Browser) -> None:
    inspector.open("/start/S1_RECTIFY")

    inspector.send("/start/S1_RECTIFY", {"title": "台账缺项", "facts": "太短", "do": "submit"}, status=422)

    assert inspector.find("input[name=title]")[0].get("value") == "台账缺项"
    links = inspector.links(".errsum a")
    assert {"#f-facts", "#f-dept", "#f-source"} <= set(links)
    assert all(inspector.find(link) for link in links)


def test_the_first_look_of_the_leader_delivers_the_notice(
    engine: Engine, case_id: InstanceId, inspector: Browser, leader: Browser
) -> None:
    issue(engine, case_id, inspector)
    with engine.reading("system") as tx:
        assert tx.instance(case_id).delivered_at is None

    leader.open(task_of(engine, case_id))

    with engine.reading("system") as tx:
        assert tx.instance(case_id).delivered_at == tx.now


def test_a_submitted_form_leads_to_the_next_own_task_and_says_so(
    engine: Engine, assigned: str, case_id: InstanceId, owner: Browser
) -> None:
    owner.open(assigned)
    values = {
        "root_cause": "交接班制度没有落实到岗位。",
        "measures-0-what": "修订交接班登记表并组织学习",
        "measures-0-who": OWNER,
        "measures-0-by": today(engine),
        "do": "submit",
    }

    owner.send(assigned, values)

    assert "已提交。签收与制定措施" in owner.text(".note")
    with engine.reading("system") as tx:
        assert tx.instance(case_id).case_state == "整改中"


def test_a_later_step_shows_what_was_filled_in_before(assigned: str, owner: Browser) -> None:
    owner.open(assigned)

    forms = owner.texts("#filled summary b")
    assert forms == ["指定整改责任人", "下发整改通知单", "问题登记表"]
    assert "内勤" in owner.text("#filled")


def test_a_refused_submission_names_the_row_and_keeps_what_was_typed(assigned: str, owner: Browser) -> None:
    owner.open(assigned)
    values = {"root_cause": "原因", "measures-0-what": "修订登记表", "measures-0-by": "2027-01-04", "do": "submit"}

    owner.send(assigned, values, status=422)

    assert {"#f-measures-0-by", "#f-measures-0-who"} <= set(owner.links(".errsum a"))
    assert owner.find("#f-measures-0-what")[0].text == "修订登记表"


def test_a_draft_is_kept_and_shown_again(assigned: str, owner: Browser) -> None:
    owner.open(assigned).send(assigned, {"root_cause": "写到一半", "do": "draft"})

    assert "草稿已保存。" in owner.texts(".note")
    assert owner.find("#f-root_cause")[0].text == "写到一半"


def test_a_file_of_a_plain_form_becomes_a_document_of_the_case(
    engine: Engine, case_id: InstanceId, inspector: Browser
) -> None:
    here = task_of(engine, case_id)
    inspector.open(here).send(f"{here}/claim")
    upload = (io.BytesIO("整改通知".encode()), "通知.txt")

    inspector.open(here).send(here, {"confirm": "true", "attachments": upload, "do": "submit"})

    inspector.open(f"/case/{case_id}")
    assert inspector.texts("#files a") == ["通知.txt"]
    (href,) = inspector.links("#files a")
    assert inspector.client.get(href).status_code == 200


def test_a_file_that_is_not_what_its_name_says_is_refused_at_its_field(
    engine: Engine, case_id: InstanceId, inspector: Browser
) -> None:
    here = task_of(engine, case_id)
    inspector.open(here).send(f"{here}/claim")
    upload = (io.BytesIO(b"MZ\x00\x01"), "通知.pdf")

    inspector.open(here).send(here, {"confirm": "true", "attachments": upload, "do": "submit"}, status=422)

    assert inspector.links(".errsum a") == ["#f-attachments"]


def test_a_file_of_a_wrong_kind_is_refused_at_its_field_with_the_kinds_that_are_taken(
    engine: Engine, case_id: InstanceId, inspector: Browser
) -> None:
    here = task_of(engine, case_id)
    inspector.open(here).send(f"{here}/claim")

    def sent() -> str:
        upload = (io.BytesIO(b"MZ"), "通知.exe")
        inspector.open(here).send(here, {"confirm": "true", "attachments": upload, "do": "submit"}, status=422)
        assert inspector.links(".errsum a") == ["#f-attachments"]
        return inspector.text(".errsum")

    said = sent()
    assert "不能上传“通知.exe”，可以上传：" in said
    assert ".pdf" in said
    inspector.open("/me").send("/me", {"language": "en"})
    said = sent()
    inspector.open("/me").send("/me", {"language": "zh"})
    assert "cannot be uploaded" in said
    assert ".pdf" in said


def test_a_task_is_handed_on_to_a_colleague_with_a_reason(assigned: str, owner: Browser, sign_in: object) -> None:
    owner.open(f"{assigned}/transfer")
    assert OWNER not in [option.get("value") for option in owner.find("#f-to option")]

    owner.send(f"{assigned}/transfer", {"to": "u102", "reason": "出差"})

    assert "已转办。" in owner.texts(".note")
    owner.open(assigned)
    assert owner.texts("[data-form]") == []
    assert "由 用户102 办理。" in owner.text()


def test_handing_on_without_a_reason_is_refused_in_words(assigned: str, owner: Browser) -> None:
    owner.open(f"{assigned}/transfer").send(f"{assigned}/transfer", {"to": "u102"}, status=422)

    assert owner.links(".errsum a") == ["#f-reason"]


def test_an_extension_is_asked_for_once_and_then_refused_with_the_rule(
    engine: Engine, inspector: Browser, leader: Browser, owner: Browser
) -> None:
    case_id = register(
        engine, title="窗口首问负责制落实不到位", nature="侵害群众利益", public_impact=True, spread="单位"
    )
    issue(engine, case_id, inspector)
    name_owner(engine, case_id, leader)
    here = task_of(engine, case_id)

    owner.open(f"{here}/extend").send(f"{here}/extend", {"days": "9999", "reason": "工作量大"}, status=422)
    assert owner.links(".errsum a") == ["#f-days"]
    owner.send(f"{here}/extend", {"days": "1", "reason": "工作量大"})
    assert "延期申请已提交，等待审批。" in owner.texts(".note")

    owner.open(f"{here}/extend").send(f"{here}/extend", {"days": "1", "reason": "再次"}, status=422)
    assert "每件事项只能申请延期一次" in owner.text(".errsum")
    assert owner.open(here).find(".others .off")


def test_the_approver_of_an_extension_reads_what_is_asked_and_why(
    engine: Engine, inspector: Browser, leader: Browser, owner: Browser, sign_in: object
) -> None:
    case_id = register(engine, title="请销假审批手续倒签", nature="侵害群众利益", public_impact=True, spread="单位")
    issue(engine, case_id, inspector)
    name_owner(engine, case_id, leader)
    here = task_of(engine, case_id)
    owner.open(f"{here}/extend").send(f"{here}/extend", {"days": "1", "reason": "需与上级系统核对"})
    approver = sign_in("u036")  # type: ignore[operator]

    found = approver.open("/inbox?q=请销假审批手续倒签")
    assert "延期申请" in found.text("table.inbox")  # as a mark, in the reader's language; the title is the subject's
    approver.open(found.row("请销假审批手续倒签"))

    told = dict(zip(approver.texts("dl dt"), approver.texts("dl dd"), strict=True))
    assert (told["申请延期"], told["理由"], told["申请人"]) == ("1 个工作日", "需与上级系统核对", "用户101")
    assert f"/case/{case_id}" in approver.links("dd a")


def test_who_was_second_sees_the_row_with_the_winners_name(engine: Engine, inspector: Browser, sign_in: object) -> None:
    case_id = register(engine, title="两人同时领取")
    here = task_of(engine, case_id)
    second = sign_in("u042")  # type: ignore[operator]
    second.open("/inbox?view=offered")
    token = second.csrf
    inspector.open(here).send(f"{here}/claim")

    second.post(f"{here}/claim", {"csrf_token": token, "next": "/inbox?view=offered"})

    assert "用户041 已于" in second.text(".taken")


def test_several_tasks_are_claimed_at_once_and_given_back_one_by_one(engine: Engine, sign_in: object) -> None:
    browser = sign_in("u042")  # type: ignore[operator]
    ids = [task_of(engine, register(engine, title=f"批量{number}")).removeprefix("/task/") for number in range(2)]
    browser.open("/inbox?view=offered")

    browser.post("/inbox/claim", {"csrf_token": browser.csrf, "task": ids})

    assert browser.address.startswith("/inbox?view=todo")
    assert {"批量0", "批量1"} <= set(browser.texts("table.inbox th a"))
    browser.open(f"/task/{ids[0]}").send(f"/task/{ids[0]}/unclaim")
    assert "批量0" in browser.texts("table.inbox th a")


def test_claiming_without_having_ticked_anything_says_so(engine: Engine, sign_in: object) -> None:
    register(engine, title="未勾选")
    browser = sign_in("u042")  # type: ignore[operator]
    browser.open("/inbox?view=offered")

    browser.post("/inbox/claim", {"csrf_token": browser.csrf})

    assert browser.address.startswith("/inbox?view=offered")
    assert "没有勾选任务。请先勾选，再领取。" in browser.texts(".note")
    assert "未勾选" in browser.texts("table.inbox th a")


def test_the_clock_moves_from_the_banner_and_the_ladder_shows(
    engine: Engine, inspector: Browser, leader: Browser, owner: Browser
) -> None:
    case_id = register(engine, title="逾期的问题", nature="作风细节", spread="个人")
    issue(engine, case_id, inspector)
    with engine.reading("system") as tx:
        before = tx.now
    leader.open("/inbox")

    leader.send("/clock/advance", {"by": "workday"})

    with engine.reading("system") as tx:
        assert tx.now - before == timedelta(days=1)
    clock.advance(engine, LEADER, by=timedelta(days=8))
    leader.open("/inbox?view=late")
    assert "逾期的问题" in leader.texts("table.inbox th a")
    leader.open(leader.row("逾期的问题"))
    assert leader.find(".plate.y")
    leader.open(f"/case/{case_id}")
    assert leader.texts("#cards tbody .plate") == ["红牌", "黄牌", "催办"][-len(leader.texts("#cards tbody .plate")) :]
