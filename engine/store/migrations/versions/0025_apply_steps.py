"""The steps of many instances are written by one call; a notice to several people has one id."""

from engine.store.migrate import run_script

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0025_apply_steps.sql")
