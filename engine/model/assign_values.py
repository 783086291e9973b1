"""What an assignment reads and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from engine.errors import StepFailed
from engine.model.assign_grammar import Mode
from engine.model.params import Params
from engine.model.recusal import CaseParties, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One step of the search, in words."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One person who may do the task."""

    person: str
    unit: str  #: the unit for which the person acts here
    position: str = ""  #: the position or role by which the person was found
    substitute_for: str = ""  #: the absent or excluded holder; the screens show both names


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who gets a task, and how they were found."""

    rule: str
    candidates: tuple[Candidate, ...]
    mode: Mode
    assignee: str = ""  #: whose task it is at once; "" while it waits to be claimed
    unit: str  #: the unit that acts
    widened_from: str = ""  #: the unit that should have acted, when nobody there could
    is_external: bool = False  #: the superior stands outside the system: upload its written document (上传书面材料)
    shortfall: int = 0  #: people still missing of the number asked for
    trail: tuple[Note, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(c.person for c in self.candidates)

    @property
    def substituted_for(self) -> dict[str, str]:
        """substitute -> the person in whose place he acts."""
        return {c.person: c.substitute_for for c in self.candidates if c.substitute_for}


class NobodyAssignable(StepFailed):
    """无可指派人员: nobody is left for a task. An incident; `namer` (a superior LEAD_MAIN, or "") names a person."""

    code = "nobody_assignable"

    def __init__(self, rule: str, namer: str, trail: tuple[Note, ...]) -> None:
        super().__init__(f"Nobody can be assigned by {rule!r}.", facts={"rule": rule, "namer": namer})
        self.rule, self.namer, self.trail = rule, namer, trail
        self.zh = f"无可指派人员（{rule}）" + (f"，由{namer}指定办理人。" if namer else "。")
        self.en = f"Nobody can be assigned ({rule})" + (f"; {namer} names a person." if namer else ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignContext:
    """All that an assignment may read about one task."""

    unit: str  #: responsible unit of the instance
    on: date
    variables: Mapping[str, object] = field(default_factory=dict)
    target: str = ""  #: unit inspected or assessed
    element: str = ""  #: unit of this multi-instance element, for the scope `children`
    dept: str = ""  #: department concerned: its LEAD_DIRECT in charge is preferred
    case: CaseParties = field(default_factory=CaseParties)
    recused: frozenset[str] = frozenset()  #: whose 回避申请 in this case was accepted
    params: Params = field(default_factory=Params.load)
    stage: Stage = ""
    node_actors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: node id -> who completed it
    load: Mapping[str, int] = field(default_factory=dict)  #: person -> open tasks, for least_load
    random: Random | None = None  #: seeded by the caller (D6); required for the mode draw
    needed: int = 1
    substitutes_allowed: bool = True  #: false for sign tasks of LEAD_MAIN in P01 and S3
