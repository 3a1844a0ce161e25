"""Find out which transformer of Wan 2.2 A14B a LoRA or a transformer file belongs to.

The model has two transformers, one for steps with high noise and one for steps with low noise, each in its
own file. Which transformer a file is for can only be seen from the words “high noise” or “low noise” in its
name. A LoRA whose name has neither, such as a LoRA for Wan 2.1 14B, is applied to both transformers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from milimo_tui.core.errors import BadInput

PARTS = {"high": "transformer", "low": "transformer_2"}
NOISE = {"high": "much", "low": "little"}
OTHER = {"high": "low", "low": "high"}
_SAID = re.compile(r"(?<![a-z])(high|low)(?:(?![a-z])|(?=[ _.-]?noise))", re.IGNORECASE)


def parse_noise_half(name: str) -> str:
    """Return `high` or `low` from a file's name, or an empty string if the name has neither or both."""
    found_halves = {match.lower() for match in _SAID.findall(name)}
    return found_halves.pop() if len(found_halves) == 1 else ""


def list_lora_transformers(name: str) -> tuple[str, ...]:
    """Return the names of the transformers to which a LoRA with this file name is applied."""
    half = parse_noise_half(name)
    return (PARTS[half],) if half else tuple(PARTS.values())


def describe_single_halves(names: Iterable[str]) -> tuple[str, ...]:
    """Return a warning for each LoRA that is active in only one of the two transformers, because its
    counterpart is missing.

    A LoRA for high noise and a LoRA for low noise are a pair if their names are otherwise equal. The
    remaining LoRAs are paired by number: with two LoRAs left for high noise and one for low noise, only the
    second for high noise gets a warning.
    """
    every = tuple(names)
    over = {
        half: [
            name
            for name in every
            if parse_noise_half(name) == half and _SAID.sub(_swap_noise_word, name) not in every
        ]
        for half in PARTS
    }
    return tuple(
        f"{name} is active only in steps of {NOISE[half]} noise: its other half "
        f"(“{OTHER[half]} noise”) is not set"
        for half in PARTS
        for name in over[half][len(over[OTHER[half]]) :]
    )


def find_transformer_pair(path: Path, generation: str) -> tuple[Path, Path] | None:
    """Return the files of both transformers, high noise first, or None for a model with one transformer.

    Given the file of one transformer, the other file is looked for under the same name with the other noise
    word, in the same folder or in a sibling folder. Raises BadInput if the name does not tell which
    transformer the file is for, or if the other file is missing.
    """
    if not generation.endswith("a14b"):
        return None
    half = parse_noise_half(path.name) or parse_noise_half(path.parent.name)
    if not half:
        raise BadInput(
            f"{path.name} is one of two transformers, and its name does not show which",
            "put “high noise” or “low noise” in the name; both files must be in one folder",
        )
    name = _SAID.sub(_swap_noise_word, path.name)
    folder = path.parent.with_name(_SAID.sub(_swap_noise_word, path.parent.name))
    likely = [one for one in (path.with_name(name), folder / name, folder / path.name) if one != path]
    other = next((one for one in likely if one.is_file()), None)
    if other is None:
        raise BadInput(
            f"{path.name} is one of two transformers, and {likely[0].name} is not in the same folder",
            "copy the other file there; then milimo model use adds both",
        )
    return (path, other) if half == "high" else (other, path)


def _swap_noise_word(match: re.Match[str]) -> str:
    """Return `low` for `high` and `high` for `low`, in the same letter case: `HIGH`, `High`, `high`."""
    word = match[1]
    other = OTHER[word.lower()]
    return other.upper() if word.isupper() else other.capitalize() if word[0].isupper() else other
