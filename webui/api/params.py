"""Parameters: everybody reads them, an administrator of the top unit sets and confirms them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow as ma
from flask import Response

from engine.commands import params as commands
from engine.queries.params import ParamLine, param_lines
from webui.api.blueprint import Arguments, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("params", "Numbers that a local authority may change without touching code or drawings")


class NewValue(Arguments):
    value = ma.fields.Raw(
        required=True,
        validate=lambda value: isinstance(value, int | str),
        metadata={"type": ["integer", "string"], "description": "A whole number, or a day of the year as 03-31."},
    )
    reason = ma.fields.String(required=True, metadata={"description": "By which document, or whose decision."})
    confirmed = ma.fields.Boolean(
        load_default=True, metadata={"description": "The client has confirmed it: no longer 待确认参数."}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter in force."""

    key: str
    value: int | str
    shipped: int | str
    type: str  #: int, percent, mmdd
    unit: str
    provenance: str  #: S: source document, R: public rule, L: local default
    pending: bool  #: 待确认参数
    name: str
    name_en: str
    source: str
    changed_by: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamList:
    items: tuple[Param, ...]


@nouns.get("/params")
@rule("signed_in")
@nouns.answers(200, ParamList)
def all_params() -> Response:
    """Every parameter with its value in force."""
    return answer(ParamList(items=tuple(map(_param, param_lines(current_engine(), current_person())))))


@nouns.put("/params/<string:key>")
@rule("role:admin")
@idempotent
@nouns.takes(NewValue)
@nouns.answers(200, Param)
def set_one(body: dict[str, Any], key: str) -> Response:
    """Set or confirm a value; it holds for what is counted from now on."""
    engine, person = current_engine(), current_person()
    commands.set_param(engine, person, key, body["value"], reason=body["reason"], confirmed=body["confirmed"])
    return answer(next(_param(line) for line in param_lines(engine, person) if line.param.key == key))


def _param(line: ParamLine) -> Param:
    return Param(
        key=line.param.key,
        value=line.param.value,
        shipped=line.shipped,
        type=line.param.type,
        unit=line.param.unit,
        provenance=line.param.provenance,
        pending=line.pending,
        name=line.param.zh,
        name_en=line.param.en,
        source=line.param.source,
        changed_by=line.changed_by,
        changed_at=line.changed_at,
    )
