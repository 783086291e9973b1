"""What can be wrong with a form or with what was filled into it, in both languages, with the errors that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One finding about a value, before it is known where the value stands."""

    rule: (
        str  #: required, type, min, max, minLength, maxLength, pattern, option, unknown, reference, date, rule, size, …
    )
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueProblem:
    """One finding about one value. `path` is the key, "measures.0.by" inside lists, "" for the form as a whole."""

    path: str
    rule: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentProblem:
    """One finding about a form document, for its author: where, which rule, and what to do about it."""

    rule: str  #: "FORM-03"; the list stands in README.md
    element_id: str = ""  #: id of the component, its key where it has no id; "" for the form as a whole
    zh: str
    en: str


class FormValuesRejected(Exception):
    """The values break the rules of the form."""

    def __init__(self, problems: Sequence[ValueProblem]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.en}" for p in problems[:5]))
        self.problems = tuple(problems)


class FormDocumentRejected(Exception):
    """The form document cannot be used."""

    def __init__(self, problems: Sequence[DocumentProblem]) -> None:
        super().__init__("; ".join(f"{p.rule} {p.element_id}: {p.en}" for p in problems[:5]))
        self.problems = tuple(problems)
