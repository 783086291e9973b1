"""What questions 1 to 8 count: duties, red tasks, cards and problems, most of them of the half-year 2025H2."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from engine.store import tables as t
from tests.integration.questions.given import Given, day

TOP, COUNTY, OTHER = "532500-ZF", "532503-ZF", "532501-ZF"
GA, FY, JC, SF, OTHER_GA = "532503-GA", "532503-FY", "532503-JC", "532503-SF", "532501-GA"
LEADER = "u035"  #: of the committee of 532503


def first_questions(given: Given) -> None:
    """All of them."""
    _studies(given)
    _duties(given)
    _red_tasks(given)
    _cards(given)
    _problems(given)


def _studies(given: Given) -> None:
    """2026H2. 公安局 has met, 法院 and 司法局 are on their way, 检察院, the committee and 个旧 have not begun."""
    for unit, told in ((GA, {"meeting_date": "2026-09-10"}), (FY, {}), (SF, {})):
        case = given.case("P02_PUSH", unit, "2026-07-01", issuer_unit=COUNTY, variables=told | {"period": "2026H2"})
        name = "归档纪要" if told else "召开专题研究会"
        given.task(case, "P02_T4", unit, "2026-11-02", key="P02_PUSH", name=name, name_en="Hold the study")
    given.case("P02_PUSH", JC, "2026-03-02", variables={"period": "2026H1", "meeting_date": "2026-05-06"})


def _duties(given: Given) -> None:
    """2025H2: one in each state. The committee owes two in December 2026, one in January, and is late with O11."""
    given.owed("O05", "2025H2", GA, "2025-12-31", done_on="2025-11-03", dated_on="2025-11-03")
    given.owed("O06", "2025H2", GA, "2025-12-31")
    given.owed("O05", "2025H2", FY, "2025-12-31", done_on="2026-01-12", dated_on="2026-01-12")
    given.owed("O06", "2025H2", FY, "2025-12-31", waived_at=day("2025-12-01"), waived_by=LEADER)
    given.owed("O05", "2025H2", OTHER_GA, "2025-12-31")
    given.owed("O05", "2026H2", COUNTY, "2026-12-31")
    given.owed("O06", "2026H2", COUNTY, "2026-12-15")
    given.owed("O07", "2026H2", COUNTY, "2027-01-05")


def _red_tasks(given: Given) -> None:
    """蒙自: two red ones, one suspended, one in time; 个旧: one red."""
    for unit, due, changes in (
        (GA, date(2026, 11, 20), {"ladder_level": 3, "assignee": "u101"}),
        (FY, date(2026, 11, 27), {"ladder_level": 1}),
        (JC, date(2026, 11, 2), {"state": "suspended"}),
        (GA, date(2026, 12, 2), {}),
        (OTHER_GA, date(2026, 11, 2), {"ladder_level": 4}),
    ):
        case = given.case("P03_TRAIN", unit, "2026-10-09")
        told = {"ladder_profile": "STD", "due_on": due, **changes}
        given.task(case, "P03_T1", unit, "2026-10-09", key="P03_TRAIN", **told)  # type: ignore[arg-type]


def _cards(given: Given) -> None:
    """公安局: a second yellow within the year, one withdrawn, one red; 法院: one under objection, never answered."""

    def card(unit: str, level: int, on: str, **changes: Any) -> None:
        given.add(
            t.card,
            {
                "no": f"PK-{uuid4().hex[:8]}",
                "level": level,
                "state": "issued",
                "unit": unit,
                "issuer_unit": OTHER if unit == OTHER_GA else COUNTY,
                "instance_id": uuid4(),
                "issued_on": date.fromisoformat(on),
                "issued_at": day(on),
                "effective_on": date.fromisoformat(on),
            }
            | changes,
        )

    card(GA, 2, "2025-03-10")
    card(GA, 2, "2025-08-04", answer_due_on=date(2025, 8, 6), answered_at=day("2025-08-06"))
    card(GA, 2, "2025-09-01", state="withdrawn", answer_due_on=date(2025, 9, 3))
    card(GA, 3, "2025-10-10")
    card(FY, 2, "2025-11-03", state="objected", answer_due_on=date(2025, 11, 5))
    card(OTHER_GA, 2, "2025-08-01", answer_due_on=date(2025, 8, 5), answered_at=day("2025-08-06"))


def _problems(given: Given) -> None:
    """2025H2. 公安局: closed in time, closed late after an extension; 法院: extended and late; 检察院: sealed."""

    def problem(unit: str, on: str, severity: str, source: str, **changes: Any) -> UUID:
        told = {"source": source, "nature": "作风细节"} | changes.pop("told", {})
        row = {"issuer_unit": COUNTY, "severity": severity, "case_state": "整改中", "variables": told}
        return given.case("S1_RECTIFY", unit, on, **row | changes)

    def extended(case: UUID, working_days: int) -> None:
        told = {"working_days": working_days}
        row = {"id": uuid4(), "instance_id": case, "kind": "extended", "explanation": told, "at": day("2025-09-08")}
        given.add(t.deadline_entry, row | {"actor": LEADER})

    def did(case: UUID, unit: str, created: str, due: date, done: str = "") -> None:
        given.task(
            case, "S1_T5", unit, created, key="S1_RECTIFY", done=done, due_on=due, case_issuer_unit=COUNTY
        )  # fmt: skip

    soon = problem(
        GA, "2025-07-10", "B", "督查", case_state="已归档", ended_at=day("2025-10-09"), delivered_at=day("2025-07-14"),
        told={"closed_on": "2025-08-01", "returns": 0},
    )  # fmt: skip
    did(soon, GA, "2025-07-14", date(2025, 7, 25), "2025-07-18")
    late = problem(
        GA, "2025-08-05", "C", "督查", case_state="已归档", ended_at=day("2025-12-30"), delivered_at=day("2025-08-08"),
        marks=["已延期", "逾期办结"], told={"closed_on": "2025-10-20", "returns": 2, "nature": "制度不落实"},
    )  # fmt: skip
    did(late, GA, "2025-08-11", date(2025, 8, 22), "2025-08-29")
    extended(late, 10)
    running = problem(
        FY, "2025-09-01", "C", "举报核实", marks=["已延期"], limit_at=day("2025-10-10"), told={"returns": 1}
    )
    did(running, FY, "2025-09-02", date(2027, 1, 4))
    extended(running, 5)
    problem(JC, "2025-09-02", "D", "举报核实", case_state="已转查处", sealed=True, told={"returns": 4})
    problem(GA, "2025-03-03", "B", "自查", told={"returns": 3})
    problem(
        OTHER_GA, "2025-09-03", "A", "督查", issuer_unit=OTHER, case_state="已销号", told={"closed_on": "2025-09-20"}
    )
