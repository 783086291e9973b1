"""What a rule is about, by the first part of its id: findings are shown in these groups, in this order."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.declared_words import Words

OTHER = "other"
KINDS: Mapping[str, Words] = {
    "file": Words(zh="文件", en="File"),
    "structure": Words(zh="结构与连线", en="Structure"),
    "flow": Words(zh="走向", en="Control flow"),
    "loop": Words(zh="闭环与程序保障", en="Closed loop and due process"),
    "people": Words(zh="办理人、表单与期限", en="People, forms and limits"),
    "machine": Words(zh="系统工作与引用", en="Work of the engine"),
    "code": Words(zh="脚本、表达式与定时", en="Scripts, expressions, timers"),
    "decision": Words(zh="决策表", en="Decisions"),
    OTHER: Words(zh="其他", en="Other"),
}
_OF_PREFIX = {
    **dict.fromkeys(("XML", "XSD", "PARSE", "DES", "BUNDLE"), "file"),
    **dict.fromkeys(("ELEM", "DATA", "FLOW", "ATTR"), "structure"),
    "SOUND": "flow",
    **dict.fromkeys(("LOOP", "FAIR"), "loop"),
    **dict.fromkeys(("SCRIPT", "TIME"), "code"),
    "FORM": "people",
    "DMN": "decision",
}
_FIRST_OF_MACHINE = 11  #: CX-01 to CX-10 are about people, the others about the engine


def kind_of(rule: str) -> str:
    """The key in KINDS of a rule id such as "CX-05"."""
    prefix, _, number = rule.partition("-")
    if prefix == "CX":
        return "people" if number.isdigit() and int(number) < _FIRST_OF_MACHINE else "machine"
    return _OF_PREFIX.get(prefix, OTHER)
