"""Transcripts on the command line: made by a worker, shown, found, and used to cut and to make captions."""

from __future__ import annotations

import itertools
import wave
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.words.speakers import assign_speakers
from milimo_tui.cut.words.transcripts import SpokenWord, Transcript
from milimo_tui.media.sound.sound_file import SoundFile
from milimo_tui.store.project.project_file import ProjectFile
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo

__all__ = ["tiny"]
RATE = 48_000
SAID = (
    (200, 600, "So"),
    (700, 900, "um"),
    (1000, 1400, "we"),
    (1500, 1900, "wait."),
    (4000, 4500, "Then"),
    (4600, 4900, "go."),
)


def write_speech(path: Path) -> Path:
    """Write a sound whose samples have another constant level during each word of SAID."""
    samples = np.zeros(RATE * 5 + RATE // 5, np.float32)
    for number, (start, end, _) in enumerate(SAID, start=1):
        samples[start * RATE // 1000 : end * RATE // 1000] = number / 10
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).round().astype("<i2").tobytes())
    return path


@pytest.fixture
def talk(film: Milimo) -> Milimo:
    """Return a film whose cut has a recording on A1 with a known transcript."""
    path = write_speech(film.cwd / "talk.wav")
    film.inside("cut", "new", "Talk")
    film.inside("cut", "use", "Talk")
    film.inside("asset", "add", str(path))
    film.inside("cut", "overwrite", "--asset", "talk.wav", "--track", "A1", "--at", "0")
    asset = next(row for row in film.inside("asset", "list") if row["name"] == "talk.wav")
    film.inside("cut", "track-set", "V1", "--on", "muted")
    (folder,) = (film.home / "projects").iterdir()
    with ProjectFile.open(ProjectPaths(folder)) as project:
        project.facts.add_transcript(
            Transcript(
                id=new_id("transcript"),
                asset=asset["id"],
                job="job_test",
                language="en",
                words=tuple(SpokenWord(*word) for word in SAID),
            )
        )
    return film


