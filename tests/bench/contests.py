"""All contests, in the order of the table."""

from .contest import Contest

CONTESTS: tuple[Contest, ...] = ()
