"""From DMN XML of the versions 1.1 to 1.5 to a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from lxml import etree

from engine.decisions.dmn.errors import Mistake, ModelRejected
from engine.decisions.dmn.model import (
    Decision,
    Definitions,
    FunctionExpression,
    Import,
    InputData,
    ItemDefinition,
    Knowledge,
    Parameter,
    Service,
)
from engine.decisions.dmn.reading_boxed import read_boxed, read_function
from engine.decisions.dmn.xml import children, first, foreign, text_in, type_ref

MAX_FILE_BYTES = 5 * 1024**2
NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
Named = TypeVar("Named", InputData, Decision, Knowledge, Service)


def read_model(data: bytes, *, file: str = "") -> Definitions:
    """The model in a file. Raises ModelRejected with every mistake found."""
    root = _root(data)
    names = _names(root)
    mistakes: list[Mistake] = []
    found = Definitions(
        id=root.get("id", ""),
        foreign=foreign(root),
        name=root.get("name", ""),
        namespace=root.get("namespace", ""),
        file=file,
        items=tuple(_item(item) for item in children(root, "itemDefinition")),
        inputs=_by_name((_input(one) for one in children(root, "inputData")), mistakes),
        decisions=_by_name((_decision(one, names) for one in children(root, "decision")), mistakes),
        knowledge=_by_name((_knowledge(one, names) for one in children(root, "businessKnowledgeModel")), mistakes),
        services=_by_name((_service(one, names) for one in children(root, "decisionService")), mistakes),
        imports=tuple(
            Import(name=one.get("name", ""), namespace=one.get("namespace", "")) for one in children(root, "import")
        ),
    )
    mistakes += _unknown_references(root, names)
    if mistakes:
        raise ModelRejected(mistakes)
    return found


def _root(data: bytes) -> etree._Element:
    if len(data) > MAX_FILE_BYTES:
        raise _refused("DMN-02", "文件超过 5 MB", "the file has more than 5 MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.fromstring(data, parser).getroottree()
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise _refused("DMN-01", f"第 {line} 行：不是格式正确的 XML", f"line {line}: not well-formed XML") from None
    if tree.docinfo.internalDTD is not None:
        raise _refused("DMN-03", "文件含有 DOCTYPE，请删除", "the file has a DOCTYPE; remove it")
    root = tree.getroot()
    name = etree.QName(root)
    if name.namespace not in NAMESPACES or name.localname != "definitions":
        raise _refused("DMN-04", "不是 DMN 1.1 至 1.5 的文件", "no DMN file of version 1.1 to 1.5")
    return root


def _refused(rule: str, zh: str, en: str) -> ModelRejected:
    return ModelRejected([Mistake(rule=rule, element_id="", zh=zh, en=en)])


def _names(root: etree._Element) -> Mapping[str, str]:
    """Element id → the name under which expressions know it: its variable's, else its own."""
    found: dict[str, str] = {}
    for kind in ("inputData", "decision", "businessKnowledgeModel", "decisionService"):
        for element in children(root, kind):
            found[element.get("id", "")] = _name(element)
    return found


def _name(element: etree._Element) -> str:
    variable = first(element, "variable")
    own: str = variable.get("name", "") if variable is not None else ""
    return " ".join((own or element.get("name", "") or element.get("id", "")).split())


def _type(element: etree._Element) -> str:
    variable = first(element, "variable")
    return type_ref(variable) if variable is not None else ""


def _by_name(found: Iterator[Named], mistakes: list[Mistake]) -> dict[str, Named]:
    by_name: dict[str, Named] = {}
    for one in found:
        if one.name in by_name:
            mistakes.append(
                Mistake(rule="DMN-05", element_id=one.id, zh=f"名称“{one.name}”重复", en=f'"{one.name}" stands twice')
            )
        by_name[one.name] = one
    return by_name


def _input(element: etree._Element) -> InputData:
    return InputData(
        id=element.get("id", ""),
        foreign=foreign(element),
        name=_name(element),
        label=element.get("name", ""),
        type=_type(element),
    )


def _item(element: etree._Element) -> ItemDefinition:
    function = first(element, "functionItem")
    allowed = first(element, "allowedValues")
    constraint = first(element, "typeConstraint")
    tests = constraint if constraint is not None else allowed
    return ItemDefinition(
        id=element.get("id", ""),
        name=" ".join(element.get("name", "").split()),
        type=type_ref(element),
        allowed=text_in(tests, "text") if tests is not None else "",
        is_collection=element.get("isCollection") == "true",
        components=tuple(_item(one) for one in children(element, "itemComponent")),
        parameters=_parameters(function) if function is not None else None,
        result=function.get("outputTypeRef", "").split(":")[-1] if function is not None else "",
    )


def _parameters(function: etree._Element) -> tuple[Parameter, ...]:
    return tuple(Parameter(name=one.get("name", ""), type=type_ref(one)) for one in children(function, "parameters"))


def _decision(element: etree._Element, names: Mapping[str, str]) -> Decision:
    return Decision(
        id=element.get("id", ""),
        foreign=foreign(element),
        name=_name(element),
        label=element.get("name", ""),
        type=_type(element),
        expression=read_boxed(element),
        inputs=tuple(_required(element, "requiredInput", names)),
        decisions=tuple(_required(element, "requiredDecision", names)),
        knowledge=tuple(_required(element, "requiredKnowledge", names)),
        question=text_in(element, "question"),
        description=text_in(element, "description"),
    )


def _knowledge(element: etree._Element, names: Mapping[str, str]) -> Knowledge:
    logic = first(element, "encapsulatedLogic")
    function = read_function(logic) if logic is not None else FunctionExpression(parameters=(), body=None)
    return Knowledge(
        id=element.get("id", ""),
        name=_name(element),
        type=_type(element),
        function=function,
        knowledge=tuple(_required(element, "requiredKnowledge", names)),
    )


def _service(element: etree._Element, names: Mapping[str, str]) -> Service:
    def named(kind: str) -> tuple[str, ...]:
        return tuple(names.get(_target(one), _target(one)) for one in children(element, kind))

    return Service(
        id=element.get("id", ""),
        foreign=foreign(element),
        name=_name(element),
        label=element.get("name", ""),
        type=_type(element),
        outputs=named("outputDecision"),
        encapsulated=named("encapsulatedDecision"),
        input_decisions=named("inputDecision"),
        inputs=named("inputData"),
    )


def _required(element: etree._Element, kind: str, names: Mapping[str, str]) -> Iterator[str]:
    for requirement in element.iterchildren("{*}informationRequirement", "{*}knowledgeRequirement"):
        for reference in children(requirement, kind):
            yield names.get(_target(reference), _target(reference))


def _target(reference: etree._Element) -> str:
    """The id behind "#id"; a reference into another file, "namespace#id", stays whole."""
    href: str = reference.get("href", "")
    return href.removeprefix("#")


def _unknown_references(root: etree._Element, names: Mapping[str, str]) -> Iterator[Mistake]:
    for reference in root.iter("{*}requiredInput", "{*}requiredDecision", "{*}requiredKnowledge"):
        target = _target(reference)
        if target not in names and "#" not in target:
            owner = reference.getparent()
            holder = owner.getparent() if owner is not None else None
            yield Mistake(
                rule="DMN-06",
                element_id=holder.get("id", "") if holder is not None else "",
                zh=f"引用的“{target}”不存在；请重新连线",
                en=f'"{target}", which it requires, does not exist; connect it again',
            )
