"""Where the files of cases lie: uploads and papers, in the folder of the attachments."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from engine.core import Engine

FOLDER = "attachments"


def path_of(engine: Engine, storage_name: str) -> Path:
    return engine.settings.data_dir / FOLDER / storage_name[:2] / storage_name


def store(folder: Path, content: bytes, name: str = "") -> str:
    """Write the bytes under `name`, or a random one: complete or not at all. Answers the name.

    name: says what the bytes are, so that a file which has it already is the same.
    """
    storage_name = name or secrets.token_hex(16)
    place = folder / storage_name[:2]
    if name and (place / name).is_file():
        return name
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = place / f".{secrets.token_hex(16)}"
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(place / storage_name)
    return storage_name
