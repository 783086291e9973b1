"""A post changes hands: open tasks move to the successor, with an entry 交接 and a notice (domain.md §1.5)."""

from __future__ import annotations

from datetime import date

import pytest

from engine.commands import organization as commands
from engine.commands.organization import OnlyAdministrators
from engine.errors import InputRejected
from engine.model.organization import Absence, Person, Position, Substitute
from engine.model.step import PersonId
from tests.integration.organization.conftest import (
    ADMIN,
    Begun,
    access_facts,
    colleague,
    history_of,
    open_task,
    organization,
)
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import B_PROBLEM, PLAN, UNIT

#: S1_T5, filled in on the day of the notice.
WORK = {
    "progress": [{"on": "2026-03-02", "what": "完成补录并组织学习。"}],
    "result": "已按措施逐项落实，建立每周复核机制。",
}


def test_a_new_leader_gets_the_open_tasks_of_the_former_one_at_once(desk: Desk, begun: Begun) -> None:
    new = colleague(desk.engine, UNIT, but={begun.leader, begun.owner})
    appointed = commands.appoint(
        desk.engine,
        ADMIN,
        Position(person=new, unit=UNIT, code="LEAD_DIRECT", valid_from=date(2026, 3, 2)),
        replaces=begun.leader,
    )
    assert [(moved.name, moved.to) for moved in appointed.handed_over] == [("指定整改责任人", (new,))]
    assert "S1_T3" not in desk.inbox(begun.leader)
    assert desk.inbox(new)["S1_T3"].due_on == date(2026, 3, 3)
    assert desk.notices(new, "handover") == ["03-02 10:00"]
    assert history_of(desk.engine, begun.case, "handed_over") == [
        (ADMIN, {"from": [begun.leader], "to": [new], "reason": "交接"})
    ]
    assert ("position.appoint", ADMIN) in access_facts(desk.engine)
    held = organization(desk.engine).holders(UNIT, "LEAD_DIRECT", date(2026, 3, 2))
    assert [post.person for post in held] == [new]


def test_a_change_entered_beforehand_moves_the_tasks_on_its_day_and_also_those_opened_until_then(
    desk: Desk, begun: Begun
) -> None:
    new = colleague(desk.engine, UNIT, but={begun.leader, begun.owner})
    appointed = commands.appoint(
        desk.engine,
        ADMIN,
        Position(person=new, unit=UNIT, code="LEAD_DIRECT", valid_from=date(2026, 3, 4)),
        replaces=begun.leader,
    )
    assert [moved.to for moved in appointed.handed_over] == [()]
    second = desk.register(begun.inspector, **(B_PROBLEM | {"title": "接处警登记漏项"}))
    desk.do(begun.inspector, "S1_T2", {"confirm": True, "opinion": "请按期整改。"})
    assert "S1_T3" in desk.inbox(begun.leader)

    desk.go_to("03-04", "08:00")

    for case in (begun.case, second):
        assert open_task(desk.engine, case, "S1_T3").assignee == new
    assert history_of(desk.engine, second, "handed_over")[0][0] == "system"


def test_the_main_leader_is_one_at_a_time(desk: Desk) -> None:
    desk.go_to("03-02")
    former = desk.person(UNIT, "LEAD_MAIN")
    new = colleague(desk.engine, UNIT, but={former})
    post = Position(person=new, unit=UNIT, code="LEAD_MAIN", valid_from=date(2026, 3, 9))
    appointed = commands.appoint(desk.engine, ADMIN, post)
    assert [held.person for held in appointed.ended] == [former]
    seen = organization(desk.engine)
    assert [p.person for p in seen.holders(UNIT, "LEAD_MAIN", date(2026, 3, 8))] == [former]
    assert [p.person for p in seen.holders(UNIT, "LEAD_MAIN", date(2026, 3, 9))] == [new]
    with pytest.raises(InputRejected, match="one holder at a time"):
        commands.appoint(
            desk.engine,
            ADMIN,
            Position(
                person=colleague(desk.engine, UNIT, but={former, new}),
                unit=UNIT,
                code="LEAD_MAIN",
                valid_from=date(2026, 3, 5),
            ),
        )


