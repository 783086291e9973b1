"""DMN 1.1 to 1.5: decision tables and all boxed expressions, run with FEEL.

    model = Model(read_model(data))
    model.decide("D1_SEVERITY", {"nature": "制度不落实", …}).value

A result says which rules of which tables answered, and why a value is null.
"""

from engine.decisions.dmn.errors import Mistake, ModelRejected
from engine.decisions.dmn.evaluation import Model, UnknownDecision
from engine.decisions.dmn.reading import read_model
from engine.decisions.dmn.running import Result, TableTrace

__all__ = ["Mistake", "Model", "ModelRejected", "Result", "TableTrace", "UnknownDecision", "read_model"]
