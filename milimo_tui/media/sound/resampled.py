"""Read the sound of media files at any sample rate. Sample n is the sound of the file at n / rate seconds."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType

from milimo_tui.media.sound.resample import ResampledSound
from milimo_tui.media.sound.samples import Sound
from milimo_tui.media.sound.sound_file import SoundFile


class SoundReader:
    """A reader for the sound of one file on 1, 2 or 6 channels. Not thread-safe."""

    def __init__(
        self,
        path: Path,
        sample_rate: int,
        channels: int = 2,
        *,
        stream: int = 1,
        chosen: tuple[int, ...] = (),
    ) -> None:
        """Open a file for reading at `sample_rate`. `stream` and `chosen` are as in `SoundFile`. Raises
        NotFound, ReadOnly, or BadInput for a file without this sound.
        """
        file = SoundFile(path, channels, stream=stream, chosen=chosen)
        self._sound = ResampledSound(file, Fraction(file.sample_rate, sample_rate), Fraction(0), sample_rate)

    def read(self, start: int, samples: int) -> Sound:
        """Return samples [start, start + samples) at the reader's rate. Raises Failed if the file is
        damaged.
        """
        return self._sound.read(start, samples)

    def close(self) -> None:
        """Close the file."""
        self._sound.close()

    def __enter__(self) -> SoundReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
