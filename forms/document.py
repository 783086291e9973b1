"""Takes in the JSON of a form and gathers what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from forms.problems import DocumentProblem

MAX_BYTES = 512 * 1024
MAX_DEPTH = 30
MAX_NODES = 20_000

Json = Mapping[str, object]


class Findings:
    """The problems found so far; reading goes on, so that the author sees all of them at once."""

    def __init__(self) -> None:
        self.problems: list[DocumentProblem] = []

    def add(self, rule: str, where: str, zh: str, en: str) -> None:
        """where: id of the component. zh and en say what is wrong and what to do."""
        self.problems.append(DocumentProblem(rule=rule, element_id=where, zh=zh, en=en))


def read_document(document: Json | bytes, findings: Findings) -> Json | None:
    """The form as an object; None where it cannot be read, with the reason in `findings`."""
    found: object = _parsed(document, findings) if isinstance(document, bytes) else document
    if findings.problems:
        return None
    if not isinstance(found, Mapping):
        findings.add("FORM-01", "", "表单文件的内容应为一个 JSON 对象。", "The file must hold one JSON object.")
        return None
    if is_too_big(found, depth=MAX_DEPTH, nodes=MAX_NODES):
        findings.add(
            "FORM-01",
            "",
            f"表单层级过深或内容过多（最多{MAX_DEPTH}层、{MAX_NODES}项），请拆分表单。",
            f"Nested too deeply or too much in it (at most {MAX_DEPTH} levels, {MAX_NODES} values): split the form.",
        )
        return None
    return found


def is_too_big(value: object, *, depth: int, nodes: int) -> bool:
    """Has `value` more levels or more values than allowed, or keys that are no texts? Never recurses."""
    level: list[object] = [value]
    count = 0
    while level:
        count += len(level)
        if depth < 0 or count > nodes:
            return True
        depth -= 1
        below: list[object] = []
        for item in level:
            if isinstance(item, Mapping):
                if not all(isinstance(key, str) for key in item):
                    return True
                below.extend(item.values())
            elif isinstance(item, list | tuple):
                below.extend(item)
        level = below
    return False


def _parsed(data: bytes, findings: Findings) -> object:
    if len(data) > MAX_BYTES:
        findings.add(
            "FORM-01",
            "",
            f"表单文件不得超过{MAX_BYTES // 1024} KB，请拆分表单。",
            f"A form file takes at most {MAX_BYTES // 1024} kB: split the form.",
        )
        return None
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        findings.add(
            "FORM-01",
            "",
            "表单文件不是有效的 UTF-8 JSON，请用表单编辑器重新导出。",
            f"Not valid JSON in UTF-8 ({str(error)[:120]}): export it again from the form editor.",
        )
        return None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        # Two readers would each take another one of the two: what is checked must be what is shown.
        raise ValueError("the same key stands twice in one object")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
