"""What the pages around the inbox show: several tasks at once, and the saved views. The rules stand in `views.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from webui.pages.parts import Due, Frame, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One of the tasks that were ticked."""

    task_id: str
    href: str
    title: str
    business_no: str
    step: str
    due: Due | None = None
    refused: str = ""  #: why it stays where it is


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """批量转办 before and after, and 批量领取 where not all could be claimed."""

    frame: Frame
    action: Literal["transfer", "claim"]
    rows: tuple[BatchRow, ...]  #: that can go, or have gone
    left: tuple[BatchRow, ...] = ()  #: that cannot, or have not
    people: tuple[Option, ...] = ()  #: to whom; () afterwards
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    receiver: str = ""  #: name, afterwards
    back_href: str = "/inbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewChip:
    """A saved view beside the tabs."""

    view_id: str
    name: str
    href: str
    current: bool = False
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewsPage:
    """管理视图: rename, begin with, delete."""

    frame: Frame
    views: tuple[ViewChip, ...]
    errors: Mapping[str, str] = field(default_factory=dict)  #: by id
