"""The pickers of the drawing board read limits as the server does, or leave them as they are written.

Node runs the module that the browser runs; the texts are made from the grammar of engine/model/due_grammar.py.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import pytest

from engine.model.due_grammar import BaseKind, Earliest, Term, parse_due

GRAMMAR = Path(__file__).parents[3] / "webui/frontend/src/studio/grammar.js"
SCRIPT = """
const {readDue, writeDue, readAmount} = await import(process.argv[1]);
let text = '';
for await (const part of process.stdin) text += part;
const read = one => {
  const terms = readDue(one);
  return terms && {written: writeDue(terms), terms: terms.map(term => ({...term, ...readAmount(term.amount)}))};
};
process.stdout.write(JSON.stringify(JSON.parse(text).map(read)));
"""
TEXTS = 1500


@dataclass(slots=True)
class Writer:
    """Writes limits that the grammar allows: every base, amount and unit, with spaces between the tokens."""

    chance: random.Random
    names: tuple[str, ...] = field(default=("limit", "plan_wd", "_x", "a.b", "W9"))

    def expression(self, depth: int = 0) -> str:
        if depth < 2 and self.chance.random() < 0.3:
            choices = [self.expression(depth + 1) for _ in range(self.chance.randint(2, 3))]
            return self.spaced("min", "(", *self.between(choices), ")", *self.clock(0.3))
        if self.chance.random() < 0.2:
            return self.spaced(*self.base(), *self.clock(0.3))
        unit = self.chance.choice(("wd", "cd", "nh", "mo"))
        clock = () if unit == "nh" else self.clock(0.2)
        return self.spaced(*self.base(), self.chance.choice("+-"), *self.amount(), unit, *clock)

    def base(self) -> tuple[str, ...]:
        kind = self.chance.choice(get_args(BaseKind))
        argument = {
            "var": self.chance.choice(self.names),
            "param": self.chance.choice(self.names),
            "fixed": self.chance.choice(("06-30", "12-31", "01-01")),
            "lastwd": self.chance.choice(("half", "quarter", "month", "06")),
        }.get(kind)
        return (kind,) if argument is None else (kind, "(", argument, ")")

    def amount(self) -> tuple[str, ...]:
        kind = self.chance.choice(("number", "var", "param"))
        if kind == "number":
            return (self.chance.choice(("0", "1", "05", "15", "1000")),)
        return (kind, "(", self.chance.choice(self.names), ")")

    def clock(self, likely: float) -> tuple[str, ...]:
        return ("@", self.chance.choice(("00:00", "09:30", "17:00", "23:59"))) if self.chance.random() < likely else ()

    def spaced(self, *tokens: str) -> str:
        """The tokens with some spaces between them: a text of its own, or the begin of one."""
        return "".join(token + self.chance.choice(("", "", "", " ", "\t")) for token in tokens)

    @staticmethod
    def between(choices: list[str]) -> list[str]:
        return [part for choice in choices for part in (choice, ",")][:-1]


def read_by_pickers(texts: list[str]) -> list[Any]:
    """What the browser's module makes of each text: None where it stays an expression."""
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert node is not None, "Node builds the browser side: run `make web`."
    done = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT, GRAMMAR.as_uri()],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return list(json.loads(done.stdout))


def lost(text: str, read: Any) -> str:
    """What would get lost if the pickers wrote the limit again; "" for nothing."""
    rule = parse_due(text)
    if parse_due(read["written"]).expression != rule.expression:
        return f"{text!r} became {read['written']!r}"
    terms = rule.expression.choices if isinstance(rule.expression, Earliest) else (rule.expression,)
    for term, shown in zip(terms, read["terms"], strict=True):
        if isinstance(term, Earliest) or not _is_shown(term, shown):
            return f"{text!r} is shown as {shown}"
    return ""


def _is_shown(term: Term, shown: Any) -> bool:
    if (shown["base"], shown["argument"], shown["unit"]) != (term.base.kind, term.base.argument, term.unit):
        return False
    if not term.unit:
        return (shown["amount"], shown["kind"]) == ("", "number")
    if term.amount.source == "number":
        return shown["kind"] == "number" and int(shown["name"]) == term.amount.number
    return (shown["kind"], shown["name"]) == (term.amount.source, term.amount.name)


def test_whatever_the_server_accepts_is_split_by_the_pickers_or_stays_as_it_is_written() -> None:
    seed = random.randrange(2**32)  # noqa: S311
    writer = Writer(random.Random(seed))  # noqa: S311
    texts = [writer.expression() for _ in range(TEXTS)]

    read = read_by_pickers(texts)

    losses = [lost(text, one) for text, one in zip(texts, read, strict=True) if one]
    assert [loss for loss in losses if loss] == [], f"seed {seed}"
    split = sum(one is not None for one in read)
    assert TEXTS // 2 < split < TEXTS, f"seed {seed}: {split} of {TEXTS} were split"


@pytest.mark.parametrize(
    "text", ["min(created+1wd,delivered+2wd)@17:00", "min(min(created+1wd,created),var(limit))", "created+٣wd"]
)
def test_what_the_pickers_cannot_show_stays_an_expression(text: str) -> None:
    assert parse_due(text).expression
    assert read_by_pickers([text]) == [None]


def test_a_loss_would_be_seen() -> None:
    read = {"written": "created+5wd", "terms": []}
    assert lost("created+5wd@17:00", read) == "'created+5wd@17:00' became 'created+5wd'"
