"""Gaps, overlaps and rules that never answer: found exactly where cells hold values, and told with an example."""

from __future__ import annotations

import random

import pytest

from engine.decisions.dmn import read_model
from engine.decisions.dmn.checks import check_model
from engine.decisions.feel import to_feel
from tests.unit.decisions.dmn.drawn import an_input, decision, definitions, of_table, table
from tests.unit.decisions.shipped import text_of

UNKNOWN = "has conditions that are only known when it runs: gaps and overlaps cannot be told beforehand"


def found(*rules: str, **options: str) -> list[tuple[str, str]]:
    names = options.get("inputs", "x").split(",")
    data = definitions(*(an_input(name.strip()) for name in names), decision("d", table(rules, **options)))
    return [(finding.rule, finding.en.removeprefix('"d" ')) for finding in check_model(read_model(data))]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (("< 10 => 1", ">= 10 => 2"), []),
        (("< 10 => 1", "> 10 => 2"), [("DMN-23", "has no rule for x is 10")]),
        (("[1..5] => 1", "(7..9] => 2"), [("DMN-23", "has no rule for x is < 1 or (5..7) or 7 …")]),
        (('"A" => 1', '"B" => 2'), [("DMN-23", "has no rule for x is any other value")]),
        (('"A" => 1', 'not("A") => 2'), []),
        (("true => 1",), [("DMN-23", "has no rule for x is false")]),
        (("true => 1", "false => 2"), []),
        (("<= 10 => 1", ">= 10 => 2"), [("DMN-25", "rows 1 and 2 overlap: x is 10")]),
        (('@"2026-01-01" => 1', 'not(@"2026-01-01") => 2'), []),
        (("? > 3 => 1",), [("DMN-23", "has no rule for x is < 3 or 3")]),
        (("? > 3 or ? in (1, 2) => 1", "not(? > 3) and ? != 1 => 2"), [("DMN-25", "rows 1 and 2 overlap: x is 2")]),
        (("? between 1 and 3 => 1", "< 1, > 3 => 2"), []),
        (("? * 2 > 3 => 1",), [("DMN-21", UNKNOWN)]),
        (("> y => 1",), [("DMN-21", UNKNOWN)]),
        (("< 3 => 1", "[3..2] => 5", ">= 3 => 2"), [("DMN-24", "row 2 can never match")]),
        (('1 => 1', '"a" => 2'), [("DMN-23", "has no rule for x is any other value")]),
    ],
)  # fmt: skip
def test_a_table_with_one_answer_is_looked_through(rules, told):
    assert found(*rules) == told


def test_a_rule_that_is_never_reached_is_told():
    told = found("< 5 => 1", ">= 5 => 2", "7 => 3", policy="FIRST")

    assert told == [("DMN-24", "row 3 is never reached: rows before it take everything")]


def test_two_columns_are_looked_at_together():
    told = found('< 10 | "A" => 1', ">= 10 | - => 2", inputs="x, y")

    assert told == [("DMN-23", "has no rule for x is < 10, y is any other value")]


def test_only_allowed_values_count():
    assert found('"A" => 1', '"B" => 2', allowed='"A", "B"') == []


def test_a_default_and_a_collection_leave_no_gaps():
    assert found("< 10 => 1", default="0") == []
    assert found("< 10 => 1", policy="COLLECT") == []


def test_rules_of_any_that_agree_do_not_overlap():
    assert found("<= 10 => 1", ">= 10 => 1", policy="ANY") == []
    assert [rule for rule, _ in found("<= 10 => 1", ">= 10 => 2", policy="ANY")] == ["DMN-25"]


def test_a_column_that_nobody_asks_about_is_told():
    assert ("DMN-27", 'no rule asks about "y"') in found("- | - => 1", inputs="x, y")


def test_the_table_of_severity_has_no_gap():
    told = check_model(read_model(text_of("D1_SEVERITY")))

    assert told == (), "also where a row asks about several inputs at once"


def test_a_cell_may_ask_about_other_columns():
    rules = ('? = "A" or y > 3 | - => 1', "- | <= 3 => 2")

    assert found(*rules, inputs="x, y", policy="FIRST") == []
    assert found(*rules, inputs="x, y") == [("DMN-25", 'rows 1 and 2 overlap: x is "A", y is < 3 or 3')]
    assert found("- | y > 3 and y < 2 => 1", "- | - => 2", inputs="x, y", policy="FIRST")[0] == (
        "DMN-24",
        "row 1 can never match",
    )


def test_what_is_given_beforehand_is_looked_through():
    data = definitions(
        an_input("x"), an_input("params"), decision("d", table(("< params.low => 1", "> params.low * 2 => 2")))
    )
    model = read_model(data)

    assert [finding.rule for finding in check_model(model)] == ["DMN-21"]
    (told,) = check_model(model, {"params": {"low": to_feel(5)}})
    assert told.en == '"d" has no rule for x is 5 or (5..10) or 10'


def test_gaps_and_overlaps_are_those_that_trying_every_value_finds():
    """Random tables over small whole numbers, against every combination of values. Cells ask about both columns."""
    seed = random.randrange(2**32)  # noqa: S311 - repeatable
    chance = random.Random(seed)  # noqa: S311 - repeatable
    for _ in range(60):
        rules = [f"{a_cell(chance)} | {a_cell(chance)} => {number}" for number in range(chance.randint(1, 4))]
        told = [rule for rule, _ in found(*rules, inputs="x, y")]
        model = of_table(*rules, inputs="x, y", policy="RULE ORDER")
        values = [*(value / 2 for value in range(-2, 14)), 9]
        counts = [
            len(model.decide("d", {"x": to_feel(x), "y": to_feel(y)}).value or [])  # type: ignore[arg-type]
            for x in values
            for y in values
        ]
        assert ("DMN-23" in told) is (0 in counts), (seed, rules)
        assert ("DMN-25" in told) is any(count > 1 for count in counts), (seed, rules)


def a_cell(chance: random.Random) -> str:
    low, high = sorted((chance.randint(0, 5), chance.randint(0, 5)))
    own = f"< {low}", f">= {low}", f"[{low}..{high}]", f"({low}..{high + 1})", f"{low}, {high}", f"not({low})"
    both = f"? > {low} or y = {high}", f"not(x <= {low} and y >= {high})", f"? in ([{low}..{high}], 9) and y != {low}"
    return chance.choice(["-", "-", *own, *both, f"{low}, ? > {high}"])
