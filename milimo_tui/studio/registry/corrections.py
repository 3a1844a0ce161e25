"""Guess the correct command line for a command line that was refused. The suggestion is shown in the hint of
the error.

All functions are pure. The module is imported only when a command line was refused.
"""

from __future__ import annotations

import math
import re
import shlex
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
from milimo_tui.studio.registry.near_commands import find_near_commands, is_subgroup, list_meanings
from milimo_tui.studio.registry.registry import Command

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot

# Example values for arguments whose value has a special form, by argument name. They fill missing values in a
# suggested command line. Other arguments get a placeholder in capitals, such as NAME.
EXAMPLES = {
    "at": "2s", "aspect": "16:9", "by": "12", "frame": "12", "gb": "100", "how": "overwrite", "length": "2s",
    "output": "out.mp4", "priority": "1", "range": "1s..2s", "rate": "24", "size": "1280x720", "speed": "0.5",
    "strength": "0.8",
}  # fmt: skip
# Names of arguments that do not say what the value is. Their placeholder is the kind of item, such as SHOT.
_UNTELLING_NAMES = ("id", "ids", "other", "what", "which")
# The last words of commands that delete something. For these, a wrong name is corrected only if it is very
# similar to a known name.
_DESTRUCTIVE_ACTIONS = (
    "cancel", "clean", "delete", "delete-take", "drop", "empty", "forget", "free", "remove",
)  # fmt: skip
# Arguments whose text usually has several words.
_PROSE_NAMES = ("action", "brief", "heading", "prompt", "question", "text")
_TEXT_NAMES = (*_PROSE_NAMES, "label", "name", "tags", "words")
_TIME_HELP = re.compile(r"timecode|, 2\.5s|a time of|another time")
_FRAMES_HELP = re.compile(r"\bframes\b")
_UNITS = "%|x|s|f|fps|dB|GB|"
_USUAL_RATE = 24  # The frame rate that is assumed if no film is open, in frames per second.


@dataclass
class GivenValues:
    """The values that were read from a refused command line.

    `values` maps names of arguments to values. `surplus` has the words that fit no argument, and `unnamed`
    has the values that followed unknown flags.
    """

    values: dict[str, Any] = field(default_factory=dict)
    surplus: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


def correct_refused_line(error: BadInput, words: Sequence[str], film: FilmSnapshot | None = None) -> BadInput:
    """Return a copy of `error`, the error for the refused words. The guessed command line is added to its
    hint, as far as one is found.
    """
    if error.hint.startswith("milimo ") and not _is_generic(error.hint):
        return error  # The command was removed, and the hint already names its replacement.
    commands = registry.list_commands()
    if words[0] == "run":
        near = words[1] if len(words) > 1 else ""
        near = near if near in commands else _find_closest(near, commands)
        return add_suggestion(error, _correct_pairs(commands[near], words[2:], film)) if near else error
    if words[0] in BARE and all(word[:1] == "-" for word in words[1:]):
        words = [words[0], BARE[words[0]], *words[1:]]
    # The user typed the id of a command, as in `shot.rate 1A 5`.
    if words[0] in commands and commands[words[0]].cli:
        words = [*commands[words[0]].cli.split(" "), *words[1:]]
    # Joins two words with a hyphen, as in `cut ripple-delete` for `cut ripple delete`.
    joined = [*words[:1], "-".join(words[1:3]), *words[3:]]
    if len(words) > 2 and any(entry.cli == " ".join(joined[:2]) for entry in list_entries(words[0])):
        words = joined
    if (entry := find_named_entry(words)) is not None:
        return add_suggestion(error, correct_words(entry, words[len(entry.cli.split(" ")) :], film))
    return refuse_unknown_command(words, film)


def add_suggestion(error: BadInput, line: str) -> BadInput:
    """Return a copy of the error with the corrected command line `line` at the beginning of its hint: `try:
    …`.
    """
    hint = f"try: {line}" if _is_generic(error.hint) else f"try: {line}; {error.hint}"
    return type(error)(error.message, hint)


