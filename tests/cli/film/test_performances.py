"""Test performances from the screenplay to the rendered film: one take holds a complete speech, closer shots
crop that take, and the listener is seen over its sound.
"""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pypdf import PdfReader

from tests.front_door import Milimo
from tests.media.viewer.cell_pictures import Picture, psnr

SPEECH = (
    "I came here in the winter of the great storm, when the boats lay in the harbour for six weeks. "
    "My father kept the lamp. He never slept when the wind stood in the north. "
    "I found his book under the boards, with every ship in it, and one name crossed out. "
    "It was the name of my mother."
)
SCRIPT = f"""Title: The Keeper

INT. LIGHTHOUSE - NIGHT

MARA stands at the window. JUN sits on the stairs.

MARA
{SPEECH}

JUN
I know why.
"""
FIRST, CLOSER, UNDER = "1B", "1C", "1D"


@pytest.fixture
def keeper(milimo: Milimo) -> Milimo:
    """Return the command line of a film whose second shot begins a speech that continues over two more
    shots.
    """
    script = milimo.cwd / "keeper.fountain"
    script.write_text(SCRIPT)
    milimo.act("script", "import", str(script))
    return milimo


def shots(milimo: Milimo) -> dict[str, dict[str, Any]]:
    return {shot["number"]: shot for shot in milimo.json("shot", "list")}


def clips(milimo: Milimo) -> dict[str, list[dict[str, Any]]]:
    """Return the clips of the cut by the name of their track."""
    return {track["name"]: track["clips"] for track in milimo.json("cut", "show")["tracks"]}


def number_of(clip: dict[str, Any], name: str) -> float:
    """Return the value of a clip property without keyframes: the set value or the default (1 for `scale`,
    otherwise 0).
    """
    curve = clip.get("effects", {}).get("curves", {}).get(name, [[0, 1.0 if name == "scale" else 0.0]])
    return float(curve[0][1])


def sound_of(path: Path | str) -> NDArray[np.float32]:
    """Return the sound of a file as mono samples at 48 kHz."""
    with av.open(str(path)) as file:
        form = av.AudioResampler(format="fltp", layout="mono", rate=48000)
        parts = [part.to_ndarray()[0] for frame in file.decode(audio=0) for part in form.resample(frame)]
    return np.concatenate(parts).astype(np.float32)


def frame_of(path: Path | str, number: int) -> Any:
    with av.open(str(path)) as file:
        return next(itertools.islice(file.decode(video=0), number, None))


def rgb_of(frame: Any) -> Picture:
    return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.float32)


def cropped(frame: Any, scale: float, x: float, y: float) -> Picture:
    """Scale and crop a frame with FFmpeg and return the visible part, at even pixels because of the chroma
    samples. `x` and `y` are shares of the frame.
    """
    wide, high = (2 * round(side * scale / 2) for side in (frame.width, frame.height))
    left = 2 * math.ceil(frame.width * ((scale - 1) / 2 - x) / 2)
    top = 2 * math.ceil(frame.height * ((scale - 1) / 2 - y) / 2)
    graph = av.filter.Graph()
    steps = [
        graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        ),
        graph.add("scale", f"{wide}:{high}:flags=bicubic"),
        graph.add("crop", f"{frame.width}:{frame.height}:{left}:{top}"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*steps).configure()
    graph.push(frame)
    return rgb_of(graph.pull())


def alike(one: str, other: str) -> float:
    """Return the share of equal characters in two pictures that are drawn as text."""
    pairs = list(zip("".join(one.splitlines()), "".join(other.splitlines()), strict=False))
    return sum(left == right for left, right in pairs) / len(pairs)


