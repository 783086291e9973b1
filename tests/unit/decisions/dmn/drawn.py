"""Small DMN models for the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from engine.decisions.dmn import Model, Result, read_model
from engine.decisions.feel import from_feel, to_feel

DMN_13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(*parts: str, namespace: str = "urn:test", version: str = DMN_13) -> bytes:
    body = "".join(parts)
    return f'<definitions xmlns="{version}" id="m" name="m" namespace="{namespace}">{body}</definitions>'.encode()


def text(tag: str, content: str, attributes: str = "") -> str:
    return f"<{tag} {attributes}><text>{escape(content)}</text></{tag}>"


def literal(content: str) -> str:
    return text("literalExpression", content)


def an_input(name: str, type_: str = "") -> str:
    return f'<inputData id="in_{name}" name="{name}"><variable name="{name}" typeRef="{type_}"/></inputData>'


def item(name: str, type_: str = "", allowed: str = "", inside: str = "", attributes: str = "") -> str:
    tests = text("allowedValues", allowed) if allowed else ""
    ref = f"<typeRef>{type_}</typeRef>" if type_ else ""
    return f'<itemDefinition name="{name}" {attributes}>{ref}{tests}{inside}</itemDefinition>'


def decision(
    name: str, expression: str, *, inputs: str = "", decisions: str = "", knowledge: str = "", type_: str = ""
) -> str:
    """inputs, decisions, knowledge: names, parted by commas."""
    needs = _needs("informationRequirement", "requiredInput", "in_", inputs)
    needs += _needs("informationRequirement", "requiredDecision", "d_", decisions)
    needs += _needs("knowledgeRequirement", "requiredKnowledge", "k_", knowledge)
    variable = f'<variable name="{name}" typeRef="{type_}"/>'
    return f'<decision id="d_{name}" name="{name}">{variable}{needs}{expression}</decision>'


def _needs(requirement: str, kind: str, prefix: str, names: str) -> str:
    found = (name.strip() for name in names.split(",") if name.strip())
    return "".join(
        f'<{requirement}><{kind} href="{name if "#" in name else f"#{prefix}{name}"}"/></{requirement}>'
        for name in found
    )


def knowledge(name: str, parameters: str, body: str, *, needs: str = "", kind: str = "") -> str:
    formal = "".join(f'<formalParameter name="{one.strip()}"/>' for one in parameters.split(",") if one.strip())
    attribute = f'kind="{kind}"' if kind else ""
    required = _needs("knowledgeRequirement", "requiredKnowledge", "k_", needs)
    logic = f"<encapsulatedLogic {attribute}>{formal}{body}</encapsulatedLogic>"
    return f'<businessKnowledgeModel id="k_{name}" name="{name}">{required}{logic}</businessKnowledgeModel>'


def table(
    rules: Sequence[str],
    *,
    inputs: str = "x",
    outputs: str = "",
    policy: str = "UNIQUE",
    aggregation: str = "",
    allowed: str = "",
    priorities: str = "",
    default: str = "",
) -> str:
    """Each rule is `test | test => result | result`; inputs and outputs are names, parted by commas."""
    columns = [text("inputExpression", name.strip()) for name in inputs.split(",")]
    values = text("inputValues", allowed) if allowed else ""
    heads = "".join(f'<input id="c{i}">{one}{values if i == 0 else ""}</input>' for i, one in enumerate(columns))
    order = text("outputValues", priorities) if priorities else ""
    otherwise = text("defaultOutputEntry", default) if default else ""
    names = [name.strip() for name in outputs.split(",")]
    heads += "".join(f"<output name={quoteattr(name)}>{order}{otherwise}</output>" for name in names)
    body = "".join(_rule(number, rule) for number, rule in enumerate(rules, 1))
    added = f'aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="t" hitPolicy="{policy}" {added}>{heads}{body}</decisionTable>'


def _rule(number: int, rule: str) -> str:
    tests, _, results = rule.partition("=>")
    cells = "".join(text("inputEntry", one.strip()) for one in tests.split("|"))
    cells += "".join(text("outputEntry", one.strip()) for one in results.split("|"))
    return f'<rule id="r{number}">{cells}</rule>'


def a_model(*parts: str, imported: Mapping[str, Model] | None = None) -> Model:
    return Model(read_model(definitions(*parts)), imported)


def asked(model: Model, name: str, **inputs: object) -> object:
    """The value of a decision, as Python has it."""
    return from_feel(result(model, name, **inputs).value)


def result(model: Model, name: str, **inputs: object) -> Result:
    return model.decide(name, {key: to_feel(value) for key, value in inputs.items()})


def of_table(*rules: str, **options: str) -> Model:
    """A model with one decision `d` that is a table over the input `x` (or those named in `inputs`)."""
    names = [name.strip() for name in options.get("inputs", "x").split(",")]
    return a_model(*(an_input(name) for name in names), decision("d", table(rules, **options), inputs=",".join(names)))
