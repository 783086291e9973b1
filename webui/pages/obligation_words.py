"""Words about obligations: mechanisms, short names of duties, what shows them, who owes them, states and dates."""

from __future__ import annotations

from flask_babel import gettext

from engine.model.due_count import base_label
from engine.model.due_grammar import DueSyntaxError, Earliest, Term, parse_due
from engine.model.obligation_rules import Rule
from engine.model.params import Params
from engine.model.preloaded import position_labels
from engine.queries.obligation_matrix import Tally
from engine.queries.obligations import Obligation
from webui.pages.monitor_words import region_name, type_name
from webui.pages.parts import Due, Light
from webui.pages.words import days, listed, say

MECHANISMS = ("P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P09", "P10")


def mechanism_word(code: str) -> str:
    """ "一 领导机制" """
    words = {
        "P01": gettext("一 领导机制"),
        "P02": gettext("二 推进机制"),
        "P03": gettext("三 培训机制"),
        "P04": gettext("四 报告机制"),
        "P05": gettext("五 监督机制"),
        "P06": gettext("六 教育机制"),
        "P07": gettext("七 查处通报机制"),
        "P08": gettext("八 源头防治机制"),
        "P09": gettext("九 考核评价机制"),
        "P10": gettext("十 激励机制"),
    }
    return str(words.get(code, code))


def duty_short(rule: Rule) -> str:
    """A name of four or five characters for the head of a column; that of the rule where an administrator named it."""
    words = {
        "O01": gettext("责任清单"),
        "O02": gettext("对上承诺"),
        "O03": gettext("内部承诺"),
        "O04": gettext("变动补签"),
        "O05": gettext("专题研究"),
        "O06": gettext("征求意见"),
        "O07": gettext("培训计划"),
        "O08": gettext("警示教育"),
        "O09": gettext("全员培训"),
        "O10": gettext("部门报告"),
        "O11": gettext("县市报告"),
        "O12": gettext("州级报告"),
        "O13": gettext("述职述廉"),
        "O14": gettext("重大事项"),
        "O15": gettext("经常督查"),
        "O16": gettext("节点督查"),
        "O17": gettext("专项督查"),
        "O18": gettext("专题学习"),
        "O19": gettext("专题党课"),
        "O20": gettext("案例学习"),
        "O21": gettext("三会一课"),
        "O22": gettext("线索处置"),
        "O23": gettext("经费自查"),
        "O24": gettext("走基层"),
        "O25": gettext("作风评议"),
        "O26": gettext("满意度"),
        "O27": gettext("结果运用"),
        "O28": gettext("经验报送"),
        "O29": gettext("年度表彰"),
        "O30": gettext("回头看"),
    }
    return str(words.get(rule.code, say(rule.zh, rule.en)))


def need_word(need: str) -> str:
    """What has to be shown, in words."""
    words = {
        "accepted": gettext("上级审核合格"),
        "applied": gettext("结果已运用"),
        "approved": gettext("审批通过"),
        "ballots": gettext("民主测评"),
        "bulletin": gettext("督查通报"),
        "checklist": gettext("自查清单"),
        "coverage": gettext("应训人员全部完成"),
        "decision": gettext("表彰决定"),
        "entry": gettext("融入记录"),
        "first_report": gettext("初报"),
        "item": gettext("经验成果"),
        "lecture": gettext("本人讲授党课"),
        "meeting": gettext("召开会议"),
        "opinions": gettext("谈心谈话、征求意见达到人数"),
        "own_signature": gettext("本人签字"),
        "record": gettext("学习记录"),
        "report": gettext("书面报告"),
        "round": gettext("完成一轮督查"),
        "sample": gettext("完成抽查"),
        "session": gettext("参加培训"),
        "signed": gettext("签发"),
        "study": gettext("专题学习记录"),
        "superior_signature": gettext("上级签字"),
        "survey": gettext("评议问卷"),
        "talks": gettext("反馈谈话"),
        "visit": gettext("走基层记录"),
    }
    return str(words.get(need, need))


def how_often(rule: Rule) -> str:
    """ "半年" """
    words = {
        "year": gettext("每年"),
        "half": gettext("每半年"),
        "quarter": gettext("每季度"),
        "month": gettext("每月"),
        "window": gettext("每节点"),
        "event": gettext("逐件"),
    }
    return str(words[rule.period])


