"""Protected and signed steps are done one by one, and a batch is of one step."""

from __future__ import annotations

import pytest

from engine.errors import ChangxiaoError
from engine.model.bulk import AnotherStep, ProtectedAlone, SignedAlone, check_in_bulk

HERE = ("S1_RECTIFY", "S1_T7")


def test_a_plain_task_of_the_step_of_the_first_may_be_done_in_bulk() -> None:
    check_in_bulk(protected=False, is_signed=False, step=HERE, step_of_first=HERE)


@pytest.mark.parametrize(
    ("protected", "is_signed", "step", "refusal"),
    [
        (True, False, HERE, ProtectedAlone),
        (True, True, HERE, ProtectedAlone),
        (False, True, HERE, SignedAlone),
        (False, False, ("S1_RECTIFY", "S1_T8"), AnotherStep),
        (False, False, ("S4_APPROVE", "S1_T7"), AnotherStep),
    ],
)
def test_what_needs_a_look_of_its_own_is_refused(
    protected: bool, is_signed: bool, step: tuple[str, str], refusal: type[ChangxiaoError]
) -> None:
    with pytest.raises(refusal):
        check_in_bulk(protected=protected, is_signed=is_signed, step=step, step_of_first=HERE)
