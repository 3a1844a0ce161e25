"""Test the commands `milimo model …` with a real supervisor and worker and a fake hub on the loopback
interface.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.model_catalog import SETUPS
from milimo_tui.engines.catalog.model_store import PARTIAL, ModelStore, count_partial_bytes
from milimo_tui.engines.catalog.recorded_listings import estimate_download, read_listings
from milimo_tui.engines.registry.explanation import make_published_request
from milimo_tui.studio.commands.model.setup import ModelSetupArgs, run_setup_jobs
from milimo_tui.studio.machine.gpu_rental import find_card_sizes, find_sizes_for_request
from milimo_tui.studio.registry.args import validate_args
from milimo_tui.studio.session.studio import Studio
from tests.engines.hub.hub_server import FakeHub
from tests.engines.hub.material import klein, safetensors
from tests.front_door import TINY, Milimo, environment

KLEIN = "flux2-klein-4b"
KLEIN_HUB = "black-forest-labs/FLUX.2-klein-4B"
TOKEN = "hf_" + "maraslighthouse" * 2
# Bytes per second: so slow that three million bytes are still being downloaded when a test ends.
CRAWL = 10_000
SOON = 300_000  # Bytes per second: the next progress report comes soon, but the download does not end.


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milimo]:
    """Yield one home with one supervisor for all tests of this file. Each test sets the address of its own
    hub.
    """
    folder = tmp_path_factory.mktemp("house")
    free = folder / "free"
    free.touch()  # An empty file means that the real free space of the disk counts.
    env = {**environment(folder), "HF_HOME": str(folder / "hf"), "MILIMO_TEST_FREE_BYTES": f"@{free}"}
    runner = Milimo(env, folder / "work")
    yield runner
    runner.inside("supervisor", "stop", "--now")


@pytest.fixture
def milimo(house: Milimo, hub: FakeHub) -> Milimo:
    """Return the command line of a home without models and without a token, which uses the fake hub."""
    for folder in (house.home / "models", Path(house.env["HF_HOME"])):
        shutil.rmtree(folder, ignore_errors=True)
    free_bytes(house).write_text("")
    # A supervisor that a test with a token starts would use the token in all later tests.
    house.act("supervisor", "start")
    return Milimo({**house.env, "HF_ENDPOINT": hub.address}, house.cwd)


def free_bytes(milimo: Milimo) -> Path:
    """Return the file that sets the free disk space for all processes of the home."""
    return Path(milimo.env["MILIMO_TEST_FREE_BYTES"].removeprefix("@"))


def row(milimo: Milimo, id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in milimo.inside("model", "list") if row["id"] == id)
    return found


def wait_for(milimo: Milimo, job: str, *states: str) -> dict[str, Any]:
    end = time.monotonic() + 240
    while time.monotonic() < end:
        found: dict[str, Any] = milimo.inside("job", "show", job)
        if found["state"] in states:
            return found
        assert found["state"] not in ("done", "failed", "cancelled"), found
        time.sleep(0.05)
    raise AssertionError(f"{job} is {found['state']}: {found['error']}")


def everything_written(milimo: Milimo) -> Iterator[Path]:
    """Return all files of the home: database, logs, manifests and weights."""
    return (path for path in milimo.home.rglob("*") if path.is_file())


@pytest.mark.long("command_line")
def test_model_is_downloaded_listed_verified_and_removed(milimo: Milimo, hub: FakeHub) -> None:
    hub.add(KLEIN_HUB, klein())
    hub.cuts = [70_000, 20_000, 50_000]
    assert row(milimo, KLEIN)["state"] == "missing"
    done = milimo.inside("model", "download", KLEIN)
    assert [end["state"] for end in done["ended"]] == ["done"]
    here = row(milimo, KLEIN)
    assert (here["state"], here["installed"], here["selected"]) == ("in use", True, True)
    assert here["revision"].startswith("c0ffee")
    data = milimo.inside("model", "show", KLEIN)
    assert {file["name"] for file in data["files"]} >= {"model_index.json", "vae/config.json"}
    assert milimo.inside("model", "verify")["models"] == [KLEIN]
    again = milimo.inside("model", "download", KLEIN)
    assert (again["jobs"], again["here"]) == ([], [KLEIN])
    refused = milimo.inside("model", "remove", KLEIN, code=2)["error"]
    assert "--yes" in refused["hint"]
    assert milimo.inside("model", "remove", KLEIN, "--yes")[0]["freed"] > 200_000
    assert row(milimo, KLEIN)["state"] == "missing"
    assert not (milimo.home / "models" / KLEIN).exists()


@pytest.mark.long("command_line")
def test_verify_names_damage_and_download_repairs_it(milimo: Milimo, hub: FakeHub) -> None:
    """Weights count as installed only if all sizes and hashes are right. Row 81 of
    docs/replaced-behaviour.md.
    """
    hub.add(KLEIN_HUB, klein())
    milimo.inside("model", "download", KLEIN)
    large = Home(milimo.home).models / KLEIN / "transformer" / "diffusion_pytorch_model.safetensors"
    data = bytearray(large.read_bytes())
    data[-1] ^= 1
    large.write_bytes(data)
    error = milimo.inside("model", "verify", KLEIN, code=1)["ended"][0]["error"]
    assert "diffusion_pytorch_model.safetensors" in error
    assert "hash" in error
    assert row(milimo, KLEIN)["state"] == "damaged"
    assert milimo.inside("model", "ready")[1]["ready"] is False
    milimo.inside("model", "download", KLEIN)
    assert row(milimo, KLEIN)["state"] == "in use"
    large.write_bytes(bytes(data)[:-10])
    assert "truncated" in row(milimo, KLEIN)["problem"]
    large.unlink()
    assert "is missing" in row(milimo, KLEIN)["problem"]


@pytest.mark.long("command_line")
def test_queue_pauses_and_resumes_a_download(milimo: Milimo, hub: FakeHub) -> None:
    """All downloads use one queue, and data received so far are kept while a download is paused. Row 82 of
    docs/replaced-behaviour.md.
    """
    files = klein(3_000_000)
    hub.add(KLEIN_HUB, files)
    hub.bytes_per_second = 500_000
    job = milimo.inside("model", "download", KLEIN, "--detach")["jobs"][0]
    folder = milimo.home / "models" / KLEIN
    while count_partial_bytes(folder) < 200_000:
        time.sleep(0.05)
    hub.bytes_per_second = CRAWL
    assert row(milimo, KLEIN)["state"].startswith("downloading")
    again = milimo.inside("model", "download", KLEIN, "--detach")
    assert again["jobs"] == [job]  # The model is being downloaded already, so no second job is queued.
    milimo.inside("job", "pause", job)
    wait_for(milimo, job, "paused")
    count = count_partial_bytes(folder)
    assert count >= 200_000
    assert "paused" in row(milimo, KLEIN)["state"]
    hub.requests.clear()
    hub.bytes_per_second = 0
    milimo.inside("job", "resume", job)
    wait_for(milimo, job, "done")
    assert any(asked.range for asked in hub.file_requests())
    assert (folder / "transformer" / "diffusion_pytorch_model.safetensors").stat().st_size == len(
        files["transformer/diffusion_pytorch_model.safetensors"]
    )


@pytest.mark.long("command_line")
def test_boards_are_made_while_weights_are_downloaded(milimo: Milimo, hub: FakeHub) -> None:
    """Downloads have a slot of their own, so other jobs do not wait for them."""
    hub.add(KLEIN_HUB, klein(3_000_000))
    hub.bytes_per_second = CRAWL
    job = milimo.inside("model", "download", KLEIN, "--detach")["jobs"][0]
    wait_for(milimo, job, "running")
    script = milimo.cwd / "lamps.fountain"
    script.write_text(TINY)
    milimo.inside("script", "import", str(script))
    boards = milimo.inside("storyboard", "board", "--all")
    assert {end["state"] for end in boards["ended"]} == {"done"}
    assert milimo.inside("job", "show", job)["state"] == "running"
    milimo.inside("job", "cancel", job)
    hub.bytes_per_second = SOON
    wait_for(milimo, job, "cancelled")


@pytest.mark.long("command_line")
def test_cancelled_download_keeps_its_data_and_reports_it(milimo: Milimo, hub: FakeHub) -> None:
    hub.add(KLEIN_HUB, klein(3_000_000))
    hub.bytes_per_second = 300_000
    job = milimo.inside("model", "download", KLEIN, "--detach")["jobs"][0]
    folder = milimo.home / "models" / KLEIN
    while count_partial_bytes(folder) < 100_000:
        time.sleep(0.05)
    hub.bytes_per_second = CRAWL
    refused = milimo.inside("model", "remove", KLEIN, "--yes", code=1)["error"]
    assert refused["kind"] == "conflict"
    milimo.inside("job", "cancel", job)
    hub.bytes_per_second = SOON
    wait_for(milimo, job, "cancelled")
    assert row(milimo, KLEIN)["state"].startswith("unfinished")
    assert milimo.inside("model", "disk")["unfinished"] >= 100_000
    milimo.inside("model", "remove", KLEIN, "--yes")
    assert not (folder / PARTIAL).exists()


@pytest.mark.long("command_line")
def test_progress_of_a_download_shows_rate_and_time_left(milimo: Milimo, hub: FakeHub) -> None:
    hub.add(KLEIN_HUB, klein(3_000_000))
    hub.bytes_per_second = 4 * CRAWL
    job = milimo.inside("model", "download", KLEIN, "--detach")["jobs"][0]
    notes: set[str] = set()
    end = time.monotonic() + 60
    while not any(re.search(r"of 3 MB, .*/s, .* left", note) for note in notes):
        assert time.monotonic() < end, notes
        notes.add(row(milimo, KLEIN)["note"])
        time.sleep(0.05)
    milimo.inside("job", "cancel", job)
    hub.bytes_per_second = 0.0
    # The download does not wait for the cancelled job; a new job is queued.
    again = milimo.inside("model", "download", KLEIN)
    assert again["jobs"] != [job]
    assert row(milimo, KLEIN)["state"].startswith("in use")


@pytest.mark.long("command_line")
def test_token_is_in_no_spec_log_event_or_manifest(milimo: Milimo, hub: FakeHub) -> None:
    hub.add(
        "facebook/sam3",
        {"config.json": b"{}", "model.safetensors": safetensors({"a": (99, 9)})},
        gated="auto",
    )
    hub.tokens[TOKEN] = ("facebook/sam3",)
    milimo.env["HF_TOKEN"] = TOKEN
    done = milimo.inside("model", "download", "sam3")
    assert done["ended"][0]["state"] == "done"
    assert any(asked.token == TOKEN for asked in hub.requests)
    assert TOKEN not in json.dumps(milimo.inside("job", "show", done["jobs"][0]))
    log = milimo("job", "log", done["jobs"][0]).stdout.decode()
    assert "facebook/sam3 at c0ffee" in log
    assert "http://" not in log  # Download addresses contain signatures, so they must not be logged.
    assert TOKEN not in log
    for path in everything_written(milimo):
        assert TOKEN.encode() not in path.read_bytes(), path


def test_token_of_the_hubs_own_store_is_used(milimo: Milimo, hub: FakeHub) -> None:
    hub.add(
        "facebook/sam3",
        {"config.json": b"{}", "model.safetensors": safetensors({"a": (99, 9)})},
        gated="auto",
    )
    hub.tokens[TOKEN] = ("facebook/sam3",)
    store = Path(milimo.env["HF_HOME"])
    store.mkdir()
    (store / "token").write_text(TOKEN)
    assert milimo.inside("model", "download", "sam3")["ended"][0]["state"] == "done"


def test_token_added_after_the_supervisor_started_is_used(milimo: Milimo, hub: FakeHub) -> None:
    hub.add(
        "facebook/sam3",
        {"config.json": b"{}", "model.safetensors": safetensors({"a": (99, 9)})},
        gated="auto",
    )
    hub.tokens[TOKEN] = ("facebook/sam3",)
    milimo.act("supervisor", "start")
    milimo.env["HF_TOKEN"] = TOKEN
    done = milimo.inside("model", "download", "sam3")
    assert done["ended"][0]["state"] == "done"
    for path in everything_written(milimo):
        assert TOKEN.encode() not in path.read_bytes(), path


def test_gated_model_without_a_token_is_refused_before_queueing(milimo: Milimo, hub: FakeHub) -> None:
    before = [job["id"] for job in milimo.inside("job", "list")]
    # Without a terminal, nobody can be asked for the token.
    assert "HF_TOKEN" in milimo.inside("model", "token", code=2)["error"]["hint"]
    refused = milimo.inside("model", "download", "sam3", code=3)["error"]
    assert refused["kind"] == "unavailable"
    for step in ("1. open", "/facebook/sam3", "settings/tokens", "3. milimo model token"):
        assert step in refused["hint"]
    assert not hub.requests
    assert [job["id"] for job in milimo.inside("job", "list")] == before


def test_token_without_rights_is_reported_in_one_sentence(milimo: Milimo, hub: FakeHub) -> None:
    hub.add(
        "facebook/sam3",
        {"config.json": b"{}", "model.safetensors": safetensors({"a": (99, 9)})},
        gated="auto",
    )
    hub.tokens[TOKEN] = ()
    milimo.env["HF_TOKEN"] = TOKEN
    error = milimo.inside("model", "download", "sam3", code=1)["ended"][0]["error"]
    assert error.startswith("facebook/sam3 is gated")
    steps = milimo("model", "download", "sam3", code=1).stderr.decode()
    assert "1. open" in steps
    assert "Traceback" not in steps


def test_full_disk_is_reported_before_queueing(milimo: Milimo, hub: FakeHub) -> None:
    """The disk must have free space for the download plus a tenth. Row 82 of docs/replaced-behaviour.md."""
    free_bytes(milimo).write_text("75000000000")
    refused = milimo.inside("model", "download", "ltx-2", code=1)["error"]
    assert refused["kind"] == "disk_full"
    assert re.findall(r"[\d.]+ GB", refused["message"])[-2:] == ["75.9 GB", "75.0 GB"]
    assert not hub.requests


@pytest.mark.long("command_line")
def test_search_lists_repositories_and_local_models(milimo: Milimo, hub: FakeHub) -> None:
    """Results are sorted by number of downloads and show their state on this machine. Row 84 of
    docs/replaced-behaviour.md.
    """
    hub.add(KLEIN_HUB, klein(), downloads=10)
    hub.add("black-forest-labs/FLUX.2-new", klein(), downloads=99, gated="auto")
    hub.add("stranger/FLUX.2-mine", klein(), downloads=1000)
    found = milimo.inside("model", "search", "flux")
    assert [one["hub"] for one in found] == ["black-forest-labs/FLUX.2-new", KLEIN_HUB]
    assert (found[1]["id"], found[1]["state"]) == (KLEIN, "missing")
    assert found[0]["state"] == "not known here"
    assert [one["gated"] for one in found] == [True, False]
    assert found[0]["changed"].startswith("2026-11-01")
    assert [one["hub"] for one in milimo.inside("model", "search", "flux", "--author", "stranger")] == [
        "stranger/FLUX.2-mine"
    ]


def test_search_without_a_network_is_not_retried(milimo: Milimo) -> None:
    milimo.env["HF_ENDPOINT"] = "http://127.0.0.1:9"
    error = milimo.inside("model", "search", "flux", code=3)["error"]
    assert "127.0.0.1" in error["message"]
    assert "job" not in error["hint"]


@pytest.mark.long("command_line")
def test_update_compares_commits(milimo: Milimo, hub: FakeHub) -> None:
    """Versions are compared by commit, because the time of a file only tells when it was copied. Row 84 of
    docs/replaced-behaviour.md.
    """
    repository = hub.add(KLEIN_HUB, klein())
    milimo.inside("model", "download", KLEIN)
    assert milimo.inside("model", "update")[0]["newer"] is False
    repository.commit = "beef" + "0" * 36
    repository.files["scheduler/scheduler_config.json"] = b'{"shift": 5.0}'
    told = milimo.inside("model", "update")[0]
    assert (told["newer"], told["newest"]) == (True, "beef00000000")
    milimo.inside("model", "update", "--download")
    assert row(milimo, KLEIN)["revision"].startswith("beef")


@pytest.mark.long("command_line")
def test_setup_without_a_card_lists_what_to_rent_and_four_commands(milimo: Milimo) -> None:
    data = milimo.inside("model", "setup", "ltx2", code=3)
    assert len(data["commands"]) == 4
    rented = data["rent"]
    for card, fits in (
        (rented["least_gb"], True),
        (rented["card_gb"], True),
        (rented["least_gb"] // 2, False),
    ):
        plan = milimo.inside("engine", "explain", "ltx2", "--model", "ltx-2.5", "--card", str(card))
        assert plan["fits"] is fits, card
    text = milimo("model", "setup", "ltx2", code=3).stdout.decode()
    for word in (
        "rent",
        "4. milimo shot make",
        "min at 1 Gbit/s",
        "milimo model tiny ltx2",
        "--anyway",
        "GB on",
    ):
        assert word in text
    named = milimo.inside("model", "setup", "ltx2", "--model", "ltx-2.5-full", code=3)
    assert named["commands"][1].endswith("milimo model setup ltx2 --model ltx-2.5-full")
    needed = {model: find_card_sizes("ltx2", model) for model in ("ltx-2.5", "ltx-2.5-full")}
    assert named["rent"]["card_gb"] == needed["ltx-2.5-full"].ease
    assert rented["card_gb"] == needed["ltx-2.5"].ease


@pytest.mark.long("command_line")
def test_model_too_large_for_every_card_is_refused_with_an_alternative() -> None:
    """A request with far more pixels and frames than LTX-2's published size fits no card."""
    request = make_published_request("ltx2", "ltx-2.5")
    with pytest.raises(Refused) as refusal:
        find_sizes_for_request(replace(request, width=8192, height=8192, frames=2401, stages=1))
    facts = ("141 GB", "ltx-2.5", "8192×8192", "2401 frames")
    assert [each for each in facts if each not in refusal.value.message] == []
    assert "milimo engine explain ltx2 --model ltx-2.5 --card 141" in refusal.value.hint


