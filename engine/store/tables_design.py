"""Tables of the design desk: analysts' unpublished texts with every saved revision, and their try-outs."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from engine.store.tables_base import NOTHING, Id, Json, Timestamp, metadata, optional, required

design = Table(
    "design",
    metadata,
    Column("id", Id, primary_key=True),
    required("kind", Text),  #: bpmn, dmn, form
    required("key", Text),  #: id of the process, decision or form
    required("name", Text),
    required("name_en", Text, NOTHING),
    required("file", Text),  #: name of its file in the bundle that publishes it
    required("state", Text),  #: editing, proposed, published, discarded
    Column("based_on", Id, ForeignKey("definition_version.id"), nullable=True),  #: NULL: begun blank or imported
    required("rev", Integer),  #: the revision that counts
    required("last_rev", Integer),  #: highest number given so far, to texts kept beside the line too
    required("errors", Integer),  #: what the lint found when it was saved last
    required("warnings", Integer),
    required("created_by", Text),
    required("created_at", Timestamp),
    required("updated_by", Text),
    required("updated_at", Timestamp),
    optional("locked_by", Text),
    optional("locked_until", Timestamp),  #: wall time
    Column("deployment_id", Id, ForeignKey("deployment.id"), nullable=True),  #: what it was proposed as last
    optional("base_version", Integer),  #: of the form or decision that it was begun from; processes have based_on
    # One open text for each key: two would be published over each other.
    Index(
        "design_open_idx",
        "kind",
        "key",
        unique=True,
        postgresql_where=text("state = ANY ('{editing,proposed}'::text[])"),
    ),
    Index(None, "deployment_id"),
)

#: Saved texts, byte for byte; never changed.
design_revision = Table(
    "design_revision",
    metadata,
    Column("design_id", Id, ForeignKey("design.id"), primary_key=True),
    Column("rev", Integer, primary_key=True, autoincrement=False),
    optional("beside", Integer),  #: revision it was made from, where another had been saved meanwhile; else NULL
    required("saved_by", Text),
    required("saved_at", Timestamp),
    required("size_bytes", Integer),
    required("sha256", LargeBinary),
    required("content", LargeBinary),
    optional("cases", LargeBinary),  #: test cases of a decision, as `*.dmn.tests.json`; NULL: none
)

design_trial = Table(
    "design_trial",
    metadata,
    Column("id", Id, primary_key=True),
    required("owner", Text),  #: nobody else sees it
    optional("design_id", Id),
    required("expires_at", Timestamp),  #: wall time
    required("content", LargeBinary),  #: the text that is tried out
    required("state", LargeBinary),  #: opaque outside engine/workflow
    required("run", Json),  #: clock, path, what happened, people and dates of its tasks
    Index(None, "owner"),
    Index(None, "expires_at"),
)
