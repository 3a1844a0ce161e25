"""The making of a take, chunk by chunk, into one file of pictures and sound.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import sample_at
from milimo_tui.engines.contract.engine import Output
from milimo_tui.engines.ltx2.decode.decoding import Pictures
from milimo_tui.engines.ltx2.plan.chain import Part
from milimo_tui.engines.ltx2.plan.conditioning import path_of
from milimo_tui.engines.ltx2.scene.pieces import lay_down
from milimo_tui.engines.ltx2.take.chunk_joins import SoundTrack
from milimo_tui.engines.ltx2.take.chunk_making import Chunk, ChunkMaking
from milimo_tui.engines.ltx2.take.extension import Going, make
from milimo_tui.engines.ltx2.take.kept_sound import put_together
from milimo_tui.engines.ltx2.take.seams import Seam, measured, measured_sound
from milimo_tui.engines.runtime.step_cache import CacheDifference
from milimo_tui.media.encode.revoiced_take import are_alike, joined, with_sound
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.encode.written_beside import WrittenBeside
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe


@dataclass(slots=True)
class Making:
    """The making of one take and its file with `metadata`. `going` is the take that it extends, if any;
    `seams` are those of its chunks so far, `apart` the difference of each chunk from the same chunk without a
    cache.
    """

    chunks: ChunkMaking
    metadata: dict[str, str]
    going: Going | None = None
    seams: list[Seam] = field(default_factory=list)
    apart: list[CacheDifference] = field(default_factory=list)
    _written: int = 0

    def make(self, path: Path) -> tuple[Output, ...]:
        """Write the take, or the takes of a scene in one go.

        Raises Failed (NaN, with frame and seed), OutOfMemory, DiskFull, Cancelled.
        """
        plan, spec = self.chunks.plan, self.chunks.spec
        if spec.over is not None:
            return (self._sounded(path, path_of(spec.over.input)),)
        if spec.pieces:
            return self._pieces()
        if self.going is not None:
            return (self._extended(path, self.going),)
        track = SoundTrack(self.chunks.rate, spec.sample_rate)
        before: Chunk | None = None
        # with several chunks, each is matched to the colours of the chunk before
        alone = len(plan.parts) == 1
        with self._writer(path, plan.fitted.frames) as writer, WrittenBeside(writer) as beside:

            def ready(picture: NDArray[np.uint8]) -> None:
                if self._written < plan.fitted.frames:
                    beside.picture(self._cut(picture))
                    self._written += 1

            for part in plan.parts:
                chunk, sound = self.chunks.chunk(part, before, ready if alone else None)
                if before is not None:
                    self._measure(before, chunk, track, sound)
                if chunk.apart is not None:
                    self.apart.append(chunk.apart)
                fresh = chunk.shown[part.overlap :]
                beside.sound(track.add(sound, part.start, part.overlap))
                if not alone:
                    self._hand_out(part, fresh, sound)
                    for picture in fresh:
                        ready(picture)
                self._report_written(part)
                before = chunk
            beside.sound(track.rest())
        return (Output.of_file("take", path, probe(path).as_json()),)

    def _pieces(self) -> tuple[Output, ...]:
        """Write the takes of a scene, which is made in one pass."""
        plan, spec, context = self.chunks.plan, self.chunks.spec, self.chunks.context
        (part,) = plan.parts
        chunk, sound = self.chunks.chunk(part, None)
        shown = np.stack([self._cut(picture) for picture in chunk.shown[: plan.fitted.frames]])
        return lay_down(spec, shown, sound, self.metadata, context)

    def _sounded(self, path: Path, taken: Path) -> Output:
        """Write the unchanged pictures of a take with the sound that is made for them."""
        rate, sample_rate = self.chunks.rate, self.chunks.spec.sample_rate
        track = SoundTrack(rate, sample_rate)
        heard: list[NDArray[np.float32]] = []
        before: Chunk | None = None
        for part in self.chunks.plan.parts:
            chunk, sound = self.chunks.chunk(part, before)
            if before is not None:
                there = track.there(part.start, part.overlap)
                seam = measured_sound(part.start, (there, sound[:, : there.shape[1]]), sample_rate)
                self._report(seam)
            before = chunk
            heard.append(track.add(sound, part.start, part.overlap))
        whole = np.concatenate([*heard, track.rest()], axis=1)
        if self.chunks.kept is not None:
            whole = put_together(self.chunks.kept, whole)
        with_sound(taken, path, whole, sample_rate=sample_rate, metadata=self.metadata)
        return Output.of_file("take", path, probe(path).as_json())

    def _extended(self, path: Path, going: Going) -> Output:
        """Write a take with new frames after or before it; its own pictures are copied unchanged."""
        spec, context, one = self.chunks.spec, self.chunks.context, going.one
        made = make(going, self.chunks)
        for seam in made.seams:
            self._report(seam)
        fresh, taken = context.workspace / "made.mov", path_of(one.input)
        with self._writer(fresh, one.made) as writer:
            for picture in made.shown:
                writer.picture(self._cut(picture))
        files = {fresh: one.made, taken: one.frames} if one.before else {taken: one.frames, fresh: one.made}
        if are_alike([*files]):
            joined(files, path, made.sound, sample_rate=spec.sample_rate, metadata=self.metadata)
            return Output.of_file("take", path, probe(path).as_json())
        context.log("its own frames are encoded once more: they are not coded as takes are here")
        with self._writer(path, one.made + one.frames) as writer:
            writer.sound(made.sound)
            for file, frames in files.items():
                with FrameReader(file) as reader:
                    for frame in range(frames):
                        writer.picture(reader.picture(frame / spec.rate))
        return Output.of_file("take", path, probe(path).as_json())

    def _measure(self, before: Chunk, chunk: Chunk, track: SoundTrack, sound: NDArray[np.float32]) -> None:
        """Compare the overlap of both chunks, and record the seam."""
        part = chunk.part
        heard = track.there(part.start, part.overlap)
        seam = measured(
            part.start,
            (before.shown[part.start - before.part.start :][: part.overlap], chunk.shown[: part.overlap]),
            (heard, sound[:, : heard.shape[1]]),
            self.chunks.spec.sample_rate,
        )
        self._report(seam)

    def _report(self, seam: Seam) -> None:
        self.seams.append(seam)
        self.chunks.context.log(f"seam at {seam}")

    def _writer(self, path: Path, frames: int) -> TakeWriter:
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

    def _cut(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the centre of a picture, in the size that was requested."""
        height, width = picture.shape[:2]
        spec = self.chunks.spec
        top, left = (height - spec.height) // 2, (width - spec.width) // 2
        return picture[top : top + spec.height, left : left + spec.width]

    def _hand_out(self, part: Part, fresh: Pictures, sound: NDArray[np.float32]) -> None:
        """Write a finished chunk to a file, so that it can be viewed while the next is made."""
        spec, context = self.chunks.spec, self.chunks.context
        path = context.workspace / f"chunk-{part.index + 1:02d}.mov"
        skipped = sample_at(part.overlap, spec.rate, spec.sample_rate)
        with self._writer(path, len(fresh)) as writer:
            writer.sound(sound[:, skipped:])
            for picture in fresh:
                writer.picture(self._cut(picture))
        context.part(Output.of_file(f"chunk {part.index + 1}", path, probe(path).as_json()))

    def _report_written(self, part: Part) -> None:
        whole, done = self.chunks.plan.fitted.frames, self._written
        self.chunks.context.progress(
            self.chunks.stage_name(part, "writing"), done, whole, frames=(done, whole)
        )
