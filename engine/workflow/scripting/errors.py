"""What can go wrong with a script, and with the sandbox that runs it."""

from __future__ import annotations

from engine.errors import ChangxiaoError


class ScriptError(ChangxiaoError):
    """A script or expression failed; its author must mend it.

    SpiffWorkflow adds `args[0]` to texts of its own, so there is exactly one argument, and it is text.
    """

    code = "script_error"

    def __init__(
        self, line: int, message: str, *, kind: str = "", zh: str = "", told: tuple[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.line = line  #: 1-based line of the source as drawn; 0 when no line is to blame
        self.kind = kind  #: class name of the error inside the sandbox, "NameError"; "" for our own refusals
        self.zh = zh or message
        #: The same in Chinese and English for those who may not see the case: the words of the script's own error,
        #: which may quote what somebody typed, are left out.
        self.told = told or (self.zh, message)


class BpmnError(ChangxiaoError):
    """A script called bpmn_error(code, message, name=value, …), or a service raises it: the drawing says what then."""

    code = "bpmn_error"

    def __init__(self, error_code: str, values: dict[str, object]) -> None:
        super().__init__(f"The work ended in the error {error_code}.")
        self.error_code = error_code  #: as the errorCode of an error in the diagram
        self.values = values  #: for who catches it: error_code, error_message and what the script adds


class SandboxUnavailable(ChangxiaoError):
    """The sandbox for scripts cannot be had on this machine; nothing that runs scripts may start."""

    code = "sandbox_unavailable"
