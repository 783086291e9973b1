"""From BPMN files to SpiffWorkflow specs and our own description of the process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    SendTask,
)
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from engine.errors import DefinitionRejected, Problem
from engine.model.process import FlowNode, ProcessInfo
from engine.workflow.ad_hoc import read_ad_hoc
from engine.workflow.dataflow.drawn import read_data
from engine.workflow.drawn_events import read_announcements, read_events
from engine.workflow.elements import GATEWAYS, check_process
from engine.workflow.elements.kinds import beginnings, event_kinds, handlers_of, is_handler
from engine.workflow.flow_nodes import cx, read_nodes, received_by, start_form, started_by, timed_by
from engine.workflow.global_tasks import with_global_tasks
from engine.workflow.preparing import for_the_parser
from engine.workflow.specs import (
    BoundaryEventParser,
    SendTaskOrCallParser,
    ServiceCallParser,
    ServiceCallTask,
)
from engine.workflow.xml import BPMN, ParsedFile, check_xml, duplicate_ids, element_problem, local

#: Nodes that may have the same id in a process and in one it calls: nothing outside refers to them.
_UNADDRESSED = GATEWAYS | {"startEvent", "endEvent", "intermediateThrowEvent"}


@dataclass(frozen=True, slots=True)
class ParsedProcess:
    """One process with everything it calls, as SpiffWorkflow's specs and as our own description."""

    spec: BpmnProcessSpec
    subprocess_specs: Mapping[str, BpmnProcessSpec]  #: embedded sub-processes and called processes by id
    info: ProcessInfo


class ProcessWithHandlersParser(ProcessParser):  # type: ignore[misc]
    """Reads compensation handlers too, to which no flow leads."""

    def add_tasks(self) -> None:
        super().add_tasks()
        for node in self.node.iterchildren(f"{{{BPMN}}}*"):
            if is_handler(node) and node.get("id") not in self.spec.task_specs:
                self.parse_node(node)


class DiagramParser(BpmnParser):  # type: ignore[misc]
    """SpiffWorkflow's parser with our kinds of tasks. Give it trees of `check_xml` only, by `add_bpmn_xml`."""

    PROCESS_PARSER_CLASS = ProcessWithHandlersParser
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - read by the base class
        full_tag("task"): (ServiceCallParser, ServiceCallTask),
        full_tag("serviceTask"): (ServiceCallParser, ServiceCallTask),
        full_tag("businessRuleTask"): (ServiceCallParser, ServiceCallTask),
        full_tag("sendTask"): (SendTaskOrCallParser, SendTask),
        full_tag("boundaryEvent"): (BoundaryEventParser, BoundaryEvent),
    }


def process_keys(data: bytes, *, file: str) -> tuple[str, ...]:
    """Ids of the executable processes in a file, in document order. Raises DefinitionRejected."""
    return tuple(process.get("id", "") for process in _processes(check_xml(data, file=file)))


def read_files(files: Mapping[str, bytes]) -> list[ParsedFile]:
    """The files of a bundle as trees, for `parse_read` of each of its processes. Raises DefinitionRejected.

    files: file name → bytes of all BPMN files of the bundle, and of nothing else.
    """
    return with_global_tasks([check_xml(data, file=name) for name, data in files.items()])


def parse_process(files: Mapping[str, bytes], key: str) -> ParsedProcess:
    """Read the process `key` and all that it calls. Raises DefinitionRejected with every problem found."""
    return parse_read(read_files(files), key)


def parse_read(files: Sequence[ParsedFile], key: str) -> ParsedProcess:
    """The same of files that were read for several processes; they are left as they are."""
    homes = _homes(files)
    if key not in homes:
        known = "、".join(sorted(homes)) or "无"
        raise DefinitionRejected(
            [
                Problem(
                    rule="ELEM-01",
                    file=", ".join(file.file for file in files),
                    element_id=key,
                    zh=f"没有可执行的流程“{key}”；文件中有：{known}。请核对流程编号，并勾选“可执行”",
                    en=f'There is no executable process "{key}"; found: {", ".join(sorted(homes)) or "none"}',
                )
            ]
        )
    called = _called(key, homes)
    _refuse_problems(called, homes)
    info = _info(key, called, homes)
    specs: dict[str, BpmnProcessSpec] = {}
    for process in called:
        _parse_specs(homes[process][1], homes[process][0], specs)
    return ParsedProcess(specs.pop(key), specs, info)


