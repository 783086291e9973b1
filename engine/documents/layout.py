"""The sheet of GB/T 9704-2012: sizes, styles, fonts with fallbacks, page numbers, the head and foot of letters."""

from __future__ import annotations

from copy import deepcopy
from functools import cache

from lxml import etree

from engine.documents.ooxml import FANGSONG, HEI, KAI, RED, SONG, SONG_TITLE, W, border, field, fonts, paragraph, run, w
from engine.documents.package import xml

# Lengths in twips (1 mm = 56.69).
PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  #: 210 × 297 mm
TOP, LEFT = 2098, 1587  #: 天头 37 mm, 订口 28 mm
TYPE_WIDTH, TYPE_HEIGHT = 8844, 12756  #: 版心 156 × 225 mm
RIGHT, BOTTOM = PAGE_WIDTH - LEFT - TYPE_WIDTH, PAGE_HEIGHT - TOP - TYPE_HEIGHT
LINES = 22
LINE = TYPE_HEIGHT // LINES  #: 22 lines fill the type area: 28.95 pt
#: 三号 on 28 characters a line stands closer than 16 pt, in twips for each. As spacing of the style, not as a grid of
#: characters: office suites other than Word give a character wider than its cell two cells.
SPACING = -5
SIZE_BODY, SIZE_TITLE, SIZE_SMALL, SIZE_TABLE = 16.0, 22.0, 14.0, 12.0  #: 三号 二号 四号 小四, in points
FOOTER = 1247  #: 22 mm: the number stands 7 mm below the type area
LETTER_HEAD, LETTER_FOOT = 1701, 1134  #: 30 mm and 20 mm from the edge of the paper
LETTER_OVERHANG = 397  #: the red lines of a letter are 170 mm long: 7 mm beyond each side of the type area

#: Font: (what stands in for it where it is missing, family). The first three come with office suites, not with systems.
FONTS = {
    SONG_TITLE: ("华文中宋", "roman"),
    FANGSONG: ("仿宋", "modern"),
    KAI: ("楷体", "modern"),
    HEI: ("SimHei", "modern"),
    SONG: ("SimSun", "auto"),
}


@cache
def styles() -> bytes:
    """styles.xml: the text, the title, four levels of headings, tables."""
    root = w(
        "styles",
        w(
            "docDefaults",
            w("rPrDefault", _default_run()),
            w("pPrDefault", w("pPr", w("spacing", line=LINE, lineRule="exact"), w("jc", val="both"))),
        ),
        _style("Normal", "Normal", font=FANGSONG, size=SIZE_BODY, default=True),
        _style("Title", "Title", font=SONG_TITLE, size=SIZE_TITLE, paragraph=(w("keepNext"), w("jc", val="center"))),
        *(_heading(level, font) for level, font in enumerate((HEI, KAI, FANGSONG, FANGSONG), start=1)),
        _style("TableText", "Table Text", size=SIZE_TABLE, paragraph=_TABLE_LINE),
        _style("TableHead", "Table Head", font=HEI, size=SIZE_TABLE, paragraph=_TABLE_LINE),
        _style("Footer", "footer", font=SONG, size=SIZE_SMALL, paragraph=(w("spacing", line=320, lineRule="atLeast"),)),
    )
    return xml(root)


_TABLE_LINE = (
    w("snapToGrid", val="0"),
    w("spacing", before=30, after=30, line=320, lineRule="atLeast"),
    w("jc", val="left"),
)


def _default_run() -> etree._Element:
    language = w("lang", val="en-US", eastAsia="zh-CN")
    return w("rPr", fonts(FANGSONG), w("spacing", val=SPACING), w("sz", val=32), w("szCs", val=32), language)


def _heading(level: int, font: str) -> etree._Element:
    properties = (
        w("keepNext"),
        w("ind", firstLineChars=200, firstLine=632),
        w("outlineLvl", val=level - 1),
    )
    return _style(f"Heading{level}", f"heading {level}", font=font, size=SIZE_BODY, paragraph=properties)


def _style(
    key: str,
    name: str,
    *,
    font: str = "",
    size: float = 0,
    paragraph: tuple[etree._Element, ...] = (),
    default: bool = False,
) -> etree._Element:
    half = round(size * 2)
    made = w(
        "style",
        w("name", val=name),
        None if default else w("basedOn", val="Normal"),
        w("qFormat"),
        w("pPr", *(deepcopy(one) for one in paragraph)) if paragraph else None,
        w(
            "rPr",
            fonts(font) if font else None,
            w("sz", val=half) if half else None,
            w("szCs", val=half) if half else None,
        )
        if font or half
        else None,
        type="paragraph",
        styleId=key,
    )
    if default:
        made.set(f"{{{W}}}default", "1")
    return made


