"""Figures of obligations: what the matrix counts without visiting a row, and what is still to be done."""

from engine.store.migrate import run_script

revision = "0045"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0045_obligation_figures.sql")
