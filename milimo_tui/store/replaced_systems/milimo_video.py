"""Import films from Milimo Video, the web application that preceded this program, by reading its SQLite
database.

The module only reads. It accepts the databases of every version of Milimo Video, whose columns differ.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged, NotFound
from milimo_tui.core.ids import new_id
from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.core.time import seconds_to_frames
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, Track, TrackKind
from milimo_tui.store.replaced_systems.foreign_film import ArrivedFilm, MediaFinder
from milimo_tui.store.sqlite.migrations import connect
from milimo_tui.story.values.film import (
    Asset,
    AssetKind,
    Element,
    ElementKind,
    Line,
    Project,
    Scene,
    Shot,
    Take,
)
from milimo_tui.story.values.making import Conditioning
from milimo_tui.story.values.shot_words import Function, Movement, Size

Old = Mapping[str, Any]
_FILES = ("url", "path", "file_path", "local_path", "output_path", "video_url", "result_url")
# The heading of the scene for shots that were created on the timeline, because Milimo Video gave them no
# scene
LOOSE_SCENE = "TIMELINE"

# The six shot types of Milimo Video, as this program's values.
_TYPES: dict[str, dict[str, Any]] = {
    "close_up": {"size": Size.CU},
    "medium": {"size": Size.MS},
    "wide": {"size": Size.WS},
    "establishing": {"size": Size.WS, "function": Function.ESTABLISHING},
    "insert": {"size": Size.CU, "function": Function.INSERT},
    "tracking": {"size": Size.MS, "movement": Movement.TRACK},
}
_TRACKS = (("V1", TrackKind.VIDEO, True), ("V2", TrackKind.VIDEO, False), ("A1", TrackKind.AUDIO, False))


def list_milimo_video_films(database: Path) -> dict[str, str]:
    """Return the names of the films in a Milimo Video database, by id. Raises NotFound, BadInput, Damaged."""
    with closing(_open_milimo_video(database)) as connection:
        return {row["id"]: row["name"] for row in _read_old_table(connection, "project")}


def read_milimo_video_film(database: Path, project: str, media: Path) -> ArrivedFilm:
    """Return the film with id `project` in the database. The film's media paths are relative to the folder
    `media`.

    Raises NotFound, BadInput, Damaged.
    """
    with closing(_open_milimo_video(database)) as connection:
        tables = {
            name: _read_old_table(connection, name)
            for name in ("project", "scene", "shot", "element", "asset", "job")
        }
    found = [row for row in tables["project"] if row["id"] == project]
    if not found:
        raise NotFound(f"there is no film “{project}” in {database}")
    rows = {
        name: [row for row in table if row.get("project_id") == project] for name, table in tables.items()
    }
    return _build_arrived_film(found[0], rows, MediaFinder(media))


def _open_milimo_video(database: Path) -> sqlite3.Connection:
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


def _read_old_table(connection: sqlite3.Connection, name: str) -> list[Old]:
    """Return the rows of a table in order of creation, or an empty list if this version has no such table."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone():
        return []
    return [dict(row) for row in connection.execute(f"SELECT * FROM [{name}] ORDER BY rowid")]


def _build_arrived_film(project: Old, rows: Mapping[str, list[Old]], media: MediaFinder) -> ArrivedFilm:
    scenes, shots, elements = rows["scene"], rows["shot"], rows["element"]
    rate = Fraction(project.get("fps") or 25)
    film = Project(
        id=new_id("project"),
        name=project.get("name") or "Untitled",
        rate=rate,
        width=project.get("resolution_w") or 768,
        height=project.get("resolution_h") or 512,
        seed=42 if project.get("seed") is None else project["seed"],
        script=project.get("script_content") or "",
        created=_parse_utc_date(project.get("created_at")),
    )
    scenes = sorted(scenes, key=lambda row: row.get("index") or 0)
    own = {row["id"]: f"scene_{row['id']}" for row in scenes}
    loose = any(row.get("scene_id") not in own for row in shots)
    keys = create_spread_keys(len(scenes) + loose)
    new_scenes = [
        _make_old_scene(row, own[row["id"]], key, i)
        for i, (row, key) in enumerate(zip(scenes, keys, strict=False))
    ]
    stray = new_id("scene")
    if loose:
        number = str(len(scenes) + 1)
        new_scenes.append(Scene(id=stray, order=keys[-1], number=number, heading=LOOSE_SCENE))
    # Shots are in film order. Shots without a scene or an index follow, in order of creation.
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
        _make_old_shot(row, own.get(row.get("scene_id") or "", stray), key, rate, media)
        for row, key in zip(shots, create_spread_keys(len(shots)), strict=True)
    ]
    takes = [
        *_iterate_job_takes(rows["job"], shots, new_shots, media),
        *_iterate_current_takes(shots, new_shots, media),
    ]
    boards = [
        (shot.id, picture.id)
        for row, shot in zip(shots, new_shots, strict=True)
        if (picture := media.find_media(row.get("thumbnail_url"), AssetKind.PICTURE)) is not None
    ]
    for row in (*rows["asset"], *rows["job"]):
        media.find_media(_find_media_path(row))
    return ArrivedFilm(
        project=film,
        scenes=tuple(new_scenes),
        shots=tuple(new_shots),
        elements=tuple(_iterate_old_elements(elements, media)),
        assets=media.list_assets(),
        takes=tuple(takes),
        boards=tuple(boards),
        cut=_make_timeline_cut(shots, new_shots, film),
        missing=tuple(media.missing),
        lost=tuple(_describe_lost_data(project, scenes, shots)),
        source="Milimo Video",
    )


