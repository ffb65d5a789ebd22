"""Object stores: fetching whole objects, and sending whole folders."""

from pathlib import Path

from fercurate.api.arguments import PathLike, a_path
from fercurate.api.progress import Progress, listener
from fercurate.errors import InputError
from fercurate.files.remote.objects import ObjectPlace
from fercurate.pipeline.objects import fetch as fetching
from fercurate.pipeline.objects import send as sending


def fetch_objects(url: str, *, progress: Progress | bool | None = None) -> Path:
    """Fetch an object, or all below a prefix, into the cache; return the file or folder there.

    What is there already and has not changed is not fetched again; where the prefix has a file
    ``SHA256SUMS``, everything in it is compared.

    Args:
        url: ``s3://bucket/faces``, ``gs://bucket/fer2013.csv``, or what else fsspec knows.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError: it is no URL, or a package for it is missing.
        InputError: there is no such object, or it is not what it is told to be.
    """
    return fetching.fetch(url, listener(progress))


def send_objects(
    folder: PathLike,
    url: str,
    *,
    overwrite: bool = False,
    progress: Progress | bool | None = None,
) -> None:
    """Send all files of a folder as objects, their digests (``SHA256SUMS``) last.

    Args:
        folder: an export, a layout, or any other folder.
        url: the prefix below which they will lie: ``s3://bucket/exports/clean_seven``.
        overwrite: replace what was sent there before.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError: it is no URL, or a package for it is missing.
        ConflictError: there are objects already that were not to be replaced.
        InputError: there is no such folder, or the store does not answer.
    """
    path = a_path(folder, "folder")
    if not path.is_dir():
        raise InputError("no such folder", where=str(path))
    place = ObjectPlace.of(url)
    sending.check_free(place, overwrite=overwrite)
    sending.send(path, place, listener(progress))
