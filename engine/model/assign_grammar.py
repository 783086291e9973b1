"""The grammar of `cx:assign`: text to a rule, with the position of every mistake (domain.md §1.5).

assign   = ( scope ":" selector | "var(" NAME ")" ) { (";" | ",") ( mode | exclude ) }
scope    = self | superior | top | children | target | superior-or-self | dept(NAME) | var(NAME)
selector = pos:CODE | role:CODE | user:NAME | pool:NAME | roster:NAME
mode     = claim | fixed | least_load | draw
exclude  = -var(NAME) | -unit(NAME) | -coi | -prev(NODE)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from engine.model.scanner import GrammarError, Scanner

Scope = Literal["self", "superior", "top", "children", "target", "superior-or-self", "dept", "var"]
SelectorKind = Literal["pos", "role", "user", "pool", "roster"]
Mode = Literal["claim", "fixed", "least_load", "draw"]
_WIDENED_ROLES = frozenset({"reviewer", "intake"})
ExcludeKind = Literal["var", "unit", "coi", "prev"]

POSITIONS = ("LEAD_MAIN", "LEAD_DIRECT", "LEAD_OTHER", "DEPT_RESP", "PERSON_RESP", "BRANCH_SEC")
ROLES = ("officer", "unit_leader", "inspector", "reviewer", "intake", "analyst", "admin", "auditor", "operator")
#: A position or a named person gets the task outright; of many who share a role the first to claim it does.
DEFAULT_MODES: dict[SelectorKind, Mode] = {
    "pos": "fixed",
    "user": "fixed",
    "role": "claim",
    "pool": "claim",
    "roster": "claim",
}
#: For a task whose drawing names nobody: whoever began the case; by the fallback order, where the engine began it.
DEFAULT_ASSIGN = "self:user:issuer"
_SCOPES = ("superior-or-self", "self", "superior", "top", "children", "target")
_SELECTORS = ("pos", "role", "user", "pool", "roster")
_MODES = ("claim", "fixed", "least_load", "draw")
_WORD = re.compile(r"[a-z][a-z_]*(?:-or-self)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


class AssignSyntaxError(GrammarError):
    """A `cx:assign` text does not follow the grammar. `position` counts characters from 0."""

    code = "assign_syntax"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclude:
    """People who must not get the task."""

    kind: ExcludeKind
    name: str = ""  #: variable with people (var) or a unit (unit), or the node whose actor is meant (prev)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignRule:
    """A parsed `cx:assign`."""

    text: str
    scope: Scope
    scope_name: str = ""  #: variable of dept(…) and var(…)
    selector: SelectorKind
    name: str  #: position, role, variable with people, pool or roster
    mode: Mode
    excludes: tuple[Exclude, ...] = ()

    @property
    def is_pool(self) -> bool:
        """True where the search goes on in other commissions, in an order that is drawn."""
        return self.selector == "pool" or (self.selector == "role" and self.name in _WIDENED_ROLES)

    @property
    def variables(self) -> frozenset[str]:
        """Names of the process variables that the rule reads."""
        names = {e.name for e in self.excludes if e.kind in ("var", "unit")}
        names |= {self.scope_name} if self.scope_name else set()
        return frozenset(names | ({self.name} if self.selector == "user" else set()))


@lru_cache(maxsize=1024)
def parse_assign(text: str) -> AssignRule:
    """The rule that `text` writes down. Raises AssignSyntaxError with the position of the first mistake."""
    scanner = Scanner(text, AssignSyntaxError)
    scope, scope_name = _scope(scanner)
    scanner.skip_space()
    selector: SelectorKind = "user"
    if scope == "var" and not scanner.text.startswith(":", scanner.position):
        # var(team) alone names people, not a unit.
        scope, name, scope_name = "self", scope_name, ""
    else:
        scanner.expect(":")
        selector, name = _selector(scanner)
    mode, excludes = _modifiers(scanner, DEFAULT_MODES[selector])
    return AssignRule(
        text=text, scope=scope, scope_name=scope_name, selector=selector, name=name, mode=mode, excludes=excludes
    )


def _scope(scanner: Scanner) -> tuple[Scope, str]:
    scanner.skip_space()
    start = scanner.position
    word = scanner.take(_WORD)
    if word in ("dept", "var"):
        return word, _argument(scanner)  # type: ignore[return-value]
    if word in _SCOPES:
        return word, ""  # type: ignore[return-value]
    raise scanner.error(
        f"范围应为 {'、'.join(_SCOPES)}、dept(…)或var(…)。",
        f"A scope expected: {', '.join(_SCOPES)}, dept(…), var(…).",
        position=start,
    )


def _selector(scanner: Scanner) -> tuple[SelectorKind, str]:
    scanner.skip_space()
    start = scanner.position
    kind = scanner.take(_WORD)
    if kind not in _SELECTORS:
        raise scanner.error(
            f"选择器应为 {'、'.join(_SELECTORS)} 之一。", f"One of {', '.join(_SELECTORS)} expected.", position=start
        )
    scanner.expect(":")
    scanner.skip_space()
    start = scanner.position
    name = scanner.take(_NAME)
    if kind == "user" and name == "var" and scanner.text.startswith("(", scanner.position):
        name = _argument(scanner)
    known = {"pos": POSITIONS, "role": ROLES}.get(kind)
    if not name or (known is not None and name not in known):
        expected = "、".join(known) if known else "名称"
        raise scanner.error(
            f"此处应为{expected}。", f"{', '.join(known) if known else 'A name'} expected here.", position=start
        )
    return kind, name  # type: ignore[return-value]


def _modifiers(scanner: Scanner, default: Mode) -> tuple[Mode, tuple[Exclude, ...]]:
    mode: Mode | None = None
    excludes: list[Exclude] = []
    while scanner.accept(";") or scanner.accept(","):
        scanner.skip_space()
        start = scanner.position
        if scanner.accept("-"):
            excludes.append(_exclude(scanner, start))
            continue
        word = scanner.take(_WORD)
        if word not in _MODES or mode is not None:
            raise scanner.error(
                f"此处应为方式（{'、'.join(_MODES)}，只能一个）或以“-”开头的排除项。",
                f'A mode ({", ".join(_MODES)}, one only) or an exclude starting with "-" expected.',
                position=start,
            )
        mode = word  # type: ignore[assignment]
    if scanner.position < len(scanner.text):
        raise scanner.error("此处有多余的内容。", "Unexpected text here.")
    return mode or default, tuple(excludes)


def _exclude(scanner: Scanner, start: int) -> Exclude:
    word = scanner.take(_WORD)
    if word == "coi":
        return Exclude(kind="coi")
    if word in ("var", "unit", "prev"):
        return Exclude(kind=word, name=_argument(scanner))  # type: ignore[arg-type]
    raise scanner.error(
        "排除项应为 -var(…)、-unit(…)、-coi 或 -prev(…)。",
        "An exclude is -var(…), -unit(…), -coi or -prev(…).",
        position=start,
    )


def _argument(scanner: Scanner) -> str:
    scanner.expect("(")
    name = scanner.take(_NAME)
    if not name:
        raise scanner.error("此处应为名称。", "A name expected here.")
    scanner.expect(")")
    return name
