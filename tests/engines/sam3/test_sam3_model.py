"""Test of SAM 3 as the studio runs it, on real classes with tiny random weights: results equal those of the
library, one model serves all tasks, tracking keeps only the memory it needs, and incomplete weights are
refused.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from milimo_tui.core.errors import BadInput, Cancelled, Damaged, Failed, MilimoError, NotFound
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Checkpoints
from milimo_tui.engines.recipes.tables import Offload, Precision
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.sam3 import clip, detection, job
from milimo_tui.engines.sam3.clip_sweeps import SweepProgress
from milimo_tui.engines.sam3.feature_cache import FeatureCache, FrameKey
from milimo_tui.engines.sam3.mask_tracks import TrackedObjects
from milimo_tui.engines.sam3.model import Sam, load
from milimo_tui.engines.sam3.prompts import Clicks, check_track
from milimo_tui.engines.sam3.tracking import ClickedObjectTracker
from milimo_tui.engines.specs.mask_specs import Box, Point, Track, TrackPrompt
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.picture.mattes import Mask, make_empty_mask
from milimo_tui.media.read.footage import Footage
from tests.budget import thorough
from tests.engines.recording_context import FolderCheckpoints, JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

CPU = torch.device("cpu")
WIDTH, HEIGHT, FRAMES = 96, 64, 16
NONE = make_empty_mask(WIDTH, HEIGHT)


def recipe(precision: Precision = "float32", offload: Offload = "none") -> Recipe:
    return Recipe("sam3", f"{precision} {offload}", precision, offload, "none", None)


def found(folder: Path) -> ResolvedWeights:
    return ResolvedWeights("sam3-tiny", "sam3", "3", "model", folder, "folder", digest="d", tiny=True)


@pytest.fixture(scope="module")
def sam(tiny: Tiny) -> Iterator[Sam]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield load(found(tiny("sam3")), recipe(), CPU)
    torch.set_num_threads(before)


@pytest.fixture
def photo(tmp_path: Path) -> Iterator[Footage]:
    random = np.random.default_rng(0)
    small = Image.fromarray(random.integers(0, 255, (9, 16, 3), dtype=np.uint8))
    small.resize((160, 90), Image.Resampling.BICUBIC).save(tmp_path / "photo.png")
    with Footage(tmp_path / "photo.png") as footage:
        yield footage


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(1)
    ground = Image.fromarray(random.integers(0, 255, (8, 12, 3), dtype=np.uint8)).resize((WIDTH, HEIGHT))
    path = tmp_path_factory.mktemp("film") / "film.mov"
    pictures = [np.roll(np.asarray(ground), 3 * index, axis=1) for index in range(FRAMES)]
    write_take(path, pictures, width=WIDTH, height=HEIGHT, rate=Fraction(24), frames=FRAMES)
    return path


def clicks(frame: int, *at: tuple[float, float], object: int = 1, positive: bool = True) -> TrackPrompt:
    return TrackPrompt(
        frame=frame, points=tuple(Point(x=x, y=y, object=object, positive=positive) for x, y in at)
    )


def followed(sam: Sam, film: Path, **asked: Any) -> TrackedObjects:
    with Footage(film) as footage:
        spec = Track(input=str(film), **asked)
        its = check_track(spec, footage.width, footage.height, footage.frames)
        return clip.track_all_objects(sam, footage, spec, its, SweepProgress(lambda *told: None))


def masks(findings: TrackedObjects, object: int) -> dict[int, Mask]:
    one = findings.objects[object]
    return {frame: findings.merge_masks(frame, [one]) for frame in one.masks}


# Results equal to the library's own


def library_pixels(sam: Sam, footage: Footage) -> Any:
    return sam.processor.image_processor(images=footage.frame(0), return_tensors="pt").pixel_values


@pytest.mark.long("models")
def test_text_finds_what_the_library_finds(sam: Sam, photo: Footage, tiny: Tiny) -> None:
    from transformers import Sam3Model, Sam3Processor

    model = Sam3Model.from_pretrained(tiny("sam3")).eval()
    processor = Sam3Processor.from_pretrained(tiny("sam3"))
    boxes = [[[10.0, 20.0, 60.0, 70.0], [80.0, 10.0, 120.0, 50.0]]]
    inputs = processor(
        images=photo.frame(0), text="cat", input_boxes=boxes, input_boxes_labels=[[1, 0]], return_tensors="pt"
    )
    with torch.no_grad():
        out = model(
            pixel_values=inputs["pixel_values"],
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            input_boxes=inputs["input_boxes"],
            input_boxes_labels=inputs["input_boxes_labels"],
        )
    [told] = processor.post_process_instance_segmentation(out, threshold=0.25, target_sizes=[(90, 160)])
    examples = [Box(x0=10, y0=20, x1=60, y1=70), Box(x0=120, y0=50, x1=80, y1=10, positive=False)]
    things = detection.detect_named_objects(sam, photo, 0, "cat", examples, 0.25)
    scores = sorted((float(score) for score in told["scores"]), reverse=True)
    assert [thing.score for thing in things] == pytest.approx(scores, abs=1e-4)
    assert len(things) > 1
    order = told["scores"].argsort(descending=True)
    for thing, index in zip(things, order, strict=True):
        theirs = told["masks"][index].numpy().astype(bool)
        assert (theirs == (thing.mask > 0)).mean() > 0.98, "they scale probabilities, we logits"


def test_clicks_and_boxes_find_what_the_library_finds(sam: Sam, photo: Footage, tiny: Tiny) -> None:
    from transformers import Sam3TrackerVideoModel, Sam3TrackerVideoProcessor

    model = Sam3TrackerVideoModel.from_pretrained(tiny("sam3")).eval()
    processor = Sam3TrackerVideoProcessor.from_pretrained(tiny("sam3"))
    session = processor.init_video_session(video=[photo.frame(0)], inference_device="cpu")
    given = {"input_points": [[[[30.0, 40.0], [90.0, 20.0]]]], "input_labels": [[[1, 0]]]}
    processor.add_inputs_to_inference_session(
        session, frame_idx=0, obj_ids=1, input_boxes=[[[10.0, 20.0, 100.0, 70.0]]], **given
    )
    out = model(inference_session=session, frame_idx=0)
    theirs = processor.post_process_masks([out.pred_masks], original_sizes=[[90, 160]], binarize=True)[0]
    its = Clicks(((30, 40, True), (90, 20, False)), (10, 20, 100, 70))
    [thing] = detection.segment_clicked_objects(sam, photo, 0, {1: its})
    assert (theirs[0, 0].numpy() == (thing.mask > 0)).mean() > 0.999
    assert thing.score == pytest.approx(float(out.object_score_logits.sigmoid()), abs=1e-4)
    assert 0.05 < (thing.mask > 0).mean() < 0.95, "else it tells nothing"


@pytest.mark.long("models")
def test_row_53_clicked_object_is_tracked_as_by_the_library(sam: Sam, film: Path, tiny: Tiny) -> None:
    from transformers import Sam3TrackerVideoModel, Sam3TrackerVideoProcessor

    model = Sam3TrackerVideoModel.from_pretrained(tiny("sam3")).eval()
    processor = Sam3TrackerVideoProcessor.from_pretrained(tiny("sam3"))
    with Footage(film) as footage:
        frames = [footage.frame(number) for number in range(FRAMES)]
    session = processor.init_video_session(video=frames, inference_device="cpu")
    processor.add_inputs_to_inference_session(
        session, frame_idx=8, obj_ids=1, input_points=[[[[40.0, 30.0]]]], input_labels=[[[1]]]
    )
    theirs: dict[int, Any] = {}
    for reverse in (False, True):
        for out in model.propagate_in_video_iterator(session, start_frame_idx=8, reverse=reverse):
            low = out.pred_masks
            full = processor.post_process_masks([low], original_sizes=[[HEIGHT, WIDTH]], binarize=True)
            theirs.setdefault(out.frame_idx, full[0][0, 0].numpy())
    findings = followed(sam, film, prompts=(clicks(8, (40, 30)),))
    ours = masks(findings, 1)
    assert set(theirs) == set(range(FRAMES))
    for frame, mask in theirs.items():
        same = (mask == (ours.get(frame, np.zeros_like(mask)) > 0)).mean()
        assert same > 0.995, f"frame {frame}"


@pytest.mark.long("models")
def test_row_53_text_is_tracked_as_by_the_library(sam: Sam, film: Path, tiny: Tiny) -> None:
    from transformers import Sam3VideoModel

    model = Sam3VideoModel.from_pretrained(tiny("sam3")).eval()
    with Footage(film) as footage:
        frames = [footage.frame(number) for number in range(FRAMES)]
    session = sam.processor.init_video_session(video=frames, inference_device="cpu")
    sam.processor.add_text_prompt(session, ["cat"])
    theirs = {}
    for out in model.propagate_in_video_iterator(session, start_frame_idx=0):
        told = sam.processor.postprocess_outputs(session, out)
        theirs[out.frame_idx] = dict(zip(told["object_ids"].tolist(), told["masks"].numpy(), strict=True))
    findings = followed(sam, film, text=("cat",), direction="forward")
    assert {number + 1 for its in theirs.values() for number in its} == set(findings.objects)
    for object in findings.objects:
        ours = masks(findings, object)
        for frame, its in theirs.items():
            mask = its.get(object - 1, np.zeros((HEIGHT, WIDTH), bool))
            same = (mask == (ours.get(frame, np.zeros_like(mask)) > 0)).mean()
            assert same > 0.995, f"object {object}, frame {frame}"


# Directions, objects, corrections


@pytest.mark.long("models")
def test_row_53_forward_backward_and_both_cover_their_frames(sam: Sam, film: Path) -> None:
    at: dict[str, Any] = {"prompts": (clicks(10, (40, 30)),)}
    assert set(followed(sam, film, direction="forward", **at).objects[1].scores) == set(range(10, FRAMES))
    assert set(followed(sam, film, direction="backward", **at).objects[1].scores) == set(range(11))
    assert set(followed(sam, film, direction="both", **at).objects[1].scores) == set(range(FRAMES))
    assert set(followed(sam, film, frames=4, **at).objects[1].scores) == set(range(6, 15))
    named: dict[str, Any] = {"text": ("cat",), "start": 10, "frames": 3}
    seen = {
        way: {
            frame
            for one in followed(sam, film, direction=way, **named).objects.values()
            for frame in one.scores
        }
        for way in ("forward", "backward", "both")
    }
    assert seen == {"forward": set(range(10, 14)), "backward": set(range(7, 11)), "both": set(range(7, 14))}


@pytest.mark.long("models")
def test_object_named_at_the_start_has_one_number_both_ways(sam: Sam, film: Path) -> None:
    both = followed(sam, film, text=("cat",), start=10, frames=5)
    ahead = followed(sam, film, text=("cat",), start=10, frames=5, direction="forward")
    for object in ahead.objects:
        for frame, mask in masks(ahead, object).items():
            if frame > 10:
                assert (mask == masks(both, object)[frame]).all()
    assert any(min(one.scores) < 10 < max(one.scores) for one in both.objects.values())


@pytest.mark.long("models")
def test_row_54_several_objects_are_tracked_as_if_alone(sam: Sam, film: Path) -> None:
    first, second = clicks(4, (20, 20)), clicks(9, (70, 40), object=2)
    both = followed(sam, film, prompts=(first, second))
    alone = followed(sam, film, prompts=(second,))
    assert both.objects.keys() == {1, 2}
    assert both.objects[2].masks == alone.objects[2].masks
    assert (
        both.merge_masks(15)
        == np.maximum(both.merge_masks(15, [both.objects[1]]), both.merge_masks(15, [both.objects[2]]))
    ).all()


def test_texts_and_clicks_are_numbered_in_order(sam: Sam, film: Path) -> None:
    findings = followed(sam, film, prompts=(clicks(0, (20, 20), object=3),), text=("cat", "dog"), frames=2)
    labels = {object: one.label for object, one in findings.objects.items()}
    assert labels[3] == ""
    assert set(labels) == {3, *range(4, 4 + len(labels) - 1)}
    assert set(labels.values()) <= {"", "cat", "dog"}


@pytest.mark.long("models")
def test_row_53_correction_holds_from_its_frame(sam: Sam, film: Path) -> None:
    start, correction = clicks(3, (40, 30)), clicks(12, (60, 10), (20, 50), positive=False)
    plain = masks(followed(sam, film, prompts=(start,), direction="forward"), 1)
    corrected = masks(followed(sam, film, prompts=(start, correction), direction="forward"), 1)
    for frame in range(3, 12):
        assert (plain[frame] == corrected[frame]).all(), "not before"
    differ = [
        frame
        for frame in range(12, FRAMES)
        if not np.array_equal(plain.get(frame, NONE), corrected.get(frame, NONE))
    ]
    assert differ[0] == 12, "at once"
    assert differ[-1] > 12, "and what follows remembers it"
    with pytest.raises(BadInput, match="a click outside"):
        followed(sam, film, prompts=(start, correction), direction="backward")


def test_correction_is_kept_on_the_way_back(sam: Sam, film: Path) -> None:
    """A corrected frame is treated like a clicked frame when tracking returns over it. The library alone
    stores it among the frames that were only tracked.
    """
    with Footage(film) as footage:
        one = ClickedObjectTracker(
            sam, footage, 1, {0: Clicks(((40, 30, True),)), 5: Clicks(((60, 10, False),))}, forgets=False
        )
        with torch.inference_mode():
            for number in range(8):
                one.step(number, sam.convert_for_tracker(sam.encode_frame(footage, number)))
        outputs = one._session.output_dict_per_obj[0]
        assert set(outputs["cond_frame_outputs"]) == {0, 5}
        assert set(outputs["non_cond_frame_outputs"]) == {1, 2, 3, 4, 6, 7}
        other = ClickedObjectTracker(sam, footage, 2, {5: Clicks(((1, 1, True),))})
        with torch.inference_mode():
            features = sam.convert_for_tracker(sam.encode_frame(footage, 0))
            with pytest.raises(Failed, match="not clicked"):
                other.step(0, features)


# Memory


@pytest.mark.long("models")
def test_session_holds_no_frames_and_removes_unused_data(sam: Sam, tmp_path: Path) -> None:
    path, frames = tmp_path / "long.mov", 42
    random = np.random.default_rng(2)
    pictures = [random.integers(0, 255, (32, 32, 3), dtype=np.uint8) for _ in range(frames)]
    write_take(path, pictures, width=32, height=32, rate=Fraction(24), frames=frames)
    logits: dict[bool, list[Any]] = {True: [], False: []}
    with Footage(path) as footage, torch.inference_mode():
        for forgets, kept in logits.items():
            one = ClickedObjectTracker(sam, footage, 1, {20: Clicks(((9, 9, True),))}, forgets=forgets)
            for backwards, order in ((False, range(20, frames)), (True, range(19, -1, -1))):
                for number in order:
                    features = sam.convert_for_tracker(sam.encode_frame(footage, number))
                    kept.append(one.step(number, features, backwards=backwards).logits)
            outputs = one._session.output_dict_per_obj[0]["non_cond_frame_outputs"]
            held = [output for output in outputs.values() if "high_res_masks" in output]
            assert (len(outputs) < 40, not held) == (forgets, forgets)
            assert len(one._session.cache._vision_features) == 1
    assert all(np.array_equal(a, b) for a, b in zip(*logits.values(), strict=True)), (
        "and nothing changes by it"
    )


@pytest.mark.long("models")
def test_row_53_second_click_encodes_nothing_again(sam: Sam, photo: Footage, film: Path) -> None:
    sam.eye.features.clear()
    sam.eye.encoded = sam.eye.reused = 0
    detection.segment_clicked_objects(sam, photo, 0, {1: Clicks(((30, 40, True),))})
    assert (sam.eye.encoded, sam.eye.reused) == (1, 0)
    again = detection.segment_clicked_objects(sam, photo, 0, {1: Clicks(((30, 40, True), (90, 20, False)))})
    detection.detect_named_objects(sam, photo, 0, "cat", [], 0.0)
    assert (sam.eye.encoded, sam.eye.reused) == (1, 2)
    sam.eye.features.clear()
    fresh = detection.segment_clicked_objects(sam, photo, 0, {1: Clicks(((30, 40, True), (90, 20, False)))})
    assert (again[0].mask == fresh[0].mask).all()
    sam.eye.encoded = sam.eye.reused = 0
    first = followed(sam, film, prompts=(clicks(0, (40, 30)),))
    assert sam.eye.encoded == FRAMES
    second = followed(sam, film, prompts=(clicks(0, (40, 30)), clicks(9, (10, 10), object=2)), text=("cat",))
    assert sam.eye.encoded == FRAMES
    assert first.objects[1].masks == second.objects[1].masks


def test_changed_file_is_read_again(sam: Sam, tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    sam.eye.features.clear()
    for colour in ((200, 30, 30), (30, 200, 30)):
        Image.new("RGB", (40, 30), colour).save(path)
        sam.eye.encoded = 0
        with Footage(path) as footage:
            detection.segment_clicked_objects(sam, footage, 0, {1: Clicks(((3, 4, True),))})
        assert sam.eye.encoded == 1


def test_features_stay_within_their_memory_limit() -> None:
    features = FeatureCache(most=1000)
    sights = [FrameKey("a", 1, 2, 3, frame) for frame in range(5)]
    for sight in sights[:3]:
        features.put(sight, torch.zeros(100))
    assert features.bytes == 800
    assert sights[0] not in features
    assert features.get(sights[1]) is not None
    features.put(sights[3], torch.zeros(100))
    assert sights[2] not in features, "the one unused for longest goes"
    features.put(sights[1], torch.zeros(100))
    assert features.bytes == 800, "what is kept anew counts once"
    features.put(sights[4], torch.zeros(1000))
    assert features.bytes == 0, "what is too large is not kept"


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("precision", "offload"),
    thorough(
        "models", [("bfloat16", "none"), ("fp8", "none"), ("float32", "leaves"), ("bfloat16", "blocks")]
    ),
)
def test_every_recipe_finds_and_tracks(
    precision: Precision, offload: Offload, tiny: Tiny, photo: Footage, film: Path
) -> None:
    sam = load(found(tiny("sam3")), recipe(precision, offload), CPU)
    assert detection.detect_named_objects(sam, photo, 0, "cat", [], 0.0)
    [thing] = detection.segment_clicked_objects(
        sam, photo, 0, {1: Clicks(((30, 40, True),), (10, 10, 90, 80))}
    )
    assert thing.score > 0.9
    findings = followed(sam, film, prompts=(clicks(5, (40, 30)),), text=("cat",), start=5, frames=2)
    assert set(findings.objects[1].scores) == set(range(3, 8))
    assert len(findings.objects) > 1


def test_stopped_job_ends_within_a_frame(sam: Sam, film: Path) -> None:
    class Stop(Exception):
        pass

    with Footage(film) as footage:
        spec = Track(input=str(film), text=("cat",))
        seen: list[int] = []

        def tell(done: int, total: int, way: str, number: int, mask: Mask) -> None:
            seen.append(number)
            if number == 4:
                raise Stop

        with pytest.raises(Stop):
            clip.track_all_objects(sam, footage, spec, {}, SweepProgress(tell))
        assert seen == [0, 1, 2, 3, 4]
    assert sam.model.score_threshold_detection == 0.0, "thresholds are the model's own again"


@pytest.mark.long("models")
def test_clip_is_tracked_on_from_any_frame_with_the_same_result(sam: Sam, film: Path, tmp_path: Path) -> None:
    """Tracking can continue from any frame with the same result. The state is saved after each frame, and
    another session continues from it in each of the four sweeps.
    """
    asked = (clicks(6, (20, 20)), clicks(7, (60, 10), object=2), clicks(8, (30, 20), positive=False))
    spec = Track(input=str(film), prompts=asked, text=("cat",), start=8, frames=1)

    def follow(checkpoints: Checkpoints) -> tuple[list[tuple[str, int]], Any]:
        told: list[tuple[str, int]] = []
        with Footage(film) as footage:
            its = check_track(spec, WIDTH, HEIGHT, FRAMES)
            walk = SweepProgress(
                lambda done, total, way, number, mask: told.append((way, number)), checkpoints
            )
            return told, clip.track_all_objects(sam, footage, spec, its, walk).export_objects()

    kept = FolderCheckpoints(tmp_path, always=True)
    way, whole = follow(kept)
    assert way[0] == ("forwards", 6)
    assert [step for _, step in kept.saved] == [1, 2, 3, 5, 6, 7, 9, 11, 12, 13], "not where a sweep ends"
    for step in (2, 6, 9, 12):
        (folder := tmp_path / str(step)).mkdir()
        shutil.copy(tmp_path / f"following--{step:05d}.state", folder)
        rest, again = follow(FolderCheckpoints(folder))
        assert rest == way[step:]
        assert again == whole


class StoppedAt(JobRecorder):
    """A context that cancels at the report of the fourth frame."""

    def progress(self, stage: str, done: int, total: int, *rest: Any, **more: Any) -> None:
        super().progress(stage, done, total)
        if (stage, done) == ("following", 4):
            raise Cancelled("cancelled by request")


@pytest.mark.long("models")
def test_retried_job_reuses_its_masks_and_may_refine_them_differently(
    tiny: Tiny, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    furnish(tmp_path / "home", tiny, "sam3")
    spec = Track(input=str(film), prompts=(clicks(8, (40, 30)),), frames=3)
    stopped = StoppedAt(tmp_path, saves=True)
    with pytest.raises(Cancelled):
        job.track_clip(spec, stopped)
    retried = JobRecorder(tmp_path)
    made = job.track_clip(spec.model_copy(update={"grow": 2}), retried)
    done = [step for stage, step, _ in retried.reports if stage == "following"]
    assert stopped.kept.saved[-1] == ("following", 3)
    assert sorted(set(done)) == [4, 5, 6, 7, 8]
    assert made.facts["encoded"] == 3, "those that the first attempt did not come to"
    assert made.facts["objects"][0]["seen"] == 7
    other = JobRecorder(tmp_path)
    job.track_clip(spec.model_copy(update={"frames": 2}), other)
    assert ("following", 1, 6) in other.reports, "another wish begins anew"


# Bad input


def test_text_over_32_tokens_is_refused_with_its_count(sam: Sam, photo: Footage) -> None:
    word = "w" * 40  # a single word that becomes more than 32 tokens
    with pytest.raises(BadInput, match="reads 32 tokens") as told:
        detection.detect_named_objects(sam, photo, 0, word, [], 0.3)
    assert "tokens" in told.value.message
    assert told.value.hint


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (3000, 2)])
def test_pictures_of_any_shape_have_masks_of_their_size(
    sam: Sam, tmp_path: Path, size: tuple[int, int]
) -> None:
    Image.new("RGB", size, (90, 120, 30)).save(tmp_path / "p.png")
    with Footage(tmp_path / "p.png") as footage:
        things = detection.detect_named_objects(sam, footage, 0, "cat", [], 0.0)
        things += detection.segment_clicked_objects(sam, footage, 0, {1: Clicks(((0, 0, True),))})
    assert {thing.mask.shape for thing in things} == {(size[1], size[0])}


def spoiled(tiny: Tiny, target: Path) -> tuple[Path, dict[str, torch.Tensor]]:
    shutil.copytree(tiny("sam3"), target)
    return target / "model.safetensors", load_file(target / "model.safetensors")


@pytest.mark.long("models")
def test_weights_without_a_part_are_refused(tiny: Tiny, tmp_path: Path) -> None:
    path, tensors = spoiled(tiny, tmp_path / "sam")
    gone = next(name for name in tensors if "mask_decoder" in name)
    save_file({name: tensor for name, tensor in tensors.items() if name != gone}, path, {"format": "pt"})
    with pytest.raises(Damaged, match="lack 1 part"):
        load(found(path.parent), recipe(), CPU)


def test_weights_of_another_size_are_refused(tiny: Tiny, tmp_path: Path) -> None:
    path, tensors = spoiled(tiny, tmp_path / "sam")
    name = next(name for name in tensors if "mask_decoder" in name and tensors[name].dim() == 1)
    save_file({**tensors, name: torch.zeros(3)}, path, {"format": "pt"})
    with pytest.raises(Damaged, match="can't be loaded"):
        load(found(path.parent), recipe(), CPU)


def test_truncated_weights_are_refused(tiny: Tiny, tmp_path: Path) -> None:
    path, _ = spoiled(tiny, tmp_path / "sam")
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(Damaged, match="can't be loaded"):
        load(found(path.parent), recipe(), CPU)


def refused(folder: Path) -> MilimoError:
    with pytest.raises(NotFound) as told:
        load(found(folder), recipe(), CPU)
    return told.value


@pytest.mark.long("models")
def test_weights_of_another_model_are_refused_by_their_configuration(tiny: Tiny, tmp_path: Path) -> None:
    assert "are of gemma3" in refused(tiny("gemma3")).message
    (tmp_path / "empty").mkdir()
    assert "no config.json" in refused(tmp_path / "empty").message
    (tmp_path / "empty" / "config.json").write_text(json.dumps({"model_type": ""}))
    assert "another model" in refused(tmp_path / "empty").message
    (tmp_path / "empty" / "config.json").write_text("{")
    with pytest.raises(Damaged, match="can't be read"):
        load(found(tmp_path / "empty"), recipe(), CPU)
