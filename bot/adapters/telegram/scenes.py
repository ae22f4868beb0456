"""Who speaks, where, and where the answer goes: an update's people and chats as the kit's callers and places.

Pure reading; it asks nobody. Anonymous admins and channels speak under the account of their chat.
"""

from __future__ import annotations

from telegram import CallbackQuery, Chat, ChatMember, Message, User
from telegram.constants import ChatType

from bot.adapters.telegram.turns import Query, Scene
from bot.adapters.telegram.wire import Target
from bot.chat.context import Caller
from bot.core.refs import Place, Platform, SpaceRef, UserRef

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
OUTSIDE = (ChatMember.LEFT, ChatMember.BANNED)


def scene_of(message: Message, *, shares: bool) -> Scene | None:
    """Return who speaks where; None for channels, other bots and what Telegram itself posts.

    `shares` says that the bot's inline mode is on, so that a private chat can carry a question elsewhere.
    """
    group = message.chat.type in GROUPS
    if not group and message.chat.type != ChatType.PRIVATE:
        return None
    anonymous = message.sender_chat
    if anonymous is not None:
        if message.is_automatic_forward:
            return None
        user, name, language = str(anonymous.id), anonymous.title or "", None
    elif message.from_user is not None and not message.from_user.is_bot:
        user, name, language = _account(message.from_user)
    else:
        return None
    caller = Caller(
        UserRef(Platform.TELEGRAM, user),
        _place(message.chat, message),
        language,
        name,
        private_answers=not group,
        admin=anonymous is not None and anonymous.id == message.chat.id,
        anonymous=anonymous is not None,
        shares=shares and not group,
    )
    reply_to = message.message_id if group else None
    return Scene(caller, Target.of(caller.place), reply_to)


def scene_of_press(pressed: CallbackQuery, query: Query, *, shares: bool) -> Scene:
    """Return who pressed where: real people always, even where they are anonymous admins. `shares` as above."""
    user, name, language = _account(pressed.from_user)
    message = pressed.message
    group = message is not None and message.chat.type in GROUPS
    if message is None:
        place = Place(Platform.TELEGRAM, user)
    else:
        place = _place(message.chat, message if isinstance(message, Message) else None)
    ref = UserRef(Platform.TELEGRAM, user)
    caller = Caller(
        ref,
        place,
        language,
        name,
        private_answers=not group or not _asked(message, pressed.from_user),
        on_public=group,
        shares=shares and not group,
    )
    with_text = message.message_id if isinstance(message, Message) and message.text is not None else None
    return Scene(
        caller,
        Target.of(place),
        reply_to=message.message_id if message is not None and group else None,
        pressed=with_text,
        query=query,
    )


def _asked(message: object, presser: User) -> bool:
    """Say whether a message in a group is the presser's to change: it answers them, or nobody in particular.

    Somebody else's taps are answered to them alone. Anonymous admins press under their own names, so that what answers
    one of them is everybody's.
    """
    asked = message.reply_to_message if isinstance(message, Message) else None
    if asked is None or asked.sender_chat is not None or asked.from_user is None or asked.from_user.is_bot:
        return True
    return asked.from_user.id == presser.id


def _account(user: User) -> tuple[str, str, str | None]:
    return str(user.id), user.full_name, user.language_code


def space_of(chat: int) -> SpaceRef:
    """Return the space of a group chat."""
    return SpaceRef(Platform.TELEGRAM, str(chat))


def _place(chat: Chat, message: Message | None) -> Place:
    """Where something was said. A thread counts only in a topic: plain replies carry a number too."""
    thread = message.message_thread_id if message is not None and message.is_topic_message else None
    space = None if chat.type == ChatType.PRIVATE else space_of(chat.id)
    return Place(Platform.TELEGRAM, str(chat.id), space, str(thread) if thread is not None else None)


def is_in(member: ChatMember) -> bool:
    """Say whether `member` is in the chat, restricted or not."""
    return member.status not in OUTSIDE and getattr(member, "is_member", True)
