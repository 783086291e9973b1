"""Tables of obligations: what is owed, the evidence, changes of the catalogue, and what the night has done."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table, Text, UniqueConstraint, text

from engine.store.tables_base import (
    EMPTY_ARRAY,
    EMPTY_OBJECT,
    NOTHING,
    Id,
    Json,
    Texts,
    Timestamp,
    metadata,
    optional,
    required,
)

#: What the figures need of a row (sql/0045_obligation_figures.sql).
_COUNTED = (
    *("unit", "code", "period", "opens_on", "due_on", "checkpoint_on", "dated_on", "done_on", "waived_at", "lapsed_on"),
)
_UNFINISHED = "done_on IS NULL AND waived_at IS NULL AND lapsed_on IS NULL"

obligation = Table(
    "obligation",
    metadata,
    Column("id", Id, primary_key=True),
    required("code", Text),  #: "O05"
    required("rule_version", Integer),
    required("period", Text),  #: "2026H2", "2026W0925"; of an event the half in which it fell
    required("unit", Text),
    required("owner_key", Text),  #: person or branch, "" where the unit itself owes it
    optional("person", Text),
    optional("branch", Text),  #: code of the department that is the branch
    required("event", Text, NOTHING),  #: what it is about: number of a bulletin, id of a case
    required("first_day", Date),
    required("last_day", Date),
    required("opens_on", Date),
    required("due_on", Date),
    optional("checkpoint_on", Date),
    optional("dated_on", Date),  #: day of the deciding evidence, also while others are missing
    optional("done_on", Date),
    optional("done", Integer),  #: of a share: 17 …
    optional("of", Integer),  #: … of 19
    required("met", Texts, EMPTY_ARRAY),  #: needs that are met
    optional("waived_at", Timestamp),
    optional("waived_by", Text),
    required("waiver_reason", Text, NOTHING),
    optional("lapsed_on", Date),  #: its owner has left the post, or the unit was closed
    optional("instance_id", Id),  #: the case that brought evidence last
    required("created_at", Timestamp),
    UniqueConstraint("code", "period", "unit", "owner_key", "event"),
    Index("obligation_unit_idx", "unit", "due_on", "id"),
    Index("obligation_due_on_idx", "due_on", "id"),
    Index("obligation_days_idx", "last_day", "first_day", postgresql_include=[*_COUNTED]),
    Index("obligation_unfinished_idx", "unit", "due_on", "id", postgresql_where=text(_UNFINISHED)),
    Index("obligation_person_idx", "person", postgresql_where=text("person IS NOT NULL")),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Id, primary_key=True),
    required("obligation_id", Id),
    required("need", Text),
    required("on_day", Date),
    required("part", Text, NOTHING),  #: the branch, where each brings its own
    optional("done", Integer),
    optional("of", Integer),
    optional("instance_id", Id),
    required("node_id", Text, NOTHING),
    required("recorded_by", Text),
    required("recorded_at", Timestamp),
    UniqueConstraint("obligation_id", "need", "on_day", "part", "done", "of", postgresql_nulls_not_distinct=True),
)

obligation_rule = Table(
    "obligation_rule",
    metadata,
    Column("code", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    required("changes", Json),
    required("valid_from", Date),
    required("reason", Text),
    required("changed_by", Text),
    required("changed_at", Timestamp),
)

obligation_period = Table(
    "obligation_period",
    metadata,
    Column("code", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    required("rule_version", Integer),
    required("last_day", Date),
)

nightly = Table(
    "nightly",
    metadata,
    Column("name", Text, primary_key=True),
    optional("due_at", Timestamp),
    optional("last_day", Date),  #: the day for which it was done last
    required("seen", Text, NOTHING),  #: by what it would be done again: the stamp of organisation and calendar
    required("since", Json, EMPTY_OBJECT),  #: {rule: day since which it is in force here}
)
