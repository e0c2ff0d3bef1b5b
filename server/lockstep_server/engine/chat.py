"""The entry's conversation: posting, and who joins by it."""

import re
from collections.abc import Collection
from typing import Any

from lockstep_protocol.limits import CHAT_BODY_BYTES

from .apply import apply
from .context import Chain, Context, Effect
from .entry import Draft
from .facts import ChatPosted, EffectRequested, GuestJoined
from .scopes.directory import Directory
from .state import ChatMessage

MENTIONS = 20
"""Users that one message can mention."""
NOTICE_CHARACTERS = 300
"""Of a message that mentions somebody, as much as the notification shows."""
_MENTION = re.compile(r"(?<![\w@.])@([\w][\w.+@-]*)")


def post(
    draft: Draft,
    *,
    author: str,
    at: float,
    body: str,
    data: Any = None,
    schema: str = "text.json",
    kind: str | None = None,
    only: Collection[str] | None = None,
    mentions: Collection[str] = (),
) -> ChatMessage:
    """Post a message and give it back. ``only``: who may read it besides the author.

    Whoever is addressed or mentioned, or writes, and is no recipient joins as a guest.
    """
    m = draft.head.chat_count + 1
    readers = None if only is None else tuple(sorted({author, *only}))
    for user in (*(readers or (author,)), *mentions):
        join(draft, user)
    message = ChatMessage(
        m=m, at=at, author=author, body=body, schema=schema, kind=kind, data=data, only=readers
    )
    apply(draft, ChatPosted(message))
    return message


def cut(body: str) -> str:
    """``body`` as far as a message holds it: what no user wrote is cut and not refused."""
    return body.encode()[:CHAT_BODY_BYTES].decode(errors="ignore")


def mentioned(body: str, directory: Directory) -> list[str]:
    """The ids of the users whom ``body`` names by ``@id`` or ``@e-mail``, in its order."""
    found: dict[str, None] = {}
    for match in _MENTION.finditer(body):
        name = match[1].rstrip(".-")
        ids = (name,) if name in directory else directory.with_email(name)
        found.update(dict.fromkeys(sorted(ids)))
        if len(found) >= MENTIONS:
            break
    return list(found)[:MENTIONS]


def join(draft: Draft, user: str, from_m: int | None = None) -> None:
    """Let ``user`` see the conversation from ``from_m`` on; nothing for who sees it already.

    ``from_m`` None: from the next message on.
    """
    if draft.where(user) is None and draft.guest(user) is None:
        apply(draft, GuestJoined(user, from_m or draft.head.chat_count + 1))


def notify_mentioned(
    context: Context, draft: Draft, message: ChatMessage, users: Collection[str]
) -> None:
    """Have those notified of ``users`` who did not write ``message`` themselves."""
    told = sorted(set(users) - {message.author})
    if not told:
        return
    head, author = draft.head, context.directory.get(message.author)
    name = (author.name if author else "") or message.author
    said = {
        "users": told,
        "title": head.title,
        "body": f"{name}: {message.body}"[:NOTICE_CHARACTERS],
        "entry": head.id,
        **({} if head.room is None else {"room": head.room}),
    }
    id = context.new_id()
    apply(draft, EffectRequested(id, "notify", str(said["body"]), some=True))
    draft.effects.append(Effect(id, "notify", said, Chain(id, 1)))


def may_read(message: ChatMessage, user: str) -> bool:
    """Whether ``user``, who takes part in the conversation, may read this message of it."""
    return message.only is None or user in message.only
