"""Channels: notices by mail, signed web hook and the robots of group chats."""

from engine.store.migrate import run_script

revision = "0040"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0040_channels.sql")
