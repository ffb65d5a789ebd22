"""Optional models that are not part of the package: which there are, and fetching one on request.

``fetch`` is the one place in the package that touches the network.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fercurate.errors import FercurateError, InputError, UsageError
from fercurate.files.remote.cache import cache_folder
from fercurate.screening.face.yunet import SHA256

_PATIENCE = 30
_ZOO = "https://github.com/opencv/opencv_zoo"
_YUNET = "face_detection_yunet"


@dataclass(frozen=True, slots=True)
class Model:
    """A model file that can be fetched: ``size`` in bytes, ``sha256`` in hexadecimal digits."""

    name: str
    purpose: str
    license: str
    license_url: str
    file: str
    url: str
    sha256: str
    size: int


MODELS: dict[str, Model] = {
    "yunet": Model(
        name="yunet",
        purpose="finds faces with five landmarks, far better than the built-in Haar cascades",
        license="MIT",
        license_url=f"{_ZOO}/blob/main/models/{_YUNET}/LICENSE",
        file=f"{_YUNET}_2026may.onnx",
        url=f"{_ZOO}/raw/main/models/{_YUNET}/{_YUNET}_2026may.onnx",
        sha256=SHA256,
        size=229_738,
    ),
}
"""Every model that can be fetched, by name."""


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model and its file: ``state`` is ``present``, ``absent``, or ``damaged``."""

    model: Model
    path: Path
    state: str


def look_up(model: Model, folder: Path | None = None) -> ModelState:
    """Where a model's file is, or would be, in a folder (default: the cache), and its state."""
    path = (folder or cache_folder()) / model.file
    if not path.is_file():
        return ModelState(model, path, "absent")
    return ModelState(model, path, "present" if _is_whole(path, model) else "damaged")


def known_models() -> tuple[ModelState, ...]:
    """Every model that can be fetched, with the state of its file in the cache."""
    return tuple(look_up(model) for model in MODELS.values())


def _is_whole(path: Path, model: Model) -> bool:
    if path.stat().st_size != model.size:
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == model.sha256


def find_face_model(option: Path | None) -> Path | None:
    """YuNet's file: the one named by an option, else a fetched one, else None.

    Raises:
        InputError: the fetched one is damaged.
    """
    if option is not None:
        return option
    fetched = look_up(MODELS["yunet"])
    if fetched.state == "damaged":
        raise InputError(
            "the fetched model is damaged",
            where=str(fetched.path),
            expected=f"sha256 {fetched.model.sha256}",
            fix=f"Fetch it again: fercurate models fetch {fetched.model.name}",
        )
    return fetched.path if fetched.state == "present" else None


def obtain(
    model: Model,
    folder: Path | None,
    dry_run: bool,
    offer: Callable[[ModelState], None],
    agree: Callable[[], bool],
) -> ModelState:
    """Offer a model, and fetch it if it is not there and somebody agrees; returns its state.

    ``offer`` is told what would be fetched, and to where, before ``agree`` is asked. A dry run
    asks nobody and fetches nothing.

    Raises:
        UsageError: nobody agreed.
        FercurateError: it cannot be fetched.
    """
    state = look_up(model, folder)
    offer(state)
    if state.state == "present" or dry_run:
        return state
    if not agree():
        raise UsageError("nothing was fetched: nobody agreed", fix="Pass --yes to agree")
    fetch(model, folder)
    return look_up(model, folder)


def fetch(model: Model, folder: Path | None = None) -> Path:
    """Fetch a model into a folder (default: the cache) unless it is there; returns its path.

    A file that is not the very one is refused. Nothing is left behind by a failure.

    Raises:
        FercurateError: no network, no such file there, another file, or the folder cannot be
            written.
    """
    import pooch  # noqa: PLC0415 (it imports requests)

    target = look_up(model, folder).path
    pooch.get_logger().setLevel(logging.WARNING)
    try:
        with _nothing_left(target.parent):
            pooch.retrieve(
                model.url,
                known_hash=f"sha256:{model.sha256}",
                fname=model.file,
                path=target.parent,
                downloader=pooch.HTTPDownloader(timeout=_PATIENCE),
            )
    except (OSError, ValueError) as error:
        raise _failure(model, error) from error
    return target


def _failure(model: Model, error: OSError | ValueError) -> FercurateError:
    if isinstance(error, ValueError):
        return FercurateError(
            "the file served there is another one, and was not kept",
            where=model.url,
            expected=f"{model.size:,} bytes with sha256 {model.sha256}",
            fix="Look for a newer fercurate, or name a file that you trust with --face-model",
        )
    why = error.strerror or f"{type(error).__name__}: {error!s:.80}"
    return FercurateError(
        f"cannot be fetched ({why})",
        where=model.url,
        fix="Try again later, or get the file by other means and name it with --face-model",
    )


@contextmanager
def _nothing_left(folder: Path) -> Iterator[None]:
    """Remove folders that were made meanwhile, if it fails."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    try:
        yield
    except BaseException:
        for made in missing:
            with suppress(OSError):
                made.rmdir()
        raise
