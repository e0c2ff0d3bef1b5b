"""Tells the story of one seed again: ``python -m tests.property.again SEED``."""

import sys

from tests.property.casts import cast
from tests.property.story import fails, report, shortest

TURNS = 30


def main() -> None:
    """Print the shortest form of the story if it fails."""
    seed = int(sys.argv[1])
    story = cast(seed, TURNS)
    print(report(seed, shortest(story, fails)) if fails(story) else "Both sides agree.")


if __name__ == "__main__":
    main()
