"""Negation, identity and contexts: DMN 1.5, chapters 10.3.4.2, 10.3.4.7 and 10.3.4.8."""

from __future__ import annotations

from engine.decisions.feel.builtins.declared import Here, builtin
from engine.decisions.feel.temporal import DateTime, Time
from engine.decisions.feel.values import Value, equal, kind_of


@builtin("not", "negand:any")
def negation(_: Here, value: Value) -> Value:
    return not value if isinstance(value, bool) else None


@builtin("is", "value1:any value2:any")
def identical(_: Here, left: Value, right: Value) -> Value:
    """Of one kind, equal, and told at the same place."""
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, (Time, DateTime)):
        return left == right
    return equal(left, right) is True


@builtin("get value", "m:context key:string", "m:context keys:list")
def get_value(here: Here, context: dict[str, Value], key: Value) -> Value:
    """keys: a path, from the outside inwards."""
    found: Value = context
    for one in key if isinstance(key, list) else [key]:
        if not isinstance(one, str):
            return here.nothing("键应为文字", "a key must be a text")
        if not isinstance(found, dict) or one not in found:
            return here.nothing(f"没有“{one}”这一项", f'there is no entry "{one}"')
        found = found[one]
    return found


@builtin("get entries", "m:context")
def get_entries(_: Here, context: dict[str, Value]) -> Value:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries:list")
def context(here: Here, entries: list[Value]) -> Value:
    found: dict[str, Value] = {}
    for entry in entries:
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(key, str) or not isinstance(entry, dict) or "value" not in entry or key in found:
            return here.nothing("每一项须有不重复的 key 和 value", "each entry needs a key of its own and a value")
        found[key] = entry["value"]
    return found


@builtin("context put", "context:context key:string value:any", "context:context keys:list value:any")
def context_put(here: Here, target: dict[str, Value], key: Value, value: Value) -> Value:
    keys = key if isinstance(key, list) else [key]
    if not keys or not all(isinstance(one, str) for one in keys):
        return here.nothing("keys 须为文字，且不为空", "keys must be texts, and one at least")
    return _put(here, target, [str(one) for one in keys], value)


def _put(here: Here, target: dict[str, Value], keys: list[str], value: Value) -> Value:
    """A copy with the value at the end of the path."""
    here.run.step()
    copy = dict(target)
    inner: dict[str, Value] = copy
    for one in keys[:-1]:
        below = inner.get(one)
        if not isinstance(below, dict):
            return here.nothing(f"“{one}”不是上下文", f'"{one}" is no context')
        inner[one] = below = dict(below)
        inner = below
    inner[keys[-1]] = value
    return copy


@builtin("context merge", "contexts:list")
def context_merge(here: Here, contexts: list[Value]) -> Value:
    found: dict[str, Value] = {}
    for one in contexts:
        if not isinstance(one, dict):
            return here.nothing("列表中有不是上下文的项", "an item is no context")
        found |= one
    return found


FUNCTIONS = (negation, identical, get_value, get_entries, context, context_put, context_merge)
