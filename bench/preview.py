"""Compare pictures and playback in a terminal with chafa, timg and mpv: the number of bytes, and the
similarity to the film.

Ten frames of the sample film are drawn in 100×33 cells by each program. The output is decoded by independent
decoders: pyte for cells (the area that a character fills is taken from its Unicode name), Pillow for PNG and
JPEG, and libsixel for Sixel. The similarity is the PSNR against the frame in its original size. Then 96
consecutive frames are played, and the bytes that the studio sends over an SSH line are measured
(`line_bytes`). `--film FILE` uses another film and skips the studio. Missing programs are named and skipped.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import line_bytes
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from result import print_report
from textual._compositor import LayoutUpdate
from textual.geometry import Region

from milimo_tui.media.picture.colour import to_rgb
from milimo_tui.media.viewer import cell_text, full_pixels
from milimo_tui.media.viewer.cells import Cells, cells_to_rgb, find_changed_cells, picture_to_cells
from milimo_tui.tui.terminal.line.looks import Looks
from milimo_tui.tui.terminal.line.screen_copies import ScreenCopy
from tests.media.viewer.cell_pictures import Picture, in_parts, make_strips, psnr, shown, unlike

# Cells of a still. Cells are twice as high as wide, so this fits the 3:2 frames of the sample film.
COLUMNS, ROWS = 100, 33
PLAYED_ROWS = 40
FRAMES, PLAYED, RATE = 10, 96, 24
THRESHOLD = 8  # smallest change of a colour channel (0 to 255) for which a cell is sent again
CELL = (8, 16)
_COMMANDS = 6000  # bytes of a picture's budget that are reserved for terminal commands around the picture
BLOCKS = frozenset({"shades", "quadrants", "bars"})
SIGNS = {"blocks": BLOCKS, "sextants": BLOCKS | {"sextants"}, "octants": BLOCKS | {"octants"}}
PROGRAMS = ("chafa", "timg", "mpv", "sixel2png")
ENV = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class DrawnFrame:
    """A frame drawn by one program: the size of the output in bytes, its PSNR in dB, and its difference when
    seen from a distance.
    """

    size: int
    near: float
    unlike: float = 0.0


def make_sample_film(folder: Path) -> Path:
    """Make the first two scenes of the sample film in `folder`, and return the rendered file."""
    print("  making the sample film…", flush=True)
    milimo = [sys.executable, "-m", "milimo_tui.cli.main", "--home", str(folder / "home")]
    quiet = subprocess.DEVNULL
    for words in (["demo", "--scenes", "2"], ["supervisor", "stop", "--now"]):
        subprocess.run([*milimo, *words], check=True, stdin=quiet, stdout=quiet, env=ENV)
    return next((folder / "home").glob("projects/*/renders/*.mp4"))


def read_spread_frames(film: Path, wanted: int) -> list[Rgb]:
    """Return `wanted` frames in their original size, evenly spread over a film."""
    with av.open(str(film)) as file:
        count = file.streams.video[0].frames
        at = {int((index + 0.5) * count / wanted) for index in range(wanted)}
        return [to_rgb(frame) for index, frame in enumerate(file.decode(video=0)) if index in at]


def scale_picture(picture: Rgb, width: int, height: int) -> Rgb:
    """Return a picture scaled to a size."""
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC))


def run_and_capture(*words: str) -> bytes:
    """Run a command and return its output."""
    return subprocess.run(words, check=True, capture_output=True, stdin=subprocess.DEVNULL, env=ENV).stdout


def decode_cells(data: bytes) -> Image.Image:
    """Return the picture that cells show, according to pyte. The picture is as wide as the longest line,
    because some programs leave the last column free.
    """
    text = re.sub(r"\x1b\[\?\d+[hl]", "", data.decode()).rstrip("\n")
    columns = max(map(len, re.sub(r"\x1b\[[0-9;]*m", "", text).split("\n")))
    return Image.fromarray(shown(text.replace("\n", "\r\n"), columns, ROWS).round().astype(np.uint8))


def decode_kitty(data: bytes) -> Image.Image:
    """Join the chunks of a kitty picture and return the picture, which is sent as an image file or as RGBA
    pixels.
    """
    chunks = re.findall(rb"\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\", data)
    keys = dict(pair.split(b"=") for pair in chunks[0][0].split(b","))
    body = b"".join(base64.b64decode(chunk) for _, chunk in chunks)
    if keys[b"f"] == b"100":
        return Image.open(io.BytesIO(body))
    return Image.frombytes("RGBA", (int(keys[b"s"]), int(keys[b"v"])), body)


def decode_iterm2(data: bytes) -> Image.Image:
    """Return the picture inside an iTerm2 picture command."""
    found = re.search(rb"\x1b\]1337;File=[^:]*:([^\x07\x1b]*)", data)
    assert found is not None
    return Image.open(io.BytesIO(base64.b64decode(found[1])))


def decode_sixels(data: bytes) -> Image.Image:
    """Return the picture that Sixel data draws."""
    with tempfile.TemporaryDirectory() as folder:
        source, path = Path(folder, "p.six"), Path(folder, "p.png")
        source.write_bytes(data)
        subprocess.run(["sixel2png", "-i", source, "-o", path], check=True)
        return Image.open(path).copy()


def measure_still(data: bytes, read: Callable[[bytes], Image.Image], frame: Rgb) -> DrawnFrame:
    """Decode a program's output with `read`. Return its size and its difference from the frame, scaled to the
    size of the frame.
    """
    seen = read(data).convert("RGB").resize((frame.shape[1], frame.shape[0]), Image.Resampling.BICUBIC)
    shown, wanted = np.asarray(seen, np.float32), frame.astype(np.float32)
    return DrawnFrame(len(data), psnr(shown, wanted), unlike(shown, wanted))


def choose_cells(frame: Rgb, signs: frozenset[str], colours: str = "truecolor") -> Cells:
    """Return the studio's cells for a frame. `signs` are the allowed kinds of glyphs."""
    return picture_to_cells(scale_picture(frame, COLUMNS * 8, ROWS * 8), colours, signs)


