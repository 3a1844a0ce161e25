"""Test hardware encoders: an encoder is used only after a successful test encode, otherwise the reason is
reported.
"""

from __future__ import annotations

import pytest

from milimo_tui.cut.delivery.requests import DeliveryRequest, build_delivery
from milimo_tui.media.encode import hardware
from milimo_tui.media.encode.hardware import (
    HARDWARE_ENCODERS,
    choose_encoder,
    prove_encoder,
    prove_encoders_of_codec,
)
from tests.media.reading import delivery_of


@pytest.mark.parametrize("encoder", ["libx264", "libx265"])
def test_test_encode_proves_a_working_encoder(encoder: str) -> None:
    assert prove_encoder(encoder, "yuv420p") == ""


def test_encoder_that_is_not_built_in_is_reported() -> None:
    assert prove_encoder("h264_videocore", "yuv420p") == "not in this build of FFmpeg"


@pytest.mark.parametrize("codec", HARDWARE_ENCODERS)
def test_every_listed_encoder_works_or_has_its_reason(codec: str) -> None:
    proofs = prove_encoders_of_codec(codec, "yuv420p")
    assert all(proof.reason for proof in proofs[:-1])
    assert {proof.encoder for proof in proofs} <= set(HARDWARE_ENCODERS[codec])


def test_broken_hardware_encoder_is_replaced_by_software_and_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(hardware.HARDWARE_ENCODERS, "h265", ("h265_of_another_machine",))
    delivery, [note] = choose_encoder(
        build_delivery(DeliveryRequest(preset="h265-10", hardware=True), "", 640, 360)
    )
    assert delivery == delivery_of("h265-10")
    assert "libx265 is used (h265_of_another_machine: not in this build of FFmpeg)" in note


def test_working_hardware_encoder_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hardware.HARDWARE_ENCODERS, "h264", ("nothing", "libx264"))
    delivery, notes = choose_encoder(build_delivery(DeliveryRequest(hardware=True), "", 640, 360))
    assert notes == ()
    assert delivery.picture is not None
    assert delivery.picture.encoder == "libx264"


def test_no_encoder_is_tested_unless_wanted() -> None:
    assert choose_encoder(delivery_of("av1")) == (delivery_of("av1"), ())
