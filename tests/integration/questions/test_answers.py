"""Questions 9 to 16 and 25 of domain.md §7.1: the numbers, counted by hand, inside the subtree and outside of it."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from engine.core import Engine
from engine.errors import NotFound
from engine.model.period import Period
from engine.queries.narrowing import Narrowing
from engine.queries.questions.coverage import warning_coverage
from engine.queries.questions.inspections import unit_visits
from engine.queries.questions.lectures import lectures_owed
from engine.queries.questions.letters import unsigned_letters, vacant_posts
from engine.queries.questions.majors import major_matters
from engine.queries.questions.process_times import percentile, process_times
from engine.queries.questions.relapse import second_looks
from engine.queries.questions.reports import report_matrix
from engine.queries.questions.topics import common_topics
from tests.integration.questions.conftest import (
    ANALYST,
    COUNTY,
    FY,
    GA,
    INSPECTOR,
    JC,
    OFFICER,
    OTHER_GA,
    PREFECTURE,
    SF,
    ask,
)


def test_second_looks_tell_the_pool_the_sample_what_was_found_and_the_chain_of_a_relapse(engine: Engine) -> None:
    found = ask(engine, second_looks, INSPECTOR, "2026H2")

    assert (found.pool, len(found.rows), found.looked) == (6, 5, 4)
    assert [found.count(effect) for effect in ("巩固", "部分反弹", "反弹", "")] == [1, 1, 2, 1]
    chains = {row.number: [link.number for link in row.chain] for row in found.rows if row.chain}
    assert chains == {"WT-1": ["WT-1", "WT-2", "WT-3"], "WT-2": ["WT-1", "WT-2", "WT-3"]}
    assert [row.effect for row in found.rows] == ["反弹", "反弹", "部分反弹", "", "巩固"]
    first = next(row for row in found.rows if row.number == "WT-1")
    assert (first.closed_on, first.looked_on) == (date(2026, 5, 20), date(2026, 7, 20))
    assert [(link.severity, link.state) for link in first.chain[1:]] == [("C", "已归档"), ("D", "整改中")]

    assert ask(engine, second_looks, PREFECTURE, "2026H2").count("反弹") == 3
    assert len(ask(engine, second_looks, PREFECTURE, "2026H2", region="532501").rows) == 1
    assert ask(engine, second_looks, PREFECTURE, "2026H2", type="JC").looked == 0
    assert [row.effect for row in ask(engine, second_looks, INSPECTOR, "2026H1").rows] == ["巩固"]


def test_lectures_name_who_owes_one_and_count_what_others_gave_for_him(engine: Engine) -> None:
    found = {row.person: row for row in ask(engine, lectures_owed, INSPECTOR, "2026")}

    assert set(found) == {"u096", "u097", "u098"}
    assert (found["u096"].state, found["u096"].lectured_on, found["u096"].substitutes) == ("done", date(2026, 6, 30), 0)
    assert (found["u097"].state, found["u097"].substitutes) == ("open", 2)
    assert found["u097"].substitute_on == date(2026, 9, 10)
    assert found["u097"].case is not None
    assert (found["u098"].substitutes, found["u098"].case) == (0, None)
    assert found["u096"].posts == ("LEAD_MAIN",)
    assert {row.person for row in ask(engine, lectures_owed, PREFECTURE, "2026")} == {"u096", "u097", "u098", "u201"}
    assert {row.person for row in ask(engine, lectures_owed, PREFECTURE, "2026", region="532501")} == {"u201"}


def test_coverage_counts_for_all_and_names_for_the_unit_itself_alone(engine: Engine) -> None:
    above = {row.unit: row for row in ask(engine, warning_coverage, INSPECTOR, "2026")}

    assert set(above) == {GA, FY, JC, SF}
    assert (above[GA].done, above[GA].of, above[GA].missing, above[GA].make_ups) == (17, 19, 2, 2)
    assert above[GA].absentees == ()
    assert (above[FY].state, above[FY].make_ups) == ("done", 0)
    assert (above[JC].done, above[JC].missing) == (None, None)
    (own,) = (row for row in ask(engine, warning_coverage, OFFICER, "2026") if row.unit == GA)
    assert own.absentees == ("用户101", "用户102")
    assert [row.unit for row in ask(engine, warning_coverage, OFFICER, "2026")] == [GA]
    elsewhere = ask(engine, warning_coverage, PREFECTURE, "2026", region="532501")
    assert [(row.unit, row.make_ups, row.absentees) for row in elsewhere] == [(OTHER_GA, 1, ())]


def test_letters_say_whose_signature_is_missing(engine: Engine) -> None:
    found = ask(engine, unsigned_letters, INSPECTOR, "2026")

    assert [(row.code, row.name, row.lacks) for row in found] == [
        ("O02", "用户096", ("superior_signature",)),
        ("O03", "用户099", ("own_signature",)),
        ("O04", "用户101", ("superior_signature",)),
    ]
    assert [row.state for row in found] == ["overdue", "overdue", "open"]
    assert [row.unit for row in ask(engine, unsigned_letters, PREFECTURE, "2026", region="532501")] == [OTHER_GA]
    assert found[0].posts == ("LEAD_MAIN",)
    with engine.reading(INSPECTOR) as tx:
        reference = engine.reference(tx)
        assert vacant_posts(tx, reference, Narrowing()) == ()


def test_the_report_matrix_tells_on_time_late_returned_and_missing_with_the_gaps_that_were_stated(
    engine: Engine,
) -> None:
    (county,) = ask(engine, report_matrix, INSPECTOR, "2026H1")

    states = {kind: county.of_kind(kind).state for kind in ("ZF", "FY", "JC", "GA", "SF")}  # type: ignore[union-attr]
    assert states == {"ZF": "按期", "FY": "逾期", "JC": "退回补正", "GA": "按期", "SF": "未报"}
    assert [county.count(state) for state in ("按期", "逾期", "退回补正", "未报")] == [2, 1, 1, 1]
    assert county.returned_ever == 2
    assert [(gap.unit, gap.state) for gap in county.gaps] == [(JC, "退回补正"), (SF, "未报")]
    assert county.stated_in == county.of_kind("ZF").case  # type: ignore[union-attr]
    assert [row.region for row in ask(engine, report_matrix, PREFECTURE, "2026H1")] == ["532501", "532503"]
    (courts,) = ask(engine, report_matrix, PREFECTURE, "2026H1", type="FY")
    assert [(report.unit, report.state) for report in courts.reports] == [(FY, "逾期")]
    assert len(courts.gaps) == 2


def test_major_matters_take_so_many_hours_at_each_level_and_bear_their_marks(engine: Engine) -> None:
    missed, late = ask(engine, major_matters, INSPECTOR, "2026H2")

    assert (late.marks, late.minutes_late) == (("迟报",), 30)
    hours = (late.phone_hours, late.written_hours, late.superior_hours, late.top_hours)
    assert [round(value, 2) for value in hours if value is not None] == [0.42, 2.5, 0.83, 0.33]
    assert (missed.marks, missed.written_hours, missed.category) == (("漏报",), None, "专项工作")
    assert len(ask(engine, major_matters, PREFECTURE, "2026H2")) == 3
    assert len(ask(engine, major_matters, INSPECTOR, "2026H1")) == 1


def test_topics_of_three_units_are_candidates_and_a_secret_round_tells_nothing(engine: Engine) -> None:
    duty, dress = ask(engine, common_topics, INSPECTOR, "2026H2")

    assert (duty.topic, duty.units, duty.is_candidate) == ("值班备勤", (FY, GA, JC), True)
    assert (duty.first_on, duty.last_on, len(duty.rounds)) == (date(2026, 9, 24), date(2026, 11, 3), 2)
    assert (dress.topic, dress.units, dress.is_candidate) == ("警容风纪", (GA, JC), False)
    everywhere = {one.topic: one.is_candidate for one in ask(engine, common_topics, PREFECTURE, "2026H2")}
    assert everywhere == {"值班备勤": True, "警容风纪": True}
    assert ask(engine, common_topics, OFFICER, "2026H2") == ()


def test_units_that_nobody_visited_come_first_and_what_the_visited_said_is_counted(engine: Engine) -> None:
    found = {row.unit: row for row in ask(engine, unit_visits, INSPECTOR, "2026")}

    assert list(found) == [COUNTY, SF, GA, FY, JC]
    assert (found[SF].visits, found[SF].before_on) == (0, date(2025, 6, 10))
    assert (found[COUNTY].is_visited, found[COUNTY].before_on) == (False, None)
    assert (found[GA].visits, found[GA].kinds) == (2, Counter({"经常": 1, "节点": 1}))
    assert (found[GA].findings, found[GA].accepted, found[GA].contested, found[GA].adopted) == (4, 3, 2, 1)
    assert found[FY].contested == 1
    assert len(ask(engine, unit_visits, PREFECTURE, "2026", type="GA")) == 14


def test_an_analyst_sees_times_and_ways_of_a_process_and_no_case(engine: Engine) -> None:
    with engine.reading(ANALYST) as tx:
        found = process_times(engine, tx, "S2_LADDER", Period.parse("2026H2"))
        with pytest.raises(NotFound):
            process_times(engine, tx, "NOTHING", Period.parse("2026H2"))

    times = {time.node.id: time for time in found.tasks}
    answer, few = times["S2_T2"], times["S2_T3"]
    assert (answer.done, answer.open, answer.late) == (6, 1, 1)
    assert (answer.average, answer.median, answer.p90, answer.limit) == (15 / 6, 1.0, 9, 5.0)
    assert (few.done, few.average, few.p90) == (1, None, None)  # too few: it would be one case's
    assert [(path.nodes, path.count) for path in found.paths] == [(("S2_T2",), 6)]
    assert (found.ended, found.rare) == (7, 1)
    assert round(found.paths[0].share, 2) == 0.86


@pytest.mark.parametrize(("share", "value"), [(0.5, 1), (0.67, 2), (0.9, 9), (1.0, 9)])
def test_a_percentile_is_the_least_value_that_such_a_share_does_not_exceed(share: float, value: int) -> None:
    assert percentile([(9, 1), (1, 4), (2, 1)], share) == value
    assert percentile([], share) is None
