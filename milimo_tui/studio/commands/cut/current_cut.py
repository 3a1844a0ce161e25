"""Functions shared by commands on the current cut: find the cut, its clips and tracks, and write one edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from milimo_tui.core.changes import apart
from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import parse_frame, parse_shift, seconds_of, timecode
from milimo_tui.cut.compare.cut_text import short
from milimo_tui.cut.follow.shared_takes import with_shared
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Available, Clip, Cut, MediaLength, Source, SourceKind, Track
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.film import AssetKind, Story
from milimo_tui.studio.cuts.shared_takes import shared_in
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.lookup import require_cut
from milimo_tui.studio.session.names import one_called, which
from milimo_tui.studio.session.studio import Studio

LONGEST = 10**8  # Frames: more than a month of film at 24 frames per second.


def current_cut(studio: Studio) -> Cut:
    """Return the cut that commands apply to. Raises NotFound if the film has no cut."""
    cut = studio.snapshot().cut
    if cut is None:
        raise NotFound("the film has no cut yet", "milimo storyboard commit makes the first one")
    return cut


def find_cut(studio: Studio, name: str) -> Cut:
    """Find a cut by id or name. Raises NotFound, Ambiguous."""
    return require_cut(studio.snapshot().cuts, name)


def media_lengths(story: Story, cuts: Sequence[Cut] = ()) -> MediaLength:
    """Return a function that maps a source to its available media.

    The function returns None for sources without a fixed length, such as still pictures. `cuts` are the cuts
    that compound clips may show.
    """
    inner = {cut.id: cut for cut in cuts}
    assets = {asset.id: asset for asset in story.assets}
    shots = {shot.id: shot for shot in story.shots}
    performances = Performances(story)

    def available(source: Source) -> Available | None:
        take = None
        if source.kind is SourceKind.SHOT:
            shot = shots.get(source.ref)
            take = performances.shown(shot) if shot else None
            asset = assets.get(take.asset) if take else None
        elif source.kind is SourceKind.CUT:
            shown = inner.get(source.ref)
            return Available.of(seconds_of(layout(shown).frames, shown.rate)) if shown else None
        else:
            asset = assets.get(source.ref)
        if asset is None or asset.seconds is None or asset.kind is AssetKind.PICTURE:
            return None
        return Available.of(asset.seconds, take.head_seconds(asset.rate) if take else Fraction(0))

    return available


def current_media_lengths(studio: Studio) -> MediaLength:
    """Return the media length lookup for the film's current state."""
    snapshot = studio.snapshot()
    return media_lengths(snapshot.story, snapshot.cuts)


def edit_cut(studio: Studio, label: str, change: Callable[[Cut], Cut]) -> Outcome:
    """Apply `change` to the current cut as one undoable edit."""
    before = current_cut(studio)
    return keep_edit(studio, label, before, change(before))


def put_in(studio: Studio, label: str, change: Callable[[Cut], Cut]) -> Outcome:
    """Apply a change that adds clips to the current cut, as one undoable edit.

    Added clips of shots that share another shot's take are set to show that take.
    """
    shared = shared_in(studio.snapshot().story)
    return edit_cut(studio, label, lambda cut: with_shared(cut, change(cut), shared, shared, new_id))


def keep_edit(studio: Studio, label: str, before: Cut, after: Cut) -> Outcome:
    """Write `after` as the new state of the current cut, as one undoable edit.

    Raises Refused if the cut would be longer than MAX_CUT_FRAMES.
    """
    if after == before:
        return Outcome(data={"cut": before.id}, message="nothing changed")
    frames = layout(after).frames
    if frames > LONGEST:
        raise Refused(f"the film would be {frames} frames long", f"{LONGEST} are the most")
    studio.project().edit(label, scope=before.id, actor=studio.actor, before=[before], after=[after])
    gone, come = apart(before.clips, after.clips)
    old = {clip.id for clip in gone}
    data = {
        "cut": before.id,
        "frames": frames,
        "added": [clip.id for clip in come if clip.id not in old],
    }
    return Outcome(data=data, message=label)


