"""Tables of the channels: by which ways notices leave this system, and which are on their way."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from engine.store.tables_base import NOTHING, ZERO, Id, Texts, Timestamp, metadata, optional, required

channel = Table(
    "channel",
    metadata,
    Column("id", Id, primary_key=True),
    required("owner_kind", Text),  #: person or unit
    required("owner", Text),  #: PersonId or code of the unit
    required("kind", Text),  #: email, webhook, wecom, dingtalk
    required("address", LargeBinary),  #: encrypted: the address of a robot is its key
    optional("secret", LargeBinary),  #: encrypted
    required("groups", Texts),
    required("rhythm", Text),
    required("rests", Boolean),
    required("language", Text),
    required("active", Boolean),
    required("looked_until", Timestamp),  #: business time; younger notices are still to be looked at
    required("failures", Integer, ZERO),  #: in a row
    optional("failing_since", Timestamp),  #: wall time, like the two that follow
    optional("next_try_at", Timestamp),
    required("last_reason", Text, NOTHING),
    optional("last_sent_at", Timestamp),
    required("changed_by", Text),
    required("changed_at", Timestamp),
    CheckConstraint("owner_kind IN ('person', 'unit')", name="owner"),
    Index(None, "owner_kind", "owner"),
)

channel_notice = Table(
    "channel_notice",
    metadata,
    Column("channel_id", Id, primary_key=True),
    Column("notice_id", Id, primary_key=True),
    Column("person_id", Text, primary_key=True),
    required("may_go_at", Timestamp),  #: business time
    optional("settled_at", Timestamp),  #: sent, or read before it was
    ForeignKeyConstraint(["channel_id"], ["channel.id"], name="channel_notice_channel_id_fkey", ondelete="CASCADE"),
    Index("channel_notice_waiting_idx", "channel_id", "may_go_at", postgresql_where=text("settled_at IS NULL")),
    Index("channel_notice_settled_idx", "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
)
