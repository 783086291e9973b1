"""Processes that begin by the calendar or a clock."""

from engine.store.migrate import run_script

revision = "0030"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0030_starts.sql")
