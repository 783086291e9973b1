"""Event sub-processes in the engine itself; whether a drawing may have one is for the intake to say."""

from __future__ import annotations

from lxml import etree

from engine.model.process import ProcessInfo
from engine.workflow.compile import CompiledDefinition, compile_specs
from engine.workflow.parser import DiagramParser
from tests.unit.workflow.models import (
    SIGNAL,
    Case,
    definitions,
    duration,
    end,
    event_subprocess,
    process,
    start,
    stories,
    subprocess,
    user,
)
from tests.unit.workflow.tiny_script import TinyScriptEngine


def unchecked(*nodes: str, flows: str, beside: tuple[str, ...] = ()) -> CompiledDefinition:
    parser = DiagramParser()
    xml = definitions(process("p", start(), *nodes, end(), flows=flows))
    parser.add_bpmn_xml(etree.ElementTree(etree.fromstring(xml)))
    spec, inner = parser.get_spec("p"), parser.get_subprocess_specs("p")
    info = ProcessInfo(key="p", name="p")
    compile_specs(spec, inner, info, frozenset(beside))
    return CompiledDefinition(info=info, spec=spec, subprocess_specs=inner, script_engine=TinyScriptEngine())


def handler(event: str) -> str:
    return event_subprocess("ES", start("s9", event), user("H"), end("e9"), flows="s9>H; H>e9")


def test_an_interrupting_one_runs_instead_of_its_process():
    definition = unchecked(user("A"), handler(SIGNAL), flows="s>A; A>e")
    for case in stories(definition, variables={"x": 1}):
        case.signal("sig.one", y=2)
        assert (case.open(), case.data) == (["H"], {"x": 1, "y": 2})
        assert "cancelled A" in case.trail
        assert case.complete("H").ended


def test_one_that_does_not_interrupt_runs_beside_its_process_as_often_as_it_is_triggered():
    definition = unchecked(user("A"), handler(SIGNAL), flows="s>A; A>e", beside=("s9",))
    for case in stories(definition):
        case.signal("sig.one").signal("sig.one")
        assert case.open() == ["A", "H", "H"]
        case.complete("A").complete("H")
        assert not case.ended
        assert case.complete("H").ended


def test_one_that_is_never_triggered_does_not_hold_up_the_end():
    definition = unchecked(user("A"), handler(duration("P30D")), flows="s>A; A>e")
    for case in stories(definition):
        assert len(case.timers) == 1
        case.complete("A")
        assert (case.ended, case.timers) == (True, {})


def test_one_inside_a_sub_process_interrupts_only_that():
    inside = subprocess("SP", start("s2"), user("A"), handler(SIGNAL), end("e2"), flows="s2>A; A>e2")
    definition = unchecked(inside, user("Z"), flows="s>SP; SP>Z; Z>e")
    for case in stories(definition):
        case.signal("sig.one")
        assert case.open() == ["H"]
        assert case.complete("H").open() == ["Z"]


def test_a_timer_fires_it_too():
    case = Case(unchecked(user("A"), handler(duration("P1D")), flows="s>A; A>e"))

    assert case.fire("ES").open() == ["H"]
