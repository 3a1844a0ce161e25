"""The uses of a media file in the film: takes, boards, clips, LUTs, mattes, references, conditioning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.core.time import timecode
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.rows.stored_values import Mask
from milimo_tui.story.values.film import Story


@dataclass(frozen=True, slots=True)
class Use:
    """A use of an asset. `what` is part of a sentence: `long, V1 at 00:00:04:00`. `clip` is set for a use in
    a clip.
    """

    asset: str
    what: str
    cut: str = ""
    clip: str = ""
    frame: int = 0  # start of the clip in its cut


def uses_of(story: Story, cuts: Sequence[Cut], asset: str, masks: Sequence[Mask] = ()) -> tuple[Use, ...]:
    """Return every use of an asset: first those in the story, then clip by clip in film order."""
    return tuple(use for use in all_uses(story, cuts, masks) if use.asset == asset)


def all_uses(story: Story, cuts: Sequence[Cut], masks: Sequence[Mask] = ()) -> Iterator[Use]:
    """Yield every use of every asset."""
    yield from _of_story(story)
    for mask in masks:
        yield Use(mask.source, f"the source of mask {mask.label or mask.id}")
        yield Use(mask.asset, f"mask {mask.label or mask.id}")
    for cut in cuts:
        yield from _of_cut(cut)


def _of_story(story: Story) -> Iterator[Use]:
    numbers = story.numbers
    for take in story.takes:
        yield Use(take.asset, f"take of {numbers.get(take.shot, '?')}")
    for shot in story.shots:
        number = numbers.get(shot.id, "?")
        if shot.board:
            yield Use(shot.board, f"board of {number}")
        for given in shot.conditioning:
            if given.asset:
                yield Use(given.asset, f"{number} must follow it")
    for element in story.elements:
        for reference in element.references:
            yield Use(reference, f"a picture of {element.trigger}")
        if element.sample:
            yield Use(element.sample, f"the voice of {element.trigger}")
    for look in story.looks:
        if look.sample:
            yield Use(look.sample, f"a voice of a look, {look.name or look.id}")


def _of_cut(cut: Cut) -> Iterator[Use]:
    placed = layout(cut)
    tracks = {track.id: track.name for track in cut.tracks}
    for clip in sorted(cut.clips, key=lambda clip: (placed.start_of(clip.id), tracks.get(clip.track, ""))):
        start = placed.start_of(clip.id)
        where = f"{cut.name}, {tracks.get(clip.track, '?')} at {timecode(start, cut.rate)}"
        yield Use(clip.source.ref, where, cut.id, clip.id, start)
        if clip.effects.lut:
            yield Use(clip.effects.lut, f"{where}, as its LUT", cut.id, clip.id, start)
