"""The command line without a process for each verb; supervisor and workers are processes all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.core.paths import Home
from milimo_tui.engines.weights.shelf import Shelf
from milimo_tui.engines.weights.values import Installed
from tests.engines.tiny_home import Tiny
from tests.front_door import Milimo


class Inside(Milimo):
    """`milimo`, its verbs run right here."""

    def json(self, *words: str, code: int = 0, stdin: bytes | None = None, **env: str) -> Any:
        return self._asked(*words, code=code)


def put(home: Path, tiny: Tiny, name: str, family: str, *, generation: str = "", id: str = "") -> Path:
    """Have a home know a tiny checkpoint where it lies; returns its folder."""
    folder = tiny(name)
    row = Installed(
        id=id or f"tiny-{name}", family=family, generation=generation, path=str(folder), tiny=True
    )
    Shelf(Home(home).models).register(row)
    return folder