def _find_media_path(row: Old) -> object:
    """Return the path or address of the file in a row of media or of a job. The column depends on the version
    of Milimo Video.
    """
    return next((row[name] for name in _FILES if row.get(name)), None)


def _iterate_job_takes(
    jobs: list[Old], rows: list[Old], shots: list[Shot], media: MediaFinder
) -> Iterable[Take]:
    """Yield the takes that old jobs made, oldest first. The video that a shot shows now is left out here,
    because `_iterate_current_takes` yields a take for it.
    """
    by_id = {row["id"]: (row, shot) for row, shot in zip(rows, shots, strict=True)}
    for job in jobs:
        row, shot = by_id.get(job.get("shot_id") or "", (None, None))
        file = _find_media_path(job)
        if row is None or shot is None or file is None or file == row.get("video_url"):
            continue
        if (asset := media.find_media(file, AssetKind.VIDEO)) is not None:
            yield _make_old_take(
                f"milimo-video/job/{job['id']}", shot, asset, _parse_utc_date(job.get("created_at"))
            )


def _describe_lost_data(project: Old, scenes: list[Old], shots: list[Old]) -> Iterable[str]:
    """Yield a sentence for each kind of data that is missing in this film because Milimo Video saved or
    loaded it wrongly.
    """
    if not (project.get("script_content") or "").strip():
        yield "the screenplay's text was not saved"
    bare = [row for row in shots if not row.get("shot_type")]
    if bare:
        yield f"{_count_shots_with(bare)} no type: taken as medium"
    bare = [row for row in shots if row.get("scene_id") and row.get("index") is None]
    if bare:
        yield f"{_count_shots_with(bare)} no position in the storyboard: placed in order of creation"
    indices = [(row.get("scene_id"), row["index"]) for row in shots if row.get("index") is not None]
    if doubled := len(indices) - len(set(indices)):
        yield f"{doubled} positions of the storyboard were used twice"
    if known := [row["id"] for row in scenes]:
        stray = [row for row in shots if row.get("scene_id") not in known]
        if stray:
            yield f"{_count_shots_with(stray)} no scene: under {LOOSE_SCENE}"
    bare = [row for row in shots if not _parse_list_column(row.get("timeline"))]
    if bare:
        yield f"{_count_shots_with(bare)} lost the inputs that the user added"
    bare = [row for row in shots if row.get("status") == "completed" and not row.get("video_url")]
    if bare:
        yield f"{_count_shots_with(bare)} no file, although marked as completed"
    bare = [row for row in shots if row.get("status") in ("generating", "generating_thumbnail")]
    if bare:
        yield f"{_count_shots_with(bare)} a job that never ended"
    two = [
        row
        for row in shots
        if row.get("duration") and abs(_compute_shot_seconds(row) - row["duration"]) > 0.1
    ]
    if two:
        yield f"{_count_shots_with(two)} two lengths: the length in frames is used"


def _count_shots_with(rows: list[Old]) -> str:
    return "1 shot has" if len(rows) == 1 else f"{len(rows)} shots have"


def _compute_shot_seconds(row: Old) -> float:
    return float(Fraction(_get_frame_count(row)) / _get_shot_rate(row, Fraction(25)))


def _parse_list_column(text: object) -> list[Any]:
    """Return the JSON list in a text column, or an empty list if there is none."""
    try:
        found = parse_untrusted_json(text) if isinstance(text, str) else []
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _make_conditioning(row: Old, shot: str, frames: int, media: MediaFinder) -> tuple[Conditioning, ...]:
    """Return the pictures and videos that the user set as conditioning for a shot of `frames` frames, each
    with its frame and strength. Missing files are recorded in `media`.
    """
    found = []
    for item in _parse_list_column(row.get("timeline")):
        if not isinstance(item, dict):
            continue
        path = item.get("path") or item.get("url") or item.get("src")
        asset = media.find_media(path, AssetKind.PICTURE, AssetKind.VIDEO)
        if asset is None:
            continue
        at = item.get("frame_index", item.get("frameIndex", item.get("frame", 0)))
        strength = item.get("strength", 1.0)
        found.append((asset.id, at if isinstance(at, int) else 0, strength))
    return tuple(
        Conditioning(
            id=new_id("conditioning"), shot=shot, order=key, asset=asset,
            frame=max(0, min(frames - 1, at)),
            strength=float(strength) if isinstance(strength, int | float) and 0 <= strength <= 1 else 1.0,
        )
        for (asset, at, strength), key in zip(found, create_spread_keys(len(found)), strict=True)
    )  # fmt: skip


