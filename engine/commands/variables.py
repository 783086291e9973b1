"""An operator reads or mends one process variable: by a reason, written down, never of a sealed case."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.cases import finish, load_case
from engine.commands.moves import lock_for_operator
from engine.commands.reasons import checked_reason
from engine.core import Definition, Engine
from engine.errors import InputRejected, NotFound, Refused
from engine.model.clock import local_day
from engine.model.history import canonical_json
from engine.model.moves import check_editable, check_movable
from engine.model.steering import is_operator
from engine.model.step import InstanceId, PersonId

logger = structlog.get_logger(__name__)

MAX_VALUE_BYTES = 32 * 1024


def reveal(engine: Engine, person: PersonId, instance_id: InstanceId, name: str, reason: str) -> object:
    """The value of one variable; the access log keeps who has looked, at what and why, never the value.

    Raises NotFound (also for a sealed case or a variable that is not there), Refused for nobody but an operator, and
    for what a protected step has written; InputRejected without a reason.
    """
    reason = checked_reason(reason, zh="请填写查看理由。")
    with engine.transaction(person) as tx:
        if not is_operator(engine.reference(tx).organization, person, local_day(tx.now)):
            raise Refused(f"{person} is no operator.", code="not_operator")
        with tx.as_system():
            case = tx.instance(instance_id)
            if case.sealed or name not in case.variables:
                raise NotFound(f"There is no variable {name}.", id=str(instance_id))
            check_editable(name, written_by_protected(engine.definition(tx, case.definition_id)))
        tx.access("variable.reveal", body={"instance": str(instance_id), "name": name, "reason": reason})
    logger.info("variable read", action="variable.reveal", instance_id=str(instance_id), person_id=person)
    return case.variables[name]


@again_when_beaten
def edit(
    engine: Engine,
    person: PersonId,
    instance_id: InstanceId,
    name: str,
    value: object,
    *,
    rev: int,
    reason: str,
) -> int:
    """Give a variable another value in every token of the case; answers the new revision.

    What waits for a condition on it goes on. The history keeps name and reason, never a value.
    Raises NotFound, Refused, VariableLocked, InputRejected, MovedOn, Conflict, StepFailed; then nothing is written.
    """
    reason = checked_reason(reason, zh="请填写修改理由。")
    if len(canonical_json({name: value})) > MAX_VALUE_BYTES:
        raise InputRejected("变量的值过长，无法保存。", "The value is too long to be kept.", field="value")
    with engine.transaction(person) as tx:
        case = lock_for_operator(engine, tx, person, instance_id, rev=rev)
        check_movable(case.status, "edit")
        with tx.as_system():
            step = load_case(engine, tx, case, by=person)
            _check_known(case.variables, name)
            check_editable(name, written_by_protected(step.definition))
            step.workflow.set_variables({name: value})
            step.note("variable_edited", name=name, reason=reason)
            finish(step)
            moved = tx.instance(case.id)
    logger.info("variable edited", action="variable.edit", instance_id=str(instance_id), person_id=person)
    return moved.rev


def written_by_protected(definition: Definition) -> frozenset[str]:
    """Keys of the fields of forms that protected steps fill in."""
    keys = {node.form for node in definition.info.nodes.values() if node.protected}
    forms = (version.form for key, version in definition.forms.items() if key in keys)
    return frozenset(field.key for form in forms for field in form.fields)


def _check_known(variables: Mapping[str, object], name: str) -> None:
    """A slip in the name would make a variable that nothing reads."""
    if name not in variables:
        raise InputRejected(
            f"事项没有名为“{name}”的变量。", f"The case has no variable {name!r}.", field="name", value=name
        )
