"""Tables of what people say about a case beside its forms, and of whom they point it out to."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from engine.store.tables_base import NOTHING, Id, Timestamp, metadata, optional, required

case_comment = Table(
    "case_comment",
    metadata,
    Column("id", Id, primary_key=True),
    required("instance_id", Id),
    required("person_id", Text),
    required("at", Timestamp),
    required("text", Text),
    required("mentioned", ARRAY(Text), text("'{}'")),  #: accounts, each of somebody who saw the case then
    optional("withdrawn_at", Timestamp),
    Index("case_comment_instance_id_at_idx", "instance_id", "at"),
)

case_copy = Table(
    "case_copy",
    metadata,
    Column("id", Id, primary_key=True),  #: the same for all who were told together
    Column("person_id", Text, primary_key=True),
    required("instance_id", Id),
    required("sent_by", Text),
    required("at", Timestamp),
    required("note", Text, NOTHING),
    optional("read_at", Timestamp),  #: when the receiver first opened the case
    Index("case_copy_instance_id_at_idx", "instance_id", "at"),
)
