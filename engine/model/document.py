"""What may be done with an official paper, and why not."""

from __future__ import annotations

from datetime import date

from engine.errors import Conflict, Refused
from engine.model.organization import Organization


def may_void(organization: Organization, sender: str, person: str, on: date) -> bool:
    """Does the person lead the unit that sent the document, as main or directly responsible leader?"""
    posts = (held for code in ("LEAD_MAIN", "LEAD_DIRECT") for held in organization.holders(sender, code, on))
    return any(held.person == person for held in posts)


class DocumentChanged(Conflict):
    """The file of a document is missing, or not the one whose hash was frozen. Facts: id."""

    code = "document_changed"


class DocumentVoid(Conflict):
    """The document was made void before. Facts: id."""

    code = "document_void"


class NotSender(Refused):
    """Only the main or a directly responsible leader of the unit that sent a document makes it void."""

    code = "not_sender"
