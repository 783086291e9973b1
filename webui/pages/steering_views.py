"""What the pages of a supervisor's acts show: 暂停, 恢复, 催办, 改派, and the list of what is late (督办)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from webui.pages.parts import Due, FormView, Frame, Option, Plate

Act = Literal["suspend", "resume", "urge", "reassign"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SteeringItem:
    """One case or task that is acted on, and once it is done what came of it."""

    title: str
    business_no: str
    href: str
    step: str = ""  #: name of the task
    unit: str = ""
    who: str = ""  #: whoever has it
    due: Due | None = None
    refused: str = ""  #: why it is left out, or was refused
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SteeringPage:
    """A small form about a case or about some tasks; after the act, what came of each."""

    frame: Frame
    act: Act
    items: tuple[SteeringItem, ...]
    form: FormView | None  #: None: nothing can be done, or it is done
    back_href: str
    rule: str = ""
    is_told: bool = False  #: the items say what came of them


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRow:
    """One red task of the subtree."""

    task_id: str
    title: str
    business_no: str
    href: str  #: of the case
    step: str
    unit: str
    who: str
    due: Due
    plate: Plate | None = None
    can_act: bool = False  #: the reader stands above the unit that must act


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgePage:
    """督办: what is late below the reader, the latest first."""

    frame: Frame
    rows: tuple[LateRow, ...]
    total: int
    capped: bool
    units: tuple[Option, ...]
    levels: tuple[Option, ...]
    clear_href: str = ""
    next_href: str = ""
    can_act: bool = False
