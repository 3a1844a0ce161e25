"""Compare the sound mix of a film with FFmpeg's: 24 AAC clips with gains and fades become a 24-bit WAV of 120
s.

The mix is 48 kHz stereo. Half of the sources have 44.1 kHz; FFmpeg resamples them with soxr, its best option,
and sums with amix. Both are complete processes that run in turn. The result is the median of the CPU-time
ratios of the pairs (`--pairs N`). The two mixes are compared sample by sample. Mastering to −16 LUFS is
measured separately, in CPU seconds per minute of film.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from result import print_report

from milimo_tui.cut.delivery.delivery import Container, Delivery, Loudness, SoundFormat
from milimo_tui.cut.plan.plan import Media, RenderPlan, SoundClip
from milimo_tui.media.render.film import render

RATE, FPS, CLIPS = 48000, Fraction(25), 24
# Seconds of the film, of each clip, and between the starts of two clips.
SECONDS, LENGTH, APART = 120, 20, Fraction(108, 25)
FADE = 12  # length of a fade in frames
WAV = Delivery(
    container=Container.WAV, suffix=".wav", picture=None, sound=SoundFormat(codec="pcm_s24le", bit_rate=0)
)
ENDED = "mastered"


def write_source_sound(path: Path, number: int) -> None:
    """Write 25 seconds of chords and soft noise as AAC. Each number gives different notes."""
    rate = 44100 if number % 2 else 48000
    draw, time = np.random.default_rng(number), np.arange(25 * rate) / rate
    notes = draw.uniform(80, 4000, 6)
    wave = sum(np.sin(2 * np.pi * note * time + draw.uniform(0, 6)) for note in notes) / 12
    hiss = np.convolve(draw.normal(0, 0.1, time.size), np.hanning(9) / 4, "same")
    sound = np.stack([wave + hiss, wave - hiss]).astype(np.float32) * 0.5
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=rate, layout="stereo")
        stream.bit_rate = 192_000
        # Perceptual noise substitution is off, because every decoder would generate different noise.
        stream.codec_context.options = {"aac_pns": "0"}
        for start in range(0, time.size, 4096):
            part = np.ascontiguousarray(sound[:, start : start + 4096])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def compute_clip_start(number: int) -> int:
    """Return the frame of the film at which clip `number` begins."""
    return int(number * APART * FPS)


def compute_source_in(number: int) -> Fraction:
    """Return the time in its source, in seconds, at which clip `number` begins."""
    return Fraction(number % 5 * 25 + 7, 25)


def choose_clip_gain(number: int) -> float:
    """Return the gain of clip `number` in dB."""
    return -3.0 - number % 4


def build_mix_plan(sources: Sequence[Path]) -> RenderPlan:
    """Return the render plan of the mix."""
    clips = tuple(
        SoundClip(
            clip=f"{number}",
            media=Media(kind="sound", path=str(path), has_sound=True),
            start=compute_clip_start(number),
            frames=LENGTH * 25,
            clip_frames=LENGTH * 25,
            source_in=compute_source_in(number),
            gain_db=choose_clip_gain(number),
            fade_in=FADE,
            fade_out=FADE,
        )
        for number, path in enumerate(sources)
    )
    frames = SECONDS * 25
    return RenderPlan(
        cut="c", name="Mix", rate=FPS, width=64, height=48, sample_rate=RATE, frames=frames, sounds=clips
    )


def build_ffmpeg_mix_command(sources: Sequence[Path], out: Path) -> list[str]:
    """Return the command that makes the same mix with FFmpeg and writes it to `out`."""
    command, chains = ["ffmpeg", "-v", "error", "-y"], []
    for number, path in enumerate(sources):
        command += ["-ss", f"{float(compute_source_in(number)):.6f}", "-t", f"{LENGTH}", "-i", str(path)]
        fade = FADE / 25
        chains.append(
            f"[{number}:a]aresample={RATE}:resampler=soxr:precision=20,volume={choose_clip_gain(number)}dB,"
            f"afade=t=in:d={fade}:curve=hsin,afade=t=out:st={LENGTH - fade}:d={fade}:curve=hsin,"
            f"adelay={compute_clip_start(number) * RATE // 25}S:all=1[a{number}]"
        )
    mixed = "".join(f"[a{number}]" for number in range(len(sources)))
    whole = f"apad,atrim=end_sample={SECONDS * RATE}"
    chains.append(f"{mixed}amix=inputs={len(sources)}:duration=longest:normalize=0,{whole}[out]")
    return [*command, "-filter_complex", ";".join(chains), "-map", "[out]", "-c:a", "pcm_s24le", str(out)]


def measure_command_cpu(command: Sequence[str]) -> float:
    """Run a command to its end and return its CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def read_mix_samples(path: Path) -> NDArray[np.float64]:
    """Return the decoded samples of a sound file."""
    with av.open(str(path)) as container:
        converter = av.AudioResampler("dblp", "stereo", RATE)
        parts = [
            part.to_ndarray() for frame in container.decode(audio=0) for part in converter.resample(frame)
        ]
    return np.concatenate(parts, axis=1).astype(np.float64)


def render_mix(text: Path, out: Path, *, mastered: bool) -> int:
    """Render the mix from the plan in the file `text`. The measured process runs only this function."""
    delivery = WAV.model_copy(update={"loudness": Loudness()}) if mastered else WAV
    render(RenderPlan.model_validate_json(text.read_text()), out, delivery, lambda stage, done, total: None)
    return 0


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mix", nargs=3, metavar=("PLAN", "OUT", "HOW"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.mix:
        return render_mix(Path(args.mix[0]), Path(args.mix[1]), mastered=args.mix[2] == ENDED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = [folder / f"{number}.m4a" for number in range(CLIPS)]
        for number, path in enumerate(sources):
            write_source_sound(path, number)
        text, ours, theirs = folder / "plan.json", folder / "ours.wav", folder / "theirs.wav"
        text.write_text(build_mix_plan(sources).model_dump_json())
        own = [sys.executable, os.path.abspath(__file__), "--mix", str(text), str(ours)]
        pairs = [
            (
                measure_command_cpu([*own, "plain"]),
                measure_command_cpu(build_ffmpeg_mix_command(sources, theirs)),
            )
            for _ in range(args.pairs)
        ]
        one, other = read_mix_samples(ours), read_mix_samples(theirs)
        error = 10 * np.log10(((one - other) ** 2).mean() / (other**2).mean())
        start = statistics.median(
            measure_command_cpu([sys.executable, "-c", "import milimo_tui.media.render.film"])
            for _ in range(3)
        )
        plain = statistics.median(mine for mine, _ in pairs)
        mastered = measure_command_cpu([*own, ENDED])
    figures = {
        "milimo_cpu_s": plain,
        "ffmpeg_cpu_s": statistics.median(theirs for _, theirs in pairs),
        "of_it_start_s": start,
        "mastering_cpu_s_a_minute": (mastered - plain) * 60 / SECONDS,
        "samples_apart": float(abs(one.shape[1] - other.shape[1])),
        "difference_db": float(error),
    }
    ratios = {"cpu": statistics.median(mine / theirs for mine, theirs in pairs)}
    bars = {"cpu": 1.5, "samples_apart": 0.0, "difference_db": -80.0}
    return print_report("sound", figures, ratios, bars)


if __name__ == "__main__":
    sys.exit(main())
