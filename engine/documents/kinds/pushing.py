"""推进机制 (P02) and 问题整改 (S1): 专题研究会议纪要, 问题清单, 整改通知单."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.documents.material import Material, in_words, look_up, shown
from engine.documents.paper import BLANK, Block, Column, Grid, Paper, Para, Table, day_words, numbered

#: Early signs of a breach go to P08 alone: no paper of the study shows what they are about.
EARLY_SIGNS = ("category", "违纪违法苗头")


def meeting_minutes(material: Material) -> Paper:
    """会议纪要: what the half-yearly study heard, found and decided."""
    return Paper(
        form="minutes",
        head=f"{material.unit.name}会议纪要",
        number=material.number,
        title=f"{material.period_words}纪律作风建设专题研究会议纪要",
        body=tuple(_minutes(material)),
        printed_by=material.unit.name,
        dated=_meeting_day(material),
        copies_to=material.superior.name if material.superior.code else "",
    )


def _minutes(material: Material) -> Iterator[Block]:
    held = material.said("P02_T4", "date", "meeting_date")
    due, attended = (
        material.said("P02_T4", "due_attend", "due_attendees"),
        material.said("P02_T4", "attended", "attendees"),
    )
    leader = material.form("P02_T4").by or material.unit.leader or BLANK
    topic = material.said("P02_T1", "topic", "topics")
    yield Para(
        text=f"{held}，{material.unit.name}召开专题研究会，专题研究“{topic}”，分析{material.period_words}"
        "队伍纪律作风形势，梳理问题，研究整改措施。现将会议议定事项纪要如下。"
    )
    yield numbered(1, 1, "意见征求情况")
    yield Para(text=_opinions(material))
    yield numbered(1, 2, "形势分析")
    yield Para(text=material.said("P02_T3", "situation"))
    yield numbered(1, 3, "查找的问题")
    problems = material.table("P02_T3", "problems", skip=EARLY_SIGNS)
    if problems is None:
        yield Para(text=_nothing_listed(material))
    else:
        yield Para(text=f"会议共梳理问题{len(problems.rows)}件，列入问题清单，逐项明确责任部门、责任岗位，限期整改。")
        yield problems
    yield numbered(1, 4, "议定事项")
    decisions = _lines(material, "P02_T4", "decisions")
    if not decisions:
        yield Para(text=BLANK)
    for number, text in enumerate(decisions, start=1):
        yield numbered(3, number, text)
    yield Para(lead="主持：", text=leader)
    yield Para(lead="出席：", text=f"应到{due}人，实到{attended}人。")


def _opinions(material: Material) -> str:
    """Figures only: who gave an opinion is never named."""
    talks = material.forms("P02_T2")
    people = sum(int(str(look_up(sent.values, "people") or 0)) for sent in talks)
    opinions = sum(len(rows) for sent in talks if isinstance(rows := look_up(sent.values, "opinions"), list))
    if not talks:
        return f"会前通过谈心谈话、座谈等方式听取意见，共听取{BLANK}人意见，收集意见建议{BLANK}条。"
    return f"会前通过谈心谈话、座谈、问卷等方式听取意见{len(talks)}次，共听取{people}人意见，收集意见建议{opinions}条。"


def _lines(material: Material, form: str, table: str) -> list[str]:
    """The rows of a list, each as one sentence."""
    sent = material.form(form)
    info = next((one for one in sent.fields if one.key == table), None)
    rows = look_up(sent.values, table)
    found = []
    for row in rows if isinstance(rows, list) else []:
        columns = info.columns if info is not None else ()
        parts = [
            (column.label.zh, in_words(column, look_up(row, column.key), material.names))
            for column in columns
            if column.type not in {"file", "sign"}
        ]
        said = [(label, text) for label, text in parts if text]
        if said:
            rest = "；".join(f"{label}：{text}" for label, text in said[1:])
            found.append(said[0][1].rstrip("。") + (f"（{rest}）。" if rest else "。"))
    return found


def _meeting_day(material: Material) -> date:
    """The minutes bear the day of the meeting."""
    values = material.form("P02_T4").values
    for name in ("date", "meeting_date"):
        value = look_up(values, name)
        if isinstance(value, str) and value:
            return date.fromisoformat(value[:10])
    return material.today


def _nothing_listed(material: Material) -> str:
    if material.variables.get("problem_count"):
        return "会议未列出需要交办整改的问题。"
    return "会议未列出问题。零问题说明由主要责任领导签署，随会议纪要一并报备。"


def problem_list(material: Material) -> Paper:
    """问题清单: what the half-yearly study found, ready to be handed over."""
    problems = material.table("P02_T3", "problems", skip=EARLY_SIGNS)
    count = len(problems.rows) if problems is not None else 0
    body: tuple[Block, ...] = (
        Para(
            text=f"经{material.unit.name}{material.period_words}专题研究，共梳理纪律作风方面问题{count}件，"
            "按责任部门、责任岗位逐项交办，办结一件、反馈一件、销号一件。"
        ),
        problems or Para(text=_nothing_listed(material)),
    )
    return Paper(
        title=f"{material.unit.name}\n{material.period_words}纪律作风问题清单",
        number=material.number,
        body=body,
        issuer=material.unit.name,
        dated=material.today,
    )


#: What is asked where the issuer has written nothing of his own.
_USUAL_DEMAND = "请对照上述事实查明原因，制定措施，限期整改到位。"


def rectification_notice(material: Material) -> Paper:
    """整改通知单: the letter by which an issuer hands a problem to the unit that puts it right."""
    values = material.variables
    notice_no = str(values.get("notice_no") or BLANK)
    facts = shown(material.form("S1_T0"), "facts", material.names) or str(values.get("facts") or BLANK)
    asked = shown(material.form("S1_T2"), "notice", material.names) or _USUAL_DEMAND
    body: tuple[Block, ...] = (
        Para(text="经核查，你单位存在下列问题。请按本通知单要求制定措施、限期整改，并如实反馈整改情况。"),
        Grid(pairs=tuple(_problem(material, notice_no))),
        numbered(1, 1, "问题事实"),
        Para(text=facts),
        numbered(1, 2, "整改要求"),
        Para(text=asked),
        numbered(1, 3, "办理时限"),
        _limits(material),
        Para(
            text="时限自送达次日起按工作日计算。认为问题不属于本单位的，可申请退回一次；确需延期的，应在到期前申请，"
            "以一次为限。整改完成后经单位审核、下发单位核验，通过的予以销号；逾期未办结的按规定督办。"
        ),
    )
    return Paper(
        form="letter",
        head=material.issuer.name,
        number=material.number,
        title="整改通知单",
        addressee=material.unit.name,
        body=body,
        issuer=material.issuer.name,
        dated=material.today,
    )


def _problem(material: Material, notice_no: str) -> Iterator[tuple[str, str]]:
    sent, values, names = material.form("S1_T0"), material.variables, material.names
    yield "通知单编号", notice_no
    yield "问题编号", material.case_no or BLANK
    yield "问题名称", material.title or BLANK
    for label, name in (("问题来源", "source"), ("问题性质", "nature"), ("涉及范围", "spread")):
        yield label, shown(sent, name, names) or in_words(None, values.get(name), names) or BLANK
    yield "责任部门", shown(sent, "dept", names) or in_words(None, values.get("dept"), names) or BLANK
    severity = str(values.get("severity") or "")
    yield "定级", f"{severity}级" if severity else BLANK


def _limits(material: Material) -> Table:
    values = material.variables

    def days(name: str) -> str:
        return f"送达后{values[name]}个工作日内" if values.get(name) else BLANK

    rows = [
        ("指定整改责任人", "送达后1个工作日内"),
        ("签收与制定措施", days("plan_wd")),
        ("完成整改并经单位审核", days("limit_wd")),
    ]
    if values.get("stage_wd"):
        rows.append(("报送阶段情况", f"每{values['stage_wd']}个工作日一次"))
    limit = values.get("limit")
    if isinstance(limit, str) and limit:
        rows.append(("整改期限", day_words(date.fromisoformat(limit[:10]))))
    return Table(columns=(Column(title="环节", width=1), Column(title="时限", width=1.4)), rows=tuple(rows))
