"""Types that a model declares: structure, allowed values, and what a value must be to count as one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.decisions.dmn.errors import Mistake
from engine.decisions.dmn.model import ItemDefinition
from engine.decisions.feel import FeelSyntaxError, Type, UnaryTests, parse_unary_tests
from engine.decisions.feel.run import Frame
from engine.decisions.feel.types import SIMPLE
from engine.decisions.feel.values import Value

MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class Declared:
    """One item definition, ready to judge values."""

    name: str
    base: str  #: another type by name; "" for a structure or function
    allowed: UnaryTests | None
    is_collection: bool
    components: Mapping[str, Declared] | None
    is_function: bool = False


class Types:
    """The types of a model, by name. Names of FEEL's own need no declaration."""

    def __init__(self, items: Sequence[ItemDefinition], imported: Mapping[str, Declared]) -> None:
        self.mistakes: list[Mistake] = []
        self.declared: dict[str, Declared] = dict(imported)
        for item in items:
            self.declared[item.name] = self._declare(item)

    def _declare(self, item: ItemDefinition) -> Declared:
        allowed = None
        if item.allowed:
            try:
                allowed = parse_unary_tests(item.allowed)
            except FeelSyntaxError as error:
                zh, en = f"类型“{item.name}”的可取值有误：{error.zh}", f'allowed values of "{item.name}": {error.en}'
                self.mistakes.append(Mistake(rule="DMN-11", element_id=item.id, zh=zh, en=en))
        components = {one.name: self._declare(one) for one in item.components} if item.components else None
        base = "" if components is not None else item.type
        return Declared(item.name, base, allowed, item.is_collection, components, item.parameters is not None)

    def is_known(self, name: str) -> bool:
        return not name or name in SIMPLE or name in self.declared

    def feel_types(self) -> Mapping[str, Type]:
        """As `instance of` and parameters inside of expressions know them."""
        return {name: self._feel_type(name, 0) for name in self.declared}

    def _feel_type(self, name: str, depth: int) -> Type:
        declared = self.declared.get(name)
        if declared is None or depth > MAX_DEPTH:
            return Type(name if name in SIMPLE else "Any")
        return self._feel_of(declared, depth)

    def _feel_of(self, declared: Declared, depth: int) -> Type:
        if declared.is_function:
            found = Type("function")
        elif declared.components is not None:
            entries = {name: self._feel_of(one, depth + 1) for name, one in declared.components.items()}
            found = Type("context", entries=entries)
        else:
            found = self._feel_type(declared.base, depth + 1) if declared.base else Type("Any")
        return Type("list", element=found) if declared.is_collection else found

    def checked(self, frame: Frame, value: Value, name: str) -> Value:
        """`value` when it is one of the type, else null with the reason. One value counts as a list of one."""
        if value is None or not name or name == "Any":
            return value
        declared = self.declared.get(name)
        if declared is not None and declared.is_collection and not isinstance(value, list):
            value = [value]
        if isinstance(value, list) and len(value) == 1 and not self._is_list(name, 0):
            value = value[0]
        if self._fits(frame, value, name, 0):
            return value
        frame.run.note(f"值不符合类型“{name}”", f'the value is no "{name}"')
        return None

    def _is_list(self, name: str, depth: int) -> bool:
        declared = self.declared.get(name)
        if declared is None or depth > MAX_DEPTH:
            return False
        return declared.is_collection or self._is_list(declared.base, depth + 1)

    def _fits(self, frame: Frame, value: Value, name: str, depth: int) -> bool:
        declared = self.declared.get(name)
        if declared is not None:
            return self._fits_declared(frame, value, declared, depth)
        return name not in SIMPLE or value is None or Type(name).accepts(value)

    def _fits_declared(self, frame: Frame, value: Value, declared: Declared, depth: int) -> bool:
        if depth > MAX_DEPTH or value is None:
            return depth <= MAX_DEPTH
        if declared.is_collection:
            return isinstance(value, list) and all(self._fits_one(frame, item, declared, depth) for item in value)
        return self._fits_one(frame, value, declared, depth)

    def _fits_one(self, frame: Frame, value: Value, declared: Declared, depth: int) -> bool:
        if declared.components is not None:
            if not isinstance(value, dict):
                return False
            parts = declared.components.items()
            if not all(self._fits_declared(frame, value.get(key), one, depth + 1) for key, one in parts):
                return False
        elif declared.base and not self._fits(frame, value, declared.base, depth + 1):
            return False
        return declared.allowed is None or declared.allowed.within(frame, value) is True
