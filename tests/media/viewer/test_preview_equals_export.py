"""Test that the preview equals the export: random cuts are rendered, decoded and compared with the viewer's
pictures.

Every source shows its frame numbers, so the film itself tells which source frame is at each of its frames.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from milimo_tui.cut.delivery.delivery import Container, Delivery, PictureFormat
from milimo_tui.cut.plan.plan import FileRef, Media, RenderPlan
from milimo_tui.cut.values.cut import Track, TrackKind
from milimo_tui.cut.values.effects import Blend, Effects, Title, TitlePlace
from milimo_tui.cut.values.keyframes import Easing, Keyframe
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.matte_files import MatteWriter
from milimo_tui.media.render.film import render
from milimo_tui.media.viewer.preview import ViewSize
from tests.budget import BUDGETS, rounds
from tests.media.cuts import CutBuilder, media_of
from tests.media.material import make_take, numbered, pictures_of, read_number
from tests.media.plan_frames import PlanFrames
from tests.media.stretch_frames import layer, plan_of

WIDTH, HEIGHT = 128, 96
RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50)]
LONG = 90  # Length of a source in frames.
# Seconds of the source before a clip starts, needed by transitions and speed changes.
HEAD = 2 * Fraction(12, 25)
LEAST = 45.0  # lowest PSNR between preview and export, in dB
FINE = Delivery(
    picture=PictureFormat(quality=3, speed="superfast", gop=12),
    sound=None,
    container=Container.MP4,
    suffix=".mp4",
)


@dataclass(frozen=True)
class Stock:
    """The material of the random cuts: clips, each with its first number and its rate, other media, and files
    such as LUTs and mattes.
    """

    clips: tuple[tuple[Media, int, Fraction], ...]
    others: tuple[Media, ...]
    files: dict[str, FileRef]


def made_stock(folder: Path) -> Stock:
    clips = []
    sizes = [(WIDTH, HEIGHT), (WIDTH, HEIGHT), (2 * WIDTH, 2 * HEIGHT), (96, 72)]
    colours = [(90, 90, 90), (150, 60, 50), (50, 130, 60), (60, 70, 170)]
    for index, (rate, (width, height), colour) in enumerate(zip(RATES[1:], sizes, colours, strict=True)):
        path = folder / f"{index}.mov"
        make_take(path, LONG, rate=rate, first=1000 * index, colour=colour, width=width, height=height)
        clips.append((media_of(path), 1000 * index, rate))
    inner = plan_of(layer(clips[1][0], "inner"), width=WIDTH, height=HEIGHT, frames=LONG, rate=clips[1][2])
    clips.append((Media(kind="cut", plan=inner, title="scene"), 1000, clips[1][2]))
    Image.fromarray(numbered(77, (200, 160, 40), 320, 200)).save(folder / "still.png")
    clear = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    ImageDraw.Draw(clear).ellipse((10, 10, 110, 110), fill=(250, 120, 30, 200))
    clear.save(folder / "clear.png")
    matte = Image.new("L", (64, 48), 0)
    ImageDraw.Draw(matte).ellipse((8, 8, 56, 40), fill=255)
    matte.save(folder / "matte.png")
    with MatteWriter(folder / "matte.mov", width=64, height=48, rate=Fraction(25), frames=LONG) as writer:
        for index in range(LONG):
            writer.add_mask_picture(np.roll(np.asarray(matte), index, axis=1))
    rows = [f"{b / 2} {g / 2} {1 - r / 2}" for b in range(3) for g in range(3) for r in range(3)]
    (folder / "look.cube").write_text("LUT_3D_SIZE 3\n" + "\n".join(rows))
    return Stock(
        tuple(clips),
        (
            media_of(folder / "still.png"),
            media_of(folder / "clear.png"),
            Media(kind="slate", title="3B", text="Rain."),
            Media(kind="offline", title="lost.mov", text="The file is gone."),
        ),
        {
            "matte": FileRef(path=str(folder / "matte.png")),
            "moving": FileRef(path=str(folder / "matte.mov"), moving=True),
            "look": FileRef(path=str(folder / "look.cube")),
        },
    )


@pytest.fixture(scope="module")
def stock() -> Iterator[Stock]:
    with tempfile.TemporaryDirectory() as folder:
        yield made_stock(Path(folder))


numbers = partial(st.floats, allow_nan=False, allow_subnormal=False)


@st.composite
def curve(draw: st.DrawFn, low: float, high: float) -> tuple[Keyframe, ...]:
    frames = sorted(draw(st.sets(st.integers(-3, 20), min_size=1, max_size=3)))
    return tuple(Keyframe(frame, draw(numbers(low, high)), draw(st.sampled_from(Easing))) for frame in frames)


GRADES = {"lift": (-0.1, 0.1), "gamma": (0.8, 1.25), "gain_r": (0.8, 1.2), "saturation": (0.0, 1.6)}
MOVES = {
    "x": (-0.3, 0.3),
    "scale": (0.15, 0.4),
    "rotation": (-180.0, 180.0),
    "crop_left": (0.0, 0.4),
    "crop_bottom": (0.0, 0.4),
}
SOFT = {"blur": (0.0, 0.05), "opacity": (0.2, 1.0), "matte_feather": (0.0, 0.05), "lut_mix": (0.0, 1.0)}


@st.composite
def curves_of(draw: st.DrawFn, of: dict[str, tuple[float, float]]) -> dict[str, tuple[Keyframe, ...]]:
    names = draw(st.sets(st.sampled_from(sorted(of)), max_size=3))
    return {name: draw(curve(*of[name])) for name in sorted(names)}


def looks(curves: dict[str, tuple[Keyframe, ...]], **values: Any) -> Effects:
    return Effects(curves=tuple(sorted(curves.items())), **values)


@st.composite
def overlaid(draw: st.DrawFn) -> Effects:
    """Draw any effects for a small picture in the lower part of the raster, where it hides no frame
    number.
    """
    curves = {**draw(curves_of(GRADES)), **draw(curves_of(SOFT)), **draw(curves_of(MOVES))}
    curves.setdefault("scale", (Keyframe(0, draw(numbers(0.15, 0.4))),))
    return looks(
        {**curves, "y": (Keyframe(0, 0.28),)},
        flip_h=draw(st.booleans()),
        flip_v=draw(st.booleans()),
        blend=draw(st.sampled_from(Blend)),
        lut=draw(st.sampled_from(["", "", "look"])),
        matte=draw(st.sampled_from(["", "", "matte", "moving"])),
        matte_inverted=draw(st.booleans()),
    )


@dataclass
class RandomCut:
    """A random cut, and the numbers that each frame of its film may show."""

    bench: CutBuilder
    expected: dict[int, set[int]]


SPEEDS = [Fraction(1)] * 4 + [Fraction(1, 2), Fraction(3, 2), Fraction(2), Fraction(-1), Fraction(0)]


@st.composite
def cuts(draw: st.DrawFn, stock: Stock) -> RandomCut:
    bench = CutBuilder(rate=draw(st.sampled_from(RATES)), width=WIDTH, height=HEIGHT, files=stock.files)
    bench.tracks["V3"] = Track(id="V3", cut="c", name="V3", kind=TrackKind.VIDEO, order="25")
    expected: dict[int, set[int]] = {}
    at, last, hidden = 0, "", set[int]()
    for _ in range(draw(st.integers(1, 3))):
        frames = draw(st.integers(6, 14))
        media, first, rate = draw(st.sampled_from(stock.clips))
        speed = draw(st.sampled_from(SPEEDS))
        source_in = HEAD + draw(st.integers(0, 10)) / bench.rate + (HEAD if speed < 0 else 0)
        changed = draw(st.sampled_from(["plain", "plain", "graded", "moved"]))
        curves = {"plain": {}, "graded": draw(curves_of(GRADES)), "moved": draw(curves_of(MOVES))}[changed]
        fade = draw(st.sampled_from([0, 0, 0, 4]))
        clip = bench.add(
            "V1", media, frames, source_in=source_in, effects=looks(curves, speed=speed), fade_in=fade
        )
        for frame in range(fade, frames):
            if changed != "moved":
                seconds = source_in + frame / bench.rate * speed
                shown = (floor((seconds + more) * rate) for more in (0, TICK))
                expected[at + frame] = {first + min(LONG - 1, number) for number in shown}
        if last and draw(st.booleans()):
            length = draw(st.integers(1, 6))
            bench.join(
                last,
                clip,
                length,
                kind=draw(st.sampled_from(["dissolve", "dip", "wipe", "push"])),
                direction=draw(st.sampled_from(["left", "right", "up", "down"])),
                softness=draw(st.sampled_from([0.0, 0.3])),
            )
            hidden |= set(range(at - length // 2, at - length // 2 + length))
        at, last = at + frames, clip
    for track in draw(st.sets(st.sampled_from(["V2", "V3"]))):
        start = draw(st.integers(0, at - 1))
        frames = draw(st.integers(1, at - start))
        effects = draw(overlaid())
        if draw(st.integers(0, 3)) == 0:
            words = Title(text="Rain over Lisbon", size=0.12, place=TitlePlace.BOTTOM, background="#00000080")
            title = Media(kind="title", title="words")
            bench.add(track, title, frames, start=start, effects=looks({}, title=words))
            continue
        media = draw(st.sampled_from([*(clip for clip, _, _ in stock.clips), *stock.others]))
        at_source = HEAD if media.seconds or media.kind == "cut" else Fraction(0)
        bench.add(track, media, frames, start=start, source_in=at_source, effects=effects)
    return RandomCut(bench, {frame: wanted for frame, wanted in expected.items() if frame not in hidden})


TICK = Fraction(1, 10_000)  # Tolerance in seconds: containers round the times of their pictures.


def psnr(one: Rgb, other: Rgb) -> float:
    error = float(((one.astype(float) - other.astype(float)) ** 2).mean())
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


def quiet(stage: str, done: int, total: int) -> None:
    """Ignore reported progress."""


def film_of(plan: RenderPlan, folder: Path) -> list[Rgb]:
    render(plan, folder / "film.mp4", FINE, quiet, workers=1)
    return list(pictures_of(folder / "film.mp4"))


def check(made: RandomCut, share: float) -> None:
    plan = made.bench.plan()
    with tempfile.TemporaryDirectory() as folder:
        film = film_of(plan, Path(folder))
    assert len(film) == plan.frames
    for frame, wanted in made.expected.items():
        assert read_number(film[frame]) in wanted, frame
    look, size = PlanFrames(), ViewSize(plan.width, plan.height)
    for frame in {0, plan.frames - 1, int(share * (plan.frames - 1))}:
        assert psnr(look.frame(plan, frame, size), film[frame]) >= LEAST, frame
    look.close()


@pytest.mark.long("preview_equals_export")
def test_playback_equals_the_delivery(stock: Stock) -> None:
    @settings(
        max_examples=rounds("preview_equals_export"),
        deadline=None,
        database=None,
        derandomize=rounds("preview_equals_export") != BUDGETS["preview_equals_export"].full,
        suppress_health_check=list(HealthCheck),
    )
    @given(made=cuts(stock), share=st.floats(0, 1))
    def walk(made: RandomCut, share: float) -> None:
        check(made, share)

    walk()