def test_what_the_owner_of_a_problem_had_goes_to_the_successor_who_also_gets_it_when_it_is_returned(
    desk: Desk, owned: Begun
) -> None:
    new = colleague(desk.engine, UNIT, but={owned.leader, owned.owner})
    commands.appoint(
        desk.engine,
        ADMIN,
        Position(person=new, unit=UNIT, code="PERSON_RESP", valid_from=date(2026, 3, 2)),
        replaces=owned.owner,
    )
    assert desk.case(owned.case).variables["owner"] == new
    desk.do(new, "S1_T4", PLAN | {"measures": [{"what": "补录登记", "who": new, "by": "2026-03-20"}]})
    desk.do(new, "S1_T5", WORK)
    desk.do(owned.leader, "S1_T6", {"unit_decision": "退回", "opinion": "材料不全。"})
    assert "S1_T5" in desk.inbox(new)


def test_a_case_that_waits_elsewhere_comes_back_to_the_successor_of_its_owner(desk: Desk, owned: Begun) -> None:
    owner = owned.owner
    desk.do(owner, "S1_T4", PLAN | {"measures": [{"what": "补录登记", "who": owner, "by": "2026-03-20"}]})
    desk.do(owner, "S1_T5", WORK)
    new = colleague(desk.engine, UNIT, but={owned.leader, owner})
    commands.appoint(
        desk.engine,
        ADMIN,
        Position(person=new, unit=UNIT, code="PERSON_RESP", valid_from=date(2026, 3, 2)),
        replaces=owner,
    )
    desk.do(owned.leader, "S1_T6", {"unit_decision": "退回", "opinion": "材料不全。"})
    assert "S1_T5" in desk.inbox(new)
    assert "S1_T5" not in desk.inbox(owner)


def test_without_a_successor_the_substitute_goes_on_in_both_names_until_the_post_is_held_again(
    desk: Desk, begun: Begun
) -> None:
    acting = colleague(desk.engine, UNIT, but={begun.leader, begun.owner})
    commands.name_substitute(
        desk.engine,
        begun.leader,
        Substitute(holder=begun.leader, unit=UNIT, position="LEAD_DIRECT", person=acting, valid_from=date(2026, 3, 2)),
    )
    commands.end_position(desk.engine, ADMIN, begun.leader, UNIT, "LEAD_DIRECT", date(2026, 3, 1))
    waiting = open_task(desk.engine, begun.case, "S1_T3")
    assert (waiting.assignee, waiting.on_behalf_of) == (acting, begun.leader)

    new = colleague(desk.engine, UNIT, but={begun.leader, begun.owner, acting})
    commands.appoint(
        desk.engine, ADMIN, Position(person=new, unit=UNIT, code="LEAD_DIRECT", valid_from=date(2026, 3, 2))
    )
    waiting = open_task(desk.engine, begun.case, "S1_T3")
    assert (waiting.assignee, waiting.on_behalf_of) == (new, None)


def test_without_successor_and_substitute_the_main_leader_takes_over(desk: Desk, begun: Begun) -> None:
    moved = commands.end_position(desk.engine, ADMIN, begun.leader, UNIT, "LEAD_DIRECT", date(2026, 3, 1))
    main = desk.person(UNIT, "LEAD_MAIN")
    assert [task.to for task in moved] == [(main,)]
    new = colleague(desk.engine, UNIT, but={begun.leader, begun.owner, main})
    commands.appoint(
        desk.engine, ADMIN, Position(person=new, unit=UNIT, code="LEAD_DIRECT", valid_from=date(2026, 3, 4))
    )
    desk.go_to("03-04", "00:30")
    assert open_task(desk.engine, begun.case, "S1_T3").assignee == new


def test_a_successor_who_is_away_has_the_substitute_act(desk: Desk, begun: Begun) -> None:
    new = colleague(desk.engine, UNIT, but={begun.leader, begun.owner})
    acting = colleague(desk.engine, UNIT, but={begun.leader, begun.owner, new})
    post = Position(person=new, unit=UNIT, code="LEAD_DIRECT", valid_from=date(2026, 3, 4))
    commands.appoint(desk.engine, ADMIN, post, replaces=begun.leader)
    commands.name_substitute(
        desk.engine,
        new,
        Substitute(holder=new, unit=UNIT, position="LEAD_DIRECT", person=acting, valid_from=date(2026, 3, 4)),
    )
    commands.declare_absence(
        desk.engine, new, Absence(person=new, first_day=date(2026, 3, 4), last_day=date(2026, 3, 10))
    )
    desk.go_to("03-04", "08:00")
    task = open_task(desk.engine, begun.case, "S1_T3")
    assert (task.assignee, task.on_behalf_of) == (acting, new)


