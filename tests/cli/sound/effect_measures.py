"""Measure sound effects and presets on speech by `espeak-ng`: Milimo renders them, FFmpeg measures them.

`python -m tests.cli.sound.effect_measures` prints the table of docs/decisions/sound-effects.md.
"""

from __future__ import annotations

import math
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.front_door import Milimo, environment

RATE, FRAME_RATE, SECONDS = 48000, 25, 13
# The sentences of the speech. The second is 10 dB softer and has no sibilants.
SENTENCES = (
    "Six sisters sat in the silent street. She says the storm passes soon.",
    "Maybe you and I will meet.",
)
SOFTER = 10
_RAW = ["-f", "f32le", "-ac", "2", "-ar", str(RATE)]
NOISE = "anoisesrc=c=pink:r=48000:a=0.02:seed=3:d=13,aformat=channel_layouts=stereo"
HUM = "aevalsrc=0.01*sin(2*PI*50*t)+0.006*sin(2*PI*100*t)+0.004*sin(2*PI*150*t)+0.002*sin(2*PI*200*t)"
CLICKS = "aevalsrc=0.3*lt(mod(t\\,0.25)\\,0.00005)"


def run_ffmpeg(*words: str) -> str:
    """Run FFmpeg and return its report."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-y", *words]
    return subprocess.run(command, check=True, capture_output=True).stderr.decode()


@dataclass(frozen=True)
class Speech:
    """The times of the speech in seconds: the loud and the soft sentence, and the end of the last word."""

    loud: tuple[float, float]
    soft: tuple[float, float]

    @property
    def pause(self) -> tuple[float, float]:
        """The time from 0.3 s to 0.6 s after the last word."""
        return self.soft[1] + 0.3, self.soft[1] + 0.6


def write_speech(folder: Path) -> Speech:
    """Write the speech, and the same speech with noise, hum and clicks, at about −20 LUFS."""
    for number, text in enumerate(SENTENCES):
        command = ["espeak-ng", "-v", "en-us", "-s", "150", "-w", str(folder / f"{number}.wav"), text]
        subprocess.run(command, check=True)
    inputs = [word for number in (0, 1) for word in ("-i", str(folder / f"{number}.wav"))]
    joined = (
        f"[0]apad=pad_dur=0.7[a];[1]volume=-{SOFTER}dB,apad=pad_dur=9[b];[a][b]concat=n=2:v=0:a=1,"
        f"aresample={RATE},volume=2dB,aformat=channel_layouts=stereo,atrim=0:{SECONDS}"
    )
    run_ffmpeg(*inputs, "-filter_complex", joined, "-c:a", "pcm_f32le", str(folder / "speech.wav"))
    for name, source in (("noise", NOISE), ("hum", HUM), ("clicks", CLICKS)):
        length = "" if name == "noise" else f":s={RATE}:d={SECONDS},aformat=channel_layouts=stereo"
        mixed = f"{source}{length}[n];[0][n]amix=inputs=2:duration=first:normalize=0"
        words = ["-i", str(folder / "speech.wav"), "-filter_complex", mixed, "-c:a", "pcm_f32le"]
        run_ffmpeg(*words, str(folder / f"{name}.wav"))
    levels = _read_levels(folder / "speech.wav")
    heard = np.flatnonzero(levels > 1e-3)
    gap = int(np.diff(heard).argmax())
    first, end, begin, last = (float(heard[at]) / 100 for at in (0, gap, gap + 1, -1))
    return Speech((first, end + 0.01), (begin, last + 0.01))


def _read_levels(path: Path) -> NDArray[np.float32]:
    """Return the peak of each 1/100 s."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), *_RAW, "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    samples = np.abs(np.frombuffer(raw, "<f4")[::2])
    levels: NDArray[np.float32] = samples[: len(samples) // 480 * 480].reshape(-1, 480).max(axis=1)
    return levels


@dataclass(frozen=True)
class Clip:
    """A second of the rendered film at which a processed speech begins."""

    film: Path
    begin: float

    def measure_loudness(self) -> tuple[float, float, float]:
        """Return loudness in LUFS, loudness range in LU and true peak in dBTP by FFmpeg's `ebur128`."""
        report = self._run("ebur128=peak=true", (0.0, float(SECONDS)))
        summary = report[report.rindex("Summary") :]
        found = (re.search(each, summary) for each in (r"I:\s+(\S+)", r"LRA:\s+(\S+)", r"Peak:\s+(\S+)"))
        loudness, loudness_range, peak = (float(each[1]) for each in found if each)
        return loudness, loudness_range, peak

    def measure_level(self, times: tuple[float, float], low: float = 0, high: float = 0) -> float:
        """Return the RMS level in dB by FFmpeg's `astats`, between two frequencies. 0 means no limit."""
        steep = [f"highpass=f={low}:p=2"] * 6 if low else []
        steep += [f"lowpass=f={high}:p=2"] * 6 if high else []
        return self._read_number(",".join([*steep, "astats"]), times, r"Overall[\s\S]*RMS level dB: (\S+)")

    def measure_peak(self, times: tuple[float, float]) -> float:
        """Return the highest sample in dB by FFmpeg's `astats`."""
        return self._read_number("astats", times, r"Overall[\s\S]*Peak level dB: (\S+)")

    def measure_pitch(self, times: tuple[float, float]) -> float:
        """Return the typical frequency of the voice in Hz, by the autocorrelation of the loudest parts."""
        cut = ["-ss", str(self.begin + times[0]), "-t", str(times[1] - times[0]), "-i", str(self.film)]
        command = ["ffmpeg", "-v", "error", *cut, *_RAW, "-af", "lowpass=f=900", "-"]
        raw = subprocess.run(command, check=True, capture_output=True).stdout
        samples = np.frombuffer(raw, "<f4")[::2]
        found = []
        for begin in range(0, len(samples) - 4800, 2400):
            part = samples[begin : begin + 4800] * np.hanning(4800)
            spectrum = np.fft.rfft(part, 16384)
            correlation = np.fft.irfft(np.abs(spectrum) ** 2)[: RATE // 50]
            lag = int(correlation[RATE // 400 :].argmax()) + RATE // 400
            if correlation[lag] > 0.5 * correlation[0] > 1e-3:
                found.append(RATE / lag)
        return float(np.median(found))

    def _read_number(self, filters: str, times: tuple[float, float], pattern: str) -> float:
        found = re.search(pattern, self._run(filters, times))
        assert found is not None
        return max(-150.0, float(found[1]))

    def _run(self, filters: str, times: tuple[float, float]) -> str:
        begin, length = self.begin + times[0], times[1] - times[0]
        cut = ["-ss", f"{begin:.4f}", "-t", f"{length:.4f}", "-i", str(self.film)]
        return run_ffmpeg(*cut, "-af", filters, "-f", "null", "-")


@dataclass(frozen=True)
class Row:
    """A preset, or an effect with numbers, on a source. Without both, the source itself."""

    source: str
    preset: str = ""
    effect: str = ""
    numbers: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.preset or " ".join([self.effect, *self.numbers]) or self.source


PRESETS = (
    "dialogue", "narration", "effects", "ambience", "music", "telephone", "radio", "off-screen", "far",
    "hall", "deep", "high", "thought",
)  # fmt: skip
EFFECTS = (
    ("eq", "presence_gain=3"), ("compressor",), ("deesser",), ("limiter", "limit=-10"), ("reverb",),
    ("delay",), ("mono_lows",), ("pitch", "semitones=-7"), ("telephone",), ("radio",), ("distance",),
    ("leveller",),
)  # fmt: skip
ROWS = (
    *(Row(name) for name in ("speech", "noise", "hum", "clicks")),
    *(Row("speech", preset=name) for name in PRESETS),
    Row("noise", preset="dialogue-clean"),
    *(Row("speech", effect=name, numbers=tuple(numbers)) for name, *numbers in EFFECTS),
    Row("noise", effect="gate", numbers=("threshold=-40",)),
    Row("noise", effect="denoise"),
    Row("hum", effect="dehum"),
    Row("clicks", effect="declick"),
)


def render_rows(place: Path) -> tuple[Speech, dict[Row, Clip]]:
    """Render all rows as clips of one film. Return the times of the speech, and the rows in the film."""
    files = place / "files"
    files.mkdir()
    speech = write_speech(files)
    home = Milimo(environment(place), place / "work")
    home.inside("project", "new", "Measures", "--rate", str(FRAME_RATE))
    home.inside("run", "cut.new", "name=measures", "empty=true")
    try:
        assets = {
            name: home.inside("run", "asset.add", f"file={files / name}.wav", "prepare=false")["id"]
            for name in ("speech", "noise", "hum", "clicks")
        }
        clips = {}
        for number, row in enumerate(ROWS):
            frames = SECONDS * FRAME_RATE
            home.inside("run", "cut.append", "track=A1", f"asset={assets[row.source]}", f"frames={frames}")
            clips[row] = number * SECONDS
        ids = [clip["id"] for track in home.inside("cut", "show")["tracks"] for clip in track["clips"]]
        for row, clip in zip(ROWS, ids, strict=True):
            if row.preset:
                home.inside("mix", "effect", "preset", clip, row.preset)
            elif row.effect:
                home.inside("mix", "effect", "add", clip, row.effect, *row.numbers)
        home.json("render", "-o", "out.wav")
    finally:
        home.inside("supervisor", "stop", "--now")
    return speech, {row: Clip(home.cwd / "out.wav", begin) for row, begin in clips.items()}


def format_table(clips: dict[Row, Clip]) -> str:
    """Return the loudness of all rows as a table in Markdown."""
    lines = [
        "| preset or effect | sound | loudness | change | range | true peak |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    before = {row.source: clips[row].measure_loudness()[0] for row in ROWS if str(row) == row.source}
    for row in ROWS:
        loudness, spread, peak = clips[row].measure_loudness()
        change = loudness - before[row.source]
        sign = "+" if change >= 0.05 else "−" if change <= -0.05 else ""
        lines.append(
            f"| {row} | {row.source} | {_format_number(loudness)} | {sign}{abs(change):.1f}"
            f" | {spread:.1f} | {_format_number(peak)} |"
        )
    return "\n".join(lines)


def _format_number(value: float) -> str:
    return f"{'−' if value < 0 else ''}{abs(value):.1f}" if math.isfinite(value) else "silent"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(format_table(render_rows(Path(folder))[1]))
