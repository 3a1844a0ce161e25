"""Extend a take. New frames follow its end or lead to its beginning, and its own frames stay unchanged.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.ltx2.decode.decoding import Pictures, Sound
from milimo_tui.engines.ltx2.plan.conditioning import (
    open_followed_source,
    read_source_pictures,
    resolve_input_path,
)
from milimo_tui.engines.ltx2.plan.sound_orders import count_leading_overlap, count_trailing_overlap
from milimo_tui.engines.ltx2.scene.leading_sound import read_stereo_samples
from milimo_tui.engines.ltx2.take.chunk_joins import FADE, ChainSound, match_colour
from milimo_tui.engines.ltx2.take.chunk_making import ChunkMaker, MadeChunk
from milimo_tui.engines.ltx2.take.preserved_sound import KeptSound
from milimo_tui.engines.ltx2.take.sampling import Latents
from milimo_tui.engines.ltx2.take.seams import Seam, measure_seam
from milimo_tui.engines.specs.video_specs import Clip, Extension, Leading, MakeVideo
from milimo_tui.media.read.probe import probe


@dataclass(frozen=True, slots=True)
class AdjacentFrames:
    """The existing frames next to the new frames of an extension, scaled to the size in which the new frames
    are made. `sound` (2, samples) is None if the take has no sound.
    """

    pictures: Pictures
    sound: Sound | None


@dataclass(frozen=True, slots=True)
class ExtendedTake:
    """The frames of existing takes on both sides of the new frames of an extension. `before` are the frames
    that come before the new ones, and `after` the frames that follow them. `begun` and `behind` are the
    lengths of `before` and `after` in frames; 0 if there are none.
    """

    one: Extension
    begun: int
    behind: int
    before: AdjacentFrames | None
    after: AdjacentFrames | None

    @property
    def made(self) -> range:
        """The range of the new frames within all frames that the model generates: the frames of `before`, the
        new frames and the frames of `after`.
        """
        return range(self.begun, self.begun + self.one.made)


def read_extended_take(spec: MakeVideo, width: int, height: int) -> ExtendedTake:
    """Read the existing frames next to the new ones, in this width and height in pixels. Raises BadInput,
    NotFound, Damaged.
    """
    one = spec.extension
    assert one is not None
    count, trailing = count_leading_overlap(one), count_trailing_overlap(one)
    ahead = one.into or Clip(input=one.input)
    size = (width, height)
    return ExtendedTake(
        one,
        count,
        trailing,
        _read_adjacent_frames(spec, resolve_input_path(one.input), one.frames - count, count, size)
        if count
        else None,
        _read_adjacent_frames(spec, resolve_input_path(ahead.input), ahead.start, trailing, size)
        if trailing
        else None,
    )


def read_frames_sound(spec: MakeVideo, path: Path, frames: int, first: int = 0) -> Sound | None:
    """Return the sound of `frames` frames of a file, from frame `first` on, with silence after the file's
    end. None if the file has no sound.
    """
    if not probe(path).channels:
        return None
    begin, end = (frame_to_sample(each, spec.rate, spec.sample_rate) for each in (first, first + frames))
    started = Leading(input=str(path), start=Fraction(begin, spec.sample_rate))
    return read_stereo_samples(started, end - begin, spec.sample_rate)


def _read_adjacent_frames(
    spec: MakeVideo, path: Path, first: int, frames: int, size: tuple[int, int]
) -> AdjacentFrames:
    pictures = read_source_pictures(open_followed_source(str(path)), frames, spec.rate, first)
    return AdjacentFrames(
        np.stack([_centre_in_frame(np.asarray(one), *size) for one in pictures]),
        read_frames_sound(spec, path, frames, first),
    )


def _centre_in_frame(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Return a picture in the centre of a canvas of this size. The border repeats the picture's edge pixels,
    and nothing is scaled.
    """
    across, down = max(0, width - picture.shape[1]), max(0, height - picture.shape[0])
    left, top = across // 2, down // 2
    wide = np.pad(picture, ((top, down - top), (left, across - left), (0, 0)), mode="edge")
    left, top = (wide.shape[1] - width) // 2, (wide.shape[0] - height) // 2
    return wide[top : top + height, left : left + width]


def get_following_sound(extended: ExtendedTake, spec: MakeVideo) -> KeptSound | None:
    """Return the existing sound that comes after the new frames, together with its start in the take. Return
    None if no existing sound follows.
    """
    if extended.after is None or extended.after.sound is None:
        return None
    at = extended.made.stop / spec.rate
    seconds = Fraction(extended.after.sound.shape[1], spec.sample_rate)
    return KeptSound(extended.after.sound, spec.sample_rate, [(at, at + seconds)], at)


def make_preceding_chunk(extended: ExtendedTake, chunks: ChunkMaker) -> MadeChunk | None:
    """Return the existing frames before the new frames in the form of a finished chunk, so that the first new
    chunk can continue them. Return None if no frames come before the new frames.
    """
    if extended.before is None:
        return None
    first = chunks.plan.parts[0]
    part = replace(first, index=-1, start=0, frames=extended.begun, overlap=0)
    sound = _encode_complete_sound(extended.before.sound, extended.begun, chunks)
    shown = extended.before.pictures
    half = chunks.encode_chunk_pictures(*shown, scale=chunks.plan.stages)
    whole = half if chunks.plan.stages == 1 else chunks.encode_chunk_pictures(*shown)
    return MadeChunk(part, Fraction(0), Latents(half, sound), Latents(whole, sound), shown)


