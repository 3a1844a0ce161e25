"""Hardware encoders are used where a test encode proves them, and else the reason is told."""

from __future__ import annotations

import pytest

from milimo_tui.cut.delivery.requests import DeliveryRequest, delivery_for
from milimo_tui.media.encode import hardware
from milimo_tui.media.encode.hardware import LISTED, chosen, proofs_of, proved
from tests.media.reading import delivery_of


@pytest.mark.parametrize("encoder", ["libx264", "libx265"])
def test_a_test_encode_proves_an_encoder_that_works(encoder: str) -> None:
    assert proved(encoder, "yuv420p") == ""


def test_an_encoder_that_is_not_built_in_is_told_of() -> None:
    assert proved("h264_videocore", "yuv420p") == "not in this build of FFmpeg"


@pytest.mark.parametrize("codec", LISTED)
def test_every_encoder_listed_works_or_has_its_reason(codec: str) -> None:
    proofs = proofs_of(codec, "yuv420p")
    assert all(proof.reason for proof in proofs[:-1])
    assert {proof.encoder for proof in proofs} <= set(LISTED[codec])


def test_what_does_not_work_is_written_in_software_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hardware.LISTED, "h265", ("h265_of_another_machine",))
    delivery, [note] = chosen(delivery_for(DeliveryRequest(preset="h265-10", hardware=True), "", 640, 360))
    assert delivery == delivery_of("h265-10")
    assert "libx265 is used (h265_of_another_machine: not in this build of FFmpeg)" in note


def test_an_encoder_that_works_takes_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hardware.LISTED, "h264", ("nothing", "libx264"))
    delivery, notes = chosen(delivery_for(DeliveryRequest(hardware=True), "", 640, 360))
    assert notes == ()
    assert delivery.picture is not None
    assert delivery.picture.encoder == "libx264"


def test_nobody_is_asked_where_none_is_wanted() -> None:
    assert chosen(delivery_of("av1")) == (delivery_of("av1"), ())
