"""Read the options in the prompt of a test engine."""

from __future__ import annotations

import shlex


def wishes(prompt: str) -> dict[str, str]:
    """Return `a=1 b="two words" c` as a mapping of names to texts. An option without a value has an empty
    text.
    """
    return {key: value for key, _, value in (part.partition("=") for part in shlex.split(prompt))}
