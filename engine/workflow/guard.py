"""Reads a bundle for publishing in a process of its own that can be killed: the parser may hang on odd drawings."""

from __future__ import annotations

import base64
import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping

from engine.errors import DefinitionRejected, Problem
from engine.workflow.parser import parse_process
from engine.workflow.xml import check_xml
from engine.workflow.xsd import validate_bpmn

MAX_ADDRESS_SPACE = 1024**3
MAX_PROBLEMS = 200


def check_in_child(files: Mapping[str, bytes], key: str, seconds: float = 10) -> list[Problem]:
    """Everything that stands against deploying the process `key` of `files`: schema, elements, scripts, references.

    Runs in a fresh interpreter with limits on time and memory. A hang or an exhausted limit is Problem PARSE-01;
    an error of our own reading is PARSE-04. Empty: it can be compiled.
    """
    question = json.dumps({"key": key, "files": {n: base64.b64encode(d).decode("ascii") for n, d in files.items()}})
    path = os.pathsep.join(entry or str(os.getcwd()) for entry in sys.path)  # noqa: PTH109 - as text
    try:
        answer = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-W", "ignore", "-m", "engine.workflow.guard", f"{seconds:g}"],
            input=question.encode("utf-8"),
            capture_output=True,
            timeout=seconds,
            check=False,
            env={"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired:
        return [_hang(key, seconds)]
    if answer.returncode < 0 or b"MemoryError" in answer.stderr[-2000:]:  # killed by a limit
        return [_hang(key, seconds)]
    if answer.returncode != 0:
        reason = (answer.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"])[-1]
        zh, en = f"读取流程图时出错：{reason}", f"Reading the diagram failed: {reason}"
        return [Problem(rule="PARSE-04", element_id=key, zh=zh, en=en)]
    return [Problem(**fields) for fields in json.loads(answer.stdout)]


def find_problems(files: Mapping[str, bytes], key: str) -> list[Problem]:
    """The same in this process; may hang."""
    problems: list[Problem] = []
    for name, data in files.items():
        try:
            problems += validate_bpmn(check_xml(data, file=name))
        except DefinitionRejected as error:
            problems += error.problems
    try:
        parse_process(files, key)
    except DefinitionRejected as error:
        problems += error.problems
    return list(dict.fromkeys(problems))[:MAX_PROBLEMS]


def _hang(key: str, seconds: float) -> Problem:
    return Problem(
        rule="PARSE-01",
        element_id=key,
        zh=f"{seconds:g} 秒内没有读完流程图，已中止；请减少步骤，删去数据对象之间的连线后重试",
        en=f"The diagram was not read within {seconds:g} s and was given up; use fewer steps, remove data associations",
    )


def _main() -> None:
    """The child: limits first, then the question from stdin; the answer to stdout."""
    seconds = int(float(sys.argv[1])) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_SPACE, MAX_ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    question = json.load(sys.stdin.buffer)
    files = {name: base64.b64decode(data) for name, data in question["files"].items()}
    problems = find_problems(files, question["key"])
    sys.stdout.write(json.dumps([problem.as_dict() for problem in problems]))


if __name__ == "__main__":
    _main()
