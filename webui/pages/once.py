"""Forms that do their work once: a second press, or the same form sent again after going back, finds it done."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

from flask import request

from engine.commands.requests import RequestKey, StoredAnswer, once
from engine.core import Engine
from webui.auth import current_person
from webui.service import current_service, joined

FIELD = "once"


def new_key() -> str:
    """For one showing of a form, in a hidden field of this module's name."""
    return secrets.token_urlsafe(12)


def done_once(work: Callable[[], str]) -> str:
    """Do `work` and answer the address that it leads to; for a form that came before, only the address.

    Who goes back and writes something else in the same form means something else: both are done. What `work` raises
    leaves no trace. Its commands must act in the name of the reader, through `current_engine`. A form without a key is
    always done.
    """
    if not request.form.get(FIELD):
        return work()

    def kept(engine: Engine) -> StoredAnswer:
        with joined(engine):
            return StoredAnswer(status=303, body=work().encode())

    return once(current_service().engine, _request_key(), kept).body.decode()


def _request_key() -> RequestKey:
    digest = hashlib.sha256()
    for name, value in sorted(request.form.items(multi=True)):
        if name != "csrf_token":
            digest.update(f"{name}={hashlib.sha256(value.encode()).hexdigest()}\n".encode())
    return RequestKey(
        actor=current_person(),
        route=f"{request.method} {request.path}",
        key=digest.hexdigest(),
        request_hash=digest.digest(),
    )
