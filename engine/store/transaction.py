"""Transaction: the face of the store that commands use. Everything in it is committed together, by Database alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from engine.errors import Beaten
from engine.store import queue
from engine.store.access import AccessFact, append_access
from engine.store.accounts import Accounts
from engine.store.anchors import Anchors
from engine.store.cards import Cards
from engine.store.cases import Cases
from engine.store.channels import Channels
from engine.store.clock import Clock
from engine.store.comments import Comments
from engine.store.copies import Copies
from engine.store.data_stores import DataStores
from engine.store.decisions import Decisions
from engine.store.definitions import Definitions
from engine.store.designs import Designs
from engine.store.documents import Documents
from engine.store.drafts import Drafts
from engine.store.draws import Draws
from engine.store.driver_errors import is_lost_race
from engine.store.incidents import Incidents
from engine.store.messages import Messages
from engine.store.migration_runs import MigrationRuns
from engine.store.notices import Notices
from engine.store.obligations import Obligations
from engine.store.organization import OrganizationChanges
from engine.store.reference import ReferenceData
from engine.store.report_figures import ReportFigures
from engine.store.report_places import ReportPlaces
from engine.store.retries import Retries
from engine.store.role_requests import RoleRequests
from engine.store.saved_views import SavedViews
from engine.store.starts import Starts
from engine.store.step_json import Gathered
from engine.store.timers import Timers
from engine.store.vitals import Vitals

_NEXT_NUMBER = (
    "INSERT INTO number_counter (kind, unit, year, last) VALUES (%s, %s, %s, 1)"
    " ON CONFLICT (kind, unit, year) DO UPDATE SET last = number_counter.last + 1 RETURNING last"
)


class Transaction(
    Accounts,
    Anchors,
    Cards,
    Channels,
    Clock,
    Comments,
    Copies,
    DataStores,
    Decisions,
    Definitions,
    Designs,
    Documents,
    Drafts,
    Draws,
    Incidents,
    Messages,
    MigrationRuns,
    Notices,
    Obligations,
    OrganizationChanges,
    ReferenceData,
    ReportFigures,
    ReportPlaces,
    Retries,
    RoleRequests,
    SavedViews,
    Starts,
    Timers,
    Vitals,
    Cases,
):
    """An open database transaction on behalf of one actor; its parts are one module per noun.

    Not shared between threads. Committed or rolled back by the `with` block of Database.transaction that opened it.
    """

    __slots__ = ("_access",)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._access: list[AccessFact] = []

    def defer(
        self,
        name: str,
        args: Mapping[str, object],
        *,
        queueing_lock: str | None = None,
        run_after: datetime | None = None,
    ) -> int | None:
        """Ask for a job, which exists if we commit, and only then. See engine.store.queue.defer."""
        return queue.defer(self.raw, name, args, queueing_lock=queueing_lock, run_after=run_after)

    def retry_job(self, job_id: int) -> bool:
        """Let a job that has failed for good try again. False: there is none such any more."""
        return queue.retry(self.raw, job_id)

    def next_number(self, kind: str, unit: str, year: int) -> int:
        """1, 2, 3 … per kind, unit and year, without a gap: a rolled-back transaction gives its number back.

        Others who want a number of the same series wait until we commit: ask for it late.
        """
        rows = self._apart().hot(_NEXT_NUMBER, (kind, unit, year))
        return int(rows[0][0]) if rows else 0

    def access(self, event: str, *, address: str = "", body: Mapping[str, object] | None = None) -> None:
        """Note a fact without an instance (login, read, export, deployment) for the access log.

        It is written just before the commit: its chain is locked from then on, and should not be for longer.
        """
        self._access.append(AccessFact(event=event, actor=self.actor, address=address, body=body))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone when an error leaves it; what came before stays.

        Raises Beaten when the database gave the part up for another transaction (deadlock).
        """
        noted, people, standing = len(self._access), set(self.inbox_changed), dict(self._standing)
        savepoint = self.raw.transaction()
        eyes = self._eyes
        try:
            with savepoint:
                yield
                self._settle()
        except BaseException as error:
            del self._access[noted:]
            self.inbox_changed, self._standing = people, standing
            self._offered.clear()  # with the part went its locks
            self._gathered = Gathered()
            self._eyes = eyes  # the database has gone back to these as well
            if is_lost_race(error):
                raise Beaten("Two changes met; the other one went first.") from error
            raise

    def flush(self) -> None:
        """Write what waits for the end, but for steps, which go with the commit. Called by Database before it."""
        if self._access:
            append_access(self.raw, self._access, self.now, self._random)
            self._access.clear()
