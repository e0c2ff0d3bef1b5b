"""Refusals: the short list of reasons why a command is not done, each with what to do about it."""

from typing import Any, Literal, get_args

import msgspec

from .entry import View

RefusalCode = Literal[
    "invalid",
    "unauthorized",
    "forbidden",
    "not_found",
    "unknown_workflow",
    "unknown_path",
    "stale",
    "locked",
    "fenced",
    "empty_scope",
    "no_recipient",
    "action_failed",
    "trigger_cycle",
    "id_reused",
    "expired",
    "too_large",
    "rate_limited",
    "busy",
    "unavailable",
    "internal",
]
RefusalClass = Literal["retry", "wait", "fix", "stop"]
"""``retry``: send the same again; ``wait``: the same, but later; ``fix``: something in it must
change first; ``stop``: no repetition will help."""


class Kind(msgspec.Struct, frozen=True):
    """What belongs to a code: its class, its HTTP status and the text used when none is given."""

    class_: RefusalClass
    status: int
    text: str


KINDS: dict[RefusalCode, Kind] = {
    "invalid": Kind("fix", 400, "The message is not as the protocol has it."),
    "unauthorized": Kind("stop", 401, "Sign in first."),
    "forbidden": Kind("stop", 403, "You may not do this."),
    "not_found": Kind("fix", 404, "There is no such thing, or you may not see it."),
    "unknown_workflow": Kind("fix", 404, "There is no such workflow."),
    "unknown_path": Kind("fix", 422, "The step has no such path."),
    "stale": Kind("fix", 409, "The entry has moved on."),
    "locked": Kind("wait", 423, "Somebody else holds the entry."),
    "fenced": Kind("fix", 409, "The lock you had is no longer yours."),
    "empty_scope": Kind("fix", 422, "Nobody is in the scope of the step."),
    "no_recipient": Kind("fix", 422, "The workflow needs a recipient and has none."),
    "action_failed": Kind("fix", 422, "An action of the step failed."),
    "trigger_cycle": Kind("fix", 422, "The steps trigger one another without end."),
    "id_reused": Kind("fix", 409, "This id was used for another command."),
    "expired": Kind("fix", 410, "The command's id is too old: it may have been done already."),
    "too_large": Kind("fix", 413, "The message is too large."),
    "rate_limited": Kind("wait", 429, "Too many commands in a short time."),
    "busy": Kind("wait", 503, "Too many commands wait for their answer."),
    "unavailable": Kind("retry", 503, "The change could not be stored."),
    "internal": Kind("retry", 500, "Something went wrong in the server."),
}
assert set(KINDS) == set(get_args(RefusalCode))


class Refusal(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="type",
    tag="refusal",
    rename={"class_": "class"},
):
    """A command that was not done, and why. ``entry``: its present view, where that helps."""

    id: str | None = None
    code: RefusalCode
    class_: RefusalClass
    message: str
    details: dict[str, Any] | None = None
    entry: View | None = None

    @property
    def status(self) -> int:
        """The HTTP status that fits."""
        return KINDS[self.code].status


class Refused(Exception):
    """Raised by whoever refuses; carries the refusal to whoever answers."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.code}: {refusal.message}")
        self.refusal = refusal


def refusal(
    code: RefusalCode,
    message: str = "",
    *,
    id: str | None = None,
    details: dict[str, Any] | None = None,
    entry: View | None = None,
) -> Refusal:
    """A refusal with ``code``; its class, and its text when none is given, follow from that."""
    kind = KINDS[code]
    return Refusal(
        id=id,
        code=code,
        class_=kind.class_,
        message=message or kind.text,
        details=details,
        entry=entry,
    )


def refused(
    code: RefusalCode,
    message: str = "",
    *,
    id: str | None = None,
    details: dict[str, Any] | None = None,
    entry: View | None = None,
) -> Refused:
    """The exception with such a refusal: ``raise refused("not_found")``."""
    return Refused(refusal(code, message, id=id, details=details, entry=entry))


def invalid(pointer: str, message: str, *, id: str | None = None) -> Refused:
    """What stands at ``pointer`` (RFC 6901, within the frame or body) is wrong."""
    return refused("invalid", message, id=id, details={"pointer": pointer})


def stale(by: str, at: str, step: str, *, entry: View | None, message: str = "") -> Refused:
    """Somebody was faster: ``by`` moved the entry to ``step``, at the RFC 3339 time ``at``."""
    details = {"by": by, "at": at, "step": step}
    return refused("stale", message, details=details, entry=entry)


def locked(by: tuple[str, ...], until: str | None = None, *, entry: View | None = None) -> Refused:
    """The users ``by`` hold the entry, until the RFC 3339 time ``until`` if there is a lease."""
    details: dict[str, Any] = {"by": list(by)}
    if until is not None:
        details["until"] = until
    return refused("locked", details=details, entry=entry)


def too_large(limit: int, *, pointer: str = "", id: str | None = None) -> Refused:
    """More than ``limit`` bytes at ``pointer`` (empty: the whole frame)."""
    return refused(
        "too_large",
        f"More than {limit} bytes.",
        id=id,
        details={"limit": limit, "pointer": pointer},
    )


def later(
    code: Literal["rate_limited", "busy"], after_ms: int, *, id: str | None = None
) -> Refused:
    """The same command may be sent again after ``after_ms`` milliseconds."""
    return refused(code, id=id, details={"after_ms": after_ms})


def with_id(refusal: Refusal, id: str) -> Refusal:
    """The refusal as the answer to the command ``id``."""
    return msgspec.structs.replace(refusal, id=id)
