"""Comments on a case."""

from engine.store.migrate import run_script

revision = "0049"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0049_comments.sql")
