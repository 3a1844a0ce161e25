"""Test the commands that set the request of a shot: fields, conditions and LoRA stacks. Each can be undone as
an edit.
"""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, MilimoError, NotFound, Refused, Unavailable
from milimo_tui.core.ids import new_id
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.values.film import Asset, AssetKind, Shot
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from tests.tui.studio_setup import add_take, make_studio


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Commit The Rain Market in a new home without a supervisor."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    studio = make_studio(tmp_path / "home")
    registry.run_by_id(studio, "storyboard.commit")
    yield studio
    studio.close()


def do(studio: Studio, command: str, /, **values: Any) -> Any:
    return registry.run_by_id(studio, command, values).data


def shot(studio: Studio, number: str = "1A") -> Shot:
    return shot_spec.find_shot(studio.take_snapshot().story, number)


def asked(studio: Studio, number: str = "1A") -> MakeVideo:
    """Return the spec that a video engine would receive for the shot."""
    return shot_spec.make_video_spec(studio.take_snapshot().story, shot(studio, number), engine="ltx2")


def undo(studio: Studio) -> None:
    studio.require_project().undo("project", studio.actor)


def picture(folder: Path, name: str = "turn.png", size: tuple[int, int] = (96, 64)) -> str:
    path = folder / name
    Image.new("RGB", size, (200, 40, len(name))).save(path)
    return str(path)


def clip_of(studio: Studio, frames: int = 60) -> str:
    """Add a clip of `frames` frames to the film's assets. Its file is not read by these tests."""
    asset = Asset(
        id=new_id("asset"), kind=AssetKind.VIDEO, path="media/aa/dance.mov", name="dance.mov", frames=frames
    )  # fmt: skip
    return studio.require_project().facts.add_asset(asset).id


