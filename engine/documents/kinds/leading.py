"""领导机制 (P01): 责任清单 and 履职承诺书."""

from __future__ import annotations

from collections.abc import Mapping

from engine.documents.material import Material, in_words, look_up
from engine.documents.paper import BLANK, Block, Paper, Para, Signatures, numbered

#: What the holder of a post undertakes, by the position; what the responsibility list names comes on top.
_DUTIES: Mapping[str, tuple[str, ...]] = {
    "LEAD_MAIN": (
        "切实履行纪律作风建设第一责任人职责，带头抓、负总责，重要工作亲自部署、重大问题亲自过问、重点环节亲自协调、重要事项亲自督办。",
        "每半年至少主持召开一次专题研究会，分析队伍纪律作风形势，研究解决突出问题。",
        "每年至少讲一次专题党课，在干部职工大会上述职述廉，自觉接受监督。",
        "按时逐级报告纪律作风建设情况；重大事项第一时间报告，不漏报、不瞒报、不迟报。",
        "对发现的问题坚持发现一起、查处一起，整改不到位不销号。",
    ),
    "LEAD_DIRECT": (
        "履行纪律作风建设直接责任，抓好分管部门的教育、管理和监督。",
        "定期与分管部门负责人谈心谈话，听取意见，对苗头性、倾向性问题早提醒、早纠正。",
        "审核把关分管领域问题整改，明确责任人、措施和时限，按期办结。",
        "带头落实培训教育和专题党课要求。",
    ),
    "LEAD_OTHER": (
        "落实“一岗双责”，抓好职责范围内的纪律作风建设。",
        "带头参加学习教育和警示教育，按规定讲专题党课、述职述廉。",
        "主动接受监督，如实报告个人和分管工作的有关情况。",
    ),
    "DEPT_RESP": (
        "组织落实本部门纪律作风建设各项制度，任务到岗、责任到人。",
        "及时掌握本部门人员思想和工作动态，发现问题立即报告并督促整改。",
        "按要求组织学习培训，做好签到、补学和资料归档。",
    ),
    "PERSON_RESP": (
        "按时办理纪律作风建设各项具体工作，材料真实、数据准确、程序规范。",
        "严格遵守工作纪律和保密规定，不弄虚作假。",
        "按时参加学习培训和警示教育。",
    ),
}
_CLOSING = "以上承诺，请组织和同志们监督。如有违反，自愿按照有关规定承担相应责任。"


def responsibility_list(material: Material) -> Paper:
    """责任清单: who answers for what in a year."""
    table = material.table("P01_T1", "rows")
    approved = material.form("P01_T2")
    intro = (
        f"根据队伍纪律作风建设长效机制要求，现将{material.unit.name}{material.year}年度责任领导、责任部门、"
        "具体责任人及其职责明确如下。"
    )
    body = (
        Para(text=intro),
        table or Para(text=f"责任清单：{BLANK}"),
        Para(text=f"本清单由主要责任领导{approved.by or BLANK}审定，自审定之日起执行；岗位变动的，及时补充修订。"),
    )
    return Paper(
        title=f"{material.unit.name}\n{material.year}年度纪律作风建设责任清单",
        number=material.number,
        body=body,
        issuer=material.unit.name,
        dated=material.today,
    )


def commitment_letter(material: Material) -> Paper:
    """履职承诺书: upward, of the main leader to the superior; or inside the unit, of the subject to the main leader."""
    subject = material.subject
    is_upward = subject is None or subject.position in ("", "LEAD_MAIN")
    position = "LEAD_MAIN" if is_upward or subject is None else subject.position
    name = subject.name if subject is not None and subject.name else material.unit.leader
    receiver = material.superior.name if is_upward else material.unit.name
    post = material.names.get(position, position)
    intro = f"本人系{material.unit.name}{post}，对{material.year}年度职责范围内的纪律作风建设，向{receiver}郑重承诺："
    duties = [*_DUTIES.get(position, _DUTIES["PERSON_RESP"]), *_named_duties(material)]
    countersigns = "上级主要责任领导" if is_upward else "本单位主要责任领导"
    leader = (material.superior if is_upward else material.unit).leader
    body: tuple[Block, ...] = (
        Para(text=intro),
        *(numbered(3, number, duty) for number, duty in enumerate(duties, start=1)),
        Para(text=_CLOSING),
        Signatures(lines=(("承诺人", name, ""), (countersigns, leader, ""))),
    )
    return Paper(title="履职承诺书", number=material.number, addressee=receiver, body=body)


def _named_duties(material: Material) -> list[str]:
    """What the approved list says of this person or post."""
    sent, subject = material.form("P01_T1"), material.subject
    if subject is not None and subject.row.get("duty"):
        return [f"{str(subject.row['duty']).rstrip('。')}。"]
    rows, found = look_up(sent.values, "rows"), []
    for row in rows if isinstance(rows, list) else []:
        person, position = str(row.get("user", "")), str(row.get("position", ""))
        is_meant = position == "LEAD_MAIN" if subject is None else person == subject.person and bool(person)
        text = in_words(None, row.get("duty"), {})
        if is_meant and text:
            found.append(text if text.endswith("。") else f"{text}。")
    return found
