"""留言 and 抄送 on the pages of a case: seen by whoever sees the case, told to nobody who does not."""

from __future__ import annotations

import json

import pytest

from engine.commands import comments
from engine.core import Engine
from engine.errors import InputRejected, NotFound, Refused
from engine.model.step import InstanceId, PersonId
from engine.queries.notice_list import notice_list
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, LEADER, OWNER, UNIT, task_of
from tests.integration.pages.test_export import rows_of


def test_a_comment_tells_who_is_mentioned_and_leaves_a_mark_when_it_is_withdrawn(
    engine: Engine, inspector: Browser, leader: Browser, outsider: Browser, case_id: InstanceId
) -> None:
    here, said = f"/case/{case_id}", "材料已核对，@u097 请尽快指定责任人。"

    inspector.open(task_of(engine, case_id)).send(f"{here}/comments", {"text": said})
    assert inspector.address.startswith(task_of(engine, case_id))
    assert said in inspector.text("#comments")

    (told,) = notice_list(engine, LEADER, group="copy").unread
    assert (told.kind, told.instance_id) == ("mentioned", case_id)
    assert said in leader.open(here).text("#comments")
    assert leader.find("#comments details") == []
    outsider.open(here, status=404).post(
        f"{here}/comments", {"text": "看得到吗", "csrf_token": outsider.csrf}, status=404
    )

    (form,) = [form.get("action") for form in inspector.open(here).find("#comments details form")]
    inspector.send(form)
    assert said not in inspector.text("main")
    assert "撤回" in inspector.text("#comments ul")
    assert said not in leader.open(f"{here}/print").text("main")
    assert "哈希链校验通过" in leader.text("main")


def test_what_is_refused_comes_back_with_its_reason(engine: Engine, inspector: Browser, case_id: InstanceId) -> None:
    here = f"/case/{case_id}"

    inspector.open(here).send(f"{here}/comments", {"text": "请打13812345678"}, status=422)

    assert "电话号码" in inspector.text("#say-err")
    assert "请打13812345678" in inspector.text("#say-text")


def test_nobody_is_told_of_a_case_that_he_may_not_see_and_nobody_withdraws_for_others(
    engine: Engine, case_id: InstanceId
) -> None:
    with engine.reading("system") as tx:
        stranger = engine.reference(tx).organization.members("officer", "532527-GA", tx.now.date())[0]

    with pytest.raises(InputRejected, match="cannot see this case"):
        comments.comment(engine, INSPECTOR, case_id, "请阅", mentioned=[stranger])
    with pytest.raises(NotFound):
        comments.comment(engine, stranger, case_id, "请阅")  # type: ignore[arg-type]
    row = comments.comment(engine, LEADER, case_id, "已安排。")
    with pytest.raises(Refused):
        comments.withdraw_comment(engine, OWNER, row.id)


def test_a_copy_stands_in_the_list_of_its_receiver_until_he_opens_it_and_the_case_says_so(
    engine: Engine, inspector: Browser, leader: Browser, case_id: InstanceId
) -> None:
    here = f"/case/{case_id}"

    inspector.open(here).send(f"{here}/copies", {"to": LEADER, "note": "请关注进度"})
    assert "未阅" in inspector.text("#copies")
    assert "值班备勤交接登记不完整" in leader.open("/inbox?view=cc").text("table.inbox")
    assert "未阅" in inspector.open(here).text("#copies")

    leader.open(here)
    assert "未阅" not in inspector.open(here).text("#copies")
    assert "请关注进度" in inspector.text("#copies")


def test_a_copy_goes_to_nobody_who_may_not_see_the_case(
    engine: Engine, inspector: Browser, case_id: InstanceId
) -> None:
    with engine.reading("system") as tx:
        case, organization = tx.instance(case_id), engine.reference(tx).organization
        seeing = tx.people_seeing(case)
        asked = {*(one.id for one in organization.people[::9]), *sorted(seeing)[:20]}
        assert seeing & asked == {one for one in asked if tx.sees_case(PersonId(one), case_id)}
    stranger = next(one.id for one in organization.people if one.id not in seeing)

    inspector.open(f"/case/{case_id}").send(f"/case/{case_id}/copies", {"to": stranger}, status=422)

    assert "看不到本事项" in inspector.text("#copy-err")
    assert inspector.find("#copies ul") == []


def test_a_copy_to_a_unit_goes_to_those_of_it_who_see_the_case_and_the_receipts_are_a_file(
    engine: Engine, inspector: Browser, leader: Browser, outsider: Browser, case_id: InstanceId
) -> None:
    here = f"/case/{case_id}"
    with engine.reading("system") as tx:
        organization = engine.reference(tx).organization
        of_unit = [one for one in tx.people_seeing(tx.instance(case_id)) if organization.home_unit(one) == UNIT]

    inspector.open(here).send(f"{here}/copies", {"unit": UNIT, "to": LEADER, "note": "请阅"})
    assert f"已阅 0 / {len(of_unit)} 人" in inspector.text("#copies")
    leader.open(here)

    head, *rows = rows_of(inspector, f"{here}/copies?format=csv")
    assert head == ["单位", "抄送对象", "状态", "阅看时间", "抄送人", "抄送时间", "附言"]
    assert sorted(row[1] for row in rows) == sorted(map(organization.person_name, of_unit))
    assert [row[1] for row in rows if row[2] == "已阅"] == [organization.person_name(LEADER)]
    with engine.transaction("system") as tx:
        taken = [json.loads(row[0]) for row in tx.raw.execute("SELECT body FROM access_log_body").fetchall()]
    fact = {"list": "case-copies", "filters": {"case": str(case_id)}, "rows": len(rows), "kind": "csv"}
    assert fact in taken
    outsider.open(f"{here}/copies?format=csv", status=404)
    assert inspector.open(f"{here}/copies").address.startswith(here)


def test_a_unit_where_nobody_sees_the_case_gets_no_copy_and_what_was_chosen_stays(
    inspector: Browser, case_id: InstanceId
) -> None:
    here = f"/case/{case_id}"

    inspector.open(here).send(f"{here}/copies", {"unit": "532527-GA", "to": LEADER, "note": "请阅"}, status=422)

    assert "没有人能看到本事项" in inspector.text("#copy-err")
    assert [box.get("value") for box in inspector.find("#copies input[checked]")] == [LEADER]
    assert inspector.find("#copies ul") == []


def test_a_form_that_is_sent_twice_does_its_work_once_and_other_words_in_it_are_done_too(
    inspector: Browser, case_id: InstanceId
) -> None:
    here = f"/case/{case_id}"
    forms = {form.get("action"): dict(form.form_values()) for form in inspector.open(here).page.forms}
    said = {**forms[f"{here}/comments"], "text": "材料已收到。"}
    copied = {**forms[f"{here}/copies"], "to": LEADER}

    first = inspector.post(f"{here}/comments", said).address
    assert inspector.post(f"{here}/comments", said).address == first
    inspector.post(f"{here}/comments", {**said, "text": "材料已核对。"})
    for _ in range(2):
        inspector.post(f"{here}/copies", copied)

    assert len(inspector.find("#comments ul.says li")) == 2
    assert len(inspector.find("#copies ul.recv li")) == 1
    inspector.open(here).send(f"{here}/copies", {"to": LEADER})
    assert len(inspector.find("#copies ul.recv li")) == 2
