"""``--log FILE``: what a run did and when, for those who were not there."""

import logging
import sys
import time
from contextlib import suppress
from pathlib import Path

from fercurate.errors import UsageError
from fercurate.files.regular import check_regular

LOG = logging.getLogger("fercurate.run")
LOG.addHandler(logging.NullHandler())
LOG.propagate = False


class _LogFile(logging.FileHandler):
    """A log that a full disk ends, and not the run."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """Say once that the log is incomplete, and write no more of it."""
        del record
        if self in LOG.handlers:
            LOG.removeHandler(self)
            print(f"warning: the log {self.baseFilename} is incomplete", file=sys.stderr)  # noqa: T201
        with suppress(OSError):
            self.close()


def write_log(path: Path, command: str) -> None:
    """Append to a file from now on: the command, stages, notices, warnings, errors, the end.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        if path.exists():
            check_regular(path)
        handler = _LogFile(path, encoding="utf-8", errors="backslashreplace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"cannot be written ({reason})", where="--log", fix="Name another file"
        ) from None
    form = logging.Formatter("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    handler.setFormatter(form)
    close_log()
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.info("%s", command)


def close_log() -> None:
    """Let go of the file."""
    for handler in LOG.handlers[1:]:
        LOG.removeHandler(handler)
        with suppress(OSError):
            handler.close()
