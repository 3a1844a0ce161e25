"""Render plans of cuts: find the current media of each clip. Every cut can be rendered, because a shot
without a take shows its board or a slate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Refused
from milimo_tui.core.host import explain_os_error, write_file_atomically
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.time import frames_to_seconds
from milimo_tui.cut.follow.shared_takes import SharedTake
from milimo_tui.cut.plan.plan import FileRef, Media, PlanLayer, PlanStretch, RenderPlan, SoundClip
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.sound.sound_chains import list_impulse_files
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, Track, TrackKind
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.streams import find_media_end, parse_stream_facts
from milimo_tui.engines.registry import engine_registry
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import Mask, Render
from milimo_tui.story.plan.closer import ShotCrop
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, AssetKind, Shot, Story, Take
from milimo_tui.studio.render.frozen_takes import (
    NO_FROZEN_TAKES,
    FrozenTakes,
    get_frozen_take,
    load_frozen_takes,
)
from milimo_tui.studio.session.missing_cut import make_missing_cut_error
from milimo_tui.studio.session.studio import FilmSnapshot

MEDIA_KINDS = {AssetKind.VIDEO: "video", AssetKind.PICTURE: "picture", AssetKind.SOUND: "sound"}


def get_asset_path(paths: ProjectPaths, asset: Asset) -> Path:
    """Return the path of an asset's file. The file of a managed asset is in the project's folder."""
    return paths.resolve_managed_path(asset.path) if asset.managed else Path(asset.path)


def get_asset_end(asset: Asset) -> Fraction | None:
    """Return the second at which both the picture and the sound of an asset have ended. None if the asset has
    no length, as a still picture.
    """
    if asset.seconds is None or asset.kind is AssetKind.PICTURE:
        return None
    return find_media_end(asset.seconds, parse_stream_facts(asset.facts))


def update_media_paths(spec: dict[str, Any], paths: ProjectPaths, assets: Iterable[Asset]) -> dict[str, Any]:
    """Return a take's spec with the present paths of the film's media. The paths in `spec` may be outdated
    because the film's folder was moved. `assets` are the film's assets.

    A spec from an unknown person may contain any path. A path that is neither in the film's folder nor of a
    linked asset is replaced by a path in `media`, as in `ProjectPaths.resolve_managed_path`.
    """
    linked = frozenset(asset.path for asset in assets if not asset.managed)
    find = partial(_find_film_file, paths=paths, linked=linked)
    found = dict(spec)
    for name in ("conditioning", "control"):
        if spec.get(name):
            found[name] = [{**one, "input": find(one["input"])} for one in spec[name]]
    for name in ("over", "sound", "again", "doubled", "voice", "extension"):
        if spec.get(name):
            files = {key: find(spec[name][key]) for key in ("input", "mask") if spec[name].get(key)}
            found[name] = {**spec[name], **files}
            if into := spec[name].get("into"):
                found[name]["into"] = {**into, "input": find(into["input"])}
    if spec.get("references"):
        found["references"] = [find(one) for one in spec["references"]]
    return found


def _find_film_file(source: Any, paths: ProjectPaths, linked: frozenset[str]) -> Any:
    """Return the path of an input file in the film. A managed file (`…/media/ab/<hash>.mov`) is found in the
    film's present folder. Values that are not paths are returned unchanged.
    """
    if not isinstance(source, str) or source in linked:
        return source
    place = Path(source)
    if place.is_relative_to(paths.root) and ".." not in place.parts and place.is_file():
        return source
    tail = place.parts[-3:]
    moved = paths.root.joinpath(*tail)
    if tail[:1] == (paths.media.name,) and ".." not in tail and moved.is_file():
        return str(moved)
    return str(paths.media / place.name) if place.is_file() else source


def get_render_path(paths: ProjectPaths, render: Render) -> Path:
    """Return the path of a rendered film. A film in the project's own folder moves with the project."""
    # A film rendered outside the project has an absolute path, which pathlib's `/` returns unchanged.
    return paths.root / render.path