def _is_generic(hint: str) -> bool:
    """Return True if a hint may be replaced by a suggested command line, because it is empty or only points
    to `milimo help`.
    """
    return not hint or hint.startswith("milimo help")


def suggest_after_run(
    error: BadInput, entry: Command, values: Mapping[str, Any], film: FilmSnapshot | None
) -> BadInput:
    """Return the error of a command that failed while it ran, if possible with a corrected command line in
    its hint.

    If the error is about a name that is not in the film, the correction has the closest name of the same
    kind. If no correction is known, the error is returned unchanged.
    """
    if isinstance(error, Ambiguous):
        return error
    typed = format_command_line(entry, values)
    lines = [correct_values(entry, GivenValues(dict(values)), film)]
    if changed := _replace_refused_value(error, entry, values, film):
        lines.append(format_command_line(entry, changed))
    elif isinstance(error, Refused) or ("milimo " in error.hint and not _is_generic(error.hint)):
        return error
    elif any(item.required and item.name not in values for item in read_arguments(entry.args).values()):
        lines.append(correct_values(entry, GivenValues(), film))
    line = next((line for line in lines if line != typed), "")
    return add_suggestion(error, line) if line else error


def _replace_refused_value(
    error: BadInput, entry: Command, values: Mapping[str, Any], film: FilmSnapshot | None
) -> dict[str, Any]:
    """Return the values of a command with the refused value replaced. Return an empty dictionary if no
    replacement is known.

    The refused value is the value that the error message quotes. It is replaced by a flag of the same name
    (`all`), by a name of the film, or by a word of the hint.
    """
    items = read_arguments(entry.args)
    for name, item in items.items():
        for text in _list_texts(values.get(name, ())):
            if not text or f"“{text}”" not in error.message:
                continue
            kept = [each for each in _list_texts(values[name]) if each != text]
            others = {key: value for key, value in values.items() if key != name}
            others |= {name: kept} if kept else {}
            switch = items.get(text.casefold())
            # `shot make all` means `shot make --all`.
            if switch is not None and get_argument_shape(switch)[0] == "flag":
                return {**others, switch.name: True}
            count = next((each.name for each in map_flags(entry).values() if _is_number(each)), "")
            # A number after a name is taken as a count: `shot make 1A 3` means `shot make 1A --takes 3`.
            if kept and text.isdigit() and count and infer_argument_kind(item):
                return {count: text, **others}
            if near := _find_replacement(error, entry, item, text, film):
                is_many = get_argument_shape(item)[0] == "many"
                texts = [near if each == text else each for each in _list_texts(values[name])]
                return {**values, name: texts if is_many else near}
    return {}


def _find_replacement(
    error: BadInput, entry: Command, item: Argument, text: str, film: FilmSnapshot | None
) -> str:
    """Return a value that is similar to the refused value `text`; empty if none is known."""
    # If the hint says “write 2.5s for seconds” because the user typed `2.5` for a number of frames, use
    # `2.5s`.
    if f"{text}s" in error.hint:
        return f"{text}s"
    names = [offer.word for offer in list_offers(item, film)] if isinstance(error, NotFound) else []
    listed = [word for word in re.split(r",? or |[:;,] ", error.hint) if not word.startswith("milimo ")]
    near = _find_closest(text, [*names, *listed]) or _correct_number(item, text, film)
    if near or isinstance(error, Refused) or entry.cli.split(" ")[-1] in _DESTRUCTIVE_ACTIONS:
        return near
    return (names or [""])[0] if isinstance(error, NotFound) else EXAMPLES.get(item.name, "")


def correct_words(entry: Command, words: Sequence[str], film: FilmSnapshot | None = None) -> str:
    """Return the corrected command line for the command `entry`. `words` are the words that the user typed
    after the command.
    """
    return correct_values(entry, _read_given_values(entry, words), film)


