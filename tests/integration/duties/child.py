"""A worker of its own that does what is due now, until it is done or killed; its argument is the database."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from engine.commands.nightly import run_nightly
from engine.commands.starts import fire_starts
from engine.config import Settings
from engine.core import Engine
from engine.store.database import Database


def main(url: str) -> None:
    with tempfile.TemporaryDirectory() as somewhere:
        engine = Engine(
            Settings(data_dir=Path(somewhere), database_url=url, mode="rehearsal"), Database(url, pool_size=2)
        )
        sys.stdout.write("at work\n")
        sys.stdout.flush()
        while run_nightly(engine) or fire_starts(engine, limit=5):
            pass


if __name__ == "__main__":
    main(sys.argv[1])
