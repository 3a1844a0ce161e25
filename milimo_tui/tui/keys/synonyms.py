"""Synonyms of commands and actions, by which users can find them. Pure data.

A row has the id of a command, or `ui.<action>` for a screen's action, and its synonyms, the most used first.
If several synonyms match, the first one is shown.
"""

from __future__ import annotations

from collections.abc import Mapping

ACTION_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "cut.set": (
        "louder",
        "softer",
        "quieter",
        "volume",
        "level",
        "fade in",
        "fade out",
        "transparent",
        "microphone",
        "lavalier",
        "channel",
    ),
    "cut.split": ("cut in half", "razor", "blade", "divide", "chop", "add edit"),
    "cut.remove": ("take out", "throw away", "erase", "clear"),
    "cut.ripple_delete": ("delete and close up", "extract"),
    "cut.transition": ("crossfade", "dissolve", "blend", "wipe", "fade to black", "dip"),
    "cut.transition_remove": ("no dissolve", "hard cut"),
    "cut.speed": ("slow motion", "slower", "faster", "reverse", "backwards", "time lapse", "retime"),
    "cut.freeze_frame": ("hold", "still", "pause the picture"),
    "ui.lines": ("voice over", "voices", "dialogue", "speak", "read aloud", "narration", "lines"),
    "line.say": ("voice over", "speak", "read aloud", "text to speech", "tts", "narration"),
    "line.record": ("voice over", "microphone", "dub", "adr"),
    "line.lay": ("dialogue track", "voice over on the timeline"),
    "voice.set": ("voices", "speaker", "accent", "narrator"),
    "voice.preview": ("hear the voice", "voices", "sample"),
    "cut.title": ("text", "caption", "lower third", "credits", "words on the picture"),
    "cut.effect": ("colour", "color", "grade", "contrast", "blur", "crop", "zoom", "rotate", "look"),
    "ui.captions": ("captions", "subtitles", "subtitle", "closed captions", "srt"),
    "ui.transcript": ("transcript", "words", "speech to text", "what is said"),
    "caption.make": ("captions", "subtitles", "subtitle"),
    "caption.import": ("captions", "subtitles", "srt", "vtt"),
    "caption.export": ("captions", "subtitles", "srt", "vtt"),
    "caption.style": ("subtitle colour", "burn in captions", "karaoke"),
    "transcript.make": ("transcribe", "speech to text", "dictation", "whisper"),
    "transcript.cut": ("delete words", "edit by words"),
    "transcript.tidy": ("silence", "pauses", "filler words", "um", "jump cuts"),
    "cut.keyframe": ("animate", "ramp", "automation"),
    "cut.clear_effects": ("no effects", "reset the look"),
    "cut.join": ("merge", "put together", "undo the split"),
    "ui.mixer": ("louder", "quieter", "volume", "balance", "faders", "levels", "mix", "loudness"),
    "mix.set": ("louder", "volume", "balance", "pan", "bus", "fader", "aux"),
    "mix.auto": ("balance the levels", "music under speech", "auto mix", "level everything"),
    "mix.automate": ("automation", "ride the fader", "volume over time"),
    "mix.bus_add": ("group", "submix", "aux", "subgroup"),
    "cut.track_set": ("mute", "solo", "lock", "silence"),
    "cut.track_add": ("new layer", "another track"),
    "cut.marker": ("bookmark", "flag"),
    "cut.note_add": ("comment", "remark", "remember"),
    "cut.freeze": ("version", "snapshot", "backup", "keep a copy"),
    "cut.duplicate": ("copy and paste", "repeat"),
    "cut.close_gap": ("remove the hole", "black between"),
    "cut.nest": ("group into one", "compound"),
    "cut.detach_sound": ("separate audio", "j-cut", "l-cut"),
    "cut.reframe": ("vertical", "aspect ratio", "square", "resolution", "resize"),
    "cut.place": ("put into the film", "missing shots"),
    "cut.export": ("xml", "edl", "resolve", "premiere", "final cut"),
    "cut.import": ("xml", "edl", "resolve", "premiere", "final cut"),
    "cut.undo": ("take back", "revert", "oops"),
    "cut.redo": ("do again",),
    "script.read": ("analyse the script", "breakdown", "parse with a model", "llm"),
    "script.transform": ("novel", "prose", "adapt", "short story"),
    "sequence.add": ("shot list", "previsualise", "cover a scene"),
    "scene.composition": ("variety", "180 degrees", "30 degrees", "screen direction"),
    "film.render": (
        "export",
        "save as mp4",
        "output",
        "deliver",
        "encode",
        "prores",
        "h.264",
        "make the film",
    ),
    "film.play": ("watch", "preview"),
    "shot.make": ("generate", "render the shot", "try again", "create a take"),
    "shot.retake": ("inpaint a shot", "video to video", "restyle", "outpaint", "fix a part of a take"),
    "shot.upscale": ("super resolution", "more frames", "interpolate", "larger take"),
    "shot.pick": ("choose", "use this take", "select"),
    "shot.rate": ("stars", "like", "reject", "thumbs"),
    "shot.set": ("camera", "close-up", "lens", "movement", "longer", "shorter", "prompt"),
    "shot.condition.add": ("image to video", "first frame", "reference", "start from a picture"),
    "shot.delete": ("remove the shot",),
    "shot.duplicate": ("copy the shot",),
    "element.add": ("character", "person", "place", "location", "prop", "cast"),
    "element.draw": ("portrait", "character sheet", "generate a picture"),
    "element.reference.add": ("photo of", "face", "actor"),
    "picture.make": ("image", "draw", "generate a picture"),
    "picture.mask.draw": ("rotoscope", "matte by hand", "brush a mask", "lasso"),
    "review.likeness": ("same face", "continuity", "consistent character"),
    "picture.inpaint": ("remove an object", "paint over", "retouch", "fix a part"),
    "picture.upscale": ("larger", "sharper", "super resolution"),
    "control.make": ("depth map", "pose", "skeleton", "edges", "canny", "motion track", "controlnet"),
    "picture.segment": ("cut out", "select an object", "rotoscope", "matte"),
    "picture.track": ("rotoscope", "follow an object"),
    "asset.add": ("import", "upload", "photo", "music", "footage", "open a file"),
    "asset.relink": ("offline", "missing file", "find a file"),
    "script.import": ("open a screenplay", "fountain", "load a script"),
    "storyboard.commit": ("apply the script", "make shots"),
    "storyboard.export": ("pdf", "print", "shot list"),
    "project.new": ("start", "create a film"),
    "project.duplicate": ("copy the film", "backup"),
    "sound.make": ("music", "ambience", "sound effects", "score", "foley", "soundtrack", "atmosphere"),
    "sound.lay": ("background music", "underscore", "bed"),
    "sound.fill": ("room tone", "silence between lines", "gap in the sound"),
    "sound.library.find": ("sound library", "stock sound", "find a sound"),
    "project.export": ("zip", "archive", "backup", "share"),
    "project.set": ("style", "look of the film", "frame rate", "aspect", "tag", "status"),
    "project.import": ("open another program's film", "migrate", "storycore", "milimo video"),
    "write.ask": ("chat", "talk", "question", "character"),
    "script.check": ("consistency", "continuity", "mistakes", "slips"),
    "element.face.draw": ("panorama", "cube map", "surroundings", "set"),
    "job.cancel": ("stop", "abort", "kill"),
    "job.pause": ("stop for a while", "hold"),
    "job.retry": ("try again", "failed"),
    "model.download": ("install", "get a model", "weights"),
    "model.use": ("choose a model", "which model"),
    "app.build": ("update", "out of date", "stale", "make again"),
    "app.clean": ("free space", "disk full", "cache"),
    "app.doctor": ("problem", "check", "something is wrong", "gpu"),
    "app.find": ("search", "where is", "look for"),
    "app.next": ("what now", "help", "stuck"),
    "bin.restore": ("undelete", "trash", "recover"),
    "review.comment": ("note on a take",),
    "ui.sound_effects": (
        "equalizer",
        "eq",
        "reverb",
        "compressor",
        "noise reduction",
        "hum",
        "telephone",
        "echo",
        "limiter",
        "pitch",
        "impulse response",
        "deeper voice",
    ),
    "ui.sound_stream": ("microphone", "lavalier", "channel", "audio track", "left", "right", "mono"),
    "ui.level": ("louder", "softer", "quieter", "volume", "fade"),
    "ui.dissolve": ("crossfade", "blend", "transition"),
    "ui.settings": ("preferences", "options", "configure", "config"),
    "ui.own_keys": ("shortcuts", "hotkeys", "rebind", "preset"),
    "ui.full_screen": ("large", "big picture", "cinema"),
    "ui.trim": ("longer", "shorter", "ripple", "roll", "slip", "slide"),
    "ui.match_frame": ("where does it come from", "source"),
    "ui.zoom_fit": ("see all", "whole film"),
    "ui.shell": ("terminal", "suspend"),
}


def get_synonyms(run: str) -> tuple[str, ...]:
    """Return the synonyms of a command or action, the most used first."""
    return ACTION_SYNONYMS.get(run, ())


def find_synonym(run: str, typed: str) -> str:
    """Return the synonym of a command or action that matches the typed text. A synonym that begins with the
    typed text is preferred. Otherwise, every typed word must be the beginning of a word of the synonym.
    Return an empty text if no synonym matches.
    """
    words = typed.split()
    own = get_synonyms(run)
    beginning = (each for each in own if each.startswith(typed))
    containing = (
        each
        for each in own
        if words and all(any(part.startswith(word) for part in each.split()) for word in words)
    )
    return next(beginning, "") or next(containing, "")
