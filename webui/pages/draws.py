"""抽签记录: what was promised and what came out of it; one draw, drawn again when it is looked at."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext, ngettext

from engine.errors import NotFound
from engine.model.draw_check import check_draws
from engine.queries import draws as queries
from engine.queries.draws import DrawFilter, LoggedDraw
from engine.queries.frame import frame_of
from webui.api.draws import told
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.draw_views import DrawLine, DrawPage, DrawsPage, Lot, TeamLine
from webui.pages.framing import frame
from webui.pages.listings import unit_names
from webui.pages.monitor_views import Choice
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.words import listed, say
from webui.service import current_engine

READERS = "role:inspector|unit_leader|auditor"
_KINDS, _STATES = ("inspection", "verify", "recheck"), ("committed", "drawn", "cancelled")
_ROWS = 30
_LAST = 1_000_000  #: place of what was not drawn


@blueprint.get("/draws")
@rule(READERS)
def show_draws() -> str:
    engine, person = current_engine(), current_person()
    kind, state = _known("kind", _KINDS), _known("state", _STATES)
    found = queries.draws(
        engine, person, DrawFilter(kind=kind, state=state), cursor=request.args.get("after", ""), limit=_ROWS
    )
    names = unit_names(short=True)
    kept = "".join(f"&{name}={value}" for name, value in (("kind", kind), ("state", state)) if value)
    page = DrawsPage(
        frame=frame(frame_of(engine, person), "questions"),
        choices=(
            _choice("kind", gettext("用途"), [(one, kind_word(one)) for one in _KINDS], kind),
            _choice("state", gettext("状态"), [(one, state_word(one)) for one in _STATES], state),
        ),
        clear_href="/draws" if kind or state else "",
        lines=tuple(_line(row, names) for row in found.rows),
        next_href=f"/draws?after={found.next_cursor}{kept}" if found.next_cursor else "",
    )
    return render(page)


@blueprint.get("/draws/<uuid:draw_id>")
@rule(READERS)
def show_draw(draw_id: UUID) -> str:
    engine, person = current_engine(), current_person()
    found = queries.draws(engine, person, DrawFilter(id=draw_id), limit=1)
    if not found.rows:
        raise NotFound(f"There is no draw {draw_id}.", id=str(draw_id))
    (row,) = found.rows
    return render(_page(row))


def kind_word(kind: str) -> str:
    """What a draw is for."""
    words = {"inspection": gettext("督查对象"), "verify": gettext("轻微问题核验"), "recheck": gettext("回头看")}
    return str(words.get(kind, kind))


def state_word(state: str) -> str:
    words = {"committed": gettext("已承诺，待抽取"), "drawn": gettext("已抽取"), "cancelled": gettext("已作废")}
    return str(words.get(state, state))


def _known(name: str, values: tuple[str, ...]) -> str:
    asked = request.args.get(name, "")
    return asked if asked in values else ""


def _choice(name: str, label: str, values: list[tuple[str, str]], chosen: str) -> Choice:
    options = tuple(Option(value=value, label=text, selected=value == chosen) for value, text in values)
    return Choice(name=name, label=str(label), options=options)


def _line(row: LoggedDraw, names: dict[str, str]) -> DrawLine:
    drawn = row.drawn
    return DrawLine(
        href=f"/draws/{row.id}",
        kind=kind_word(row.kind),
        unit=names.get(row.unit, row.unit),
        slot=row.slot,
        attempt=row.attempt,
        state=state_word(row.state),
        light={"committed": "yellow", "drawn": "blue"}.get(row.state, "grey"),
        committed_at=row.committed_at,
        commitment=row.commitment.hex()[:16],
        result=str(ngettext("抽出 %(num)s 个", "抽出 %(num)s 个", len(drawn))) if drawn is not None else row.reason,
    )


def _page(row: LoggedDraw) -> DrawPage:
    engine, person = current_engine(), current_person()
    names = unit_names(short=True)
    with engine.reading(person) as tx:
        organization = engine.reference(tx).organization
    order = {code: number for number, code in enumerate(row.drawn or (), 1)}
    findings = list(check_draws([_plain(row)]))
    is_told = row.state == "drawn" and row.pool is not None
    return DrawPage(
        frame=frame(frame_of(engine, person), "questions"),
        line=_line(row, names),
        commitment=row.commitment.hex(),
        committed_by=organization.person_name(row.committed_by),
        ended_at=row.ended_at,
        reason=row.reason,
        anchor=row.anchor_no,
        root=row.root.hex() if row.root is not None else "",
        seed=row.seed.hex() if row.seed is not None else "",
        size=row.size or 0,
        lots=tuple(
            Lot(
                name=names.get(str(lot["code"]), str(lot["code"])),
                weight=str(lot["weight"]),
                is_first=bool(lot.get("first")),
                place=order.get(str(lot["code"]), 0),
            )
            for lot in sorted(row.pool or (), key=lambda lot: (order.get(str(lot["code"]), _LAST), lot["code"]))
        ),
        teams=tuple(
            TeamLine(unit=names.get(unit, unit), people=listed([organization.person_name(p) for p in team["team"]]))
            for unit, team in row.teams.items()
        ),
        is_told=is_told,
        is_secret=row.state == "drawn" and not row.is_open,
        findings=tuple(say(finding.zh, finding.en) for finding in findings),
        case_href=f"/case/{row.instance_id}" if row.is_open else "",
        data_href=f"/api/v1/draws?id={row.id}",
    )


def _plain(row: LoggedDraw) -> dict[str, Any]:
    """As the API tells it: what is checked here is what anybody can check."""
    return asdict(told(row))
