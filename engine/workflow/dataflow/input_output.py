"""How one node sees the data around it: the names of its own, what goes in before it works and comes out after.

While an activity works, its token carries the data of the scope as ever. What it alone sees lies beside that, in
internal_data under `own`; a sub-process hands it to its inside. So whoever looks at the token from outside, a join, an
event or an operator, needs to know nothing of this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from keyword import iskeyword
from typing import TYPE_CHECKING

from engine.errors import StepFailed
from engine.workflow.data import Data, Fork, Values, changed, load
from engine.workflow.dataflow.drawn import Copy, DrawnData, Place

if TYPE_CHECKING:
    from engine.workflow.task import LiveTask

COUNTER = "loopCounter"
_ABSENT = object()


@contextmanager
def seeing(task: LiveTask, data: Data) -> Iterator[None]:
    """Meanwhile `data` is all that the token carries; what it comes to is in `carried` at the end."""
    carried, own = task.carried, task.internal_data.pop("own", _ABSENT)
    task.carried = data
    try:
        yield
    finally:
        task.carried = carried
        if own is not _ABSENT:
            task.internal_data["own"] = own


class InputOutput:
    """The data of one node; frozen, shared by all instances of the process.

    counts: it is an instance of a repeated activity and knows its number, `loopCounter`, from 0.
    """

    __slots__ = ("_drawn", "counts", "own")

    def __init__(self, drawn: DrawnData, *, counts: bool = False) -> None:
        self._drawn, self.counts = drawn, counts
        self.own = drawn.own | {COUNTER} if counts else drawn.own

    def names_only(self) -> InputOutput:
        """The same names of its own, with nothing on its way: for a sub-process that is opened again."""
        return InputOutput(DrawnData(own=self._drawn.own), counts=self.counts)

    # -- going in

    def enter(self, task: LiveTask) -> None:
        """The token of an activity without an inside begins to work. Raises StepFailed when an input is missing."""
        task.internal_data["own"] = self._taken(task)

    def inner(self, task: LiveTask) -> tuple[Data, Fork | None]:
        """The data with which the inside of a sub-process or call begins, and where their ways part."""
        data = self.view(task.carried, self._taken(task))
        return data, Fork(data, task.fork)

    def view(self, carried: Data, own: Mapping[str, object]) -> Values:
        """What the node sees: the data of the scope, as far as it looks at them, under its own names its own."""
        outer, sees = load(carried), self._drawn.sees
        names = outer if sees is None else sees
        return {**{name: outer[name] for name in names if name in outer and name not in self.own}, **own}

    def _taken(self, task: LiveTask) -> Values:
        own: Values = {}
        outer = task.carried
        if self.counts:
            own[COUNTER] = task.internal_data.get("at", task.internal_data.get("i", 0))
            outer = {**load(outer), **own} if self._drawn.inputs else outer
        for copy in self._drawn.inputs:
            value = value_of(task, copy, outer)
            if value is not _ABSENT:
                own[copy.target.name] = value
        self._check_inputs(task, own)
        return own

    def _check_inputs(self, task: LiveTask, own: Values) -> None:
        seen = self.view(task.carried, own) if self._drawn.wanted else {}
        lacking = [{name for name in names if seen.get(name) is None} for names in self._drawn.wanted]
        if lacking and all(lacking):
            node = task.task_spec.node
            raise StepFailed(
                f"{node}: inputs without a value: {sorted(lacking[0])}.",
                node_id=node,
                cause="missing_input",
                facts={"inputs": sorted(lacking[0])},
            )

    def within(self, outside: Data, inside: Data) -> Data:
        """What an event inside sees: its own names as they are inside, the others as they are outside."""
        now = load(inside)
        if self._drawn.sees is not None:
            return inside
        return {**{name: value for name, value in load(outside).items() if name not in self.own},
                **{name: now[name] for name in self.own if name in now}}  # fmt: skip

    def lets_in(self, news: Values) -> Values:
        """What changed around the activity, as far as its inside knows it under the same name."""
        sees = self._drawn.sees
        return {name: value for name, value in news.items() if name not in self.own and (sees is None or name in sees)}

    # -- coming out

    def leave(self, task: LiveTask) -> None:
        """The token of an activity without an inside is done: it carries on what comes out."""
        own = task.internal_data.pop("own", None)
        if own is not None:
            task.carried = self.result(task, self.view(task.carried, own))

    def result(self, task: LiveTask, inside: Values) -> Data:
        """Data of the scope when the activity ends with `inside`; values for data stores are written."""
        outer = load(task.carried)
        news = self._changed(outer, self.lets_out(inside))
        for copy in self._drawn.outputs:
            value = value_of(task, copy, inside)
            if value is not _ABSENT and copy.target.store:
                _write(task, copy.target, value, inside)
            elif value is not _ABSENT:
                news[copy.target.name] = value
        return {**outer, **news} if news else task.carried

    def received(self, task: LiveTask, payload: Values) -> Values:
        """What an event that caught `payload` makes of it."""
        if not self._drawn.outputs and self._drawn.returns is None:
            return payload
        seen = {**load(task.carried), **payload}
        values = self.lets_out(payload)
        for copy in self._drawn.outputs:
            value = value_of(task, copy, seen)
            if value is not _ABSENT and copy.target.store:
                _write(task, copy.target, value, seen)
            elif value is not _ABSENT:
                values[copy.target.name] = value
        return values

    def renamed(self, task: LiveTask) -> Data:
        """The data with which a start event lets its token go: what its trigger brought, under the names drawn."""
        values = load(task.carried)
        kept = {name: value for name, value in values.items() if name not in self.own}
        return {**kept, **self.received(task, values)}

    def shown(self, task: LiveTask, inside: Data) -> Data:
        """Data of the scope as they were if nothing but the names came out that mean the same on both sides."""
        outer = load(task.carried)
        news = self._changed(outer, self.lets_out(load(inside)))
        return {**outer, **news} if news else task.carried

    def lets_out(self, inside: Mapping[str, object]) -> Values:
        """What is known outside under the same name."""
        returns = self._drawn.returns
        if returns is not None:
            return {name: inside[name] for name in returns if name in inside}
        return {name: value for name, value in inside.items() if name not in self.own}

    @staticmethod
    def _changed(outer: Values, inside: Values) -> Values:
        return {name: value for name, value in inside.items() if changed(outer.get(name, _ABSENT), value)}


def input_output_of(drawn: DrawnData | None, *, counts: bool) -> InputOutput | None:
    """None where the node has no data of its own: it sees and changes those of its scope."""
    if drawn is None or drawn == DrawnData(collection=drawn.collection, results=drawn.results, items=drawn.items):
        return InputOutput(DrawnData(), counts=True) if counts else None
    return InputOutput(drawn, counts=counts)


def items_of(task: LiveTask, copy: Copy) -> object:
    """The list that an association brings to a multi-instance activity; None: there is none."""
    value = value_of(task, copy, task.carried)
    return None if value is _ABSENT else value


def value_of(task: LiveTask, copy: Copy, data: Data) -> object:
    """The value on its way, seen from `data`. Raises StepFailed where an expression or a key cannot be worked out."""
    stored = {source.name: _read(task, source, data) for source in copy.sources if source.store}
    values = {**load(data), **stored} if stored else data
    name = copy.expression or copy.sources[0].name
    if not name.isidentifier() or iskeyword(name):
        with seeing(task, values):
            return task.workflow.top_workflow.script_engine.evaluate(task, copy.expression)
    value = load(values).get(name, _ABSENT)
    return _ABSENT if value is None and stored else value


def _read(task: LiveTask, place: Place, data: Data) -> object:
    key = _key(task, place, data)
    return task.workflow.top_workflow.stores.read(place.store, key, node=task.task_spec.node)


def _write(task: LiveTask, place: Place, value: object, data: Data) -> None:
    key = _key(task, place, data)
    task.workflow.top_workflow.stores.write(place.store, key, value, node=task.task_spec.node)


def _key(task: LiveTask, place: Place, data: Data) -> str:
    if not place.key:
        return ""
    with seeing(task, data):
        found = task.workflow.top_workflow.script_engine.evaluate(task, place.key)
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        node = task.task_spec.node
        raise StepFailed(
            f"{node}: {place.key} gives no key for the data store {place.store}.",
            node_id=node,
            cause="no_key",
            facts={"store": place.store},
        )
    return str(found)