def test_somebody_who_moves_to_another_unit_leaves_posts_roles_and_tasks_behind(desk: Desk, begun: Begun) -> None:
    moved = commands.move_person(desk.engine, ADMIN, begun.leader, "532503-SF")
    assert [task.to for task in moved] == [(desk.person(UNIT, "LEAD_MAIN"),)]
    seen, on = organization(desk.engine), date(2026, 3, 2)
    assert seen.home_unit(begun.leader) == "532503-SF"
    assert not seen.holders(UNIT, "LEAD_DIRECT", on)
    assert not seen.has_role(begun.leader, "unit_leader", UNIT, on)
    with pytest.raises(InputRejected, match="move the person first"):
        commands.appoint(desk.engine, ADMIN, Position(person=begun.leader, unit=UNIT, code="LEAD_OTHER", valid_from=on))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "LEAD_TOP"}, "no post"),
        ({"departments": ("532503-FY-01",)}, "no department"),
        ({"valid_until": date(2026, 3, 1)}, "before it begins"),
        ({"person": "u101", "code": "PERSON_RESP"}, "already"),
        ({"unit": "999999-GA"}, "no unit"),
    ],
)
def test_an_appointment_that_cannot_stand_is_refused_in_words(
    desk: Desk, changes: dict[str, object], said: str
) -> None:
    desk.go_to("03-02")
    values: dict[str, object] = {"person": "u102", "unit": UNIT, "code": "LEAD_OTHER", "valid_from": date(2026, 3, 2)}
    admin_of_unknown = "unit" in changes
    with pytest.raises(OnlyAdministrators if admin_of_unknown else InputRejected) as refused:
        commands.appoint(desk.engine, ADMIN, Position(**(values | changes)))  # type: ignore[arg-type]
    assert admin_of_unknown or said in str(refused.value)
    assert refused.value.zh
    assert refused.value.en


def test_nobody_but_an_administrator_appoints_or_ends(desk: Desk) -> None:
    desk.go_to("03-02")
    post = Position(person="u102", unit=UNIT, code="LEAD_OTHER", valid_from=date(2026, 3, 2))
    for person in (PersonId("u101"), PersonId("u041"), PersonId("u901"), PersonId("u907")):
        with pytest.raises(OnlyAdministrators):
            commands.appoint(desk.engine, person, post)
        with pytest.raises(OnlyAdministrators):
            commands.end_position(desk.engine, person, PersonId("u101"), UNIT, "PERSON_RESP", date(2026, 3, 31))
        with pytest.raises(OnlyAdministrators):
            commands.add_person(desk.engine, person, Person(id="u990", name="用户990", unit=UNIT), password="x" * 12)


def test_a_post_does_not_end_in_the_past_and_not_for_somebody_who_does_not_hold_it(desk: Desk) -> None:
    desk.go_to("03-02")
    main = desk.person(UNIT, "LEAD_MAIN")
    with pytest.raises(InputRejected, match="in the past"):
        commands.end_position(desk.engine, ADMIN, main, UNIT, "LEAD_MAIN", date(2026, 2, 1))
    with pytest.raises(InputRejected, match="does not hold"):
        commands.end_position(desk.engine, ADMIN, PersonId("u101"), UNIT, "LEAD_MAIN", date(2026, 3, 31))
    with pytest.raises(InputRejected, match="in the past"):
        commands.appoint(
            desk.engine, ADMIN, Position(person="u101", unit=UNIT, code="LEAD_MAIN", valid_from=date(2026, 2, 1))
        )
    with pytest.raises(InputRejected, match="does not hold"):
        commands.appoint(
            desk.engine,
            ADMIN,
            Position(person="u102", unit=UNIT, code="LEAD_DIRECT", valid_from=date(2026, 3, 2)),
            replaces=main,
        )
