"""The workbook of units, people and posts: read with care, and written in the same layout."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from engine.errors import InputRejected
from engine.model.staff_columns import COLUMNS, FIRST_ROW, MAX_ROWS, SHEETS, TITLES, Cell, Formula, Row, SheetName
from webui.export import is_formula, without_controls

MAX_BYTES = 5 * 1024**2
_MAX_ENTRIES, _MAX_UNPACKED_BYTES, _MAX_RATIO = 200, 50 * 1024**2, 100
_BLOCK = 64 * 1024
#: In another encoding a document type would not be seen.
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)""")
_ENCODINGS = frozenset({b"utf-8", b"us-ascii", b"ascii"})


def read_book(content: bytes) -> Mapping[SheetName, tuple[Row, ...]]:
    """The rows of the three sheets. Raises InputRejected for what is no such workbook, and for one that is unsafe."""
    _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except Exception:
        # Whatever a broken file makes the library raise: it is no workbook.
        raise _refused(
            "文件不是可读的XLSX工作簿，请用模板另存后再传。", "This is no XLSX workbook that can be read."
        ) from None
    try:
        lacking = [TITLES[sheet] for sheet in SHEETS if TITLES[sheet] not in book.sheetnames]
        if lacking:
            raise _refused(
                f"缺少工作表：{'、'.join(lacking)}。请使用模板。",
                f"Sheets are missing: {', '.join(lacking)}. Use the template.",
            )
        return {sheet: tuple(_rows(book[TITLES[sheet]], sheet)) for sheet in SHEETS}
    finally:
        book.close()


def write_book(rows: Mapping[SheetName, Iterable[tuple[Cell, ...]]]) -> bytes:
    """A workbook in the layout of the import: heads in both languages, a line of notes, then the rows."""
    book = Workbook(write_only=True)
    for sheet in SHEETS:
        page = book.create_sheet(TITLES[sheet])
        page.freeze_panes = f"A{FIRST_ROW}"
        columns = COLUMNS[sheet]
        for number in range(1, len(columns) + 1):
            page.column_dimensions[get_column_letter(number)].width = 24
        page.append([_styled(page, column.head, bold=True) for column in columns])
        page.append([_styled(page, column.note) for column in columns])
        for row in rows.get(sheet, ()):
            page.append([_cell(page, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _check_archive(content: bytes) -> None:
    """Before the library unpacks anything: size, number, growth, macros, and no document type in any part."""
    if len(content) > MAX_BYTES:
        raise _refused("文件超过5 MB，请拆分后再传。", "The file has more than 5 MB: split it.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise _refused("只接受XLSX工作簿。", "Only XLSX workbooks are taken.") from None
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED_BYTES or unpacked > _MAX_RATIO * max(len(content), 1):
        raise _refused("文件展开后过大，请用模板重新填写。", "The file unpacks to too much: fill in the template anew.")
    if any("vbaproject" in part.filename.lower() or part.filename.lower().endswith(".bin") for part in parts):
        raise _refused("文件含有宏，请另存为不含宏的XLSX。", "The file has macros: save it as XLSX without them.")
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            _check_part(archive, part)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """What is declared small may unpack to much: it is counted while it is read."""
    count, before = 0, b""
    try:
        with archive.open(part) as stream:
            while block := stream.read(_BLOCK):
                seen = before + block
                is_plain = count > 0 or _is_utf8(block)
                count += len(block)
                if not is_plain or count > part.file_size or b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                    raise _refused("文件内容不安全，请用模板重新填写。", "It is not safe: fill in the template anew.")
                before = block[-16:]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
        raise _refused("文件已损坏或加密，无法读取。", "The file is damaged or encrypted and cannot be read.") from None


def _is_utf8(begin: bytes) -> bool:
    """Does XML that begins so say of itself that it is UTF-8, or nothing?"""
    said = _ENCODING.search(begin[:200])
    fits = said is None or said[1].lower() in _ENCODINGS
    return fits and begin.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _rows(page: Any, sheet: SheetName) -> Iterable[Row]:
    columns = COLUMNS[sheet]
    found = page.iter_rows(max_row=FIRST_ROW + MAX_ROWS, max_col=len(columns))
    heads = [str(cell.value or "") for cell in next(iter(found), ())]
    for number, column in enumerate(columns):
        head = heads[number] if number < len(heads) else ""
        if not head.replace("*", "").strip().startswith(column.zh):
            place = f"{TITLES[sheet]} {get_column_letter(number + 1)}1"
            raise _refused(
                f"{place} 应为“{column.zh}”。请使用模板，不要增删列。",
                f"{place} should be {column.zh} ({column.en}). Use the template with its columns as they are.",
            )
    for number, cells in enumerate(found, start=2):
        if number < FIRST_ROW:
            continue
        values = tuple(_value(cell) for cell in cells)
        if not any(value not in (None, "") for value in values):
            continue
        if number >= FIRST_ROW + MAX_ROWS:
            raise _refused(
                f"{TITLES[sheet]} 超过{MAX_ROWS}行，请拆分后再传。",
                f"{TITLES[sheet]} has more than {MAX_ROWS} rows: split it.",
            )
        yield Row(number=number, cells=values)


def _value(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        return Formula(str(value)[:50])
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if type(value) is int else str(value)


def _styled(page: Any, text: str, *, bold: bool = False) -> Any:
    made = WriteOnlyCell(page, text)
    made.font = Font(bold=bold, color=None if bold else "666666", size=11 if bold else 9)
    made.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        made.fill = PatternFill("solid", fgColor="F0ECE6")
    return made


def _cell(page: Any, value: Cell) -> Any:
    if isinstance(value, date):
        made = WriteOnlyCell(page, value)
        made.number_format = "yyyy-mm-dd"
        return made
    if not isinstance(value, str):
        return value
    made = WriteOnlyCell(page, without_controls(value))
    made.number_format = "@"  # a code of digits stays text
    if is_formula(value):
        made.data_type, made.quotePrefix = "s", True
    return made


def _refused(zh: str, en: str) -> InputRejected:
    return InputRejected(zh, en, field="file")
