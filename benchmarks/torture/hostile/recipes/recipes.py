"""Recipes that are no text, no YAML, too deep, too long, hidden, or no files at all."""

import os
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from benchmarks.torture.hostile.case import Case, Done, Expected, Make, Refused
from benchmarks.torture.hostile.made import RECIPE, STORE, STORED, TEXT, put
from benchmarks.torture.hostile.oddities import THINGS, Place, instead

_KIND = "recipes"
_BUILD = ("build", "--store", STORE, "--dry-run", "--recipe")
_LINE = Refused(r"in\.yaml: .*\n? *line \d+: ")
_TEXT = Refused(r"in\.yaml: ")
_LAUGHS = "".join(f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in pairwise("abcdefghijkl"))


def _more(text: str) -> bytes:
    return (TEXT + text).encode()


def _said(old: str, new: str) -> bytes:
    return TEXT.replace(old, new).encode()


_DESCRIPTION = "description: A tiny set"
CONTENTS: Mapping[str, tuple[bytes, Expected]] = {
    "as it should be": (TEXT.encode(), Done()),
    "one unknown key": (_more("colour: 1\n"), Refused(r"line \d+: colour: unknown key")),
    "500 unknown keys": (_more("".join(f"key{n}: 1\n" for n in range(500))), _LINE),
    "20,000 unknown keys": (_more("".join(f"key{n}: 1\n" for n in range(20_000))), _LINE),
    "a key of 200,000 letters": (_more("k" * 200_000 + ": 1\n"), _TEXT),
    "a key of 1,000 letters": (_more("k" * 1_000 + ": 1\n"), _LINE),
    "a key that is a list": (_more("[a, b]: 1\n"), _LINE),
    "a key that is a mapping": (_more("? {a: b}\n: 1\n"), _LINE),
    "a key that is null": (_more("null: 1\n"), _LINE),
    "an empty key": (_more("'': 1\n"), _LINE),
    "a key of dots": (_more("a.b[0].c: 1\n"), _LINE),
    "a key of line ends": (_more('"a\\nb": 1\n'), _LINE),
    "3,000 steps": (_said("normalize:\n", "normalize:\n" + "  - {kind: rgb}\n" * 3000), _LINE),
    "300 steps": (_said("normalize:\n", "normalize:\n" + "  - {kind: rgb}\n" * 300), _LINE),
    "17 steps": (_said("normalize:\n", "normalize:\n" + "  - {kind: rgb}\n" * 15), _LINE),
    "21 levels": (_more("x: " + "[" * 21 + "]" * 21), _LINE),
    "100 levels": (_more("x: " + "{a: " * 100 + "1" + "}" * 100), _LINE),
    "50,000 levels": (_more("x: " + "[" * 50_000), _LINE),
    "50,000 levels and back": (_more("x: " + "[" * 50_000 + "]" * 50_000), _LINE),
    "300 levels by indent": (_more("".join(" " * n + "a:\n" for n in range(300))), _LINE),
    "an anchor alone": (_said("fer2013, pics", "&a fer2013, pics"), Done()),
    "an alias": (_said("fer2013, pics", "&a fer2013, *a"), Refused(r"line \d+: .*aliases")),
    "a merge": (_more("x: &x {a: 1}\ny: {<<: *x}\n"), Refused(r"line \d+: .*aliases")),
    "a thousand million laughs": (_more(f"a: &a [lol]\n{_LAUGHS}"), Refused("aliases")),
    "an alias of itself": (_more("x: &x [*x]\n"), Refused(r"line \d+: .*aliases")),
    "a tag of Python": (
        _more("seed: !!python/object/apply:os.system ['echo x']\n"),
        Refused(r"line \d+: seed: the tag"),
    ),
    "a tag of binary": (_more("seed: !!binary aGk=\n"), Refused("the tag")),
    "a tag of a set": (_more("seed: !!set {a}\n"), Refused("the tag")),
    "a tag of its own": (_more("seed: !mine 1\n"), Refused("the tag")),
    "a tagged root": (b"!!python/object:os.x\n" + TEXT.encode(), _LINE),
    "a tag of text": (_said("name: tiny", "name: !!str tiny"), Done()),
    "a tag of a wrong number": (_more("seed: !!int many\n"), _LINE),
    "a key twice": (_more("name: other\n"), Refused(r"line \d+: name: the key stands here a sec")),
    "a key twice, below": (_more("online: {zoom: 0.1, zoom: 0.2}\n"), Refused(r"line \d+: .*zoom")),
    "a key twice, quoted": (_more("'name': other\n"), Refused(r"line \d+: name")),
    "not UTF-8": (_more("# \n") + b"\xff\xfe", Refused(r"in\.yaml: not UTF-8")),
    "Latin-1": (TEXT.replace("tiny set", "t\xedny set").encode("latin-1"), Refused("not UTF-8")),
    "UTF-16": (TEXT.encode("utf-16"), Refused(r"in\.yaml: not UTF-8")),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), _LINE),
    "UTF-32": (TEXT.encode("utf-32"), Refused(r"in\.yaml: ")),
    "surrogates as bytes": (TEXT.encode() + b"# \xed\xa0\x80\n", Refused(r"in\.yaml: not UTF-8")),
    "NUL": (_more("# \0\n"), _LINE),
    "a bell": (_more("# \a\n"), _LINE),
    "a mark of UTF-8": (b"\xef\xbb\xbf" + TEXT.encode(), Done()),
    "two marks of UTF-8": (b"\xef\xbb\xbf" * 2 + TEXT.encode(), Done()),
    "line ends of Windows": (TEXT.replace("\n", "\r\n").encode(), Done()),
    "line ends of old": (TEXT.replace("\n", "\r").encode(), Done()),
    "tabs": (TEXT.replace("  - ", "\t- ").encode(), _LINE),
    "no line end": (TEXT.rstrip().encode(), Done()),
    "two documents": (_more("---\nname: other\n"), _LINE),
    "a document and its end": (_more("...\n"), Done()),
    "YAML 1.1": (b"%YAML 1.1\n---\n" + TEXT.encode(), Done()),
    "YAML 3.0": (b"%YAML 3.0\n---\n" + TEXT.encode(), _LINE),
    "comments only": (b"# nothing\n", Refused("the recipe is empty")),
    "a list": (b"- 1\n- 2\n", _LINE),
    "a text": (b"recipe\n", _LINE),
    "a number": (b"7\n", _LINE),
    "JSON": (
        b'{"version": 1, "name": "j", "description": "J", "sources": ["pics"], "labels": {"scheme":'
        b'"seven"}, "splits": {"kind": "native", "train": ["Training"]}}',
        Done(),
    ),
    "an unclosed quote": (_more('seed: "1\n'), _LINE),
    "an unclosed list": (_more("seed: [1\n"), _LINE),
    "half a pair in the description": (_said(_DESCRIPTION, 'description: "\\ud800"'), _LINE),
    "half a pair in a source": (_said("fer2013, pics", '"\\udfff", pics'), _LINE),
    "half a pair as a key": (_more('"\\ud800": 1\n'), _LINE),
    "a description of two lines": (_said(_DESCRIPTION, "description: |\n  a\n  b"), _LINE),
    "a description of escapes": (_said(_DESCRIPTION, 'description: "\\e[31m"'), _LINE),
    "a description from the right": (_said(_DESCRIPTION, "description: \u202eabc"), _LINE),
    "a description of 501": (_said(_DESCRIPTION, "description: " + "a" * 501), _LINE),
    "a description of 500": (_said(_DESCRIPTION, "description: " + "a" * 500), Done()),
    "a name above": (_said("name: tiny", "name: ../tiny"), Refused(r"line \d+: name")),
    "a name with a line end": (_said("name: tiny", 'name: "tiny\\n"'), Refused(r"line \d+: name")),
    "a name of other digits": (_said("name: tiny", "name: a\u0663"), Refused(r"line \d+: name")),
    "a seed of 5,000 digits": (_more("seed: " + "9" * 5000 + "\n"), Refused(r"line \d+: seed")),
    "a seed of 2^63": (_more(f"seed: {2**63}\n"), Refused(r"line \d+: seed")),
    "a seed of 2^63-1": (_more(f"seed: {2**63 - 1}\n"), Done()),
    "a seed in 16": (_more("seed: 0x10\n"), Refused(r"line \d+: seed")),
    "a seed of 1e400": (_more("seed: 1e400\n"), Refused(r"line \d+: seed")),
    "a side of 10^30": (_said("size: 48", f"size: {10**30}"), Refused(r"line \d+: .*size")),
    "a side of 10^6": (_said("size: 48", f"size: {10**6}"), Refused(r"line \d+: .*size")),
    "yes": (_more("allow_large: yes\n"), Refused(r"line \d+: allow_large")),
    "version true": (_said("version: 1", "version: true"), Refused(r"line \d+: version")),
    "a source with a line end": (_said("fer2013, pics", '"a\\nb"'), Refused(r"a\\nb")),
    "a source of escapes": (_said("fer2013, pics", '"\\e[31m"'), Refused(r"\\x1b\[31m")),
    "a source of 20,000": (_said("fer2013, pics", "x" * 20_000), Refused("xxx")),
    "an empty source": (_said("fer2013, pics", "''"), Refused("''")),
    "400 digits of a class": (
        _said("pics]", "{name: pics, per_class: {train: " + "9" * 400 + "}}]"),
        Done(),
    ),
    "2^63 of a class": (_said("pics]", f"{{name: pics, per_class: {{train: {2**63}}}}}]"), Done()),
    "a split with a line end": (_said("[Training]", '["a\\nb"]'), Refused(r"splits\.train")),
    "a split of escapes": (_said("[Training]", '["\\e[31m"]'), Refused(r"splits\.train")),
    "a share of escapes": (
        _said("val: [PublicTest]", 'val: {from: "\\e[31m", share: 0.1}'),
        Refused(r"line \d+: .*\\x1b\[31m"),
    ),
    "an unknown source": (_said("fer2013, pics", "nobody"), Refused("nobody")),
    "2,001 sources": (_said("fer2013, pics", ", ".join(f"s{n}" for n in range(2001))), _LINE),
    "255,000 bytes": (_more("#" * 254_000 + "\n"), Done()),
    "256,001 bytes": (TEXT.encode().ljust(256_001, b"#"), _TEXT),
    "1 MB": (_more("#" * 10**6), _TEXT),
    "250,000 line ends": (_more("\n" * 250_000), Done()),
    "250,000 commas": (_more("x: [" + "," * 250_000), _LINE),
    "250,000 dashes": (_more("x:\n" + "- " * 100_000), _LINE),
    "250,000 colons": (_more("x: " + "a: " * 80_000), _LINE),
    "250,000 question marks": (_more("? " * 100_000), _LINE),
    "250,000 percent signs": (b"%" * 250_000, _LINE),
    "250,000 quotes": (_more("x: " + "'" * 250_000), _TEXT),
}
"""Contents of a recipe file, and how a build of it must end."""


