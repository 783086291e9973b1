"""督办总览 as a matrix: regions, units or unit types by duty, for any period; each cell leads to the list behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import cast
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext, ngettext, pgettext

from engine.model.obligation_rules import Rule
from engine.model.period import Period, PeriodKind
from engine.model.windows import is_window
from engine.queries.obligation_list import ALL_UNITS
from engine.queries.obligation_matrix import MatrixCell, MatrixView, Rows, Tally, matrix_view
from engine.queries.obligations import ObligationFilter
from webui.auth import current_person, rule
from webui.export import Column, Listing, export, wanted_format
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.monitor_views import Choice
from webui.pages.monitor_words import region_name, type_name
from webui.pages.narrowed import chosen_words
from webui.pages.obligation_views import (
    BarView,
    CellView,
    FigureView,
    MatrixGroup,
    MatrixHead,
    MatrixPage,
    MatrixRow,
)
from webui.pages.obligation_words import MECHANISMS, duty_short, group_words, how_often, mechanism_word
from webui.pages.obligations import list_href
from webui.pages.parts import Option
from webui.pages.process import SUPERVISORS
from webui.pages.rendering import render
from webui.pages.words import say, unit_name
from webui.service import current_engine

PATH = "/obligations/matrix"
_FILTERS = ("period", "region", "type", "mechanism", "rows")
_WHOLE = 1000  #: of a bar, in tenths of a per cent
_LETTERS: Mapping[PeriodKind, int] = {"year": 1, "half": 2, "quarter": 4, "month": 12}


@blueprint.get(PATH)
@rule(SUPERVISORS)
def show_matrix() -> str | Response:
    asked = {name: request.args.get(name, "")[:20] for name in _FILTERS}
    wanted = ObligationFilter(region=asked["region"], type=asked["type"], mechanism=asked["mechanism"])
    rows = _rows_asked(asked)
    found = matrix_view(current_engine(), current_person(), asked["period"], wanted, rows=rows)
    if (file := wanted_format()) is not None:
        return export(_listing(found, asked, rows), file)
    return render(_page(found, asked, rows))


def _rows_asked(asked: Mapping[str, str]) -> Rows:
    """Regions first; the units of a region once one is chosen."""
    chosen = asked["rows"] or ("unit" if asked["region"] else "region")
    return cast("Rows", chosen if chosen in {"region", "unit", "type"} else "region")


def _href(asked: Mapping[str, str], **more: str) -> str:
    query = urlencode([(name, value) for name, value in {**asked, **more}.items() if value])
    return f"{PATH}?{query}" if query else PATH


def _page(found: MatrixView, asked: Mapping[str, str], rows: Rows) -> MatrixPage:
    matrix = found.matrix
    before, after = _neighbours(found)
    path = [(str(gettext("全州") if len(found.regions) > 1 else gettext("全部单位")), _href(asked, region="", rows=""))]
    if asked["region"]:
        path.append((region_name(asked["region"]), ""))
    firsts = _firsts(matrix.rules)
    of_row, of_rule, whole = matrix.by_row(), matrix.by_rule(), matrix.whole
    lines = tuple(_row(row, of_row.get(row, Tally()), found, asked, rows, firsts) for row in matrix.rows)
    return MatrixPage(
        frame=frame(found.frame, "status"),
        scope=_scope(found, asked, rows),
        period=say(matrix.period.zh, matrix.period.en),
        previous_href=_href(asked, period=before) if before else "",
        next_href=_href(asked, period=after) if after else "",
        choices=tuple(_choices(found, asked, rows)),
        figures=_figures(found, asked, rows),
        bars=tuple(_bars(found, asked)),
        row_head=_row_head(rows),
        groups=_groups(matrix.rules),
        heads=tuple(_head(one, found, is_first=one.code in firsts) for one in matrix.rules),
        rows=lines,
        foot=tuple(
            _cell(of_rule.get(one.code), _list_of(found, asked, rows, "", one.code), is_first=one.code in firsts)
            for one in matrix.rules
        ),
        whole=_cell(whole, ""),
        red=whole.of("overdue"),
        path=tuple(path) if asked["region"] else (),
        kept=tuple((name, asked[name]) for name in ("period",) if asked[name]),
        clear_href=_href({"period": asked["period"]}) if any(asked[n] for n in _FILTERS if n != "period") else "",
    )


def _neighbours(found: MatrixView) -> tuple[str, str]:
    """Codes of the periods before and after; "" where there is no way to go."""
    code = found.period
    if is_window(code):
        return "", ""
    period = Period.parse(code)
    step = _LETTERS[period.kind]
    at = period.year * step + period.number - 1

    def beside(by: int) -> str:
        year, number = divmod(at + by, step)
        return Period(kind=period.kind, year=year, number=number + 1).code

    following = beside(1)
    return beside(-1), following if Period.parse(following).first_day <= found.today else ""


def _scope(found: MatrixView, asked: Mapping[str, str], rows: Rows) -> str:
    number = len(found.matrix.rows)
    if rows == "region":
        return str(ngettext("%(num)s 个地区", "%(num)s 个地区", number))
    if rows == "type":
        return str(ngettext("%(num)s 类单位", "%(num)s 类单位", number))
    place = region_name(asked["region"]) if asked["region"] else ""
    words = str(ngettext("%(num)s 个单位", "%(num)s 个单位", number))
    return f"{place} {words}".strip()


def _row_head(rows: Rows) -> str:
    words = {"region": gettext("地区"), "unit": gettext("单位"), "type": gettext("单位类型")}
    return str(words[rows])


def _choices(found: MatrixView, asked: Mapping[str, str], rows: Rows) -> Iterator[Choice]:
    yield _choice(
        "period", gettext("期间"), {code: say(s.zh, s.en) for code, s in found.periods}, found.period, whole=False
    )
    if len(found.regions) > 1:
        yield _choice("region", gettext("地区"), {code: region_name(code) for code in found.regions}, asked["region"])
    if len(found.unit_types) > 1:
        yield _choice("type", gettext("类型"), {code: type_name(code) for code in found.unit_types}, asked["type"])
    yield _choice("mechanism", gettext("机制"), {code: mechanism_word(code) for code in MECHANISMS}, asked["mechanism"])
    ways = {"region": gettext("地区"), "unit": gettext("单位"), "type": gettext("单位类型")}
    yield _choice("rows", gettext("按"), {key: str(word) for key, word in ways.items()}, rows, whole=False)


def _choice(name: str, label: str, labels: Mapping[str, str], chosen: str, *, whole: bool = True) -> Choice:
    known = labels if not chosen or chosen in labels else {**labels, chosen: chosen}
    options = (Option(value=value, label=text, selected=value == chosen) for value, text in known.items())
    return Choice(name=name, label=str(label), options=tuple(options), whole=whole)


def _figures(found: MatrixView, asked: Mapping[str, str], rows: Rows) -> tuple[FigureView, ...]:
    whole, matrix = found.matrix.whole, found.matrix
    late_rows = {cell.row for cell in matrix.cells.values() if cell.of("overdue")}
    share = f"{100 * whole.done / whole.owed:.1f}%" if whole.owed else "—"
    places = {
        "region": gettext("项，涉及 %(n)s 个地区", n=len(late_rows)),
        "unit": gettext("项，涉及 %(n)s 个单位", n=len(late_rows)),
        "type": gettext("项，涉及 %(n)s 类单位", n=len(late_rows)),
    }
    return (
        FigureView(label=str(gettext("应履行义务")), value=f"{whole.owed:,}", note=str(gettext("项"))),
        FigureView(label=str(gettext("已完成")), value=share, note=str(gettext("%(n)s 项", n=f"{whole.done:,}"))),
        FigureView(
            label=str(gettext("逾期")),
            value=f"{whole.of('overdue'):,}",
            note=str(places[rows]),
            light="red",
            href=_list_of(found, asked, rows, "", "", view="late"),
        ),
        FigureView(
            label=str(gettext("即将到期")),
            value=f"{whole.soon:,}",
            note=str(gettext("项，3 个工作日内")),
            light="yellow",
        ),
        FigureView(label=str(gettext("逾期办结")), value=f"{whole.of('done_late'):,}", note=str(gettext("项，已完成"))),
        FigureView(label=str(gettext("免除")), value=f"{whole.of('waived'):,}", note=str(gettext("项，单列统计"))),
    )


def _bars(found: MatrixView, asked: Mapping[str, str]) -> Iterator[BarView]:
    """Done in time, done late, overdue and what is still open of each mechanism, as shares of what is owed."""
    for code, tally in sorted(found.matrix.by_mechanism().items()):
        if not tally.owed:
            continue
        numbers = (
            ("b-intime", tally.of("done")),
            ("b-late", tally.of("done_late")),
            ("b-missing", tally.of("overdue")),
            ("b-rest", tally.of("open") + tally.of("upcoming")),
        )
        parts, begin = [], 0
        for name, number in numbers:
            length = round(_WHOLE * number / tally.owed)
            if number:
                parts.append((name, begin, min(max(length, 4), _WHOLE - begin)))
            begin = min(begin + length, _WHOLE)
        yield BarView(
            label=mechanism_word(code),
            text=group_words(tally),
            href=_href(asked, mechanism=code),
            parts=tuple(parts),
        )


def _firsts(rules: Iterable[Rule]) -> frozenset[str]:
    """Codes of the duties with which a mechanism begins."""
    return frozenset(next(members).code for _, members in groupby(rules, key=lambda one: one.mechanism))


def _groups(rules: Iterable[Rule]) -> tuple[MatrixGroup, ...]:
    groups = groupby(rules, key=lambda one: one.mechanism)
    return tuple(MatrixGroup(label=mechanism_word(code), columns=len(list(members))) for code, members in groups)


def _head(one: Rule, found: MatrixView, *, is_first: bool) -> MatrixHead:
    return MatrixHead(
        code=one.code,
        short=duty_short(one),
        name=say(one.zh, one.en),
        how=how_often(one),
        is_first=is_first,
        is_stopped=one.code not in found.in_force,
    )


def _row(
    row: str, whole: Tally, found: MatrixView, asked: Mapping[str, str], rows: Rows, firsts: frozenset[str]
) -> MatrixRow:
    cells = (
        _cell(
            found.matrix.cells.get((row, one.code)),
            _list_of(found, asked, rows, row, one.code),
            is_first=one.code in firsts,
        )
        for one in found.matrix.rules
    )
    return MatrixRow(
        label=row_name(row, rows, found),
        href=_row_href(row, asked, rows),
        cells=tuple(cells),
        whole=_cell(whole, _list_of(found, asked, rows, row, "")),
        red=whole.of("overdue"),
    )


def row_name(row: str, rows: Rows, found: MatrixView) -> str:
    """What the line is called."""
    if rows == "region":
        return region_name(row)
    return unit_name(found.units[row], short=True) if rows == "unit" and row in found.units else type_name(row)


def _row_href(row: str, asked: Mapping[str, str], rows: Rows) -> str:
    if rows == "region":
        return _href(asked, region=row, rows="")
    return f"/units/{row}" if rows == "unit" else _href(asked, type=row, rows="")


def _cell(tally: Tally | MatrixCell | None, href: str, *, is_first: bool = False) -> CellView:
    if tally is None or not tally.total:
        return CellView(is_first=is_first, words=str(gettext("无此义务")))
    text = f"{tally.done}/{tally.owed}" if tally.owed else str(gettext("免除"))
    missing = tally.of("overdue")
    return CellView(
        text=text,
        light=tally.light,
        words=group_words(tally),
        href=href + ("&view=late" if missing and href else "&view=all" if href else ""),
        is_first=is_first,
    )


def _list_of(found: MatrixView, asked: Mapping[str, str], rows: Rows, row: str, code: str, view: str = "") -> str:
    """The list behind a cell, a row or a column."""
    place = {"region": asked["region"], "type": asked["type"], "unit": ALL_UNITS}
    if row:
        place[rows] = row
    if place["unit"] != ALL_UNITS:
        place = {"unit": place["unit"]}
    return list_href(**place, period=found.period, code=code, mechanism="" if code else asked["mechanism"], view=view)


def _listing(found: MatrixView, asked: Mapping[str, str], rows: Rows) -> Listing[MatrixCell]:
    """A line for each cell: "3/5" in a cell of a spreadsheet would be the third of May."""
    known = {one.code: one for one in found.matrix.rules}
    order = {code: index for index, code in enumerate(known)}
    cells = sorted(found.matrix.cells.values(), key=lambda cell: (cell.row, order.get(cell.code, 0)))
    counted = (
        (gettext("应履行"), lambda c: c.owed),
        (gettext("已完成"), lambda c: c.of("done")),
        (gettext("逾期办结"), lambda c: c.of("done_late")),
        (pgettext("duty", "进行中"), lambda c: c.of("open")),
        (gettext("未到期"), lambda c: c.of("upcoming")),
        (gettext("逾期"), lambda c: c.of("overdue")),
        (gettext("免除"), lambda c: c.of("waived")),
    )
    columns: tuple[Column[MatrixCell], ...] = (
        Column(label=_row_head(rows), value=lambda c: row_name(c.row, rows, found), width=20),
        Column(label=gettext("编号"), value=lambda c: c.code, width=8),
        Column(label=gettext("义务"), value=lambda c: say(known[c.code].zh, known[c.code].en), width=34),
        Column(label=gettext("机制"), value=lambda c: mechanism_word(known[c.code].mechanism), width=18),
        *(Column(label=label, value=value, width=9) for label, value in counted),
    )
    title = str(gettext("义务矩阵"))
    return Listing(
        name="obligation-matrix",
        title=title,
        columns=columns,
        rows=cells,
        filters={
            **chosen_words(tuple(_choices(found, asked, rows))),
            str(gettext("期间")): say(found.matrix.period.zh, found.matrix.period.en),
        },
    )
