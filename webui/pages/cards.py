"""牌卡: the list by unit and half-year with its counts, and one card as a paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext, ngettext

from engine.model.clock import local_day
from engine.queries import cards as queries
from engine.queries.card_views import CardsView, CardView, card_view, cards_view
from engine.queries.cards import CardFilter
from engine.queries.paging import MAX_LIMIT
from engine.store.cards import CardRow
from webui.auth import current_person, rule
from webui.export import wanted_format
from webui.pages import listings
from webui.pages.blueprint import blueprint
from webui.pages.card_views import CardFilterView, CardLine, CardPage, CardsPage, ObjectionLine, Tally
from webui.pages.card_words import card_status
from webui.pages.deadlines import short_day
from webui.pages.framing import frame
from webui.pages.parts import Fact, Option
from webui.pages.rendering import render
from webui.pages.sent import filled_forms
from webui.pages.words import case_title, level_of_plate, plate_of_level, plate_word, say, unit_name
from webui.service import current_engine

_PLATES = ("urge", "yellow", "red", "report", "propose")
_NAMES = ("region", "unit", "half", "level", "state", "answered", "objection")
_YES_NO = {"yes": True, "no": False}


@blueprint.get("/cards")
@rule("role:inspector|unit_leader")
def show_cards() -> str | Response:
    wanted = _wanted()
    if (file := wanted_format()) is not None:
        engine, person = current_engine(), current_person()
        columns = listings.card_columns(listings.unit_names())
        return listings.as_file(
            "cards",
            str(gettext("牌卡")),
            columns,
            lambda at: queries.cards(engine, person, wanted, cursor=at, limit=MAX_LIMIT),
            file,
        )
    view = cards_view(current_engine(), current_person(), wanted, cursor=request.args.get("after", ""))
    return render(_list(view))


@blueprint.get("/card/<string:number>")
@rule("signed_in")
def show_card(number: str) -> str:
    return render(_paper(card_view(current_engine(), current_person(), number)))


def _wanted() -> CardFilter:
    """What the address asks for; what it does not know it leaves out."""
    asked = request.args
    state = asked.get("state", "")
    half = asked.get("half", "")
    return CardFilter(
        region=asked.get("region", "")[:10],
        unit=asked.get("unit", "")[:40],
        half=half if len(half) == 6 and half[:4].isdecimal() and half[4:] in {"H1", "H2"} else "",
        level=level_of_plate(asked.get("level", "")),
        state=state if state in {"issued", "objected", "withdrawn"} else "",
        answered=_YES_NO.get(asked.get("answered", "")),
        has_objection=_YES_NO.get(asked.get("objection", "")),
    )


def _list(view: CardsView) -> CardsPage:
    kept = {name: request.args.get(name, "") for name in _NAMES}
    following = urlencode({name: value for name, value in {**kept, "after": view.next_cursor}.items() if value})
    names = {code: unit_name(unit, short=True) for code, unit in view.units.items()}
    return CardsPage(
        frame=frame(view.frame, "cards"),
        filters=tuple(_filters(view, kept)),
        tallies=tuple(
            Tally(plate=plate, count=view.counts.get(level, 0))
            for level in range(1, 6)
            if (plate := plate_of_level(level)) is not None
        ),
        withdrawn=view.withdrawn,
        rows=tuple(_line(row, names, view) for row in view.rows),
        clear_href="/cards" if any(kept.values()) else "",
        next_href=f"/cards?{following}" if view.next_cursor else "",
    )


def _filters(view: CardsView, kept: dict[str, str]) -> Iterable[CardFilterView]:
    def offered(name: str, label: str, choices: Iterable[tuple[str, str]]) -> CardFilterView:
        options = tuple(Option(value=v, label=words, selected=v == kept[name]) for v, words in choices)
        return CardFilterView(name=name, label=label, options=options)  # type: ignore[arg-type]

    if len(view.regions) > 1:
        yield offered("region", gettext("地区"), [(one.code, say(one.zh, one.en)) for one in view.regions])
    own = [(code, unit_name(unit, short=True)) for code, unit in view.units.items()]
    region = kept["region"]
    yield offered("unit", gettext("责任单位"), [one for one in own if not region or one[0].startswith(f"{region}-")])
    yield offered("half", gettext("半年度"), [(half, _half_words(half)) for half in view.halves])
    yield offered("level", gettext("牌卡"), [(plate, plate_word(plate)) for plate in _PLATES])  # type: ignore[arg-type]
    states = ("issued", "objected", "withdrawn")
    yield offered("state", gettext("状态"), [(state, listings.card_state_word(state)) for state in states])
    yes_no = [("yes", gettext("已答复")), ("no", gettext("未答复"))]
    yield offered("answered", gettext("书面说明"), yes_no)
    yield offered("objection", gettext("异议"), [("yes", gettext("有异议")), ("no", gettext("无异议"))])


def _half_words(code: str) -> str:
    """ "2026 年下半年" """
    year = code[:4]
    return str(
        gettext("%(year)s 年上半年", year=year) if code.endswith("H1") else gettext("%(year)s 年下半年", year=year)
    )


def _line(row: CardRow, names: dict[str, str], view: CardsView | CardView) -> CardLine:
    waits = row.answered_at is None and not row.is_withdrawn
    return CardLine(
        number=row.no,
        href=f"/card/{row.no}",
        plate=plate_of_level(row.level) or "urge",
        title=case_title(row.title),
        unit=names.get(row.unit, row.unit),
        issued_on=row.issued_on,
        status=card_status(row, local_day(view.frame.now)),
        withdrawn=row.is_withdrawn,
        answer_by=row.answer_due_on if waits else None,
    )


def _paper(view: CardView) -> CardPage:
    card, today = view.paper.card, local_day(view.frame.now)
    answer = filled_forms((view.answer,), ()) if view.answer is not None else ()
    unit = unit_name(view.paper.to_unit)
    return CardPage(
        frame=frame(view.frame, "cards"),
        number=card.no,
        plate=plate_of_level(card.level) or "urge",
        title=case_title(card.title),
        status=card_status(card, today),
        withdrawn=card.is_withdrawn,
        facts=tuple(_facts(view)),
        counts=_counts(view),
        answer=replace(answer[0], title=str(gettext("书面说明"))) if answer else None,
        answer_note=_answer_note(view),
        objections=tuple(
            ObjectionLine(
                who=view.people.get(one.filed_by, one.filed_by),
                at=one.filed_at,
                reason=one.reason,
                decision={"upheld": "撤回", "rejected": "维持"}.get(one.decision or "", ""),
                decided_by=view.people.get(one.decided_by or "", ""),
                decided_at=one.decided_at,
                decision_reason=one.decision_reason,
            )
            for one in view.objections
        ),
        kin=tuple(_line(row, {row.unit: unit}, view) for row in view.kin),
        case_href=f"/case/{view.case_href}" if view.case_href else "",
        paper_href=f"/document/{view.document_id}" if view.document_id is not None else "",
        file_href=f"/api/v1/documents/{view.document_id}/file" if view.document_id is not None else "",
        object_href=f"/card/{card.no}/object" if view.paper.objection_until is not None else "",
        object_until=view.paper.objection_until,
    )


def _facts(view: CardView) -> Iterable[Fact]:
    card, today = view.paper.card, local_day(view.frame.now)
    grounds = card.grounds
    href = f"/case/{view.case_href}" if view.case_href else ""
    yield Fact(label=str(gettext("事项")), text=case_title(card.title), number=view.case_no, href=href)
    yield Fact(label=str(gettext("责任单位")), text=unit_name(view.paper.to_unit))
    if view.paper.to:
        yield Fact(label=str(gettext("送达对象")), text=view.paper.to)
    yield Fact(label=str(gettext("签发单位")), text=unit_name(view.issuer))
    yield Fact(label=str(gettext("签发日期")), text=short_day(card.issued_on, today))
    if grounds.get("task"):
        yield Fact(label="本环节", text=say(str(grounds["task"]), ""))
    late = grounds.get("days_late")
    if grounds.get("due_on"):
        days = ngettext("逾期 %(num)s 个工作日", "逾期 %(num)s 个工作日", late) if isinstance(late, int) else ""
        yield Fact(
            label=str(gettext("签发依据")),
            text=str(gettext("应于 %(day)s 办结，%(late)s", day=grounds["due_on"], late=days)),
            strong=True,
        )
    if card.answer_due_on is not None:
        yield Fact(label=str(gettext("答复期限")), text=short_day(card.answer_due_on, today))


def _counts(view: CardView) -> str:
    """Whether and from when the card counts (domain.md §3 S2)."""
    card, today = view.paper.card, local_day(view.frame.now)
    if card.is_withdrawn:
        return str(gettext("已撤回：编号保留，不计入任何统计。"))
    if card.is_objected:
        return str(gettext("异议审定中：审定前不计入。"))
    if card.level not in {2, 3} or card.effective_on is None:
        return ""
    day = short_day(card.effective_on, today)
    if card.counts_on(today):
        return str(gettext("已生效，自 %(day)s 起计入。", day=day))
    return str(gettext("异议期内：无异议的，自 %(day)s 起生效并计入。", day=day))


def _answer_note(view: CardView) -> str:
    card, today = view.paper.card, local_day(view.frame.now)
    if card.answer_due_on is None or view.answer is not None:
        return ""
    if card.answered_at is not None:
        return str(gettext("已于 %(day)s 答复。", day=short_day(local_day(card.answered_at), today)))
    if card.is_withdrawn:
        return str(gettext("牌卡已撤回，无须答复。"))
    return str(gettext("尚未答复。"))
