"""Corrections of refused command lines: the line that would have worked, from the words that the user gave.

Pure. Imported only when a command line is refused.
"""

from __future__ import annotations

import re
import shlex
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import permutations
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from milimo_tui.core.errors import Ambiguous, BadInput, NotFound, Refused
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import (
    Argument,
    check_argument,
    list_alternatives,
    read_arguments,
    validate_args,
)
from milimo_tui.studio.registry.completions import infer_argument_kind, list_offers
from milimo_tui.studio.registry.following import map_flags
from milimo_tui.studio.registry.grammar import (
    BARE,
    WORDS,
    find_named_entry,
    get_argument_shape,
    list_entries,
    parse_arguments,
    parse_run_words,
)
from milimo_tui.studio.registry.registry import Command

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot

# Example values of arguments, by name, where a placeholder such as NAME would not do.
EXAMPLES = {
    "at": "2s", "aspect": "16:9", "by": "12", "frame": "12", "gb": "100", "how": "overwrite", "length": "2s",
    "output": "out.mp4", "priority": "1", "range": "1s..2s", "rate": "24", "size": "1280x720", "speed": "0.5",
    "strength": "0.8",
}  # fmt: skip
_UNTELLING_NAMES = ("id", "ids", "other", "what", "which")  # the kind of thing is a better placeholder


@dataclass
class GivenValues:
    """Values that were given on a command line, by argument, and the words that fit no argument."""

    values: dict[str, Any] = field(default_factory=dict)
    surplus: list[str] = field(default_factory=list)


def correct_refused_line(error: BadInput, words: Sequence[str]) -> BadInput:
    """Return the error of words that were refused, with the command line that would have worked in its
    hint.
    """
    if error.hint.startswith("milimo ") and not _is_generic(error.hint):
        return error  # a removed command, with its replacement
    if words[0] == "run":
        near, commands = words[1] if len(words) > 1 else "", registry.list_commands()
        near = near if near in commands else _find_closest(near, commands)
        return add_suggestion(error, _correct_pairs(commands[near], words[2:])) if near else error
    if words[0] in BARE and all(word[:1] == "-" for word in words[1:]):
        words = [words[0], BARE[words[0]], *words[1:]]
    entry = find_named_entry(words)
    if entry is not None:
        return add_suggestion(error, correct_words(entry, words[len(entry.cli.split(" ")) :]))
    return refuse_unknown_command(words)


def add_suggestion(error: BadInput, line: str) -> BadInput:
    """Return an error whose hint begins with the command line that would have worked."""
    hint = f"try: {line}" if _is_generic(error.hint) else f"try: {line}; {error.hint}"
    return type(error)(error.message, hint)


def _is_generic(hint: str) -> bool:
    """Return True if a hint names only the help of a command, or nothing."""
    return not hint or hint.startswith("milimo help")


def suggest_after_run(
    error: BadInput, entry: Command, values: Mapping[str, Any], film: FilmSnapshot | None
) -> BadInput:
    """Return the error of a command that was run, with the line that would have worked if its hint has none.

    A name that the film lacks is replaced by the closest name of the same kind.
    """
    if isinstance(error, Refused | Ambiguous):
        return error
    if isinstance(error, NotFound) and (changed := _replace_unknown_name(error.message, entry, values, film)):
        return add_suggestion(error, format_command_line(entry, changed))
    if "milimo " in error.hint and not _is_generic(error.hint):
        return error
    typed = format_command_line(entry, values)
    lines = [correct_values(entry, GivenValues(dict(values)))]
    if not values or _is_generic(error.hint):  # A hint of its own helps more than a line without the values.
        lines.append(correct_values(entry, GivenValues()))
    line = next((line for line in lines if line != typed), "")
    return add_suggestion(error, line) if line else error


def _replace_unknown_name(
    message: str, entry: Command, values: Mapping[str, Any], film: FilmSnapshot | None
) -> dict[str, Any]:
    """Return the values with the name that a message quotes replaced by one of the film's; empty if none
    fits.
    """
    for name, item in read_arguments(entry.args).items():
        for text in _list_texts(values.get(name, ())):
            names = (
                [offer.word for offer in list_offers(item, film)] if text and f"“{text}”" in message else []
            )
            if names:
                near = _find_closest(text, names) or names[0]
                is_many = get_argument_shape(item)[0] == "many"
                texts = [near if each == text else each for each in _list_texts(values[name])]
                return {**values, name: texts if is_many else near}
    return {}


