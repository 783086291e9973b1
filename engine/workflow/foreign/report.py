"""What became of each foreign mark in a drawing: mapped, without effect here, or not to be had."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Literal

from lxml import etree

from engine.errors import Problem
from engine.workflow.xml import ParsedFile, element_problem

MAPPED, WITHOUT_EFFECT, IMPOSSIBLE, SOURCE = "IMPORT-01", "IMPORT-02", "IMPORT-03", "IMPORT-04"
#: Rules of the import report; a Problem with one of them is a line of it.
RULES = (MAPPED, WITHOUT_EFFECT, IMPOSSIBLE, SOURCE)
_SHOWN = 120  #: characters of a value that a line quotes


@dataclass(slots=True)
class Report:
    """Collects the lines of one file. Each line names its element."""

    parsed: ParsedFile
    lines: list[Problem] = field(default_factory=list)
    drawn: Counter[str] = field(default_factory=Counter)  #: namespace of marks for the eye → how many

    def mapped(self, element: etree._Element, what: str, became: str, became_en: str = "") -> None:
        """became: code, the same in both languages, or words with their English in `became_en`."""
        self._add(MAPPED, "info", element, f"{what} 对应为：{became}", f"{what} became: {became_en or became}")

    def without_effect(self, element: etree._Element, what: str, zh: str, en: str) -> None:
        self._add(
            WITHOUT_EFFECT, "info", element, f"{what} 在本系统中不起作用：{zh}", f"{what} has no effect here: {en}"
        )

    def impossible(self, element: etree._Element, what: str, zh: str, en: str) -> None:
        self._add(IMPOSSIBLE, "warning", element, f"{what} 无法对应：{zh}", f"{what} cannot be mapped: {en}")

    def drawing_only(self, namespace: str) -> None:
        """A mark that says how something looks; these are counted, not told one by one."""
        self.drawn[namespace] += 1

    def close(self) -> tuple[Problem, ...]:
        for namespace, count in self.drawn.items():
            self._add_file(
                WITHOUT_EFFECT,
                f"命名空间 {namespace} 的标记共 {count} 处，仅供原建模工具使用，原样保留",
                f"{count} marks of the namespace {namespace} serve the tool that wrote them; they are kept as they are",
            )
        if self.parsed.root.get("exporter") and self.lines:
            tool = " ".join(filter(None, (self.parsed.root.get("exporter"), self.parsed.root.get("exporterVersion"))))
            self._add_file(SOURCE, f"文件由 {tool} 导出", f"The file was written by {tool}")
        return tuple(dict.fromkeys(self.lines))

    def _add_file(self, rule: str, zh: str, en: str) -> None:
        self.lines.append(Problem(rule=rule, severity="info", file=self.parsed.file, zh=zh, en=en))

    def _add(self, rule: str, severity: Literal["warning", "info"], element: etree._Element, zh: str, en: str) -> None:
        problem = element_problem(rule, element, self.parsed.file, zh, en)
        self.lines.append(replace(problem, severity=severity))


def quoted(name: str, value: str) -> str:
    """`name="value"` for a line, cut where nobody would read on."""
    value = " ".join(value.split())
    return f'{name}="{value if len(value) <= _SHOWN else value[:_SHOWN] + "…"}"'
