"""Find the command that unknown words may mean: `take rate` means `shot rate`, `append` means `cut append`.

All functions are pure. The module is imported only when a command line was refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product

from milimo_tui.core.file_suffixes import MEDIA_SUFFIXES, SCRIPT_SUFFIXES
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.interchange.values.formats import FORMATS
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import list_alternatives, read_arguments
from milimo_tui.studio.registry.following import map_flags
from milimo_tui.studio.registry.grammar import WORDS, list_entries
from milimo_tui.studio.registry.registry import Command

# Maps words that are used in other programs to the words of commands with the same meaning.
WORD_SYNONYMS = {
    "character": "element", "clip": "cut", "compositing": "cut effect", "conform": "project set",
    "damage": "project recover", "deliver": "render", "editing": "cut", "footage": "asset",
    "image": "picture", "interchange": "cut export", "location": "element", "making": "shot make",
    "media": "asset", "movie": "project", "note": "cut note", "place": "element", "prop": "element",
    "queue": "job", "screenplay": "script", "setting": "config", "take": "shot", "task": "job",
    "timeline": "cut",
    "count": "takes, count", "duration": "length, frames, seconds", "fps": "rate", "number": "count",
    "volume": "gain",
    "add": "append", "copy": "duplicate", "create": "new, now, make, add", "del": "delete, remove",
    "delete": "remove", "import": "add", "install": "setup", "kill": "cancel", "ls": "list", "new": "add",
    "open": "use, import", "remove": "delete", "rename": "name", "restart": "start", "rm": "delete, remove",
}  # fmt: skip
# Maps a first word to the command that is most likely meant. Several commands end with this word, such as
# `project new` and others with `new`.
USUAL_COMMANDS = {"new": "project new", "open": "project use", "set": "config set"}
GROUP_ORDER = ("cut", "shot", "project")  # Groups whose commands are suggested first.
# Maps first words of commands that import or export files to the suffixes of these files.
FILE_GROUPS = {
    "cut": tuple(row.suffix for row in FORMATS.values()),
    "script": SCRIPT_SUFFIXES,
    "project": (".zip",),
    "asset": tuple(MEDIA_SUFFIXES),
}


def is_subgroup(words: Sequence[str]) -> bool:
    """Return True if the two words are the beginning of commands with three words, such as `shot lora`."""
    return len(words) == 2 and any(entry.cli.split(" ")[:2] == [*words] for entry in _list_longer(words[0]))


def _list_longer(word: str) -> list[Command]:
    return [entry for entry in list_entries(word) if len(entry.cli.split(" ")) > 2]


def find_near_commands(words: Sequence[str]) -> Iterator[tuple[Command, Sequence[str]]]:
    """Yield commands that the words may mean, the most likely command first. Each command is paired with
    those words that are not part of its name and are left for its arguments.
    """
    by_words = {entry.cli: entry for entry in registry.list_commands().values() if entry.cli}
    # For example, `import pic.png` means a command of the group that imports pictures.
    if len(words) > 1 and (group := _find_file_group(words[1])):
        lines = [f"{group} {meaning}" for meaning in list_meanings(words[0])]
        yield from ((by_words[line], words[1:]) for line in lines if line in by_words)
    for size in (2, 3):  # The words may be in another order or be synonyms: `rate shot`, `take rate`.
        meanings = [list_meanings(word) for word in words[:size]] if len(words) >= size else [[]]
        for combination in product(*meanings):
            yield from (
                (by_words[" ".join(order)], words[size:])
                for order in permutations(combination)
                if " ".join(order) in by_words
            )
    if words[0] in WORDS:
        yield from _find_near_subcommands(by_words, words)
        return
    if usual := USUAL_COMMANDS.get(words[0]):
        yield by_words[usual], words[1:]
    if words[0].removesuffix("s") in WORDS:  # The user typed a plural, such as `models`.
        yield from _find_near_subcommands(by_words, [words[0].removesuffix("s"), *words[1:]])
    acts = {cli.split(" ")[1]: entry for cli, entry in by_words.items() if cli.count(" ") == 1}
    # Finds commands by their last word, such as `append`.
    ends = [entry for entry in by_words.values() if entry.cli.split(" ")[1:] == [words[0]]]
    # Finds commands by a part of their last word, such as `trim`.
    ends += [entry for act, entry in acts.items() if words[0] in act.split("-")]
    yield from ((entry, words[1:]) for entry in sorted(ends, key=_rank_group))
    groups = [meaning for meaning in list_meanings(words[0]) if meaning.split(" ")[0] in WORDS]
    for word in groups or filter(None, find_closest_names(words[0], list(WORDS)).split(", ")):
        for size in (3, 2, 1):
            if entry := by_words.get(" ".join([word, *words[1:size]])):
                yield entry, words[size:]
        if word in WORDS:
            yield from _find_near_subcommands(by_words, [word, *words[1:]])


def list_meanings(word: str) -> list[str]:
    """Return the words that the user may mean by `word`: the word itself, its singular, and its synonyms."""
    single = word.removesuffix("s")
    return [word, single, *WORD_SYNONYMS.get(word, WORD_SYNONYMS.get(single, "")).split(", ")]


def _rank_group(entry: Command) -> int:
    group = entry.cli.split(" ")[0]
    return GROUP_ORDER.index(group) if group in GROUP_ORDER else len(GROUP_ORDER)


def _find_file_group(word: str) -> str:
    """Return the first word of the commands that import or export a file of this name; empty if none do."""
    suffix = re.search(r"\.\w+$", word.casefold())
    return next((group for group, all_ in FILE_GROUPS.items() if suffix and suffix[0] in all_), "")


def _find_near_subcommands(
    by_words: Mapping[str, Command], words: Sequence[str]
) -> Iterator[tuple[Command, Sequence[str]]]:
    size = 2 if is_subgroup(words[:2]) else 1
    start = " ".join(words[:size])
    acts = [cli.removeprefix(f"{start} ") for cli in by_words if cli.startswith(f"{start} ")]
    if len(words) > size:
        near = find_closest_names(words[size], acts)
        yield from ((by_words[f"{start} {act}"], words[size + 1 :]) for act in near.split(", ") if near)
        for entry in (by_words[f"{start} {act}"] for act in ("set", *acts) if f"{start} {act}" in by_words):
            names = {*list_meanings(words[size])}
            flags = [flag for flag in map_flags(entry) if names & {*flag[2:].split("-")}]
            # The user typed the name of an argument as if it were a command: `cut gain 1A -6` means `cut set
            # 1A --gain-db=-6`.
            if flags:
                yield entry, [*words[size + 1 : -1], f"{flags[0]}={words[-1]}"]
        setter = by_words.get(f"{start} set")  # The word is the name of a setting, as in `config theme dark`.
        if setter is not None and setter.positional == ("name", "value") and len(words) == 3:
            yield setter, words[size:]
        # A word with other characters than lower-case letters and hyphens is no misspelled command but an
        # argument, as in `shot 1A` or `watch ~/in`.
        if not re.fullmatch("[a-z-]+", words[size]):
            named = [by_words[f"{start} {act}"] for act in ("show", "add", "ask") if act in acts]
            yield from ((entry, words[size:]) for entry in named if entry.positional)
    # If nothing else fits, a command of the group that needs no argument is suggested.
    simple = [by_words[f"{start} {act}"] for act in acts if act.split(" ")[-1] in ("list", "show", "status")]
    yield from ((entry, ()) for entry in simple if not _needs_values(entry))


def _needs_values(entry: Command) -> bool:
    required = any(item.required for item in read_arguments(entry.args).values())
    return required or bool(list_alternatives(entry.args))
