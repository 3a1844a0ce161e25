"""Commands on the library of sounds, and on room tone in the gaps of dialogue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.cut.layout.scene_spans import SceneSpan
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.effects import DUCKING
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.story.values.sound_take import SoundTakeRole
from milimo_tui.studio.commands.cut.current_cut import edit_cut, find_track, get_clip_name, get_current_cut
from milimo_tui.studio.commands.sound.profiles import find_sound_scene
from milimo_tui.studio.media.given_sounds import (
    find_given_file,
    find_given_sound,
    require_audible_sound,
)
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.sounds import filling, laying, library, sound_orders


def _build_library_row(sound: library.LibrarySound) -> dict[str, Any]:
    return {
        "name": sound.name,
        "tags": list(sound.tags),
        "folder": str(sound.folder),
        "path": str(sound.path),
    }


def _make_library_outcome(sounds: tuple[library.LibrarySound, ...], message: str = "") -> Outcome:
    rows = [_build_library_row(sound) for sound in sounds]
    shown = [{**row, "tags": " ".join(row["tags"])} for row in rows]
    return Outcome(data=rows, columns=("name", "tags", "folder"), rows=lambda: shown, message=message)


class LibraryAddArgs(Args):
    folder: str = arg(description="a folder of sound files")
    tags: tuple[str, ...] = arg(
        (), description="tags for all its sounds, such as music or rain", one_line=True
    )


def _add_to_library(studio: Studio, args: LibraryAddArgs) -> Outcome:
    if not args.folder.strip():
        raise BadInput("no folder is given", "name one; milimo sound library add . adds this folder")
    folder = parse_user_path(args.folder)
    sounds = library.add_library_folder(studio.home, folder, args.tags)
    message = f"the library has {format_count(len(sounds), 'sound')} of this folder"
    if left_out := library.count_unusable_names(folder):
        message += f"\n{format_count(left_out, 'file')} left out: rename them to printable Unicode"
    return _make_library_outcome(sounds, message)


def _list_library(studio: Studio, args: NoArgs) -> Outcome:
    sounds = library.list_library_sounds(studio.home)
    return _make_library_outcome(sounds, "" if sounds else "the sound library is empty")


class LibraryFindArgs(Args):
    words: tuple[str, ...] = arg(description="words of tags, file names or folders")


def _find_in_library(studio: Studio, args: LibraryFindArgs) -> Outcome:
    sounds = library.find_library_sounds(studio.home, args.words)
    return _make_library_outcome(sounds, "" if sounds else "no sound of the library matches")


class LibraryTagArgs(Args):
    sound: str = arg(description="a sound of the library: its name or path")
    tags: tuple[str, ...] = arg((), description="tags to add", one_line=True)
    remove: tuple[str, ...] = arg((), description="tags to remove")


def _tag_in_library(studio: Studio, args: LibraryTagArgs) -> Outcome:
    if not args.tags and not args.remove:
        raise BadInput("no tag is given", "milimo sound library tag rain.wav rain night")
    sound = library.find_library_sound(studio.home, args.sound)
    tags = library.tag_library_sound(studio.home, sound, args.tags, args.remove)
    return Outcome(
        data={"path": str(sound.path), "tags": list(tags)},
        message=f"{sound.name}: {' '.join(tags) or 'no tags'}",
    )


class LibraryUseArgs(Args):
    sound: str = arg(description="a sound file, or a sound of the library: its path or name")
    role: str = arg("music", description="music, effect or ambience")
    scene: str = arg("", description="the scene under which it is laid; empty: the complete film")
    cues: laying.Cues = arg("auto", description=laying.CUES_HELP)


def _use_library_sound(studio: Studio, args: LibraryUseArgs) -> Outcome:
    if args.role not in list(SoundTakeRole):
        raise BadInput(f"there is no sound “{args.role}”", "roles: music, effect, ambience")
    role = SoundTakeRole(args.role)
    path = _find_sound_file(studio, args.sound)
    scene = find_sound_scene(studio, args.scene, whole=False)
    cut = get_current_cut(studio)
    asset = find_given_sound(studio, str(path), check_library_sound)
    snapshot = studio.take_snapshot()
    spans = sound_orders.list_sound_spans(snapshot.story, cut, scene)
    sound = laying.prepare_laid_sound(studio, asset, role, scene, spans)
    spoken = laying.find_duck_ranges(studio, args.cues)
    done = edit_cut(studio, f"lay {path.name}", lambda before: laying.lay_sounds(before, [sound], spoken))
    laid = {"asset": asset.id, "track": laying.TRACK_NAMES[role], "gain_db": sound.gain_db, "why": sound.why}
    return replace(
        done,
        data={**done.data, "laid": [laid]},
        message=_describe_laying(studio, cut, get_current_cut(studio), role, path.name),
    )


def _describe_laying(studio: Studio, before: Cut, after: Cut, role: SoundTakeRole, name: str) -> str:
    """Describe the clips of a sound that was laid, and the sounds that it replaced."""
    track = laying.TRACK_NAMES[role]
    clips = {clip.id: clip for cut in (before, after) for clip in cut.clips}
    old, new = (list(laying.list_laid_clips(cut, role)) for cut in (before, after))
    fresh = [each for each in new if each not in old]
    gone = dict.fromkeys(get_clip_name(studio, clips[each]) for each in old if each not in new)
    if not fresh:
        return f"{name} is there already"
    times = f", {len(fresh)} times" if len(fresh) > 1 else ""
    instead = f", instead of {', '.join(gone)}" if gone else ""
    ducked = any(clips[each].effects.get_curve(DUCKING.name) for each in fresh)
    softer = "; softer under speech" if ducked else ""
    return f"laid {name} on {track}{times}{instead}{softer}"


def _find_sound_file(studio: Studio, name: str) -> Path:
    """Return the path of a sound of the library, or of a file. Raises NotFound."""
    try:
        return library.find_library_sound(studio.home, name).path
    except NotFound as error:
        path = find_given_file(name)
        if path is not None:
            return path
        raise NotFound(
            f"there is no sound file “{name}”, and no such sound in the library", error.hint
        ) from None


def check_library_sound(path: Path, facts: MediaFileFacts) -> None:
    """Raise BadInput for a sound that can't be laid in the cut: silent or damaged."""
    require_audible_sound(path, float(facts.seconds or 0))


