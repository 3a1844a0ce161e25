"""Build rows of data about films, for lists and for the cards on the Home screen: counts, length, poster,
scenes, and new results.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_clock_duration
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.time import format_ratio
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Story
from milimo_tui.studio.project.film_formats import classify_shape
from milimo_tui.studio.project.posters import choose_film_poster
from milimo_tui.studio.script import boarded_script
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

Row = dict[str, Any]
Stamp = tuple[tuple[int, int], ...]


def is_current_film(studio: Studio, paths: ProjectPaths) -> bool:
    """Return True if the film with these paths is the studio's current film."""
    return studio.read_current().get("project") == paths.root.name


def make_film_row(studio: Studio, file: ProjectFile) -> Row:
    """Return the data of an open film for lists, as a dictionary."""
    story, cuts = file.load_story(), file.load_cuts()
    project = story.project
    shots = shot_spec.list_shot_states(story)
    seconds = sum(state.shot.frames for state in shots) / project.rate if shots else 0
    return {
        "id": project.id,
        "name": project.name,
        "folder": file.paths.root.name,
        "path": str(file.paths.root),
        "current": is_current_film(studio, file.paths),
        "rate": format_ratio(project.rate),
        "width": project.width,
        "height": project.height,
        "format": classify_shape(project.width, project.height),
        "status": project.status.value,
        "tags": list(project.tags),
        "description": project.description,
        "language": project.language,
        "engine": project.engine,
        "scenes": len(story.live_scenes()),
        "shots": len(shots),
        "picked": sum(state.picked is not None for state in shots),
        "previs": sum(bool(state.picked and state.picked.previs) for state in shots),
        "stale": sum(state.stale for state in shots),
        "script": project.script_name,
        "script_changed": boarded_script.is_script_uncommitted(project),
        "seconds": float(seconds),
        "length": format_clock_duration(float(seconds)),
        "cuts": [{"id": cut.id, "name": cut.name} for cut in cuts],
        "read_only": file.read_only,
        "updated": file.read_update_time(),
        "problem": "",
    }


def read_film_row(studio: Studio, paths: ProjectPaths, *, with_seen: bool = False) -> Row:
    """Return the data of the film at `paths`, with its poster and scenes. For a damaged film, the data has
    only its folder and the error.

    If `with_seen` is True, the data also has the ids of the jobs whose results the user has seen.
    """
    try:
        with ProjectFile.open(paths) as file:
            story = file.load_story()
            poster = choose_film_poster(file, story)
            found: Row = {"poster": poster.to_json() if poster else None, "outline": _outline_scenes(story)}
            if with_seen:
                found["seen"] = story.seen
            return {**make_film_row(studio, file), **found, "unseen": list_unseen_take_times(story)}
    except MilimoError as error:  # A film that can't be read must not hide the others.
        name = paths.root.name
        about = {"id": "", "name": name, "folder": name, "path": str(paths.root)}
        current = is_current_film(studio, paths)
        return {**about, "current": current, "poster": None, "outline": [], "problem": error.message}


def list_unseen_take_times(story: Story) -> list[float]:
    """Return the times at which unseen takes were made, in seconds since 1970."""
    live = {shot.id for shot in story.live_shots()}
    return [take.created for take in story.takes if take.shot in live and take.job not in story.seen]


def _outline_scenes(story: Story) -> list[Row]:
    """Return a row for each scene of a film, in order, with the number of its shots and its length."""
    frames: dict[str, list[int]] = defaultdict(list)
    for shot in story.live_shots():
        frames[shot.scene].append(shot.frames)
    return [
        {
            "number": scene.number,
            "heading": scene.heading,
            "shots": len(frames[scene.id]),
            "length": format_clock_duration(float(sum(frames[scene.id]) / story.project.rate)),
        }
        for scene in story.live_scenes()
    ]


class FilmRowCache:
    """A cache of the rows of films, which the Home screen uses. A row is read again only if the film's file
    has changed. Not safe for use by several threads.
    """

    def __init__(self) -> None:
        self._rows: dict[Path, tuple[Stamp, Row]] = {}

    def read_row(self, studio: Studio, paths: ProjectPaths) -> Row:
        """Return the row of a film, from the cache if it is still up to date."""
        stamp = _stamp_film_files(paths)
        known = self._rows.get(paths.root)
        if known is None or known[0] != stamp:
            known = self._rows[paths.root] = stamp, read_film_row(studio, paths, with_seen=True)
        return {**known[1], "current": is_current_film(studio, paths)}


def _stamp_film_files(paths: ProjectPaths) -> Stamp:
    """Return a stamp that changes with every write to a film: the change times and sizes of its database and
    of the write-ahead log.

    Compute the stamp before reading the film. A write that happens during the reading then causes another
    read.
    """
    out = []
    for path in (paths.db, paths.db.with_name(f"{paths.db.name}-wal")):
        try:
            seen = path.stat()
        except OSError:
            out.append((0, 0))
        else:
            out.append((seen.st_mtime_ns, seen.st_size))
    return tuple(out)
