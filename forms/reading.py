"""Walks through the components of a form document: keys, groups, lists, conditions. What a field is, leaf.py knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from forms.document import Findings, Json
from forms.expressions import KEYWORDS, Expression, NotUnderstood, Path, Read
from forms.leaf import LEAF_TYPES, date_edges, typed
from forms.model import Entry, Leaf, Rows
from forms.properties import Component

DISPLAY_TYPES = frozenset({"text", "html", "separator", "spacer", "button"})
DEFAULT_ROWS, MAX_ROWS = 200, 1_000
_MAX_LISTS = 3  #: lists inside lists
_KEY = re.compile(r"[a-z][A-Za-z0-9_]{0,63}")
#: Names that conditions use for something else than a field.
CONTEXT_NAMES = frozenset({"case", "unit", "period", "today"})
_RESERVED = KEYWORDS | (CONTEXT_NAMES - {"unit"}) | {"this", "parent", "data", "i"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a component stands."""

    prefix: Path = ()  #: of the groups around it
    hides: tuple[Expression, ...] = ()
    hide_texts: tuple[str, ...] = ()
    lists: int = 0  #: how many lists are around it
    taken: set[Path] = field(default_factory=set)  #: paths of the same object


class Reader:
    """Reads a form document once; problems go to `findings`."""

    def __init__(self, read: Read, findings: Findings) -> None:
        self._read, self._findings, self._ids = read, findings, set[str]()

    def entries(self, root: Json) -> tuple[Entry, ...]:
        """Every field and list of the form, in order."""
        return tuple(self._entries(root, "", _Place()))

    def condition(self, text: str, where: str) -> Expression | None:
        """A condition, or None where it is not understood."""
        try:
            return self._read(text, where)
        except NotUnderstood as error:
            self._findings.add(
                "FORM-11",
                where,
                f"表达式“{text}”第{error.position}个字符：{error.zh}。请按 FEEL 的写法改正，例如 n > 3 and a != b。",
                f"Expression “{text}”, character {error.position}: {error.en}. Write FEEL, such as n > 3 and a != b.",
            )
            return None

    def _entries(self, parent: Json, where: str, place: _Place) -> Iterator[Entry]:
        components = parent.get("components")
        if not isinstance(components, list | tuple):
            self._findings.add("FORM-02", where, "缺少组件列表（components）。", "The list of components is missing.")
            return
        for number, json in enumerate(components):
            if not isinstance(json, Mapping):
                self._findings.add(
                    "FORM-02", where, f"第{number + 1}个组件不是对象。", f"Component {number + 1} is no object."
                )
                continue
            yield from self._component(Component(json, self._name(json, where, number), self._findings), place)

    def _name(self, json: Json, where: str, number: int) -> str:
        """The id by which problems name the component; notes a missing or repeated one."""
        element_id = json.get("id")
        if isinstance(element_id, str) and element_id.strip():
            if element_id in self._ids:
                self._findings.add("FORM-04", element_id, "组件标识重复，请更换 id。", "Two components have this id.")
            self._ids.add(element_id)
            return element_id
        name = str(json.get("key") or json.get("path") or f"{where}#{number + 1}")
        self._findings.add("FORM-04", name, "组件缺少标识（id），请补充。", "The component has no id: add one.")
        return name

    def _component(self, component: Component, place: _Place) -> Iterator[Entry]:
        kind = component.type
        if kind in DISPLAY_TYPES:
            return
        if kind == "group":
            inner = self._below(component, place)
            path = self._path(component, component.text("path")) if component.text("path") else ()
            yield from self._entries(component.json, component.where, replace(inner, prefix=place.prefix + path))
        elif kind == "dynamiclist":
            yield from self._list(component, place)
        elif kind in LEAF_TYPES:
            yield from self._leaf(component, place)
        else:
            known = ", ".join(sorted({*LEAF_TYPES, *DISPLAY_TYPES, "group", "dynamiclist"}))
            component.add(
                "FORM-03",
                f"不支持组件类型“{kind}”，可用的有：{known}。",
                f"The component type “{kind}” is not supported: use one of {known}.",
            )

    def _leaf(self, component: Component, place: _Place) -> Iterator[Entry]:
        path = self._take_path(component, component.text("key"), place)
        label = component.label()
        known = typed(component, label)
        here = self._below(component, place)
        if path is None:
            return
        leaf = Leaf(
            id=component.where,
            path=path,
            label=label,
            description=component.description(),
            hides=here.hides,
            hide_texts=here.hide_texts,
            type=known.type,
            field=known.field,
            required=known.field.needed,
            locked=component.is_locked(),
            process=component.flag("cx.process"),
            outcome=component.flag("cx.outcome"),
            scope=self._scope(component),
            edges=date_edges(component, lambda text: self.condition(text, component.where)),
            options=known.options,
            facts={name: value for name, value in known.facts.items() if value is not None},
        )
        if (leaf.process or leaf.outcome) and (place.lists or len(path) > 1):
            component.add(
                "FORM-13",
                "只有表单第一层的填写项可以作为流程变量或办理结果。",
                "Only a field at the top of the form can be a process variable or the outcome.",
            )
        yield leaf

    def _list(self, component: Component, place: _Place) -> Iterator[Entry]:
        path = self._take_path(component, component.text("path") or component.text("key"), place)
        label = component.label()
        fewest = component.whole("cx.minRows", default=int(component.is_required()), lowest=0, highest=MAX_ROWS)
        most = component.whole("cx.maxRows", default=DEFAULT_ROWS, lowest=1, highest=MAX_ROWS)
        if fewest > most:
            component.add("FORM-07", "最少行数不得大于最多行数。", "cx.minRows must not be greater than cx.maxRows.")
        if place.lists >= _MAX_LISTS:
            component.add("FORM-13", f"列表最多嵌套{_MAX_LISTS}层。", f"Lists nest at most {_MAX_LISTS} deep.")
        here = self._below(component, place)
        entries = tuple(self._entries(component.json, component.where, _Place(lists=place.lists + 1)))
        process = component.flag("cx.process")
        if path is None:
            return
        if process and (place.lists or len(path) > 1):
            component.add(
                "FORM-13",
                "只有表单第一层的列表可以作为流程变量。",
                "Only a list at the top of the form can be a process variable.",
            )
        yield Rows(
            id=component.where,
            path=path,
            label=label,
            description=component.description(),
            hides=here.hides,
            hide_texts=here.hide_texts,
            entries=entries,
            fewest=fewest,
            most=most,
            process=process,
        )

    def _below(self, component: Component, place: _Place) -> _Place:
        """`place` with the condition of this component added."""
        conditional = component.json.get("conditional")
        text = conditional.get("hide") if isinstance(conditional, Mapping) else None
        if text is None or text == "":
            return place
        hide = self.condition(text, component.where) if isinstance(text, str) else None
        if hide is None:
            if not isinstance(text, str):
                component.add("FORM-11", "隐藏条件应为文字。", "conditional.hide must be text.")
            return place
        return replace(place, hides=(*place.hides, hide), hide_texts=(*place.hide_texts, cast("str", text)))

    def _path(self, component: Component, key: str) -> Path:
        """The parts of a key; () with a problem where it cannot be one."""
        path = tuple(key.split("."))
        if all(_KEY.fullmatch(part) for part in path) and path[0] not in _RESERVED and len(path) <= 5:
            return path
        component.add(
            "FORM-05",
            f"键名“{key}”不可用：应以小写字母开头，只含字母、数字和下划线，且不是保留字。",
            f"The key “{key}” cannot be used: begin with a small letter; letters, digits and _ only; no reserved word.",
        )
        return ()

    def _take_path(self, component: Component, key: str, place: _Place) -> Path | None:
        """The full path of a field, noted as taken; None with a problem."""
        own = self._path(component, key)
        if not own:
            return None
        path = place.prefix + own
        for other in place.taken:
            if other[: len(path)] == path or path[: len(other)] == other:
                component.add("FORM-05", f"键名“{key}”重复，请更换。", f"The key “{key}” is taken: choose another.")
                return None
        place.taken.add(path)
        return path

    def _scope(self, component: Component) -> str:
        """cx.scope: "unit" (of the task) or "field:key" (of the unit chosen there)."""
        scope = component.prop("cx.scope")
        if scope and scope != "unit" and not _KEY.fullmatch(scope.removeprefix("field:")):
            component.add(
                "FORM-13",
                f"cx.scope“{scope}”不可用，应为 unit 或 field:键名。",
                f"cx.scope “{scope}” is not known: use unit or field:key.",
            )
        if scope and component.prop("cx.type") not in {"user", "users", "dept"}:
            component.add("FORM-13", "cx.scope 只能用于人员或部门。", "cx.scope belongs on persons and departments.")
        return scope
