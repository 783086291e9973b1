"""值班表 as a month: gaps are seen, lines are pasted all or none, a month is copied, and only the own unit keeps it."""

from __future__ import annotations

from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import UNIT

OWN = f"/rosters/{UNIT}"


def test_the_roster_of_a_month_is_pasted_all_or_none_and_copied_to_the_next(
    owner: Browser, outsider: Browser, inspector: Browser
) -> None:
    page = f"/rosters?unit={UNIT}&month=2027-03"
    assert not owner.open(page).find("ol.month li.gap")  # somebody is on duty until that is ended
    while ends := ending(owner):
        owner.send(ends[0])
        owner.open(page)
    assert len(owner.find("ol.month li.gap")) == 31
    assert not inspector.open(page).find("textarea")
    outsider.open(page, status=404)

    lines = "2027-03-01 至 2027-03-31，u101\n2027-03-01\t2027-03-31\t用户097\t值班领导"
    wrong = owner.send(OWN, {"do": "paste", "lines": f"{lines}\n2027-03-05 至 2027-03-06 u101\n无此人"}, status=422)
    assert [said[:4] for said in wrong.texts(".errsum li")] == ["第3行：", "第4行："]
    assert len(owner.open(page).find("ol.month li.gap")) == 31

    csrf = {"csrf_token": owner.csrf, "month": "2027-03"}
    assert not owner.post(OWN, {**csrf, "do": "paste", "lines": lines}).find("ol.month li.gap")
    assert len(owner.open(f"/rosters?unit={UNIT}&month=2027-04").find("ol.month li.gap")) == 30
    assert not owner.post(OWN, {**csrf, "month": "2027-04", "do": "copy"}).find("ol.month li.gap")

    owner.send(ending(owner)[0])
    assert len(owner.open(f"/rosters?unit={UNIT}&month=2027-04").find("ol.month li.gap")) == 30
    outsider.post(OWN, {**csrf, "csrf_token": outsider.csrf, "do": "copy"}, status=403)


def ending(browser: Browser) -> list[str]:
    """Where the turns on this page are ended."""
    return [action for form in browser.page.forms if (action := str(form.get("action"))).endswith("/end")]