def correct_words(entry: Command, words: Sequence[str]) -> str:
    """Return the corrected command line for a command and the words after it."""
    return correct_values(entry, _read_given_values(entry, words))


def correct_values(entry: Command, given: GivenValues) -> str:
    """Return the corrected command line for a command and the values that were given."""
    for values in (_correct_given_values(entry, given), _add_missing_values(entry, {})):
        line = format_command_line(entry, values)
        if _is_accepted(entry, line):
            return line
    return format_command_line(entry, {})


def _correct_pairs(entry: Command, words: Sequence[str]) -> str:
    """Return the corrected command line for a command and its arguments as `name=value`."""
    known, given = read_arguments(entry.args), GivenValues()
    for word in words:
        name, equals, value = word.replace("-", "_", word.partition("=")[0].count("-")).partition("=")
        near = name if name in known else _find_closest(name, known)
        if not equals:
            given.surplus.append(word)
        elif near:
            is_many = get_argument_shape(known[near])[0] == "many"
            given.values[near] = value.split(",") if is_many else value
    return correct_values(entry, given)


def format_command_line(entry: Command, values: Mapping[str, Any]) -> str:
    """Return a command with its values as it is typed in a shell."""
    if not entry.cli:
        pairs = (f"{name}={','.join(_list_texts(value))}" for name, value in values.items())
        return " ".join([f"milimo run {entry.id}", *map(shlex.quote, pairs)])
    words = [word for name in entry.positional for word in _list_texts(values.get(name, ()))]
    flags: list[str] = []
    for flag, item in map_flags(entry).items():
        if item.name in values:
            texts = _list_texts(values[item.name])
            flags += [flag] if get_argument_shape(item)[0] == "flag" else _join_flag(flag, texts)
    shown = [*flags, "--", *words] if any(word.startswith("-") for word in words) else [*words, *flags]
    return " ".join([f"milimo {entry.cli}", *map(shlex.quote, shown)])


def _join_flag(flag: str, texts: Sequence[str]) -> list[str]:
    return [f"{flag}={texts[0]}"] if len(texts) == 1 and texts[0].startswith("-") else [flag, *texts]


def refuse_unknown_command(words: Sequence[str]) -> BadInput:
    """Return the error for words that name no command, with the command line that they may have meant."""
    group = words[0] in WORDS
    named = "milimo " + " ".join(words[: 2 if group and _is_subgroup(words[:2]) else 1])
    rest = words[len(named.split()) - 1 :]
    if not group:
        message = f"there is no command “{words[0]}”"
    elif rest:
        message = f"{named} has no subcommand “{rest[0]}”"
    else:
        message = f"{named} needs a subcommand"
    near = next(find_near_commands(words), None)
    topic = named.removeprefix("milimo ") if group else ""
    hint = f"milimo help {topic}".rstrip() + " lists them"
    if near is None:
        return BadInput(message, hint)
    return BadInput(message, f"try: {correct_words(*near)}; {hint}")


def _is_subgroup(words: Sequence[str]) -> bool:
    """Return True if words begin commands of three words: `shot lora`."""
    return len(words) == 2 and any(entry.cli.split(" ")[:2] == [*words] for entry in _list_longer(words[0]))


def _list_longer(word: str) -> list[Command]:
    return [entry for entry in list_entries(word) if len(entry.cli.split(" ")) > 2]


