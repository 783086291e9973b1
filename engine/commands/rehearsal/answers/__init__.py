"""What people answer in the forms of each mechanism, where the schema alone would have them say something silly."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.commands.rehearsal.answers import educate, lead, major, push, rectify, report, supervise, train
from engine.commands.rehearsal.filler import Sheet, Values

#: By form; a form that is not here is filled in from its schema.
ANSWERS: Mapping[str, Callable[[Sheet], Values]] = {
    **lead.ANSWERS,
    **push.ANSWERS,
    **train.ANSWERS,
    **report.ANSWERS,
    **supervise.ANSWERS,
    **educate.ANSWERS,
    **rectify.ANSWERS,
    **major.ANSWERS,
}


def answers(sheet: Sheet) -> Values:
    """What is answered in this form."""
    answer = ANSWERS.get(sheet.form.id)
    return answer(sheet) if answer is not None else {}
