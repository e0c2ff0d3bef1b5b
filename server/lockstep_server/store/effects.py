"""Effects and incidents as they are stored: what waits, what became of it, what went wrong."""

from collections.abc import Iterable

import msgspec


class EffectWrite(msgspec.Struct, frozen=True):
    """Something to do after the commit. ``id`` makes repeats harmless; ``body`` is JSON.

    Effects of one entry and one ``channel`` are done in their order.
    """

    id: str
    entry: str
    kind: str
    body: bytes
    channel: str = ""

    def ended(self, at: float, text: str, *, tries: int = 1, ok: bool = True) -> "EffectEnd":
        """That it is over, at ``at`` (Unix seconds)."""
        return EffectEnd(self.id, self.entry, self.kind, at, tries, ok, text)


class EffectEnd(msgspec.Struct, frozen=True):
    """An effect that is over after ``tries``: done (``ok``) or given up. ``text`` says more."""

    id: str
    entry: str
    kind: str
    at: float
    tries: int
    ok: bool
    text: str = ""


class IncidentWrite(msgspec.Struct, frozen=True):
    """Something that an administrator should look at. ``effect``: what was given up, if that."""

    id: str
    entry: str
    text: str
    pointer: str = ""
    effect: EffectWrite | None = None


class ScriptRun(msgspec.Struct, frozen=True):
    """One run of a script for ``user``, in ``ms``: what it wrote down, and what came of it.

    ``ok`` False: it came to nothing, for the reason in ``text``. ``effect``: what it was run for.
    """

    script: str
    effect: str
    entry: str
    user: str
    step: str
    ms: float
    ok: bool
    text: str
    log: tuple[str, ...] = ()


class StoredRun(msgspec.Struct, frozen=True):
    """A run as it is found again, with the title of its entry."""

    n: int
    at: float
    title: str
    run: ScriptRun


RUNS_KEPT = 200
"""Runs of each script that are kept, the newest ones."""


class StoredEffect(msgspec.Struct, frozen=True):
    """An effect that is not done yet, oldest first. ``tries`` and ``due`` (Unix seconds) so far."""

    id: str
    n: int
    entry: str
    kind: str
    body: bytes
    channel: str
    tries: int
    due: float


class EffectState(msgspec.Struct, frozen=True):
    """What has become of an effect: ``done``, ``pending`` or ``failed``.

    ``at``: when it ended or is tried next (Unix seconds; 0: at once).
    """

    state: str
    at: float
    tries: int
    text: str = ""


def together(own: EffectState | None, parts: Iterable[EffectState]) -> EffectState:
    """The state of an effect with what followed from it: pending before failed before done."""
    order = ("pending", "failed", "done")
    states = [state for state in (own, *parts) if state is not None]
    # The first of equals, so its own before those of its parts.
    return min(states, key=lambda state: order.index(state.state))


class StoredIncident(msgspec.Struct, frozen=True):
    """An open incident, with the title of its entry."""

    id: str
    n: int
    entry: str
    title: str
    at: float
    text: str
    pointer: str
    effect: EffectWrite | None
