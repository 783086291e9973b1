"""Which rule decided, in words: "D1 第3行：…", from the description of the rule, else from its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.decisions.answers import Told
from engine.decisions.dmn.model import Decision, DecisionTable, Element, InputData, Rule, Service

CX = "urn:changxiao:bpmn:1"  #: namespace of what we add to files of BPMN and DMN

_NUMBERED = re.compile(r"(D\d+[a-z]?)(?:_|$)")
_TEXTS = re.compile(r'"[^"\\]*"(?:\s*,\s*"[^"\\]*")*')


def english(one: Element, name: str) -> str:
    """What the file says in English beside an attribute or text `name`; "" for nothing."""
    return one.foreign.get(f"{{{CX}}}{name}-en", "")


def label_of(one: Decision | Service | InputData) -> Told:
    """What people call it."""
    label = one.label or one.name or one.id
    return Told(zh=label, en=english(one, "name") or label)


def short_of(one: Decision | Service) -> Told:
    """ "D1" of D1_SEVERITY, as people quote it; else its name."""
    numbered = _NUMBERED.match(one.id)
    return Told(zh=numbered.group(1), en=numbered.group(1)) if numbered else label_of(one)


def title_of(key: str, name: str, name_en: str) -> Told:
    """ "D1 问题定级定限": what people quote it as, and its name."""
    numbered = _NUMBERED.match(key)
    before = f"{numbered.group(1)} " if numbered and numbered.group(1) != name else ""
    return Told(zh=f"{before}{name}", en=f"{before}{name_en or name}")


def told_of_value(one: Decision | Service, result: str, *, is_table: bool) -> Told:
    """The sentence about an answer for which no rule has words."""
    short = short_of(one)
    if not is_table:
        return Told(zh=f"{short.zh}：{result}。", en=f"{short.en}: {result}.")
    return Told(zh=f"{short.zh}：没有适用的行，结果为 {result}。", en=f"{short.en}: no row matches, {result}.")


def told_of_rules(one: Decision | Service, table: DecisionTable, matched: Sequence[int]) -> Told:
    """The sentence about the rules that decided."""
    short = short_of(one)
    rules = [rule for rule in table.rules if rule.number in matched]
    numbers = [str(rule.number) for rule in rules]
    words = [rule_words(table, rule) for rule in rules]
    rows = "row" if len(rules) == 1 else "rows"
    zh = f"{short.zh} 第{'、'.join(numbers)}行：{'；'.join(word.zh for word in words)}"
    en = f"{short.en} {rows} {', '.join(numbers)}: {'; '.join(word.en for word in words)}"
    return Told(zh=f"{zh.rstrip('。')}。", en=f"{en.rstrip('.')}.")


def rule_words(table: DecisionTable, rule: Rule) -> Told:
    """What a rule says: its own words, else its cells."""
    own = next((text for text in rule.annotations if text), "")
    own_en = english(rule, "description")
    if own and own_en:
        return Told(zh=own, en=own_en)
    conditions, results = list(_conditions(table, rule)), list(_results(table, rule))
    zh = f"{'，'.join(word.zh for word in conditions) or '任何情形'} → {'，'.join(word.zh for word in results)}"
    en = f"{', '.join(word.en for word in conditions) or 'anything'} -> {', '.join(word.en for word in results)}"
    return Told(zh=own or zh, en=own_en or en)


def _conditions(table: DecisionTable, rule: Rule) -> Iterator[Told]:
    for clause, cell in zip(table.inputs, rule.inputs, strict=False):
        if cell.strip() not in {"", "-"}:
            label_en = english(clause, "label") or clause.label
            yield Told(zh=f"{clause.label} {_shown(cell)}", en=f"{label_en} {_shown(cell)}")


def _results(table: DecisionTable, rule: Rule) -> Iterator[Told]:
    for clause, cell in zip(table.outputs, rule.outputs, strict=False):
        label = clause.label or clause.name
        label_en = english(clause, "label") or label
        yield Told(zh=f"{label} {_shown(cell)}".strip(), en=f"{label_en} {_shown(cell)}".strip())


def _shown(cell: str) -> str:
    """Texts without their quotation marks; anything else as it is written."""
    return cell.replace('"', "") if _TEXTS.fullmatch(cell.strip()) else cell.strip()
