"""Reads cx.rules, and checks that every name in rules and conditions is a field or part of the context."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import cast

from forms.document import Findings, Json
from forms.expressions import Expression, Path
from forms.model import Entry, Leaf, Rows, leaves
from forms.reading import CONTEXT_NAMES, Reader
from forms.rules import Condition, Rule, Share, Unique, placeholders

MAX_RULES = 100
_SHARE = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")
_KINDS = ("feel", "share", "unique")
#: What FEEL tells of a day or a time by a name.
_OF_DAYS = frozenset({"year", "month", "day", "weekday"})
_OF_TIMES = frozenset({"hour", "minute", "second"})
_PROPERTIES: Mapping[str, frozenset[str]] = {"date": _OF_DAYS, "time": _OF_TIMES, "datetime": _OF_DAYS | _OF_TIMES}


def read_rules(raw: object, entries: Sequence[Entry], reader: Reader, findings: Findings) -> tuple[Rule, ...]:
    """The rules of a form; problems go to `findings`."""
    if raw is None or raw == "":
        return ()
    if not isinstance(raw, list | tuple) or len(raw) > MAX_RULES:
        findings.add(
            "FORM-12", "", f"cx.rules 应为列表，最多{MAX_RULES}条。", f"cx.rules is a list of at most {MAX_RULES}."
        )
        return ()
    found = (_RuleReader(item, number, entries, reader, findings).rule() for number, item in enumerate(raw, start=1))
    return tuple(rule for rule in found if rule is not None)


def check_names(entries: Sequence[Entry], findings: Findings, above: Sequence[Sequence[Entry]] = ()) -> None:
    """Does every condition of a field name something that exists? above: entries of the objects around it."""
    for entry in entries:
        edges = entry.edges if isinstance(entry, Leaf) else ()
        expressions = (*entry.hides, *(edge.limit for edge in edges))
        for path in dict.fromkeys(path for expression in expressions for path in expression.names()):
            if not is_known(path, (*above, entries)):
                _unknown(findings, "FORM-11", entry.id, path)
        if isinstance(entry, Rows):
            check_names(entry.entries, findings, (*above, entries))


def check_scopes(entries: Sequence[Entry], findings: Findings) -> None:
    """Does every "field:key" name a field of the form in which a unit is chosen?"""
    found = list(leaves(tuple(entries)))
    units = {".".join(path) for path, leaf in found if leaf.type == "unit"}
    for _, leaf in found:
        key = leaf.scope.removeprefix("field:")
        if leaf.scope.startswith("field:") and key not in units:
            findings.add(
                "FORM-13",
                leaf.id,
                f"cx.scope 中的“{key}”不是本表单中选择单位的填写项。",
                f"cx.scope: “{key}” is no field of this form in which a unit is chosen.",
            )


def is_known(path: Path, objects: Sequence[Sequence[Entry]]) -> bool:
    """objects: entries of the form first, those of the row last."""
    if path[0] == "this":
        return _has(path[1:], objects[-1])
    if path[0] == "parent":
        return len(objects) > 1 and _has(path[1:], objects[-2])
    return path[0] in CONTEXT_NAMES or _has(path, objects[0])


def _has(path: Path, entries: Sequence[Entry]) -> bool:
    for entry in entries:
        own = entry.path
        if path == own[: len(path)] and path:
            return True
        if isinstance(entry, Leaf) and path[:-1] == own and path[-1] in _PROPERTIES.get(entry.type, ()):
            return True
        if isinstance(entry, Rows) and path[: len(own)] == own:
            return _has(path[len(own) :], entry.entries)
    return False


def _unknown(findings: Findings, rule: str, where: str, path: Path) -> None:
    name = ".".join(path)
    findings.add(
        rule,
        where,
        f"“{name}”不是本表单的填写项，也不是函数。列表内的列请写作 this.键名。",
        f"“{name}” is no field of this form and no function. Inside a list, write this.key for a column.",
    )


class _RuleReader:
    """Reads one rule."""

    def __init__(self, raw: object, number: int, entries: Sequence[Entry], reader: Reader, findings: Findings) -> None:
        self.raw: Json = cast("Json", raw) if isinstance(raw, Mapping) else {}
        self.where, self.reader, self.findings = f"cx.rules[{number}]", reader, findings
        self.entries, self.each = entries, self._path(self.raw.get("each"))
        self.objects: tuple[Sequence[Entry], ...] = (entries,)
        self.is_good = True

    def rule(self) -> Rule | None:
        kinds = [kind for kind in _KINDS if self.raw.get(kind) is not None]
        if len(kinds) != 1:
            self._bad("规则应有且只有 feel、share、unique 之一。", "A rule has exactly one of feel, share, unique.")
            return None
        if self.each and not self._enter():
            return None
        made = self._unique() if kinds == ["unique"] else self._worded(kinds[0])
        return made if self.is_good else None

    def _enter(self) -> bool:
        """Look at the list that `each` names."""
        for entry in self.entries:
            if isinstance(entry, Rows) and entry.path == self.each:
                self.objects = (self.entries, entry.entries)
                return True
        name = ".".join(self.each)
        self._bad(f"each“{name}”不是本表单的列表。", f"each: “{name}” is no list of this form.")
        return False

    def _unique(self) -> Rule | None:
        column = self._path(self.raw["unique"])
        leaf = next((e for e in self.objects[-1] if isinstance(e, Leaf) and e.path == column), None)
        if leaf is None or not self.each:
            self._bad("unique 应与 each 一起使用，指明列表中的一列。", "unique goes with each and names a column.")
            return None
        return Unique(zh="", en="", fields=(column,), each=self.each, column=column, label=leaf.label)

    def _worded(self, kind: str) -> Rule | None:
        zh, en = self._text("zh"), self._text("en")
        raw = self.raw.get("fields")
        fields = tuple(self._path(item) for item in raw) if isinstance(raw, list | tuple) else ()
        if not zh or not en or not fields:
            self._bad("规则应写明 zh、en 提示和 fields。", "A rule needs its messages zh and en, and fields.")
        for path in fields:
            if not path or not _has(path, self.objects[-1]):
                self._unknown(path)
        for name in placeholders(zh + en):
            self._known(tuple(name.split(".")))
        common = {"zh": zh, "en": en, "fields": fields, "each": self.each}
        return self._condition(common) if kind == "feel" else self._share(common)

    def _condition(self, common: Mapping[str, object]) -> Rule | None:
        expression = self._expression(self.raw["feel"])
        return None if expression is None else Condition(expression=expression, **common)  # type: ignore[arg-type]

    def _share(self, common: Mapping[str, object]) -> Rule | None:
        raw = self.raw["share"]
        share: Json = cast("Json", raw) if isinstance(raw, Mapping) else {}
        match = _SHARE.fullmatch(str(share.get("atLeast")))
        if match is None:
            self._bad("share.atLeast 应为分数，例如 1/2。", "share.atLeast is a fraction, such as 1/2.")
            return None
        part, whole = self._expression(share.get("part")), self._expression(share.get("whole"))
        if part is None or whole is None:
            return None
        least = Fraction(int(match[1]), int(match[2]))
        return Share(part=part, whole=whole, least=least, **common)  # type: ignore[arg-type]

    def _expression(self, text: object) -> Expression | None:
        expression = self.reader.condition(str(text or ""), self.where)
        if expression is None:
            self.is_good = False
            return None
        for path in expression.names():
            self._known(path)
        return expression

    def _known(self, path: Path) -> None:
        if not is_known(path, self.objects):
            self._unknown(path)

    def _unknown(self, path: Path) -> None:
        self.is_good = False
        _unknown(self.findings, "FORM-12", self.where, path)

    def _text(self, name: str) -> str:
        value = self.raw.get(name)
        return value.strip() if isinstance(value, str) else ""

    @staticmethod
    def _path(value: object) -> Path:
        return tuple(value.split(".")) if isinstance(value, str) and value else ()

    def _bad(self, zh: str, en: str) -> None:
        self.is_good = False
        self.findings.add("FORM-12", self.where, zh, en)
