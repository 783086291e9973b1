"""Scripts and expressions of process definitions, run in a sandbox outside of this process.

The language is Python without `del`, `yield`, `globals()` and files; generator expressions are worked out at once.
Modules: json, re, math, datetime, decimal, collections, itertools, functools, random. Ready without import: date,
datetime, timedelta, timezone, Decimal, math. What leaves is JSON: dates become ISO 8601 text, Decimal its exact text.
"""

from engine.workflow.scripting.clock import StepContext, current_step, step_context
from engine.workflow.scripting.environment import (
    MontyEnvironment,
    ScriptEngine,
    check_source,
    names_of,
    sandbox_level,
    script_engine,
)
from engine.workflow.scripting.errors import BpmnError, SandboxUnavailable, ScriptError
from engine.workflow.scripting.launcher import SandboxLevel

__all__ = [
    "BpmnError",
    "MontyEnvironment",
    "SandboxLevel",
    "SandboxUnavailable",
    "ScriptEngine",
    "ScriptError",
    "StepContext",
    "check_source",
    "current_step",
    "names_of",
    "sandbox_level",
    "script_engine",
    "step_context",
]
