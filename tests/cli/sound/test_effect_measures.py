"""Test that each preset and each sound effect does what its name says, on speech by `espeak-ng`. Milimo
renders the sounds, and FFmpeg measures them.
"""

from __future__ import annotations

import shutil

import pytest

from milimo_tui.cut.values.sound_effects import SOUND_EFFECTS
from milimo_tui.cut.values.sound_presets import SOUND_PRESETS
from tests.cli.sound.effect_measures import (
    EFFECTS,
    PRESETS,
    ROWS,
    Clip,
    Row,
    Speech,
    format_table,
    render_rows,
)

pytestmark = [
    pytest.mark.long("sound_effects"),
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng speaks the test sound"),
]

Measured = tuple[Speech, dict[Row, Clip]]
# The presets and effects whose names say that a sound is farther away.
FARTHER = ("off-screen", "far", "distance")
MOST_CHANGE = 4.0  # The greatest change of the loudness of speech, in LU.


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    found = render_rows(tmp_path_factory.mktemp("measures"))
    print(format_table(found[1]))
    return found


def find_row(name: str) -> Row:
    return next(row for row in ROWS if name in (row.preset, row.effect, str(row)))


def get_pair(measured: Measured, name: str) -> tuple[Speech, Clip, Clip]:
    """Return the times of the speech, the sound before a preset or effect, and the sound after it."""
    speech, clips = measured
    row = find_row(name)
    return speech, clips[Row(row.source)], clips[row]


def measure_change(measured: Measured, name: str, low: float, high: float) -> float:
    """Return the change of the level of the loud sentence between two frequencies, in dB."""
    speech, before, after = get_pair(measured, name)
    return after.measure_level(speech.loud, low, high) - before.measure_level(speech.loud, low, high)


def test_every_preset_and_effect_is_measured() -> None:
    named = {row.preset for row in ROWS} | {row.effect for row in ROWS}
    assert named >= {*SOUND_PRESETS, *SOUND_EFFECTS}
    assert len(PRESETS) + 1 == len(SOUND_PRESETS)
    assert len(EFFECTS) + 4 == len(SOUND_EFFECTS)


@pytest.mark.parametrize("row", [row for row in ROWS if row.preset or row.effect], ids=str)
def test_loudness_of_speech_stays_and_nothing_clips(row: Row, measured: Measured) -> None:
    clips = measured[1]
    loudness, _, peak = clips[row].measure_loudness()
    change = loudness - clips[Row(row.source)].measure_loudness()[0]
    assert peak <= -1
    if str(row) in FARTHER:
        assert change < -6
    elif row.effect != "leveller":  # It raises a soft recording, by up to 12 dB.
        assert abs(change) <= MOST_CHANGE


@pytest.mark.parametrize(("name", "low", "high"), [("telephone", 300, 3400), ("radio", 400, 4500)])
@pytest.mark.parametrize("kind", ["preset", "effect"])
def test_narrow_band_is_free_of_lows_and_highs(
    name: str, low: float, high: float, kind: str, measured: Measured
) -> None:
    """Below and above the band, the sound is softer by 20 dB, compared with the band itself."""
    speech, clips = measured
    row = Row("speech", preset=name) if kind == "preset" else Row("speech", effect=name)
    before, after = clips[Row("speech")], clips[row]

    def compare(first: float, last: float) -> float:
        return after.measure_level(speech.loud, first, last) - before.measure_level(speech.loud, first, last)

    band = compare(low, high)
    assert compare(0, low) - band <= -20
    assert compare(high, 0) - band <= -20


@pytest.mark.parametrize("name", ["dialogue", "narration", "compressor", "leveller"])
def test_soft_sentence_comes_nearer_to_the_loud_one(name: str, measured: Measured) -> None:
    speech, before, after = get_pair(measured, name)
    gaps = [each.measure_level(speech.loud) - each.measure_level(speech.soft) for each in (before, after)]
    assert gaps[0] - gaps[1] >= 2
    assert after.measure_loudness()[1] < before.measure_loudness()[1]


