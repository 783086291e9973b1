"""Tables of what happened and what was issued: history, access log, deadlines, cards, notices, incidents, answers."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from engine.store.tables_base import (
    EMPTY_OBJECT,
    FALSE,
    NOTHING,
    ZERO,
    Id,
    Json,
    Timestamp,
    metadata,
    optional,
    required,
)

history = Table(
    "history",
    metadata,
    Column("instance_id", Id, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  #: 1, 2, 3 … without a gap
    required("at", Timestamp),
    required("event", Text),  #: entered, completed, cancelled, claimed, …
    required("node_id", Text, NOTHING),
    required("node_type", Text, NOTHING),
    required("actor", Text),
    optional("task_id", Id),
    required("digest", LargeBinary),  #: sha256(salt ‖ body)
    required("hash", LargeBinary),  #: covers the row, the digest and the hash before it (chain.py)
    Index(None, "at", postgresql_using="brin", postgresql_with={"autosummarize": "on"}),
)

history_body = Table(
    "history_body",
    metadata,
    Column("instance_id", Id, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    required("salt", LargeBinary),
    required("body", Text),  #: canonical JSON, hashed as it stands; never form values
)

access_log = Table(
    "access_log",
    metadata,
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),  #: 0…15
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    required("at", Timestamp),
    required("event", Text),  #: login, read, export, deploy, …
    required("actor", Text),
    required("address", Text, NOTHING),
    required("digest", LargeBinary),
    required("hash", LargeBinary),
    Index(None, "at"),
    Index(None, "actor", "at"),
)

access_log_body = Table(
    "access_log_body",
    metadata,
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    required("salt", LargeBinary),
    required("body", Text),
)

access_head = Table(
    "access_head",
    metadata,
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    required("seq", BigInteger, ZERO),
    required("head", LargeBinary),
)

#: Append-only. One row for each hour in which something happened (engine/model/anchor.py).
anchor = Table(
    "anchor",
    metadata,
    Column("no", Integer, primary_key=True, autoincrement=False),
    required("hour", Timestamp),
    required("taken_at", Timestamp),
    required("quiet", Integer),
    required("previous", LargeBinary),
    required("leaves", ARRAY(LargeBinary)),
    required("root", LargeBinary),
    UniqueConstraint("hour"),
    Index(None, "taken_at"),
)

deadline_entry = Table(
    "deadline_entry",
    metadata,
    Column("id", Id, primary_key=True),
    required("instance_id", Id),
    optional("task_id", Id),  #: NULL: the limit of the case itself
    required("kind", Text),  #: set, extended, suspended, resumed, redated, requested, refused
    required("rule", Text, NOTHING),  #: cx:due as drawn
    optional("due_on", Date),
    optional("due_at", Timestamp),
    optional("previous_due_on", Date),
    required("explanation", Json, EMPTY_OBJECT),
    required("reason", Text, NOTHING),
    required("at", Timestamp),
    required("actor", Text),
    Index(None, "instance_id", "at"),
    Index("deadline_entry_task_id_idx", "task_id", postgresql_where=text("task_id IS NOT NULL")),
)

card = Table(
    "card",
    metadata,
    Column("no", Text, primary_key=True),  #: "PK-532503GA-2026-0007"
    required("level", SmallInteger),  #: 1 催办, 2 黄牌, 3 红牌, 4 上报, 5 问责启动建议
    required("state", Text),  #: issued, objected, withdrawn
    required("unit", Text),  #: to whom
    required("issuer_unit", Text),  #: in whose name
    required("instance_id", Id),  #: the ladder that issued it
    optional("case_id", Id),  #: the late case
    optional("task_id", Id),  #: the late task
    required("title", Text, NOTHING),
    required("grounds", Json, EMPTY_OBJECT),
    required("issued_on", Date),
    required("issued_at", Timestamp),
    optional("effective_on", Date),  #: first day after the objection window; counts only from here
    optional("answer_due_on", Date),
    optional("answered_at", Timestamp),
    optional("withdrawn_at", Timestamp),
    Index(None, "unit", "issued_on"),
    Index(None, "case_id"),
    Index(None, "instance_id"),
    Index(None, "task_id"),
)

card_objection = Table(
    "card_objection",
    metadata,
    Column("id", Id, primary_key=True),
    required("card_no", Text),
    required("filed_by", Text),
    required("filed_at", Timestamp),
    required("reason", Text),
    optional("task_id", Id),  #: the user task that decides it
    optional("decision", Text),  #: upheld (撤回), rejected (维持)
    optional("decided_by", Text),
    optional("decided_at", Timestamp),
    required("decision_reason", Text, NOTHING),
    Index(None, "card_no"),
)

notice = Table(
    "notice",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("id", Id, primary_key=True),  #: the same for all who are told the same
    required("kind", Text),  #: reminder, urge, card, handover, copy (抄送), …; the text is made at the edge
    optional("instance_id", Id),
    optional("task_id", Id),
    required("facts", Json, EMPTY_OBJECT),
    required("at", Timestamp),
    optional("read_at", Timestamp),
    Index(None, "person_id", "at"),
    Index("notice_unread_idx", "person_id", postgresql_where=text("read_at IS NULL")),
    # What is told besides a person's own work (queries.frame.OWN_WORK): little among much.
    Index(
        "notice_told_idx",
        *("person_id", "at", "id"),
        postgresql_where=text("kind NOT IN ('assigned', 'offered', 'reminder', 'stage')"),
    ),
)

incident = Table(
    "incident",
    metadata,
    Column("id", Id, primary_key=True),
    required("state", Text, text("'open'")),  #: open, retrying, resolved
    required("code", Text),
    required("message", Text),  #: never a value of the case: an operator reads this
    optional("instance_id", Id),
    optional("definition_id", Id),
    required("key", Text, NOTHING),  #: process key
    required("sealed", Boolean, FALSE),
    required("node_id", Text, NOTHING),
    optional("token", BigInteger),
    optional("task_id", Id),
    optional("job_id", BigInteger),
    required("kind", Text),  #: step, timer, job, assignment, message
    required("details", Json, EMPTY_OBJECT),  #: line of a script, name of a timer: again no values
    required("attempts", Integer, ZERO),
    required("opened_at", Timestamp),
    optional("resolved_at", Timestamp),
    optional("resolved_by", Text),
    required("resolution", Text, NOTHING),
    optional("noted_at", Timestamp),  #: an operator knows of it and has written down what he knows
    optional("noted_by", Text),
    required("note", Text, NOTHING),
    Index("incident_open_idx", "opened_at", postgresql_where=text("state <> 'resolved'")),
    Index("incident_instance_id_idx", "instance_id", postgresql_where=text("instance_id IS NOT NULL")),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    required("request_hash", LargeBinary),
    optional("status", SmallInteger),  #: NULL only inside the transaction that is making the answer
    optional("answer", LargeBinary),
    required("created_at", Timestamp),  #: wall clock
    Index(None, "created_at"),
)
