"""What supervisors count: two views that hold the rule of visibility, and the indexes that serve them."""

from engine.store.migrate import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0008_figures.sql")
