"""Rules about data objects, data stores and the associations that move values between them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.dataflow.drawn import Book, associations, sources_of, target_of
from engine.workflow.elements.kinds import Found
from engine.workflow.sources import check_expression
from engine.workflow.xml import BPMN, CX, local

_COMPUTED = {"transformation", "assignment"}


def check_data(process: etree._Element) -> Iterator[Found]:
    """Rules DATA-01 and DATA-02: each association can be run and names what it can reach; each key can be read."""
    book = Book(process.getroottree().getroot())
    for node in process.iterdescendants(f"{{{BPMN}}}*"):
        for kind in ("Input", "Output"):
            for association in associations(node, kind):
                yield from _check_association(node, association, book)
    for reference in process.iter(f"{{{BPMN}}}dataStoreReference"):
        if reference.get(f"{{{CX}}}key") is not None:
            yield from check_expression(reference, str(reference.get(f"{{{CX}}}key", "")))


def _check_association(node: etree._Element, association: etree._Element, book: Book) -> Iterator[Found]:
    named = [*sources_of(association), target_of(association)]
    for reference in filter(None, named):
        element = book.element(reference)
        if element is None:
            yield (
                "DATA-02", node, f"数据关联所指的“{reference}”不是数据；请重新连到数据对象、数据存储或输入输出上",
                f'its data association names "{reference}", which is no data; connect it again to a data object, a'
                " data store, or an input or output",
            )  # fmt: skip
        elif not _is_in_reach(element, node):
            yield (
                "DATA-02", node,
                f"数据“{_label(element)}”画在别的子流程中，此处够不着；请移到外层，或经子流程的数据关联传递",
                f'the data "{_label(element)}" stand in another sub-process, out of reach from here; move them outwards'
                " or pass them on by associations of the sub-process",
            )  # fmt: skip
    computed = [child for child in association.iterchildren("*") if local(child) in _COMPUTED]
    if len(sources_of(association)) > 1 and not computed:
        yield (
            "DATA-01", node, "数据关联有几个来源，没有写明怎样合成一个值；请只留一个来源，或填写转换（transformation）",
            "a data association has several sources and does not say how one value comes of them; keep one source or"
            " write a transformation",
        )  # fmt: skip
    if _is_result(node, association) and (computed or _is_store(target_of(association), book)):
        yield (
            "DATA-01", node, "多实例汇总的结果只能直接存入变量；请去掉转换和赋值，存入数据存储的另画一个环节",
            "the collected results of a multi-instance activity go to a variable as they are; remove the"
            " transformation or assignment, and draw a step of its own to put them into a data store",
        )  # fmt: skip


def _is_in_reach(element: etree._Element, node: etree._Element) -> bool:
    """Whether the data are those of the node, or of a process or sub-process around it; or of a file as a whole."""
    if node in set(element.iterancestors()):
        return True
    holder: etree._Element | None = element.getparent()
    while holder is not None and local(holder) in {"ioSpecification", "multiInstanceLoopCharacteristics"}:
        holder = holder.getparent()
    return holder is None or holder in set(node.iterancestors())


def _label(element: etree._Element) -> str:
    return str(element.get("name") or element.get("id", ""))


def _is_result(node: etree._Element, association: etree._Element) -> bool:
    found = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics/{{{BPMN}}}loopDataOutputRef")
    return found is not None and (found.text or "").strip().split(":")[-1] in sources_of(association)


def _is_store(reference: str, book: Book) -> bool:
    place = book.place(reference)
    return place is not None and bool(place.store)
