"""The hourly anchors of all records."""

from engine.store.migrate import run_script

revision = "0035"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0035_anchors.sql")
