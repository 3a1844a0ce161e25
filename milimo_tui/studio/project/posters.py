"""Choose the poster of a film, which is the frame that stands for the film in lists. A helper process of the
viewer makes the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.time import format_ratio
from milimo_tui.media.files import cache
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import AssetKind, Story
from milimo_tui.studio.render.render_plan import get_asset_path, get_render_path
from milimo_tui.studio.render.rendered_films import RenderedFilm, get_poster_position

KIND, VERSION = "posters", 1


@dataclass(frozen=True, slots=True)
class FilmPoster:
    """A media file, the second of the poster frame in the file, and the path of the cached JPEG."""

    source: Path
    seconds: Fraction
    path: Path

    def to_json(self) -> dict[str, Any]:
        """Return the poster as JSON data, for `project list --json` and for the helper process that makes the
        picture.
        """
        return {"source": str(self.source), "seconds": format_ratio(self.seconds), "to": str(self.path)}


def choose_film_poster(file: ProjectFile, story: Story) -> FilmPoster | None:
    """Choose the poster of a film: the middle of the last render, or of the first picked take, or a board.

    Missing media files are skipped. Returns None if a film has no picture yet.
    """
    found = _find_render_frame(file) or _find_take_frame(file.paths, story)
    if found is None:
        return None
    source, seconds = found
    try:
        digest = cache.identify_source(source)
    except NotFound:
        return None
    place = cache.locate_cached_file(
        file.paths.cache, digest, KIND, ".jpg", VERSION, seconds=format_ratio(seconds)
    )
    return FilmPoster(source, seconds, place)


def _find_render_frame(file: ProjectFile) -> tuple[Path, Fraction] | None:
    for render in reversed(file.facts.list_renders()):
        path = get_render_path(file.paths, render)
        found = get_poster_position(RenderedFilm.from_render(render, path)) if path.exists() else None
        if found is not None:
            return found
    return None


def _find_take_frame(paths: ProjectPaths, story: Story) -> tuple[Path, Fraction] | None:
    assets = {asset.id: asset for asset in story.assets}
    performances = FilmPerformances(story)
    boards = []
    for shot in story.live_shots():
        take = performances.find_shown_take(shot)
        asset = assets.get(take.asset) if take is not None else None
        if take is not None and asset is not None and asset.kind is not AssetKind.SOUND:
            path = get_asset_path(paths, asset)
            middle = (take.head + Fraction(take.length, 2)) / story.project.rate
            if path.is_file():
                return path, middle if asset.kind is AssetKind.VIDEO else Fraction(0)
        if shot.board in assets:
            boards.append(get_asset_path(paths, assets[shot.board]))
    board = next((path for path in boards if path.is_file()), None)
    return (board, Fraction(0)) if board is not None else None
