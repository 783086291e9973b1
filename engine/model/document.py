"""What may be done with an official paper, and why not."""

from __future__ import annotations

from engine.errors import Conflict, Refused


class DocumentChanged(Conflict):
    """The file of a document is missing, or not the one whose hash was frozen. Facts: id."""

    code = "document_changed"


class DocumentVoid(Conflict):
    """The document was made void before. Facts: id."""

    code = "document_void"


class NotSender(Refused):
    """Only the main or a directly responsible leader of the unit that sent a document makes it void."""

    code = "not_sender"
