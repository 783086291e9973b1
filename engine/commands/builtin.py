"""The processes, decisions and forms that the program brings along."""

from __future__ import annotations

from importlib.resources import files

_PLACES = (("processes", (".bpmn", ".dmn", ".dmn.tests.json")), ("forms", (".json",)))


def builtin_files() -> dict[str, bytes]:
    """{file name: content} of everything that is shipped, ready for deployments.deploy_builtin."""
    return {
        entry.name: entry.read_bytes()
        for package, endings in _PLACES
        for entry in sorted(files(package).iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(endings)
    }
