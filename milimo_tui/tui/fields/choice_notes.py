"""Short explanations of the choices in lists, such as shot sizes, movements, blends and transitions.

The tables are keyed by the name of the argument or setting. Pure data.
"""

from __future__ import annotations

from collections.abc import Mapping

from milimo_tui.cut.values import transition_kinds
from milimo_tui.cut.values.effects import TitleAlign, TitlePlace

Notes = Mapping[str, str]

SIZES: Notes = {
    "ECU": "eyes or a detail fill the frame",
    "CU": "a face: emotions",
    "MCU": "head and shoulders: talk",
    "MS": "from the waist up: talk and hands",
    "MLS": "from the knees up: posture",
    "FS": "head to foot: movement",
    "LS": "a small figure: alone, or far away",
    "WS": "the place and its people: where we are",
    "EWS": "a landscape: its scale",
}
ANGLES: Notes = {
    "eye": "at eye level: neutral",
    "low": "from below: strong, looming",
    "high": "from above: small, watched",
    "overhead": "straight down: a map, a pattern",
    "dutch": "tilted: something is wrong",
    "profile": "from the side: withdrawn, pensive",
}
MOVEMENTS: Notes = {
    "static": "nothing moves",
    "pan left": "turns left: follows, or reveals",
    "pan right": "turns right: follows, or reveals",
    "tilt up": "looks up: shows height",
    "tilt down": "looks down at the ground",
    "dolly in": "slowly closer: a thought",
    "dolly out": "away: loneliness, an ending",
    "dolly left": "slides left past things",
    "dolly right": "slides right past things",
    "track": "moves next to a walking person",
    "crane up": "rises to a high view",
    "crane down": "sinks to a low view",
    "zoom in": "enlarges a detail",
    "zoom out": "shows what is around",
    "arc": "circles somebody",
    "rack": "shifts focus to another",
}
FUNCTIONS: Notes = {
    "single": "one person, or the thing itself",
    "two-shot": "two people and their relation",
    "three-shot": "three in one frame",
    "group": "several people",
    "OTS": "over a shoulder: who is spoken to",
    "POV": "what somebody sees",
    "insert": "a close view of an important thing",
    "cutaway": "something else at that time",
    "establishing": "where we are now",
    "reaction": "who listens",
    "reverse": "the opposite view",
}
RIGS: Notes = {
    "tripod": "stands still",
    "dolly": "glides",
    "handheld": "shaky: near, nervous",
    "steadicam": "floats along",
    "crane": "rises and sinks",
    "aerial": "from the air",
    "underwater": "in the water",
}
PIPELINES: Notes = {
    "auto": "by the shot's inputs",
    "ti2vid": "from words and a first picture",
    "keyframe": "from pictures at given frames",
    "ic_lora": "from a clip or a control",
}
SCHEDULES: Notes = {"auto": "by the weights", "distilled": "few steps: quick", "full": "many steps: finer"}
CACHES: Notes = {
    "off": "every step is computed",
    "taylorseer": "some steps are predicted from earlier ones",
    "mag": "steps that change little are left out (FLUX.2)",
}
STAGES: Notes = {
    "auto": "by size and GPU",
    "one": "at full size",
    "two": "half the size, then refined",
    "dfr": "two, with key frames made again",
}
BOARD_USES: Notes = {
    "auto": "begin with a drawn board, not with previs",
    "on": "begin with its board",
    "off": "no board",
}
CONTINUINGS: Notes = {
    "end": "continues from its last frame",
    "closer": "a crop of its take",
    "under": "another picture over its sound",
}
CAMERA_LORAS: Notes = {
    "with": "in addition to the movement's words, if installed",
    "instead": "instead of those words; must be installed",
    "off": "none: only the words",
}
MAPS: Notes = {
    "depth": "how far off things are",
    "canny": "their outlines",
    "pose": "poses of bodies",
    "motion": "how things move",
}
CONTROLS: Notes = {
    "": "none: at a frame",
    **MAPS,
    "detail": "the picture itself, made finer",
    "deblur": "the picture itself, made sharp",
    "decompress": "the picture itself, without blocks",
    "colorize": "the picture itself, in colours",
    "night": "the picture itself, at night",
    "water": "the picture itself, with water",
    "empty": "the picture itself, without people",
    "restore": "old footage, made clean",
}
COVERAGES: Notes = {
    "": "the film's style",
    "classical": "wide first, then closer as they talk",
    "handheld": "near, moving, few wides",
    "static": "few shots, fixed camera",
    "montage": "many short shots",
}
ELEMENT_KINDS: Notes = {
    "character": "who is seen or heard",
    "location": "where scenes play",
    "object": "a thing somebody uses",
}
BLENDS: Notes = {
    "normal": "covers what is below",
    "multiply": "darker: shadows, dirt",
    "screen": "lighter: smoke, light, rain on black",
    "overlay": "more contrast: textures",
    "darken": "the darker of both",
    "lighten": "the lighter of both",
    "add": "adds light: fire, flares",
    "difference": "only what differs",
}
DAMAGES: Notes = {
    "refuse": "the film isn't rendered",
    "hold": "the last good picture stays",
    "black": "black and silence",
}
TRANSITIONS: Notes = {
    "none": "a hard cut",
    **{kind: row.note for kind, row in transition_kinds.TRANSITIONS.items()},
}
DIRECTIONS: Notes = {"left": "to the left", "right": "to the right", "up": "upwards", "down": "downwards"}
ALIGNS: Notes = {
    TitleAlign.LEFT: "at the left edge", TitleAlign.CENTRE: "in the middle",
    TitleAlign.RIGHT: "at the right edge",
}  # fmt: skip
PLACES: Notes = {
    TitlePlace.TOP: "above",
    TitlePlace.MIDDLE: "in the middle: a card",
    TitlePlace.BOTTOM: "below: a lower third",
}
EASINGS: Notes = {
    "linear": "evenly",
    "ease-in": "slowly at first",
    "ease-out": "slowly at the end",
    "ease": "slowly at both ends",
    "hold": "stays, then jumps",
}
SUBTITLES: Notes = {
    "none": "no subtitles",
    "srt": "a separate file, for every player",
    "vtt": "a file for web pages",
    "embedded": "a track inside the film",
}
LEVELS: Notes = {
    "cinema": "−27 LUFS of the dialogue: films for streaming",
    "atsc": "−24 LUFS: broadcast in America",
    "r128": "−23 LUFS: broadcast in Europe",
    "web": "−14 LUFS: as streaming sites play it",
    "speech": "−16 LUFS: podcasts, talk; with a mono check",
}
FILM_SIZES: Notes = {
    "50%": "half the cut's size: a preview",
    "480p": "small, for mail and slow links",
    "720p": "fine on a laptop",
    "1080p": "full HD: most deliveries",
    "2160p": "4K UHD",
}
RATES: Notes = {
    "23.976": "film, in NTSC regions",
    "24": "cinema",
    "25": "PAL: Europe",
    "29.97": "NTSC video",
    "30": "the web",
    "50": "PAL, smooth",
    "60": "the web, smooth",
}
# Frame rates for a new film, the most used first.
RATE_ORDER = ("24", "25", "30", "50", "60", "23.976", "29.97")
STATUSES: Notes = {
    "draft": "not in production yet",
    "in-progress": "being made",
    "completed": "finished",
    "archived": "put away",
}
BURNS: Notes = {
    "timecode": "hours, minutes, seconds, frames",
    "captions": "the dialogue as text",
    "watermark": "PREVIS over the picture",
    "slate": "three seconds of title, date and length",
}
PROMPT_LEVELS: Notes = {
    "shot": "only this shot",
    "scene": "its entire scene",
    "film": "the entire film",
}

