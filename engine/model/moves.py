"""Moves of tokens by hand: return, jump, skip, cancel, end. Which are refused, and in which words.

The rule of soundness lies in engine/workflow/moves.py; here is what the storeys above say about it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.errors import Conflict, Refused
from engine.model.assign_eligibility import OWN_PART
from engine.model.process import WORK_OF_PEOPLE, FlowNode
from engine.model.steering import StandsStill
from engine.model.step import Token

#: return: back to a user task that was done before. jump: to any node. skip: the token goes on without its work.
#: cancel: its branch ends there. terminate: the whole case does.
MoveKind = Literal["return", "jump", "skip", "cancel", "terminate"]

Refusal = Literal[
    "",
    "gone",
    "no_target",
    "never_done",
    "unclear",
    "waits_for_others",
    "flow_over",
    "strand_over",
    "strand_many",
    "instead",
    "undoing",
    "joined",
    "at_join",
    "last",
    "no_work",
    "protected",
    "protected_done",
    "jumps_protected",
    "protected_ahead",
]
#: Of these protected steps (`cx:protected`) are the reason: nobody may, whatever he says.
OF_PROTECTION: frozenset[str] = frozenset({"protected", "protected_done", "jumps_protected", "protected_ahead"})

WORDS: Mapping[str, tuple[str, str]] = {
    "gone": ("这一令牌已不在原处，请重新查看。", "The token is no longer there: look again."),
    "no_target": (
        "这一节点不能作为落点，请改选任务、子流程、事件或判断网关。",
        "A token is not put here: choose a task, sub-process, event or deciding gateway.",
    ),
    "never_done": (
        "退回的落点须是本事项已经办结过的任务环节。",
        "A case is returned to a user task that was done in it before.",
    ),
    "unclear": (
        "图中这一处的分支相互交叉，无法确定移动后汇合处是否还能汇齐，请改选交叉之外的节点。",
        "Branches cross here, so it is not certain that the joins would still be met: choose a node outside of this.",
    ),
    "waits_for_others": (
        "这一节点在并行分支之内，而该分支现在没有令牌；移入后汇合处将永远等不齐其他分支。请改选分支之前或汇合之后的节点。",
        "It lies in a parallel branch that has no token now: the join would wait for the others for ever. "
        "Choose a node before the split or behind the join.",
    ),
    "flow_over": (
        "主流程已经走完，只剩附带的分支，不能再移入。",
        "The main flow is over and only side branches are left: nothing is put into it again.",
    ),
    "strand_over": (
        "这一节点属于边界事件引出的分支，该分支现在没有运行。",
        "It belongs to the branch of a boundary event, and that branch does not run now.",
    ),
    "strand_many": (
        "边界事件引出的这一分支同时有几个令牌在运行，无法确定移动哪一个；请逐个取消或等其办结。",
        "The branch of this boundary event runs several times at once: cancel its tokens one by one, or wait.",
    ),
    "instead": (
        "事件子流程已经接替主流程，不能再移入主流程的节点。",
        "An event sub-process has taken over from the main flow: nothing is put into the main flow again.",
    ),
    "undoing": (
        "正在撤销已办结的工作（补偿），撤销完成之前不能移动这一层的令牌；可以在列表中办完或跳过撤销任务。",
        "Completed work is being undone here: no token is moved until that is over. Its tasks can be done or skipped.",
    ),
    "joined": (
        "这一令牌所在的分支要与其他分支汇合，取消后汇合处将永远等待。请改用“跳转”把它移到汇合之后。",
        "Other branches wait for this one at a join and would wait for ever. Jump behind the join instead.",
    ),
    "at_join": (
        "令牌正在汇合处等待其他分支，不能单独操作；请操作尚未到达的分支。",
        "The token waits at a join for other branches: move the branch that has not arrived.",
    ),
    "last": (
        "这是事项的最后一个令牌，取消后事项即告结束；确需结束请用“终止”。",
        "It is the last token of the case. Terminate the case if it is to end.",
    ),
    "no_work": ("这里没有可以跳过的工作。", "There is no work to skip here."),
    "protected": (
        "令牌停在受保护环节（告知、答复、回避、集体决定、送达、申诉等），不得跳过、移走或取消。",
        "The token stands on a protected step (notice, reply, recusal, collective decision, delivery, appeal): "
        "it is never skipped, moved away or cancelled.",
    ),
    "protected_done": (
        "受保护环节已经办结，不得退回重办。",
        "A protected step that was done is never done again by a move.",
    ),
    "jumps_protected": (
        "这一移动会越过受保护环节，不得办理。请先让事项走完该环节。",
        "The move would jump over a protected step. Let the case go through it first.",
    ),
    "protected_ahead": (
        "事项还须经过受保护环节，不得由运行维护人员终止或取消。请由业务部门按流程撤销。",
        "A protected step is still to come: an operator does not end this. Let the case be withdrawn as drawn.",
    ),
}


class MoveRefused(Conflict):
    """The move is not made; `zh` and `en` say why and what to do. Facts: refusal, node_id."""

    code = "move_refused"

    def __init__(self, refusal: str, node_id: str) -> None:
        super().__init__(f"No move at {node_id}: {refusal}.", refusal=refusal, node_id=node_id)
        self.zh, self.en = WORDS[refusal]


class ProtectedStep(Refused):
    """A protected step stands against the move. Facts: refusal, node_id."""

    code = "protected_step"

    def __init__(self, refusal: str, node_id: str) -> None:
        super().__init__(f"No move at {node_id}: {refusal}.", refusal=refusal, node_id=node_id)
        self.zh, self.en = WORDS[refusal]


class MovedOn(Conflict):
    """The case has changed since the preview that the operator has seen."""

    code = "moved_on"
    zh = "预览之后事项已有变化（有人办理或另一名运行维护人员已操作），没有执行。请重新查看预览。"
    en = "The case has changed since the preview, so nothing was done. Look at the preview again."


class CaseOver(Conflict):
    """The case has ended: it has no tokens to move."""

    code = "case_over"
    zh = "事项已结束，没有可以移动的令牌。"
    en = "The case has ended: there are no tokens to move."


def check_movable(status: str, kind: str) -> None:
    """Raises CaseOver, StandsStill. A case that stands still can be terminated and nothing else."""
    if status in {"completed", "terminated"}:
        raise CaseOver(f"The case is {status}.", state=status)
    if status == "suspended" and kind != "terminate":
        raise StandsStill("The case is suspended.", state=status)


def refuse(refusal: Refusal, node_id: str) -> None:
    """Raises MoveRefused or ProtectedStep; nothing for an empty refusal."""
    if refusal in OF_PROTECTION:
        raise ProtectedStep(refusal, node_id)
    if refusal:
        raise MoveRefused(refusal, node_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A token as it stands now."""

    token: Token
    node_id: str  #: of a token at a join: the join
    state: Literal["ready", "waiting", "started"]
    scope: Token  #: token of the sub-process around it; 0: the process itself
    at_join: bool = False
    skip: Refusal = ""  #: why it is not skipped
    cancel: Refusal = ""  #: why it is not cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A node to which a token can be moved, or why not. Inside a sub-process that runs several times: one for each."""

    scope: Token
    node_id: str
    refusal: Refusal = ""
    cancels: tuple[Token, ...] = ()  #: tokens that the new one stands for, with everything inside of them


