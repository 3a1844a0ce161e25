"""Parse the global flags, which every command accepts. `studio.registry.grammar` parses all other words of a
command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput


@dataclass
class GlobalFlags:
    """The global flags, which every command accepts at any position on the command line."""

    json: bool = False
    home: str | None = None
    project: str = ""
    cut: str = ""
    version: bool = False


def split_global_flags(words: Sequence[str]) -> tuple[GlobalFlags, list[str]]:
    """Separate the global flags from the other words of the line. Raises BadInput for a flag without its
    value.
    """
    found = GlobalFlags()
    rest: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "--":
            rest.extend(queue if rest and rest[0] == "run" else ["--", *queue])
            break
        name, equals, value = word.partition("=")
        if word == "--json":
            found.json = True
        elif word == "--version":
            found.version = True
        elif name in ("--home", "--project", "--cut"):
            if not equals:
                if not queue:
                    raise BadInput(f"milimo: {name} needs a value", f"write the value after it: {name} VALUE")
                value = queue.pop(0)
            setattr(found, name[2:], value)
        else:
            rest.append(word)
    return found, rest
