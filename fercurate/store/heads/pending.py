"""The head of a running change: what an interrupted one has staged, and if it is gone on from."""

import os
from pathlib import Path

from fercurate.errors import StoreError
from fercurate.store.heads.head import read_head
from fercurate.store.heads.head_format import Head
from fercurate.store.layout import PENDING, parts_folder
from fercurate.store.parts.integrity import check_all_bytes


def staged_head(store: Path, committed: Head, session: str) -> tuple[Head, str]:
    """The state of an interrupted change of the same session, else the committed one; a remark.

    What another session has staged is dropped. What cannot be read as a head, whatever it is, gets
    another name, and the remark says which; a change that could not be resumed begins anew.
    """
    pending = parts_folder(store) / PENDING
    if not os.path.lexists(pending):
        return committed, ""
    try:
        head = read_head(pending)
    except StoreError:
        return committed, f"{pending}: damaged, so it is set aside as {_set_aside(pending).name}"
    continues = head.session == session and head.generation == committed.generation
    if continues and _is_sound(store, committed, head):
        return head, ""
    pending.unlink()
    return committed, ""


def _is_sound(store: Path, committed: Head, head: Head) -> bool:
    """Whether it goes on from the committed state, with parts that are as they were written."""
    count = len(committed.parts)
    if head.parts[:count] != committed.parts:
        return False
    try:
        check_all_bytes(store, head.parts[count:])
    except StoreError:
        return False
    return True


def _set_aside(pending: Path) -> Path:
    number = 1
    while os.path.lexists(place := pending.with_name(f"damaged-{number}-{PENDING}")):
        number += 1
    return pending.rename(place)
