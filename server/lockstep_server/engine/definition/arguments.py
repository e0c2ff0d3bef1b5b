"""The ``args`` of actions: what each action takes, and the one spelling that is kept.

A single value stays a single value, several are an object. So an object that holds nothing but
the action's main argument becomes that argument, and other words for a member become the first.
"""

import re
from typing import Any

import msgspec

from lockstep_protocol.definition import Action, ActionName
from lockstep_protocol.limits import LOCK_SECONDS_MAX

from .findings import Findings, child


class Taken(msgspec.Struct, frozen=True):
    """What an action takes: ``main`` is what a single value means."""

    main: str | None = None
    others: tuple[str, ...] = ()
    aliases: dict[str, str] = {}
    required: bool = False
    texts: tuple[str, ...] = ()
    """Members that must be texts."""

    @property
    def members(self) -> tuple[str, ...]:
        """All the names, the main one first."""
        return (*([self.main] if self.main else []), *self.others)


ARGUMENTS: dict[ActionName, Taken] = {
    "status": Taken("status", required=True, texts=("status",)),
    "task": Taken("state", (), {"task": "state", "status": "state"}, True, ("state",)),
    "lock": Taken("ttl"),
    "unlock": Taken(),
    "script": Taken("handle", ("body",), {"script": "handle"}, True, ("handle",)),
    "notify": Taken("body", ("title", "url"), {"text": "body"}, texts=("body", "title", "url")),
    "trigger": Taken("step", ("rule", "data"), {"workflow": "rule"}, True, texts=("step", "rule")),
    "chat": Taken(
        "body", ("kind", "data", "schema"), {"text": "body"}, True, ("body", "kind", "schema")
    ),
}


_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_NO_PAGES = ("javascript", "data", "vbscript", "file", "blob")
_NO_ADDRESS = re.compile(r"[\s<>\"\\^`|\x00-\x1f]")


def argument(action: Action, name: str) -> Any:
    """One argument of an action in canonical form; None when it is not given."""
    if isinstance(action.args, dict):
        return action.args.get(name)
    return action.args if name == ARGUMENTS[action.action].main else None


def triggered_step(action: Action) -> str | None:
    """The step of the same entry that ``action`` activates; None when it does no such thing."""
    if action.action != "trigger" or argument(action, "rule") is not None:
        return None
    step = argument(action, "step")
    return step if isinstance(step, str) else None


def read_arguments(
    name: ActionName, raw: Any, place: str, pointer: str, step: str, findings: Findings
) -> Any:
    """``raw`` as kept. ``place`` is the action in the canonical form, ``pointer`` in the author's
    document."""
    taken = ARGUMENTS[name]
    at = child(pointer, "args")
    canonical = child(place, "args")
    if raw is None:
        if taken.required:
            _missing(name, taken, pointer, step, findings)
        return None
    if not taken.members:
        findings.written(
            "unused_argument",
            at,
            f"The action `{name}` of {step!r} takes no `args`.",
            "Take them out; whom it is for is said by `scope`.",
            step,
        )
        return None
    given: dict[str, Any] = {}
    if not isinstance(raw, dict):
        assert taken.main is not None
        given[taken.main] = raw
        findings.origins[child(canonical, taken.main)] = at
    else:
        given = _named(name, taken, raw, canonical, at, step, findings)
    _check(name, taken, given, canonical, step, findings)
    if taken.required and not _has_main(name, taken, given):
        _missing(name, taken, at, step, findings)
    if list(given) == [taken.main]:
        findings.origins[canonical] = findings.origin(child(canonical, str(taken.main)))
        return given[str(taken.main)]
    return given or None


def _named(
    name: ActionName,
    taken: Taken,
    raw: dict[str, Any],
    canonical: str,
    at: str,
    step: str,
    findings: Findings,
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for member, value in raw.items():
        known = taken.aliases.get(member, member)
        if known not in taken.members:
            findings.written(
                "unknown_member",
                child(at, member),
                f"The action `{name}` of {step!r} does not know the argument {member!r}.",
                findings.did_you_mean(member, taken.members),
                step,
                key=True,
            )
        elif known in given and given[known] != value:
            findings.written(
                "conflicting_member",
                child(at, member),
                f"The action `{name}` of {step!r} has `{known}` twice, with different values.",
                f"Keep `{known}` alone.",
                step,
            )
            continue
        if value is not None:
            given[known] = value
            findings.origins[child(canonical, known)] = child(at, member)
    return {
        **{member: given[member] for member in taken.members if member in given},
        **{member: value for member, value in given.items() if member not in taken.members},
    }


def _check(
    name: ActionName,
    taken: Taken,
    given: dict[str, Any],
    canonical: str,
    step: str,
    findings: Findings,
) -> None:
    def bad(member: str, wanted: str, hint: str) -> None:
        text = f"`{member}` of the action `{name}` of {step!r} must be {wanted}."
        findings.add("bad_argument", child(canonical, member), text, hint, step)

    for member in taken.texts:
        if member in given and (not isinstance(given[member], str) or not given[member]):
            bad(member, "a text", 'Write it between quotation marks: `"…"`.')
    if name == "status":
        status = given.get("status")
        if isinstance(status, str) and status not in ("active", "retired"):
            hint = findings.did_you_mean(status, ("active", "retired"))
            bad("status", "`active` or `retired`", hint)
    ttl = given.get("ttl")
    if name == "lock" and ttl is not None:
        number = isinstance(ttl, int | float) and not isinstance(ttl, bool)
        if not number or not 0 < ttl <= LOCK_SECONDS_MAX:
            wanted = f"a number of seconds, up to {LOCK_SECONDS_MAX:.0f}"
            bad("ttl", wanted, "For example `900`, a quarter of an hour; no quotation marks.")
    if isinstance(given.get("url"), str) and not _may_be_opened(given["url"]):
        hint = "Write `https://…`, or a path of this server that begins with `/`."
        bad("url", "the address of a page", hint)
    if name == "trigger" and "data" in given and "rule" not in given:
        findings.add(
            "unused_argument",
            child(canonical, "data"),
            f"A trigger of {step!r} has `data`, but activates a step of the same entry.",
            "Take it out; or name the workflow to start as `rule`.",
            step,
        )


def _has_main(name: ActionName, taken: Taken, given: dict[str, Any]) -> bool:
    if taken.main in given:
        return True
    if name == "trigger":
        return "rule" in given
    data = given.get("data")
    return name == "chat" and isinstance(data, dict) and isinstance(data.get("text"), str)


def _may_be_opened(url: str) -> bool:
    """Whether ``url`` could be an address; what is filled in by a template is not known yet."""
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() in _NO_PAGES:
        return False
    return "{" in url or _NO_ADDRESS.search(url) is None


def _missing(name: ActionName, taken: Taken, pointer: str, step: str, findings: Findings) -> None:
    text = f"The action `{name}` of {step!r} has no `{taken.main}`."
    hint = f"Write it as `args`: a single value is the `{taken.main}`."
    findings.lose(step, None)
    findings.written("missing_member", pointer, text, hint, step)
