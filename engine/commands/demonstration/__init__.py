"""The fictional prefecture of demo and rehearsal: people, accounts and cases, made by the commands themselves.

Refused in live mode: everybody shares one password, which is printed.
"""

from engine.commands.demonstration.people import PASSWORD, SINCE, add_people, logins
from engine.commands.demonstration.prepare import prepare, prepare_live

__all__ = ["PASSWORD", "SINCE", "add_people", "logins", "prepare", "prepare_live"]