def _written(content: bytes, name: str = RECIPE) -> Make:
    def make(folder: Path) -> None:
        put(folder, *STORED)
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)

    return make


def _placed(name: str, place: Place) -> Make:
    def make(folder: Path) -> None:
        put(folder, *STORED)
        (folder / name).parent.mkdir(exist_ok=True)
        instead(name, place)(folder)

    return make


def _file_cases() -> Iterator[Case]:
    for name, place in THINGS.items():
        command = (*_BUILD, RECIPE)
        yield Case(_KIND, f"recipe is {name}", _placed(RECIPE, place), command, Refused("in.yaml"))
        make = _placed("recipes/odd.yaml", place)
        is_folder = name in ("a folder", "a link to a folder")
        expected = Done(rf"(?s)clean_five.*fer2013_seven.*{'' if is_folder else 'odd'}")
        yield Case(_KIND, f"in ./recipes: {name}", make, ("recipes",), expected)
        yield Case(_KIND, f"in ./recipes: {name}, JSON", make, ("recipes", "--json"), expected)
        refused = Refused(r"odd")
        yield Case(_KIND, f"by name, {name}", make, (*_BUILD, "odd"), refused)
        make = _placed("fer2013_seven", place)
        shown: Expected = Done("native") if is_folder else Refused("fer2013_seven")
        yield Case(_KIND, f"hides a recipe: {name}", make, ("recipes", "fer2013_seven"), shown)
        if name != "a folder":
            make = _placed("recipes", place)
            yield Case(_KIND, f"./recipes is {name}", make, ("recipes",), Done("fer2013_seven"))