_Homes = Mapping[str, tuple[ParsedFile, etree._Element]]


def _processes(parsed: ParsedFile) -> list[etree._Element]:
    if local(parsed.root) != "definitions" or etree.QName(parsed.root).namespace != BPMN:
        raise DefinitionRejected(
            [
                Problem(
                    rule="ELEM-01",
                    file=parsed.file,
                    zh="不是 BPMN 2.0 文件；请用建模工具导出 BPMN 2.0 XML",
                    en="Not a BPMN 2.0 file; export BPMN 2.0 XML from the modeler",
                )
            ]
        )
    found = parsed.root.iterchildren(f"{{{BPMN}}}process")
    return [process for process in found if process.get("isExecutable", "true") in {"true", "1"} and process.get("id")]


def _homes(parsed: Sequence[ParsedFile]) -> _Homes:
    """Process key: the file and the element it stands in. A key that stands twice is refused with both files."""
    homes: dict[str, tuple[ParsedFile, etree._Element]] = {}
    problems = []
    for file in parsed:
        for process in _processes(file):
            key = process.get("id", "")
            if key in homes:
                first = homes[key][0].file
                zh = f"流程“{key}”出现两次（{first} 和 {file.file}）；请只保留一个"
                en = f'process "{key}" stands twice ({first} and {file.file}); keep one'
                problems.append(element_problem("ELEM-15", process, file.file, zh, en))
            homes.setdefault(key, (file, process))
    if problems:
        raise DefinitionRejected(problems)
    return homes


def _called(key: str, homes: _Homes) -> list[str]:
    """`key` and the processes that it reaches by call activities, nearest first."""
    order = [key]
    problems = []
    for current in order:
        file, process = homes[current]
        for call in process.iter(f"{{{BPMN}}}callActivity"):
            target = call.get("calledElement", "").split(":")[-1]
            if target not in homes:
                zh = f"调用的流程“{target}”不在本次部署的文件中；请一并上传，或更正 calledElement"
                en = f'the called process "{target}" is not in these files; upload it too or mend calledElement'
                problems.append(element_problem("ELEM-15", call, file.file, zh, en))
            elif target == current:
                zh, en = "流程直接调用自己；请改用循环", "the process calls itself; draw a loop instead"
                problems.append(element_problem("ELEM-15", call, file.file, zh, en))
            elif not _starts_when_called(homes[target][1]):
                zh = f"调用的流程“{target}”不能由调用启动；请给它画一个空白开始事件"
                en = f'the called process "{target}" cannot be started by a call; give it a plain start event'
                problems.append(element_problem("ELEM-15", call, file.file, zh, en))
            elif target not in order:
                order.append(target)
    if problems:
        raise DefinitionRejected(problems)
    return order


def _starts_when_called(process: etree._Element) -> bool:
    starts = beginnings(process)
    return not starts or any(local(start) == "startEvent" and not event_kinds(start) for start in starts)


def _refuse_problems(called: list[str], homes: _Homes) -> None:
    problems: list[Problem] = []
    for file in {homes[key][0].file: homes[key][0] for key in called}.values():
        problems += duplicate_ids(file)
    for key in called:
        file, process = homes[key]
        problems += check_process(process, file)
    if problems:
        raise DefinitionRejected(problems)


