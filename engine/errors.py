"""What can go wrong, in families by who must act.

ChangxiaoError
├── NotFound                 nothing there, or nothing the caller may know of      404
├── Refused                  somebody else must do it                              403
│   ├── NotSignedIn          sign in first                                         401
│   └── TooMany              wait a while                                          429
├── Conflict                 look again: the world moved on                        409
├── Rejected                 mend what was sent                                    422
│   ├── DefinitionRejected   the author of a definition must mend it
│   ├── FormRejected         the person who filled in the form must mend it
│   └── InputRejected        the caller of the API must mend a value
├── StepFailed               an operator must act: becomes an Incident             409
└── Unavailable              nobody: ask again in a moment                         503

`code` is stable and machine-readable; facts are attributes; the text for people is made from both at the edge, in
the reader's language. The English message here is for logs and developers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar, Literal

Severity = Literal["error", "warning", "info"]


class ChangxiaoError(Exception):
    """Root of every error that this project raises on purpose."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])
        self.facts: dict[str, object] = facts


class NotFound(ChangxiaoError):
    """There is no such thing, or the caller may not know of it."""

    code = "not_found"


class Refused(ChangxiaoError):
    """The caller may not do this; somebody else must."""

    code = "refused"


class NotSignedIn(Refused):
    """The caller is nobody we know: no session, an expired one, or a wrong password."""

    code = "not_signed_in"


class TooMany(Refused):
    """The caller has tried too often. Facts: retry_after (seconds)."""

    code = "too_many_attempts"


class Conflict(ChangxiaoError):
    """The thing has changed since the caller looked at it."""

    code = "conflict"


class TaskNotOpen(Conflict):
    """The user task was completed or cancelled before this call. Facts: state, by (name of who ended it)."""

    code = "task_not_open"


class AlreadyClaimed(Conflict):
    """Somebody else has claimed the user task. Facts: by, at."""

    code = "already_claimed"


class Beaten(Conflict):
    """Two changes met and the other one went first. Asking again will do."""

    code = "beaten"


class DraftChanged(Conflict):
    """The person has saved something else for this task meanwhile, in another window. Facts: revision."""

    code = "draft_changed"


class FormChanged(Conflict):
    """The task has another version of its form than the one that was filled in."""

    code = "form_changed"


class IdempotencyMismatch(Conflict):
    """The Idempotency-Key was used before with another request."""

    code = "idempotency_mismatch"


class Unavailable(ChangxiaoError):
    """The database is away, full, or has no place free. Asking again will do, under the same key.

    What was asked may have been done: of a connection that breaks at the commit nobody knows. Facts: retry_after
    (seconds).
    """

    code = "unavailable"


class Rejected(ChangxiaoError):
    """What was sent cannot be accepted as it is."""

    code = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about a definition: where, which rule, and what to do about it, in both languages."""

    rule: str  #: stable id of the rule, "XML-01", "CX-03", "FAIR-01"
    severity: Severity = "error"
    file: str = ""
    element_id: str = ""
    column: int = 0  #: where the element is a rule of a decision table: the cell, from 1 over conditions and results
    element_name: str = ""
    element_name_en: str = ""  #: cx:name-en; empty: it has none
    zh: str
    en: str
    path: tuple[str, ...] = ()  #: ids of nodes and flows on the way that leads to it, in order; () where none is told

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", tuple(self.path))  # JSON knows lists only

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


class DefinitionRejected(Rejected):
    """A BPMN, DMN or form file cannot be deployed."""

    code = "definition_rejected"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.file}#{p.element_id}: {p.en}" for p in problems[:5]))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """One finding about one field of a form, in both languages. `path` is the key, "measures.0.by" inside lists."""

    path: str
    rule: str  #: required, type, min, max, minLength, maxLength, pattern, option, rule, guard, …
    zh: str
    en: str


class FormRejected(Rejected):
    """The values of a form break its rules."""

    code = "form_rejected"

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.en}" for p in problems[:5]))
        self.problems = tuple(problems)

    def by_field(self, language: str) -> dict[str, list[str]]:
        """{path: [message]} in `language` ("zh" or "en")."""
        found: dict[str, list[str]] = {}
        for problem in self.problems:
            found.setdefault(problem.path, []).append(problem.zh if language.startswith("zh") else problem.en)
        return found


class InputRejected(Rejected):
    """A value in the request is wrong. Facts: field, value, allowed."""

    code = "input_rejected"

    def __init__(self, zh: str, en: str, **facts: object) -> None:
        super().__init__(en, **facts)
        self.zh, self.en = zh, en


class StepFailed(ChangxiaoError):
    """The process could not go on after a valid request. Facts: node_id, cause, and by cause reason, line, error.

    cause: stable word for what happened ("script", "no_way_out"), from which the operator is told in his language.
    The message and the facts reach incidents and logs, so they never quote a value of the case.
    """

    code = "step_failed"

    def __init__(
        self, message: str, *, node_id: str = "", cause: str = "", facts: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message, node_id=node_id, cause=cause, **(facts or {}))
        self.node_id, self.cause = node_id, cause
