"""Who answers, where nobody says."""

import getpass

from fercurate.domain.decisions.decision import author_fault
from fercurate.errors import UsageError

AUTHOR_VARIABLE = "FERCURATE_AUTHOR"
"""The environment variable that names the author."""


def checked_author(name: str) -> str:
    """Return a name that decisions may carry: the given one, else the user's of this machine.

    Raises:
        UsageError: it is no name, or the user has none.
    """
    author = name
    if not author:
        try:
            author = getpass.getuser()
        except (OSError, KeyError):
            author = ""
    fault = author_fault(author)
    if fault:
        raise UsageError(
            f"{author!r}: {fault}",
            where="author",
            fix="Name who decides: review --as, decide --by",
        )
    return author
