"""What a drawing declares about people and time, read back in words: assignment, limit, reminders, ladder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.model.assign_grammar import AssignRule, Exclude, Mode, Scope
from engine.model.due_count import base_label
from engine.model.due_grammar import Amount, DueRule, Earliest, Term
from engine.model.ladder_levels import PROFILES, ProfileName, Rung
from engine.model.params import Params
from engine.model.preloaded import position_labels, role_labels
from engine.model.reminder import Offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str


def _words(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


SCOPES: Mapping[Scope, Words] = {
    "self": _words("本单位", "own unit"),
    "superior": _words("上级单位", "superior unit"),
    "superior-or-self": _words(
        "需回避时为上级单位，否则本单位", "superior unit where the own one is recused, else own"
    ),
    "top": _words("州级单位", "prefecture"),
    "children": _words("各下级单位", "each subordinate unit"),
    "target": _words("被检查单位", "unit inspected"),
    "dept": _words("变量所指部门的单位", "unit of the department in a variable"),
    "var": _words("变量所指单位", "unit in a variable"),
}
MODES: Mapping[Mode, Words] = {
    "claim": _words("先领取者办理", "first to claim"),
    "fixed": _words("直接指派", "assigned outright"),
    "least_load": _words("指派给在办最少者", "to whoever has least to do"),
    "draw": _words("随机抽取", "by draw"),
}
PROFILE_NAMES: Mapping[ProfileName, Words] = {
    "STD": _words("一般升级阶梯", "standard ladder"),
    "URG": _words("紧急升级阶梯", "urgent ladder"),
    "CASE": _words("办案升级阶梯", "case ladder"),
    "HOUR": _words("按小时升级阶梯", "hourly ladder"),
}
NO_LADDER = _words("不套用升级阶梯", "no ladder")
NO_REMINDER = _words("不提醒", "no reminders")
#: What people call the process variables that hold somebody; others are shown by their name.
PEOPLE: Mapping[str, Words] = {
    "issuer": _words("发起人", "who began the case"),
    "owner": _words("整改责任人", "person who rectifies"),
    "approver": _words("审批人", "approver"),
    "approvers": _words("审批人（多人）", "approvers"),
}
#: What people call the day a limit counts from, where something is added to it.
_FROM = {"created": _words("任务生成", "creation of the task"), "delivered": _words("送达", "delivery")}
_UNITS = {
    "wd": _words("个工作日", "working days"),
    "cd": _words("个自然日", "calendar days"),
    "nh": _words("小时", "hours"),
    "mo": _words("个月", "months"),
}


def assign_words(rule: AssignRule, nodes: Mapping[str, Words] | None = None) -> Words:
    """ "本单位·分管领导，直接指派，排除“核验”的办理人". nodes: names of the steps that excludes may mention."""
    who = selected_words(rule)
    where = _scope(rule)
    parts = [who if where is None else _words(f"{where.zh}·{who.zh}", f"{where.en}: {who.en}"), MODES[rule.mode]]
    parts += [_excluded(exclude, nodes or {}) for exclude in rule.excludes]
    return _words("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def due_words(rule: DueRule, params: Params | None = None) -> Words:
    """ "送达后 15 个工作日，当日 17:00 前". params: those in force, so that a parameter is shown with its value."""
    return _expression(rule.expression, params if params is not None else Params.load())


def remind_words(offsets: tuple[Offset, ...]) -> Words:
    """ "到期前3个工作日、到期当日提醒" """
    if not offsets:
        return NO_REMINDER
    return _words(
        "、".join(offset.zh for offset in offsets) + "提醒", "reminded " + ", ".join(offset.en for offset in offsets)
    )


def ladder_words(profile: ProfileName | None) -> Words:
    """ "一般升级阶梯：逾期 1 个工作日催办，…" """
    if profile is None:
        return NO_LADDER
    rungs = [rung_words(rung) for rung in PROFILES[profile]]
    name = PROFILE_NAMES[profile]
    return _words(
        f"{name.zh}：" + "，".join(rung.zh for rung in rungs), f"{name.en}: " + ", ".join(rung.en for rung in rungs)
    )


def rung_words(rung: Rung) -> Words:
    """ "逾期 3 个工作日黄牌" """
    level = rung.level
    if rung.nh is not None:
        if rung.nh == 0:
            return _words(f"到时即{level.zh}", f"{level.en} at once")
        return _words(f"超时 {rung.nh} 小时{level.zh}", f"{level.en} after {rung.nh} h")
    if rung.wd == 0:
        return _words(f"到期当日 {rung.clock:%H:%M} {level.zh}", f"{level.en} on the due day at {rung.clock:%H:%M}")
    return _words(f"逾期 {rung.wd} 个工作日{level.zh}", f"{level.en} {rung.wd} working days late")


def _scope(rule: AssignRule) -> Words | None:
    """The unit; None where a named person is meant, whatever the unit."""
    if rule.selector == "user" and rule.scope == "self":
        return None
    words = SCOPES[rule.scope]
    if not rule.scope_name:
        return words
    return _words(
        words.zh.replace("变量", f"变量 {rule.scope_name} "),
        words.en.replace("a variable", f"variable {rule.scope_name}"),
    )


def selected_words(rule: AssignRule) -> Words:
    """Who is meant, without the unit: "督查员"."""
    name = rule.name
    match rule.selector:
        case "pos":
            found = next(label for label in position_labels() if label.code == name)
            return _words(found.zh, found.en)
        case "role":
            found = next(label for label in role_labels() if label.code == name)
            return _words(found.zh, found.en)
        case "user":
            return _person(name)
        case "pool":
            return _words(f"人员库 {name}", f"pool {name}")
        case _:
            return _words(f"值班表 {name}", f"roster {name}")


def _person(name: str) -> Words:
    return PEOPLE.get(name, _words(f"变量 {name} 中的人员", f"person in variable {name}"))


def _excluded(exclude: Exclude, nodes: Mapping[str, Words]) -> Words:
    name = exclude.name
    match exclude.kind:
        case "coi":
            return _words("排除有利害关系的人员", "nobody with a conflict of interest")
        case "prev":
            node = nodes.get(name, _words(name, name))
            return _words(f"排除“{node.zh}”的办理人", f'nobody who did "{node.en}"')
        case "unit":
            return _words(f"排除变量 {name} 所指单位的人员", f"nobody of the unit in variable {name}")
        case _:
            person = _person(name)
            return _words(f"排除{person.zh}", f"not the {person.en}")


def _expression(expression: Term | Earliest, params: Params) -> Words:
    if isinstance(expression, Term):
        return _clocked(_term(expression, params), expression)
    choices = [_expression(choice, params) for choice in expression.choices]
    found = _words(
        "以较早者为准：" + "；".join(choice.zh for choice in choices),
        "the earliest of: " + "; ".join(choice.en for choice in choices),
    )
    return _clocked(found, expression)


def _clocked(words: Words, expression: Term | Earliest) -> Words:
    if expression.clock is None:
        return words
    clock = f"{expression.clock:%H:%M}"
    return _words(f"{words.zh}，当日 {clock} 前", f"{words.en}, by {clock}")


def _term(term: Term, params: Params) -> Words:
    zh, en = base_label(term.base)
    base = _words(zh, en)
    if term.base.kind == "param":
        base = _day_of_param(term.base.argument, params)
    if not term.unit:
        return base
    start = _FROM.get(term.base.kind, base)
    number, note = _amount(term.amount, params)
    unit = _UNITS[term.unit]
    zh, en = f"{number} {unit.zh}{note.zh}", f"{number} {unit.en}{note.en}"
    if term.sign > 0:
        return _words(f"{start.zh}后 {zh}", f"{en} after {start.en}")
    return _words(f"{start.zh}前 {zh}", f"{en} before {start.en}")


def _day_of_param(name: str, params: Params) -> Words:
    note = _param(name, params)
    if name not in params:
        return note
    value = params[name].value
    return _words(f"{value}（{note.zh}）", f"{value} ({note.en})")


def _amount(amount: Amount, params: Params) -> tuple[str, Words]:
    """The number, and where it comes from."""
    if amount.source == "number":
        return str(amount.number), _words("", "")
    if amount.source == "var":
        return "N", _words(f"（N 取自变量 {amount.name}）", f" (N: variable {amount.name})")
    value = str(params[amount.name].value) if amount.name in params else "N"
    note = _param(amount.name, params)
    return value, _words(f"（{note.zh}）", f" ({note.en})")


def _param(name: str, params: Params) -> Words:
    if name not in params:
        return _words(f"参数 {name} 不存在", f"parameter {name} does not exist")
    param = params[name]
    pending = _words("，待确认", ", to be confirmed") if param.is_pending else _words("", "")
    return _words(f"参数“{param.zh}”{pending.zh}", f"parameter {param.key}{pending.en}")
