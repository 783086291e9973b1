"""Analysts write decisions with their test cases and forms, as they write processes."""

from engine.store.migrate import run_script

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0024_design_kinds.sql")
