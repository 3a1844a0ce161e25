"""Test routes from a command to an engine that the engine tests do not cover, with a real worker and tiny
weights.

Covered are lip sync, extending a take, doubling the frame rate with sound, remaking a piece of a one-go
scene, maps from own weights and of masks, and the cache option together with a voice or with parts swapped
off the card.
"""

from __future__ import annotations

import re
import shutil
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.engines.contract.provenance import parse_provenance_marks
from milimo_tui.media.files.tags import read_embedded_texts
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.media.reading import read_sound

__all__ = ["tiny"]

pytestmark = pytest.mark.long("models")

ONE_THREAD = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
SCRIPT = """INT. KITCHEN - NIGHT

MARA lights a lamp on the table.

MARA
You are late.

TOM sits down.

EXT. STREET - DAY

Wide on an empty street.
"""
RATE = Fraction(24)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Milimo]:
    """Return `milimo` on a film of four shots of 17 frames, of which 1A, 1B and 2A have a take."""
    folder = tmp_path_factory.mktemp("ways")
    more = {**ONE_THREAD, "MILIMO_MODEL_HANDLES": "4"}
    milimo = Milimo({**environment(folder), **more}, folder / "work")
    beside = ("ltx23-upsampler", "ltx2-temporal", "ltx23-dubit", "ltx23-id-lora", "sam3", "wan-ti2v")
    furnish(milimo.home, tiny, "ltx23", *beside)
    shutil.copytree(tiny("depth"), folder / "work" / "my-depth")
    with wave.open(str(folder / "work" / "mara.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        tone = np.sin(np.arange(32_000) / 20) * 8000
        file.writeframes(tone.astype(np.int16).tobytes())
    script = folder / "work" / "lamps.fountain"
    script.write_text(SCRIPT)
    milimo.act("project", "new", "Lamps", "--rate", "24", "--size", "64x64", "--engine", "ltx2")
    milimo.act("script", "import", str(script))
    milimo.act("storyboard", "commit")
    for shot in ("1A", "1B", "1C", "2A"):
        words = ("--length", "17f", "--steps", "2", "--stages", "one", "--deterministic", "on")
        milimo.act("shot", "set", shot, *words)
    milimo.act("shot", "make", "1A", "1B", "2A")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def takes(studio: Milimo, shot: str) -> list[dict[str, Any]]:
    return list(studio.inside("shot", "takes", shot))


def made(studio: Milimo, shot: str, *words: str) -> dict[str, Any]:
    """Run a command that makes a take of `shot`, and return that take."""
    done = studio.inside(*words)
    assert done["ended"][0]["state"] == "done", done
    return takes(studio, shot)[-1]


def frames(take: dict[str, Any]) -> list[NDArray[np.uint8]]:
    facts = probe(Path(take["path"]))
    with FrameReader(Path(take["path"])) as reader:
        return [reader.picture(n / (facts.rate or RATE)) for n in range(facts.frames or 0)]


def said(take: dict[str, Any]) -> dict[str, Any]:
    return parse_provenance_marks(read_embedded_texts(Path(take["path"])))


def equal(one: list[NDArray[np.uint8]], other: list[NDArray[np.uint8]]) -> bool:
    return len(one) == len(other) and all((a == b).all() for a, b in zip(one, other, strict=True))


def test_speech_in_a_take_is_replaced(studio: Milimo) -> None:
    first = takes(studio, "1B")[0]
    dubbed = made(studio, "1B", "shot", "dub", "1B", "1")
    assert (dubbed["frames"], dubbed["head"], dubbed["tail"]) == (
        first["frames"],
        first["head"],
        first["tail"],
    )
    assert "tiny-ltx23-dubit" in said(dubbed)["also"]
    assert not equal(frames(dubbed), frames(first))
    assert studio.inside("shot", "remake", "1B", "--take", str(len(takes(studio, "1B"))))["equal"] is True
    assert "1A" in studio.refusal("shot", "dub", "1A")
    error = studio.refusal("shot", "dub", "1B", "--line", "mara.wav")
    assert {"mara.wav", "2.00 s"} <= set(re.findall(r"mara\.wav|2\.00 s", error))


def test_take_is_extended_at_both_ends_and_into_another(studio: Milimo) -> None:
    first, other = takes(studio, "1A")[0], takes(studio, "2A")[0]
    before = made(studio, "1A", "shot", "extend", "1A", "8f", "--before")
    assert (before["head"], before["tail"]) == (first["head"] + 8, first["tail"])
    assert equal(frames(before)[8:], frames(first))
    into = made(studio, "1A", "shot", "extend", "1A", "8f", "--into", "2A")
    assert (into["head"], into["tail"]) == (first["head"], 8)
    kept = first["head"] + 17
    assert equal(frames(into)[:kept], frames(first)[:kept])
    assert not equal(frames(into)[kept:], frames(other)[:8])
    labels = [job["label"] for job in studio.inside("job", "list")]
    assert "1A lead-in, 0.333 s" in labels
    assert "1A bridge to 2A, 0.333 s" in labels
    studio.act("shot", "pick", "1A", into["id"])
    data = studio.inside("shot", "show", "1A")
    assert data["stale"] is False
    assert "ΔE" in data["seams"][0]
    studio.act("shot", "pick", "1A", first["id"])


def test_doubled_frame_rate_keeps_the_sound_of_the_shot(studio: Milimo) -> None:
    first = takes(studio, "1A")[0]
    twice = made(studio, "1A", "shot", "upscale", "1A", "1", "--time")
    facts = probe(Path(twice["path"]))
    assert (facts.frames, facts.rate) == (34, Fraction(48))
    samples = 17 * 2000
    begins = Fraction(first["head"]) / RATE
    assert read_sound(Path(twice["path"]), Fraction(0), samples) == pytest.approx(
        read_sound(Path(first["path"]), begins, samples), abs=1e-3
    )


def test_remade_part_of_a_chunk_is_the_whole_chunk_and_reported(studio: Milimo) -> None:
    studio.inside("shot", "make", "--scene", "1", "--one-go")
    counts = {shot: len(takes(studio, shot)) for shot in ("1A", "1B", "1C")}
    number = str(counts["1B"])
    studio.act("shot", "pick", "1B", number)
    [piece] = studio.inside("shot", "show", "1B")["one_go"]
    assert piece.startswith("piece 2 of 1A to 1C")
    picked = {shot: studio.inside("shot", "show", shot)["take"] for shot in counts}
    again = studio.inside("shot", "remake", "1B")
    assert again["equal"] is True
    [note] = again["notes"]
    assert [each for each in ("1B", "1A to 1C", "3 shots", "1A, 1C") if each not in note] == []
    assert {shot: len(takes(studio, shot)) - count for shot, count in counts.items()} == dict.fromkeys(
        counts, 1
    )
    assert {shot: studio.inside("shot", "show", shot)["take"] for shot in counts} == picked
    assert studio.inside("job", "list")[-1]["label"] == "1A to 1C in one go, remake"
    alone = made(studio, "1B", "shot", "make", "1B")
    assert not said(alone)["spec"].get("pieces"), "by itself it is an ordinary take"
    assert len(takes(studio, "1C")) == counts["1C"] + 1
    studio.act("shot", "pick", "1B", "1")
    studio.act("shot", "pick", "1A", "1")


def test_control_maps_are_made_by_own_weights_and_of_a_mask(studio: Milimo) -> None:
    assert "Depth Anything" in studio.refusal("control", "make", "1A", "--kind", "depth", code=3)
    [own] = studio.inside("model", "use", "my-depth")
    made = studio.inside("control", "make", "1A", "--kind", "depth")
    marks = parse_provenance_marks(read_embedded_texts(Path(made["path"])))
    assert marks["model"]["id"] == own["id"]
    assert studio.inside("control", "list")[-1]["name"] == "1A-depth.mov", "after its shot, not by a hash"
    mask = studio.inside("picture", "track", "1A", "--text", "a lamp")
    data = studio.inside("control", "make", "1A", "--kind", "motion", "--mask", mask["id"])
    assert data["ways"] == 1
    refused = studio.refusal("control", "make", "1A", "--kind", "depth", "--mask", mask["id"])
    assert "--kind motion" in refused
    assert "“none”" in studio.refusal("control", "make", "1A", "--kind", "motion", "--mask", "none")


def test_take_of_an_incapable_engine_is_changed_by_a_capable_one(studio: Milimo) -> None:
    """LTX-2 adds sound and further frames to a take by Wan, whose own takes are silent and can't be
    extended.
    """
    wan = made(studio, "2A", "shot", "make", "2A", "--engine", "wan")
    number = str(len(takes(studio, "2A")))
    assert wan["engine"] == "wan"
    more = made(studio, "2A", "shot", "extend", "2A", "8f", "--take", number)
    assert said(more)["engine"] == "ltx2"
    before = frames(wan)
    assert equal(frames(more)[: len(before)], before)
    sounded = made(studio, "2A", "shot", "sound", "2A", number)
    assert said(sounded)["engine"] == "ltx2"
    assert equal(frames(sounded), before)
    again = made(studio, "2A", "shot", "retake", "2A", number, "--range", "2..6")
    assert again["engine"] == "ltx2"
    for words in (
        ("extend", "2A", "8f"),
        ("retake", "2A"),
        ("upscale", "2A"),
        ("sound", "2A"),
        ("dub", "1B"),
    ):
        error = studio.refusal("shot", *words, "--engine", "wan")
        assert re.search(r"\bwan\b", error)


def test_drawn_take_is_changed_by_the_first_capable_model(studio: Milimo) -> None:
    studio.act("shot", "set", "2A", "--engine", "animatic")
    drawn = made(studio, "2A", "shot", "make", "2A")
    number = str(len(takes(studio, "2A")))
    assert drawn["engine"] == "animatic"
    sounded = made(studio, "2A", "shot", "sound", "2A", number)
    assert said(sounded)["engine"] == "ltx2"
    assert equal(frames(sounded), frames(drawn))
    refused = studio.refusal("shot", "sound", "2A", number, "--engine", "animatic")
    assert "animatic" in refused
    studio.act("shot", "set", "2A", "--engine", "")


def test_cache_option_is_sent_with_a_voice_and_off_the_card(studio: Milimo) -> None:
    studio.act("shot", "set", "1B", "--cache", "taylorseer", "--steps", "10")
    studio.act("element", "voice", "Mara", "mara.wav")
    for recipe in ("", "parts swapped"):
        words = ("--set", f"recipe=bf16 weights, {recipe}") if recipe else ()
        take = made(studio, "1B", "shot", "make", "1B", "--measure", *words)
        told = said(take)
        assert told["spec"]["cache"] == "taylorseer"
        assert "tiny-ltx23-id-lora" in told["also"]
        studio.act("shot", "pick", "1B", take["id"])
        assert "PSNR" in studio.inside("shot", "show", "1B")["cache"][0]
