"""The check of a rendered film: the complete file is decoded and compared with its render plan.

The check works for every container in which a film can be delivered. If a property cannot be checked in a
container, a note in the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from av.error import FFmpegError

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.file_suffixes import SOUND_SUFFIXES
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.delivery.delivery import Container, Delivery
from milimo_tui.cut.delivery.stems import list_stems
from milimo_tui.cut.plan.expected import find_expected_runs
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.plan.report import CheckFinding, CheckReport
from milimo_tui.media.check import picture_check, sound_check, still_check, sync_check
from milimo_tui.media.check.findings import Judge
from milimo_tui.media.check.packet_check_cache import CheckCache
from milimo_tui.media.check.picture_check import CheckedPictures
from milimo_tui.media.check.plan_truth import PlanTruth
from milimo_tui.media.check.sound_check import CheckedSound
from milimo_tui.media.check.sync_check import SyncWindow
from milimo_tui.media.render import stems
from milimo_tui.media.render.deliver import locate_stems_folder

# A function that is called with the number of checked frames and the total number. It raises Cancelled to
# stop the check.
Progress = Callable[[int, int], None]
# The report lists at most this many findings of each level (failed, warning, note).
MAX_FINDINGS_PER_LEVEL = 200
_SOUND_ALONE = "it is sound only: there are no pictures to check"


def check_rendered_film(
    path: Path, plan: RenderPlan, delivery: Delivery, progress: Progress, kept: Path | None = None
) -> CheckReport:
    """Decode a finished film and report every difference from its plan.

    `path` is the film's file, or the folder of its pictures. `plan` is the rendered plan, already in the size
    and frame rate of the delivery. `kept` is a project's cache folder: pictures that an earlier check
    measured are not decoded again. Faults of the film never raise an exception: each becomes a finding in the
    report. Only `progress` can raise an exception, which ends the check.
    """
    report = CheckReport(frames=0, seconds=0)
    if delivery.picture is not None or not delivery.stems:
        report = _check_single_file(path, plan, delivery, progress, kept)
    return _add_stem_findings(report, path, plan, delivery, progress) if delivery.stems else report


def _add_stem_findings(
    report: CheckReport, path: Path, plan: RenderPlan, delivery: Delivery, progress: Progress
) -> CheckReport:
    """Return the report with added findings about the stems of the film at `path`. Each stem file is compared
    with the sound of its part of the plan.
    """
    folder, stem_delivery = (
        path if path.is_dir() else locate_stems_folder(path),
        stems.make_stem_delivery(delivery),
    )
    stem_delivery = stem_delivery.model_copy(update={"stems": "", "loudness": None})
    files = sorted(folder.glob(f"*{stem_delivery.suffix}")) if folder.is_dir() else []
    parts = list_stems(plan, delivery.stems)
    judge = Judge(plan, delivery, find_expected_runs(plan), PlanTruth(plan))
    findings = list(report.findings) if report.frames else [judge.make_stream_note(_SOUND_ALONE)]
    if len(files) != len(parts):
        findings.append(
            judge.report_missing_stream("stream", f"there are {len(files)} of {len(parts)} stems")
        )
    for part, file in zip(parts, files, strict=False):
        one = _check_single_file(file, part.plan, stem_delivery, progress, None)
        named = (each.model_copy(update={"text": f"{file.name}: {each.text}"}) for each in one.findings)
        findings += [each for each in named if each.level == "failed"]
        report = report if report.frames else one
    return report.model_copy(update={"findings": _limit_findings(findings)})


def _check_single_file(
    path: Path, plan: RenderPlan, delivery: Delivery, progress: Progress, kept: Path | None
) -> CheckReport:
    with PlanTruth(plan, delivery.sound.channels if delivery.sound else 2) as truth:
        judge = Judge(plan, delivery, find_expected_runs(plan), truth)
        return _FilmCheck(path, plan, delivery, progress, kept, judge).run_film_check()


class _FilmCheck:
    """The check of one film file, which decodes its picture stream and its sound stream one after the
    other.
    """

    def __init__(
        self,
        path: Path,
        plan: RenderPlan,
        delivery: Delivery,
        progress: Progress,
        kept: Path | None,
        judge: Judge,
    ) -> None:
        self._path, self._plan, self._delivery = path, plan, delivery
        self._progress, self._judge = progress, judge
        self._kept = CheckCache(kept) if kept is not None else None
        self._findings: list[CheckFinding] = []

    def run_film_check(self) -> CheckReport:
        """Check the pictures and the sound of the film, as far as the delivery has them, and return the
        report.
        """
        self._note_missing_streams()
        pictures = self._check_picture_stream() if self._delivery.picture is not None else None
        wanted = self._choose_sync_windows() if self._delivery.sound is not None else ()
        sounds = self._check_sound_stream(wanted) if self._delivery.sound is not None else None
        late = self._check_sync(wanted, sounds) if sounds is not None and self._plan.sounds else None
        frames = (
            len(pictures.measures) if pictures is not None else _count_frames_of_sound(sounds, self._plan)
        )
        if self._kept is not None:
            self._kept.delete_oldest_measures()
        self._progress(self._plan.frames, self._plan.frames)
        return CheckReport(
            frames=frames,
            seconds=float(frames / self._plan.rate),
            sync_ms=late,
            lufs=sounds.lufs if sounds else None,
            true_peak=sounds.true_peak if sounds else None,
            findings=_limit_findings(self._findings),
        )

    def _note_missing_streams(self) -> None:
        if self._delivery.picture is None:
            self._findings.append(self._judge.make_stream_note(_SOUND_ALONE))
        if self._delivery.sound is None:
            self._findings.append(
                self._judge.make_stream_note("it has no sound: there is no sync or loudness to check")
            )

    def _check_picture_stream(self) -> CheckedPictures | None:
        try:
            pictures = self._decode_pictures()
        except (FFmpegError, OSError) as error:
            self._findings.append(
                self._judge.report_missing_stream("damage", _describe_read_error("pictures", error))
            )
            return None
        if pictures is None:
            self._findings.append(self._judge.report_missing_stream("stream", "it has no pictures"))
            return None
        self._findings += self._judge.check_pictures_against_plan(pictures)
        return pictures

    def _decode_pictures(self) -> CheckedPictures | None:
        def tick(frames: int) -> None:
            self._progress(min(frames, self._plan.frames), self._plan.frames)

        if self._delivery.container is Container.FRAMES:
            return still_check.check_picture_folder(self._path, self._delivery.suffix, self._plan.rate, tick)
        if self._delivery.container in (Container.GIF, Container.WEBP):
            return still_check.check_animated_file(self._path, self._plan.rate, tick)
        return picture_check.check_video_stream(self._path, self._kept, tick)

    def _check_sound_stream(self, wanted: tuple[SyncWindow, ...]) -> CheckedSound | None:
        path = self._find_sound_path()

        def tick(seconds: float) -> None:
            done = self._plan.frames if self._delivery.picture else int(seconds * self._plan.rate)
            self._progress(min(done, self._plan.frames), self._plan.frames)

        spans = sync_check.find_search_spans(self._plan, wanted)
        mono = self._delivery.loudness is not None and self._delivery.loudness.checks_mono
        try:
            sounds = (
                sound_check.check_audio_stream(path, tick, spans, self._plan.sample_rate, mono=mono)
                if path is not None
                else None
            )
        except (FFmpegError, OSError) as error:
            self._findings.append(
                self._judge.report_missing_stream("damage", _describe_read_error("sound", error))
            )
            return None
        if sounds is None:
            self._findings.append(self._judge.report_missing_stream("stream", "it has no sound"))
            return None
        self._findings += self._judge.check_sound_against_plan(sounds)
        return sounds

    def _find_sound_path(self) -> Path | None:
        """Return the file with the film's sound; None if there is none. If each picture is a file, the sound
        file is in the same folder.
        """
        if not self._path.is_dir():
            return self._path
        return next(
            iter(sorted(each for each in self._path.iterdir() if each.suffix in SOUND_SUFFIXES)), None
        )

    def _choose_sync_windows(self) -> tuple[SyncWindow, ...]:
        """Return stretches of the plan's mix that will be looked for in the film's sound to measure lip sync.
        Empty if no stretch is distinct enough, or if a source file has been removed.
        """
        try:
            return sync_check.choose_sync_windows(self._plan)
        except MilimoError as error:
            self._findings.append(self._judge.make_stream_note(f"sync is not measured: {error.message}"))
            return ()

    def _check_sync(self, wanted: tuple[SyncWindow, ...], sounds: CheckedSound) -> float | None:
        """Return the largest sync error in milliseconds (positive: the sound is late). `wanted` are the
        stretches to look for in the film's sound. Return None if no stretch could be compared.
        """
        places = sync_check.locate_windows(self._plan, wanted, sounds.windows)
        if wanted and not places:
            self._findings.append(self._judge.report_lost_sync())
        elif not places:
            self._findings.append(
                self._judge.make_stream_note("sync is not measured: the sound has no distinct moments")
            )
        self._findings += self._judge.check_sync_places(places)
        late = max((place.late for place in places), key=abs, default=None)
        return None if late is None else late * 1000


def _count_frames_of_sound(sounds: CheckedSound | None, plan: RenderPlan) -> int:
    """Return the duration of the film's sound as a number of frames of the plan. Used for a film without
    pictures.
    """
    return round_half_up(sounds.samples * plan.rate / sounds.sample_rate) if sounds is not None else 0


def _describe_read_error(what: str, error: FFmpegError | OSError) -> str:
    return f"its {what} can't be read to the end: {error.strerror or error}"


def _limit_findings(findings: list[CheckFinding]) -> tuple[CheckFinding, ...]:
    """Return the findings in order of time, at most `MAX_FINDINGS_PER_LEVEL` of each level."""
    return tuple(_iterate_first_findings(findings))


def _iterate_first_findings(findings: list[CheckFinding]) -> Iterator[CheckFinding]:
    counts: dict[str, int] = {}
    for each in sorted(findings, key=lambda each: each.start):
        counts[each.level] = counts.get(each.level, 0) + 1
        if counts[each.level] <= MAX_FINDINGS_PER_LEVEL:
            yield each