def test_page_lists_the_cards_of_the_setup_ladder() -> None:
    page = (Path(__file__).parents[3] / "docs" / "weights.md").read_text()
    for family, ways in SETUPS.items():
        rows = ways[0].rows
        cards = find_card_sizes(family, ways[0].model)
        [line] = [line for line in page.splitlines() if line.startswith(f"| `{family}` |")]
        shipped = read_listings(Path("nowhere"))
        gigabytes = sum(estimate_download(model_lookup.row(id), shipped).bytes for id in rows) / 1e9
        assert line.endswith(f"| {gigabytes:.1f} | {cards.ease} GB | {cards.least} GB |"), line


def test_setup_asks_for_the_licence_and_downloads(milimo: Milimo, hub: FakeHub) -> None:
    hub.add(KLEIN_HUB, klein())
    refused = milimo.inside("model", "setup", "flux2", "--anyway", code=2)["error"]
    assert "Apache-2.0" in refused["message"]
    assert "--yes" in refused["hint"]
    assert not hub.requests
    done = milimo.inside("model", "setup", "flux2", "--anyway", "--yes")
    assert [end["state"] for end in done["ended"]] == ["done"]
    assert milimo.inside("model", "setup", "flux2", "--anyway", "--yes")["jobs"] == []


def test_setup_on_a_card_ends_with_a_test_take(
    milimo: Milimo, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test take is queued after the downloads that it needs. This machine has no card, so the take is not
    made.
    """
    for name, value in milimo.env.items():
        monkeypatch.setenv(name, value)
    hub.add(KLEIN_HUB, klein(1_000_000))
    hub.bytes_per_second = 200_000
    studio = Studio.open()
    args = validate_args(ModelSetupArgs, {"family": "flux2", "detach": True}, "model.setup")
    assert isinstance(args, ModelSetupArgs)
    told = run_setup_jobs(
        studio, args, ModelStore(studio.home.models), [model_lookup.row(KLEIN)], "mara", test=True
    )
    studio.close()
    fetch, take = told.data["jobs"]
    facts = re.findall(r"16\.0 GB|\d+ min(?= at)|10*0 Mbit/s|1 Gbit/s", told.message)
    assert facts == ["16.0 GB", "21 min", "100 Mbit/s", "2 min", "1 Gbit/s"]
    data = milimo.inside("job", "show", take)
    assert (data["kind"], data["depends_on"]) == ("make_picture", [fetch])
    assert data["state"] == "waiting"
    milimo.inside("job", "cancel", take)
    hub.bytes_per_second = 0
    wait_for(milimo, fetch, "done")


def test_offline_shell_downloads_nothing_while_a_supervisor_runs(milimo: Milimo, hub: FakeHub) -> None:
    hub.add(KLEIN_HUB, klein())
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        offline = Milimo({**milimo.env, name: "1"}, milimo.cwd)
        for words in (("model", "download", KLEIN), ("model", "use", "diffusers:mara/rain")):
            error = offline.inside(*words, code=3)["error"]
            assert error["kind"] == "unavailable"
            assert name in error["message"]
    assert not [job for job in milimo.inside("job", "list") if job["state"] in ("queued", "running")]
    assert not hub.file_requests()


def read_verify_hint(milimo: Milimo, id: str) -> str:
    """Verify damaged weights, and return the hint of the failed job."""
    [end] = milimo.inside("model", "verify", id, code=1)["ended"]
    return str(milimo.inside("job", "show", end["id"])["hint"])


def damage_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


@pytest.mark.long("command_line")
def test_repair_that_verify_names_can_be_run(milimo: Milimo, hub: FakeHub) -> None:
    """A LoRA of an unknown repository is downloaded again by its own id; a LoRA of a file can't be."""
    lora = safetensors(
        {"transformer.blocks.0.lora_A.weight": (4, 8), "transformer.blocks.0.lora_B.weight": (8, 4)}
    )
    hub.add("mara/rain", {"rain.safetensors": lora})
    named = ("--family", "flux2", "--role", "lora", "--file", "rain.safetensors")
    milimo.inside("model", "download", "mara/rain", *named)
    [path] = (milimo.home / "models" / "rain").glob("*.safetensors")
    damage_file(path)
    assert "milimo model download rain" in read_verify_hint(milimo, "rain")
    milimo.inside("model", "download", "rain")
    assert milimo.inside("model", "verify", "rain")["models"] == ["rain"]
    (milimo.cwd / "snow.safetensors").write_bytes(lora)
    [used] = milimo.inside("model", "use", "snow.safetensors", "--family", "flux2", "--role", "lora")
    damage_file(milimo.cwd / "snow.safetensors")
    hint = read_verify_hint(milimo, used["id"])
    assert "model download" not in hint
    assert str(milimo.cwd) in hint


@pytest.mark.long("command_line")
def test_damaged_tiny_weights_are_built_again_by_the_command_that_verify_names(milimo: Milimo) -> None:
    milimo.inside("model", "tiny", "flux2")
    id = next(row["id"] for row in milimo.inside("model", "list", "--family", "flux2") if row["tiny"])
    files = (milimo.home / "models" / id).rglob("*.safetensors")
    path = max(files, key=lambda file: file.stat().st_size)
    damage_file(path)
    hint = read_verify_hint(milimo, id)
    [command] = re.findall(r"milimo (model tiny \S+)", hint)
    milimo.inside(*command.split())
    assert milimo.inside("model", "verify", id)["models"] == [id]


def test_description_of_an_unknown_repository_is_shown(milimo: Milimo, hub: FakeHub) -> None:
    hub.add("mara/rain", {"rain.safetensors": safetensors({"transformer.x.lora_A.weight": (4, 8)})})
    refused = milimo.inside("model", "download", "mara/rain", code=2)["error"]
    assert "--family" in refused["hint"]
    milimo.inside("model", "download", "nothing-known", code=2)


@pytest.mark.long("command_line")
def test_worker_refuses_a_listing_larger_than_the_disk(milimo: Milimo, hub: FakeHub) -> None:
    """The sizes that the hub lists decide, because the sizes in the registry come from a documentation
    page.
    """
    repository = hub.add(KLEIN_HUB, klein(1_000_000))
    repository.sizes["vae/diffusion_pytorch_model.safetensors"] = 90_000_000_000
    free_bytes(milimo).write_text("30000000000")
    error = milimo.inside("model", "download", KLEIN, code=1)["ended"][0]["error"]
    assert "too little space" in error
    assert not hub.file_requests()


def test_pipeline_gets_no_id_of_other_weights(milimo: Milimo, hub: FakeHub) -> None:
    hub.add("Qwen/Qwen-Image", klein())
    refused = milimo.inside("model", "use", "diffusers:Qwen/Qwen-Image", "--name", "qwen-image", code=2)
    assert "qwen-image" in refused["error"]["message"]
    milimo.inside("model", "use", "diffusers:Qwen/Qwen-Image")
    found = ModelStore(Home(milimo.home).models).find_local_weights("qwen-qwen-image")
    assert found is not None
    assert (found.family, found.hub) == ("diffusers", "Qwen/Qwen-Image")
    assert milimo.inside("model", "use", "diffusers:Qwen/Qwen-Image")["here"] == ["qwen-qwen-image"]