# Examples shown for a field of free text, by the name of the field.
WRITTEN: Notes = {
    "heading": "such as INT. KITCHEN - NIGHT",
    "brief": "eight tense shots in a rain-wet market",
    "tags": "words to find it by, separated by commas",
    "shift": "+12 later, -12 earlier: frames, 2s or 1:00",
}

# Explanations by the name of a setting or argument.
_RULES_DECIDE = "the rules decide"
SOUND_GENRES: Notes = {
    "": _RULES_DECIDE,
    "adventure": "orchestra, horns, rolling drums",
    "drama": "piano, cello, a few strings",
    "horror": "dissonant strings, low rumble",
    "documentary": "sparse piano, soft pads",
    "comedy": "woodwinds, plucked strings",
    "sci-fi": "synthesizers, pulsing bass",
    "fantasy": "harp, flute, choir",
    "action": "driving drums, brass",
}
SCENE_ACTIONS: Notes = {
    "": _RULES_DECIDE,
    "explosion": "a controlled peak; pitch falls",
    "bullet_time": "70 BPM; dynamics drop",
    "fight": "145 BPM; modulation",
    "chase": "145 BPM",
    "infiltration": "quiet; effects muffled",
    "dialogue": "people talk",
    "revelation": "something is found out",
    "tension": "85 BPM",
    "calm": "quiet",
    "emotional": "quiet; music at full level",
}
SOUND_RHYTHMS: Notes = {
    "": _RULES_DECIDE,
    "slow": "80 BPM",
    "normal": "110 BPM",
    "fast": "140 BPM",
    "hyper": "160 BPM",
    "slow_motion": "effects muffled",
}
INTENSITIES: Notes = {
    "": _RULES_DECIDE,
    "low": "soft and sparse",
    "medium": "neither soft nor loud",
    "high": "loud and dense",
    "evolving": "grows towards the end",
}
STEMS: Notes = {
    "": "all instruments together",
    "base": "harmonic bed, −3 dB",
    "melody": "main theme, 0 dB",
    "percussion": "drums, −2 dB",
    "bass": "bass line, −4 dB, mono",
    "fx": "risers and hits, −6 dB",
    "drones": "long still tones, −8 dB",
}
NOTES: Mapping[str, Notes] = {
    "size": SIZES,
    "angle": ANGLES,
    "movement": MOVEMENTS,
    "function": FUNCTIONS,
    "rig": RIGS,
    "pipeline": PIPELINES,
    "schedule": SCHEDULES,
    "stages": STAGES,
    "cache": CACHES,
    "cues": {
        "auto": "the script if it has dialogue, otherwise the sound",
        "script": "the times of the script's dialogue",
        "speech": "measured in the sound of other clips",
    },
    "subjects": {
        "auto": "if the model supports it",
        "on": "always; otherwise no take is made",
        "off": "only words describe the cast",
    },
    "sound": {
        "auto": "new in a range of complete frames, otherwise unchanged",
        "new": "new in the range",
        "keep": "unchanged",
    },
    "makes": {
        "": "by its nodes that save",
        "clips": "it makes takes",
        "pictures": "boards, and shots of one frame",
    },
    "board": BOARD_USES,
    "status": STATUSES,
    "face": {
        "auto": "by the cast's positions",
        "off": "no picture of the place is sent",
        "front": "ahead, as in the master",
        "right": "to the right",
        "back": "the opposite side",
        "left": "to the left",
        "up": "the ceiling, the sky",
        "down": "the floor, the ground",
    },
    "continues_as": CONTINUINGS,
    "control": CONTROLS,
    "camera_lora": CAMERA_LORAS,
    "coverage": COVERAGES,
    "blend": BLENDS,
    "form": {
        "fountain": "text that any editor opens",
        "fdx": "Final Draft, into the file it came from",
        "pdf": "pages to print and hand out",
    },
    "damaged": DAMAGES,
    "easing": EASINGS,
    "pitch": {"keep": "voices keep their pitch", "tape": "higher if faster, as on tape"},
    "between": {"blend": "two frames are mixed", "nearest": "the nearest frame, sharp"},
    "which": {
        "rejected": "takes that were rejected",
        "unmarked": "takes that nobody picked, rated or rejected",
        "all": "every take that is not picked",
    },
    "align": ALIGNS,
    "place": {**PLACES, "": "as its track has it"},
    "parameter": {
        "volume": "added to the fader",
        "ducking": "added to the fader; the automatic mix sets it",
        "pan": "instead of the pan of the strip",
    },
    "mood": {
        "": "music at −6 dB",
        "action": "music at −6 dB",
        "tension": "music at −3 dB",
        "emotion": "music at 0 dB",
    },
    "subtitles": SUBTITLES,
    "stems": {
        "": "no stems",
        "track": "a sound file for each track",
        "role": "for dialogue, effects, ambience and music",
        "bus": "for each bus and track that goes to the master",
    },
    "loudness": LEVELS,
    "direction": {
        **DIRECTIONS,
        "forward": "from here to its end",
        "backward": "from here to its beginning",
        "both": "in both directions",
    },
    "role": {
        "none": "no role in the mix",
        "dialogue": "spoken lines",
        "effects": "foley and sound effects",
        "music": "score under the film",
        "effect": "foley and sound effects",
        "ambience": "room tone and background",
    },
    "genre": SOUND_GENRES,
    "action": SCENE_ACTIONS,
    "rhythm": SOUND_RHYTHMS,
    "intensity": INTENSITIES,
    "stem": STEMS,
    "kind": {
        "music": "genre, tempo and stems of music",
        "effects": "tracks, levels and filters of effects",
        "voice": "emotion and pace of each line",
        **ELEMENT_KINDS,
        **TRANSITIONS,
        **MAPS,
        "": "every kind",
        "video": "pictures",
        "audio": "sound",
        "all": "notes and markers",
        "note": "a written note",
        "marker": "a marked frame",
    },
    "mode": {
        "auto": "by its contents",
        "screenplay": "headings, cues, dialogue",
        "freeform": "prose: one shot per paragraph",
        "numbered": "a numbered list of shots",
    },
    "lengths": {
        "keep": "clips stay as long as they are",
        "ripple": "clips become as long as their shots",
        "ask": "asks for each",
    },
    "cuts": {
        "keep": "edited cuts keep their size",
        "follow": "edited cuts take the film's size",
        "ask": "asks if a cut was edited",
    },
    "layout": {"1": "one to a page", "3": "three", "6": "six", "9": "nine to a page"},
    "era": {
        "": "in the present",
        "flashback": "an earlier time",
        "flash-forward": "a later time",
        "dream": "imagined events",
    },
    "amount": {
        "": "shows the setting",
        "full": "the studio uses animations",
        "reduced": "nothing moves except playback",
    },
    "factor": {"2": "twice as wide and high", "4": "four times"},
    "by": {
        "hash": "a file of the same content",
        "name": "a file of the same name",
        "path": "exactly this file",
    },
    "edge": {"head": "where it begins", "tail": "where it ends"},
    "keep": {
        "neither": "nothing is changed, only reported",
        "mine": "as it is here",
        "theirs": "as it is on the other box",
    },
    "how": {
        "insert": "later clips move",
        "overwrite": "replaces what is there",
        "note": "in brackets, and not filmed",
        "line": "spoken or seen",
    },
    "kinds": {
        "previews": "thumbnails, waveforms, proxies: made again if needed",
        "caches": "engines' results: computed again if needed",
        "workspaces": "files of ended jobs",
        "jobs": "past jobs and their logs",
        "rejected": "takes that were rejected",
        "unpicked": "takes not shown and not marked",
        "old-renders": "films that were rendered again later",
        "renders": "every rendered film",
        "weights": "weights that no film uses",
        "bin": "things deleted earlier",
        "deleted-films": "complete films in the bin",
    },
    "log_level": {
        "debug": "everything, for finding faults",
        "info": "what happens",
        "warning": "warnings and errors",
        "error": "errors only",
    },
    "backup": {"daily": "once a day, while the supervisor runs", "off": "only when you ask for it"},
    "where": {"user": "your own file, for every home", "home": "only the file of this home"},
    "toggle": {
        "muted": "is not heard",
        "solo": "is heard alone",
        "locked": "no edit changes it",
        "hidden": "is not seen",
        "sync_lock": "moves when others ripple",
    },
    "as_": {
        "auto": "the best that the terminal can show",
        "letters": "shades of letters",
        "blocks": "half blocks: two pixels a cell",
        "sextants": "six pixels a cell",
        "octants": "eight pixels a cell",
        "kitty": "true pictures, kitty protocol",
        "iterm2": "true pictures, iTerm2 protocol",
        "sixel": "true pictures, as sixels",
    },
}


def get_choice_note(name: str, word: str) -> str:
    """Return the explanation of a choice; empty if there is none. `name` is the setting's name, `word` the
    choice.
    """
    return NOTES.get(name, {}).get(word, "")
