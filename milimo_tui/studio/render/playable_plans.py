"""Plans for playback of a single source: a shot or one of its takes, a media file, or any cut of the film."""

from __future__ import annotations

import math

from milimo_tui.core.errors import NotFound
from milimo_tui.core.time import nominal
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.cut.values.cut import Cut, Source, SourceKind
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.render.kept_takes import kept_takes
from milimo_tui.studio.render.render_plan import plan_of, plan_of_source, plan_of_take
from milimo_tui.studio.session.studio import Snapshot

STILL_SECONDS = 5  # playback time of a single picture


def plan_of_shot(project: ProjectFile, film: Snapshot, shot: str, take: str = "") -> Plan:
    """Plan the take with that id. Without one, plan what the shot shows: its picked take, its board, or a
    slate.

    A closer shot shows its own part of a take, as the film crops it. Raises NotFound if the shot was deleted.
    """
    found = next((one for one in film.story.shots if one.id == shot), None)
    if found is None:
        raise NotFound("that shot is gone", "{ui.undo|milimo cut undo --whole-project} brings it back")
    takes = {one.id: one for one in film.story.takes}
    performances = Performances(film.story)
    asked, crop = takes.get(take), performances.crop(found)
    if asked is not None and crop is not None:
        asked = performances.as_shown(found, asked)
    shown = asked or performances.shown(found)
    if shown is not None:
        return plan_of_take(film.story, project.paths, shown, crop)
    source = Source(SourceKind.SHOT, shot)
    return plan_of_source(film.story, project.paths, source, found.frames, _like(film))


def plan_of_asset(project: ProjectFile, film: Snapshot, asset: Asset) -> Plan:
    """Plan a complete media file in the film's raster and at its rate; a picture is shown for a few
    seconds.
    """
    like, is_sound = _like(film), asset.kind is AssetKind.SOUND
    seconds = None if asset.kind is AssetKind.PICTURE else asset.seconds
    frames = STILL_SECONDS * nominal(like.rate) if seconds is None else math.floor(seconds * like.rate)
    source = Source(SourceKind.ASSET, asset.id)
    return plan_of_source(film.story, project.paths, source, max(1, frames), like, sound=is_sound)


def plan_of_cut(project: ProjectFile, film: Snapshot, cut: Cut) -> Plan:
    """Plan a complete cut of the film. Raises Refused for an empty cut."""
    return plan_of(
        film.story,
        project.paths,
        cut,
        cuts=film.cuts,
        masks=project.facts.masks(),
        kept=kept_takes(project, film.cuts),
    )


def _like(film: Snapshot) -> Cut:
    """Return the current cut for its raster and rate, or a cut with the film's if there is none."""
    project = film.story.project
    return film.cut or Cut(
        id="source",
        name="source",
        rate=project.rate,
        width=project.width,
        height=project.height,
        sample_rate=project.sample_rate,
    )
