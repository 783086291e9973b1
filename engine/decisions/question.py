"""A decision that is ready to be asked, any number of times: what it reads, what it answers, and in which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.decisions.answers import AskedTable, Decision, Told, entries_of, outputs_of, plain
from engine.decisions.dmn import Model, Result
from engine.decisions.dmn.model import Decision as DrawnDecision
from engine.decisions.dmn.model import DecisionTable
from engine.decisions.feel import FeelLimitExceeded, parse, to_feel
from engine.decisions.feel.builtins.conversion import text_of
from engine.decisions.feel.temporal import DateTime
from engine.decisions.feel.values import Value, equal
from engine.decisions.needed import Needed, draws_nothing, needed_inputs
from engine.decisions.words import label_of, short_of, told_of_rules, told_of_value
from engine.errors import InputRejected, NotFound

MAX_SHOWN = 200  #: characters of a result in a sentence


class UnknownDecision(NotFound):
    """There is no decision of this id. Facts: decision_id."""

    code = "unknown_decision"

    def __init__(self, decision_id: str) -> None:
        super().__init__(f"There is no decision {decision_id!r}.", decision_id=decision_id)
        self.zh = f"没有名为“{decision_id}”的决策。"
        self.en = f"There is no decision {decision_id!r}."


class NoAnswer(InputRejected):
    """A decision gave nothing, and says why. Facts: decision_id, reasons."""

    code = "decision_without_answer"


class Question:
    """One decision or decision service of a model. Immutable; shared by all threads. Raises UnknownDecision."""

    def __init__(self, model: Model, key: str) -> None:
        drawn = model.definitions.decision(key) or model.definitions.service(key)
        if drawn is None:
            raise UnknownDecision(key)
        self.key = key
        self.drawn = drawn
        self.inputs: tuple[Needed, ...] = needed_inputs(model, key)
        self._model = model
        self._table = _table(drawn)
        outputs = [one.name for one in self._table.outputs if one.name] if self._table is not None else []
        self._names = (*outputs, drawn.name)
        self._sees_all = isinstance(drawn, DrawnDecision) and draws_nothing(drawn)

    def ask(self, data: Mapping[str, object], *, version: int = 0, now: DateTime | None = None) -> Decision:
        """Its answer to process data, which may hold more than it reads.

        Raises InputRejected for an input that is missing or not allowed; NoAnswer where nothing came out, with reasons.
        """
        for zh, en, name in self.problems(data):
            raise InputRejected(zh, en, field=name, value=data.get(name))
        found = self.answer(data, version=version, now=now)
        if found.value is None and found.reasons:
            short = short_of(self.drawn)
            raise NoAnswer(
                f"{short.zh}没有得出结果：{'；'.join(one.zh for one in found.reasons)}。",
                f"{short.en} gave no result: {'; '.join(one.en for one in found.reasons)}.",
                decision_id=self.key,
            )
        return found

    def problems(self, data: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the inputs: in Chinese, in English, and the name of the input."""
        short = short_of(self.drawn)
        for one in self.inputs:
            if one.name not in data:
                zh, en = f"{short.zh}缺少输入“{one.label}”。", f"{short.en}: the input {one.name} is missing."
                yield zh, en, one.name
            elif not one.is_allowed(self._model, one.read(data[one.name])):
                shown = f"{data[one.name]!r:.80}"
                zh, en = f"{short.zh}的输入“{one.label}”无效：{shown}。", f"{short.en}: {shown} is no {one.name}."
                yield zh, en, one.name

    def answer(self, data: Mapping[str, object], *, version: int = 0, now: DateTime | None = None) -> Decision:
        """The same, whatever the inputs are, for trying it out. Raises InputRejected past its limits."""
        read = {one.name: one.read(data[one.name]) for one in self.inputs if one.name in data}
        whole = {name: to_feel(value) for name, value in data.items()} | read if self._sees_all else read
        try:
            result = self._model.decide(self.key, whole, now=now)
        except FeelLimitExceeded as error:
            raise InputRejected(error.zh, error.en, decision_id=self.key) from None
        return self._decision(result, {name: plain(value) for name, value in read.items()}, version)

    def giving(self, output: str, value: object) -> Mapping[str, object] | None:
        """The outputs of the last rule of its table that gives `value` as `output`; None: no rule does.

        For what a person chose in place of the table: the limits of a severity are written in the table alone.
        """
        wanted = to_feel(value)
        for rule in reversed(self._table.rules) if self._table is not None else ():
            cells = (parse(cell).evaluate({}).value if cell.strip() else None for cell in rule.outputs)
            values = dict(zip(self._names, cells, strict=False))
            if equal(values.get(output), wanted) is True:
                return {name: plain(one) for name, one in values.items()}
        return None

    def _decision(self, result: Result, inputs: Mapping[str, object], version: int) -> Decision:
        own = next((one for one in reversed(result.tables) if one.decision == self.drawn.name), None)
        matched, rule_ids = (own.matched, own.rule_ids) if own is not None else ((), ())
        if self._table is not None and matched:
            words = told_of_rules(self.drawn, self._table, matched)
        else:
            words = told_of_value(self.drawn, _shown(result.value), is_table=self._table is not None)
        return Decision(
            decision_id=self.key,
            version=version,
            inputs=inputs,
            value=plain(result.value),
            outputs=outputs_of(result.value, self._names),
            entries=entries_of(result.value, self._names[:-1] or self._names),
            matched=matched,
            rule_ids=rule_ids,
            tables=tuple(
                AskedTable(
                    decision=self._label(trace.decision),
                    table_id=trace.table_id,
                    inputs=tuple((label, plain(value)) for label, value in trace.inputs),
                    matched=trace.matched,
                    rule_ids=trace.rule_ids,
                )
                for trace in result.tables
            ),
            reasons=tuple(Told(zh=note.zh, en=note.en) for note in result.notes),
            zh=words.zh,
            en=words.en,
        )

    def _label(self, name: str) -> str:
        found = self._model.definitions.decisions.get(name)
        return label_of(found).zh if found is not None else name


def _table(drawn: object) -> DecisionTable | None:
    expression = getattr(drawn, "expression", None)
    return expression if isinstance(expression, DecisionTable) else None


def _shown(value: Value) -> str:
    text = text_of(value, quoted=isinstance(value, (list, dict)))
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def questions(models: Sequence[Model]) -> Mapping[str, Question]:
    """Everything that can be asked of some models, by id."""
    found: dict[str, Question] = {}
    for model in models:
        definitions = model.definitions
        for one in (*definitions.decisions.values(), *definitions.services.values()):
            if one.id:
                found.setdefault(one.id, Question(model, one.id))
    return found
