"""Render plans for playing a single source: a shot, one take of a shot, a media file, or any cut of the
film.
"""

from __future__ import annotations

import math

from milimo_tui.core.errors import NotFound
from milimo_tui.core.time import get_timecode_base
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.values.cut import ClipSource, Cut, SourceKind
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.render.frozen_takes import load_frozen_takes
from milimo_tui.studio.render.render_plan import (
    get_asset_end,
    plan_cut_range,
    plan_single_source,
    plan_single_take,
)
from milimo_tui.studio.session.studio import FilmSnapshot

STILL_SECONDS = 5  # Playback time of a still picture, in seconds.


def plan_shot_playback(project: ProjectFile, film: FilmSnapshot, shot: str, take: str = "") -> RenderPlan:
    """Return a plan that plays a shot. `shot` and `take` are ids. Without `take`, the plan plays what the
    shot shows: its picked take, its board, or a slate.

    If the shot is a closer crop of another shot's take, only its own stretch of that take is played, with the
    crop. Raises NotFound if the shot was deleted.
    """
    found = next((one for one in film.story.shots if one.id == shot), None)
    if found is None:
        raise NotFound("this shot was deleted", "{ui.undo|milimo cut undo --whole-project} restores it")
    takes = {one.id: one for one in film.story.takes}
    performances = FilmPerformances(film.story)
    requested, crop = takes.get(take), performances.compute_shot_crop(found)
    if requested is not None and crop is not None:
        requested = performances.trim_take_to_shot(found, requested)
    shown = requested or performances.find_shown_take(found)
    if shown is not None:
        return plan_single_take(film.story, project.paths, shown, crop)
    source = ClipSource(SourceKind.SHOT, shot)
    return plan_single_source(film.story, project.paths, source, found.frames, _get_playback_format(film))


def plan_asset_playback(project: ProjectFile, film: FilmSnapshot, asset: Asset) -> RenderPlan:
    """Return a plan that plays a complete media file at the raster and rate of the current cut. A still
    picture is shown for `STILL_SECONDS`.
    """
    like, is_sound = _get_playback_format(film), asset.kind is AssetKind.SOUND
    end = get_asset_end(asset)
    frames = STILL_SECONDS * get_timecode_base(like.rate) if end is None else math.floor(end * like.rate)
    source = ClipSource(SourceKind.ASSET, asset.id)
    return plan_single_source(film.story, project.paths, source, max(1, frames), like, sound=is_sound)


def plan_cut_playback(project: ProjectFile, film: FilmSnapshot, cut: Cut) -> RenderPlan:
    """Return a plan that plays a complete cut of the film. Raises Refused for an empty cut."""
    return plan_cut_range(
        film.story,
        project.paths,
        cut,
        cuts=film.cuts,
        masks=project.facts.list_masks(),
        kept=load_frozen_takes(project, film.cuts),
    )


def _get_playback_format(film: FilmSnapshot) -> Cut:
    """Return the current cut, whose raster and rate are used for playback. If there is no cut, return an
    empty cut with the raster and rate of the film.
    """
    project = film.story.project
    return film.cut or Cut(
        id="source",
        name="source",
        rate=project.rate,
        width=project.width,
        height=project.height,
        sample_rate=project.sample_rate,
    )
