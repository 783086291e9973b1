"""Drawings made for other engines keep beside the file what runs of it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deployment_file", sa.Column("translated", sa.LargeBinary(), nullable=True))
