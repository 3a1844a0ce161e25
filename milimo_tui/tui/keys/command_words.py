"""Parse a command typed after `:` as an id and key=value pairs, with the quoting rules of a shell. Pure
functions.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_origin

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason

if TYPE_CHECKING:
    from milimo_tui.studio.registry.args import Args


def parse_command_values(typed: str) -> tuple[str, dict[str, Any]]:
    """Parse a line such as `cut.split at=120 ids=a,b` into the command's id and its values by name. Raises
    BadInput.
    """
    try:
        head, *rest = shlex.split(typed)
    except ValueError as error:
        raise BadInput(f"{typed}: {reason(error)}", 'quote words with spaces: name="two words"') from None
    values: dict[str, Any] = {}
    for word in rest:
        key, mark, value = word.partition("=")
        if not mark:
            raise BadInput(
                f"“{word}” is not written as name=value", f"write {head} name=value; Tab lists the names"
            )
        values[key.replace("-", "_")] = value
    return head, values


def split_list_values(values: Mapping[str, Any], model: type[Args]) -> dict[str, Any]:
    """Return the values, with the text of each list argument split at its commas: `3A,3B` becomes a list of
    two items. `values` maps names of arguments to texts. `model` is the class that declares the command's
    arguments.
    """
    from milimo_tui.studio.registry.args import read_arguments

    known = read_arguments(model)
    return {
        key: value.split(",") if key in known and get_origin(known[key].type) in (tuple, list) else value
        for key, value in values.items()
    }
