"""Runs scripts and expressions of process definitions in Monty, an interpreter that holds no host objects at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, MutableMapping
from functools import cache

from pydantic_monty import CollectString, MontyConversionError, MontyCrashedError, MontyError, ResourceLimits
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task

from engine.workflow.scripting import feel
from engine.workflow.scripting.clock import MAX_PRINTED_BYTES, current_step
from engine.workflow.scripting.errors import SandboxUnavailable, ScriptError
from engine.workflow.scripting.explain import explain, thrown_by
from engine.workflow.scripting.launcher import SandboxLevel
from engine.workflow.scripting.plain import plain_copy
from engine.workflow.scripting.pool import SandboxPool
from engine.workflow.scripting.prepare import Prepared, first_line, prepare, throwing
from engine.workflow.scripting.simple import simple

MAX_SECONDS = 0.5
LIMITS: ResourceLimits = {
    "max_feed_duration_secs": MAX_SECONDS,
    "max_memory": 64 * 1024**2,
    "max_recursion_depth": 200,
    "max_suspensions": 100,
    "max_total_sleep_secs": 0.0,
}


class MontyEnvironment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """The only place where text of a definition is executed: in the sandbox, or not at all where it is `simple`."""

    def __init__(self, pool: SandboxPool | None = None) -> None:
        super().__init__()
        self.pool = pool or SandboxPool()

    def evaluate(
        self, expression: str, context: Mapping[str, object], external_context: Mapping[str, object] | None = None
    ) -> object:
        """Value of `expression` as plain data. Only names that it mentions are taken from `context`.

        Raises ScriptError (the author must mend it) or SandboxUnavailable (the operator must).
        """
        prepared = prepare(expression, "eval")
        if prepared.is_literal:
            return prepared.literal
        plain = simple(expression)
        if plain is not None:
            values = {**_named(plain.names, external_context or {}), **_named(plain.names, context)}
            if len(values) == len(plain.names):  # else the sandbox says which has no value
                return plain_copy(plain.value(values))
        return self._run(prepared, context, external_context)

    def execute(
        self,
        script: str,
        context: MutableMapping[str, object],
        external_context: Mapping[str, object] | None = None,
    ) -> bool:
        """Run `script` and put what it assigned or changed into `context`; on any error `context` stays untouched."""
        prepared = prepare(script, "exec")
        result = self._run(prepared, context, external_context)
        if not isinstance(result, dict):
            raise ScriptError(0, "the script ended without a result", zh="脚本没有正常结束")
        context.update(result)
        return True

    def call_service(self, context: object, **arguments: object) -> object:  # noqa: ARG002 - SpiffWorkflow's signature
        raise SandboxUnavailable("Services are never called by a script; they are answered by the command layer.")

    def _run(
        self, prepared: Prepared, context: Mapping[str, object], external_context: Mapping[str, object] | None
    ) -> object:
        step = current_step()
        inputs = {
            name: plain_copy(values[name])
            for values in (external_context or {}, context)
            for name in prepared.names
            if name in values and not callable(values[name])
        }
        printed = CollectString(max_bytes=MAX_PRINTED_BYTES)
        mark = secrets.token_hex(16) if prepared.throws else ""
        before = first_line(prepared, frozenset(inputs)) + (throwing(mark) if mark else "")
        code = before + prepared.code
        try:
            with self.pool.checkout(LIMITS, step.at, step.seed) as session:
                raw = session.feed_run(code, inputs=inputs, print_callback=printed)
        except MontyCrashedError as error:
            raise _stopped(error) from None
        except MontyConversionError as error:
            told = ("值的类型不能交给脚本", "a value has a type that scripts do not take")
            raise ScriptError(0, str(error), kind="TypeError", told=told) from None
        except MontyError as error:
            if mark and (thrown := thrown_by(error, mark)) is not None:
                raise thrown from None
            raise explain(
                error, MAX_SECONDS, prepared.lines, frozenset(prepared.names), before=before.count("\n")
            ) from None
        finally:
            step.add_printed(printed.output)
        return plain_copy(raw)


def _named(names: Iterable[str], values: Mapping[str, object]) -> dict[str, object]:
    return {name: values[name] for name in names if name in values and not callable(values[name])}


def _stopped(error: MontyCrashedError) -> ScriptError:
    """The worker was killed from outside, or died; its successor is already on the way."""
    if error.timed_out:
        return ScriptError(
            0,
            f"took longer than {MAX_SECONDS} s and was stopped",
            kind="TimeoutError",
            zh=f"运行超过 {MAX_SECONDS} 秒，已中止",
        )
    return ScriptError(
        0, "used more than the sandbox allows and was stopped", kind="MemoryError", zh="超出沙箱限制，已中止"
    )


class ScriptEngine(PythonScriptEngine):  # type: ignore[misc]
    """SpiffWorkflow's door to the environment: adds to each ScriptError the task in which it happened."""

    environment: MontyEnvironment

    def validate(self, expression: str) -> None:
        names_of(expression)

    def evaluate(self, task: Task, expression: str, external_context: Mapping[str, object] | None = None) -> object:
        try:
            if feel.is_marked(expression):
                return feel.evaluate(expression, external_context or {}, task.data)
            return self.environment.evaluate(expression, task.data, external_context)
        except ScriptError as error:
            raise _at(task, expression, error) from error

    def execute(self, task: Task, script: str, external_context: Mapping[str, object] | None = None) -> bool:
        try:
            return self.environment.execute(script, task.data, external_context)
        except ScriptError as error:
            raise _at(task, script, error) from error


def _at(task: Task, source: str, error: ScriptError) -> SpiffWorkflowException:
    source = source.partition(":")[2] if feel.is_marked(source) else source
    lines = source.splitlines()
    shown = lines[error.line - 1].strip() if 0 < error.line <= len(lines) else source.strip().split("\n")[0]
    return WorkflowTaskException(
        f"{error} (in: {shown[:120]})", task=task, exception=error, line_number=error.line, error_line=shown
    )


@cache
def script_engine() -> ScriptEngine:
    """The engine that all workflows of this process share; safe on any number of threads, and across forks."""
    return ScriptEngine(environment=MontyEnvironment())


def sandbox_level() -> SandboxLevel:
    """The locks on this process's sandbox. Raises SandboxUnavailable: then neither web nor worker may start."""
    return script_engine().environment.pool.level()


def check_source(source: str, *, script: bool) -> tuple[ScriptError, ...]:
    """What is wrong with a script or expression, as far as reading it can tell. For publishing."""
    try:
        if feel.is_marked(source) and not script:
            feel.prepared(source)
        else:
            prepare(source, "exec" if script else "eval")
    except ScriptError as error:
        return (error,)
    return ()


def names_of(source: str) -> Iterable[str]:
    """Names that an expression mentions, for the lint and for finding the variables of a process."""
    return feel.prepared(source).names if feel.is_marked(source) else prepare(source, "eval").names
