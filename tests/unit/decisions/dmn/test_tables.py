"""Decision tables under every hit policy."""

from __future__ import annotations

import pytest

from engine.decisions.dmn import ModelRejected
from tests.unit.decisions.dmn.drawn import asked, of_table, result


def test_unique_gives_the_one_rule_that_matches():
    model = of_table("< 10 => 1", ">= 10 => 2")

    assert [asked(model, "d", x=value) for value in (9, 10, None)] == [1, 2, None]


def test_unique_tells_an_overlap_and_gives_nothing():
    found = result(of_table("< 10 => 1", "< 5 => 2"), "d", x=3)

    assert found.value is None
    assert [note.en for note in found.notes] == ["more than one rule matches: 1, 2"]
    assert found.tables[0].matched == (1, 2)


def test_any_gives_what_all_rules_that_match_agree_on():
    model = of_table("< 10 => 1", "< 5 => 1", "< 2 => 7", policy="ANY")

    assert (asked(model, "d", x=3), asked(model, "d", x=1)) == (1, None)


def test_first_gives_the_first_rule_that_matches():
    model = of_table("< 10 => 1", "< 5 => 2", "- => 3", policy="FIRST")

    assert [asked(model, "d", x=value) for value in (3, 20, None)] == [1, 3, 3]


def test_priority_gives_the_output_that_is_told_first():
    rules = ('< 10 => "low"', '< 5 => "high"', '- => "middle"')
    model = of_table(*rules, policy="PRIORITY", priorities='"high", "middle", "low"')

    assert [asked(model, "d", x=value) for value in (3, 7, 20)] == ["high", "middle", "middle"]


def test_output_order_gives_all_by_priority_and_rule_order_as_drawn():
    rules = ('< 10 => "low"', '< 5 => "high"')

    assert asked(of_table(*rules, policy="OUTPUT ORDER", priorities='"high", "low"'), "d", x=3) == ["high", "low"]
    assert asked(of_table(*rules, policy="RULE ORDER"), "d", x=3) == ["low", "high"]
    assert asked(of_table(*rules, policy="RULE ORDER"), "d", x=30) == []


@pytest.mark.parametrize(
    ("aggregation", "value", "nothing"),
    [("", [1, 2, 4], []), ("SUM", 7, None), ("MIN", 1, None), ("MAX", 4, None), ("COUNT", 3, 0)],
)
def test_collect_gives_all_or_adds_them_up(aggregation, value, nothing):
    model = of_table("> 0 => 1", "> 1 => 2", "> 2 => 4", policy="COLLECT", aggregation=aggregation)

    assert asked(model, "d", x=3) == value
    assert asked(model, "d", x=0) == nothing


def test_several_outputs_are_a_context():
    model = of_table('< 10 => "A" | 1', '- => "B" | 2', policy="FIRST", outputs="grade, level")

    assert asked(model, "d", x=3) == {"grade": "A", "level": 1}


def test_a_default_stands_in_where_no_rule_matches():
    assert asked(of_table("< 10 => 1", default="0"), "d", x=11) == 0


def test_an_input_that_is_not_allowed_gives_nothing_and_says_so():
    found = result(of_table("- => 1", allowed="[1..5]"), "d", x=7)

    assert found.value is None
    assert [note.zh for note in found.notes] == ["“x”的值不在可取值之内"]


def test_an_output_that_is_not_allowed_is_null():
    found = result(of_table('- => "c"', priorities='"a", "b"'), "d", x=1)

    assert found.value is None
    assert "rule 1" in found.notes[0].en


def test_cells_may_name_other_inputs_and_the_value_itself():
    model = of_table(
        "? > limit and ? < limit * 2 | - => 1", "- | > 100 => 2", "- | - => 3", inputs="x, limit", policy="FIRST"
    )

    assert [asked(model, "d", x=x, limit=limit) for x, limit in ((15, 10), (5, 101), (5, 10))] == [1, 2, 3]


def test_a_result_tells_what_was_asked_and_which_rule_answered():
    (trace,) = result(of_table('"A", "B" => 1', "- => 2", policy="FIRST"), "d", x="B").tables

    assert (trace.decision, trace.table_id, trace.inputs) == ("d", "t", (("x", "B"),))
    assert (trace.matched, trace.rule_ids) == ((1,), ("r1",))


def test_mistakes_in_cells_are_told_by_row_and_column_all_at_once():
    with pytest.raises(ModelRejected) as refused:
        of_table("< => 1", "- => 1 +", '- => "a', "1 | 2 => 3")

    told = [(mistake.rule, mistake.place_en, mistake.element_id) for mistake in refused.value.mistakes]
    assert sorted(told) == [
        ("DMN-09", "d row 4", "r4"),
        ("DMN-10", 'd row 1, "x"', "r1"),
        ("DMN-10", 'd row 2, "d"', "r2"),
        ("DMN-10", 'd row 3, "d"', "r3"),
    ]
    assert refused.value.mistakes[0].place_zh.startswith("d 第 ")
