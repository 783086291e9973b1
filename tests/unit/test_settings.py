"""How many processes answer requests where nobody has said: as many as the machine or the container bears."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.config import Settings, SettingsError, fitting_web_processes

GIB = 1024**3


@pytest.mark.parametrize(
    ("cores", "memory_gib", "limits", "wanted"),
    [
        (1, 8, {}, 1),
        (2, 8, {}, 2),
        (4, 8, {}, 4),
        (64, 256, {}, 8),
        (4, 1, {}, 1),  # each takes up to 150 MB, and a quarter of the memory is theirs
        (4, 2, {}, 3),
        (8, 64, {"cpu.max": "max 100000", "memory.max": "max"}, 8),
        (8, 64, {"cpu.max": "250000 100000"}, 2),
        (8, 64, {"cpu.max": "50000 100000"}, 1),
        (8, 64, {"memory.max": str(2 * GIB)}, 3),
    ],
)
def test_one_process_for_each_core_within_a_quarter_of_the_memory(
    cores: int, memory_gib: int, limits: dict[str, str], wanted: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(cores)))
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": memory_gib * GIB // 4096, "SC_PAGE_SIZE": 4096}.__getitem__)
    for name, text in limits.items():
        (tmp_path / name).write_text(f"{text}\n")

    assert fitting_web_processes(tmp_path) == wanted


def test_the_number_can_be_said_and_reaches_the_children() -> None:
    said = Settings.from_env({"CHANGXIAO_WEB_PROCESSES": "3", "HOME": "/home/x"})

    assert said.web_processes == 3
    assert Settings.from_env(said.to_env()) == said
    assert Settings.from_env({"HOME": "/home/x"}).web_processes == fitting_web_processes()


def test_none_at_all_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="CHANGXIAO_WEB_PROCESSES='0'"):
        Settings.from_env({"CHANGXIAO_WEB_PROCESSES": "0"})
