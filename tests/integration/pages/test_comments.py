"""留言 and 抄送 on the pages of a case: seen by whoever sees the case, told to nobody who does not."""

from __future__ import annotations

import pytest

from engine.commands import comments
from engine.core import Engine
from engine.errors import InputRejected, NotFound, Refused
from engine.model.step import InstanceId, PersonId
from engine.queries.notice_list import notice_list
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, LEADER, OWNER, task_of


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
