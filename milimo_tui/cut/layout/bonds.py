"""Which clips of a cut hang on which, and which are linked: an index, kept up while a cut is edited."""

from __future__ import annotations

from collections.abc import Iterable

from milimo_tui.cut.values.cut import Clip

_NONE: frozenset[str] = frozenset()


class Bonds:
    """Ids of clips by what they hang on, and by their link. `early` are those that begin before what they
    hang on, as only linked clips do.
    """

    __slots__ = ("_hanging", "_links", "early")

    def __init__(self, clips: Iterable[Clip] = ()) -> None:
        self._hanging: dict[str, frozenset[str]] = {}
        self._links: dict[str, frozenset[str]] = {}
        self.early: set[str] = set()
        for clip in clips:
            if clip.anchor is not None or clip.link:
                self.add(clip)

    def copy(self) -> Bonds:
        """One that can be changed without this one."""
        out = Bonds()
        out._hanging, out._links = self._hanging.copy(), self._links.copy()
        out.early = set(self.early)
        return out

    def hanging(self, clip_id: str) -> frozenset[str]:
        """What hangs on a clip."""
        return self._hanging.get(clip_id, _NONE)

    def linked(self, link: str) -> frozenset[str]:
        """The clips of a link; none of the empty one."""
        return self._links.get(link, _NONE)

    def connected(self) -> Iterable[str]:
        """All that hangs on another clip."""
        return (clip_id for ids in self._hanging.values() for clip_id in ids)

    def add(self, clip: Clip) -> None:
        """Note what a clip hangs on and is linked with."""
        if clip.anchor is not None:
            self._hanging[clip.anchor] = self.hanging(clip.anchor) | {clip.id}
        if clip.link:
            self._links[clip.link] = self.linked(clip.link) | {clip.id}
        if clip.offset is not None and clip.offset < 0:
            self.early.add(clip.id)

    def take(self, clip: Clip) -> None:
        """Forget a clip, as it was added."""
        if clip.anchor is not None:
            self._hanging[clip.anchor] = self.hanging(clip.anchor) - {clip.id}
        if clip.link:
            self._links[clip.link] = self.linked(clip.link) - {clip.id}
        self.early.discard(clip.id)
