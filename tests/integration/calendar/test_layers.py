"""The layers of the calendar as administrators enter them, and the word "provisional" of a year without a table."""

from __future__ import annotations

import json
from datetime import date

import pytest

from engine.commands import calendar
from engine.commands.organization.rights import OnlyAdministrators
from engine.errors import InputRejected, NotFound
from engine.model.clock import local_day
from engine.model.holidays import Layer
from tests.integration.calendar.conftest import ADMIN, Begin, Office, People, on
from tests.integration.calendar.test_dates import WORK
from tests.integration.scenarios.desk import Desk

NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"


def table(*off: tuple[str, str], work: tuple[str, ...] = (), year: int = 2027, **changes: object) -> str:
    periods = [{"from": first, "to": last, "zh": "元旦", "en": "New Year's Day"} for first, last in off]
    return json.dumps({"year": year, "source": NOTICE, "off": periods, "work": list(work), **changes})


def test_a_correction_wins_over_local_over_make_up_over_national_over_the_weekend(office: Office) -> None:
    sunday = date(2027, 1, 3)
    assert not office.works_on(sunday)

    off, again = ("2027-01-01", "2027-01-02"), ("2027-01-04", "2027-01-04")
    calendar.enter_national_year(office.engine, ADMIN, table(off, again, work=("2027-01-03",)))
    assert office.works_on(sunday)
    assert not office.works_on(date(2027, 1, 4))
    words = {"name": "州庆", "name_en": "Prefecture Day", "document": "红政办发〔2027〕1号"}
    calendar.enter_local_day(office.engine, ADMIN, sunday, **words)
    assert not office.works_on(sunday)
    calendar.correct_day(office.engine, ADMIN, sunday, working=True, **words)
    assert office.works_on(sunday)

    calendar.drop_day(office.engine, ADMIN, Layer.CORRECTION, sunday, reason="更正有误")
    assert not office.works_on(sunday)
    calendar.drop_day(office.engine, ADMIN, Layer.LOCAL, sunday, reason="通知撤回")
    assert office.works_on(sunday)


def test_a_table_replaces_what_was_imported_for_the_year_and_leaves_single_days_alone(office: Office) -> None:
    calendar.enter_national_year(office.engine, ADMIN, table(("2027-01-01", "2027-01-05")))
    words = {"name": "临时调整", "name_en": "Correction", "document": "红政办函〔2027〕2号"}
    calendar.correct_day(office.engine, ADMIN, date(2027, 1, 1), working=True, **words)

    changed = calendar.enter_national_year(office.engine, ADMIN, table(("2027-01-01", "2027-01-04")))

    assert changed.days == (date(2027, 1, 5),)
    assert office.works_on(date(2027, 1, 1))
    assert not office.works_on(date(2027, 1, 4))


def test_importing_a_year_takes_the_word_provisional_away_where_the_day_stays(
    desk: Desk, office: Office, people: People, begin: Begin
) -> None:
    desk.go_to("12-21")
    case = begin()
    before = desk.inbox(people.owner)["S1_T5"]
    assert before.due_on == date(2027, 1, 11)
    assert before.deadline is not None
    assert "期限暂定" in str(before.deadline["zh"])

    changed = calendar.enter_national_year(office.engine, ADMIN, table(("2027-05-01", "2027-05-05")))

    after = desk.inbox(people.owner)["S1_T5"]
    assert after.deadline is not None
    assert (after.due_on, after.deadline["provisional"], changed.moved) == (before.due_on, False, ())
    assert "暂定" not in str(after.deadline["zh"]) + str(after.deadline["en"])
    assert changed.confirmed >= 1
    assert [fact.body["provisional"] for fact in office.history(case, "deadline_confirmed")] == [False]
    assert office.ledger(case) == []


def test_importing_a_year_dates_open_tasks_again(desk: Desk, office: Office, people: People, begin: Begin) -> None:
    desk.go_to("12-21")
    case = begin()
    task = desk.inbox(people.owner)["S1_T5"]

    changed = calendar.enter_national_year(office.engine, ADMIN, table(("2027-01-01", "2027-01-01")))

    moved = desk.inbox(people.owner)["S1_T5"]
    assert moved.due_on == date(2027, 1, 12)
    assert moved.deadline is not None
    assert not moved.deadline["provisional"]
    assert {(c.task_id, c.old, c.new) for c in changed.moved if c.instance_id == case} == {
        (None, date(2027, 1, 11), date(2027, 1, 12)),
        (task.id, date(2027, 1, 11), date(2027, 1, 12)),
    }
    assert {row.reason for row in office.ledger(case)} == {NOTICE}


