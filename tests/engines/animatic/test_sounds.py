"""Test scratch sound: exact lengths, levels below speech, hummed and spoken lines, and mouths that move with
the lines.
"""

from __future__ import annotations

import shutil
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.animatic.figures.cast import describe_appearance
from milimo_tui.engines.animatic.picture.lettering import split_captions, wrap_subtitle
from milimo_tui.engines.animatic.stage import scratch_voices
from milimo_tui.engines.animatic.stage.ambience import Samples
from milimo_tui.engines.animatic.stage.scratch_sound import ScratchTrack, open_mouths, score_shot, time_lines
from milimo_tui.engines.animatic.stage.staging import stage_shot
from milimo_tui.engines.specs.spec_values import ShotFacts, SpokenLine
from milimo_tui.engines.speech import speech_program
from tests.engines.animatic.shots import JUN, MARA, RATE, facts, run, video
from tests.programs import python_program

LINE = "It is paid for. Somebody wants you to walk out of here with me."


def tracked(shot: ShotFacts, frames: int = 100, speech: str = "") -> ScratchTrack:
    return score_shot(stage_shot(shot, 1.5, 7), frames, RATE, 48000, speech)


def level(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


@pytest.mark.parametrize(
    ("frames", "rate"), [(1, Fraction(25)), (101, Fraction(24000, 1001)), (50, Fraction(60))]
)
def test_sound_is_as_long_as_its_frames(frames: int, rate: Fraction) -> None:
    track = score_shot(stage_shot(facts(), 1.5, 7), frames, rate, 48000, "")
    assert track.mix.shape == (2, frame_to_sample(frames, rate, 48000))
    assert track.mix.dtype == np.float32


def test_line_is_audible_over_the_place_without_clipping() -> None:
    silent, spoken = (
        tracked(facts("INT. BAR - NIGHT", MARA)),
        tracked(facts("INT. BAR - NIGHT", MARA, say=LINE)),
    )
    start, end = (
        round(48000 * edge)
        for edge in (time_lines((SpokenLine(character="MARA", text=LINE),), 4.0)[0].start, 3.0)
    )
    assert level(spoken.mix[:, start:end]) > 4 * level(silent.mix[:, start:end])
    assert 0.0003 < level(silent.mix) < 0.05
    assert float(np.abs(spoken.mix).max()) < 0.98


def test_rain_is_brighter_outside_than_behind_a_wall_and_louder_than_none() -> None:
    dry = tracked(facts("EXT. STREET - NIGHT"))
    outside = tracked(facts("EXT. STREET - NIGHT", action="Rain."))
    inside = tracked(facts("INT. BAR - NIGHT", action="Rain outside."))
    assert _highs(outside) > 4 * _highs(dry)
    assert _highs(outside) > 4 * _highs(inside)


def _highs(track: ScratchTrack) -> float:
    spectrum = np.abs(np.fft.rfft(track.mix[0]))
    frequency = np.fft.rfftfreq(track.mix.shape[1], 1 / 48000)
    return float(spectrum[frequency > 3000].mean())


def test_each_character_hums_at_its_own_pitch() -> None:
    low, high = (
        scratch_voices.hum_line(
            "Who still pays in those?", describe_appearance(facts("", person).characters[0]), 2.0, 48000, 1
        )
        for person in (
            JUN.model_copy(update={"description": "an old man"}),
            MARA.model_copy(update={"gender": "she"}),
        )
    )
    assert _pitch(high) > 1.3 * _pitch(low)


def _pitch(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    frequency = np.fft.rfftfreq(samples.size, 1 / 48000)
    low = (frequency > 60) & (frequency < 420)
    return float(frequency[low][spectrum[low].argmax()])


def test_lines_share_the_shot_in_order() -> None:
    lines = tuple(
        SpokenLine(character=name, text=text) for name, text in (("A", "Late."), ("B", LINE), ("A", "So."))
    )
    for seconds in (0.2, 3.0, 12.0):
        timing = time_lines(lines, seconds)
        assert [item.line for item in timing] == list(lines)
        assert all(a.end <= b.start for a, b in pairwise(timing))
        assert timing[0].start >= 0
        assert timing[-1].end <= seconds


def test_long_lines_become_captions_of_two_lines_without_lost_words() -> None:
    text = " ".join([LINE] * 6)
    pieces = split_captions("MARA", text, 1.0, 9.0, 320, 180)
    assert len(pieces) > 2
    assert " ".join(piece.text for piece in pieces) == text
    assert all(len(wrap_subtitle(piece, 320, 180)) <= 2 for piece in pieces)
    assert pieces[0].start == 1.0
    assert pieces[-1].end == pytest.approx(9.0)


def test_mouths_open_only_while_the_line_is_heard() -> None:
    shot = facts("INT. BAR - NIGHT", MARA, say=LINE)
    timing = time_lines(shot.lines, 4.0)
    heard = open_mouths(tracked(shot), timing, 100, RATE, 48000)
    first, last = int(timing[0].start * 25), int(timing[0].end * 25)
    assert all(mouth == 0 for _, mouth in heard[: first - 1])
    assert {mouth for _, mouth in heard[first:last]} >= {0, 2}
    assert all(mouth == 0 for _, mouth in heard[last + 10 :])


def speaker(tmp_path: Path, body: str) -> str:
    """Return the path of a Python script that takes espeak's arguments and runs `body` as the speech
    program.
    """
    return python_program(tmp_path / "speaker", f"import struct, sys\n{body}\n")


SAYS = """
text = sys.stdin.read()
assert sys.argv[1] == "-v" and "--stdin" in sys.argv, sys.argv
count = 22050
data = b"".join(struct.pack("<h", 9000 if i // 50 % 2 else -9000) for i in range(count))
wave = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 22050, 44100, 2, 16)
head = b"RIFF" + struct.pack("<I", 0x7FFFF024) + wave
sys.stdout.buffer.write(head + b"data" + struct.pack("<I", 0x7FFFF000) + data)
"""


def test_speech_program_gets_the_words_and_is_resampled(tmp_path: Path) -> None:
    program = speech_program.find_program(speaker(tmp_path, SAYS))
    said = scratch_voices.speak_line(
        program, LINE, describe_appearance(facts("", MARA).characters[0]), 3.0, 48000
    )
    assert said is not None
    assert said.size == 48000  # one second at 48 kHz
    assert 200 < _pitch(said) < 240  # the script's wave repeats every 100 of 22050 samples: 220.5 Hz
    track = tracked(facts("INT. BAR - NIGHT", MARA, say=LINE), speech=program)
    assert level(track.voice) > 0.02


@pytest.mark.parametrize("body", ["sys.exit(3)", "print('no sound')", ""])
def test_failing_speech_program_leaves_the_hum(tmp_path: Path, body: str) -> None:
    shot = facts("INT. BAR - NIGHT", MARA, say=LINE)
    broken = tracked(shot, speech=speaker(tmp_path, body))
    np.testing.assert_array_equal(broken.mix, tracked(shot).mix)


def test_speech_is_disabled_or_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert speech_program.find_program("") == ""
    assert speech_program.find_program("no-such-program-anywhere") == ""
    monkeypatch.setenv("MILIMO_SPEECH", "")
    assert run(video(facts("INT. BAR - NIGHT", MARA, say="Late.")), tmp_path / "a").notes == ()
    monkeypatch.setenv("MILIMO_SPEECH", "no-such-program-anywhere")
    (note,) = run(video(facts("INT. BAR - NIGHT", MARA, say="Late.")), tmp_path / "b").notes
    assert "espeak-ng" in note


def test_real_voice_is_the_same_each_time() -> None:
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed")
    look = describe_appearance(facts("", MARA).characters[0])
    first, again = (scratch_voices.speak_line(program, LINE, look, 4.0, 48000) for _ in range(2))
    assert first is not None
    assert again is not None
    np.testing.assert_array_equal(first, again)
    assert 1.0 < first.size / 48000 < 6.0
