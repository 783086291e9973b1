"""Data stores: values that all cases share."""

from engine.store.migrate import run_script

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0026_data_stores.sql")
