"""Test of masks from `milimo picture segment|track`, through the real supervisor and worker, with a tiny SAM
3 on the CPU. For all options and inputs the mask file has the right size, frame count and rate.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.probe import probe
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.media.material import numbered
from tests.media.reading import tags

__all__ = ["tiny"]

WIDTH, HEIGHT, FRAMES, RATE = 96, 64, 10, Fraction(24000, 1001)


@dataclass(frozen=True)
class Set:
    """A film with a photo and a clip, and a tiny SAM 3 that finds something everywhere."""

    milimo: Milimo
    photo: Path = Path("photo.png")  # names of imported media; a file path would be probed for each command
    clip: Path = Path("clip.mov")

    @property
    def folder(self) -> Path:
        """The folder from which the files were imported."""
        return self.milimo.cwd

    def ask(self, *words: str, code: int = 0) -> Any:
        """Run a command in this process, because a process for each of the many commands is slow. Return its
        JSON document.
        """
        return self.milimo.inside(*map(str, words), code=code)

    def segment(self, *words: str, file: Path | None = None, code: int = 0) -> dict[str, Any]:
        return dict(self.ask("picture", "segment", str(file or self.photo), *words, code=code))

    def track(self, *words: str, file: Path | None = None, code: int = 0) -> dict[str, Any]:
        return dict(self.ask("picture", "track", str(file or self.clip), *words, code=code))

    def job(self, id: str) -> dict[str, Any]:
        return next(dict(job) for job in self.ask("job", "list") if job["id"] == id)

    def log(self, job: str) -> str:
        return str(self.ask("job", "log", job)["log"])


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Set]:
    folder = tmp_path_factory.mktemp("masks")
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    milimo = Milimo({**environment(folder), **more}, folder / "work")
    furnish(milimo.home, tiny, "sam3")
    milimo.act("project", "new", "Masks")
    random = np.random.default_rng(0)
    ground = Image.fromarray(random.integers(0, 255, (8, 12, 3), dtype=np.uint8))
    ground.resize((161, 91), Image.Resampling.BICUBIC).save(folder / "work" / "photo.png")
    wide = np.asarray(ground.resize((WIDTH, HEIGHT)))
    write_take(
        folder / "work" / "clip.mov",
        [np.roll(wide, 4 * index, axis=1) for index in range(FRAMES)],
        width=WIDTH,
        height=HEIGHT,
        rate=RATE,
        frames=FRAMES,
    )
    milimo.act("asset", "add", str(folder / "work" / "photo.png"))
    milimo.act("asset", "add", str(folder / "work" / "clip.mov"))
    try:
        yield Set(milimo)
    finally:
        milimo.inside("supervisor", "stop", "--now")


def still(path: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Check that the mask of a picture is an 8-bit grey PNG of this size. Return its pixels."""
    with Image.open(path) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "L", size)
        return np.array(image)


def moving(path: str, frames: int = FRAMES) -> list[NDArray[np.uint8]]:
    """Check the size, rate and frame count of a clip's mask. Return its frames."""
    facts = probe(Path(path))
    assert (facts.kind, facts.width, facts.height) == ("video", WIDTH, HEIGHT)
    assert (facts.frames, facts.rate) == (frames, RATE)
    with Footage(Path(path)) as footage:
        return [footage.frame(number)[..., 0].copy() for number in range(frames)]


def shown(masks: list[NDArray[np.uint8]]) -> set[int]:
    return {number for number, mask in enumerate(masks) if mask.any()}


# Pictures


@pytest.mark.long("models")
def test_row_50_text_masks_everything_it_names(stage: Set) -> None:
    masks = stage.segment("--text", "cat", "--threshold", "0.2")
    assert masks["kind"] == "mask"
    whole = still(masks["path"], (161, 91))
    assert set(np.unique(whole)) == {0, 255}
    assert len(masks["objects"]) > 1
    united = np.zeros_like(whole)
    for number, one in enumerate(masks["objects"], start=1):
        assert (one["object"], one["label"]) == (number, "cat")
        assert 0.2 < one["score"] <= 1
        mask = still(one["path"], (161, 91))
        rows, columns = np.nonzero(mask)
        assert one["box"] == [columns.min(), rows.min(), columns.max(), rows.max()]
        united = np.maximum(united, mask)
    assert (united == whole).all()
    assert "noise" in tags_of(masks["path"])["comment"].lower()
    made = json.loads(tags_of(masks["path"])["milimo"])
    assert (made["engine"], made["spec"]["text"]) == ("sam3", ["cat"])
    assert str(stage.milimo.home) not in json.dumps(made), "no place is in a file"


