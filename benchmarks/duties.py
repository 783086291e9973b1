"""What a supervisor's matrix of duties costs at 200,000 obligations and three years of history."""

from __future__ import annotations

import time
from functools import cache
from statistics import median

import psycopg

from benchmarks.harness import appoint_inspector, bench_engine, server
from benchmarks.harness_web import Client, Web, counted, web
from engine.model.step import PersonId
from engine.queries.obligation_matrix import obligation_matrix
from engine.queries.obligations import ObligationFilter

Figures = dict[str, tuple[float, str, float | None]]

SUPERVISOR = PersonId("u0")
TIMES = 20
#: (duty, periods in a year, how many in each of the 69 units): of a year some 66,000.
_DUTIES = (("O09", 1, 580), ("O21", 12, 17), ("O18", 2, 35), ("O03", 1, 35), ("O13", 1, 35), ("O19", 1, 35))


def matrix_page() -> Figures:
    """The present half-year by place and duty: some 50,000 obligations touch it, in 69 places by 30 duties."""
    fill_obligations()
    appoint_inspector(SUPERVISOR)
    engine, running = bench_engine(), web()
    year = time.gmtime().tm_year
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        obligation_matrix(engine, SUPERVISOR, f"{year}H2", ObligationFilter())
        took.append((time.perf_counter() - began) * 1_000)
    waited, spent = _page(running, f"/obligations/matrix?period={year}H2")
    return {
        "matrix page at 200k obligations": (spent, "CPU ms", 300.0),
        "… until the answer is there": (waited, "ms", None),
        "… of it the counting, as a query": (median(took), "ms", None),
        "list of a unit at 200k obligations": (_page(running, "/obligations?view=all")[1], "CPU ms", 100.0),
    }


@cache
def fill_obligations() -> None:
    """Three years of them, nine of ten done in time. They go with the server."""
    year = time.gmtime().tm_year
    with bench_engine().transaction("system") as tx:
        for back in range(3):
            for code, periods, owners in _DUTIES:
                values = {"code": code, "periods": periods, "owners": owners, "year": year - back}
                tx.raw.execute(_FILL.encode(), values)
    with psycopg.connect(server().url("cx_owner"), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def _page(running: Web, path: str) -> tuple[float, float]:
    """Milliseconds until the answer is there, and of CPU of the web part and the database together."""
    client = Client(running.port, SUPERVISOR)
    for _ in range(5):
        client.get(path)
    took = []
    with counted(running) as spent:
        for _ in range(TIMES):
            began = time.perf_counter()
            client.get(path)
            took.append((time.perf_counter() - began) * 1_000)
    return median(took), spent.total * 1_000 / TIMES


_FILL = (
    "INSERT INTO obligation (id, code, rule_version, period, unit, owner_key, event, first_day, last_day, opens_on,"
    " due_on, done_on, dated_on, created_at)"
    " SELECT gen_random_uuid(), %(code)s, 1, %(year)s || CASE %(periods)s WHEN 1 THEN '' WHEN 2 THEN 'H' || p"
    " ELSE 'M' || lpad(p::text, 2, '0') END, (532501 + u) || '-GA', 'k' || n, '', first, last, first, last, done, done,"
    " now() FROM generate_series(0, 68) u, generate_series(1, %(periods)s) p, generate_series(1, %(owners)s) n,"
    " LATERAL (SELECT make_date(%(year)s, (p - 1) * 12 / %(periods)s + 1, 1) AS first,"
    " (make_date(%(year)s, (p - 1) * 12 / %(periods)s + 1, 1) + (12 / %(periods)s) * interval '1 month')::date - 1"
    " AS last) days, LATERAL (SELECT CASE WHEN n %% 10 > 0 THEN last - 5 WHEN n %% 20 = 0 THEN last + 3 END AS done)"
    " facts"
)
