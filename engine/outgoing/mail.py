"""Mail by SMTP: plain text, one receiver each, marked as made by a machine."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

from engine.config import Settings
from engine.outgoing.message import ChannelFailed, Message, Target

TIMEOUT_SECONDS = 20.0
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
#: 5xx answers about the address itself: no such mailbox, not allowed, syntax.
_NO_MAILBOX = frozenset({501, 510, 511, 550, 551, 553})


def send(settings: Settings, target: Target, message: Message) -> None:
    """Raises ChannelFailed where there is no server, it cannot be reached, or it takes no mail for this address."""
    if not settings.smtp_url or not settings.mail_from:
        raise ChannelFailed("no_mail_server")
    parts = urlsplit(settings.smtp_url)
    try:
        with _connected(parts) as server:
            if parts.username is not None:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(_mail(settings, target, message))
    except smtplib.SMTPRecipientsRefused as failure:
        code = min(code for code, _ in failure.recipients.values())
        raise ChannelFailed(f"mailbox_{code}", permanent=code in _NO_MAILBOX) from None
    except smtplib.SMTPResponseException as failure:
        raise ChannelFailed(f"smtp_{failure.smtp_code}") from None
    except ssl.SSLError:
        raise ChannelFailed("certificate") from None
    except (smtplib.SMTPException, OSError) as failure:
        raise ChannelFailed("timeout" if isinstance(failure, TimeoutError) else "unreachable") from None


def _connected(parts: SplitResult) -> smtplib.SMTP:
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    if parts.scheme == "smtp+starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _mail(settings: Settings, target: Target, message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = settings.mail_from
    mail["To"] = target.address
    mail["Date"] = format_datetime(message.sent_at)
    mail["Message-ID"] = f"<{message.id}@{settings.mail_from.rpartition('@')[2]}>"
    # RFC 3834: no absence message of a receiver answers it.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail
