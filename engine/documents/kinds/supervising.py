"""监督机制 (P05): 督查方案, 督查记录, 督查通报."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.documents.material import NOT_ON_PAPER, Material, Sent, grid_of, in_words, look_up, shown, table_of
from engine.documents.paper import BLANK, Annex, Block, Column, Paper, Para, Signatures, Table, numbered


def inspection_plan(material: Material) -> Paper:
    """督查方案: kind, topics and window. Which units are drawn does not stand in it."""
    plan, names = material.form("P05_T1"), material.names
    body: tuple[Block, ...] = (
        Para(text="为推动纪律作风建设各项要求落到实处，及时发现和纠正问题，制定本方案。"),
        numbered(1, 1, "督查类型和内容"),
        grid_of(plan, names) if plan.fields else Para(text=BLANK),
        numbered(1, 2, "督查方式"),
        Para(text="不预告、不打招呼，被督查单位和督查人员随机抽取。督查组不少于2人，实行回避，现场记录、当场取证。"),
        numbered(1, 3, "结果运用"),
        Para(text="发现的问题经被督查单位确认或者说明后认定，下发整改通知单，跟踪整改到位；情况予以通报。"),
        numbered(1, 4, "工作纪律"),
        Para(text="本方案在督查组到达现场前不得向被督查单位和下级单位泄露。严格执行中央八项规定精神，轻车简从。"),
    )
    return Paper(
        title=f"{material.unit.name}\n{material.period_words}纪律作风督查方案",
        number=material.number,
        body=body,
        issuer=material.unit.name,
        dated=material.today,
    )


def inspection_record(material: Material) -> Paper:
    """督查记录: what was found on site, one sheet for each unit, with room for both sides to sign."""
    records = material.forms("P05_T4") or (material.form("P05_T4"),)
    body: list[Block] = []
    for number, sent in enumerate(records):
        if number:
            body.append(Annex(mark=f"督查记录（{number + 1}）", title="现场督查记录"))
        body.extend(_record(material, sent))
    return Paper(title="现场督查记录", number=material.number, body=tuple(body), dated=material.today)


def _record(material: Material, sent: Sent) -> list[Block]:
    # A suspected violation goes to the discipline organ alone: the unit, which signs this sheet, is not told by it.
    findings = table_of(
        sent, "findings", material.names, title="发现的问题", but=("severity_hint",), unless="suspected"
    )
    return [
        grid_of(sent, material.names) if sent.fields else Para(text=f"督查单位：{BLANK}　到达时间：{BLANK}"),
        findings or Para(text="现场未发现问题。" if sent.fields else f"发现的问题：{BLANK}"),
        Para(text="被督查单位对记录的问题，可在规定期限内逐项确认或者说明；未回复的，记为未回复，不作为属实认定。"),
        Signatures(lines=(("督查人员", "", ""), ("被督查单位现场负责人", "", ""))),
    ]


_TITLE = "bulletin_title"


def inspection_bulletin(material: Material) -> Paper:
    """督查通报: what a round has found, by topic. Units are named only where the leader has said so; people never."""
    bulletin = material.form("P05_T8")
    records = material.forms("P05_T4")
    return Paper(
        form="document",
        head=f"{material.unit.name}文件",
        number=material.number,
        title=shown(bulletin, _TITLE, material.names)
        or f"{material.unit.name}\n关于{material.period_words}纪律作风督查情况的通报",
        addressee=material.said("P05_T8", "addressee") if "addressee" in bulletin.values else "各有关单位",
        body=tuple(_bulletin(material, bulletin, records)),
        issuer=material.unit.name,
        dated=material.today,
        printed_by=material.unit.name,
        copies_to=material.superior.name if material.superior.code else "",
    )


def _bulletin(material: Material, bulletin: Sent, records: tuple[Sent, ...]) -> Iterator[Block]:
    topics = material.said("P05_T1", "topics")
    found, units = Counter(dict(_topics(material, records))), len(records)
    results = material.variables.get("visit_results")
    if isinstance(results, list):  # each unit was visited in a case of its own, which has told what was determined
        units, found = len(results), Counter(topic for result in results for topic in result["topics"])
    yield Para(
        text=f"近期，{material.unit.name}组织开展了纪律作风督查，重点督查{topics}等内容，共督查单位"
        f"{units or BLANK}个，现场记录问题{sum(found.values())}件。现将有关情况通报如下。"
    )
    yield numbered(1, 1, "发现的问题")
    if found:
        rows = tuple((topic, str(count)) for topic, count in sorted(found.items(), key=lambda one: (-one[1], one[0])))
        columns = (Column(title="督查内容", width=3), Column(title="问题（件）", width=1, align="center"))
        yield Table(columns=columns, rows=rows)
    else:
        yield Para(text="本次督查未发现需要通报的问题。")
    number = 2
    for info in bulletin.fields:
        text = in_words(info, look_up(bulletin.values, info.key), material.names)
        if info.type == "text" and text and info.key not in (*NOT_ON_PAPER, _TITLE):
            yield numbered(1, number, info.label.zh)
            yield Para(text=text)
            number += 1
    yield numbered(1, number, "有关要求")
    yield Para(
        text="各单位要引以为戒、举一反三，对照通报的问题认真自查，立行立改；收到整改通知单的单位要按期整改、如实反馈，"
        "整改情况纳入考核评价。"
    )


def _topics(material: Material, records: tuple[Sent, ...]) -> Iterator[tuple[str, int]]:
    """How often each topic was found, whatever the unit."""
    counts: Counter[str] = Counter()
    for sent in records:
        rows = look_up(sent.values, "findings")
        info = next((one for one in sent.fields if one.key == "findings"), None)
        column = next((one for one in info.columns if one.key == "topic"), None) if info is not None else None
        for row in rows if isinstance(rows, list) else []:
            counts[in_words(column, row.get("topic"), material.names) or BLANK] += 1
    yield from counts.items()
