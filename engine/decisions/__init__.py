"""Decisions: DMN models, the questions that they answer, and what an answer tells. Pure: no process, no database.

models = load_models({"D1_SEVERITY.dmn": data})
question = questions(list(models.values()))["D1_SEVERITY"]
question.ask({"nature": "作风细节", …}).zh  # "D1 第5行：…"
"""

from engine.decisions.answers import SHAPES, Decision, ResultDoesNotFit, ResultShape, Told, plain, shaped
from engine.decisions.models import Compiled, compile_models, keys_of, load_models
from engine.decisions.needed import Needed
from engine.decisions.question import NoAnswer, Question, UnknownDecision, questions
from engine.decisions.words import label_of, title_of

__all__ = [
    "SHAPES",
    "Compiled",
    "Decision",
    "Needed",
    "NoAnswer",
    "Question",
    "ResultDoesNotFit",
    "ResultShape",
    "Told",
    "UnknownDecision",
    "compile_models",
    "keys_of",
    "label_of",
    "load_models",
    "plain",
    "questions",
    "shaped",
    "title_of",
]