def encode_cells(cells: Cells, colours: str = "truecolor") -> bytes:
    """Return cells as text with escape sequences for a terminal."""
    return "\n".join(cell_text.cells_to_lines(cells, colours)).encode()


def encode_kitty(frame: Rgb, budget: int) -> bytes:
    """Return a frame as kitty picture commands, as the viewer sends it. `budget` is the largest size in
    bytes.
    """
    body = base64.standard_b64encode(full_pixels.encode_png(frame, budget - _COMMANDS)[0])
    chunks = [body[at : at + 4096] for at in range(0, len(body), 4096)]
    out = []
    for index, chunk in enumerate(chunks):
        head = f"a=T,f=100,c={COLUMNS},r={ROWS},q=2," if index == 0 else ""
        out.append(f"\x1b_G{head}m={int(chunk is not chunks[-1])};".encode() + chunk + b"\x1b\\")
    return b"".join(out)


def encode_iterm2(frame: Rgb, budget: int) -> bytes:
    """Return a frame as an iTerm2 picture command, as the viewer sends it. `budget` is the largest size in
    bytes.
    """
    data = full_pixels.encode_jpeg(frame, budget - _COMMANDS)[0]
    keys = f"inline=1;size={len(data)};width={COLUMNS};height={ROWS};preserveAspectRatio=0"
    return f"\x1b]1337;File={keys}:".encode() + base64.standard_b64encode(data) + b"\x07"


Figures = dict[str, float]


