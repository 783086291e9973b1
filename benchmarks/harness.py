"""The throw-away PostgreSQL of a benchmark run: 69 units, 485 people, and 100,000 cases where a measurement asks."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg

from engine.commands.builtin import builtin_files
from engine.commands.deployments import deploy_builtin
from engine.config import Settings
from engine.core import Engine
from engine.model.due import DueContext, evaluate, parse_due
from engine.model.organization import Person, RoleGrant, Unit
from engine.model.step import PersonId
from engine.store import embedded
from engine.store.database import Database
from engine.store.migrate import migrate
from engine.workflow import CompiledDefinition, Workflow

MANY, BURIED = 100_000, 100_000
PEOPLE, UNITS = 485, 69
TOP = "532500-ZF"


def unit_code(number: int) -> str:
    return f"{532501 + number}-GA"


def unit_of(person: PersonId) -> str:
    return unit_code(int(person[1:]) % UNITS)


@cache
def server() -> embedded.Server:
    """A durable server like that of an installation; it goes when this process ends."""
    folder = tempfile.mkdtemp(prefix="changxiao-bench-", dir=tempfile.gettempdir())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # The folder is made by the server itself, below one that its account can pass.
    Path(folder).chmod(0o755)
    started = embedded.start(Settings(data_dir=Path(folder) / "data"))
    atexit.register(started.stop)
    migrate(started.owner_url)
    return started


@cache
def bench_database() -> Database:
    """The database with its people, over one connection: one backend to watch."""
    database = Database.open(server().app_url, pool_size=1)
    atexit.register(database.close)
    with database.transaction(actor="system") as tx:
        tx.add_units([_unit(TOP, "")])
        tx.add_units(_unit(unit_code(number), TOP) for number in range(UNITS))
        names = [PersonId(f"u{number}") for number in range(PEOPLE)]
        people = [Person(id=name, name=name, unit=unit_of(name)) for name in names]
        tx.add_people(people)
        since = tx.now.date().replace(year=2020)
        grants = (RoleGrant(person=p.id, role="officer", unit=p.unit, valid_from=since) for p in people)
        tx.add_grants(((uuid4(), grant) for grant in grants), confirmed_by="system")
    return database


@cache
def bench_engine() -> Engine:
    """An engine of this process, with the built-in processes published."""
    engine = Engine(Settings(data_dir=Path(tempfile.gettempdir())), bench_database())
    deploy_builtin(engine, builtin_files())
    return engine


@cache
def fill() -> None:
    """100,000 cases of S1_RECTIFY with one open task and one timer each; 1,000 timers are due."""
    engine = bench_engine()
    with engine.transaction("system") as tx:
        current = tx.current_definition("S1_RECTIFY")
        if current is None:
            raise RuntimeError("S1_RECTIFY was not deployed.")
        form = engine.definition(tx, current.id).form("S1_T5")
        context = DueContext(created=tx.now, started=tx.now.date(), params=engine.reference(tx).params)
        due = evaluate(parse_due("created+15wd"), context, engine.reference(tx).calendar)
        state, token = _at_work(engine.definition(tx, current.id).compiled, tx.now)
        values = {
            "many": MANY,
            "definition": current.id,
            "form": form.id,
            "deadline": json.dumps(due.as_dict()),
            "state": state,
            "token": token,
        }
        for statement in _FILL:
            tx.raw.execute(statement.replace("{made}", _MADE).encode(), values)
    with psycopg.connect(server().url("cx_owner"), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    with psycopg.connect(server().addresses.admin_url, autocommit=True) as admin:
        admin.execute("CHECKPOINT")  # or the measurements pay for writing these rows


def _at_work(compiled: CompiledDefinition, at: datetime) -> tuple[bytes, int]:
    """State of a case of S1_RECTIFY whose unit is at work on it, and the token of that task: played without people."""
    workflow = Workflow.start(compiled, variables={}, at=at, seed=1)
    while True:
        advance = workflow.advance()
        for call in advance.calls:
            workflow.finish_service(call.token, {"severity": "B", "to_p07": False, "reject_count": 0, "stage_wd": 0})
        for task in advance.opened:
            if task.node_id == "S1_T5":
                return advance.state, int(task.token)
            workflow.complete(task.token, {"owner_decision": "指定", "owner": "u1"})


@cache
def bury() -> None:
    """As many cases that have ended, with one user task and three lines of history each. They go with the server."""
    with bench_engine().transaction("system") as tx:
        current = tx.current_definition("S1_RECTIFY")
        if current is None:
            raise RuntimeError("S1_RECTIFY was not deployed.")
        for statement in _BURY:
            tx.raw.execute(statement.replace("{made}", _ENDED).encode(), {"many": BURIED, "definition": current.id})
    with psycopg.connect(server().url("cx_owner"), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    with psycopg.connect(server().addresses.admin_url, autocommit=True) as admin:
        admin.execute("CHECKPOINT")


@cache
def appoint_inspector(person: PersonId) -> None:
    """He sees every unit from now on."""
    with bench_database().transaction(actor="system") as tx:
        since = tx.now.date().replace(year=2020)
        grant = RoleGrant(person=person, role="inspector", unit=TOP, valid_from=since)
        tx.add_grants([(uuid4(), grant)], confirmed_by="system")


def _unit(code: str, above: str) -> Unit:
    level = "COUNTY" if above else "PREF"
    return Unit(code=code, name=code, short_name=code, document_prefix="", level=level, type="GA", superior=above)  # type: ignore[arg-type]


# Ids are made of the number, so that each statement finds the rows of the others.
_MADE = (
    "(SELECT n, ('10000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS case_id,"
    " ('20000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS task_id,"
    " (532501 + n %% 69) || '-GA' AS unit, 'u' || (n %% 69 + 69 * (n / 69 %% 7)) AS person,"
    " n %% 90 * interval '1 d' AS after FROM generate_series(1, %(many)s) n) made"
)
# People work on the cases of their own unit; a person's number tells the unit (unit_of).
_FILL = (
    "INSERT INTO instance (id, definition_id, key, rev, state, title, unit, issuer_unit, started_by, started_at,"
    " updated_at, history_head, business_no) SELECT case_id, %(definition)s, 'S1_RECTIFY', 1, %(state)s, '问题'"
    " || n, unit, '532500-ZF', 'system', now(), now(), '', 'WT-' || n FROM {made}",
    "INSERT INTO user_task (id, instance_id, token, node_id, name, mechanism, form_key, form_version_id, unit, state,"
    " assignee, created_at, due_on, due_at, deadline, ladder_profile, case_unit, case_issuer_unit) SELECT task_id,"
    " case_id, %(token)s, 'S1_T5', '整改落实', 'S1_RECTIFY', 'S1_T5', %(form)s, unit,"
    " CASE WHEN n %% 2 = 0 THEN 'assigned' ELSE 'offered' END, CASE WHEN n %% 2 = 0 THEN person END, now(),"
    " (now() + after)::date, now() + after,"
    " %(deadline)s::jsonb, 'STD', unit, '532500-ZF' FROM {made}",
    "INSERT INTO task_candidate SELECT 'u' || (n %% 69 + 69 * ((n / 69 + k) %% 7)), task_id FROM {made},"
    " generate_series(0, 4) k WHERE n %% 2 = 1",
    "INSERT INTO instance_party SELECT t.instance_id, t.assignee, now() FROM user_task t WHERE t.assignee IS NOT NULL"
    " UNION SELECT t.instance_id, k.person_id, now() FROM user_task t JOIN task_candidate k ON k.task_id = t.id"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO timer (instance_id, kind, token, node_id, due_at) SELECT case_id, 'bpmn', 2, 'WAIT',"
    " now() + CASE WHEN n %% 100 = 0 THEN - interval '1 h' ELSE (1 + random() * 90) * interval '1 d' END FROM {made}",
)
# Ended cases: ids of their own, of the last four years.
_ENDED = (
    "(SELECT n, ('30000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS case_id,"
    " ('40000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS task_id,"
    " (532501 + n %% 69) || '-GA' AS unit, 'u' || (n %% 69 + 69 * (n / 69 %% 7)) AS person,"
    " now() - n %% 1460 * interval '1 d' AS at FROM generate_series(1, %(many)s) n) made"
)
_BURY = (
    "INSERT INTO instance (id, definition_id, key, rev, status, state, title, unit, issuer_unit, started_by,"
    " started_at, updated_at, ended_at, history_seq, history_head, business_no) SELECT case_id, %(definition)s,"
    " 'S1_RECTIFY', 9, 'completed', decode(repeat('ab', 80), 'hex'), '旧问题' || n, unit, '532500-ZF',"
    " 'system', at, at, at, 3, '', 'WT-OLD-' || n FROM {made}",
    "INSERT INTO user_task (id, instance_id, token, node_id, name, mechanism, unit, state, assignee, created_at,"
    " done_at, done_by, case_unit, case_issuer_unit) SELECT task_id, case_id, 1, 'S1_T5', '整改落实', 'S1_RECTIFY',"
    " unit, 'completed', person, at, at, person, unit, '532500-ZF' FROM {made}",
    "INSERT INTO instance_party SELECT case_id, person, at FROM {made}",
    "INSERT INTO history (instance_id, seq, at, event, actor, digest, hash) SELECT case_id, k, at, 'completed', person,"
    " '', '' FROM {made}, generate_series(1, 3) k",
)
