"""Arrays: pictures and labels under keys of a ``.npz``, an HDF5 file, or in pairs of ``.npy``."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from fercurate.errors import InputError
from fercurate.sources.arrays.files import ArrayFiles, is_array_file, read_array_files
from fercurate.sources.arrays.pictures import gray_levels
from fercurate.sources.arrays.rows import derived_rows, set_records
from fercurate.sources.arrays.sets import ArraySet
from fercurate.sources.arrays.texts import row_texts
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.class_tree import holds_class_folders
from fercurate.sources.reading.label_codes import LabelMeaning, count_labels, label_meaning

_SHOWN = 8
_ADVICE: dict[str, str] = {
    ".pkl": "A pickle can run any program and is never opened: load it where it was made, and "
    "save pictures and labels with np.savez(file, images=..., labels=...)",
    ".mat": "MATLAB files are not read: load it with scipy.io.loadmat, and save pictures and "
    "labels with np.savez(file, images=..., labels=...)",
}
_ADVICE |= {".pickle": _ADVICE[".pkl"], ".p": _ADVICE[".pkl"], ".joblib": _ADVICE[".pkl"]}


class Arrays:
    """Source ``arrays``."""

    name: ClassVar[str] = "arrays"
    title: ClassVar[str] = "arrays (.npz, .h5, .npy)"
    license: ClassVar[str] = "as given by the user"
    options: ClassVar[type[LabelMapOptions]] = LabelMapOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize files whose keys name pictures and labels; class folders come first."""
        contents = read_array_files(path)
        if not (contents.sets or contents.fault) or holds_class_folders(path):
            return None
        if not contents.sets and not _is_evidence(contents):
            return None
        keys = [one.pictures.origin for one in contents.sets] or [f.name for f in contents.files]
        why = f"arrays of pictures with labels ({', '.join(keys[:_SHOWN])})"
        suffix = contents.files[0].suffix.casefold().removeprefix(".")
        root = path if path.is_dir() else path.parent
        return Recognition(self.name, suffix, why, root, contents.files, complete=True)
