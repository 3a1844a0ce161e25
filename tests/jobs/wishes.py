"""The words of a test engine's prompt."""

from __future__ import annotations

import shlex


def wishes(prompt: str) -> dict[str, str]:
    """`a=1 b="two words" c` as a mapping."""
    return {key: value for key, _, value in (part.partition("=") for part in shlex.split(prompt))}
