"""Built browser files: entry name to <script>, modulepreload and <link> tags, by the manifest that Vite writes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import Flask, Response, send_from_directory
from markupsafe import Markup, escape

HERE = Path(__file__).parent
DIST = HERE / "static" / "dist"
STYLES = HERE / "frontend" / "styles"
PREFIX = "/static/dist/"
#: Entry to plain style sheets, for a checkout without built assets: pages then still read well, without scripts.
PLAIN = {"app": ("tokens.css", "shared.css"), "form": (), "viewer": (), "modeler": (), "version": (), "compare": ()}


@dataclass(frozen=True, slots=True)
class Chunk:
    """One entry or shared part of the manifest."""

    file: str
    css: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assets:
    """The manifest, or nothing when the browser files were not built."""

    chunks: dict[str, Chunk] = field(default_factory=dict)  #: by manifest key
    entries: dict[str, str] = field(default_factory=dict)  #: entry name to manifest key

    @classmethod
    def load(cls, dist: Path = DIST) -> Assets:
        """Read `dist/.vite/manifest.json`; a missing file gives empty assets, never an error."""
        manifest = dist / ".vite" / "manifest.json"
        if not manifest.is_file():
            return cls()
        raw = cast("dict[str, dict[str, object]]", json.loads(manifest.read_text("utf-8")))
        chunks = {key: Chunk(str(c["file"]), _texts(c, "css"), _texts(c, "imports")) for key, c in raw.items()}
        return cls(chunks, {str(c.get("name")): key for key, c in raw.items() if c.get("isEntry")})

    @property
    def built(self) -> bool:
        return bool(self.entries)

    def tags(self, *names: str) -> Markup:
        """Tags for the entries `names`, each file once. Unknown names raise KeyError: a template names what exists."""
        if not self.built:
            sheets = [sheet for name in names for sheet in PLAIN.get(name, (f"{name}.css",))]
            return Markup("\n").join(_link(f"/static/styles/{sheet}") for sheet in sheets)
        lines: dict[Markup, None] = {}
        for name in names:
            key = self.entries[name]
            for part in self._closure(key):
                lines.update(dict.fromkeys(_link(PREFIX + sheet) for sheet in self.chunks[part].css))
            lines.update(dict.fromkeys(self._own_tags(key)))
        return Markup("\n").join(lines)

    def _own_tags(self, key: str) -> list[Markup]:
        file = self.chunks[key].file
        if file.endswith(".css"):
            return [_link(PREFIX + file)]
        preload = [
            Markup('<link rel="modulepreload" href="{}">').format(PREFIX + self.chunks[part].file)
            for part in self._closure(key)
            if part != key
        ]
        return [*preload, Markup('<script type="module" src="{}"></script>').format(PREFIX + file)]

    def _closure(self, key: str) -> list[str]:
        """`key` and all that it imports, imports first, so that their styles come before its own."""
        order: dict[str, None] = {}
        for part in self.chunks[key].imports:
            order.update(dict.fromkeys(self._closure(part)))
        order[key] = None
        return list(order)


def _texts(chunk: dict[str, object], name: str) -> tuple[str, ...]:
    return tuple(str(item) for item in cast("list[object]", chunk.get(name, [])))


def _link(href: str) -> Markup:
    return Markup('<link rel="stylesheet" href="{}">').format(escape(href))


def licences(dist: Path = DIST) -> str:
    """Licence texts of everything in the bundle; empty when nothing was built."""
    file = dist / ".vite" / "license.md"
    return file.read_text("utf-8") if file.is_file() else ""


def install(app: Flask) -> None:
    """Give templates `assets("app", "inbox")`, and serve the plain style sheets while nothing is built."""
    assets = Assets.load()
    app.jinja_env.globals["assets"] = assets.tags
    app.jinja_env.globals["assets_built"] = assets.built
    if not assets.built:

        @app.get("/static/styles/<path:name>")
        def plain_styles(name: str) -> Response:
            return send_from_directory(STYLES, name)
