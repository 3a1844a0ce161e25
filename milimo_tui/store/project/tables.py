"""The tables of project.db as SQLModel classes: one class for each table, with columns named as in the
values.

New films are created from these classes, and migrations are tested against them. The studio itself reads and
writes with plain SQL (`store.rows.mapping`), because importing SQLModel takes a quarter of a second: no code
that opens a film imports this module. Scripts use it to read films (`docs/data.md`).
"""

from __future__ import annotations

from dataclasses import fields
from types import new_class
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text

import milimo_tui.store.project.cut_tables  # noqa: F401 - the film's row refers to a cut
from milimo_tui.store.project.table_row import FilmTable
from milimo_tui.store.rows.mapping import SHOT
from milimo_tui.store.sqlite.columns import (
    STRICT,
    integer_column,
    nullable_integer_column,
    nullable_real_column,
    nullable_text_column,
    number_key_column,
    real_column,
    reference_column,
    text_column,
    text_key_column,
)
from milimo_tui.story.values.film import Shot


class ProjectRow(FilmTable, table=True):
    """The film itself, in one row. `revision` counts its changes; `updated` is the time of the last
    change.
    """

    __tablename__ = "project"
    __table_args__ = (CheckConstraint("slot = 1"), STRICT)
    slot: int = number_key_column()
    id: str = text_column()
    name: str = text_column()
    rate: str = text_column("25/1")
    width: int = integer_column(768)
    height: int = integer_column(512)
    sample_rate: int = integer_column(48000)
    style: str = text_column("")
    negative: str = text_column("")
    engine: str = text_column("animatic")
    seed: int = integer_column(42)
    script: str = text_column("")
    script_name: str = text_column("")
    created: float = real_column(0.0)
    current_cut: str | None = reference_column("cut.id", gone="SET NULL", optional=True, index=False)
    revision: int = integer_column(0)
    updated: float = real_column(0.0)
    loras: str = text_column("[]")
    boarded: str = text_column("")
    coverage: str = text_column("")
    numbers_locked: int = integer_column(0)
    prompt_parts: str = text_column("[]")
    status: str = text_column("draft")
    tags: str = text_column("[]")
    description: str = text_column("")
    passed: str = text_column("[]")


class SceneRow(FilmTable, table=True):
    """A scene. `state` here and in other tables is live, binned (the user deleted it) or undone (its creation
    was undone).
    """

    __tablename__ = "scene"
    id: str = text_key_column()
    order: str = text_column()
    number: str = text_column("")
    heading: str = text_column("")
    setting: str = text_column("")
    location: str = text_column("")
    time_of_day: str = text_column("")
    text: str = text_column("")
    line: int = integer_column(0)
    parked: int = integer_column(0)
    state: str = text_column("live")
    own: str = text_column("[]")  # JSON of the columns that the user set, and their values in the script.
    part: str = text_column("")
    weather: str = text_column("")
    era: str = text_column("")
    coverage: str = text_column("")
    omitted: int = integer_column(0)
    prompt_parts: str = text_column("[]")
    layers: str = text_column("[]")


# The references in the row of a shot.
_SHOT_REFS = {
    "scene": reference_column("scene.id", gone="CASCADE"),
    "continues": reference_column("shot.id", gone="SET NULL", optional=True),
    "take": reference_column("take.id", gone="SET NULL", optional=True),
    "board": reference_column("asset.id", gone="SET NULL", optional=True),
}


def _fill_shot_columns(body: dict[str, Any]) -> None:
    """Add the columns of a shot to the body of its class: its fields, as `SHOT` stores them."""
    empty = SHOT.encode(Shot(id="", scene="", order=""))
    kinds: dict[str, Any] = {}
    columns: dict[str, Any] = {"id": text_key_column(), "order": text_column(), **_SHOT_REFS}
    for field in fields(Shot):
        name = field.name
        if name not in SHOT.columns:
            continue
        default = empty[name]
        kind: Any = None
        match default, str(field.type):
            case None, "int | None":
                kind, column = int | None, nullable_integer_column()
            case None, "float | None":
                kind, column = float | None, nullable_real_column()
            case None, _:
                kind, column = str | None, nullable_text_column()
            case int(), _:
                kind, column = int, integer_column(default)
            case float(), _:
                kind, column = float, real_column(default)
            case _:
                kind, column = str, text_column(default)
        kinds[name] = kind
        body[name] = columns.get(name, column)
        if name == "board":  # The first films have the column at this position.
            kinds["state"], body["state"] = str, text_column("live")
    body |= {
        "__module__": __name__,
        "__annotations__": kinds,
        "__tablename__": "shot",
        "__doc__": "A shot: the fields of `story.values.film.Shot`; records and lists are JSON text.",
    }


ShotRow: Any = new_class("ShotRow", (FilmTable,), {"table": True}, _fill_shot_columns)


