"""What is owed for a period, and the facts that show it."""

from engine.store.migrate import run_script

revision = "0031"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0031_obligations.sql")
