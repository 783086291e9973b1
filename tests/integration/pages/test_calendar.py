"""The banner of a year without holiday table stands on every page that shows a date in it, and on no other."""

from __future__ import annotations

import pytest

from engine.core import Engine
from engine.model.step import InstanceId
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, OWNER, SignIn, over_new_year, register, task_of

BANNER = "2027 年节假日表未维护，期限暂定。"


@pytest.fixture(scope="module")
def case(engine: Engine) -> InstanceId:
    return over_new_year(engine)


def banners(browser: Browser) -> list[str]:
    """Of what is shown: notes that only scripts bring up wait hidden."""
    return [
        " ".join(found.text_content().split()) for found in browser.find(".note.warn") if found.get("hidden") is None
    ]


def test_every_page_that_shows_a_date_of_a_year_without_table_says_so_in_one_line(
    engine: Engine, sign_in: SignIn, case: InstanceId
) -> None:
    owner = sign_in(OWNER)
    for path in ("/inbox?view=todo", task_of(engine, case), f"/case/{case}"):
        assert banners(owner.open(path)) == [BANNER], path


def test_a_page_whose_dates_lie_in_known_years_says_nothing(engine: Engine, sign_in: SignIn, case: InstanceId) -> None:
    inspector = sign_in(INSPECTOR)
    for path in ("/start", "/me", "/inbox?view=done"):
        assert banners(inspector.open(path)) == [], path


def test_the_next_rung_of_the_ladder_in_such_a_year_is_provisional_as_well(
    engine: Engine, sign_in: SignIn, case: InstanceId
) -> None:
    short = register(engine, title="年内到期")  # due 12-22; its red card would come on 12-30, its report in January
    assert banners(sign_in(INSPECTOR).open(task_of(engine, short))) == [BANNER]