def _parse_specs(process: etree._Element, file: ParsedFile, specs: dict[str, BpmnProcessSpec]) -> None:
    """Add the spec of `process` and of its embedded sub-processes to `specs`.

    One parser for each file: the stock parser keeps messages and errors by id for all files together, and two files
    that both say "Message_1" would get each other's names.
    """
    parser, key, own = DiagramParser(), process.get("id", ""), dict[str, BpmnProcessSpec]()
    try:
        parser.add_bpmn_xml(for_the_parser(file.tree), file.file)
        _collect(parser, key, own)
    except ValidationException as error:
        raise DefinitionRejected([_unforeseen(error, file)]) from error
    except RecursionError as error:
        raise DefinitionRejected([_too_long(file, key)]) from error
    drawn, data, handlers = read_events(process), read_data(process), handlers_of(process)
    ad_hoc, announced = read_ad_hoc(process), read_announcements(process)
    for spec in own.values():
        spec.ad_hoc = ad_hoc.get(spec.name)
        for task in spec.task_specs.values():
            task.drawn = drawn.get(task.bpmn_id or "")
            task.drawn_data = data.get(task.bpmn_id or "")
            task.undone_by = handlers.get(task.bpmn_id or "")
            task.announced = announced.get(task.bpmn_id or "")
    specs |= own


def _collect(parser: DiagramParser, key: str, specs: dict[str, BpmnProcessSpec]) -> None:
    specs[key] = spec = parser.get_spec(key)
    for task in list(spec.task_specs.values()):
        embedded = isinstance(task, SubWorkflowTask) and not isinstance(task, CallActivity)
        if embedded and task.spec not in specs:
            _collect(parser, task.spec, specs)


def _unforeseen(error: ValidationException, file: ParsedFile) -> Problem:
    text = str(error.args[0]) if error.args else str(error)
    if "RecursionError" in text:
        return _too_long(file, str(error.id))
    return Problem(
        rule="PARSE-03",
        file=file.file,
        element_id=str(error.id),
        element_name=str(error.name),
        zh="此处有本系统编译不了的写法；请核对它的属性和连线，或删除后重画",
        en="Something here cannot be compiled; look at its attributes and flows, or remove and draw it again",
    )


def _too_long(file: ParsedFile, key: str) -> Problem:
    return Problem(
        rule="PARSE-02",
        file=file.file,
        element_id=key,
        zh="流程的步骤过多，无法编译；请把一部分移到子流程或另一个流程中",
        en="The process has too many steps in a row; move a part into a sub-process or another process",
    )


def _process_inside(element: etree._Element, file: ParsedFile) -> Problem:
    zh, en = "编号与被调用的流程相同；请改名", "it has the id of a called process; choose another"
    return element_problem("ELEM-20", element, file.file, zh, en)


def _info(key: str, called: list[str], homes: _Homes) -> ProcessInfo:
    nodes: dict[str, FlowNode] = {}
    problems = []
    for current in called:
        file, process = homes[current]
        inside = process.iterdescendants("*")
        problems += [_process_inside(element, file) for element in inside if element.get("id") in called]
        for node in read_nodes(process, file.root):
            other = nodes.setdefault(node.id, node)
            if other is not node and not {node.type, other.type} <= _UNADDRESSED:
                zh = f"编号“{node.id}”在流程 {other.process} 和 {node.process} 中重复；请改掉其中一个"
                en = f'the id "{node.id}" stands in {other.process} and in {node.process}; change one of them'
                problems.append(
                    Problem(rule="ELEM-20", file=file.file, element_id=node.id, element_name=node.name, zh=zh, en=en)
                )
    if problems:
        raise DefinitionRejected(problems)
    process = homes[key][1]
    events = read_events(process)
    return ProcessInfo(
        key=key,
        name=process.get("name", key),
        name_en=cx(process, "name-en"),
        nodes=nodes,
        start_form=start_form(process),
        start_messages=started_by(process, events, "message"),
        start_signals=started_by(process, events, "signal"),
        start_timers=timed_by(process),
        receives=tuple(sorted({name for current in called for name in received_by(homes[current][1])})),
        called=tuple(called[1:]),
    )