def _parse_utc_date(text: object) -> float:
    """Return a UTC date without time zone as seconds since 1970, or 0 if there is no date."""
    if not isinstance(text, str) or not text:
        return 0.0
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def _make_old_scene(row: Old, id: str, order: str, index: int) -> Scene:
    return Scene(
        id=id,
        order=order,
        number=str(index + 1),
        heading=row.get("name") or f"Scene {index + 1}",
        text=row.get("script_content") or "",
    )


def _make_old_shot(row: Old, scene: str, order: str, rate: Fraction, media: MediaFinder) -> Shot:
    character, dialogue = row.get("character") or "", row.get("dialogue") or ""
    frames = max(1, seconds_to_frames(Fraction(_get_frame_count(row)) / _get_shot_rate(row, rate), rate))
    return Shot(
        id=f"shot_{row['id']}",
        scene=scene,
        order=order,
        action=row.get("action") or "",
        dialogue=(Line(character, dialogue),) if dialogue else (),
        characters=(character,) if character else (),
        frames=frames,
        conditioning=_make_conditioning(row, f"shot_{row['id']}", frames, media),
        prompt=row.get("prompt") or None,
        negative=row.get("negative_prompt") or "",
        seed=row.get("seed") or 0,
        guidance=row.get("cfg_scale"),
        pipeline=row.get("pipeline_override") or "auto",
        **_TYPES.get(row.get("shot_type") or "medium", {}),
    )


def _get_frame_count(row: Old) -> int:
    return int(row.get("num_frames") or 121)


def _get_shot_rate(row: Old, rate: Fraction) -> Fraction:
    return Fraction(row.get("fps") or rate)


def _iterate_current_takes(rows: list[Old], shots: list[Shot], media: MediaFinder) -> Iterable[Take]:
    """Yield a take for the video that each shot shows now, if the file is found."""
    for row, shot in zip(rows, shots, strict=True):
        asset = media.find_media(row.get("video_url"), AssetKind.VIDEO)
        if asset is not None:
            yield _make_old_take(
                f"milimo-video/{row['id']}", shot, asset, _parse_utc_date(row.get("created_at"))
            )


def _make_old_take(job: str, shot: Shot, asset: Asset, created: float) -> Take:
    return Take(
        id=new_id("take"),
        shot=shot.id,
        asset=asset.id,
        job=job,
        engine="ltx2",
        seed=shot.seed,
        frames=shot.frames,
        created=created,
    )


def _iterate_old_elements(rows: list[Old], media: MediaFinder) -> Iterable[Element]:
    """Yield the film's elements. Milimo Video allowed equal triggers, so they are made unique here."""
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
        picture = media.find_media(row.get("image_path"), AssetKind.PICTURE)
        yield Element(
            id=f"element_{row['id']}",
            kind=ElementKind(kind) if kind in set(ElementKind) else ElementKind.OBJECT,
            name=name,
            trigger=trigger,
            description=row.get("description") or "",
            references=(picture.id,) if picture else (),
        )


def _make_timeline_cut(rows: list[Old], shots: list[Shot], film: Project) -> Cut:
    """Return the film's only timeline as a cut: V1 in the order of the shots, and the clips of V2 and A1 at
    their positions.
    """
    cut = new_id("cut")
    tracks = tuple(
        Track(id=new_id("track"), cut=cut, name=name, kind=kind, order=order, magnetic=magnetic)
        for (name, kind, magnetic), order in zip(_TRACKS, create_spread_keys(len(_TRACKS)), strict=True)
    )
    clips = []
    for row, shot in zip(rows, shots, strict=True):
        track = tracks[min(int(row.get("track_index") or 0), len(tracks) - 1)]
        rate = _get_shot_rate(row, film.rate)
        trim_in, trim_out = int(row.get("trim_in") or 0), int(row.get("trim_out") or 0)
        shown = max(1, _get_frame_count(row) - trim_in - trim_out)
        clips.append(
            Clip(
                id=new_id("clip"),
                cut=cut,
                track=track.id,
                source=ClipSource(SourceKind.SHOT, shot.id),
                frames=max(1, seconds_to_frames(Fraction(shown) / rate, film.rate)),
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
