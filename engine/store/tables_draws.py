"""Tables of the draws by lot and of the visits of inspections. All of them are append-only."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from engine.store.tables_base import EMPTY_OBJECT, NOTHING, Id, Json, Texts, Timestamp, metadata, optional, required

#: What was promised. One in force for each kind, unit and slot; a further attempt only after a cancellation.
draw = Table(
    "draw",
    metadata,
    Column("id", Id, primary_key=True),
    required("kind", Text),  #: inspection, verify, recheck
    required("unit", Text),  #: in whose name is drawn
    required("slot", Text),  #: what for, once: window or quarter, month, case number
    required("attempt", Integer),  #: 1, 2 …
    required("instance_id", Id),  #: the case that draws: who sees it sees the draw
    required("commitment", LargeBinary),
    required("committed_at", Timestamp),
    required("committed_by", Text),
    UniqueConstraint("kind", "unit", "slot", "attempt"),
    Index(None, "instance_id"),
    Index(None, "committed_at", "id"),
)

#: What only the system reads, until it is told with the outcome.
draw_secret = Table(
    "draw_secret",
    metadata,
    Column("draw_id", Id, primary_key=True),
    required("seed", LargeBinary),
    required("pool", Json),
    required("size", Integer),
)

#: How it ended: with a result (anchor and root are there), or cancelled, with the reason.
draw_outcome = Table(
    "draw_outcome",
    metadata,
    Column("draw_id", Id, primary_key=True),
    required("ended_at", Timestamp),
    required("ended_by", Text),
    required("reason", Text, NOTHING),
    optional("anchor_no", Integer),  #: 0: before the first anchor there is
    optional("root", LargeBinary),
    optional("seed", LargeBinary),
    optional("pool", Json),
    optional("size", Integer),
    optional("drawn", Texts),  #: in the order in which they came out
    required("teams", Json, EMPTY_OBJECT),  #: {unit: {"pool": {person: unit}, "size": 2, "team": [person, …]}}
)

inspection_visit = Table(
    "inspection_visit",
    metadata,
    Column("instance_id", Id, primary_key=True),  #: the case of the visit
    required("unit", Text),
    required("organizer", Text),
    required("kind", Text),  #: 经常, 节点, 专项, 媒体, 社会监督
    required("visited_at", Timestamp),
    Index(None, "unit", "visited_at"),
)
