"""How much the client of one session may ask for, and how often it may be wrong."""

from lockstep_protocol.commands import Command
from lockstep_protocol.refusals import Refusal, later

from .bucket import Bucket
from .rules import COME_BACK_MS, REFUSED_IN_A_ROW, Rules


class Allowance:
    """Counts of one session. ``in_flight``: commands that have no answer yet."""

    def __init__(self, rules: Rules) -> None:
        self.in_flight = 0
        self.bucket: Bucket | None = None
        """The user's, once it is known who that is."""
        self._rules = rules
        self._invalid = 0
        self._too_fast = 0

    def take(self, command: Command, now: float) -> Refusal | None:
        """Count a command as in flight; otherwise why it may not be carried out now."""
        assert self.bucket is not None
        if self.in_flight >= self._rules.told.commands_in_flight:
            self._too_fast += 1
            return later("busy", COME_BACK_MS, id=command.id).refusal
        wait = self.bucket.take(now)
        if wait > 0:
            self._too_fast += 1
            return later("rate_limited", int(wait * 1000) + 1, id=command.id).refusal
        self._too_fast = 0
        self.in_flight += 1
        return None

    def may_signal(self, now: float) -> bool:
        """Whether a signal is within what the user may send."""
        assert self.bucket is not None
        return self.bucket.take(now) == 0

    @property
    def never_slows_down(self) -> bool:
        """Whether too many commands in a row had to be refused."""
        return self._too_fast > REFUSED_IN_A_ROW

    def violated(self) -> bool:
        """A frame was not as the protocol has it. True: that was one too many."""
        self._invalid += 1
        return self._invalid > self._rules.invalid_frames

    def answered(self) -> None:
        """A command that was in flight has its answer."""
        assert self.in_flight > 0, "one answer for each command"
        self.in_flight -= 1
