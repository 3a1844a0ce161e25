"""Patterns for people who enter or leave a picture: by walking, by being sent out, or only with the head."""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily

_IN = (
    r"in(?:side)?\b"
    r"(?! (?:an?|the|his|her|their|its|this|that|for|to|on|front|and|with|among|between|under|after)\b)"
)
# Things that a person can be “out of” without leaving the place: shoes, words, bed, the way.
_NO_PLACE = "|".join(
    (
        "shoes?|boots?|slippers|socks|clothes|coat|jacket|dress|shirt|skirt|trousers|pants|jeans|gown|suit|robe",
        "nightgown|uniform|gloves?|apron|shadow|words|breath|time|money|luck|patience|ideas|steam|bed|way|line",
        "step|tune|reach|habit|pity|curiosity|mind|hands?|chair|armchair|seat|blanket|sheets?|light",
    )
)
# Places that a person can leave. “Leaves the room” means that the person is gone; “leaves the piano” does
# not.
_LEFT = "|".join(
    (
        "[a-z]*room|house|kitchen|office|building|shop|flat|hall|bar|cell|car|tent|studio|place|stage|frame",
        "picture|shot|scene|party|court|field|inn|hotel|cabin|church|school|hospital|station|train|bus|boat",
        "ship|café|cafe|restaurant|pub|prison|theatre|theater|yard|garden|beach|road|street|town|village|city",
        "country|island|ring|crowd|group|others|queue|corridor|ward|library|lab|lobby|lift|elevator|garage",
        "barn|stable|cellar|attic|camp|bunker|club|market|museum|bank|gym|platform|pier|quay|deck|bridge",
    )
)
LEAVES = compile_lazily(
    rf"\bgoes {_IN}"
    r"|\b(?:(?:goes|walks|runs|storms|steps|slips|heads|strides|hurries|rushes|marches|stalks|crawls|shuffles|drives|rides)"
    r" (?:\w+ ){0,2}?(?:out|off|away)\b(?! (?:of )?(?:her|his|their|the) (?:hair|head|coat|hands?|step))"
    rf"(?! of (?:(?:his|her|their|the|an?) )?(?:[a-z-]+ )?(?:{_NO_PLACE})\b)"
    r"(?! (?:to|towards?) (?:him|her|them|(?-i:[A-Z])))"
    r"|(?:passes|drops|moves|drifts|slides|rises|falls|ducks|rolls|sinks) (?:\w+ ){0,2}?out of (?:the )?"
    r"(?:frame|shot|picture|sight)\b"
    r"|(?:waits|stays|steps|goes|walks|runs) outside\b"
    r"|goes\b(?=\s*(?:[.;!]|$))"
    r"|(?:drifts|moves|walks|passes|hurries|strolls|trudges|cycles) on\b(?=\s*(?:[.,;!]|$))"
    r"|is gone\b(?=\s*(?:[.,;!]|$|between|into|through|down|up|round|around))"
    r"|exits\b|bolts\b(?! the)|vanishes\b|disappears\b|departs\b"
    r"|leaves\b(?! (?:it|them|him|her|an?|his|its|something|everything|nothing|one|two)\b)"
    rf"(?! (?:the|their|my) (?!(?:[a-z]+ )?(?:{_LEFT})\b)))",
    re.IGNORECASE,
)
_ROOMS = "room|house|kitchen|office|building|shop|door|flat|hall|bar|cell|car|tent|studio|place"
# Matches leaving a room. In an indoor scene the person leaves the picture; in an outdoor scene the person
# enters it.
OUT_OF_ROOM = compile_lazily(rf"\bout of (?:the|his|her|their|this) (?:{_ROOMS})\b", re.IGNORECASE)
GOES_OUT = compile_lazily(
    r"\b(?!(?:looks|gazes|stares|peers|glances|peeks|watches|leans|pokes|sticks|shouts|calls|yells|comes)\b)"
    rf"[a-z]+s (?:\w+ ){{0,2}}?{OUT_OF_ROOM.pattern}",
    re.IGNORECASE,
)
# Matches entering a room, the reverse of `OUT_OF_ROOM`. A person who “goes in” leaves the picture in any
# scene.
GOES_IN = compile_lazily(rf"\b(?:steps|slips|hurries|disappears) {_IN}", re.IGNORECASE)
LEAVE = compile_lazily(
    r"\b(?:(?:go|walk|run|storm|step|slip|head|stride|hurry|rush|march|stalk|crawl|shuffle|drive|ride|file|troop"
    r"|move|drift|scatter|scurry|trot|creep|sneak|stumble) (?:\w+ ){0,2}?(?:out|off|away)\b"
    r"|exit\b|depart\b|disappear\b|vanish\b|disperse\b|leave\b(?! (?:it|them|him|her|an?|his|their|the)\b))",
    re.IGNORECASE,
)
COME = compile_lazily(
    r"\b(?:come|file|walk|run|troop|march|burst|crowd|pour|step|return|enter|reappear|appear|arrive)\b"
    r"(?: (?:back|in|up|out)\b)?",
    re.IGNORECASE,
)
OFF = compile_lazily(r"(?:Out|Off|Away|Gone)\b(?:[ ,]|\.$)(?! of (?:breath|nothing|nowhere|it)\b)")
PEEPS = compile_lazily(
    r"\b(?:puts|pokes|sticks|pops|thrusts|shoves) (?:his|her|their|an?) (?:\w+ ){0,2}(?:head|face|nose) "
    r"(?:in|out|round|around|through|over)\b|\b(?:head|face) (?:appears|comes) (?:in|round|around|through"
    r"|at)\b",
    re.IGNORECASE,
)
PEEPED = compile_lazily(
    r"\b(?:head|face) (?:is (?:withdrawn|gone)|withdraws|disappears|vanishes|goes|retreats|pulls back"
    r"|ducks out)\b"
    r"|\bthe (?:door|hatch|curtain|shutter) (?:shuts|closes|slams|falls)\b",
    re.IGNORECASE,
)
SENDS = compile_lazily(
    r"\b(?:motions|waves|sends|ushers|shows|shoos|orders|throws|kicks|sees|helps|bundles|pushes|shoves"
    r"|(?P<with>marches|drags|hustles|escorts|leads|takes|carries|wheels|walks|chases|hauls))\b"
    r" (?P<who>.*?)\b(?:out|away|off)\b(?! of (?:bed|breath|his|her))",
    re.IGNORECASE,
)
