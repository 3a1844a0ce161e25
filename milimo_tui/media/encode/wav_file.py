"""Write sound to a WAV file, as the result of a job."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags

from milimo_tui.core.errors import BadInput
from milimo_tui.media.files.atomic_file import AtomicFile
from milimo_tui.media.files.tags import WAV_NAMES
from milimo_tui.media.sound.samples import Sound

# The layouts of FFmpeg by number of channels.
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
_BLOCK = 1 << 16  # The number of samples in a packet.


class WavWriter(AtomicFile):
    """A writer for a WAV file of 32-bit floats, which stores every sample exactly. The file appears at `path`
    if the block ends without an error. Equal input gives equal bytes.

    Raises BadInput for another number of channels than 1, 2 or 6; DiskFull and ReadOnly from the disk.
    """

    def __init__(
        self, path: Path, *, sample_rate: int, channels: int, metadata: Mapping[str, str] | None = None
    ) -> None:
        if channels not in _LAYOUTS:
            raise BadInput(f"a WAV file of {channels} channels can't be written", "use 1, 2 or 6 channels")
        super().__init__(path)
        self._sample_rate, self._channels = sample_rate, channels
        self._metadata = dict(metadata or {})
        self._written = 0

    def _open_container(self) -> None:
        self._container = av.open(str(self._partial), "w", format="wav", options={"fflags": "+bitexact"})
        names = {name: tag for tag, name in WAV_NAMES.items()}
        self._container.metadata.update(
            {names.get(name, name): text for name, text in self._metadata.items()}
        )
        self._audio = self._container.add_stream(
            "pcm_f32le", rate=self._sample_rate, layout=_LAYOUTS[self._channels]
        )
        self._audio.codec_context.flags |= Flags.bitexact

    def add_sound(self, sound: Sound) -> None:
        """Add samples (channels, n) after those that were added before. Samples that are not numbers become
        silence. Raises BadInput for another number of channels.
        """
        if sound.ndim != 2 or sound.shape[0] != self._channels:
            raise BadInput(f"sound of shape {sound.shape} does not have {self._channels} channels")
        clean = np.nan_to_num(sound, nan=0.0, posinf=1.0, neginf=-1.0).astype(np.float32, copy=False)
        for first in range(0, clean.shape[1], _BLOCK):
            block = clean[:, first : first + _BLOCK]
            packed = np.ascontiguousarray(block.T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=_LAYOUTS[self._channels])
            frame.sample_rate = self._sample_rate
            frame.pts, frame.time_base = self._written, Fraction(1, self._sample_rate)
            self._container.mux(self._audio.encode(frame))
            self._written += block.shape[1]

    def _write_remainder(self) -> None:
        self._container.mux(self._audio.encode(None))


def write_wav_file(
    path: Path, sound: Sound, sample_rate: int, metadata: Mapping[str, str] | None = None
) -> None:
    """Write samples (channels, n) to a WAV file. Raises BadInput, DiskFull and ReadOnly."""
    channels = sound.shape[0] if sound.ndim == 2 else 0
    with WavWriter(path, sample_rate=sample_rate, channels=channels, metadata=metadata) as writer:
        writer.add_sound(sound)
