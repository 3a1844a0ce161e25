"""Test a cut as an edit list in the real mpv, stepped frame by frame: each frame of the cut appears once and
in order.
"""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.core.errors import Unavailable
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan, SoundClip
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.streams import PictureFacts, StreamFacts
from milimo_tui.tui.play.edit_list import write_edit_list
from tests.budget import rounds
from tests.media.numbered_clips import numbered
from tests.tui.play.real_mpv import Stepped

TAKES, TAKE_FRAMES = 4, 120
NTSC = Fraction(24000, 1001)


def plan_of(rate: Fraction, edits: list[tuple[Path, int, int]]) -> RenderPlan:
    """Return a render plan of edits, each with file, first frame and number of frames. Each edit has the
    sound of its file.
    """
    stretches, sounds, at = [], [], 0
    for index, (path, first, frames) in enumerate(edits):
        media = Media(kind="video", path=str(path), rate=rate, seconds=TAKE_FRAMES / rate, has_sound=True)
        source_in = first / rate
        layer = PlanLayer(clip=f"clip{index}", media=media, source_in=source_in, clip_frames=frames)
        stretches.append(PlanStretch(start=at, frames=frames, layers=(layer,)))
        sounds.append(SoundClip(clip=layer.clip, media=media, start=at, frames=frames, source_in=source_in))
        at += frames
    return RenderPlan(
        cut="c", name="numbered", rate=rate, width=192, height=108, sample_rate=48_000, frames=at,
        stretches=tuple(stretches), sounds=tuple(sounds),
    )  # fmt: skip


async def stepped_is_the_edit(folder: Path, rate: Fraction, edits: int) -> None:
    """Check that stepping through a random cut shows its frames. Two of five edits begin at the first frame
    of their take, and every other take has B-frames.
    """
    takes = [folder / f"take, {index};.mov" for index in range(TAKES)]
    for index, path in enumerate(takes):
        numbered(path, index * TAKE_FRAMES, TAKE_FRAMES, rate, b_frames=index % 2 == 1)
    chance = random.Random(str(rate))
    chosen, wanted = list[tuple[Path, int, int]](), list[int]()
    for _ in range(edits):
        take = chance.randrange(TAKES)
        first = 0 if chance.random() < 0.4 else chance.randrange(1, TAKE_FRAMES - 8)
        frames = chance.randrange(1, 8)
        chosen.append((takes[take], first, frames))
        wanted += range(take * TAKE_FRAMES + first, take * TAKE_FRAMES + first + frames)
    async with Stepped(write_edit_list(plan_of(rate, chosen))) as mpv:
        assert await mpv.shown() == wanted


async def test_mpv_shows_each_frame_of_a_few_edits_once(tmp_path: Path) -> None:
    await stepped_is_the_edit(tmp_path, Fraction(24), 4)


@pytest.mark.long("mpv")
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), NTSC], ids=("24", "25", "23.976"))
async def test_mpv_shows_each_frame_of_forty_edits_once(tmp_path: Path, rate: Fraction) -> None:
    await stepped_is_the_edit(tmp_path, rate, rounds("mpv"))


def changed(layer: dict[str, object] | None = None, **media: object) -> RenderPlan:
    """Return a plan of one edit with changed fields of its layer or its media."""
    plan = plan_of(Fraction(24), [(Path("/a.mov"), 4, 10)])
    [stretch] = plan.stretches
    [shown] = stretch.layers
    assert isinstance(shown, PlanLayer)
    other = shown.model_copy(update={"media": shown.media.model_copy(update=media), **(layer or {})})
    [sound] = plan.sounds
    return plan.model_copy(
        update={
            "stretches": (stretch.model_copy(update={"layers": (other,)}),),
            "sounds": (sound.model_copy(update={"media": other.media, "source_in": other.source_in}),),
        }
    )


def test_list_in_place_of_a_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mov"
    path.write_text("# mpv EDL v0\n/home/anna/private.mov\n")
    with pytest.raises(Unavailable):
        write_edit_list(changed(path=str(path)))


def test_edit_that_mpv_would_show_or_play_differently_is_refused() -> None:
    assert write_edit_list(changed()).startswith("edl://%6%/a.mov,0.156250000,0.416666667")
    refused = {
        "effects or speeds": (changed({"speed": Fraction(2)}), changed({"effects": Effects(flip_h=True)})),
        "find each frame": (
            changed(facts=StreamFacts(container="mpegts")),
            changed(facts=StreamFacts(picture=PictureFacts(constant=False))),
        ),
        "mirrored": (changed(facts=StreamFacts(picture=PictureFacts(mirrored=True))),),
    }
    for words, plans in refused.items():
        for plan in plans:
            with pytest.raises(Unavailable, match=words):
                write_edit_list(plan)
    [sound] = changed().sounds
    for change in ({"gain_db": -6.0}, {"fade_in": 2}, {"speed": Fraction(2)}, {"source_in": Fraction(1)}):
        mixed = changed().model_copy(update={"sounds": (sound.model_copy(update=change),)})
        with pytest.raises(Unavailable, match="mixed"):
            write_edit_list(mixed)