def render_levels(film: Milimo) -> list[int]:
    """Return the level of each word that is heard in the rendered sound, in order, after checking that each
    word has its complete length.
    """
    target = film.cwd / "heard.wav"
    film.inside("render", "-o", str(target))
    with closing(SoundFile(target, 1)) as file:
        assert file.sample_rate == RATE
        sound = file.read(0, 6 * RATE)[0]
    levels = np.round(sound / sound.max() * 6).astype(int)  # The last word, the loudest, is never cut.
    edges = np.flatnonzero(np.diff(levels, prepend=0, append=0))
    found = []
    for start, end in itertools.pairwise(edges):
        if levels[start]:
            number = int(levels[start])
            begin, until, _ = SAID[number - 1]
            assert abs((end - start) - (until - begin) * RATE // 1000) <= 2
            found.append(number)
    return found


def test_words_are_shown_and_found_in_the_cut(talk: Milimo) -> None:
    shown = talk.inside("transcript", "show", "talk.wav")
    assert [word["text"] for word in shown["words"]] == [word[2] for word in SAID]
    (row,) = talk.inside("transcript", "find", "then GO")
    assert (row["first"], row["last"], row["clips"][0]["frame"]) == (5, 6, 100)
    assert talk.inside("transcript", "find", "never") == []


def test_deleted_words_are_not_heard_and_the_others_are_complete(talk: Milimo) -> None:
    done = talk.inside("transcript", "cut", "talk.wav", "--words", "2,4-5")
    assert done["removed"] > 0
    assert render_levels(talk) == [1, 3, 6]
    talk.inside("cut", "undo")
    assert render_levels(talk) == [1, 2, 3, 4, 5, 6]


def test_plan_lists_silences_and_fillers_with_reasons_before_one_edit(talk: Milimo) -> None:
    plan = talk.inside("transcript", "tidy", "talk.wav", "--dry-run")
    assert [row["kind"] for row in plan] == ["filler", "silence"]
    assert all(row["reason"] for row in plan)
    before = count_frames(talk)
    talk.inside("transcript", "tidy", "talk.wav")
    assert render_levels(talk) == [1, 3, 4, 5, 6]
    assert count_frames(talk) == before - sum(row["end"] - row["start"] for row in plan)
    talk.inside("cut", "undo")
    assert count_frames(talk) == before


def test_ranges_of_the_plan_are_left_out_by_their_numbers(talk: Milimo) -> None:
    plan = talk.inside("transcript", "tidy", "talk.wav", "--dry-run")
    assert [row["number"] for row in plan] == [1, 2]
    assert talk.inside("transcript", "tidy", "talk.wav", "--dry-run", "--skip", "1") == plan[1:]
    before = talk.inside("cut", "show")
    assert talk.inside("transcript", "tidy", "talk.wav", "--skip", "1-2") == []
    talk.refusal("transcript", "tidy", "talk.wav", "--skip", "3")
    talk.refusal("transcript", "tidy", "talk.wav", "--skip", "um")
    assert talk.inside("cut", "show") == before
    frames = count_frames(talk)
    assert talk.inside("transcript", "tidy", "talk.wav", "--skip", "1") == plan[1:]
    assert count_frames(talk) == frames - (plan[1]["end"] - plan[1]["start"])
    assert render_levels(talk) == [1, 2, 3, 4, 5, 6]


def test_own_filler_words_are_in_the_plan(talk: Milimo) -> None:
    talk.act("config", "set", "filler_words", "Nobody, we wait")
    plan = talk.inside("transcript", "tidy", "talk.wav", "--dry-run", "--no-silences")
    assert [row["kind"] for row in plan] == ["filler", "filler"]
    assert "we wait." in plan[1]["reason"]


def test_transcripts_without_weights_or_sound_queue_no_job(talk: Milimo) -> None:
    jobs = talk.inside("job", "list")
    talk.refusal("transcript", "make", "talk.wav", code=3)
    talk.refusal("transcript", "speakers", "talk.wav", code=3)
    talk.refusal("transcript", "make", "talk.wav", "--detach", code=3)
    talk.refusal("transcript", "make", "talk.wav", "--stream", "99")
    talk.refusal("transcript", "make", "talk.wav", "--model", "nothing")
    talk.refusal("transcript", "speakers", "talk.wav", "--model", "nothing")
    hint = talk.inside("transcript", "make", "talk.wav", code=3)["error"]["hint"]
    assert "milimo model download whisper-base" in hint
    assert talk.inside("job", "list") == jobs


def count_frames(film: Milimo) -> int:
    tracks = film.inside("cut", "show")["tracks"]
    return sum(clip["frames"] for track in tracks for clip in track["clips"] if track["name"] == "A1")


def test_captions_are_made_from_the_words_that_are_heard(talk: Milimo) -> None:
    talk.inside("transcript", "cut", "talk.wav", "--words", "2")
    made = talk.inside("caption", "make", "--spoken", "all")["captions"]
    assert [row["text"] for row in made] == ["So we wait.", "Then go."]
    assert made[0]["word_times"][0] == 0
    talk.inside("transcript", "cut", "talk.wav", "--words", "1")
    (first, second) = talk.inside("caption", "list")
    assert first["text"] == "we wait."
    assert [second[name] == made[1][name] for name in ("text", "start")] == [True, False]


@pytest.mark.parametrize(
    "words",
    [
        ("cut", "talk.wav", "--words", "7"),
        ("cut", "talk.wav", "--words", "x"),
        ("show", "nothing"),
        ("tidy", "talk.wav", "--silence", "0.1s", "--remaining", "1s"),
    ],
)
def test_impossible_cuts_are_refused(talk: Milimo, words: tuple[str, ...]) -> None:
    before = talk.inside("cut", "show")
    done = talk("transcript", *words, code=exit_code(talk, words))
    assert done.stderr
    assert talk.inside("cut", "show") == before


def exit_code(film: Milimo, words: tuple[str, ...]) -> Any:
    for code in range(1, 10):
        try:
            film.refusal("transcript", *words, code=code)
        except AssertionError:
            continue
        return code
    raise AssertionError("the command was not refused")


@pytest.mark.long("models")
def test_worker_writes_down_words_with_tiny_weights(film: Milimo, tiny: Tiny) -> None:
    path = write_speech(film.cwd / "talk.wav")
    film.inside("asset", "add", str(path))
    film.refusal("transcript", "make", "talk.wav", code=exit_code(film, ("make", "talk.wav")))
    furnish(film.home, tiny, "whisper")
    made = film.inside("transcript", "make", "talk.wav", "--language", "en")
    assert made["language"] == "en"
    assert made["model"] == "tiny-whisper"
    assert film.inside("transcript", "show", "talk.wav")["words"] == made["words"]
    assert all(0 <= word["start"] <= word["end"] <= 5.2 for word in made["words"])


@pytest.mark.long("models")
def test_worker_finds_speakers_that_can_be_renamed_and_become_captions(talk: Milimo, tiny: Tiny) -> None:
    code = exit_code(talk, ("speakers", "talk.wav"))
    talk.refusal("transcript", "speakers", "talk.wav", code=code)
    furnish(talk.home, tiny, "diarization")
    found = talk.inside("transcript", "speakers", "talk.wav")
    names = found["speakers"]
    assert names
    assert [word["text"] for word in found["words"]] == [word for _, _, word in SAID]
    renamed = talk.inside("transcript", "speakers", "talk.wav", "--rename", names[0], "--name", "Mara")
    assert "Mara" in renamed["speakers"]
    assert talk.inside("transcript", "show", "talk.wav")["words"] == renamed["words"]
    captions = talk.inside("caption", "make", "--spoken", "all")["captions"]
    assert {row["speaker"] for row in captions} == {word["speaker"] for word in renamed["words"]}
    talk.refusal("transcript", "speakers", "talk.wav", "--rename", "Nobody", "--name", "Tom", code=2)


def test_words_get_the_speaker_who_speaks_longest_during_them() -> None:
    words = tuple(SpokenWord(start, end, text) for start, end, text in SAID)
    spans = [(0, 850, "A"), (800, 2000, "B"), (3000, 3900, "C")]
    assert [word.speaker for word in assign_speakers(words, spans)] == ["A", "A", "B", "B", "C", ""]
