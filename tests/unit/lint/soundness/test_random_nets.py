"""The verdicts of the lint are those of the whole token game, on small random drawings, sound and unsound ones."""

from __future__ import annotations

import ast
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from engine.lint.soundness.reading import read_net
from engine.lint.soundness.verdicts import Verdicts
from engine.lint.soundness.verdicts import judge as judged_by_the_lint
from tests.unit.lint.soundness import random_nets, reference
from tests.unit.lint.soundness.random_nets import Maker, as_bpmn
from tests.unit.lint.soundness.reference import Findings, Model, TooLarge, judge

SEED = int(os.environ.get("CHANGXIAO_TEST_SEED", "20261126"))
FEW, MANY = 375, 6600


def test_verdicts_agree_with_the_whole_token_game():
    compared = compare(SEED, FEW, most=900)

    assert compared["compared"] >= 300
    assert compared["sound"] > FEW * 0.3  # both kinds were there, or nothing was shown
    assert compared["stuck"] > FEW * 0.1
    assert compared["dead"] > FEW * 0.1
    assert min(compared["livelock"], compared["lost"]) > 0


@pytest.mark.long
def test_verdicts_agree_with_the_whole_token_game_on_thousands():
    compared = compare(SEED + FEW, MANY, most=4000)
    assert compared["compared"] >= 5000


def test_a_lint_that_overlooks_something_is_found_out(monkeypatch):
    """A planted fault: joins that never wait."""
    from engine.lint.soundness import explore

    monkeypatch.setattr(explore._Walk, "_is_awaited", lambda *_: False)
    with pytest.raises(AssertionError):
        compare(SEED, 300, most=900)


@pytest.mark.parametrize("module", [reference])
def test_the_judge_knows_nothing_of_what_it_judges(module):
    assert imported(Path(module.__file__)) & {"engine", "webui", "forms", "SpiffWorkflow"} == set()
    assert imported(Path(random_nets.__file__)) & {"engine", "webui", "forms", "SpiffWorkflow"} == set()


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def compare(first: int, count: int, *, most: int) -> Counter[str]:
    """Judge `count` models both ways; models that the token game cannot finish within `most` states are left out."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + count):
        model = Maker(Random(seed)).process()  # noqa: S311 - repeatable on purpose
        drawing = as_bpmn(model)
        verdicts = lint(drawing)
        try:
            findings = judge(model, most)
        except TooLarge:
            seen["too large"] += 1
            continue
        if verdicts.bounded:
            seen["bounded"] += 1
            continue
        truth = told(model, findings)
        assert claimed(verdicts) == truth, f"seed {seed}: {drawing.decode()}"
        seen["compared"] += 1
        seen["sound"] += not any(truth.values())
        seen.update(kind for kind, found in truth.items() if found)
    print(f"seed {first}: {dict(seen)}")
    return seen


def lint(drawing: bytes) -> Verdicts:
    root = etree.fromstring(drawing)
    process = next(root.iter("{*}process"))
    return judged_by_the_lint(read_net(process, root))


def claimed(verdicts: Verdicts) -> dict[str, object]:
    return {
        "stuck": {(frozenset(found.at), found.ended) for found in verdicts.stuck},
        "livelock": bool(verdicts.forever),
        "dead": set(verdicts.dead),
        "lost": {found.end for found in verdicts.lost},
    }


def told(model: Model, findings: Findings) -> dict[str, object]:
    return {
        "stuck": findings.stuck,
        "livelock": findings.livelock,
        "dead": set(outermost_unreached(model, findings.reached)),
        "lost": findings.lost,
    }


def outermost_unreached(model: Model, reached: set[str]) -> Iterator[str]:
    """What was never reached; of the inside of such a thing nothing is said."""
    for box in model.boxes.values():
        yield from (event.id for event in box.events if event.id not in reached)
        if box.id not in reached:
            yield box.id
        elif box.inside:
            yield from outermost_unreached(box.inside, reached)
    for handler in model.handlers:
        if handler.id not in reached:
            yield handler.id
        else:
            yield from outermost_unreached(handler.inside, reached)
