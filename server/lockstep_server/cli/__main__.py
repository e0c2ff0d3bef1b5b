"""``python -m lockstep_server.cli`` is the command ``lockstep``."""

from . import main

main(prog_name="lockstep")
