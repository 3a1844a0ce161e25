"""Find where a media file is used in the film: as a take, board, clip, LUT, matte, impulse response,
reference of an element, or condition of a shot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.core.time import format_timecode
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.strips import list_strips
from milimo_tui.cut.sound.sound_chains import list_chain_impulses
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.rows.stored_values import Mask
from milimo_tui.story.values.film import Story


@dataclass(frozen=True, slots=True)
class MediaUse:
    """A use of an asset. `what` describes the use within a sentence, such as `long, V1 at 00:00:04:00`.

    `cut` and `clip` are ids if the asset is used in a clip, and otherwise empty.
    """

    asset: str
    what: str
    cut: str = ""
    clip: str = ""
    frame: int = 0  # The first frame of the clip in its cut.


def list_media_uses(
    story: Story, cuts: Sequence[Cut], asset: str, masks: Sequence[Mask] = ()
) -> tuple[MediaUse, ...]:
    """Return every use of the asset with the id `asset`. Uses in scenes, shots and elements come first, then
    uses in the clips of the cuts.
    """
    return tuple(use for use in list_all_media_uses(story, cuts, masks) if use.asset == asset)


def list_all_media_uses(story: Story, cuts: Sequence[Cut], masks: Sequence[Mask] = ()) -> Iterator[MediaUse]:
    """Yield every use of every asset."""
    yield from _list_uses_in_story(story)
    for mask in masks:
        yield MediaUse(mask.source, f"the source of mask {mask.label or mask.id}")
        yield MediaUse(mask.asset, f"mask {mask.label or mask.id}")
    for cut in cuts:
        yield from _list_uses_in_cut(cut)


def _list_uses_in_story(story: Story) -> Iterator[MediaUse]:
    numbers = story.numbers
    for take in story.takes:
        yield MediaUse(take.asset, f"take of {numbers.get(take.shot, '?')}")
    scenes = {scene.id: scene.number for scene in story.scenes}
    for sound in story.sound_takes:
        owner = f"scene {scenes.get(sound.scene, '?')}" if sound.scene else "the film"
        yield MediaUse(sound.asset, f"{sound.role.value} of {owner}")
    for spoken in story.line_takes:
        yield MediaUse(spoken.asset, f"a line of {numbers.get(spoken.shot, '?')}")
    for shot in story.shots:
        number = numbers.get(shot.id, "?")
        if shot.board:
            yield MediaUse(shot.board, f"board of {number}")
        for given in shot.conditioning:
            if given.asset:
                yield MediaUse(given.asset, f"an input of {number}")
    for element in story.elements:
        for reference in element.references:
            yield MediaUse(reference, f"a picture of {element.trigger}")
        if element.sample:
            yield MediaUse(element.sample, f"the voice of {element.trigger}")
    for look in story.looks:
        if look.sample:
            yield MediaUse(look.sample, f"the voice of the look {look.name or look.id}")


def _list_uses_in_cut(cut: Cut) -> Iterator[MediaUse]:
    placed = layout(cut)
    tracks = {track.id: track.name for track in cut.tracks}
    for clip in sorted(cut.clips, key=lambda clip: (placed.get_start(clip.id), tracks.get(clip.track, ""))):
        start = placed.get_start(clip.id)
        where = f"{cut.name}, {tracks.get(clip.track, '?')} at {format_timecode(start, cut.rate)}"
        yield MediaUse(clip.source.ref, where, cut.id, clip.id, start)
        if clip.effects.lut:
            yield MediaUse(clip.effects.lut, f"{where}, as its LUT", cut.id, clip.id, start)
        for impulse in list_chain_impulses(clip.effects.chain):
            yield MediaUse(impulse.asset, f"{where}, as an impulse response", cut.id, clip.id, start)
    for strip in list_strips(cut):
        for impulse in list_chain_impulses(strip.chain):
            yield MediaUse(impulse.asset, f"{cut.name}, {strip.name}, as an impulse response", cut.id)
