"""Draws by lot: promised, secret, drawn once; visits of inspections."""

from engine.store.migrate import run_script

revision = "0036"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0036_draws.sql")
