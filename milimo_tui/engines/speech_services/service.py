"""The engine that sends lines to a service with OpenAI's protocol (`POST /audio/speech`).

Source of the protocol: platform.openai.com/docs/api-reference/audio/createSpeech.
"""

from __future__ import annotations

import time
from contextlib import closing

from milimo_tui.core.errors import BadInput, Failed, Unavailable
from milimo_tui.core.host import read_settings
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.settings import Settings
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.provenance import MEDIA_LIBRARIES, build_provenance_texts
from milimo_tui.engines.remote.http_call import HttpRequest, make_json_request, stream_response
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.speech.spoken_file import finish_spoken_line
from milimo_tui.engines.speech_services.foreign_sound import compute_most_bytes, read_foreign_sound
from milimo_tui.engines.speech_services.speaker_settings import make_voice_service
from milimo_tui.media.sound.changed_speed import change_pitch_and_pace

_LETTERS_OF_ERROR = 120  # The longest part of the service's own message that an error contains.
_STYLES = {"whispered": "Whisper.", "shouted": "Shout."}


class VoiceService:
    """The engine that speaks lines by a service. It has no state between jobs."""

    name = "voice-service"

    def load(self) -> None:
        """Do nothing: the service has the model."""

    def unload(self) -> None:
        """Do nothing: the engine has no state between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Speak one line. Every error of the service is raised as Unavailable or Failed with one sentence."""
        if not isinstance(spec, MakeSpeech):
            raise BadInput(f"a voice service can't do “{spec.kind}”", "it speaks lines")
        settings, _ = read_settings()
        service = make_voice_service(settings)
        context.progress("speaking", 0, 1)
        path = context.workspace / "answer"
        request = _make_speech_request(spec, settings)
        path.write_bytes(_fetch_sound(service, request, compute_most_bytes(spec.seconds), context))
        sound, sample_rate = read_foreign_sound(path, service.where, spec.seconds)
        path.unlink()
        # The service spoke at the pace already.
        sound = change_pitch_and_pace(sound, sample_rate, semitones=spec.pitch, pace=1)
        context.progress("speaking", 1, 1)
        notes = ("a recording has no effect on the voice of a service",) if spec.reference else ()
        tags = build_provenance_texts(
            spec, libraries=MEDIA_LIBRARIES, service=service.shown, model_name=settings.voice_service_model
        )
        return finish_spoken_line(spec, context, sound, sample_rate, notes=notes, metadata=tags)


def _make_speech_request(spec: MakeSpeech, settings: Settings) -> HttpRequest:
    body: dict[str, str | float] = {
        "model": spec.model or settings.voice_service_model,
        "input": spec.text,
        "voice": spec.voice or settings.voice_service_voice,
        "response_format": "wav",
    }
    if spec.pace != 1:
        body |= {"speed": spec.pace}
    if spec.style in _STYLES:
        body |= {"instructions": _STYLES[spec.style]}
    request = make_json_request("/audio/speech", body)
    return HttpRequest(path=request.path, body=request.body, by_line=False)


def _fetch_sound(service: RemoteService, request: HttpRequest, most: int, context: Context) -> bytes:
    """Return the complete answer of a service. `most` is its greatest size in bytes, and the service's
    `seconds` limit the time until its last byte.
    """
    end = time.monotonic() + service.seconds

    def check_progress() -> None:
        context.progress("speaking", 0, 1)
        if time.monotonic() > end:
            raise Failed(
                f"{service.where} did not finish its answer within {service.seconds:g} s",
                f"milimo config set {service.patience} SECONDS waits longer; "
                "milimo job retry sends the request again",
            )

    answer = bytearray()
    try:
        with closing(stream_response(service, request, check_progress)) as pieces:
            for piece in pieces:
                check_progress()
                answer += piece
                if len(answer) > most:
                    raise Failed(
                        f"{service.where} answered with more than {most / 1e6:.0f} MB",
                        "check that its answer is one spoken line in WAV",
                    )
    except ErrorResponse as response:
        raise _explain_error_response(service, response) from None
    if not answer:
        raise Failed(f"{service.where} answered with nothing", "milimo job retry sends the request again")
    return bytes(answer)


def _explain_error_response(service: RemoteService, response: ErrorResponse) -> Failed | Unavailable:
    message = f"({response.status}): {clean_one_line(response.message, _LETTERS_OF_ERROR)}"
    if response.status in (401, 403):
        return Unavailable(
            f"{service.where} does not accept this key {message}",
            "milimo config set voice_service_key KEY corrects it",
        )
    if 300 <= response.status < 400 or response.status == 405:
        advice = "check the address: milimo config set voice_service_url ADDRESS"
    elif response.status == 404:
        advice = "check voice_service_url, which often ends in /v1, and voice_service_model"
    else:
        advice = "check voice_service_model and the voice of the character"
    return Failed(f"{service.where} did not speak the line {message}", advice)
