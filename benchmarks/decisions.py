"""What decisions cost: reading an expression, asking a cell and a table, and loading the package."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime

from engine.commands.builtin import builtin_files
from engine.decisions.dmn import Model, read_model
from engine.decisions.feel import parse_unary_tests, to_feel
from engine.decisions.feel.expression import _read  # past the cache, which is what is measured
from engine.decisions.models import load_models
from engine.decisions.question import Question
from engine.workflow.scripting import feel as feel_of_drawings
from engine.workflow.scripting import step_context

ROUNDS = 7
EXPRESSION = (
    "if applicant.income * 12 > 100000 and count(items[price > 100]) >= 3 then 1 else sum(items.price) / months"
)
NAMES = frozenset({"applicant", "items", "months"})


def feel() -> dict[str, tuple[float, str, float | None]]:
    tests, value = parse_unary_tests("[1..5], > 10"), to_feel(7)
    return {
        "FEEL, reading 100 characters": (_best(lambda: _read(EXPRESSION, NAMES, {}), 200) * 1e3, "ms", 1.0),
        "FEEL, asking a cell": (_best(lambda: tests.evaluate(value, {}), 5_000) * 1e6, "µs", 10.0),
    }


def decision_table() -> dict[str, tuple[float, str, float | None]]:
    model = Model(read_model(_table(rules=20)))
    inputs = {"a": to_feel(3), "b": "A19", "c": to_feel(20), "d": to_feel(1), "e": "q"}
    cost = _best(lambda: model.decide("d", inputs), 500)
    return {"decision table, 20 rules of 5 inputs": (cost * 1e6, "µs", 150.0)}


def asking() -> dict[str, tuple[float, str, float | None]]:
    """What a business rule task asks: inputs read and checked, rows, outputs and words."""
    model = load_models({"D1_SEVERITY.dmn": builtin_files()["D1_SEVERITY.dmn"]})["D1_SEVERITY.dmn"]
    question = Question(model, "D1_SEVERITY")
    data = {"nature": "作风细节", "spread": "个人", "repeats_12m": 0, "public_impact": False, "title": "x"}
    return {"decision D1, asked by a case": (_best(lambda: question.ask(data), 500) * 1e6, "µs", 250.0)}


def condition() -> dict[str, tuple[float, str, float | None]]:
    marked = feel_of_drawings.marked('severity = "D" and limit_wd > 10', condition=True)
    with step_context(datetime(2026, 12, 1, tzinfo=UTC), 1):
        cost = _best(lambda: feel_of_drawings.evaluate(marked, {"severity": "D", "limit_wd": 30}), 2_000)
    return {"condition of a flow in FEEL": (cost * 1e6, "µs", 40.0)}


def loading() -> dict[str, tuple[float, str, float | None]]:
    script = "import time; s = time.process_time(); import engine.decisions.feel; print(time.process_time() - s)"
    with tempfile.TemporaryDirectory() as compiled:  # as it is installed: read from bytecode, from the second time on
        environment = {"PYTHONPATH": ".", "PYTHONPYCACHEPREFIX": compiled}
        command = [sys.executable, "-c", script]
        found = [float(subprocess.check_output(command, env=environment)) for _ in range(ROUNDS)]
    return {"FEEL, importing the package": (min(found) * 1e3, "ms", 60.0)}


def _table(rules: int) -> bytes:
    """The last rule answers, so that every cell is asked."""
    clauses = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in "abcde")
    rows = ""
    for number in range(rules):
        cells = ("-", f'"A{number}"', f"[{number}..{number + 5}]", "-", f'not("z{number}")')
        entries = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells)
        rows += f"<rule>{entries}<outputEntry><text>{number}</text></outputEntry></rule>"
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in "abcde"
    )
    data = "".join(f'<inputData id="{name}" name="{name}"/>' for name in "abcde")
    table = f'<decisionTable hitPolicy="FIRST">{clauses}<output/>{rows}</decisionTable>'
    body = f'{data}<decision id="d" name="d">{needs}{table}</decision>'
    namespace = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    return f'<definitions xmlns="{namespace}" name="m" namespace="urn:bench">{body}</definitions>'.encode()


def _best(work: Callable[[], object], calls: int) -> float:
    """CPU seconds of one call, from the best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(calls):
            work()
        best = min(best, (time.process_time() - began) / calls)
    return best
