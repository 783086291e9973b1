"""The stored form of an instance: tokens and data only, no specs; msgpack, compressed.

Layout (version 2): two letters, the version, a zstd frame of
[last token, names of specs, snapshots, forks, top scope, [host token, name, scope]…].
Values that several tokens share are stored once: a snapshot is what differs from another, its base, and an untouched
one is written again as it was read. What was completed and can be undone stands behind the tokens of its scope, if
there is any (version 2). Nodes go by name, so a state does not depend on the order in a parsed file.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import msgspec
import zstandard

from engine.errors import StepFailed
from engine.workflow.data import Data, Fork, Snapshot, Values, changed, load
from engine.workflow.records import Done
from engine.workflow.task import COMPLETED, FINISHED, WAITING, LiveTask
from engine.workflow.tree import LiveSubWorkflow

if TYPE_CHECKING:
    from engine.workflow.tree import LiveWorkflow, Scope

MAGIC = b"CX"
VERSION = 2
READABLE = {1, 2}  #: version 1 knew nothing to undo
MAX_STATE_BYTES = 64 * 1024**2
_HEADER = MAGIC + bytes([VERSION])
_ABSENT = object()


class StateUnreadable(StepFailed):
    """The stored state of an instance was not written by this version of the engine, or not for this definition."""

    code = "state_unreadable"


class _Zstd(threading.local):
    """zstd contexts are not safe to share between threads."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=1, write_checksum=False).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_zstd = _Zstd()
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


def dump(top: LiveWorkflow) -> bytes:
    """The state of an instance at rest."""
    pool = _Pool()
    scopes = [_dump_scope(scope, pool) for scope in top.scopes()]
    hosts = [(inside.host.id, inside.spec.name) for inside in top.subprocesses.values()]
    state = (top.seq, pool.names, pool.snapshots, pool.forks, scopes, hosts)
    return _HEADER + _zstd.compress(_encode(state))


