"""What a row of the table says: one element of BPMN 2.0 in one variant, its model, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "docs" / "elements"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The problem that publishing answers: its rule, the element it stands at, and words of its text."""

    rule: str
    at: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One element in one variant.

    story: what is done, and where the tokens then wait, `"complete A x=1 > B T"`; see README.md. Empty: refused.
    order: nodes in the order in which they were completed, when the order is what the row is about.
    data: what the data of the case is at the end, at least.
    thrown: what went to the outside, `"message msg.one"`.
    """

    id: str  #: of the row; `docs/elements/<id>.bpmn` is its model
    element: str  #: as the standard calls it, "userTask"
    zh: str
    en: str
    model: bytes = field(repr=False)
    story: tuple[str, ...] = ()
    order: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    thrown: tuple[str, ...] = ()
    refusal: Refusal | None = None
    key: str = "p"  #: the process that is run

    @property
    def file(self) -> Path:
        return MODELS / f"{self.id}.bpmn"

    @property
    def runs(self) -> bool:
        return self.refusal is None


def refused(rule: str, at: str, zh: str, en: str) -> Refusal:
    return Refusal(rule=rule, at=at, zh=zh, en=en)
