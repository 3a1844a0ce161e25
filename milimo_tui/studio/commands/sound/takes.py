"""Commands on takes of sound: make, list, pick, rate, lay in the cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from milimo_tui.core.errors import BadInput, Refused, Unavailable
from milimo_tui.core.format import format_count
from milimo_tui.core.time import format_rate, seconds_to_frames
from milimo_tui.cut.values.cut import Cut
from milimo_tui.engines.specs.music_specs import MakeSound, SoundSource
from milimo_tui.story.sound.sound_prompts import SoundRole, StemName
from milimo_tui.story.values.film import Asset, Scene
from milimo_tui.story.values.sound_take import (
    SoundTake,
    SoundTakeRole,
    find_picked_sound,
    list_sound_takes_of,
    pick_sound_take,
)
from milimo_tui.studio.commands.cut.current_cut import get_current_cut, save_cut_edit
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.commands.sound.profiles import SoundChoiceArgs, find_sound_scene, read_sound_choices
from milimo_tui.studio.intake.sound_intake import PLACEHOLDER_MARKS
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.sounds import laying, sound_orders, sources
from milimo_tui.studio.sounds.laying import LaidSound
from milimo_tui.studio.sounds.sound_orders import SoundOrder


class SoundMakeArgs(SoundChoiceArgs):
    HEADINGS = (
        "Scene and length: role scene film seconds loop",
        "From an existing sound: from_ strength repaint",
        "Prompt: stem prompt genre mood action rhythm intensity",
        "Model: engine model variations seed",
        "Queue: dry_run detach",
    )

    role: SoundRole = arg(description="music, effect or ambience")
    scene: str = arg("", description="a scene (its number or id)")
    film: bool = arg(False, description="for the complete film, not for a scene")
    seconds: float = arg(
        0.0, ge=0, le=3600, description="length in seconds (default: that of the scene or film)"
    )
    loop: bool = arg(False, description="make a loop, whose end continues with its beginning")
    from_: str = arg("", description="the source: a take (its number), a file, or a sound of the library")
    strength: float | None = arg(
        None, ge=0.01, le=1, description="with --from: 1 is all new, less stays closer to it (default: 0.6)"
    )
    repaint: str = arg(
        "", description="with --from: make only this range again, such as 2s-4.5s; the rest stays exact"
    )
    stem: StemName = arg("", description="only this stem of the music")
    prompt: str = arg("", description="prompt instead of the composed one", longest=2000)
    engine: str = arg("", description="engine (default: the first that can; milimo engine list)")
    model: str = arg("", description="id of weights")
    variations: int = arg(1, ge=1, le=16, description="number of variations, each with its own seed")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="seed (default: the film's)")
    dry_run: bool = arg(False, description="show the prompt, the length and the engine, and make nothing")
    detach: bool = arg(False, description="queue the work and return at once")


def _read_sound_order(studio: Studio, args: SoundMakeArgs, rate: Fraction) -> SoundOrder:
    """Return the order that the arguments describe. Raises BadInput, NotFound, Ambiguous."""
    found = sources.find_source(studio, args.from_) if args.from_ else None
    if found is None and (args.repaint or args.strength is not None):
        raise BadInput("no existing sound is named", "milimo sound make music 2 --from 1 --strength 0.6")
    if args.repaint and args.strength is not None:
        raise BadInput(
            "a range is made completely new, so it has no strength", "leave out --strength or --repaint"
        )
    of_take = found is not None and found.take is not None and not (args.scene or args.film)
    if not of_take and bool(args.scene) == args.film:
        raise BadInput("name either a scene or the film", "milimo sound make music 2, or --film")
    scene = find_sound_scene(studio, args.scene, whole=args.film)
    if of_take and found is not None and found.take is not None and found.take.scene:
        scene = find_sound_scene(studio, found.take.scene, whole=False)
    frames = max(1, seconds_to_frames(Fraction(str(args.seconds)), rate)) if args.seconds else None
    span = sources.parse_source_range(args.repaint, rate) if args.repaint else None
    if found is not None and span is not None:
        frames = frames or max(found.count_frames(rate), span[1])
    return SoundOrder(
        role=args.role,
        scene=scene,
        engine=args.engine,
        variations=args.variations,
        seed=args.seed,
        frames=frames,
        loop=args.loop,
        stem=args.stem,
        words=args.prompt,
        choices=read_sound_choices(args),
        model=args.model,
        source=sources.make_sound_source(found, args.strength, span, rate) if found is not None else None,
    )


def _make_sound(studio: Studio, args: SoundMakeArgs) -> Outcome:
    snapshot = studio.take_snapshot()
    rate = snapshot.cut.rate if snapshot.cut else snapshot.story.project.rate
    order = _read_sound_order(studio, args, rate)
    if args.dry_run:
        spec, missing = _prepare_without_engine(studio, order)
    else:
        spec, missing = sound_orders.prepare_sound(studio, order).spec, ""
    data: dict[str, Any] = {
        "role": spec.role,
        "scene": spec.scene or None,
        "engine": spec.engine or None,
        "prompt": spec.prompt,
        "negative": spec.negative,
        "bpm": spec.bpm,
        "frames": spec.frames,
        "seconds": float(spec.seconds),
        "seeds": [(spec.seed + number) % 2**32 for number in range(spec.variations)],
        "loop": spec.loop,
        "source": spec.source.model_dump(mode="json") if spec.source is not None else None,
    }
    owner = sound_orders.describe_sound_owner(snapshot.story, spec.scene)
    if args.dry_run:
        lines = [
            spec.prompt,
            f"not: {spec.negative}",
            f"{spec.role} for {owner}, by {spec.engine or 'no engine'}",
            f"{format_count(spec.frames, 'frame')} at {format_rate(rate)}, {float(spec.seconds):.2f} s; "
            "nothing was made",
            *([_describe_source(args.from_, spec.source)] if spec.source is not None else []),
        ]
        return Outcome(data={**data, "jobs": []}, text="\n".join(lines), message=missing)
    request = sound_orders.make_sound_request(studio, spec, f"{spec.role} for {owner}")
    ids = studio.require_client().submit_jobs([request])
    known = {take.id for take in snapshot.story.sound_takes}
    done = finish_queue_command(
        studio, ids, None, detach=args.detach, what=spec.role, made=f"{spec.role} for {owner}", **data
    )
    takes = [take for take in studio.take_snapshot().story.sound_takes if take.id not in known]
    marks = dict.fromkeys(take.placeholder for take in takes if take.placeholder)
    message = "; ".join(filter(None, (done.message, *marks)))
    return replace(done, data={**done.data, "takes": [take.id for take in takes]}, message=message)


def _describe_source(name: str, source: SoundSource) -> str:
    if source.since is None or source.until is None:
        return f"from {name}, strength {source.strength:g}"
    return f"from {name}, only {float(source.since):g}s-{float(source.until):g}s is made again"


def _prepare_without_engine(studio: Studio, order: SoundOrder) -> tuple[MakeSound, str]:
    """Return the request of a sound for display, and the reason why no engine can make it, if so."""
    try:
        return sound_orders.prepare_sound(studio, order).spec, ""
    except Unavailable as error:
        return sound_orders.compose_sound(studio, order).spec, error.message


class SoundListArgs(Args):
    role: str = arg("", description="only music, effect or ambience")
    scene: str = arg("", description="only of this scene")


def _list_sounds(studio: Studio, args: SoundListArgs) -> Outcome:
    snapshot = studio.take_snapshot()
    scene = find_sound_scene(studio, args.scene, whole=False)
    if args.role and args.role not in list(SoundTakeRole):
        raise BadInput(f"there is no sound “{args.role}”", "roles: music, effect, ambience")
    rows = [
        row
        for number, take in enumerate(snapshot.story.sound_takes, 1)
        if (not args.role or take.role.value == args.role) and (scene is None or take.scene == scene.id)
        for row in (_build_sound_row(studio, number, take),)
    ]
    columns = (
        "number",
        "role",
        "mark",
        "of",
        "seconds",
        "picked",
        "rating",
        "engine",
        "stale",
    )
    return Outcome(data=rows, columns=columns, message="" if rows else "no takes of sound yet")


def _build_sound_row(studio: Studio, number: int, take: SoundTake) -> dict[str, Any]:
    snapshot = studio.take_snapshot()
    asset = _get_sound_asset(studio, take)
    return {
        "number": number,
        "id": take.id,
        "role": take.role.value,
        "of": sound_orders.describe_sound_owner(snapshot.story, take.scene),
        "scene": take.scene or None,
        "frames": take.frames,
        "seconds": round(float(asset.seconds or 0), 3),
        "picked": take.picked,
        "rating": take.rating,
        "rejected": take.rejected,
        "engine": take.engine,
        "seed": take.seed,
        "prompt": take.prompt,
        "stale": sound_orders.find_stale_reason(snapshot, take) or None,
        "placeholder": take.placeholder or None,
        "mark": PLACEHOLDER_MARKS.get(take.placeholder),
        "path": str(get_asset_path(studio.require_project().paths, asset)),
        "asset": take.asset,
        "job": take.job,
    }


def _get_sound_asset(studio: Studio, take: SoundTake) -> Asset:
    return next(asset for asset in studio.take_snapshot().story.assets if asset.id == take.asset)


class SoundIdArgs(Args):
    take: str = arg(description="a take of sound: its number in milimo sound list, or its id")


class SoundPickArgs(SoundIdArgs):
    lay: bool = arg(False, description="also lay it in the cut, in place of another take of the same sound")


def _pick_sound(studio: Studio, args: SoundPickArgs) -> Outcome:
    story = studio.take_snapshot().story
    take = sound_orders.find_sound_take(story, args.take)
    if take.rejected:
        raise Refused("this take is rejected", f"milimo sound rate {args.take} --accept undoes that")
    after = pick_sound_take(story.sound_takes, take)
    before = [one for one in story.sound_takes if one.id in {each.id for each in after}]
    owner = sound_orders.describe_sound_owner(story, take.scene)
    label = f"pick {take.role.value} of {owner}"
    if args.lay:
        cut = get_current_cut(studio)
        laid = _lay_takes(studio, cut, [take], "auto")
        save_cut_edit(studio, label, cut, laid.cut, old_values=before, new_values=after)
        return Outcome(
            data={"take": take.id, "laid": _build_laid_rows(laid.sounds)},
            message=f"picked and laid {take.role.value} of {owner}",
        )
    studio.require_project().write_edit(
        label, scope="project", actor=studio.actor, before=before, after=after
    )
    return Outcome(data={"take": take.id}, message=f"picked {take.role.value} of {owner}")


class SoundRateArgs(SoundIdArgs):
    rating: int | None = arg(None, ge=0, le=5, description="stars, from 0 to 5")
    reject: bool = arg(False, description="reject the take instead")
    accept: bool = arg(False, description="undo the rejection of the take instead")


def _rate_sound(studio: Studio, args: SoundRateArgs) -> Outcome:
    story = studio.take_snapshot().story
    take = sound_orders.find_sound_take(story, args.take)
    if args.reject or args.accept:
        judged = replace(take, rejected=args.reject, picked=take.picked and not args.reject)
    elif args.rating is None:
        raise BadInput("no rating is given", f"run milimo sound rate {args.take} 4")
    else:
        judged = replace(take, rating=args.rating)
    owner = sound_orders.describe_sound_owner(story, take.scene)
    studio.require_project().write_edit(
        f"rate {take.role.value} of {owner}",
        scope="project",
        actor=studio.actor,
        before=[take],
        after=[judged],
    )
    data = {"take": take.id, "rating": judged.rating, "rejected": judged.rejected}
    return Outcome(data=data, message="rejected" if judged.rejected else "★" * judged.rating or "no stars")


class SoundLayArgs(Args):
    ONE_OF = ("take", "scene", "film")

    take: str = arg("", description="a take of sound (its number or id); default: the picked takes")
    scene: str = arg("", description="lay the picked takes of this scene")
    film: bool = arg(False, description="lay the picked takes of the film and of every scene")
    cues: laying.Cues = arg("auto", description=laying.CUES_HELP)


def _lay_sound_takes(studio: Studio, args: SoundLayArgs) -> Outcome:
    snapshot = studio.take_snapshot()
    story, cut = snapshot.story, get_current_cut(studio)
    if [bool(args.take), bool(args.scene), args.film].count(True) != 1:
        raise BadInput("name one take, one scene, or the film", "milimo sound lay 1, or --film")
    if args.take:
        takes = [sound_orders.find_sound_take(story, args.take)]
    else:
        owners = (
            [find_sound_scene(studio, args.scene, whole=args.film)]
            if args.scene
            else [None, *story.live_scenes()]
        )
        takes = [
            take
            for scene in owners
            for role in SoundTakeRole
            if (take := find_picked_sound(story.sound_takes, role, scene.id if scene else ""))
        ]
    if not takes:
        raise BadInput("there is no picked take of sound to lay", "milimo sound make ambience 1 makes one")
    laid = _lay_takes(studio, cut, takes, args.cues)
    what = ", ".join(dict.fromkeys(sound.role.value for sound in laid.sounds))
    done = save_cut_edit(studio, f"lay {what}", cut, laid.cut)
    return replace(
        done,
        data={**done.data, "laid": _build_laid_rows(laid.sounds)},
        message=done.message or f"laid {what}",
    )


@dataclass(frozen=True, slots=True)
class _LaidTakes:
    cut: Cut
    sounds: tuple[LaidSound, ...]


def _lay_takes(studio: Studio, cut: Cut, takes: Sequence[SoundTake], cues: laying.Cues) -> _LaidTakes:
    """Lay takes of sound in a cut. A take replaces other takes of the same sound that are in the cut; without
    such takes, it is laid under its scene or the film.
    """
    story = studio.take_snapshot().story
    scenes: dict[str, Scene | None] = {scene.id: scene for scene in story.scenes}
    spoken = laying.find_duck_ranges(studio, cues)
    sounds = []
    for take in takes:
        scene = scenes.get(take.scene)
        spans = sound_orders.list_sound_spans(story, cut, scene)
        prepare = partial(laying.prepare_laid_sound, studio, scene=scene, spans=spans, role=take.role)
        sound = prepare(asset=_get_sound_asset(studio, take), take=take)
        sounds.append(sound)
        used = {clip.source.ref for clip in cut.clips}
        others = {
            other.asset: prepare(asset=_get_sound_asset(studio, other), take=other).gain_db
            for other in list_sound_takes_of(story.sound_takes, take.role, take.scene)
            if other.asset in used and other.asset != take.asset
        }
        cut = laying.replace_laid_takes(cut, sound, others) or laying.lay_sounds(cut, [sound], spoken)
    return _LaidTakes(cut, tuple(sounds))


def _build_laid_rows(sounds: Sequence[LaidSound]) -> list[dict[str, Any]]:
    return [
        {"asset": sound.asset.id, "role": sound.role.value, "track": laying.TRACK_NAMES[sound.role],
         "gain_db": sound.gain_db, "why": sound.why}
        for sound in sounds
    ]  # fmt: skip


TAKES = (
    Command(
        "sound.make",
        "Make sound",
        "make music, an effect or ambience for a scene or the film",
        _make_sound,
        SoundMakeArgs,
        refuse_without_film,
        cli="sound make",
        positional=("role", "scene"),
    ),
    Command(
        "sound.list",
        "List takes of sound",
        "list the film's takes of music, effects and ambience",
        _list_sounds,
        SoundListArgs,
        refuse_without_film,
        cli="sound list",
    ),
    Command(
        "sound.pick",
        "Pick a take of sound",
        "pick a take of music, effects or ambience",
        _pick_sound,
        SoundPickArgs,
        refuse_without_film,
        cli="sound pick",
        positional=("take",),
    ),
    Command(
        "sound.rate",
        "Rate a take of sound",
        "give a take of sound stars, or reject it",
        _rate_sound,
        SoundRateArgs,
        refuse_without_film,
        cli="sound rate",
        positional=("take", "rating"),
    ),
    Command(
        "sound.lay",
        "Lay sound in the cut",
        "lay takes of sound under the scenes, at their levels, ducked under dialogue",
        _lay_sound_takes,
        SoundLayArgs,
        refuse_without_film,
        cli="sound lay",
        positional=("take",),
    ),
)
