"""Decision models before they are published: intake, what cannot run, gaps and overlaps, and their test cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine.decisions.dmn import Mistake, Model, ModelRejected, read_model
from engine.decisions.dmn.cases import SUFFIX, CaseResult, read_cases, run_cases
from engine.decisions.dmn.checks import check_model
from engine.decisions.dmn.model import DecisionTable, Definitions
from engine.decisions.feel import to_feel
from engine.decisions.feel.values import Value
from engine.decisions.models import compile_models, keys_of
from engine.decisions.parameters import with_params
from engine.decisions.words import label_of
from engine.errors import DefinitionRejected, Problem, Severity
from engine.model.params import Params
from engine.workflow import check_xml

#: What to do about each finding, in Chinese and English; what is not here says it itself.
_REMEDIES: Mapping[str, tuple[str, str]] = {
    "DMN-04": ("请从建模工具导出 DMN 文件", "export it from a modeler as DMN"),
    "DMN-05": ("请改掉其中一个名称", "change one of the names"),
    "DMN-07": ("请选择表中可用的命中策略", "choose one that the standard knows"),
    "DMN-08": ("请把该模型一并提交", "add that model to the bundle"),
    "DMN-09": ("请补齐或删除单元格", "add the missing cells or remove the extra ones"),
    "DMN-10": ("请更正这个表达式", "mend the expression"),
    "DMN-11": ("请更正可取值", "mend the allowed values"),
    "DMN-12": ("请去掉其中一条连线", "remove one of the connections"),
    "DMN-20": ("请至少添加一行", "add a row"),
    "DMN-23": ("请补一行，或设默认结果", "add a row or a default result"),
    "DMN-24": ("请删除该行，或调整次序和条件", "remove the row, or change its place or conditions"),
    "DMN-25": ("请让条件互不相交，或改用其他命中策略", "keep the conditions apart or choose another hit policy"),
    "DMN-26": ("请改成该列的类型", "write a value of the type of the column"),
    "DMN-27": ("请补上条件，或删除该列", "add a condition or remove the column"),
    "DMN-28": ("请连线，或删除该输入", "connect it or remove it"),
    "DMN-29": ("请改正名称，或从该输入画一条连线", "mend the name or draw a connection from that input"),
    "DMN-30": ("请更正用例文件", "mend the file of test cases"),
    "DMN-31": ("请把模型与用例一并提交", "send the model together with its cases"),
    "DMN-32": ("请更正规则，或更正用例的期望", "mend the rule, or what the case expects"),
    "DMN-33": ("请各补一个用例", "add a case for each"),
    "DMN-34": ("请改掉其中一个编号", "change one of the ids"),
    "DMN-35": ("请填写决策的编号", "give the decision an id"),
}


#: What cells may count on: the parameters as shipped stand for those in force, which change without publishing.
_GIVEN: Mapping[str, Value] = {name: to_feel(value) for name, value in with_params({}, Params.load()).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCase:
    """A test case that was run. file: of the cases."""

    file: str
    result: CaseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDecisions:
    """What some files hold, what is wrong with it, and what their test cases gave."""

    problems: tuple[Problem, ...]
    read: tuple[Definitions, ...]  #: the models, also those that cannot be run
    models: Mapping[str, Model]  #: by file, of those that can
    cases: tuple[CheckedCase, ...]

    @property
    def keys(self) -> frozenset[str]:
        """Ids of decisions, also of those in which something is still wrong."""
        return frozenset(key for definitions in self.read for key in keys_of(definitions))


def is_model(name: str) -> bool:
    return name.lower().endswith(".dmn")


def is_cases(name: str) -> bool:
    return name.lower().endswith(SUFFIX)


def check_decisions(files: Mapping[str, bytes]) -> CheckedDecisions:
    """Look at every model and every file of test cases among `files`. Raises nothing."""
    problems: list[Problem] = []
    read = [one for name, data in files.items() if is_model(name) for one in _read(name, data, problems)]
    compiled = compile_models(read)
    problems += [_of_mistake(file, mistake) for file, mistake in compiled.mistakes]
    problems += _ids(read)
    for name, model in compiled.models.items():
        for finding in check_model(model.definitions, _GIVEN):
            found = _problem(finding.rule, name, finding.element_id, finding.zh, finding.en, finding.severity)
            problems.append(replace(found, column=finding.column))
    cases: list[CheckedCase] = []
    for name, data in files.items():
        if is_cases(name):
            home = name[: -len(SUFFIX)] + ".dmn"
            cases += _run(name, data, compiled.models.get(home), home in files, problems)
    return CheckedDecisions(problems=tuple(problems), read=tuple(read), models=compiled.models, cases=tuple(cases))


def _read(name: str, data: bytes, problems: list[Problem]) -> Iterator[Definitions]:
    try:
        check_xml(data, file=name)
        yield read_model(data, file=name)
    except DefinitionRejected as refused:
        problems += refused.problems
    except ModelRejected as refused:
        problems += [_of_mistake(name, mistake) for mistake in refused.mistakes]


def _run(name: str, data: bytes, model: Model | None, is_there: bool, problems: list[Problem]) -> Iterator[CheckedCase]:
    if model is None:
        if not is_there:
            zh, en = "没有与用例同名的 .dmn 文件", "there is no .dmn file of the same name"
            problems.append(_problem("DMN-31", name, "", zh, en))
        return
    try:
        results = run_cases(model, read_cases(data), _GIVEN)
    except ModelRejected as refused:
        problems += [_of_mistake(name, mistake) for mistake in refused.mistakes]
        return
    for result in results:
        if not result.passed:
            key, case = result.case.decision, result.case.name
            zh, en = f"用例“{case}”未通过：{result.zh}", f'the case "{case}" fails: {result.en}'
            problems.append(_problem("DMN-32", name, key, zh, en))
        yield CheckedCase(file=name, result=result)
    problems += _without_case(name, model, results)


def _without_case(name: str, model: Model, results: Iterable[CaseResult]) -> Iterator[Problem]:
    """Rows that no case reaches, of every table that one of them asks for."""
    reached = {(trace.decision, row) for result in results for trace in result.tables for row in trace.matched}
    asked = {trace.decision for result in results for trace in result.tables}
    for decision in model.definitions.decisions.values():
        if decision.name not in asked or not isinstance(decision.expression, DecisionTable):
            continue
        missing = [str(one.number) for one in decision.expression.rules if (decision.name, one.number) not in reached]
        if missing:
            label = label_of(decision)
            zh = f"没有用例走到“{label.zh}”第 {'、'.join(missing)} 行"
            en = f'no case reaches row {", ".join(missing)} of "{label.en}"'
            yield _problem("DMN-33", name, decision.id, zh, en, "info")


def _ids(files: Iterable[Definitions]) -> Iterator[Problem]:
    homes: dict[str, str] = {}
    for one in files:
        for decision in one.decisions.values():
            if not decision.id:
                zh, en = f"决策“{decision.name}”没有编号，流程无法引用", f'"{decision.name}" has no id to refer to'
                yield _problem("DMN-35", one.file, "", zh, en)
        for key in keys_of(one):
            home = homes.setdefault(key, one.file)
            if home != one.file:
                zh, en = f"决策 {key} 在 {home} 中也有", f"the decision {key} stands in {home} too"
                yield _problem("DMN-34", one.file, key, zh, en)


def _of_mistake(file: str, mistake: Mistake) -> Problem:
    zh = f"{mistake.place_zh}：{mistake.zh}" if mistake.place_zh else mistake.zh
    en = f"{mistake.place_en}: {mistake.en}" if mistake.place_en else mistake.en
    return replace(_problem(mistake.rule, file, mistake.element_id, zh, en), column=mistake.column)


def _problem(rule: str, file: str, element_id: str, zh: str, en: str, severity: Severity = "error") -> Problem:
    if rule in _REMEDIES:
        to_do_zh, to_do_en = _REMEDIES[rule]
        zh, en = f"{zh}；{to_do_zh}", f"{en}; {to_do_en}"
    return Problem(rule=rule, severity=severity, file=file, element_id=element_id, zh=zh, en=en)
