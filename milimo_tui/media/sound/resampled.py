"""Sound of media files at any sample rate: sample n of the answer is second n / rate of the file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType

from milimo_tui.media.sound.resample import Resampled
from milimo_tui.media.sound.samples import Sound
from milimo_tui.media.sound.sound_file import SoundFile


class SoundReader:
    """The sound of one open file on 1, 2 or 6 channels. Not for two threads at once."""

    def __init__(self, path: Path, sample_rate: int, channels: int = 2) -> None:
        """Open a file to be read at `sample_rate`. Raises NotFound, ReadOnly, or BadInput without sound."""
        file = SoundFile(path, channels)
        self._sound = Resampled(file, Fraction(file.sample_rate, sample_rate), Fraction(0), sample_rate)

    def read(self, start: int, samples: int) -> Sound:
        """Samples [start, start + samples) at that rate. Raises Failed where the file is damaged."""
        return self._sound.read(start, samples)

    def close(self) -> None:
        self._sound.close()

    def __enter__(self) -> SoundReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
