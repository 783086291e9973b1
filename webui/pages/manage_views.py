"""What the pages of the administrators show. The rules stand in `views.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webui.pages.parts import Frame, Option

Pending = Literal["", "pending", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamRow:
    """One parameter of the list."""

    key: str
    label: str
    value: str  #: with its unit, in words
    provenance: str  #: 源文件规定, 公开规定, 待确认参数
    source: str  #: mechanism or paragraph
    pending: bool = False
    changed: bool = False
    changed_by: str = ""
    changed_at: datetime | None = None
    href: str = ""  #: to change it; "" for who may not


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamsPage:
    """参数: all of them, those to be confirmed, those that were changed."""

    frame: Frame
    rows: tuple[ParamRow, ...]
    filters: tuple[Option, ...]
    query: str = ""
    chosen: Pending = ""
    pending: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamPage:
    """One parameter, to be set or confirmed."""

    frame: Frame
    row: ParamRow
    kind: Literal["int", "percent", "mmdd"]
    unit: str  #: in words; "" for a bare number or a day
    shipped: str
    value: str
    reason: str = ""
    confirmed: bool = True
    error: str = ""
    error_field: str = ""