class AssetRow(FilmTable, table=True):
    """A media file of the film."""

    __tablename__ = "asset"
    id: str = text_key_column()
    kind: str = text_column()
    path: str = text_column()
    name: str = text_column("")
    managed: int = integer_column(1)
    digest: str = text_column("", index=True)
    bytes: int = integer_column(0)
    mtime: float = real_column(0.0)
    frames: int | None = nullable_integer_column()
    rate: str | None = nullable_text_column()
    width: int | None = nullable_integer_column()
    height: int | None = nullable_integer_column()
    seconds: str | None = nullable_text_column()
    sample_rate: int | None = nullable_integer_column()
    channels: int | None = nullable_integer_column()
    created: float = real_column(0.0)
    binned: int = integer_column(0)
    facts: str = text_column("{}")


class TakeRow(FilmTable, table=True):
    """A take of a shot. A job makes one take, once.

    `note` is the user's remark on the take, and `notes` are remarks on its frames. `head` and `tail` are its
    handles in frames.
    """

    __tablename__ = "take"
    id: str = text_key_column()
    shot: str = reference_column("shot.id", gone="CASCADE")
    asset: str = reference_column("asset.id")
    job: str = text_column(unique=True)
    engine: str = text_column()
    seed: int = integer_column()
    frames: int = integer_column()
    spec: str = text_column("{}")
    signature: str = text_column("")
    rating: int = integer_column(0)
    rejected: int = integer_column(0)
    previs: int = integer_column(0)
    created: float = real_column(0.0)
    binned: int = integer_column(0)
    note: str = text_column("")
    head: int = integer_column(0)
    tail: int = integer_column(0)
    notes: str = text_column("[]")
    tags: str = text_column("[]")
    likeness: str = text_column("")


class ProvenanceRow(FilmTable, table=True):
    """A record of how a file was made: `said` is JSON from the file itself, `machine` describes the machine.

    `seconds` is the duration.
    """

    __tablename__ = "provenance"
    __table_args__ = (UniqueConstraint("job", "asset"), STRICT)
    id: str = text_key_column()
    job: str = text_column()
    asset: str = reference_column("asset.id", gone="CASCADE")
    said: str = text_column("{}")
    machine: str = text_column("{}")
    seconds: float = real_column(0.0)
    created: float = real_column(0.0)


class SeenRow(FilmTable, table=True):
    """A job whose result or failure the user has viewed, and the time."""

    __tablename__ = "seen"
    job: str = text_key_column()
    at: float = real_column()


class BoardRow(FilmTable, table=True):
    """A picture that was a shot's board. The shot names the current board. `previs` marks a drawing that no
    model made.
    """

    __tablename__ = "board"
    id: str = text_key_column()
    shot: str = reference_column("shot.id", gone="CASCADE")
    asset: str = reference_column("asset.id")
    job: str = text_column(unique=True)
    created: float = real_column(0.0)
    previs: int = integer_column(0)


class ElementRow(FilmTable, table=True):
    """An element. `loras` is JSON text; `lora` is its older form, which stays for edits of that time."""

    __tablename__ = "element"
    id: str = text_key_column()
    kind: str = text_column()
    name: str = text_column()
    trigger: str = text_column()
    description: str = text_column("")
    seed: int | None = nullable_integer_column()
    lora: str = text_column("")
    voice: str = text_column("")
    found: int = integer_column(0)
    state: str = text_column("live")
    loras: str = text_column("[]")
    aliases: str = text_column("[]")
    gender: str = text_column("")
    extra: int = integer_column(0)
    dismissed: int = integer_column(0)
    parent: str = text_column("")
    layers: str = text_column("[]")
    quote: str = text_column("")
    own: str = text_column("[]")
    sample: str = text_column("")
    role: str = text_column("")
    traits: str = text_column("[]")
    arc: str = text_column("")
    relations: str = text_column("[]")
    speech: str = text_column("")
    faces: str = text_column("[]")


class LookRow(FilmTable, table=True):
    """The looks of an element in a part of the film; `loras` and `references` are JSON text.

    `begins` and `ends` are ids of shots, which may be missing. The look then reports that.
    """

    __tablename__ = "look"
    id: str = text_key_column()
    element: str = reference_column("element.id", gone="CASCADE")
    order: str = text_column()
    name: str = text_column("")
    text: str = text_column("")
    age: str = text_column("")
    wardrobe: str = text_column("")
    hair: str = text_column("")
    condition: str = text_column("")
    begins: str = text_column("")
    ends: str = text_column("")
    era: str = text_column("")
    quote: str = text_column("")
    line: int = integer_column(0)
    found: int = integer_column(0)
    loras: str = text_column("[]")
    references: str = text_column("[]")
    sample: str = text_column("")


class ReferenceRow(FilmTable, table=True):
    """A reference picture of an element, by its position in the list."""

    __tablename__ = "reference"
    id: str = text_key_column()
    element: str = reference_column("element.id", gone="CASCADE")
    position: int = integer_column()
    asset: str = reference_column("asset.id")


