"""Writes the models of the table and the reference page made of it: `make elements`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import DefinitionRejected, Problem
from engine.workflow import compile_definition
from tests.elements.rows import FAMILIES, ROWS
from tests.elements.table import MODELS, ROOT, Row

PAGE = ROOT / "docs" / "BPMN-ELEMENTS.md"
TEST = "tests/elements/test_elements.py"
RUNS_TEST = "test_what_runs_tells_its_story"
REFUSED_TEST = "test_what_is_refused_names_its_place_and_the_remedy"


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of the page in one language; `at` picks that language out of a pair."""

    at: int
    title: str
    lead: str
    counted: str
    head: tuple[str, ...]
    runs: str
    refused: str


CHINESE = Words(
    0,
    "BPMN 2.0 元素一览",
    "每一行是 BPMN 2.0 的一种元素或变体：要么按标准运行，要么在发布时拒绝，并说明改画成什么。"
    "每行都有一个可打开的模型和一个测试；"
    "能运行的模型以四种方式讲同一个故事：一气呵成、每一步之后重新读入，压缩状态与不压缩。本页由 `make elements` 生成。",
    "共 {total} 行：{runs} 行运行，{refused} 行拒绝。",
    ("元素", "说明", "结论", "模型与证明"),
    "运行",
    "拒绝",
)
ENGLISH = Words(
    1,
    "The elements of BPMN 2.0",
    "Each row is one element of BPMN 2.0 or one variant of it: it runs as the standard says, or publishing "
    "refuses it and says what to draw instead. Each row has a model to open and a test; a model that runs tells "
    "its story four ways: in one go and reloaded after every step, with and without compaction of the state. "
    "This page is made by `make elements`.",
    "{total} rows: {runs} run, {refused} are refused.",
    ("Element", "What it is", "Verdict", "Model and proof"),
    "runs",
    "refused",
)


def page() -> str:
    """The whole page, Chinese first."""
    return "\n".join(line for words in (CHINESE, ENGLISH) for line in _part(words))


def _part(words: Words) -> Iterator[str]:
    runs = sum(row.runs for row in ROWS)
    level = "#" * (1 + words.at)
    yield f"{level} {words.title}"
    yield ""
    yield words.lead
    yield ""
    yield words.counted.format(total=len(ROWS), runs=runs, refused=len(ROWS) - runs)
    yield ""
    for heading, rows in FAMILIES.items():
        yield f"{level}# {heading[words.at]}"
        yield ""
        yield "| " + " | ".join(words.head) + " |"
        yield "|---" * len(words.head) + "|"
        for row in rows:
            yield _line(row, words)
        yield ""


def _line(row: Row, words: Words) -> str:
    test = RUNS_TEST if row.runs else REFUSED_TEST
    proof = f"[{row.file.name}](elements/{row.file.name}) · `{test}[{row.id}]`"
    verdict = f"**{words.runs}**" if row.runs else _refused(row, words)
    return f"| `{row.element}` | {(row.zh, row.en)[words.at]} | {verdict} | {proof} |"


def _refused(row: Row, words: Words) -> str:
    problem = problem_of(row)
    text = (problem.zh, problem.en)[words.at].replace("|", "\\|")
    return f"{words.refused} · {problem.rule}<br>{text}"


def problem_of(row: Row) -> Problem:
    """The problem that publishing the row's model answers, as the row names it."""
    assert row.refusal is not None
    try:
        compile_definition({row.file.name: row.model}, row.key)
    except DefinitionRejected as rejected:
        for problem in rejected.problems:
            if problem.rule == row.refusal.rule and row.refusal.at in {"", problem.element_id}:
                return problem
    raise AssertionError(f"{row.id} is not refused as its row says")


def main() -> None:
    MODELS.mkdir(exist_ok=True)
    for stale in set(MODELS.glob("*.bpmn")) - {row.file for row in ROWS}:
        stale.unlink()
    for row in ROWS:
        row.file.write_bytes(row.model)
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
