"""Parse the command lines that users type. The result is a command of the registry and the values of its
arguments.

The shell and the studio's command line (`:`) share this grammar. All flags come from the argument classes in
the registry.
"""

from __future__ import annotations

import argparse
import re
import types
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Literal, NoReturn, Union, get_args, get_origin

from milimo_tui.core.errors import BadInput
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import Argument, read_arguments
from milimo_tui.studio.registry.registry import Command

# Maps the first word of a command line to the group of the registry that contains its commands.
# Except for `app`, the name of a group is also such a word.
WORDS = {
    **dict.fromkeys(("demo", "film", "render", "show", "play"), "film"),
    **dict.fromkeys(
        ("next", "find", "build", "doctor", "clean", "report", "systemd", "check", "theme", "motion"), "app"
    ),
    **{name: name for name in registry.GROUPS if name != "app"},
}
# Maps a first word that the user typed alone to the action that is then run: `milimo review` means `milimo
# review list`.
BARE = {"review": "list", "config": "show", "plugin": "list", "room": "list", "watch": "list"}


# Patterns of argparse's usage errors, and the sentences that are shown to the user instead.
USAGE_ERRORS = (
    (r"the following arguments are required: (.*)", "{} must be given"),
    (r"unrecognized arguments: (--\S+).*", "there is no option {}"),
    (r"unrecognized arguments: (.*)", "“{}” is not expected here"),
    (r"argument (\S+): invalid choice: '?(.*?)'? \(choose from (.*)\)", "{}: “{}” is not one of {}"),
    (r"argument (\S+): expected .*", "{} needs a value"),
    (r"argument (\S+): ignored explicit argument .*", "{} takes no value"),
)


class CommandParser(argparse.ArgumentParser):
    """An argparse parser that raises BadInput for usage errors, and accepts `-2s` and `-1:00` as values, like
    negative numbers.
    """

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self._negative_number_matcher = re.compile(r"-\.?[0-9]")

    def error(self, message: str) -> NoReturn:
        """Raise BadInput for a usage error."""
        for pattern, sentence in USAGE_ERRORS:
            if found := re.fullmatch(pattern, message, re.DOTALL):
                message = sentence.format(found[1], *(each.replace("'", "") for each in found.groups()[1:]))
                break
        raise BadInput(
            f"{self.prog}: {message}", f"milimo help {self.prog.removeprefix('milimo ')} lists the arguments"
        )


def list_entries(word: str) -> list[Command]:
    """Return the commands that begin with a word; empty for an unknown word."""
    found = registry.load_command_group(WORDS[word]) if word in WORDS else ()
    return [entry for entry in found if entry.cli.split(" ")[0] == word]


def parse(words: Sequence[str], *, demanding: bool = True) -> tuple[Command, dict[str, Any]]:
    """Return the command that the words name, and the values of its arguments. Arguments that are not given
    are left out.

    If `demanding` is False, required arguments may be missing. Raises BadInput.
    """
    rest = list(words)
    if rest[0] == "run":
        return parse_run_words(rest[1:])
    if rest[0] in BARE and all(word[:1] == "-" for word in rest[1:]):
        rest = [rest[0], BARE[rest[0]], *rest[1:]]
    entry = find_named_entry(rest)
    if entry is None:
        registry.check_not_replaced(rest)
        raise BadInput(f"there is no command “{' '.join(rest[:2])}”", "milimo help lists the commands")
    return entry, parse_arguments(entry, rest[len(entry.cli.split(" ")) :], demanding=demanding)


def parse_arguments(entry: Command, words: Sequence[str], *, demanding: bool = True) -> dict[str, Any]:
    """Return the values of a command's arguments from the words after the command. Raises BadInput.

    If `demanding` is False, required arguments may be missing.
    """
    # A group may have a hundred commands, so a parser is built only for this command.
    parser = CommandParser(prog=f"milimo {entry.cli}", allow_abbrev=False, add_help=False)
    _add_entry_arguments(parser, entry, demanding)
    found = parser.parse_args(_complete_bare_flags(entry, words))
    return {name: value for name, value in vars(found).items() if value is not None}


