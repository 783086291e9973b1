"""What people begin by themselves: major matters, problems, branch life, bulletins; and when they are away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from engine.commands import instances, messages
from engine.commands.organization.availability import declare_absence, name_substitute
from engine.commands.rehearsal import texts
from engine.commands.rehearsal.answers.educate import KINDS
from engine.commands.rehearsal.answers.supervise import TOPICS
from engine.commands.rehearsal.chance import DESK_HOURS, Chance
from engine.core import Engine, Reference
from engine.model.clock import instant, local_time
from engine.model.organization import Absence, Substitute, Unit
from engine.model.step import PersonId

#: In a year, for each unit.
_MAJOR, _OWN_PROBLEMS, _PROBLEMS_BELOW = 0.6, 1.0, 1.5
_ABSENCES, _LONG_LEAVE_PERCENT, _SUBSTITUTE_PERCENT = 1.2, 1, 30  #: for each account holder; of all staff; of absences
_ENTRIES_PERCENT = 97  #: of the months in which a branch enters what it did
_BULLETINS, _HOT_ISSUES = 2, 3
_YEAR_CD = 365
_NATURES = ("作风细节", "制度不落实", "制度不落实", "侵害群众利益", "涉嫌违纪违法")
_MATTERS = ("重大事件", "专项工作", "专项工作", "先进典型")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something that a person does of his own accord at that time."""

    at: datetime
    person: str
    name: str
    run: Callable[[Engine], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Time:
    """The days of the rehearsal."""

    reference: Reference
    chance: Chance
    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        return self.reference.calendar.working_days(self.first, self.last)

    def number(self, random: Random, in_a_year: float) -> int:
        """How often something happens in this time, that happens so often in a year."""
        expected = in_a_year * ((self.last - self.first).days + 1) / _YEAR_CD
        return int(expected) + (random.random() < expected - int(expected))

    def office_hour(self, random: Random) -> datetime:
        return instant(random.choice(self.days), random.choice(DESK_HOURS))

    def holder(self, unit: str, post: str) -> str:
        held = self.reference.organization.holders(unit, post, self.first)
        return held[0].person if held else ""


def errands(reference: Reference, chance: Chance, *, first: date, last: date) -> Iterator[Errand]:
    """All of them, in the order of the units."""
    span = _Time(reference=reference, chance=chance, first=first, last=last)
    if not span.days:
        return
    for unit in reference.organization.units:
        yield from _major_matters(span, unit)
        yield from _problems(span, unit)
        yield from _entries(span, unit)
        yield from _absences(span, unit)
    yield from _of_the_top(span)


def _major_matters(span: _Time, unit: Unit) -> Iterator[Errand]:
    random = span.chance.always("major", unit.code)
    for _ in range(span.number(random, _MAJOR)):
        at = instant(random.choice(span.days), time(random.randrange(24), random.randrange(60)))
        values = {
            "title": "纪律作风重大事项报告",
            "category": random.choice(_MATTERS),
            "discovered": "本单位报告",
            "when_happened": f"{local_time(at - timedelta(minutes=40)):%Y-%m-%dT%H:%M}",
            "when_known": f"{local_time(at - timedelta(minutes=10)):%Y-%m-%dT%H:%M}",
            "what": texts.sentences(random, 30),
        }
        yield _start(at, span.holder(unit.code, "PERSON_RESP"), "S5_MAJOR", values)


def _problems(span: _Time, unit: Unit) -> Iterator[Errand]:
    organization = span.reference.organization
    random = span.chance.always("problems", unit.code)
    offices = [d.code for d in organization.departments_of(unit.code) if d.kind != "支部"]
    superior = organization.superior(unit.code)
    inspectors = organization.members("inspector", superior, span.first) if superior else ()
    for person, number, source in (
        (span.holder(unit.code, "PERSON_RESP"), span.number(random, _OWN_PROBLEMS if superior else 0), "自查"),
        (next(iter(inspectors), ""), span.number(random, _PROBLEMS_BELOW if inspectors else 0), "督查"),
    ):
        for _ in range(number):
            values = {
                "title": texts.sentences(random, 10, 30),
                "unit": unit.code,
                "dept": random.choice(offices),
                "source": source,
                "nature": random.choice(_NATURES if source == "督查" else _NATURES[:3]),
                "spread": random.choice(("个人", "部门", "单位")),
                "public_impact": random.random() < 0.1,
                "facts": texts.sentences(random, 40),
            }
            yield _start(span.office_hour(random), person, "S1_RECTIFY", values)


def _entries(span: _Time, unit: Unit) -> Iterator[Errand]:
    """三会一课: each branch once in the month, entered by its secretary."""
    organization, calendar = span.reference.organization, span.reference.calendar
    secretaries = {
        branch: held.person
        for held in organization.holders(unit.code, "BRANCH_SEC", span.first)
        for branch in held.departments
    }
    for branch in (d for d in organization.departments_of(unit.code) if d.kind == "支部"):
        random = span.chance.always("entries", branch.code)
        month = span.first.replace(day=1)
        while month <= span.last:
            following = (month + timedelta(days=32)).replace(day=1)
            days = calendar.working_days(max(month, span.first), min(following - timedelta(days=1), span.last))
            if days and random.randrange(100) < _ENTRIES_PERCENT:
                day = random.choice(days)
                values = {
                    "branch": branch.code,
                    "entry_on": day.isoformat(),
                    "kind": random.choice(KINDS),
                    "content": texts.sentences(random, 20, 200),
                    "tagged": True,
                }
                who = secretaries.get(branch.code) or span.holder(unit.code, "PERSON_RESP")
                yield _start(instant(day, DESK_HOURS[-1]), who, "P06B_ENTRY", values)
            month = following


def _absences(span: _Time, unit: Unit) -> Iterator[Errand]:
    """Declared on the first working day of the week before, so that everybody's are read at once."""
    organization = span.reference.organization
    for person in organization.staff_of(unit.code):
        random = span.chance.always("away", person.id)
        if random.randrange(1000) < 10 * _LONG_LEAVE_PERCENT:
            begins = span.first + timedelta(days=random.randrange(1, max(2, (span.last - span.first).days)))
            yield _away(span, person.id, begins, random.randint(62, 90), substitute=None)
        elif not person.on_paper:
            for _ in range(min(1, span.number(random, _ABSENCES))):
                begins = random.choice(span.days)
                named = _substitute(span, person.id, unit.code) if random.randrange(100) < _SUBSTITUTE_PERCENT else None
                yield _away(span, person.id, begins, random.choice((1, 2, 3, 3, 5, 7, 10)), substitute=named)


def _substitute(span: _Time, person: str, unit: str) -> tuple[str, str] | None:
    """(post, who acts in it): the next in the line of the unit."""
    line = ("LEAD_MAIN", "LEAD_DIRECT", "LEAD_OTHER", "DEPT_RESP", "PERSON_RESP")
    held = [(post, span.holder(unit, post)) for post in line]
    for (post, holder), (_, following) in zip(held, [*held[1:], held[-2]], strict=True):
        if holder == person and following and following != person:
            return post, following
    return None


def _away(span: _Time, person: str, begins: date, days: int, *, substitute: tuple[str, str] | None) -> Errand:
    organization, calendar = span.reference.organization, span.reference.calendar
    unit = organization.home_unit(person)
    last = begins + timedelta(days=days - 1)
    monday = calendar.on_or_after(max(span.first, begins - timedelta(days=begins.weekday() + 7)))
    told = min(monday, begins)
    by = person if not person.startswith("s") else _administrator(span) or person

    def declare(engine: Engine) -> None:
        if substitute is not None:
            post, other = substitute
            begun = Substitute(
                holder=person, unit=unit, position=post, person=other, valid_from=begins, valid_until=last
            )
            name_substitute(engine, PersonId(by), begun)
        declare_absence(engine, PersonId(by), Absence(person=person, first_day=begins, last_day=last))

    return Errand(at=instant(told, DESK_HOURS[0]), person=by, name="absence", run=declare)


def _administrator(span: _Time) -> str:
    organization = span.reference.organization
    return next(iter(organization.members("admin", organization.top(), span.first)), "")


def _of_the_top(span: _Time) -> Iterator[Errand]:
    """Case bulletins of the prefecture commission, and issues that it lets inspect."""
    top, random = span.reference.organization.top(), span.chance.always("top")
    leader = span.holder(top, "LEAD_MAIN")
    inspector = next(iter(span.reference.organization.members("inspector", top, span.first)), "")
    for number in range(1, span.number(random, _BULLETINS) + 1):
        at = span.office_hour(random)
        told = {
            "bulletin_no": f"红政法通〔{at.year}〕{number}号",
            "bulletin_title": "关于一起违反值班备勤纪律典型案例的通报",
        }
        yield Errand(
            at=at,
            person=leader,
            name="sig.case_bulletin",
            run=partial(_issue, PersonId(leader), told),
        )
    for _ in range(span.number(random, _HOT_ISSUES)):
        topic = {"topic": random.choice(TOPICS)}
        yield Errand(
            at=span.office_hour(random),
            person=inspector,
            name="msg.hot_issue",
            run=partial(_tell_of_issue, PersonId(inspector), topic),
        )


def _issue(leader: PersonId, told: Mapping[str, object], engine: Engine) -> None:
    messages.broadcast(engine, leader, "sig.case_bulletin", told)


def _tell_of_issue(inspector: PersonId, topic: Mapping[str, object], engine: Engine) -> None:
    messages.send(engine, inspector, "msg.hot_issue", "", topic)


def _start(at: datetime, person: str, key: str, values: Mapping[str, object]) -> Errand:
    return Errand(
        at=at,
        person=person,
        name=f"start {key}",
        run=lambda engine: instances.start(engine, key, PersonId(person), values),
    )
