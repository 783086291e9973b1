"""All rows of the table, in the order of the reference page."""

from __future__ import annotations

from collections.abc import Mapping

from tests.elements import (
    rows_activities,
    rows_ad_hoc,
    rows_attached,
    rows_data,
    rows_dataflow,
    rows_event_subs,
    rows_events,
    rows_gateways,
    rows_repetition,
    rows_throws,
)
from tests.elements.table import Row

#: Chinese and English heading of a family, and its rows.
FAMILIES: Mapping[tuple[str, str], tuple[Row, ...]] = {
    ("任务与子流程", "Activities"): (*rows_activities.ROWS, *rows_ad_hoc.ROWS),
    ("多实例与循环", "Multi-instance and loops"): rows_repetition.ROWS,
    ("网关与顺序流", "Gateways and sequence flows"): rows_gateways.ROWS,
    ("开始与捕获事件", "Start and catch events"): rows_events.ROWS,
    ("抛出与结束事件", "Throw and end events"): rows_throws.ROWS,
    ("边界事件与事件子流程", "Boundary events and event sub-processes"): (*rows_attached.ROWS, *rows_event_subs.ROWS),
    ("数据", "Data"): rows_dataflow.ROWS,
    ("池、消息与附注", "Pools, messages and artifacts"): rows_data.ROWS,
}
ROWS = tuple(row for rows in FAMILIES.values() for row in rows)
