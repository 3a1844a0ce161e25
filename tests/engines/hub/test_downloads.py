"""Test downloads from a hub on loopback: resumed, checked and refused, and never installed in part."""

from __future__ import annotations

import hashlib
import os
import random
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hf_xet
import pytest

from milimo_tui.core.errors import (
    BadInput,
    Cancelled,
    DiskFull,
    Failed,
    NotFound,
    Unavailable,
)
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_catalog import TOKENS_PAGE
from milimo_tui.engines.catalog.model_store import PARTIAL, ModelStore, count_partial_bytes
from milimo_tui.engines.catalog.own_pipelines import GENERIC_FAMILY, GENERIC_FILES
from tests.engines.hub.hub_server import FakeHub, HubRequest
from tests.engines.hub.material import HubContext, download, klein, safetensors

KLEIN = "flux2-klein-4b"
KLEIN_HUB = "black-forest-labs/FLUX.2-klein-4B"
LARGE = "transformer/diffusion_pytorch_model.safetensors"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_model_is_downloaded_completely_verified_and_chosen(hub: FakeHub, home: Home) -> None:
    files = klein()
    hub.add(KLEIN_HUB, files)
    result = download(hub, home, KLEIN)
    folder = home.models / KLEIN
    assert (folder / LARGE).read_bytes() == files[LARGE]
    assert (folder / "model_index.json").read_bytes() == files["model_index.json"]
    # A single-file version that was not requested
    assert not (folder / "flux-2-klein-4b.safetensors").exists()
    assert not (folder / ".gitattributes").exists()
    assert not (folder / PARTIAL).exists()
    found = ModelStore(home.models).resolve("flux2")
    assert (found.id, found.path, found.form, found.generation) == (KLEIN, folder, "folder", "klein")
    assert found.digest == result.facts["digest"] != ""
    assert {file.name: file.digest for file in found.files}[LARGE] == sha(files[LARGE])
    assert ModelStore(home.models).read_selection() == {"flux2": KLEIN}


@pytest.mark.long("models")
def test_download_interrupted_at_random_is_resumed_and_correct(hub: FakeHub, home: Home) -> None:
    files = klein(3_000_000)
    hub.add(KLEIN_HUB, files)
    dice = random.Random(7)
    hub.cuts = [dice.randrange(100_000, 500_000) for _ in range(5)]
    context = HubContext(home.root / "workspace")
    download(hub, home, KLEIN, context)
    assert not hub.cuts  # all five interruptions happened
    assert (home.models / KLEIN / LARGE).read_bytes() == files[LARGE]
    resumed = [asked for asked in hub.file_requests() if asked.store and asked.range]
    assert len(resumed) == 5
    done = [told[1] for told in context.told if told[0] == "downloading"]
    assert done == sorted(done)  # progress never goes back, so nothing is downloaded twice
    ModelStore(home.models).resolve("flux2")


def test_cancel_does_not_wait_for_a_silent_hub(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, klein())
    context = HubContext(home.root / "workspace")
    cancelled: list[float] = []

    def cancel(asked: HubRequest) -> None:
        if asked.store:
            hub.bytes_per_second = 1_000
            context.stop = Cancelled("stopped")
            cancelled.append(time.monotonic())

    hub.gate = cancel
    with pytest.raises(Cancelled):
        download(hub, home, KLEIN, context)
    assert time.monotonic() - cancelled[0] < 6


