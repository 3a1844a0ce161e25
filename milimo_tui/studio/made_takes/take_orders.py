"""Orders for takes made from an existing take: new sound, an extension, or a lip sync to new lines.

The new take is added to the shot. The existing take does not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import format_count
from milimo_tui.cut.values.streams import parse_stream_facts
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.video_specs import (
    NO_FOLLOWED_FIELDS,
    Clip,
    Control,
    Extension,
    Leading,
    Over,
    Voice,
)
from milimo_tui.story.values.film import Asset, AssetKind, Take
from milimo_tui.studio.made_takes.batch_of_one import prepare_single_take
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, signatures, take_queue
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.takes.take_queue import PreparedTakes

MAX_EXTENSION_SECONDS = 60  # The longest extension of a take that one order can make, in seconds.


def prepare_new_sound(
    studio: Studio,
    state: ShotState,
    take: Take,
    *,
    engine: str = "",
    since: Fraction | None = None,
    until: Fraction | None = None,
) -> PreparedTakes:
    """Prepare a take with the same pictures and new sound, for the complete take or a range of it.

    `since` and `until` bound the range, in seconds of the shot. Raises BadInput for a range outside the take,
    or for a range of a take that has no sound.
    """
    asset, path = _require_take_file(studio, take)
    rate = state.story.project.rate
    if since is not None or until is not None:
        seconds = take.length / rate
        begin, end = since or Fraction(0), seconds if until is None else until
        if not 0 <= begin < end <= seconds:
            raise BadInput(
                f"{float(begin):g} to {float(end):g} s is not inside a take of {float(seconds):.2f} s",
                f"give a range, as in milimo shot sound {state.number} --since 1s --until 2.5s",
            )
        _require_audio_channels(asset)
        head = take.head / rate
        since, until = head + begin, head + end
    changes = {
        **NO_FOLLOWED_FIELDS,
        "over": Over(input=str(path), since=since, until=until),
        "frames": take.length,
        "head": take.head,
        "tail": take.tail,
    }
    return _prepare_take_order(studio, state, take, changes, f"{state.number} sound", engine=engine)


def prepare_sound_for_clip(
    studio: Studio, state: ShotState, asset: Asset, *, engine: str = ""
) -> PreparedTakes:
    """Prepare a take with a clip's pictures and new sound made for them. Raises BadInput."""
    rate = state.story.project.rate
    if asset.kind is not AssetKind.VIDEO:
        raise BadInput(f"{asset.name} is not a clip", "name a video; milimo asset list lists the files")
    if asset.rate != rate:
        raise BadInput(
            f"{asset.name} has {float(asset.rate or 0):g} frames a second, but the film has {float(rate):g}",
            "convert it to the frame rate of the film first",
        )
    path = render_plan.get_asset_path(studio.require_project().paths, asset)
    over = Over(input=str(path))
    changes = {**NO_FOLLOWED_FIELDS, "over": over, "frames": asset.frames or 1, "head": 0, "tail": 0}
    label = f"{state.number} sound for {asset.name}"
    return _prepare_take_order(studio, state, None, changes, label, engine=engine)


def prepare_extension(
    studio: Studio,
    state: ShotState,
    take: Take,
    frames: int,
    *,
    before: bool = False,
    into: Take | None = None,
    engine: str = "",
) -> PreparedTakes:
    """Prepare a take with `frames` more frames after the existing take, or before it if `before` is True.

    If `into` is given, the new frames lead over to that take and replace the existing handle at the end.
    Otherwise the new frames become a handle: the shot keeps its length, but the user can lengthen its clips
    into the new frames.
    """
    rate = state.story.project.rate
    if frames < 1 or frames > MAX_EXTENSION_SECONDS * rate:
        raise BadInput(
            f"an extension of {format_count(frames, 'frame')} is not possible in one step",
            f"add at least one frame and at most {MAX_EXTENSION_SECONDS} s",
        )
    asset, path = _require_take_file(studio, take)
    kept = take.frames - (take.tail if into is not None else 0)
    ahead = None
    if into is not None:
        other, where = _require_take_file(studio, into)
        if (other.width, other.height) != (asset.width, asset.height):
            raise BadInput(
                f"{other.name} is {other.width}×{other.height}, but {asset.name} is "
                f"{asset.width}×{asset.height}",
                "make the bridge between two takes of the same size",
            )
        ahead = Clip(input=str(where), start=into.head)
    changes = {
        **NO_FOLLOWED_FIELDS,
        "extension": Extension(input=str(path), frames=kept, made=frames, before=before, into=ahead),
        "frames": take.length,
        "head": take.head + (frames if before else 0),
        "tail": kept - take.head - take.length + (0 if before else frames),
        "width": asset.width,
        "height": asset.height,
    }
    kind = "lead-in" if before else "extension"
    if into is not None:
        kind = f"bridge to {state.story.numbers.get(into.shot, 'another take')}"
    label = f"{state.number} {kind}, {frames / float(rate):.3g} s"
    return _prepare_take_order(studio, state, take, changes, label, engine=engine)


