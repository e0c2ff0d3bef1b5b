"""How fast a user may give commands, over all of the user's doors."""


class Bucket:
    """A token bucket: ``burst`` commands at once, then ``rate`` a second."""

    __slots__ = ("_at", "_tokens", "burst", "rate")

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> float:
        """Take one. 0.0: taken; otherwise the seconds after which one will be there."""
        self._refill(now)
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / self.rate

    def wait(self, now: float) -> float:
        """Seconds until one is there, taking none."""
        self._refill(now)
        return max(0.0, 1.0 - self._tokens) / self.rate

    def spend(self, amount: float, now: float) -> None:
        """Take ``amount``, there or not: what is missing has to come in before ``wait`` is 0."""
        self._refill(now)
        self._tokens -= amount

    def overdrawn(self, now: float) -> bool:
        """Whether as much is missing as could be there."""
        self._refill(now)
        return self._tokens < -self.burst

    def full(self, now: float) -> bool:
        """Whether forgetting this bucket would change nothing."""
        self._refill(now)
        return self._tokens >= self.burst

    def _refill(self, now: float) -> None:
        # A clock that was set back gives nothing and takes nothing.
        passed = max(0.0, now - self._at)
        self._tokens = min(float(self.burst), self._tokens + passed * self.rate)
        self._at = now
