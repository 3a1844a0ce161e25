"""Make render orders from a delivery request (a preset and its settings). There is one order for each file,
with a render plan, delivery settings and a target path.

Captions are those of the cut, or are made from the dialogue of the shots. Chapters are made from the markers
of the cut. Both are stored in the render job, so that later edits do not change them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from milimo_tui import __version__
from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import can_create_files, parse_user_path
from milimo_tui.core.ids import make_slug
from milimo_tui.core.time import frames_to_seconds
from milimo_tui.cut.delivery.caption_tracks import (
    convert_captions,
    find_delivered_tracks,
    find_shown_caption_track,
    make_caption_style,
)
from milimo_tui.cut.delivery.captions import ShotDialogue, make_captions, select_captions
from milimo_tui.cut.delivery.containers import CONTAINERS, CONTAINERS_BY_SUFFIX
from milimo_tui.cut.delivery.delivered_plan import prepare_delivered_plan
from milimo_tui.cut.delivery.delivery import (
    DEFAULT_PRESET,
    Caption,
    Chapter,
    Delivery,
    SubtitleTrack,
)
from milimo_tui.cut.delivery.losses import choose_lossless_pixel_format
from milimo_tui.cut.delivery.presets import PresetGroup, find_preset
from milimo_tui.cut.delivery.requests import (
    CaptionChoice,
    DeliveryRequest,
    build_delivery,
    find_preset_by_suffix,
    parse_caption_choice,
)
from milimo_tui.cut.layout.dialogue_tracks import list_heard_lines
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.scene_spans import list_scene_spans
from milimo_tui.cut.plan.damage import apply_damage_choice, refuse_damage
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.values.captions import CaptionTrack
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.effects import OnDamage
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.lines.dialogue_language import find_dialogue_language
from milimo_tui.story.lines.line_identity import list_shot_lines, match_line_takes
from milimo_tui.story.values.film import Story
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.missing_cut import make_missing_cut_error
from milimo_tui.studio.session.studio import FilmSnapshot, Studio

DEFAULT_DELIVERY = find_preset(DEFAULT_PRESET).delivery


@dataclass(frozen=True, slots=True)
class RenderOrder:
    """An order to render `plan` to `target`, which is a file or a folder of pictures or stems (the sound of
    single tracks). `plan` has been adapted to the settings in `delivery`.
    """

    plan: RenderPlan
    delivery: Delivery
    target: Path
    label: str


@dataclass(frozen=True, slots=True)
class OrderChoices:
    """The choices of a request that apply to all of its orders."""

    delivery: Delivery
    captions: CaptionChoice
    damaged: OnDamage


def make_render_orders(
    studio: Studio,
    request: DeliveryRequest,
    output: str = "",
    start: int = 0,
    end: int | None = None,
    *,
    scenes: bool = False,
    cut: Cut | None = None,
) -> tuple[RenderOrder, ...]:
    """Return the orders that render the frames from `start` to `end` (exclusive) of a cut. By default this is
    the current cut.

    `output` is the target path; an empty text means the film's default path. If `scenes` is True, each scene
    is a separate order. Raises BadInput and NotFound for a faulty request. Raises Refused for a range outside
    the cut. Also raises Refused for damaged source files, unless the request says how to treat them.
    """
    snapshot, project = studio.take_snapshot(), studio.require_project()
    if cut is not None:
        snapshot = replace(snapshot, cut=cut)
    cut = snapshot.cut
    if cut is None:
        raise make_missing_cut_error()
    request = apply_default_quality(studio, request, output)
    suffix = "" if scenes and _names_folder(output) else Path(output).suffix
    delivery = build_delivery(request, suffix, cut.width, cut.height)
    base = _choose_render_target(snapshot, project, output, delivery, scenes=scenes)
    wanted = OrderChoices(delivery, parse_caption_choice(request), request.damaged)
    spans = _list_scene_targets(snapshot, cut, base, start, end) if scenes else [(base, start, end, "")]
    return tuple(
        _make_render_order(snapshot, project, wanted, target, first, last, name)
        for target, first, last, name in spans
    )


def apply_default_quality(studio: Studio, request: DeliveryRequest, output: str = "") -> DeliveryRequest:
    """Return the request, with the quality from the settings if the request uses the default preset and names
    no quality.
    """
    if (
        (request.preset or DEFAULT_PRESET) == DEFAULT_PRESET
        and request.quality is None
        and _is_default_container(output)
    ):
        return replace(request, quality=studio.settings.render_crf)
    return request


def make_orders_for_cuts(
    studio: Studio, cuts: Sequence[Cut], request: DeliveryRequest, output: str = "", *, scenes: bool = False
) -> tuple[RenderOrder, ...]:
    """Return the orders that render several cuts from start to end. `output` is the folder for all files; an
    empty text means the film's folder of renders.

    Raises BadInput for an unusable folder or two cuts with the same file name, and Refused for an empty cut.
    """
    if output and not _names_folder(output):
        raise BadInput(
            f"{output} is one file, but {len(cuts)} cuts are requested",
            "name a folder, or leave the name out",
        )
    if output and not parse_user_path(output).is_dir():
        raise BadInput(f"the folder {output} does not exist", "create it first, or name another folder")
    found: list[RenderOrder] = []
    for cut in cuts:
        place = ""
        if output:
            usual = make_render_orders(studio, request, cut=cut)[0].target
            place = str(Path(output) / usual.name)
        found += make_render_orders(studio, request, place, scenes=scenes, cut=cut)
    twice = next(
        (each.target for each in found if [one.target for one in found].count(each.target) > 1), None
    )
    if twice is not None:
        raise BadInput(f"two of these cuts would be written to {twice.name}", "rename one of them")
    return tuple(found)


def get_default_output(snapshot: FilmSnapshot, renders: Path, delivery: Delivery = DEFAULT_DELIVERY) -> Path:
    """Return the default target path: `renders/<film>.mp4`, or `renders/<film>-<cut>.mp4` for a cut other
    than the first.

    The name gets the ending `-<preset>` if the file suffix does not already identify the preset.
    """
    name = make_slug(snapshot.story.project.name)
    if snapshot.cut and snapshot.cuts and snapshot.cut.id != snapshot.cuts[0].id:
        name = f"{name}-{make_slug(snapshot.cut.name, 'cut')}"
    told_by_ending = delivery.preset == DEFAULT_PRESET or find_preset(delivery.preset).group in (
        PresetGroup.CLIP,
        PresetGroup.SOUND,
    )
    if delivery.is_file_folder:
        return renders / f"{name}-{delivery.preset}"
    return renders / f"{name}{'' if told_by_ending else f'-{delivery.preset}'}{delivery.suffix}"


def check_output(path: Path, delivery: Delivery) -> Path:
    """Return the absolute path of a target after checking that it can be written. Raises BadInput if it
    cannot, so that the error appears before rendering starts.
    """
    target = Path(os.path.abspath(parse_user_path(path)))
    if delivery.is_file_folder:
        if target.is_file():
            raise BadInput(
                f"{target} is a file", f"name a folder, because {delivery.preset} writes several files"
            )
    elif target.is_dir():
        raise BadInput(f"{target} is a folder", f"name a file, for example film{delivery.suffix}")
    elif not target.suffix:
        raise BadInput(f"{target.name} has no suffix", f"name the file {target.name}{delivery.suffix}")
    if not target.parent.is_dir():
        raise BadInput(
            f"the folder {target.parent} does not exist", "create it first, or name another folder"
        )
    if not can_create_files(target.parent):
        raise BadInput(f"the folder {target.parent} is not writable", "name a file in one of your folders")
    return target


def _is_default_container(output: str) -> bool:
    suffix = Path(output).suffix.lower()
    return not output or (suffix in CONTAINERS_BY_SUFFIX and find_preset_by_suffix(suffix) == DEFAULT_PRESET)


def _names_folder(output: str) -> bool:
    return not Path(output).suffix or parse_user_path(output).is_dir()


def _choose_render_target(
    snapshot: FilmSnapshot, project: ProjectFile, output: str, delivery: Delivery, *, scenes: bool
) -> Path:
    usual = get_default_output(snapshot, project.paths.renders, delivery)
    if not output:
        return usual
    path = Path(output)
    return check_output(path / usual.name if scenes and _names_folder(output) else path, delivery)


def _list_scene_targets(
    snapshot: FilmSnapshot, cut: Cut, base: Path, start: int, end: int | None
) -> Iterator[tuple[Path, int, int, str]]:
    """Yield the target file, first frame, end frame (exclusive) and name of every scene in the frames from
    `start` to `end` of the cut.
    """
    story, placed = snapshot.story, layout(cut)
    numbers = {scene.id: scene.number for scene in story.scenes}
    stop = placed.frames if end is None else end
    found = False
    for span in list_scene_spans(placed, {shot.id: shot.scene for shot in story.shots}):
        first, last = max(start, span.start), min(stop, span.end)
        if first >= last:
            continue
        found = True
        number = numbers.get(span.scene, "0")
        name = f"scene {number}" + (f", part {span.turn}" if span.turn > 1 else "")
        part = f"-scene-{make_slug(number.zfill(2))}" + (f"-{span.turn}" if span.turn > 1 else "")
        yield base.with_name(f"{base.stem}{part}{base.suffix}"), first, last, name
    if not found:
        raise BadInput("no scene of the screenplay is in this range", "leave --scenes out")


def _make_render_order(
    snapshot: FilmSnapshot,
    project: ProjectFile,
    wanted: OrderChoices,
    target: Path,
    start: int,
    end: int | None,
    name: str,
) -> RenderOrder:
    plan = apply_damage_choice(render_plan.plan_current_cut(snapshot, project, start, end), wanted.damaged)
    refuse_damage(plan)
    if name:
        plan = plan.model_copy(update={"name": f"{plan.name} · {name}"})
    cut = snapshot.cut
    assert cut is not None  # `plan_current_cut` has checked that there is a cut.
    delivery = _add_captions(snapshot.story, cut, plan, wanted)
    with_metadata = delivery.model_copy(
        update={
            "chapters": _make_chapters(cut, plan) if CONTAINERS[delivery.container].has_chapters else (),
        }
    )
    ready, counted = prepare_delivered_plan(plan, _widen_pixel_format(plan, with_metadata))
    as_what = "" if delivery.preset == DEFAULT_PRESET else f" as {delivery.preset}"
    label = f"film “{cut.name[:80]}”{f', {name}' if name else ''}{as_what}"
    return RenderOrder(
        ready, counted.model_copy(update={"metadata": _make_render_metadata(ready, delivery)}), target, label
    )


def _widen_pixel_format(plan: RenderPlan, delivery: Delivery) -> Delivery:
    """Return the delivery settings. For FFV1, a lossless format, the pixel format is changed so that it
    preserves the full bit depth of the plan's sources.
    """
    picture = delivery.picture
    if picture is None or picture.codec != "ffv1":
        return delivery
    kept = picture.model_copy(update={"pixels": choose_lossless_pixel_format(plan, picture.pixels)})
    return delivery.model_copy(update={"picture": kept})


def _add_captions(story: Story, cut: Cut, plan: RenderPlan, wanted: OrderChoices) -> Delivery:
    """Return the delivery with the captions in the frames of a plan, and with the style of those that are
    burned in. `cut` is the cut from which the plan was made. Raises NotFound if a caption track is missing.
    """
    delivery, names = wanted.delivery, wanted.captions
    burns = delivery.burns
    update: dict[str, object] = {}
    if burns.captions:
        [track] = _find_caption_tracks(cut, (names.burned,) if names.burned else ())
        update["captions"] = _list_captions(story, cut, plan, track)
        if track is not None:
            update["burns"] = burns.model_copy(update={"caption_style": make_caption_style(track)})
    if delivery.subtitles != "none":
        update["subtitle_tracks"] = tuple(
            SubtitleTrack(
                name=track.name if track else "",
                language=track.language if track else find_dialogue_language(story),
                captions=_list_captions(story, cut, plan, track),
            )
            for track in _find_caption_tracks(cut, names.subtitles)
        )
    return delivery.model_copy(update=update)


def _find_caption_tracks(cut: Cut, names: Sequence[str]) -> tuple[CaptionTrack | None, ...]:
    """Return the caption tracks with these names. Without names, return the first track that is not hidden,
    or None if there is none.
    """
    return find_delivered_tracks(cut, names) if names else (find_shown_caption_track(cut),)


def _list_captions(
    story: Story, cut: Cut, plan: RenderPlan, track: CaptionTrack | None
) -> tuple[Caption, ...]:
    """Return the captions of a track in the frames of a plan. If the cut has no caption tracks, they are made
    from the dialogue.
    """
    if track is None and cut.caption_tracks:
        return ()
    found = list_script_captions(story, cut) if track is None else convert_captions(cut, track)
    return select_captions(found, plan.start, plan.frames)


def list_script_captions(story: Story, cut: Cut) -> tuple[Caption, ...]:
    """Return the captions for the dialogue of the shots in a cut."""
    return make_captions(cut, _collect_dialogue(story))


def list_spoken_ranges(story: Story, cut: Cut) -> tuple[tuple[int, int], ...]:
    """Return the ranges of frames of a cut in which somebody speaks, in order: those of the clips on dialogue
    tracks, and those of the dialogue that no recording speaks. Each range is a pair of first frame and end
    (exclusive).
    """
    heard = {(each.start, each.end) for each in list_heard_lines(layout(cut))}
    return tuple(sorted(heard | {(each.start, each.end) for each in list_script_captions(story, cut)}))


def _collect_dialogue(story: Story) -> dict[str, ShotDialogue]:
    rate = story.project.rate
    recordings = _list_recordings(story)
    return {
        shot.id: ShotDialogue(
            frames_to_seconds(shot.frames, rate),
            tuple((line.character, line.text) for line in shot.dialogue),
            tuple(recordings.get((shot.id, place), frozenset()) for place in range(len(shot.dialogue))),
        )
        for shot in story.shots
        if shot.dialogue
    }


def _list_recordings(story: Story) -> dict[tuple[str, int], frozenset[str]]:
    """Return the assets of the recordings of each line, by shot and index of the line in the shot."""
    if not story.line_takes:
        return {}
    lines = [line for shot in story.live_shots() for line in list_shot_lines(shot)]
    return {
        (line.shot, line.place): frozenset(take.asset for take in takes)
        for line, takes in match_line_takes(lines, story.line_takes).items()
    }


def _make_chapters(cut: Cut, plan: RenderPlan) -> tuple[Chapter, ...]:
    """Return a chapter for each marker of the cut that has a text. A chapter at frame 0 is added if none is
    there. Return an empty tuple if no marker has a text.

    Markers that are notes are left out, because they are for the crew.
    """
    placed = layout(cut)
    found: dict[int, str] = {}
    for marker in cut.markers:
        placed_clip = placed.find_placed(marker.clip) if marker.clip else None
        at = marker.frame + (placed_clip.start if placed_clip else 0) - plan.start
        words = "" if marker.kind else marker.text or marker.name
        if words and 0 <= at < plan.frames:
            found.setdefault(at, words)
    if found:
        found.setdefault(0, plan.name)
    return tuple(Chapter(start=at, title=words) for at, words in sorted(found.items()))


def _make_render_metadata(plan: RenderPlan, delivery: Delivery) -> tuple[tuple[str, str], ...]:
    """Return metadata that records how the file was made. It contains no value that changes between two
    renders of the same plan.
    """
    comment = {
        "preset": delivery.preset,
        "plan": plan.compute_signature(),
        "versions": {"milimo": __version__},
    }
    words = f"made with Milimo {__version__}, preset {delivery.preset}, plan {plan.compute_signature()[:16]}"
    return (("description", words), ("milimo", json.dumps(comment, sort_keys=True)))
