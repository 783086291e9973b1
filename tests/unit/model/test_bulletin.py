"""A case bulletin tells a case, never who."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import InputRejected
from engine.model.bulletin import may_issue, read_bulletin
from engine.model.organization import Organization, Person, RoleGrant

TODAY = date(2026, 8, 10)
GOOD = {"bulletin_no": "红政法通〔2026〕3号", "bulletin_title": "关于一起违反值班备勤纪律案例的通报"}


def read(**changes: object):
    return read_bulletin({**GOOD, **changes}, issuer_unit="532500-ZF", names=("用户101", "李某某", "某"), today=TODAY)


def test_it_hands_number_title_day_and_issuer_to_the_cases():
    assert read().variables() == {
        **GOOD,
        "bulletin_issuer": "532500-ZF",
        "bulletin_on": "2026-08-10",
    }
    assert read(bulletin_on="2026-08-07").issued_on == date(2026, 8, 7)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bulletin_no", None),
        ("bulletin_no", "号" * 51),
        ("bulletin_title", "  "),
        ("bulletin_title", 7),
        ("bulletin_title", "关于用户101违纪案例的通报"),
        ("bulletin_title", "联系电话13800000000"),
        ("bulletin_on", "2026-08-11"),
        ("bulletin_on", "八月十日"),
        ("person", "李某某"),
    ],
)
def test_what_is_missing_names_a_person_or_lies_ahead_is_refused_at_its_field(field: str, value: object):
    with pytest.raises(InputRejected) as refused:
        read(**{field: value})

    assert refused.value.facts["field"] == field
    assert refused.value.zh
    assert refused.value.en


def test_leaders_and_inspectors_of_a_committee_issue_bulletins():
    since = date(2025, 1, 1)
    organization = Organization(
        people=tuple(Person(id=name, name=name, unit=unit) for name, unit in PEOPLE.items()),
        grants=tuple(
            RoleGrant(person=name, role=name.removesuffix("_ga"), unit=unit, valid_from=since)
            for name, unit in PEOPLE.items()
        ),
    )

    assert [name for name in PEOPLE if may_issue(organization, name, TODAY)] == ["unit_leader", "inspector"]


PEOPLE = {
    "unit_leader": "532500-ZF",
    "inspector": "532500-ZF",
    "officer": "532500-ZF",
    "unit_leader_ga": "532503-GA",
}
