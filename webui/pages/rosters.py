"""值班表: a month of a unit; kept by the unit itself or its administrator, read from above."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import organization
from engine.commands.organization import LinesRejected
from engine.errors import InputRejected
from engine.model.organization import RosterEntry
from engine.model.roster import DUTY, ROSTERS, RosterName
from engine.queries.rosters import DutyDay, RosterMonth, Turn, roster_month
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.changing import chosen, day
from webui.pages.forms import person_label
from webui.pages.framing import frame, with_said
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.roster_views import DutyCell, RosterPage, TurnLine
from webui.pages.words import language, unit_name
from webui.problems import detail_of
from webui.service import current_engine

MOST_CHARACTERS = 40_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@blueprint.get("/rosters")
@rule("signed_in")
def show_roster() -> str:
    return render(_page(request.args.get("unit", "")[:20], _month(request.args.get("month", "")), {}, {}))


@blueprint.post("/rosters/<code>")
@rule("signed_in")
def change_roster(code: str) -> Response | tuple[str, int]:
    """One turn, pasted lines, or the month before; what is refused comes back with its reason."""
    values = {name: text.strip()[:MOST_CHARACTERS] for name, text in request.form.items()}
    month, do = _month(values.get("month", "")), values.get("do", "")
    engine, by = current_engine(), current_person()
    try:
        if do == "paste":
            count = organization.enter_turns(engine, by, code, values.get("lines", ""))
        elif do == "copy":
            count = organization.copy_month(engine, by, code, (month or _first_month(code)).replace(day=1))
        else:
            organization.add_turn(engine, by, _turn(code, values))
            count = 1
    except LinesRejected as refused:
        problems = tuple(
            str(gettext("第%(number)s行：%(said)s", number=one.number, said=one.zh if language() == "zh" else one.en))
            for one in refused.problems
        )
        return render(_page(code, month, values, {}, problems)), 422
    except InputRejected as refused:
        return render(_page(code, month, values, {str(refused.facts.get("field") or ""): detail_of(refused)})), 422
    return redirect(with_said(_href(code, month), "roster_filled" if count else "roster_full"), 303)


@blueprint.post("/rosters/<code>/<uuid:turn_id>/end")
@rule("signed_in")
def end_turn(code: str, turn_id: UUID) -> Response:
    """A turn that has not begun is taken back, one that has ends with yesterday."""
    organization.end_turn(current_engine(), current_person(), code, turn_id)
    return redirect(with_said(_href(code, _month(request.form.get("month", ""))), "roster_filled"), 303)


def _page(
    code: str,
    month: date | None,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    problems: tuple[str, ...] = (),
) -> RosterPage:
    view = roster_month(current_engine(), current_person(), code, month)
    unit, first = view.unit.code, view.first
    return RosterPage(
        frame=frame(view.frame, "manage"),
        unit=unit_name(view.unit),
        code=unit,
        month=f"{first:%Y-%m}",
        title=str(gettext("%(year)s年%(month)s月", year=first.year, month=first.month)),
        cells=(
            *(DutyCell(),) * first.weekday(),
            *(_cell(one, view.today) for one in view.days),
            *(DutyCell(),) * (-(first.weekday() + len(view.days)) % 7),
        ),
        lacking=sum(bool(one.lacks) for one in view.days),
        turns=tuple(_line(view, turn) for turn in view.turns),
        units=tuple(
            Option(value=one.code, label=unit_name(one, short=True), selected=one.code == unit) for one in view.units
        ),
        previous_href=_href(unit, first - timedelta(days=1)),
        next_href=_href(unit, first + timedelta(days=31)),
        may_change=view.may_change,
        post_url=f"/rosters/{unit}",
        rosters=tuple(Option(value=one, label=roster_word(one)) for one in ROSTERS),
        people=tuple(Option(value=one.id, label=f"{person_label(one)} · {one.id}") for one in view.people),
        values=values,
        errors=errors,
        problems=problems,
    )


def roster_word(roster: str) -> str:
    """What a roster is called."""
    return str(gettext("值班员") if roster == DUTY else gettext("值班领导"))


def _cell(one: DutyDay, today: date) -> DutyCell:
    return DutyCell(
        number=one.day.day,
        day=one.day,
        is_off=not one.is_working,
        is_today=one.day == today,
        leaders=one.leaders,
        duty=one.duty,
        lacks=tuple(roster_word(roster) for roster in one.lacks),
    )


def _line(view: RosterMonth, turn: Turn) -> TurnLine:
    return TurnLine(
        name=turn.name,
        account=turn.person,
        roster=roster_word(turn.roster),
        first_day=turn.first_day,
        last_day=turn.last_day,
        is_now=turn.is_now,
        end_url=f"/rosters/{view.unit.code}/{turn.id}/end" if view.may_change else "",
    )


def _turn(code: str, values: Mapping[str, str]) -> RosterEntry:
    roster: RosterName = "duty_leader" if values.get("roster") == "duty_leader" else DUTY
    first = day(values, "first_day")
    view = roster_month(current_engine(), current_person(), code)
    return RosterEntry(
        name=roster,
        unit=code,
        person=chosen(values, "person", [one.id for one in view.people]),
        first_day=first,
        last_day=day(values, "last_day") if values.get("last_day") else first,
    )


def _href(code: str, month: date | None) -> str:
    more = {"month": f"{month:%Y-%m}"} if month is not None else {}
    return f"/rosters?{urlencode({'unit': code, **more})}"


def _first_month(code: str) -> date:
    return roster_month(current_engine(), current_person(), code).first


def _month(text: str) -> date | None:
    """ "2026-12" """
    year, _, number = text.partition("-")
    if not (year.isdecimal() and number.isdecimal() and len(text) <= 7):
        return None
    if not (_FIRST_YEAR <= int(year) <= _LAST_YEAR and 1 <= int(number) <= 12):
        return None
    return date(int(year), int(number), 1)
