"""Tables of the official papers of a case, and of who signed which file."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, LargeBinary, Table, Text, text

from engine.store.tables_base import NOTHING, Id, Json, Timestamp, metadata, optional, required

document = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),  #: of its attachment too
    required("instance_id", Id),
    required("node_id", Text, NOTHING),
    required("template", Text),
    required("title", Text),
    required("subject", Text, NOTHING),  #: account of the one person it is about, or another key among its kind
    required("unit", Text),
    required("sender_unit", Text),
    required("no", Text, NOTHING),  #: 发文字号 or business number
    optional("register_kind", Text),  #: 整, 督, …; NULL: it has no 发文字号
    optional("register_year", Integer),
    optional("register_no", Integer),  #: gapless per sender, kind and year
    required("state", Text, text("'made'")),  #: made, signed, void
    required("sha256", LargeBinary),
    required("paper", Json),  #: what stands on it
    required("made_by", Text),
    required("made_at", Timestamp),
    required("dated", Date),
    optional("voided_by", Text),
    optional("voided_at", Timestamp),
    required("void_reason", Text, NOTHING),
    CheckConstraint("state IN ('made', 'signed', 'void')", name="state"),
    Index("document_instance_id_idx", "instance_id"),
    Index("document_no_idx", "no", postgresql_where=text("no <> ''")),
    Index(
        "document_register_key",
        "sender_unit",
        "register_kind",
        "register_year",
        "register_no",
        unique=True,
        postgresql_where=text("register_no IS NOT NULL"),
    ),
)

document_signature = Table(
    "document_signature",
    metadata,
    Column("document_id", Id, primary_key=True),
    required("instance_id", Id),
    required("person_id", Text),
    optional("on_behalf_of", Text),
    required("signed_at", Timestamp),
    Column("submission_id", Id, primary_key=True),
    required("sha256", LargeBinary),
    Index("document_signature_instance_id_idx", "instance_id"),
)
