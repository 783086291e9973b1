"""Texts that the sources mark for translation, read the way `pybabel extract` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file

WEBUI = Path(__file__).parents[2] / "webui"
KEYWORDS = {**DEFAULT_KEYWORDS, "mark": None, "lazy_gettext": None}


def marked() -> Iterator[tuple[str, str, str]]:
    """(message id, context or "", file) of every marked text; of a plural the first form."""
    for path in sorted(WEBUI.rglob("*")):
        method = {".py": "python", ".html": "jinja2.ext:babel_extract"}.get(path.suffix)
        if method is None or "node_modules" in path.parts or "static" in path.parts:
            continue
        options = {"silent": "false"} if path.suffix == ".html" else {}
        for _line, found, _comments, context in extract_from_file(method, path, KEYWORDS, options=options):
            yield found[0] if isinstance(found, tuple) else found, context or "", str(path.relative_to(WEBUI))
