"""Engine: the settings, the database and what is kept in memory between transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from random import Random, SystemRandom
from uuid import UUID

from engine.config import Settings
from engine.decisions.feel import Function
from engine.decisions.form_feel import FormFeel
from engine.decisions.models import load_models
from engine.decisions.question import Question, UnknownDecision
from engine.decisions.working_days import working_day_functions
from engine.errors import StepFailed
from engine.model.assignment import Assignment
from engine.model.calendar import WorkCalendar
from engine.model.identity import IdGenerator
from engine.model.organization import Organization
from engine.model.params import Params
from engine.model.process import ProcessInfo
from engine.model.recusal import Relation
from engine.model.step import DefinitionId
from engine.store.database import SharedDatabase, Transactions
from engine.store.decisions import DecisionRow
from engine.store.definitions import DefinitionRow, FormRow
from engine.store.transaction import Transaction
from engine.store.visitors import Visitors
from engine.workflow import CompiledDefinition, compile_definition
from forms import Form, compile_form


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersion:
    """One immutable version of a form, compiled."""

    id: UUID
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionVersion:
    """One immutable version of a decision, ready to be asked."""

    row: DecisionRow
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One immutable version of a process, compiled, with its forms and the decisions that its cases ask."""

    row: DefinitionRow
    compiled: CompiledDefinition
    forms: Mapping[str, FormVersion]
    decisions: Mapping[str, DecisionVersion]

    @property
    def info(self) -> ProcessInfo:
        return self.compiled.info

    def form(self, key: str) -> FormVersion:
        """The form of this version. Raises StepFailed: a diagram names a form that was never published."""
        try:
            return self.forms[key]
        except KeyError:
            raise StepFailed(
                f"The form {key} was not published with {self.row.key} v{self.row.version}.", cause="no_form"
            ) from None


@dataclass(frozen=True, slots=True)
class Reference:
    """What all cases share and what rarely changes: read again when its stamp in the database moves."""

    stamp: int
    calendar: WorkCalendar
    organization: Organization
    params: Params
    relations: tuple[Relation, ...] = ()  #: the 回避登记
    functions: Mapping[str, Function] = field(default_factory=dict, compare=False)  #: of FEEL, on this calendar
    #: Searches for people that depend on nothing else, by what they do depend on (engine.commands.assigning).
    found: dict[object, Assignment] = field(default_factory=dict, compare=False, repr=False)


