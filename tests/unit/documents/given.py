"""Materials for papers: an empty one, and one in which everything is filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.documents.material import CardFacts, Material, Office, Sent, Subject
from forms import FieldInfo
from forms.messages import Label
from forms.model import FieldType, Option

TODAY = date(2026, 12, 1)
UNIT = Office(code="532503-GA", name="蒙自市公安局", leader="张某某")
SUPERIOR = Office(code="532503-ZF", name="中共蒙自市委政法委员会", leader="李某某")


def a_field(key: str, kind: FieldType, label: str, *, options: tuple[str, ...] = (), columns: Any = ()) -> FieldInfo:
    return FieldInfo(
        key=key,
        type=kind,
        label=Label(label, label),
        description=Label("", ""),
        options=tuple(Option(value=one, label=Label(one, one)) for one in options),
        columns=tuple(columns),
    )


def sent(form_key: str, by: str, *fields: tuple[FieldInfo, object]) -> Sent:
    values = {info.key: value for info, value in fields}
    return Sent(form_key=form_key, fields=tuple(info for info, _ in fields), values=values, by=by, on=TODAY)


def a_list(key: str, label: str, columns: tuple[tuple[str, FieldType, str], ...]) -> FieldInfo:
    return a_field(key, "table", label, columns=[a_field(*column) for column in columns])


def a_material(**changes: Any) -> Material:
    """Nothing but the units and the day."""
    return Material(**{"today": TODAY, "unit": UNIT, "issuer": SUPERIOR, "superior": SUPERIOR} | changes)


def a_full_material() -> Material:
    """Every form that a shipped paper reads, filled in."""
    return a_material(
        period="2026H2",
        title="窗口服务态度生硬",
        case_no="WT-532503GA-2026-0007",
        number="红政法整〔2026〕12号",
        names={
            "u101": "用户101",
            "532503-GA-03": "指挥中心",
            "LEAD_MAIN": "主要责任领导",
            "LEAD_DIRECT": "直接责任领导",
        },
        subject=Subject(key="u101", person="u101", name="用户101", position="LEAD_DIRECT"),
        card=CardFacts(
            no="PK-532503GA-2026-0003",
            level=2,
            matter="2026年下半年专题研究",
            task="召开专题研究会",
            due_on=date(2026, 11, 25),
            days_late=3,
            addressee="用户102",
            answer_due_on=date(2026, 12, 3),
            object_until=date(2026, 12, 4),
            effective_on=date(2026, 12, 5),
        ),
        variables={"notice_no": "ZG-532503ZF-2026-0004", "severity": "B", "plan_wd": 3, "limit_wd": 15, "stage_wd": 5},
        sent=(*_leading(), *_pushing(), *_training(), *_reporting(), *_supervising()),
    )


def _leading() -> tuple[Sent, ...]:
    rows = a_list(
        "rows",
        "责任分工",
        (
            ("position", "enum", "岗位"),
            ("user", "user", "责任人"),
            ("dept", "dept", "责任部门"),
            ("duty", "text", "职责"),
        ),
    )
    row = {"position": "LEAD_DIRECT", "user": "u101", "dept": "532503-GA-03", "duty": "分管队伍纪律作风建设日常工作"}
    return (
        sent("P01_T1", "用户103", (rows, [row])),
        sent("P01_T2", "张某某", (a_field("decision", "enum", "意见"), "同意")),
    )


def _pushing() -> tuple[Sent, ...]:
    opinions = a_list("opinions", "意见", (("content", "text", "内容"),))
    problems = a_list("problems", "问题", (("title", "text", "问题"), ("category", "enum", "类别")))
    decisions = a_list("decisions", "议定事项", (("content", "text", "事项"), ("dept", "dept", "责任部门")))
    return (
        sent("P02_T1", "用户103", (a_field("topic", "text", "主题"), "窗口服务作风")),
        sent("P02_T2", "用户101", (a_field("people", "int", "人数"), 12), (opinions, [{"content": "改进排队"}])),
        sent(
            "P02_T3",
            "用户103",
            (a_field("situation", "text", "形势分析"), "总体向好，窗口服务仍有短板。"),
            (problems, [{"title": "态度生硬", "category": "形象不好"}]),
        ),
        sent(
            "P02_T4",
            "张某某",
            (a_field("date", "date", "日期"), "2026-11-20"),
            (a_field("due_attend", "int", "应到"), 9),
            (a_field("attended", "int", "实到"), 8),
            (decisions, [{"content": "开展窗口服务专项整治", "dept": "532503-GA-03"}]),
        ),
        sent(
            "S1_T0",
            "用户041",
            (a_field("dept", "dept", "责任部门"), "532503-GA-03"),
            (a_field("source", "enum", "来源", options=("督查",)), "督查"),
            (a_field("nature", "enum", "性质"), "作风细节"),
            (a_field("spread", "enum", "范围"), "个人"),
            (a_field("facts", "text", "事实"), "11月18日督查时，窗口人员态度生硬。"),
        ),
        sent("S1_T2", "用户041", (a_field("notice", "text", "整改要求"), "立行立改，举一反三。")),
    )


def _training() -> tuple[Sent, ...]:
    columns: tuple[tuple[str, FieldType, str], ...] = (("title", "text", "班次"), ("form", "enum", "形式"))
    sessions = a_list("sessions", "班次", (*columns, ("hours", "dec", "学时")))
    rows = a_list("rows", "签到", (("person", "user", "姓名"), ("present", "bool", "到场"), ("score", "int", "成绩")))
    return (
        sent("P03_T1", "用户103", (sessions, [{"title": "警示教育大会", "form": "警示教育", "hours": "3"}])),
        sent("P03_T3", "用户103", (a_field("place", "text", "地点"), "三楼会议室")),
        sent("P03_T4", "用户103", (rows, [{"person": "u101", "present": True, "score": 95}])),
    )


def _reporting() -> tuple[Sent, ...]:
    ballots = a_list("ballots", "测评", (("grade", "enum", "等次"), ("count", "int", "票数")))
    return (
        sent("P04_T2", "用户103", (a_field("shortcomings", "text", "存在不足与原因"), "培训覆盖不够均衡。")),
        sent("P04_T4", "张某某", (a_field("sign", "sign", "签名"), "x")),
        sent("P04B_T1", "用户101", (a_field("style", "text", "纪律作风情况"), "一年来带头执行纪律规定。")),
        sent(
            "P04B_T2",
            "用户101",
            (a_field("date", "date", "日期"), "2026-12-01"),
            (a_field("attendees", "int", "到会"), 18),
            (ballots, [{"grade": "好", "count": 17}]),
        ),
    )


def _supervising() -> tuple[Sent, ...]:
    findings = a_list("findings", "发现问题", (("topic", "enum", "内容"), ("fact", "text", "事实")))
    return (
        sent(
            "P05_T1",
            "用户041",
            (a_field("kind", "enum", "类型"), "节点"),
            (a_field("topics", "multi", "内容"), ["窗口服务", "值班备勤"]),
        ),
        sent(
            "P05_T4",
            "用户041",
            (a_field("checkin_time", "datetime", "到达时间"), "2026-11-18T09:30:00+08:00"),
            (findings, [{"topic": "窗口服务", "fact": "窗口人员态度生硬。"}]),
        ),
        sent("P05_T8", "李某某", (a_field("summary", "text", "总体评价"), "总体平稳。")),
    )
