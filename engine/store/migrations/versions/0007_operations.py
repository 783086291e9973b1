"""What the desk of the operators keeps: retries of many incidents, notes, when backups were made."""

from engine.store.migrate import run_script

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0007_operations.sql")
