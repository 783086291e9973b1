"""What a paper is made from: the forms of its case as they were sent, in the words of those forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.documents.paper import BLANK, CHINESE, Align, Block, Column, Grid, Heading, Para, Table, day_words, numbered
from engine.errors import InputRejected
from engine.model.clock import SHANGHAI
from engine.model.period import Period
from forms import FieldInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A unit as it stands on paper."""

    code: str = ""
    name: str = BLANK
    leader: str = ""  #: its 主要责任领导


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One form as it was sent. `fields` give its values their labels and the words of their choices."""

    form_key: str
    fields: tuple[FieldInfo, ...]
    values: Mapping[str, object]
    by: str = ""  #: name of the person
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The one person or row that a paper is about, where a case makes several of a kind."""

    key: str  #: account of the person, or what tells the row apart from the others
    person: str = ""  #: account; "" where it is about a row that is no person
    name: str = ""
    position: str = ""  #: LEAD_DIRECT, …
    row: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """A card of the ladder."""

    no: str
    level: int
    matter: str
    task: str
    due_on: date | None
    days_late: int | None
    addressee: str  #: name of the leader; "" where the post is empty
    answer_due_on: date | None = None
    object_until: date | None = None  #: last day on which the unit may object
    effective_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that builders may read. They have no clock, no database and no organisation of their own."""

    today: date
    unit: Office = Office()
    issuer: Office = Office()  #: who sends the paper: the issuer of the case, or the unit itself
    superior: Office = Office()
    period: str = ""  #: "2026H2", "2026"
    title: str = ""  #: of the case
    case_no: str = ""  #: business number of the case
    number: str = ""  #: given to this paper
    sent: tuple[Sent, ...] = ()  #: oldest first
    variables: Mapping[str, object] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)  #: of the codes of people, departments, units, positions
    subject: Subject | None = None
    card: CardFacts | None = None

    def form(self, key: str) -> Sent:
        """The youngest form of this key: the last word counts. An empty one where none was sent."""
        found = [sent for sent in self.sent if sent.form_key == key]
        return found[-1] if found else Sent(form_key=key, fields=(), values={})

    def forms(self, key: str) -> tuple[Sent, ...]:
        """All of this key, oldest first: one for each branch of a multi-instance activity."""
        return tuple(sent for sent in self.sent if sent.form_key == key)

    def said(self, key: str, *names: str) -> str:
        """The first of the named fields that the form has, in words; BLANK where it has none of them."""
        sent = self.form(key)
        for name in names:
            text = shown(sent, name, self.names)
            if text:
                return text
        return BLANK

    def table(self, key: str, name: str, **options: object) -> Table | None:
        """A list of the form as a table with its own labels; None where nothing was listed."""
        return table_of(self.form(key), name, self.names, **options)  # type: ignore[arg-type]

    @property
    def period_words(self) -> str:
        """2026年下半年, 2026年; the year of the paper where the case has no period."""
        try:
            period = Period.parse(self.period)
        except InputRejected:  # a case without a period, or one about a window of days
            return f"{self.today.year}年"
        match period.kind:
            case "half":
                return f"{period.year}年{'上' if period.number == 1 else '下'}半年"
            case "quarter":
                return f"{period.year}年第{CHINESE[period.number]}季度"
            case "month":
                return f"{period.year}年{period.number}月"
            case _:
                return f"{period.year}年"

    @property
    def year(self) -> str:
        return self.period[:4] or str(self.today.year)


def look_up(values: Mapping[str, object], key: str) -> object:
    """The value at a dotted key."""
    found: object = values
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def shown(sent: Sent, name: str, names: Mapping[str, str]) -> str:
    """One value of a form in words; "" where it has none."""
    value = look_up(sent.values, name)
    info = next((one for one in sent.fields if one.key == name), None)
    return in_words(info, value, names)


def in_words(info: FieldInfo | None, value: object, names: Mapping[str, str]) -> str:
    """A value as a paper says it; "" for none. info: its field; None: one whose form is not known any more."""
    if value is None or value in ("", [], {}):
        return ""
    kind = info.type if info is not None else _guess(value)
    options = {option.value: option.label.zh for option in info.options} if info is not None else {}
    match kind:
        case "bool":
            return "是" if value else "否"
        case "date":
            return day_words(date.fromisoformat(str(value)[:10]))
        case "datetime":
            at = datetime.fromisoformat(str(value)).astimezone(SHANGHAI)
            return f"{day_words(at.date())}{at:%H:%M}"
        case "file":
            return f"{len(value)}份" if isinstance(value, Sequence) else ""
        case "sign" | "table":
            return ""
        case "multi" | "users" if isinstance(value, Sequence):
            return "、".join(options.get(str(one)) or names.get(str(one), str(one)) for one in value)
        case _:
            return options.get(str(value)) or names.get(str(value), str(value))


def _guess(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, list):
        return "table" if value and isinstance(value[0], Mapping) else "multi"
    return "text"


_NARROW: Mapping[str, float] = {"bool": 1.0, "int": 1.0, "dec": 1.2, "date": 2.2, "user": 1.6, "enum": 1.6, "dept": 2.0}
_CENTERED = frozenset({"bool", "int", "dec", "date", "enum", "user"})


def table_of(
    sent: Sent,
    name: str,
    names: Mapping[str, str],
    *,
    title: str = "",
    extra: tuple[str, ...] = (),
    but: tuple[str, ...] = (),
    unless: str = "",
    skip: tuple[str, str] | None = None,
) -> Table | None:
    """A list of a form: its columns with their labels, numbered rows. None where it is empty.

    extra: titles of columns that stay empty, to be filled in by hand. but: keys of columns to leave out.
    unless: key of a tick that keeps a row off the paper; its column stays away too.
    skip: (column, value) of rows that are not shown.
    """
    info = next((one for one in sent.fields if one.key == name and one.type == "table"), None)
    rows = look_up(sent.values, name)
    if skip is not None and isinstance(rows, list):
        rows = [row for row in rows if look_up(row, skip[0]) != skip[1]]
    if info is None or not isinstance(rows, list) or not rows:
        return None
    kept = [row for row in rows if isinstance(row, Mapping) and not (unless and row.get(unless))]
    if not kept:
        return None
    shown_columns = [
        column for column in info.columns if column.type not in {"sign", "file"} and column.key not in (*but, unless)
    ]
    columns = (
        Column(title="序号", width=0.9, align="center"),
        *(_column(column) for column in shown_columns),
        *(Column(title=head, width=1.6) for head in extra),
    )
    cells = tuple(
        (
            str(number),
            *(in_words(column, look_up(row, column.key), names) or BLANK for column in shown_columns),
            *("" for _ in extra),
        )
        for number, row in enumerate(kept, start=1)
    )
    return Table(columns=columns, rows=cells, title=title)


def _column(info: FieldInfo) -> Column:
    align: Align = "center" if info.type in _CENTERED else "left"
    return Column(title=info.label.zh, width=_NARROW.get(info.type, 3.2), align=align)


#: Fields of every form that are no part of a paper: remarks to the next one in the process, and files.
NOT_ON_PAPER = frozenset({"opinion", "attachments", "confirm", "read_confirm"})


def grid_of(sent: Sent, names: Mapping[str, str], *, title: str = "", but: tuple[str, ...] = ()) -> Grid:
    """All single values of a form beside their labels, in its order; what was not filled in shows BLANK."""
    pairs = [
        (info.label.zh, in_words(info, look_up(sent.values, info.key), names) or BLANK)
        for info in sent.fields
        if info.type not in {"table", "file", "sign"} and info.key not in NOT_ON_PAPER and info.key not in but
    ]
    return Grid(pairs=tuple(pairs), title=title)


def sections_of(sent: Sent, names: Mapping[str, str], *, first: int = 1, but: tuple[str, ...] = ()) -> Iterator[Block]:
    """A form as a text: each long field a section with its label as heading, each list a table below its heading."""
    number = first
    for info in sent.fields:
        if info.key in NOT_ON_PAPER or info.key in but or info.type in {"file", "sign"}:
            continue
        yield numbered(1, number, info.label.zh)
        number += 1
        if info.type == "table":
            yield table_of(sent, info.key, names) or Para(text="无。")
        else:
            yield Para(text=in_words(info, look_up(sent.values, info.key), names) or BLANK)


def heading(number: int, text: str) -> Heading:
    """一、text"""
    return numbered(1, number, text)
