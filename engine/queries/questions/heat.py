"""Q2 履责热力表: how the duties of a period stand, by unit, by duty, or by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.model.declared_words import Words
from engine.model.obligation_rules import Catalogue
from engine.queries.obligation_matrix import Tally, summed, tallies_by_unit
from engine.queries.obligations import ObligationFilter
from engine.queries.questions.question import (
    Asked,
    Bars,
    Choice,
    Found,
    Listed,
    Question,
    Reading,
    column,
    option,
    total,
)

By = Literal["unit", "duty", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyTally:
    """One unit, one duty, or one duty of one unit, in one period."""

    unit: str | None
    code: str | None
    name: Words | None  #: of the duty
    tally: Tally
    period: str

    @property
    def rate(self) -> float | None:
        """Done, in time or late, of what is owed."""
        return self.tally.done / self.tally.owed if self.tally.owed else None


def duty_tallies(found: Mapping[tuple[str, str], Tally], known: Catalogue, period: str, by: By) -> Sequence[DutyTally]:
    """By unit and duty; found: {(unit, code): how many stand where}."""
    parts: dict[tuple[str | None, str | None], list[Tally]] = {}
    for (unit, code), tally in found.items():
        parts.setdefault((None if by == "duty" else unit, None if by == "unit" else code), []).append(tally)
    return [
        DutyTally(
            unit=unit,
            code=code,
            name=Words(zh=known.rule(code).zh, en=known.rule(code).en) if code is not None else None,
            tally=summed(tallies),
            period=period,
        )
        for (unit, code), tallies in sorted(parts.items(), key=lambda part: (part[0][0] or "", part[0][1] or ""))
    ]


_BY: Mapping[str, By] = {"unit": "unit", "duty": "duty", "both": "both"}


def _answer(reading: Reading, asked: Asked) -> Found[DutyTally]:
    known, place = reading.tx.obligation_catalogue(), asked.narrowing
    wanted = ObligationFilter(region=place.region, type=place.type, period=asked.span.code)
    found = tallies_by_unit(reading.tx, reading.reference, known, wanted)
    whole = summed(found.values())
    return Found(
        rows=duty_tallies(found, known, asked.span.code, _BY[asked.options["by"]]),
        totals=(
            total("owed", "应履行", "owed", whole.owed),
            total("done", "已完成", "done", whole.of("done")),
            total("done_late", "逾期办结", "done late", whole.of("done_late")),
            total("overdue", "逾期", "overdue", whole.of("overdue")),
            total("rate", "完成率", "done of owed", whole.done / whole.owed if whole.owed else None, "percent"),
        ),
    )


def _list(row: DutyTally, _asked: Asked) -> Listed:
    asked = {"unit": row.unit or "", "code": row.code or "", "period": row.period}
    return Listed(of="obligations", filters={name: value for name, value in asked.items() if value})


HEAT: Question[DutyTally] = Question(
    number=2,
    group="duties",
    title=Words(zh="履责热力表", en="Duties by unit"),
    asks=Words(
        zh="各单位、各项义务本期完成得怎样，哪里逾期？",
        en="How far has each unit got with each duty of the period, and where is it overdue?",
    ),
    counts=Words(
        zh="期间与所选期间有交集的全部义务，按今天的状态计数；完成率＝（已完成＋逾期办结）÷（全部－免除）。"
        "不再承担的义务不计。",
        en="All obligations whose period touches the chosen one, by their state today; rate = (done + done late) ÷ "
        "(all − waived). What is no longer owed does not count.",
    ),
    period="half",
    choices=(
        Choice(
            name="by",
            words=Words(zh="统计方式", en="Rows"),
            options=(
                option("unit", "按单位", "By unit"),
                option("duty", "按义务", "By duty"),
                option("both", "单位×义务", "Unit × duty"),
            ),
        ),
    ),
    columns=(
        column("unit", "单位", "Unit", lambda row: row.unit, "unit"),
        column("code", "编号", "Code", lambda row: row.code),
        column("duty", "义务", "Duty", lambda row: row.name, wide=True),
        column("done", "已完成", "Done", lambda row: row.tally.of("done"), "number"),
        column("done_late", "逾期办结", "Done late", lambda row: row.tally.of("done_late"), "number"),
        column("open", "进行中", "In progress", lambda row: row.tally.of("open"), "number"),
        column("overdue", "逾期", "Overdue", lambda row: row.tally.of("overdue"), "number"),
        column("upcoming", "未到期", "Not due yet", lambda row: row.tally.of("upcoming"), "number"),
        column("waived", "免除", "Waived", lambda row: row.tally.of("waived"), "number"),
        column("rate", "完成率", "Rate", lambda row: row.rate, "percent"),
    ),
    answer=_answer,
    lists=_list,
    bars=Bars(parts=("done", "done_late", "open", "overdue")),
)
