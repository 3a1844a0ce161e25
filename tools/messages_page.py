"""Generator of docs/messages.md from the sources: `python -m tools.messages_page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from tools.messages import Sentence, list_messages

INTRO = """# Messages

This page lists the sentences that the program can show, for editing or translating them. `make pages` writes
it from the sources (`python -m tools.messages_page`); a test requires it to be current.

Each module lists its sentences with their kind. A hint belongs to the line above it.

| kind | where a person reads it |
| --- | --- |
| `message` | the message line of a screen |
| `error` | the message line, or standard error in a shell |
| `hint` | next to the message or error above it |
| `question` | a line that asks for an answer |
| `guide` | the title of an empty screen |
| `command`, `help` | the palette, the help of a command and its manual page |
| `setting` | the Settings screen and `milimo config` |
| `key` | the list of keys |
| others | forms and tables: `label`, `note`, `placeholder`, `description`, `verb`, `does` |

`‹name›` and `…` are filled in when the program runs. `{ui.save}` becomes the key of that action.
`{ui.save|COMMAND}` becomes the command where no key does the action.
"""
KEYS = "keys"
WIDTH = 13  # width of the column of kinds, in characters


def build_messages_page() -> str:
    """Return the complete text of the page."""
    groups = [group for each in list_messages() if (group := _drop_empty_texts(each))]
    packages = groupby(groups, _find_package)
    return "\n".join(
        (INTRO, *(line for name, found in packages for line in _format_package(name, list(found))))
    )


def _drop_empty_texts(group: Sequence[Sentence]) -> list[Sentence]:
    return [each for each in group if any(letter.isalpha() for letter in each.words)]


def _find_package(group: Sequence[Sentence]) -> str:
    """Return the two upper folders of a module. The notes of keys are a package of their own."""
    if group[0].kind == "key":
        return KEYS
    folders = group[0].path.split("/")[:-1]
    return "/".join(folders[:2]) or "milimo_tui"


def _format_package(name: str, groups: Sequence[Sequence[Sentence]]) -> Iterator[str]:
    yield f"## {name}\n"
    if name == KEYS:
        yield from _format_block(groups)
        return
    for path, found in groupby(groups, lambda group: group[0].path):
        yield f"### {path}\n"
        yield from _format_block(found)


def _format_block(groups: Iterable[Sequence[Sentence]]) -> Iterator[str]:
    yield "```text"
    yield from dict.fromkeys("\n".join(map(_format_sentence, group)) for group in groups)
    yield "```\n"


def _format_sentence(sentence: Sentence) -> str:
    kind = f"  {sentence.kind}" if sentence.is_hint else sentence.kind
    first, *further = sentence.shown.strip().splitlines()
    lines = [f"{kind:<{WIDTH}}{first}", *(f"{'':<{WIDTH}}{each}" for each in further)]
    return "\n".join(each.rstrip() for each in lines)


if __name__ == "__main__":
    sys.stdout.write(build_messages_page())