class ConditioningRow(FilmTable, table=True):
    """A condition on the takes of a shot that the user set: an asset, or another shot's board or take."""

    __tablename__ = "conditioning"
    id: str = text_key_column()
    shot: str = reference_column("shot.id", gone="CASCADE")
    order: str = text_column("V")
    kind: str = text_column("asset")
    asset: str | None = reference_column("asset.id", optional=True)
    other: str | None = reference_column("shot.id", gone="CASCADE", optional=True)
    at: int | None = nullable_integer_column()
    frame: int = integer_column(0)
    strength: float = real_column(1.0)
    control: str = text_column("")
    prepared: int = integer_column(0)


class MaskRow(FilmTable, table=True):
    """A still or moving matte over an asset, made by segmentation (`job`): of one `object`, or of all (0).

    `box` is JSON text: the pixels around the object in `frame` of the source. `seen` is the number of frames
    that show it.
    """

    __tablename__ = "mask"
    __table_args__ = (UniqueConstraint("job", "object"), STRICT)
    id: str = text_key_column()
    source: str = reference_column("asset.id")
    asset: str = reference_column("asset.id")
    job: str = text_column()
    object: int = integer_column(0)
    label: str = text_column("")
    score: float | None = nullable_real_column()
    box: str = text_column("[]")
    frame: int = integer_column(0)
    seen: int = integer_column(0)
    created: float = real_column(0.0)
    binned: int = integer_column(0)


class SuggestionRow(FilmTable, table=True):
    """A model's text for a shot; `parts` is JSON text. A job makes one suggestion for a shot, once."""

    __tablename__ = "suggestion"
    id: str = text_key_column()
    shot: str = reference_column("shot.id", gone="CASCADE")
    job: str = text_column(index=True)
    task: str = text_column("enhance")
    text: str = text_column("")
    parts: str = text_column("[]")
    original: str = text_column("")
    meant: str = text_column("")
    family: str = text_column("")
    engine: str = text_column("")
    model: str = text_column("")
    seed: int = integer_column(0)
    picture: str | None = reference_column("asset.id", gone="SET NULL", optional=True, index=False)
    note: str = text_column("")
    state: str = text_column("open")
    created: float = real_column(0.0)


class SheetRow(FilmTable, table=True):
    """The verdict on whether a picture is a reference sheet: one row for each asset."""

    __tablename__ = "sheet"
    id: str = text_key_column()
    asset: str = reference_column("asset.id", gone="CASCADE")
    is_sheet: int = integer_column(1)
    reason: str = text_column("")
    by: str = text_column("")


class TalkRow(FilmTable, table=True):
    """A model's answer about the film, once for each job; `left_out` and `notes` are JSON text."""

    __tablename__ = "talk"
    id: str = text_key_column()
    job: str = text_column(unique=True)
    question: str = text_column()
    task: str = text_column("ask")
    text: str = text_column("")
    about: str = text_column("")
    voiced: int = integer_column(0)
    engine: str = text_column("")
    model: str = text_column("")
    seed: int = integer_column(0)
    told: int = integer_column(0)
    answered: int = integer_column(0)
    price: str = text_column("")
    left_out: str = text_column("[]")
    notes: str = text_column("[]")
    created: float = real_column(0.0)


class EditRow(FilmTable, table=True):
    """An undoable change. `lineage` is one actor's line of edits, which terminals pass on
    (`store.history.history`).

    `changes` is JSON; `base` is the revision that the edit was made on; `moved` is the revision at which it
    was last applied or undone.
    """

    __tablename__ = "edit"
    __table_args__ = (
        Index("ix_edit_scope_lineage", "scope", "lineage", "seq"),
        Index("ix_edit_bundle", "bundle", sqlite_where=text("bundle <> ''")),
        Index("ix_edit_moved", "moved"),
        STRICT,
    )
    seq: int = number_key_column()
    id: str = text_column(unique=True)
    scope: str = text_column()
    actor: str = text_column()
    lineage: str = text_column()
    parent: str | None = reference_column("edit.id", optional=True)
    label: str = text_column()
    changes: str = text_column()
    base: int = integer_column()
    moved: int = integer_column()
    applied: int = integer_column(1)
    created: float = real_column()
    # The step (such as a macro or a wizard) that the edit belongs to. Its edits are undone together.
    bundle: str = text_column("")
    step: str = text_column("")  # The description of that step.
    name: str = text_column("")  # The user's name for the state after this edit.
    place: str = text_column("")  # The screen of the edit, empty for the command line.


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


class RenderRow(FilmTable, table=True):
    """A rendered film; `signature` identifies its plan."""

    __tablename__ = "render"
    id: str = text_key_column()
    cut: str = text_column(index=True)
    name: str = text_column("")
    path: str = text_column()
    signature: str = text_column("", index=True)
    preset: str = text_column("")
    frames: int = integer_column()
    seconds: str = text_column("0/1")
    bytes: int = integer_column(0)
    previs: int = integer_column(0)
    job: str = text_column(unique=True)
    created: float = real_column(0.0)
    settings: str = text_column("{}")
    report: str = text_column("{}")
