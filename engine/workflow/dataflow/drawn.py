"""Reads from the XML which data a node takes, gives, and keeps to itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.workflow.languages import carried
from engine.workflow.xml import BPMN, CX, local

#: What bpmn-js calls the property that it draws because the schema wants a target: the association has none.
PLACEHOLDER = "__targetRef_placeholder"
_INNER = ("subProcess", "transaction", "adHocSubProcess")
_HOLDERS = ("dataObject", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput", "property",
            "inputDataItem", "outputDataItem")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is: the variable `name` or, with `store`, a value of a data store that `name` stands for."""

    name: str
    store: str = ""
    key: str = ""  #: expression for which of the values of the store; "" the one without key


@dataclass(frozen=True, slots=True)
class Copy:
    """One value on its way: of `expression` or, without one, of the one source."""

    sources: tuple[Place, ...]
    target: Place
    expression: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnData:
    """What the drawing says about the data of one node."""

    inputs: tuple[Copy, ...] = ()
    outputs: tuple[Copy, ...] = ()
    sees: frozenset[str] | None = None  #: names of all its inputs; None: all data of its scope
    wanted: tuple[frozenset[str], ...] = ()  #: one of these sets of inputs must have values
    returns: frozenset[str] | None = None  #: outputs that keep their name outside; None: all that is not its own
    own: frozenset[str] = frozenset()  #: names that mean something else outside
    items: Copy | None = None  #: the list of a multi-instance activity, where an association brings it
    collection: str = ""  #: else the variable that holds it
    results: str = ""  #: the variable in which the results of its instances are collected


class Book:
    """The data of one file, by id."""

    def __init__(self, root: etree._Element) -> None:
        self._known = {
            element.get("id", ""): element for element in root.iter(*(f"{{{BPMN}}}{kind}" for kind in _HOLDERS))
        }

    def element(self, reference: str) -> etree._Element | None:
        """The data that an id names: of a reference to a data object, that object."""
        found = self._known.get(reference)
        if found is not None and local(found) == "dataObjectReference":
            return self._known.get(_ref(found.get("dataObjectRef", "")))
        return found

    def place(self, reference: str) -> Place | None:
        """Where the data of this id is; None: nowhere."""
        element = self.element(reference)
        if element is None or element.get("name") == PLACEHOLDER:
            return None
        if local(element) == "dataStoreReference":
            store = _ref(element.get("dataStoreRef", "")) or reference
            return Place(reference, store, str(element.get(f"{{{CX}}}key", "")).strip())
        return Place(variable_of(element))

    def name(self, reference: str) -> str:
        """The variable of an id; what is no id is the name of a variable itself."""
        place = self.place(reference)
        return place.name if place is not None else reference


def variable_of(element: etree._Element) -> str:
    """Inputs, outputs and properties go by their name, since many activities may have one of that name; else by id."""
    name, id_ = element.get("name", ""), element.get("id", "")
    if local(element) in {"dataInput", "dataOutput", "property"} and name.isidentifier():
        return name
    return id_ or name


def read_data(process: etree._Element) -> dict[str, DrawnData]:
    """Nodes of `process` and its sub-processes about whose data something is drawn, by id."""
    book = Book(process.getroottree().getroot())
    found = {}
    for element in process.iterdescendants(f"{{{BPMN}}}*"):
        if element.get("id") and _may_hold(element):
            drawn = _Reading(element, book).drawn()
            if drawn != DrawnData():
                found[element.get("id", "")] = drawn
    return found


def _may_hold(element: etree._Element) -> bool:
    kind = local(element)
    return kind.endswith(("Task", "Event")) or kind in {"task", "callActivity", *_INNER}


def associations(element: etree._Element, kind: str) -> Iterator[etree._Element]:
    """The data associations of a node that go in ("Input") or come out ("Output")."""
    yield from element.iterchildren(f"{{{BPMN}}}data{kind}Association")


def sources_of(association: etree._Element) -> list[str]:
    return [_ref(child.text or "") for child in association.iterchildren(f"{{{BPMN}}}sourceRef")]


def target_of(association: etree._Element) -> str:
    child = association.find(f"{{{BPMN}}}targetRef")
    return _ref(child.text or "") if child is not None else ""


