"""Rosters: who is on duty in a unit, day by day."""

from engine.store.migrate import run_script

revision = "0037"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0037_roster.sql")