@pytest.mark.long("command_line")
def test_speech_is_heard_once_and_a_closer_shot_crops_the_same_instant(keeper: Milimo) -> None:
    planned = shots(keeper)
    assert [planned[number]["shares"] for number in ("1A", FIRST, CLOSER, UNDER, "1E")] == [
        None, None, "1B, closer", "1B, under", None,
    ]  # fmt: skip
    begins = planned[FIRST]["frames"]
    whole = sum(planned[number]["frames"] for number in (FIRST, CLOSER, UNDER))

    # One take holds the complete speech, and the closer shot has no take of its own.
    assert re.search(r"\b1C\b.*\b1B\b", keeper.refusal("shot", "make", CLOSER, code=2))
    data = keeper.json("shot", "make", "--all", "--dry-run")
    assert data["shots"] == ["1A", FIRST, UNDER, "1E"]
    keeper.act("shot", "make", "--all")
    [take] = keeper.json("shot", "takes", FIRST)
    assert take["frames"] == whole
    assert keeper.json("shot", "takes", CLOSER) == [take]
    made = shots(keeper)
    assert [made[number]["glyph"] for number in (FIRST, CLOSER, UNDER)] == ["●"] * 3

    # The sound of the take is heard once, without interruption, under all three pictures.
    film = keeper.json("render", "--preset", "wav", "-o", str(keeper.cwd / "film.wav"))
    heard, said = sound_of(keeper.cwd / "film.wav"), sound_of(take["path"])
    at = planned["1A"]["frames"] * 1920  # 48,000 Hz at 25 fps are 1920 samples per frame.
    said = said[: whole * 1920]
    part = heard[at : at + len(said)]
    assert float(np.abs(said).max()) > 0.01
    assert float(np.abs(part - said).max()) < 0.002, film

    # The closer shot is a crop of the take at the same time.
    keeper.act("render", "-o", str(keeper.cwd / "film.mp4"), "--quality", "8")
    [clip] = [clip for clip in clips(keeper)["V1"] if clip["shot"] == planned[CLOSER]["id"]]
    scale, x, y = (number_of(clip, name) for name in ("scale", "x", "y"))
    assert scale > 1.2
    for behind in (0, planned[CLOSER]["frames"] // 2):
        shown = frame_of(keeper.cwd / "film.mp4", planned["1A"]["frames"] + begins + behind)
        of_take = frame_of(take["path"], begins + behind)
        wanted = cropped(of_take, scale, x, y)
        assert psnr(rgb_of(shown), wanted) > 40
        assert psnr(rgb_of(shown), rgb_of(of_take)) < 25


@pytest.mark.long("command_line")
def test_closer_shot_is_shown_as_the_film_crops_it(keeper: Milimo) -> None:
    keeper.act("shot", "make", FIRST)
    [take] = keeper.json("shot", "takes", FIRST)
    planned = shots(keeper)
    [clip] = [clip for clip in clips(keeper)["V1"] if clip["shot"] == planned[CLOSER]["id"]]
    scale, x, y = (number_of(clip, name) for name in ("scale", "x", "y"))
    begins, length = planned[FIRST]["frames"], planned[CLOSER]["frames"]
    of_take = frame_of(take["path"], begins + length // 2)
    wide, wanted = rgb_of(of_take), cropped(of_take, scale, x, y)

    keeper.act("storyboard", "export", "boards.pdf", "--layout", "1", "--no-floor")
    pages = PdfReader(keeper.cwd / "boards.pdf").pages
    panel = pages[list(planned).index(CLOSER)].images[0].image
    assert panel is not None
    board = np.asarray(panel.convert("RGB").resize(wanted.shape[1::-1]), dtype=np.float32)
    assert psnr(board, wanted) > psnr(board, wide) + 6
    whole = pages[list(planned).index(FIRST)].images[0].image
    assert whole is not None
    own = np.asarray(whole.convert("RGB").resize(wanted.shape[1::-1]), dtype=np.float32)
    assert psnr(own, rgb_of(frame_of(take["path"], begins // 2))) > 30

    # Played alone, the closer shot looks as in the film, also when drawn as text in a plain shell.
    played = keeper.cwd / "played.mkv"
    played.write_bytes(keeper("play", CLOSER, "--stdout").stdout)
    first = frame_of(take["path"], begins)
    assert psnr(rgb_of(frame_of(played, 0)), cropped(first, scale, x, y)) > 30
    for name, picture in (("wide.png", rgb_of(first)), ("closer.png", cropped(first, scale, x, y))):
        Image.fromarray(picture.astype(np.uint8)).save(keeper.cwd / name)
    drawn, closer, whole_take = (keeper.act("show", name) for name in (CLOSER, "closer.png", "wide.png"))
    assert alike(drawn, closer) > alike(drawn, whole_take) + 0.15


def test_continuation_of_a_shot_is_set_shown_undone_and_kept_by_a_new_plan(keeper: Milimo) -> None:
    before = clips(keeper)
    assert "1B, closer" in keeper.act("shot", "show", CLOSER)
    assert "performs" in keeper.act("shot", "show", FIRST)
    assert "(1B, under)" in keeper.act("scene", "plan", "1")

    keeper.act("shot", "set", CLOSER, "--continues", "")
    assert shots(keeper)[CLOSER]["shares"] is None
    alone = next(clip for clip in clips(keeper)["V1"] if clip["shot"] == shots(keeper)[CLOSER]["id"])
    assert number_of(alone, "scale") == 1
    assert "He never slept" not in keeper.json("shot", "show", FIRST)["prompt"]
    assert "He never slept" in keeper.json("shot", "show", CLOSER)["prompt"]
    assert "0 of" in keeper.act("scene", "plan", "1", "--again")
    keeper.act("storyboard", "commit")
    assert shots(keeper)[CLOSER]["shares"] is None

    keeper.act("shot", "set", CLOSER, "--continues", "previous", "--continues-as", "under")
    assert shots(keeper)[CLOSER]["shares"] == "1B, under"
    assert len(clips(keeper)["A1"]) == 2
    keeper.act("cut", "undo", "--whole-project")
    keeper.act("cut", "undo", "--whole-project")
    assert shots(keeper)[CLOSER]["shares"] == "1B, closer"
    assert clips(keeper) == before

    wrong = keeper.refusal("shot", "set", "1A", "--continues-as", "closer")
    assert "1A" in wrong


def test_continuation_is_once_in_the_prompt(keeper: Milimo) -> None:
    for engine in ("animatic", "ltx2"):
        prompts = [
            keeper.json("shot", "show", number, "--engine", engine)["prompt"] for number in shots(keeper)
        ]
        text = " ".join(prompts)
        assert text.count(SPEECH) == 1
        assert text.count("My father kept") == 1
        assert prompts[2] == ""
        assert "off screen" in prompts[3]
        assert "“" not in prompts[3]


def test_cut_edited_by_user_keeps_its_edits(keeper: Milimo) -> None:
    closer = next(clip for clip in clips(keeper)["V1"] if clip["shot"] == shots(keeper)[CLOSER]["id"])
    keeper.act("cut", "effect", closer["id"], "scale", "1.9")
    keeper.act("shot", "set", CLOSER, "--size", "ECU")
    again = next(clip for clip in clips(keeper)["V1"] if clip["id"] == closer["id"])
    assert number_of(again, "scale") == 1.9
    keeper.act("cut", "new", "other")
    fresh = next(clip for clip in clips(keeper)["V1"] if clip["shot"] == shots(keeper)[CLOSER]["id"])
    assert number_of(fresh, "scale") == 2


def test_closer_shot_inserted_by_user_is_cropped_and_removed_sound_stays_away(
    keeper: Milimo,
) -> None:
    keeper.act("cut", "new", "by hand", "--empty")
    keeper.act("cut", "append", "--track", "V1", "--shot", CLOSER)
    keeper.act("cut", "append", "--track", "V1", "--shot", UNDER)
    closer, under = clips(keeper)["V1"]
    [sound] = clips(keeper)["A1"]
    assert number_of(closer, "scale") > 1
    assert (sound["shot"], sound["frames"]) == (shots(keeper)[FIRST]["id"], under["frames"])
    keeper.act("cut", "remove", sound["id"])
    keeper.act("shot", "set", UNDER, "--note", "her hands")
    assert clips(keeper)["A1"] == []


@pytest.mark.long("command_line")
def test_frozen_cut_shows_the_same_range_after_the_line_changes(keeper: Milimo) -> None:
    keeper.act("shot", "make", FIRST)
    keeper.act("cut", "freeze", "seen")
    keeper.act("cut", "use", "seen")
    before = keeper.json("render", "--plan")
    keeper.act("shot", "set", FIRST, "--length", "2s")
    keeper.act("shot", "set", CLOSER, "--continues", "")
    assert keeper.json("render", "--plan") == before
