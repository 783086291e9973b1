"""Migrations are one chain: each follows one other, and one is the newest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pytest

from tests.architecture.sources import modules

_REVISION = re.compile(r'^(down_)?revision = (?:"(\w+)"|None)$', re.MULTILINE)


def test_each_migration_follows_one_other_and_one_is_the_newest():
    assert forks({module.name: module.text for module in modules("engine/store/migrations/versions")}) == []


@pytest.mark.parametrize("planted", ['revision = "3"\ndown_revision = "1"\n', 'revision = "2"\ndown_revision = "2"\n'])
def test_a_fork_is_found(planted):
    chain = {"1": 'revision = "1"\ndown_revision = None\n', "2": 'revision = "2"\ndown_revision = "1"\n'}
    assert forks(chain) == []
    assert forks(chain | {"3": planted}) != []


def forks(texts: Mapping[str, str]) -> list[str]:
    found = [dict(_REVISION.findall(text)) for text in texts.values()]
    counts = {"follow": Counter(one["down_"] for one in found), "are called": Counter(one[""] for one in found)}
    return [f"{count} {how} {name!r}" for how, names in counts.items() for name, count in names.items() if count > 1]
