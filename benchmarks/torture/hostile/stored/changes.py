"""Changes of HDF5 files by h5py: what somebody with ill intent, or another program, would write."""

from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

Change = Callable[[h5py.File], object]
"""Changes an open HDF5 file."""

Made = Callable[[h5py.Group, str, h5py.Dataset], object]
"""Makes a dataset of a name in a group, in the place of one that was there."""

LARGE = 10**9


def put(name: str, values: object) -> Change:
    """Replace a dataset by one of these values."""

    def change(file: h5py.File) -> None:
        del file[name]
        file.create_dataset(name, data=values)

    return change


def first(name: str, value: object) -> Change:
    """Change the first value of a dataset."""

    def change(file: h5py.File) -> None:
        file[name][0] = value

    return change


def every(name: str, value: object) -> Change:
    """Change every value of a dataset."""

    def change(file: h5py.File) -> None:
        file[name][...] = value

    return change


def drop(name: str) -> Change:
    """Remove a dataset or group."""

    def change(file: h5py.File) -> None:
        del file[name]

    return change


def attribute(name: str, value: object) -> Change:
    """Replace an attribute; None removes it."""

    def change(file: h5py.File) -> None:
        if name in file.attrs:
            del file.attrs[name]
        if value is not None:
            file.attrs[name] = value

    return change


def unwritten(name: str, shape: tuple[int, ...], kind: Any) -> Change:
    """Replace a dataset by one that says it is large, and of which nothing was ever written."""

    def change(file: h5py.File) -> None:
        del file[name]
        file.create_dataset(name, shape, kind)

    return change


def packed(name: str, shape: tuple[int, ...], kind: Any) -> Change:
    """Replace a dataset by a large one in compressed chunks, of which none was ever written."""

    def change(file: h5py.File) -> None:
        del file[name]
        chunks = tuple(min(side, 10**5) for side in shape)
        file.create_dataset(name, shape, kind, chunks=chunks, compression=9)

    return change


def remade(name: str, make: Made) -> Change:
    """Make a dataset anew in another way."""

    def change(file: h5py.File) -> None:
        folder, _, own = name.rpartition("/")
        group = file[folder] if folder else file
        old = group[own]
        del group[own]
        make(group, own, old)

    return change


def together(*changes: Change) -> Change:
    """Do several changes in order."""

    def change(file: h5py.File) -> None:
        for one in changes:
            one(file)

    return change


def _group(group: h5py.Group, name: str, _old: h5py.Dataset) -> None:
    group.create_group(name)


def _soft(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    group[f"{name}_"] = old[...]
    group[name] = h5py.SoftLink(f"{group.name}/{name}_")


def _external_link(group: h5py.Group, name: str, _old: h5py.Dataset) -> None:
    group[name] = h5py.ExternalLink("elsewhere.h5", "/x")


def _endless_link(group: h5py.Group, name: str, _old: h5py.Dataset) -> None:
    group[name] = h5py.SoftLink(f"{group.name}/{name}")


def _external(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    stored = [("/etc/hostname", 0, old.nbytes)]
    group.create_dataset(name, old.shape, old.dtype, external=stored)


def _virtual(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    layout = h5py.VirtualLayout(old.shape, old.dtype)
    layout[...] = h5py.VirtualSource("/etc/other.h5", "x", old.shape)
    group.create_virtual_dataset(name, layout)


def _compressed(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    group.create_dataset(name, data=old[...], chunks=True, compression="gzip")


def _flat(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    group.create_dataset(name, data=old[...].reshape(1, -1))


def _scalar(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    group.create_dataset(name, data=old[...].reshape(-1)[0])


def _empty(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    group.create_dataset(name, data=h5py.Empty(old.dtype))


def _objects(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    group.create_dataset(name, (len(old),), h5py.string_dtype())


def _compound(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    kind = np.dtype([("a", "i8"), ("b", "S4")])
    group.create_dataset(name, data=np.zeros(len(old), kind))


def _complex(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    group.create_dataset(name, data=np.zeros(old.shape, np.complex64))


def _large(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    group.create_dataset(name, (LARGE, *old.shape[1:]), old.dtype)


def _packed(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    shape = (LARGE, *old.shape[1:])
    chunks = (10**4, *old.shape[1:])
    group.create_dataset(name, shape, old.dtype, chunks=chunks, compression=9)


def _one_less(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    group.create_dataset(name, data=old[:-1], dtype=old.dtype)


def _one_more(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    group.create_dataset(name, data=np.concatenate([old[:], old[-1:]]), dtype=old.dtype)


def _other_kind(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    kind = "f4" if old.dtype.kind == "S" else "S3"
    group.create_dataset(name, data=np.zeros(old.shape, kind))


def _other_order(group: h5py.Group, name: str, old: h5py.Dataset) -> None:
    """Give numbers in the other order of bytes, of 2 bytes where there is none."""
    kind = ">u2" if old.dtype.itemsize == 1 else old.dtype.newbyteorder(">")
    group.create_dataset(name, data=old[...].astype(kind))


MADE: dict[str, Made] = {
    "missing": lambda _group, _name, _old: None,
    "a group": _group,
    "a soft link": _soft,
    "a link to another file": _external_link,
    "a link to itself": _endless_link,
    "external": _external,
    "virtual": _virtual,
    "compressed": _compressed,
    "of two dimensions more or less": _flat,
    "one value": _scalar,
    "no values": _empty,
    "of objects": _objects,
    "compound": _compound,
    "complex": _complex,
    "large, unwritten": _large,
    "large, packed": _packed,
    "one row less": _one_less,
    "one row more": _one_more,
    "of another kind": _other_kind,
}
"""Ways to make a dataset, each wrong for every dataset of ours."""

NUMBERS: dict[str, Made] = {"in another order of bytes": _other_order}
"""Ways that are wrong for numbers only."""
