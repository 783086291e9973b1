"""Tables of a paper: rows under a head that is repeated on every sheet, and grids of labels and contents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, cast

from lxml import etree

from engine.documents.layout import LINE, SIZE_SMALL, TYPE_WIDTH
from engine.documents.ooxml import HEI, border, paragraph, run, w
from engine.documents.paper import Grid, Table

#: Tables of so few rows stay on one sheet.
_TOGETHER = 8
#: Two labels with short contents share a line of a grid.
_SHORT = 12


def table(block: Table) -> Iterator[etree._Element]:
    if block.title:
        yield paragraph(run(block.title, font=HEI, size_pt=SIZE_SMALL), jc="center", before=LINE // 3, keep_next=True)
    else:
        yield _gap(keep_next=True)
    widths = _shares([column.width for column in block.columns])
    last = len(block.rows) if len(block.rows) <= _TOGETHER else 0
    head = _row(
        [_cell(c.title, width, head=True, keep_next=True) for c, width in zip(block.columns, widths, strict=True)],
        head=True,
    )
    rows = [
        _row(
            [
                _cell(text, width, jc=c.align, keep_next=number < last)
                for text, c, width in zip(row, block.columns, widths, strict=True)
            ]
        )
        for number, row in enumerate(block.rows, start=1)
    ]
    yield _grid_of(widths, [head, *rows])
    yield paragraph(run(block.note, size_pt=12), jc="left", line=(360, "atLeast")) if block.note else _gap()


def grid(block: Grid) -> Iterator[etree._Element]:
    if block.title:
        yield paragraph(run(block.title, font=HEI, size_pt=SIZE_SMALL), jc="center", before=LINE // 3, keep_next=True)
    else:
        yield _gap(keep_next=True)
    widths = _shares([2.2, 3.8, 2.2, 3.8])
    yield _grid_of(widths, list(_grid_rows(block.pairs, widths)))
    yield _gap()


def _gap(*, keep_next: bool = False) -> etree._Element:
    """A little room between text and table."""
    return paragraph(line=(160, "exact"), keep_next=keep_next)


def _grid_rows(pairs: Sequence[tuple[str, str]], widths: Sequence[int]) -> Iterator[etree._Element]:
    waiting: tuple[str, str] | None = None
    for pair in pairs:
        is_short = len(pair[0]) <= _SHORT and len(pair[1]) <= _SHORT
        if waiting is not None and is_short:
            texts = (*waiting, *pair)
            yield _row([_cell(text, width, head=n % 2 == 0) for n, (text, width) in enumerate(zip(texts, widths))])  # noqa: B905
            waiting = None
            continue
        if waiting is not None:
            yield _wide(waiting, widths)
        waiting = pair if is_short else None
        if not is_short:
            yield _wide(pair, widths)
    if waiting is not None:
        yield _wide(waiting, widths)


def _wide(pair: tuple[str, str], widths: Sequence[int]) -> etree._Element:
    return _row([_cell(pair[0], widths[0], head=True), _cell(pair[1], sum(widths[1:]), span=len(widths) - 1)])


def _shares(parts: Sequence[float]) -> list[int]:
    """Twips of each column; together they fill the type area exactly."""
    whole, edges = sum(parts), [0.0]
    for part in parts:
        edges.append(edges[-1] + part / whole * TYPE_WIDTH)
    return [round(right) - round(left) for left, right in pairwise(edges)]


def _grid_of(widths: Sequence[int], rows: Sequence[etree._Element]) -> etree._Element:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return w(
        "tbl",
        w(
            "tblPr",
            w("tblW", w=TYPE_WIDTH, type="dxa"),
            w("jc", val="center"),
            w("tblBorders", *(border(side, "single", size=4) for side in sides)),
            w("tblLayout", type="fixed"),
            w("tblCellMar", w("left", w=85, type="dxa"), w("right", w=85, type="dxa")),
        ),
        w("tblGrid", *(w("gridCol", w=width) for width in widths)),
        *rows,
    )


def _row(cells: Sequence[etree._Element], *, head: bool = False) -> etree._Element:
    """A row stays on one sheet; the head is repeated on each."""
    return w("tr", w("trPr", w("cantSplit"), w("tblHeader") if head else None), *cells)


def _cell(
    text: str, width: int, *, head: bool = False, jc: str = "left", span: int = 1, keep_next: bool = False
) -> etree._Element:
    made = paragraph(
        run(text),
        style="TableHead" if head else "TableText",
        jc="center" if head else None if jc == "left" else cast("Any", jc),
        keep_next=keep_next,
    )
    return w(
        "tc",
        w(
            "tcPr",
            w("tcW", w=width, type="dxa"),
            w("gridSpan", val=span) if span > 1 else None,
            w("vAlign", val="center"),
        ),
        made,
    )
