"""What the desk of the supervisors keeps."""

from engine.store.migrate import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0003_supervisors.sql")
