"""The workbook of an import: what was written is read again, and what is unsafe or no template is refused in words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date

import pytest
from openpyxl import load_workbook

from engine.errors import InputRejected
from engine.model.staff_columns import MAX_ROWS, Cell, Formula, SheetName
from webui.staff_book import MAX_BYTES, read_book, write_book

ROWS: Mapping[SheetName, tuple[tuple[Cell, ...], ...]] = {
    "units": (("532504-GA", "=弥勒", "弥勒", "弥公", "县市级", "532500-ZF", 12, date(2026, 1, 1)),),
    "people": (("u1", "王三", "532504-GA", None, None),),
    "positions": (),
}


def rezipped(content: bytes, **changes: bytes) -> bytes:
    """The same archive with parts put over, or beside."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()} | {
            k.replace("__", "/"): v for k, v in changes.items()
        }
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def with_cell(place: str, value: object, sheet: str = "单位 Units") -> bytes:
    book = load_workbook(io.BytesIO(write_book(ROWS)))
    book[sheet][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_was_written_is_read_again_as_it_was_and_a_text_that_looks_like_a_formula_stays_one() -> None:
    read = read_book(write_book(ROWS))
    assert [row.number for row in read["units"]] == [3]
    assert {sheet: tuple(row.cells for row in rows) for sheet, rows in read.items()} == dict(ROWS)


def test_a_formula_is_seen_as_one() -> None:
    (row,) = read_book(with_cell("B3", "=1+1"))["units"]
    assert isinstance(row.cells[1], Formula)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name;unit\n", "只接受XLSX"),
        (b"0" * (MAX_BYTES + 1), "超过5 MB"),
        (rezipped(write_book({}), **{"xl__vbaProject.bin": b"x"}), "含有宏"),
        (rezipped(write_book({}), **{"xl__styles.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "不安全"),
        (rezipped(write_book({}), **{"xl__styles.xml": "<a/>".encode("utf-16")}), "不安全"),
        (rezipped(write_book({}), **{"xl__media.xml": b"<a>" + b" " * 30_000_000}), "过大"),
        (rezipped(write_book({}), **{"xl__workbook.xml": b"<a"}), "不是可读的"),
        (with_cell("A1", "代码"), "应为“单位代码”"),
        (with_cell(f"A{MAX_ROWS + 3}", "532504-GA"), f"超过{MAX_ROWS}行"),
    ],
    ids=("text", "large", "macro", "entity", "utf-16", "bomb", "broken", "head", "rows"),
)
def test_what_is_unsafe_or_no_template_is_refused_in_both_languages(content: bytes, said: str) -> None:
    with pytest.raises(InputRejected) as refused:
        read_book(content)
    assert said in refused.value.zh
    assert refused.value.en
