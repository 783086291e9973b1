"""Services of P05_SUPERVISE: the round of an inspection, from its plan to its bulletin (domain.md §2 P05)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from engine.commands.case_step import StartRequest
from engine.commands.proving import open_event
from engine.commands.services.decisions import version_for
from engine.commands.services.drawing import INSPECTION, Team, codes_of, conclude, promise, promised, secret_of
from engine.decisions.parameters import with_params
from engine.errors import InputRejected
from engine.model import case_titles
from engine.model.clock import local_day
from engine.model.draw import Lot
from engine.model.inspection import repeated_topics
from engine.model.organization import COMMISSION
from engine.model.period import Period
from engine.model.recusal import CaseParties, reasons_against
from engine.model.step import PersonId, ServiceCall
from engine.model.windows import is_window, window_of

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

VISIT = "P05B_VISIT"
NODE, REGULAR, SPECIAL = "节点", "经常", "专项"
_LAST_QUARTER = 4
_USUAL_TEAM = 2  #: the least that D6 draws for a unit; the plan may ask for up to four


def open_round(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """A round begins: sealed, numbered, with the window that its start gives. The plan may say otherwise."""
    calendar, params, data = step.reference.calendar, step.reference.params, call.data
    code = str(data.get("period") or "")
    title, known = str(data.get("title") or ""), cast("dict[str, object]", {})
    if is_window(code):
        window = window_of(code, calendar, params)
        title = case_titles.WINDOW_ROUND.written(window=window.labels[0])
        known = {"kind": NODE, "window_from": window.first_day.isoformat(), "window_to": window.last_day.isoformat()}
    elif code:
        period = Period.parse(code)
        title = case_titles.QUARTER_ROUND.written(year=period.year, number=period.number)
        last = calendar.last_working_day("quarter", period.first_day)
        known = {"kind": REGULAR, "window_from": step.today.isoformat(), "window_to": last.isoformat()}
    elif data.get("topic"):
        title = case_titles.TOPIC_ROUND.written(topic=data["topic"])
        known = {"kind": SPECIAL}
    if not step.unit:  # by a message: the round is that of the inspector who sent it
        step.changes["unit"] = step.reference.organization.home_unit(step.by)
    title = title or case_titles.ROUND.zh
    step.changes |= {"sealed": True, "title": title, "business_no": step.number("DC", step.unit)}
    known["team_size"] = _USUAL_TEAM
    if (known.get("kind") or data.get("kind")) == SPECIAL:
        _owe_special(step, call)
    return {"title": title, "business_no": step.changes["business_no"], "unit": step.unit, **known}


def weigh_units(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """How many units are in the pool of D6. Pool and weights stay secret until the draw."""
    return {"pool_size": len(_lots(step, call.data)), "node_window": call.data.get("kind") == NODE}


def commit_draw(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Publish the commitment to the draw of units; the draw follows with the next hourly anchor.

    A round that its plan has made a special one is owed from here on.
    """
    if call.data.get("kind") == SPECIAL:
        _owe_special(step, call)
    row, _ = promise(step, INSPECTION, _slot(step, call.data), _lots(step, call.data), _size(call.data), unit=step.unit)
    return promised(row)


