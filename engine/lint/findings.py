"""What a rule says: a Problem with the place, in Chinese and English; and what the lint knows of the outside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine.errors import Problem, Severity
from engine.lint.elements import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What exists outside the drawing: the lint asks no database for it, the caller says it."""

    forms: Collection[str]
    processes: Collection[str]
    decisions: Collection[str]
    services: Collection[str] | None = None  #: names after urn:changxiao:service:; None: any


def finding(rule: str, element: Element, zh: str, en: str, *, severity: Severity = "error") -> Problem:
    """A problem of `element`. `zh` and `en` say what is wrong and what to do; the name is put in front."""
    label = element.name or element.id
    label_en = element.cx.get("name-en", "") or label
    return Problem(
        rule=rule,
        severity=severity,
        file=element.file,
        element_id=element.id,
        element_name=element.name,
        element_name_en=element.cx.get("name-en", ""),
        zh=f"“{label}”{zh}",
        en=f'"{label_en}" {en}',
    )


def listed(names: Collection[str]) -> str:
    """Names for a message, in order, cut where nobody would read on."""
    ordered = sorted(names)
    shown = ", ".join(ordered[:12])
    return shown + (", …" if len(ordered) > 12 else "") if ordered else "—"


def names_listed(names: Collection[str], *, quotes: str, gap: str) -> str:
    """Names of elements for a sentence, each once and in quotes, cut where nobody would read on."""
    each = list(dict.fromkeys(names))
    shown = gap.join(f"{quotes[0]}{name}{quotes[1]}" for name in each[:5])
    return shown + (" …" if len(each) > 5 else "")
