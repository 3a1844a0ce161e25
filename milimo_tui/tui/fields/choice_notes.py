"""Short explanations of the choices in lists, such as shot sizes, movements, blends and transitions.

The tables are keyed by the name of the argument or setting. Pure data.
"""

from __future__ import annotations

from collections.abc import Mapping

from milimo_tui.cut.values import transition_kinds
from milimo_tui.cut.values.effects import TitleAlign, TitlePlace

Notes = Mapping[str, str]

SIZES: Notes = {
    "ECU": "eyes, a detail: nothing else exists",
    "CU": "a face: what is felt",
    "MCU": "head and shoulders: talk",
    "MS": "from the waist: talk and hands",
    "MLS": "from the knees: how somebody stands",
    "FS": "head to foot: how somebody moves",
    "LS": "small in the place: alone, or far",
    "WS": "the place, people in it: where we are",
    "EWS": "a landscape: how large the world is",
}
ANGLES: Notes = {
    "eye": "as one meets somebody",
    "low": "from below: strong, looming",
    "high": "from above: small, watched",
    "overhead": "straight down: a map, a pattern",
    "dutch": "tilted: something is wrong",
    "profile": "from the side: closed, in thought",
}
MOVEMENTS: Notes = {
    "static": "nothing moves",
    "pan left": "turns left: follows, or shows what is there",
    "pan right": "turns right: follows, or shows what is there",
    "tilt up": "looks up: how high it is",
    "tilt down": "looks down at the ground",
    "dolly in": "closer, slowly: a thought",
    "dolly out": "away: alone, the end of it",
    "dolly left": "slides left past things",
    "dolly right": "slides right past things",
    "track": "moves next to a walking person",
    "crane up": "rises to a high view",
    "crane down": "sinks into the place",
    "zoom in": "enlarges: noticed",
    "zoom out": "shows what is around",
    "arc": "around somebody: a turn",
    "rack": "from one to another by focus",
}
FUNCTIONS: Notes = {
    "single": "one person, or the thing itself",
    "two-shot": "two, as they stand to each other",
    "three-shot": "three in one frame",
    "group": "several people",
    "OTS": "over a shoulder: who is spoken to",
    "POV": "what somebody sees",
    "insert": "a thing, close: the story needs it",
    "cutaway": "something else meanwhile",
    "establishing": "where we are now",
    "reaction": "who listens",
    "reverse": "the other side of it",
}
RIGS: Notes = {
    "tripod": "stands still",
    "dolly": "glides",
    "handheld": "breathes: near, nervous",
    "steadicam": "floats along",
    "crane": "rises and sinks",
    "aerial": "from the air",
    "underwater": "in the water",
}
PIPELINES: Notes = {
    "auto": "by what the shot follows",
    "ti2vid": "from words, and a first picture",
    "keyframe": "through pictures at frames",
    "ic_lora": "after a clip or a control",
}
SCHEDULES: Notes = {"auto": "by the weights", "distilled": "few steps: quick", "full": "many steps: finer"}
CACHES: Notes = {
    "off": "every step is computed",
    "taylorseer": "some steps are foretold from those before",
    "mag": "steps that change little are left out (FLUX.2)",
}
STAGES: Notes = {
    "auto": "by size and card",
    "one": "at full size",
    "two": "half the size, then refined",
    "dfr": "two, with key frames made again",
}
BOARD_USES: Notes = {
    "auto": "begin with a drawn board, no previs panel",
    "on": "begin with its board",
    "off": "no board",
}
CONTINUINGS: Notes = {
    "end": "continues from its last frame",
    "closer": "a crop of its take",
    "under": "another picture over its sound",
}
CAMERA_LORAS: Notes = {
    "with": "with the words of the movement, where one is here",
    "instead": "instead of those words: it has to be here",
    "off": "none: the words alone",
}
MAPS: Notes = {
    "depth": "how far things are",
    "canny": "their outlines",
    "pose": "how bodies stand",
    "motion": "how things move",
}
CONTROLS: Notes = {
    "": "none: at a frame",
    **MAPS,
    "detail": "the picture itself, made finer",
    "deblur": "the picture itself, made sharp",
    "decompress": "the picture itself, its blocks gone",
    "colorize": "the picture itself, in colours",
    "night": "the picture itself, by night",
    "water": "the picture itself, with water",
    "empty": "the picture itself, people gone",
    "restore": "old footage, made clean",
}
COVERAGES: Notes = {
    "": "as the film is",
    "classical": "wide first, then closer as they talk",
    "handheld": "near, moving, few wides",
    "static": "few shots that stand still",
    "montage": "many short ones",
}
ELEMENT_KINDS: Notes = {
    "character": "who is seen or heard",
    "location": "where it plays",
    "object": "a thing that is handled",
}
BLENDS: Notes = {
    "normal": "covers what is below",
    "multiply": "darker: shadows, dirt",
    "screen": "lighter: smoke, light, rain on black",
    "overlay": "more contrast: textures",
    "darken": "the darker of both",
    "lighten": "the lighter of both",
    "add": "light on light: fire, flares",
    "difference": "what is not equal",
}
DAMAGES: Notes = {
    "refuse": "no film is made of it",
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
    TitlePlace.BOTTOM: "below: who speaks",
}
EASINGS: Notes = {
    "linear": "evenly",
    "ease-in": "slowly at first",
    "ease-out": "slowly at last",
    "ease": "slowly at both ends",
    "hold": "stays, then jumps",
}
SUBTITLES: Notes = {
    "none": "no file of them",
    "srt": "a separate file, for every player",
    "vtt": "a file for web pages",
    "embedded": "a track inside the film",
}
LEVELS: Notes = {
    "r128": "−23 LUFS: for broadcast",
    "web": "−14 LUFS: as streaming sites play it",
    "speech": "−16 LUFS: podcasts, talk",
}
FILM_SIZES: Notes = {
    "50%": "half of the cut's: to look at",
    "480p": "small, for mail and slow lines",
    "720p": "fine on a laptop",
    "1080p": "full HD: most deliveries",
    "2160p": "4K UHD",
}
RATES: Notes = {
    "23.976": "film, for NTSC lands",
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
    "draft": "not begun for good",
    "in-progress": "being made",
    "completed": "done, and shown",
    "archived": "put by",
}
BURNS: Notes = {
    "timecode": "hours, minutes, seconds, frames",
    "captions": "what is spoken, as letters",
    "watermark": "PREVIS over the picture",
    "slate": "three seconds of title, date and length",
}
PROMPT_LEVELS: Notes = {
    "shot": "this one alone",
    "scene": "all of its scene",
    "film": "all of the film",
}

