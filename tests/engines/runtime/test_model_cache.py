"""Test of models in memory between jobs: which model is removed for another, and which prompts and inputs are
cached.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from milimo_tui.engines.runtime import input_caches
from milimo_tui.engines.runtime.input_caches import TensorCache, hash_tensor, key_of
from milimo_tui.engines.runtime.model_cache import MARGIN, ModelCache, ModelKey, Place
from milimo_tui.engines.runtime.recipe_run import count_other_weight_bytes
from tests.engines.recording_context import JobRecorder

GB = 1 << 30


def job() -> JobRecorder:
    """Return a context that records the messages of one job."""
    return JobRecorder(Path())


class Bytes:
    """A GPU and main memory of fixed sizes in gigabytes, filled by the models held (`model_cache.Memory`)."""

    def __init__(self, card: float, host: float = 0.0) -> None:
        self.card, self.host = int(card * GB), int(host * GB)
        self.holder = ModelCache(self)

    def get_device_free_bytes(self) -> int:
        return self.card - self.holder.bytes

    def get_host_free_bytes(self) -> int:
        return self.host - self.holder.host_bytes

    def free_unreferenced(self) -> None: ...


class Model:
    """A stand-in for loaded weights that knows where they are stored."""

    def __init__(self) -> None:
        self.place: Place = "card"

    def move(self, place: Place) -> None:
        self.place = place


def key(name: str, form: str = "bfloat16") -> ModelKey:
    return ModelKey(name, "pipeline", form)


def held(memory: Bytes) -> dict[str, Place]:
    return {each.key.model: each.place for each in memory.holder}


def take(memory: Bytes, name: str, size: float, context: JobRecorder, *, moves: bool = False) -> Model:
    move = Model.move if moves else None
    return memory.holder.pipeline(key(name), Model, context, int(size * GB), move)


def test_second_request_gets_the_same_object_without_a_load() -> None:
    memory, told = Bytes(80), job()
    first = take(memory, "video", 40, told)
    assert take(memory, "video", 40, job()) is first
    assert told.loads == ["pipeline of video (bfloat16)"]


def test_two_that_fit_both_stay() -> None:
    memory = Bytes(80)
    told = [job() for _ in range(4)]
    for name, size, context in zip(("video", "picture") * 2, (40, 20) * 2, told, strict=True):
        take(memory, name, size, context)
    assert [len(context.loads) for context in told] == [1, 1, 0, 0]
    assert held(memory) == {"video": "card", "picture": "card"}


def test_least_recently_used_item_is_removed() -> None:
    memory = Bytes(80)
    for name in ("one", "two", "one", "three"):
        take(memory, name, 30, job())
    assert list(held(memory)) == ["one", "three"]


def test_weights_of_the_same_job_are_never_removed() -> None:
    memory, mine = Bytes(80), job()
    take(memory, "video", 50, mine)
    take(memory, "upsampler", 40, mine)
    assert list(held(memory)) == ["video", "upsampler"]
    take(memory, "picture", 20, job())
    assert list(held(memory)) == ["upsampler", "picture"]


def test_movable_weights_wait_in_main_memory_and_return_without_a_load() -> None:
    memory = Bytes(80, host=64)
    video = take(memory, "video", 50, job(), moves=True)
    told = job()
    take(memory, "picture", 40, told)
    assert (held(memory), video.place) == ({"video": "host", "picture": "card"}, "host")
    assert "main memory" in told.lines[0]
    again = job()
    assert take(memory, "video", 50, again, moves=True) is video
    assert (again.loads, video.place) == ([], "card")
    # The picture model's weights cannot move to main memory and are dropped
    assert held(memory) == {"video": "card"}


def test_full_main_memory_drops_weights() -> None:
    memory = Bytes(80, host=16)
    take(memory, "video", 50, job(), moves=True)
    take(memory, "picture", 40, job())
    assert held(memory) == {"picture": "card"}


def test_weights_streamed_from_main_memory_free_space_there() -> None:
    memory = Bytes(80, host=100)
    for name in ("video", "picture"):
        memory.holder.pipeline(ModelKey(name, placement="blocks"), Model, job(), 60 * GB)
        assert (memory.holder.bytes, memory.holder.host_bytes) == (0, 60 * GB)
    take(memory, "masks", 70, job())
    assert held(memory) == {"picture": "card", "masks": "card"}  # the picture model is streamed, so both fit
    text = ModelKey("other", "text_encoder", placement="text")
    memory.holder.part(text, Model, job(), 24 * GB)
    memory.holder.part(ModelKey("other", "transformer", placement="text"), Model, job(), 40 * GB)
    assert memory.holder.host_bytes == 84 * GB
    assert memory.holder.bytes == 40 * GB


def test_kept_blocks_count_on_the_card_and_the_rest_in_main_memory() -> None:
    memory, half = Bytes(80, host=100), ModelKey("video", "transformer", placement="kept 0.5")
    memory.holder.part(half, Model, job(), 40 * GB, stays=20 * GB)
    assert (memory.holder.bytes, memory.holder.host_bytes) == (20 * GB, 20 * GB)
    take(memory, "picture", 50, job())
    assert half in memory.holder
    take(memory, "masks", 25, job())  # the streamed blocks with the oldest use are dropped
    assert (half in memory.holder, memory.holder.host_bytes) == (False, 0)


def test_buffers_of_streamed_weights_count_and_are_released() -> None:
    """The card memory that a streamed model keeps counts as used and is released for others. In an earlier
    version an autoencoder left on the card was counted as being in main memory, so no other model could use
    its memory.
    """
    memory, streamed = Bytes(24, host=100), ModelKey("video", placement="blocks")
    left = 6 * GB
    memory.holder.lies = lambda _: left
    memory.holder.pipeline(streamed, Model, job(), 60 * GB)
    assert (memory.holder.bytes, memory.holder.host_bytes) == (left, 54 * GB)
    take(memory, "picture", 20, job())
    assert held(memory) == {"picture": "card"}


def test_recipe_makes_space_for_everything_and_keeps_its_weights() -> None:
    """Making room for a recipe removes only as many other models as needed and keeps the weights of the
    recipe itself.
    """
    memory = Bytes(80)
    for name in ("old", "video", "picture"):
        take(memory, name, 20, job())
    memory.holder.make_room(45 * GB, "video", job())
    assert held(memory) == {"video": "card", "picture": "card"}
    memory.holder.make_room(70 * GB, "video", job())
    assert held(memory) == {"video": "card"}


def test_memory_of_others_is_not_counted_for_a_job() -> None:
    memory, mine = Bytes(80), job()
    take(memory, "video", 30, job())
    take(memory, "picture", 20, mine)
    take(memory, "upsampler", 1, mine)
    assert count_other_weight_bytes(memory.holder, mine) == 30 * GB


def test_another_form_of_the_same_weights_replaces_it() -> None:
    memory, told = Bytes(200), job()
    take(memory, "video", 40, job())
    memory.holder.pipeline(key("video", "fp8"), Model, told, 20 * GB)
    assert [each.key.dtype for each in memory.holder] == ["fp8"]
    assert "takes its place" in told.lines[0]


def test_parts_are_used_with_the_whole_and_removed_with_it() -> None:
    memory = Bytes(100)
    encoder = ModelKey("video", "text_encoder")
    memory.holder.part(encoder, Model, job(), 24 * GB)
    memory.holder.pipeline(key("video"), Model, job(), 40 * GB, parts=(encoder,))
    take(memory, "picture", 20, job())
    memory.holder.pipeline(key("video"), Model, job(), 40 * GB)
    # The picture is dropped first: the encoder was used more recently, with the video
    take(memory, "masks", 30, job())
    assert [each.key.component for each in memory.holder] == ["text_encoder", "pipeline", "pipeline"]
    memory.holder.drop_model(encoder)
    assert list(held(memory)) == ["masks"]
    memory.holder.clear()
    assert not held(memory)


def test_failed_load_leaves_nothing() -> None:
    memory = Bytes(80)

    def fails() -> Model:
        raise MemoryError

    with pytest.raises(MemoryError):
        memory.holder.pipeline(key("video"), fails, job(), 40 * GB)
    assert not held(memory)
    assert MARGIN < GB


# Cached results of earlier computations


def tensor(fill: float, count: int = 256) -> tuple[torch.Tensor, ...]:
    return (torch.full((count,), fill, dtype=torch.bfloat16),)


def test_cached_result_is_made_once_with_equal_bits() -> None:
    made: list[int] = []

    def make() -> tuple[torch.Tensor, ...]:
        made.append(1)
        return (*tensor(0.1), torch.arange(3))

    memory = TensorCache()
    first, second = memory.get("a", make), memory.get("a", make)
    assert len(made) == 1
    assert all(torch.equal(one, other) for one, other in zip(first, second, strict=True))


def test_limit_holds_and_the_oldest_is_removed() -> None:
    memory = TensorCache(bound=3 * 512)
    for name in ("a", "b", "c", "a", "d"):
        memory.get(name, lambda: tensor(1.0))
    assert memory.bytes == 3 * 512
    assert "a" in memory
    assert "b" not in memory


def test_item_over_the_limit_is_kept_while_newest() -> None:
    memory = TensorCache(bound=10)
    memory.get("large", lambda: tensor(1.0, 5000))
    assert "large" in memory
    memory.get("next", lambda: tensor(1.0))
    assert "large" not in memory


def test_small_items_outlive_the_worker_and_large_ones_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = TensorCache(folder=tmp_path)
    first.get("ab-small", lambda: tensor(0.5))
    first.get("ab-large", lambda: tensor(0.5, input_caches.SMALL))
    second = TensorCache(folder=tmp_path)
    assert "ab-small" in second
    assert "ab-large" not in second

    def never() -> tuple[torch.Tensor, ...]:
        raise AssertionError("it is known")

    assert torch.equal(second.get("ab-small", never)[0], tensor(0.5)[0])


def test_truncated_file_is_made_again(tmp_path: Path) -> None:
    TensorCache(folder=tmp_path).get("ab", lambda: tensor(0.5))
    [path] = tmp_path.glob("*/*.safetensors")
    path.write_bytes(path.read_bytes()[:40])
    assert torch.equal(TensorCache(folder=tmp_path).get("ab", lambda: tensor(0.7))[0], tensor(0.7)[0])


def test_files_have_a_limit_too(tmp_path: Path) -> None:
    memory = TensorCache(folder=tmp_path, on_disk=3000)
    for number in range(12):
        memory.get(f"{number:02}", lambda: tensor(0.5))
    files = list(tmp_path.glob("*/*.safetensors"))
    assert 1 <= len(files) < 12
    assert sum(file.stat().st_size for file in files) <= 3000


def test_unwritable_folder_loses_only_the_file(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert torch.equal(TensorCache(folder=in_the_way).get("ab", lambda: tensor(0.5))[0], tensor(0.5)[0])


def test_keys_differ_with_content_type_shape_and_weights() -> None:
    pixels = torch.zeros(2, 3)
    contents = {hash_tensor(pixels), hash_tensor(pixels.half()), hash_tensor(torch.zeros(3, 2))}
    contents |= {hash_tensor(torch.ones(2, 3)), hash_tensor(torch.zeros(0))}
    assert len(contents) == 5
    assert hash_tensor(pixels) == hash_tensor(torch.zeros(3, 2).t().contiguous().view(2, 3))
    assert key_of("words", "a", "b") != key_of("words", "ab", "")
    assert key_of("words", "a") == key_of("words", "a")
