"""Test the sound effects of clips in the mix: live and rendered sound are equal, splits and ranges change
nothing, a reverb sounds on after its clip, and effects that depend on their start are rendered once.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.core.ids import new_id
from milimo_tui.cut.delivery.segments import compute_sound_signature
from milimo_tui.cut.edit import edits
from milimo_tui.cut.plan.damage import refuse_damage
from milimo_tui.cut.plan.expected import find_expected_runs
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.sound_effects import SoundChain, make_sound_effect
from milimo_tui.cut.values.sound_presets import SOUND_PRESETS
from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.sound.once_rendered import RENDERED_SOUNDS
from milimo_tui.media.sound.samples import Sound
from tests.budget import BUDGETS
from tests.media.cuts import CutBuilder
from tests.media.sound.test_sound_effects import difference, loudness, run_graph, speech_like
from tests.media.sounds import a_sound, plan_of, record

# The presets, and the effects that no preset has. Those rendered once have a test of their own.
LIVE_CHAINS = {name: preset.chain for name, preset in SOUND_PRESETS.items()} | {
    name: (make_sound_effect(name),) for name in ("delay", "dehum", "mono_lows")
}
REVERB = (make_sound_effect("reverb", {"decay": 1.0, "mix": 0.5}),)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound = speech_like(seconds=12) * np.float32(0.6)
    return record(tmp_path_factory.mktemp("speech") / "speech.wav", sound, 48000, codec="pcm_f32le")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Path]:
    """Let this process cache rendered effects in a folder, as a worker does."""
    RENDERED_SOUNDS.folder = tmp_path / "cache"
    yield RENDERED_SOUNDS.folder
    RENDERED_SOUNDS.folder = None


def write_float_wav(path: Path, sound: Sound, rate: int) -> None:
    """Write any samples, also none and those that are not numbers, with any number of channels."""
    data, channels = np.ascontiguousarray(sound.T, "<f4").tobytes(), len(sound)
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, channels, rate, rate * channels * 4, channels * 4, 32)
    body = b"WAVE" + head + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


def render(plan: RenderPlan, step: int = 48000) -> Sound:
    mixer = Mixer(plan)
    parts = [mixer.read_unclipped(at, min(step, mixer.samples - at)) for at in range(0, mixer.samples, step)]
    mixer.close()
    return np.concatenate(parts, axis=1)


def make_plan(speech: Path, chain: SoundChain, **clip: object) -> RenderPlan:
    """Return the plan of a cut of 8 seconds with a clip of 3 seconds on A1 that begins at second 2."""
    builder = CutBuilder()
    builder.add("A1", speech, 75, start=50, source_in=Fraction(3), effects=Effects(chain=chain), **clip)
    builder.add("V1", None, 200)
    return builder.plan()


def test_clip_hears_the_source_before_it_and_equals_one_graph(speech: Path) -> None:
    chain = SOUND_PRESETS["dialogue-clean"].chain
    heard = render(make_plan(speech, chain))
    wanted = run_graph(chain, speech_like(seconds=12) * np.float32(0.6))
    clip = heard[:, 96000 : 96000 + 144000]
    assert difference(clip, wanted[:, 144000 : 144000 + 144000], loudness(wanted)) < -80
    assert not heard[:, :96000].any()
    assert not heard[:, 96000 + 144000 :].any(), "effects without a tail end with the clip"


@pytest.mark.long("sound_effects")
@pytest.mark.parametrize("name", LIVE_CHAINS)
def test_live_mix_from_any_start_equals_the_render(speech: Path, name: str) -> None:
    """The studio reads quarters of a second from anywhere; the render reads seconds from the start."""
    plan = make_plan(speech, LIVE_CHAINS[name], fade_in=10, fade_out=12)
    rendered, random, mixer = render(plan), np.random.default_rng(5), Mixer(plan)
    level = loudness(rendered)
    for _ in range(BUDGETS["sound_effects"].rounds):
        start = int(random.integers(0, 48000 * 7))
        for at in range(start, start + 36000, 12000):
            count = min(12000, mixer.samples - at)
            heard = mixer.read_unclipped(at, count)
            assert difference(heard, rendered[:, at : at + count], level) < -80
    mixer.close()


@pytest.mark.parametrize(
    "chain", [REVERB, SOUND_PRESETS["dialogue"].chain, SOUND_PRESETS["off-screen"].chain]
)
def test_split_clip_sounds_as_before(speech: Path, chain: SoundChain) -> None:
    builder = CutBuilder()
    builder.add("A1", speech, 100, start=0, source_in=Fraction(2), effects=Effects(chain=chain))
    builder.add("V1", None, 200)
    cut = builder.cut()
    halves = edits.split_clips(cut, 41, new_id=new_id)
    assert len(halves.clips) > len(cut.clips)
    media = {clip.id: builder.media["clip0"] for clip in halves.clips if clip.track == "A1"}
    whole, split = render(builder.plan()), render(make_render_plan(halves, media))
    assert difference(split, whole, loudness(whole)) < -80


def test_reverb_sounds_on_after_the_clip_and_its_fade(speech: Path) -> None:
    plan = make_plan(speech, REVERB, fade_out=2)
    heard, end = render(plan), 96000 + 144000
    dry = render(make_plan(speech, (), fade_out=2))
    assert not dry[:, end:].any()
    assert loudness(heard[:, end : end + 9600]) > loudness(dry) / 100
    assert not heard[:, end + 65000 :].any(), "1.25 s and the delay of the reverb"
    assert not heard[:, :96000].any(), "the reverb does not hear the source before the clip"


def test_check_of_a_film_expects_sound_in_the_tail(speech: Path) -> None:
    [before, after] = find_expected_runs(make_plan(speech, REVERB)).silent
    assert (before.start, before.end) == (0, 50)
    assert after.start == 125 + math.ceil((0.015 + 1.25) * 25)
    assert find_expected_runs(make_plan(speech, ())).silent[1].start == 125


@pytest.mark.parametrize("start", [30, 70, 126, 140])
def test_range_of_a_film_has_the_sound_of_the_film(speech: Path, start: int) -> None:
    """A range that begins after the clip has the end of the clip's reverb."""
    builder = CutBuilder()
    builder.add("A1", speech, 75, start=50, source_in=Fraction(3), effects=Effects(chain=REVERB), fade_in=9)
    builder.add("V1", None, 200)
    whole = render(builder.plan())
    part = render(builder.plan(start, 180))
    assert difference(part, whole[:, start * 1920 : 180 * 1920], loudness(whole)) < -80