def store_in_xet(hub: FakeHub, home: Home, data: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    """Store a file in hf_xet's local Xet storage for tests, and return its hash."""
    monkeypatch.setenv("HF_HOME", str(home.root / "hf"))  # hf_xet writes its log into this folder
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    hub.xet_address = f"local://{home.root}/xet"
    with hf_xet.XetSession().new_upload_commit(endpoint=hub.xet_address) as commit:
        upload = commit.start_upload_bytes(data)
    return str(upload.result().xet_info.hash)


@pytest.mark.long("models")
@pytest.mark.parametrize("had", [0, 700_000])
def test_xet_file_is_downloaded_from_its_storage_and_resumed(
    hub: FakeHub, home: Home, monkeypatch: pytest.MonkeyPatch, had: int
) -> None:
    files = klein(2_000_000)
    hub.add(KLEIN_HUB, files).xet[LARGE] = store_in_xet(hub, home, files[LARGE], monkeypatch)
    partial = home.models / KLEIN / PARTIAL
    partial.mkdir(parents=True)
    (partial / f"{sha(files[LARGE])}.part").write_bytes(files[LARGE][:had])
    result = download(hub, home, KLEIN)
    assert (home.models / KLEIN / LARGE).read_bytes() == files[LARGE]
    assert result.facts["fetched"] == result.facts["bytes"] - had
    assert not any(asked.store and LARGE in asked.path for asked in hub.requests)


@pytest.mark.long("models")
def test_xet_storage_without_the_file_is_retried_and_reported(
    hub: FakeHub, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = klein()
    store_in_xet(hub, home, b"another file" * 9, monkeypatch)
    hub.add(KLEIN_HUB, files).xet[LARGE] = "0123456789abcdef" * 4
    with pytest.raises(Unavailable, match="no network connection"):
        download(hub, home, KLEIN)
    assert not ModelStore(home.models).has("flux2")


@pytest.mark.long("models")
def test_partial_files_survive_the_attempt(hub: FakeHub, home: Home) -> None:
    files = klein(2_000_000)
    hub.add(KLEIN_HUB, files)
    hub.bytes_per_second = 4_000_000
    stopped = HubContext(home.root / "workspace")
    stopped.stop, stopped.stop_at = Cancelled("stopped"), 1_000_000
    with pytest.raises(Cancelled):
        download(hub, home, KLEIN, stopped)
    count = count_partial_bytes(home.models / KLEIN)
    assert count >= 900_000
    with pytest.raises(Unavailable, match="not installed"):
        ModelStore(home.models).resolve("flux2")  # a partial download is not installed
    hub.requests.clear()
    hub.bytes_per_second = 0
    result = download(hub, home, KLEIN)
    assert 0 < result.facts["fetched"] <= sum(map(len, files.values())) - count
    assert any(asked.range for asked in hub.file_requests())
    assert (home.models / KLEIN / LARGE).read_bytes() == files[LARGE]


@pytest.mark.long("models")
def test_second_download_fetches_nothing(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, klein())
    download(hub, home, KLEIN)
    hub.requests.clear()
    assert download(hub, home, KLEIN).facts["revision"].startswith("c0ffee")
    assert not [asked for asked in hub.file_requests() if asked.store]


def test_hub_without_ranges_sends_the_whole_file_again(hub: FakeHub, home: Home) -> None:
    files = klein()
    hub.add(KLEIN_HUB, files)
    hub.ranges = False
    hub.cuts = [150_000, 60_000]
    download(hub, home, KLEIN)
    assert (home.models / KLEIN / LARGE).read_bytes() == files[LARGE]


def test_wrong_hash_is_refused_and_deleted(hub: FakeHub, home: Home) -> None:
    files = klein()
    other = bytearray(files[LARGE])
    other[-1] ^= 1
    repository = hub.add(KLEIN_HUB, files, lies={LARGE: bytes(other)})
    with pytest.raises(Failed, match=f"{LARGE} .*checksum"):
        download(hub, home, KLEIN)
    assert not ModelStore(home.models).has("flux2")
    assert not list((home.models / KLEIN / PARTIAL).glob(f"{sha(files[LARGE])}*"))
    repository.lies.clear()
    download(hub, home, KLEIN)
    assert ModelStore(home.models).has("flux2")


def test_small_file_with_a_wrong_hash_is_refused(hub: FakeHub, home: Home) -> None:
    files = klein()
    hub.add(KLEIN_HUB, files, lies={"vae/config.json": b"[]"})
    with pytest.raises(Failed, match=r"vae/config.json .*checksum"):
        download(hub, home, KLEIN)


def test_old_partial_file_is_noticed(hub: FakeHub, home: Home) -> None:
    """The checksum includes the bytes of an earlier partial download."""
    files = klein()
    hub.add(KLEIN_HUB, files)
    partial = home.models / KLEIN / PARTIAL
    partial.mkdir(parents=True)
    (partial / f"{sha(files[LARGE])}.part").write_bytes(b"\0" * 1000)
    with pytest.raises(Failed, match="checksum"):
        download(hub, home, KLEIN)
    download(hub, home, KLEIN)  # the wrong partial file was deleted, so this download succeeds
    assert (home.models / KLEIN / LARGE).read_bytes() == files[LARGE]


def test_too_long_partial_file_starts_again(hub: FakeHub, home: Home) -> None:
    files = klein()
    hub.add(KLEIN_HUB, files)
    partial = home.models / KLEIN / PARTIAL
    partial.mkdir(parents=True)
    (partial / f"{sha(files[LARGE])}.part").write_bytes(files[LARGE] + b"more")
    download(hub, home, KLEIN)
    assert (home.models / KLEIN / LARGE).read_bytes() == files[LARGE]


def test_disk_is_checked_first_with_a_reserve_of_a_tenth(
    hub: FakeHub, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = klein(1_000_000)
    hub.add(KLEIN_HUB, files)
    wanted = sum(len(data) for name, data in files.items() if "/" in name or name.endswith("md"))
    wanted += len(files["model_index.json"])
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", str(int(wanted * 1.1) - 1000))
    with pytest.raises(DiskFull, match="reserve of a tenth") as told:
        download(hub, home, KLEIN)
    assert "--home FOLDER" in told.value.hint
    assert not hub.file_requests()  # no file was requested
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", str(int(wanted * 1.1) + 1000))
    download(hub, home, KLEIN)


def test_present_files_need_no_space(hub: FakeHub, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add(KLEIN_HUB, klein(1_000_000))
    download(hub, home, KLEIN)
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", "10000")
    download(hub, home, KLEIN)


@pytest.fixture
def small_disk(home: Home) -> Iterator[Path]:
    """Return the folder of weights, mounted on a file system of three million bytes, or skip the test."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m,mode=700", "none", str(home.models)]
    if os.getuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted")
    yield home.models
    subprocess.run(["umount", "-l", str(home.models)], check=True)


@pytest.mark.long("models")
def test_full_disk_midway_keeps_the_received_data(
    hub: FakeHub, home: Home, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up during the download keeps the received data. The check at the start found enough
    space.
    """
    files = klein(6_000_000)
    hub.add(KLEIN_HUB, files)
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", "99000000000")
    with pytest.raises(DiskFull, match=r"3 of 6 MB of flux2-klein-4b") as told:
        download(hub, home, KLEIN)
    assert re.match(r"free (2\.9|3\.0) MB on the disk of", told.value.hint)
    count = count_partial_bytes(home.models / KLEIN)
    assert count > 2_800_000
    assert not ModelStore(home.models).has("flux2")
    subprocess.run(["mount", "-o", "remount,size=30m", str(small_disk)], check=True)
    result = download(hub, home, KLEIN)
    assert result.facts["fetched"] == result.facts["bytes"] - count
    assert (home.models / KLEIN / LARGE).read_bytes() == files[LARGE]


def test_status_401_with_a_token_reports_a_rejected_token(
    hub: FakeHub, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(KLEIN_HUB, klein())
    monkeypatch.setenv("HF_TOKEN", "hf_nobodyknowsthistoken")
    with pytest.raises(Unavailable, match="accept the token") as told:
        download(hub, home, KLEIN)
    assert TOKENS_PAGE in told.value.hint
    assert "nobodyknows" not in f"{told.value.message} {told.value.hint}"


def test_gated_repository_names_the_page_and_the_steps(hub: FakeHub, home: Home) -> None:
    hub.add(
        "facebook/sam3",
        {"config.json": b"{}", "model.safetensors": safetensors({"a": (99, 9)})},
        gated="manual",
    )
    with pytest.raises(Unavailable, match="facebook/sam3 is gated") as told:
        download(hub, home, "sam3")
    for part in (
        "1. open",
        "facebook/sam3",
        "ask its authors",
        "2. make a token",
        TOKENS_PAGE,
        "3. milimo job retry",
    ):
        assert part in told.value.hint


def test_gated_repository_is_downloaded_with_an_accepted_token(
    hub: FakeHub, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"config.json": b'{"model_type": "sam3_video"}', "model.safetensors": safetensors({"a": (99, 9)})}
    hub.add("facebook/sam3", files, gated="manual")
    hub.tokens["hf_letmeinplease"] = ("facebook/sam3",)
    monkeypatch.setenv("HF_TOKEN", "hf_letmeinplease")
    download(hub, home, "sam3")
    assert ModelStore(home.models).resolve("sam3").path == home.models / "sam3"
    assert any(asked.token for asked in hub.requests)
    # The token is sent to the hub, not to the store
    assert not any(asked.token for asked in hub.requests if asked.store)
    for path in home.models.rglob("*"):
        assert not path.is_file() or b"hf_letmein" not in path.read_bytes()


def test_token_without_rights_reports_403(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, klein())
    hub.answers = [(403, {"X-Error-Message": "Please enable access to public gated repositories"})]
    with pytest.raises(Unavailable, match=r"may not read .* \(403\)") as told:
        download(hub, home, KLEIN)
    assert "gated repositories" in told.value.hint


def test_status_404_reports_an_unknown_repository(
    hub: FakeHub, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.tokens["hf_tokenofmaraok"] = ()
    monkeypatch.setenv("HF_TOKEN", "hf_tokenofmaraok")
    with pytest.raises(NotFound, match=r"no repository .* \(404\)"):
        download(hub, home, KLEIN)


def test_missing_file_is_reported(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, klein())

    def withdraw(asked: HubRequest) -> None:
        if "/resolve/" in asked.path:
            hub.repositories[KLEIN_HUB].files.pop("vae/config.json", None)

    hub.gate = withdraw
    with pytest.raises(NotFound, match="no longer has"):
        download(hub, home, KLEIN)


def test_status_429_is_waited_for_and_then_reported(hub: FakeHub, home: Home) -> None:
    files = klein()
    hub.add(KLEIN_HUB, files)
    hub.answers = [(429, {"Retry-After": "0"})] * 3
    context = HubContext(home.root / "workspace")
    download(hub, home, KLEIN, context)
    assert any("trying again" in note for _, _, _, note in context.told) or context.logged
    hub.answers = [(429, {"Retry-After": "0"})] * 100
    with pytest.raises(Unavailable, match="429"):
        download(hub, home, KLEIN)


@pytest.mark.long("models")
def test_network_lost_midway_keeps_the_received_data(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, klein(1_000_000))
    hub.cuts = [300_000, *[0] * 50]
    with pytest.raises(Unavailable, match="no network connection") as told:
        download(hub, home, KLEIN)
    assert "are saved" in told.value.message
    assert "milimo job retry" in told.value.hint
    assert count_partial_bytes(home.models / KLEIN) > 250_000
    hub.cuts.clear()
    download(hub, home, KLEIN)


@pytest.mark.long("models")
def test_login_page_instead_of_the_hub_loses_no_received_data(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, klein(1_000_000))
    hub.cuts = [600_000]

    def leave_home(asked: HubRequest) -> None:
        if asked.range:
            hub.portal = 100

    hub.gate = leave_home
    with pytest.raises(Unavailable, match="no network connection"):
        download(hub, home, KLEIN)
    assert count_partial_bytes(home.models / KLEIN) > 500_000
    with pytest.raises(Failed, match="from the hub"):
        download(hub, home, KLEIN)  # the reply for the listing is the login page too
    hub.gate = lambda asked: None
    hub.portal = 0
    result = download(hub, home, KLEIN)
    assert result.facts["fetched"] < 500_000


def test_login_page_instead_of_a_file_is_not_kept(hub: FakeHub, home: Home) -> None:
    files = klein()
    hub.add(KLEIN_HUB, files)

    def answer_from_the_store(asked: HubRequest) -> None:
        hub.portal = int(asked.store and LARGE in asked.path)

    hub.gate = answer_from_the_store
    with pytest.raises(Unavailable, match="no network connection"):
        download(hub, home, KLEIN)
    assert (home.models / KLEIN / PARTIAL / f"{sha(files[LARGE])}.part").stat().st_size == 0


@pytest.mark.parametrize("address", ["nonsense", "ftp://example.org", "http://[::bad"])
def test_invalid_endpoint_is_reported(hub: FakeHub, home: Home, address: str) -> None:
    hub.address = address
    with pytest.raises(BadInput, match="HF_ENDPOINT"):
        download(hub, home, KLEIN)


def test_failing_server_is_asked_again(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, klein())
    hub.answers = [(503, {}), (500, {})]
    download(hub, home, KLEIN)
    assert ModelStore(home.models).has("flux2")


def test_weights_of_another_family_are_refused(hub: FakeHub, home: Home) -> None:
    files = klein()
    files["model_index.json"] = b'{"_class_name": "StableDiffusionXLPipeline"}'
    hub.add(KLEIN_HUB, files)
    with pytest.raises(BadInput, match="StableDiffusionXLPipeline"):
        download(hub, home, KLEIN)
    assert not ModelStore(home.models).has("flux2")


def test_repository_without_its_index_is_refused(hub: FakeHub, home: Home) -> None:
    files = klein()
    del files["model_index.json"]
    hub.add(KLEIN_HUB, files)
    with pytest.raises(BadInput, match="diffusers format"):
        download(hub, home, KLEIN)


@pytest.mark.long("models")
def test_earlier_version_of_the_same_size_needs_space_again(
    hub: FakeHub, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = hub.add(KLEIN_HUB, klein(1_000_000))
    download(hub, home, KLEIN)
    repository.files = klein(1_000_000, seed=9)
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", "500000")
    with pytest.raises(DiskFull):
        download(hub, home, KLEIN)
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", "5000000")
    download(hub, home, KLEIN)
    assert (home.models / KLEIN / LARGE).read_bytes() == repository.files[LARGE]


def test_file_falsely_named_safetensors_is_refused(hub: FakeHub, home: Home) -> None:
    files = klein()
    files[LARGE] = b"PK\x03\x04" + b"pickled" * 50
    hub.add(KLEIN_HUB, files)
    with pytest.raises(BadInput, match="is a pickle"):
        download(hub, home, KLEIN)
    assert not ModelStore(home.models).has("flux2")


def test_pickles_are_not_downloaded(hub: FakeHub, home: Home) -> None:
    files = {
        **klein(),
        "transformer/old.bin": b"\x80\x04" + b"x" * 200,
        "vae/old.ckpt": b"\x80\x04" + b"y" * 200,
    }
    hub.add(KLEIN_HUB, files)
    download(hub, home, KLEIN)
    assert not list((home.models / KLEIN).rglob("*.bin"))
    with pytest.raises(BadInput, match="is a pickle"):
        download(hub, home, KLEIN, files=("transformer/old.bin",))


def test_names_outside_the_folder_are_not_downloaded(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, {**klein(), "transformer/../../../evil.json": b"{}"})
    download(hub, home, KLEIN)
    assert not list(home.root.rglob("evil.json"))


def test_unknown_file_becomes_a_lora(hub: FakeHub, home: Home) -> None:
    lora = safetensors({"transformer.a.lora_A.weight": (4, 8), "transformer.a.lora_B.weight": (8, 4)})
    hub.add("mara/rain-lora", {"rain.safetensors": lora, "notes.txt": b"x" * 200})
    download(
        hub,
        home,
        "rain",
        hub="mara/rain-lora",
        family="ltx2",
        role="lora",
        generation="2.0",
        files=("rain.safetensors",),
    )
    row = ModelStore(home.models).get("rain")
    assert row is not None
    assert (row.role, row.form, row.digest) == ("lora", "file", sha(lora))


@pytest.mark.long("models")
def test_update_downloads_changes_and_removes_old_files(hub: FakeHub, home: Home) -> None:
    files = klein()
    repository = hub.add(KLEIN_HUB, files)
    download(hub, home, KLEIN)
    repository.files = {**klein(), "transformer/more.safetensors": safetensors({"more": (30, 30)})}
    del repository.files["scheduler/scheduler_config.json"]
    repository.files["scheduler/config.json"] = b"{}"
    repository.commit = "beef" + "0" * 36
    hub.requests.clear()
    download(hub, home, KLEIN)
    fetched = {asked.path.rpartition("/")[2] for asked in hub.file_requests() if asked.store}
    assert fetched == {"more.safetensors"}
    folder = home.models / KLEIN
    assert not (folder / "scheduler" / "scheduler_config.json").exists()
    row = ModelStore(home.models).get(KLEIN)
    assert row is not None
    assert row.revision.startswith("beef")
    ModelStore(home.models).resolve("flux2")


def test_ltx_25_includes_both_decoders_and_leaves_out_the_full_transformer(hub: FakeHub, home: Home) -> None:
    def weights(folder: str) -> dict[str, bytes]:
        made = safetensors({"proj.weight": (4, 4)})
        return {f"{folder}/config.json": b"{}", f"{folder}/diffusion_pytorch_model.safetensors": made}

    before = {
        "model_index.json": b'{"_class_name": "LTX2Pipeline"}',
        **weights("transformer"),
        **weights("vae"),
    }
    repository = hub.add("Lightricks/LTX-2.5-Diffusers", before)
    download(hub, home, "ltx-2.5")
    repository.files = {**before, **weights("diffusion_decoder"), **weights("transformer_full")}
    download(hub, home, "ltx-2.5")  # downloads only the missing files, as `--again` does
    folder = home.models / "ltx-2.5"
    assert (folder / "diffusion_decoder" / "diffusion_pytorch_model.safetensors").is_file()
    assert not (folder / "transformer_full").exists()


@pytest.mark.long("models")
def test_rate_and_time_left_are_shown(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, klein(1_200_000))
    hub.bytes_per_second = 500_000
    context = HubContext(home.root / "workspace")
    download(hub, home, KLEIN, context)
    notes = [note for stage, _, _, note in context.told if stage == "downloading"]
    assert any("/s" in note and "left" in note for note in notes)


@pytest.mark.long("models")
def test_progress_never_exceeds_the_total(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, klein())
    hub.ranges = False
    hub.cuts = [100_000] * 3
    context = HubContext(home.root / "workspace")
    download(hub, home, KLEIN, context)
    assert all(0 <= done <= total for _, done, total, _ in context.told)


def test_folder_of_the_partial_download_is_private_to_the_model(hub: FakeHub, home: Home) -> None:
    hub.add(KLEIN_HUB, klein())
    hub.cuts = [10, *[0] * 20]
    with pytest.raises(Unavailable):
        download(hub, home, KLEIN)
    assert {path.name for path in home.models.iterdir()} == {KLEIN}
    assert not Path(home.models / KLEIN / "model_index.json").exists()


def test_encoder_stored_twice_is_downloaded_once(
    hub: FakeHub, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text encoder stored under the file names of two libraries is downloaded once, and the space check
    counts it once.
    """
    once = {
        "model_index.json": b'{"_class_name": "LTX2Pipeline", "text_encoder": ["transformers", "Gemma"]}',
        "text_encoder/config.json": b"{}",
        "text_encoder/model-00001-of-00001.safetensors": safetensors({"weight": (1000, 300)}),
        "transformer/diffusion_pytorch_model.safetensors": safetensors({"weight": (100, 30)}),
    }
    other = {
        "text_encoder/diffusion_pytorch_model-00001-of-00002.safetensors": safetensors({"w": (900, 300)})
    }
    hub.add("Lightricks/LTX-2", {**once, **other})
    wanted = sum(map(len, once.values()))
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", str(int(wanted * 1.1) + 1000))
    result = download(hub, home, "ltx-2")
    assert result.facts["bytes"] == wanted
    names = {path.name for path in (home.models / "ltx-2" / "text_encoder").iterdir()}
    assert names == {"config.json", "model-00001-of-00001.safetensors"}


@pytest.mark.long("models")
def test_unknown_pipeline_is_downloaded_by_its_index_and_custom_code_refused(
    hub: FakeHub, home: Home
) -> None:
    files = klein() | {
        "transformer/diffusion_pytorch_model.fp16.safetensors": b"a second copy",
        "transformer/diffusion_pytorch_model.bin": b"a pickle",
        "unet.ckpt": b"a pickle",
    }
    hub.add("someone/Painter", files)
    more: dict[str, Any] = {"files": GENERIC_FILES, "hub": "someone/Painter", "family": GENERIC_FAMILY}
    download(hub, home, "painter", **more)
    found = ModelStore(home.models).resolve(f"{GENERIC_FAMILY}:painter")
    assert (found.id, found.family) == ("painter", GENERIC_FAMILY)
    names = {file.name for file in found.files}
    assert names == {
        name for name in klein() if name not in (".gitattributes", "flux-2-klein-4b.safetensors")
    }
    index = files["model_index.json"].replace(b'"diffusers", "Flux2Transformer2DModel"', b'"mine", "Mine"')
    hub.add("someone/Odd", {**files, "model_index.json": index})
    with pytest.raises(BadInput, match="its own code"):
        download(hub, home, "odd", **{**more, "hub": "someone/Odd"})
    assert ModelStore(home.models).find_local_weights("odd") is None
