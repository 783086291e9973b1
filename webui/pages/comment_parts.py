"""留言 and 抄送 as the page of a case, those of its tasks and its print show them."""

from __future__ import annotations

from engine.model.comment import MAX_COMMENT
from engine.model.step import InstanceId
from engine.queries.comments import CommentLine, Comments
from engine.queries.copies import Copies
from webui.auth import current_person
from webui.pages.case_parts import CommentLineView, CommentsView, CopiesView, CopyLineView
from webui.pages.parts import Option
from webui.pages.words import listed, unit_name


def comments_view(found: Comments, instance_id: InstanceId, *, back: str) -> CommentsView:
    """back: the page on which they are read, to come back to after a comment."""
    return CommentsView(
        lines=tuple(_line(line) for line in found.lines),
        post_url=f"/case/{instance_id}/comments" if found.may_write else "",
        back=back,
        people=tuple(Option(value=account, label=name) for account, name in found.people),
        most_characters=MAX_COMMENT,
    )


def copies_view(found: Copies, instance_id: InstanceId) -> CopiesView:
    """For the page of the case."""
    return CopiesView(
        lines=tuple(
            CopyLineView(name=line.name, sender_name=line.sender_name, at=line.at, note=line.note, read_at=line.read_at)
            for line in found.lines
        ),
        people=tuple(
            Option(value=account, label=" ".join((unit_name(unit, short=True), name)))
            for account, name, unit in found.people
        ),
        post_url=f"/case/{instance_id}/copies",
    )


def _line(line: CommentLine) -> CommentLineView:
    is_own = line.person == current_person() and line.withdrawn_at is None
    return CommentLineView(
        id=f"comment-{line.id}",
        who=line.name,
        unit=unit_name(line.unit, short=True),
        at=line.at,
        text=line.text,
        told=listed([name for _, name in line.mentioned]) if line.withdrawn_at is None else "",
        withdrawn_at=line.withdrawn_at,
        withdraw_href=f"/comment/{line.id}/withdraw" if is_own else "",
    )