def tags_of(path: str) -> dict[str, str]:
    with Image.open(path) as image:
        return {str(key): str(value) for key, value in image.info.items()}


@pytest.mark.long("models")
def test_row_50_points_mask_each_clicked_object(stage: Set) -> None:
    masks = stage.segment("--point", "20,30", "90,40@2", "--point", "120,80,-@2")
    assert [one["object"] for one in masks["objects"]] == [1, 2]
    first, second = (still(one["path"], (161, 91)) for one in masks["objects"])
    assert (first != second).any()
    assert (still(masks["path"], (161, 91)) == np.maximum(first, second)).all()
    without = stage.segment("--point", "90,40")["objects"][0]
    assert (still(without["path"], (161, 91)) != second).any(), "what does not belong counts"


@pytest.mark.long("models")
def test_row_50_box_masks_its_object_and_is_an_example_with_a_text(stage: Set) -> None:
    boxed = stage.segment("--box", "20,10,120,80")
    assert len(boxed["objects"]) == 1
    assert boxed["objects"][0]["id"] == boxed["id"], "the one object is the whole mask"
    still(boxed["path"], (161, 91))
    plain = stage.segment("--text", "cat", "--threshold", "0")
    example = stage.segment("--text", "cat", "--threshold", "0", "--box", "20,10,120,80", "0,0,9,9,-")
    scores = [[one["score"] for one in told["objects"]] for told in (plain, example)]
    assert scores[0] != scores[1]


@pytest.mark.long("models")
def test_several_texts_and_clicks_are_one_mask(stage: Set) -> None:
    masks = stage.segment("--text", "cat", "dog", "--text", "cat", "--point", "20,30", "--threshold", "0.25")
    labels = [one["label"] for one in masks["objects"]]
    assert labels[0] == ""
    assert set(labels) <= {"", "cat", "dog"}
    numbers = [one["object"] for one in masks["objects"]]
    assert numbers == list(range(1, len(numbers) + 1))


def test_frame_of_a_clip_is_a_picture_and_a_known_file_is_not_added_again(stage: Set) -> None:
    assets = len(stage.ask("asset", "list"))
    masks = stage.segment("--point", "40,30", "--frame", "7", file=stage.folder / stage.clip)
    assert len(stage.ask("asset", "list")) == assets, "masks are not listed among what was added"
    still(masks["path"], (WIDTH, HEIGHT))
    assert stage.ask("picture", "mask", "show", masks["id"])["frame"] == 7


def test_mask_is_empty_when_nothing_is_found(stage: Set) -> None:
    masks = stage.segment("--text", "nothing of the kind", "--threshold", "0.9")
    assert not still(masks["path"], (161, 91)).any()
    assert (masks["objects"], masks["found"]) == ([], 0)
    [note] = masks["notes"]
    assert "empty" in note
    assert stage.ask("picture", "mask", "show", masks["id"])["box"] == []
    moved = stage.track("--text", "nothing of the kind", "--threshold", "0.9")
    assert shown(moving(moved["path"])) == set()


def test_row_50_masks_grow_and_are_feathered(stage: Set) -> None:
    ways = (("--grow", "4"), ("--grow", "-4"), ("--feather", "9"))
    plain, wide, narrow, soft = (
        still(stage.segment("--box", "20,10,120,80", *way)["path"], (161, 91)) for way in ((), *ways)
    )
    assert (narrow <= plain).all()
    assert (plain <= wide).all()
    assert narrow.sum() < plain.sum() < wide.sum()
    assert len(np.unique(soft)) > 10


