"""The sheets in which units, people and posts come and go as a workbook: their columns, and how a cell is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

SheetName = Literal["units", "people", "positions"]
SHEETS: tuple[SheetName, ...] = ("units", "people", "positions")
#: What a sheet is called in the workbook.
TITLES: Mapping[SheetName, str] = {"units": "单位 Units", "people": "人员 People", "positions": "岗位 Positions"}
FIRST_ROW = 3  #: above it stand the heads and a line of notes
MAX_ROWS = 5_000  #: of one sheet
MAX_TEXT = 100  #: characters of a cell


class Formula(str):
    """The text of a cell that computes: never taken over, whatever it came to."""

    __slots__ = ()


Cell = str | int | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its head and what to know, in both languages."""

    key: str
    zh: str
    en: str
    note_zh: str = ""
    note_en: str = ""
    required: bool = False

    @property
    def head(self) -> str:
        return f"{self.zh}{'*' if self.required else ''}\n{self.en}"

    @property
    def note(self) -> str:
        return f"{self.note_zh}\n{self.note_en}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a sheet as it was read."""

    number: int  #: as the spreadsheet counts
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a row cannot be taken: where, what is wrong, what to do. row 0: the whole sheet."""

    sheet: SheetName
    row: int
    column: str  #: key; "" for the row as a whole
    zh: str
    en: str


_DAY = ("如 2026-01-01", "Such as 2026-01-01")
_UNIT = Column(key="unit", zh="单位代码", en="Unit code", note_zh="如 532503-GA", note_en="532503-GA", required=True)
_ACCOUNT_NOTE = ("字母、数字、点、横线、下划线", "Letters, digits, dot, hyphen, underscore")
COLUMNS: Mapping[SheetName, tuple[Column, ...]] = {
    "units": (
        _UNIT,
        Column(key="name", zh="单位名称", en="Name", required=True),
        Column(key="short_name", zh="简称", en="Short name", required=True),
        Column(key="document_prefix", zh="机关代字", en="Document mark", note_zh="如 蒙公", required=True),
        Column(key="level", zh="层级", en="Level", note_zh="州级、县市级", note_en="PREF, COUNTY", required=True),
        Column(
            key="superior", zh="上级单位代码", en="Superior", note_zh="顶层单位不填", note_en="Empty for the top unit"
        ),
        Column(key="staff", zh="人数", en="Staff", note_zh="整数", note_en="Whole number"),
        Column(key="active_from", zh="启用日期", en="First day", note_zh=_DAY[0], note_en=_DAY[1]),
    ),
    "people": (
        Column(
            key="person", zh="用户名", en="Account", note_zh=_ACCOUNT_NOTE[0], note_en=_ACCOUNT_NOTE[1], required=True
        ),
        Column(key="name", zh="姓名", en="Name", required=True),
        _UNIT,
        Column(key="department", zh="部门代码", en="Department", note_zh="如 532503-GA-03", note_en="532503-GA-03"),
        Column(
            key="roles",
            zh="角色",
            en="Roles",
            note_zh="多个用顿号分隔；由另一名系统管理员确认后生效",
            note_en="Several parted by commas; another administrator confirms them",
        ),
    ),
    "positions": (
        _UNIT,
        Column(key="position", zh="岗位", en="Post", note_zh="名称或代码", note_en="Name or code", required=True),
        Column(key="person", zh="用户名", en="Account", required=True),
        Column(
            key="departments",
            zh="分管部门代码",
            en="Departments",
            note_zh="多个用顿号分隔，不填为全部",
            note_en="Several parted by commas; empty: all",
        ),
        Column(key="valid_from", zh="任职起始日", en="From", note_zh=_DAY[0], note_en=_DAY[1], required=True),
        Column(
            key="valid_until", zh="任职截止日", en="Until", note_zh="含当日，可不填", note_en="Inclusive, may be empty"
        ),
    ),
}


class CellProblem(Exception):
    """A cell cannot be read: what is wrong, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def text_of(cell: Cell, *, required: bool) -> str:
    """Raises CellProblem for a formula, for nothing where something is needed, for too much or what nobody sees."""
    if isinstance(cell, Formula):
        raise CellProblem("不接受公式，请改为数值或文字。", "Formulas are not taken: put the value there.")
    text = "" if cell is None else str(cell).strip()
    if required and not text:
        raise CellProblem("此项必填。", "This is needed.")
    if len(text) > MAX_TEXT:
        raise CellProblem(f"最多{MAX_TEXT}个字符。", f"At most {MAX_TEXT} characters.")
    if not text.isprintable():
        raise CellProblem("含有不可见的控制字符，请删除。", "It has control characters: remove them.")
    return text


def day_of(cell: Cell, *, required: bool) -> date | None:
    """Raises CellProblem for what is no day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell, required=required)
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError:
        raise CellProblem(
            f"“{text[:20]}”不是日期，请写作2026-01-01。", f"{text[:20]!r} is no day: write 2026-01-01."
        ) from None


def count_of(cell: Cell) -> int:
    """Raises CellProblem for what is no whole number of people."""
    text = text_of(cell, required=False)
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise CellProblem(f"“{text[:20]}”不是整数。", f"{text[:20]!r} is no whole number.")
    return int(text)
