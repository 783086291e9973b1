"""Is the port free on which the web part is to listen?"""

from __future__ import annotations

import socket

from engine.config import Settings
from engine.errors import ChangxiaoError


class PortTaken(ChangxiaoError):
    """Nothing can listen at the address of the settings. The message says what to do, in both languages."""

    code = "port_taken"


def check_port_is_free(settings: Settings) -> None:
    """Raises PortTaken. Granian shares its port with whoever else asks for it, so a second start would go unnoticed."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            place = f"{settings.host}:{settings.port}"
            raise PortTaken(
                f"不能监听 {place}（{error.strerror}）。请换一个端口，例如 PORT=8001 make serve。\n"
                f"Cannot listen on {place} ({error.strerror}). Try another port: PORT=8001 make serve."
            ) from error
