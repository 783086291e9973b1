"""The drawing of a definition as values. A drawing holds no case content: whoever may see its XML may see this."""

from __future__ import annotations

from functools import lru_cache

from engine.core import Engine
from engine.model.drawing import Drawing
from engine.model.step import DefinitionId, PersonId
from engine.queries import definitions
from engine.workflow.drawing import read_drawing


def drawing(engine: Engine, person: PersonId, definition_id: DefinitionId) -> Drawing:
    """Raises NotFound. A version never changes, so each is read once."""
    file = definitions.drawing(engine, person, definition_id)
    return _read(definition_id, file.content, file.name)


@lru_cache(maxsize=64)
def _read(_definition_id: DefinitionId, content: bytes, name: str) -> Drawing:
    return read_drawing(content, file=name)
