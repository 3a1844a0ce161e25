"""What a media file is, as values; its hash; and a look at a stranger's file in a process of its own.

Imports no decoder: the screens and every command may import this.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.core.host import explain
from milimo_tui.core.time import ratio_text
from milimo_tui.cut.streams import NO_FACTS, StreamFacts
from milimo_tui.media import child


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts of one file. `kind` is video, picture or sound; a picture has no length.

    `width` and `height` are as shown (rotation and pixel aspect applied); `seconds` is exact where the
    rate is constant. `sheet` says why a stranger's picture looks like a reference sheet, where it does.
    `streams` is all that a film or a sound is made of.
    """

    kind: str
    frames: int | None = None
    rate: Fraction | None = None
    width: int | None = None
    height: int | None = None
    seconds: Fraction | None = None
    sample_rate: int | None = None
    channels: int | None = None
    video_codec: str = ""
    audio_codec: str = ""
    sheet: str = ""
    streams: StreamFacts = field(default=NO_FACTS, compare=False)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; rate and seconds as "n/d" text."""
        out = {each.name: getattr(self, each.name) for each in fields(self)}
        for key in ("rate", "seconds"):
            out[key] = None if out[key] is None else ratio_text(out[key])
        if not self.sheet:
            del out["sheet"]
        out["streams"] = self.streams.model_dump(mode="json", exclude_defaults=True)
        return out

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Facts:
        """What `as_json` gave, or a version before it."""
        ratios = {key: Fraction(values[key]) for key in ("rate", "seconds") if values.get(key) is not None}
        streams = StreamFacts.model_validate(values.get("streams", {}))
        return cls(**{**values, **ratios, "streams": streams})


def digest(path: Path) -> str:
    """SHA-256 of the file's bytes, hex."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise NotFound(f"{path.name}: there is no such file", f"looked for {path}") from error
    except OSError as error:
        raise explain(error, path, "read") from error


def digest_of_all(paths: Iterable[Path]) -> str:
    """SHA-256 of an image sequence: of its pictures' own, in order."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(bytes.fromhex(digest(path)))
    return whole.hexdigest()


def probe_bounded(path: Path, seconds: float = 10.0, *, rate: Fraction | None = None) -> Facts:
    """Probe a stranger's file in a process of its own: at most that long, and in bounded memory. With a rate,
    it is the first picture of a sequence.

    Raises BadInput with one sentence whatever the file does; NotFound when there is none.
    """
    if not path.exists():
        raise NotFound(f"{path.name}: there is no such file", f"looked for {path}")
    answer = child.ask(
        "milimo_tui.media.probe",
        str(path),
        *([ratio_text(rate)] if rate else []),
        seconds=seconds,
        slow=f"{path.name} could not be read within {seconds:g} seconds",
        unclear=f"{path.name} can't be read as picture or sound",
    )
    return Facts.from_json(answer)
