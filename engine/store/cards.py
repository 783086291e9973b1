"""Cards after they were issued (StepRecord issues them): answers, objections, and what counts against a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select, update

from engine.errors import NotFound
from engine.model.step import InstanceId, PersonId, TaskId, Token
from engine.store import tables as t
from engine.store.scope import Scope, of

PROPOSAL_FORM = "S2_T5"  #: 启动审批, the user task of level 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A numbered paper of the ladder. state: issued, objected, withdrawn."""

    no: str
    level: int
    state: str
    unit: str
    issuer_unit: str
    instance_id: InstanceId
    case_id: InstanceId | None
    task_id: TaskId | None
    title: str
    grounds: Mapping[str, object]
    issued_on: date
    issued_at: datetime
    effective_on: date | None
    answer_due_on: date | None
    answered_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def is_objected(self) -> bool:
        """An objection waits for its decision."""
        return self.state == "objected"

    @property
    def is_withdrawn(self) -> bool:
        return self.state == "withdrawn"

    def counts_on(self, day: date) -> bool:
        """Effective on that day: its objection window is over, or its objection was rejected."""
        return self.state == "issued" and self.effective_on is not None and self.effective_on <= day


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionRow:
    """An objection to a card. decision: upheld (the card is withdrawn), rejected, None: still open."""

    id: UUID
    card_no: str
    filed_by: PersonId
    filed_at: datetime
    reason: str
    task_id: TaskId | None = None
    decision: str | None = None
    decided_by: PersonId | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""


_OF_TASK = of(CardRow, t.card).where(t.card.c.task_id == bindparam("task_id")).order_by(t.card.c.issued_at, t.card.c.no)


class Cards(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def card(self, no: str, *, lock: bool = False) -> CardRow:
        """The card of this number. lock: nobody else can change it until we commit. Raises NotFound."""
        query = of(CardRow, t.card).where(t.card.c.no == no)
        found = self._find(CardRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no card {no}.", no=no)
        return found

    def cards_of_unit(self, unit: str, *, since: date) -> tuple[CardRow, ...]:
        """Cards issued to the unit after that day, oldest first, withdrawn ones too."""
        card = t.card.c
        query = of(CardRow, t.card).where(card.unit == unit, card.issued_on > since)
        return self._list(CardRow, query.order_by(card.issued_at, card.no))

    def cards_of_task(self, task_id: TaskId) -> tuple[CardRow, ...]:
        """Cards issued because of this late task, oldest first."""
        return tuple(CardRow(**row._asdict()) for row in self.rows(_OF_TASK, {"task_id": task_id}))

    def cards_with_windows_since(self, on: date) -> tuple[CardRow, ...]:
        """Yellow and red cards, not withdrawn, whose window or answer ends on that day or later."""
        card = t.card.c
        runs = (card.effective_on >= on) | (card.answer_due_on >= on)
        query = of(CardRow, t.card).where(card.state != "withdrawn", card.level.in_((2, 3)), runs)
        return self._list(CardRow, query.order_by(card.no))

    def lengthen_card(self, no: str, *, effective_on: date | None, answer_due_on: date | None) -> None:
        """A changed calendar gives the unit more time to object and to answer."""
        values = {"effective_on": effective_on, "answer_due_on": answer_due_on}
        self._run(update(t.card).where(t.card.c.no == no).values(**values))

    def answer_card(self, no: str) -> None:
        """The unit has answered the card; the first answer counts."""
        card = t.card.c
        self._run(update(t.card).where(card.no == no, card.answered_at.is_(None)).values(answered_at=self.now))

    def file_objection(self, objection: ObjectionRow) -> None:
        """Keep the objection; until it is decided the card does not count."""
        self._insert(t.card_objection, asdict(objection))
        self._run(update(t.card).where(t.card.c.no == objection.card_no).values(state="objected"))

    def objections(self, no: str) -> tuple[ObjectionRow, ...]:
        """Objections to the card, oldest first."""
        objection = t.card_objection.c
        query = of(ObjectionRow, t.card_objection).where(objection.card_no == no)
        return self._list(ObjectionRow, query.order_by(objection.filed_at))

    def decide_objection(self, no: str, *, withdrawn: bool, on: date, by: str, reason: str) -> None:
        """Withdraw the card (its number stays), or reject the objection: from that day on it is effective."""
        objection = t.card_objection.c
        decided = {"decision": "upheld" if withdrawn else "rejected", "decided_by": by, "decided_at": self.now}
        statement = update(t.card_objection).where(objection.card_no == no, objection.decision.is_(None))
        self._run(statement.values(**decided, decision_reason=reason))
        gone = {"state": "withdrawn", "withdrawn_at": self.now}
        card = update(t.card).where(t.card.c.no == no)
        self._run(card.values(**gone) if withdrawn else card.values(state="issued", effective_on=on))

    def same_day_proposals(self, no: str) -> tuple[tuple[InstanceId, Token], ...]:
        """Open 启动审批 tasks that the same ladder opened on the day of this card (D2 rule 1): instance, token."""
        task, card = t.user_task.c, t.card.c
        query = (
            select(task.instance_id, task.token)
            .join(t.card, card.instance_id == task.instance_id)
            .where(card.no == no, task.form_key == PROPOSAL_FORM, task.state.in_(t.OPEN_STATES))
            .where(_local_day(task.created_at) == card.issued_on)
            .order_by(task.token)
        )
        return tuple((InstanceId(row[0]), Token(row[1])) for row in self.connection.execute(query))


def _local_day(column: ColumnElement[datetime]) -> ColumnElement[date]:
    return func.date(func.timezone("Asia/Shanghai", column))
