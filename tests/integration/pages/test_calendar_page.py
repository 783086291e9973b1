"""工作日历: an administrator sees what a change would move before anything moves."""

from __future__ import annotations

from engine.core import Engine
from tests.integration.pages.conftest import OWNER, SignIn, over_new_year, task_of
from tests.integration.pages.test_calendar import BANNER, banners


def test_a_change_of_the_calendar_is_looked_at_first_and_moves_dates_only_when_it_is_confirmed(
    engine: Engine, sign_in: SignIn
) -> None:
    case, owner, admin = over_new_year(engine), sign_in(OWNER), sign_in("u903")
    task = task_of(engine, case)
    admin.open("/calendar?year=2027")
    sent = {
        "csrf_token": admin.csrf,
        "do": "year",
        "shown": "2027",
        "table_year": "2027",
        "source": "国务院办公厅关于2027年部分节假日安排的通知",
        "off": "元旦 2027-01-01 至 2027-01-08",
        "work": "",
    }
    seen = admin.post("/calendar", sent)
    assert "变更预览（尚未生效）" in seen.text()
    assert "2027-01-11" in seen.text()
    assert "跨年整改" not in seen.text()  # an administrator reads no cases: unit, step and dates
    assert banners(owner.open(task)) == [BANNER]

    wrong = admin.post("/calendar", sent | {"off": "元旦 1月1日"}, status=422)
    assert "第1行无法识别" in wrong.text()

    admin.post("/calendar", sent | {"confirm": "on"})
    assert banners(owner.open(task)) == []