def lora_file(folder: Path, name: str = "mara.safetensors", tensor: str = "a.lora_A.weight") -> str:
    """Write a valid safetensors file with one tensor and return its path."""
    header = json.dumps({tensor: {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\0\0\0\0")
    return str(path)


# Fields of a shot.

FIELDS: tuple[tuple[str, str, str, Any], ...] = (
    ("pipeline", "keyframe", "pipeline", "keyframe"),
    ("schedule", "full", "schedule", "full"),
    ("stages", "one", "stages", "one"),
    ("model", "my-weights", "model", "my-weights"),
    ("steps", "12", "steps", 12),
    ("guidance", "4.5", "guidance", 4.5),
    ("temporal_upscale", "on", "temporal_upscale", True),
    ("camera_lora", "instead", "camera_lora", "instead"),
    ("deterministic", "on", "deterministic", True),
    ("cache", "taylorseer", "cache", "taylorseer"),
    ("negative", "fog", "negative", "fog"),
    ("options", "eta=0.5", "options", "eta=0.5"),
)


@pytest.mark.parametrize(("name", "value", "field", "wanted"), FIELDS, ids=[row[0] for row in FIELDS])
def test_reference_field_is_set_sent_and_removed(
    studio: Studio, name: str, value: str, field: str, wanted: Any
) -> None:
    before = getattr(asked(studio), field)
    do(studio, "shot.set", id="1A", **{name: value})
    assert getattr(asked(studio), field) == wanted
    undo(studio)
    assert getattr(asked(studio), field) == before


PARTS = {
    "stg": "spatiotemporal",
    "modality": "modality",
    "rescale": "rescale",
    "audio_guidance": "audio_text",
    "audio_stg": "audio_spatiotemporal",
    "audio_modality": "audio_modality",
    "audio_rescale": "audio_rescale",
}


@pytest.mark.parametrize("name", PARTS)
def test_every_guidance_value_is_set_by_the_user_and_returns_to_auto(studio: Studio, name: str) -> None:
    do(studio, "shot.set", id="1A", **{name: "0"})
    assert getattr(asked(studio).guidance_parts, PARTS[name]) == 0, "0 is a wish, not none"
    do(studio, "shot.set", id="1A", **{name: "auto"})
    assert getattr(asked(studio).guidance_parts, PARTS[name]) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("steps", "0"), ("steps", "1.5"), ("steps", "many"), ("guidance", "-1"), ("guidance", "nan"),
     ("stg", "1e9"), ("pipeline", "magic"), ("schedule", "slow"), ("temporal_upscale", "maybe"),
     ("length", "0f"), ("engine", "gemma"), ("continues", "1A")],
)  # fmt: skip
def test_invalid_value_is_refused_and_changes_nothing(studio: Studio, name: str, value: str) -> None:
    before = shot(studio)
    with pytest.raises(BadInput) as told:
        do(studio, "shot.set", id="1A", **{name: value})
    assert told.value.message
    assert shot(studio) == before


def test_row_27_shot_continues_the_one_before_it_unless_disabled(
    studio: Studio,
) -> None:
    do(studio, "shot.set", id="2B", continues="previous")
    assert shot(studio, "2B").continues == shot(studio, "2A").id
    (row,) = do(studio, "shot.condition.list", id="2B")
    assert (row["source"], row["what"]) == ("continuity", "end of 2A")
    do(studio, "shot.set", id="2B", continuity="off")
    assert do(studio, "shot.condition.list", id="2B") == []
    with pytest.raises(BadInput, match="first shot of its scene"):
        do(studio, "shot.set", id="2A", continues="previous")


def test_row_41_parts_of_a_long_shot_have_own_prompts_and_seeds(studio: Studio) -> None:
    do(studio, "shot.chunk.set", id="1A", part=3, prompt="She turns.", seed="7")
    chunks = asked(studio).chunks
    assert [(one.prompt, one.seed) for one in chunks] == [("", None), ("", None), ("She turns.", 7)]
    do(studio, "shot.chunk.set", id="1A", part=3, prompt="", seed="auto")
    assert asked(studio).chunks == (), "nothing of one's own is none"
    do(studio, "shot.chunk.set", id="1A", part=1, prompt="Rain.")
    do(studio, "shot.chunk.clear", id="1A")
    assert asked(studio).chunks == ()
    undo(studio)
    assert asked(studio).chunks[0].prompt == "Rain."


# Conditions: pictures and clips that a shot follows.


def test_row_33_reference_picture_is_added_changed_and_removed(studio: Studio, tmp_path: Path) -> None:
    do(studio, "shot.condition.add", id="1A", file=picture(tmp_path), frame="last", strength=0.8)
    (one,) = asked(studio).conditioning
    assert (one.frame, one.strength) == (shot(studio).frames - 1, 0.8)
    do(studio, "shot.condition.set", id="1A", which="1", frame="0.4s", strength=0.5)
    (one,) = asked(studio).conditioning
    assert (one.frame, one.strength) == (10, 0.5)
    undo(studio)
    assert asked(studio).conditioning[0].strength == 0.8
    do(studio, "shot.condition.remove", id="1A", which=("1",))
    assert asked(studio).conditioning == ()
    undo(studio)
    assert len(asked(studio).conditioning) == 1


def test_boards_and_frames_of_takes_are_used_as_they_are(studio: Studio) -> None:
    (row,) = do(studio, "shot.condition.add", id="2B", board="1A", frame="5")
    assert "board 1A" in row["state"], "it may be made later"
    add_take(studio, shot(studio).id, "job_1")
    rows = do(studio, "shot.condition.add", id="2B", take="1A", at="3")
    assert rows[0]["what"] == "board 1A"
    assert rows[1]["what"].endswith(" 1A, frame 3")
    (sent,) = asked(studio, "2B").conditioning
    assert sent.at == 3


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"file": "nowhere.png"}, "“nowhere.png”"),
        ({}, "exactly one"),
        ({"board": "1A", "take": "1A"}, "exactly one"),
        ({"board": "9Z"}, "“9Z”"),
        ({"board": "1A", "frame": "99999"}, "outside"),
        ({"board": "1A", "frame": "soon"}, "“soon”"),
        ({"board": "1A", "strength": 1.5}, "1.5"),
        ({"board": "1A", "control": "mood"}, "control"),
    ],
)
def test_unusable_reference_is_reported(studio: Studio, values: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput) as error:
        do(studio, "shot.condition.add", id="2A", **values)
    assert told in error.value.message
    assert shot(studio, "2A").conditioning == ()


