"""留言 and 抄送 as the page of a case, those of its tasks and its print show them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from flask_babel import gettext

from engine.model.comment import MAX_COMMENT
from engine.model.step import InstanceId
from engine.queries.comments import CommentLine, Comments
from engine.queries.copies import Copies, CopyLine
from webui.auth import current_person
from webui.pages.case_parts import (
    CommentLineView,
    CommentsView,
    CopiesView,
    CopyLineView,
    CopyUnitView,
    SentCopyView,
)
from webui.pages.once import new_key
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
        once=new_key(),
    )


def copies_view(found: Copies, instance_id: InstanceId) -> CopiesView:
    """For the page of the case."""
    return CopiesView(
        sent=tuple(_sent(tuple(lines)) for _, lines in groupby(found.lines, key=lambda line: line.copy)),
        read=sum(line.read_at is not None for line in found.lines),
        total=len(found.lines),
        people=tuple(
            Option(value=account, label=" ".join((unit_name(unit, short=True), name)))
            for account, name, unit in found.people
        ),
        units=tuple(
            Option(
                value=unit.code,
                label=gettext("%(unit)s（%(n)s 人）", unit=unit_name(unit, short=True), n=count),
            )
            for unit, count in found.units
        ),
        post_url=f"/case/{instance_id}/copies",
        export_href=f"/case/{instance_id}/copies",
        once=new_key(),
    )


def _sent(lines: tuple[CopyLine, ...]) -> SentCopyView:
    """Those who were told together, by unit."""
    by_unit = groupby(sorted(lines, key=lambda line: line.unit.code), key=lambda line: line.unit)
    return SentCopyView(
        sender_name=lines[0].sender_name,
        at=lines[0].at,
        note=lines[0].note,
        units=tuple(
            CopyUnitView(unit=unit_name(unit, short=True), lines=_receivers(received)) for unit, received in by_unit
        ),
    )


def _receivers(lines: Iterable[CopyLine]) -> tuple[CopyLineView, ...]:
    return tuple(CopyLineView(name=line.name, read_at=line.read_at) for line in lines)


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