def _encode_complete_sound(sound: Sound | None, frames: int, chunks: ChunkMaker) -> torch.Tensor:
    """Return the latents of the sound of `frames` frames. A latent whose time is only partly covered by the
    sound is left out. Without sound, the tensor has no latents.
    """
    session, seconds = chunks.session, frames / chunks.rate
    pipe, grid = session.pipeline, session.sound_grid
    bins = int(pipe.audio_mel_bins) // int(pipe.audio_vae_mel_compression_ratio)
    none = torch.zeros((1, int(pipe.audio_latent_channels), 0, bins))
    if sound is None:
        return none
    kept = KeptSound(sound, chunks.spec.sample_rate, [(Fraction(0), seconds)])
    vae, where = session.parts["audio_vae"], pipe._execution_device
    parts = kept.encode_held_parts(Fraction(0), seconds, vae, where, grid)
    return parts[0].latents if parts else none


@dataclass(frozen=True, slots=True)
class ExtensionResult:
    """The result of an extension: the new frames, the sound of the complete take, and the seams between old
    and new frames.
    """

    pictures: Pictures
    sound: Sound
    seams: tuple[Seam, ...]


def make_extension_frames(extended: ExtendedTake, chunks: ChunkMaker) -> ExtensionResult:
    """Make the new frames, chunk by chunk. Raises Failed (NaN), OutOfMemory, Cancelled."""
    spec, rate = chunks.spec, chunks.rate
    track = ChainSound(rate, spec.sample_rate)
    sounds: list[Sound] = []
    shown: list[Pictures] = []
    before = make_preceding_chunk(extended, chunks)
    for part in chunks.plan.parts:
        joint = replace(part, overlap=extended.begun) if part.index == 0 and before is not None else part
        before, sound = chunks.make_chunk(joint, before)
        sounds.append(track.add_chunk_sound(sound, part.start, part.overlap))
        shown.append(before.pictures[part.overlap :])
    pictures, stereo = np.concatenate(shown), np.concatenate([*sounds, track.get_remaining_sound()], axis=1)
    if extended.begun == 0 and extended.after is not None and len(chunks.plan.parts) == 1:
        match_colour(pictures, pictures[extended.made.stop :][: extended.behind], extended.after.pictures)
    return ExtensionResult(
        pictures[extended.made.start : extended.made.stop],
        _join_extension_sound(extended, spec, stereo),
        _measure_extension_seams(extended, chunks, pictures, stereo),
    )


def _join_extension_sound(extended: ExtendedTake, spec: MakeVideo, stereo: Sound) -> Sound:
    """Return the sound of the extended take. `stereo` is the generated sound, which also covers frames of the
    old take. Old and generated sound are cross-faded over the last fraction of a second of the old sound. If
    the new frames come before the take, the cross-fade lies in the first fraction of a second of the old
    sound.
    """
    rate, sample_rate, one = spec.rate, spec.sample_rate, extended.one
    own = read_frames_sound(spec, resolve_input_path(one.input), one.frames)
    if own is None:
        own = np.zeros((2, frame_to_sample(one.frames, rate, sample_rate)), np.float32)
    first, end = (
        frame_to_sample(frame, rate, sample_rate) for frame in (extended.made.start, extended.made.stop)
    )
    stereo = np.pad(stereo, ((0, 0), (0, max(0, end + sample_rate - stereo.shape[1]))))
    lap = min(int(FADE * sample_rate), own.shape[1], first if extended.begun else sample_rate)
    ramp = np.linspace(0, 1, lap, dtype=np.float32)
    fresh = stereo[:, first:end]
    if one.before:
        own[:, :lap] = stereo[:, end : end + lap] * (1 - ramp) + own[:, :lap] * ramp
        return np.concatenate([fresh, own], axis=1)
    own[:, -lap:] = own[:, -lap:] * (1 - ramp) + stereo[:, first - lap : first] * ramp
    return np.concatenate([own, fresh], axis=1)


def _measure_extension_seams(
    extended: ExtendedTake, chunks: ChunkMaker, pictures: Pictures, stereo: Sound
) -> tuple[Seam, ...]:
    """Measure the seams between new and existing frames, one at each end of the new frames that adjoins
    existing frames. There the model also generated some existing frames again, and these are compared with
    the originals in picture and sound.
    """
    spec, one = chunks.spec, extended.one
    found: list[Seam] = []
    end_frame = one.made if one.before else one.frames + one.made
    both: Sequence[tuple[int, int, AdjacentFrames | None]] = (
        (0, one.frames, extended.before), (extended.made.stop, end_frame, extended.after)
    )  # fmt: skip
    for first, frame, there in both:
        if there is None:
            continue
        frames = len(there.pictures)
        begin, end = (
            frame_to_sample(each, chunks.rate, spec.sample_rate) for each in (first, first + frames)
        )
        sound = there.sound if there.sound is not None else np.zeros((2, end - begin), np.float32)
        own = stereo[:, begin:end]
        own = np.pad(own, ((0, 0), (0, sound.shape[1] - own.shape[1])))
        found.append(
            measure_seam(frame, (there.pictures, pictures[first:][:frames]), (sound, own), spec.sample_rate)
        )
    return tuple(found)
