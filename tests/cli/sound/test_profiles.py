"""Test the profiles of music, effects and voices, and the prompts composed from them: every value names its
rule, and a changed fact of the scene changes them.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.front_door import TINY, Milimo

Values = dict[tuple[str, str], Any]


def change_kitchen(milimo: Milimo, action: str, parenthetical: str = "") -> None:
    """Replace the action of the kitchen scene, and the manner of its line, and commit the screenplay."""
    script = TINY.replace("MARA lights a lamp on the table.", f"MARA lights a lamp. {action}")
    script = script.replace("MARA\nYou", f"MARA\n({parenthetical})\nYou" if parenthetical else "MARA\nYou")
    path = milimo.cwd / "two-lamps.fountain"
    path.write_text(script)
    milimo.act("script", "import", str(path))
    milimo.act("storyboard", "commit")


def read_profile(milimo: Milimo, *words: str) -> Values:
    rows = milimo.inside("sound", "profile", *words)
    assert all(row["rule"] for row in rows)
    return {(row["part"], row["name"]): row["value"] for row in rows}


def test_music_profile_has_six_stems_and_a_tempo(film: Milimo) -> None:
    values = read_profile(film, "music", "1")
    levels = {part: value for (part, name), value in values.items() if name == "level dB"}
    assert levels == {
        "stem base": -3, "stem melody": 0, "stem percussion": -2, "stem bass": -4, "stem fx": -6,
        "stem drones": -8,
    }  # fmt: skip
    assert values["music", "genre"] == "drama"
    assert values["music", "action"] == "dialogue"
    rules = [row["value"] for row in film.inside("sound", "profile", "music", "1") if row["name"] == "rule"]
    assert rules[:2] == ["mono", "phase-locked"]


@pytest.mark.parametrize(
    ("options", "bpm"),
    [
        (("--action", "fight"), 145),
        (("--action", "chase", "--rhythm", "slow"), 145),
        (("--action", "bullet_time", "--rhythm", "fast"), 70),
        (("--action", "tension"), 85),
        (("--action", "calm", "--rhythm", "fast"), 140),
        (("--action", "calm", "--rhythm", "hyper"), 160),
        (("--action", "calm", "--rhythm", "slow"), 80),
        (("--action", "calm", "--rhythm", "normal"), 110),
    ],
)
def test_first_tempo_rule_that_applies_counts(film: Milimo, options: tuple[str, ...], bpm: int) -> None:
    assert read_profile(film, "music", "1", *options)["music", "bpm"] == bpm


@pytest.mark.parametrize(
    ("action", "rule"),
    [
        ("explosion", "controlled peak"),
        ("bullet_time", "dynamics drop"),
        ("fight", "stylised modulation"),
    ],
)
def test_action_adds_its_rules_to_music(film: Milimo, action: str, rule: str) -> None:
    def list_rules(*words: str) -> set[str]:
        return {row["value"] for row in film.inside("sound", "profile", "music", "1", *words)}

    assert rule in list_rules("--action", action)
    assert rule not in list_rules()


def test_changed_action_of_a_scene_changes_every_profile(film: Milimo) -> None:
    before = {kind: read_profile(film, kind, "1") for kind in ("music", "effects", "voice")}
    change_kitchen(film, "The stove explodes. She is terrified and tense.", "whispering")
    after = {kind: read_profile(film, kind, "1") for kind in ("music", "effects", "voice")}
    assert after["music"]["music", "action"] == "explosion"
    assert after["music"]["music", "intensity"] == "high"
    assert before["music"]["music", "action"] == "dialogue"
    assert after["effects"]["sound explosion", "level dB"] == 4
    assert after["effects"]["all effects", "muffling"] == "high-cut 2000 Hz"
    assert before["effects"]["all effects", "muffling"] == "none"
    line = next(part for part, name in after["voice"] if name == "emotion")
    spoken = {name: value for (part, name), value in after["voice"].items() if part == line}
    assert (spoken["emotion"], spoken["level dB"], spoken["gate dB"], spoken["speed"]) == (
        "whisper", -6, -40, 0.8,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("action", "muffling"),
    [
        ("They swim underwater.", "dynamic low-pass 800 Hz"),
        ("In slow motion, a glass falls.", "dynamic low-pass 800 Hz"),
        ("He sneaks past the door.", "dynamic low-pass 800 Hz"),
        ("We see it from her point of view.", "band-pass 1500 Hz"),
        ("She sits.", "none"),
    ],
)
def test_context_muffles_effects(film: Milimo, action: str, muffling: str) -> None:
    change_kitchen(film, action)
    assert read_profile(film, "effects", "1")["all effects", "muffling"] == muffling


def test_effects_profile_has_four_tracks_and_ducking_under_lines(film: Milimo) -> None:
    values = read_profile(film, "effects", "1")
    tracks = {
        part: value for (part, name), value in values.items() if part.startswith("track") and "dB" in name
    }
    assert tracks == {
        "track action": 0,
        "track environment": -12,
        "track stylised": -6,
        "track bullet-time": -3,
    }
    assert values["track bullet-time", "semitones"] == -7
    assert (values["all effects", "duck dB"], values["all effects", "duck ms"]) == (-20, 50)
    assert ("all effects", "duck dB") not in read_profile(film, "effects", "2")


@pytest.mark.parametrize(
    ("manner", "emotion", "numbers"),
    [
        ("happily", "happy", (2, 1.1, 1)),
        ("sobbing", "sad", (-2, 0.9, -2)),
        ("angry", "angry", (-3, 1.2, 2)),
        ("trembling", "fear", (4, 1.3, -1)),
        ("startled", "surprised", (3, 1.15, 0)),
        ("in a deep voice", "deep", (-4, 0.95, 1)),
        ("robotic", "robotic", (-2, 1, 0)),
        ("flatly", "neutral", (0, 1, 0)),
    ],
)
def test_parenthetical_sets_the_emotion_of_a_voice(
    film: Milimo, manner: str, emotion: str, numbers: tuple[float, ...]
) -> None:
    change_kitchen(film, "She waits.", manner)
    values = {name: value for (_, name), value in read_profile(film, "voice", "1").items()}
    assert values["emotion"] == emotion
    assert (values["semitones"], values["speed"], values["level dB"]) == numbers
    assert values["seconds"] == pytest.approx(3 * 60 / 150 / numbers[1], abs=0.01)


def test_whispered_line_is_softer_and_gated(film: Milimo) -> None:
    change_kitchen(film, "She waits.", "whispering")
    values = {name: value for (_, name), value in read_profile(film, "voice", "1").items()}
    assert values["manner"] == "whisper"
    assert (values["gate dB"], values["level dB"]) == (-40, -6)


def test_prompt_names_scene_mood_and_pace_and_changes_with_them(film: Milimo) -> None:
    plain = film.inside("sound", "prompt", "1")
    sources = [part["source"] for part in plain["parts"]]
    assert {"genre", "scene", "intensity", "pace"} <= set(sources)
    assert "kitchen" in plain["prompt"]
    assert f"{plain['bpm']} BPM" in plain["prompt"]
    tense = film.inside("sound", "prompt", "1", "--mood", "tense", "--action", "fight")
    assert "tense" in tense["prompt"]
    assert tense["bpm"] == 145
    assert film.inside("sound", "prompt", "2")["prompt"] != plain["prompt"]
    stems = {
        stem: film.inside("sound", "prompt", "1", "--stem", stem)["prompt"]
        for stem in ("base", "melody", "percussion", "bass", "fx", "drones")
    }
    assert len(set(stems.values())) == 6
    assert "phase-locked" in stems["bass"]
    for role in ("ambience", "effect"):
        assert film.inside("sound", "prompt", "1", "--role", role)["prompt"] != plain["prompt"]


def test_genre_comes_from_the_film(film: Milimo) -> None:
    film.act("project", "set", "--description", "A ghost story, pure horror.")
    rows = film.inside("sound", "profile", "music", "1")
    assert next(row["value"] for row in rows if row["name"] == "genre") == "horror"
    assert "prepared piano" in film.inside("sound", "prompt", "1")["prompt"]
