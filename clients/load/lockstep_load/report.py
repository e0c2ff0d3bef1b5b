"""What a load test found: the JSON that is written, shown as a page, and compared."""

from typing import Any

import msgspec

FORMAT = 1
"""Grows when a reader of old reports would misunderstand new ones."""


class Times(msgspec.Struct, frozen=True, omit_defaults=True):
    """How long something took, in milliseconds."""

    count: int = 0
    mean: float = 0.0
    p50: float = 0.0
    p90: float = 0.0
    p99: float = 0.0
    p999: float = 0.0
    max: float = 0.0


class ServerSample(msgspec.Struct, frozen=True):
    """What the server said of itself: cores in use, bytes of memory, longest stall in ms."""

    cpu: float
    memory: int
    stall: float = 0.0


class ToolSample(msgspec.Struct, frozen=True):
    """The load tool itself: cores in use by all workers, bytes, how late its loops were in ms.

    ``busiest`` is the share of a core that the busiest worker used: near 1, it is the bottleneck.
    """

    cpu: float
    memory: int
    lag: float
    busiest: float = 0.0


class Sample(msgspec.Struct, frozen=True, omit_defaults=True):
    """One second. ``t``: seconds since the start; counts are of this second alone.

    ``viewer``: from a command to its last viewer; ``resume``: until who was cut off is back.
    """

    t: float
    sessions: int = 0
    commands: int = 0
    refused: int = 0
    frames: int = 0
    messages: int = 0
    bytes: int = 0
    errors: int = 0
    reconnects: int = 0
    command: Times = Times()
    viewer: Times = Times()
    sign_in: Times = Times()
    resume: Times = Times()
    server: ServerSample | None = None
    tool: ToolSample | None = None
    phase: str = ""


class Check(msgspec.Struct, frozen=True):
    """One thing that must hold: how often it was looked at, how often it did not hold."""

    name: str
    what: str
    looked: int
    wrong: int
    examples: tuple[str, ...] = ()


class Threshold(msgspec.Struct, frozen=True):
    """What the user demanded, such as ``viewer.p99 < 200``, and what was measured."""

    text: str
    value: float | None
    ok: bool


class Plan(msgspec.Struct, frozen=True):
    """What was asked for; ``profiles``: how many sessions of each kind. Seconds throughout."""

    url: str
    profiles: dict[str, int]
    rate: float
    ramp: float
    duration: float
    seed: int
    workers: int
    more: dict[str, Any] = {}


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything. ``marks``: moments worth a line in the plots, as seconds and a text."""

    plan: Plan
    began: str
    seconds: float
    machine: str
    tool: str
    server: str
    series: tuple[Sample, ...]
    totals: dict[str, int]
    refusals: dict[str, int]
    closes: dict[str, int]
    times: dict[str, Times]
    """Over the whole run, after the ramp: ``command``, ``viewer``, ``sign_in``, ``resume``."""
    checks: tuple[Check, ...]
    thresholds: tuple[Threshold, ...] = ()
    marks: tuple[tuple[float, str], ...] = ()
    notes: tuple[str, ...] = ()
    """What else whoever reads the figures has to know, such as the first errors."""
    again: str = ""
    """The command line that runs the same once more."""
    format: int = FORMAT

    @property
    def passed(self) -> bool:
        """Whether all checks and thresholds held."""
        return all(not c.wrong for c in self.checks) and all(t.ok for t in self.thresholds)
