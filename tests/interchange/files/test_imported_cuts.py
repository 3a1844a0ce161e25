"""Test of imported cuts: conversion to another frame rate, and media files that are found again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import PurePath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.follow.reframing import convert_cut_format
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.values.timing import get_source_span
from milimo_tui.interchange.files.relink import FileIndex, KnownMedia, MediaIndex, MediaMatch
from milimo_tui.interchange.values.bundle import CutBundle, Medium
from tests.interchange.strategies import RATES, bundles

TAKE = Medium(name="take.mov", path="/old/take.mov", digest="a" * 64, seconds=Fraction(10))


@pytest.mark.long("files")
@given(bundles(), st.sampled_from(RATES))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_conformed_cut_keeps_its_edges_to_the_frame(bundle: CutBundle, rate: Fraction) -> None:
    cut = bundle.cut
    fitted = convert_cut_format(cut, rate=rate, width=640, height=360, sample_rate=48000)
    assert (fitted.rate, fitted.width, fitted.height, fitted.sample_rate) == (rate, 640, 360, 48000)
    before, after = layout(cut), layout(fitted)
    pushed = 0
    for track in after.tracks:
        row = after.get_row(track.id)
        assert all(left.end <= right.start for left, right in pairwise(row))
        for placed in row:
            was = before.get_placed(placed.clip.id)
            assert placed.clip.frames >= 1
            # Backwards clips count from the end of their source span
            edge = 0 if placed.clip.effects.speed >= 0 else 1
            assert (
                (placed.clip.link and not edge)
                or (edge and not placed.clip.source_in)
                or (get_source_span(placed.clip, rate)[edge] == get_source_span(was.clip, cut.rate)[edge])
            )
            assert placed.clip.fade_in + placed.clip.fade_out <= placed.clip.frames
            pushed += placed.start != round_half_up(was.start * rate / cut.rate)
    assert _in_sync(after, rate) == _in_sync(before, cut.rate)
    if all(clip.frames * rate > cut.rate for clip in cut.clips):  # no clip is shorter than a frame
        assert pushed == 0
    if rate == cut.rate:
        assert fitted.clips == cut.clips


def _in_sync(laid_out: Layout, rate: Fraction) -> dict[str, Fraction]:
    """Return by link the offset in seconds between its two clips: how much later the second clip shows the
    same source time as the first.
    """
    shows: dict[str, list[Fraction]] = {}
    for clip in laid_out.cut.clips:
        if clip.link and clip.effects.speed > 0:
            begins = laid_out.get_start(clip.id) / rate
            shows.setdefault(clip.link, []).append(begins - clip.source_in / clip.effects.speed)
    return {link: second - first for link, (first, second) in shows.items()}


def known(**changed: object) -> KnownMedia:
    own = KnownMedia("asset_9", "take.mov", "/new/take.mov", "a" * 64, "video", (Fraction(10),))
    return replace(own, **changed)  # type: ignore[arg-type]


def test_media_are_found_by_id_then_hash_then_path_then_name() -> None:
    bare = replace(TAKE, digest="")
    assert MediaIndex([known()]).find_match(TAKE, "asset_9") == MediaMatch("asset_9", "id")
    assert MediaIndex([known(), known(id="b", path="/old/take.mov", digest="")]).find_match(
        TAKE, "other"
    ) == MediaMatch("asset_9", "hash")
    assert MediaIndex([known(), known(id="b", path="/old/take.mov")]).find_match(bare, "other") == MediaMatch(
        "b", "path"
    )
    assert MediaIndex([known()]).find_match(bare, "other") == MediaMatch("asset_9", "name")


def test_media_are_found_by_a_reel_which_has_no_suffix() -> None:
    reel = Medium(name="A001C003", seconds=Fraction(10))
    camera = known(name="A001C003.mxf", path="/new/0123.mxf")
    assert MediaIndex([camera]).find_match(reel, "x") == MediaMatch("asset_9", "name")
    alias = replace(reel, name="Wide", aliases=("A001C003",))
    assert MediaIndex([camera]).find_match(alias, "x") == MediaMatch("asset_9", "name")
    assert MediaIndex([camera, known(id="b", name="A001C003.wav")]).find_match(reel, "x") is None
    folder = PurePath("/cut")
    files = FileIndex([folder / "A001C003.edl", folder / "A001C003.mov", folder / "A001C003.txt"])
    assert files.list_candidate_paths(reel, folder) == [folder / "A001C003.mov"]


@pytest.mark.parametrize("name", ["TAKE É.MOV", "take e\u0301.mov", "C:\\Media\\TAKE É.mov"])
def test_names_differ_in_letter_case_and_composition_only(name: str) -> None:
    camera = known(name="Take É.mov", path="/new/Take É.mov")
    listed = Medium(name=name.rpartition("\\")[2], path=name, seconds=Fraction(10))
    assert MediaIndex([camera]).find_match(listed, "x") == MediaMatch("asset_9", "name")
    folder = PurePath("/cut")
    places = FileIndex([folder / "Take É.mov"]).list_candidate_paths(listed, folder)
    assert places[-1] == folder / "Take É.mov"
    # The file with the exact name comes first.
    exact = known(id="b", name=listed.name, path=f"/new/{listed.name}")
    assert MediaIndex([camera, exact]).find_match(listed, "x") == MediaMatch("b", "name")


def test_other_file_is_never_used() -> None:
    assert MediaIndex([known(digest="b" * 64, path="/old/take.mov")]).find_match(TAKE, "asset_9") is None
    bare = replace(TAKE, digest="")
    # Ambiguous: two media have this name
    assert MediaIndex([known(), known(id="b")]).find_match(bare, "x") is None
    # Same name but another length
    assert MediaIndex([known(lengths=(Fraction(60),))]).find_match(bare, "x") is None
    # A list may count the length of the picture or the length of the sound.
    own = known(lengths=(Fraction(60), Fraction(10)))
    assert MediaIndex([own]).find_match(bare, "x") == MediaMatch("asset_9", "name")
