"""The one place where failures become a line of text and an exit code.

0 done, 1 failed, 2 usage or recipe fault, 3 findings, 129, 130, 143 hangup, Ctrl-C and
termination, 141 closed pipe.
"""

import errno
import os
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field

import click

from fercurate.cli.log import LOG, close_log
from fercurate.cli.signals import exit_code_of_signal
from fercurate.errors import FercurateError, PartDone, StoreBusyError

FINDINGS = 3
CLOSED_PIPE = 141

_PAUSE = 0.5


def _debug_by_environment() -> bool:
    """Whether ``FERCURATE_DEBUG`` is set to anything."""
    return bool(os.environ.get("FERCURATE_DEBUG"))


@dataclass(slots=True)
class Diagnosis:
    """How a failure of one run is shown: with a ``traceback`` or not.

    ``patience`` is how many seconds a store may be busy before that is a failure.

    It is the object of Click's context, which a command tells of ``--debug`` once its options are
    parsed; until then ``FERCURATE_DEBUG`` decides.
    """

    traceback: bool = field(default_factory=_debug_by_environment)
    patience: float = 0.0


def guarded(command: click.Command) -> int:
    """Run a Click command; return the exit code, having said what went wrong."""
    code = _guarded(command)
    LOG.info("exit code %d", code)
    close_log()
    return code


def _guarded(command: click.Command) -> int:
    """Run a command; while a store is busy, again and again for as long as ``--wait`` says."""
    begun, diagnosis = time.monotonic(), Diagnosis()
    while True:
        try:
            return _once(command, diagnosis)
        except StoreBusyError as error:
            if time.monotonic() - begun >= diagnosis.patience:
                return _fail(error.message, error.exit_code, diagnosis)
            with suppress(KeyboardInterrupt):
                time.sleep(_PAUSE)
                continue
            return _interrupted()


def _once(command: click.Command, diagnosis: Diagnosis) -> int:
    """Run a command once.

    Raises:
        StoreBusyError: another command changes the store.
    """
    try:
        result = command.main(standalone_mode=False, obj=diagnosis)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        LOG.error("%s", error.format_message())
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _interrupted()
    except SystemExit as stop:
        # Click ends this way when it has completed a word, and when a pipe is closed.
        return int(stop.code or 0) if _completes() else CLOSED_PIPE
    except FercurateError as error:
        return _expected(error, diagnosis)
    except OSError as error:
        return _fail(_describe(error), 1, diagnosis)
    except MemoryError:
        return _fail("out of memory. Pass a smaller --jobs", 1, diagnosis)
    except Exception as error:
        if _was_interrupted(error):
            return _interrupted()
        text = (
            f"internal error: {type(error).__name__}: {error}. Run again with --debug to see where"
        )
        return _fail(text, 1, diagnosis)


def _expected(error: FercurateError, diagnosis: Diagnosis) -> int:
    """Say what is a failure, or the end of a part.

    Raises:
        StoreBusyError: it is one; the same may work later.
    """
    if isinstance(error, StoreBusyError):
        raise error
    if isinstance(error, PartDone):
        click.echo(error.message, err=True)
        LOG.info("%s", error.message)
        return error.exit_code
    return _fail(error.message, error.exit_code, diagnosis)


def _was_interrupted(error: Exception) -> bool:
    """Whether a signal came while a library in C had called us, which tells it its own way."""
    cause = error.__cause__ or error.__context__
    return isinstance(error, SystemError) and isinstance(cause, KeyboardInterrupt)


def _interrupted() -> int:
    text = "interrupted; nothing stored is lost; run it again"
    click.echo(text, err=True)
    LOG.error("%s", text)
    return exit_code_of_signal()


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
