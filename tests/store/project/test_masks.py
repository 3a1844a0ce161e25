"""Test masks in a film: the masks of a job are recorded once, and are renamed, put in the bin, restored and
deleted for good.
"""

from __future__ import annotations

import pytest

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import Mask
from milimo_tui.story.values.film import Asset
from tests.store.samples import asset


def mask(object: int = 0, *, job: str = "job_1", source: str = "asset_photo") -> tuple[Mask, Asset]:
    made = Mask(
        id=f"mask_{job}_{object}",
        source=source,
        asset="",
        job=job,
        object=object,
        label="dog",
        score=0.5,
        box=(1, 2, 30, 40),
        seen=1,
    )
    return made, asset(f"{job}_{object}")


@pytest.fixture
def masked(film: ProjectFile) -> ProjectFile:
    film.facts.add_asset(asset("photo"))
    assert film.facts.add_masks([mask(), mask(1), mask(2)])
    return film


def test_masks_of_a_job_are_recorded_once_with_their_facts(masked: ProjectFile) -> None:
    assert not masked.facts.add_masks([mask(), mask(1)])
    found = masked.facts.list_masks()
    assert [one.object for one in found] == [0, 1, 2]
    assert found[1].box == (1, 2, 30, 40)
    assert (found[1].label, found[1].score, found[1].seen) == ("dog", 0.5, 1)
    assert {one.asset for one in found} <= {one.id for one in masked.load_story().assets}
    assert masked.facts.list_masks(job="job_1") == masked.facts.list_masks(source="asset_photo") == found
    assert masked.facts.list_masks(job="another") == masked.facts.list_masks(source="another") == ()


def test_mask_of_something_outside_the_film_is_refused(film: ProjectFile) -> None:
    with pytest.raises(NotFound, match="no longer"):
        film.facts.add_masks([mask()])
    assert film.facts.list_masks() == ()


def test_row_54_mask_is_renamed(masked: ProjectFile) -> None:
    masked.facts.label_mask("mask_job_1_1", "left dog")
    assert [one.label for one in masked.facts.list_masks()] == ["dog", "left dog", "dog"]
    with pytest.raises(NotFound):
        masked.facts.label_mask("none", "x")


def test_deleted_mask_is_in_the_bin_and_restored(masked: ProjectFile) -> None:
    masked.bin.put_mask("mask_job_1_1")
    assert [one.object for one in masked.facts.list_masks()] == [0, 2]
    assert [(one.kind, one.name) for one in masked.bin.list_items()] == [("mask", "dog")]
    assert masked.bin.restore_item("mask_job_1_1").kind == "mask"
    assert len(masked.facts.list_masks()) == 3


def test_emptying_the_bin_deletes_the_file_used_only_there(masked: ProjectFile, paths: ProjectPaths) -> None:
    masked.facts.add_masks([(mask(job="job_2")[0], mask(1)[1])])  # a second mask with the same file
    masked.bin.put_mask("mask_job_1_1")
    masked.bin.put_mask("mask_job_1_2")
    gone = masked.bin.delete_all_items()
    assert gone == (paths.root / mask(2)[1].path,)
    assert [one.id for one in masked.facts.list_masks()] == ["mask_job_1_0", "mask_job_2_0"]


def test_source_of_a_mask_stays_until_the_mask_is_deleted(masked: ProjectFile) -> None:
    with pytest.raises(Refused, match="used by a mask"):
        masked.bin.put_asset("asset_photo")
    for one in masked.facts.list_masks():
        masked.bin.put_mask(one.id)
    masked.bin.put_asset("asset_photo")
    masked.bin.delete_all_items()
    assert masked.bin.list_items() == ()
    assert masked.facts.list_masks() == ()
