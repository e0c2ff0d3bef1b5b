"""What the server counts about itself, for Prometheus.

One ``Metrics`` is made for a server (``web/app.py``) and handed to the parts that count; each has
a registry of its own, so that several servers in one process do not add up. The pure rooms count
nothing: their shells do. ``protocol/spec/metrics.md`` lists every metric, and a test compares.
"""

import sqlite3
import sys
from typing import Literal

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.exposition import choose_encoder

from . import __version__

# A second series beside each counter, to say when it began: the process's start says the same.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]

STALLS = (0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

Resumed = Literal["resumed", "snapshot"]


class Metrics:
    """All that is counted, each by what it is called in the exposition after ``lockstep_``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        prometheus_client.ProcessCollector(registry=self.registry)
        self.build = Info("lockstep_build", "What runs.", registry=self.registry)
        self.build.info(
            {
                "version": __version__,
                "python": ".".join(map(str, sys.version_info[:3])),
                "sqlite": sqlite3.sqlite_version,
            }
        )
        self.refusals = Counter(
            "lockstep_refusals", "Refusals by code.", ["code"], registry=self.registry
        )
        self.resumes = Counter(
            "lockstep_resumes",
            "Sessions that were brought up to date, by kind: resumed or snapshot.",
            ["kind"],
            registry=self.registry,
        )
        self.digest_differences = Counter(
            "lockstep_digest_differences",
            "Clients whose inbox was not what the server has. Must stay at zero.",
            registry=self.registry,
        )
        self.loop_stall = Histogram(
            "lockstep_loop_stall_seconds",
            "How long the event loop did nothing else, as its watch finds it.",
            buckets=STALLS,
            registry=self.registry,
        )
        self.loop_stall_longest = Gauge(
            "lockstep_loop_stall_longest_seconds",
            "The longest of them since the start.",
            registry=self.registry,
        )

    def refused(self, code: str) -> None:
        """A refusal with ``code`` goes out."""
        self.refusals.labels(code).inc()

    def brought_up_to_date(self, kind: Resumed) -> None:
        """A session has been sent what it missed, or everything."""
        self.resumes.labels(kind).inc()

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All of it in the form that ``accept`` (a header) asks for, and that form's name."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type
