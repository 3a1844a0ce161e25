"""Films of Milimo Video, the web application before this one: its SQLite database read into our values.

Reads only, whatever columns that version of it had. Its media stay where they are, as linked assets.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from milimo_tui.core.errors import BadInput, Damaged, NotFound
from milimo_tui.core.ids import new_id
from milimo_tui.core.order_keys import spread
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.time import frames_of
from milimo_tui.cut.values.cut import Clip, Cut, Source, SourceKind, Track, TrackKind
from milimo_tui.store.project.creation import created
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import PROJECT_SCOPE
from milimo_tui.store.sqlite.migrations import connect
from milimo_tui.story.values.film import (
    Asset,
    AssetKind,
    Element,
    ElementKind,
    Function,
    Line,
    Movement,
    Project,
    Scene,
    Shot,
    Size,
    Take,
)

Old = Mapping[str, Any]
LOOSE_SCENE = "TIMELINE"  # shots made on the timeline had no scene there

# Its six shot types, in our words.
_TYPES: dict[str, dict[str, Any]] = {
    "close_up": {"size": Size.CU},
    "medium": {"size": Size.MS},
    "wide": {"size": Size.WS},
    "establishing": {"size": Size.WS, "function": Function.ESTABLISHING},
    "insert": {"size": Size.CU, "function": Function.INSERT},
    "tracking": {"size": Size.MS, "movement": Movement.TRACK},
}
_TRACKS = (("V1", TrackKind.VIDEO, True), ("V2", TrackKind.VIDEO, False), ("A1", TrackKind.AUDIO, False))


@dataclass(frozen=True, slots=True, kw_only=True)
class OldFilm:
    """One of its projects. `missing` are the media its rows name that were not found."""

    project: Project
    scenes: tuple[Scene, ...]
    shots: tuple[Shot, ...]
    elements: tuple[Element, ...]
    assets: tuple[Asset, ...]
    takes: tuple[Take, ...]
    cut: Cut
    missing: tuple[str, ...]


def projects(database: Path) -> dict[str, str]:
    """The ids and names of the films in a Milimo Video database. Raises NotFound, BadInput, Damaged."""
    with closing(_open(database)) as connection:
        return {row["id"]: row["name"] for row in _table(connection, "project")}


def read(database: Path, project: str, media: Path) -> OldFilm:
    """One film by its id there; `media` is the folder that its media paths begin in.

    Raises NotFound, BadInput, Damaged.
    """
    with closing(_open(database)) as connection:
        tables = {name: _table(connection, name) for name in ("project", "scene", "shot", "element")}
    found = [row for row in tables["project"] if row["id"] == project]
    if not found:
        raise NotFound(f"there is no film “{project}” in {database}")
    rows = {
        name: [row for row in table if row.get("project_id") == project] for name, table in tables.items()
    }
    return _film(found[0], rows["scene"], rows["shot"], rows["element"], _Media(media))


def create(paths: ProjectPaths, old: OldFilm, actor: str) -> ProjectFile:
    """Make a film of ours from one of those: media and takes as facts, the rest as its first edit."""
    with created(paths, replace(old.project, current_cut="")) as new, ProjectFile.open(new) as film:
        _fill(film, old, actor)
    return ProjectFile.open(paths)


def _fill(film: ProjectFile, old: OldFilm, actor: str) -> None:
    for asset in old.assets:
        film.facts.add_asset(asset)
    project = film.story().project
    film.edit(
        "import from Milimo Video",
        scope=PROJECT_SCOPE,
        actor=actor,
        before=[project],
        after=[replace(project, current_cut=old.cut.id), *old.scenes, *old.shots, *old.elements, old.cut],
    )
    assets = {asset.id: asset for asset in old.assets}
    for take in old.takes:
        film.facts.add_take(take, assets[take.asset])


def _open(database: Path) -> sqlite3.Connection:
    if not database.is_file():
        raise NotFound(f"there is no file {database}")
    connection = connect(database, read_only=True)
    try:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        connection.close()
        raise Damaged(f"{database} can't be read as a database") from error
    if not {"project", "shot"} <= names or "edit" in names:
        connection.close()
        raise BadInput(f"{database} is not a database of Milimo Video")
    return connection


def _table(connection: sqlite3.Connection, name: str) -> list[Old]:
    """Its rows in the order they were made; none for a table that this version did not have."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone():
        return []
    return [dict(row) for row in connection.execute(f"SELECT * FROM [{name}] ORDER BY rowid")]


