"""The steps of many instances are written by one call; a notice to several people has one id."""

from engine.store.migrate import run_script

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0024_apply_steps.sql")
