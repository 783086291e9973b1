"""Blocks of which random processes are built, each with one way in and one way out."""

from __future__ import annotations

from tests.oracle.model import AdHoc, Event, Loop, Many, Scope
from tests.oracle.parts import FREE, OUTSIDE, SIGNALS, Ends, Parts


class Builder(Parts):
    """Blocks that are scopes, or that throw."""

    def whole(self, depth: int, blocks: int) -> Scope:
        """A whole process: some have event sub-processes of their own."""
        self.process(depth, blocks)
        if (self.kinds is None or "guarded" in self.kinds) and self.likely(0.2):
            for event in self.random.sample(OUTSIDE, self.random.randint(1, 2)):
                self._handler(event, 1)
        return Scope(tuple(self.nodes), tuple(self.flows))

    # ---- scopes ----

    def _sub(self, depth: int) -> Ends:
        node = self.add("p", "sub")
        inner = self.inside()
        called = self.likely(0.25)
        self.change(node, inside=inner.process(depth, 1), repeated=self._repetition(), called=called)
        if self.likely(0.6):
            self._attach(node)
        return node, node

    def _bare(self, depth: int) -> Ends:
        """A sub-process without start and end events: it begins everywhere where no flow leads to."""
        node = self.add("p", "sub")
        inner = self.inside()
        for _ in range(self.random.randint(1, 2)):
            first, _ = inner._task(0)
            inner.flow(first, inner.block(depth)[0])
        self.change(node, inside=Scope(tuple(inner.nodes), tuple(inner.flows)), repeated=self._repetition())
        return node, node

    def _ad_hoc(self, depth: int) -> Ends:
        """An ad-hoc sub-process; all that begins in it is work that takes time."""
        node = self.add("p", "sub")
        known = [kind for kind in FREE if self.kinds is None or kind in self.kinds]
        inner = Builder(self.random, known, False, self.names)
        for _ in range(self.random.randint(1, 3)):
            _, last = inner._task(0)
            for _ in range(self.random.randint(0, 2)):
                head, tail = inner.block(depth)
                inner.flow(last, head)
                last = tail
        plan = AdHoc(
            sequential=self.likely(0.4),
            until=f"x{next(self.names)}" if self.likely(0.7) else "",
            cancels=self.likely(0.5),
        )
        self.change(
            node, inside=Scope(tuple(inner.nodes), tuple(inner.flows)), repeated=self._repetition(), ad_hoc=plan
        )
        if self.likely(0.4):
            self._attach(node)
        return node, node

    def _doubled(self, depth: int) -> Ends:
        """A sub-process in which each of several tokens goes the same way."""
        node = self.add("p", "sub")
        inner = self.inside()
        split, merge = inner.add("g", "parallel"), inner.add("m", "exclusive")
        for _ in range(2):
            task, _ = inner._task(0)
            inner.flow(split, task)
            inner.flow(task, merge)
        head, tail = inner._parallel(depth) if inner.likely(0.6) else inner.block(depth)
        for source, target in ((inner.add("s", "start"), split), (merge, head), (tail, inner.add("e", "end"))):
            inner.flow(source, target)
        self.change(node, inside=Scope(tuple(inner.nodes), tuple(inner.flows)))
        return node, node

    def _guarded(self, depth: int) -> Ends:
        """A sub-process with one or two event sub-processes inside of it; it may throw to them, or beyond."""
        node = self.add("p", "sub")
        inner = self.inside()
        last = inner.add("s", "start")
        head, tail = inner.block(depth)
        inner.flow(last, head)
        wait = inner.add("u", "task")
        inner.flow(tail, wait)
        last = wait
        events = inner.random.sample((*OUTSIDE, "error", "escalation"), inner.random.randint(1, 2))
        if "escalation" in events:
            rises = inner.add("t", "throw", "escalation", "S1")
            after, _ = inner._task(0)
            inner.flow(last, rises)
            inner.flow(rises, after)
            last = after
        if "error" in events:
            choice, bad = inner.add("g", "exclusive"), inner.add("e", "end", "error", "E1")
            inner.flow(last, choice)
            inner.flow(choice, bad, condition=True)
            last = choice
        inner.flow(last, inner.add("e", "end"), default="error" in events)
        for event in events:
            inner._handler(event, depth)
        self.change(node, inside=Scope(tuple(inner.nodes), tuple(inner.flows)), repeated=self._repetition())
        if self.likely(0.5):
            self._attach(node)
        if "error" in events and self.likely(0.4):
            self._handle(self.add("b", "boundary", "error", "", node), node)
        return node, node

    def _handler(self, event: Event, depth: int) -> None:
        """An event sub-process; one that catches an error may throw it on."""
        node = self.add("ev", "handler", event)
        inner = self.inside()
        inside = inner.process(min(depth, 1), 1)
        interrupting = event == "error" or self.likely(0.5)
        code = {"error": "E1", "escalation": "S1"}.get(event, "")
        name = self._name_of(event, node) or (code if self.likely(0.6) else "")
        self.change(node, inside=inside, interrupting=interrupting, name=name)

    def _repetition(self) -> Many | Loop | None:
        chance = self.random.random()
        if chance < 0.25:
            number = self.random.randint(1, 3)
            enough = self.random.randint(1, number) if self.likely(0.3) else 0
            return Many(count=number, sequential=self.likely(0.4), until=enough)
        if chance < 0.4:
            return Loop(condition=f"x{next(self.names)}", maximum=self.random.randint(1, 3))
        return None

    def _escape(self, depth: int) -> Ends:
        """A sub-process that throws an escalation, and then ends well or in an error, while other work goes on."""
        node = self.add("p", "sub")
        inner = self.inside()
        start, split = inner.add("s", "start"), inner.add("g", "parallel")
        head, tail = inner.block(depth)
        wait, choice = inner.add("u", "task"), inner.add("g", "exclusive")
        rises = inner.add("t", "throw", "escalation", "S1")
        good, bad, other = inner.add("e", "end"), inner.add("e", "end", "error", "E1"), inner.add("e", "end")
        for source, target in ((start, split), (split, head), (tail, other), (split, wait), (wait, rises)):
            inner.flow(source, target)
        after, _ = inner._task(0)
        inner.flow(rises, after)
        inner.flow(after, choice)
        inner.flow(choice, good, default=True)
        inner.flow(choice, bad, condition=True)
        self.change(node, inside=Scope(tuple(inner.nodes), tuple(inner.flows)), repeated=self._repetition())
        self._handle(self.add("b", "boundary", "error", self.random.choice(("E1", "")), node), node)
        if self.likely(0.7):
            catcher = self.add("b", "boundary", "escalation", self.random.choice(("S1", "")), node)
            self.change(catcher, interrupting=self.likely(0.5))
            self._handle(catcher, node)
        return node, node

    def _stop(self, depth: int) -> Ends:
        """A sub-process that a terminate end event may end early."""
        node = self.add("p", "sub")
        inner = self.inside()
        start, split = inner.add("s", "start"), inner.add("g", "parallel")
        head, tail = inner.block(depth)
        wait, halt, other = inner.add("u", "task"), inner.add("e", "end", "terminate"), inner.add("e", "end")
        for source, target in ((start, split), (split, head), (tail, other), (split, wait), (wait, halt)):
            inner.flow(source, target)
        self.change(node, inside=Scope(tuple(inner.nodes), tuple(inner.flows)), repeated=self._repetition())
        return node, node

    def _beside(self, depth: int) -> Ends:
        """A signal thrown to whoever waits for it at that moment."""
        first, last = self.block(depth)
        wait, throw = self.add("u", "task"), self.add("t", "throw", "signal", self.random.choice(SIGNALS))
        after, _ = self._task(0)
        self.flow(last, wait)
        self.flow(wait, throw)
        self.flow(throw, after)
        return first, after

    def _undone(self, depth: int) -> Ends:
        """Work that is undone later on, all of the scope or one activity; other work may lie in between."""
        first, last = self._undoable(depth)
        names = [first]
        if self.likely(0.4):
            head, tail = self._undoable(depth)
            self.flow(last, head)
            names.append(head)
            last = tail
        if self.likely(0.4):
            head, tail = self.block(depth)
            self.flow(last, head)
            last = tail
        wait = self.add("u", "task")
        self.flow(last, wait)
        throw = self.add("t", "throw", "compensate", self.random.choice(("", *names)))
        after, _ = self._task(0)
        self.flow(wait, throw)
        self.flow(throw, after)
        return first, after

    def _undoable(self, depth: int) -> Ends:
        """A task or tasks, or a sub-process that is undone as a whole or by what was done in it."""
        if self.likely(0.6):
            node = self.add("u", "task")
            if self.likely(0.3):
                self.change(node, repeated=Many(count=self.random.randint(1, 3), sequential=self.likely(0.4)))
            self.add("z", "undo", host=node)
            return node, node
        node = self.add("p", "sub")
        inner = self.inside()
        head, tail = inner._undoable(depth)
        more, last = inner.block(depth) if inner.likely(0.3) else inner._undoable(depth)
        inner.flow(inner.add("s", "start"), head)
        inner.flow(tail, more)
        inner.flow(last, inner.add("e", "end"))
        if self.likely(0.3):
            inner._own_undo()
        self.change(node, inside=Scope(tuple(inner.nodes), tuple(inner.flows)), repeated=self._repetition())
        if self.likely(0.3):
            self.add("z", "undo", host=node)
        return node, node

    def _own_undo(self) -> None:
        """An event sub-process that undoes this scope; it may ask for the handlers of what was done in it."""
        node = self.add("ev", "handler", "compensate")
        inner = self.inside()
        last = inner.add("s", "start")
        if inner.likely(0.6):
            wait, throw = inner.add("u", "task"), inner.add("t", "throw", "compensate")
            inner.flow(last, wait)
            inner.flow(wait, throw)
            last = throw
        task, _ = inner._task(0)
        inner.flow(last, task)
        inner.flow(task, inner.add("e", "end"))
        self.change(node, inside=Scope(tuple(inner.nodes), tuple(inner.flows)))

    def _taken_back(self, depth: int) -> Ends:
        """A transaction that is cancelled or not, or a sub-process that ends by undoing its work, beside other work."""
        node = self.add("p", "sub")
        inner = self.inside()
        start, split = inner.add("s", "start"), inner.add("g", "parallel")
        head, tail = inner._undoable(depth)
        other, end = inner.block(depth)
        wait, choice, good = inner.add("u", "task"), inner.add("g", "exclusive"), inner.add("e", "end")
        transaction = self.likely(0.6)
        bad = inner.add("e", "end", "cancel" if transaction else "compensate")
        for source, target in (
            (start, split),
            (split, head),
            (tail, wait),
            (wait, choice),
            (split, other),
            (end, good),
        ):
            inner.flow(source, target)
        inner.flow(choice, good, default=True)
        inner.flow(choice, bad, condition=True)
        self.change(
            node, inside=Scope(tuple(inner.nodes), tuple(inner.flows)), transaction=transaction,
            repeated=self._repetition(),
        )  # fmt: skip
        if transaction:
            self._handle(self.add("b", "boundary", "cancel", "", node), node)
        return node, node
