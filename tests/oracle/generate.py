"""Random processes: structured ones, unstructured sound ones, and wild ones that may get stuck.

`model(seed)` is the same model for ever; `Model.root` can be rendered (`render.py`), played (`game.py`) and explored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from random import Random
from typing import Literal

from tests.oracle.blocks import Builder
from tests.oracle.explore import explore
from tests.oracle.model import Flow, Model, Node, Scope

Family = Literal["structured", "sound", "wild"]

#: Of ten models, how many of each family.
MIX: tuple[Family, ...] = ("structured",) * 6 + ("sound",) * 3 + ("wild",)

TRIES = 25
EXPLORED = 80  #: markings, when looking whether an unstructured model is sound


def model(seed: int, kinds: Collection[str] | None = None) -> Model:
    """The model of this seed; `kinds` of blocks (blocks.py), all of them by default."""
    family = MIX[seed % len(MIX)]
    if family == "structured":
        return structured(seed, kinds)
    return unstructured(seed, sound=family == "sound")


def structured(seed: int, kinds: Collection[str] | None = None, *, size: int = 40) -> Model:
    """Blocks in blocks: three in a row, of at most `size` nodes when chance allows."""
    random = Random(seed)  # noqa: S311
    found = None
    for _ in range(TRIES):
        found = Builder(random, kinds).whole(depth=3, blocks=random.randint(1, 3))
        if 6 <= found.size <= size:
            break
    assert found is not None
    return Model(found, seed)


def unstructured(seed: int, *, sound: bool) -> Model:
    """A structured process of gateways and tasks with ways that lead across its blocks.

    sound: only what always can end, with never two tokens on one flow; else anything.
    """
    random = Random(seed)  # noqa: S311
    for _ in range(TRIES):
        root = Builder(random, FLAT).process(depth=3, blocks=random.randint(1, 2))
        if root.size > 20:
            continue
        for number in range(random.randint(1, 3)):
            root = _with_a_way_across(root, random, number)
        root = _with_other_joins(root, random)
        if not sound or explore(root, EXPLORED, give_up=True).sound:
            return Model(root, seed)
    return structured(seed, FLAT)


#: Blocks of unstructured models: gateways and tasks, nothing that calls tokens off.
FLAT = ("task", "task", "sequence", "exclusive", "parallel", "inclusive", "loop")


def _with_a_way_across(scope: Scope, random: Random, number: int) -> Scope:
    """A choice on one flow that leads to a merge on another."""
    first, second = random.sample(scope.flows, 2)
    fork, merge = f"xf{number}", f"xm{number}"
    flows = [flow for flow in scope.flows if flow not in (first, second)]
    flows += [
        replace(first, target=fork),
        Flow(f"f_{fork}_on", fork, first.target, default=True),
        Flow(f"f_{fork}_across", fork, merge, condition=f"y{number}"),
        replace(second, target=merge),
        Flow(f"f_{merge}_on", merge, second.target),
    ]
    return Scope((*scope.nodes, Node(fork, "exclusive"), Node(merge, "exclusive")), tuple(flows))


def _with_other_joins(scope: Scope, random: Random) -> Scope:
    """Some parallel joins wait only for what can come; some merges as well."""

    def changed(node: Node) -> Node:
        joins = len(scope.incoming(node.id)) > 1 and len(scope.outgoing(node.id)) == 1
        if node.kind in {"parallel", "exclusive"} and joins and random.random() < 0.4:
            return replace(node, kind="inclusive")
        return node

    return Scope(tuple(changed(node) for node in scope.nodes), scope.flows)


def variables(root: Scope) -> tuple[str, ...]:
    """Names of all that conditions ask."""
    found = {flow.condition for scope in root.walk() for flow in scope.flows if flow.condition}
    found |= {
        node.repeated.condition  # type: ignore[union-attr]
        for scope in root.walk()
        for node in scope.nodes
        if hasattr(node.repeated, "condition")
    }
    found |= {node.ad_hoc.until for scope in root.walk() for node in scope.nodes if node.ad_hoc is not None}
    return tuple(sorted(found - {""}))