def correct_values(entry: Command, given: GivenValues, film: FilmSnapshot | None = None) -> str:
    """Return the corrected command line for the command `entry`. `given` are the values that were read from
    the user's words.
    """
    for values in (_correct_given_values(entry, given, film), _add_missing_values(entry, {})):
        line = format_command_line(entry, values)
        if _is_accepted(entry, line):
            return line
    return format_command_line(entry, {})


def _correct_pairs(entry: Command, words: Sequence[str], film: FilmSnapshot | None) -> str:
    """Return the corrected command line for the command `entry`. `words` are arguments that the user typed as
    `name=value`.
    """
    known, given = read_arguments(entry.args), GivenValues()
    for word in words:
        name, equals, value = word.partition("=")
        near = _find_named_argument(known.values(), name) if equals else ""
        if near:
            is_many = get_argument_shape(known[near])[0] == "many"
            given.values[near] = value.split(",") if is_many else value
        else:
            (given.unnamed if equals else given.surplus).append(value or word)
    return correct_values(entry, given, film)


def _find_named_argument(items: Collection[Argument], name: str) -> str:
    """Return the name of the argument that `name` means, or an empty string. `name` may be a misspelled
    argument name, or a kind of item (`shot` for the argument ID).
    """
    spelled = {item.name.rstrip("_"): item.name for item in items}
    kinds = {infer_argument_kind(item): item.name for item in items if get_argument_shape(item)[0] != "flag"}
    name = name.strip("-").replace("-", "_")
    if not name:
        return ""
    meanings = [each for each in list_meanings(name) if each in spelled]
    starts = [each for each in spelled if each.startswith(name)]
    near = next(iter([*meanings, *starts]), "")
    # Misspelled words usually have the right first letter.
    similar = [each for each in spelled if each[0] == name[0]]
    return spelled.get(near, "") or kinds.get(name, "") or spelled.get(_find_closest(name, similar), "")


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


def refuse_unknown_command(words: Sequence[str], film: FilmSnapshot | None = None) -> BadInput:
    """Return the error for words that begin with no command. Its hint has the command line that the user may
    have meant.
    """
    group = words[0] in WORDS
    named = "milimo " + " ".join(words[: 2 if group and is_subgroup(words[:2]) else 1])
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
    return BadInput(message, f"try: {correct_words(*near, film)}; {hint}")


def _read_given_values(entry: Command, words: Sequence[str]) -> GivenValues:
    """Assign words to the arguments of a command as far as possible; misspelled flags are corrected."""
    flags, items = map_flags(entry), read_arguments(entry.args)
    given, bare, guessed = GivenValues(), list[str](), set[str]()
    open_flag = ""  # The name of the argument whose flag was read and whose value comes next.

    def close_flag() -> None:
        if open_flag in items:
            given.values.setdefault(open_flag, make_example(items[open_flag]))

    for word in words:
        name, equals, value = word.partition("=")
        if word.startswith("--") and word != "--":
            target = flags[name].name if name in flags else _find_named_argument(items.values(), name)
            close_flag()
            open_flag = ""
            if target and get_argument_shape(items[target])[0] == "flag":
                given.values[target] = True
            elif equals and target:
                given.values[target] = value
            elif equals:
                given.unnamed.append(value)
            else:
                open_flag = target or "?"  # `?` stands for an unknown flag, whose value comes next.
            if target and name not in flags:
                guessed.add(target)
        elif open_flag == "?":
            given.unnamed.append(word)
            open_flag = ""
        elif open_flag and get_argument_shape(items[open_flag])[0] == "many":
            given.values[open_flag] = [*given.values.get(open_flag, ()), word]
        elif open_flag:
            given.values[open_flag], open_flag = word, ""
        elif word != "--":
            bare.append(word)
    close_flag()
    # For a misspelled flag, the argument was guessed. If that argument can't have the value, the value is
    # later tried with other arguments.
    for name in guessed:
        value = given.values[name]
        if isinstance(value, str) and _correct_value(entry, items[name], value, None) is None:
            given.unnamed.append(given.values.pop(name))
    if len(bare) + 1 == len(entry.positional) and re.match("[a-z_]+=", bare[-1] if bare else ""):
        bare[-1:] = bare[-1].split("=", 1)  # Splits words such as `config set theme=dark`.
    for name in entry.positional:
        if name in given.values:
            continue
        if bare and get_argument_shape(items[name])[0] == "many":
            given.values[name], bare = bare, []
        elif bare:
            given.values[name] = bare.pop(0)
    given.surplus += bare
    return given