def find_near_commands(words: Sequence[str]) -> Iterator[tuple[Command, Sequence[str]]]:
    """Yield the commands that words may mean, the likeliest first, each with the words left for arguments."""
    by_words = {entry.cli: entry for entry in registry.list_commands().values() if entry.cli}
    for size in (2, 3):  # In another order: `rate shot`.
        for order in permutations(words[:size]) if len(words) >= size else ():
            if " ".join(order) in by_words:
                yield by_words[" ".join(order)], words[size:]
    if words[0] in WORDS:
        yield from _find_near_subcommands(by_words, words)
        return
    ends = {cli: entry for cli, entry in by_words.items() if cli.split(" ")[1:] == [words[0]]}
    yield from ((entry, words[1:]) for entry in ends.values())  # `append` is `cut append`.
    for word in filter(None, find_closest_names(words[0], list(WORDS)).split(", ")):
        for size in (3, 2, 1):
            if entry := by_words.get(" ".join([word, *words[1:size]])):
                yield entry, words[size:]
        yield from _find_near_subcommands(by_words, [word, *words[1:]])


def _find_near_subcommands(
    by_words: Mapping[str, Command], words: Sequence[str]
) -> Iterator[tuple[Command, Sequence[str]]]:
    size = 2 if _is_subgroup(words[:2]) else 1
    start = " ".join(words[:size])
    acts = [cli.removeprefix(f"{start} ") for cli in by_words if cli.startswith(f"{start} ")]
    if len(words) > size:
        near = find_closest_names(words[size], acts)
        yield from ((by_words[f"{start} {act}"], words[size + 1 :]) for act in near.split(", ") if near)
    # A command of the group that needs no argument is the best start.
    simple = sorted(acts, key=lambda act: ("list" not in act, "show" not in act))
    yield from ((by_words[f"{start} {act}"], ()) for act in simple)


def _read_given_values(entry: Command, words: Sequence[str]) -> GivenValues:
    """Assign words to the arguments of a command as far as possible; misspelled flags are corrected."""
    flags, items = map_flags(entry), read_arguments(entry.args)
    given, bare, open_flag = GivenValues(), [], ""  # open_flag: the argument that takes the next word
    for word in words:
        name, equals, value = word.partition("=")
        if word.startswith("--") and word != "--":
            near = name if name in flags else _find_closest(name, flags)
            item, open_flag = flags.get(near), ""
            if item is None:
                open_flag = "" if equals else "?"  # an unknown flag, whose value is left out as well
            elif get_argument_shape(item)[0] == "flag":
                given.values[item.name] = True
            elif equals:
                given.values[item.name] = value
            else:
                open_flag = item.name
        elif open_flag == "?":
            open_flag = ""
        elif open_flag:
            is_many = get_argument_shape(items[open_flag])[0] == "many"
            given.values[open_flag] = [*given.values.get(open_flag, ()), word] if is_many else word
            open_flag = open_flag if is_many else ""
        elif word != "--":
            bare.append(word)
    for name in entry.positional:
        if bare and get_argument_shape(items[name])[0] == "many":
            given.values[name], bare = bare, []
        elif bare:
            given.values[name] = bare.pop(0)
    given.surplus = bare
    return given


def _correct_given_values(entry: Command, given: GivenValues) -> dict[str, Any]:
    items = read_arguments(entry.args)
    values = {name: value for name, value in given.values.items() if name in items}
    values = _reorder_positional(entry, values)
    fixed = {name: _correct_value(entry, items[name], value) for name, value in values.items()}
    for word in given.surplus:
        if target := _find_argument_for_word(entry, fixed, word):
            fixed[target] = [word] if get_argument_shape(items[target])[0] == "many" else word
    return _add_missing_values(entry, fixed)


