"""The one place where failures become a line of text and an exit code.

0 done, 1 failed, 2 usage or recipe fault, 3 findings, 129, 130, 143 hangup, Ctrl-C and
termination, 141 closed pipe.
"""

import errno
import os
import traceback
from dataclasses import dataclass, field

import click

from fercurate.cli.log import LOG, close_log
from fercurate.cli.signals import exit_code_of_signal
from fercurate.errors import FercurateError, PartDone

FINDINGS = 3
CLOSED_PIPE = 141


def _debug_by_environment() -> bool:
    """Whether ``FERCURATE_DEBUG`` is set to anything."""
    return bool(os.environ.get("FERCURATE_DEBUG"))


@dataclass(slots=True)
class Diagnosis:
    """How a failure of one run is shown: with a ``traceback`` or not.

    It is the object of Click's context, which a command tells of ``--debug`` once its options are
    parsed; until then ``FERCURATE_DEBUG`` decides.
    """

    traceback: bool = field(default_factory=_debug_by_environment)


def guarded(command: click.Command) -> int:
    """Run a Click command; return the exit code, having said what went wrong."""
    code = _guarded(command)
    LOG.info("exit code %d", code)
    close_log()
    return code


def _guarded(command: click.Command) -> int:
    diagnosis = Diagnosis()
    try:
        result = command.main(standalone_mode=False, obj=diagnosis)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing stored is lost; run it again", err=True)
        return exit_code_of_signal()
    except SystemExit as stop:
        # Click ends this way when it has completed a word, and when a pipe is closed.
        return int(stop.code or 0) if _completes() else CLOSED_PIPE
    except PartDone as done:
        click.echo(done.message, err=True)
        return done.exit_code
    except FercurateError as error:
        return _fail(error.message, error.exit_code, diagnosis)
    except OSError as error:
        return _fail(_describe(error), 1, diagnosis)
    except MemoryError:
        return _fail("out of memory. Pass a smaller --jobs", 1, diagnosis)
    except Exception as error:
        text = (
            f"internal error: {type(error).__name__}: {error}. Run again with --debug to see where"
        )
        return _fail(text, 1, diagnosis)


def _completes() -> bool:
    """Whether a shell asks for the completion of a command line, or for the script that does."""
    return "_FERCURATE_COMPLETE" in os.environ


def _describe(error: OSError) -> str:
    named = error.filename2 or error.filename  # of a renaming the name that was asked for
    where = f"{named}: " if named else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{where}the disk is full. Nothing stored was lost; free some space, run it again"
    return f"{where}{error.strerror or error}"


def _fail(text: str, code: int, diagnosis: Diagnosis) -> int:
    if diagnosis.traceback:
        traceback.print_exc()
    click.echo(f"fercurate: error: {text}", err=True)
    LOG.error("%s", text)
    return code
