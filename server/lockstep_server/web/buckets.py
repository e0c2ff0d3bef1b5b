"""The rate buckets of all users: one each, whichever door a command comes through."""

from collections.abc import Callable

from lockstep_server.session.bucket import Bucket

MAX_KEPT = 10_000
"""Above this the full buckets are forgotten: a new one would be just as full."""


class Buckets:
    """Buckets by user, made when first asked for."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self._sweep_at = MAX_KEPT

    def of(self, user: str) -> Bucket:
        """The bucket that all of ``user``'s doors share."""
        bucket = self._buckets.get(user)
        if bucket is None:
            now = self._clock()
            if len(self._buckets) >= self._sweep_at:
                self._buckets = {
                    name: kept for name, kept in self._buckets.items() if not kept.full(now)
                }
                # Sweeping again only after as many new ones keeps its cost out of each sign-in.
                self._sweep_at = len(self._buckets) + MAX_KEPT
            bucket = self._buckets[user] = Bucket(self._rate, self._burst, now)
        return bucket
