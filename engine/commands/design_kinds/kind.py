"""What the desk of the analysts asks of every kind of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.errors import Problem
from engine.store.transaction import Transaction

MAX_NAME_LENGTH = 100
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text as it stands: the key that it is for, its file in a bundle, the test cases beside a decision."""

    key: str
    file: str
    content: bytes
    cases: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What a text begins with, and what it calls itself."""

    key: str
    name: str
    name_en: str
    content: bytes
    cases: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignKind:
    """One kind of text.

    check: raises DefinitionRejected for what cannot even be kept as a draft; called before every save.
    names: what the text calls itself, in Chinese and English; "" where it says nothing.
    lint: everything that is wrong with it, beside what is in force.
    blank: a text of this key and name with nothing in it.
    read_import: a file of one's own (name, content, key that is meant or ""). Raises DefinitionRejected, InputRejected.
    bundle: the files that are published together, and those that are stored beside them as they are in force.
    """

    ending: str  #: of its file, ".bpmn"
    endings: tuple[str, ...]  #: of files that may be imported
    media_type: str
    words_zh: str  #: what people call it
    words_en: str
    check: Callable[[Draft], None]
    names: Callable[[Draft], tuple[str, str]]
    lint: Callable[[Transaction, Draft], tuple[Problem, ...]]
    blank: Callable[[str, str], bytes]
    read_import: Callable[[str, bytes, str], Begun]
    bundle: Callable[[Transaction, Draft], tuple[Mapping[str, bytes], Mapping[str, bytes]]]


def counted(problems: tuple[Problem, ...]) -> tuple[int, int]:
    """How many of them forbid publishing, and how many are warnings."""
    severities = [problem.severity for problem in problems]
    return severities.count("error"), severities.count("warning")