class _Reading:
    """One node and all that stands in it about data."""

    def __init__(self, element: etree._Element, book: Book) -> None:
        self.element, self.book = element, book
        found = element.find(f"{{{BPMN}}}ioSpecification")
        self.listed = found if found is not None else element  # events hold their inputs and outputs themselves
        self.loop = element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")

    def drawn(self) -> DrawnData:
        many = {"In": self._loop_reference("loopDataInputRef"), "Out": self._loop_reference("loopDataOutputRef")}
        coming = list(associations(self.element, "Input"))
        going = list(associations(self.element, "Output"))
        inputs = [copy for one in coming if target_of(one) != (many["In"] or None) for copy in self._input(one)]
        outputs = [copy for one in going if many["Out"] not in sources_of(one) for copy in self._output(one)]
        items = [copy for one in coming if many["In"] and target_of(one) == many["In"] for copy in self._input(one)]
        collected = [copy for one in going if many["Out"] in sources_of(one) for copy in self._output(one)]
        sees = self._listed("Input") if self._is_listed(map(target_of, coming), "Input") else None
        gives = self._listed("Output") if self._is_listed((s for a in going for s in sources_of(a)), "Output") else None
        given = frozenset(source.name for copy in outputs for source in copy.sources) & self._listed("Output")
        free = gives - given - {self.book.name(many["Out"])} if gives is not None else frozenset()
        filled = frozenset(copy.target.name for copy in inputs)
        return DrawnData(
            inputs=tuple(inputs),
            outputs=tuple(outputs),
            sees=sees | self._items_of_instances("inputDataItem") if sees is not None else None,
            wanted=self._wanted(many["In"]) if sees is not None else (),
            returns=(free | self._items_of_instances("outputDataItem")) if gives is not None else None,
            own=(filled - free) | given | self._kept(),
            items=items[0] if items else None,
            collection=self.book.name(many["In"]) if many["In"] else "",
            results=(collected[0].target.name if collected else self.book.name(many["Out"])) if many["Out"] else "",
        )

    def _loop_reference(self, name: str) -> str:
        child = self.loop.find(f"{{{BPMN}}}{name}") if self.loop is not None else None
        return _ref(child.text or "") if child is not None else ""

    def _items_of_instances(self, kind: str) -> frozenset[str]:
        item = self.loop.find(f"{{{BPMN}}}{kind}") if self.loop is not None else None
        return frozenset({variable_of(item)} if item is not None else ())

    def _listed(self, kind: str) -> frozenset[str]:
        return frozenset(variable_of(element) for element in self.listed.iterchildren(f"{{{BPMN}}}data{kind}"))

    def _is_listed(self, references: Iterator[str], kind: str) -> bool:
        """Whether associations are drawn to or from the inputs or outputs that the node lists: then these are all."""
        ids = {element.get("id", "") for element in self.listed.iterchildren(f"{{{BPMN}}}data{kind}")}
        return any(reference in ids for reference in references)

    def _wanted(self, items: str) -> tuple[frozenset[str], ...]:
        return tuple(
            frozenset(map(self.book.name, _texts(one, "dataInputRefs") - _texts(one, "optionalInputRefs") - {items}))
            for one in self.listed.iterchildren(f"{{{BPMN}}}inputSet")
        )

    def _kept(self) -> frozenset[str]:
        """Its properties and, of a sub-process, the data objects drawn in it."""
        kinds = ["property", *(["dataObject"] if local(self.element) in _INNER else [])]
        found = self.element.iterchildren(*(f"{{{BPMN}}}{kind}" for kind in kinds))
        return frozenset(variable_of(element) for element in found if element.get("name") != PLACEHOLDER)

    def _input(self, association: etree._Element) -> Iterator[Copy]:
        sources = self._sources(association)
        target = self.book.place(target_of(association))
        if target is None:  # drawn without a name inside: that of the data itself
            stored = [source for source in sources if source.store]
            yield from (Copy((source,), Place(source.name)) for source in stored)
        else:
            yield from self._copies(association, sources, target)

    def _output(self, association: etree._Element) -> Iterator[Copy]:
        target = self.book.place(target_of(association))
        if target is not None:
            sources = self._sources(association)
            if sources or target.store or _computed(association):
                yield from self._copies(association, sources or (Place(target.name),), target)

    def _sources(self, association: etree._Element) -> tuple[Place, ...]:
        found = map(self.book.place, sources_of(association))
        return tuple(place for place in found if place is not None)

    def _copies(self, association: etree._Element, sources: tuple[Place, ...], target: Place) -> Iterator[Copy]:
        assignments = list(association.iterchildren(f"{{{BPMN}}}assignment"))
        for assignment in assignments:
            named = _text(assignment, "to")
            into = target if target.store or named in {"", target.name} else Place(self.book.name(named))
            yield Copy(sources, into, _expression(assignment, "from"))
        transformation = _expression(association, "transformation")
        if transformation or (sources and not assignments):
            yield Copy(sources, target, transformation)


def _computed(association: etree._Element) -> bool:
    return any(local(child) in {"transformation", "assignment"} for child in association.iterchildren("*"))


def _expression(element: etree._Element, name: str) -> str:
    child = element.find(f"{{{BPMN}}}{name}")
    return carried(child) if child is not None else ""


def _text(element: etree._Element, name: str) -> str:
    child = element.find(f"{{{BPMN}}}{name}")
    return (child.text or "").strip() if child is not None else ""


def _texts(element: etree._Element, name: str) -> set[str]:
    return {_ref(child.text or "") for child in element.iterchildren(f"{{{BPMN}}}{name}")}


def _ref(text: str) -> str:
    return text.strip().split(":")[-1]
