"""What the clips of a cut resolve to while its plan is made: media by clip, files by what effects name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.cut.plan.plan import FileRef, Media
from milimo_tui.cut.values.cut import Clip


@dataclass(frozen=True, slots=True)
class Resolved:
    """Media by clip id, and the files of LUTs and mattes by theirs."""

    by_clip: Mapping[str, Media]
    files: Mapping[str, FileRef]

    def media(self, clip: Clip) -> Media:
        """What a clip shows; offline where nobody knows."""
        return self.by_clip.get(clip.id) or Media(
            kind="offline", title=clip.label, text="its media is not known"
        )

    def file(self, name: str) -> FileRef | None:
        """The file of a LUT or matte; None where an effect names none, or one that is not there."""
        return self.files.get(name) if name else None
