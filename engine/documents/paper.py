"""What stands on an official paper, apart from any file format: the one value between builders, Word and the preview.

A Paper is frozen and made of plain values, so that it is stored as JSON beside the file that was written from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import msgspec

#: Stands where a paper has room for something that nobody has filled in: it is seen, and can be written in by hand.
BLANK = "〔　　〕"

SIGNED_OFF = "签发人："  #: before the name on a paper that goes upwards
VOID = "作废"  #: stamped across a paper that counts no more

Align = Literal["left", "center", "right"]
Color = Literal["red", "yellow", ""]
#: document: 文件格式, head 35 mm below the edge of the type area · letter: 信函格式, for notices and cards · minutes:
#: 纪要格式 · internal: without a red head, for the unit's own use.
Form = Literal["document", "letter", "minutes", "internal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of the structure 一、（一）1.（1）; its number is part of the text."""

    level: Literal[1, 2, 3, 4]
    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Para:
    """A paragraph of the text, indented by two characters."""

    text: str
    lead: str = ""  #: what it begins with, in 黑体: "出席："
    indent: bool = True
    align: Align = "left"
    kind: Literal["para"] = "para"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table. width: its share of the line, in any unit."""

    title: str
    width: float = 1.0
    align: Align = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head that is repeated on every sheet. Cells are texts; a missing one is BLANK already."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""  #: above the table
    note: str = ""  #: below it, small
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Labels with what was filled in: one pair to a line, or two where both are short."""

    pairs: tuple[tuple[str, str], ...]
    title: str = ""
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line or one set of bars. A value of None leaves a gap; it is not a zero."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart that an official can edit in Word: bars by category, or lines over time."""

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    form: Literal["bar", "column", "line"] = "column"
    unit: str = ""  #: of the values: "%", "件"
    highest: float | None = None  #: end of the axis; None: as the values need
    note: str = ""
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """Places to sign: who, and where it was signed in the system, the name and the day."""

    lines: tuple[tuple[str, str, str], ...]  #: (label, name or "", day or "")
    kind: Literal["signatures"] = "signatures"

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """Two lines for each: label and name, then the day; with room to write where there is none."""
        return tuple(
            (f"{label}：{name or '〔　　　　　　〕'}", day or "　　　　年　　月　　日")
            for label, name, day in self.lines
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """附件 or 附表 that begins on a sheet of its own."""

    mark: str  #: "附件1", "附表"
    title: str
    kind: Literal["annex"] = "annex"


Block = Heading | Para | Table | Grid | Chart | Signatures | Annex


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One official paper in the layout of GB/T 9704. Empty fields are left out with the room they would take."""

    title: str
    body: tuple[Block, ...]
    form: Form = "internal"
    head: str = ""  #: 发文机关标志, in red; none on an internal paper
    number: str = ""  #: 发文字号, or the business number of a paper without one
    signed_off_by: str = ""  #: 签发人, on a paper that goes upwards
    addressee: str = ""  #: 主送机关, without the colon
    annexes: tuple[str, ...] = ()  #: 附件说明: titles, without numbers
    issuer: str = ""  #: 发文机关署名
    dated: date | None = None  #: 成文日期
    copies_to: str = ""  #: 抄送
    printed_by: str = ""  #: 印发机关
    color: Color = ""  #: of a card: a band of this colour above the title

    # What stands on the sheet around the text, the same in the Word file and in the preview.

    @property
    def addressee_line(self) -> str:
        return f"{self.addressee}：" if self.addressee else ""

    @property
    def annex_lines(self) -> tuple[str, ...]:
        """附件：1. …; one alone has no number."""
        single = len(self.annexes) == 1
        return tuple(
            ("附件：" if number == 1 else "　　　") + ("" if single else f"{number}. ") + title
            for number, title in enumerate(self.annexes, start=1)
        )

    @property
    def date_line(self) -> str:
        return day_words(self.dated) if self.dated is not None else "〔　　〕年〔　〕月〔　〕日"

    @property
    def copies_line(self) -> str:
        return f"抄送：{self.copies_to}。" if self.copies_to else ""

    @property
    def printed_line(self) -> str:
        return f"{day_words(self.dated) if self.dated is not None else BLANK}印发"

    @property
    def is_signed(self) -> bool:
        """Has it a 署名 or a 成文日期?"""
        return bool(self.issuer or self.dated is not None)

    @property
    def has_imprint(self) -> bool:
        """版记: documents and minutes only."""
        return self.form in {"document", "minutes"} and bool(self.copies_to or self.printed_by)


def paper_from(stored: Mapping[str, Any]) -> Paper:
    """The Paper that was stored as JSON. Raises KeyError, TypeError or msgspec.ValidationError for what is none."""
    body = tuple(msgspec.convert(block, _KINDS[block["kind"]]) for block in stored["body"])
    dated = stored.get("dated")
    return Paper(
        **{
            **stored,
            "body": body,
            "annexes": tuple(stored.get("annexes", ())),
            "dated": date.fromisoformat(dated) if dated else None,
        }
    )


_KINDS: Mapping[str, Any] = {
    "heading": Heading,
    "para": Para,
    "table": Table,
    "grid": Grid,
    "chart": Chart,
    "signatures": Signatures,
    "annex": Annex,
}


def day_words(day: date) -> str:
    """2026年12月1日: Arabic numerals, months and days without a leading zero."""
    return f"{day.year}年{day.month}月{day.day}日"


CHINESE = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 to 99 as headings have it: 一, 十, 十一, 二十."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{CHINESE[tens]}十"
    return head + (CHINESE[ones] if ones else "")


def numbered(level: Literal[1, 2, 3, 4], number: int, text: str) -> Heading:
    """A heading with its number in the order 一、 （一） 1. （1）."""
    mark = {1: f"{chinese_number(number)}、", 2: f"（{chinese_number(number)}）", 3: f"{number}.", 4: f"（{number}）"}
    return Heading(level=level, text=f"{mark[level]}{text}")


def chart(
    title: str,
    categories: tuple[str, ...],
    values: dict[str, tuple[float | None, ...]],
    *,
    form: Literal["bar", "column", "line"] = "column",
    unit: str = "",
    highest: float | None = None,
    note: str = "",
) -> Chart:
    """A chart from its categories and, for each series, one value to a category (None: no value).

    Raises ValueError where a series has another number of values than there are categories.
    """
    for name, row in values.items():
        if len(row) != len(categories):
            raise ValueError(f"{title}: {name} has {len(row)} values for {len(categories)} categories.")
    series = tuple(Series(name=name, values=tuple(row)) for name, row in values.items())
    return Chart(
        title=title, categories=tuple(categories), series=series, form=form, unit=unit, highest=highest, note=note
    )
