"""Writing of stems: one sound file for every track, role or bus of a film. All stems added together are the
mix before the master.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import explain_os_error, fsync_folder, replace_file_atomically
from milimo_tui.core.ids import make_slug
from milimo_tui.cut.delivery.delivery import Delivery, SoundFormat
from milimo_tui.cut.delivery.stems import list_stems
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import CodedPacket
from milimo_tui.media.loudness.master import iterate_stems
from milimo_tui.media.render.film_file import FilmFile
from milimo_tui.media.render.soundtrack import encode_sound_packets
from milimo_tui.media.sound.samples import FilmSound

STAGE = "stems"
# A callback that gets the stage, the number of finished frames and the total number. It raises Cancelled to
# stop the work.
Progress = Callable[[str, int, int], None]


def write_stems(plan: RenderPlan, delivery: Delivery, folder: Path, progress: Progress) -> tuple[Path, ...]:
    """Write a file for every stem into a folder, which is created if necessary. Return the paths of the
    files. `delivery.stems` names the way to divide the sound.

    If the delivery has sound only, the stems have its format. If it also has pictures, the stems are 24-bit
    WAV with the sample rate and channels of the delivery. Each file gets its name only when it is complete.
    Raises BadInput for a film without sound, Failed with clip and timecode for a missing or damaged source,
    DiskFull and ReadOnly for a folder that cannot be written, and the exceptions of `progress`.
    """
    parts, each = list_stems(plan, delivery.stems), make_stem_delivery(delivery)
    sound = each.sound
    if not parts or sound is None:
        raise BadInput("there are no stems, because this film has no sound", "leave --stems out")
    rated = plan.model_copy(update={"sample_rate": formats.choose_sound_rate(plan, sound)})
    total, out = len(parts) * plan.frames, []
    try:
        folder.mkdir(exist_ok=True)
        stems = iterate_stems(
            rated,
            list_stems(rated, delivery.stems),
            sound.channels,
            delivery.loudness,
            lambda done, of: progress(STAGE, 0, total),
        )
        for number, (name, stem) in enumerate(stems):
            path = folder / f"{number + 1:02d}-{make_slug(name, 'track')}{each.suffix}"
            with contextlib.closing(stem):
                _write_stem(
                    rated,
                    each,
                    path,
                    _report_stem_progress(stem, rated, sound, progress, number * plan.frames, total),
                )
            out.append(path)
        fsync_folder(folder)
    except OSError as error:
        raise explain_os_error(error, folder, "write") from error
    return tuple(out)


def make_stem_delivery(delivery: Delivery) -> Delivery:
    """Return the delivery settings for one stem: those of a sound delivery, or else 24-bit WAV."""
    if delivery.picture is None:
        return delivery
    kept = delivery.sound or SoundFormat()
    wav = SoundFormat(codec="pcm_s24le", bit_rate=0, channels=kept.channels, sample_rate=kept.sample_rate)
    return delivery.model_copy(
        update={"picture": None, "container": "wav", "suffix": ".wav", "sound": wav, "chapters": ()}
    )


def _report_stem_progress(
    stem: FilmSound, plan: RenderPlan, sound: SoundFormat, progress: Progress, before: int, total: int
) -> Iterator[CodedPacket]:
    """Yield the packets of one stem and report progress every second.

    Progress is counted in frames over all stems together. `before` is the number of frames of earlier stems,
    and `total` the number of frames of all stems.
    """
    for second, packets in enumerate(encode_sound_packets(stem, plan, sound)):
        progress(STAGE, before + min(plan.frames, int(second * plan.rate)), total)
        yield from packets
    progress(STAGE, before + plan.frames, total)


def _write_stem(plan: RenderPlan, delivery: Delivery, path: Path, packets: Iterator[CodedPacket]) -> None:
    with replace_file_atomically(path) as partial, FilmFile(plan, delivery, partial) as film:
        film.set_sound_packets(packets)
        film.finish_film()