def owner_words(rule: Rule) -> str:
    """Who owes it: "党委政法委", "各单位主要责任领导、…"."""
    units = units_words(rule.owner.units)
    match rule.owner.kind:
        case "branch":
            return str(gettext("%(units)s的每个党支部", units=units))
        case "staff":
            return str(gettext("%(units)s的每名干警职工", units=units))
        case "holder":
            names = {label.code: say(label.zh, label.en) for label in position_labels()}
            posts = listed([names.get(code, code) for code in rule.owner.positions])
            return str(gettext("%(units)s的%(posts)s", units=units, posts=posts))
    return units


def units_words(text: str) -> str:
    """A unit filter in words: "ZF" is 各级党委政法委."""
    plain = {
        "all": gettext("各单位"),
        "ZF": gettext("各级党委政法委"),
        "county-ZF": gettext("县市党委政法委"),
    }
    if text in plain:
        return str(plain[text])
    found = []
    for part in text.split(";"):
        aspect, _, values = part.strip().partition(":")
        names = [value.strip() for value in values.split(",")]
        if aspect == "level":
            levels = {"PREF": gettext("州级"), "COUNTY": gettext("县市")}
            found.append(listed([str(levels.get(name, name)) for name in names]))
        elif aspect == "type":
            found.append(listed([type_name(name) for name in names]))
        else:
            found.append(listed([f"{region_name(name.partition('-')[0])} {name}" for name in names]))
    return " ".join(found)


def due_words(text: str, params: Params) -> str:
    """A due rule as people say it: "本半年最后一个工作日前 5 个工作日". The rule itself where it has no words."""
    try:
        expression = parse_due(text).expression
    except DueSyntaxError:
        return text
    return _expression(expression, params)


def _expression(found: Term | Earliest, params: Params) -> str:
    if isinstance(found, Earliest):
        parts = [_expression(choice, params) for choice in found.choices]
        return str(gettext("以下最早者：%(parts)s", parts=listed(parts)))
    base = found.base
    if base.kind == "param" and base.argument in params:
        param = params[base.argument]
        said = f"{say(param.zh, param.en)} {param.value}"
    elif base.kind == "created":
        said = str(gettext("事项发生之日"))
    else:
        said = say(*base_label(base))
    number = params.number(found.amount.name) if found.amount.name in params else found.amount.number
    if not found.unit or not number:
        return said
    length = {
        "wd": days(number),
        "cd": str(gettext("%(n)s 天", n=number)),
        "nh": str(gettext("%(n)s 小时", n=number)),
        "mo": str(gettext("%(n)s 个月", n=number)),
    }[found.unit]
    if found.sign < 0:
        return str(gettext("%(base)s前 %(span)s", base=said, span=length))
    return str(gettext("%(base)s起 %(span)s", base=said, span=length))


def due_of_duty(found: Obligation) -> Due:
    """Its light with the day; without a number for what is done, or not owed any more."""
    light = found.light
    color: Light = "late_done" if found.state == "done_late" else light.color
    is_counted = found.state in {"upcoming", "open", "overdue"}
    return Due(
        light=color,
        on=found.row.due_on,
        days_left=light.days_left if is_counted else None,
        late_days=light.late_days,
    )


def group_words(tally: Tally) -> str:
    """A cell of the matrix in words: "应履行 5 项，完成 3 项，逾期办结 1 项，逾期 2 项，免除 1 项"."""
    parts = [str(gettext("应履行 %(n)s 项，完成 %(done)s 项", n=tally.owed, done=tally.done))]
    # A page has thousands of cells, and looking a text up takes its time: only what there is is said.
    if number := tally.of("done_late"):
        parts.append(str(gettext("逾期办结 %(n)s 项", n=number)))
    if number := tally.of("overdue"):
        parts.append(str(gettext("逾期 %(n)s 项", n=number)))
    if tally.soon:
        parts.append(str(gettext("即将到期 %(n)s 项", n=tally.soon)))
    if number := tally.of("upcoming"):
        parts.append(str(gettext("未到期 %(n)s 项", n=number)))
    if number := tally.of("waived"):
        parts.append(str(gettext("免除 %(n)s 项", n=number)))
    return str(gettext("，")).join(parts) if len(parts) > 1 else parts[0]
