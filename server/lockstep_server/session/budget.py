"""How many bytes wait in the whole process, and who pays when they are too many."""

from typing import Protocol


class Holder(Protocol):
    """A connection that holds bytes which its reader has not taken yet."""

    def buffered(self) -> int:
        """How many bytes that are now."""
        ...

    def too_slow(self) -> None:
        """Send the session away and let go of what waits for it."""
        ...

    def check(self) -> None:
        """Look whether the reader takes anything."""
        ...


class Budget:
    """The bytes of all holders together. Over ``limit`` the one that holds most is sent away.

    Nobody tells when the transport has passed bytes on, so what is known of a holder may be too
    much: before anyone is sent away all are asked again. That costs a look at each holder, so it
    is only done once a part of the limit was added since the last time.
    """

    LOOK_AGAIN = 1 / 64

    def __init__(self, limit: int) -> None:
        self.used = 0
        self.limit = limit
        self._held: dict[Holder, int] = {}
        self._added = limit

    @property
    def holders(self) -> list[Holder]:
        """Those for whom something waits."""
        return list(self._held)

    def note(self, holder: Holder, size: int) -> None:
        """``holder`` holds ``size`` bytes now."""
        before = self._held.get(holder, 0)
        self.used += size - before
        self._added += max(0, size - before)
        if size:
            self._held[holder] = size
        else:
            self._held.pop(holder, None)
        if self.used > self.limit and self._added > self.limit * self.LOOK_AGAIN:
            self._relieve()

    def forget(self, holder: Holder) -> None:
        """``holder`` is on its way out: it costs nobody else anything any more."""
        self.used -= self._held.pop(holder, 0)

    def _relieve(self) -> None:
        self._held = {holder: size for holder in self._held if (size := holder.buffered())}
        self.used = sum(self._held.values())
        self._added = 0
        while self.used > self.limit:
            largest = max(self._held, key=self._held.__getitem__)
            # First, so that what it says in parting does not count against it again.
            self.forget(largest)
            largest.too_slow()
