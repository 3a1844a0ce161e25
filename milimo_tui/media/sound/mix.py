"""The mix of a film: the sound of every clip of a plan is added in float, at its absolute sample index.

The edge of frame n of the film is sample `frame_to_sample(n)`, not a sum of rounded lengths, so that rounding
errors do not add up.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Collection, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import format_timecode, frame_to_sample
from milimo_tui.cut.delivery.segments import list_media_sound_files
from milimo_tui.cut.plan.damage import add_place_to_error
from milimo_tui.cut.plan.plan import RenderPlan, SoundClip
from milimo_tui.cut.values.effects import OnDamage
from milimo_tui.media.files.file_stamp import stamp_file
from milimo_tui.media.sound.bus_mix import StripMix
from milimo_tui.media.sound.ramped import is_time_mapped, on_course
from milimo_tui.media.sound.resample import ResampledSound
from milimo_tui.media.sound.samples import SampleSource, Sound, make_silence
from milimo_tui.media.sound.sound_file import SoundFile
from milimo_tui.media.sound.voice_effects import apply_clip_effects
from milimo_tui.media.sound.voices import MixVoice, make_voice

# At most this many files stay open after their clip has ended, for a later clip of the same file. Beyond it,
# the file that has been unused longest is closed.
FILES_KEPT = 16
# Clips are indexed by stretches of this many samples, so that the clips at a position are found quickly.
_BUCKET = 1 << 18


class Mixer:
    """A mixer that returns any part of a plan's sound. Reading on from the last position is fast. One thread
    at a time may use it.

    If the plan has no mixer, the sounds are only added. Otherwise they pass the strips of the plan's mixer
    (`bus_mix`).
    """

    def __init__(self, plan: RenderPlan, tracks: Collection[str] | None = None, channels: int = 2) -> None:
        """Prepare the mix on 1, 2 or 6 channels. `tracks` are the names of the tracks to mix; None means all.
        No file is opened yet.
        """
        self.plan, self.channels, self.sample_rate = plan, channels, plan.sample_rate
        self.samples = frame_to_sample(plan.frames, plan.rate, plan.sample_rate)
        clips = [clip for clip in plan.sounds if tracks is None or clip.track in tracks]
        self._pool = _SourcePool(clips, channels)
        self._buses: StripMix | None = None
        if plan.mixer is None:
            self._mixes = [ClipMix(plan, clips, channels, self._pool)]
        else:
            by_strip: dict[int, list[SoundClip]] = {}
            for clip in clips:
                by_strip.setdefault(clip.strip or 0, []).append(clip)
            mixes = {strip: ClipMix(plan, sounds, channels, self._pool) for strip, sounds in by_strip.items()}
            self._mixes = list(mixes.values())
            self._buses = StripMix(plan.mixer, mixes, plan.sample_rate, channels)

    def read(self, start: int, samples: int) -> Sound:
        """Return float (channels, samples) from film sample `start` on, within −1…1.

        Raises Failed with clip and timecode if a source is missing or damaged there.
        """
        out = self.read_unclipped(start, samples)
        return np.clip(out, -1.0, 1.0, out=out)

    def read_unclipped(self, start: int, samples: int) -> Sound:
        """Return the mix as `read` does, but without clipping: for mastering or further mixing."""
        if self._buses is not None:
            return self._buses.read(start, samples)
        return self._mixes[0].read(start, samples)

    def read_with_strips(self, start: int, samples: int) -> tuple[Sound, dict[str, Sound]]:
        """Return the mix as `read_unclipped` does, and the sound of each strip after its fader, by name. A
        plan without a mixer has only the strips of its tracks.
        """
        if self._buses is not None:
            return self._buses.read_with_strips(start, samples)
        by_track: dict[str, Sound] = {}
        return self._mixes[0].read(start, samples, by_track), by_track

    def has_replaced_file(self, start: int, samples: int) -> bool:
        """Return True if a file that sounds in these samples was replaced after it was opened. A new mixer
        then reads the new file.
        """
        return any(mix.has_replaced_file(start, samples) for mix in self._mixes)

    def close(self) -> None:
        """Close all sources."""
        for mix in self._mixes:
            mix.close()
        self._pool.close()


class ClipMix:
    """The sum of some of a plan's sounds, without clipping. Several mixes may share a pool of open files."""

    def __init__(self, plan: RenderPlan, clips: list[SoundClip], channels: int, pool: _SourcePool) -> None:
        self._plan, self._clips, self.channels = plan, clips, channels
        self.sample_rate = plan.sample_rate
        self._index: dict[int, list[int]] = {}
        for number, clip in enumerate(self._clips):
            first, last = (
                frame_to_sample(frame, plan.rate, plan.sample_rate)
                for frame in (clip.start, clip.start + clip.frames)
            )
            for bucket in range(first // _BUCKET, (last - 1) // _BUCKET + 1):
                self._index.setdefault(bucket, []).append(number)
        self._voices: dict[int, MixVoice] = {}
        self._sounding: dict[
            int, tuple[SampleSource, SampleSource]
        ] = {}  # For each clip that is being played, the processed sound and the source that it reads.
        self._open = pool
        # The stamp that each file had when it was first opened, by path
        self._stamps: dict[str, str] = {}

    def read(self, start: int, samples: int, by_track: dict[str, Sound] | None = None) -> Sound:
        """Return float (channels, samples) from film sample `start` on. If `by_track` is given, the sound of
        each track is added to it, by name.

        Raises Failed with clip and timecode if a source is missing or damaged there.
        """
        out, end = make_silence(samples, self.channels), start + samples
        voices = self._find_voices_between(start, end)
        for number in [number for number in self._sounding if number not in voices]:
            self._release_voice(number)
        for number, voice in voices.items():
            first, last = max(start, voice.start), min(end, voice.end)
            samples_heard = voice.apply_pan(self._read_voice(number, voice, first, last), first, last)
            gain = voice.compute_voice_gain(first, last)
            samples_heard = samples_heard if gain is None else samples_heard * gain
            out[:, first - start : last - start] += samples_heard
            if by_track is not None:
                track = by_track.setdefault(voice.clip.track, make_silence(samples, self.channels))
                track[:, first - start : last - start] += samples_heard
            if last == voice.end:
                self._release_voice(number)
        return out

    def has_replaced_file(self, start: int, samples: int) -> bool:
        """Return True if a file that sounds in these samples was replaced after it was opened."""
        return any(
            path in self._stamps and self._stamps[path] != stamp_file(path)
            for voice in self._find_voices_between(start, start + samples).values()
            for path in dict.fromkeys(list_media_sound_files(voice.clip.media))
        )

    def close(self) -> None:
        """Return all sources to the pool."""
        for number in list(self._sounding):
            self._release_voice(number)

    def _find_voices_between(self, start: int, end: int) -> dict[int, MixVoice]:
        """Return the sound clips that are audible in samples [start, end) of the film, in the plan's order,
        as voices by clip number. A voice is a sound clip with its position and gains in samples of the film.
        """
        near = {
            number
            for bucket in range(start // _BUCKET, max(start, end - 1) // _BUCKET + 1)
            for number in self._index.get(bucket, ())
        }
        out = {}
        for number in sorted(near):
            voice = self._voices.get(number)
            if voice is None:
                voice = self._voices[number] = make_voice(self._plan, self._clips[number])
            if voice.start < end and voice.end > start:
                out[number] = voice
        return out

    def _read_voice(self, number: int, voice: MixVoice, first: int, last: int) -> Sound:
        try:
            if number not in self._sounding:
                self._sounding[number] = self._open_voice(voice, first)
            return self._sounding[number][0].read(first, last - first)
        except MilimoError as error:
            plan = self._plan
            frame = plan.start + int(first * plan.rate / plan.sample_rate)
            name = voice.clip.media.title or voice.clip.clip
            raise add_place_to_error(
                error, f"clip “{name}” at {format_timecode(frame, plan.rate)}"
            ) from error

    def _open_voice(self, voice: MixVoice, first: int) -> tuple[SampleSource, SampleSource]:
        clip, rate = voice.clip, self.sample_rate
        second = voice.origin + Fraction(first, rate) * clip.speed
        for path in list_media_sound_files(clip.media):
            if path not in self._stamps:
                self._stamps[path] = stamp_file(path)
        source = self._open.take(clip, second)
        timed: SampleSource
        if is_time_mapped(voice):
            timed = on_course(source, voice, self._plan.rate, rate)
        else:
            native = source.sample_rate
            # In reverse, playback begins with the last sample before that second.
            origin = voice.origin * native - (1 if clip.speed < 0 else 0)
            timed = ResampledSound(source, clip.speed * native / rate, origin, rate)
        return apply_clip_effects(timed, voice), source

    def _release_voice(self, number: int) -> None:
        self._voices.pop(number, None)  # A long film has thousands of voices.
        self._open.give_back(self._clips[number], self._sounding.pop(number)[1])


class _NestedMix:
    """The sound of a compound clip as a sound source: the mix of the cut inside the clip, without
    clipping.
    """

    def __init__(self, mixer: Mixer) -> None:
        self._mixer = mixer
        self.sample_rate, self.channels = mixer.sample_rate, mixer.channels

    def read(self, start: int, samples: int) -> Sound:
        out = make_silence(samples, self.channels)
        first, last = max(0, start), min(self._mixer.samples, start + samples)
        if last > first:
            out[:, first - start : last - start] = self._mixer.read_unclipped(first, last - first)
        return out

    def close(self) -> None:
        self._mixer.close()


class _SourcePool:
    """Open sound files that no clip uses at present. They stay open so that the next clip of the same file
    need not open it again. A file that only one clip uses is closed at the end of the clip.
    """

    def __init__(self, clips: Sequence[SoundClip], channels: int) -> None:
        self._channels = channels
        uses = Counter(map(_make_pool_key, clips))
        self._shared = {name for name, count in uses.items() if count > 1}
        self._waiting: OrderedDict[int, tuple[str, SampleSource]] = OrderedDict()

    def take(self, clip: SoundClip, second: Fraction) -> SampleSource:
        """Return a reader for the media of a clip. An open reader whose position is shortly before `second`
        is preferred to a new one.
        """
        media, name, best = clip.media, _make_pool_key(clip), None
        for key, (other, source) in self._waiting.items():
            if other == name:
                ahead = second * source.sample_rate - getattr(source, "position", 0)
                distance = (ahead < -source.sample_rate // 2, abs(ahead))
                best = min(best, (distance, key)) if best else (distance, key)
        if best is not None:
            return self._waiting.pop(best[1])[1]
        if media.plan is not None:
            return _NestedMix(Mixer(media.plan, channels=self._channels))
        return SoundFile(
            Path(media.path),
            self._channels,
            stream=clip.stream,
            chosen=clip.channels,
            silent=_is_damage_tolerated(clip),
        )

    def give_back(self, clip: SoundClip, source: SampleSource) -> None:
        name = _make_pool_key(clip)
        if name not in self._shared:
            source.close()
            return
        self._waiting[id(source)] = (name, source)
        while len(self._waiting) > FILES_KEPT:
            self._waiting.popitem(last=False)[1][1].close()

    def close(self) -> None:
        while self._waiting:
            self._waiting.popitem()[1][1].close()


def _make_pool_key(clip: SoundClip) -> str:
    media = clip.media
    if media.plan is not None:
        return f"cut {media.plan.cut} {id(media.plan)}"
    return f"{media.path} {_is_damage_tolerated(clip)} {clip.stream} {clip.channels}"


def _is_damage_tolerated(clip: SoundClip) -> bool:
    return clip.effects.damaged is not OnDamage.REFUSE
