"""Decisions of a bundle: models and test cases that stand beside it, its versions, and those that a process asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from engine.core import Engine
from engine.decisions.dmn import ModelRejected, read_model
from engine.decisions.dmn.cases import SUFFIX
from engine.decisions.dmn.model import Decision, Definitions, Service
from engine.decisions.models import keys_of
from engine.decisions.question import Question
from engine.decisions.words import label_of
from engine.errors import Problem
from engine.lint.decisions import is_model
from engine.store.decisions import NewDecision
from engine.store.transaction import Transaction


def beside_decisions(tx: Transaction, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What is in force and belongs to the models among `files`: those that they import, and test cases they lack.

    A new version of a model is measured by the cases of the last one, unless it brings its own.
    """
    return needed_beside(files, tx.current_decision_files()) if any(is_model(name) for name in files) else {}


def needed_beside(files: Mapping[str, bytes], in_force: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same of models and cases that are given by file."""
    found = {
        cases: in_force[cases]
        for name in files
        if is_model(name) and (cases := cases_of(name)) in in_force and cases not in files
    }
    spaces = {one.namespace: one for one in _read(in_force)}
    waiting = _read(files)
    known = {one.namespace for one in waiting}
    while waiting:
        for needed in waiting.pop().imports:
            if needed.namespace not in known and needed.namespace in spaces:
                known.add(needed.namespace)
                model = spaces[needed.namespace]
                found[model.file] = in_force[model.file]
                waiting.append(model)
    return found


def cases_of(name: str) -> str:
    """The file of test cases of a model."""
    return name[: -len(".dmn")] + SUFFIX


def new_decisions(
    engine: Engine, tx: Transaction, files: Mapping[str, bytes], problems: Sequence[Problem]
) -> list[NewDecision]:
    """A version for every decision and service in these models, which were checked."""
    return [
        NewDecision(
            id=engine.ids.v7(tx.now),
            key=key,
            name=name,
            name_en=name_en,
            file=model.file,
            checks=[problem.as_dict() for problem in problems if problem.file in {model.file, cases_of(model.file)}],
        )
        for model in _read(files)
        for key, name, name_en in _named(model)
    ]


def asked_versions(tx: Transaction, own: Iterable[NewDecision], keys: Collection[str]) -> dict[str, str]:
    """{key: id of the version}: of the same bundle, else the one in force. A process never asks another one."""
    found = {decision.key: str(decision.id) for decision in own if decision.key in keys}
    for key in sorted(set(keys) - found.keys()):
        row = tx.current_decision(key)
        if row is not None:
            found[key] = str(row.id)
    return found


def questions_in_force(engine: Engine, tx: Transaction) -> dict[str, Question]:
    """Everything that can be asked now, by key."""
    return {row.key: engine.decision_version(tx, row).question for row in tx.current_decisions()}


def keys_in(name: str, data: bytes) -> tuple[str, ...]:
    """Ids of the decisions in a file; none in one that is no model."""
    return tuple(key for model in _read({name: data}) for key in keys_of(model))


def _read(files: Mapping[str, bytes]) -> list[Definitions]:
    """The models that can be read; what is wrong with the others is told by the lint."""
    found = []
    for name, data in files.items():
        if is_model(name):
            try:
                found.append(read_model(data, file=name))
            except ModelRejected:
                continue
    return found


def _named(model: Definitions) -> Iterable[tuple[str, str, str]]:
    askable: tuple[Decision | Service, ...] = (*model.decisions.values(), *model.services.values())
    for one in askable:
        if one.id:
            label = label_of(one)
            yield one.id, label.zh, label.en if label.en != label.zh else ""
