"""Trees and the archives made from them."""

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fercurate.errors import InputError
from fercurate.sources.registry import find_source, recognize
from tests.corpora import SMALL, Content, Reading, Tree, draw, encode, read_corpus

TAR_MODES = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}
KINDS = (".zip", *TAR_MODES)


def bytes_of(content: Content, position: int = 0) -> bytes:
    """What a tree's content is as a file."""
    filled = position if content is None else content
    if isinstance(filled, int):
        return encode(draw(filled, SMALL))
    return filled.encode() if isinstance(filled, str) else filled


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., Path]:
    """Write an archive of a tree, its members in the order of the tree."""

    def call(name: str, tree: Tree) -> Path:
        path = tmp_path / name
        members = {n: bytes_of(c, i) for i, (n, c) in enumerate(tree.items())}
        if name.endswith(".zip"):
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for member, content in members.items():
                    archive.writestr(member, content)
            return path
        mode = next(m for suffix, m in TAR_MODES.items() if name.endswith(suffix))
        with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
            for member, content in members.items():
                info = tarfile.TarInfo(member)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return path

    return call


@pytest.fixture
def reading() -> Callable[..., Reading]:
    """What the source gives that recognizes a path."""

    def call(path: Path, **options: object) -> Reading:
        source = find_source(recognize(path)[0].source)
        return read_corpus(source, path, **options)

    return call


@pytest.fixture
def refusal() -> Callable[..., str]:
    """What reading a path ends with."""

    def call(path: Path, **options: object) -> str:
        def attempt() -> None:
            recognition = recognize(path)[0]
            source = find_source(recognition.source)
            list(source.read(recognition, source.options(**options)))

        with pytest.raises(InputError) as caught:
            attempt()
        return caught.value.message

    return call
