"""What MkDocs is told beside the pages: those that follow from the code, links that leave docs/.

Commands come from their live ``--help``, keys of a recipe from its JSON Schema, codes from the
enumerations, so a page cannot say what the code does not.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import fercurate
from fercurate.api.homes import HOMES
from fercurate.cli.boundary import CLOSED_PIPE, FINDINGS
from fercurate.cli.main import main
from fercurate.domain.sample import REJECT_MEANINGS
from fercurate.recipe.loader import json_schema

ROOT = Path(__file__).resolve().parents[1]

PRINTED = ROOT / "tests" / "cli" / "snapshots"
"""What commands print, to the letter, as tests have it."""

ELSEWHERE: dict[str, str] = {
    "fercurate/store/format.md": "reference/store-format.md",
    "benchmarks/screener/README.md": "reference/screener.md",
}
"""Pages of the repository that lie outside of docs/, and where the site has them."""

EXIT_CODES: dict[int, str] = {
    0: "done",
    1: "failed: the message says where, what was found, what was expected and what to do",
    2: "the command line or a recipe has a fault, or something is there that is not to be replaced",
    FINDINGS: "done, and something was found: a leak, a difference, a fault of the machine",
    129: "hung up",
    130: "Ctrl-C",
    CLOSED_PIPE: "whoever read the output has closed it",
    143: "terminated",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made, and those from elsewhere in the repository."""
    for name, make in PAGES.items():
        files.append(File.generated(config, name, content="\n".join(make()) + "\n"))
    for source, place in ELSEWHERE.items():
        files.append(File.generated(config, place, content=(ROOT / source).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links out of docs/ lead to the page that the site has for them."""
    depth = page.file.src_uri.count("/")
    for source, place in ELSEWHERE.items():
        for written in (f"../{source}", f"../../{source}"):
            for end in (")", "#"):
                markdown = markdown.replace(f"({written}{end}", f"({'../' * depth}{place}{end}")
    if page.file.src_uri in ELSEWHERE.values():
        markdown = re.sub(r"\]\(\.\./\.\./docs/", "](../", markdown)
    return markdown


def command_pages() -> Iterator[str]:
    """Every command with its help, as it prints it."""
    yield "# Commands\n\nWhat `fercurate COMMAND --help` prints, of this version."
    context = click.Context(main, info_name="fercurate")
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        yield from _help_of(command, f"fercurate {name}", 2)


def _help_of(command: click.Command, name: str, level: int) -> Iterator[str]:
    yield f"\n{'#' * level} {name}\n\n```text"
    yield click.Context(command, info_name=name, max_content_width=88).get_help()
    yield "```"
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from _help_of(found, f"{name} {below}", level + 1)


def key_pages() -> Iterator[str]:
    """Every key of a recipe with its kind, default and meaning, section by section."""
    schema = json_schema()
    yield (
        "# Keys of a recipe\n\nFrom the JSON Schema (`fercurate recipes --schema`); "
        "[Recipes](../recipes.md) explains them."
    )
    yield from _keys_of("recipe", schema)
    for name, section in sorted(schema.get("$defs", {}).items()):
        if section.get("properties"):
            yield from _keys_of(name, section)


def _keys_of(name: str, section: dict[str, Any]) -> Iterator[str]:
    yield f"\n## {name}\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |"
    needed = section.get("required", ())
    for key, told in section["properties"].items():
        default = "required" if key in needed else f"`{told.get('default', '')}`".replace("``", "")
        meaning = " ".join(str(told.get("description", "")).split()).replace("|", "\\|")
        yield f"| `{key}` | {_kind(told)} | {default} | {meaning} |".replace("<", "&lt;")


def _kind(told: dict[str, Any]) -> str:
    """What a value may be, in words."""
    if "const" in told:
        return f"`{told['const']}`"
    if "enum" in told:
        return ", ".join(f"`{one}`" for one in told["enum"])
    if "$ref" in told:
        return str(told["$ref"]).rpartition("/")[2]
    for key in ("anyOf", "oneOf"):
        if key in told:
            return " or ".join(dict.fromkeys(_kind(one) for one in told[key]))
    if told.get("type") == "array":
        return f"list of {_kind(told.get('items', {}))}"
    return str(told.get("type", "any"))


def code_pages() -> Iterator[str]:
    """Exit codes and reject codes."""
    yield "# Codes\n\n## Exit codes\n\n| code | meaning |\n| --- | --- |"
    for code, meaning in EXIT_CODES.items():
        yield f"| {code} | {meaning} |"
    yield (
        "\n## Reject codes\n\nWhy a row or file of a corpus could not become a sample "
        "(`fercurate rejects`).\n\n| code | meaning |\n| --- | --- |"
    )
    for reject, text in REJECT_MEANINGS.items():
        yield f"| `{reject}` | {text} |"


def python_pages() -> Iterator[str]:
    """Every public name of ``fercurate``, by the module it lives in."""
    yield (
        "# Python functions\n\nEvery public name of `import fercurate`; "
        "[From Python](../python.md) shows them at work."
    )
    for home, names in HOMES.items():
        yield f"\n## {home.replace('.', ' · ')}\n"
        for name in names:
            if name in fercurate.__all__:
                yield f"::: fercurate.{home}.{name}\n"


def json_pages() -> Iterator[str]:
    """Every field of ``--json``: its type by what commands print, its meaning by a table."""
    yield (
        "# Fields of --json\n\nEvery command prints one JSON object on stdout with `--json`, and "
        "all else on stderr. `kind` says which of these it is; the types are those of what the "
        "commands print in the tests."
    )
    meanings = json_meanings()
    for kind, (commands, fields) in json_fields().items():
        named = ", ".join(f"`fercurate {command}`" for command in commands)
        yield f"\n## {kind}\n\n{named}\n\n| field | type | meaning |\n| --- | --- | --- |"
        for name, types in fields.items():
            meaning = meanings.get(kind, {}).get(name) or meanings["every"].get(name, "")
            yield f"| `{name}` | {' or '.join(sorted(types))} | {meaning} |"


def json_meanings() -> dict[str, dict[str, str]]:
    """What fields mean, by kind; those of ``every`` are the same in all."""
    text = Path(__file__).with_name("json_fields.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def json_fields() -> dict[str, tuple[list[str], dict[str, set[str]]]]:
    """By kind: the commands that print it, and the types of each field."""
    found: dict[str, tuple[list[str], dict[str, set[str]]]] = {}
    for command, printed in _printed():
        commands, fields = found.setdefault(printed["kind"], ([], {}))
        commands.append(command)
        for name, value in printed.items():
            fields.setdefault(name, set()).add(_json_type(value))
    return found


def _printed() -> Iterator[tuple[str, dict[str, Any]]]:
    """Commands with what they print as JSON; ``doctor`` speaks of this machine."""
    for path in sorted(PRINTED.glob("*/json.json")):
        words = (path.parent / "text.txt").read_text(encoding="utf-8").split()[2:4]
        group = isinstance(main.get_command(click.Context(main), words[0]), click.Group)
        text = re.sub(r"(?<=[:\[,.]) *N\b", "0", path.read_text(encoding="utf-8"))
        yield " ".join(words if group else words[:1]), json.loads(text)
    told = CliRunner().invoke(main, ["doctor", "--json"])
    yield "doctor", json.loads(told.stdout)


_PLAIN: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "integer",
    float: "number",
    type(None): "null",
}


def _json_type(value: Any) -> str:
    """The type of a value, with that of what it holds where all of it is alike."""
    if type(value) in _PLAIN:
        return _PLAIN[type(value)]
    inner = {_json_type(one) for one in (value if isinstance(value, list) else value.values())}
    outer = "list" if isinstance(value, list) else "object"
    (only,) = inner if len(inner) == 1 else ("",)
    return f"{outer} of {only}" if only and " of " not in only else outer


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "reference/commands.md": command_pages,
    "reference/recipe-keys.md": key_pages,
    "reference/codes.md": code_pages,
    "reference/python.md": python_pages,
    "reference/json.md": json_pages,
}
"""The pages that are made of the code, by their place."""
