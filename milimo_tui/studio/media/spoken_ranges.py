"""The ranges of a cut in which somebody speaks, measured in the sound of its clips.

A job of the quick lane measures each sound once. The result is stored in the film's cache.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from milimo_tui.core.errors import Failed, Refused
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.layout.strips import iterate_outputs
from milimo_tui.cut.plan.plan import RenderPlan, SoundClip
from milimo_tui.cut.plan.spoken_frames import (
    FrameRanges,
    Spans,
    list_spoken_frames,
    list_spoken_seconds,
)
from milimo_tui.cut.values.cut import Cut, Track, TrackKind
from milimo_tui.cut.values.mixer import MixRole
from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.engines.specs.file_specs import FindSpeech
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.media.files.measured_speech import SpeechSpans, locate_speech, read_measured_speech
from milimo_tui.studio.queue.waiting import describe_job_problem, wait_with_progress
from milimo_tui.studio.render.render_plan import plan_current_cut
from milimo_tui.studio.session.missing_cut import make_missing_cut_error
from milimo_tui.studio.session.studio import Studio


def measure_spoken_ranges(studio: Studio, sounds: Iterable[SoundClip], plan: RenderPlan) -> FrameRanges:
    """Return the ranges of frames in which somebody speaks in sounds of a plan. Sounds that were not measured
    yet are measured by jobs, and this function waits for them.

    Raises Failed if a file can't be measured, and Unavailable if the queue can't be reached.
    """
    chosen = list(sounds)
    paths = studio.require_project().paths
    known = _measure_missing_speech(studio, paths, set(_iterate_heard_sounds(chosen)))

    def find_speech(sound: SoundClip) -> Spans:
        inner = sound.media.plan
        if inner is not None:
            return list_spoken_seconds(inner.sounds, inner.rate, find_speech)
        return known[_get_heard_sound(sound)]

    return list_spoken_frames(chosen, plan.rate, find_speech)


def measure_speech_beside(
    studio: Studio, ducked: Collection[str], tracks: Collection[str] = ()
) -> FrameRanges:
    """Return the ranges of frames of the current cut in which somebody speaks, measured in the sound of other
    clips than the `ducked` clips. `tracks` are the names of the tracks with the speech; empty: see
    `choose_speech_sounds`.

    Raises NotFound if there is no cut, and the errors of `choose_speech_sounds` and `measure_spoken_ranges`.
    """
    snapshot = studio.take_snapshot()
    if snapshot.cut is None:
        raise make_missing_cut_error()
    plan = plan_current_cut(snapshot, studio.require_project())
    return measure_spoken_ranges(studio, choose_speech_sounds(snapshot.cut, plan, ducked, tracks), plan)


def choose_speech_sounds(
    cut: Cut, plan: RenderPlan, ducked: Collection[str], tracks: Collection[str]
) -> list[SoundClip]:
    """Return the sounds of a plan that are speech: the sounds on the named tracks. Without names, these are
    the sounds of tracks with the role dialogue or, if there are none, the sounds of video tracks and the
    sounds that are linked to a picture. If there are none either, these are all sounds on other tracks than
    the ducked clips.

    `ducked` are the ids of the clips that become softer. Raises Refused if there is no such sound.
    """
    clips = {clip.id: clip for clip in cut.clips}
    of_track = {track.id: track for track in cut.tracks}
    quiet = {of_track[clips[each].track].name for each in ducked}
    if tracks:
        found = [sound for sound in plan.sounds if sound.track in tracks and sound.clip not in ducked]
    else:
        pictures = {
            clip.link for clip in cut.clips if clip.link and of_track[clip.track].kind is TrackKind.VIDEO
        }
        others = [sound for sound in plan.sounds if sound.track not in quiet]
        found = [sound for sound in others if _has_role_dialogue(cut, of_track[clips[sound.clip].track])]
        found = (
            found
            or [
                sound
                for sound in others
                if of_track[clips[sound.clip].track].kind is TrackKind.VIDEO
                or clips[sound.clip].link in pictures
            ]
            or others
        )
    heard = dict.fromkeys(sound.track for sound in plan.sounds if sound.clip not in ducked)
    if not found and tracks and heard:
        raise Refused(
            f"nothing is heard on {', '.join(sorted(tracks))}",
            f"there is sound on {', '.join(heard)}: try --under {shlex.quote(next(iter(heard)))}",
        )
    if not found:
        raise Refused(
            "no other clip has sound in which to look for speech",
            "lay the speech on a track first: milimo cut overwrite --asset FILE",
        )
    return found


def _has_role_dialogue(cut: Cut, track: Track) -> bool:
    """Return True if the role of a track is dialogue. A track without a role has the role of its bus."""
    roles = (track.role, *(bus.role for bus in iterate_outputs(cut, track.bus)))
    return next((role for role in roles if role is not MixRole.NONE), MixRole.NONE) is MixRole.DIALOGUE


def _get_heard_sound(sound: SoundClip) -> HeardSound:
    return HeardSound(sound.media.path, sound.stream, sound.channels)


def _iterate_heard_sounds(sounds: Iterable[SoundClip]) -> Iterator[HeardSound]:
    for sound in sounds:
        if sound.media.plan is not None:
            yield from _iterate_heard_sounds(sound.media.plan.sounds)
        else:
            yield _get_heard_sound(sound)


def _measure_missing_speech(
    studio: Studio, paths: ProjectPaths, sounds: Collection[HeardSound]
) -> dict[HeardSound, SpeechSpans]:
    """Return the speech of each sound. Missing measurements are made by jobs."""

    def read(sound: HeardSound) -> SpeechSpans | None:
        return read_measured_speech(locate_speech(sound, paths.cache))

    known = {sound: read(sound) for sound in sounds}
    missing = sorted(sound for sound, spans in known.items() if spans is None)
    if missing:
        requests = [_make_measuring_request(studio, paths, sound) for sound in missing]
        ids = studio.require_client().submit_jobs(requests)
        jobs = wait_with_progress(studio, "sounds", ids)
        bad = [job for job in jobs.values() if job.state != "done"]
        if bad:
            raise Failed(describe_job_problem(bad[0]), bad[0].hint or "milimo job list shows the job")
        known |= {sound: read(sound) for sound in missing}
    return {sound: spans or () for sound, spans in known.items()}


def _make_measuring_request(studio: Studio, paths: ProjectPaths, sound: HeardSound) -> JobRequest:
    spec = FindSpeech(input=sound.path, stream=sound.stream, channels=sound.channels, cache=str(paths.cache))
    # The file names of imported media are hashes. A person knows the name of the asset.
    assets = studio.take_snapshot().story.assets
    names = (each.name for each in assets if paths.root / each.path == Path(sound.path))
    label = f"find speech in {next(names, '') or Path(sound.path).name}"
    return JobRequest(spec=spec.model_dump(mode="json"), label=label[:300], project=str(paths.root))
