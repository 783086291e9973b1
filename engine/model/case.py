"""The states of a rectification case (S1) as people read them, their order, and the marks beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import InputRejected

ProcessStatus = Literal["running", "suspended", "completed", "terminated", "incident"]
STATUS_LABELS: dict[ProcessStatus, tuple[str, str]] = {
    "running": ("运行中", "Running"),
    "suspended": ("已暂停", "Suspended"),
    "completed": ("已完成", "Completed"),
    "terminated": ("已终止", "Terminated"),
    "incident": ("异常", "Incident"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """One state of a problem. The Chinese label is its code: `cx:state` in the drawing and instance.case_state."""

    label: str
    en: str
    order: int  #: place on the main line; side states stand behind it
    is_open: bool
    is_side: bool = False
    follows: tuple[str, ...] = ()  #: labels that may come next on the drawing


def _main_line() -> tuple[CaseState, ...]:
    rows = (
        ("草稿", "Draft", True, ("已登记",)),
        ("已登记", "Registered", True, ("已下发", "已转查处")),
        ("已下发", "Issued", True, ("已交办", "已登记")),
        ("已交办", "Handed over", True, ("已签收",)),
        ("已签收", "Accepted", True, ("整改中",)),
        ("整改中", "Being rectified", True, ("待单位审核",)),
        ("待单位审核", "Awaiting the unit's check", True, ("整改中", "待核验", "已销号")),
        ("待核验", "Awaiting verification", True, ("退回整改", "已核验")),
        ("退回整改", "Returned for rectification", True, ("整改中",)),
        ("已核验", "Verified", True, ("已反馈",)),
        ("已反馈", "Fed back", True, ("已销号",)),
        ("已销号", "Closed", False, ("已归档",)),
        ("已归档", "Archived", False, ()),
    )
    return tuple(
        CaseState(label=label, en=en, order=order, is_open=is_open, follows=follows)
        for order, (label, en, is_open, follows) in enumerate(rows)
    )


_SIDE = (
    CaseState(label="已中止", en="Suspended", order=13, is_open=True, is_side=True),
    CaseState(label="已并案", en="Merged", order=14, is_open=False, is_side=True),
    CaseState(label="已撤销", en="Withdrawn", order=15, is_open=False, is_side=True),
    CaseState(label="已转查处", en="Passed to investigation", order=16, is_open=False, is_side=True),
)
#: Every state of domain.md §6.1, the main line first.
CASE_STATES: tuple[CaseState, ...] = (*_main_line(), *_SIDE)
#: Marks stand beside a state and never replace it.
MARKS: dict[str, str] = {
    "已延期": "Extended",
    "逾期": "Overdue",
    "逾期办结": "Done late",
    "反弹": "Relapsed",
    "回头看中": "Re-check under way",
}
_BY_LABEL = {state.label: state for state in CASE_STATES}


def case_state(label: str) -> CaseState:
    """The state with this label. Raises InputRejected."""
    try:
        return _BY_LABEL[label]
    except KeyError:
        raise InputRejected(
            f"没有“{label}”这一事项状态。",
            f"There is no case state {label!r}.",
            field="case_state",
            value=label,
            allowed=list(_BY_LABEL),
        ) from None


def limit_runs_in(label: str) -> bool:
    """Does the limit of the problem still run in this state? It ends when the unit has sent its work off."""
    return label in {"已下发", "已交办", "已签收", "整改中", "待单位审核", "退回整改"}


def may_follow(before: str, after: str) -> bool:
    """True when the drawing may lead from one label to another; staying is no move. Raises InputRejected.

    Any open case may be suspended, merged or withdrawn, and a suspended one goes on where it was.
    """
    first, second = case_state(before), case_state(after)
    if first.is_open and not first.is_side and second.label in ("已中止", "已并案", "已撤销"):
        return True
    if first.label == "已中止":
        return second.is_open or second.label in ("已并案", "已撤销")
    return after in first.follows