class SoundFillArgs(Args):
    track: str = arg("A1", description="the track of the dialogue (its name or id)")
    scene: str = arg("", description="only under this scene")


def _fill_with_room_tone(studio: Studio, args: SoundFillArgs) -> Outcome:
    snapshot, cut = studio.take_snapshot(), get_current_cut(studio)
    track = find_track(cut, args.track)
    only = find_sound_scene(studio, args.scene, whole=False)
    gaps = filling.find_tone_gaps(snapshot, cut, track, only)
    if not gaps:
        raise NotFound(f"{track.name} has no gap to fill", "milimo cut show lists its clips")
    sounds = []
    for scene, spans in gaps:
        tone = filling.find_room_tone(studio, scene)
        sounds.append(
            laying.prepare_laid_sound(studio, tone.asset, SoundTakeRole.AMBIENCE, scene, spans, tone.take)
        )
    spoken = laying.find_duck_ranges(studio)
    done = edit_cut(
        studio,
        f"fill gaps of {track.name} with room tone",
        lambda before: laying.lay_sounds(before, sounds, spoken),
    )
    filled = [_build_gap_row(span) for _, spans in gaps for span in spans]
    return replace(
        done, data={**done.data, "filled": filled}, message=f"filled {format_count(len(filled), 'gap')}"
    )


def _build_gap_row(span: SceneSpan) -> dict[str, Any]:
    return {"scene": span.scene, "start": span.start, "end": span.end}


LIBRARY = (
    Command(
        "sound.library.add",
        "Add a folder of sounds",
        "add a folder of sound files to the library",
        _add_to_library,
        LibraryAddArgs,
        cli="sound library add",
        positional=("folder", "tags"),
    ),
    Command(
        "sound.library.list",
        "List the sound library",
        "list the sounds of the library with their tags",
        _list_library,
        cli="sound library list",
    ),
    Command(
        "sound.library.find",
        "Find sounds",
        "find sounds of the library by words",
        _find_in_library,
        LibraryFindArgs,
        cli="sound library find",
        positional=("words",),
    ),
    Command(
        "sound.library.tag",
        "Tag a sound",
        "add tags to a sound of the library, or remove them",
        _tag_in_library,
        LibraryTagArgs,
        cli="sound library tag",
        positional=("sound", "tags"),
    ),
    Command(
        "sound.library.use",
        "Lay a sound file",
        "lay a sound file or a sound of the library under the film or a scene",
        _use_library_sound,
        LibraryUseArgs,
        refuse_without_film,
        cli="sound library use",
        positional=("sound",),
    ),
    Command(
        "sound.fill",
        "Fill gaps with room tone",
        "fill the gaps of a dialogue track with the room tone of their scenes",
        _fill_with_room_tone,
        SoundFillArgs,
        refuse_without_film,
        cli="sound fill",
    ),
)
