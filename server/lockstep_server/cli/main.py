"""The command `lockstep` with all that it can do."""

import click

from lockstep_server import __version__

from .access import keys, revoke
from .acting import choose, dispatch, say, start
from .backing_up import backup
from .checking import check
from .demo import demo
from .doctor import doctor
from .drawing import graph
from .exploring import explore
from .history import history
from .inbox import inbox
from .incidents import incidents
from .load import load
from .locking import ask, lock, unlock
from .publishing import publish
from .restoring import restore
from .scripting import script
from .serving import serve
from .settings import config
from .webpush import webpush_keys
from .workflows import workflows


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lockstep")
def main() -> None:
    """Lockstep: shared inbox entries that move step by step, for everyone at once."""


COMMANDS = (
    serve,
    demo,
    config,
    doctor,
    backup,
    restore,
    check,
    graph,
    explore,
    publish,
    workflows,
    start,
    dispatch,
    inbox,
    choose,
    say,
    lock,
    unlock,
    ask,
    history,
    incidents,
    script,
    revoke,
    keys,
    webpush_keys,
    load,
)
for command in COMMANDS:
    main.add_command(command)
