"""Addresses and keys of channels as they are kept: encrypted, since the address of a robot is its key."""

from __future__ import annotations

from engine.config import Settings
from engine.keyring import CannotDecrypt, decrypt, encrypt
from engine.model.channel import origin_of

_PURPOSE = "channel"


def hidden(settings: Settings, text: str) -> bytes:
    """As it goes into the database."""
    return encrypt(settings, _PURPOSE, text)


def revealed(settings: Settings, kept: bytes) -> str:
    """As it was typed. Raises CannotDecrypt."""
    return decrypt(settings, _PURPOSE, kept)


def shown(settings: Settings, kind: str, kept: bytes) -> str:
    """What people see of an address: of robots and web hooks the origin only; "" where another key wrote it."""
    try:
        text = revealed(settings, kept)
    except CannotDecrypt:
        return ""
    return text if kind == "email" else f"{origin_of(text)}/…"
