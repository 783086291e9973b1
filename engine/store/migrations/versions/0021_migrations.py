"""Running cases go over to another version of their process: runs, and what came of each case."""

from engine.store.migrate import run_script

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0021_migrations.sql")