# Examples shown for a field of free text, by the name of the field.
WRITTEN: Notes = {
    "heading": "such as INT. KITCHEN - NIGHT",
    "brief": "eight tense shots in a rain-wet market",
    "tags": "words to find it by, with commas between",
    "shift": "+12 later, -12 earlier: frames, 2s or 1:00",
}

# Explanations by the name of a setting or argument.
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
    "subjects": {
        "auto": "where its model has a way for it",
        "on": "by all means, or no take is made",
        "off": "words alone say who is in it",
    },
    "sound": {
        "auto": "new in a range of complete frames, otherwise unchanged",
        "new": "new in the range",
        "keep": "unchanged",
    },
    "makes": {
        "": "as its nodes that save tell",
        "clips": "takes come out of it",
        "pictures": "boards, and shots of one frame",
    },
    "board": BOARD_USES,
    "status": STATUSES,
    "face": {
        "auto": "by who stands where in it",
        "off": "no face of its place goes along",
        "front": "ahead, as the master does",
        "right": "to the right of that",
        "back": "the other way",
        "left": "to the left of it",
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
        "pdf": "pages to print and hand round",
    },
    "damaged": DAMAGES,
    "easing": EASINGS,
    "pitch": {"keep": "voices sound as they are", "tape": "higher where it is faster, as on tape"},
    "between": {"blend": "two frames are mixed", "nearest": "the nearest frame, sharp"},
    "which": {
        "rejected": "takes that were rejected",
        "unmarked": "takes that nobody picked, rated or rejected",
        "all": "every take that is not picked",
    },
    "align": ALIGNS,
    "place": PLACES,
    "subtitles": SUBTITLES,
    "loudness": LEVELS,
    "direction": {
        **DIRECTIONS,
        "forward": "from here to its end",
        "backward": "from here to its beginning",
        "both": "through all of it",
    },
    "kind": {
        **ELEMENT_KINDS,
        **TRANSITIONS,
        **MAPS,
        "": "of every kind",
        "video": "pictures",
        "audio": "sound",
        "all": "notes and markers",
        "note": "what somebody wrote",
        "marker": "a place of the cut",
    },
    "mode": {
        "auto": "by what stands in it",
        "screenplay": "headings, cues, dialogue",
        "freeform": "prose: every paragraph a shot",
        "numbered": "a numbered list of shots",
    },
    "lengths": {
        "keep": "clips stay as long as they are",
        "ripple": "clips become as long as their shots",
        "ask": "asks for each",
    },
    "layout": {"1": "one to a page", "3": "three", "6": "six", "9": "nine to a page"},
    "era": {
        "": "in the present",
        "flashback": "before it all",
        "flash-forward": "after it all",
        "dream": "in nobody's time",
    },
    "amount": {
        "": "says what is set",
        "full": "the studio draws attention by what moves",
        "reduced": "nothing moves but what is played",
    },
    "factor": {"2": "twice as wide and high", "4": "four times"},
    "by": {"hash": "a file of the same content", "name": "one of the same name", "path": "that very file"},
    "edge": {"head": "where it begins", "tail": "where it ends"},
    "keep": {
        "neither": "nothing is changed, and you are told",
        "mine": "as it is here",
        "theirs": "as it is on the other box",
    },
    "how": {
        "insert": "what comes after moves",
        "overwrite": "replaces what is there",
        "note": "in brackets, and not filmed",
        "line": "said, or seen",
    },
    "kinds": {
        "previews": "thumbnails, waveforms, proxies: come back by themselves",
        "caches": "what engines computed: comes back by itself",
        "workspaces": "what ended jobs left",
        "jobs": "past jobs and their logs",
        "rejected": "takes that were rejected",
        "unpicked": "takes not shown and not marked",
        "old-renders": "films that were rendered again later",
        "renders": "every rendered film",
        "weights": "weights that no film uses",
        "bin": "what was deleted before",
        "deleted-films": "complete films in the bin",
    },
    "log_level": {
        "debug": "everything, for who looks for a fault",
        "info": "what happens",
        "warning": "what may be wrong",
        "error": "what is wrong",
    },
    "backup": {"daily": "once a day, while the supervisor runs", "off": "only when you ask for it"},
    "where": {"user": "your own file, for every home", "home": "the file of this home alone"},
    "toggle": {
        "muted": "is not heard",
        "solo": "is heard alone",
        "locked": "no edit changes it",
        "hidden": "is not seen",
        "sync_lock": "moves when others ripple",
    },
    "as_": {
        "auto": "the best that this terminal has",
        "letters": "shades of letters",
        "blocks": "half blocks: two pixels a cell",
        "sextants": "six pixels a cell",
        "octants": "eight pixels a cell",
        "kitty": "true pictures, kitty's way",
        "iterm2": "true pictures, iTerm2's way",
        "sixel": "true pictures, as sixels",
    },
}


def get_choice_note(name: str, word: str) -> str:
    """Return the explanation of a choice; empty if there is none. `name` is the setting's name, `word` the
    choice.
    """
    return NOTES.get(name, {}).get(word, "")
