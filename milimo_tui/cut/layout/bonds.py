"""An index of connected and linked clips of a cut, updated while the cut is edited."""

from __future__ import annotations

from collections.abc import Iterable

from milimo_tui.cut.values.cut import Clip

_NONE: frozenset[str] = frozenset()


class ClipConnections:
    """An index of connections and links between the clips of a cut. An edit uses it to find the clips that
    must move together.

    The index maps a clip's id to the ids of the clips connected to that clip, and a link's id to the ids of
    its clips. `early` are the ids of connected clips that begin before the clip they are connected to, which
    only linked clips can do.
    """

    __slots__ = ("_hanging", "_links", "early")

    def __init__(self, clips: Iterable[Clip] = ()) -> None:
        self._hanging: dict[str, frozenset[str]] = {}
        self._links: dict[str, frozenset[str]] = {}
        self.early: set[str] = set()
        for clip in clips:
            if clip.anchor is not None or clip.link:
                self.add_clip(clip)

    def copy(self) -> ClipConnections:
        """Return a copy that can be changed independently."""
        out = ClipConnections()
        out._hanging, out._links = self._hanging.copy(), self._links.copy()
        out.early = set(self.early)
        return out

    def get_connected(self, clip_id: str) -> frozenset[str]:
        """Return the ids of the clips connected to a clip."""
        return self._hanging.get(clip_id, _NONE)

    def get_linked(self, link: str) -> frozenset[str]:
        """Return the ids of the clips with this link. The result is empty if `link` is empty."""
        return self._links.get(link, _NONE)

    def list_all_connected(self) -> Iterable[str]:
        """Return the ids of all clips that are connected to another clip."""
        return (clip_id for ids in self._hanging.values() for clip_id in ids)

    def add_clip(self, clip: Clip) -> None:
        """Add a clip's connection and link to the index."""
        if clip.anchor is not None:
            self._hanging[clip.anchor] = self.get_connected(clip.anchor) | {clip.id}
        if clip.link:
            self._links[clip.link] = self.get_linked(clip.link) | {clip.id}
        if clip.offset is not None and clip.offset < 0:
            self.early.add(clip.id)

    def remove_clip(self, clip: Clip) -> None:
        """Remove a clip's connection and link from the index. The clip must be the same as when it was
        added.
        """
        if clip.anchor is not None:
            self._hanging[clip.anchor] = self.get_connected(clip.anchor) - {clip.id}
        if clip.link:
            self._links[clip.link] = self.get_linked(clip.link) - {clip.id}
        self.early.discard(clip.id)
