"""Q12: which letters of commitment miss which signature, and which required posts stand vacant for too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from engine.core import Reference
from engine.model.clock import local_day
from engine.model.declared_words import Words
from engine.model.obligation import State
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.model.vacancy import vacancies
from engine.queries.narrowing import Narrowing, of_units, units_asked
from engine.queries.obligations import state_column
from engine.queries.questions.question import Asked, Choice, Found, Question, Reading, column, option, total
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import oversees, visible_obligations

_OWED = t.obligation.c
UPWARD, INSIDE, AFTER_CHANGE = "O02", "O03", "O04"
_LETTERS = (UPWARD, INSIDE, AFTER_CHANGE)
_OF_A_LETTER = ("LEAD_MAIN", "LEAD_DIRECT", "LEAD_OTHER", "DEPT_RESP", "PERSON_RESP")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsignedLetter:
    """A letter of the year without all of its signatures."""

    unit: str
    code: str  #: O02 to the superior, O03 inside the unit, O04 after a change of post
    name: str  #: of who signs it
    posts: tuple[str, ...]  #: that he holds in the unit
    lacks: tuple[str, ...]  #: own_signature, superior_signature
    due_on: date
    state: State
    case: InstanceId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VacantPost:
    """A required post that nobody has held for more working days than allowed."""

    unit: str
    position: str
    since: date  #: first day without a holder
    working_days: int  #: up to today


def unsigned_letters(
    tx: Transaction, reference: Reference, wanted: Narrowing, year: Period
) -> tuple[UnsignedLetter, ...]:
    """By unit and person."""
    today, organization = local_day(tx.now), reference.organization
    rules = {rule.code: rule for rule in tx.obligation_catalogue() if rule.code in _LETTERS}
    periods = [year.code, f"{year.code}H1", f"{year.code}H2"]  # after a change: the half in which it fell
    query = (
        select(
            *(_OWED.unit, _OWED.code, _OWED.person, _OWED.met, _OWED.due_on, _OWED.instance_id),
            state_column(today).label("state"),
        )
        .where(_OWED.code == any_(bindparam(None, list(_LETTERS), ARRAY(Text))))
        .where(_OWED.period == any_(bindparam(None, periods, ARRAY(Text))))
        .where(_OWED.done_on.is_(None), _OWED.lapsed_on.is_(None), _OWED.waived_at.is_(None))
        .where(visible_obligations(tx.actor), *of_units(_OWED.unit, reference, wanted))
        .order_by(_OWED.unit, _OWED.code, _OWED.person)
    )
    found = []
    for row in tx.connection.execute(query):
        # What the main leader owes the superior is the unit's own: it goes with the post.
        held = [p for code in ("LEAD_MAIN",) for p in organization.holders(row.unit, code, today)]
        person = row.person or (held[0].person if held else "")
        posts = organization.posts_of(person, row.unit)
        found.append(
            UnsignedLetter(
                unit=row.unit,
                code=row.code,
                name=organization.person_name(person),
                posts=tuple(code for code in _OF_A_LETTER if any(p.code == code and p.is_held(today) for p in posts)),
                lacks=tuple(need for need in rules[row.code].needs if need not in row.met),
                due_on=row.due_on,
                state=row.state,
                case=row.instance_id,
            )
        )
    return tuple(found)


def vacant_posts(tx: Transaction, reference: Reference, wanted: Narrowing) -> tuple[VacantPost, ...]:
    """Those of today, the longest vacant first."""
    today, asked = local_day(tx.now), units_asked(reference.organization, wanted)
    seen = set(tx.connection.execute(oversees(tx.actor)).scalar_one())
    alert_wd = reference.params.number("vacancy_alert_wd")
    found = [
        VacantPost(
            unit=post.unit,
            position=post.position,
            since=post.since,
            working_days=reference.calendar.count(post.since - timedelta(days=1), today),
        )
        for post in vacancies(reference.organization, today, reference.calendar, alert_wd=alert_wd)
        if post.told_on <= today and post.unit in seen and (asked is None or post.unit in asked)
    ]
    return tuple(sorted(found, key=lambda post: (post.since, post.unit, post.position)))


#: Obligation or vacancy -> what it is called in the table.
_KINDS = {UPWARD: "对上级承诺书", INSIDE: "内部承诺书", AFTER_CHANGE: "变动补签"}
_VACANT = "岗位空缺"
_SIGNATURES = {"own_signature": "本人签字", "superior_signature": "上级签字"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityGap:
    """A line of the answer: a letter that misses a signature, or a post that nobody holds."""

    kind: str
    unit: str
    name: str
    posts: tuple[str, ...]
    lacks: tuple[str, ...]
    since: date | None  #: of a vacancy
    working_days: int | None
    due_on: date | None
    state: State | None
    case: InstanceId | None


def _of_letter(letter: UnsignedLetter) -> ResponsibilityGap:
    return ResponsibilityGap(
        kind=_KINDS[letter.code],
        unit=letter.unit,
        name=letter.name,
        posts=letter.posts,
        lacks=tuple(_SIGNATURES.get(need, need) for need in letter.lacks),
        since=None,
        working_days=None,
        due_on=letter.due_on,
        state=letter.state,
        case=letter.case,
    )


def _of_post(post: VacantPost) -> ResponsibilityGap:
    return ResponsibilityGap(
        kind=_VACANT,
        unit=post.unit,
        name="",
        posts=(post.position,),
        lacks=(),
        since=post.since,
        working_days=post.working_days,
        due_on=None,
        state=None,
        case=None,
    )


def _answer(reading: Reading, asked: Asked) -> Found[ResponsibilityGap]:
    letters = unsigned_letters(reading.tx, reading.reference, asked.narrowing, asked.span)
    posts = vacant_posts(reading.tx, reading.reference, asked.narrowing)
    which = asked.options["which"]
    rows = [
        *(_of_post(post) for post in posts if which != "letters"),
        *(_of_letter(letter) for letter in letters if which != "posts"),
    ]

    def count(code: str) -> int:
        return sum(letter.code == code for letter in letters)

    return Found(
        rows=rows,
        totals=(
            total("upward", "对上级承诺书缺签", "letters to the superior", count(UPWARD)),
            total("inside", "内部承诺书缺签", "letters inside", count(INSIDE)),
            total("changed", "变动补签缺签", "letters after a change", count(AFTER_CHANGE)),
            total("vacant", "岗位空缺", "vacant posts", len(posts)),
        ),
    )


LETTERS: Question[ResponsibilityGap] = Question(
    number=12,
    group="duties",
    title=Words(zh="承诺书缺签与岗位空缺", en="Letters without a signature, vacant posts"),
    asks=Words(
        zh="哪些履职承诺书还缺谁的签字？哪些必设岗位空缺超过规定天数？",
        en="Which letters of commitment miss whose signature, and which required posts stand vacant for too long?",
    ),
    counts=Words(
        zh="本年承诺书（O02、O03、O04）中签字未齐的；必设岗位无人任职的工作日超过参数“岗位空缺提醒天数”的，以今天为准。",
        en="Letters of the year (O02, O03, O04) without all signatures; required posts without a holder for "
        "more working days "
        "than the parameter allows, as of today.",
    ),
    period="year",
    choices=(
        Choice(
            name="which",
            words=Words(zh="范围", en="Which"),
            options=(
                option("all", "全部", "All"),
                option("letters", "承诺书缺签", "Letters"),
                option("posts", "岗位空缺", "Vacant posts"),
            ),
        ),
    ),
    columns=(
        column("kind", "类别", "Kind", lambda row: row.kind, "term"),
        column("unit", "单位", "Unit", lambda row: row.unit, "unit"),
        column("posts", "岗位", "Post", lambda row: row.posts, "post"),
        column("name", "签订人", "Signs", lambda row: row.name or None),
        column("lacks", "缺少", "Missing", lambda row: row.lacks or None, "term"),
        column("state", "状态", "State", lambda row: row.state, "duty"),
        column("due_on", "期限", "Due", lambda row: row.due_on, "date"),
        column("since", "空缺起始", "Vacant since", lambda row: row.since, "date"),
        column("working_days", "空缺工作日", "Working days vacant", lambda row: row.working_days, "number"),
    ),
    answer=_answer,
    case=lambda row: row.case,
)
