"""Tables of what was published, and of what all processes share: calendar, parameters, numbers, the business clock."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.store.tables_base import (
    EMPTY_ARRAY,
    FALSE,
    NOTHING,
    Id,
    Json,
    Texts,
    Timestamp,
    metadata,
    optional,
    required,
)

deployment = Table(
    "deployment",
    metadata,
    Column("id", Id, primary_key=True),
    required("state", Text),  #: proposed, current, refused
    required("proposed_by", Text),
    required("proposed_at", Timestamp),
    optional("decided_by", Text),  #: the second person
    optional("decided_at", Timestamp),
    required("note", Text, NOTHING),
    required("builtin", Boolean, FALSE),
    required("digest", LargeBinary),  #: sha256 over the names and contents of its files
    required("reason", Text, NOTHING),  #: why it was refused
    Index(None, "state"),
)

deployment_file = Table(
    "deployment_file",
    metadata,
    Column("deployment_id", Id, ForeignKey("deployment.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    required("kind", Text),  #: bpmn, dmn, form, tests
    required("content", LargeBinary),  #: byte for byte as uploaded
    required("sha256", LargeBinary),
    optional("translated", LargeBinary),  #: what runs of a drawing made for another engine; null: the content
)

definition_version = Table(
    "definition_version",
    metadata,
    Column("id", Id, primary_key=True),
    required("key", Text),  #: BPMN process id
    required("version", Integer),
    required("state", Text),  #: proposed, current, superseded, refused
    required("name", Text),
    required("name_en", Text, NOTHING),
    Column("deployment_id", Id, ForeignKey("deployment.id"), nullable=False),
    required("file", Text),
    required("builtin", Boolean, FALSE),
    required("compaction", Boolean, text("true")),
    required("start_messages", Texts, EMPTY_ARRAY),  #: names of messages that start an instance
    required("checks", Json, text("'[]'::jsonb")),  #: what the lint said at deployment
    required("created_at", Timestamp),
    required("start_signals", Texts, EMPTY_ARRAY),  #: names of signals that start an instance
    required("receives", Texts, EMPTY_ARRAY),  #: names of all messages that it can receive
    required("decisions", Json, text("'{}'::jsonb")),  #: {decision key: id of the version that its cases ask}
    required("start_timers", Json, text("'[]'::jsonb")),  #: start events that come true by themselves
    UniqueConstraint("key", "version"),
    Index("definition_version_current_idx", "key", unique=True, postgresql_where=text("state = 'current'")),
    Index(None, "deployment_id"),
)

form_version = Table(
    "form_version",
    metadata,
    Column("id", Id, primary_key=True),
    required("key", Text),  #: file stem = JSON id
    required("version", Integer),
    required("state", Text),  #: as definition_version
    Column("deployment_id", Id, ForeignKey("deployment.id"), nullable=False),
    required("file", Text),
    required("content", LargeBinary),  #: the form JSON, byte for byte
    required("created_at", Timestamp),
    UniqueConstraint("key", "version"),
    Index("form_version_current_idx", "key", unique=True, postgresql_where=text("state = 'current'")),
    Index(None, "deployment_id"),
)

decision_version = Table(
    "decision_version",
    metadata,
    Column("id", Id, primary_key=True),
    required("key", Text),  #: id of the decision or decision service in its file
    required("version", Integer),
    required("state", Text),  #: as definition_version
    required("name", Text),
    required("name_en", Text, NOTHING),
    Column("deployment_id", Id, ForeignKey("deployment.id"), nullable=False),
    required("file", Text),
    required("builtin", Boolean, FALSE),
    required("checks", Json, text("'[]'::jsonb")),  #: what the lint said at deployment
    required("created_at", Timestamp),
    UniqueConstraint("key", "version"),
    Index("decision_version_current_idx", "key", unique=True, postgresql_where=text("state = 'current'")),
    Index(None, "deployment_id"),
)

number_counter = Table(
    "number_counter",
    metadata,
    Column("kind", Text, primary_key=True),  #: WT, ZG, PK, …
    Column("unit", Text, primary_key=True),
    Column("year", SmallInteger, primary_key=True, autoincrement=False),
    required("last", Integer),
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("layer", Text, primary_key=True),  #: national, make_up, local, correction: later wins
    Column("region", Text, primary_key=True, server_default=NOTHING),  #: "": everywhere; else a region code
    Column("day", Date, primary_key=True),
    required("working", Boolean),
    required("name", Text, NOTHING),
    required("name_en", Text, NOTHING),
    required("document_no", Text, NOTHING),
    required("entered_by", Text, NOTHING),
    required("entered_at", Timestamp),
    Index(None, "day"),
)

calendar_year = Table(
    "calendar_year",
    metadata,
    Column("year", SmallInteger, primary_key=True, autoincrement=False),  #: years whose national table is known
    required("source", Text, NOTHING),
    required("entered_by", Text, NOTHING),
    required("entered_at", Timestamp),
)

#: Grows with every change of organisation, calendar or parameters (triggers): whoever keeps a copy of them in memory
#: sees here that it is old.
reference_stamp = Table(
    "reference_stamp",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    required("stamp", BigInteger),
    CheckConstraint("singleton", name="singleton"),
)

param = Table(
    "param",
    metadata,
    Column("name", Text, primary_key=True),
    required("value", Json),
    required("label_zh", Text, NOTHING),
    required("label_en", Text, NOTHING),
    required("source", Text, NOTHING),  #: place in the specification or document number
    required("confirmed", Boolean, FALSE),  #: false: shown as 待确认参数
    required("changed_by", Text, NOTHING),
    required("changed_at", Timestamp),
)

business_clock = Table(
    "business_clock",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    required("mode", Text, text("'real'")),  #: real, demo, rehearsal
    optional("business_at", Timestamp),
    optional("wall_at", Timestamp),  #: wall time at which business_at was set
    required("ticking", Boolean, FALSE),
    CheckConstraint("singleton", name="singleton"),
    CheckConstraint("mode = 'real' OR (business_at IS NOT NULL AND wall_at IS NOT NULL)", name="set"),
)
