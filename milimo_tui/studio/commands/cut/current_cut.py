"""Functions shared by commands on the current cut: find the cut, its clips and tracks, and write one edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from milimo_tui.core.changes import find_unshared_values
from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode, frames_to_seconds, parse_frame, parse_shift
from milimo_tui.cut.compare.cut_text import shorten_title
from milimo_tui.cut.follow.shared_takes import update_shared_takes
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import (
    Available,
    Clip,
    ClipSource,
    Cut,
    MediaLength,
    SourceKind,
    Track,
    TrackKind,
)
from milimo_tui.cut.values.timing import count_held_frames, get_source_media
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Story
from milimo_tui.studio.cuts.shared_takes import find_shared_takes
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render.render_plan import get_asset_end
from milimo_tui.studio.session.lookup import require_cut
from milimo_tui.studio.session.missing_cut import make_missing_cut_error
from milimo_tui.studio.session.names import build_ambiguity_error, find_by_name
from milimo_tui.studio.session.studio import Studio

# Maximum length of a cut in frames: more than a month at 24 frames per second. An edit that makes a cut
# longer is refused.
MAX_CUT_FRAMES = 10**8


def get_current_cut(studio: Studio) -> Cut:
    """Return the cut that commands apply to. Raises NotFound if the film has no cut."""
    cut = studio.take_snapshot().cut
    if cut is None:
        raise make_missing_cut_error()
    return cut


def find_cut(studio: Studio, name: str) -> Cut:
    """Find a cut by id or name. Raises NotFound, Ambiguous."""
    return require_cut(studio.take_snapshot().cuts, name)


def make_media_length_lookup(story: Story, cuts: Sequence[Cut] = ()) -> MediaLength:
    """Return a function that takes a clip and returns the range of its source, in seconds, for which there is
    media.

    That function returns None for sources without a fixed length, such as still pictures. `cuts` are the cuts
    that compound clips may show.
    """
    inner = {cut.id: cut for cut in cuts}
    assets = {asset.id: asset for asset in story.assets}
    shots = {shot.id: shot for shot in story.shots}
    performances = FilmPerformances(story)

    def find_available_media(source: ClipSource) -> Available | None:
        take = None
        if source.kind is SourceKind.SHOT:
            shot = shots.get(source.ref)
            take = performances.find_shown_take(shot) if shot else None
            asset = assets.get(take.asset) if take else None
        elif source.kind is SourceKind.CUT:
            shown = inner.get(source.ref)
            return (
                Available.from_duration(frames_to_seconds(layout(shown).frames, shown.rate))
                if shown
                else None
            )
        else:
            asset = assets.get(source.ref)
        end = get_asset_end(asset) if asset is not None else None
        if asset is None or asset.seconds is None or end is None:
            return None
        head = take.compute_head_seconds(asset.rate) if take else Fraction(0)
        return Available.from_file(asset.seconds, end, head)

    return find_available_media


def make_current_media_length_lookup(studio: Studio) -> MediaLength:
    """Return a function that takes a clip of the open film and returns the range of its source, in seconds,
    for which there is media.
    """
    snapshot = studio.take_snapshot()
    return make_media_length_lookup(snapshot.story, snapshot.cuts)


def edit_cut(studio: Studio, label: str, change: Callable[[Cut], Cut]) -> Outcome:
    """Apply `change` to the current cut as one undoable edit. `label` names the edit in the history."""
    before = get_current_cut(studio)
    return save_cut_edit(studio, label, before, change(before))


def edit_cut_adding_clips(studio: Studio, label: str, change: Callable[[Cut], Cut]) -> Outcome:
    """Apply `change`, which adds clips, to the current cut as one undoable edit. `label` names the edit in
    the history.

    In a performance, some shots show the take of another shot. A new clip of such a shot shows that take.
    """
    shared = find_shared_takes(studio.take_snapshot().story)
    return edit_cut(studio, label, lambda cut: update_shared_takes(cut, change(cut), shared, shared, new_id))


def save_cut_edit(
    studio: Studio,
    label: str,
    before: Cut,
    after: Cut,
    *,
    old_values: Sequence[Any] = (),
    new_values: Sequence[Any] = (),
) -> Outcome:
    """Write `after` as the new state of the current cut, as one undoable edit. The stored values `old_values`
    change to `new_values` in the same edit.

    Raises Refused if the cut would be longer than MAX_CUT_FRAMES.
    """
    if after == before and list(old_values) == list(new_values):
        return Outcome(data={"cut": before.id}, message="nothing changed")
    frames = layout(after).frames
    if frames > MAX_CUT_FRAMES:
        raise Refused(f"the film would be {frames} frames long", f"a cut has at most {MAX_CUT_FRAMES} frames")
    studio.require_project().write_edit(
        label,
        scope=before.id,
        actor=studio.actor,
        before=[before, *old_values],
        after=[after, *new_values],
    )
    removed, added = find_unshared_values(before.clips, after.clips)
    old = {clip.id for clip in removed}
    data = {
        "cut": before.id,
        "frames": frames,
        "added": [clip.id for clip in added if clip.id not in old],
    }
    held_before, held = find_held_frames(studio, before, removed), find_held_frames(studio, after, added)
    sentences = [
        f"{get_clip_name(studio, clip)} holds its last picture for {held[clip.id]} f"
        for clip in added
        if held.get(clip.id, 0) != held_before.get(clip.id, 0) and held.get(clip.id)
    ]
    return Outcome(data=data, message="; ".join([label, *sentences]))


def find_held_frames(studio: Studio, cut: Cut, clips: Iterable[Clip]) -> dict[str, int]:
    """Return the number of frames for which clips of video tracks hold the last picture of their files, by
    clip id. A file's last picture is held while its sound lasts longer. Other clips are left out.
    """
    bounds, kinds = make_current_media_length_lookup(studio), {track.id: track.kind for track in cut.tracks}
    shown = [clip for clip in clips if kinds[clip.track] is TrackKind.VIDEO]
    held = {clip.id: count_held_frames(clip, cut.rate, get_source_media(clip, bounds)) for clip in shown}
    return {id: frames for id, frames in held.items() if frames}


def find_track(cut: Cut, name: str) -> Track:
    """Find a track by id or name ("V1"). Raises NotFound, Ambiguous."""

    def describe_track(track: Track) -> tuple[str, str]:
        clips = sum(clip.track == track.id for clip in cut.clips)
        return track.id, f"({track.kind.value}, {format_count(clips, 'clip')})"

    track = find_by_name(
        name,
        "tracks",
        cut.tracks,
        describe_track,
        lambda each: each.id == name,
        lambda each: each.name == name,
    )
    if track is None:
        names = ", ".join(each.name for each in layout(cut).tracks)
        raise NotFound(f"the cut has no track “{name}”", f"tracks: {names}")
    return track


def find_clip(studio: Studio, name: str) -> Clip:
    """Find a clip by its id, by its shot's number (“3B”, the earliest clip of that shot), or by its name in
    `cut show`. “theme.wav@00:00:10:00” is the clip of that name that is heard or seen at that time.

    Raises NotFound, and Ambiguous if several clips have the name.
    """
    snapshot = studio.take_snapshot()
    cut = get_current_cut(studio)
    for clip in cut.clips:
        if clip.id == name:
            return clip
    shot = next((id for id, number in snapshot.story.numbers.items() if number == name.upper()), name)
    clips = [clip for clip in cut.clips if clip.source.ref == shot]
    if clips:
        placed = layout(cut)
        return min(clips, key=lambda clip: placed.get_start(clip.id))
    called = list_called_clips(studio, cut, name) or _list_clips_called_at(studio, cut, name)
    if not called:
        raise NotFound(f"the cut has no clip “{name}”", "milimo cut show lists the clips")
    return require_single_clip(cut, name, called)


def list_called_clips(studio: Studio, cut: Cut, name: str) -> list[Clip]:
    """Return the clips of a cut that have a name, in no order."""
    return [clip for clip in cut.clips if name and _is_clip_called(studio, clip, name)]


def _list_clips_called_at(studio: Studio, cut: Cut, name: str) -> list[Clip]:
    """Return the clips that a name with a time means, such as “theme.wav@00:00:10:00”."""
    bare, _, time = name.rpartition("@")
    try:
        frame = parse_frame(time, cut.rate) if bare else -1
    except BadInput:
        return []
    placed = layout(cut)
    return [
        clip
        for clip in list_called_clips(studio, cut, bare)
        if placed.get_placed(clip.id).start <= frame < placed.get_placed(clip.id).end
    ]


def require_single_clip(cut: Cut, name: str, called: Sequence[Clip]) -> Clip:
    """Return the only clip in `called`, the clips with the given name. If there are several, raise Ambiguous
    with their positions.
    """
    if len(called) == 1:
        return called[0]
    placed, tracks = layout(cut), {track.id: track.name for track in cut.tracks}
    starts = Counter(placed.get_start(clip.id) for clip in called)
    places = []
    for clip in sorted(called, key=lambda clip: placed.get_start(clip.id)):
        start = placed.get_start(clip.id)
        time = format_timecode(start, cut.rate)
        if starts[start] == 1 and "@" not in name:
            places.append((f"{name}@{time.replace(';', ':')}", f"on {tracks[clip.track]}"))
        else:
            places.append((clip.id, f"at {time} on {tracks[clip.track]}"))
    raise build_ambiguity_error(name, f"{len(called)} clips are called “{name}”", places)


def _is_clip_called(studio: Studio, clip: Clip, name: str) -> bool:
    return clip.source.kind is not SourceKind.GAP and name in (clip.label, get_clip_name(studio, clip))


def get_clip_name(studio: Studio, clip: Clip) -> str:
    """Return the display name of a clip. This is the first that exists of: its shot's number, its label, its
    title text, the name of its source, and its kind.
    """
    words = shorten_title(clip.effects.title) if clip.effects.title else ""
    number = studio.take_snapshot().story.numbers.get(clip.source.ref, "")
    return number or clip.label or words or get_source_name(studio, clip.source.ref) or clip.source.kind.value


def get_source_name(studio: Studio, ref: str) -> str:
    """Return the display name of the source with the id `ref`: a shot's number, or the name of a file or cut.
    Return an empty string for an unknown id.
    """
    snapshot = studio.take_snapshot()
    of_file = (asset.name for asset in snapshot.story.assets if asset.id == ref)
    inner = (cut.name for cut in snapshot.cuts if cut.id == ref)
    return snapshot.story.numbers.get(ref, "") or next(of_file, "") or next(inner, "")


def parse_cut_frame(studio: Studio, text: str, cut: Cut | None = None) -> int:
    """Parse a time typed by the user into a frame of a cut, by default the current one. An empty text means
    the playhead. Raises BadInput.
    """
    cut = cut or get_current_cut(studio)
    return parse_frame(text, cut.rate) if text else cut.playhead


def require_frame_in_cut(cut: Cut, frame: int) -> None:
    """Raise BadInput for a frame after the end of the cut, where a key would never be heard or seen."""
    end = layout(cut).frames
    if frame > end:
        raise BadInput(
            f"{format_timecode(frame, cut.rate)} is after the end of the cut",
            f"choose a time up to {format_timecode(end, cut.rate)}",
        )


def parse_frame_shift(studio: Studio, by: int | str) -> int:
    """Parse a time with a sign into a number of frames at the current cut's rate. Raises BadInput."""
    return parse_shift(str(by), get_current_cut(studio).rate)


class SingleClipArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")


def on_clip(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, SingleClipArgs], Outcome]:
    """Create the function of a command that applies `change` to one clip. `verb` names the edit in the
    history.
    """

    def run(studio: Studio, args: SingleClipArgs) -> Outcome:
        clip = find_clip(studio, args.clip)
        return edit_cut(
            studio, f"{verb} {get_clip_name(studio, clip)}", lambda cut: change(cut, clip.id, new_id=new_id)
        )

    return run


def make_cut_command(id: str, title: str, help: str, run: Any, args: Any, *positional: str) -> Command:
    """Create a `cut …` command, which needs an open film. An underscore in the id becomes a hyphen on the
    command line.
    """
    words = f"cut {id.replace('_', '-')}"
    return Command(f"cut.{id}", title, help, run, args, refuse_without_film, cli=words, positional=positional)
