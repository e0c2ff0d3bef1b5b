"""What the server counts about itself, for Prometheus.

One ``Metrics`` is made for a server (``web/app.py``) and handed to the parts that count; each has
a registry of its own, so that several servers in one process do not add up. The pure rooms count
nothing: their shells do. ``protocol/spec/metrics.md`` lists every metric, and a test compares.
"""

import sqlite3
import sys
import time

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.exposition import choose_encoder

from . import __version__

# A second series beside each counter, to say when it began: the process's start says the same.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]

STALLS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

MOMENTS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """All that is counted, each by what it is called in the exposition after ``lockstep_``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.committed = 0.0
        """When the last commit was done (``time.perf_counter``)."""
        prometheus_client.ProcessCollector(registry=self.registry)
        self._build_info()
        self._commands_and_commits()
        self._sessions()
        self._behind_entries()

    def _build_info(self) -> None:
        self.build = Info("lockstep_build", "What runs.", registry=self.registry)
        self.build.info(
            {
                "version": __version__,
                "python": ".".join(map(str, sys.version_info[:3])),
                "sqlite": sqlite3.sqlite_version,
            }
        )

    def _commands_and_commits(self) -> None:
        self.commands = self._counter(
            "commands", "Commands by type and by what came of them.", "type", "outcome"
        )
        self.refusals = self._counter("refusals", "Refusals by code.", "code")
        self.commit_seconds = self._histogram("commit_seconds", "How long a commit took.", MOMENTS)
        self.commit_changes = self._histogram("commit_changes", "Changes in a commit.", SIZES)
        self.commit_failures = self._counter("commit_failures", "Commits that failed.")
        self.last_write = self._histogram(
            "commit_to_last_write_seconds",
            "From a commit until its frames were handed to the last of their sockets.",
            MOMENTS,
        )
        self.resident = self._gauge("entries_resident", "Entries in memory.")
        self.loop_stall = self._histogram(
            "loop_stall_seconds",
            "How long the event loop did nothing else, as its watch finds it.",
            STALLS,
        )
        self.loop_stall_longest = self._gauge(
            "loop_stall_longest_seconds", "The longest of them since the start."
        )

    def _sessions(self) -> None:
        self.sessions = self._gauge("sessions", "Open sockets.")
        self.users = self._gauge("users_connected", "Users with a session.")
        self.resumes = self._counter(
            "resumes", "Sessions that were brought up to date: resumed or snapshot.", "kind"
        )
        self.closes = self._counter("closes", "Connections that ended, by close code.", "code")
        self.digest_differences = self._counter(
            "digest_differences",
            "Clients whose inbox was not what the server has. Must stay at zero.",
        )
        self.outbox_frames = self._gauge("outbox_frames", "Frames that wait to be written.")
        self.outbox_bytes = self._gauge("outbox_bytes", "Bytes that wait to be written.")
        self.outbox_merged = self._counter("outbox_merged", "Frames merged into another.")
        self.outbox_dropped = self._counter("outbox_dropped", "Frames left out for slow readers.")
        self.sent_away = self._counter("sessions_sent_away", "Sessions whose reader was too slow.")

    def _behind_entries(self) -> None:
        self.effects = self._counter(
            "effects", "Tries of effects: done, retried or failed.", "kind", "outcome"
        )
        self.effects_pending = self._gauge("effects_pending", "Effects not done yet.", "kind")
        self.incidents = self._gauge("incidents_open", "Incidents that nobody closed yet.")

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"lockstep_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"lockstep_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"lockstep_{name}", text, buckets=buckets, registry=self.registry)

    def refused(self, code: str) -> None:
        """A refusal with ``code`` goes out."""
        self.refusals.labels(code).inc()

    def mark(self) -> "Mark":
        """Something that the frames of the change just committed hold until they are written."""
        return Mark(self.last_write, self.committed)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All of it in the form that ``accept`` (a header) asks for, and that form's name."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type


class Mark:
    """Held by each frame of one change. When the last of them is let go the time is taken.

    So it costs nothing for each session, however many a change is told to.
    """

    __slots__ = ("_since", "_took")

    def __init__(self, took: Histogram, since: float) -> None:
        self._took = took
        self._since = since

    def __del__(self) -> None:
        """Nobody holds a frame of the change any more."""
        self._took.observe(time.perf_counter() - self._since)
