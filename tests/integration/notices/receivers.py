"""Real receivers on this machine: an SMTP server, and an HTTP server that answers what a test tells it to."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass  # without slots: the library looks through its members, which Python 3.11.2 cannot do with them
class MailServer:
    """Takes mail and keeps it; refuses mailboxes whose name begins with "nobody"."""

    url: str = ""
    mails: list[Message] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def text_of(mail: Message) -> str:
    """The plain text of a mail, with the line ends of this side."""
    content = mail.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode().replace("\r\n", "\n").strip()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    kept, loop = MailServer(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    # aiosmtpd's own controller wants to know the port beforehand.
    listening = loop.create_server(lambda: SMTP(kept, loop=loop), host="127.0.0.1", port=0)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result()
    kept.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield kept
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@dataclass(slots=True)
class Posted:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class HookServer:
    """Keeps what is posted to it. answers: status and body, one for each request; afterwards `usual`."""

    origin: str = ""
    posted: list[Posted] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    usual: tuple[int, bytes] = (200, b'{"errcode":0,"errmsg":"ok"}')


@contextmanager
def hook_server() -> Iterator[HookServer]:
    kept = HookServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            kept.posted.append(
                Posted(path=self.path, headers={k.lower(): v for k, v in self.headers.items()}, body=body)
            )
            status, answer = kept.answers.pop(0) if kept.answers else kept.usual
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{kept.origin}/elsewhere")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()