class _Pool:
    """Numbers what tokens share. Number 0 stands for nothing."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.snapshots: list[tuple[int, Values] | tuple[int, Values, tuple[str, ...]]] = []
        self.forks: list[tuple[int, int]] = []
        self._name: dict[str, int] = {}
        self._snapshot: dict[int, int] = {}
        self._fork: dict[int, int] = {}
        self._written: list[Data] = []

    def name(self, name: str) -> int:
        number = self._name.get(name)
        if number is None:
            number = self._name[name] = len(self.names)
            self.names.append(name)
        return number

    def fork(self, fork: Fork | None) -> int:
        if fork is None:
            return 0
        number = self._fork.get(id(fork))
        if number is None:
            outer = self.fork(fork.outer)
            self.forks.append((self.snapshot(fork.data, fork.outer), outer))
            number = self._fork[id(fork)] = len(self.forks)
        return number

    def snapshot(self, data: Data, fork: Fork | None) -> int:
        if not data:
            return 0
        number = self._snapshot.get(id(data))
        if number is None:
            self.snapshots.append(self._difference(data, fork))
            self._written.append(data)
            number = self._snapshot[id(data)] = len(self.snapshots)
        return number

    def _difference(self, data: Data, fork: Fork | None) -> Any:
        if data.__class__ is Snapshot:
            base = self._snapshot.get(id(data.base), 0) if data.base is not None else 0
            if base or data.base is None:
                return (base, data.own, data.gone) if data.gone else (base, data.own)
        values = load(data)
        base_data = fork.data if fork is not None else self._written[0] if self._written else None
        if base_data is None or (base := self._snapshot.get(id(base_data), 0)) == 0:
            return (0, values)
        known = load(base_data)
        own = {name: value for name, value in values.items() if changed(known.get(name, _ABSENT), value)}
        gone = tuple(name for name in known if name not in values)
        if len(own) + len(gone) >= len(values):
            return (0, values)
        return (base, own, gone) if gone else (base, own)


def _dump_scope(scope: Scope, pool: _Pool) -> tuple[Any, ...]:
    rows = []
    root = scope.task_tree
    for task in scope.tasks.values():
        if task is root:
            continue
        is_open = not task._state & FINISHED
        fork = pool.fork(task.fork) if is_open else 0
        row: list[Any] = [task.id, task._parent, pool.name(task.task_spec.name), task._state]
        if is_open:
            row += (pool.snapshot(task.carried, task.fork), fork)
            if task.internal_data:
                row.append(task.internal_data)
        rows.append(row)
    final = pool.snapshot(scope.final, None) if scope.completed else 0
    if not scope.done:
        return (root.id, scope.completed, final, rows)
    return (root.id, scope.completed, final, rows, _dump_done(scope.done, pool))


def _dump_done(found: list[Done], pool: _Pool) -> list[tuple[Any, ...]]:
    return [
        (pool.name(done.name), pool.snapshot(done.data, None), done.holder, _dump_done(done.inner, pool))
        for done in found
    ]


def _read_done(rows: Any, names: list[str], pool: list[Data], spec: Any, specs: Any) -> list[Done]:
    found = []
    for name, snapshot, holder, inner in rows:
        activity = spec.task_specs.get(names[name])
        if activity is None or not activity.records:
            raise StateUnreadable(f"Nothing undoes node {names[name]} any more.", facts={"missing": names[name]})
        inside = specs.get(getattr(getattr(activity, "instance", activity), "spec", ""))
        found.append(Done(names[name], pool[snapshot], _read_done(inner, names, pool, inside, specs), holder))
    return found


def read(top: LiveWorkflow, state: bytes) -> None:
    """Fill the new workflow `top` with a stored state. Raises StateUnreadable."""
    if state[:2] != MAGIC:
        raise StateUnreadable("This is not the state of a process instance.")
    found = state[2] if len(state) > 2 else 0
    if found not in READABLE:
        raise StateUnreadable(
            f"The state was written by codec version {found}; this engine reads version {VERSION}.",
            facts={"found": found, "expected": VERSION},
        )
    try:
        plain = _zstd.decompress(state[3:], max_output_size=MAX_STATE_BYTES)
        top.seq, names, snapshots, forks, scopes, hosts = _decode(plain)
        _fill(top, names, snapshots, forks, scopes, hosts)
    except (zstandard.ZstdError, msgspec.DecodeError, ValueError, TypeError, IndexError) as error:
        raise StateUnreadable(f"The stored state is damaged: {error}") from error


def _fill(top: LiveWorkflow, names: list[str], snapshots: Any, forks: Any, scopes: Any, hosts: Any) -> None:
    pool: list[Data] = [{}]
    for base, own, *gone in snapshots:
        pool.append(Snapshot(pool[base] if base else None, own, tuple(gone[0]) if gone else ()))
    known_forks: list[Fork | None] = [None]
    for snapshot, outer in forks:
        known_forks.append(Fork(pool[snapshot], known_forks[outer]))
    _fill_scope(top, scopes[0], names, pool, known_forks)
    for (host_token, name), content in zip(hosts, scopes[1:], strict=True):
        host = top.find(host_token)
        if host is None or name not in top.subprocess_specs:
            raise StateUnreadable(f"The definition has no sub-process {name}.", facts={"missing": name})
        inside = LiveSubWorkflow(top.subprocess_specs[name], host)
        top.subprocesses[host_token] = inside
        _fill_scope(inside, content, names, pool, known_forks)


def _fill_scope(scope: Scope, content: Any, names: list[str], pool: list[Data], forks: list[Fork | None]) -> None:
    root_id, scope.completed, final, rows, *done = content
    scope.final = pool[final]
    if done:
        scope.done = _read_done(done[0], names, pool, scope.spec, scope.top_workflow.subprocess_specs)
    new, specs = LiveTask.__new__, scope.spec.task_specs
    top, tasks, open_tasks = scope.top_workflow, scope.tasks, scope.open_tasks
    root = new(LiveTask)
    _restore(root, scope, scope.spec.start, (root_id, None, COMPLETED), ({}, None, {}))
    scope.task_tree = tasks[root_id] = root
    for token, parent, name, state, *rest in rows:
        spec = specs.get(names[name])
        if spec is None:
            raise StateUnreadable(f"The definition has no node {names[name]}.", facts={"missing": names[name]})
        task = new(LiveTask)
        snapshot, fork, internal = (*rest, {}) if len(rest) == 2 else rest or (0, 0, {})
        _restore(task, scope, spec, (token, parent, state), (pool[snapshot], forks[fork], internal))
        tasks[token] = task
        if not state & FINISHED:
            open_tasks[token] = task
            if state == WAITING and spec.settles:
                top.unsettled[token] = task
    for row in rows:
        tasks[row[1]]._children.append(row[0])


def _restore(
    task: LiveTask, scope: Scope, spec: Any, row: tuple[int, int | None, int], data: tuple[Data, Fork | None, Any]
) -> None:
    """Set all attributes at once: with hundreds of tokens this is the greater part of a load."""
    task.__dict__ = {
        "id": row[0],
        "workflow": scope,
        "task_spec": spec,
        "_parent": row[1],
        "_children": [],
        "_state": row[2],
        "carried": data[0],
        "fork": data[1],
        "internal_data": data[2],
    }