def test_row_53_second_click_loads_and_encodes_nothing(stage: Set) -> None:
    first = stage.segment("--point", "33,44")
    second = stage.segment("--point", "33,44", "--point", "80,20,-")
    assert (second["encoded"], second["reused"]) == (0, 1)
    assert "feature cache" in stage.log(second["job"])
    loads = [stage.log(told["job"]).count(" loaded ") for told in (first, second)]
    assert loads[1] == 0
    named = stage.segment("--text", "cat")
    assert named["encoded"] == 0, "and a text profits from it as well"


# Clips


@pytest.mark.long("models")
def test_row_53_text_is_tracked_both_ways(stage: Set) -> None:
    tracks = stage.track("--text", "cat", "--start", "4")
    masks = moving(tracks["path"])
    assert shown(masks) == set(range(FRAMES))
    assert {one["label"] for one in tracks["objects"]} == {"cat"}
    assert len(tracks["objects"]) > 1
    whole = np.maximum.reduce([np.array(moving(one["path"])) for one in tracks["objects"]])
    assert (whole == np.array(masks)).all()
    made = json.loads(tags(Path(tracks["path"]))["milimo"])
    assert made["engine"] == "sam3"


@pytest.mark.parametrize(
    ("direction", "frames"),
    [("forward", range(4, FRAMES)), ("backward", range(5)), ("both", range(FRAMES))],
)
def test_row_53_click_is_tracked_in_each_direction(stage: Set, direction: str, frames: range) -> None:
    tracks = stage.track("--point", "40,30", "--start", "4", "--direction", direction)
    assert shown(moving(tracks["path"])) <= set(frames)
    [one] = tracks["objects"]
    assert (one["frame"], one["last"]) == (frames[0], frames[-1])
    assert one["seen"] == len(frames)


def test_row_53_box_is_tracked_in_its_range(stage: Set) -> None:
    tracks = stage.track("--at", "5:10,10,60,50", "--frames", "2")
    assert shown(moving(tracks["path"])) == {3, 4, 5, 6, 7}


def test_row_54_several_objects_have_a_mask_each(stage: Set) -> None:
    tracks = stage.track("--point", "20,20", "70,40@2", "--at", "6:50,10,80,30@3")
    assert [one["object"] for one in tracks["objects"]] == [1, 2, 3]
    assert len({one["path"] for one in tracks["objects"]}) == 3
    parts = [np.array(moving(one["path"])) for one in tracks["objects"]]
    assert (np.maximum.reduce(parts) == np.array(moving(tracks["path"]))).all()


def test_row_53_correction_changes_the_following_frames(stage: Set) -> None:
    plain = np.array(moving(stage.track("--point", "40,30", "--direction", "forward")["path"]))
    tracks = stage.track("--point", "40,30", "--at", "5:60,10,-", "5:20,50,-", "--direction", "forward")
    corrected = np.array(moving(tracks["path"]))
    assert tracks["encoded"] == 0, "no frame is encoded again for it"
    assert (plain[:5] == corrected[:5]).all()
    assert (plain[5:] != corrected[5:]).any()


def test_moving_mask_is_grown_in_every_frame(stage: Set) -> None:
    plain = np.array(moving(stage.track("--point", "40,30")["path"]))
    wide = np.array(moving(stage.track("--point", "40,30", "--grow", "3", "--feather", "4")["path"]))
    assert (wide.sum(axis=(1, 2)) > plain.sum(axis=(1, 2))).all()
    assert len(np.unique(wide)) > 3


