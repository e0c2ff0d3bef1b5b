"""`lockstep completion`: the script by which a shell completes what this command is given."""

from typing import ClassVar

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

VARIABLE = "_LOCKSTEP_COMPLETE"


class Bash(BashComplete):
    """Click's script, but that what has a blank in it is quoted, as a path's label may have."""

    source_template: ClassVar[str] = BashComplete.source_template.replace(
        "COMPREPLY+=($value)",
        'COMPREPLY+=("$value")\n'
        "            [[ $value == *[^A-Za-z0-9_@%%+=:,./-]* ]] && compopt -o filenames",
    )


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, entries, paths and more in SHELL.

    bash, in .bashrc: eval "$(lockstep completion bash)"

    zsh, in .zshrc after compinit: eval "$(lockstep completion zsh)"

    fish, in config.fish: lockstep completion fish | source
    """
    main = context.find_root().command
    click.echo(SHELLS[shell](main, {}, "lockstep", VARIABLE).source())
