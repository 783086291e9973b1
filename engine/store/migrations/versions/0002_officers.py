"""What the desk of the officers keeps."""

from engine.store.migrate import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0002_officers.sql")
