"""Reads types inside of expressions: `list<number>`, `context<a: string>`, `function<date> -> boolean`."""

from __future__ import annotations

from collections.abc import Mapping

from engine.decisions.feel.names import normal
from engine.decisions.feel.scanner import Scanner
from engine.decisions.feel.types import SIMPLE, Type

_BY_LENGTH = sorted(SIMPLE, key=len, reverse=True)
MAX_TYPE_DEPTH = 20


class TypeReader(Scanner):
    """types: those that the model declares, by name."""

    def __init__(self, text: str, types: Mapping[str, Type]) -> None:
        super().__init__(text)
        self._types = types
        self._type_depth = 0

    def type(self) -> Type:
        self._type_depth += 1
        if self._type_depth > MAX_TYPE_DEPTH:
            self.fail("类型嵌套过深", "the type is nested too deep")
        found = self._type()
        self._type_depth -= 1
        return found

    def _type(self) -> Type:
        self.skip()
        declared = self._declared()
        if declared is not None:
            return declared
        match self.word():
            case "list" | "range" as kind:
                self.accept_word(kind)
                return Type(kind, element=self._element())
            case "context":
                self.accept_word("context")
                return Type("context", entries=self._entries())
            case "function":
                self.accept_word("function")
                return self._function()
        for name in _BY_LENGTH:
            if self._accept_words(name):
                return Type(name)
        raise self.error(f"没有类型“{self.shown}”", f'there is no type "{self.shown}"')

    def _declared(self) -> Type | None:
        for name in sorted(self._types, key=len, reverse=True):
            if self._accept_words(name):
                return self._types[name]
        return None

    def _accept_words(self, name: str) -> bool:
        start = self.position
        for word in name.split():
            if not self.accept_word(word):
                self.position = start
                return False
        return True

    def _element(self) -> Type | None:
        if not self.accept("<"):
            return None
        found = self.type()
        self._close()
        return found

    def _entries(self) -> Mapping[str, Type] | None:
        if not self.accept("<"):
            return None
        found: dict[str, Type] = {}
        while not found or self.accept(","):
            self.skip()
            start = self.position
            while word := self.word():
                self.position += len(word)
            name = normal(self.text[start : self.position])
            self.expect(":")
            found[name] = self.type()
        self._close()
        return found

    def _function(self) -> Type:
        if not self.accept("<"):
            return Type("function")
        parameters: list[Type] = []
        while self.sign()[:1] != ">":
            if parameters:
                self.expect(",")
            parameters.append(self.type())
        self._close()
        result = self.type() if self.accept("->") else None
        return Type("function", parameters=tuple(parameters), result=result)

    def _close(self) -> None:
        """A closing `>`; two of them, or one before `=`, are not one sign here."""
        self.skip()
        if self.text[self.position : self.position + 1] != ">":
            self.expect(">")
        self.position += 1
