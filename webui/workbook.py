"""A list as a workbook. Apart from webui.export, for its library is loaded when the first workbook is asked for."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from typing import Any

from flask_babel import get_locale, gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from engine.model.clock import SHANGHAI
from engine.model.step import PersonId
from engine.queries.frame import frame_of
from webui.export import Cell, Listing, Row, cut_words, is_formula, without_controls
from webui.service import current_engine

_BOLD, _TOP = Font(bold=True), Alignment(vertical="top", wrap_text=True)


def workbook(listing: Listing[Row], at: datetime, by: PersonId) -> bytes:
    """The list on one sheet; what it is, when and by whom, on another. at: as of which time. by: who takes it."""
    book = Workbook(write_only=True)
    _fill(book.create_sheet(_sheet_name(listing.title)), listing)
    _explain(book.create_sheet(str(gettext("说明"))), listing, at, by)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, listing: Listing[Row]) -> None:
    """The list itself. What stands above the rows is set first: the sheet is written as it comes."""
    last = get_column_letter(len(listing.columns))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{last}{len(listing.rows) + 1}"
    for number, column in enumerate(listing.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_cell(sheet, column.label, bold=True) for column in listing.columns])
    for row in listing.rows:
        sheet.append([_cell(sheet, column.value(row)) for column in listing.columns])


def _explain(sheet: Any, listing: Listing[Row], at: datetime, by: PersonId) -> None:
    """Title, filters, time and exporter: a printed list still says what it is."""
    taker, locale = frame_of(current_engine(), by), get_locale()
    unit = taker.unit.en if locale is not None and locale.language == "en" else taker.unit.zh
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 60
    lines: list[tuple[str, Cell]] = [
        (gettext("标题"), listing.title),
        (gettext("截至"), at),
        (gettext("导出人"), f"{taker.name} · {unit}"),
        (gettext("行数"), len(listing.rows)),
        *(listing.filters or {gettext("筛选条件"): gettext("无")}).items(),
    ]
    if listing.is_cut:
        lines.append((gettext("未全部导出"), cut_words(len(listing.rows))))
    lines.append((gettext("使用要求"), gettext("内部资料，按岗位职责使用，不得外传。")))
    for label, value in lines:
        sheet.append([_cell(sheet, str(label), bold=True), _cell(sheet, value)])


def _cell(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    """A cell of the sheet; plain values are left as they are, which is four times as fast."""
    if isinstance(value, datetime):
        made = WriteOnlyCell(sheet, value.astimezone(SHANGHAI).replace(tzinfo=None))
        made.number_format = "yyyy-mm-dd hh:mm"
        return made
    if isinstance(value, date):
        made = WriteOnlyCell(sheet, value)
        made.number_format = "yyyy-mm-dd"
        return made
    if not isinstance(value, str):
        return value
    clean = without_controls(value)
    if not bold and not is_formula(clean):
        return clean
    made = WriteOnlyCell(sheet, clean)
    if is_formula(clean):
        made.data_type = "s"
        made.quotePrefix = True  # and it stays text when somebody edits it
    if bold:
        made.font, made.alignment = _BOLD, _TOP
    return made


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "1"
