"""What is different between two drawings of a process, element by element and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.lint.anatomy import Part, anatomy
from engine.lint.element_words import UNQUOTED, aspect_words, type_words, value_words
from engine.model.declared_words import Words
from engine.model.params import Params
from engine.workflow import check_xml

Change = Literal["added", "removed", "changed", "moved"]
_COUNTED: Mapping[Change, Words] = {
    "added": Words(zh="新增", en="added"),
    "removed": Words(zh="删除", en="removed"),
    "changed": Words(zh="修改", en="changed"),
    "moved": Words(zh="仅移动", en="moved only"),
}
_LONGEST = 80  #: characters of a value in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One element that is not as it was. words: one sentence for each thing; moved: drawn elsewhere, else the same."""

    id: str
    name: Words
    type: str
    change: Change
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """All of them, in the order of the newer drawing and then of the older. summary: with names, without the moved."""

    elements: tuple[Difference, ...]
    summary: tuple[Words, ...]


def differences(old: bytes, new: bytes, *, params: Params | None = None) -> Differences:
    """What somebody who knows `old` has to know about `new`. Raises DefinitionRejected for what is no XML."""
    before = anatomy(check_xml(old, file="old.bpmn").root)
    after = anatomy(check_xml(new, file="new.bpmn").root)
    return summed_up(tuple(_compared(before, after, params)))


def summed_up(found: tuple[Difference, ...]) -> Differences:
    """Differences with their counts, and one sentence for each."""
    return Differences(elements=found, summary=(_counts(found), *_summary(found)))


def _compared(before: Mapping[str, Part], after: Mapping[str, Part], params: Params | None) -> Iterator[Difference]:
    old_names, new_names = _names(before.values()), _names(after.values())
    for id_, part in after.items():
        former = before.get(id_)
        if former is None:
            yield _whole(part, "added", _declared(part, new_names, params))
            continue
        words = tuple(_changes(former, part, old_names, new_names, params))
        if words:
            yield _whole(part, "changed", words)
        elif former.place != part.place:
            yield _whole(part, "moved", (Words(zh="只调整了图上位置", en="moved on the drawing only"),))
    for id_, part in before.items():
        if id_ not in after:
            yield _whole(part, "removed", (_said("删除{0}", "{0} removed", type_words(part.type)),))


def _whole(part: Part, change: Change, words: Iterable[Words]) -> Difference:
    return Difference(id=part.id, name=part.name, type=part.type, change=change, words=tuple(words))


def _declared(part: Part, names: Mapping[str, Words], params: Params | None) -> Iterator[Words]:
    """A new element: what kind it is, and what stands on it."""
    yield _said("新增{0}", "{0} added", type_words(part.type))
    for aspect, value in part.aspects.items():
        if aspect in UNQUOTED or aspect in ("type", "name", "cx:name-en", "sourceRef", "targetRef"):
            continue
        yield _said("{0}：{1}", "{0}: {1}", aspect_words(aspect), _value(aspect, value, names, params))


def _changes(
    old: Part, new: Part, old_names: Mapping[str, Words], new_names: Mapping[str, Words], params: Params | None
) -> Iterator[Words]:
    for aspect in dict.fromkeys((*new.aspects, *old.aspects)):
        was, now = old.aspects.get(aspect, ""), new.aspects.get(aspect, "")
        if was == now:
            continue
        label = aspect_words(aspect)
        if aspect in UNQUOTED:
            yield _said("{0}有修改", "{0} changed", label)
        elif not was:
            yield _said("设定{0}：{1}", "{0} set: {1}", label, _value(aspect, now, new_names, params))
        elif not now:
            yield _said("取消{0}（原为 {1}）", "{0} removed (was {1})", label, _value(aspect, was, old_names, params))
        else:
            yield _said(
                "{0}由“{1}”改为“{2}”",
                '{0} changed from "{1}" to "{2}"',
                label,
                _value(aspect, was, old_names, params),
                _value(aspect, now, new_names, params),
            )


def _value(aspect: str, value: str, names: Mapping[str, Words], params: Params | None) -> Words:
    words = value_words(aspect, value, names, params)
    return Words(zh=_short(words.zh), en=_short(words.en))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _counts(found: Iterable[Difference]) -> Words:
    counts = Counter(difference.change for difference in found)
    if not counts:
        return Words(zh="内容一致，没有差异。", en="They are the same.")
    shown = [(words, counts[change]) for change, words in _COUNTED.items() if counts[change]]
    return Words(
        zh="，".join(f"{words.zh} {count} 处" for words, count in shown) + "。",
        en=", ".join(f"{count} {words.en}" for words, count in shown) + ".",
    )


def _summary(found: Iterable[Difference]) -> Iterator[Words]:
    for difference in found:
        if difference.change != "moved":
            zh = "；".join(words.zh for words in difference.words)
            en = "; ".join(words.en for words in difference.words)
            yield Words(zh=f"“{difference.name.zh}”{zh}。", en=f'"{difference.name.en}": {en}.')


def _names(parts: Iterable[Part]) -> dict[str, Words]:
    return {part.id: part.name for part in parts}


def _said(zh: str, en: str, *places: Words) -> Words:
    return Words(zh=zh.format(*(place.zh for place in places)), en=en.format(*(place.en for place in places)))
