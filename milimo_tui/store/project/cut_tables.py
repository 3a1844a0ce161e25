"""The tables of a cut: tracks, clips, transitions, markers. `tables` has all other tables and explains the
use of SQLModel.
"""

from __future__ import annotations

from milimo_tui.store.project.table_row import FilmTable
from milimo_tui.store.sqlite.columns import (
    integer_column,
    nullable_integer_column,
    nullable_text_column,
    real_column,
    reference_column,
    text_column,
    text_key_column,
)


class CutRow(FilmTable, table=True):
    """A cut. Its tracks, clips, transitions and markers are in tables of their own."""

    __tablename__ = "cut"
    id: str = text_key_column()
    name: str = text_column()
    rate: str = text_column("25/1")
    width: int = integer_column(768)
    height: int = integer_column(512)
    sample_rate: int = integer_column(48000)
    frozen: int = integer_column(0)
    hand_edited: int = integer_column(0)
    order: str = text_column("V")
    playhead: int = integer_column(0)
    mark_in: int | None = nullable_integer_column()
    mark_out: int | None = nullable_integer_column()
    state: str = text_column("live")
    waiting: str = text_column("[]")


class TrackRow(FilmTable, table=True):
    """A track of a cut."""

    __tablename__ = "track"
    id: str = text_key_column()
    cut: str = reference_column("cut.id", gone="CASCADE")
    name: str = text_column()
    kind: str = text_column()
    order: str = text_column()
    magnetic: int = integer_column(0)
    muted: int = integer_column(0)
    solo: int = integer_column(0)
    locked: int = integer_column(0)
    hidden: int = integer_column(0)
    height: int = integer_column(1)
    sync_lock: int = integer_column(0)
    gain_db: float = real_column(0.0)


class ClipRow(FilmTable, table=True):
    """A clip. `source` is an id of the kind `source_kind`. It is no foreign key, because it refers to one of
    three tables.
    """

    __tablename__ = "clip"
    id: str = text_key_column()
    cut: str = reference_column("cut.id", gone="CASCADE")
    track: str = reference_column("track.id")
    source_kind: str = text_column()
    source: str = text_column("", index=True)
    frames: int = integer_column()
    order: str | None = nullable_text_column()
    start: int | None = nullable_integer_column()
    anchor: str | None = reference_column("clip.id", optional=True)
    offset: int | None = nullable_integer_column()
    source_in: str = text_column("0/1")
    gain_db: float = real_column(0.0)
    opacity: float = real_column(1.0)
    fade_in: int = integer_column(0)
    fade_out: int = integer_column(0)
    muted: int = integer_column(0)
    label: str = text_column("")
    effects: str = text_column("{}")
    link: str = text_column("")
    group: str = text_column("")


class TransitionRow(FilmTable, table=True):
    """A transition between two clips that touch."""

    __tablename__ = "transition"
    id: str = text_key_column()
    cut: str = reference_column("cut.id", gone="CASCADE")
    left: str = reference_column("clip.id")
    right: str = reference_column("clip.id")
    frames: int = integer_column()
    kind: str = text_column("dissolve")
    direction: str = text_column("right")
    colour: str = text_column("#000000")
    softness: float = real_column(0.0)


class MarkerRow(FilmTable, table=True):
    """A marker at a frame of a cut, or of a clip."""

    __tablename__ = "marker"
    id: str = text_key_column()
    cut: str = reference_column("cut.id", gone="CASCADE")
    frame: int = integer_column()
    clip: str | None = reference_column("clip.id", optional=True)
    text: str = text_column("")
    colour: str = text_column("")
    name: str = text_column("")
    done: int = integer_column(0)
    kind: str = text_column("")
    author: str = text_column("")
    parent: str = text_column("")
