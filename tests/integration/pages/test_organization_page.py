"""组织机构: who sees what of it, and changes that are looked at before they are made."""

from __future__ import annotations

from uuid import UUID

from engine.commands import tasks
from engine.core import Engine
from engine.model.organization import Position
from engine.model.step import InstanceId, TaskId
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, LEADER, UNIT, SignIn, task_of

PAGE = f"/organization/{UNIT}"


def test_everybody_sees_the_own_unit_with_the_line_above_and_only_administrators_the_ways_to_change_it(
    owner: Browser, outsider: Browser, sign_in: SignIn
) -> None:
    assert owner.open("/organization").texts(".units .num") == ["532500-ZF", "532503-ZF", UNIT]
    seen = owner.open(PAGE)
    assert "主要责任领导" in seen.text()
    assert seen.links(".head a") == [f"/units/{UNIT}", f"/rosters?unit={UNIT}"]
    outsider.open(PAGE, status=404)
    owner.open(f"{PAGE}/appoint", status=403)

    admin = sign_in("u903")
    assert len(admin.open("/organization").texts(".units .num")) >= 70
    found = admin.open("/organization?q=蒙自市公安")
    assert found.texts(".units .num")[-1] == UNIT
    assert f"{PAGE}/appoint" in admin.open(PAGE).links(".head a")


def test_a_change_of_holder_says_which_open_tasks_move_and_moves_them_when_it_is_confirmed(
    engine: Engine, case_id: InstanceId, sign_in: SignIn
) -> None:
    advance(engine, case_id)

    admin, end = sign_in("u903"), f"{PAGE}/end?person={LEADER}&code=LEAD_DIRECT"
    asked = {"last_day": "2026-03-02", "successor": "u098", "reason": ""}
    refused = admin.open(end).send(end, asked, status=422)
    assert refused.texts(".err") == ["请填写任免依据或理由。"]

    looked = refused.send(end, asked | {"reason": "蒙公党〔2026〕3号"})
    assert "变更预览（尚未生效）" in looked.text()
    assert "随之移交的在办任务 1 件。" in looked.text()
    assert LEADER in {post.person for post in holders(engine, "LEAD_DIRECT")}

    assert "岗位任免已登记" in looked.send(end, {"confirm": "on"}).text()
    ends = {post.person: str(post.valid_until) for post in holders(engine, "LEAD_DIRECT")}
    assert ends == {LEADER: "2026-03-02"}
    assert "待任" in admin.open(PAGE).text()


def test_a_unit_with_open_tasks_or_units_below_says_so_and_offers_nothing_to_confirm(
    engine: Engine, sign_in: SignIn
) -> None:
    admin, close = sign_in("u903"), "/organization/532503-ZF/close"
    asked = {"last_day": "2026-03-31", "reason": "机构改革"}
    looked = admin.open(close).send(close, asked)
    assert "尚有下级单位：532503-FY、532503-GA" in looked.text()
    assert "确认停用" not in looked.text()
    assert admin.post(close, {"csrf_token": admin.csrf, **asked, "confirm": "on"}, status=409).texts(".errsum li")


def test_a_new_unit_shows_what_it_will_owe_and_goes_again_by_a_closing_that_can_be_taken_back(
    engine: Engine, sign_in: SignIn
) -> None:
    admin, add = sign_in("u903"), "/organization/add"
    values = {
        "superior": "532503-ZF",
        "region": "532503",
        "type": "SF",
        "level": "COUNTY",
        "name": "蒙自市司法局二",
        "short_name": "蒙自司法二",
        "document_prefix": "蒙司二",
        "staff": "12",
    }
    taken = admin.open(add).send(add, values, status=422)
    assert "已被使用" in taken.text(".errsum")
    looked = taken.send(add, values | {"region": "532599", "active_from": "2026-03-02"})
    assert "新单位代码 532599-SF。" in looked.text()
    assert "O05" in looked.text()
    looked.send(add, {"confirm": "on"})

    close = "/organization/532599-SF/close"
    looked = admin.open(close).send(close, {"last_day": "2026-06-30", "reason": "机构改革"})
    looked.send(close, {"confirm": "on"})
    assert "将于 2026-06-30 后停用" in admin.open("/organization/532599-SF").text()
    admin.send("/organization/532599-SF/keep")
    assert "停用" not in admin.open("/organization/532599-SF").text(".note")


def advance(engine: Engine, case_id: InstanceId) -> None:
    """S1_T3 指定整改责任人 waits for the LEAD_DIRECT."""
    task = TaskId(UUID(task_of(engine, case_id).removeprefix("/task/")))
    tasks.complete(engine, task, INSPECTOR, {"confirm": True, "opinion": "请按期整改。"})


def holders(engine: Engine, position: str) -> list[Position]:
    with engine.reading("system") as tx:
        organization = engine.reference(tx).organization
        return list(organization.holders(UNIT, position, tx.now.date()))
