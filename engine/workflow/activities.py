"""Compiled specs of activities that have an inside: sub-processes, call activities, multi-instance and loops."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.errors import StepFailed
from engine.workflow.compiled import Compiled
from engine.workflow.data import Data, Fork, Values, changed, load
from engine.workflow.dataflow.drawn import Copy
from engine.workflow.dataflow.input_output import items_of
from engine.workflow.records import note, release
from engine.workflow.task import LiveTask

if TYPE_CHECKING:
    from engine.workflow.tree import Scope


class Subprocess(Compiled):
    """An embedded sub-process, transaction or call activity: STARTED while its inside runs."""

    spec: str  #: name of the process spec inside
    is_call: bool = False  #: of another process

    def _update_hook(self, my_task: LiveTask) -> bool:
        my_task.start()
        self.enter(my_task)
        return False

    def enter(self, my_task: LiveTask) -> None:
        """All data goes in, unless it is drawn otherwise."""
        data, fork = self.io.inner(my_task) if self.io is not None else (my_task.carried, my_task.fork)
        inside = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        inside.begin(inside.spec.plain_starts, data, fork)

    def inside_completed(self, my_task: LiveTask, inside: Scope) -> None:
        """All data comes out, unless it is drawn otherwise."""
        my_task.carried = self.brought_out(my_task, inside)
        if self.records:
            note(my_task, inside.done if self.undone_by is None else [])
        my_task.complete()

    def brought_out(self, my_task: LiveTask, inside: Scope) -> Data:
        return self.io.result(my_task, load(inside.final)) if self.io is not None else inside.final

    def take_in(self, my_task: LiveTask) -> None:
        """What it has of its own goes to its inside (`enter`)."""

    def give_out(self, my_task: LiveTask) -> None:
        """Done when its inside was complete."""

    def record(self, my_task: LiveTask) -> None:
        """Noted already, with what was completed inside."""


class Repeated(Compiled):
    """The body of a multi-instance or loop activity. It holds the merged data; its children are the instances.

    internal_data: n = instances made, left = instances that still run, and what the kind of repetition needs; of an
    instance i = its number or the key of its element, at = its number where that is not i.
    """

    shown = 0  # the diagram shows the instances, not the body
    hides = True
    task_spec: str
    instance: Any  #: compiled spec of one instance

    def create(self, my_task: LiveTask, own: Values, fork: Fork, **internal: Any) -> None:
        child = LiveTask(
            my_task.workflow, self.instance, my_task, {**my_task.data, **own} if own else my_task.carried, fork
        )
        child.internal_data.update(internal)
        self.instance._update(child)

    def instance_completed(self, my_task: LiveTask, child: LiveTask) -> None:
        raise NotImplementedError

    def instance_cancelled(self, my_task: LiveTask) -> None:
        """One instance was called off by hand."""
        raise NotImplementedError

    def absorb(self, my_task: LiveTask, child: LiveTask, private: set[str]) -> None:
        """Merge what the instance changed, save its private variables."""
        base = load(child.fork.data) if child.fork is not None else {}
        news = {
            name: value
            for name, value in child.data.items()
            if name not in private and (name not in base or changed(base[name], value))
        }
        my_task.put(news)

    def record(self, my_task: LiveTask) -> None:
        release(my_task)

    def leave(self, my_task: LiveTask) -> None:
        if not my_task.internal_data["n"]:
            journal = my_task.workflow.top_workflow.journal
            journal.add(my_task, "entered")  # without instances nothing else would show that the token passed
            journal.add(my_task, "completed")
        super().leave(my_task)


class StandardLoop(Repeated):
    hides = False  # there is one instance at a time
    maximum: int | None
    condition: str | None
    test_before: bool

    def _update_hook(self, my_task: LiveTask) -> bool:
        my_task.internal_data["n"] = 0
        if self.test_before and self._is_over(my_task):
            return True
        my_task.start()
        self._next(my_task)
        return False

    def instance_cancelled(self, my_task: LiveTask) -> None:
        my_task.complete()

    def _next(self, my_task: LiveTask) -> None:
        done = my_task.internal_data["n"]
        my_task.internal_data["n"] = done + 1
        self.create(my_task, {}, Fork(my_task.carried, my_task.fork), i=done)

    def _is_over(self, my_task: LiveTask) -> bool:
        if self.maximum is not None and my_task.internal_data["n"] >= self.maximum:
            return True
        if self.condition is None:
            return False
        counter = {"loopCounter": my_task.internal_data["n"]}  # rounds done
        engine = my_task.workflow.top_workflow.script_engine
        return not engine.evaluate(my_task, self.condition, external_context=counter)

    def instance_completed(self, my_task: LiveTask, child: LiveTask) -> None:
        self.absorb(my_task, child, set())
        if self._is_over(my_task):
            my_task.complete()
        else:
            self._next(my_task)


class MultiInstance(Repeated):
    """Each instance sees its element under the name of the input item; that and the output item are private."""

    cardinality: str | None
    condition: str | None
    data_input: Any
    data_output: Any
    input_item: Any
    output_item: Any
    collection: str = ""
    results: str = ""
    item_in: str = ""
    item_out: str = ""
    private: frozenset[str] = frozenset()
    announced: Any = None  #: the same as drawn
    announcing: Any = None  #: what instances throw when they complete (announcing.py)
    items: Copy | None = None  #: brings the list, in place of the variable `collection`

    def _update_hook(self, my_task: LiveTask) -> bool:
        elements = self.elements(my_task)
        my_task.internal_data.update(n=len(elements), left=len(elements))
        if self.results:
            keyed = isinstance(self.list_of(my_task), Mapping)
            my_task.put({self.results: {} if keyed else []})
        if not elements:
            return True
        my_task.start()
        self.begin(my_task, elements)
        return False

    def elements(self, my_task: LiveTask) -> list[tuple[Any, Any]]:
        """Key or number, and element, of each instance."""
        if self.collection:
            found = self.list_of(my_task)
            if isinstance(found, Mapping):
                return list(found.items())
            if isinstance(found, Sequence) and not isinstance(found, str):
                return list(enumerate(found))
            raise StepFailed(f"{self.node}: {self.collection} is no list.", node_id=self.node, cause="no_list")
        count = my_task.workflow.top_workflow.script_engine.evaluate(my_task, self.cardinality or "0")
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise StepFailed(f"{self.node}: no number of instances.", node_id=self.node, cause="no_number")
        return [(number, number) for number in range(count)]

    def list_of(self, my_task: LiveTask) -> object:
        return items_of(my_task, self.items) if self.items is not None else my_task.data.get(self.collection)

    def begin(self, my_task: LiveTask, elements: list[tuple[Any, Any]]) -> None:
        raise NotImplementedError

    def create_instance(self, my_task: LiveTask, number: int, pair: tuple[Any, Any], fork: Fork) -> None:
        key, element = pair
        internal = {"i": key} if key == number else {"i": key, "at": number}
        if self.item_in:
            self.create(my_task, {self.item_in: element}, fork, **internal)
        else:
            self.create(my_task, {}, fork, **internal, element=element)

    def element_of(self, child: LiveTask) -> object:
        return load(child.carried)[self.item_in] if self.item_in else child.internal_data["element"]

    def instance_completed(self, my_task: LiveTask, child: LiveTask) -> None:
        internal = my_task.internal_data
        internal["left"] -= 1
        if self.results:
            self._collect(my_task, child)
        else:
            self.absorb(my_task, child, set(self.private))
        holds = partial(self._holds, my_task, child)
        if self.announcing is not None and not self.announcing.tell(my_task, holds):
            return
        if internal["left"] == 0:
            my_task.complete()
        elif self.condition and holds(self.condition):
            for other in my_task.children:
                other.cancel()
            my_task.complete()
        else:
            self.advance(my_task)

    def instance_cancelled(self, my_task: LiveTask) -> None:
        my_task.internal_data["left"] -= 1
        if my_task.internal_data["left"] == 0:
            my_task.complete()
        else:
            self.advance(my_task)

    def _collect(self, my_task: LiveTask, child: LiveTask) -> None:
        """Lists get the results in the order of the instances, objects under the key of the element."""
        result, results, key = child.data.get(self.item_out), my_task.data[self.results], child.internal_data["i"]
        if isinstance(results, Mapping):
            my_task.put({self.results: {**results, key: result}})
            return
        place = self._place(my_task, len(results), key)
        my_task.put({self.results: [*results[:place], result, *results[place:]]})

    @staticmethod
    def _place(my_task: LiveTask, done: int, number: int) -> int:
        """Where the result of an instance belongs; internal_data keeps the order once it is not that of completion."""
        order = my_task.internal_data.get("order")
        if order is None and number == done:
            return done
        order = order if order is not None else list(range(done))
        place = bisect(order, number)
        my_task.internal_data["order"] = [*order[:place], number, *order[place:]]
        return place

    def _holds(self, my_task: LiveTask, child: LiveTask, condition: str) -> bool:
        """A condition that is asked when an instance is complete.

        It sees the merged data, the last instance's own variables, and BPMN's counters.
        """
        internal = my_task.internal_data
        counters = {
            "nrOfInstances": internal["n"],
            "nrOfCompletedInstances": internal["n"] - internal["left"],
            "nrOfActiveInstances": internal["left"] if not self.is_sequential else 0,
            "nrOfTerminatedInstances": 0,  # the condition is not asked again once it has called the others off
        }
        own = {name: value for name, value in child.data.items() if name in self.private or name not in my_task.data}
        engine = my_task.workflow.top_workflow.script_engine
        return bool(engine.evaluate(my_task, condition, external_context={**own, **counters}))

    is_sequential = False

    def advance(self, my_task: LiveTask) -> None:
        """Another instance is through, and more are to come."""


class ParallelInstances(MultiInstance):
    def begin(self, my_task: LiveTask, elements: list[tuple[Any, Any]]) -> None:
        fork = Fork(my_task.carried, my_task.fork)
        for number, pair in enumerate(elements):
            self.create_instance(my_task, number, pair, fork)


class SequentialInstances(MultiInstance):
    is_sequential = True

    def begin(self, my_task: LiveTask, elements: list[tuple[Any, Any]]) -> None:
        my_task.internal_data["queue"] = [list(pair) for pair in elements]
        self.advance(my_task)

    def advance(self, my_task: LiveTask) -> None:
        pair, *rest = my_task.internal_data["queue"]
        my_task.internal_data["queue"] = rest
        number = my_task.internal_data["n"] - len(rest) - 1
        self.create_instance(my_task, number, pair, Fork(my_task.carried, my_task.fork))
