"""Make a take, chunk by chunk, and write it to one file of pictures and sound.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.contract.engine import Output
from milimo_tui.engines.ltx2.decode.decoding import Pictures
from milimo_tui.engines.ltx2.plan.chain import ChainChunk
from milimo_tui.engines.ltx2.plan.conditioning import resolve_input_path
from milimo_tui.engines.ltx2.scene.pieces import write_piece_takes
from milimo_tui.engines.ltx2.take.chunk_joins import ChainSound
from milimo_tui.engines.ltx2.take.chunk_making import ChunkMaker, MadeChunk
from milimo_tui.engines.ltx2.take.extension import ExtendedTake, make_extension_frames
from milimo_tui.engines.ltx2.take.preserved_sound import combine_kept_sound
from milimo_tui.engines.ltx2.take.seams import Seam, measure_seam, measure_sound_seam
from milimo_tui.engines.runtime.step_cache import CacheDifference
from milimo_tui.media.encode.background_writer import BackgroundTakeWriter
from milimo_tui.media.encode.revoiced_take import can_join_takes, join_takes_with_sound, replace_take_sound
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe


@dataclass(slots=True)
class TakeMaker:
    """The maker of one take and of its file.

    `metadata` is written into the file. `going` describes the existing take that is extended; None if no take
    is extended. `seams` collects the measured seams between chunks. `apart` collects, for each chunk that was
    made a second time without a step cache, the difference between both results.
    """

    chunks: ChunkMaker
    metadata: dict[str, str]
    going: ExtendedTake | None = None
    seams: list[Seam] = field(default_factory=list)
    apart: list[CacheDifference] = field(default_factory=list)
    _written: int = 0

    def make(self, path: Path) -> tuple[Output, ...]:
        """Write the take, or one take for each shot of a one-go scene.

        Raises Failed (NaN, with frame and seed), OutOfMemory, DiskFull, Cancelled.
        """
        plan, spec = self.chunks.plan, self.chunks.spec
        if spec.over is not None:
            return (self._make_sounded_take(path, resolve_input_path(spec.over.input)),)
        if spec.pieces:
            return self._make_scene_takes()
        if self.going is not None:
            return (self._make_extended_take(path, self.going),)
        track = ChainSound(self.chunks.rate, spec.sample_rate)
        before: MadeChunk | None = None
        # Colours are matched to the chunk before, so the pictures of a single chunk are final as soon as they
        # are decoded.
        alone = len(plan.parts) == 1
        with (
            self._create_take_writer(path, plan.fitted.frames) as writer,
            BackgroundTakeWriter(writer) as background_writer,
        ):

            def ready(picture: NDArray[np.uint8]) -> None:
                if self._written < plan.fitted.frames:
                    background_writer.picture(self._crop_to_spec(picture))
                    self._written += 1

            for part in plan.parts:
                chunk, sound = self.chunks.make_chunk(part, before, ready if alone else None)
                if before is not None:
                    self._measure_chunk_seam(before, chunk, track, sound)
                if chunk.apart is not None:
                    self.apart.append(chunk.apart)
                fresh = chunk.pictures[part.overlap :]
                background_writer.sound(track.add_chunk_sound(sound, part.start, part.overlap))
                if not alone:
                    self._publish_chunk(part, fresh, sound)
                    for picture in fresh:
                        ready(picture)
                self._report_written_frames(part)
                before = chunk
            background_writer.sound(track.get_remaining_sound())
        return (Output.of_file("take", path, probe(path).as_json()),)

    def _make_scene_takes(self) -> tuple[Output, ...]:
        """Make a one-go scene and write one take for each of its shots."""
        plan, spec, context = self.chunks.plan, self.chunks.spec, self.chunks.context
        (part,) = plan.parts
        chunk, sound = self.chunks.make_chunk(part, None)
        shown = np.stack([self._crop_to_spec(picture) for picture in chunk.pictures[: plan.fitted.frames]])
        return write_piece_takes(spec, shown, sound, self.metadata, context)

    def _make_sounded_take(self, path: Path, taken: Path) -> Output:
        """Write the unchanged pictures of the take at `taken`, with new sound generated for them."""
        rate, sample_rate = self.chunks.rate, self.chunks.spec.sample_rate
        track = ChainSound(rate, sample_rate)
        heard: list[NDArray[np.float32]] = []
        before: MadeChunk | None = None
        for part in self.chunks.plan.parts:
            chunk, sound = self.chunks.make_chunk(part, before)
            if before is not None:
                there = track.get_joined_sound(part.start, part.overlap)
                seam = measure_sound_seam(part.start, (there, sound[:, : there.shape[1]]), sample_rate)
                self._record_seam(seam)
            before = chunk
            heard.append(track.add_chunk_sound(sound, part.start, part.overlap))
        whole = np.concatenate([*heard, track.get_remaining_sound()], axis=1)
        if self.chunks.kept is not None:
            whole = combine_kept_sound(self.chunks.kept, whole)
        replace_take_sound(taken, path, whole, sample_rate=sample_rate, metadata=self.metadata)
        return Output.of_file("take", path, probe(path).as_json())

    def _make_extended_take(self, path: Path, extended: ExtendedTake) -> Output:
        """Write the extended take: new frames are added after its end or before its beginning, and its own
        pictures are copied unchanged.
        """
        spec, context, one = self.chunks.spec, self.chunks.context, extended.one
        made = make_extension_frames(extended, self.chunks)
        for seam in made.seams:
            self._record_seam(seam)
        fresh, taken = context.workspace / "made.mov", resolve_input_path(one.input)
        with self._create_take_writer(fresh, one.made) as writer:
            for picture in made.pictures:
                writer.picture(self._crop_to_spec(picture))
        files = {fresh: one.made, taken: one.frames} if one.before else {taken: one.frames, fresh: one.made}
        if can_join_takes([*files]):
            join_takes_with_sound(
                files, path, made.sound, sample_rate=spec.sample_rate, metadata=self.metadata
            )
            return Output.of_file("take", path, probe(path).as_json())
        context.log("its own frames are encoded again: their format differs from that of takes")
        with self._create_take_writer(path, one.made + one.frames) as writer:
            writer.sound(made.sound)
            for file, frames in files.items():
                with FrameReader(file) as reader:
                    for frame in range(frames):
                        writer.picture(reader.picture(frame / spec.rate))
        return Output.of_file("take", path, probe(path).as_json())

    def _measure_chunk_seam(
        self, before: MadeChunk, chunk: MadeChunk, track: ChainSound, sound: NDArray[np.float32]
    ) -> None:
        """Compare a chunk with the chunk before it in the frames that both contain, and record the result as
        a seam. `track` is the sound of the earlier chunks, and `sound` that of the new chunk.
        """
        part = chunk.part
        heard = track.get_joined_sound(part.start, part.overlap)
        seam = measure_seam(
            part.start,
            (
                before.pictures[part.start - before.part.start :][: part.overlap],
                chunk.pictures[: part.overlap],
            ),
            (heard, sound[:, : heard.shape[1]]),
            self.chunks.spec.sample_rate,
        )
        self._record_seam(seam)

    def _record_seam(self, seam: Seam) -> None:
        self.seams.append(seam)
        self.chunks.context.log(f"seam at {seam}")

    def _create_take_writer(self, path: Path, frames: int) -> TakeWriter:
        spec = self.chunks.spec
        return TakeWriter(
            path,
            width=spec.width,
            height=spec.height,
            rate=spec.rate,
            frames=frames,
            sample_rate=spec.sample_rate,
            metadata=self.metadata,
        )

    def _crop_to_spec(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the centre of a picture that was made larger than requested, cropped to the size in the
        spec.
        """
        height, width = picture.shape[:2]
        spec = self.chunks.spec
        top, left = (height - spec.height) // 2, (width - spec.width) // 2
        return picture[top : top + spec.height, left : left + spec.width]

    def _publish_chunk(self, part: ChainChunk, fresh: Pictures, sound: NDArray[np.float32]) -> None:
        """Write a finished chunk to a separate file, so that it can be viewed while the next chunk is
        made.
        """
        spec, context = self.chunks.spec, self.chunks.context
        path = context.workspace / f"chunk-{part.index + 1:02d}.mov"
        skipped = frame_to_sample(part.overlap, spec.rate, spec.sample_rate)
        with self._create_take_writer(path, len(fresh)) as writer:
            writer.sound(sound[:, skipped:])
            for picture in fresh:
                writer.picture(self._crop_to_spec(picture))
        context.part(Output.of_file(f"chunk {part.index + 1}", path, probe(path).as_json()))

    def _report_written_frames(self, part: ChainChunk) -> None:
        whole, done = self.chunks.plan.fitted.frames, self._written
        self.chunks.context.progress(
            self.chunks.get_stage_name(part, "writing"), done, whole, frames=(done, whole)
        )
