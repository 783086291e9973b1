"""Everything the first release needs: tables, functions, triggers, row-level security, the job queue, grants.

The SQL lies in engine/store/sql/0001_*.sql and is frozen with this revision: what changes later is a new file and a
new revision. There is no way down: a database is restored from its backup.
"""

from engine.store.migrate import queue_schema, run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("tables", "clock", "reference", "visibility", "history", "apply_step"):
        run_script(f"0001_{name}.sql")
    queue_schema()
    run_script("0001_grants.sql")