def compare_stills(frames: Sequence[Rgb], folder: Path, found: set[str]) -> tuple[Figures, Figures]:
    """Compare the stills of each picture protocol with the other programs in `found`.

    Return the figures, and the ratios of Milimo's bytes and decibels to those of the better program.
    """
    figures: Figures = {}
    ratios: Figures = {}
    place = f"{COLUMNS}x{ROWS}"
    chafa = ("chafa", "--stretch", "-s", place)
    timg = ("timg", "-U", "-g", place)
    theirs: dict[str, list[tuple[str, ...]]] = {
        "half-blocks": [(*chafa, "-f", "symbols", "-c", "full", "--symbols", "vhalf"), (*timg, "-ph")],
        "blocks": [(*chafa, "-f", "symbols", "-c", "full", "--symbols", "block"), (*timg, "-pq")],
        "256 colours": [
            (*chafa, "-f", "symbols", "-c", "256", "--symbols", "block"),
            (*timg, "-pq", "--color8"),
        ],
        "kitty": [(*chafa, "-f", "kitty"), (*timg, "-pk", "--compress")],
        "iterm2": [(*chafa, "-f", "iterm"), (*timg, "-pi", "--compress")],
        "sixel": [(*chafa, "-f", "sixels")],
    }
    readers = {"kitty": decode_kitty, "iterm2": decode_iterm2, "sixel": decode_sixels}
    for way, commands in theirs.items():
        read = readers.get(way, decode_cells)
        if way == "sixel" and "sixel2png" not in found:
            continue
        made: dict[str, list[DrawnFrame]] = {}
        for frame in frames:
            Image.fromarray(frame).save(folder / "frame.png")
            budget = []
            for command in commands:
                if command[0] in found:
                    data = run_and_capture(*command, str(folder / "frame.png"))
                    budget.append(len(data))
                    made.setdefault(command[0], []).append(measure_still(data, read, frame))
                    sixel_size = read(data).size if way == "sixel" else (0, 0)
            if not budget:
                continue
            if way == "kitty":
                ours = encode_kitty(frame, min(budget))
            elif way == "iterm2":
                ours = encode_iterm2(frame, min(budget))
            elif way == "sixel":
                ours, _ = full_pixels.encode_sixels(scale_picture(frame, *sixel_size), sixel_size[1], 0)
            elif way == "256 colours":
                ours = encode_cells(choose_cells(frame, BLOCKS, "256"), "256")
            else:
                ours = encode_cells(choose_cells(frame, BLOCKS if way == "blocks" else frozenset()))
            made.setdefault("ours", []).append(measure_still(ours, read, frame))
        for name, each in made.items():
            figures[f"{way}: {name}, kB"] = statistics.mean(one.size for one in each) / 1000
            figures[f"{way}: {name}, dB"] = statistics.mean(one.near for one in each)
            if way == "256 colours":
                figures[f"{way}: {name}, unlike"] = statistics.mean(one.unlike for one in each)
        rivals = [name for name in made if name != "ours"]
        if rivals:
            smaller = min(rivals, key=lambda name: figures[f"{way}: {name}, kB"])
            ratios[f"{way}: bytes beside {smaller}"] = (
                figures[f"{way}: ours, kB"] / figures[f"{way}: {smaller}, kB"]
            )
            figures[f"{way}: dB above {smaller}"] = (
                figures[f"{way}: ours, dB"] - figures[f"{way}: {smaller}, dB"]
            )
            if way == "256 colours":
                ratios[f"{way}: unlike beside {smaller}"] = (
                    figures[f"{way}: ours, unlike"] / figures[f"{way}: {smaller}, unlike"]
                )
    return figures, ratios


def measure_sign_gains(frames: Sequence[Rgb]) -> Figures:
    """Return by how many dB the studio's glyphs are closer to the frames than half blocks: the smallest and
    the mean gain.

    The compared half blocks show the exact mean colour of each half cell in 24 bits. Similarity is measured
    once on 2×4 averaged parts of each cell, and once on all pixels.
    """
    out: dict[str, list[float]] = {}
    for frame in frames:
        whole = scale_picture(frame, COLUMNS * CELL[0], ROWS * 24).astype(np.float32)
        plain = in_parts(whole, ROWS, COLUMNS, 2, 1).round().repeat(12, axis=0).repeat(8, axis=1)
        for name, signs in SIGNS.items():
            seen = shown(
                encode_cells(choose_cells(frame, signs)).decode().replace("\n", "\r\n"), COLUMNS, ROWS
            )
            for kind, cut in (("parts", _average_cell_parts), ("pixels", lambda picture: picture)):
                gain = psnr(cut(seen), cut(whole)) - psnr(cut(plain), cut(whole))
                out.setdefault(f"{name}, {kind}", []).append(gain)
    return {
        f"gain of {name}, {what} dB": of(values)
        for name, values in out.items()
        for what, of in (("least", min), ("mean", statistics.mean))
    }


def _average_cell_parts(picture: Picture) -> Picture:
    return in_parts(picture, ROWS, COLUMNS)


def measure_palette_budgets(frames: Sequence[Rgb]) -> Figures:
    """Measure pictures of 80×26 cells that kitty receives over a slow line, reduced to a palette that fits
    into 30 kB and 16 kB.
    """
    figures: Figures = {}
    for budget in (30_000, 16_000):
        made = []
        for frame in frames:
            picture = scale_picture(frame, 80 * CELL[0], 26 * CELL[1])
            data, _, _ = full_pixels.encode_png(picture, budget)
            whole = Image.open(io.BytesIO(data)).convert("RGB")
            seen = whole.resize((picture.shape[1], picture.shape[0]), Image.Resampling.BILINEAR)
            near = psnr(np.asarray(seen, np.float32), picture.astype(np.float32))
            made.append(DrawnFrame(full_pixels.count_base64_characters(len(data)), near))
        name = f"kitty within {budget // 1000} kB"
        figures[f"{name}: most kB"] = max(one.size for one in made) / 1000
        figures[f"{name}: least dB"] = min(one.near for one in made)
        figures[f"{name}: mean dB"] = statistics.mean(one.near for one in made)
    return figures


