"""How long things took, counted so that what many processes counted can be put together."""

from math import floor, log

import msgspec

from .report import Times

GROWTH = 1.01
"""Each bucket reaches 1 % higher than the one before: that is how exact a percentile is."""
SCALE = 1 / log(GROWTH)
SHORTEST = 1e-3
"""Milliseconds; what took less counts as this."""


class Histogram(msgspec.Struct):
    """Milliseconds by bucket of a logarithmic scale: exact to 1 %, however many were counted.

    A ready package for this (HdrHistogram's) packs into bytes at each merge; with a few hundred
    buckets a dictionary, which msgspec writes as it is, is shorter and quicker.
    """

    buckets: dict[int, int] = {}
    count: int = 0
    total: float = 0.0
    max: float = 0.0

    def add(self, ms: float) -> None:
        """Count one."""
        bucket = floor(log(max(ms, SHORTEST)) * SCALE)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1
        self.count += 1
        self.total += ms
        if ms > self.max:
            self.max = ms

    def merge(self, other: "Histogram") -> None:
        """Count all that ``other`` has."""
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count
        self.count += other.count
        self.total += other.total
        self.max = max(self.max, other.max)

    def at(self, share: float) -> float:
        """The milliseconds below which ``share`` of them lie; 0.0 of none."""
        left = share * self.count
        for bucket in sorted(self.buckets):
            left -= self.buckets[bucket]
            if left <= 0:
                return float(min(self.max, GROWTH ** (bucket + 0.5)))
        return self.max

    def times(self) -> Times:
        """What is reported of it."""
        if not self.count:
            return Times()
        p50, p90, p99, p999 = (round(self.at(share), 3) for share in (0.5, 0.9, 0.99, 0.999))
        return Times(
            count=self.count,
            mean=round(self.total / self.count, 3),
            p50=p50,
            p90=p90,
            p99=p99,
            p999=p999,
            max=round(self.max, 3),
        )
