"""The folder for what was fetched from elsewhere and can be fetched again."""

import os
from pathlib import Path

CACHE_VARIABLE = "FERCURATE_CACHE"


def cache_folder() -> Path:
    """Where fetched files lie: ``FERCURATE_CACHE``, or the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    import pooch  # noqa: PLC0415 (it imports requests)

    return Path(pooch.os_cache("fercurate"))