def resolve_clip_media(
    story: Story,
    paths: ProjectPaths,
    cut: Cut,
    cuts: Sequence[Cut] = (),
    masks: Sequence[Mask] = (),
    inside: tuple[str, ...] = (),
    kept: FrozenTakes = NO_FROZEN_TAKES,
) -> dict[str, Media]:
    """Return the media of every clip of a cut, by clip id. A clip of a shot shows the shot's picked take or,
    if there is none, its board, or otherwise a slate.

    `cuts` are the cuts that compound clips may show, and `masks` are the film's masks, which serve as mattes
    of their clips. `inside` has the ids of the cuts that contain this cut as a compound clip. `kept` has the
    takes of frozen cuts. Raises Refused if a cut would contain itself.
    """
    own = kept.get(cut.id, {})
    assets = {asset.id: asset for asset in story.assets}
    shots = {shot.id: shot for shot in story.shots}
    takes = {take.id: take for take in story.takes}
    performances = FilmPerformances(story)
    out: dict[str, Media] = {}
    for clip in cut.clips:
        if clip.source.kind is SourceKind.SHOT:
            shot = shots.get(clip.source.ref)
            take = (
                get_frozen_take(takes, own, shot.id) or performances.find_shown_take(shot) if shot else None
            )
            if take and take.asset in assets:
                number = story.numbers.get(shot.id, "") if shot else ""
                out[clip.id] = _make_take_media(paths, assets[take.asset], take, number)
            elif shot and shot.board in assets:
                number = story.numbers.get(shot.id, "")
                out[clip.id] = _make_asset_media(paths, assets[shot.board], previs=True, title=number)
            else:
                out[clip.id] = _make_slate_media(story, shot, clip)
        elif clip.source.kind is SourceKind.ASSET:
            asset = assets.get(clip.source.ref)
            out[clip.id] = (
                _make_asset_media(paths, asset, previs=False)
                if asset
                else Media(kind="offline", title="Offline", text=clip.label or clip.source.ref)
            )
        elif clip.source.kind is SourceKind.TITLE:
            out[clip.id] = _make_title_media(clip)
        elif clip.source.kind is SourceKind.CUT:
            out[clip.id] = _make_compound_media(story, paths, clip, cuts, masks, (*inside, cut.id), kept)
    return out


def list_effect_file_refs(
    story: Story, paths: ProjectPaths, cut: Cut, masks: Sequence[Mask] = ()
) -> dict[str, FileRef]:
    """Return the files of LUTs, mattes and impulse responses that a cut uses, by their ids in the film.

    If the id of a LUT or a matte is not in the film, the result has the path of a missing file for this id.
    The render then reports the missing file and does not ignore the effect. Missing impulse responses are
    left out: a generated reverb is heard in their place, and the losses of the render list them.
    """
    wanted = {name for clip in cut.clips for name in (clip.effects.lut, clip.effects.matte) if name}
    responses = {impulse.asset for impulse in list_impulse_files(cut)}
    if not wanted and not responses:
        return {}
    assets = {asset.id: asset for asset in story.assets}
    of_mask = {mask.id: mask.asset for mask in masks}
    out = {name: _make_file_ref(paths, assets.get(of_mask.get(name, name)), name) for name in wanted}
    there = (assets[name] for name in responses if name in assets)
    found = {asset.id: _make_file_ref(paths, asset, asset.id) for asset in there}
    return out | {name: file for name, file in found.items() if Path(file.path).is_file()}


def _make_file_ref(paths: ProjectPaths, asset: Asset | None, name: str) -> FileRef:
    if asset is None:
        return FileRef(path=str(paths.media / name))
    moving = asset.kind is AssetKind.VIDEO
    return FileRef(path=str(get_asset_path(paths, asset)), digest=asset.digest, moving=moving)


