"""One process of a drawing with its net, and how a rule names what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml import etree

from engine.errors import Problem, Severity
from engine.lint.elements import CX, local_name
from engine.lint.findings import names_listed
from engine.lint.soundness.net import Scope
from engine.lint.soundness.reading import read_net

#: Ids of the standing mechanisms and of the processes they share: P01_LEAD … P10_INCENTIVE, S1_RECTIFY …
_MECHANISM = re.compile(r"(P\d\d[A-Z]?|S\d[A-Z]?)(_|$)")


def is_mechanism(process: str) -> bool:
    """Is it one of the standing mechanisms, for which the closed loop is a rule and not only advice?"""
    return _MECHANISM.match(process) is not None


class Drawn:
    """A process as its rules see it: elements by id, the net, and problems that name them."""

    def __init__(self, process: etree._Element, root: etree._Element, *, file: str) -> None:
        self.file, self.process = file, process
        self.key: str = process.get("id", "")
        self.net: Scope = read_net(process, root)
        self.elements: Mapping[str, etree._Element] = {
            element.get("id", ""): element for element in process.iter(etree.Element) if element.get("id")
        }

    def problem(
        self, rule: str, id_: str, zh: str, en: str, *, severity: Severity = "error", path: Iterable[str] = ()
    ) -> Problem:
        """A problem of the element `id_`; its name is put in front of both sentences."""
        name = self.name(id_)
        return Problem(
            rule=rule,
            severity=severity,
            file=self.file,
            element_id="" if id_.startswith("~") else id_,
            element_name=name,
            element_name_en=self.cx(id_, "name-en"),
            zh=f"“{name or id_}”{zh}",
            en=f'"{self.english(id_)}" {en}',
            path=tuple(step for step in path if not step.startswith("~")),
        )

    def kind(self, id_: str) -> str:
        """BPMN element name, "" for what is not there."""
        element = self.elements.get(id_)
        return local_name(element) if element is not None else ""

    def name(self, id_: str) -> str:
        element = self.elements.get(id_)
        return element.get("name", "").strip() if element is not None else ""

    def english(self, id_: str) -> str:
        return self.cx(id_, "name-en") or self.name(id_) or id_

    def cx(self, id_: str, attribute: str) -> str:
        element = self.elements.get(id_)
        return element.get(f"{CX}{attribute}", "").strip() if element is not None else ""

    def named(self, ids: Iterable[str]) -> tuple[str, str]:
        """Names of elements for a sentence, in Chinese and in English."""
        ids = tuple(ids)
        return (
            names_listed([self.name(id_) or id_ for id_ in ids], quotes="“”", gap="、"),
            names_listed([self.english(id_) for id_ in ids], quotes='""', gap=", "),
        )
