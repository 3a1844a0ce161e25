"""The printed storyboard of a film: a panel for each shot, and a floor plan at the beginning of each
scene.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.host import write_file_atomically
from milimo_tui.core.time import format_timecode
from milimo_tui.engines.contract.printed_boards import (
    Boards,
    Floor,
    Layout,
    PrintedCamera,
    PrintedPanel,
    Speech,
)
from milimo_tui.story.plan.floor_plan import plan_floor
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, AssetKind, Shot, Story
from milimo_tui.story.values.shot_words import describe_camera
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import sharing, shot_spec
from milimo_tui.studio.takes.element_inputs import get_first_seed


def make_board_panels(
    studio: Studio,
    shots: Sequence[shot_spec.ShotState],
    layout: Layout,
    *,
    floors: bool,
    with_scenes: bool = False,
) -> Boards:
    """Return a printable panel for each of the given shots, in the same order, with its present picture and
    texts.

    With `floors`, the first live shot of a scene gets the scene's floor plan. An OMITTED shot gets a panel
    that says so. With `with_scenes`, each OMITTED scene gets such a panel too.
    """
    story = studio.take_snapshot().story
    begins = _compute_shot_starts(story)
    scenes = {scene.id: scene for scene in story.scenes}
    assets = {asset.id: asset for asset in story.assets}
    panels, before = [], ""
    omitted = [scene for scene in story.scenes if scene.omitted] if with_scenes else []
    for state in shots:
        scene = scenes[state.shot.scene]
        first = scene.id != before
        before = scene.id
        while omitted and omitted[0].order < scene.order:
            panels.append(_make_omitted_panel(omitted.pop(0).number))
        if state.shot.parked:
            heading = f"{scene.number}  {scene.heading}" if first else ""
            panels.append(_make_omitted_panel(state.number).model_copy(update={"scene": heading}))
            continue
        live = [one.shot for one in shots if one.shot.scene == scene.id and not one.shot.parked]
        floor = _make_scene_floor(story, live) if floors and state.shot == live[0] else None
        panels.append(
            _make_shot_panel(
                story, state, begins[state.shot.id], _find_panel_picture(studio, assets, state)
            ).model_copy(
                update={
                    "scene": f"{scene.number}  {scene.heading}" if first else "",
                    "floor": floor,
                }
            )
        )
    panels += [_make_omitted_panel(scene.number) for scene in omitted]
    project = story.project
    aspect = project.width / project.height
    return Boards(film=project.name, aspect=aspect, layout=layout, panels=tuple(panels))


def _make_omitted_panel(number: str) -> PrintedPanel:
    return PrintedPanel(number=number, framing=OMITTED, omitted=True)


def write_board_file(boards: Boards, folder: Path) -> Path:
    """Write the panels into a file in `folder`, which the print job reads, and return its path. The name of
    the file is the hash of its contents, so that equal storyboards use the same file.
    """
    data = boards.model_dump_json().encode()
    place = folder / f"{hashlib.sha256(data).hexdigest()[:20]}.json"
    folder.mkdir(parents=True, exist_ok=True)
    write_file_atomically(place, data)
    return place


def _make_shot_panel(
    story: Story, state: shot_spec.ShotState, begins: int, shown: tuple[str, Fraction | None]
) -> PrintedPanel:
    shot, rate = state.shot, story.project.rate
    picture, length = shown
    shares = state.shares
    camera = describe_camera(shot.size, shot.function, shot.angle, shot.movement, shot.rig)
    return PrintedPanel(
        number=state.number,
        framing=f"{camera}{f'  ({shares})' if shares else ''}",
        length=f"{float(shot.frames / rate):.1f} s",
        timecode=format_timecode(begins, rate),
        action=shot.action or shot.caption,
        speeches=tuple(
            Speech(who=line.character, heard=line.heard.value, words=line.text) for line in shot.dialogue
        ),
        note="   ".join(filter(None, (shot.note, *(f"#{tag}" for tag in shot.tags)))),
        picture=picture,
        seconds=float(shot.frames / rate if length is None else length) / 2,
        crop=sharing.get_film_crop(story, shot) if state.picked else None,
        facts=shot_spec.get_shot_facts(story, shot),
        seed=get_first_seed(story, shot),
    )


def _find_panel_picture(
    studio: Studio, assets: Mapping[str, Asset], state: shot_spec.ShotState
) -> tuple[str, Fraction | None]:
    """Return the path of the picture for a panel, and its length in seconds. The picture is the shot's picked
    take or, if there is none, its board. The length of a still picture is 0. If the shot has neither take nor
    board, return an empty path and None.
    """
    wanted = [state.picked.asset] if state.picked else []
    found = next((assets[id] for id in (*wanted, state.shot.board) if id in assets), None)
    if found is None:
        return "", None
    length = found.seconds if found.kind is AssetKind.VIDEO else Fraction(0)
    performances = FilmPerformances(state.story)
    # If several shots share the take, this shot shows only a stretch of it, so take the length from that
    # stretch.
    if wanted and state.picked and performances.get_performance(state.shot):
        own = performances.trim_take_to_shot(state.shot, state.picked)
        length = (2 * own.head + own.length) / state.story.project.rate
    return str(get_asset_path(studio.require_project().paths, found)), length


def _compute_shot_starts(story: Story) -> dict[str, int]:
    """Return the first frame of each shot, by shot id, counted as if all shots were played one after the
    other. Cuts are not considered.
    """
    out, at = {}, 0
    for shot in story.live_shots():
        out[shot.id] = at
        at += shot.frames
    return out


def _make_scene_floor(story: Story, shots: Sequence[Shot]) -> Floor | None:
    """Return the floor plan of a scene, or None if nobody has a position in it."""
    plan = plan_floor(shots, dict(story.numbers))
    if not plan.people:
        return None
    return Floor(
        people=tuple((one.name, one.x, one.y) for one in plan.people),
        cameras=tuple(
            PrintedCamera(number=one.number, at=(one.x, one.y), to=(one.to_x, one.to_y))
            for one in plan.cameras
        ),
    )
