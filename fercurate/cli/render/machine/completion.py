"""What ``fercurate completion`` prints."""

from fercurate.cli.output import Output


def show_script(output: Output, shell: str, script: str) -> None:
    """Print the script of a shell."""
    document = {"schema_version": 1, "kind": "completion", "shell": shell, "script": script}
    output.show(document, script.rstrip("\n").splitlines())
