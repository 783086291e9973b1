"""半年专题报告 (domain.md §7.2): the locked figures as tables and charts, and the text of the draft around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.documents.material import Material, look_up, table_of
from engine.documents.paper import BLANK, Annex, Block, Column, Paper, Para, Table, chart, numbered
from engine.model.report_places import PLACES_QUERY

FIGURES, DRAFT, SIGNED = "P04_T1", "P04_T2", "P04_T4"
#: Number of a mechanism, its heading, the field of the draft that is about it.
_MECHANISMS = (
    ("P01", "领导机制", "m_lead"),
    ("P02", "推进机制", "m_push"),
    ("P03", "培训机制", "m_train"),
    ("P04", "报告机制", "m_report"),
    ("P05", "监督机制", "m_supervise"),
    ("P06", "教育机制", "m_educate"),
    ("P07", "查处通报机制", "m_investigate"),
    ("P08", "源头防治机制", "m_prevent"),
    ("P09", "考核评价机制", "m_assess"),
    ("P10", "激励机制", "m_incentive"),
)
_SEVERITIES = (("A", "轻微"), ("B", "一般"), ("C", "较重"), ("D", "严重"))
_NATURES = ("涉嫌违纪违法", "侵害群众利益", "制度不落实", "作风细节")
_NOT_IN_USE = "未启用"
_COMPARED = (("regions", "各县市对比"), ("lines", "条线对比（全州同类单位汇总）"))
_DUTY_STATES = (
    ("done", "已完成"),
    ("done_late", "逾期办结"),
    ("open", "进行中"),
    ("overdue", "逾期"),
    ("waived", "免除"),
)


def half_year_report(material: Material) -> Paper:
    """The report upwards. Sections about mechanisms that have no figures yet say 未启用."""
    return Paper(
        form="document",
        head=f"{material.unit.name}文件",
        number=material.number,
        signed_off_by=material.form(SIGNED).by or material.unit.leader or BLANK,
        title=f"{material.unit.name}\n{material.period_words}队伍纪律作风建设专题报告",
        addressee=material.superior.name,
        body=tuple(_body(_Report(material))),
        annexes=("未完成义务清单", "逾期问题清单", "牌卡清单", "数据说明"),
        issuer=material.unit.name,
        dated=material.today,
        printed_by=material.unit.name,
    )


class _Report:
    """What the sections read: figures by code, texts of the draft."""

    def __init__(self, material: Material) -> None:
        self.material = material
        sent, draft = material.form(FIGURES), material.form(DRAFT)
        rows = sent.values.get("figures")
        self.figures: Mapping[str, int] = {
            str(row["code"]): int(row["value"])
            for row in (rows if isinstance(rows, Sequence) else ())
            if isinstance(row, Mapping)
        }
        self.names: Mapping[str, str] = {
            str(row["code"]): str(row["name"])
            for row in (rows if isinstance(rows, Sequence) else ())
            if isinstance(row, Mapping)
        }
        self.draft, self.as_of = draft, material.said(FIGURES, "as_of")
        self.reports = sent.values.get("reports")

    def text(self, name: str) -> Iterator[Para]:
        """The paragraph of this field; open, where no draft was sent at all."""
        value = look_up(self.draft.values, name)
        if isinstance(value, str) and value.strip():
            yield from (Para(text=part.strip()) for part in value.splitlines() if part.strip())
        elif not self.draft.values:
            yield Para(text=BLANK)

    def get(self, code: str) -> int:
        return self.figures.get(code, 0)

    def duties(self, mechanism: str, state: str) -> int:
        """How many obligations of a mechanism stand so."""
        return sum(
            value
            for code, value in self.figures.items()
            if code.startswith(f"duty.{mechanism}.") and code.endswith(f".{state}")
        )

    def owed(self, mechanism: str) -> int:
        return sum(self.duties(mechanism, state) for state, _ in _DUTY_STATES)


def _body(report: _Report) -> Iterator[Block]:
    yield numbered(1, 1, "总体情况")
    yield from report.text("overall")
    yield from _duties(report)
    yield numbered(1, 2, "十项机制落实情况")
    for number, (code, name, field) in enumerate(_MECHANISMS, start=1):
        yield numbered(2, number, name)
        yield Para(text=_in_figures(report, code))
        yield from report.text(field) if report.draft.values else ()
    yield numbered(1, 3, "问题整改")
    yield from _problems(report)
    yield numbered(1, 4, "监督与查处")
    yield from _oversight(report)
    yield numbered(1, 5, "考核评价与群众满意度")
    yield Para(text=f"考核等次和群众满意度：考核评价机制{_NOT_IN_USE}，本期无数据。")
    yield from report.text("assessment") if report.draft.values else ()
    yield numbered(1, 6, "先进典型与经验")
    yield from report.text("models")
    yield numbered(1, 7, "存在不足与原因")
    yield from report.text("shortcomings")
    yield numbered(1, 8, "下一步安排")
    steps = table_of(report.draft, "next_steps", report.material.names)
    yield steps or Para(text=BLANK if not report.draft.values else "按既定部署抓好落实。")
    yield from _below(report)
    yield from _compared(report)
    yield from _annexes(report)


def _in_figures(report: _Report, mechanism: str) -> str:
    owed = report.owed(mechanism)
    if not owed:
        return f"本期无到期义务（{_NOT_IN_USE}或未到期）。"
    done, late = report.duties(mechanism, "done"), report.duties(mechanism, "done_late")
    text = f"应办{owed}项，按期完成{done}项，逾期办结{late}项，逾期未办{report.duties(mechanism, 'overdue')}项"
    return text + f"，按期率{100 * done // owed}%。"


def _duties(report: _Report) -> Iterator[Block]:
    rows = []
    for code in dict.fromkeys(name.rsplit(".", 1)[0] for name in report.figures if name.startswith("duty.")):
        name = next(text for key, text in report.names.items() if key.startswith(f"{code}.")).split("：")[0]
        counts = [report.get(f"{code}.{state}") for state, _ in _DUTY_STATES]
        rows.append((code.split(".")[2], name, *(str(count) for count in counts)))
    if rows:
        columns = (
            Column(title="编号", width=1.2, align="center"),
            Column(title="义务", width=4.0),
            *(Column(title=word, width=1.2, align="center") for _, word in _DUTY_STATES),
        )
        yield Table(columns=columns, rows=tuple(rows), title="义务清单完成情况")
    shown = [(code, name) for code, name, _ in _MECHANISMS if report.owed(code)]
    if shown:
        rates = tuple(
            float(100 * (report.duties(code, "done") + report.duties(code, "done_late")) // report.owed(code))
            for code, _ in shown
        )
        names = tuple(name for _, name in shown)
        yield chart("图1　各机制义务完成率", names, {"完成率": rates}, form="bar", unit="%", highest=100)


def _problems(report: _Report) -> Iterator[Block]:
    figures = [report.get(f"problems.{name}") for name in ("found", "closed", "closed_late", "open", "overdue")]
    yield Para(
        text="新发现问题{}个，销号{}个（其中逾期办结{}个），期末在办{}个（其中已逾期{}个）。".format(*figures)
        + f"回头看反弹{report.get('problems.relapsed')}个。"
    )
    states = (("closed", "已销号"), ("open", "在办"), ("overdue", "其中逾期"))
    yield Table(
        columns=(Column(title="级别", width=2.0), *(Column(title=word, align="center") for _, word in states)),
        rows=tuple(
            (f"{code} {word}", *(str(report.get(f"problems.severity.{code}.{state}")) for state, _ in states))
            for code, word in _SEVERITIES
        ),
        title="问题级别与整改状态（个）",
    )
    months = [code.split(".")[2] for code in report.figures if code.startswith("problems.month.")]
    months = list(dict.fromkeys(months))
    if months:
        lines: dict[str, tuple[float | None, ...]] = {
            word: tuple(float(report.get(f"problems.month.{month}.{kind}")) for month in months)
            for kind, word in (("found", "新发现"), ("closed", "销号"))
        }
        labels = tuple(f"{int(month[5:])}月" for month in months)
        yield chart("图2　各月新发现和销号问题", labels, lines, form="line", unit="个")
        by_nature = tuple(float(report.get(f"problems.nature.{nature}")) for nature in _NATURES)
        yield chart("图3　新发现问题性质", _NATURES, {"问题数": by_nature}, unit="个")
    yield from report.text("problems") if report.draft.values else ()


def _oversight(report: _Report) -> Iterator[Block]:
    yield Para(
        text=f"发出黄牌{report.get('cards.yellow')}张、红牌{report.get('cards.red')}张。报告重大事项"
        f"{report.get('majors.all')}件，其中迟报{report.get('majors.late')}次、漏报{report.get('majors.missed')}次。"
    )
    yield from _visits(report)
    yield Para(text=f"线索处置、四种形态和通报：查处通报机制{_NOT_IN_USE}，本期无数据。")
    yield from report.text("oversight") if report.draft.values else ()


def _visits(report: _Report) -> Iterator[Block]:
    """Of a unit that inspects others."""
    units, visited = report.get("visits.units"), report.get("visits.visited")
    if not units:
        return
    prefix = "visits.kind."
    kinds = [(code.removeprefix(prefix), n) for code, n in report.figures.items() if code.startswith(prefix)]
    yield Table(
        columns=(
            Column(title="直接下级单位", align="center"),
            Column(title="本期督查到", align="center"),
            Column(title="覆盖率", align="center"),
            *(Column(title=f"{kind}督查（次）", align="center") for kind, _ in kinds),
        ),
        rows=((str(units), str(visited), f"{100 * visited // units}%", *(str(number) for _, number in kinds)),),
        title="督查覆盖情况",
    )


def _compared(report: _Report) -> Iterator[Block]:
    """The prefecture's version: its counties and the professional lines beside each other."""
    sent, names = report.material.form(FIGURES), report.material.names
    tables = [table_of(sent, name, names, title=title) for name, title in _COMPARED]
    if any(table is not None for table in tables):
        yield numbered(1, 10, "县市和条线对比")
        yield from (table for table in tables if table is not None)
        yield Para(text=f"出处：{PLACES_QUERY}。")


