"""The three kinds of text that analysts write: what each must be, how it begins, what is checked and published."""

from __future__ import annotations

from collections.abc import Mapping

from engine.commands.design_kinds.bpmn import BPMN
from engine.commands.design_kinds.dmn import DMN
from engine.commands.design_kinds.form import FORM
from engine.commands.design_kinds.kind import MAX_NAME_LENGTH, Begun, DesignKind, Draft

#: By the name under which the store keeps them.
KINDS: Mapping[str, DesignKind] = {"bpmn": BPMN, "dmn": DMN, "form": FORM}

__all__ = ["KINDS", "MAX_NAME_LENGTH", "Begun", "DesignKind", "Draft"]
