"""Messages that nobody waits for yet are kept for a limited time; signals start cases."""

from engine.store.migrate import run_script

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0022_messages.sql")
