"""Lists as files: CSV that Excel and WPS read, or a workbook. Whoever takes one is written into the access log."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from typing import Generic, Literal, TypeVar, get_args
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from flask import Response, request
from flask_babel import gettext

from engine.commands import exports
from engine.model.clock import SHANGHAI
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

Row = TypeVar("Row")
Cell = str | int | float | date | datetime | None  #: a date or a number stays one; a time is shown in Asia/Shanghai


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
    about: Mapping[str, str] = field(default_factory=dict)  #: whose list it is, by code, for the access log


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
        filters={**listing.about, **{name: "…" if name in TYPED else value[:100] for name, value in asked.items()}},
        rows=len(listing.rows),
        kind=wanted,
        address=request.remote_addr or "",
    )
    if wanted == "csv":
        content = _csv(listing)
    else:
        from webui.workbook import workbook  # its library takes 6 MB, which most days nobody needs

        content = workbook(listing, at, current_person())
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


def without_controls(text: str) -> str:
    """The text without what no cell can hold."""
    return _CONTROLS.sub("", text)


def _csv(listing: Listing[Row]) -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([_defused(column.label) for column in listing.columns])
    writer.writerows([_plain(column.value(row)) for column in listing.columns] for row in listing.rows)
    if listing.is_cut:
        writer.writerow([cut_words(len(listing.rows))])
    # The mark at the beginning tells Excel and WPS that this is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, (int, float)) else _defused(cell)


def _defused(text: str) -> str:
    """An apostrophe in front makes a spreadsheet show a would-be formula as it is."""
    clean = without_controls(text)
    return f"'{clean}" if is_formula(clean) else clean


def cut_words(count: int) -> str:
    return str(gettext("仅导出前 %(most)s 行，其余未导出。请缩小筛选范围后再导出。", most=f"{count:,}"))


def asked_filters(labels: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """(query parameter, label, chosen value in words) of those filters that are set, for `Listing.filters`."""
    return {label: shown for name, label, shown in labels if request.args.get(name)}
