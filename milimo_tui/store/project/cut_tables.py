"""The tables of a cut: tracks, clips, transitions, markers. `tables` has all other tables and explains the
use of SQLModel.
"""

from __future__ import annotations

from milimo_tui.store.project.table_row import Row
from milimo_tui.store.sqlite.columns import key, maybe_whole, maybe_words, real, ref, whole, words


class CutRow(Row, table=True):
    """A cut. Its tracks, clips, transitions and markers are in tables of their own."""

    __tablename__ = "cut"
    id: str = key()
    name: str = words()
    rate: str = words("25/1")
    width: int = whole(768)
    height: int = whole(512)
    sample_rate: int = whole(48000)
    frozen: int = whole(0)
    hand_edited: int = whole(0)
    order: str = words("V")
    playhead: int = whole(0)
    mark_in: int | None = maybe_whole()
    mark_out: int | None = maybe_whole()
    state: str = words("live")
    waiting: str = words("[]")


class TrackRow(Row, table=True):
    """A track of a cut."""

    __tablename__ = "track"
    id: str = key()
    cut: str = ref("cut.id", gone="CASCADE")
    name: str = words()
    kind: str = words()
    order: str = words()
    magnetic: int = whole(0)
    muted: int = whole(0)
    solo: int = whole(0)
    locked: int = whole(0)
    hidden: int = whole(0)
    height: int = whole(1)
    sync_lock: int = whole(0)
    gain_db: float = real(0.0)


class ClipRow(Row, table=True):
    """A clip. `source` is an id of the kind `source_kind`. It is no foreign key, because it refers to one of
    three tables.
    """

    __tablename__ = "clip"
    id: str = key()
    cut: str = ref("cut.id", gone="CASCADE")
    track: str = ref("track.id")
    source_kind: str = words()
    source: str = words("", index=True)
    frames: int = whole()
    order: str | None = maybe_words()
    start: int | None = maybe_whole()
    anchor: str | None = ref("clip.id", optional=True)
    offset: int | None = maybe_whole()
    source_in: str = words("0/1")
    gain_db: float = real(0.0)
    opacity: float = real(1.0)
    fade_in: int = whole(0)
    fade_out: int = whole(0)
    muted: int = whole(0)
    label: str = words("")
    effects: str = words("{}")
    link: str = words("")
    group: str = words("")


class TransitionRow(Row, table=True):
    """A transition between two clips that touch."""

    __tablename__ = "transition"
    id: str = key()
    cut: str = ref("cut.id", gone="CASCADE")
    left: str = ref("clip.id")
    right: str = ref("clip.id")
    frames: int = whole()
    kind: str = words("dissolve")
    direction: str = words("right")
    colour: str = words("#000000")
    softness: float = real(0.0)


class MarkerRow(Row, table=True):
    """A marker at a frame of a cut, or of a clip."""

    __tablename__ = "marker"
    id: str = key()
    cut: str = ref("cut.id", gone="CASCADE")
    frame: int = whole()
    clip: str | None = ref("clip.id", optional=True)
    text: str = words("")
    colour: str = words("")
    name: str = words("")
    done: int = whole(0)
    kind: str = words("")
    author: str = words("")
    parent: str = words("")