def _below(report: _Report) -> Iterator[Block]:
    """County and prefecture: 所属单位报送情况."""
    table = table_of(report.material.form(FIGURES), "reports", report.material.names, but=("unit",))
    if table is None:
        return
    yield numbered(1, 9, "所属单位报送情况")
    yield table
    yield from report.text("gap_statement") if report.draft.values else ()


def _annexes(report: _Report) -> Iterator[Block]:
    yield Annex(mark="附表1", title="未完成义务清单")
    rows = tuple(
        (code.split(".")[2], report.names[code].split("：")[0], str(value))
        for code, value in report.figures.items()
        if code.startswith("duty.") and code.endswith(".overdue") and value
    )
    columns = (Column(title="编号", width=1.0), Column(title="义务", width=5.0), Column(title="逾期数", width=1.0))
    yield Table(columns=columns, rows=rows) if rows else Para(text="无。")
    for number, (name, title) in enumerate((("overdue", "逾期问题清单"), ("cards", "牌卡清单")), start=2):
        yield Annex(mark=f"附表{number}", title=title)
        yield table_of(report.material.form(FIGURES), name, report.material.names) or Para(text="无。")
    yield Annex(mark="附表4", title="数据说明")
    source = f"本报告数据截至{report.as_of}，由系统提取后锁定" if report.figures else "本报告未附系统提取的数据"
    yield Para(text=f"{source}；免除的义务单列，涉密事项不计入。")
    yield from report.text("remarks") if report.draft.values else ()