def test_two_pictures_at_one_frame_are_refused_with_a_suggestion(studio: Studio, tmp_path: Path) -> None:
    do(studio, "shot.condition.add", id="1A", file=picture(tmp_path), frame="8")
    with pytest.raises(Refused, match=r"follows turn\.png at frame 8") as error:
        do(studio, "shot.condition.add", id="1A", file=picture(tmp_path, "other.png"), frame="8")
    assert "shot condition remove 1A 1" in error.value.hint


def test_row_34_control_is_set_on_a_clip_and_refused_on_a_picture(studio: Studio, tmp_path: Path) -> None:
    do(studio, "shot.condition.add", id="1A", file=clip_of(studio), control="depth")
    (control,) = asked(studio).control
    assert (control.kind, control.prepared) == ("depth", False)
    with pytest.raises(BadInput, match="needs a clip"):
        do(studio, "shot.condition.add", id="1A", file=picture(tmp_path), control="pose")


def test_automatic_reference_is_disabled_not_removed(studio: Studio) -> None:
    do(studio, "shot.set", id="2B", continues="2A")
    with pytest.raises(BadInput, match="2A") as error:
        do(studio, "shot.condition.remove", id="2B", which=("1",))
    assert "milimo shot set 2B --continuity off" in error.value.hint


def test_split_shot_gives_each_half_its_references(studio: Studio, tmp_path: Path) -> None:
    do(studio, "shot.set", id="1A", length="80f")
    frames = shot(studio).frames
    for name, frame in (("a.png", "0"), ("b.png", "60"), ("c.png", "last")):
        do(studio, "shot.condition.add", id="1A", file=picture(tmp_path, name), frame=frame)
    do(studio, "shot.split", id="1A", at="50f")
    assert [one.frame for one in asked(studio, "1A").conditioning] == [0]
    assert [one.frame for one in asked(studio, "1B").conditioning] == [10, frames - 51]
    undo(studio)
    assert [one.frame for one in asked(studio, "1A").conditioning] == [0, 60, frames - 1]


def test_asset_in_use_is_not_moved_to_the_bin(studio: Studio, tmp_path: Path) -> None:
    do(studio, "shot.condition.add", id="1A", file=picture(tmp_path))
    with pytest.raises(MilimoError, match="1A"):
        do(studio, "asset.delete", id="turn.png")


def test_references_of_a_shot_survive_the_bin_and_a_restart(studio: Studio, tmp_path: Path) -> None:
    do(studio, "shot.condition.add", id="1A", file=picture(tmp_path), frame="8")
    conditioning, id = shot(studio).conditioning, shot(studio).id
    do(studio, "shot.delete", id="1A")
    do(studio, "bin.restore", id=id)
    again = Studio.open(home=str(studio.home.root))
    assert shot(again).conditioning == conditioning
    again.close()


def test_emptying_the_bin_keeps_assets_in_use(studio: Studio, tmp_path: Path) -> None:
    """A condition may use a board, which has no asset of its own. Such a condition must not keep unrelated
    files in the bin.
    """
    do(studio, "shot.condition.add", id="2A", board="1A", frame="5")
    do(studio, "asset.add", file=picture(tmp_path))
    do(studio, "asset.delete", id="turn.png")
    do(studio, "bin.empty", yes=True)
    assert not any(asset.name == "turn.png" for asset in studio.take_snapshot().story.assets)
    assert len(shot(studio, "2A").conditioning) == 1


# LoRA stacks of a shot.