def _make_title_media(clip: Clip) -> Media:
    title = clip.effects.title
    return Media(kind="title", title=clip.label or (title.text.split("\n")[0] if title else ""))


def _make_compound_media(
    story: Story,
    paths: ProjectPaths,
    clip: Clip,
    cuts: Sequence[Cut],
    masks: Sequence[Mask],
    inside: tuple[str, ...],
    takes: FrozenTakes,
) -> Media:
    """Return the media of a compound clip: the complete inner cut as a separate plan."""
    inner = next((cut for cut in cuts if cut.id == clip.source.ref), None)
    if inner is None:
        return Media(kind="offline", title="Offline", text=clip.label or "a deleted cut")
    if inner.id in inside:
        raise Refused(f"the cut “{inner.name}” shows itself", "remove the clip that shows it")
    media = resolve_clip_media(story, paths, inner, cuts, masks, inside, takes)
    plan = make_render_plan(inner, media, files=list_effect_file_refs(story, paths, inner, masks))
    if not plan.frames:
        return Media(kind="slate", title=inner.name, text="a cut with nothing in it yet", previs=True)
    return Media(
        kind="cut",
        title=clip.label or inner.name,
        seconds=frames_to_seconds(plan.frames, plan.rate),
        rate=plan.rate,
        has_sound=bool(plan.sounds),
        previs=plan.previs,
        noise=plan.has_noise,
        plan=plan,
    )


def _make_slate_media(story: Story, shot: Shot | None, clip: Clip) -> Media:
    if shot is None:
        return Media(kind="slate", title="?", text=clip.label or "a deleted shot", previs=True)
    words = shot.action or " ".join(f"{line.character}: {line.text}" for line in shot.dialogue)
    return Media(kind="slate", title=story.numbers.get(shot.id, ""), text=words, previs=True)


def _make_take_media(paths: ProjectPaths, asset: Asset, take: Take, number: str) -> Media:
    media = _make_asset_media(paths, asset, previs=take.previs, title=number)
    noise = engine_registry.get_placeholder_mark(take.engine, take.previs) == "noise"
    return media.model_copy(update={"noise": noise, "head": take.compute_head_seconds(asset.rate)})


def _make_asset_media(paths: ProjectPaths, asset: Asset, *, previs: bool, title: str = "") -> Media:
    path = get_asset_path(paths, asset)
    name = title or asset.name or path.name
    if not path.is_file():
        return Media(kind="offline", path=str(path), title="Offline", text=name)
    if asset.kind not in MEDIA_KINDS:
        return Media(kind="offline", path=str(path), title="No picture", text=name)
    facts = parse_stream_facts(asset.facts)
    return Media.model_validate(
        {
            "kind": "sequence" if facts.is_sequence else MEDIA_KINDS[asset.kind],
            "path": str(path),
            "digest": asset.digest,
            "seconds": asset.seconds if asset.kind is not AssetKind.PICTURE else None,
            "rate": asset.rate,
            "has_sound": bool(asset.channels),
            "title": name,
            "previs": previs,
            "facts": facts,
        }
    )


def plan_cut_range(
    story: Story,
    paths: ProjectPaths,
    cut: Cut,
    start: int = 0,
    end: int | None = None,
    *,
    cuts: Sequence[Cut] = (),
    masks: Sequence[Mask] = (),
    kept: FrozenTakes = NO_FROZEN_TAKES,
) -> RenderPlan:
    """Return the plan of frames [start, end) of a cut; an `end` of None means the end of the cut.

    `cuts` and `masks` are all cuts and masks of the film. `kept` has the takes of its frozen cuts. Raises
    Refused for an empty cut.
    """
    media = resolve_clip_media(story, paths, cut, cuts, masks, kept=kept)
    plan = make_render_plan(cut, media, start, end, files=list_effect_file_refs(story, paths, cut, masks))
    if plan.frames <= 0:
        raise Refused(f"the cut “{cut.name}” is empty", "milimo next shows how to fill it")
    return plan.model_copy(update={"name": f"{story.project.name} · {cut.name}"})


