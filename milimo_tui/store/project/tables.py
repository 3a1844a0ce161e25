"""Define the tables of project.db as SQLModel classes, made from the values that they store
(`store.rows.mapping`).

The dataclass of a value defines the columns and their defaults. This module adds keys, references,
constraints, indexes, columns that exist only in the database, and tables without a value. `after` gives the
position of columns whose order in the first films differs from the order of the fields.

New films are created from these classes, and migrations are tested against them. The studio itself reads and
writes with plain SQL, because importing SQLModel takes a quarter of a second: no code that opens a film
imports this module. Scripts use the classes to read films (`docs/data.md`).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import CheckConstraint, Index, MetaData, UniqueConstraint, text
from sqlmodel import SQLModel

from milimo_tui.store.rows import mapping
from milimo_tui.store.sqlite.columns import (
    STRICT,
    integer_column,
    make_table_class,
    nullable_integer_column,
    nullable_real_column,
    number_key_column,
    real_column,
    reference_column,
    text_column,
    text_key_column,
)


class FilmTable(SQLModel):
    """The base of all tables of project.db, with metadata separate from other databases."""

    metadata = MetaData()
    __table_args__: Any = STRICT


_make_table = partial(make_table_class, FilmTable)

CutRow = _make_table(mapping.CUT, after={"state": "mark_out"}, state=text_column("live"))

TrackRow = _make_table(mapping.TRACK, cut=reference_column("cut.id", on_delete="CASCADE"))

BusRow = _make_table(mapping.BUS, cut=reference_column("cut.id", on_delete="CASCADE"))

# `source` is not a foreign key, because it refers to one of three tables.
ClipRow = _make_table(
    mapping.CLIP,
    cut=reference_column("cut.id", on_delete="CASCADE"),
    track=reference_column("track.id"),
    source_kind=text_column(),
    source=text_column("", index=True),
    anchor=reference_column("clip.id", optional=True),
)

TransitionRow = _make_table(
    mapping.TRANSITION,
    cut=reference_column("cut.id", on_delete="CASCADE"),
    left=reference_column("clip.id"),
    right=reference_column("clip.id"),
)

MarkerRow = _make_table(
    mapping.MARKER,
    cut=reference_column("cut.id", on_delete="CASCADE"),
    clip=reference_column("clip.id", optional=True),
)

CaptionTrackRow = _make_table(mapping.CAPTION_TRACK, cut=reference_column("cut.id", on_delete="CASCADE"))

CaptionRow = _make_table(
    mapping.CAPTION,
    cut=reference_column("cut.id", on_delete="CASCADE"),
    track=reference_column("caption_track.id"),
)

# The film itself, in one row. `revision` counts its changes; `updated` is the time of the last change.
ProjectRow = _make_table(
    mapping.PROJECT,
    args=(CheckConstraint("slot = 1"), STRICT),
    after={"slot": "", "revision": "current_cut", "updated": "revision"},
    slot=number_key_column(),
    current_cut=reference_column("cut.id", on_delete="SET NULL", optional=True, index=False),
    revision=integer_column(0),
    updated=real_column(0.0),
)

# In this and other tables, `state` is live, binned (the user deleted the row) or undone (its creation was
# undone).
SceneRow = _make_table(
    mapping.SCENE,
    after={"state": "parked"},
    number=text_column(""),
    heading=text_column(""),
    state=text_column("live"),
)

ShotRow = _make_table(
    mapping.SHOT,
    after={"state": "board"},
    scene=reference_column("scene.id", on_delete="CASCADE"),
    continues=reference_column("shot.id", on_delete="SET NULL", optional=True),
    take=reference_column("take.id", on_delete="SET NULL", optional=True),
    board=reference_column("asset.id", on_delete="SET NULL", optional=True),
    state=text_column("live"),
)

AssetRow = _make_table(mapping.ASSET, digest=text_column("", index=True))

TakeRow = _make_table(
    mapping.TAKE,
    after={"binned": "created"},
    shot=reference_column("shot.id", on_delete="CASCADE"),
    asset=reference_column("asset.id"),
    job=text_column(unique=True),
    binned=integer_column(0),
)

SoundTakeRow = _make_table(
    mapping.SOUND_TAKE,
    asset=reference_column("asset.id"),
    scene=reference_column("scene.id", on_delete="CASCADE", optional=True),
    job=text_column(unique=True),
)

LineTakeRow = _make_table(
    mapping.LINE_TAKE,
    shot=reference_column("shot.id", on_delete="CASCADE"),
    asset=reference_column("asset.id"),
    job=text_column(unique=True),
)

ProvenanceRow = _make_table(
    mapping.PROVENANCE,
    args=(UniqueConstraint("job", "asset"), STRICT),
    asset=reference_column("asset.id", on_delete="CASCADE"),
)


class SeenRow(FilmTable, table=True):
    """A job whose result or failure the user has viewed, and the time."""

    __tablename__ = "seen"
    job: str = text_key_column()
    at: float = real_column()


BoardRow = _make_table(
    mapping.BOARD,
    shot=reference_column("shot.id", on_delete="CASCADE"),
    asset=reference_column("asset.id"),
    job=text_column(unique=True),
)

# `lora` is the older form of `loras`. The column remains because edits of that time refer to it.
ElementRow = _make_table(
    mapping.ELEMENT,
    after={"lora": "seed", "state": "found", "loras": "state"},
    lora=text_column(""),
    state=text_column("live"),
)

LookRow = _make_table(mapping.LOOK, element=reference_column("element.id", on_delete="CASCADE"))

ReferenceRow = _make_table(
    mapping.REFERENCE,
    element=reference_column("element.id", on_delete="CASCADE"),
    asset=reference_column("asset.id"),
)

ConditioningRow = _make_table(
    mapping.CONDITIONING,
    shot=reference_column("shot.id", on_delete="CASCADE"),
    order=text_column("V"),
    asset=reference_column("asset.id", optional=True),
    other=reference_column("shot.id", on_delete="CASCADE", optional=True),
)

MaskRow = _make_table(
    mapping.MASK,
    args=(UniqueConstraint("job", "object"), STRICT),
    source=reference_column("asset.id"),
    asset=reference_column("asset.id"),
)

SuggestionRow = _make_table(
    mapping.SUGGESTION,
    shot=reference_column("shot.id", on_delete="CASCADE"),
    job=text_column(index=True),
    picture=reference_column("asset.id", on_delete="SET NULL", optional=True, index=False),
)

SheetRow = _make_table(mapping.SHEET, asset=reference_column("asset.id", on_delete="CASCADE"))

TalkRow = _make_table(mapping.TALK, job=text_column(unique=True))

TranscriptRow = _make_table(
    mapping.TRANSCRIPT,
    asset=reference_column("asset.id", on_delete="CASCADE"),
    job=text_column(unique=True),
)

ReadingRow = _make_table(mapping.READING, job=text_column(unique=True))

ReadingAnswerRow = _make_table(mapping.READING_ANSWER)

# `seq` is the order of edits, `changes` the JSON of what an edit changed.
EditRow = _make_table(
    mapping.EDIT,
    args=(
        Index("ix_edit_scope_lineage", "scope", "lineage", "seq"),
        Index("ix_edit_bundle", "bundle", sqlite_where=text("bundle <> ''")),
        Index("ix_edit_moved", "moved"),
        STRICT,
    ),
    defaults=("applied", "bundle", "step", "name", "place"),
    after={"seq": "", "changes": "label"},
    seq=number_key_column(),
    id=text_column(unique=True),
    parent=reference_column("edit.id", optional=True),
    changes=text_column(),
)


class ActorRow(FilmTable, table=True):
    """A terminal that edits, its process, and its lineage."""

    __tablename__ = "actor"
    name: str = text_key_column()
    lineage: str = text_column()
    pid: int = integer_column()
    ticks: int | None = nullable_integer_column()
    boot: str = text_column("")
    opened: float = real_column()
    closed: float | None = nullable_real_column()


class SettingRow(FilmTable, table=True):
    """A value that the studio remembers about this film (open screen, selection): JSON text by key."""

    __tablename__ = "setting"
    key: str = text_key_column()
    value: str = text_column()


RenderRow = _make_table(
    mapping.RENDER,
    cut=text_column(index=True),
    signature=text_column("", index=True),
    job=text_column(unique=True),
)
