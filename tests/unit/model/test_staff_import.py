"""An import of units, people and posts: what good rows come to, and every kind of bad row with its place and remedy."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.model.organization import Department, Organization, Person, Position, RoleGrant, Unit
from engine.model.staff_columns import COLUMNS, SHEETS, Cell, Formula, Row, SheetName
from engine.model.staff_import import plan_import
from engine.model.staff_plan import Given, ImportPlan

ON = date(2026, 3, 2)
TOP, UNIT = "532500-ZF", "532503-GA"


def unit(code: str, superior: str = TOP, **more: object) -> Unit:
    base: dict[str, object] = {
        "code": code,
        "name": code,
        "short_name": code,
        "document_prefix": "蒙公",
        "level": "COUNTY" if superior else "PREF",
        "type": code.partition("-")[2],
        "superior": superior,
        "active_from": date(2025, 1, 1),
    }
    return Unit(**(base | more))  # type: ignore[arg-type]


ORGANIZATION = Organization(
    units=(unit(TOP, ""), unit(UNIT), unit("532503-FY", active_until=date(2025, 12, 31)), unit("532503-JC")),
    departments=(Department(code=f"{UNIT}-01", unit=UNIT, name="政治部"),),
    people=(
        Person(id="u1", name="张一", unit=UNIT),
        Person(id="u2", name="李二", unit=UNIT),
        Person(id="u9", name="外人", unit=TOP),
    ),
    positions=(Position(person="u1", unit=UNIT, code="LEAD_MAIN", valid_from=date(2025, 1, 1)),),
    grants=(RoleGrant(person="u1", role="unit_leader", unit=UNIT, valid_from=date(2025, 1, 1)),),
)
GIVEN = Given(
    organization=ORGANIZATION,
    waiting=(RoleGrant(person="u2", role="officer", unit=UNIT, valid_from=ON),),
    administered=frozenset({TOP, UNIT, "532503-FY"}),
    on=ON,
)
GOOD: dict[SheetName, tuple[Cell, ...]] = {
    "units": ("532504-GA", "弥勒市公安局", "弥勒公安", "弥公", "县市级", TOP, 12, None),
    "people": ("u3", "王三", UNIT, f"{UNIT}-01", "经办人"),
    "positions": (UNIT, "直接责任领导", "u2", f"{UNIT}-01", date(2026, 4, 1), None),
}


def planned(**rows: list[tuple[Cell, ...]]) -> ImportPlan:
    sheets = {
        sheet: tuple(Row(number=number, cells=cells) for number, cells in enumerate(rows.get(sheet, []), start=3))
        for sheet in SHEETS
    }
    return plan_import(sheets, GIVEN)


def test_good_rows_bring_units_people_without_account_posts_and_requests_for_roles() -> None:
    plan = planned(**{sheet: [row] for sheet, row in GOOD.items()})
    assert plan.problems == []
    assert plan.new_units["532504-GA"].active_from == ON
    assert plan.new_people["u3"].on_paper
    assert plan.roles == [RoleGrant(person="u3", role="officer", unit=UNIT, valid_from=ON)]
    assert plan.new_positions == [
        Position(person="u2", unit=UNIT, code="LEAD_DIRECT", departments=(f"{UNIT}-01",), valid_from=date(2026, 4, 1))
    ]
    assert plan.changes == 4


def test_what_stands_already_stays_and_rows_may_come_in_any_order() -> None:
    same = planned(
        units=[(UNIT, UNIT, UNIT, "蒙公", "COUNTY", TOP, None, datetime(2025, 1, 1, tzinfo=UTC))],
        people=[("u1", "张一", UNIT, None, "unit_leader"), ("u2", "李二", UNIT, "", "经办人")],
        positions=[(UNIT, "LEAD_MAIN", "u1", None, "2025-01-01", None)],
    )
    assert (same.problems, same.changes, same.unchanged) == ([], 0, 4)

    turned = planned(
        units=[
            ("532505-GA", "甲", "甲", "甲", "县市级", "532505-ZF", "3", None),
            ("532505-ZF", "乙", "乙", "乙", "县市级", TOP, None, None),
            (UNIT, "新名", UNIT, "蒙公", "县市级", TOP, None, "2025/1/1".replace("/1/1", "-01-01")),
        ],
        people=[("u1", "张壹", UNIT, None, None)],
        positions=[
            (UNIT, "LEAD_MAIN", "u2", None, "2026-07-01", None),
            (UNIT, "LEAD_MAIN", "u1", None, "2025-01-01", "2026-06-30"),
        ],
    )
    assert turned.problems == []
    assert list(turned.new_units) == ["532505-ZF", "532505-GA"]
    assert turned.changed_units[UNIT].name == "新名"
    assert turned.changed_people["u1"].name == "张壹"
    assert [(post.person, last) for post, last in turned.ended_positions] == [("u1", date(2026, 6, 30))]


BAD: tuple[tuple[SheetName, dict[str, Cell], str, str], ...] = (
    ("units", {"unit": "53250-GA"}, "unit", "不是单位代码"),
    ("units", {"unit": "532504-XX"}, "unit", "不是单位代码"),
    ("units", {"name": None}, "name", "必填"),
    ("units", {"name": Formula("=A1")}, "name", "不接受公式"),
    ("units", {"name": "长" * 101}, "name", "最多100"),
    ("units", {"name": "名\x07"}, "name", "控制字符"),
    ("units", {"level": "省级"}, "level", "层级"),
    ("units", {"superior": "532599-ZF"}, "superior", "没有代码"),
    ("units", {"superior": "532503-FY"}, "superior", "已停用"),
    ("units", {"superior": "532503-JC"}, "superior", "系统管理员"),
    ("units", {"unit": UNIT, "superior": ""}, "superior", "不能通过导入"),
    ("units", {"unit": "532503-JC"}, "unit", "系统管理员"),
    ("units", {"staff": "十二"}, "staff", "不是整数"),
    ("units", {"active_from": "三月"}, "active_from", "不是日期"),
    ("people", {"person": "张 三"}, "person", "用户名"),
    ("people", {"unit": "532599-GA"}, "unit", "没有代码"),
    ("people", {"department": "532503-GA-77"}, "department", "部门"),
    ("people", {"person": "u9"}, "unit", "不办理调动"),
    ("people", {"roles": "皇帝"}, "roles", "没有“皇帝”"),
    ("people", {"roles": "admin、auditor"}, "roles", "不能由同一人"),
    ("positions", {"person": "u77"}, "person", "没有用户名"),
    ("positions", {"position": "科长"}, "position", "没有“科长”"),
    ("positions", {"valid_from": None}, "valid_from", "必填"),
    ("positions", {"valid_until": "2026-03-31"}, "valid_until", "早于"),
    ("positions", {"departments": "532503-JC-01"}, "departments", "部门"),
    ("positions", {"position": "LEAD_MAIN"}, "valid_from", "只能有一人"),
    ("positions", {"person": "u1"}, "position", "两个领导岗位"),
    ("positions", {"position": "LEAD_MAIN", "person": "u1", "departments": None}, "valid_from", "已担任"),
)


@pytest.mark.parametrize(("sheet", "changes", "column", "said"), BAD)
def test_a_bad_row_is_named_with_its_place_and_what_to_do(
    sheet: SheetName, changes: dict[str, Cell], column: str, said: str
) -> None:
    keys = [one.key for one in COLUMNS[sheet]]
    row = tuple(changes.get(key, cell) for key, cell in zip(keys, GOOD[sheet], strict=True))
    plan = planned(**{sheet: [row]})
    assert [(one.sheet, one.row, one.column, said in one.zh, bool(one.en)) for one in plan.problems] == [
        (sheet, 3, column, True, True)
    ]
    assert plan.faulty == 1


@pytest.mark.parametrize("sheet", SHEETS)
def test_the_same_row_twice_is_a_mistake(sheet: SheetName) -> None:
    plan = planned(**{sheet: [GOOD[sheet], GOOD[sheet]]})
    assert [(one.row, "重复" in one.zh) for one in plan.problems] == [(4, True)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"until": "2026-02-01"}, "不能倒签"), ({"until": "2026-06-30", "departments": f"{UNIT}-01"}, "只能填写截止日")],
)
def test_of_a_post_that_is_entered_only_a_last_day_to_come_is_taken(changes: dict[str, str], said: str) -> None:
    row = (UNIT, "LEAD_MAIN", "u1", changes.get("departments"), "2025-01-01", changes["until"])
    assert [said in one.zh for one in planned(positions=[row]).problems] == [True]