class Engine:
    """The one object that a process of the service holds. Safe to share between threads."""

    def __init__(self, settings: Settings, database: Transactions, *, random: Random | None = None) -> None:
        """random: a seeded one makes a rehearsal come out the same again; refused in live mode, where whoever knows
        the seed could foretell every draw by lot."""
        if random is not None and settings.mode == "live":
            raise ValueError("A live installation draws by the randomness of the system alone.")
        self.settings = settings
        self.database = database
        self.random: Random = random or SystemRandom()
        self.ids = IdGenerator(random)
        self._definitions: dict[DefinitionId, Definition] = {}
        self._forms: dict[UUID, FormVersion] = {}
        self._decisions: dict[UUID, DecisionVersion] = {}
        self._reference: Reference | None = None
        self._lock = threading.Lock()
        #: the hour of the business clock up to which this process has looked after the anchor
        self.anchored: datetime | None = None
        #: What waits for the roll-back of the outer transaction; None: there is none.
        self.after_rollback: list[Callable[[Engine], None]] | None = None

    def transaction(self, actor: str) -> AbstractContextManager[Transaction]:
        """One transaction in the name of `actor` ("system" or a person): all of it or nothing. The only commit."""
        return self.database.transaction(actor=actor)

    def reading(self, actor: str) -> AbstractContextManager[Transaction]:
        """A transaction for queries: nothing can be written in it."""
        return self.database.reading(actor=actor)

    def visitors(self) -> AbstractContextManager[Visitors]:
        """Who is behind a session or token, without a transaction."""
        return self.database.visitors()

    def within(self, tx: Transaction) -> Engine:
        """This engine, with every transaction a part of `tx`: a command and its stored answer commit together."""
        joined = copy(self)
        joined.database = self.database.within(tx)
        joined.after_rollback = []
        return joined

    def acting_in(self, tx: Transaction) -> Engine:
        """This engine, with what everybody does a part of `tx`: of a rehearsal alone, see SharedDatabase."""
        joined = copy(self)
        joined.database = SharedDatabase(tx)
        joined.after_rollback = []
        return joined

    def keep_after_rollback(self, keep: Callable[[Engine], None]) -> None:
        """Run `keep` once the failed transaction is rolled back: at once, or when the outermost one is."""
        if self.after_rollback is None:
            keep(self)
        else:
            self.after_rollback.append(keep)

    def keep_of_part(self) -> None:
        """A part of the outer transaction has failed and was undone alone: what it kept goes on with the rest."""
        waiting, self.after_rollback = self.after_rollback or [], None if self.after_rollback is None else []
        for keep in waiting:
            keep(self)

    def definition(self, tx: Transaction, definition_id: DefinitionId) -> Definition:
        """The compiled definition; parsed once in the life of this process, since versions never change."""
        known = self._definitions.get(definition_id)
        if known is None:
            known = self._compile(tx, definition_id)
            with self._lock:
                self._definitions[definition_id] = known
        return known

    def form_version(self, tx: Transaction, form_version_id: UUID) -> FormVersion:
        """One version of a form, compiled once."""
        known = self._forms.get(form_version_id)
        return known if known is not None else self._compile_form(tx.form_version(form_version_id))

    def decision_version(self, tx: Transaction, row: DecisionRow) -> DecisionVersion:
        """One version of a decision, compiled once with all of its bundle."""
        if row.id not in self._decisions:
            models = load_models(tx.bundle_files(row.deployment_id, kind="dmn"))
            found = {
                one.id: DecisionVersion(row=one, question=Question(models[one.file], one.key))
                for one in tx.decisions_of(row.deployment_id)
            }
            with self._lock:
                self._decisions |= found
        return self._decisions[row.id]

    def current_decision(self, tx: Transaction, key: str) -> DecisionVersion:
        """The version in force. Raises UnknownDecision."""
        row = tx.current_decision(key)
        if row is None:
            raise UnknownDecision(key)
        return self.decision_version(tx, row)

    def reference(self, tx: Transaction) -> Reference:
        """Calendar, organisation and parameters as they stand in this transaction."""
        known = self._reference
        if known is None or known.stamp != tx.reference_stamp:
            known = self._reference = _read_reference(tx)
        return known

    def seeing(self, tx: Transaction) -> Engine:
        """This engine, with what `tx` itself has changed so far in organisation and calendar. Ends with `tx`.

        A copy: what is not yet committed must never be remembered by the engine that all share.
        """
        fresh = copy(self)
        fresh._reference = _read_reference(tx)
        return fresh

    def started_by(self, tx: Transaction, message: str) -> Definition | None:
        """The process in force that begins with this message, if one does."""
        definition_id = tx.started_by_message(message)
        return self.definition(tx, definition_id) if definition_id is not None else None

    def _compile(self, tx: Transaction, definition_id: DefinitionId) -> Definition:
        row = tx.definition(definition_id)
        compiled = compile_definition(tx.running_files(row.deployment_id), row.key)
        wanted = {node.form for node in compiled.info.nodes.values() if node.form} | {compiled.info.start_form} - {""}
        forms = {form.key: self._compile_form(form) for form in tx.forms_of(row, wanted)}
        rows = tx.decision_versions(UUID(decision_id) for decision_id in row.decisions.values())
        decisions = {one.key: self.decision_version(tx, one) for one in rows}
        return Definition(row=row, compiled=compiled, forms=forms, decisions=decisions)

    def _compile_form(self, row: FormRow) -> FormVersion:
        known = self._forms.get(row.id)
        if known is None:
            known = FormVersion(id=row.id, form=compile_form(row.content, read=FormFeel(row.key)))
            with self._lock:
                self._forms[row.id] = known
        return known


def _read_reference(tx: Transaction) -> Reference:
    calendar = tx.work_calendar()
    functions = working_day_functions(calendar)
    return Reference(tx.reference_stamp, calendar, tx.organization(), tx.params(), tx.relations(), functions)
