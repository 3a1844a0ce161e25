"""Sound effects whose result depends on where they began. They are computed once for a clip, in one run, and
cached in a file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import explain_os_error
from milimo_tui.cut.values.sound_effects import SoundEffect
from milimo_tui.media.sound.effect_filters import make_filter_steps
from milimo_tui.media.sound.filter_chain import Exact, FilterGraph
from milimo_tui.media.sound.samples import SampleSource, Sound, make_silence

# The number of samples that are computed at once.
_CHUNK = 1 << 16


@dataclass
class RenderedSoundCache:
    """The folder in which this process caches the results. None if it has no film's cache; a result is then
    computed again for each mixer.
    """

    folder: Path | None = None


RENDERED_SOUNDS = RenderedSoundCache()


class OnceRenderedSound:
    """A source with an effect that is computed from sample `first` to sample `last` in one run. Outside of
    this range there is silence.
    """

    def __init__(
        self, source: SampleSource, effect: SoundEffect, first: int, last: int, cached: Path | None = None
    ) -> None:
        """Prepare the effect. It is computed when a sample is read, unless the file `cached` exists. Closing
        this object closes the source.
        """
        self._source, self._effect, self._cached = source, effect, cached
        self._first, self._last = first, last
        self.sample_rate, self.channels = source.sample_rate, source.channels
        self._samples: NDArray[np.float32] | None = None

    def read(self, start: int, samples: int) -> Sound:
        """Return samples as `SampleSource.read` does. Raises the source's errors, DiskFull and ReadOnly."""
        out = make_silence(max(0, samples), self.channels)
        first, last = max(start, self._first), min(start + samples, self._last)
        if last > first:
            if self._samples is None:
                self._samples = self._load_samples()
            out[:, first - start : last - start] = self._samples[first - self._first : last - self._first].T
        return out

    def close(self) -> None:
        """Close the source."""
        self._samples = None
        self._source.close()

    def _load_samples(self) -> NDArray[np.float32]:
        """Return the complete result as an array (samples, channels) in a file. If the cache can't be
        written, the file is temporary.
        """
        if self._cached is not None:
            with suppress(OSError):
                if not self._is_complete(self._cached):
                    self._cached.parent.mkdir(parents=True, exist_ok=True)
                    self._render_into(self._cached.parent).replace(self._cached)
                return self._map_file(self._cached)
        folder = Path(tempfile.gettempdir())
        try:
            path = self._render_into(folder)
            found = self._map_file(path)
            path.unlink()  # The array stays readable.
        except OSError as error:
            raise explain_os_error(error, folder, "write") from error
        return found

    def _is_complete(self, path: Path) -> bool:
        return path.is_file() and path.stat().st_size == (self._last - self._first) * self.channels * 4

    def _map_file(self, path: Path) -> NDArray[np.float32]:
        return np.memmap(path, "<f4", "r", shape=(self._last - self._first, self.channels))

    def _render_into(self, folder: Path) -> Path:
        """Compute the effect and write it to a new file in a folder. Return the path."""
        handle, name = tempfile.mkstemp(suffix=".part", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                missing = self._last - self._first
                for piece in self._iterate_pieces():
                    taken = piece[:, :missing]
                    file.write(np.ascontiguousarray(taken.T, "<f4").tobytes())
                    missing -= taken.shape[1]
                for _ in range(missing):
                    file.write(bytes(4 * self.channels))
        except (OSError, MilimoError):
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)

    def _iterate_pieces(self) -> Iterator[Exact]:
        """Yield the filtered sound in pieces. Some filters yield all of it at the end."""
        graph = FilterGraph(
            make_filter_steps(self._effect, self.sample_rate), self.sample_rate, self.channels
        )
        for start in range(self._first, self._last, _CHUNK):
            sound = self._source.read(start, min(_CHUNK, self._last - start))
            yield from graph.filter_samples(sound)
        yield from graph.finish_samples()
