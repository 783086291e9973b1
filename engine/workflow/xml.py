"""Intake of XML files: nothing unfriendly, oversized or ambiguous gets past this point."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from lxml import etree

from engine.errors import DefinitionRejected, Problem

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CX = "urn:changxiao:bpmn:1"

MAX_FILE_BYTES = 5 * 1024**2
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 64  #: of one element
MAX_DEPTH = 128

#: What a file may declare besides UTF-8. Never UTF-7: it hides markup from everyone who reads the file as text.
DECODED = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "gb2312": "gb18030",  # files that say so use the larger set all the same
    "gbk": "gb18030",
    "gb18030": "gb18030",
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)},
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
}
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8", "utf-8"),
    (b"\xff\xfe", "utf-16", "utf-16-le"),
    (b"\xfe\xff", "utf-16", "utf-16-be"),
)
_DECLARATION = re.compile(
    r"""^<\?xml\s[^>]{0,200}?encoding\s*=\s*(["'])([A-Za-z][A-Za-z0-9._-]{0,40})\1[^>]{0,100}?\?>"""
)

#: Direction controls make a name look like another; control characters have no place in text at all.
_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
#: Running text may hold direction marks (Arabic, Hebrew), never overrides.
_UNSEEN_IN_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """A file that passed the intake."""

    file: str
    tree: etree._ElementTree  #: without comments and processing instructions; treat it as frozen
    data: bytes  #: as uploaded, byte for byte
    encoding: str  #: in which `data` was written, "utf-8", "gb18030", …

    @property
    def root(self) -> etree._Element:
        return self.tree.getroot()


def check_xml(data: bytes, *, file: str) -> ParsedFile:
    """Parse `data` with everything switched off that could reach outside or blow up. Raises DefinitionRejected.

    The result can be opened and linted; deploying asks for more (`engine.workflow.xsd`). Source: security.md §2.
    """
    if len(data) > MAX_FILE_BYTES:
        _refuse(
            file,
            "XML-02",
            f"文件大小为 {len(data) / 1024**2:.1f} MB，超过 5 MB；请拆成几个流程，或去掉嵌入的图片",
            f"The file has {len(data) / 1024**2:.1f} MB, more than 5 MB; split it or remove images",
        )
    text, encoding = _decode(data, file)
    tree = _parse(text, file)
    if tree.docinfo.internalDTD is not None:
        _refuse(
            file,
            "XML-03",
            "文件含有 DOCTYPE 声明，可能夹带外部内容；请删除该声明",
            "The file has a DOCTYPE, which can draw in things from outside; remove it",
        )
    _check_size(tree.getroot(), file)
    problems = list(_unseen_characters(tree.getroot(), file))
    if problems:
        raise DefinitionRejected(problems)
    return ParsedFile(file=file, tree=tree, data=data, encoding=encoding)


def element_problem(rule: str, element: etree._Element, file: str, zh: str, en: str) -> Problem:
    """A Problem at `element`, or at its nearest ancestor with an id; names the line when there is none."""
    holder: etree._Element | None = element
    while holder is not None and not holder.get("id"):
        holder = holder.getparent()
    if holder is None or holder.getparent() is None:
        zh, en = f"第 {element.sourceline} 行：{zh}", f"line {element.sourceline}: {en}"
    return Problem(
        rule=rule,
        file=file,
        element_id=holder.get("id", "") if holder is not None else "",
        element_name=holder.get("name", "") if holder is not None else "",
        element_name_en=holder.get(f"{{{CX}}}name-en", "") if holder is not None else "",
        zh=zh,
        en=en,
    )


def duplicate_ids(parsed: ParsedFile) -> list[Problem]:
    """Ids that stand twice in the file, with both places: references to them could mean either. Blocks deploying."""
    first: dict[str, etree._Element] = {}
    problems = []
    for element in parsed.root.iter("*"):
        name = element.get("id")
        if not name:
            continue
        other = first.setdefault(name, element)
        if other is not element:
            here, there = element.sourceline, other.sourceline
            problems.append(
                element_problem(
                    "XML-09",
                    element,
                    parsed.file,
                    f"编号“{name}”重复：第 {there} 行（{local(other)}）、第 {here} 行（{local(element)}）；请改其一",
                    f'id "{name}" stands twice: line {there} ({local(other)}) and line {here} ({local(element)}); '
                    "change one of them",
                )
            )
    return problems


def local(element: etree._Element) -> str:
    """Name of an element without its namespace."""
    return etree.QName(element).localname


def _refuse(file: str, rule: str, zh: str, en: str) -> NoReturn:
    raise DefinitionRejected([Problem(rule=rule, file=file, zh=zh, en=en)])


def _decode(data: bytes, file: str) -> tuple[str, str]:
    """Text of the file with a declaration that says UTF-8, and the name of its own encoding."""
    body, family, codec = data, "", ""
    for mark, name, candidate in _BOMS:
        if data.startswith(mark):
            body, family, codec = data[len(mark) :], name, candidate
            break
    head = body[:400].decode(codec or "latin-1", "replace")
    match = _DECLARATION.match(head)
    declared = match.group(2).lower().replace("_", "-") if match else family or "utf-8"
    if family and declared not in {family, f"{family}le", f"{family}be"}:
        _refuse_encoding(file, declared)
    if not family:
        codec = "utf-8" if declared == "utf-8" else DECODED.get(declared, "")
    if not codec:
        _refuse_encoding(file, declared)
    try:
        text = body.decode(codec, "strict")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        _refuse(
            file,
            "XML-05",
            f"第 {line} 行的字节不符合声明的编码 {declared}；请用 UTF-8 重新保存文件",
            f"Line {line} is no {declared}, which the file declares; save it again as UTF-8",
        )
    if match:
        text = text[: match.start(2)] + "UTF-8" + text[match.end(2) :]
    return text, codec


def _refuse_encoding(file: str, declared: str) -> NoReturn:
    _refuse(
        file,
        "XML-04",
        f"不支持编码“{declared}”，或与文件的字节不一致；请用 UTF-8 保存文件",
        f'The encoding "{declared}" is not supported or not the one in which the file is written; save it as UTF-8',
    )


def _parse(text: str, file: str) -> etree._ElementTree:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(text.encode("utf-8"), parser).getroottree()
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        if "depth" in str(error) or "amplification" in str(error) or "huge" in str(error).lower():
            _refuse(
                file,
                "XML-06",
                f"第 {line} 行：嵌套过深或内容过大，疑似恶意文件；请从建模工具重新导出",
                f"Line {line}: nested too deep or grown too large; export it from the modeler again",
            )
        _refuse(
            file,
            "XML-01",
            f"不是格式正确的 XML，第 {line} 行：{error.msg}；请从建模工具重新导出",
            f"Not well-formed XML, line {line}: {error.msg}; export it from the modeler again",
        )
    except (ValueError, UnicodeEncodeError) as error:  # characters that XML cannot hold
        _refuse(file, "XML-01", f"不是 XML：{error}", f"Not XML: {error}")


def _check_size(root: etree._Element, file: str) -> None:
    for count, element in enumerate(root.iter(), 1):
        if count > MAX_ELEMENTS:
            _refuse(
                file,
                "XML-07",
                f"元素超过 {MAX_ELEMENTS:,} 个；请拆成几个流程",
                f"More than {MAX_ELEMENTS:,} elements; split it into several processes",
            )
        if len(element.attrib) > MAX_ATTRIBUTES:
            raise DefinitionRejected(
                [
                    element_problem(
                        "XML-08",
                        element,
                        file,
                        f"一个元素的属性超过 {MAX_ATTRIBUTES} 个；请删除多余的属性",
                        f"More than {MAX_ATTRIBUTES} attributes on one element; remove what is not needed",
                    )
                ]
            )
    _check_depth(root, file)


def _check_depth(root: etree._Element, file: str) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            _refuse(
                file,
                "XML-06",
                f"嵌套超过 {MAX_DEPTH} 层；请减少子流程的层数",
                f"Nested deeper than {MAX_DEPTH} levels; use fewer levels of sub-processes",
            )


def _unseen_characters(root: etree._Element, file: str) -> Iterator[Problem]:
    for element in root.iter("*"):
        found = None
        for value in element.attrib.values():
            found = found or _UNSEEN.search(str(value))
        for text in (element.text, element.tail):
            found = found or (_UNSEEN_IN_TEXT.search(text) if text else None)
        if found:
            code = f"U+{ord(found.group()):04X}"
            yield element_problem(
                "XML-10",
                element,
                file,
                f"名称或文字中有看不见的控制字符 {code}，会使显示的内容与实际不符；请删除后重新输入",
                f"A name or text holds the unseen control character {code}, which can disguise it; retype it",
            )
