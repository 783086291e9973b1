"""The decision models of a bundle, compiled together: a file may import another by its namespace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.decisions.dmn import Mistake, Model, ModelRejected, read_model
from engine.decisions.dmn.model import Definitions


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """models: by file, of those that can be run. mistakes: of the others, with the file."""

    models: Mapping[str, Model]
    mistakes: tuple[tuple[str, Mistake], ...] = ()


def keys_of(definitions: Definitions) -> tuple[str, ...]:
    """Ids under which decisions and decision services of a file can be asked, in the order of the file."""
    found = (*definitions.decisions.values(), *definitions.services.values())
    return tuple(one.id for one in found if one.id)


def compile_models(files: Sequence[Definitions]) -> Compiled:
    """Compile models in the order in which they need each other. Raises nothing: every mistake is in the answer."""
    models: dict[str, Model] = {}
    mistakes: list[tuple[str, Mistake]] = []
    waiting = {one.file: one for one in files}
    spaces = {one.namespace: one.file for one in reversed(files)}
    while waiting:
        ready = [one for one in waiting.values() if not _needed(one, spaces) & waiting.keys() - {one.file}]
        if not ready:
            mistakes += [(name, _circle(one)) for name, one in waiting.items()]
            break
        for one in ready:
            del waiting[one.file]
            if _needed(one, spaces) - models.keys():
                continue  # what it needs cannot be run, which is told there
            known = {space: models[file] for space, file in spaces.items() if file in models}
            try:
                models[one.file] = Model(one, known)
            except ModelRejected as rejected:
                mistakes += [(one.file, mistake) for mistake in rejected.mistakes]
    return Compiled(models=models, mistakes=tuple(mistakes))


def load_models(files: Mapping[str, bytes]) -> Mapping[str, Model]:
    """Models by file, of files that were checked before. Raises ModelRejected."""
    found = compile_models([read_model(data, file=name) for name, data in files.items()])
    if found.mistakes:
        raise ModelRejected([mistake for _, mistake in found.mistakes])
    return found.models


def _needed(definitions: Definitions, spaces: Mapping[str, str]) -> set[str]:
    """Files that are imported and there; of one that is not there the model itself tells."""
    return {spaces[one.namespace] for one in definitions.imports if one.namespace in spaces}


def _circle(definitions: Definitions) -> Mistake:
    return Mistake(
        rule="DMN-13",
        element_id=definitions.id,
        zh="模型互相导入成环；请去掉其中一个导入",
        en="models import each other in a circle; remove one of the imports",
    )
