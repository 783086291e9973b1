"""What an event that waits keeps on its token: dates of timers, keys of messages, what has occurred already.

internal_data of such a token: due, left, every of its timer; key of its message, or keys by number of the trigger where
there are several; seen = triggers of a parallel multiple event that have occurred; spent = triggers that never occur
again; held = conditions that hold since they counted last. A payload never lies there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.errors import StepFailed
from engine.workflow.timers import Arming, arm_cycle, arm_date, arm_duration, literal, next_arming

if TYPE_CHECKING:
    from engine.workflow.task import LiveTask
    from engine.workflow.tree import LiveWorkflow
    from engine.workflow.triggers import Trigger


def awaited(task: LiveTask) -> Iterator[tuple[int, Trigger]]:
    """The triggers that the token of an event still waits for, with their numbers."""
    done = (*task.internal_data.get("seen", ()), *task.internal_data.get("spent", ()))
    for number, trigger in enumerate(task.task_spec.triggers):
        if number not in done:
            yield number, trigger


def arm(task: LiveTask) -> None:
    """A token begins to wait. Raises StepFailed where a timer or key cannot be worked out."""
    triggers = task.task_spec.triggers
    keys = {str(number): correlation_key(task, trigger) for number, trigger in enumerate(triggers) if trigger.key}
    for trigger in triggers:
        if trigger.is_timer:
            set_timer(task, compute_arming(task, trigger))
    if keys:
        task.internal_data["key"] = keys if len(triggers) > 1 else keys["0"]
    watch(task)


def watch(task: LiveTask) -> None:
    """Ask the conditions of the event whenever the instance comes to rest."""
    if task.task_spec.settles:
        task.workflow.top_workflow.unsettled[task.id] = task


def key_of(task: LiveTask, number: int) -> str:
    """The correlation key with which the token waits; empty: any."""
    stored = task.internal_data.get("key", "")
    return stored if isinstance(stored, str) else stored.get(str(number), "")


def keep_waiting(task: LiveTask, occurred: int) -> dict[str, Any] | None:
    """What the successor of a non-interrupting event keeps; None when nothing is left to wait for.

    Messages, signals and escalations stay for ever, cycles while rounds are left, a condition until it holds anew.
    """
    spec, known = task.task_spec, task.internal_data
    kept: dict[str, Any] = {"key": known["key"]} if "key" in known else {}
    spent, held = set(known.get("spent", ())), set(known.get("held", ()))
    for number, trigger in enumerate(spec.triggers):
        happened = spec.all_of or number == occurred
        if trigger.kind == "conditional" and happened:
            held.add(number)
        if not trigger.is_timer or number in spent:
            continue
        if not happened:
            kept |= {name: known[name] for name in ("due", "left", "every") if name in known}
        elif (again := _next(known)) is not None:
            kept |= _timer_values(again)
        else:
            spent.add(number)
    if len(spent) == len(spec.triggers) or (spent and spec.all_of):
        return None
    return kept | ({"spent": sorted(spent)} if spent else {}) | ({"held": sorted(held)} if held else {})


def _next(known: dict[str, Any]) -> Arming | None:
    return next_arming(datetime.fromisoformat(known["due"]), known.get("left", 0), known.get("every", ""))


def correlation_key(task: LiveTask, trigger: Trigger) -> str:
    """The values of the correlation expressions, joined; empty when there are none, or the process knows none yet."""
    engine, parts = task.workflow.top_workflow.script_engine, []
    for expression in trigger.key:
        if expression.isidentifier() and task.data.get(expression) is None:
            return ""  # a conversation takes its key from its first message
        parts.append(str(engine.evaluate(task, expression)))
    return "/".join(parts)


def compute_arming(task: LiveTask, trigger: Trigger) -> Arming:
    """When the timer fires, by the clock of this step. Raises StepFailed for an expression that gives no time."""
    top: LiveWorkflow = task.workflow.top_workflow
    value: object = literal(trigger.expression)
    if value is None:
        value = top.script_engine.evaluate(task, trigger.expression)
    try:
        if trigger.kind == "date":
            return arm_date(value)
        return arm_duration(value, top.at) if trigger.kind == "duration" else arm_cycle(value, top.at)
    except ValueError as error:
        node = task.task_spec.node
        # What the expression gave may be what somebody typed; the error behind this one says it.
        raise StepFailed(
            f"Timer {node}: the expression gives no time.",
            node_id=node,
            cause="no_time",
            facts={"expression": trigger.expression},
        ) from error


def set_timer(task: LiveTask, arming: Arming) -> None:
    task.internal_data.update(_timer_values(arming))


def _timer_values(arming: Arming) -> dict[str, Any]:
    values = asdict(arming)
    due = {"due": values.pop("due_at").isoformat()}
    return due | values if arming.every else due
