"""A process that has loaded the server and forks one for each line it is told: a server that was
killed is back in an instant. ``python -m tests.faults.nursery ARGUMENTS`` of ``lockstep``.

It says ``pid N`` when a life begins and ``ended CODE`` after it; the server says the rest.
"""

import os
import sys

# What `lockstep serve` loads only when it runs.
import lockstep_server.cli.listening  # noqa: F401
from lockstep_server.cli import main


def live(arguments: list[str]) -> None:
    """The server's own life, in the child."""
    code = 1
    try:
        main(arguments, standalone_mode=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            live(sys.argv[1:])
        print(f"pid {child}", flush=True)
        _, status = os.waitpid(child, 0)
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)
