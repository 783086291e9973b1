"""Tables of the organisation: units, people, what they hold, and how they log in."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
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

unit = Table(
    "unit",
    metadata,
    Column("code", Text, primary_key=True),  #: "532503-GA"
    required("name", Text),
    required("short_name", Text, NOTHING),
    required("doc_prefix", Text, NOTHING),  #: 机关代字
    required("level", Text),  #: PREF, COUNTY
    required("type", Text),  #: ZF, FY, JC, GA, SF
    required("region", Text),  #: "532503"
    Column("superior", Text, ForeignKey("unit.code")),  #: territorial line; NULL: above us there is only 州委
    required("staff_count", Integer, ZERO),
    optional("active_from", Date),
    optional("active_to", Date),  #: last day; a unit is closed, never deleted
)

unit_closure = Table(
    "unit_closure",
    metadata,
    Column("ancestor", Text, ForeignKey("unit.code"), primary_key=True),
    Column("descendant", Text, ForeignKey("unit.code"), primary_key=True),
    required("depth", SmallInteger),  #: 0: itself
    Index(None, "descendant"),
)

department = Table(
    "department",
    metadata,
    Column("code", Text, primary_key=True),  #: "532503-GA-03"
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    required("name", Text),
    required("kind", Text),  #: 内设机构, 基层单位, 支部
    required("responsible", Boolean, FALSE),  #: flagged 责任部门
    optional("active_from", Date),
    optional("active_to", Date),
    Index(None, "unit"),
)

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),  #: account name, "u101"
    required("name", Text),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    Column("department", Text, ForeignKey("department.code")),
    required("post", Text, NOTHING),
    optional("active_from", Date),
    optional("active_to", Date),
    Column("branch", Text, ForeignKey("department.code")),  #: the 支部
    required("on_paper", Boolean, FALSE),  #: has no account: takes part on paper, and is given no task
    Index(None, "unit"),
)

position = Table(
    "position",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    required("code", Text),  #: LEAD_MAIN, LEAD_DIRECT, …
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("department", Text, ForeignKey("department.code")),  #: of DEPT_RESP and BRANCH_SEC
    required("departments", Texts, EMPTY_ARRAY),  #: in charge of, for LEAD_DIRECT
    required("valid_from", Date),
    optional("valid_until", Date),  #: last day on which it is held
    Index(None, "unit", "code"),
    Index(None, "person_id"),
)

substitute = Table(
    "substitute",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    required("position", Text),  #: code of the position in which the substitute acts
    Column("substitute_id", Text, ForeignKey("person.id"), nullable=False),
    required("valid_from", Date),
    optional("valid_until", Date),
    Index(None, "person_id"),
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    required("role", Text),  #: officer, unit_leader, inspector, reviewer, intake, analyst, admin, auditor, operator
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),  #: top of the subtree in which it counts
    required("valid_from", Date),
    optional("valid_until", Date),
    required("granted_by", Text, NOTHING),
    required("confirmed_by", Text, NOTHING),  #: the second person
    Index(None, "person_id"),
    Index(None, "role", "unit"),
)

#: Asked for by one administrator; a role_grant once another one has confirmed it (two-person rule).
role_request = Table(
    "role_request",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    required("role", Text),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    required("valid_from", Date),
    optional("valid_until", Date),
    required("requested_by", Text),
    required("requested_at", Timestamp),
    required("reason", Text, NOTHING),
)

absence = Table(
    "absence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    required("kind", Text),  #: 请假, 出差
    required("absent_from", Date),
    required("absent_until", Date),  #: last day away
    required("reason", Text, NOTHING),
    Index(None, "person_id"),
)

#: 值班表: turns of a named roster of a unit.
roster_turn = Table(
    "roster_turn",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", Text, ForeignKey("unit.code"), nullable=False),
    required("roster", Text),  #: duty (值班员), duty_leader (值班领导)
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    required("first_day", Date),
    optional("last_day", Date),  #: inclusive; NULL: until somebody ends it
    Index(None, "unit", "roster", "first_day"),
    Index(None, "person_id"),
)

recusal_declaration = Table(
    "recusal_declaration",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    required("relation", Text),  #: kin (近亲属), interest (利害关系), colleague (原同事)
    optional("about_person", Text),
    optional("about_unit", Text),
    required("valid_from", Date),
    optional("valid_until", Date),
    required("declared_at", Timestamp),
    required("note", Text, NOTHING),
    Index(None, "person_id"),
)

account = Table(
    "account",
    metadata,
    Column("person_id", Text, ForeignKey("person.id"), primary_key=True),
    required("password_hash", Text),
    required("state", Text, text("'active'")),  #: active, disabled
    required("must_change", Boolean, FALSE),
    required("language", Text, text("'zh'")),
    required("created_at", Timestamp),
    required("changed_at", Timestamp),  #: of the password
    optional("last_login_at", Timestamp),
    required("theme", Text, text("'system'")),  #: system, light, dark
    required("density", Text, text("'normal'")),  #: normal, dense
    required("large_text", Boolean, FALSE),
    required("shortcuts", Boolean, text("true")),  #: single keys, "J"
)

saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    required("name", Text),  #: as its owner wrote it
    required("filters", Json, EMPTY_OBJECT),  #: {parameter of the address of the inbox: value}
    required("is_default", Boolean, FALSE),  #: what the inbox opens with; at most one of a person
    required("saved_at", Timestamp),
    Index("saved_view_person_id_name_key", "person_id", "name", unique=True),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),  #: sha256 of the cookie
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    required("created_at", Timestamp),
    required("last_seen_at", Timestamp),
    required("expires_at", Timestamp),  #: absolute end
    required("fresh_at", Timestamp),  #: when a password was last typed
    required("auth_level", SmallInteger, text("1")),
    required("csrf_secret", LargeBinary),
    required("address", Text, NOTHING),
    required("agent", Text, NOTHING),
    Index(None, "person_id"),
    Index(None, "expires_at"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    required("name", Text),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    required("scopes", Texts, EMPTY_ARRAY),
    required("created_at", Timestamp),
    required("expires_at", Timestamp),
    optional("last_used_at", Timestamp),
    optional("revoked_at", Timestamp),
    Index(None, "person_id"),
)

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    required("name", Text),  #: as typed, cut to 100 characters
    required("address", Text),
    required("at", Timestamp),
    required("succeeded", Boolean),
    Index(None, "name", "at"),
    Index(None, "address", "at"),
)
