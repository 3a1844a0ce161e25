"""The engine for small media jobs: facts and hash of a file, thumbnails, peaks and proxies, and drawn masks.

The work is in `media`.
"""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.still_files import path_of
from milimo_tui.engines.media_jobs import drawn_masks
from milimo_tui.engines.specs.file_specs import MakePeaks, MakeProxy, MakeThumbnails, Probe
from milimo_tui.engines.specs.mask_specs import DrawMask, ExportMask
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.media.files.facts import digest, digest_of_all, probe_bounded
from milimo_tui.media.files.numbered_files import run_of
from milimo_tui.media.read import proxies
from milimo_tui.media.sound import waveform
from milimo_tui.media.viewer import thumbnails


class Quick:
    """The engine for small jobs. Files from other people are probed in a process with limited resources."""

    name = "quick"

    def load(self) -> None:
        """Nothing to load."""

    def unload(self) -> None:
        """Nothing is held between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Run a `probe`, or make thumbnails, peaks, a proxy or a mask. Raises BadInput for files that are not
        media.
        """
        if isinstance(spec, Probe):
            return self._probe(spec, path_of(spec.input), context)
        if isinstance(spec, MakeThumbnails):
            return self._thumbnails(spec, path_of(spec.input), context)
        if isinstance(spec, MakePeaks):
            return self._peaks(spec, path_of(spec.input), context)
        if isinstance(spec, MakeProxy):
            return self._proxy(spec, path_of(spec.input), context)
        if isinstance(spec, DrawMask):
            return drawn_masks.write(spec, context)
        if isinstance(spec, ExportMask):
            return drawn_masks.export(spec, context)
        raise BadInput(f"the quick engine can't do {spec.kind}")

    def _probe(self, spec: Probe, path: Path, context: Context) -> Result:
        facts = probe_bounded(path, rate=spec.rate).as_json()
        context.progress("hashing", 0, 1)
        checksum = digest(path) if spec.rate is None else digest_of_all(run_of(path).paths)
        output = Output(role="facts", path=str(path), digest=checksum, bytes=path.stat().st_size, facts=facts)
        return Result(outputs=(output,), facts=facts)

    def _thumbnails(self, spec: MakeThumbnails, path: Path, context: Context) -> Result:
        facts = probe_bounded(path, rate=spec.rate)
        strip = thumbnails.strip_of(
            path,
            facts,
            spec.width,
            spec.height,
            _cache(spec.cache, context),
            lambda done, total: context.progress("thumbnails", done, total),
        )
        numbers = {"count": strip.count, "width": strip.width, "height": strip.height}
        return Result(outputs=(Output.of_file("thumbnails", strip.path, numbers),), facts=numbers)

    def _proxy(self, spec: MakeProxy, path: Path, context: Context) -> Result:
        facts = probe_bounded(path, rate=spec.rate)
        cache = _cache(spec.cache, context)
        place = proxies.make_proxy(path, facts, cache, lambda *done: context.progress("proxy", *done))
        return Result(outputs=(Output.of_file("proxy", place, {"frames": facts.frames or 0}),), facts={})

    def _peaks(self, spec: MakePeaks, path: Path, context: Context) -> Result:
        cache = _cache(spec.cache, context)
        found = waveform.peaks_of(path, cache, lambda done, total: context.progress("peaks", done, total))
        numbers = {"count": len(found), "per_second": waveform.PER_SECOND}
        place = waveform.place_of(path, cache)
        return Result(outputs=(Output.of_file("peaks", place, numbers),), facts=numbers)


def _cache(given: str, context: Context) -> Path:
    return Path(given) if given else context.workspace
