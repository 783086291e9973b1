"""Reads a bundle for publishing in a process that can be killed: the parser may hang on odd drawings."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

import structlog

from engine.errors import DefinitionRejected, Problem
from engine.workflow.fork_server import Broken, ForkServer, Killed
from engine.workflow.parser import parse_read, read_files
from engine.workflow.xml import check_xml
from engine.workflow.xsd import validate_bpmn

_log = structlog.get_logger(__name__)

MAX_ADDRESS_SPACE = 1024**3
MAX_PROBLEMS = 200
_reader = ForkServer(__name__, "answer")


def check_in_child(files: Mapping[str, bytes], *keys: str, seconds: float = 5) -> list[Problem]:
    """Everything that stands against deploying these processes of `files`: schema, elements, scripts, references.

    Runs in a fork of a clean process, with limits on time and memory. A hang or an exhausted limit is Problem
    PARSE-01; an error of our own reading is PARSE-04. Empty: they can be compiled.
    seconds: of CPU; twice that by the wall clock, so that a busy machine is not taken for a hang. They are for all
    processes together, and where that is too little for each by itself: the one to blame is told by its name.
    """
    asked = {"keys": keys, "files": {n: base64.b64encode(d).decode("ascii") for n, d in files.items()}}
    try:
        answer = _reader.ask(json.dumps(asked).encode("ascii"), seconds=seconds, memory=MAX_ADDRESS_SPACE)
    except (Killed, Broken) as error:
        if len(keys) > 1:
            return [problem for key in keys for problem in check_in_child(files, key, seconds=seconds)]
        return [_hang(*keys, seconds=seconds) if isinstance(error, Killed) else _unreadable(*keys, error=error)]
    return [Problem(**fields) for fields in json.loads(answer)]


def answer(question: bytes) -> bytes:
    """What the fork answers: find_problems, as JSON."""
    asked = json.loads(question)
    files = {name: base64.b64decode(data) for name, data in asked["files"].items()}
    return json.dumps([problem.as_dict() for problem in find_problems(files, *asked["keys"])]).encode("ascii")


def find_problems(files: Mapping[str, bytes], *keys: str) -> list[Problem]:
    """The same in this process; may hang."""
    problems: list[Problem] = []
    for name, data in files.items():
        try:
            problems += validate_bpmn(check_xml(data, file=name))
        except DefinitionRejected as error:
            problems += error.problems
    try:
        read = read_files(files)
    except DefinitionRejected as error:
        problems += error.problems
    else:
        for key in keys:
            try:
                parse_read(read, key)
            except DefinitionRejected as error:
                problems += error.problems
    return list(dict.fromkeys(problems))[:MAX_PROBLEMS]


def _unreadable(key: str, *, error: Broken) -> Problem:
    _log.error("reading a drawing failed", action="definition.read", reason=error.args[0])
    return Problem(
        rule="PARSE-04",
        element_id=key,
        zh="流程图中有本系统读不懂的写法；请从建模工具重新导出，或逐段删减后重试，找出有问题的元素",
        en="The diagram holds something that cannot be read here; export it from the modeler again, or take"
        " parts out to find the element that is to blame",
    )


def _hang(key: str, *, seconds: float) -> Problem:
    return Problem(
        rule="PARSE-01",
        element_id=key,
        zh=f"{seconds:g} 秒内没有读完流程图，已中止；请减少步骤，删去数据对象之间的连线后重试",
        en=f"The diagram was not read within {seconds:g} s and was given up; use fewer steps, remove data associations",
    )
