"""The folder of a report: known by its numbers, replaced whole."""

import json
from contextlib import AbstractContextManager
from pathlib import Path

from fercurate.errors import FercurateError
from fercurate.files.folder import FolderKind, check_folder, staged_folder
from fercurate.files.regular import read_regular
from fercurate.report.facts import FACTS_FILE, KIND

_MOST_BYTES = 64 << 20


def _listed_files(folder: Path) -> set[str]:
    """The files that an earlier report lists; nothing if it is no report of ours."""
    try:
        facts = json.loads(read_regular(folder / FACTS_FILE, _MOST_BYTES))
        return set(facts["files"]) if facts["kind"] == KIND else set()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()


def _is_empty_folder(name: str) -> bool:
    return name.endswith("/")


REPORT_FOLDER = FolderKind(
    noun="a report",
    option="--report",
    files=_listed_files,
    busy=FercurateError,
    ignores=_is_empty_folder,
    expected="a new or empty folder, or an earlier report",
    follows=True,
)


def check_report_folder(folder: Path) -> None:
    """Refuse a place that holds anything but an earlier report.

    Raises:
        ConflictError: it is no folder, or it holds files that no report has made.
    """
    check_folder(folder, REPORT_FOLDER, overwrite=True)


def staged_report(folder: Path) -> AbstractContextManager[Path]:
    """Give a folder to write a report into; at the end it takes the place of ``folder``.

    Raises:
        FercurateError: another process is writing a report to the same place.
        ConflictError: ``folder`` is not to be replaced.
    """
    return staged_folder(folder, REPORT_FOLDER, overwrite=True)
