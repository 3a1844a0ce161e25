"""Test every kind of source file: the picture at every frame of a cut, the length and the sound are right."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from milimo_tui.core.time import round_half_up, seconds_to_frames
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan
from milimo_tui.cut.values.conform import compute_display_size
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.media.read.frames import ReaderPool
from milimo_tui.media.read.probe import probe
from tests.media.kinds import KINDS, RATE, Kind, number_of
from tests.media.material import HEIGHT, WIDTH, found_clicks, read_number
from tests.media.reading import picture_at, read_sound

HZ = 48000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a cache for the paths of the sources made so far, by the name of the kind."""
    return {}


@pytest.fixture
def source(kind: Kind, made: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    if kind.name not in made:
        made[kind.name] = kind.make(tmp_path_factory.mktemp(kind.name.replace(":", "-")))
    return made[kind.name]


def media_of(kind: Kind, path: Path, facts: MediaFileFacts) -> Media:
    names = {"video": "sequence" if facts.streams.is_sequence else "video"}
    return Media.model_validate(
        {
            "kind": names.get(facts.kind, facts.kind),
            "path": str(path),
            "seconds": facts.seconds,
            "rate": facts.rate,
            "has_sound": bool(facts.channels),
            "facts": facts.streams,
        }
    )


def plan_of(kind: Kind, media: Media, frames: int, speed: Fraction, source_in: Fraction) -> RenderPlan:
    layer = PlanLayer(clip="c", media=media, source_in=source_in, speed=speed, clip_frames=frames)
    return RenderPlan(
        cut="cut", name="kinds", rate=RATE, width=WIDTH, height=HEIGHT, sample_rate=HZ, frames=frames,
        stretches=(PlanStretch(start=0, frames=frames, layers=(layer,)),),
    )  # fmt: skip


def expected(kind: Kind, seconds: Fraction) -> int:
    """Return the number shown at a source time in seconds: that of the last picture that has started."""
    index = max(0, bisect_right(kind.begins, seconds) - 1)
    return number_of(kind.shows[index] if kind.shows else index)


by_name = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
seen = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.begins], ids=lambda kind: kind.name)
heard = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.heard], ids=lambda kind: kind.name)


def test_corpus_has_many_kinds() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 45


@by_name
def test_length_is_right(kind: Kind, source: Path) -> None:
    facts = probe(source, kind.rate)
    if kind.seconds is None:
        assert (facts.kind, facts.seconds) == ("picture", None)  # a still has no length of its own
    else:
        assert facts.seconds is not None
        assert abs(facts.seconds - kind.seconds) <= max(kind.length_within, Fraction(1, 1000))
    if kind.begins and kind.seconds is not None:
        assert facts.frames == len(kind.begins)
        picture = facts.streams.picture
        assert picture is not None
        assert compute_display_size(picture) == kind.size
        assert {name: getattr(picture, name) for name in kind.says} == kind.says
    assert bool(facts.channels) == bool(kind.heard)


@seen
def test_frame_is_right(kind: Kind, source: Path) -> None:
    """Every frame of a cut is right when it is composed as in a film, first forwards and then backwards."""
    facts = probe(source, kind.rate)
    media = media_of(kind, source, facts)
    frames = 5 if facts.seconds is None else max(1, seconds_to_frames(facts.seconds, RATE))
    forwards = plan_of(kind, media, frames, Fraction(1), Fraction(0))
    last = (frames - 1) / RATE
    backwards = plan_of(kind, media, frames, Fraction(-1), last)
    sources = LayerSources(WIDTH, HEIGHT)
    try:
        wanted = [expected(kind, frame / RATE) for frame in range(frames)]
        numbers = [read_number(picture_at(forwards, frame, sources)) for frame in range(frames)]
        assert numbers == wanted
        numbers = [read_number(picture_at(backwards, frame, sources)) for frame in range(frames)]
        assert numbers == wanted[::-1]
    finally:
        sources.close()


@heard
def test_sound_is_right(kind: Kind, source: Path) -> None:
    assert kind.seconds is not None
    sound = read_sound(source, Fraction(0), HZ, HZ)
    clicks = found_clicks(sound, least=0.15)
    wanted = [round_half_up(at * HZ) for at in kind.heard if at >= 0]
    assert len(clicks) == len(wanted), (clicks, wanted)
    for found, at in zip(clicks, wanted, strict=True):
        assert abs(found - at) <= kind.within * HZ, (clicks, wanted)


@pytest.mark.parametrize("kind", [k for k in KINDS if k.name.startswith("still")], ids=lambda k: k.name)
def test_row_59_still_is_held_for_its_full_length(kind: Kind, source: Path) -> None:
    """Defect 7.4: a still used as a clip was visible for one frame and then black."""
    media = media_of(kind, source, probe(source))
    plan = plan_of(kind, media, 250, Fraction(1), Fraction(0))
    sources = LayerSources(WIDTH, HEIGHT)
    assert {read_number(picture_at(plan, frame, sources)) for frame in (0, 1, 124, 249)} == {number_of(0)}
    sources.close()


def test_backward_read_decodes_a_long_gop_once(tmp_path: Path) -> None:
    """Pictures decoded during a backward read are cached, so that a second read returns the same objects."""
    kind = next(kind for kind in KINDS if kind.name == "h264-long-gop")
    path = kind.make(tmp_path)
    readers = ReaderPool()
    reader = readers.get(path)
    reader.frame(kind.begins[-1])
    kept = [reader.frame(at) for at in reversed(kind.begins[:-1])]
    again = [reader.frame(at) for at in reversed(kind.begins[:-1])]
    assert all(one is other for one, other in zip(kept, again, strict=True))
    readers.close()


def test_interlaced_picture_is_the_same_however_reached(tmp_path: Path) -> None:
    kind = next(kind for kind in KINDS if kind.name == "interlaced-h264")
    path = kind.make(tmp_path)
    walked, leapt = ReaderPool(), ReaderPool()
    in_order = [walked.get(path).frame(at).to_ndarray() for at in kind.begins]
    for index in (11, 2, 7, 0, 10, 5):
        assert np.array_equal(leapt.get(path).frame(kind.begins[index]).to_ndarray(), in_order[index]), index
    walked.close()
    leapt.close()
