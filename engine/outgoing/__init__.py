"""What leaves this machine: mail, signed web hooks, robots of group chats. Called by jobs, outside transactions."""

from engine.outgoing.message import ChannelFailed, Message, Target, send

__all__ = ["ChannelFailed", "Message", "Target", "send"]