TOP = Token(0)  #: the process itself, among scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What an operator wants. target and scope: of return and jump; token: of skip and cancel."""

    kind: MoveKind
    node_id: str = ""
    scope: Token = TOP
    token: Token = TOP


#: Who may see a case, who is kept out of it, and what it is about: never edited by hand.
_IDENTITY = frozenset({"unit", "issuer", "issuer_unit", "parties", "task_id", "case_id", "from_instance"}) | OWN_PART


class VariableLocked(Refused):
    """What was written in a protected step, and who a case is about, is never edited. Facts: name."""

    code = "variable_locked"
    zh = "这一变量由受保护环节填写，或决定事项属于谁，不得修改。"
    en = "A protected step wrote this variable, or it says whose case this is: it is never edited."


def check_editable(name: str, of_protected: Collection[str]) -> None:
    """of_protected: keys of the fields of forms of protected steps. Raises VariableLocked."""
    if name in _IDENTITY or name in of_protected:
        raise VariableLocked(f"The variable {name} is not edited.", name=name)


def refusal_of(kind: MoveKind, node: FlowNode | None, done: Collection[str]) -> Refusal:
    """What the past of the case says to a target. done: nodes that were completed before."""
    if node is None:
        return "no_target"
    if kind == "return" and (node.type not in WORK_OF_PEOPLE or node.id not in done):
        return "never_done"
    return "protected_done" if node.protected and node.id in done else ""