def test_deesser_makes_only_sibilants_softer(measured: Measured) -> None:
    speech, before, after = get_pair(measured, "deesser")
    assert measure_change(measured, "deesser", 5000, 0) <= -3
    assert abs(measure_change(measured, "deesser", 0, 3000)) <= 1
    assert abs(after.measure_level(speech.soft) - before.measure_level(speech.soft)) <= 0.5


@pytest.mark.parametrize(("name", "least"), [("gate", 15), ("denoise", 8), ("dialogue-clean", 10)])
def test_noise_in_pauses_is_softer_and_speech_stays(name: str, least: float, measured: Measured) -> None:
    speech, before, after = get_pair(measured, name)
    noise = after.measure_level(speech.pause, 1000) - before.measure_level(speech.pause, 1000)
    voice = after.measure_level(speech.loud) - before.measure_level(speech.loud)
    assert voice - noise >= least


def test_hum_and_its_harmonics_are_removed(measured: Measured) -> None:
    speech, before, after = get_pair(measured, "dehum")
    assert after.measure_level(speech.pause) - before.measure_level(speech.pause) <= -30
    assert abs(after.measure_level(speech.loud, 300, 0) - before.measure_level(speech.loud, 300, 0)) <= 1


@pytest.mark.parametrize("name", ["hall", "thought", "reverb", "delay"])
def test_room_is_heard_after_the_last_word(name: str, measured: Measured) -> None:
    speech, before, after = get_pair(measured, name)
    assert before.measure_level(speech.pause) < -100
    assert after.measure_level(speech.pause) > after.measure_level(speech.soft) - 50


def test_hall_decays_more_slowly_than_a_room(measured: Measured) -> None:
    speech, clips = measured
    end = speech.soft[1]
    falls = []
    for row in (Row("speech", preset="hall"), Row("speech", effect="reverb")):
        levels = [clips[row].measure_level((end + at, end + at + 0.2)) for at in (0.3, 0.8)]
        falls.append(levels[0] - levels[1])
    # A decay of 60 dB takes 2.4 s in the hall and 1.2 s in the room.
    assert falls[0] == pytest.approx(30 / 2.4, abs=4)
    assert falls[1] == pytest.approx(30 / 1.2, abs=4)


@pytest.mark.parametrize(("name", "semitones"), [("deep", -4), ("high", 4), ("pitch", -7)])
def test_pitch_moves_by_its_semitones(name: str, semitones: int, measured: Measured) -> None:
    speech, before, after = get_pair(measured, name)
    ratio = after.measure_pitch(speech.loud) / before.measure_pitch(speech.loud)
    assert ratio == pytest.approx(2 ** (semitones / 12), rel=0.03)


@pytest.mark.parametrize(
    ("name", "softer", "reference", "least"),
    [
        ("ambience", (2000, 3000), (400, 1000), 2.5),
        ("music", (1500, 2700), (200, 600), 1.5),
        ("off-screen", (4000, 0), (300, 1000), 8),
        ("far", (5000, 0), (300, 1000), 6),
    ],
)
def test_tone_is_darker(
    name: str, softer: tuple[float, float], reference: tuple[float, float], least: float, measured: Measured
) -> None:
    change = measure_change(measured, name, *softer) - measure_change(measured, name, *reference)
    assert change <= -least


def test_equaliser_raises_the_presence(measured: Measured) -> None:
    assert measure_change(measured, "eq", 3000, 4000) >= 2
    assert abs(measure_change(measured, "eq", 100, 500)) <= 0.5


def test_limiter_and_effects_limit_peaks(measured: Measured) -> None:
    speech, _, limited = get_pair(measured, "limiter")
    assert limited.measure_peak(speech.loud) <= -9.9
    assert get_pair(measured, "effects")[2].measure_peak(speech.loud) <= -3


def test_mono_lows_leave_mono_speech_unchanged(measured: Measured) -> None:
    speech, before, after = get_pair(measured, "mono_lows")
    assert abs(after.measure_level(speech.loud) - before.measure_level(speech.loud)) < 0.05
