"""An index of the notices that say more than a person's own work does: of 1,000 there are ten."""

from engine.store.migrate import run_script

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0027_notice_told.sql")