def find_track(cut: Cut, name: str) -> Track:
    """Find a track by id or name ("V1"). Raises NotFound, Ambiguous."""

    def told(track: Track) -> tuple[str, str]:
        clips = sum(clip.track == track.id for clip in cut.clips)
        return track.id, f"({track.kind.value}, {clips} clips)"

    track = one_called(
        name, "tracks", cut.tracks, told, lambda each: each.id == name, lambda each: each.name == name
    )
    if track is None:
        there = ", ".join(each.name for each in layout(cut).tracks)
        raise NotFound(f"the cut has no track “{name}”", f"tracks: {there}")
    return track


def find_clip(studio: Studio, name: str) -> Clip:
    """Find a clip by its id, its shot's number ("3B": the earliest clip of the shot), or its name in `cut
    show`.

    Raises NotFound, and Ambiguous if several clips have the name: the command never guesses.
    """
    snapshot = studio.snapshot()
    cut = current_cut(studio)
    for clip in cut.clips:
        if clip.id == name:
            return clip
    shot = next((id for id, number in snapshot.story.numbers.items() if number == name.upper()), name)
    shown = [clip for clip in cut.clips if clip.source.ref == shot]
    if shown:
        placed = layout(cut)
        return min(shown, key=lambda clip: placed.start_of(clip.id))
    called = [clip for clip in cut.clips if name and _is_called(studio, clip, name)]
    if not called:
        raise NotFound(f"the cut has no clip “{name}”", "milimo cut show")
    return one_clip(cut, name, called)


def one_clip(cut: Cut, name: str, called: Sequence[Clip]) -> Clip:
    """Return the only clip in `called`. Raises Ambiguous with the position of each clip if there are
    several.
    """
    if len(called) == 1:
        return called[0]
    placed, tracks = layout(cut), {track.id: track.name for track in cut.tracks}
    places = [
        (clip.id, f"at {timecode(placed.start_of(clip.id), cut.rate)} on {tracks[clip.track]}")
        for clip in sorted(called, key=lambda clip: placed.start_of(clip.id))
    ]
    raise which(name, f"{len(called)} clips are called “{name}”", places)


def _is_called(studio: Studio, clip: Clip, name: str) -> bool:
    return clip.source.kind is not SourceKind.GAP and name in (clip.label, name_of(studio, clip))


def name_of(studio: Studio, clip: Clip) -> str:
    """Return the display name of a clip: its shot's number, its label, its title text, its source's name or
    its kind.
    """
    words = short(clip.effects.title) if clip.effects.title else ""
    number = studio.snapshot().story.numbers.get(clip.source.ref, "")
    return number or clip.label or words or source_name(studio, clip.source.ref) or clip.source.kind.value


def source_name(studio: Studio, ref: str) -> str:
    """Return the display name of a source by its id: a shot's number or the name of a file or cut; else
    "".
    """
    snapshot = studio.snapshot()
    of_file = (asset.name for asset in snapshot.story.assets if asset.id == ref)
    inner = (cut.name for cut in snapshot.cuts if cut.id == ref)
    return snapshot.story.numbers.get(ref, "") or next(of_file, "") or next(inner, "")


def frame_of(studio: Studio, text: str) -> int:
    """Parse a time such as a user types into a frame of the current cut; "" is the playhead. Raises
    BadInput.
    """
    cut = current_cut(studio)
    return parse_frame(text, cut.rate) if text else cut.playhead


def frames_by(studio: Studio, by: int | str) -> int:
    """Parse a signed time into a number of frames at the current cut's rate. Raises BadInput."""
    return parse_shift(str(by), current_cut(studio).rate)


class ClipArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")


def on_clip(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, ClipArgs], Outcome]:
    """Return a command function that applies `change` to one clip."""

    def run(studio: Studio, args: ClipArgs) -> Outcome:
        clip = find_clip(studio, args.clip)
        return edit_cut(
            studio, f"{verb} {name_of(studio, clip)}", lambda cut: change(cut, clip.id, new_id=new_id)
        )

    return run


def cut_command(id: str, title: str, help: str, run: Any, args: Any, *positional: str) -> Command:
    """Return a `cut …` command that needs an open film; underscores of the id become hyphens on the command
    line.
    """
    words = f"cut {id.replace('_', '-')}"
    return Command(f"cut.{id}", title, help, run, args, needs_project, cli=words, positional=positional)
