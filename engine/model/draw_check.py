"""Drawing again from an export, without a database: does every draw of the log come out as it says?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import InputRejected
from engine.model.draw import commitment, draw, draw_team, lots_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawFinding:
    """One thing that is wrong with a draw of the log."""

    draw: str
    zh: str
    en: str


def read_draws(text: bytes) -> list[dict[str, Any]]:
    """The rows of an answer of `GET /draws`, or of a list of them. Raises InputRejected for anything else."""
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    rows = read.get("items") if isinstance(read, dict) else read
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputRejected(
            "文件不是抽取记录（GET /api/v1/draws 的返回内容）。", "The file is no answer of GET /api/v1/draws."
        )
    return rows


def check_draws(rows: Iterable[Mapping[str, Any]], *, roots: Mapping[int, str] | None = None) -> Iterator[DrawFinding]:
    """Findings about the rows of `GET /draws`. A draw that is still to come, or was cancelled, has nothing to compute.

    roots: {number of the anchor: its root in hex}, from the file of the anchors; None: they are not compared.
    """
    for row in rows:
        if row.get("state") == "drawn" and row.get("pool") is not None:
            yield from _check(row, roots)


def _check(row: Mapping[str, Any], roots: Mapping[int, str] | None) -> Iterator[DrawFinding]:
    try:
        seed, root, lots = bytes.fromhex(row["seed"]), bytes.fromhex(row["root"]), lots_of(row["pool"])
        promised = commitment(seed, lots).hex()
        drawn = list(draw(lots, int(row["size"]), seed=seed, root=root))
        teams = {
            unit: list(draw_team(team["pool"], int(team["size"]), seed=seed, root=root, label=unit))
            for unit, team in row.get("teams", {}).items()
        }
    except (KeyError, TypeError, ValueError, ArithmeticError):
        yield _finding(row, "记录不完整或无法读取", "the row is incomplete or cannot be read")
        return
    if promised != row["commitment"]:
        yield _finding(row, "承诺值与种子、名册、权重不符", "seed, pool and weights do not give the commitment")
    if drawn != list(row["drawn"]):
        yield _finding(row, "重新抽取的结果不同", "drawing again gives another list")
    if any(row["teams"][unit]["team"] != team for unit, team in teams.items()):
        yield _finding(row, "重新抽取的督查组不同", "drawing again gives another team")
    if roots is not None and row["anchor_no"] and roots.get(int(row["anchor_no"])) != row["root"]:
        yield _finding(row, "锚点文件中没有该根值", "the file of the anchors has another root")


def _finding(row: Mapping[str, Any], zh: str, en: str) -> DrawFinding:
    name = str(row.get("id", ""))
    return DrawFinding(draw=name, zh=f"抽取 {name}：{zh}。", en=f"Draw {name}: {en}.")
