"""A whole period of the prefecture, played day by day by synthetic staff through the commands that people use.

    begin (people, processes, duties) -> every working hour: let the clock come there, look what is new on the desks,
    do what is planned for now -> report what was refused

Nothing is written past the commands. What people do, and when, follows from the seed alone.
"""

from engine.commands.rehearsal.begin import begin, chosen_units
from engine.commands.rehearsal.play import Played, Refusal, play

__all__ = ["Played", "Refusal", "begin", "chosen_units", "play"]
