"""Runs every measurement in one process and prints a table; with --check, fails at 1.5 times a target."""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import structlog

#: {name: (value, unit, target or None)}; a target is an upper bound.
Figures = Mapping[str, tuple[float, str, float | None]]

#: A figure may miss its target by this much before `--check` fails: the machines that run this are noisy.
TOLERANCE = 1.5

SUITES: dict[str, tuple[str, ...]] = {
    "benchmarks.engine": ("engine_step", "loop_iteration", "mi_500", "mi_2000", "state_size"),
    "benchmarks.scripting": ("condition", "script"),
    "benchmarks.decisions": ("feel", "decision_table", "asking", "condition", "loading"),
    "benchmarks.store": ("durable_step", "timers_due", "inbox_query"),
    "benchmarks.service": (
        "life_over_http",
        "inbox_page",
        "supervisor_pages",
        "timers_fired",
        "bulk_approval",
        "web_memory",
    ),
    "benchmarks.duties": ("matrix_page",),
    "benchmarks.growth": ("ended_cases",),
}


def measurements(only: str) -> Iterator[tuple[str, Callable[[], Figures]]]:
    for module_name, functions in SUITES.items():
        for function in functions:
            label = f"{module_name.removeprefix('benchmarks.')}.{function}"
            if only in label:
                yield label, getattr(importlib.import_module(module_name), function)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help=f"fail where a figure exceeds {TOLERANCE} times its target"
    )
    parser.add_argument("--only", default="", help="run only measurements whose name contains this text")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    # A line for each command would stand between the figures, and writing it is not what is measured.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores; CPU times in ms of CPU, not of the clock.\n",
        flush=True,
    )
    print(f"{'measurement':<44}{'value':>12}  {'unit':<14}{'target':>10}", flush=True)
    found: dict[str, tuple[float, str, float | None]] = {}
    too_slow = []
    for label, measure in measurements(options.only):
        for name, (value, unit, target) in measure().items():
            found[name] = (value, unit, target)
            missed = target is not None and value > target
            shown = "" if target is None else f"≤ {target:g}"
            print(f"{name:<44}{value:>12.3f}  {unit:<14}{shown:>10}{'  missed' if missed else ''}", flush=True)
            if target is not None and value > target * TOLERANCE:
                too_slow.append(
                    f"{label}: {name} is {value:.3f} {unit}, more than {TOLERANCE} times its target {target:g}"
                )
    if options.json:
        options.json.write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")
    if options.check and too_slow:
        print("\n" + "\n".join(too_slow), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
