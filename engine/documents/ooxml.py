"""WordprocessingML in small pieces: elements, runs of text, properties of paragraphs in the order of the schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from lxml import etree

from engine.documents.package import clean

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
NAMES = {"w": W, "r": R, "wp": WP, "a": A, "c": C}

#: What GB/T 9704 asks for; the fallbacks of machines without them stand in the font table (layout.FONTS).
SONG_TITLE, FANGSONG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
RED = "FF0000"
LATIN = "Times New Roman"

Jc = Literal["left", "center", "right", "both"]


def w(name: str, /, *children: etree._Element | None, **attributes: str | int) -> etree._Element:
    """An element of the main namespace; attributes too. None among the children is left out."""
    return element("w", name, *children, **attributes)


def element(prefix: str, name: str, /, *children: etree._Element | None, **attributes: str | int) -> etree._Element:
    """An element of the namespace `prefix`. Attributes of w are qualified, those of drawings are not."""
    space = NAMES[prefix]
    made = etree.Element(f"{{{space}}}{name}", nsmap=NAMES if name in _ROOTS else None)
    for key, value in attributes.items():
        made.set(f"{{{space}}}{key}" if prefix == "w" else key, str(value))
    made.extend([child for child in children if child is not None])
    return made


_ROOTS = {"document", "styles", "settings", "fonts", "hdr", "ftr", "chartSpace"}


def run(
    text: str, *, font: str = "", size_pt: float = 0, color: str = "", bold: bool = False, spacing: int = 0
) -> etree._Element:
    """A run; line ends inside become line breaks. font: of the Chinese characters. spacing: twips after each one."""
    return w("r", run_properties(font, size_pt, color, bold=bold, spacing=spacing), *_texts(text))


def run_properties(
    font: str = "", size_pt: float = 0, color: str = "", *, bold: bool = False, spacing: int = 0
) -> etree._Element:
    half = round(size_pt * 2)
    return w(
        "rPr",
        fonts(font) if font else w("rFonts", hint="eastAsia"),
        w("b") if bold else None,
        w("color", val=color) if color else None,
        w("spacing", val=spacing) if spacing else None,
        w("sz", val=half) if half else None,
        w("szCs", val=half) if half else None,
    )


def fonts(east_asian: str) -> etree._Element:
    """Chinese in `east_asian`; the hint keeps quotation marks and dashes in it."""
    return w("rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=east_asian, cs=LATIN, hint="eastAsia")


def _texts(text: str) -> Iterable[etree._Element]:
    for number, line in enumerate(clean(text).split("\n")):
        if number:
            yield w("br")
        made = w("t")
        made.text = line
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        yield made


def field(code: str, *, font: str, size_pt: float) -> Iterable[etree._Element]:
    """A field such as PAGE, in three runs."""
    for kind in ("begin", "separate", "end"):
        if kind == "separate":
            text = w("instrText")
            text.text = f" {code} "
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            yield w("r", run_properties(font, size_pt), text)
            yield w("r", run_properties(font, size_pt), w("fldChar", fldCharType="separate"))
            yield run("1", font=font, size_pt=size_pt)
        else:
            yield w("r", run_properties(font, size_pt), w("fldChar", fldCharType=kind))


def paragraph(
    *runs: etree._Element,
    style: str = "",
    jc: Jc | None = None,
    before: int = 0,
    after: int = 0,
    first_chars: int = 0,
    left: int = 0,
    right: int = 0,
    right_chars: int = 0,
    keep_next: bool = False,
    frame: etree._Element | None = None,
    borders: etree._Element | None = None,
    shading: etree._Element | None = None,
    tab: int = 0,
    page_break: bool = False,
    line: tuple[int, str] | None = None,
) -> etree._Element:
    """A paragraph. before, after, left, right: twips; first_chars, right_chars: hundredths of a character;
    tab: twips from the left, of a right one."""
    spacing: dict[str, str | int] = {}
    if before:
        spacing["before"] = before
    if after:
        spacing["after"] = after
    if line is not None:
        spacing |= {"line": line[0], "lineRule": line[1]}
    indent: dict[str, str | int] = {}
    if first_chars:
        indent |= {"firstLineChars": first_chars, "firstLine": first_chars * 316 // 100}
    if left:
        indent["left"] = left
    if right_chars:
        indent |= {"rightChars": right_chars, "right": right_chars * 316 // 100}
    if right:
        indent["right"] = right
    properties = w(
        "pPr",
        w("pStyle", val=style) if style else None,
        w("keepNext") if keep_next else None,
        w("pageBreakBefore") if page_break else None,
        frame,
        borders,
        shading,
        w("tabs", w("tab", val="right", pos=tab)) if tab else None,
        w("snapToGrid", val="0") if line is not None else None,
        w("spacing", **spacing) if spacing else None,
        w("ind", **indent) if indent else None,
        w("jc", val=jc) if jc else None,
    )
    return w("p", properties if len(properties) else None, *runs)


def border(side: str, value: str, *, size: int, color: str = "auto", space: int = 0) -> etree._Element:
    """One side of a paragraph or cell. size: eighths of a point."""
    return w(side, val=value, sz=size, space=space, color=color)
