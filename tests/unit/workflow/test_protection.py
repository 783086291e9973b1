"""What moves say of protected steps is so: whoever must still pass one does, however the case goes on."""

from __future__ import annotations

import re
from random import Random

import pytest
from lxml import etree

from engine.model.step import Token
from engine.workflow import Workflow
from engine.workflow.events import EventSubprocess
from engine.workflow.xml import BPMN
from tests.unit.workflow.models import (
    AT,
    MESSAGE,
    SEED,
    Case,
    catch,
    duration,
    end,
    event_gateway,
    exclusive,
    model,
    start,
    subprocess,
    user,
)
from tests.unit.workflow.random_models import ALL, HANDLED, random_model, variables
from tests.unit.workflow.test_move_fuzz import SoundBuilder, _definition

LIVES, BATCH = 60, 20
STEPS = 150


def _protect(xml: bytes, random: Random) -> tuple[bytes, str]:
    """One user task of the drawing is protected from now on; none where it has none that may be."""
    # Where a condition may end an ad-hoc sub-process before its steps are done, none of them may be protected.
    certain = "//bpmn:userTask[not(ancestor::bpmn:adHocSubProcess[bpmn:completionCondition])]/@id"
    names = sorted(map(str, etree.fromstring(xml).xpath(certain, namespaces={"bpmn": BPMN})))
    if not names:
        return xml, ""
    name = random.choice(names)
    return xml.replace(f'userTask id="{name}"'.encode(), f'userTask id="{name}" cx:protected="true"'.encode()), name


def _happens(workflow: Workflow, random: Random) -> None:
    """Anything that people, clocks and other systems can do, but for what takes over from a whole flow."""
    found = [(token, node, state) for token, node, state in workflow.open_tokens() if not _takes_over(workflow, token)]
    random.shuffle(found)
    for token, node, state in found:
        if state == "ready":
            return workflow.complete(token, {"x0": random.random() < 0.5, "x1": random.random() < 0.5})
        if state == "started" and node.startswith("w"):
            if random.random() < 0.3:
                return workflow.fail_service(token, "E1")
            return workflow.finish_service(token, {})
        if state == "waiting" and workflow.fire_timer(token):
            return None
    # What is left waits for messages; whoever has waited longest gets it.
    if not any(_takes_over(workflow, token) for token, _, _ in workflow.open_tokens()):
        workflow.message("msg.one", {})
    return None


def _takes_over(workflow: Workflow, token: Token) -> bool:
    spec = workflow._top.find(token).task_spec  # type: ignore[union-attr]
    return isinstance(spec, EventSubprocess) and spec.interrupting


def _live(seed: int) -> str:
    """One life: what was said of the end at its first rest where it was said, and whether that came true."""
    random = Random(seed)  # noqa: S311
    xml, name = _protect(random_model(seed, (*ALL, *HANDLED), builder=SoundBuilder), random)
    definition = _definition(xml)
    counters = dict.fromkeys(re.findall(r"n_\w+", xml.decode()), 0)
    workflow = Workflow.start(definition, variables=counters | variables(seed), at=AT, seed=SEED)
    said = ""
    for _ in range(STEPS):
        advance = workflow.advance()
        if any((event.event, event.node_id) == ("completed", name) for event in advance.events):
            return f"{said or 'nothing'} passed"
        assert not (advance.ended and said == "protected_ahead"), f"seed {seed}: {name} was left out"
        if advance.ended:
            return f"{said or 'nothing'} left out"
        workflow = Workflow.load(definition, advance.state, at=AT, seed=SEED)
        refused = workflow.moves().refusal_to_end()
        assert said != "protected_ahead" or refused, f"seed {seed}: {name} is no longer ahead"
        if refused == "protected_ahead":
            said = refused
        _happens(workflow, random)
    return "too long"


def test_a_protected_step_on_one_of_several_ways_through_a_sub_process_is_not_certain():
    ways = (start("s2"), exclusive("x", "P"), user("P").replace(" >", ' cx:protected="true">'), user("B"),
            exclusive("m"), end("e2"))  # fmt: skip
    inside = subprocess("SP", *ways, flows="s2>x; x>P; x>B?quick; P>m; B>m; m>e2")
    case = Case(model(user("A"), inside, flows="s>A; A>SP; SP>e"), {"quick": False})
    assert case.workflow.moves().refusal_to_end() == ""

    case.complete("A")

    assert case.workflow.moves().refusal_to_end() == "protected"


def test_of_events_behind_one_gateway_only_one_comes_so_what_follows_one_is_not_certain():
    definition = model(
        event_gateway("g"), catch("c1", MESSAGE), catch("c2", duration("P1D")), exclusive("x"),
        user("P").replace(" >", ' cx:protected="true">'), flows="s>g; g>c1; g>c2; c1>P; P>x; c2>x; x>e",
    )  # fmt: skip

    assert Case(definition).workflow.moves().refusal_to_end() == ""


@pytest.mark.parametrize("first", range(0, LIVES, BATCH))
def test_a_step_that_is_said_to_be_certainly_ahead_is_passed_before_the_end(first: int):
    told = [_live(seed) for seed in range(first, first + BATCH)]

    assert "protected_ahead passed" in told
    assert "nothing left out" in told, "some steps are on one way of several, and then nothing is said"