def _correct_given_values(entry: Command, given: GivenValues, film: FilmSnapshot | None) -> dict[str, Any]:
    items = read_arguments(entry.args)
    values = {name: value for name, value in given.values.items() if name in items}
    values = _reorder_positional(entry, values, film)
    fixed = {name: _correct_value(entry, items[name], value, film) for name, value in values.items()}
    fixed = {name: make_example(items[name]) if value is None else value for name, value in fixed.items()}
    left = []
    for word in (*given.surplus, *given.unnamed):
        if target := _find_argument_for_word(entry, fixed, word, film):
            near = _correct_value(entry, items[target], word, film)
            fixed[target] = [word] if get_argument_shape(items[target])[0] == "many" else near
        elif word in given.surplus:
            left.append(word)
    last = entry.positional[-1] if entry.positional else ""
    if left and last in fixed and last in _PROSE_NAMES:
        # The user typed a text of several words without quotation marks.
        fixed[last] = " ".join([fixed[last], *left])
    return _add_missing_values(entry, fixed)


def _reorder_positional(entry: Command, values: dict[str, Any], film: FilmSnapshot | None) -> dict[str, Any]:
    """Return the values, with positional values exchanged between arguments if another order fits better."""
    items = read_arguments(entry.args)
    names = [name for name in entry.positional if isinstance(values.get(name, ""), str)]
    given = [values[name] for name in names if name in values]
    orders = [dict(zip(order, given, strict=True)) for order in permutations(names, len(given))]
    kept = {name: value for name, value in values.items() if name not in names}

    def rate_order(order: Mapping[str, str]) -> int:
        is_valid = all(_is_valid(entry, name, word) for name, word in order.items())
        return is_valid + sum(_rate_fit(items[name], word, film) for name, word in order.items())

    return kept | max(orders, key=rate_order)


def _correct_value(entry: Command, item: Argument, value: Any, film: FilmSnapshot | None) -> Any:
    """Return a value that the argument accepts: `value` itself or, if it is not accepted, the most similar
    accepted value. Return None if none is similar.
    """
    is_many = get_argument_shape(item)[0] == "many"
    if _is_valid(entry, item.name, value):
        is_decimal = isinstance(value, str) and re.fullmatch(r"\d*\.\d+", value)
        return f"{value}s" if is_decimal and _TIME_HELP.search(item.description) else value
    choices = {choice.casefold(): choice for choice in _list_choices(item)}
    near = [_find_closest(text.casefold(), choices) for text in _list_texts(value)]
    texts = [choices[text] for text in near if text]
    if texts:
        return texts if is_many else texts[0]
    text = "" if is_many else _correct_number(item, str(value), film)
    return text if text and _is_valid(entry, item.name, text) else None