@cache
def font_table() -> bytes:
    """fontTable.xml: each font with the one that Word takes where it is missing."""
    return xml(
        w(
            "fonts",
            *(
                w(
                    "font",
                    w("altName", val=instead),
                    w("charset", val="86"),
                    w("family", val=family),
                    w("pitch", val="variable"),
                    name=name,
                )
                for name, (instead, family) in FONTS.items()
            ),
        )
    )


@cache
def settings() -> bytes:
    """settings.xml: numbers of pages outside, as on both sides of a sheet; punctuation not at the begin of a line."""
    return xml(
        w(
            "settings",
            w("evenAndOddHeaders"),
            w("characterSpacingControl", val="doNotCompress"),
            w(
                "compat",
                w("useFELayout"),
                w(
                    "compatSetting",
                    name="compatibilityMode",
                    uri="http://schemas.microsoft.com/office/word",
                    val="15",
                ),
            ),
            w("themeFontLang", val="en-US", eastAsia="zh-CN"),
        )
    )


@cache
def page_number(*, on_odd_page: bool, is_letter: bool) -> bytes:
    """The foot of a sheet: — 1 —, 四号宋体, one character away from the outer edge."""
    runs = [
        run("— ", font=SONG, size_pt=SIZE_SMALL),
        *field("PAGE", font=SONG, size_pt=SIZE_SMALL),
        run(" —", font=SONG, size_pt=SIZE_SMALL),
    ]
    after = FOOTER - LETTER_FOOT if is_letter else 0
    if on_odd_page:
        return xml(w("ftr", paragraph(*runs, style="Footer", jc="right", right=280, after=after)))
    return xml(w("ftr", paragraph(*runs, style="Footer", jc="left", left=280, after=after)))


def letter_head(issuer: str) -> bytes:
    """The first sheet of a letter: 发文机关标志 30 mm from the edge, a double line 4 mm below it."""
    size = head_size(issuer)
    line = w("pBdr", border("bottom", "thickThinSmallGap", size=24, color=RED, space=11))
    return xml(
        w(
            "hdr",
            paragraph(
                run(issuer, font=SONG_TITLE, size_pt=size, color=RED),
                jc="center",
                left=-LETTER_OVERHANG,
                right=-LETTER_OVERHANG,
                borders=line,
                line=(round(size * 22), "atLeast"),
            ),
        )
    )


def letter_foot() -> bytes:
    """The double line 20 mm from the lower edge. The first sheet of a letter has no number."""
    line = w("pBdr", border("bottom", "thinThickSmallGap", size=24, color=RED, space=1))
    return xml(w("ftr", paragraph(left=-LETTER_OVERHANG, right=-LETTER_OVERHANG, borders=line, line=(120, "exact"))))


def head_size(text: str) -> float:
    """Points of 发文机关标志: as large as fits on one line, at most 40."""
    fits = TYPE_WIDTH / 20 / max(len(text), 1)
    return min(40.0, round(fits * 2) / 2 - 0.5)


def section(*, is_letter: bool) -> etree._Element:
    """The sheet itself. The relations of the feet are fixed: rIdOdd, rIdEven, rIdHead, rIdFirst."""
    references = [_reference("footerReference", "default", "rIdOdd"), _reference("footerReference", "even", "rIdEven")]
    if is_letter:
        references = [
            _reference("headerReference", "first", "rIdHead"),
            *references,
            _reference("footerReference", "first", "rIdFirst"),
        ]
    return w(
        "sectPr",
        *references,
        w("pgSz", w=PAGE_WIDTH, h=PAGE_HEIGHT),
        w(
            "pgMar",
            top=TOP,
            right=RIGHT,
            bottom=BOTTOM,
            left=LEFT,
            header=LETTER_HEAD if is_letter else 851,
            footer=LETTER_FOOT if is_letter else FOOTER,
            gutter=0,
        ),
        w("titlePg") if is_letter else None,
        w("docGrid", type="lines", linePitch=LINE),
    )


def _reference(name: str, kind: str, key: str) -> etree._Element:
    made = w(name, type=kind)
    made.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", key)
    return made
