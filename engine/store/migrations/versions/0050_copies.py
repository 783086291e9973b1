"""Copies of a case, with who has opened it."""

from engine.store.migrate import run_script

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0050_copies.sql")