def plan_current_cut(
    snapshot: FilmSnapshot, project: ProjectFile, start: int = 0, end: int | None = None
) -> RenderPlan:
    """Return the plan of frames [start, end) of the current cut. Raises BadInput if the film has no cut."""
    if snapshot.cut is None:
        raise make_missing_cut_error()
    return plan_cut_range(
        snapshot.story,
        project.paths,
        snapshot.cut,
        start,
        end,
        cuts=snapshot.cuts,
        masks=project.facts.list_masks(),
        kept=load_frozen_takes(project, snapshot.cuts),
    )


def plan_single_take(
    story: Story, paths: ProjectPaths, take: Take, crop: ShotCrop | None = None
) -> RenderPlan:
    """Return a plan that shows a take from the first to the last frame of its shot, without handles. No cut
    is needed.

    `crop` is the region of the picture to show, for a closer shot that shows only a region of another shot's
    take. None means the full picture.
    """
    project = story.project
    asset = next((asset for asset in story.assets if asset.id == take.asset), None)
    name = story.numbers.get(take.shot, "")
    media = (
        Media(kind="offline", title="Offline", text=name)
        if asset is None
        else _make_take_media(paths, asset, take, name)
    )
    frames = max(1, take.length)
    curves = SharedTake(crop.scale, crop.x, crop.y).get_effect_curves() if crop is not None else {}
    effects = Effects(curves=tuple(sorted(curves.items())))
    layer = PlanLayer(clip=take.id, media=media, source_in=media.head, clip_frames=frames, effects=effects)
    sound = SoundClip(
        clip=take.id, media=media, start=0, frames=frames, source_in=media.head, clip_frames=frames
    )  # fmt: skip
    return RenderPlan(
        cut=take.id,
        name=name,
        rate=project.rate,
        width=project.width,
        height=project.height,
        sample_rate=project.sample_rate,
        frames=frames,
        stretches=(PlanStretch(start=0, frames=frames, layers=(layer,)),),
        sounds=(sound,) if media.has_sound else (),
        previs=take.previs,
    )


def plan_single_source(
    story: Story,
    paths: ProjectPaths,
    source: ClipSource,
    frames: int,
    like: Cut,
    *,
    sound: bool = False,
    cuts: Sequence[Cut] = (),
) -> RenderPlan:
    """Return a plan that shows `frames` frames of one source without the edits of a cut. `like` is the cut
    whose raster and rate are used.
    """
    kind = TrackKind.AUDIO if sound else TrackKind.VIDEO
    track = Track(id="source", cut="source", name="source", kind=kind, order="V")
    clip = Clip(id="source", cut="source", track="source", source=source, frames=frames, start=0)
    alone = replace(
        like, id="source", name="source", tracks=(track,), clips=(clip,), transitions=(), markers=()
    )
    return plan_cut_range(story, paths, alone, cuts=cuts)


def freeze_plan(paths: ProjectPaths, plan: RenderPlan) -> tuple[Path, str]:
    """Write a plan to its own file, which later edits do not change. Return the path of the file and the
    signature (hash) of the plan.

    The file also records the path of the film's folder, so that `read_frozen_plan` finds the media after the
    home was moved or copied. Raises DiskFull, ReadOnly.
    """
    signature = plan.compute_signature()
    folder = paths.cache / "plans"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, folder, "make") from error
    target = folder / f"{signature[:16]}.json"
    # Defaults are left out: they would be more than half of the file, and of the memory to read it.
    values = plan.model_dump(mode="json", exclude_defaults=True)
    body = {"signature": signature, "film": str(paths.root), "plan": values}
    # Overwrite an existing plan file, because it may record the path that the home had before it was moved.
    write_file_atomically(target, json.dumps(body).encode())
    return target, signature