def _complete_bare_flags(entry: Command, words: Sequence[str]) -> list[str]:
    """Return the words with a value for each flag that can be given without one, such as `--stems`. The next
    word is its value only if it is one of the choices.
    """
    bare = {format_flag(name): item for name, item in read_arguments(entry.args).items() if item.bare}
    out = list(words)
    for index, word in enumerate(words):
        item = bare.get(word)
        if item is not None and next(iter(words[index + 1 :]), None) not in get_argument_shape(item)[1]:
            out[index] = f"{word}={item.bare}"
    return out


def find_named_entry(words: Sequence[str]) -> Command | None:
    """Return the command whose words come first in `words`; None if there is none. Further words are
    ignored.
    """
    for entry in list_entries(words[0]):
        named = entry.cli.split(" ")
        if named == [*words[: len(named)]]:
            return entry
    return None


def parse_run_words(words: Sequence[str]) -> tuple[Command, dict[str, Any]]:
    """Parse the words after `milimo run`: the id of a command and its arguments as `key=value`. Raises
    BadInput, NotFound.
    """
    if not words:
        raise BadInput("milimo run needs the id of a command", "milimo help commands lists the ids")
    entry = registry.find_command(words[0])
    known = read_arguments(entry.args)
    values: dict[str, Any] = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        key = key.replace("-", "_")
        key = f"{key}_" if f"{key}_" in known else key
        if not equals or key not in known:
            names = ", ".join(known) or "none"
            raise BadInput(f"{entry.id}: “{word}” is not an argument", f"arguments: {names} (key=value)")
        values[key] = value.split(",") if get_argument_shape(known[key])[0] == "many" else value
    return entry, values


def _get_value_type(item: Argument) -> Any:
    """Return the type of an argument's value. If None is also allowed, it is left out of the type."""
    annotation: Any = item.type
    if get_origin(annotation) in (Union, types.UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def _build_choice_converter(item: Argument) -> Callable[[str], str]:
    """Return a function that converts an alternative spelling of a choice to the choice.

    Unknown words are returned unchanged, and validation refuses them later.
    """
    kind = _get_value_type(item)

    def choice(word: str) -> str:
        try:
            return str(kind(word).value)
        except ValueError:
            return word

    return choice if isinstance(kind, type) and issubclass(kind, Enum) else str


def format_flag(name: str) -> str:
    """Return an argument's flag: `--not-before`. The `_` at the end of a name avoids a Python keyword."""
    return f"--{name.rstrip('_').replace('_', '-')}"


def has_off_flag(entry: Command, item: Argument) -> bool:
    """Return True if a switch can be turned off with `--no-NAME`. This is so if the command changes a stored
    switch, and has no other argument that turns the switch off, such as `--unlock`.
    """
    is_pair = item.name.startswith("un") or f"un{item.name}" in read_arguments(entry.args)
    return item.default is None and not is_pair


def get_argument_shape(item: Argument) -> tuple[str, tuple[str, ...]]:
    """Return the form of an argument on the command line, and its choices. The form is `flag` (no value),
    `many` (several words) or `one` (a single word).
    """
    annotation = _get_value_type(item)
    if annotation is bool:
        return "flag", ()
    if get_origin(annotation) in (tuple, list):
        return "many", ()
    if get_origin(annotation) is Literal:
        return "one", tuple(str(value) for value in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "one", tuple(str(each.value) for each in annotation)
    return "one", ()


def _add_entry_arguments(parser: argparse.ArgumentParser, entry: Command, demanding: bool) -> None:
    """Add the arguments of a command to a parser. If `demanding` is False, required arguments may be
    missing.
    """
    shorts = {"output": "-o"}
    for name, item in read_arguments(entry.args).items():
        shape, choices = get_argument_shape(item)
        flag = format_flag(name)
        if name in entry.positional:
            required = item.required and demanding
            nargs = {"many": "+" if required else "*"}.get(shape) or (None if required else "?")
            parser.add_argument(name, nargs=nargs, metavar=name.upper(), default=None)
        elif shape == "flag":
            parser.add_argument(flag, dest=name, action="store_true", default=None)
            if has_off_flag(entry, item):
                off = format_flag(f"no_{name}")
                parser.add_argument(off, dest=name, action="store_false", default=None)
        elif shape == "many":
            parser.add_argument(flag, dest=name, action="extend", nargs="+", default=None)
        else:
            flags = [shorts[name], flag] if name in shorts else [flag]
            parser.add_argument(
                *flags,
                dest=name,
                default=None,
                type=_build_choice_converter(item),
                choices=((*choices, "") if item.clears else choices) if choices else None,
                required=item.required and demanding,
            )