def test_row_83_loras_of_shot_element_and_film_are_sent_once_nearest_first(
    studio: Studio, tmp_path: Path
) -> None:
    mara, film = lora_file(tmp_path), lora_file(tmp_path, "grain.safetensors", "b.lora_down.weight")
    do(studio, "project.lora.add", lora=film, strength=0.5)
    do(studio, "project.lora.add", lora=mara, strength=0.1)
    do(studio, "element.lora.add", id="@Mara", lora=mara, strength=0.8)
    number = next(
        number
        for id, number in studio.take_snapshot().story.numbers.items()
        if "MARA" in shot(studio, id).action
    )
    sent = asked(studio, number).loras
    assert [(Path(one.id).name, one.strength) for one in sent] == [
        ("mara.safetensors", 0.8),
        ("grain.safetensors", 0.5),
    ]
    assert all(len(one.digest) == 64 for one in sent), "which file it was is kept"
    do(studio, "shot.lora.add", id=number, lora=mara, strength=-0.3)
    assert asked(studio, number).loras[0].strength == -0.3
    do(studio, "shot.lora.add", id=number, lora="mara", strength=1.2)
    assert asked(studio, number).loras[0].strength == 1.2
    do(studio, "shot.lora.remove", id=number, lora="1")
    assert asked(studio, number).loras[0].strength == 0.8
    undo(studio)
    assert asked(studio, number).loras[0].strength == 1.2


def test_installed_lora_is_named_by_its_id_and_sent_to_its_own_family(studio: Studio) -> None:
    store = ModelStore(studio.home.models)
    path = Path(lora_file(studio.home.models / "neon", "neon.safetensors"))
    store.register(InstalledWeights(id="neon", family="flux2", role="lora", path=str(path), form="file"))
    do(studio, "shot.lora.add", id="1A", lora="neon")
    assert asked(studio).loras == (), "a LoRA of pictures is nothing for a video"
    board = shot_spec.make_board_spec(studio.take_snapshot().story, shot(studio), engine="flux2")
    assert [one.id for one in board.loras] == ["neon"]


