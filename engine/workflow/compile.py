"""From parsed BPMN to a compiled definition: specs frozen once, shared by all instances and threads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs import mixins as bpmn
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit, StartEventJoin, _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import CallActivity

from engine.errors import DefinitionRejected, Problem
from engine.model.process import ProcessInfo
from engine.workflow import activities, ad_hoc, compiled, events, throwing
from engine.workflow.announcing import Announcing
from engine.workflow.compensation import link_compensation
from engine.workflow.dataflow.drawn import DrawnData
from engine.workflow.dataflow.input_output import input_output_of
from engine.workflow.elements.kinds import ENOUGH, TURN
from engine.workflow.parser import parse_read, read_files
from engine.workflow.rewriting import stands_for
from engine.workflow.scripting import script_engine
from engine.workflow.specs import ServiceCallTask
from engine.workflow.triggers import RISING
from engine.workflow.xml import BPMN, CX, ParsedFile

#: SpiffWorkflow's class and ours, first match counts.
ROLES: tuple[tuple[type, type], ...] = (
    (_EndJoin, compiled.EndOfScope),
    (BoundaryEventSplit, compiled.Split),
    (bpmn.StandardLoopTaskMixin, activities.StandardLoop),
    (bpmn.SequentialMultiInstanceTaskMixin, activities.SequentialInstances),
    (bpmn.ParallelMultiInstanceTaskMixin, activities.ParallelInstances),
    (bpmn.SubWorkflowTaskMixin, activities.Subprocess),
    (bpmn.EventBasedGatewayMixin, events.EventGateway),
    (bpmn.StartEventMixin, events.Start),
    (bpmn.EndEventMixin, throwing.End),
    (bpmn.BoundaryEventMixin, events.Boundary),
    (bpmn.IntermediateCatchEventMixin, events.Catching),
    (bpmn.ReceiveTaskMixin, events.Catching),
    (bpmn.IntermediateThrowEventMixin, throwing.Throwing),
    (bpmn.SendTaskMixin, throwing.Throwing),
    (bpmn.ParallelGatewayMixin, compiled.Parallel),
    (bpmn.InclusiveGatewayMixin, compiled.Inclusive),
    (bpmn.ExclusiveGatewayMixin, compiled.Exclusive),
    (bpmn.ScriptTaskMixin, compiled.Script),
    (ServiceCallTask, compiled.Call),
    (bpmn.ServiceTaskMixin, compiled.Call),
    (bpmn.UserTaskMixin, compiled.Manual),
    (bpmn.ManualTaskMixin, compiled.Manual),
    (bpmn.NoneTaskMixin, compiled.Pass),
)

#: Helpers of the parser that do nothing any more: their work is done where tokens leave.
_DISSOLVED = (BoundaryEventJoin, StartEventJoin)

_HELPERS = {TURN: ad_hoc.Turn, ENOUGH: ad_hoc.Enough}

_classes: dict[tuple[type, ...], type] = {}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledDefinition:
    """A process definition ready to run. Immutable; share one among all instances and threads."""

    info: ProcessInfo
    spec: Any  #: compiled spec of the process
    subprocess_specs: Mapping[str, Any]  #: of its sub-processes and called processes, by name
    script_engine: Any = field(default_factory=script_engine)  #: evaluates conditions and runs scripts
    compaction: bool = True  #: drop finished tasks from the stored state


def compile_definition(files: Mapping[str, bytes], key: str) -> CompiledDefinition:
    """Compile the process `key` of a bundle; 2 to 10 ms, so keep the result for the life of the version.

    files: file name → bytes of all BPMN files of the bundle, called processes included.
    Raises DefinitionRejected with every problem found.
    """
    return compile_process(read_files(files), key)


def compile_process(files: Sequence[ParsedFile], key: str) -> CompiledDefinition:
    """The same of files that were read for several processes. Raises DefinitionRejected."""
    parsed = parse_read(files, key)
    compile_specs(parsed.spec, parsed.subprocess_specs, parsed.info)
    processes = [process for file in files for process in file.root.iter(f"{{{BPMN}}}process")]
    switched_off = any(p.get("id") == key and p.get(f"{{{CX}}}compaction") == "off" for p in processes)
    return CompiledDefinition(
        info=parsed.info,
        spec=parsed.spec,
        subprocess_specs=parsed.subprocess_specs,
        compaction=not switched_off,
    )


def compile_specs(spec: Any, inner: Mapping[str, Any], info: ProcessInfo) -> None:
    """Turn freshly parsed process specs into compiled ones, in place.

    Raises DefinitionRejected for elements that the engine would run otherwise than drawn.
    """
    specs = [spec, *(s for s in inner.values() if s is not None)]
    problems = [problem for process in specs for problem in _compile(process, info)]
    if problems:
        raise DefinitionRejected(problems)
    link_compensation({process.name: process for process in specs})
    for process in specs:
        _link_scope_events(process)
        for task_spec in _unique(process):
            task_spec.frozen = True


def _unique(process: Any) -> list[Any]:
    return list({id(s): s for s in process.task_specs.values()}.values())


def _compile(process: Any, info: ProcessInfo) -> Iterable[Problem]:
    found = _unique(process)
    _mark_alternatives(found)
    for spec in found:
        role, problem = _role(spec)
        if problem is not None:
            yield _unsupported(spec, problem)
            continue
        implied_by = stands_for(spec.bpmn_id or "")
        node = "" if implied_by else spec.bpmn_id or ""
        details = info.nodes.get(node)
        spec.__class__ = _compiled_class(role, spec)
        spec.node = node
        spec.stands_for = node or implied_by
        spec.node_type = details.type if details is not None else type(spec).__name__
        if isinstance(spec, activities.Subprocess):
            spec.is_call = isinstance(spec, CallActivity)
        if not isinstance(spec, activities.Repeated):  # the data of a repeated activity are those of its instances
            spec.io = input_output_of(spec.drawn_data, counts=False)
        if isinstance(spec, events.Catching) and not isinstance(spec, activities.Subprocess):
            spec.brings, spec.io = spec.io, None
        if isinstance(spec, compiled.Call) and details is not None:
            spec.implementation = getattr(spec, "implementation", "") or details.implementation
    if not all(isinstance(spec, compiled.Compiled) for spec in found):
        return
    for spec in found:
        _connect(spec, process)
    for spec in found:
        _describe(spec, process)
    process.scope_events = ()
    starts = [spec for spec in found if isinstance(spec, events.Start)]
    process.starts = tuple(starts)
    process.plain_starts = tuple(_plain_starts(starts))


def _role(spec: Any) -> tuple[type, str | None]:
    if getattr(spec, "is_alternative", False):
        return events.Alternative, None
    if isinstance(spec, bpmn.SubWorkflowTaskMixin) and spec.drawn is not None:
        return events.EventSubprocess, None
    if helper := next((role for suffix, role in _HELPERS.items() if (spec.bpmn_id or "").endswith(suffix)), None):
        return helper, None
    for known, role in ROLES:
        if isinstance(spec, known):
            return role, None
    if spec.bpmn_id is not None:
        return compiled.Compiled, type(spec).__name__
    return compiled.Compiled, None


def _unsupported(spec: Any, what: str) -> Problem:
    return Problem(
        rule="RUN-01",
        element_id=spec.bpmn_id or spec.name,
        element_name=spec.bpmn_name or "",
        zh=f"引擎不支持此元素（{what}），请改用其他画法。",
        en=f"The engine does not run this element ({what}); draw it another way.",
    )


def _compiled_class(role: type, spec: Any) -> type:
    """`role` mixed in front of the class of `spec`; isinstance of either keeps working."""
    original = type(spec)
    bases = (role, original)
    if bases not in _classes:
        _classes[bases] = type(original.__name__, bases, {})
    return _classes[bases]


def _mark_alternatives(specs: list[Any]) -> None:
    """The events behind an event-based gateway: the first that occurs ends the others."""
    for gateway in specs:
        if isinstance(gateway, bpmn.EventBasedGatewayMixin):
            for event in gateway.outputs:
                event.is_alternative = True


def _connect(spec: Any, process: Any) -> None:
    """Resolve names of neighbours once; leave out helpers whose work is done elsewhere."""
    known = process.task_specs
    outgoing = [known[name] for name in spec._outputs]
    spec.after = tuple(target for target in outgoing if not isinstance(target, _DISSOLVED))
    spec.before = tuple(known[name] for name in spec._inputs if name in known)
    spec.fan_in = len({source.name for source in spec.before})


def _describe(spec: Any, process: Any) -> None:
    """What the class needs to know beyond its neighbours."""
    if isinstance(spec, compiled.Pass):
        spec.manual = False
    if isinstance(spec, ad_hoc.Turn | ad_hoc.Enough):
        spec.plan = process.ad_hoc
    if isinstance(spec, events.Catching | throwing.Throwing | events.Start) and spec.drawn is not None:
        spec.triggers, spec.all_of = spec.drawn.triggers, spec.drawn.all_of
    if isinstance(spec, events.Catching):
        spec.settles = any(trigger.kind == "conditional" for trigger in spec.triggers)
    if isinstance(spec, compiled.Exclusive | compiled.Inclusive):
        _describe_branches(spec, process)
    if isinstance(spec, compiled.Inclusive):
        spec.reach = {source.name: _reaching(source, spec) for source in spec.before}
    if isinstance(spec, activities.Repeated):
        _describe_repetition(spec, process)
    if isinstance(spec, compiled.Split) and not isinstance(spec, events.EventGateway) and spec.after:
        spec.after[0].guarded = True


def _describe_branches(spec: Any, process: Any) -> None:
    pairs = [(condition, process.task_specs[name]) for condition, name in spec.cond_task_specs]
    spec.branches = tuple((condition.args[0], target) for condition, target in pairs if condition is not None)
    spec.default = next((target for condition, target in pairs if condition is None), None)


def _reaching(source: Any, gateway: Any) -> frozenset[str]:
    """Names of the specs from which `source` can be reached without passing `gateway`.

    From an activity its boundary events can be reached: both stand behind the same split.
    """
    seen, todo = {source.name}, [source]
    while todo:
        current = todo.pop()
        hosts = [split.after[0] for split in current.before] if current.attached else []
        for spec in (*current.before, *hosts):
            if spec is not gateway and spec.name not in seen:
                seen.add(spec.name)
                todo.append(spec)
    return frozenset(seen)


def _describe_repetition(spec: Any, process: Any) -> None:
    spec.instance = process.task_specs[spec.task_spec]
    spec.instance.owner = spec
    drawn = spec.drawn_data or DrawnData()
    brings = isinstance(spec.instance, events.Catching)  # a receive task: what is drawn is about what it receives
    spec.instance.io = input_output_of(None if brings else drawn, counts=True)
    if isinstance(spec, activities.MultiInstance):
        spec.announcing = Announcing(spec.announced) if spec.announced else None
        spec.collection, spec.results, spec.items = drawn.collection, drawn.results, drawn.items
        spec.item_in, spec.item_out = _variable(spec.input_item), _variable(spec.output_item)
        spec.private = frozenset(name for name in (spec.item_in, spec.item_out) if name)


def _variable(item: Any) -> str:
    """The name of the variable of one instance: the id of the item, or, since ids must differ, its name without one."""
    return (item.bpmn_id or item.bpmn_name or "") if item is not None else ""


def _plain_starts(starts: list[Any]) -> list[Any]:
    """Start events used when nothing from outside starts the process: the plain ones, else whatever there is."""
    return [spec for spec in starts if not spec.triggers] or starts


def _link_scope_events(process: Any) -> None:
    found = [spec for spec in _unique(process) if isinstance(spec, events.EventSubprocess)]
    process.scope_events = tuple(spec for spec in found if spec is not process.undo_handler)
    for spec in found:
        spec.triggers, spec.all_of, spec.interrupting = spec.drawn.triggers, spec.drawn.all_of, spec.drawn.interrupting
        spec.settles = any(trigger.kind == "conditional" for trigger in spec.triggers)
        if all(trigger.kind in RISING for trigger in spec.triggers):
            spec.kind = ""  # nobody outside waits with it
        spec.after = (process.end,)
