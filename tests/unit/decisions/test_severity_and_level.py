"""D1 and D2 as shipped against the rules of the specification, over every combination of inputs."""

from __future__ import annotations

from itertools import product

from engine.decisions.feel import from_feel
from tests.unit.decisions.shipped import ask, model

LIMITS = {
    "A": (1, 5, 0, "unit_sample"),
    "B": (3, 15, 0, "inspector"),
    "C": (2, 30, 10, "inspector"),
    "D": (2, 30, 5, "on_site_2"),
}


def severity_of(nature: str, spread: str, repeats_12m: int, *, public_impact: bool) -> tuple[int, str]:
    if nature == "涉嫌违纪违法":
        return 1, "D"
    if public_impact and spread == "单位":
        return 2, "D"
    if nature == "侵害群众利益" or repeats_12m >= 2 or public_impact:
        return 3, "C"
    if nature == "制度不落实" or spread != "个人" or repeats_12m == 1:
        return 4, "B"
    return 5, "A"


def test_severity_is_what_the_specification_says():
    table = model("D1_SEVERITY")
    natures = ("涉嫌违纪违法", "侵害群众利益", "制度不落实", "作风细节")

    for nature, spread, repeats, impact in product(natures, ("个人", "部门", "单位"), range(5), (True, False)):
        inputs = {"nature": nature, "spread": spread, "repeats_12m": repeats, "public_impact": impact}
        row, severity = severity_of(nature, spread, repeats, public_impact=impact)
        plan, limit, stage, verify = LIMITS[severity]
        found = ask(table, "D1_SEVERITY", inputs)
        assert found.tables[0].matched == (row,), inputs
        assert from_feel(found.value) == {
            "severity": severity,
            "plan_wd": plan,
            "limit_wd": limit,
            "stage_wd": stage,
            "verify": verify,
            "to_p07": row == 1,
        }


def level_of(base: int, red_12m: int, red_reply_rejected: int, *, yellow_unanswered: bool) -> tuple[int, int]:
    if base == 3 and red_12m >= 1:
        return 1, 3
    if yellow_unanswered and base < 3:
        return 2, 3
    if red_reply_rejected >= 2 and base < 4:
        return 3, 4
    return 4, base


def test_level_is_what_the_specification_says():
    table = model("D2_LEVEL")

    for base, red, unanswered, rejected in product(range(6), range(3), (True, False), range(4)):
        inputs = {
            "base": base,
            "red_12m": red,
            "yellow_unanswered": unanswered,
            "red_reply_rejected": rejected,
        }
        row, level = level_of(base, red, rejected, yellow_unanswered=unanswered)
        found = ask(table, "D2_LEVEL", inputs)
        assert found.tables[0].matched == (row,), inputs
        assert from_feel(found.value) == {"level": level, "extra": row == 1}
