"""Parameters of the local authority as an input of decisions: a model reads them from `params`, by their keys."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.params import Params

PARAMS = "params"  #: name of the input


def with_params(data: Mapping[str, object], params: Params) -> dict[str, object]:
    """`data` with the parameters in force beside it, unless it brings its own. Days of the year are left out."""
    numbers = {param.key: param.value for param in params if isinstance(param.value, int)}
    return {PARAMS: numbers, **data}
