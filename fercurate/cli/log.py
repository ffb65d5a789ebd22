"""``--log FILE``: what a run did and when, for those who were not there."""

import logging
import time
from pathlib import Path

from fercurate.errors import UsageError

LOG = logging.getLogger("fercurate.run")
LOG.addHandler(logging.NullHandler())
LOG.propagate = False


def write_log(path: Path, command: str) -> None:
    """Append to a file from now on: the command, stages, notices, warnings, errors, the end.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(
            f"cannot be written ({error.strerror})", where="--log", fix="Name another file"
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
        handler.close()
