"""Obligations and their evidence: generated in sets, one fact once, everything else computed from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from engine.errors import NotFound
from engine.model.clock import instant, local_day
from engine.model.obligation import Evidence, Reckoning, Standing
from engine.model.obligation_rules import Catalogue, catalogue
from engine.model.owed import Debtor, Term
from engine.model.step import InstanceId
from engine.store import tables as t
from engine.store.scope import Scope, of

NIGHT = time(0, 10)  #: in Asia/Shanghai
_GENERATE = (
    "INSERT INTO obligation (id, unit, owner_key, person, branch, code, rule_version, period, event, first_day,"
    " last_day, opens_on, due_on, checkpoint_on, created_at)"
    " SELECT owed.id, owed.unit, owed.person || owed.branch, nullif(owed.person, ''), nullif(owed.branch, ''),"
    " %s, %s, %s, %s, %s, %s, %s, %s, %s, %s"
    " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) AS owed (id, unit, person, branch)"
    " ON CONFLICT DO NOTHING"
)
#: Who does not owe it any more, and who does again; what is done, waived or about an event stays.
_LAPSE = (
    "UPDATE obligation o SET lapsed_on = CASE WHEN k.unit IS NULL THEN %s::date END"
    " FROM obligation x LEFT JOIN unnest(%s::text[], %s::text[]) AS k (unit, owner_key)"
    " ON k.unit = x.unit AND k.owner_key = x.owner_key"
    " WHERE x.id = o.id AND x.code = %s AND x.period = %s AND x.done_on IS NULL AND x.waived_at IS NULL"
    " AND x.event = '' AND (x.lapsed_on IS NULL) = (k.unit IS NULL)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationRow:
    """One obligation as stored; its state is computed (engine.model.obligation)."""

    id: UUID
    code: str
    rule_version: int
    period: str
    unit: str
    owner_key: str
    person: str | None
    branch: str | None
    event: str
    first_day: date
    last_day: date
    opens_on: date
    due_on: date
    checkpoint_on: date | None
    dated_on: date | None
    done_on: date | None
    done: int | None
    of: int | None
    met: Sequence[str]
    waived_at: datetime | None
    waived_by: str | None
    waiver_reason: str
    lapsed_on: date | None
    instance_id: InstanceId | None
    created_at: datetime

    @property
    def standing(self) -> Standing:
        return Standing(
            opens_on=self.opens_on,
            due_on=self.due_on,
            dated_on=self.dated_on,
            done_on=self.done_on,
            waived=self.waived_at is not None,
            lapsed=self.lapsed_on is not None,
            checkpoint_on=self.checkpoint_on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A fact, when and by which case it was recorded."""

    id: UUID
    obligation_id: UUID
    need: str
    on_day: date
    part: str
    done: int | None
    of: int | None
    instance_id: InstanceId | None
    node_id: str
    recorded_by: str
    recorded_at: datetime

    @property
    def fact(self) -> Evidence:
        return Evidence(need=self.need, on=self.on_day, part=self.part, done=self.done, of=self.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightlyRow:
    """The night's work: when it is due, for which day it was done last, what it had seen."""

    name: str
    due_at: datetime | None
    last_day: date | None
    seen: str
    since: Mapping[str, str]


class Obligations(Scope):
    """Part of Transaction."""

    __slots__ = ()

    # -- the catalogue

    def obligation_catalogue(self) -> Catalogue:
        """The shipped rules with the changes of administrators."""
        changed = t.obligation_rule.c
        query = select(changed.code, changed.changes, changed.valid_from).order_by(changed.code, changed.version)
        return catalogue([(row.code, row.changes, row.valid_from) for row in self.connection.execute(query)])

    def change_obligation_rule(
        self, code: str, version: int, changes: Mapping[str, object], *, valid_from: date, reason: str
    ) -> None:
        """The next version of a rule, in the actor's name."""
        row = {"code": code, "version": version, "changes": dict(changes), "valid_from": valid_from, "reason": reason}
        self._insert(t.obligation_rule, row | {"changed_by": self.actor, "changed_at": self.now})

    # -- generating

    def generate_obligations(
        self, term: Term, owed: Sequence[tuple[UUID, Debtor]], *, period: str = "", event: str = ""
    ) -> int:
        """One for each debtor that has none yet. Answers how many were new."""
        days = (term.first_day, term.last_day, term.opens_on, term.due_on, term.checkpoint_on)
        rule = (term.rule.code, term.rule.version, period or term.period, event)
        columns = ([new_id for new_id, _ in owed], *([getattr(d, name) for _, d in owed] for name in _DEBTOR))
        return self.raw.execute(_GENERATE, (*rule, *days, self.now, *columns)).rowcount

    def lapse_obligations(self, term: Term, debtors: Sequence[Debtor], *, on: date) -> int:
        """Who is no longer among the debtors owes it no more; who is again does. Answers how many changed."""
        keys = ([debtor.unit for debtor in debtors], [debtor.key for debtor in debtors])
        return self.raw.execute(_LAPSE, (on, *keys, term.rule.code, term.period)).rowcount

    def generated_periods(self, until: date) -> Mapping[tuple[str, str], int]:
        """{(code, period): version of the rule} of what was generated and ends on that day or later."""
        done = t.obligation_period.c
        query = select(done.code, done.period, done.rule_version).where(done.last_day >= until)
        return {(row.code, row.period): row.rule_version for row in self.connection.execute(query)}

    def note_period(self, term: Term) -> None:
        """The rule was generated for this period."""
        row = {"code": term.rule.code, "period": term.period, "rule_version": term.rule.version}
        new = insert(t.obligation_period).values(**row, last_day=max(term.last_day, term.due_on))
        self.connection.execute(new.on_conflict_do_nothing())

    def nightly(self, name: str, *, until: datetime | None = None) -> NightlyRow | None:
        """The night's work, ours until the commit. until: only if it is due by then. None: not, or another has it."""
        night = t.nightly.c
        query = of(NightlyRow, t.nightly).where(night.name == name)
        if until is not None:
            return self._find(NightlyRow, query.where(night.due_at <= until).with_for_update(skip_locked=True))
        return self._find(NightlyRow, query.with_for_update())

    def has_begun(self, name: str) -> bool:
        """Is the night's work due some day?"""
        night = t.nightly.c
        return self.connection.execute(select(night.due_at).where(night.name == name)).scalar() is not None

    def ask_for_night(self) -> None:
        """Something has changed that the very next night must look at."""
        night = t.nightly.c
        tomorrow = instant(local_day(self.now) + timedelta(days=1), NIGHT)
        later = update(t.nightly).where(night.due_at > tomorrow)
        self._run(later.values(due_at=tomorrow))

    def set_nightly(self, night: NightlyRow) -> None:
        """When it is due next, and what it has seen."""
        values = asdict(night) | {"since": dict(night.since)}
        self._run(update(t.nightly).where(t.nightly.c.name == night.name).values(**values))

    # -- one obligation

    def obligation(self, obligation_id: UUID, *, lock: bool = False) -> ObligationRow:
        """Raises NotFound, also for one that the actor may not see."""
        query = of(ObligationRow, t.obligation).where(t.obligation.c.id == obligation_id)
        found = self._find(ObligationRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no obligation {obligation_id}.", id=str(obligation_id))
        return found

    def unmet_obligations_of(self, unit: str) -> tuple[ObligationRow, ...]:
        """What the unit or somebody in it still owes, by the day on which it is due."""
        owed = t.obligation.c
        query = of(ObligationRow, t.obligation).where(
            owed.unit == unit, owed.done_on.is_(None), owed.waived_at.is_(None), owed.lapsed_on.is_(None)
        )
        return self._list(ObligationRow, query.order_by(owed.due_on, owed.id))

    def find_obligation(
        self, code: str, unit: str, owner_key: str, *, period: str = "", event: str = ""
    ) -> ObligationRow | None:
        """The one of this owner for a period, or about an event; locked."""
        owed = t.obligation.c
        query = of(ObligationRow, t.obligation).where(
            owed.code == code, owed.unit == unit, owed.owner_key == owner_key, owed.event == event
        )
        if period and not event:
            query = query.where(owed.period == period)
        return self._find(ObligationRow, query.order_by(owed.created_at.desc()).limit(1).with_for_update())

    def waiting_event(self, code: str, unit: str, owner_key: str) -> ObligationRow | None:
        """What this owner owes because of an event and has not done, the oldest first; locked."""
        owed = t.obligation.c
        query = of(ObligationRow, t.obligation).where(
            owed.code == code, owed.unit == unit, owed.owner_key == owner_key, owed.event != "", owed.done_on.is_(None)
        )
        return self._find(ObligationRow, query.order_by(owed.created_at, owed.id).limit(1).with_for_update())

    def evidence_of(self, obligation_id: UUID) -> tuple[EvidenceRow, ...]:
        """Its facts in the order in which they were recorded."""
        fact = t.evidence.c
        query = of(EvidenceRow, t.evidence).where(fact.obligation_id == obligation_id)
        return self._list(EvidenceRow, query.order_by(fact.recorded_at, fact.id))

    def add_evidence(self, row: EvidenceRow) -> bool:
        """Keep the fact; the same fact is kept once. Answers whether it is new."""
        new = insert(t.evidence).values(**asdict(row)).on_conflict_do_nothing()
        return bool(self.connection.execute(new).rowcount)

    def set_reckoning(self, obligation_id: UUID, found: Reckoning, *, instance_id: InstanceId | None) -> None:
        """What its evidence comes to now."""
        values = asdict(found) | {"met": list(found.met)}
        if instance_id is not None:
            values["instance_id"] = instance_id
        self._run(update(t.obligation).where(t.obligation.c.id == obligation_id).values(**values))

    def date_obligation(self, obligation_id: UUID, due_on: date) -> None:
        """It is due on another day."""
        self._run(update(t.obligation).where(t.obligation.c.id == obligation_id).values(due_on=due_on))

    def waive_obligation(self, obligation_id: UUID, *, by: str, reason: str) -> None:
        values = {"waived_at": self.now, "waived_by": by, "waiver_reason": reason}
        self._run(update(t.obligation).where(t.obligation.c.id == obligation_id).values(**values))


_DEBTOR: Iterable[str] = ("unit", "person", "branch")
