"""报表: the questions of supervisors and analysts, as an index, as pages and as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext

from engine.model.period import Period
from engine.queries.questions.asking import Answer, Line, ask, filters_of, questions_of
from engine.queries.questions.catalogue import GROUPS, WAITING, Waiting
from engine.queries.questions.question import SUPERVISORS, AnyQuestion, Option
from engine.queries.questions.question import Choice as OwnChoice
from webui.auth import current_person, rule
from webui.export import Column, Format, Listing, asked_filters, export, wanted_format
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.listings import unit_names
from webui.pages.monitor_views import Choice
from webui.pages.monitor_words import region_name, type_name
from webui.pages.parts import Option as Chosen
from webui.pages.question_views import (
    Bar,
    BarChart,
    Figure,
    Head,
    LineView,
    QuestionGroup,
    QuestionLink,
    QuestionPage,
    QuestionsPage,
)
from webui.pages.question_words import NUMBERS, cell_view, file_cell, option_text, words
from webui.pages.rendering import render
from webui.pages.status import period_words
from webui.service import current_engine

ASKERS = "role:inspector|unit_leader|analyst|auditor"
_MOST_ROWS = 300  #: of a page; a file has all
_MOST_BARS = 30  #: more of them say less than the table
_THOUSAND = 1000


@blueprint.get("/questions")
@rule(ASKERS)
def show_questions() -> str:
    found = questions_of(current_engine(), current_person())
    roles = {role.code for role in found.frame.roles}
    supervises = bool(roles & SUPERVISORS)
    groups = (
        QuestionGroup(
            title=words(title),
            questions=(
                *(_link(question) for question in found.questions if question.group == group),
                *(_more() if group == "supervision" and roles & (SUPERVISORS | {"auditor"}) else ()),
            ),
        )
        for group, title in GROUPS.items()
    )
    page = QuestionsPage(
        frame=frame(found.frame, "questions"),
        groups=tuple(group for group in groups if group.questions),
        waiting=tuple(map(_waiting, WAITING)) if supervises else (),
    )
    return render(page)


@blueprint.get("/questions/<int:number>")
@rule(ASKERS)
def show_question(number: int) -> Response | str:
    given = {name: request.args.get(name, "") for name in filters_of(number)}
    found = ask(current_engine(), current_person(), number, given)
    if (wanted := wanted_format()) is not None:
        return answer_as_file(found, wanted)
    return render(_page(found))


def answer_as_file(found: Answer, wanted: Format) -> Response:
    """All of its rows; who takes it is noted."""
    return export(_listing(found), wanted)


def _link(question: AnyQuestion) -> QuestionLink:
    return QuestionLink(
        number=question.number,
        title=words(question.title),
        asks=words(question.asks),
        href=f"/questions/{question.number}",
    )


def _more() -> tuple[QuestionLink, ...]:
    """What belongs here without being a question of filters and rows."""
    asks = gettext("督查对象、核验和回头看是怎样抽出来的？可逐项核对。")
    return (QuestionLink(number=0, title=str(gettext("抽签记录")), asks=str(asks), href="/draws"),)


def _waiting(question: Waiting) -> QuestionLink:
    """Named, so that nobody looks for it; without an address, for there is nothing to ask yet."""
    needs = gettext("%(name)s（%(code)s）尚未启用", name=words(question.needs), code=question.code)
    return QuestionLink(number=question.number, title=words(question.title), asks=str(needs))


def _page(found: Answer) -> QuestionPage:
    question, names = found.question, unit_names(short=True)
    shown = [place for place in range(len(question.columns)) if _is_told(found, place)]
    choices = _choices(found)
    return QuestionPage(
        frame=frame(found.frame, "questions"),
        number=question.number,
        title=words(question.title),
        asks=words(question.asks),
        counts=words(question.counts),
        as_of=found.as_of,
        choices=choices,
        kept=(("sort", found.sort),) if found.sort else (),
        clear_href=f"/questions/{question.number}" if any(request.args.get(choice.name) for choice in choices) else "",
        figures=tuple(
            Figure(label=words(one.words), text=cell_view(one.value, one.kind, names).text) for one in found.totals
        ),
        heads=tuple(_head(found, place) for place in shown),
        lines=tuple(
            LineView(
                cells=tuple(cell_view(line.values[place], question.columns[place].kind, names) for place in shown),
                href=_href(line),
            )
            for line in found.lines[:_MOST_ROWS]
        ),
        more=max(0, len(found.lines) - _MOST_ROWS),
        chart=_chart(found, names),
        hidden=found.hidden,
        narrowed=_narrowed(choices),
    )


def _href(line: Line) -> str:
    if line.case is not None:
        return f"/case/{line.case}"
    if line.listed is None:
        return ""
    path = f"questions/{line.listed.of}" if isinstance(line.listed.of, int) else line.listed.of
    shown = {"view": "all"} if path == "obligations" else {}  # its page begins with what is unfinished
    return f"/{path}?{urlencode({**line.listed.filters, **shown})}"


def _is_told(found: Answer, place: int) -> bool:
    """A column without any value says nothing."""
    return not found.lines or any(line.values[place] is not None for line in found.lines)


def _head(found: Answer, place: int) -> Head:
    column = found.question.columns[place]
    is_up, is_down = found.sort == column.key, found.sort == f"-{column.key}"
    wanted = f"-{column.key}" if is_up or (column.kind in NUMBERS and not is_down) else column.key
    asked = ((name, request.args.get(name, "")) for name in filters_of(found.question.number) if name != "sort")
    kept = [(name, value) for name, value in asked if value]
    return Head(
        key=column.key,
        label=words(column.words),
        is_number=column.kind in NUMBERS,
        is_wide=column.is_wide,
        sort_href=f"/questions/{found.question.number}?{urlencode([*kept, ('sort', wanted)])}",
        sorted="ascending" if is_up else "descending" if is_down else "",
    )


def _choices(found: Answer) -> tuple[Choice, ...]:
    question, asked = found.question, found.asked
    place = (
        _choice("region", gettext("地区"), {code: region_name(code) for code in found.regions}, asked.narrowing.region),
        _choice("type", gettext("类型"), {code: type_name(code) for code in found.types}, asked.narrowing.type),
    )
    own = (_own_choice(choice, found.choices[choice.name], asked.options[choice.name]) for choice in question.choices)
    periods = {period.code: period_text(period) for period in found.periods}
    chosen = asked.period.code if asked.period is not None else ""
    return (
        *own,
        *((_choice("period", gettext("期间"), periods, chosen, whole=False),) if periods else ()),
        *(choice for choice in place if len(choice.options) > 1),
    )


def _choice(name: str, label: str, labels: Mapping[str, str], chosen: str, *, whole: bool = True) -> Choice:
    known = labels if not chosen or chosen in labels else {chosen: chosen, **labels}
    options = tuple(Chosen(value=value, label=text, selected=value == chosen) for value, text in known.items())
    return Choice(name=name, label=str(label), options=options, whole=whole)


def _own_choice(choice: OwnChoice, options: Sequence[Option], chosen: str) -> Choice:
    labels = {one.value: option_text(choice, one) for one in options}
    return _choice(choice.name, words(choice.words), labels, chosen, whole=False)


def period_text(period: Period) -> str:
    """ "2026 年", "2026 年下半年"."""
    return str(gettext("%(year)s 年", year=period.year)) if period.kind == "year" else period_words(period)


def _narrowed(choices: tuple[Choice, ...]) -> str:
    chosen = ((one.label, next((o.label for o in one.options if o.selected), "")) for one in choices)
    return " · ".join(f"{label} {text}" for label, text in chosen if text)


def _chart(found: Answer, names: Mapping[str, str]) -> BarChart | None:
    """Nothing where there is nothing to compare."""
    bars, columns = found.question.bars, found.question.columns
    if bars is None or not 2 <= len(found.lines) <= _MOST_BARS:
        return None
    place = {column.key: number for number, column in enumerate(columns)}
    names_row = place[bars.label] if bars.label else next(p for p in range(len(columns)) if _is_told(found, p))
    told = [(line, [_whole(line.values[place[part]]) for part in bars.parts]) for line in found.lines]
    longest = max((sum(parts) for _, parts in told), default=0)
    if not longest:
        return None
    drawn = []
    for line, parts in told:
        label = cell_view(line.values[names_row], columns[names_row].kind, names).text
        starts = [sum(parts[:number]) * _THOUSAND // longest for number in range(len(parts) + 1)]
        spans = zip(starts, starts[1:], parts, strict=False)
        drawn.append(Bar(label=label, parts=tuple((a, b - a, number) for a, b, number in spans), whole=sum(parts)))
    return BarChart(legend=tuple(words(columns[place[part]].words) for part in bars.parts), bars=tuple(drawn))


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _listing(found: Answer) -> Listing[int]:
    """Rows by their number: a column takes the value at its place."""
    question, names = found.question, unit_names()

    def column(place: int) -> Column[int]:
        one = question.columns[place]
        label = words(one.words) + ("（%）" if one.kind == "percent" else "")
        return Column(
            label=label,
            value=lambda row: file_cell(found.lines[row].values[place], one.kind, names),
            width=40 if one.is_wide else 22 if one.kind == "unit" else 14,
        )

    chosen = ((c.name, c.label, next((o.label for o in c.options if o.selected), "")) for c in _choices(found))
    period = {str(gettext("期间")): period_text(found.asked.period)} if found.asked.period is not None else {}
    return Listing(
        name=f"question_{question.number}",
        title=words(question.title),
        columns=tuple(column(place) for place in range(len(question.columns)) if _is_told(found, place)),
        rows=range(len(found.lines)),
        filters=asked_filters(chosen) | period | {str(gettext("统计口径")): words(question.counts)},
    )
