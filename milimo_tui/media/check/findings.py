"""Compares the measurements of a film with its plan, and reports the differences as findings.

Some cases cannot be decided from the plan alone. For a doubtful run of frames, for example a black one, the
plan's own pictures and mix are made from the sources and measured. If the source itself is dark or quiet, the
finding is a note; if the render lost a picture or sound, the finding is a failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import format_timecode
from milimo_tui.cut.delivery.delivery import Container, Delivery, Loudness
from milimo_tui.cut.plan.bars import find_black_bars
from milimo_tui.cut.plan.expected import ExpectedRuns, FrameRun, intersect_run, merge_runs, subtract_runs
from milimo_tui.cut.plan.plan import RenderPlan, find_stretch_at
from milimo_tui.cut.plan.report import CheckFinding
from milimo_tui.media.check.measures import Measures, find_black_runs, find_still_runs, find_true_runs
from milimo_tui.media.check.picture_check import CheckedPictures, Damage
from milimo_tui.media.check.plan_truth import PlanTruth
from milimo_tui.media.check.sound_check import BLOCK, CheckedSound
from milimo_tui.media.check.sync_check import SyncPlace

# A run of at most this many black frames inside the film is reported as a flash of black, which is probably
# an error.
FLASH = 3
_STILL = Fraction(1)  # A picture that stands still for a shorter time (in seconds) causes no finding.
_BLACK = Fraction(1, 2)
_SILENT = Fraction(1)
_EDGE = Fraction(3, 20)  # A codec can smear sound over an edge of silence by up to this many seconds.
_SILENCE = 10 ** (-60 / 20)  # The peak (−60 dB) below which sound counts as inaudible.
_CODED_SILENCE = 10 ** (-50 / 20)  # The highest peak (−50 dB) that lossy codecs leave in silence.
# The tolerance of frame times in seconds. Containers that count in milliseconds round the times.
_ONE_TICK = Fraction(2, 1000)
_GIF_TICK = Fraction(2, 100)
_SLACK = Fraction(1, 10)  # The length of coded sound may differ from the plan by this many seconds.
# A loudness that differs from its target by more LU than this is a note, or a warning.
_LOUD_EXACTLY, _LOUD_ENOUGH = 0.2, 1.0
# The film may be this many LU softer in mono. Unrelated sounds at left and right become 3 LU softer.
_MONO_LOSS = 4.0
_PEAK_SLACK = 0.3  # A lossy codec may raise a limited peak by this many dB.
_LATE = 0.001  # Sound may be off by one frame plus this many seconds before it counts as out of sync.
# An error of the sync is a failure if the sound was recognised with a higher correlation than this, else a
# warning.
_SURE = 0.5
# If more than this share of a frame's samples is bright where the cut is black, the film wrongly shows a
# picture. Coding leaves a smaller share of the previous picture.
_SHARE_SEEN = 0.02
_EXACT = ("pcm", "flac")
_CODECS = {"h265": "hevc", "jpeg": "mjpeg", "dnxhr": "dnxhd"}


class Judge:
    """A judge of one film, who compares its measurements with its plan. The methods yield the findings."""

    def __init__(
        self, plan: RenderPlan, delivery: Delivery, expected: ExpectedRuns, truth: PlanTruth
    ) -> None:
        self._plan, self._delivery, self._expected, self._truth = plan, delivery, expected, truth

    def check_pictures_against_plan(self, pictures: CheckedPictures) -> Iterator[CheckFinding]:
        """Yield the findings about the pictures: format, frame count, frame times, damage, black runs, frozen
        runs and black bars.
        """
        yield from self._picture_stream(pictures)
        yield from self._check_frame_count(pictures)
        yield from self._check_frame_times(pictures)
        yield from self._report_damage(pictures.damage)
        yield from self._check_black_runs(find_black_runs(pictures.measures), pictures.measures)
        yield from self._check_frozen_runs(find_still_runs(pictures.measures), pictures.measures)
        yield from self._report_black_bars()

    def check_sound_against_plan(self, sounds: CheckedSound) -> Iterator[CheckFinding]:
        """Yield the findings about the sound: format, length, damage, silence, loudness and peak."""
        yield from self._sound_stream(sounds)
        yield from self._check_sound_length(sounds)
        yield from self._report_damage(sounds.damage)
        yield from self._check_silent_runs(sounds)
        yield from self._check_loudness_and_peak(sounds)

    def check_sync_places(self, places: Iterable[SyncPlace]) -> Iterator[CheckFinding]:
        """Yield a finding for each position of the film at which the sound is early or late by more than one
        frame and more than one millisecond.
        """
        for place in places:
            if abs(place.late) > 1 / self._plan.rate + _LATE:
                late = "late" if place.late > 0 else "early"
                level = "failed" if place.fit > _SURE else "warning"
                yield self._make_finding(
                    "sync",
                    level,
                    FrameRun(place.frame, place.frame),
                    f"the sound is {abs(place.late) * 1000:.0f} ms {late}",
                )

    def report_lost_sync(self) -> CheckFinding:
        """Return the finding for a film in which no sound of the plan was found near its planned position."""
        words = "the sound is not at its position in the cut"
        return self._make_finding("sync", "warning", FrameRun(0, self._plan.frames), words)

    def report_missing_stream(self, kind: str, words: str) -> CheckFinding:
        """Return the finding, a failure, for a stream that is missing, has the wrong format, or cannot be
        read to its end.

        `kind` is `damage` for a read error, otherwise `stream`. `words` is the message.
        """
        return self._make_finding("damage" if kind == "damage" else "stream", "failed", FrameRun(0, 0), words)

    def make_stream_note(self, words: str) -> CheckFinding:
        """Return a note about the film's streams. `words` is the message."""
        return self._make_finding("stream", "note", FrameRun(0, 0), words)

    def _picture_stream(self, pictures: CheckedPictures) -> Iterator[CheckFinding]:
        wanted = self._delivery.picture
        assert wanted is not None
        codec = _CODECS.get(wanted.codec, wanted.codec)
        if pictures.codec and pictures.codec != codec:
            yield self.report_missing_stream("stream", f"its pictures are {pictures.codec}, not {codec}")
        size = (self._plan.width, self._plan.height)
        if (pictures.width, pictures.height) != size:
            yield self.report_missing_stream(
                "stream", f"it is {pictures.width}×{pictures.height}, not {size[0]}×{size[1]}"
            )
        if (
            pictures.pixels
            and _normalise_pixel_format(pictures.pixels) != _normalise_pixel_format(wanted.pixels)
            and wanted.codec not in ("gif", "webp")
        ):
            yield self.report_missing_stream(
                "stream", f"its pixels are {pictures.pixels}, not {wanted.pixels}"
            )

    def _check_frame_count(self, pictures: CheckedPictures) -> Iterator[CheckFinding]:
        found, due = len(pictures.measures), self._plan.frames
        if found != due:
            run = FrameRun(min(found, due), max(found, due))
            yield self._make_finding(
                "frames", "failed", run, f"the film has {found} frames, but its cut has {due}"
            )

    def _check_frame_times(self, pictures: CheckedPictures) -> Iterator[CheckFinding]:
        """Yield a finding for the first picture that is shown at the wrong time."""
        slack = _GIF_TICK if self._delivery.container in (Container.GIF, Container.WEBP) else _ONE_TICK
        for index, seconds in enumerate(pictures.times):
            due = index / self._plan.rate
            shown = seconds - pictures.times[0]
            if abs(shown - due) > slack:
                words = f"frame {index} shows at {float(shown):.3f} s instead of {float(due):.3f} s"
                yield self._make_finding("frames", "failed", FrameRun(index, index + 1), words)
                return

    def _report_damage(self, damage: Iterable[Damage]) -> Iterator[CheckFinding]:
        for each in damage:
            frame = int(each.seconds * self._plan.rate)
            words = f"{each.words}{self._name_clip_at(frame)}"
            yield self._make_finding("damage", "failed", FrameRun(frame, frame + 1), words)

    def _check_black_runs(self, found: tuple[FrameRun, ...], measures: Measures) -> Iterator[CheckFinding]:
        for run in self._expected.black:
            for part in subtract_runs(run, found):
                if float(measures["bright"][part.start : part.end].max(initial=0)) > _SHARE_SEEN:
                    yield self._make_finding(
                        "black", "failed", part, "there is a picture where the cut is black"
                    )
        for run in found:
            if run.frames <= FLASH and run.start > 0 and run.end < self._plan.frames:
                yield from self._judge_black_run(run, measures, "a flash of black")
            elif run.frames >= _BLACK * self._plan.rate:
                yield from self._judge_black_run(run, measures, "black")

    def _judge_black_run(self, run: FrameRun, measures: Measures, words: str) -> Iterator[CheckFinding]:
        is_planned = not subtract_runs(run, self._expected.black)
        if not is_planned and self._is_unlike_plan(run, measures):
            words = f"black where the cut has a picture{self._name_clip_at(run.start)}"
            yield self._make_finding("black", "failed", run, words)
        elif run.frames <= FLASH:
            why = "the cut has a gap there" if is_planned else "its source is black there"
            yield self._make_finding("black", "warning", run, f"{words}: {why}")
        else:
            why = "as in the cut" if is_planned else "as in its source"
            yield self._make_finding("black", "note", run, f"{words}, {why}")

    def _check_frozen_runs(self, found: tuple[FrameRun, ...], measures: Measures) -> Iterator[CheckFinding]:
        allowed = merge_runs(
            sorted((*self._expected.still, *self._expected.black), key=lambda run: run.start)
        )
        for each in found:
            for run in subtract_runs(each, allowed):
                if run.frames < _STILL * self._plan.rate:
                    continue
                if self._is_unlike_plan(run, measures):
                    words = f"the picture stands still where the cut moves{self._name_clip_at(run.start)}"
                    yield self._make_finding("frozen", "failed", run, words)
                else:
                    yield self._make_finding(
                        "frozen", "note", run, "the picture stands still, as in its source"
                    )

    def _report_black_bars(self) -> Iterator[CheckFinding]:
        """Yield a finding for each size of picture that does not fill the film's frame."""
        for bars in find_black_bars(self._plan):
            frames = sum(run.frames for run in bars.runs)
            words = (
                f"black bars {bars.sides} in {frames} frames: the pictures are {bars.width}×{bars.height},"
                f" the film is {self._plan.width}×{self._plan.height}"
            )
            yield self._make_finding(
                "bars", "warning", FrameRun(bars.runs[0].start, bars.runs[-1].end), words
            )

    def _is_unlike_plan(self, run: FrameRun, measures: Measures) -> bool:
        """Return True if the plan's own pictures in a run of frames differ from the film's pictures.
        `measures` are the measurements of the film. Return False if the pictures are equal, or if the plan's
        pictures cannot be made.
        """
        return run.end <= self._plan.frames and self._truth.matches_pictures(run, measures) is False

    def _sound_stream(self, sounds: CheckedSound) -> Iterator[CheckFinding]:
        wanted = self._delivery.sound
        assert wanted is not None
        rate = wanted.sample_rate or self._plan.sample_rate
        if sounds.codec != wanted.codec:
            yield self.report_missing_stream("stream", f"its sound is {sounds.codec}, not {wanted.codec}")
        if sounds.channels != wanted.channels:
            yield self.report_missing_stream(
                "stream", f"its sound has {sounds.channels} channels, not {wanted.channels}"
            )
        if sounds.sample_rate != rate and wanted.codec != "opus":
            yield self.report_missing_stream(
                "stream", f"its sound has {sounds.sample_rate} samples a second, not {rate}"
            )

    def _check_sound_length(self, sounds: CheckedSound) -> Iterator[CheckFinding]:
        due = self._plan.frames / self._plan.rate
        ends = Fraction(sounds.samples, sounds.sample_rate)
        slack = Fraction(1, sounds.sample_rate) if sounds.codec.startswith(_EXACT) else _SLACK
        if abs(ends - due) > slack:
            run = FrameRun(min(self._find_frame_at_second(ends), self._plan.frames), self._plan.frames)
            words = f"the sound ends at {float(ends):.3f} s, not at {float(due):.3f} s"
            yield self._make_finding("length", "failed", run, words)

    def _check_silent_runs(self, sounds: CheckedSound) -> Iterator[CheckFinding]:
        peaks = self._compute_peak_per_frame(sounds.peaks)
        for run in self._expected.silent:
            inner = self._shrink_run(run)
            loud = find_true_runs(peaks[inner.start : inner.end] > _CODED_SILENCE) if inner.frames > 0 else ()
            for each in loud[:1]:
                at = FrameRun(inner.start + each.start, inner.start + each.end)
                yield self._make_finding("silent", "failed", at, "there is sound where the cut is silent")
        for found in find_true_runs(peaks <= _SILENCE):
            for run in subtract_runs(found, self._expected.silent):
                yield from self._judge_silent_run(run)
            for run in intersect_run(found, self._expected.silent):
                if run.frames >= _SILENT * self._plan.rate:
                    yield self._make_finding("silent", "note", run, "silent, as in the cut")

    def _judge_silent_run(self, run: FrameRun) -> Iterator[CheckFinding]:
        inner = self._shrink_run(run)
        if inner.frames > 0 and self._truth.is_audible(inner):
            # If the film's loudness was reduced far below the level of the mix, the sound may be inaudible
            # without an error.
            level = "failed" if self._delivery.loudness is None else "warning"
            yield self._make_finding("silent", level, run, "silent where the cut has sound")
        elif run.frames >= _SILENT * self._plan.rate:
            yield self._make_finding("silent", "note", run, "silent, as in its sources")

    def _check_loudness_and_peak(self, sounds: CheckedSound) -> Iterator[CheckFinding]:
        whole = FrameRun(0, self._plan.frames)
        target: Loudness | None = self._delivery.loudness
        # The file does not show when dialogue is heard, so a target for dialogue can't be checked here.
        wanted = target.lufs if target and target.gate == "programme" else sounds.lufs
        if wanted is not None and sounds.lufs is not None and abs(sounds.lufs - wanted) > _LOUD_EXACTLY:
            level = "warning" if abs(sounds.lufs - wanted) > _LOUD_ENOUGH else "note"
            # Sound is softer than its target if the limiter would have to reduce its peaks too much.
            advice = ": lower the loudest sounds" if sounds.lufs < wanted else ""
            words = f"{sounds.lufs:.1f} LUFS instead of {wanted:.1f}{advice}"
            yield self._make_finding("loudness", level, whole, words)
        if sounds.lufs is not None and sounds.mono_lufs is not None:
            softer = sounds.lufs - sounds.mono_lufs
            if softer > _MONO_LOSS:
                words = f"it is {softer:.1f} LU softer in mono"
                yield self._make_finding("mono", "warning", whole, words)
        most = (target.true_peak if target else 0.0) + _PEAK_SLACK
        if sounds.true_peak is not None and sounds.true_peak > most and len(sounds.peaks):
            at = self._find_frame_at_second(int(sounds.peaks.argmax()) * BLOCK)
            words = f"its true peak is {sounds.true_peak:.1f} dBTP, above {most - _PEAK_SLACK:.1f}"
            yield self._make_finding("peak", "warning", FrameRun(at, at + 1), words)

    def _compute_peak_per_frame(self, peaks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the highest sample during each frame of the plan. `peaks` has the highest sample of each
        short block of the film's sound. A block that crosses the border between two frames counts for both
        frames.
        """
        if not len(peaks):
            return np.zeros(self._plan.frames, np.float32)
        seconds = np.arange(self._plan.frames + 1) * float(1 / self._plan.rate)
        edges = np.minimum((seconds / float(BLOCK)).astype(int), len(peaks) - 1)
        highest: NDArray[np.float32] = np.maximum.reduceat(peaks, edges[:-1])
        return highest

    def _shrink_run(self, run: FrameRun) -> FrameRun:
        """Return a run without the few frames at its start and end, because a codec may smear neighbouring
        sound into them. Frames at the start or end of the film are not removed.
        """
        edge = int(_EDGE * self._plan.rate) + 1
        first = run.start + (edge if run.start else 0)
        last = run.end - (edge if run.end < self._plan.frames else 0)
        return FrameRun(first, max(first, last))

    def _name_clip_at(self, frame: int) -> str:
        """Return the name of the topmost clip at a frame, as the end of a sentence (`, in clip “…”`). Empty
        if no clip is visible.
        """
        if not 0 <= frame < self._plan.frames:
            return ""
        pictures = find_stretch_at(self._plan, frame).list_pictures()
        return f", in clip “{pictures[-1].media.title or pictures[-1].clip}”" if pictures else ""

    def _find_frame_at_second(self, seconds: Fraction) -> int:
        return min(int(seconds * self._plan.rate), max(0, self._plan.frames - 1))

    def _make_finding(self, kind: str, level: str, run: FrameRun, text: str) -> CheckFinding:
        return CheckFinding.model_validate(
            {
                "kind": kind,
                "level": level,
                "start": run.start,
                "end": run.end,
                "timecode": format_timecode(self._plan.start + run.start, self._plan.rate),
                "text": text,
            }
        )


def _normalise_pixel_format(pixels: str) -> str:
    """Return the name of a pixel format in a form that can be compared. Names that differ only in range or
    memory layout become equal.
    """
    return pixels.replace("yuvj", "yuv").replace("nv12", "yuv420p").replace("p010le", "yuv420p10le")
