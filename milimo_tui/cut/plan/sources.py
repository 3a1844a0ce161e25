"""The media and files that a cut refers to, looked up before its plan is made: media by clip, and LUTs and
mattes by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.cut.plan.plan import FileRef, Media
from milimo_tui.cut.values.cut import Clip


@dataclass(frozen=True, slots=True)
class ResolvedSources:
    """The media and effect files of a cut, from which its render plan is made. They hold the media by clip
    id, and the files of LUTs and mattes by their ids.
    """

    by_clip: Mapping[str, Media]
    files: Mapping[str, FileRef]

    def get_clip_media(self, clip: Clip) -> Media:
        """Return the media that a clip shows. If it is not known, return media of kind `offline`."""
        return self.by_clip.get(clip.id) or Media(
            kind="offline", title=clip.label, text="its media is not known"
        )

    def get_effect_file(self, name: str) -> FileRef | None:
        """Return the file of a LUT or matte with the id `name`. None if the id is empty or the file is
        missing.
        """
        return self.files.get(name) if name else None
