"""The drawn timer that closes the time for a reply follows the date of its task, or silence would begin too early."""

from __future__ import annotations

from pathlib import Path

from engine.commands.case_step import SYSTEM
from engine.commands.cases import begin_case, finish, load_case
from engine.commands.deployments import deploy_builtin
from engine.commands.extensions import extend
from engine.model.clock import end_of_day
from tests.integration.calendar.conftest import Office, on
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import UNIT

REPLY = Path(__file__).parent / "CAL_REPLY.bpmn"


def test_an_extension_and_a_holiday_move_the_end_of_the_time_with_the_date_of_the_task(
    desk: Desk, office: Office
) -> None:
    desk.go_to("03-09")
    engine = office.engine
    deploy_builtin(engine, {REPLY.name: REPLY.read_bytes()})
    with engine.transaction(SYSTEM) as tx:
        current = tx.current_definition("CAL_REPLY")
        assert current is not None
        until = end_of_day(on("03-12")).isoformat()
        definition = engine.definition(tx, current.id)
        step = begin_case(engine, tx, definition, by=SYSTEM, variables={"until": until}, unit=UNIT)
        finish(step)
    case = step.instance_id
    assert office.drawn(case, "SILENCE") == on("03-12")

    office.holiday("03-11")
    assert office.drawn(case, "SILENCE") == on("03-13")
    office.drop("03-11")
    assert office.drawn(case, "SILENCE") == on("03-13")  # what was told does not become shorter

    with engine.transaction(SYSTEM) as tx:
        (task,) = tx.open_tasks(case)
        asked = load_case(engine, tx, tx.lock_instance(case), by=SYSTEM)
        extend(asked, task, 2)
        asked.save()
    assert office.drawn(case, "SILENCE") == on("03-17")

    desk.go_to("03-16")
    assert desk.case(case).status == "running"
    desk.go_to("03-18")
    assert desk.case(case).status == "completed"