@pytest.mark.long("models")
def test_row_53_tracking_shows_progress_and_stops_within_a_frame(stage: Set, tmp_path: Path) -> None:
    path, many = tmp_path / "long.mov", 4000
    flat = np.full((32, 32, 3), 90, np.uint8)
    write_take(path, (flat for _ in range(many)), width=32, height=32, rate=Fraction(24), frames=many)
    before = len(stage.ask("picture", "mask", "list"))
    tracks = stage.track("--text", "cat", "--detach", file=path)
    assert (tracks["id"], tracks["path"]) == (None, None)
    until = time.monotonic() + 300
    while not (stage.job(tracks["job"])["progress"] or 0) > 0.002:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert stage.job(tracks["job"])["stage"] == "following"
    stage.ask("job", "cancel", tracks["job"])
    while stage.job(tracks["job"])["state"] not in ("cancelled", "done", "failed"):
        assert time.monotonic() < until
        time.sleep(0.05)
    job = stage.job(tracks["job"])
    assert (job["state"], job["error"] or "") == ("cancelled", "")
    assert len(stage.ask("picture", "mask", "list")) == before
    after = stage.segment("--point", "20,30")
    assert " loaded " not in stage.log(after["job"]), "the worker lives and has its weights"
    assert not [path for path in stage.milimo.home.rglob("mask.mov*") if "workspace" not in path.parts]


# Listing masks


def test_row_55_masks_are_listed_shown_renamed_and_moved_to_the_bin(stage: Set) -> None:
    masks = stage.segment("--point", "20,30", "90,40@2")
    second = masks["objects"][1]["id"]
    stage.ask("picture", "mask", "rename", second, "left lamp")
    row = stage.ask("picture", "mask", "show", "left lamp")
    assert (row["id"], row["object"], row["kind"]) == (second, 2, "still")
    assert (row["width"], row["height"], row["of"]) == (161, 91, "photo.png")
    assert set(row["others"]) == {masks["id"], masks["objects"][0]["id"]}
    listed = {row["id"] for row in stage.ask("picture", "mask", "list", "photo.png")}
    assert {masks["id"], second} <= listed
    assert stage.ask("picture", "mask", "list", "clip.mov") != []
    stage.ask("picture", "mask", "delete", "left lamp")
    assert second not in {row["id"] for row in stage.ask("picture", "mask", "list")}
    binned = {row["id"]: row for row in stage.ask("bin", "list")}
    assert (binned[second]["kind"], binned[second]["name"]) == ("mask", "left lamp")
    stage.ask("bin", "restore", second)
    assert stage.ask("picture", "mask", "show", second)["label"] == "left lamp"
    assert stage.ask("picture", "mask", "show", "none", code=2)["error"]["kind"] == "not_found"
    assert stage.ask("picture", "mask", "rename", second, " ", code=2)["error"]["hint"]


def test_row_55_equal_masks_share_a_file_and_deleting_one_leaves_the_other(stage: Set) -> None:
    one, other = (stage.segment("--point", "55,44") for _ in range(2))
    assert one["id"] != other["id"]
    assert one["path"] == other["path"], "bit by bit"
    stage.ask("picture", "mask", "delete", one["id"])
    stage.ask("bin", "empty", "--yes")
    assert Path(other["path"]).is_file()
    stage.ask("picture", "mask", "delete", other["id"])
    stage.ask("bin", "empty", "--yes")
    assert not Path(other["path"]).exists()


def test_source_of_a_mask_is_not_deleted(stage: Set) -> None:
    masks = stage.segment("--point", "20,30")
    source = stage.ask("picture", "mask", "show", masks["id"])["source"]
    refused = stage.ask("asset", "delete", source, code=2)
    assert "source of mask" in refused["error"]["message"]


@pytest.mark.long("models")
def test_masks_are_made_without_a_film(stage: Set) -> None:
    current = stage.milimo.home / "current"
    aside = current.rename(current.with_name("aside"))
    try:
        masks = stage.segment("--point", "5,5", file=stage.folder / stage.photo)
        still(masks["path"], (161, 91))
        assert masks["id"] == masks["job"]
        assert [one["id"] for one in masks["objects"]] == [None]
        output = stage.milimo.act("picture", "segment", str(stage.folder / stage.photo), "--text", "a lamp")
        assert "mask is empty" in output
        assert "noise: tiny weights" in output
        refused = stage.ask("picture", "mask", "list", code=2)
        assert "film is open" in refused["error"]["message"]
    finally:
        aside.rename(current)


