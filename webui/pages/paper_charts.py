"""Charts of a paper as pictures for the preview: lying bars for categories, lines over time."""

from __future__ import annotations

from dataclasses import dataclass

from engine.documents.paper import Chart

_WIDTH, _LEFT, _RIGHT = 600, 150, 60
_BAR, _GAP = 16, 10
_LINE_HEIGHT = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """x, y, width: in units of the picture; series: which one, from 0."""

    x: float
    y: float
    width: float
    series: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A text, or a point of a line."""

    x: float
    y: float
    text: str
    series: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPicture:
    """What a template draws."""

    title: str
    width: int
    height: int
    bars: tuple[Bar, ...]
    lines: tuple[tuple[int, str], ...]  #: (series, points of a polyline)
    points: tuple[Mark, ...]
    labels: tuple[Mark, ...]  #: of the categories
    series: tuple[str, ...]  #: names, for the legend
    is_line: bool
    bar_height: int = _BAR


def chart_picture(chart: Chart) -> ChartPicture:
    """The chart as bars or lines; a value that is missing is not drawn."""
    values = [value for series in chart.series for value in series.values if value is not None]
    highest = max([chart.highest or 0, *values, 1])
    return _lines(chart, highest) if chart.form == "line" else _bars(chart, highest)


def _bars(chart: Chart, highest: float) -> ChartPicture:
    bars: list[Bar] = []
    labels: list[Mark] = []
    y, room = 10.0, _WIDTH - _LEFT - _RIGHT
    for number, category in enumerate(chart.categories):
        labels.append(Mark(x=_LEFT - 8, y=y + _BAR * len(chart.series) / 2, text=category))
        for place, series in enumerate(chart.series):
            value = series.values[number]
            if value is not None:
                width = room * max(value, 0) / highest
                bars.append(Bar(x=_LEFT, y=y, width=width, series=place, text=f"{value:g}{chart.unit}"))
            y += _BAR
        y += _GAP
    return _picture(chart, height=round(y), bars=tuple(bars), labels=tuple(labels))


def _lines(chart: Chart, highest: float) -> ChartPicture:
    room, bottom = _WIDTH - 2 * _RIGHT, _LINE_HEIGHT - 30
    step = room / max(len(chart.categories) - 1, 1)
    points: list[Mark] = []
    lines: list[tuple[int, str]] = []
    for place, series in enumerate(chart.series):
        stretch: list[str] = []
        for number, value in enumerate((*series.values, None)):
            if value is None:  # a gap ends the line
                lines += [(place, " ".join(stretch))] if len(stretch) > 1 else []
                stretch = []
                continue
            x, y = _RIGHT + number * step, bottom - (bottom - 20) * max(value, 0) / highest
            stretch.append(f"{x:g},{y:.1f}")
            points.append(Mark(x=x, y=y, text=f"{value:g}", series=place))
    labels = [Mark(x=_RIGHT + n * step, y=_LINE_HEIGHT - 10, text=text) for n, text in enumerate(chart.categories)]
    return _picture(chart, height=_LINE_HEIGHT, lines=tuple(lines), points=tuple(points), labels=tuple(labels))


def _picture(
    chart: Chart,
    *,
    height: int,
    labels: tuple[Mark, ...],
    bars: tuple[Bar, ...] = (),
    lines: tuple[tuple[int, str], ...] = (),
    points: tuple[Mark, ...] = (),
) -> ChartPicture:
    return ChartPicture(
        title=chart.title,
        width=_WIDTH,
        height=height,
        bars=bars,
        lines=lines,
        points=points,
        labels=labels,
        series=tuple(series.name for series in chart.series) if len(chart.series) > 1 else (),
        is_line=chart.form == "line",
    )
