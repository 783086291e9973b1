"""A short mark of what was filled in, by which a second window is noticed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from engine.model.history import canonical_json


def revision_of(values: Mapping[str, object] | None) -> str:
    """The same for the same values, another one for others; "" for none at all."""
    return sha256(canonical_json(values)).hexdigest()[:16] if values is not None else ""