def test_a_told_day_that_stays_later_than_counted_loses_the_word_and_keeps_its_reason(
    desk: Desk, office: Office, people: People, begin: Begin
) -> None:
    desk.go_to("12-28")
    begin()
    desk.do(people.owner, "S1_T5", WORK | {"progress": [{"on": "2026-12-28", "what": "完成补录并组织学习。"}]})
    desk.do(people.leader, "S1_T6", {"unit_decision": "同意", "opinion": "同意报送核验。"})
    before = desk.inbox(people.inspector)["S1_T7"].deadline
    assert before is not None
    assert str(before["zh"]).endswith("不计周末。节假日表未维护，期限暂定。")

    # A Saturday is worked: counted, the task would be due on it.
    calendar.enter_national_year(office.engine, ADMIN, table(("2027-05-03", "2027-05-05"), work=("2027-01-02",)))

    after = desk.inbox(people.inspector)["S1_T7"]
    assert after.deadline is not None
    assert (after.due_on, after.deadline["provisional"]) == (date(2027, 1, 4), False)
    assert after.deadline["zh"] == str(before["zh"]).removesuffix("节假日表未维护，期限暂定。")
    assert "provisional" not in str(after.deadline["en"])


def test_only_an_administrator_of_the_top_unit_changes_the_calendar(desk: Desk, office: Office, people: People) -> None:
    for person in (people.inspector, people.leader, desk.person("532500-ZF", "LEAD_MAIN")):
        with pytest.raises(OnlyAdministrators):
            office.holiday("03-12", by=person)
    assert office.works_on(on("03-12"))


@pytest.mark.parametrize(
    "text", ["", "[]", "{", table(("2027-01-03", "2027-01-01")), table(("2026-12-31", "2027-01-01"))]
)
def test_a_malformed_table_is_refused_and_nothing_is_half_written(office: Office, text: str) -> None:
    good = table(("2027-01-01", "2027-01-03"))
    calendar.enter_national_year(office.engine, ADMIN, good)

    with pytest.raises(InputRejected) as refused:
        calendar.enter_national_year(office.engine, ADMIN, text)

    assert refused.value.facts["field"]
    assert refused.value.zh
    assert refused.value.en
    assert not office.works_on(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("document", {"document": " "}),
        ("name", {"name": ""}),
        ("name_en", {"name_en": ""}),
        ("name", {"name": "州\n庆"}),
        ("name", {"name": "长" * 101}),
        ("day", {"day": date(2061, 1, 1)}),
    ],
)
def test_a_day_is_entered_with_names_in_both_languages_and_the_notice_that_orders_it(
    office: Office, field: str, changes: dict[str, object]
) -> None:
    words = {"day": on("03-12"), "name": "州庆", "name_en": "Prefecture Day", "document": "1号"} | changes

    with pytest.raises(InputRejected) as refused:
        calendar.enter_local_day(office.engine, ADMIN, **words)  # type: ignore[arg-type]  # wrong on purpose

    assert refused.value.facts["field"] == field


def test_only_what_is_there_is_dropped_with_a_reason_and_never_a_national_day(office: Office) -> None:
    with pytest.raises(NotFound):
        office.drop("03-12")
    with pytest.raises(InputRejected, match="Only local days"):
        office.drop("05-01", Layer.NATIONAL)
    office.holiday("03-12")
    with pytest.raises(InputRejected, match="reason"):
        calendar.drop_day(office.engine, ADMIN, Layer.LOCAL, on("03-12"), reason=" ")
    assert not office.works_on(on("03-12"))


def test_days_are_those_of_the_prefecture(desk: Desk, office: Office) -> None:
    desk.go_to("03-10", "00:30")  # still the 9th in UTC
    with office.engine.transaction("system") as tx:
        assert local_day(tx.now) == on("03-10")
    assert office.holiday("03-10").days == (on("03-10"),)