def draw_round(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Draw the units, and for each its team; whoever is drawn leads it where he is of the organizer's unit."""
    secret, anchor = secret_of(step, call)
    size = int(str(call.data.get("team_size") or _USUAL_TEAM))
    teams = {unit: Team(pool=_inspectors(step, unit, size), size=size) for unit in codes_of(secret, anchor)}
    for unit, team in teams.items():
        if len(team.pool) < size:
            raise InputRejected(
                f"督查{unit}的合格督查员不足{size}人，请补充督查员或减少督查组人数。",
                f"Fewer than {size} inspectors may inspect {unit}: name more, or plan smaller teams.",
                unit=unit,
            )
    drawn = conclude(step, secret, anchor, teams)
    organization = step.reference.organization
    visits = [
        {
            "target": unit,
            "team": list(drawn.teams[unit]),
            "team_lead": _lead(drawn.teams[unit], lambda person: organization.home_unit(person) == step.unit),
        }
        for unit in drawn.codes
    ]
    return {"visits": visits, "visit_results": [], "visits_open": len(visits)}


def dispatch_visit(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Begin the visit of one unit: a case of its own, which its team alone sees."""
    visit = cast("Mapping[str, Any]", call.element)
    told = ("kind", "topics", "window_from", "window_to", "business_no", "draw_id", "title")
    step.starts.append(
        StartRequest(
            key=VISIT,
            unit=step.unit,
            variables={**{name: call.data[name] for name in told if name in call.data}, **visit, "unit": step.unit},
            sealed=True,
            parties=tuple(PersonId(person) for person in visit["team"]),
        )
    )
    return {}


def gather_visit(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """A visit has reported. When the last one has, the round is no secret any more."""
    results = [*call.data.get("visit_results", []), call.data["visit_result"]]  # type: ignore[misc]
    still_open = int(str(call.data["visits_open"])) - 1
    if still_open == 0:
        step.changes["sealed"] = False
        step.note("unsealed")
    return {"visit_results": results, "visits_open": still_open, "visit_result": None}


def sum_up_round(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """What was found in all units. Topics that call for a special round are told to the organizer's inspectors."""
    results = cast("Sequence[Mapping[str, Any]]", call.data["visit_results"])
    count = sum(int(result["accepted"]) for result in results)
    repeated = repeated_topics(results)
    if repeated:
        people = step.reference.organization.members("inspector", step.unit, step.today)
        step.tell_all(map(PersonId, people), "same_topic", topics="、".join(repeated))
    return {
        "accepted_total": count,
        "same_topics": repeated,
        "same_topics_text": "、".join(repeated),
        "last_visit_on": max(str(result["visited_on"]) for result in results),
    }


def _owe_special(step: CaseStep, call: ServiceCall) -> None:
    """O17: ordered, so owed until a bulletin is out. One that waits already, of a plan withdrawn, is the same."""
    open_event(step, call.node_id, {"obligation": "O17"})


def _slot(step: CaseStep, data: Mapping[str, object]) -> str:
    """For what a unit draws once: the window, the quarter, or this round where it is ordered by itself."""
    if data.get("period"):
        return str(data["period"])
    if data.get("kind") == NODE:
        return f"{data['window_from']}/{data['window_to']}"
    return str(step.instance_id)


def _lots(step: CaseStep, data: Mapping[str, object]) -> list[Lot]:
    """The pool: units that D6 lets in, by its weight. Raises InputRejected where nobody is left."""
    organization, tx, on = step.reference.organization, step.tx, step.today
    units = organization.children(step.unit)
    visits, overdue, zero = tx.last_visits(units), tx.overdue_problems(units), tx.zero_statements(units, on)
    question = version_for(step, "D6_SAMPLING").question
    lots = []
    for unit in units:
        visited = local_day(visits[unit]) if unit in visits else None
        inputs = {
            "drawn_on": on.isoformat(),
            "last_visit": visited.isoformat() if visited is not None else None,
            "special": data.get("kind") == SPECIAL,
            "overdue_problems": overdue.get(unit, 0),
            "last_grade": None,
            "zero_statement": unit in zero,
        }
        answer = cast("Mapping[str, Any]", question.ask(with_params(inputs, step.reference.params)).value)
        if answer["eligible"]:
            first = Period.containing("quarter", on).number == _LAST_QUARTER and (
                visited is None or visited.year < on.year
            )
            lots.append(Lot(code=unit, weight=Decimal(str(answer["weight"])), is_first=first))
    if not lots:
        raise InputRejected(
            "辖内单位近期均已督查，没有可以抽取的单位。请退回方案，推后督查时间，或者改为专项督查。",
            "Every unit below was visited lately, so nobody is left to be drawn. Return the plan: put the inspection "
            "off, or make it a special round.",
            cause="empty_pool",
        )
    return lots


def _size(data: Mapping[str, object]) -> int:
    return int(Decimal(str(data["sample_size"])))


def _inspectors(step: CaseStep, target: str, needed: int) -> dict[str, str]:
    """Who may inspect the unit, {person: home unit}: of the organizer and 532500-ZF, of all others where that is too
    few or all of one unit (domain.md §1.5, §1.6)."""
    found: dict[str, str] = {}
    for units in _commissions(step):
        found |= {person: unit for unit in units for person in _able(step, unit, target)}
        if len(found) >= needed and len(set(found.values())) > 1:
            break
    return found


def _commissions(step: CaseStep) -> Iterator[tuple[str, ...]]:
    organization = step.reference.organization
    near = tuple(dict.fromkeys((step.unit, organization.top())))
    yield near
    yield tuple(unit for unit in organization.commissions() if unit not in near and unit.endswith(f"-{COMMISSION}"))


def _able(step: CaseStep, unit: str, target: str) -> list[str]:
    reference, on = step.reference, step.today
    case = CaseParties(relations=reference.relations, inspected_unit=target)
    return [
        person
        for person in reference.organization.members("inspector", unit, on)
        if not reference.organization.is_absent(person, on)
        and not reasons_against(
            person,
            case,
            reference.organization,
            on,
            stage="inspect",
            is_check=True,
            colleague_years=reference.params.number("recusal_former_colleague_years"),
            served_years=reference.params.number("recusal_served_years"),
        )
    ]


def _lead(team: Sequence[str], is_own: Any) -> str:
    return next(filter(is_own, team), team[0])


SERVICES = {
    f.__name__: f
    for f in (open_round, weigh_units, commit_draw, draw_round, dispatch_visit, gather_visit, sum_up_round)
}
