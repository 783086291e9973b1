"""Tables of a running case: the instance, its user tasks, what was filled in, and what it waits for.

None of them has a foreign key to another: all are written by one SQL function (sql/…_apply_steps.sql) that keeps them
in step, each carries instance_id, and a check per row would cost more than the row.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from engine.store.tables_base import (
    EMPTY_ARRAY,
    EMPTY_OBJECT,
    FALSE,
    NOTHING,
    ZERO,
    Id,
    Json,
    Texts,
    Timestamp,
    metadata,
    optional,
    required,
)

OPEN_STATES = ("offered", "assigned", "started", "suspended")
_OPEN = text("state IN ('offered', 'assigned', 'started', 'suspended')")

#: Columns that change with every step carry no index: the update stays on its page (HOT).
instance = Table(
    "instance",
    metadata,
    Column("id", Id, primary_key=True),
    required("definition_id", Id),
    required("key", Text),  #: process key, "S1_RECTIFY"
    required("status", Text, text("'running'")),  #: running, suspended, completed, terminated, incident
    required("rev", Integer),  #: grows by one with every step
    required("state", LargeBinary),  #: opaque outside engine/workflow
    required("variables", Json, EMPTY_OBJECT),  #: snapshot of the process data
    required("seed", BigInteger, ZERO),  #: of the scripts' random
    optional("business_key", Text),
    optional("business_no", Text),
    required("title", Text, NOTHING),
    required("case_state", Text, NOTHING),  #: label of domain.md §6.1
    optional("unit", Text),  #: responsible unit
    optional("issuer_unit", Text),
    optional("severity", Text),
    optional("limit_at", Timestamp),
    required("marks", Texts, EMPTY_ARRAY),
    required("sealed", Boolean, FALSE),
    optional("parent_instance", Id),
    optional("parent_task", Id),
    required("started_by", Text),
    required("started_at", Timestamp),
    required("updated_at", Timestamp),
    optional("delivered_at", Timestamp),
    optional("suspended_at", Timestamp),
    optional("ended_at", Timestamp),
    optional("end_node", Text),
    required("history_seq", Integer, ZERO),  #: seq and hash of the last history row
    required("history_head", LargeBinary),
    Index("instance_business_key_idx", "key", "business_key", postgresql_where=text("business_key IS NOT NULL")),
    Index("instance_business_no_idx", "business_no", postgresql_where=text("business_no IS NOT NULL")),
    Index(
        "instance_business_no_prefix_idx",
        "business_no",
        postgresql_where=text("business_no IS NOT NULL"),
        postgresql_ops={"business_no": "text_pattern_ops"},  # searched by its beginning
    ),
    Index(None, "unit", "id"),
    Index(None, "issuer_unit", "id"),
    Index("instance_parent_instance_idx", "parent_instance", postgresql_where=text("parent_instance IS NOT NULL")),
    Index("instance_parent_task_idx", "parent_task", postgresql_where=text("parent_task IS NOT NULL")),
    Index(
        "instance_running_idx",
        *("key", "definition_id", "unit", "issuer_unit"),
        postgresql_include=["id", "sealed", "started_at"],
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("instance_ended_idx", "key", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    postgresql_with={"fillfactor": "70"},
)

instance_party = Table(
    "instance_party",
    metadata,
    Column("instance_id", Id, primary_key=True),
    Column("person_id", Text, primary_key=True),
    required("since", Timestamp),
    Index(None, "person_id", "instance_id"),
)

user_task = Table(
    "user_task",
    metadata,
    Column("id", Id, primary_key=True),
    required("instance_id", Id),
    required("token", BigInteger),
    required("node_id", Text),
    required("name", Text),
    required("name_en", Text, NOTHING),
    required("mechanism", Text),  #: process key of the definition that drew it
    optional("form_key", Text),
    optional("form_version_id", Id),
    optional("unit", Text),  #: unit that must act
    required("lane", Text, NOTHING),
    required("state", Text),  #: offered, assigned, started, suspended, completed, returned, transferred, cancelled
    optional("assignee", Text),
    optional("on_behalf_of", Text),  #: whose substitute the assignee is
    optional("element", Json),  #: collection element inside a multi-instance
    required("created_at", Timestamp),
    optional("claimed_at", Timestamp),
    optional("opened_at", Timestamp),  #: first looked at by its assignee
    optional("due_on", Date),
    optional("due_at", Timestamp),
    optional("deadline", Json),  #: how the date came about, for people
    optional("ladder_profile", Text),
    required("ladder_level", SmallInteger, ZERO),
    required("protected", Boolean, FALSE),
    optional("done_at", Timestamp),
    optional("done_by", Text),
    optional("outcome", Text),
    # Visibility is decided row by row: copies of the instance's columns, kept in step by a trigger.
    optional("case_unit", Text),
    optional("case_issuer_unit", Text),
    required("case_sealed", Boolean, FALSE),
    Index("user_task_instance_id_token_key", "instance_id", "token", unique=True),
    Index("user_task_inbox_idx", "assignee", "due_at", "id", postgresql_where=_OPEN),
    Index("user_task_case_unit_idx", "case_unit", "due_at", "id", postgresql_where=_OPEN),
    Index("user_task_done_by_idx", "done_by", "done_at", postgresql_where=text("done_by IS NOT NULL")),
    Index(
        "user_task_process_idx",
        *("mechanism", "due_at", "id"),
        postgresql_include=[
            *("instance_id", "node_id", "case_unit", "case_issuer_unit", "case_sealed", "state", "due_on"),
        ],
        postgresql_where=_OPEN,
    ),
    Index("user_task_done_idx", "mechanism", "done_at", postgresql_where=text("done_at IS NOT NULL")),
    postgresql_with={"fillfactor": "85"},
)

task_candidate = Table(
    "task_candidate",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("task_id", Id, primary_key=True),
    Index(None, "task_id"),
)

submission = Table(
    "submission",
    metadata,
    Column("id", Id, primary_key=True),
    required("instance_id", Id),
    optional("task_id", Id),
    required("node_id", Text, NOTHING),
    required("form_key", Text),
    optional("form_version_id", Id),
    required("values", Json),
    required("digest", LargeBinary),  #: sha256 of the canonical JSON of `values`, named in history
    required("person_id", Text),
    optional("on_behalf_of", Text),
    required("submitted_at", Timestamp),
    Index(None, "instance_id"),
    Index("submission_task_id_idx", "task_id", postgresql_where=text("task_id IS NOT NULL")),
)

draft = Table(
    "draft",
    metadata,
    Column("id", Id, primary_key=True),
    required("person_id", Text),
    optional("task_id", Id),  #: NULL: a start form that nobody has sent yet
    required("form_key", Text),
    optional("form_version_id", Id),
    required("values", Json),
    required("saved_at", Timestamp),
    Index(
        "draft_task_id_person_id_key", "task_id", "person_id", unique=True, postgresql_where=text("task_id IS NOT NULL")
    ),
    Index(None, "person_id"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", Id, primary_key=True),
    optional("instance_id", Id),  #: NULL while only its uploader's draft names it
    optional("task_id", Id),
    optional("field", Text),
    required("name", Text),  #: as uploaded; data, never a path
    required("media_type", Text),
    required("size_bytes", BigInteger),
    required("sha256", LargeBinary),
    required("storage_name", Text),
    required("uploaded_by", Text),
    required("uploaded_at", Timestamp),
    Index("attachment_instance_id_idx", "instance_id", postgresql_where=text("instance_id IS NOT NULL")),
    Index("attachment_task_id_idx", "task_id", postgresql_where=text("task_id IS NOT NULL")),
)

timer = Table(
    "timer",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    required("instance_id", Id),
    required("kind", Text),  #: bpmn (has a token), or what a command gave it: reminder, ladder, …
    optional("token", BigInteger),
    optional("task_id", Id),  #: goes with the task
    required("node_id", Text, NOTHING),
    required("due_at", Timestamp),
    required("rule", Json, EMPTY_OBJECT),  #: expression and base, for re-dating and display
    required("payload", Json, EMPTY_OBJECT),
    optional("held_at", Timestamp),  #: suspended since; a held timer is never due
    Index("timer_due_at_idx", "due_at", postgresql_where=text("held_at IS NULL")),
    # Not only where there is a token: the end of a case takes all its timers away.
    Index("timer_token_idx", "instance_id", "token", unique=True),
    Index("timer_task_id_idx", "task_id", postgresql_where=text("task_id IS NOT NULL")),
)

subscription = Table(
    "subscription",
    metadata,
    Column("instance_id", Id, primary_key=True),
    Column("token", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),  #: message, signal
    Column("name", Text, primary_key=True),
    required("correlation_key", Text, NOTHING),  #: "": any
    required("node_id", Text, NOTHING),
    required("since", Timestamp),
    Index(None, "name", "correlation_key"),
)

buffered_message = Table(
    "buffered_message",
    metadata,
    Column("id", Id, primary_key=True),
    required("kind", Text),  #: message, signal, start (a process that is not deployed yet)
    required("name", Text),  #: message name or process key
    required("correlation_key", Text, NOTHING),
    required("payload", Json, EMPTY_OBJECT),
    optional("from_instance", Id),
    optional("from_task", Id),
    required("thrown_at", Timestamp),
    optional("delivered_at", Timestamp),
    optional("delivered_to", Id),
    optional("held_for", Id),  #: a case that stands still and gets it when it goes on
    optional("expires_at", Timestamp),  #: given up then; NULL: never, or not before its process is deployed
    required("sent_by", Text, NOTHING),  #: the person who sent it by hand; "": a process did
    Index(
        "buffered_message_held_for_idx",
        "held_for",
        postgresql_where=text("held_for IS NOT NULL AND delivered_at IS NULL"),
    ),
    Index("buffered_message_waiting_idx", "name", "correlation_key", postgresql_where=text("delivered_at IS NULL")),
)