def test_effects_change_the_signature_of_the_sound_and_not_of_the_pictures(speech: Path) -> None:
    plain, telephone = make_plan(speech, ()), make_plan(speech, SOUND_PRESETS["telephone"].chain)
    bypassed = tuple(replace(effect, bypassed=True) for effect in SOUND_PRESETS["telephone"].chain)
    assert compute_sound_signature(plain) != compute_sound_signature(telephone)
    assert render(make_plan(speech, bypassed)).tobytes() == render(plain).tobytes()


def test_effects_are_applied_after_the_speed(speech: Path) -> None:
    """At half the speed, the frequencies of an equaliser and the times of an echo stay those of the film."""
    chain = (make_sound_effect("eq", {"mid_frequency": 1000, "mid_gain": 12}),)
    slow = plan_of(a_sound(speech, 0, 100, speed=Fraction(1, 2)), frames=100)
    heard = render(
        slow.model_copy(
            update={
                "sounds": tuple(
                    each.model_copy(update={"effects": Effects(chain=chain)}) for each in slow.sounds
                )
            }
        )
    )
    wanted = run_graph(chain, render(slow))
    assert difference(heard[:, 48000:], wanted[:, 48000:], loudness(wanted)) < -60


def test_gain_and_pan_follow_the_effects(speech: Path) -> None:
    """A louder clip is not compressed more."""
    chain = (make_sound_effect("compressor", {"threshold": -40, "ratio": 20}),)
    soft, loud = render(make_plan(speech, chain)), render(make_plan(speech, chain, gain_db=6.0))
    assert difference(loud, soft * 10 ** (6 / 20), loudness(loud)) < -100


@pytest.mark.parametrize("name", ["declick", "leveller"])
def test_effect_that_depends_on_its_start_is_rendered_once(speech: Path, name: str) -> None:
    chain = (
        make_sound_effect("eq", {"low_cut": 80}),
        make_sound_effect(name),
        make_sound_effect("compressor"),
    )
    plan = make_plan(speech, chain)
    rendered, level = render(plan), 0.05
    assert loudness(rendered[:, 96000:240000]) > level / 2
    mixer, random = Mixer(plan), np.random.default_rng(2)
    for _ in range(max(20, BUDGETS["sound_effects"].rounds)):
        at = int(random.integers(90000, 220000))
        assert difference(mixer.read_unclipped(at, 9000), rendered[:, at : at + 9000], level) < -80
    mixer.close()


