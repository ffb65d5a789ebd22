"""A lock file: held once, by whoever comes first."""

import fcntl
from pathlib import Path

import pytest

from fercurate.errors import StoreError
from fercurate.files.lock import exclusive_lock, is_held

BUSY = StoreError("another process is changing this store", where="s.h5", fix="Wait")


def test_a_held_lock_is_refused_in_the_words_of_its_owner(tmp_path: Path) -> None:
    with exclusive_lock(tmp_path / "lock", BUSY):
        with pytest.raises(StoreError) as caught, exclusive_lock(tmp_path / "lock", BUSY):
            pytest.fail("held twice")
        assert caught.value is BUSY


def test_a_lock_is_free_again_after_use_and_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive_lock(tmp_path / "lock", BUSY):
        raise ZeroDivisionError
    with exclusive_lock(tmp_path / "lock", BUSY):
        assert (tmp_path / "lock").exists()
    assert (tmp_path / "lock").exists(), "who wants it gone removes it"


@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "removed and made anew"])
def test_a_lock_file_that_its_owner_has_just_removed_guards_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replaced: bool
) -> None:
    """The owner removes the file between our opening and our locking it."""
    lock, flock = tmp_path / "lock", fcntl.flock

    def late(descriptor: int, operation: int) -> None:
        lock.unlink()
        if replaced:
            lock.with_name("other").touch()  # takes another inode while the first is still open
            lock.with_name("other").rename(lock)
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(StoreError), exclusive_lock(lock, BUSY):
        pytest.fail("held a lock that nobody else can see")


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    with exclusive_lock(tmp_path / "lock", BUSY):
        for _ in range(3):
            with pytest.raises(StoreError), exclusive_lock(tmp_path / "lock", BUSY):
                pytest.fail("held twice")
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_a_folder_that_is_missing_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), exclusive_lock(tmp_path / "no" / "lock", BUSY):
        pytest.fail("held a lock nowhere")


def test_who_looks_learns_whether_a_lock_is_held(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "lock")
    with exclusive_lock(tmp_path / "lock", BUSY):
        assert is_held(tmp_path / "lock")
    assert not is_held(tmp_path / "lock")
