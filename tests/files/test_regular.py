"""Regular files are opened, nothing else is waited for."""

import os
import socket
from pathlib import Path

import pytest

from fercurate.files.regular import check_regular, is_regular, open_regular, read_regular


def test_a_file_and_a_link_to_it_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    (tmp_path / "b").symlink_to("a")
    assert read_regular(tmp_path / "b") == b"content"
    with open_regular(tmp_path / "a") as file:
        assert file.read(3) == b"con"


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def endless_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def kernel_log(path: Path) -> None:
    path.symlink_to("/proc/kmsg" if Path("/proc/kmsg").exists() else "/proc/self/status")


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [pipe, listening, endless_device, kernel_log, folder])
def test_what_could_be_waited_for_is_refused(tmp_path: Path, make: object) -> None:
    path = tmp_path / "a"
    make(path)  # type: ignore[operator]
    for reader in (check_regular, open_regular, read_regular):
        with pytest.raises(OSError, match="expected a regular file"):
            reader(path)
    assert not is_regular(path)


def test_links_in_circles_and_missing_files_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("a")
    assert not is_regular(tmp_path / "a")
    assert not is_regular(tmp_path / "b")
    with pytest.raises(OSError, match="symbolic links"):
        open_regular(tmp_path / "a")


def test_a_file_over_its_bound_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OSError, match="at most 100"):
        read_regular(tmp_path / "a", 100)