def _reorder_positional(entry: Command, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with those given without flags in the order in which all of them are accepted."""
    names = [name for name in entry.positional if isinstance(values.get(name), str)]
    for order in permutations([values[name] for name in names]):
        changed = values | dict(zip(names, order, strict=True))
        if all(_is_valid(entry, name, changed[name]) for name in names):
            return changed
    return values


def _correct_value(entry: Command, item: Argument, value: Any) -> Any:
    if _is_valid(entry, item.name, value):
        return value
    choices = {choice.casefold(): choice for choice in _list_choices(item)}
    near = [_find_closest(text.casefold(), choices) for text in _list_texts(value)]
    texts = [choices[text] for text in near if text]
    if texts:
        return texts if get_argument_shape(item)[0] == "many" else texts[0]
    return make_example(item)


def _find_argument_for_word(entry: Command, values: Mapping[str, Any], word: str) -> str:
    """Return the argument with a flag that a word without one may be meant for; empty if there is none."""
    items = {item.name: item for item in map_flags(entry).values() if item.name not in values}
    alternatives = [name for name in list_alternatives(entry.args) if name in items]
    required = [name for name, item in items.items() if item.required]
    is_path = "/" in word or re.search(r"\.\w{1,5}$", word) is not None
    files = [name for name, item in items.items() if infer_argument_kind(item) in ("file", "asset")]
    chosen = [name for name in alternatives if name in files] if is_path else []
    for name in (*chosen, *required, *alternatives, *(files if is_path else [])):
        if get_argument_shape(items[name])[0] != "flag" and _is_valid(entry, name, word):
            return name
    return ""


def _add_missing_values(entry: Command, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with examples for all that must be given."""
    items, out = read_arguments(entry.args), dict(values)
    missing = [name for name, item in items.items() if item.required and name not in out]
    alternatives = list_alternatives(entry.args)
    if alternatives and not any(name in out for name in alternatives):
        missing.append(next((name for name in alternatives if name in entry.positional), alternatives[0]))
    last = max((place for place, name in enumerate(entry.positional) if name in (*out, *missing)), default=-1)
    missing += [name for name in entry.positional[:last] if name not in (*out, *missing)]
    return out | {name: make_example(items[name]) for name in missing}


def make_example(item: Argument) -> Any:
    """Return an example value of an argument: a choice, a number in its bounds, or a placeholder in capitals.

    A switch is True; an argument that takes several values gets a list of one.
    """
    shape, choices = get_argument_shape(item)[0], _list_choices(item)
    if shape == "flag":
        return True
    if choices:
        text = choices[0]
    elif _is_number(item):
        text = _make_example_number(item)
    elif item.name in EXAMPLES:
        text = EXAMPLES[item.name]
    else:
        kind = infer_argument_kind(item) if item.name in _UNTELLING_NAMES else ""
        text = (kind or item.name.rstrip("_")).upper().replace("_", "-")
        text = text.removesuffix("S") if shape == "many" else text
    return [text] if shape == "many" else text


def _make_example_number(item: Argument) -> str:
    example, low, high = EXAMPLES.get(item.name, ""), item.ge or 0, item.le
    if example.replace(".", "").isdigit():
        return example
    if high is not None and high <= 10:
        return f"{high:g}"  # such as the best rating
    return f"{max(low, 1):g}"


def _list_value_types(item: Argument) -> list[Any]:
    """Return the types of an argument's single values, without None."""
    kinds = get_args(item.type) if get_origin(item.type) in (Union, types.UnionType) else (item.type,)
    inner = (get_args(kind)[0] if get_origin(kind) in (tuple, list) else kind for kind in kinds)
    return [kind for kind in inner if kind is not type(None)]


def _is_number(item: Argument) -> bool:
    return any(kind in (int, float) for kind in _list_value_types(item))


def _list_choices(item: Argument) -> list[str]:
    out: list[str] = []
    for kind in _list_value_types(item):
        if get_origin(kind) is Literal:
            out += map(str, get_args(kind))
        elif isinstance(kind, type) and issubclass(kind, Enum):
            out += (str(each.value) for each in kind)
    return [choice for choice in out if choice]


def _find_closest(text: str, names: Iterable[str]) -> str:
    """Return the name that is closest to a text; empty if none is close."""
    return find_closest_names(text, list(names)).split(", ")[0]


def _list_texts(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


def _is_valid(entry: Command, name: str, value: Any) -> bool:
    is_many = get_argument_shape(read_arguments(entry.args)[name])[0] == "many"
    checked = _list_texts(value) if is_many else value
    return _does_succeed(lambda: check_argument(entry.args, name, checked, entry.id))


def _is_accepted(entry: Command, line: str) -> bool:
    words = shlex.split(line)[1:]

    def check_words() -> None:
        if entry.cli:
            values = parse_arguments(entry, words[len(entry.cli.split(" ")) :])
        else:
            values = parse_run_words(words[1:])[1]
        validate_args(entry.args, values, entry.id)

    return _does_succeed(check_words)


def _does_succeed(check: Callable[[], object]) -> bool:
    try:
        check()
    except BadInput:
        return False
    return True
