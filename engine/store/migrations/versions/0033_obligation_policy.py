"""Who sees which obligation, asked of a set instead of an array."""

from engine.store.migrate import run_script

revision = "0033"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0033_obligation_policy.sql")