class _Media:
    """Finds the files that its rows name by web path, and makes an asset of each, once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.assets: dict[str, Asset] = {}
        self.missing: list[str] = []

    def find(self, url: object, kind: AssetKind) -> Asset | None:
        if not isinstance(url, str) or not url.strip():
            return None
        known = self.assets.get(url)
        if known is not None:
            return known
        # A path of the web server: maybe with host and query, quoted, always below its own folder.
        plain = unquote(re.sub(r"^https?://[^/]+|[?#].*$", "", url.strip()))
        root = self.root.resolve()
        path = (root / plain.lstrip("/")).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            self.missing.append(url)
            return None
        facts = path.stat()
        asset = Asset(
            id=new_id("asset"),
            kind=kind,
            path=str(path),
            name=path.name,
            managed=False,
            bytes=facts.st_size,
            mtime=facts.st_mtime,
        )
        self.assets[url] = asset
        return asset


def _film(project: Old, scenes: list[Old], shots: list[Old], elements: list[Old], media: _Media) -> OldFilm:
    rate = Fraction(project.get("fps") or 25)
    film = Project(
        id=new_id("project"),
        name=project.get("name") or "Untitled",
        rate=rate,
        width=project.get("resolution_w") or 768,
        height=project.get("resolution_h") or 512,
        seed=42 if project.get("seed") is None else project["seed"],
        script=project.get("script_content") or "",
        created=_when(project.get("created_at")),
    )
    scenes = sorted(scenes, key=lambda row: row.get("index") or 0)
    own = {row["id"]: f"scene_{row['id']}" for row in scenes}
    loose = any(row.get("scene_id") not in own for row in shots)
    keys = spread(len(scenes) + loose)
    new_scenes = [
        _scene(row, own[row["id"]], key, i) for i, (row, key) in enumerate(zip(scenes, keys, strict=False))
    ]
    stray = new_id("scene")
    if loose:
        number = str(len(scenes) + 1)
        new_scenes.append(Scene(id=stray, order=keys[-1], number=number, heading=LOOSE_SCENE))
    # In film order; shots without a scene, or without an index, as they were made, after the others.
    ranks = {id: rank for rank, id in enumerate(own)}
    shots = sorted(
        shots,
        key=lambda row: (
            ranks.get(row.get("scene_id") or "", len(ranks)),
            row.get("index") is None,
            row.get("index") or 0,
        ),
    )
    new_shots = [
        _shot(row, own.get(row.get("scene_id") or "", stray), key, rate)
        for row, key in zip(shots, spread(len(shots)), strict=True)
    ]
    takes = list(_takes(shots, new_shots, media))
    return OldFilm(
        project=film,
        scenes=tuple(new_scenes),
        shots=tuple(new_shots),
        elements=tuple(_elements(elements, media)),
        assets=tuple(media.assets.values()),
        takes=tuple(takes),
        cut=_cut(shots, new_shots, film),
        missing=tuple(media.missing),
    )


def _when(text: object) -> float:
    """Its naive UTC dates, in seconds since 1970; 0 for none."""
    if not isinstance(text, str) or not text:
        return 0.0
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def _scene(row: Old, id: str, order: str, index: int) -> Scene:
    return Scene(
        id=id,
        order=order,
        number=str(index + 1),
        heading=row.get("name") or f"Scene {index + 1}",
        text=row.get("script_content") or "",
    )


def _shot(row: Old, scene: str, order: str, rate: Fraction) -> Shot:
    character, dialogue = row.get("character") or "", row.get("dialogue") or ""
    return Shot(
        id=f"shot_{row['id']}",
        scene=scene,
        order=order,
        action=row.get("action") or "",
        dialogue=(Line(character, dialogue),) if dialogue else (),
        characters=(character,) if character else (),
        frames=max(1, frames_of(Fraction(_length(row)) / _rate(row, rate), rate)),
        prompt=row.get("prompt") or None,
        negative=row.get("negative_prompt") or "",
        seed=row.get("seed") or 0,
        guidance=row.get("cfg_scale"),
        pipeline=row.get("pipeline_override") or "auto",
        **_TYPES.get(row.get("shot_type") or "medium", {}),
    )


def _length(row: Old) -> int:
    return int(row.get("num_frames") or 121)


def _rate(row: Old, rate: Fraction) -> Fraction:
    return Fraction(row.get("fps") or rate)


def _takes(rows: list[Old], shots: list[Shot], media: _Media) -> Iterable[Take]:
    """The video of each shot, where its file is found."""
    for row, shot in zip(rows, shots, strict=True):
        asset = media.find(row.get("video_url"), AssetKind.VIDEO)
        if asset is not None:
            yield Take(
                id=new_id("take"),
                shot=shot.id,
                asset=asset.id,
                job=f"milimo-video/{row['id']}",
                engine="ltx2",
                seed=shot.seed,
                frames=shot.frames,
                created=_when(row.get("created_at")),
            )


def _elements(rows: list[Old], media: _Media) -> Iterable[Element]:
    """Its elements; triggers are made unique, which it did not ask for."""
    taken: set[str] = set()
    for row in rows:
        name = row.get("name") or "Unnamed"
        trigger = (row.get("trigger_word") or "").strip() or "@" + re.sub(r"\s+", "", name)
        trigger = trigger if trigger.startswith("@") else f"@{trigger}"
        plain, number = trigger, 2
        while trigger.lower() in taken:
            trigger, number = f"{plain}{number}", number + 1
        taken.add(trigger.lower())
        kind = row.get("type")
        picture = media.find(row.get("image_path"), AssetKind.PICTURE)
        yield Element(
            id=f"element_{row['id']}",
            kind=ElementKind(kind) if kind in set(ElementKind) else ElementKind.OBJECT,
            name=name,
            trigger=trigger,
            description=row.get("description") or "",
            references=(picture.id,) if picture else (),
        )


def _cut(rows: list[Old], shots: list[Shot], film: Project) -> Cut:
    """Its one timeline: V1 in the order of the shots, V2 and A1 where they were."""
    cut = new_id("cut")
    tracks = tuple(
        Track(id=new_id("track"), cut=cut, name=name, kind=kind, order=order, magnetic=magnetic)
        for (name, kind, magnetic), order in zip(_TRACKS, spread(len(_TRACKS)), strict=True)
    )
    clips = []
    for row, shot in zip(rows, shots, strict=True):
        track = tracks[min(int(row.get("track_index") or 0), len(tracks) - 1)]
        rate = _rate(row, film.rate)
        trim_in, trim_out = int(row.get("trim_in") or 0), int(row.get("trim_out") or 0)
        shown = max(1, _length(row) - trim_in - trim_out)
        clips.append(
            Clip(
                id=new_id("clip"),
                cut=cut,
                track=track.id,
                source=Source(SourceKind.SHOT, shot.id),
                frames=max(1, frames_of(Fraction(shown) / rate, film.rate)),
                order=shot.order if track.magnetic else None,
                start=None if track.magnetic else max(0, int(row.get("start_frame") or 0)),
                source_in=Fraction(trim_in) / rate,
            )
        )
    return Cut(
        id=cut,
        name="Timeline",
        rate=film.rate,
        width=film.width,
        height=film.height,
        tracks=tracks,
        clips=tuple(clips),
    )
