"""A plan that comes after the limit has passed can still be sent (it is late, not impossible)."""

from __future__ import annotations

from datetime import date

import pytest

from forms import FormValuesRejected
from tests.form_samples import sample_context, sample_values, shipped_form


def _plan(by: str) -> dict[str, object]:
    measures = [{"what": "补录交接登记并逐日复核", "who": "u101", "by": by}]
    return sample_values("S1_T4", measures=measures)


def test_a_measure_ends_by_the_limit_while_the_limit_lies_ahead() -> None:
    context = sample_context(today=date(2026, 3, 5), case={"limit": "2026-03-23"})

    shipped_form("S1_T4").load(_plan("2026-03-23"), context)
    with pytest.raises(FormValuesRejected) as rejected:
        shipped_form("S1_T4").load(_plan("2026-03-24"), context)

    assert [problem.path for problem in rejected.value.problems] == ["measures.0.by"]
    assert "2026-03-23" in rejected.value.problems[0].zh


def test_a_late_plan_names_days_after_the_limit_that_has_passed() -> None:
    context = sample_context(today=date(2026, 3, 30), case={"limit": "2026-03-23"})

    assert shipped_form("S1_T4").load(_plan("2026-04-03"), context)["measures"]
