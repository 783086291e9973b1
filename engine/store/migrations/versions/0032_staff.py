"""The whole staff: who takes part on paper, and to which branch everybody belongs."""

from engine.store.migrate import run_script

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0032_staff.sql")
