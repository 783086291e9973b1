"""留言 as the page of a case, those of its tasks and its print show them."""

from __future__ import annotations

from engine.model.comment import MAX_COMMENT
from engine.model.step import InstanceId
from engine.queries.comments import CommentLine, Comments
from webui.auth import current_person
from webui.pages.case_parts import CommentLineView, CommentsView
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
