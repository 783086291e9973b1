"""Event sub-processes, each interrupting and not, in the process and in a sub-process."""

from __future__ import annotations

from collections.abc import Iterator

from tests.elements.drawing import element, event_sub, in_p, sequence
from tests.elements.event_kinds import KINDS
from tests.elements.table import Row, refused
from tests.unit.workflow.models import end, parallel, start, throw, user

#: Kinds that an event sub-process beside its scope goes on catching; a timer of one date is over.
STAYS = {"message", "signal", "escalation", "conditional"}


def event_sub_rows() -> Iterator[Row]:
    for kind in ("message", "signal", "timer", "conditional", "error", "escalation", "compensate"):
        for interrupting in (True, False):
            if interrupting or kind not in {"error", "compensate"}:
                yield _row(kind, interrupting, nested=False)
                yield _row(kind, interrupting, nested=True)


NOTHING_ABOVE = refused("ELEM-04", "s_ES", "补偿事件子流程须画在子流程里", "nothing undoes a whole process")


def _row(kind: str, interrupting: bool, *, nested: bool) -> Row:
    word, zh = ("interrupting", "中断") if interrupting else ("non-interrupting", "非中断")
    return Row(
        id=f"event-sub-process-{kind}-{word}" + ("-nested" if nested else ""),
        element="subProcess triggeredByEvent",
        zh=f"{zh}{KINDS[kind].zh}事件子流程" + ("（在子流程中）" if nested else ""),
        en=f"{word} {kind} event sub-process" + (" inside of a sub-process" if nested else ""),
        model=_model(kind, interrupting, nested),
        story=() if kind == "compensate" and not nested else _story(kind, interrupting, nested),
        refusal=NOTHING_ABOVE if kind == "compensate" and not nested else None,
    )


def _model(kind: str, interrupting: bool, nested: bool) -> bytes:
    """A, then T, which throws what only the process itself can throw, then B; at its end Z in the nested one."""
    definition = KINDS[kind].definition
    main = user("A") + throw("T", definition if kind == "escalation" else "") + user("B")
    flows = "A>T; T>B; B>"
    first = "A"
    if kind == "error":
        main = parallel("P") + user("A") + end("T", definition) + user("B")
        flows, first = "P>A; P>B; A>T; B>", "P"
    handler = event_sub("ES", definition, user("H"), end("e9"), flows="s_ES>H; H>e9", interrupting=interrupting)
    if not nested:
        return in_p(main, handler, flows=f"s>{first}; {flows}e")
    if kind == "compensate":
        return in_p(
            element("subProcess", "SP", start("s2") + user("A") + end("e2") + handler + sequence("s2>A; A>e2")),
            throw("T", definition), user("Z"), flows="s>SP; SP>T; T>Z; Z>e",
        )  # fmt: skip
    inside = start("s2") + main + end("e2") + handler + sequence(f"s2>{first}; {flows}e2")
    return in_p(element("subProcess", "SP", inside), user("Z"), flows="s>SP; SP>Z; Z>e")


def _story(kind: str, interrupting: bool, nested: bool) -> tuple[str, ...]:
    if kind == "compensate":
        return ("start > A SP", "complete A > ES H T", "complete H > Z", "complete Z > end e")
    around = ["SP"] if nested else []
    begun = ["A", "B"] if kind == "error" else ["A"]
    after = "Z" if nested else "end e9"
    end_of_z = ("complete Z > end e",) if nested else ()
    happens = KINDS[kind].happens.format(node="ES") or "complete A"
    first = f"start x=False > {_rest(*begun, 'ES', *around)}"
    if interrupting:
        return (first, f"{happens} > {_rest('ES', 'H', *around)}", f"complete H > {after}", *end_of_z)
    beside = ["ES", *(["ES"] if kind in STAYS else [])]
    steps = [first]
    if kind != "escalation":
        steps.append(f"{happens} > {_rest('A', 'H', *beside, *around)}")
    steps += [
        f"complete A > {_rest('B', 'H', *beside, *around)}",
        f"complete B > {_rest('H', *beside, *around)}",
        f"complete H > {after}",
    ]
    return (*steps, *end_of_z)


def _rest(*nodes: str) -> str:
    return " ".join(sorted(nodes))


ROWS = tuple(event_sub_rows())