def test_file_that_is_no_lora_is_refused_in_one_sentence(studio: Studio, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pt"
    bad.write_bytes(pickle.dumps({"a": 1}))
    whole = lora_file(tmp_path, "model.safetensors", "transformer.weight")
    cut = Path(lora_file(tmp_path, "cut.safetensors"))
    cut.write_bytes(cut.read_bytes()[:-2])
    for name, told in (
        (str(bad), "pickle"),
        (whole, "LoRA"),
        (str(cut), "cut"),
        ("nobody", "LoRA"),
    ):
        with pytest.raises(MilimoError, match=told):
            do(studio, "shot.lora.add", id="1A", lora=name)
    with pytest.raises(Unavailable) as error:
        do(studio, "shot.lora.add", id="1A", lora="ltx-2-camera-dolly-in")
    assert error.value.hint.startswith("milimo model download")
    with pytest.raises(BadInput, match="strength 5"):
        do(studio, "shot.lora.add", id="1A", lora=lora_file(tmp_path), strength=5)
    with pytest.raises(NotFound, match="in that stack"):
        do(studio, "shot.lora.remove", id="1A", lora="mara")
    assert shot(studio).loras == ()


# Settings for one character in several shots.


def test_seed_of_an_element_is_the_first_seed_of_its_shots_unless_locked(studio: Studio) -> None:
    story = studio.take_snapshot().story
    number = next(number for id, number in story.numbers.items() if "MARA" in shot(studio, id).action)
    do(studio, "element.set", id="@Mara", seed=777)
    assert asked(studio, number).seed == 777
    board = shot_spec.make_board_spec(studio.take_snapshot().story, shot(studio, number), engine="flux2")
    assert board.seed == 777
    do(studio, "shot.set", id=number, lock=True)
    assert asked(studio, number).seed == shot(studio, number).seed != 777


def test_reference_pictures_of_an_element_are_sent_in_order(studio: Studio, tmp_path: Path) -> None:
    story = studio.take_snapshot().story
    number = next(number for id, number in story.numbers.items() if "MARA" in shot(studio, id).action)
    for name, width in (("face.png", 80), ("coat.png", 96)):
        do(studio, "element.reference.add", id="@Mara", file=picture(tmp_path, name, (width, 64)))
    do(studio, "element.reference.add", id="@Mara", file="coat.png", first=True)
    spec = shot_spec.make_board_spec(studio.take_snapshot().story, shot(studio, number), engine="flux2")
    rows = do(studio, "element.reference.list", id="@Mara")
    assert [row["name"] for row in rows] == ["coat.png", "face.png"]
    assert len(spec.references) == 2
    assert asked(studio, number).references == (), "a video looks at the board, not at these"
    do(studio, "element.reference.remove", id="@Mara", which="1")
    spec = shot_spec.make_board_spec(studio.take_snapshot().story, shot(studio, number), engine="flux2")
    assert len(spec.references) == 1
    undo(studio)
    assert len(do(studio, "element.reference.list", id="@Mara")) == 2


@pytest.mark.long("command_line")
def test_references_are_limited_and_one_of_each_element_comes_first(studio: Studio, tmp_path: Path) -> None:
    story = studio.take_snapshot().story
    number = next(number for id, number in story.numbers.items() if "JUN" in shot(studio, id).action)
    for trigger, many in (("@Jun", 3), ("@NoodleBar", 2)):
        for place in range(many):
            name = f"{trigger[1:]}-{place}.png"
            do(studio, "element.reference.add", id=trigger, file=picture(tmp_path, name, (64 + place, 64)))
    spec = shot_spec.make_board_spec(studio.take_snapshot().story, shot(studio, number), engine="flux2")
    assets = {asset.path: asset.name for asset in studio.take_snapshot().story.assets}
    names = [assets[path].split("-") for path in spec.references if isinstance(path, str)]
    assert [place for _, place in names] == ["0.png", "0.png", "1.png", "1.png"]


def test_option_at_is_the_frame_of_a_picture_in_the_shot(studio: Studio, tmp_path: Path) -> None:
    """A picture has only one frame, so `--at` can only mean the frame of the shot. In the past it was
    ignored, and the picture was placed at the first frame.
    """
    do(studio, "shot.set", id="1A", length="49f")
    (row,) = do(studio, "shot.condition.add", id="1A", file=picture(tmp_path, "a.png"), at="16")
    assert (row["frame"], row["at"]) == (16, None)
    assert [(one.frame, one.at) for one in asked(studio).conditioning] == [(16, None)]
    (row,) = do(studio, "shot.condition.set", id="1A", which="1", at="last")
    assert (row["frame"], row["at"]) == (48, None)
    (row,) = do(studio, "shot.condition.set", id="1A", which="1", at="")
    assert row["frame"] == 48
    with pytest.raises(BadInput, match="--at and --frame"):
        do(studio, "shot.condition.add", id="1A", file=picture(tmp_path, "b.png"), at="16", frame="2")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"control": "depth", "at": "3"}, "--at has no effect"),
        ({"control": "depth", "frame": "3"}, "--frame has no effect"),
        ({"prepared": True}, "--prepared"),
    ],
)
def test_option_without_effect_is_refused(studio: Studio, values: dict[str, Any], said: str) -> None:
    clip = clip_of(studio)
    with pytest.raises(BadInput, match=said):
        do(studio, "shot.condition.add", id="1A", file=clip, **values)
    assert shot(studio).conditioning == ()
    do(studio, "shot.condition.add", id="1A", file=clip, control=values.get("control", ""))
    with pytest.raises(BadInput, match=said):
        do(studio, "shot.condition.set", id="1A", which="1", **values)
    with pytest.raises(BadInput, match="--link needs"):
        do(studio, "shot.condition.add", id="2A", board="1A", link=True)
