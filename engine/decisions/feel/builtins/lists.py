"""Lists: DMN 1.5, chapter 10.3.4.4. Positions count from 1, negative ones from the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cmp_to_key, reduce

from engine.decisions.feel.builtins.declared import Here, all_of_kind, builtin
from engine.decisions.feel.numbers import CONTEXT, finite
from engine.decisions.feel.temporal import Days, Months
from engine.decisions.feel.values import Function, Value, compare, equal

_MANY = ("list:list", "c ...")


@builtin("list contains", "list:list element:any")
def list_contains(here: Here, items: list[Value], element: Value) -> Value:
    here.run.step(len(items))
    return any(equal(item, element) is True for item in items)


@builtin("count", "list:list")
def count(_: Here, items: list[Value]) -> Value:
    return Decimal(len(items))


def _extreme(name: str, wanted: Callable[[int], bool]) -> Function:
    def body(here: Here, items: list[Value]) -> Value:
        if not items:
            return here.nothing("列表为空", "the list is empty")
        best = items[0]
        for item in items:
            order = compare(item, best)
            if order is None:
                return here.nothing("列表中的值不能比较", "the items cannot be compared")
            best = item if wanted(order) else best
        return best

    return builtin(name, *_MANY)(body)


@builtin("sum", *_MANY)
def total(here: Here, items: list[Value]) -> Value:
    if items and all_of_kind(items, Decimal):
        return finite(reduce(CONTEXT.add, items))  # type: ignore[arg-type]
    if items and all_of_kind(items, Days):
        return Days(sum(item.nanos for item in items if isinstance(item, Days)))
    if items and all_of_kind(items, Months):
        return Months(sum(item.months for item in items if isinstance(item, Months)))
    return here.nothing("列表应为数或同类时长，且不为空", "a list of numbers or durations of one kind is needed")


@builtin("product", *_MANY)
def product(here: Here, items: list[Value]) -> Value:
    numbers = _numbers(here, items)
    return finite(reduce(CONTEXT.multiply, numbers)) if numbers else None


@builtin("mean", *_MANY)
def mean(here: Here, items: list[Value]) -> Value:
    numbers = _numbers(here, items)
    return finite(CONTEXT.divide(reduce(CONTEXT.add, numbers), Decimal(len(numbers)))) if numbers else None


@builtin("median", *_MANY)
def median(here: Here, items: list[Value]) -> Value:
    numbers = sorted(_numbers(here, items))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return finite(CONTEXT.divide(CONTEXT.add(numbers[middle - 1], numbers[middle]), Decimal(2)))


@builtin("stddev", *_MANY)
def stddev(here: Here, items: list[Value]) -> Value:
    """Of a sample: divided by one less than the count."""
    numbers = _numbers(here, items)
    if len(numbers) < 2:
        return here.nothing("至少需要两个数", "two numbers are needed at least")
    middle = CONTEXT.divide(reduce(CONTEXT.add, numbers), Decimal(len(numbers)))
    squares = [CONTEXT.power(CONTEXT.subtract(item, middle), Decimal(2)) for item in numbers]
    return finite(CONTEXT.sqrt(CONTEXT.divide(reduce(CONTEXT.add, squares), Decimal(len(numbers) - 1))))


@builtin("mode", *_MANY)
def mode(here: Here, items: list[Value]) -> Value:
    """The numbers that stand most often, in order."""
    if not items:
        return []
    numbers = _numbers(here, items)
    counts: dict[Decimal, int] = {}
    for item in numbers:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, often in counts.items() if often == most) if counts else None


def _numbers(here: Here, items: Sequence[Value]) -> list[Decimal]:
    """The items when all are numbers; [] and a reason otherwise."""
    numbers = [item for item in items if isinstance(item, Decimal)]
    if len(numbers) == len(items) and numbers:
        return numbers
    here.nothing("列表应全为数，且不为空", "a list of numbers is needed, and not an empty one")
    return []


def _judged(name: str, decisive: bool) -> Function:
    """`all` (a false settles it) and `any` (a true does)."""

    def body(here: Here, items: list[Value]) -> Value:
        if any(item is decisive for item in items):
            return decisive
        if all(item is (not decisive) for item in items):
            return not decisive
        return here.nothing("列表中有不是布尔值的项", "an item is no boolean")

    return builtin(name, "list:list", "b ...")(body)


@builtin("sublist", "list:list start_position:whole length:whole?")
def sublist(here: Here, items: list[Value], start: int, length: int | None = None) -> Value:
    begin = start - 1 if start > 0 else len(items) + start
    if start == 0 or not 0 <= begin <= len(items):
        return here.nothing("起始位置超出列表", "the start lies outside of the list")
    if length is None:
        return items[begin:]
    if length < 0 or begin + length > len(items):
        return here.nothing("长度超出列表", "the length goes beyond the list")
    return items[begin : begin + length]


@builtin("append", "list:list item:any ...")
def append(_: Here, items: list[Value], more: list[Value]) -> Value:
    return [*items, *more]


@builtin("concatenate", "list:list ...")
def concatenate(here: Here, lists: list[Value]) -> Value:
    return _joined(here, lists)


@builtin("union", "list:list ...")
def union(here: Here, lists: list[Value]) -> Value:
    joined = _joined(here, lists)
    return _distinct(here, joined) if joined is not None else None


def _joined(here: Here, lists: Sequence[Value]) -> list[Value] | None:
    found: list[Value] = []
    for one in lists:
        if one is None:
            here.nothing("参数不能为 null", "an argument is null")
            return None
        found += one if isinstance(one, list) else [one]
    here.run.step(len(found))
    return found


@builtin("distinct values", "list:list")
def distinct_values(here: Here, items: list[Value]) -> Value:
    return _distinct(here, items)


def _distinct(here: Here, items: Sequence[Value]) -> list[Value]:
    found: list[Value] = []
    for item in items:
        here.run.step(len(found) // 8 + 1)
        if not any(equal(item, known) is True for known in found):
            found.append(item)
    return found


@builtin("insert before", "list:list position:whole newItem:any")
def insert_before(here: Here, items: list[Value], position: int, item: Value) -> Value:
    place = _place(here, items, position, room=1)
    return [*items[:place], item, *items[place:]] if place is not None else None


@builtin("remove", "list:list position:whole")
def remove(here: Here, items: list[Value], position: int) -> Value:
    place = _place(here, items, position)
    return [*items[:place], *items[place + 1 :]] if place is not None else None


@builtin("list replace", "list:list position:whole newItem:any", "list:list match:function newItem:any")
def list_replace(here: Here, items: list[Value], which: Value, item: Value) -> Value:
    if isinstance(which, Function):
        hits = [here.call(which, old, item) for old in items]
        if not all(isinstance(hit, bool) for hit in hits):
            return here.nothing("match 函数应返回布尔值", "the match function must give a boolean")
        return [item if hit else old for hit, old in zip(hits, items, strict=True)]
    place = _place(here, items, which)  # type: ignore[arg-type]
    return [*items[:place], item, *items[place + 1 :]] if place is not None else None


def _place(here: Here, items: Sequence[Value], position: int, room: int = 0) -> int | None:
    """From 0. room: how many places behind the last item count too."""
    place = position - 1 if position > 0 else len(items) + position
    if position == 0 or not 0 <= place < len(items) + (room if position > 0 else 0):
        here.nothing("位置超出列表", "the position lies outside of the list")
        return None
    return place


@builtin("reverse", "list:list")
def reverse(_: Here, items: list[Value]) -> Value:
    return items[::-1]


@builtin("index of", "list:list match:any")
def index_of(here: Here, items: list[Value], match: Value) -> Value:
    here.run.step(len(items))
    return [Decimal(place) for place, item in enumerate(items, 1) if equal(item, match) is True]


@builtin("flatten", "list:list")
def flatten(here: Here, items: list[Value]) -> Value:
    found: list[Value] = []
    waiting: list[Value] = items[::-1]
    while waiting:
        here.run.step()
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item[::-1]
        else:
            found.append(item)
    return found


@builtin("sort", "list:list precedes:function?")
def sort(here: Here, items: list[Value], precedes: Function | None = None) -> Value:
    """By a function that says whether the first of two comes before the second; without one, from small to large."""
    if precedes is None:
        if any(compare(item, items[0]) is None for item in items):
            return here.nothing("列表中的值不能比较", "the items cannot be compared")
        return sorted(items, key=cmp_to_key(lambda left, right: compare(left, right) or 0))

    def order(left: Value, right: Value) -> int:
        if here.call(precedes, left, right) is True:
            return -1
        return 1 if here.call(precedes, right, left) is True else 0

    return sorted(items, key=cmp_to_key(order))


FUNCTIONS = (
    list_contains,
    count,
    _extreme("min", lambda order: order < 0),
    _extreme("max", lambda order: order > 0),
    total,
    product,
    mean,
    median,
    stddev,
    mode,
    _judged("all", decisive=False),
    _judged("any", decisive=True),
    sublist,
    append,
    concatenate,
    union,
    distinct_values,
    insert_before,
    remove,
    list_replace,
    reverse,
    index_of,
    flatten,
    sort,
)