def _correct_number(item: Argument, text: str, film: FilmSnapshot | None) -> str:
    """Return a number as text, converted to the unit and limited to the bounds of an argument. `text` is the
    user's text, such as `2.5` (seconds), `50%` or `6dB`.

    Return an empty string if the text is not a number. Seconds are converted to frames if the argument counts
    frames.
    """
    found = re.fullmatch(rf"([+-]?\d*\.?\d+)\s*({_UNITS})", text.replace("_", ""), re.IGNORECASE)
    if not found or not _is_number(item):
        return ""
    number, unit = float(found[1]), found[2]
    if not math.isfinite(number):
        return ""
    if unit == "%" or (item.le == 1 and 10 <= number <= 100):
        number /= 100
    if float not in _list_value_types(item):
        is_seconds = unit == "s" or (not unit and not number.is_integer())
        rate = float(film.cut.rate) if film is not None and film.cut is not None else _USUAL_RATE
        number = round(number * rate if is_seconds and _FRAMES_HELP.search(item.description) else number)
    number = max(number, item.ge) if item.ge is not None else number
    number = min(number, item.le) if item.le is not None else number
    text = f"{number:.10g}"
    return "" if "e" in text else text  # A number this large or small is a mistake that has no near number.


def _find_argument_for_word(
    entry: Command, values: Mapping[str, Any], word: str, film: FilmSnapshot | None
) -> str:
    """Return the argument that a word without a flag fits best; empty if it fits none."""
    items = {name: item for name, item in read_arguments(entry.args).items() if name not in values}
    alternatives = list_alternatives(entry.args)
    fits = {
        name: (_rate_fit(item, word, film), item.required, name in entry.positional, name in alternatives)
        for name, item in items.items()
        if (near := _correct_value(entry, item, word, film)) is not None
        and (near == word or not word.isdigit())
    }
    best = max(fits, key=lambda name: fits[name], default="")
    return best if best and fits[best][0] else ""


def _rate_fit(item: Argument, word: str, film: FilmSnapshot | None) -> int:
    """Return a score from 1 to 6 for how well a word's form fits an argument; 0 if it does not fit."""
    kind, choices = infer_argument_kind(item), [choice.casefold() for choice in _list_choices(item)]
    if get_argument_shape(item)[0] == "flag":
        return 0
    if choices:
        return 6 if word.casefold() in choices else 5 if _find_closest(word.casefold(), choices) else 0
    if film is not None and word in (offer.word for offer in list_offers(item, film)):
        return 6
    if kind in ("file", "asset"):
        return 4 if "/" in word or re.search(r"\.[A-Za-z]\w{0,8}$", word) else 0
    if kind == "track":
        return 5 if re.fullmatch(r"[VA]\d+", word) else 0
    if kind in ("shot", "clip", "scene"):
        return 4 if re.fullmatch(r"\d+" if kind == "scene" else r"\d+[A-Z]+\d*", word) else 0
    if re.fullmatch(rf"[+-]?\d*\.?\d+({_UNITS})|[+-]?\d+(:\d+)+", word, re.IGNORECASE):
        is_time = bool(_TIME_HELP.search(item.description))
        if item.name in ("value", "by"):
            return 4
        return 3 if is_time else 2 if _is_number(item) and _correct_number(item, word, film) else 0
    return 1 if item.name in _TEXT_NAMES else 0


def _add_missing_values(entry: Command, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values, with an example value for each argument that must be given and is missing."""
    items, out = read_arguments(entry.args), dict(values)
    missing = [name for name, item in items.items() if item.required and name not in out]
    alternatives = list_alternatives(entry.args)
    if alternatives and not any(name in out for name in alternatives):
        missing.append(next((name for name in alternatives if name in entry.positional), alternatives[0]))
    last = max((place for place, name in enumerate(entry.positional) if name in (*out, *missing)), default=-1)
    missing += [name for name in entry.positional[:last] if name not in (*out, *missing)]
    return out | {name: make_example(items[name]) for name in missing}


def make_example(item: Argument) -> Any:
    """Return an example value for an argument: a choice, a number within its bounds, or a placeholder in
    capitals.

    The example of a switch is True. The example of an argument with several values is a list of one value.
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
        # A small upper limit is often that of a rating from 0, and the best rating is a good example.
        return f"{high:g}"
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
