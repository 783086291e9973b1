"""The secret of this installation, and texts encrypted with it, which a copy of the database does not give away."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from engine.config import Settings
from engine.errors import ChangxiaoError

_KEY_FILE = "secret.key"


class CannotDecrypt(ChangxiaoError):
    """A text was encrypted with another secret key than that of this installation."""

    code = "cannot_decrypt"


def installation_key(settings: Settings) -> bytes:
    """From the settings, else made once in the data folder. Web and worker processes need the same one."""
    if settings.secret_key:
        return settings.secret_key.encode()
    path = settings.data_dir / _KEY_FILE
    if not path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_bytes(32))
    return path.read_bytes()


def encrypt(settings: Settings, purpose: str, text: str) -> bytes:
    """`text`, readable only with the key of this installation and for the same `purpose`."""
    from nacl.secret import SecretBox

    return bytes(SecretBox(_key(settings, purpose)).encrypt(text.encode()))


def decrypt(settings: Settings, purpose: str, hidden: bytes) -> str:
    """Raises CannotDecrypt."""
    from nacl.exceptions import CryptoError
    from nacl.secret import SecretBox

    try:
        return SecretBox(_key(settings, purpose)).decrypt(hidden).decode()
    except CryptoError:
        raise CannotDecrypt from None


def _key(settings: Settings, purpose: str) -> bytes:
    return hashlib.blake2b(
        installation_key(settings), digest_size=32, person=b"cx-keyring", salt=_salt(purpose)
    ).digest()


def _salt(purpose: str) -> bytes:
    return hashlib.blake2b(purpose.encode(), digest_size=16).digest()


def _write_once(path: Path, content: bytes) -> None:
    """Complete or not at all; whoever comes second finds what the first one wrote."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    with suppress(FileExistsError):
        os.link(partial, path)
    partial.unlink()