def test_rendered_effect_is_cached_for_each_clip_and_each_set_of_numbers(
    speech: Path, tmp_path: Path, cache: Path
) -> None:
    def list_files() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("*.f32")}

    chain = (make_sound_effect("leveller"), make_sound_effect("eq", {"mid_gain": 3}))
    first = render(make_plan(speech, chain))
    [name] = files = list_files()
    assert render(make_plan(speech, chain)).tobytes() == first.tobytes()
    later = (chain[0], make_sound_effect("eq", {"mid_gain": 6}))
    render(make_plan(speech, later, gain_db=-3.0))
    moved = plan_of(a_sound(speech, 7, 75, source_in=Fraction(3), effects=Effects(chain=chain)), frames=100)
    heard = render(moved)
    assert np.abs(heard[:, 13440 : 13440 + 144000] - first[:, 96000 : 96000 + 144000]).max() < 1e-4
    assert list_files() == files, "a later effect, another gain and another position need no new file"
    render(make_plan(speech, (make_sound_effect("leveller", {"most": 3}),)))
    render(make_plan(speech, (make_sound_effect("eq", {"low_cut": 80}), chain[0])))
    assert len(list_files()) == 3
    (cache / "sound-effects" / name[:2] / name).write_bytes(b"cut off")
    assert render(make_plan(speech, chain)).tobytes() == first.tobytes()


def test_cache_that_cannot_be_written_is_not_needed(speech: Path, tmp_path: Path, cache: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    plan = make_plan(speech, (make_sound_effect("leveller"),))
    wanted = render(plan)
    RENDERED_SOUNDS.folder = tmp_path / "file"
    assert render(plan).tobytes() == wanted.tobytes()


def test_clicks_are_removed_and_the_rest_stays_at_its_sample(tmp_path: Path) -> None:
    time = np.arange(48000 * 4) / 48000
    clean = np.stack([0.3 * np.sin(2 * np.pi * 300 * time)] * 2).astype(np.float32)
    clicked = clean.copy()
    clicked[:, 60000:150000:9000] += 0.6
    path = record(tmp_path / "clicks.wav", clicked, 48000, codec="pcm_f32le")
    heard = render(
        make_plan(
            path,
            (make_sound_effect("declick"),),
        )
    )[:, 96000:140000]
    # The clip begins at second 3 of the file.
    wanted = clean[:, 144000:188000]
    assert difference(heard, wanted, loudness(wanted)) < -40


def test_damage_outside_a_clip_does_not_matter(tmp_path: Path) -> None:
    sound = speech_like(seconds=10)
    path = record(tmp_path / "cut-off.flac", sound, 48000, codec="flac")
    data = bytearray(path.read_bytes())
    middle = len(data) * 7 // 10
    data[middle : middle + 60000] = bytes(60000)
    path.write_bytes(bytes(data))
    clip = a_sound(path, 0, 75, source_in=Fraction(2), effects=Effects(chain=SOUND_PRESETS["dialogue"].chain))
    assert loudness(render(plan_of(clip, frames=75))) > 0.01


def test_known_damage_in_the_seconds_of_the_tail_is_not_refused(speech: Path) -> None:
    plan = make_plan(speech, REVERB)
    [clip] = plan.sounds
    facts = clip.media.facts.model_copy(
        update={"looked": True, "damaged_sound": ((Fraction(61, 10), Fraction(62, 10)),)}
    )
    media = clip.media.model_copy(update={"facts": facts})
    damaged = plan.model_copy(update={"sounds": (clip.model_copy(update={"media": media}),)})
    assert clip.source_frames == 75 < clip.frames
    refuse_damage(damaged)
    inside = facts.model_copy(update={"damaged_sound": ((Fraction(5), Fraction(51, 10)),)})
    media = media.model_copy(update={"facts": inside})
    with pytest.raises(Refused):
        refuse_damage(plan.model_copy(update={"sounds": (clip.model_copy(update={"media": media}),)}))


def test_plan_of_another_cut_keeps_the_effects_of_its_clips(speech: Path) -> None:
    plan = make_plan(speech, SOUND_PRESETS["radio"].chain)
    again = RenderPlan.model_validate_json(plan.model_dump_json())
    assert again == plan
    assert again.sounds[0].effects.chain == SOUND_PRESETS["radio"].chain


@pytest.mark.parametrize(
    "name", ["empty", "silent", "clipped", "8 kHz", "192 kHz", "32 channels", "not numbers"]
)
def test_unusual_files_have_effects(tmp_path: Path, name: str) -> None:
    rate = {"8 kHz": 8000, "192 kHz": 192000}.get(name, 48000)
    sound = speech_like(rate=rate, channels=2, seconds=4)
    match name:
        case "empty":
            sound = sound[:, :0]
        case "silent":
            sound = np.zeros_like(sound)
        case "clipped":
            sound = np.clip(sound * 50, -1, 1)
        case "32 channels":
            sound = np.repeat(sound, 16, axis=0)
        case "not numbers":
            sound[:, 20000:20010] = np.nan
    path = tmp_path / "unusual.wav"
    write_float_wav(path, sound, rate)
    chain = (*SOUND_PRESETS["dialogue-clean"].chain, make_sound_effect("declick"), *REVERB)
    heard = render(plan_of(a_sound(path, 0, 75, effects=Effects(chain=chain)), frames=75))
    assert heard.shape == (2, 144000)
    assert np.isfinite(heard).all()
    assert (loudness(heard) > 1e-4) is (name not in ("empty", "silent"))