def measure_playback(film: Path, found: set[str]) -> tuple[Figures, Figures]:
    """Play consecutive frames in 100×40 cells. The studio sends only changed cells, and is compared with mpv,
    which sends complete frames.
    """
    frames = []
    with av.open(str(film)) as file:
        for frame in file.decode(video=0):
            frames.append(to_rgb(frame, COLUMNS * 8, PLAYED_ROWS * 8))
            if len(frames) == PLAYED:
                break
    figures: Figures = {}
    ratios: Figures = {}
    signs = SIGNS["octants"]
    began = time.perf_counter()
    cells = [picture_to_cells(frame, "truecolor", signs) for frame in frames]
    figures["playback: ms to pick the cells of a frame"] = (time.perf_counter() - began) / PLAYED * 1000
    glass, sizes, near = ScreenCopy(COLUMNS, PLAYED_ROWS, Looks("truecolor")), [], []
    screen = cells[0]
    began = time.perf_counter()
    for each in cells:
        screen = np.where(find_changed_cells(screen, each, THRESHOLD), each, screen)
        strips = make_strips(screen.tobytes(), COLUMNS, PLAYED_ROWS, "truecolor")
        glass.take_update(LayoutUpdate([[strip] for strip in strips], Region(0, 0, COLUMNS, PLAYED_ROWS)))
        sizes.append(len(glass.take_changed_pictures(1 << 30).encode()))
        near.append(psnr(cells_to_rgb(screen.ravel(), "truecolor"), cells_to_rgb(each.ravel(), "truecolor")))
    took = (time.perf_counter() - began) / PLAYED * 1000
    figures["playback: ms to write what changed"] = took
    figures["playback: all cells, kB/s"] = (
        statistics.mean(len(encode_cells(each)) for each in cells[::8]) * RATE / 1000
    )
    figures["playback: ours, kB/s"] = statistics.mean(sizes) * RATE / 1000
    figures["playback: dB to all cells, mean"] = statistics.mean(near)
    if "mpv" in found:
        size = (f"--vo-tct-width={COLUMNS}", f"--vo-tct-height={PLAYED_ROWS}")
        mpv = ("mpv", "--no-config", "--really-quiet", "--vo=tct", *size, "--no-audio", "--untimed")
        data = run_and_capture(*mpv, "--framedrop=no", f"--frames={PLAYED}", str(film))
        figures["playback: mpv, kB/s"] = len(data) / PLAYED * RATE / 1000
        ratios["playback: bytes beside mpv"] = (
            figures["playback: ours, kB/s"] / figures["playback: mpv, kB/s"]
        )
    return figures, ratios


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--film", type=Path)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = {name for name in PROGRAMS if shutil.which(name)}
    for name in PROGRAMS:
        if name not in found:
            print(f"  {name}: not installed")
    with tempfile.TemporaryDirectory() as folder:
        film = args.film or make_sample_film(Path(folder))
        frames = read_spread_frames(film, FRAMES)
        figures, ratios = compare_stills(frames, Path(folder), found)
        figures |= measure_sign_gains(frames) | measure_palette_budgets(frames)
        played, beside = measure_playback(film, found)
        sent = {} if args.film else line_bytes.measure_line_bytes(Path(folder) / "home")
    times, most = line_bytes.compute_line_bars(sent)
    ratios |= beside | times
    figures |= played | sent
    bars = {name: 0.5 if name.startswith("playback") else 1.0 for name in ratios}
    above = [name for name in figures if ": dB above" in name]
    bars |= dict.fromkeys(above, 0.0)
    gained = [f"gain of {name}, parts, least dB" for name in ("sextants", "octants")]
    gained.append("gain of blocks, parts, mean dB")
    bars |= dict.fromkeys(gained, 3.0)
    near = ["kitty within 30 kB: least dB"]
    bars |= dict.fromkeys(near, 30.0)
    bars |= most | {"kitty within 30 kB: most kB": 30.0, "kitty within 16 kB: most kB": 16.0}
    return print_report("preview", figures, ratios, bars, at_least=[*above, *gained, *near])


if __name__ == "__main__":
    sys.exit(main())
