"""Reading a bundle for publishing: in a child that can be killed, with every problem in one answer."""

from __future__ import annotations

import json
import time
from pathlib import Path

from engine.workflow import guard
from engine.workflow.fork_server import Broken, ForkServer, Killed
from engine.workflow.guard import check_in_child, find_problems
from tests.unit.workflow.drawing import a_drawing, branch

PROCESSES = Path(__file__).parents[3] / "processes"


def test_a_sound_bundle_has_no_problems():
    files = {path.name: path.read_bytes() for path in PROCESSES.glob("*.bpmn")}

    assert check_in_child(files, "S1_RECTIFY", seconds=30) == []


def test_problems_come_back_whole():
    files = {"问题.bpmn": a_drawing(branch('<bpmn:serviceTask id="T" name="登记" colour="red"/>'))}

    problems = check_in_child(files, "P", seconds=30)

    assert problems == find_problems(files, "P")
    assert [(p.rule, p.file, p.element_id, p.element_name) for p in problems] == [
        ("XSD-04", "问题.bpmn", "T", "登记"),
        ("ELEM-14", "问题.bpmn", "T", "登记"),
    ]


def test_a_file_that_fails_the_intake_is_told_once():
    assert [problem.rule for problem in check_in_child({"x": b"<a"}, "P", seconds=30)] == ["XML-01"]


def test_a_hang_is_given_up_in_time():
    began = time.perf_counter()

    (problem,) = check_in_child({"x": a_drawing(branch('<bpmn:userTask id="T"/>'))}, "P", seconds=0.0005)

    assert problem.rule == "PARSE-01"
    assert problem.element_id == "P"
    assert time.perf_counter() - began < 2


def test_a_parser_that_spins_is_killed_by_its_share_of_cpu(tmp_path, monkeypatch):
    spinning = "import engine.workflow.guard as guard\ndef spin(*a):\n    while True: pass\nguard.parse_read = spin\n"
    (tmp_path / "sitecustomize.py").write_text(spinning)
    monkeypatch.syspath_prepend(str(tmp_path))
    reader = ForkServer("engine.workflow.guard", "answer")
    monkeypatch.setattr(guard, "_reader", reader)
    sound = {"x": a_drawing(branch('<bpmn:userTask id="T"/>'))}

    (problem,) = check_in_child(sound, "P", seconds=1)

    assert problem.rule == "PARSE-01"
    reader.close()


def test_an_error_of_our_own_is_told_without_the_words_of_the_machine(monkeypatch):
    def broken(*_, **__):
        raise Broken("TypeError")

    monkeypatch.setattr(guard._reader, "ask", broken)

    (problem,) = check_in_child({}, "P")

    assert problem.rule == "PARSE-04"
    assert problem.zh
    assert "TypeError" not in problem.zh + problem.en


def test_a_bundle_is_read_once_and_the_process_that_hangs_is_told_by_its_name(monkeypatch):
    asked: list[list[str]] = []

    def ask(question: bytes, **_: object) -> bytes:
        keys = json.loads(question)["keys"]
        asked.append(keys)
        if "B" in keys:
            raise Killed
        return b"[]"

    monkeypatch.setattr(guard._reader, "ask", ask)

    assert check_in_child({}, "A", "C") == []
    assert [(p.rule, p.element_id) for p in check_in_child({}, "A", "B")] == [("PARSE-01", "B")]
    assert asked == [["A", "C"], ["A", "B"], ["A"], ["B"]]
