"""Paper → Word file (.docx), in the layout of GB/T 9704. The same Paper gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from lxml import etree

from engine.documents import layout
from engine.documents.charts import ChartPart, chart_part, drawing
from engine.documents.layout import LINE, SIZE_SMALL, TYPE_WIDTH
from engine.documents.ooxml import HEI, KAI, RED, SONG_TITLE, Jc, border, paragraph, run, w
from engine.documents.package import SPREADSHEET, clean, content_types, packed, relations, xml
from engine.documents.paper import SIGNED_OFF, Annex, Block, Chart, Grid, Heading, Paper, Para, Signatures, Table
from engine.documents.tables import grid, table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"


def write(paper: Paper) -> bytes:
    """The .docx file of the paper. The same paper gives the same bytes, on any machine and at any time."""
    charts: list[ChartPart] = []
    body = w("body", *_head(paper), *_title(paper), *_text(paper, charts), *_end(paper))
    is_letter = paper.form == "letter"
    body.append(layout.section(is_letter=is_letter))
    parts = {
        "word/document.xml": xml(w("document", body)),
        "word/styles.xml": layout.styles(),
        "word/settings.xml": layout.settings(),
        "word/fontTable.xml": layout.font_table(),
        "word/footer1.xml": layout.page_number(on_odd_page=True, is_letter=is_letter),
        "word/footer2.xml": layout.page_number(on_odd_page=False, is_letter=is_letter),
        "docProps/core.xml": _core(paper),
        "_rels/.rels": relations(
            {"rId1": ("officeDocument", "word/document.xml"), "rId2": (f"{_RELATED}/core-properties", _CORE_PART)}
        ),
    }
    if is_letter:
        parts["word/header1.xml"] = layout.letter_head(paper.head)
        parts["word/footer3.xml"] = layout.letter_foot()
    for number, part in enumerate(charts, start=1):
        parts[f"word/charts/chart{number}.xml"] = part.xml
        parts[f"word/charts/_rels/chart{number}.xml.rels"] = relations(
            {"rId1": ("package", f"../embeddings/chart{number}.xlsx")}
        )
        parts[f"word/embeddings/chart{number}.xlsx"] = part.workbook
    parts["word/_rels/document.xml.rels"] = _document_relations(is_letter, len(charts))
    parts["[Content_Types].xml"] = _content_types(parts)
    return packed(parts)


_CORE_PART = "docProps/core.xml"
_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships/metadata"


# -- the head


def _head(paper: Paper) -> Iterator[etree._Element]:
    if paper.form in {"document", "minutes"}:
        # 35 mm from the upper edge of the type area to the upper edge of the head.
        size = layout.head_size(paper.head)
        yield paragraph(
            run(paper.head, font=SONG_TITLE, size_pt=size, color=RED),
            jc="center",
            before=1984,
            line=(round(size * 24), "atLeast"),
        )
        yield _number_line(paper)
    if paper.form == "letter":
        yield paragraph(run(paper.number), jc="right", before=277)
    if paper.form == "internal" and paper.number:
        yield paragraph(run(paper.number, size_pt=SIZE_SMALL), jc="right")


def _number_line(paper: Paper) -> etree._Element:
    """发文字号 two lines below the head, with 签发人 on a paper that goes upwards; the red line 4 mm below it."""
    line = w("pBdr", border("bottom", "single", size=12, color=RED, space=11))
    if not paper.signed_off_by:
        return paragraph(run(paper.number), jc="center", before=2 * LINE, borders=line)
    return paragraph(
        run(f"　{paper.number}"),  # not an indent: the red line below it would move with it
        w("r", w("tab")),
        run(SIGNED_OFF),
        run(paper.signed_off_by, font=KAI),
        jc="left",
        before=2 * LINE,
        borders=line,
        tab=TYPE_WIDTH - 316,
    )


def _title(paper: Paper) -> Iterator[etree._Element]:
    before = 2 * LINE if paper.form != "internal" else LINE
    if paper.color:
        yield _band(paper.color, LINE // 2)
        before = LINE // 2
    for number, line in enumerate(paper.title.split("\n")):
        yield paragraph(
            run(line, font=SONG_TITLE, size_pt=layout.SIZE_TITLE), style="Title", before=0 if number else before
        )
    if paper.addressee:
        yield paragraph(run(paper.addressee_line), before=LINE)
    else:
        yield paragraph()


def _band(color: str, before: int) -> etree._Element:
    """The card itself: a band in its colour. The word stands in the title, never the colour alone."""
    fill = {"red": RED, "yellow": "FFC000"}[color]
    return paragraph(before=before, line=(240, "exact"), shading=w("shd", val="clear", color="auto", fill=fill))


# -- the text


def _text(paper: Paper, charts: list[ChartPart]) -> Iterator[etree._Element]:
    text, sheets = _parted(paper.body)
    for place, block in enumerate(text, start=1):
        if isinstance(block, Para) and paper.is_signed and place == len(text) and not paper.annexes:
            yield from _para(block, keep_next=True)  # a signature does not stand alone on a sheet
        else:
            yield from _block(block, charts)
    for number, line in enumerate(paper.annex_lines):
        yield paragraph(run(line), first_chars=200, before=0 if number else LINE)
    if paper.is_signed:
        yield from _signed(paper)
    for block in sheets:
        yield from _block(block, charts)


def _parted(body: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block]]:
    """The text itself, and what stands on sheets of its own behind the signature."""
    first = next((number for number, block in enumerate(body) if isinstance(block, Annex)), len(body))
    return body[:first], body[first:]


def _block(block: Block, charts: list[ChartPart]) -> Iterable[etree._Element]:
    if isinstance(block, Chart):
        charts.append(chart_part(block))
        return _chart(block, len(charts))
    return _WRITERS[type(block)](block)


def _heading(block: Heading) -> Iterator[etree._Element]:
    yield paragraph(run(block.text), style=f"Heading{block.level}")


def _para(block: Para, *, keep_next: bool = False) -> Iterator[etree._Element]:
    lines = block.text.split("\n")
    for number, line in enumerate(lines):
        lead = [run(block.lead, font=HEI)] if block.lead and number == 0 else []
        yield paragraph(
            *lead,
            run(line),
            first_chars=200 if block.indent else 0,
            jc=None if block.align == "left" else block.align,
            keep_next=keep_next,
        )


def _annex(block: Annex) -> Iterator[etree._Element]:
    yield paragraph(run(block.mark, font=HEI), page_break=True)
    yield paragraph(
        run(block.title, font=SONG_TITLE, size_pt=layout.SIZE_TITLE), style="Title", before=LINE, after=LINE
    )


def _signatures(block: Signatures) -> Iterator[etree._Element]:
    yield paragraph()
    for signer, day in block.shown:
        yield paragraph(run(signer), left=6 * 316, keep_next=True)
        yield paragraph(run(day), left=6 * 316)


def _chart(block: Chart, number: int) -> Iterator[etree._Element]:
    yield paragraph(run(block.title, font=HEI, size_pt=SIZE_SMALL), jc="center", before=LINE // 2, keep_next=True)
    yield paragraph(w("r", drawing(block, number)), jc="center", line=(240, "auto"), keep_next=bool(block.note))
    if block.note:
        yield paragraph(run(block.note, size_pt=12), jc="left", line=(360, "atLeast"))


# -- the end


def _end(paper: Paper) -> Iterator[etree._Element]:
    if paper.has_imprint:
        yield from _imprint(paper)
        # It floats to the foot of the sheet on which this stands: the last one.
        yield paragraph(line=(20, "exact"))


def _signed(paper: Paper) -> Iterator[etree._Element]:
    """署名 above 成文日期, which stands four characters from the right; the name in the middle above it."""
    date = paper.date_line
    before = LINE if paper.form == "letter" else 2 * LINE  # a letter is to fit on its one sheet
    middle = 4 + _width(date) / 2
    from_right = max(0, round((middle - _width(paper.issuer) / 2) * 100))
    yield paragraph(run(paper.issuer), jc="right", right_chars=from_right, before=before, keep_next=True)
    yield paragraph(run(date), jc="right", right_chars=400)


def _width(text: str) -> float:
    """Characters of the width of a Chinese one."""
    return sum(0.5 if sign.isascii() else 1.0 for sign in text)


def _imprint(paper: Paper) -> Iterator[etree._Element]:
    """版记 on the last lines of the last sheet: 抄送, 印发机关 and the day, between lines."""
    rows = []
    if paper.copies_to:
        rows.append(_imprint_row([_small(paper.copies_line, left=280)], [TYPE_WIDTH]))
    if paper.printed_by:
        half = [TYPE_WIDTH * 3 // 5, TYPE_WIDTH - TYPE_WIDTH * 3 // 5]
        rows.append(
            _imprint_row([_small(paper.printed_by, left=280), _small(paper.printed_line, right=280, jc="right")], half)
        )
    position = w(
        "tblpPr", vertAnchor="margin", horzAnchor="margin", tblpXSpec="left", tblpYSpec="bottom", leftFromText=0
    )
    edges = [border(side, "single", size=_THICK) for side in ("top", "bottom")]
    inside = border("insideH", "single", size=_THIN)
    yield w(
        "tbl",
        w(
            "tblPr",
            position,
            w("tblOverlap", val="never"),
            w("tblW", w=TYPE_WIDTH, type="dxa"),
            w("tblBorders", *edges, inside),
            w("tblLayout", type="fixed"),
            w("tblCellMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa")),
        ),
        w("tblGrid", w("gridCol", w=TYPE_WIDTH * 3 // 5), w("gridCol", w=TYPE_WIDTH - TYPE_WIDTH * 3 // 5)),
        *rows,
    )


def _small(text: str, *, left: int = 0, right: int = 0, jc: Jc | None = "left") -> etree._Element:
    return paragraph(run(text, size_pt=SIZE_SMALL), left=left, right=right, jc=jc)


def _imprint_row(cells: Sequence[etree._Element], widths: Sequence[int]) -> etree._Element:
    span = w("gridSpan", val=2) if len(cells) == 1 else None
    return w(
        "tr",
        *(
            w("tc", w("tcPr", w("tcW", w=width, type="dxa"), span), cell)
            for cell, width in zip(cells, widths, strict=True)
        ),
    )


#: 0.35 mm and 0.25 mm, in eighths of a point.
_THICK, _THIN = 8, 6


# -- parts


def _core(paper: Paper) -> bytes:
    """Title and issuer as file properties; its day in place of the moment of writing."""
    dc, terms = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
    instance = "http://www.w3.org/2001/XMLSchema-instance"
    root = etree.Element(f"{{{_CORE}}}coreProperties", nsmap={"cp": _CORE, "dc": dc, "dcterms": terms, "xsi": instance})
    etree.SubElement(root, f"{{{dc}}}title").text = clean(paper.title.replace("\n", ""))
    etree.SubElement(root, f"{{{dc}}}creator").text = clean(paper.issuer or paper.head)
    if paper.dated is not None:
        made = etree.SubElement(root, f"{{{terms}}}created")
        made.set(f"{{{instance}}}type", "dcterms:W3CDTF")
        made.text = f"{paper.dated.isoformat()}T00:00:00Z"
    return xml(root)


def _document_relations(is_letter: bool, charts: int) -> bytes:
    found = {
        "rIdStyles": ("styles", "styles.xml"),
        "rIdSettings": ("settings", "settings.xml"),
        "rIdFonts": ("fontTable", "fontTable.xml"),
        "rIdOdd": ("footer", "footer1.xml"),
        "rIdEven": ("footer", "footer2.xml"),
    }
    if is_letter:
        found |= {"rIdHead": ("header", "header1.xml"), "rIdFirst": ("footer", "footer3.xml")}
    found |= {f"rIdChart{n}": ("chart", f"charts/chart{n}.xml") for n in range(1, charts + 1)}
    return relations(found)


def _content_types(parts: dict[str, bytes]) -> bytes:
    named = {
        "word/document.xml": f"{MEDIA_TYPE}.main+xml",
        "word/styles.xml": f"{_MAIN}.styles+xml",
        "word/settings.xml": f"{_MAIN}.settings+xml",
        "word/fontTable.xml": f"{_MAIN}.fontTable+xml",
        _CORE_PART: "application/vnd.openxmlformats-package.core-properties+xml",
    }
    for name in parts:
        if name.startswith("word/footer"):
            named[name] = f"{_MAIN}.footer+xml"
        elif name.startswith("word/header"):
            named[name] = f"{_MAIN}.header+xml"
        elif name.startswith("word/charts/") and name.endswith(".xml"):
            named[name] = _CHART
    return content_types(named, {"xlsx": f"{SPREADSHEET}.sheet"})


_WRITERS: dict[type, Callable[[Any], Iterable[etree._Element]]] = {
    Heading: _heading,
    Para: _para,
    Annex: _annex,
    Signatures: _signatures,
    Table: table,
    Grid: grid,
}
