"""Who of a unit must be trained, and who still has to be (domain.md §2 P03): eligible, exempt, covered, absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.model.organization import Absence


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How far the yearly 警示教育 of a unit has got on a day."""

    eligible: tuple[str, ...]  #: of the whole staff those who must attend, ascending
    covered: tuple[str, ...]  #: of the eligible those who attended or made it up

    @property
    def done(self) -> int:
        return len(self.covered)

    @property
    def of(self) -> int:
        return len(self.eligible)

    @property
    def missing(self) -> tuple[str, ...]:
        covered = set(self.covered)
        return tuple(person for person in self.eligible if person not in covered)

    @property
    def is_complete(self) -> bool:
        """Everybody who must has attended; a unit in which nobody must has nothing to show."""
        return self.of > 0 and self.done == self.of


def coverage(staff: Iterable[str], *, exempt: Iterable[str], trained: Iterable[str]) -> Coverage:
    """exempt: on long leave, or exempt with reason; who attended all the same counts as eligible and covered."""
    trained, excused = set(trained), set(exempt)
    eligible = tuple(sorted(person for person in set(staff) if person in trained or person not in excused))
    return Coverage(eligible=eligible, covered=tuple(person for person in eligible if person in trained))


def on_long_leave(absences: Iterable[Absence], *, on: date, least_days: int) -> Mapping[str, Absence]:
    """Who is away on that day for at least so many calendar days without a break, and the whole time of the leave.

    Two entries with no day between them are one leave. Business trips (出差) are no leave.
    """
    by_person: dict[str, list[Absence]] = {}
    for absence in sorted(absences, key=lambda one: (one.person, one.first_day)):
        if absence.kind != "请假":
            continue
        known = by_person.setdefault(absence.person, [])
        if known and absence.first_day <= known[-1].last_day + timedelta(days=1):
            last = max(known[-1].last_day, absence.last_day)
            known[-1] = Absence(person=absence.person, first_day=known[-1].first_day, last_day=last)
        else:
            known.append(absence)
    return {
        leave.person: leave
        for leaves in by_person.values()
        for leave in leaves
        if leave.first_day <= on <= leave.last_day and (leave.last_day - leave.first_day).days + 1 >= least_days
    }
