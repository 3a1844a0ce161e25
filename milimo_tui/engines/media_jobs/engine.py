"""Run small media jobs: facts and hash of a file, thumbnails, waveform peaks, speech, proxies, masks.

The work itself is in the package `media`.
"""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.still_files import get_input_path
from milimo_tui.engines.media_jobs import drawn_masks
from milimo_tui.engines.specs.file_specs import FindSpeech, MakePeaks, MakeProxy, MakeThumbnails, Probe
from milimo_tui.engines.specs.mask_specs import DrawMask, ExportMask
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.media.files.facts import digest, hash_image_sequence, probe_in_subprocess
from milimo_tui.media.files.measured_speech import locate_speech
from milimo_tui.media.files.numbered_files import find_numbered_sequence
from milimo_tui.media.read import proxies
from milimo_tui.media.sound import speech_activity, waveform
from milimo_tui.media.viewer import thumbnails


class Quick:
    """The engine for small media jobs. Files that come from other people are read in a separate process with
    limited resources.
    """

    name = "quick"

    def load(self) -> None:
        """Do nothing, because there is no model to load."""

    def unload(self) -> None:
        """Do nothing, because the engine holds nothing between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Run the job of the spec: probe a file, find speech, or make thumbnails, peaks, a proxy or a mask.
        Raises BadInput for files that are not media.
        """
        if isinstance(spec, Probe):
            return self._probe_media_file(spec, get_input_path(spec.input), context)
        if isinstance(spec, MakeThumbnails):
            return self._make_thumbnails(spec, get_input_path(spec.input), context)
        if isinstance(spec, MakePeaks):
            return self._make_peaks_file(spec, get_input_path(spec.input), context)
        if isinstance(spec, FindSpeech):
            return self._find_speech(spec, get_input_path(spec.input), context)
        if isinstance(spec, MakeProxy):
            return self._make_proxy_file(spec, get_input_path(spec.input), context)
        if isinstance(spec, DrawMask):
            return drawn_masks.write_drawn_masks(spec, context)
        if isinstance(spec, ExportMask):
            return drawn_masks.export(spec, context)
        raise BadInput(f"the quick engine can't do {spec.kind}")

    def _probe_media_file(self, spec: Probe, path: Path, context: Context) -> Result:
        facts = probe_in_subprocess(path, rate=spec.rate).as_json()
        context.progress("hashing", 0, 1)
        checksum = (
            digest(path) if spec.rate is None else hash_image_sequence(find_numbered_sequence(path).paths)
        )
        output = Output(role="facts", path=str(path), digest=checksum, bytes=path.stat().st_size, facts=facts)
        return Result(outputs=(output,), facts=facts)

    def _make_thumbnails(self, spec: MakeThumbnails, path: Path, context: Context) -> Result:
        facts = probe_in_subprocess(path, rate=spec.rate)
        strip = thumbnails.load_thumbnail_strip(
            path,
            facts,
            spec.width,
            spec.height,
            _choose_cache_folder(spec.cache, context),
            lambda done, total: context.progress("thumbnails", done, total),
        )
        numbers = {"count": strip.count, "width": strip.width, "height": strip.height}
        return Result(outputs=(Output.of_file("thumbnails", strip.path, numbers),), facts=numbers)

    def _make_proxy_file(self, spec: MakeProxy, path: Path, context: Context) -> Result:
        facts = probe_in_subprocess(path, rate=spec.rate)
        cache = _choose_cache_folder(spec.cache, context)
        place = proxies.make_proxy(path, facts, cache, lambda *done: context.progress("proxy", *done))
        return Result(outputs=(Output.of_file("proxy", place, {"frames": facts.frames or 0}),), facts={})

    def _make_peaks_file(self, spec: MakePeaks, path: Path, context: Context) -> Result:
        cache = _choose_cache_folder(spec.cache, context)
        sound = HeardSound(str(path))
        found = waveform.load_waveform(
            sound, cache, lambda done, total: context.progress("peaks", done, total)
        )
        numbers = {"count": len(found), "per_second": waveform.PER_SECOND}
        place = waveform.locate_waveform(sound, cache)
        return Result(outputs=(Output.of_file("peaks", place, numbers),), facts=numbers)

    def _find_speech(self, spec: FindSpeech, path: Path, context: Context) -> Result:
        sound = HeardSound(str(path), spec.stream, spec.channels)
        cache = _choose_cache_folder(spec.cache, context)
        spans = speech_activity.load_speech(
            sound, cache, lambda done, total: context.progress("speech", done, total)
        )
        facts = {"speeches": len(spans)}
        place = locate_speech(sound, cache)
        return Result(outputs=(Output.of_file("speech", place, facts),), facts=facts)


def _choose_cache_folder(given: str, context: Context) -> Path:
    return Path(given) if given else context.workspace
