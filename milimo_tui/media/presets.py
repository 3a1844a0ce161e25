"""How films are encoded: one row a preset, data only."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Preset:
    """`quality` is x264's crf (lower is better), `speed` its preset; `audio` is bits per second."""

    name: str
    title: str
    quality: int
    speed: str
    audio: int = 192_000
    suffix: str = ".mp4"


PRESETS: tuple[Preset, ...] = (
    Preset("h264", "H.264, for watching and sharing", 18, "veryfast"),
    Preset("h264-fine", "H.264, slower and finer", 15, "medium"),
    Preset("draft", "H.264, quick and small", 26, "ultrafast", 128_000),
)


def preset(name: str) -> Preset:
    """The preset by that name. Raises NotFound with the names there are."""
    for entry in PRESETS:
        if entry.name == name:
            return entry
    raise NotFound(f"there is no preset “{name}”", f"presets: {', '.join(entry.name for entry in PRESETS)}")
