"""What to do with a file of arrays that is not read, in one sentence."""

from pathlib import Path

from fercurate.sources.arrays.files import is_array_file, read_array_files
from fercurate.sources.arrays.npy import NPY
from fercurate.sources.tables.keys import Role, key_meaning

_SAVE = "save pictures and labels with numpy.savez(file, images=..., labels=...)"
_PICKLE = f"A pickle can run any program and is not opened: load it where it was made, and {_SAVE}"
_BY_SUFFIX: dict[str, str] = {
    **dict.fromkeys((".pkl", ".pickle", ".p", ".joblib", ".pt", ".pth"), _PICKLE),
    ".mat": f"MATLAB files are not read: load it with scipy.io.loadmat, and {_SAVE}",
}
_KEYS = "name them images and labels, or X_train, y_train, ..."
_SHOWN = 12


def array_advice(path: Path) -> str:
    """Why a file of arrays is not a corpus and what to do, or "" if it is no such file."""
    suffix = path.suffix.casefold()
    if suffix in _BY_SUFFIX and path.is_file():
        return _BY_SUFFIX[suffix]
    if suffix == NPY and path.is_file():
        return _lonely(path)
    if not is_array_file(path):
        return ""
    contents = read_array_files(path)
    if contents.ours:
        return "It is a store of fercurate, not a corpus: fercurate stats shows it"
    if contents.damage:
        return contents.damage[0].message
    texts = [column.text for column in contents.columns]
    more = ", ..." if len(texts) > _SHOWN else ""
    held = f"It holds {', '.join(texts[:_SHOWN])}{more}" if texts else "It holds no array"
    return f"{held}; none is known as pictures with labels: {_KEYS}"


def _lonely(path: Path) -> str:
    if key_meaning(path.stem).role is Role.LABELS:
        return "It is named for labels: name the file of pictures, or the folder of both"
    if key_meaning(path.stem).role is Role.PICTURES:
        return f"No labels of the same split lie beside it: {_KEYS}"
    return f"Its name tells neither pictures nor labels: {_KEYS}"
