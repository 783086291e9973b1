"""Who may steer a case that he does not work on himself: stop it, urge it, give its work to others (domain.md §1.3).

The supervisor's desk belongs to the inspectors and leaders of the units above; nobody steers the own unit, a case in
which he is the subject, or a sealed one. An operator may stop and go on for technical reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.errors import Conflict, Refused
from engine.model.assign_eligibility import OWN_PART
from engine.model.organization import Organization

STEERING_ROLES = ("inspector", "unit_leader")


class NotSteering(Refused):
    """Only inspectors and leaders of a unit above the responsible one steer a case."""

    code = "not_steering"
    zh = "只有上级单位的督查员和领导可以督办、改派、暂停和恢复。"
    en = "Only inspectors and leaders of a superior unit urge, reassign, suspend and resume."


class OwnLimit(Refused):
    """Whoever has an open task of the case does not stop the clock that runs against himself."""

    code = "own_limit"
    zh = "本人有未办结的环节，不得自行暂停；请由其他督查员或领导决定。"
    en = "You have an open step in this case: somebody else must decide whether its clock stops."


class GoesWithCase(Conflict):
    """A ladder and the decision about an extension stop and go on with the case they are about."""

    code = "goes_with_case"
    zh = "升级阶梯和延期审批随所属事项一并暂停、恢复，不能单独操作。"
    en = "A ladder and the decision about an extension stop and go on with the case they are about."


class StandsStill(Conflict):
    """The case is suspended."""

    code = "stands_still"
    zh = "事项已暂停，恢复后再办理。"
    en = "The case is suspended; this can be done after it goes on."


class UrgedToday(Conflict):
    """The task was urged today as often as it may be."""

    code = "urged_today"
    zh = "本环节今日已催办过，同一环节每日催办次数已达上限。"
    en = "This step was urged today already, as often as a day allows."


class NotRunning(Conflict):
    """Only a running case can be suspended."""

    code = "not_running"
    zh = "事项不在运行中，不能暂停。"
    en = "Only a running case can be suspended."


class NotSuspended(Conflict):
    """Only a suspended case can go on."""

    code = "not_suspended"
    zh = "事项没有暂停。"
    en = "The case is not suspended."


def may_steer(organization: Organization, person: str, unit: str, on: date) -> bool:
    """Is the person an inspector or leader of a unit above `unit` on that day?"""
    return any(
        person in organization.members(role, above, on)
        for above in organization.superior_line(unit)
        for role in STEERING_ROLES
    )


def may_steer_case(
    organization: Organization, person: str, *, unit: str, is_sealed: bool, variables: Mapping[str, object], on: date
) -> bool:
    """Above the responsible unit, not the subject, and never a sealed case."""
    subjects = {name for key in OWN_PART for name in _people(variables.get(key))}
    return not is_sealed and person not in subjects and may_steer(organization, person, unit, on)


def is_companion(key: str, variables: Mapping[str, object]) -> bool:
    """Does a case of this process exist for a task of another case only, and stand still with it?"""
    return (key == "S2_LADDER" and bool(variables.get("task_id"))) or (
        key == "S4_APPROVE" and variables.get("purpose") == "extension"
    )


def _people(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def is_operator(organization: Organization, person: str, on: date) -> bool:
    """Is the person an operator on that day, of whatever unit?"""
    return any(
        grant.person == person
        and grant.role == "operator"
        and grant.valid_from <= on
        and (grant.valid_until is None or on <= grant.valid_until)
        for grant in organization.grants
    )
