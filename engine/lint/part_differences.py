"""What is different between two texts of a decision, rule by rule, or of a form, component by component."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.decisions.dmn import ModelRejected, read_model
from engine.decisions.dmn.model import Decision, DecisionTable, LiteralExpression
from engine.decisions.words import label_of
from engine.errors import DefinitionRejected, Problem
from engine.lint.differences import Difference, Differences, summed_up
from engine.model.declared_words import Words

_LONGEST = 80  #: characters of a value in a sentence
_NOTHING = Words(zh="空", en="nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A rule, column or component: what it is called and everything that stands in it, by what people call that."""

    id: str
    name: Words
    type: str  #: a key of element_words.TYPES
    values: Mapping[str, str]


def decision_differences(old: bytes, new: bytes) -> Differences:
    """What somebody who knows `old` has to know about `new`. Raises DefinitionRejected for what is no model."""
    return _compared(_decisions(old), _decisions(new))


def form_differences(old: bytes, new: bytes) -> Differences:
    """The same of a form. Raises DefinitionRejected for what is no form."""
    return _compared(_components(old), _components(new))


def _compared(before: Mapping[str, _Part], after: Mapping[str, _Part]) -> Differences:
    found: list[Difference] = []
    for id_, part in after.items():
        former = before.get(id_)
        if former is None:
            found.append(_whole(part, "added", (Words(zh=_row(part, "，"), en=_row(part, ", ")),)))
        elif words := tuple(_changes(former.values, part.values)):
            found.append(_whole(part, "changed", words))
    for id_, part in before.items():
        if id_ not in after:
            found.append(_whole(part, "removed", (Words(zh="删除", en="removed"),)))
    kept = [id_ for id_ in before if id_ in after]
    moved = [id_ for id_ in after if id_ in before]
    known = {one.id for one in found}
    found += [
        _whole(after[id_], "moved", (Words(zh="只调整了次序", en="moved, else the same"),))
        for place, id_ in enumerate(moved)
        if kept[place] != id_ and id_ not in known
    ]
    return summed_up(tuple(found))


def _whole(part: _Part, change: str, words: tuple[Words, ...]) -> Difference:
    return Difference(id=part.id, name=part.name, type=part.type, change=change, words=words)  # type: ignore[arg-type]


def _row(part: _Part, between: str) -> str:
    return between.join(f"{name} {_short(value)}" for name, value in part.values.items() if value not in ("", "-"))


def _changes(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Words]:
    for name in dict.fromkeys((*now, *was)):
        old, new = was.get(name, ""), now.get(name, "")
        if old != new:
            left, right = _short(old), _short(new)
            yield Words(
                zh=f"{name}：由 {left or _NOTHING.zh} 改为 {right or _NOTHING.zh}",
                en=f"{name}: {left or _NOTHING.en} became {right or _NOTHING.en}",
            )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _decisions(content: bytes) -> dict[str, _Part]:
    try:
        definitions = read_model(content)
    except ModelRejected as rejected:
        raise DefinitionRejected(
            [Problem(rule=one.rule, element_id=one.element_id, zh=one.zh, en=one.en) for one in rejected.mistakes]
        ) from None
    return {part.id: part for one in definitions.decisions.values() for part in _decision(one)}


def _decision(decision: Decision) -> Iterator[_Part]:
    told = label_of(decision)
    label, name = told.zh, Words(zh=told.zh, en=told.en)
    expression = decision.expression
    if not isinstance(expression, DecisionTable):
        text = expression.text if isinstance(expression, LiteralExpression) else repr(expression)
        yield _Part(id=decision.id, name=name, type="decision", values={"FEEL": text})
        return
    yield _Part(id=decision.id, name=name, type="decision", values=_head(expression))
    labels = [
        *(one.label for one in expression.inputs),
        *(one.label or one.name or label for one in expression.outputs),
    ]
    for rule in expression.rules:
        cells = dict(zip(labels, (*rule.inputs, *rule.outputs), strict=False))
        notes = zip((*expression.annotations, *("说明",) * 9), rule.annotations, strict=False)
        yield _Part(
            id=rule.id or f"{decision.id}-{rule.number}",
            name=Words(zh=f"{told.zh} 第 {rule.number} 行", en=f"{told.en}, row {rule.number}"),
            type="rule",
            values=cells | dict(notes),
        )


def _head(table: DecisionTable) -> dict[str, str]:
    columns = {one.label: f"{one.expression} {one.type} {one.allowed}".strip() for one in table.inputs}
    columns |= {one.label or one.name: f"{one.name} {one.type} {one.allowed}".strip() for one in table.outputs}
    return columns | {"命中": f"{table.hit_policy} {table.aggregation}".strip()}


def _components(content: bytes) -> dict[str, _Part]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        zh, en = "表单文件的内容应为一个 JSON 对象。", "The file must hold one JSON object."
        raise DefinitionRejected([Problem(rule="FORM-01", zh=zh, en=en)])
    root = _component(document, "表单", "form", "form")
    return {root.id: root} | {part.id: part for part in _inside(document)}


def _inside(node: Mapping[str, object]) -> Iterator[_Part]:
    components = node.get("components")
    for one in components if isinstance(components, list) else ():
        if isinstance(one, dict):
            name = str(one.get("label") or one.get("dateLabel") or one.get("text") or one.get("key") or one.get("id"))
            properties = one.get("properties")
            english = str(properties.get("cx.label.en", "")) if isinstance(properties, dict) else ""
            yield _component(one, _short(name), english or _short(name), "component")
            yield from _inside(one)


def _component(node: Mapping[str, object], zh: str, en: str, kind: str) -> _Part:
    return _Part(
        id=str(node.get("id") or node.get("key") or zh),
        name=Words(zh=zh, en=en),
        type=kind,
        values=dict(_leaves({name: value for name, value in node.items() if name not in {"components", "id"}}, "")),
    )


def _leaves(value: object, path: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        yield path, json.dumps(value, ensure_ascii=False)
    else:
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