def prepare_lip_sync(
    studio: Studio, state: ShotState, take: Take, *, line: str = "", engine: str = ""
) -> PreparedTakes:
    """Prepare a take in which the mouths of an existing take speak the shot's current lines, in the voice of
    the existing take.

    `line` is the path of a recording of the lines. If it is given, the sound of the existing take is not
    needed. If it is empty and the take has no sound, BadInput is raised.
    """
    asset, path = _require_take_file(studio, take)
    if not line:
        _require_audio_channels(asset)
    if not any(one.text for one in state.shot.dialogue):
        raise BadInput(
            f"nobody speaks in {state.number}",
            f"milimo shot make {state.number} --sound-alone makes other sound",
        )
    spoken = next(one.character for one in state.shot.dialogue if one.text)
    changes: dict[str, Any] = {
        **NO_FOLLOWED_FIELDS,
        "control": (Control(kind="dub", input=str(path), prepared=True),),
        "voice": Voice(input=str(path), who=spoken) if asset.channels else None,
        "frames": take.length,
        "head": take.head,
        "tail": take.tail,
        "pipeline": "auto",
        "sound": Leading(input=line) if line else None,
    }
    return _prepare_take_order(studio, state, None, changes, f"{state.number} lip sync", engine=engine)


def require_recording_fits(line: Asset, number: str, seconds: Fraction) -> None:
    """Check that a recording is not longer than the take that is made for it. Otherwise the end of the
    recording would be cut off, so BadInput is raised.

    `number` is the shot's number and `seconds` the length of the take.
    """
    heard = parse_stream_facts(line.facts).sound_end or line.seconds
    if heard is not None and heard > seconds + Fraction(1, 20):
        raise BadInput(
            f"{line.name} is longer than {number}: {float(heard):.2f} s, not {float(seconds):.2f} s",
            f"milimo shot set {number} --length {float(heard):.2f}s makes the shot longer",
        )


def _require_take_file(studio: Studio, take: Take) -> tuple[Asset, Path]:
    """Return the asset of a take and its path. Raises BadInput if the file is missing."""
    asset = next((one for one in studio.take_snapshot().story.assets if one.id == take.asset), None)
    path = render_plan.get_asset_path(studio.require_project().paths, asset) if asset is not None else None
    if asset is None or path is None or not path.is_file():
        raise BadInput("the file of the take is missing", "milimo shot make makes a new take")
    return asset, path


def _require_audio_channels(asset: Asset) -> None:
    if not asset.channels:
        raise BadInput(f"{asset.name} has no sound", "milimo shot sound makes sound for the complete take")


def _prepare_take_order(
    studio: Studio,
    state: ShotState,
    take: Take | None,
    changes: Mapping[str, Any],
    label: str,
    *,
    engine: str,
) -> PreparedTakes:
    """Prepare a batch with one take. `changes` are values that replace fields of the shot's spec, and `label`
    names the job.

    If `take` is given, the new take gets the seed and the signature of `take`, so that both takes become
    stale at the same time.
    """
    specs = take_queue.make_film_specs(studio, _choose_order_engine(state, take, engine))
    base = specs.get_spec(state.shot)
    if shot_spec.is_drawing_engine(base.engine):
        raise Refused(
            f"{base.engine} draws from the facts of the shot and can't make sound for existing pictures",
            "name an engine that makes video with sound: --engine ltx2",
        )
    stands_for = take.signature if take is not None else signatures.get_signature(base)
    seed = take.seed if take is not None else base.seed
    spec = base.model_copy(update={"seed": seed, "stands_for": stands_for, **changes})
    return prepare_single_take(studio, specs.story, state, spec, label)


def _choose_order_engine(state: ShotState, take: Take | None, engine: str) -> str:
    """Return the engine for an order, or an empty string for the shot's own engine. Raises Refused if the
    engine that the user named can't change takes.

    The first usable engine of this list is chosen: the named engine, the engine that made the take, the
    shot's own engine, any other engine that can change takes. A drawing was made by an engine that can't
    change takes, so its order gets the engine of a model.
    """
    able = list_take_changers()
    if engine:
        shot_spec.check_engine(engine, "make_video")
        if engine not in able and not shot_spec.is_drawing_engine(engine):
            raise Refused(f"{engine} can't change takes", f"engines that can: {', '.join(able)}")
        return engine
    if take is not None and take.engine in able:
        return take.engine
    own = shot_spec.choose_engine(state.story, state.shot)
    return "" if own in able or not able else able[0]


def list_take_changers() -> list[str]:
    """Return the names of the engines that can change takes, in the order of the registry."""
    return [row.name for row in engine_registry.rows() if row.changes_takes]
