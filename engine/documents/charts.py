"""Chart → a chart of DrawingML with its workbook: a real one, whose figures an official can change in Word."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.documents.ooxml import FANGSONG, R, element, w
from engine.documents.package import clean, column_letters, workbook, xml
from engine.documents.paper import Chart

_EMU_MM = 36_000
_WIDTH, _HEIGHT = 150 * _EMU_MM, 75 * _EMU_MM
#: Told apart by lightness too: a paper is copied without colours.
_COLORS = ("1F4E79", "C55A11", "7F7F7F", "A9D18E", "BF9000", "5B9BD5")
_URI = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_AXES = ("111111111", "222222222")


@dataclass(frozen=True, slots=True)
class ChartPart:
    """The two files behind a chart."""

    xml: bytes
    workbook: bytes


def chart_part(chart: Chart) -> ChartPart:
    """The chart and the workbook with its figures: categories in column A, a series in each column beside it."""
    heads: list[str | float | None] = [None, *(series.name for series in chart.series)]
    rows = [heads]
    for number, category in enumerate(chart.categories):
        rows.append([category, *(series.values[number] for series in chart.series)])
    return ChartPart(xml=xml(_space(chart)), workbook=workbook(rows))


def drawing(chart: Chart, number: int) -> etree._Element:
    """Where the chart stands in the text; its title is its alternative text."""
    height = _height(chart)
    reference = element("c", "chart")
    reference.set(f"{{{R}}}id", f"rIdChart{number}")
    return w(
        "drawing",
        element(
            "wp",
            "inline",
            element("wp", "extent", cx=_WIDTH, cy=height),
            element("wp", "docPr", id=number, name=f"Chart {number}", descr=clean(chart.title)),
            element("wp", "cNvGraphicFramePr"),
            element("a", "graphic", element("a", "graphicData", reference, uri=_URI)),
            distT=0,
            distB=0,
            distL=0,
            distR=0,
        ),
    )


def _height(chart: Chart) -> int:
    """Lying bars need a line for each category."""
    if chart.form != "bar":
        return _HEIGHT
    return max(_HEIGHT, (25 + 7 * len(chart.categories) * len(chart.series)) * _EMU_MM)


def _space(chart: Chart) -> etree._Element:
    return _c(
        "chartSpace",
        _v("roundedCorners", 0),
        _c(
            "chart",
            _v("autoTitleDeleted", 1),
            _c("plotArea", _c("layout"), _plot(chart), _categories(chart), _values(chart)),
            _c("legend", _v("legendPos", "b"), _v("overlay", 0)) if len(chart.series) > 1 else None,
            _v("plotVisOnly", 1),
            _v("dispBlanksAs", "gap"),
        ),
        _c("spPr", _a("noFill"), _a("ln", _a("noFill"))),
        _text_properties(),
        _external(),
    )


def _external() -> etree._Element:
    made = _c("externalData", _v("autoUpdate", 0))
    made.set(f"{{{R}}}id", "rId1")
    return made


def _plot(chart: Chart) -> etree._Element:
    series = [_series(chart, number) for number in range(len(chart.series))]
    axes = [_v("axId", axis) for axis in _AXES]
    if chart.form == "line":
        return _c(
            "lineChart", _v("grouping", "standard"), _v("varyColors", 0), *series, _labels(), _v("marker", 1), *axes
        )
    return _c(
        "barChart",
        _v("barDir", "bar" if chart.form == "bar" else "col"),
        _v("grouping", "clustered"),
        _v("varyColors", 0),
        *series,
        _labels(),
        _v("gapWidth", 60),
        *axes,
    )


def _labels() -> etree._Element:
    """The figure beside each bar and point: what is read is the number, not its length."""
    shown = {
        "showLegendKey": 0,
        "showVal": 1,
        "showCatName": 0,
        "showSerName": 0,
        "showPercent": 0,
        "showBubbleSize": 0,
    }
    return _c("dLbls", *(_v(name, value) for name, value in shown.items()))


def _series(chart: Chart, number: int) -> etree._Element:
    series, color, count = chart.series[number], _COLORS[number % len(_COLORS)], len(chart.categories)
    letter = column_letters(number + 1)
    fill = _a("solidFill", _a("srgbClr", val=color))
    is_line = chart.form == "line"
    shape = _c("spPr", _a("ln", fill, w=28_575)) if is_line else _c("spPr", fill)
    return _c(
        "ser",
        _v("idx", number),
        _v("order", number),
        _c("tx", _strings(f"Sheet1!${letter}$1", (series.name,))),
        shape,
        _c("marker", _v("symbol", ("circle", "square", "diamond", "triangle")[number % 4])) if is_line else None,
        None if is_line else _v("invertIfNegative", 0),
        _c("cat", _strings(f"Sheet1!$A$2:$A${count + 1}", chart.categories)),
        _c("val", _numbers(f"Sheet1!${letter}$2:${letter}${count + 1}", series.values)),
        _v("smooth", 0) if is_line else None,
    )


def _strings(reference: str, texts: tuple[str, ...]) -> etree._Element:
    points = [_point(number, text) for number, text in enumerate(texts)]
    return _c("strRef", _t("f", reference), _c("strCache", _v("ptCount", len(texts)), *points))


def _numbers(reference: str, values: tuple[float | None, ...]) -> etree._Element:
    points = [_point(number, f"{value:g}") for number, value in enumerate(values) if value is not None]
    cache = _c("numCache", _t("formatCode", "General"), _v("ptCount", len(values)), *points)
    return _c("numRef", _t("f", reference), cache)


def _point(number: int, text: str) -> etree._Element:
    return _c("pt", _t("v", text), idx=number)


def _categories(chart: Chart) -> etree._Element:
    # Lying bars grow upwards from the axis: turned round, they are read in the order of the table.
    return _axis("catAx", 0, position="l" if chart.form == "bar" else "b", turned=chart.form == "bar")


def _values(chart: Chart) -> etree._Element:
    return _axis("valAx", 1, position="b" if chart.form == "bar" else "l", unit=chart.unit, highest=chart.highest)


def _axis(
    name: str, number: int, *, position: str, turned: bool = False, unit: str = "", highest: float | None = None
) -> etree._Element:
    is_value = name == "valAx"
    title = None
    if unit:
        words = _a("r", _a("rPr", lang="zh-CN", sz=1000), _t_a(f"单位：{unit}"))
        rich = _c("rich", _a("bodyPr", rot=0, vert="horz"), _a("p", words))
        title = _c("title", _c("tx", rich), _v("overlay", 0))
    return _c(
        name,
        _v("axId", _AXES[number]),
        _c(
            "scaling",
            _v("orientation", "maxMin" if turned else "minMax"),
            _v("max", f"{highest:g}") if highest is not None else None,
            _v("min", 0) if is_value else None,
        ),
        _v("delete", 0),
        _v("axPos", position),
        _c("majorGridlines", _c("spPr", _a("ln", _a("solidFill", _a("srgbClr", val="D9D9D9")), w=6350)))
        if is_value
        else None,
        title,
        _c("numFmt", formatCode="General", sourceLinked=0) if is_value else None,
        _v("majorTickMark", "out"),
        _v("minorTickMark", "none"),
        _v("tickLblPos", "nextTo"),
        _v("crossAx", _AXES[1 - number]),
        # Beside turned categories the values would stand on top.
        _v("crosses", "max" if is_value and position == "b" else "autoZero"),
    )


def _text_properties() -> etree._Element:
    font = _a("defRPr", _a("latin", typeface="Times New Roman"), _a("ea", typeface=FANGSONG), sz=1050)
    return _c("txPr", _a("bodyPr"), _a("p", _a("pPr", font), _a("endParaRPr", lang="zh-CN")))


def _c(name: str, /, *children: etree._Element | None, **attributes: str | int) -> etree._Element:
    return element("c", name, *children, **attributes)


def _a(name: str, /, *children: etree._Element | None, **attributes: str | int) -> etree._Element:
    return element("a", name, *children, **attributes)


def _v(name: str, value: str | int) -> etree._Element:
    return _c(name, val=value)


def _t(name: str, text: str) -> etree._Element:
    made = _c(name)
    made.text = clean(text)
    return made


def _t_a(text: str) -> etree._Element:
    made = _a("t")
    made.text = clean(text)
    return made