def _hiding_cases() -> Iterator[Case]:
    said = Done(r"warning: fer2013_seven is read from")
    names = ("fer2013_seven", "fer2013_seven.yaml", "fer2013_seven.yml")
    for name in (*names, "recipes/fer2013_seven.yaml"):
        make = _written(TEXT.encode(), name)
        yield Case(_KIND, f"{name} hides a recipe", make, (*_BUILD, "fer2013_seven"), said)
    own = _written(TEXT.encode(), "recipes/x.yaml")
    yield Case(_KIND, "a recipe in ./recipes", own, ("recipes",), Done("x +A tiny set"))
    bad = _written(b"\xff", os.fsdecode(b"recipes/x\xff.yaml"))
    yield Case(_KIND, "a name that is no UTF-8", bad, ("recipes",), Done("fer2013_seven"))
    yield Case(_KIND, "a name that is no UTF-8, JSON", bad, ("recipes", "--json"), Done("seven"))
    lines = _written(TEXT.encode(), "recipes/a\nb.yaml")
    yield Case(_KIND, "a file with a line end", lines, ("recipes",), Done("fer2013_seven"))


def _long_names() -> Iterator[Case]:
    """Names that are fine as such, and too long for a folder."""
    for command in (
        ("build", "--recipe", RECIPE, "--store", STORE),
        ("preview", "--recipe", RECIPE),
    ):
        content = _said("name: tiny", "name: " + "x" * 300)
        options = () if command[0] == "build" else ("--store", STORE)
        refused = Refused("error: .*xxx")
        title = f"a name of 300, {command[0]}"
        yield Case(_KIND, title, _written(content), (*command, *options), refused)


def _names() -> Iterator[tuple[str, str]]:
    yield from {
        "nothing": "",
        "here": ".",
        "above": "..",
        "the root": "/",
        "NUL": "a\0b",
        "10,000 letters": "n" * 10_000,
        "no UTF-8": os.fsdecode(b"\xff"),
        "a line end": "a\nb",
        "zeros": "/dev/zero",
        "the kernel's log": "/proc/kmsg",
        "memory": "/proc/self/mem",
        "standard input": "/dev/stdin",
        "the store": STORE,
        "an option": "--nothing",
        "below a file": f"{RECIPE}/x",
        "half a surrogate": "\ud800",
    }.items()


def cases() -> Iterator[Case]:
    """Every content, every thing that is no file, and every name."""
    for name, (content, expected) in CONTENTS.items():
        yield Case(_KIND, name, _written(content), (*_BUILD, RECIPE), expected)
    yield from _file_cases()
    yield from _hiding_cases()
    yield from _long_names()
    for what, name in _names():
        make = _written(TEXT.encode())
        yield Case(_KIND, f"by a name: {what}", make, (*_BUILD, name), Refused())
        yield Case(_KIND, f"shown by a name: {what}", make, ("recipes", name), Refused())
