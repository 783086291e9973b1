"""Runs a pattern over a text: all its ways at once, one character after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from engine.decisions.feel.pattern.characters import Characters
from engine.decisions.feel.pattern.reading import (
    Anchor,
    Choice,
    Group,
    One,
    Part,
    PatternError,
    Reader,
    Repeat,
    Row,
    read_flags,
)

MAX_PROGRAM = 5000  #: instructions of one pattern

Step: TypeAlias = Callable[[int], None]
Slots: TypeAlias = tuple[int, ...]  #: where each group begins and ends, -1 for nowhere


class _Eat(NamedTuple):
    """Take one character of a set."""

    characters: Characters


class _Fork(NamedTuple):
    """Go on at both places; the first is preferred."""

    first: int
    second: int


class _Save(NamedTuple):
    slot: int


class _At(NamedTuple):
    kind: str


class _Done(NamedTuple):
    pass


_Instruction: TypeAlias = _Eat | _Fork | _Save | _At | _Done


class _Program:
    """Instructions, written part by part."""

    def __init__(self) -> None:
        self.code: list[_Instruction] = []

    def add(self, instruction: _Instruction) -> int:
        if len(self.code) >= MAX_PROGRAM:
            raise PatternError("展开后过长，请减少重复次数", "too long once its counts are written out")
        self.code.append(instruction)
        return len(self.code) - 1

    def write(self, part: Part) -> None:
        match part:
            case One():
                self.add(_Eat(part.characters))
            case Anchor():
                self.add(_At(part.kind))
            case Row():
                for one in part.parts:
                    self.write(one)
            case Group():
                self._group(part)
            case Choice():
                self._choice(part)
            case Repeat():
                self._repeat(part)

    def _group(self, group: Group) -> None:
        if not group.number:
            self.write(group.body)
            return
        self.add(_Save(2 * group.number))
        self.write(group.body)
        self.add(_Save(2 * group.number + 1))

    def _choice(self, choice: Choice) -> None:
        exits = []
        for one in choice.parts[:-1]:
            fork = self.add(_Fork(0, 0))
            self.write(one)
            exits.append(self.add(_Fork(0, 0)))
            self.code[fork] = _Fork(fork + 1, len(self.code))
        self.write(choice.parts[-1])
        for place in exits:
            self.code[place] = _Fork(len(self.code), len(self.code))

    def _repeat(self, repeat: Repeat) -> None:
        for _ in range(repeat.least):
            self.write(repeat.body)
        if repeat.most is None:
            fork = self.add(_Fork(0, 0))
            self.write(repeat.body)
            self.add(_Fork(fork, fork))
            self.code[fork] = self._fork(fork + 1, len(self.code), repeat)
            return
        forks = []
        for _ in range(repeat.most - repeat.least):
            forks.append(self.add(_Fork(0, 0)))
            self.write(repeat.body)
        for fork in forks:
            self.code[fork] = self._fork(fork + 1, len(self.code), repeat)

    @staticmethod
    def _fork(again: int, on: int, repeat: Repeat) -> _Fork:
        return _Fork(on, again) if repeat.lazy else _Fork(again, on)


class Pattern:
    """A compiled pattern. Immutable; shared by all threads."""

    def __init__(self, code: tuple[_Instruction, ...], groups: int) -> None:
        self._code = code
        self.groups = groups  #: how many are remembered

    def search(self, text: str, start: int, step: Step) -> Slots | None:
        """The first match at or behind `start`: (begin, end, begin of group 1, end of group 1, …). None: no match."""
        empty: Slots = (-1,) * (2 * self.groups + 2)
        found: Slots | None = None
        threads: dict[int, Slots] = {}
        for at in range(start, len(text) + 1):
            if found is None:
                self._follow(0, (at, *empty[1:]), at, text, threads)
            if not threads:
                if found is not None:
                    break
                continue
            step(len(threads) // 4 + 1)
            found, threads = self._advance(threads, text, at, found)
        return found

    def _advance(
        self, threads: dict[int, Slots], text: str, at: int, found: Slots | None
    ) -> tuple[Slots | None, dict[int, Slots]]:
        """Take the character at `at` on every way. A way that is done ends those that are less preferred."""
        character = text[at] if at < len(text) else ""
        following: dict[int, Slots] = {}
        for place, slots in threads.items():
            instruction = self._code[place]
            if isinstance(instruction, _Done):
                return (slots[0], at, *slots[2:]), following
            if character and isinstance(instruction, _Eat) and instruction.characters(character):
                self._follow(place + 1, slots, at + 1, text, following)
        return found, following

    def _follow(self, place: int, slots: Slots, at: int, text: str, threads: dict[int, Slots]) -> None:
        """Add every place that is reached from `place` without taking a character, the preferred ones first."""
        waiting = [(place, slots)]
        seen = set(threads)
        while waiting:
            place, slots = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            match self._code[place]:
                case _Fork(first, second):
                    waiting += ((second, slots), (first, slots))
                case _Save(slot):
                    waiting.append((place + 1, (*slots[:slot], at, *slots[slot + 1 :])))
                case _At(kind):
                    if _is_at(kind, text, at):
                        waiting.append((place + 1, slots))
                case _:
                    threads[place] = slots

    def spans(self, text: str, step: Step) -> Iterator[tuple[int, int]]:
        """Where matches begin and end, from left to right. For patterns that match no empty text."""
        for slots in self._all(text, step):
            yield slots[0], slots[1]

    def replace(self, text: str, replacement: str, step: Step) -> list[str]:
        """The pieces of `text` with each match replaced; `$1` is group 1, `$0` the match. Raises PatternError."""
        template = _template(replacement, self.groups)
        parts, start = [], 0
        for slots in self._all(text, step):
            parts.append(text[start : slots[0]])
            parts += [piece if isinstance(piece, str) else _group(text, slots, piece) for piece in template]
            start = slots[1]
        return [*parts, text[start:]]

    def _all(self, text: str, step: Step) -> Iterator[Slots]:
        start = 0
        while (slots := self.search(text, start, step)) is not None:
            yield slots
            start = max(slots[1], slots[0] + 1)


def _is_at(kind: str, text: str, at: int) -> bool:
    match kind:
        case "start":
            return at == 0
        case "end":
            return at == len(text)
        case "line start":
            return at == 0 or text[at - 1] == "\n"
    return at == len(text) or text[at] == "\n"


def _group(text: str, slots: Slots, number: int) -> str:
    begin, end = slots[2 * number], slots[2 * number + 1]
    return text[begin:end] if begin >= 0 and end >= 0 else ""


def _template(replacement: str, groups: int) -> list[str | int]:
    """Texts, and numbers of groups."""
    found: list[str | int] = []
    at = 0
    while at < len(replacement):
        sign = replacement[at]
        following = replacement[at + 1 : at + 2]
        if sign == "\\":
            if following not in {"\\", "$"} or not following:
                raise PatternError("“\\”之后只能是“\\”或“$”", 'only "\\" or "$" may follow "\\" in a replacement')
            found.append(following)
            at += 2
        elif sign == "$":
            at += 1
            digits = ""
            while replacement[at : at + 1].isdecimal() and (not digits or int(digits + replacement[at]) <= groups):
                digits += replacement[at]
                at += 1
            if not digits:
                raise PatternError("“$”之后应为组号", 'the number of a group must follow "$" in a replacement')
            if int(digits) <= groups:
                found.append(int(digits))
        else:
            found.append(sign)
            at += 1
    return found


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str = "") -> Pattern:
    """Raises PatternError."""
    reader = Reader(pattern, read_flags(flags))
    part = reader.read()
    program = _Program()
    program.write(part)
    program.add(_Done())
    return Pattern(tuple(program.code), reader.groups)
