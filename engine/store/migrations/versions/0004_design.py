"""What the desk of the design keeps."""

from engine.store.migrate import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0004_design.sql")
