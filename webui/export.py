"""Lists as files: CSV that Excel and WPS read, or a workbook. Whoever takes one is written into the access log."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any, Generic, Literal, TypeVar, get_args
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from flask import Response, request
from flask_babel import get_locale, gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from engine.commands import exports
from engine.model.clock import SHANGHAI
from engine.queries.frame import frame_of
from engine.queries.paging import MAX_LIMIT, Page
from webui.auth import current_person
from webui.service import current_engine

Format = Literal["csv", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: Mapping[Format, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Rows of one file. More is refused in words, not in silence: a list that long is narrowed, or read page by page.
MOST_ROWS = 5_000
#: Places in a list that mean nothing for the whole of it.
PLACES = frozenset({"after", "before", "from", "cursor", "limit", "task", "taken", "said", "format"})
#: Typed by hand: the access log says that it was searched, never for what.
TYPED = frozenset({"q"})

# A cell that begins like a formula is one for a spreadsheet, also with blanks before it or as a full-width sign.
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_BOLD, _TOP = Font(bold=True), Alignment(vertical="top", wrap_text=True)

Row = TypeVar("Row")
Cell = str | int | date | datetime | None  #: a date or a whole number stays one; a time is shown in Asia/Shanghai


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column: its head in the reader's language, and what it takes from a row."""

    label: str
    value: Callable[[Row], Cell]
    width: int = 14  #: characters of the workbook's font


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[Row]):
    """A list as it is filtered now, whole or cut after MOST_ROWS."""

    name: str  #: code for the access log: "inbox"
    title: str  #: in the reader's language
    columns: tuple[Column[Row], ...]
    rows: Sequence[Row]
    is_cut: bool = False
    filters: Mapping[str, str] = field(default_factory=dict)  #: label and chosen value, in the reader's language


def wanted_format() -> Format | None:
    """The format that the address asks for; None: the list is to be shown."""
    return next((known for known in FORMATS if known == request.args.get("format")), None)


def whole(page: Callable[[str], Page[Row]]) -> tuple[tuple[Row, ...], bool]:
    """All rows of a paged list, at most MOST_ROWS, and whether there were more.

    page: asks for MAX_LIMIT rows from a cursor on.
    """
    rows: list[Row] = []
    cursor = ""
    for _ in range(MOST_ROWS // MAX_LIMIT):
        found = page(cursor)
        rows += found.rows
        cursor = found.next_cursor
        if not cursor:
            break
    return tuple(rows), bool(cursor)


def export(listing: Listing[Row], wanted: Format) -> Response:
    """The list as a file for saving; the access log gets who took which list, how filtered, and how many rows."""
    asked = {name: value for name, value in request.args.items() if value and name not in PLACES}
    at = exports.record(
        current_engine(),
        current_person(),
        name=listing.name,
        filters={name: "…" if name in TYPED else value[:100] for name, value in asked.items()},
        rows=len(listing.rows),
        kind=wanted,
        address=request.remote_addr or "",
    )
    content = _csv(listing) if wanted == "csv" else _workbook(listing, at)
    response = Response(content, mimetype=MEDIA_TYPES[wanted])
    local = at.astimezone(SHANGHAI)
    name = f"{listing.title} {local:%Y-%m-%d %H%M}.{wanted}"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{listing.name}-{local:%Y%m%d-%H%M}.{wanted}\"; filename*=UTF-8''{quote(name)}"
    )
    if listing.is_cut:
        response.headers["X-Rows-Left-Out"] = "true"
    return response


def format_href(path: str, wanted: str) -> str:
    """Address of a list as a file: with the page's filters, without its place in the list."""
    parts = urlsplit(path)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in PLACES]
    return f"{parts.path}?{urlencode([*kept, ('format', wanted)])}"


def is_formula(text: str) -> bool:
    """Would a spreadsheet compute this text, or take it apart, instead of showing it?"""
    return _FORMULA.match(text) is not None


def _csv(listing: Listing[Row]) -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([_defused(column.label) for column in listing.columns])
    writer.writerows([_plain(column.value(row)) for column in listing.columns] for row in listing.rows)
    if listing.is_cut:
        writer.writerow([_cut_words(len(listing.rows))])
    # The mark at the beginning tells Excel and WPS that this is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, int) else _defused(cell)


def _defused(text: str) -> str:
    """An apostrophe in front makes a spreadsheet show a would-be formula as it is."""
    clean = _CONTROLS.sub("", text)
    return f"'{clean}" if is_formula(clean) else clean


def _workbook(listing: Listing[Row], at: datetime) -> bytes:
    book = Workbook(write_only=True)
    _fill(book.create_sheet(_sheet_name(listing.title)), listing)
    _explain(book.create_sheet(str(gettext("说明"))), listing, at)
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


def _explain(sheet: Any, listing: Listing[Row], at: datetime) -> None:
    """Title, filters, time and exporter: a printed list still says what it is."""
    taker, locale = frame_of(current_engine(), current_person()), get_locale()
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
        lines.append((gettext("未全部导出"), _cut_words(len(listing.rows))))
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
    clean = _CONTROLS.sub("", value)
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


def _cut_words(count: int) -> str:
    return str(gettext("仅导出前 %(most)s 行，其余未导出。请缩小筛选范围后再导出。", most=f"{count:,}"))


def asked_filters(labels: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """(query parameter, label, chosen value in words) of those filters that are set, for `Listing.filters`."""
    return {label: shown for name, label, shown in labels if request.args.get(name)}
