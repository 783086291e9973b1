"""培训机制 (P03): 培训计划 and 签到册."""

from __future__ import annotations

from collections.abc import Mapping

from engine.documents.material import Material, Sent, grid_of, look_up, shown, table_of
from engine.documents.paper import BLANK, Annex, Block, Column, Paper, Para, Table


def training_plan(material: Material) -> Paper:
    """培训计划: the sessions of a year, with their form, audience, month and hours."""
    sessions = material.table("P03_T1", "sessions")
    rows = look_up(material.form("P03_T1").values, "sessions")
    listed = rows if isinstance(rows, list) else []
    warning = sum(1 for row in listed if row.get("form") == "警示教育")
    text = (
        f"为落实分类分层全员培训要求，结合队伍实际，制定{material.unit.name}{material.year}年度纪律作风培训计划。"
        f"全年安排培训{len(listed) or BLANK}期，其中警示教育{warning or BLANK}期。"
    )
    body: tuple[Block, ...] = (
        Para(text=text),
        sessions or Para(text=f"培训安排：{BLANK}"),
        Para(text="各部门应按计划组织人员参训，严格签到。因故缺训的，由组织部门安排补训，做到应训尽训。"),
    )
    return Paper(
        title=f"{material.unit.name}\n{material.year}年度纪律作风培训计划",
        number=material.number,
        body=body,
        issuer=material.unit.name,
        dated=material.today,
    )


def attendance_list(material: Material) -> Paper:
    """签到册: who was there at each session, with room for the signature."""
    lists = material.forms("P03_T4") or (material.form("P03_T4"),)
    sessions = material.forms("P03_T3")
    body: list[Block] = []
    for number, sent in enumerate(lists):
        session = sessions[number] if number < len(sessions) else Sent(form_key="P03_T3", fields=(), values={})
        if number:
            body.append(Annex(mark=f"第{number + 1}期", title="签到册"))
        body.extend(_attendance(material, session, sent))
    body.extend(_exempt(material))
    label = str(material.subject.row.get("label") or "") if material.subject is not None else ""
    return Paper(
        title=f"{material.unit.name}\n{label or '培训'}签到册",
        number=material.number,
        body=tuple(body),
        issuer=material.unit.name,
        dated=material.today,
    )


def _exempt(material: Material) -> list[Block]:
    """Who need not attend, and why: on long leave, or exempt with reason."""
    exempt = material.variables.get("exempt")
    if not isinstance(exempt, Mapping) or not exempt:
        return []
    listed = "；".join(f"{material.names.get(str(one), str(one))}（{reason}）" for one, reason in exempt.items())
    return [Para(text=f"免训{len(exempt)}人：{listed}。")]


def _attendance(material: Material, session: Sent, sent: Sent) -> list[Block]:
    rows = look_up(sent.values, "rows")
    listed = rows if isinstance(rows, list) else []
    present = sum(1 for row in listed if row.get("present"))
    title = shown(session, "title", material.names)
    blocks: list[Block] = [grid_of(session, material.names, title=title)] if session.fields else []
    count = f"应到{len(listed)}人，实到{present}人。" if listed else f"应到{BLANK}人，实到{BLANK}人。"
    blocks.append(Para(text=count))
    blocks.append(table_of(sent, "rows", material.names, extra=("签名",)) or _empty_list())
    return blocks


def _empty_list() -> Table:
    """Twenty lines to sign on paper."""
    columns = (
        Column(title="序号", width=0.9, align="center"),
        *(Column(title=title, width=2.0) for title in ("姓名", "部门", "签名", "备注")),
    )
    return Table(columns=columns, rows=tuple((str(number), "", "", "", "") for number in range(1, 21)))
