"""What hangs on a user task ends with it when the task is taken away: its ladder, requests about it, its incidents.

Not commands: the functions here run inside the transaction of the step that took the task away.
"""

from __future__ import annotations

from engine.commands.case_step import CaseStep
from engine.commands.keeping import keep
from engine.model.process import WORK_OF_PEOPLE
from engine.model.step import TaskId, ThrownEvent, Token
from engine.store.rows import InstanceRow

LADDER, APPROVAL = "S2_LADDER", "S4_APPROVE"
TASK_DONE = "msg.task_done"
GONE = "moved_away"  #: kind of the notice to whoever had a task that is no more
CALLED_OFF = "called_off"  #: of that to who would have decided a request about it, and of the fact in the history


def end_with_tasks(step: CaseStep, depth: int) -> None:
    """After a step is written: what hung on the tasks that it took away, and not by their completion, ends too."""
    if not any(fact.event == "cancelled" and fact.node_type in WORK_OF_PEOPLE for fact in step.history):
        return  # the way of nearly all steps
    tokens = [closed.token for closed in step.closed if closed.state != "completed"]
    for child in step.tx.children_of_tokens(step.instance_id, tokens):
        if child.key == LADDER:
            tell_ladder(step, child, depth)
        elif child.key == APPROVAL:
            _call_off(step, child)
    close_incidents(step, tokens)


def close_incidents(step: CaseStep, tokens: list[Token]) -> None:
    """What gave up at these tokens has nothing left to be tried again."""
    step.tx.close_incidents_at(step.instance_id, tokens)


def ladders_of(step: CaseStep, task_id: TaskId) -> tuple[InstanceRow, ...]:
    """The ladders of a late task that still run."""
    return tuple(child for child in step.tx.children_of_task(task_id) if child.key == LADDER and not child.is_over)


def tell_ladder(step: CaseStep, ladder: InstanceRow, depth: int) -> None:
    """msg.task_done: the late task has ended, so its ladder stops."""
    from engine.commands.cases import finish, load_case

    case = step.tx.lock_instance(ladder.id)
    done = ThrownEvent(node_id="", kind="message", name=TASK_DONE, payload={"done_by": step.by}, correlation_key="")
    if case.status == "suspended":  # by an operator: the task itself stands still with its case
        keep(step.engine, step.tx, done, by=step.by, held_for=case.id, sender=step)
        return
    told = load_case(step.engine, step.tx, case, by=step.by)
    if told.workflow.message(done.name, done.payload, ""):
        finish(told, depth=depth + 1)


def _call_off(step: CaseStep, request: InstanceRow) -> None:
    """A request for more time or for recusal is about a task that is no more: nobody decides it."""
    from engine.commands.cases import load_case

    tx, case = step.tx, step.tx.lock_instance(request.id)
    if case.is_over:
        return
    called_off = load_case(step.engine, tx, case, by=step.by, even_suspended=True)
    for task in tx.open_tasks(case.id):
        called_off.task_ids[task.token] = task.id
        for person in (task.assignee,) if task.assignee else tx.candidates(task.id):
            called_off.tell(person, CALLED_OFF, task_id=task.id, name=task.name)
    called_off.workflow.cancel()
    called_off.run()
    called_off.changes["status"] = "terminated"
    called_off.note(CALLED_OFF)
    called_off.save()  # and nothing more: it ends without a decision
