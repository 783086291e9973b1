"""Which user tasks may be completed together, by one submission (批量办理)."""

from __future__ import annotations

from engine.errors import Conflict, Refused


class ProtectedAlone(Refused):
    """A protected step is looked at case by case (domain.md §1.5)."""

    code = "protected"
    zh = "受保护的环节须逐件办理，不能批量办理。"
    en = "A protected step is done case by case, never in bulk."


class SignedAlone(Refused):
    """Whoever signs, signs one paper: the signature covers the content of that paper."""

    code = "signed_alone"
    zh = "须签名的表单应逐件签名办理，不能批量办理。"
    en = "A form that is signed is signed case by case, never in bulk."


class AnotherStep(Conflict):
    """The tasks of a batch stand at one step of one process: one submission means the same for all of them."""

    code = "another_step"
    zh = "与本批第一件任务不是同一环节，请分批办理。"
    en = "This is another step than the first task of the batch; do it in a batch of its own."


def check_in_bulk(*, protected: bool, is_signed: bool, step: tuple[str, str], step_of_first: tuple[str, str]) -> None:
    """May a task be completed with the others? Raises ProtectedAlone, SignedAlone, AnotherStep.

    step: process key and id of the flow node.
    """
    if protected:
        raise ProtectedAlone
    if is_signed:
        raise SignedAlone
    if step != step_of_first:
        raise AnotherStep(f"{step} is not {step_of_first}.")
