"""Official papers and their signatures."""

from engine.store.migrate import run_script

revision = "0038"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0038_documents.sql")
