"""Scripts and expressions of process definitions, run in a sandbox outside of this process."""

from engine.workflow.scripting.clock import StepContext, current_step, step_context
from engine.workflow.scripting.environment import (
    MontyEnvironment,
    ScriptEngine,
    check_source,
    names_of,
    sandbox_level,
    script_engine,
)
from engine.workflow.scripting.errors import SandboxUnavailable, ScriptError
from engine.workflow.scripting.launcher import SandboxLevel

__all__ = [
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
