"""The check of a rendered film: the complete file is decoded and compared with the plan that was rendered.

The check works for every container of a delivery. A note in the report names each property that cannot be
checked in a container.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from av.error import FFmpegError

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import half_up
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.expected import expected
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.cut.plan.report import Finding, Report
from milimo_tui.media.check import picture_check, sound_check, still_check, sync_check
from milimo_tui.media.check.findings import Judge
from milimo_tui.media.check.kept_checks import Kept
from milimo_tui.media.check.picture_check import Pictures
from milimo_tui.media.check.plan_truth import Truth
from milimo_tui.media.check.sound_check import Sounds
from milimo_tui.media.check.sync_check import Window
from milimo_tui.media.render import stems
from milimo_tui.media.render.deliver import stems_beside
from milimo_tui.media.sound.master import tracks_of

Progress = Callable[[int, int], None]  # frames checked, frames in total; raises Cancelled to stop
MOST = 200  # the report lists no more findings of one level
_SOUND_ALONE = "it is sound alone: there are no pictures to check"
_SOUND_SUFFIXES = (".wav", ".flac", ".m4a", ".mp3", ".ogg", ".opus")


def check(path: Path, plan: Plan, delivery: Delivery, progress: Progress, kept: Path | None = None) -> Report:
    """Decode a finished film and report every difference from its plan.

    `plan` is the rendered plan (already in the delivery's size and rate). `path` is the film's file, or the
    folder of its pictures. `kept` is a project's cache folder: pictures whose bytes were measured in an
    earlier check are not decoded again. Every fault of the film becomes a finding in the report; the only
    exceptions raised are those of `progress`.
    """
    report = Report(frames=0, seconds=0)
    if delivery.picture is not None or not delivery.stems:
        report = _checked(path, plan, delivery, progress, kept)
    return _with_stems(report, path, plan, delivery, progress) if delivery.stems else report


def _with_stems(report: Report, path: Path, plan: Plan, delivery: Delivery, progress: Progress) -> Report:
    """Return the report with the findings of each stem, which is compared with its track alone."""
    folder, stem_delivery = path if path.is_dir() else stems_beside(path), stems.alone(delivery)
    stem_delivery = stem_delivery.model_copy(update={"stems": False, "loudness": None})
    files = sorted(folder.glob(f"*{stem_delivery.suffix}")) if folder.is_dir() else []
    tracks = tracks_of(plan)
    judge = Judge(plan, delivery, expected(plan), Truth(plan))
    findings = list(report.findings) if report.frames else [judge.note(_SOUND_ALONE)]
    if len(files) != len(tracks):
        findings.append(judge.lacking("stream", f"there are {len(files)} stems of {len(tracks)} tracks"))
    for track, file in zip(tracks, files, strict=False):
        sounds = tuple(each for each in plan.sounds if each.track == track)
        one = _checked(file, plan.model_copy(update={"sounds": sounds}), stem_delivery, progress, None)
        named = (each.model_copy(update={"text": f"{file.name}: {each.text}"}) for each in one.findings)
        findings += [each for each in named if each.level == "failed"]
        report = report if report.frames else one
    return report.model_copy(update={"findings": _bounded(findings)})


def _checked(path: Path, plan: Plan, delivery: Delivery, progress: Progress, kept: Path | None) -> Report:
    with Truth(plan, delivery.sound.channels if delivery.sound else 2) as truth:
        judge = Judge(plan, delivery, expected(plan), truth)
        return _Checking(path, plan, delivery, progress, kept, judge).report()


class _Checking:
    """A check of a film, stream by stream."""

    def __init__(
        self,
        path: Path,
        plan: Plan,
        delivery: Delivery,
        progress: Progress,
        kept: Path | None,
        judge: Judge,
    ) -> None:
        self._path, self._plan, self._delivery = path, plan, delivery
        self._progress, self._judge = progress, judge
        self._kept = Kept(kept) if kept is not None else None
        self._findings: list[Finding] = []

    def report(self) -> Report:
        """Check all streams of the delivery and return the report."""
        self._note_missing()
        pictures = self._pictures() if self._delivery.picture is not None else None
        wanted = self._wanted() if self._delivery.sound is not None else ()
        sounds = self._sounds(wanted) if self._delivery.sound is not None else None
        late = self._sync(wanted, sounds) if sounds is not None and self._plan.sounds else None
        frames = len(pictures.measures) if pictures is not None else _frames_of(sounds, self._plan)
        if self._kept is not None:
            self._kept.trim()
        self._progress(self._plan.frames, self._plan.frames)
        return Report(
            frames=frames,
            seconds=float(frames / self._plan.rate),
            sync_ms=late,
            lufs=sounds.lufs if sounds else None,
            true_peak=sounds.true_peak if sounds else None,
            findings=_bounded(self._findings),
        )

    def _note_missing(self) -> None:
        if self._delivery.picture is None:
            self._findings.append(self._judge.note(_SOUND_ALONE))
        if self._delivery.sound is None:
            self._findings.append(self._judge.note("it has no sound: there is no sync or loudness to check"))

    def _pictures(self) -> Pictures | None:
        try:
            seen = self._seen()
        except (FFmpegError, OSError) as error:
            self._findings.append(self._judge.lacking("damage", _words("pictures", error)))
            return None
        if seen is None:
            self._findings.append(self._judge.lacking("stream", "it has no pictures"))
            return None
        self._findings += self._judge.pictures(seen)
        return seen

    def _seen(self) -> Pictures | None:
        def tick(frames: int) -> None:
            self._progress(min(frames, self._plan.frames), self._plan.frames)

        if self._delivery.container == "frames":
            return still_check.check_folder(self._path, self._delivery.suffix, tick)
        if self._delivery.container in ("gif", "webp"):
            return still_check.check_animation(self._path, self._plan.rate, tick)
        return picture_check.check_pictures(self._path, self._kept, tick)

    def _sounds(self, wanted: tuple[Window, ...]) -> Sounds | None:
        path = self._sound_path()

        def tick(seconds: float) -> None:
            done = self._plan.frames if self._delivery.picture else int(seconds * self._plan.rate)
            self._progress(min(done, self._plan.frames), self._plan.frames)

        spans = sync_check.spans(self._plan, wanted)
        try:
            sounds = (
                sound_check.listen(path, tick, spans, self._plan.sample_rate) if path is not None else None
            )
        except (FFmpegError, OSError) as error:
            self._findings.append(self._judge.lacking("damage", _words("sound", error)))
            return None
        if sounds is None:
            self._findings.append(self._judge.lacking("stream", "it has no sound"))
            return None
        self._findings += self._judge.sound(sounds)
        return sounds

    def _sound_path(self) -> Path | None:
        """Return the file that holds the sound: next to the pictures if each picture is a file."""
        if not self._path.is_dir():
            return self._path
        return next(
            iter(sorted(each for each in self._path.iterdir() if each.suffix in _SOUND_SUFFIXES)), None
        )

    def _wanted(self) -> tuple[Window, ...]:
        """Return the parts of the mix to look for in the sound, or nothing if a source has been removed
        since.
        """
        try:
            return sync_check.windows(self._plan)
        except MilimoError as error:
            self._findings.append(self._judge.note(f"sync is not measured: {error.message}"))
            return ()

    def _sync(self, wanted: tuple[Window, ...], sounds: Sounds) -> float | None:
        """Return the largest sync error in milliseconds, or None if the sound has no distinct part to
        compare.
        """
        places = sync_check.places(self._plan, wanted, sounds.windows)
        if wanted and not places:
            self._findings.append(self._judge.lost())
        elif not places:
            self._findings.append(
                self._judge.note("sync is not measured: the sound has nothing to hold on to")
            )
        self._findings += self._judge.sync(places)
        late = max((place.late for place in places), key=abs, default=None)
        return None if late is None else late * 1000


def _frames_of(sounds: Sounds | None, plan: Plan) -> int:
    """Return the length in frames of a film that has sound only."""
    return half_up(sounds.samples * plan.rate / sounds.sample_rate) if sounds is not None else 0


def _words(what: str, error: FFmpegError | OSError) -> str:
    return f"its {what} can't be read to the end: {error.strerror or error}"


def _bounded(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return the first findings of each level, `MAX_FINDINGS_PER_LEVEL` at most."""
    return tuple(_first(findings))


def _first(findings: list[Finding]) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    for each in sorted(findings, key=lambda each: each.start):
        counts[each.level] = counts.get(each.level, 0) + 1
        if counts[each.level] <= MOST:
            yield each
