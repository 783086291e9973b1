"""The whole staff is known: half in each branch, those without an account take part on paper and get no task."""

from __future__ import annotations

from collections import Counter
from datetime import date

from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.model.step import PersonId
from engine.queries.choices import people_of, sample_choices


def test_every_unit_has_twenty_people_in_two_branches_and_hands_work_to_account_holders_alone(engine: Engine) -> None:
    with engine.transaction(SYSTEM) as tx:
        organization = engine.reference(tx).organization
        colleagues = people_of(engine, tx, ("532503-GA",))
    assert len(organization.people) == 1400
    assert sum(not person.on_paper for person in organization.people) == 485
    assert set(Counter(person.unit for person in organization.people).values()) == {20}
    assert len(organization.members_of("532503-GA-91")) == 10
    assert organization.is_absent("s0001", date(2026, 3, 2))
    assert not organization.is_absent("u101", date(2026, 3, 2))
    assert len(colleagues) == 6
    named = sample_choices(engine, PersonId("u101"), "532503-GA").people
    assert [person.id[0] for person in named] == ["u"] * 6 + ["s"] * 14

    with engine.transaction(SYSTEM) as tx:
        tx.set_password(PersonId("s0001"), "hash", at=tx.wall_now())  # whoever gets an account leaves the paper
        assert not engine.seeing(tx).reference(tx).organization.is_absent("s0001", date(2026, 3, 2))