# Refused requests


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "named or clicked"),
        (("--text", ""), "a text is empty"),
        (("--text", "so " * 40), "reads 32 tokens"),
        (("--point", "500,5"), "161×91"),
        (("--point", "5"), "“5”"),
        (("--point", "nan,5"), "can't be read"),
        (("--point", "__import__('os').getcwd(),1"), "can't be read"),
        (("--point", "5,5@0"), "numbered from 1"),
        (("--point", "5,5,-"), "a click outside"),
        (("--box", "5,5,5,50"), "is empty"),
        (("--box", "5,5,50"), "“5,5,50”"),
        (("--box", "5,5,50,500"), "outside"),
        (("--box", "5,5,50,50", "6,6,40,40"), "two boxes"),
        (("--box", "5,5,50,50,-"), "needs a text"),
        (("--point", "5,5", "--frame", "1"), "has no frame 1"),
        (("--point", "5,5", "--grow", "9000"), "grow"),
        (("--point", "5,5", "--model", "another"), "another"),
    ],
)
def test_row_52_impossible_request_for_a_picture_is_bad_input(
    stage: Set, words: tuple[str, ...], sentence: str
) -> None:
    jobs = len(stage.ask("job", "list"))
    error = stage.segment(*words, code=2)["error"]
    assert sentence in error["message"]
    assert len(stage.ask("job", "list")) == jobs, "nothing is queued"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--start", "99", "--text", "cat"), "no frame 99"),
        (("--at", "99:5,5"), "no frame 99"),
        (("--at", "5,5"), "“5,5”"),
        (("--at", "-1:5,5"), ""),
        (("--at", "2:5,5,-"), "a click outside"),
        (("--frames", "0", "--text", "cat"), "frames"),
        (("--direction", "sideways", "--text", "cat"), "sideways"),
    ],
)
def test_row_52_impossible_request_for_a_clip_is_bad_input(
    stage: Set, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in stage.track(*words, code=2)["error"]["message"]


def test_word_that_is_too_long_for_the_tokenizer_fails_with_its_message(stage: Set) -> None:
    error = stage.segment("--text", "w" * 60, code=1)["error"]
    assert "32 tokens" in error["message"]


@pytest.mark.long("models")
def test_empty_and_excessive_requests_are_refused_before_queueing(stage: Set, tmp_path: Path) -> None:
    jobs, assets = len(stage.ask("job", "list")), stage.ask("asset", "list", "--all")
    Image.new("L", (20_000, 3)).save(tmp_path / "wide.png")
    Image.new("L", (30, 40)).save(tmp_path / "new.png")
    (tmp_path / "text.png").write_text("no picture")
    cut = tmp_path / "cut.mov"
    cut.write_bytes((stage.folder / stage.clip).read_bytes()[:3000])
    for path, sentence in (
        (tmp_path / "wide.png", "20000×3"),
        (tmp_path / "text.png", "text.png"),
        (tmp_path / "none.png", "no picture or clip"),
        (cut, "cut.mov has a format"),
    ):
        assert sentence in stage.segment("--text", "cat", file=path, code=2)["error"]["message"]
    outside = stage.segment("--point", "35,5", file=tmp_path / "new.png", code=2)["error"]["message"]
    assert "30×40" in outside
    assert stage.ask("asset", "list", "--all") == assets, "and nothing is added to the film for it"
    assert "nothing moves" in stage.track("--text", "cat", file=stage.photo, code=2)["error"]["message"]
    assert len(stage.ask("job", "list")) == jobs


def test_missing_weights_name_the_command_that_gets_them(milimo: Milimo) -> None:
    milimo.act("project", "new", "None")
    Image.new("RGB", (4, 4)).save(milimo.cwd / "p.png")
    error = milimo.json("picture", "segment", str(milimo.cwd / "p.png"), "--text", "cat", code=3)["error"]
    assert error["kind"] == "unavailable"
    assert "milimo model tiny sam3" in error["hint"]
    assert milimo.json("asset", "list") == [], "and nothing is added to the film for it"


def test_unusable_weights_are_refused_before_queueing(tiny: Tiny, milimo: Milimo) -> None:
    milimo.act("project", "new", "None")
    Image.new("RGB", (4, 4)).save(milimo.cwd / "p.png")
    ask = ("picture", "segment", str(milimo.cwd / "p.png"), "--text", "cat")
    store = furnish(milimo.home, tiny, "sam3")
    [row] = store.list_installed()
    real = replace(row, id="sam3", tiny=False, path=str(store.path(row)))
    store.register(real)
    store.select("sam3", "sam3")
    error = milimo.json(*ask, code=3)["error"]
    assert "needs a GPU" in error["message"]
    assert "milimo engine explain sam3" in error["hint"]
    weights = store.path(row) / "model.safetensors"
    whole = weights.read_bytes()
    weights.unlink()  # the file is a hard link shared with other tests; replace it by a copy
    weights.write_bytes(whole[:-5])
    error = milimo.json(*ask, code=1)["error"]
    assert error["kind"] == "damaged"
    assert "model.safetensors" in error["message"]


# Unusual input files


@pytest.mark.long("models")
def test_pictures_of_every_kind_have_masks_of_their_size(stage: Set, tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), (9, 99, 9)).save(tmp_path / "one.png")
    Image.new("RGBA", (50, 40), (200, 10, 10, 60)).save(tmp_path / "clear.png")
    Image.fromarray(np.full((30, 70), 40_000, np.uint16)).save(tmp_path / "deep.png")
    turned = Image.new("RGB", (60, 20), (10, 10, 200))
    exif = turned.getexif()
    exif[0x0112] = 6  # EXIF orientation: rotated by 90 degrees
    turned.save(tmp_path / "turned.jpg", exif=exif)
    Image.new("P", (33, 44)).save(tmp_path / "few.gif")
    sizes = {
        "one.png": (1, 1),
        "clear.png": (50, 40),
        "deep.png": (70, 30),
        "turned.jpg": (20, 60),
        "few.gif": (33, 44),
    }
    for name, size in sizes.items():
        masks = stage.segment("--point", "0,0", "--text", "cat", file=tmp_path / name)
        still(masks["path"], size)


