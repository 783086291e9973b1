"""What administrators and people themselves change in the organisation: units, staff, posts, roles, who is away.

Each function is one command: one transaction, with a fact in the access log. All raise OnlyAdministrators (or NotYours)
for somebody without the right, and InputRejected for a value that cannot stand, in Chinese and English.
"""

from engine.commands.organization.availability import (
    cut_absence,
    declare_absence,
    declare_relation,
    end_substitution,
    name_substitute,
    withdraw_absence,
)
from engine.commands.organization.logins import (
    end_sessions,
    lock_account,
    reset_password,
    revoke_token,
    unlock_account,
)
from engine.commands.organization.positions import Appointed, appoint, end_position
from engine.commands.organization.rights import NotYours, OnlyAdministrators
from engine.commands.organization.roles import confirm_role, end_role, refuse_role, request_role
from engine.commands.organization.rosters import (
    LinesRejected,
    NotYourRoster,
    add_turn,
    copy_month,
    end_turn,
    enter_turns,
)
from engine.commands.organization.staff import add_person, move_person
from engine.commands.organization.units import (
    Closing,
    add_department,
    add_unit,
    change_unit,
    close_unit,
    move_unit,
    withdraw_closing,
)

__all__ = [
    "Appointed",
    "Closing",
    "LinesRejected",
    "NotYourRoster",
    "NotYours",
    "OnlyAdministrators",
    "add_department",
    "add_person",
    "add_turn",
    "add_unit",
    "appoint",
    "change_unit",
    "close_unit",
    "confirm_role",
    "copy_month",
    "cut_absence",
    "declare_absence",
    "declare_relation",
    "end_position",
    "end_role",
    "end_sessions",
    "end_substitution",
    "end_turn",
    "enter_turns",
    "lock_account",
    "move_person",
    "move_unit",
    "name_substitute",
    "refuse_role",
    "request_role",
    "reset_password",
    "revoke_token",
    "unlock_account",
    "withdraw_absence",
    "withdraw_closing",
]
