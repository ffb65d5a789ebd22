"""``fercurate completion``."""

import click
from click.shell_completion import get_completion_class

from fercurate.cli.options import output_options
from fercurate.cli.output import Output
from fercurate.cli.render.machine.completion import show_script

SHELLS: tuple[str, ...] = ("bash", "zsh", "fish")
VARIABLE = "_FERCURATE_COMPLETE"

EXAMPLES = """
\b
Examples:
  fercurate completion bash > ~/.local/share/bash-completion/completions/fercurate
  fercurate completion zsh > ~/.zfunc/_fercurate
  fercurate completion fish > ~/.config/fish/completions/fercurate.fish
"""


@click.command(epilog=EXAMPLES)
@click.argument("shell", type=click.Choice(SHELLS))
@output_options
def command(shell: str, output: Output) -> None:
    """Print the script by which a shell completes commands, options and names.

    Write it to a file that the shell reads when it starts, as in the examples.
    """
    root = click.get_current_context().find_root().command
    found = get_completion_class(shell)
    assert found is not None  # Click knows all three
    made = found(root, {}, "fercurate", VARIABLE)
    show_script(output, shell, made.source_template % made.source_vars())