@pytest.mark.long("models")
def test_clips_of_every_kind_have_masks_of_their_size_rate_and_frames(stage: Set, tmp_path: Path) -> None:
    def filmed(name: str, starts: list[int], *, turned: bool = False) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
            stream.codec_context.time_base = Fraction(1, 1000)
            if turned:
                stream.set_display_rotation(90)
            for number, start in enumerate(starts):
                frame = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
                frame.pts, frame.time_base = start, Fraction(1, 1000)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    for path in (
        filmed("variable.mkv", [0, 40, 80, 400, 440, 480]),
        filmed("turned.mp4", [0, 40, 80], turned=True),
        filmed("single.mp4", [0]),
    ):
        source = probe(path)
        made = probe(Path(stage.track("--point", "10,10", file=path)["path"]))
        assert (made.width, made.height) == (source.width, source.height), path.name
        assert (made.frames, made.rate) == (source.frames, source.rate), path.name
    assert probe(tmp_path / "turned.mp4").width == 96


@pytest.mark.long("models")
def test_take_is_masked_by_the_number_of_its_shot(stage: Set, tmp_path: Path) -> None:
    (tmp_path / "one.fountain").write_text("INT. ROOM - NIGHT\n\nA lamp.\n")
    stage.milimo("script", "import", str(tmp_path / "one.fountain"))
    stage.milimo("storyboard", "commit")
    stage.milimo("shot", "set", "1A", "--length", "3f")
    refused = stage.ask("picture", "segment", "1A", "--text", "x", code=2)
    assert "no take" in refused["error"]["message"]
    stage.milimo("shot", "make", "1A")
    tracks = stage.track("--point", "100,100", file=Path("1A"))
    take = probe(Path(stage.ask("shot", "takes", "1A")[0]["path"]))
    mask = probe(Path(tracks["path"]))
    assert (mask.frames, mask.rate, mask.width, mask.height) == (
        take.frames,
        take.rate,
        take.width,
        take.height,
    )
