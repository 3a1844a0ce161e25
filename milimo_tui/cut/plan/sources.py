"""The media and files that a cut refers to, looked up before its plan is made: media by clip, and LUTs,
mattes and impulse responses by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from milimo_tui.cut.plan.plan import FileRef, Media
from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.sound_effects import ImpulseFile, SoundChain


@dataclass(frozen=True, slots=True)
class ResolvedSources:
    """The media and effect files of a cut, from which its render plan is made. They hold the media by clip
    id, and the files of LUTs, mattes and impulse responses by their ids.
    """

    by_clip: Mapping[str, Media]
    files: Mapping[str, FileRef]

    def get_clip_media(self, clip: Clip) -> Media:
        """Return the media that a clip shows. If it is not known, return media of kind `offline`."""
        return self.by_clip.get(clip.id) or Media(
            kind="offline", title=clip.label, text="its media is not known"
        )

    def resolve_impulse_files(self, chain: SoundChain) -> SoundChain:
        """Return sound effects with the path and digest of each recorded impulse response. They are empty for
        a missing file.
        """
        return tuple(
            replace(effect, impulse=self._resolve_impulse(effect.impulse)) if effect.impulse else effect
            for effect in chain
        )

    def _resolve_impulse(self, impulse: ImpulseFile) -> ImpulseFile:
        file = self.files.get(impulse.asset)
        return replace(impulse, path=file.path if file else "", digest=file.digest if file else "")

    def get_effect_file(self, name: str) -> FileRef | None:
        """Return the file of a LUT or matte with the id `name`. None if the id is empty or the file is
        missing.
        """
        return self.files.get(name) if name else None
