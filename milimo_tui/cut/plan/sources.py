"""The sources of a cut while its plan is made: media by clip, and files by the ids that effects use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.cut.plan.plan import FileRef, Media
from milimo_tui.cut.values.cut import Clip


@dataclass(frozen=True, slots=True)
class ResolvedSources:
    """Media by clip id, and the files of LUTs and mattes by their ids."""

    by_clip: Mapping[str, Media]
    files: Mapping[str, FileRef]

    def get_clip_media(self, clip: Clip) -> Media:
        """Return the media that a clip shows. Offline if the media is not known."""
        return self.by_clip.get(clip.id) or Media(
            kind="offline", title=clip.label, text="its media is not known"
        )

    def get_effect_file(self, name: str) -> FileRef | None:
        """Return the file of a LUT or matte. None if the effect names no file or the file is missing."""
        return self.files.get(name) if name else None
