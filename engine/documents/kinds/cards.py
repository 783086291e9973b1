"""升级阶梯 (S2): 催办通知, 黄牌督办单, 红牌督办单. Cards bear a business number and no 发文字号 (domain.md §6.3)."""

from __future__ import annotations

from engine.documents.material import CardFacts, Material
from engine.documents.paper import BLANK, Block, Color, Grid, Paper, Para, day_words

_NO_CARD = CardFacts(no=BLANK, level=0, matter=BLANK, task=BLANK, due_on=None, days_late=None, addressee="")


def urge_notice(material: Material) -> Paper:
    """催办通知: one working day after the limit."""
    asked = "请接到本通知后立即办理；因故不能按时办结的，说明原因并提出完成时限。逾期仍未办结的，将按规定升级督办。"
    return _card(material, "催办通知", asked)


def yellow_card(material: Material) -> Paper:
    """黄牌督办单, to the directly responsible leader."""
    card = material.card or _NO_CARD
    answer = day_words(card.answer_due_on) if card.answer_due_on is not None else BLANK
    asked = (
        f"请直接责任领导亲自督促，立即办理，并于{answer}前提交书面说明，写明逾期原因和新的完成时限；"
        "逾期不答复或者仍未办结的，升级为红牌督办。"
    )
    return _card(material, "黄牌督办单", asked, color="yellow")


def red_card(material: Material) -> Paper:
    """红牌督办单, to the main responsible leader."""
    asked = "请主要责任领导亲自过问、限期办结，并查明逾期原因。上级督查员将跟踪督办；仍未办结的，上报上级领导处理。"
    return _card(material, "红牌督办单", asked, color="red")


def _card(material: Material, title: str, asked: str, *, color: Color = "") -> Paper:
    card = material.card or _NO_CARD
    late = f"{card.days_late}个工作日" if card.days_late is not None else BLANK
    due = day_words(card.due_on) if card.due_on is not None else BLANK
    pairs = (
        ("督办事项", card.matter or BLANK),
        ("逾期环节", card.task or BLANK),
        ("应办结日期", due),
        ("已逾期", late),
        ("责任单位", material.unit.name),
        ("送达对象", card.addressee or BLANK),
    )
    body: list[Block] = [
        Para(text="你单位下列事项逾期未办结，现予督办。"),
        Grid(pairs=pairs),
        Para(lead="督办要求：", text=asked),
    ]
    if color:
        body.append(Para(lead="异议权利：", text=_objection(card)))
    return Paper(
        form="letter",
        head=material.issuer.name,
        number=card.no,
        title=title,
        addressee=material.unit.name,
        body=tuple(body),
        issuer=material.issuer.name,
        dated=material.today,
        color=color,
    )


def _objection(card: CardFacts) -> str:
    """domain.md §3 S2."""
    last = day_words(card.object_until) if card.object_until is not None else BLANK
    since = day_words(card.effective_on) if card.effective_on is not None else BLANK
    return (
        f"有异议的，可于{last}前通过系统提出。无异议或者异议被驳回的，本单自{since}起生效并计入统计；"
        "异议成立的予以撤回。"
    )
