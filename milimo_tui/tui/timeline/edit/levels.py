"""The keys that make a clip or a track louder or softer, by one decibel per key press, the key for ducking,
and the key that chooses the sound stream of a clip.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from milimo_tui.cut.values.sound_choice import describe_sound
from milimo_tui.cut.values.streams import SoundFacts, parse_stream_facts
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.values import targets

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Asset
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore

_ALL_CLIPS, _ONE_CLIP = "all", "one"


class LevelKeys:
    """The actions that change the levels of clips and tracks. A count before the key is the number of
    decibels.
    """

    def __init__(self, core: TimelineCore) -> None:
        self._core = core

    @action
    async def act_louder(self, key_command: KeyCommand) -> None:
        """Make the clip under the playhead louder or softer, depending on the key."""
        core, span = self._core, self._core.span
        if span is None or not targets.list_clips_from_playhead(core.cutting, core.view, 1):
            core.show_message(
                targets.describe_missing_clip(core.cutting, core.view),
                "warn",
                "{ui.lane_down} goes a track down",
            )
            return
        await core.run_and_wait("cut.louder", clip=span.clip.id, by=_read_decibels(key_command))

    @action
    async def act_track_louder(self, key_command: KeyCommand) -> None:
        """Make the current track louder or softer, depending on the key."""
        lane = self._core.cutting.get_lane(self._core.view.lane)
        if lane is not None:
            await self._core.run_and_wait(
                "cut.track_set", track=lane.track.id, louder=_read_decibels(key_command)
            )

    @action
    async def act_track_duck(self, key_command: KeyCommand) -> None:
        """Run the command that makes all clips of the current track softer while somebody speaks in the film
        (ducking).
        """
        lane = self._core.cutting.get_lane(self._core.view.lane)
        if lane is not None:
            await self._core.run_and_wait("cut.duck", track=lane.track.id)

    @action
    async def act_sound_stream(self, key_command: KeyCommand) -> None:
        """Choose the sound stream of the file that the clip under the playhead plays, or one channel of a
        stream, for this clip or for all clips of the file.
        """
        core, span = self._core, self._core.span
        asset = core.clip_styles.find_clip_asset(span.clip) if span is not None else None
        sounds = parse_stream_facts(asset.facts).sounds if asset is not None else ()
        if span is None or asset is None or not sounds:
            core.show_message("no clip with sound is under the playhead", "warn")
            return
        chosen = _format_choice_word(span.clip.stream, span.clip.channels)
        choices = tuple(_iterate_sound_choices(sounds))
        field = FormField(
            key="stream",
            label="sound stream, or stream:channels",
            kind=FieldKind.CHOICE,
            text=chosen,
            choices=choices,
            is_free=True,
        )
        word = await core.ask_field(field, name="SOUND")
        if word is None:
            return
        others = self._count_clips_of(asset) > 1
        if word == chosen and not others:
            return
        stream, _, channels = word.partition(":")
        is_everywhere = await self._ask_for_all_clips(asset) if others else False
        if is_everywhere is not None:
            await core.run_and_wait(
                "cut.set",
                clip=span.clip.id,
                stream=stream,
                channels=channels or "all",
                all_clips=is_everywhere,
            )

    def _count_clips_of(self, asset: Asset) -> int:
        """Return the number of clips of the cut that play a file."""
        find_asset, lanes = self._core.clip_styles.find_clip_asset, self._core.cutting.lanes
        return sum(find_asset(span.clip) == asset for lane in lanes for span in lane.spans)

    async def _ask_for_all_clips(self, asset: Asset) -> bool | None:
        """Ask if all clips of a file change, or only the clip under the playhead. None if the user leaves the
        question.
        """
        choices = (
            FieldChoice(_ALL_CLIPS, f"all {self._count_clips_of(asset)} clips of {asset.name}"),
            FieldChoice(_ONE_CLIP, "only the clip under the playhead"),
        )
        field = FormField(
            key="clips", label="clips to change", kind=FieldKind.CHOICE, text=_ALL_CLIPS, choices=choices
        )
        word = await self._core.ask_field(field, name="SOUND")
        return None if word is None else word == _ALL_CLIPS


def _iterate_sound_choices(sounds: Sequence[SoundFacts]) -> Iterator[FieldChoice]:
    """Yield the words that choose a stream, such as `2`, or one of its channels, such as `2:1`."""
    for number, sound in enumerate(sounds, 1):
        yield FieldChoice(f"{number}", describe_sound(sound))
        if sound.channels > 1:
            names = dict(enumerate(sound.tracks, 1))
            for channel in range(1, sound.channels + 1):
                name = f", “{names[channel]}”" if names.get(channel) else ""
                yield FieldChoice(f"{number}:{channel}", f"only channel {channel} of stream {number}{name}")


def _format_choice_word(stream: int, channels: tuple[int, ...]) -> str:
    return f"{stream}:{','.join(map(str, channels))}" if channels else f"{stream}"


def _read_decibels(key_command: KeyCommand) -> float:
    return float(key_command.binding.args["by"]) * key_command.times
