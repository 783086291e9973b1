"""The decision tables of domain.md §5 as data: conditions, outputs and the words for both. All numbers are [L]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Inputs = Mapping[str, object]
InputKind = Literal["text", "number", "flag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input of a table."""

    name: str
    zh: str
    kind: InputKind
    allowed: tuple[str, ...] = ()  #: of a text: the only values there are
    lowest: int = 0  #: of a number
    highest: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule: it decides when its condition holds and no row above did."""

    holds: Callable[[Inputs], bool]
    outputs: Callable[[Inputs], dict[str, object]]
    zh: str  #: the condition in words
    en: str
    result_zh: str
    result_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A decision with hit policy FIRST. The last row always holds."""

    id: str
    short: str  #: "D1", as people quote it
    name: str
    version: int
    inputs: tuple[Input, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What D1 gives to one severity."""

    zh: str
    en: str
    plan_wd: int
    limit_wd: int
    stage_wd: int  #: a stage report every so many working days; 0: none
    verify: Literal["unit_sample", "inspector", "on_site_2"]

    def outputs(self, severity: str, *, to_p07: bool) -> dict[str, object]:
        return {
            "severity": severity,
            "plan_wd": self.plan_wd,
            "limit_wd": self.limit_wd,
            "stage_wd": self.stage_wd,
            "verify": self.verify,
            "to_p07": to_p07,
        }


GRADES: Mapping[str, Grade] = {
    "A": Grade(zh="轻微·立行立改", en="minor, mend at once", plan_wd=1, limit_wd=5, stage_wd=0, verify="unit_sample"),
    "B": Grade(zh="一般", en="ordinary", plan_wd=3, limit_wd=15, stage_wd=0, verify="inspector"),
    "C": Grade(zh="较重", en="serious", plan_wd=2, limit_wd=30, stage_wd=10, verify="inspector"),
    "D": Grade(zh="严重", en="grave", plan_wd=2, limit_wd=30, stage_wd=5, verify="on_site_2"),
}


def _number(inputs: Inputs, name: str) -> int:
    value = inputs[name]
    assert isinstance(value, int)  # noqa: S101  # checked before the first row is asked
    return value


def _grading(holds: Callable[[Inputs], bool], severity: str, zh: str, en: str, *, to_p07: bool = False) -> Row:
    """A row of D1, with its result in words."""
    grade = GRADES[severity]
    result_zh = f"{severity} {grade.zh}，{grade.plan_wd}个工作日内制定措施，{grade.limit_wd}个工作日内整改"
    result_en = f"{severity} {grade.en}, plan in {grade.plan_wd} and done in {grade.limit_wd} working days"
    if grade.stage_wd:
        result_zh += f"，每{grade.stage_wd}个工作日报阶段情况"
        result_en += f", a stage report every {grade.stage_wd}"
    if to_p07:
        result_zh, result_en = result_zh + "，转查处", result_en + ", to investigation"
    return Row(
        holds=holds,
        outputs=lambda _inputs: grade.outputs(severity, to_p07=to_p07),
        zh=zh,
        en=en,
        result_zh=result_zh,
        result_en=result_en,
    )


D1_SEVERITY = Table(
    id="D1_SEVERITY",
    short="D1",
    name="问题定级定限",
    version=1,
    inputs=(
        Input(
            name="nature",
            zh="性质",
            kind="text",
            allowed=("涉嫌违纪违法", "侵害群众利益", "制度不落实", "作风细节"),
        ),
        Input(name="spread", zh="范围", kind="text", allowed=("个人", "部门", "单位")),
        Input(name="repeats_12m", zh="12个月内重复次数", kind="number"),
        Input(name="public_impact", zh="社会影响", kind="flag"),
    ),
    rows=(
        _grading(
            lambda i: i["nature"] == "涉嫌违纪违法",
            "D",
            "性质为涉嫌违纪违法",
            "suspected violation of discipline or law",
            to_p07=True,
        ),
        _grading(
            lambda i: i["public_impact"] is True and i["spread"] == "单位",
            "D",
            "有社会影响且范围为单位",
            "public impact and the whole unit",
        ),
        _grading(
            lambda i: i["nature"] == "侵害群众利益" or _number(i, "repeats_12m") >= 2 or i["public_impact"] is True,
            "C",
            "侵害群众利益，或12个月内重复2次以上，或有社会影响但范围不是单位",
            "harm to the public, or repeated twice or more in 12 months, or public impact short of the whole unit",
        ),
        _grading(
            lambda i: i["nature"] == "制度不落实" or i["spread"] != "个人" or _number(i, "repeats_12m") == 1,
            "B",
            "制度不落实，或范围不是个人，或12个月内重复1次",
            "rules not carried out, or more than one person, or repeated once in 12 months",
        ),
        _grading(
            lambda _inputs: True,
            "A",
            "个人作风细节，首次发生",
            "a detail of one person's style, for the first time",
        ),
    ),
)


def _escalated(level: int, *, extra: bool = False) -> Callable[[Inputs], dict[str, object]]:
    return lambda _inputs: {"level": level, "extra": extra}


D2_LEVEL = Table(
    id="D2_LEVEL",
    short="D2",
    name="升级级别",
    version=1,
    inputs=(
        Input(name="base", zh="基准级别", kind="number", highest=5),
        Input(name="red_12m", zh="12个月内有效红牌数", kind="number"),
        Input(name="yellow_unanswered", zh="黄牌逾期未说明", kind="flag"),
        Input(name="red_reply_rejected", zh="红牌说明被退回次数", kind="number"),
    ),
    rows=(
        Row(
            holds=lambda i: i["base"] == 3 and _number(i, "red_12m") >= 1,
            outputs=_escalated(3, extra=True),
            zh="达到红牌且12个月内已有有效红牌",
            en="a red card is due and another counted in the last 12 months",
            result_zh="红牌，并于当日提出问责启动建议",
            result_en="red card, and an accountability proposal the same day",
        ),
        Row(
            holds=lambda i: i["yellow_unanswered"] is True and _number(i, "base") < 3,
            outputs=_escalated(3),
            zh="黄牌2个工作日未作说明且未到红牌",
            en="the yellow card is unanswered after 2 working days and no red card is due yet",
            result_zh="红牌",
            result_en="red card",
        ),
        Row(
            holds=lambda i: _number(i, "red_reply_rejected") >= 2 and _number(i, "base") < 4,
            outputs=_escalated(4),
            zh="红牌说明被退回2次以上且未到上报上级",
            en="the reply to the red card was rejected twice or more and no report is due yet",
            result_zh="上报上级",
            result_en="reported to the superior",
        ),
        Row(
            holds=lambda _inputs: True,
            outputs=lambda i: {"level": i["base"], "extra": False},
            zh="其他情形",
            en="anything else",
            result_zh="按基准级别",
            result_en="the base level",
        ),
    ),
)

TABLES: Mapping[str, Table] = {table.id: table for table in (D1_SEVERITY, D2_LEVEL)}
