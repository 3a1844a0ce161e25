"""Find the place, hour, weather, poses and props in the words of a scene heading and an action."""

from __future__ import annotations

import re
from collections.abc import Iterable

from milimo_tui.engines.animatic.draw.palette import Hour

Table = tuple[tuple[str, str], ...]


def _find_word(table: Table, text: str) -> str:
    """Return the name of the first table entry with a word that occurs in the text. The table pairs each name
    with a pattern of words, and its order gives the priority. Empty if no word occurs.
    """
    for name, words in table:
        if re.search(rf"\b(?:{words})s?\b", text, re.IGNORECASE):
            return name
    return ""


def _find_all(table: Table, text: str) -> tuple[str, ...]:
    return tuple(name for name, words in table if re.search(rf"\b(?:{words})s?\b", text, re.IGNORECASE))


# The order matters: more specific names are first, so that “hospital corridor” is a hospital.
_UNDERWATER = (
    r"underwater|under ?water|undersea|sea ?bed|ocean floor|coral reef|sunken \w+|"
    r"(?:beneath|below|under) the (?:surface|waves|sea|water|ice)"
)
_CIRCUS = r"circus|big[ -]?top|circus ring|sawdust ring|trapeze|marquee"
INTERIORS: Table = (
    ("underwater", _UNDERWATER),
    ("circus", _CIRCUS),
    (
        "plane",
        r"(?:air|aero)?plane|airliner|aircraft|jet|jumbo jet|plane cabin|business class|economy class",
    ),
    (
        "train",
        r"(?:subway|train|railway|rail|dining|sleeping|sleeper|metro|tube|tram|cable|club) cars?",
    ),
    ("car", r"car|taxi|cab|truck|van|limo|limousine|jeep|pick-?up|ambulance|minibus"),
    (
        "train",
        r"train|subway car|carriage|tram|bus|metro|compartment|sleeper car|dining car|couchette",
    ),
    ("platform", r"platform|subway|underground|tube station|metro station|station|terminal|concourse"),
    ("hospital", r"hospital|ward|clinic|infirmary|operating|surgery|morgue|emergency room|nursing"),
    ("church", r"church|chapel|cathedral|temple|monastery|abbey|crypt|nave|mosque|synagogue"),
    (
        "hall",
        (
            r"(?:empty|great|town|market|dance|dining|assembly|banquet|main|grand|marble|"
            r"sports) hall|hangar|gym|gymnasium|arcade|gallery|museum|pavilion|orangery"
        ),
    ),
    (
        "warehouse",
        (
            r"warehouse|factory|garage|hangar|barn|shed|workshop|loading|depot|mill|plant|"
            r"boiler room"
        ),
    ),
    (
        "cafe",
        r"caf[eé]|coffee|diner|restaurant|noodle|ramen|bistro|tea ?house|canteen|cafeteria|pizzeria|bakery",
    ),
    ("bar", r"bar|pub|tavern|saloon|nightclub|club|speakeasy|lounge|casino|inn"),
    ("kitchen", r"kitchen|galley|pantry|scullery"),
    ("bathroom", r"bathroom|toilet|restroom|washroom|shower|lavatory|men's room|ladies' room"),
    ("bedroom", r"bedroom|bed ?chamber|hotel|motel|dorm|dormitory|nursery|guest room|barracks"),
    (
        "corridor",
        (
            r"corridor|hall|hallway|passage|stairs?|staircase|stairwell|elevator|lift|landing|"
            r"tunnel|lobby|foyer"
        ),
    ),
    ("cell", r"cell|prison|jail|dungeon|cage|interrogation"),
    ("classroom", r"classroom|school|lecture|auditorium|seminar"),
    ("library", r"library|archive|bookshop|bookstore|study|reading room"),
    ("stage", r"theat(?:re|er)|stage|opera|concert|cinema|ballroom|dressing room|backstage"),
    ("shop", r"shop|store|supermarket|market|mall|grocery|pharmacy|boutique|pawn|laundromat|florist|stall"),
    (
        "lab",
        (
            r"lab|laborator(?:y|ies)|control room|bridge|cockpit|spaceship|spacecraft|server|"
            r"engine room|bunker|submarine|station control|observatory"
        ),
    ),
    (
        "office",
        (
            r"office|precinct|bureau|newsroom|boardroom|conference|reception|bank|agency|police|"
            r"headquarters|courtroom|studio"
        ),
    ),
    (
        "apartment",
        (
            r"apartment|flat|living|lounge|loft|home|house|sitting room|parlou?r|den|cottage|"
            r"cabin|attic|villa|mansion|penthouse|trailer"
        ),
    ),
    ("basement", r"basement|cellar|vault|sewer|cave|catacombs?|mine"),
)
# For these places, the last part of the location does not change the kind
_WHOLE = ("underwater", "circus", "plane")
# Matches a room that no name in the table fits. “LAMP ROOM”, for example, is a room without a drawing.
_ROOM = (
    r"(?:(?:the|a|an|[\w ]+['’]s?|back|front|spare|small|large|big|empty|bare|dark|waiting|other|next|same|"
    r"locked|rented) )*(?:room|chamber)(?: (?:no\.? ?)?\d+)?"
)
EXTERIORS: Table = (
    ("underwater", _UNDERWATER),
    ("circus", _CIRCUS),
    ("market", r"market|bazaar|souk|fair|stalls?|lanterns|fairground|carnival|food court"),
    ("alley", r"alley|alleyway|back ?street|lane|backyard|courtyard|passage"),
    ("roof", r"roof|rooftop|skyline|balcony|terrace|fire escape|penthouse|tower top"),
    ("platform", r"platform|train|railway|station|tracks|tram|metro|subway"),
    ("church", r"church|chapel|cathedral|cemetery|graveyard|monastery|abbey|steeple|temple"),
    ("hospital", r"hospital|clinic|emergency"),
    (
        "warehouse",
        (
            r"warehouse|factory|depot|loading|industrial|hangar|garage|power plant|shipyard|"
            r"junkyard|construction"
        ),
    ),
    ("bridge", r"bridge|viaduct|overpass|aqueduct"),
    ("harbour", r"harbou?r|dock|docks|pier|quay|wharf|marina|jetty|port|boat|ship|deck"),
    ("beach", r"beach|shore|seaside|coast|sand|dunes by the sea|cove|bay|surf|island"),
    ("water", r"sea|ocean|lake|river|water|pond|riverbank|canal|waterfall|creek|stream|swamp"),
    ("desert", r"desert|dunes?|wasteland|canyon|mesa|salt flats?|badlands|mars|moon surface|planet"),
    ("forest", r"forest|woods?|jungle|grove|trees|woodland|thicket|trail|clearing|orchard"),
    ("mountain", r"mountains?|peak|cliffs?|ridge|summit|hill ?top|valley|glacier|ravine|pass"),
    (
        "road",
        (
            r"road|highway|freeway|motorway|roadside|gas station|petrol|interstate|parking|"
            r"car park|lay-?by|driveway|car|taxi|truck|van"
        ),
    ),
    ("park", r"park|garden|playground|yard|lawn|courtyard garden|bench|campus|square garden|backyard"),
    (
        "field",
        (
            r"field|farm|farmland|meadow|prairie|countryside|pasture|plain|steppe|barn|vineyard|"
            r"hill|hills|village"
        ),
    ),
    (
        "house",
        (
            r"house|home|cottage|cabin|villa|mansion|porch|front door|suburb|suburban|driveway|"
            r"trailer|bungalow"
        ),
    ),
    (
        "cafe",
        (
            r"caf[eé]|diner|restaurant|bar|pub|noodle|bistro|club|saloon|hotel|motel|shop|store|"
            r"cinema|theat(?:re|er)|bakery|bookshop|pharmacy"
        ),
    ),
    (
        "street",
        (
            r"street|avenue|boulevard|sidewalk|pavement|crosswalk|intersection|corner|city|town|"
            r"downtown|plaza|square|block|road|apartment|building|office|school|police|bank|"
            r"museum|precinct|tenement|neighbou?rhood|hall"
        ),
    ),
)
HOURS: Table = (
    (Hour.DAWN, r"pre-?dawn|dawn|sunrise|daybreak|first light|early morning|sun-?up"),
    (Hour.MORNING, r"morning|breakfast"),
    (Hour.SUNSET, r"sunset|sundown|golden hour|magic hour|late afternoon"),
    (Hour.DUSK, r"dusk|evening|twilight|blue hour|nightfall|gloaming"),
    (Hour.NIGHT, r"night|midnight|nighttime|late"),
    (Hour.DAY, r"day|noon|midday|afternoon|daytime|daylight"),
)
AIR: Table = (
    (
        "rain",
        (
            r"rain|rains|raining|rainy|rain-\w+|downpour|drizzles?|drizzling|storm|storms|stormy|"
            r"thunder\w*|monsoon|wet street"
        ),
    ),
    ("snow", r"snow|snows|snowing|snowy|snow\w+|blizzard|flurries|sleet"),
    ("fog", r"fog|foggy|mist|misty|haze|hazy|smog|murk"),
    ("smoke", r"smoke|smokes|smoking|smoky|cigarette|cigar|steam|steams|steaming|vapou?r|incense|exhaust"),
    (
        "fire",
        r"fire|fires|flames?|burning|burns|blaze|bonfire|campfire|fireplace|torch(?:es)?|inferno|explosion",
    ),
    ("neon", r"neon|neons|flickering sign|signs? (?:buzz|flicker)\w*|strip lights?"),
    ("wind", r"wind|windy|gusts?|gale"),
)
THINGS: Table = (
    ("phone", r"phone|cell ?phone|mobile|smartphone|text message|screen of (?:her|his|the) phone"),
    ("gun", r"gun|pistol|revolver|rifle|weapon|barrel"),
    ("knife", r"knife|blade|dagger|scalpel|cleaver|razor|machete"),
    ("coin", r"coins?|medallion|token|penny|locket|badge|medal"),
    ("key", r"keys?|keyring|keychain"),
    (
        "letter",
        (
            r"letters?|envelope|note|telegram|postcard|paper|papers|document|contract|receipt|"
            r"message|ticket|will|cheque|check|map|list"
        ),
    ),
    ("photo", r"photo|photos|photograph|photographs|picture|portrait|polaroid|snapshot"),
    ("book", r"book|books|notebook|diary|journal|ledger|bible|file|folder|dossier|manuscript|script"),
    ("watch", r"watch|wristwatch|clock|clocks|timer|stopwatch"),
    ("cup", r"cup|coffee|tea|mug|bowl|bowls|noodles|soup|ramen|saucer"),
    ("glass", r"glass|whisky|whiskey|drink|wine|beer|cocktail|tumbler|bottle|bottles"),
    ("cigarette", r"cigarette|cigarettes|cigar|ashtray|lighter|match|matches"),
    ("ring", r"ring|rings|wedding band|bracelet|necklace|jewel\w*|diamond|earring"),
    ("flower", r"flower|flowers|rose|roses|bouquet|tulips?|lil(?:y|ies)|petals?"),
    ("candle", r"candle|candles|lantern|lamp|torch|flashlight"),
    ("radio", r"radio|walkie|speaker|recorder|tape|cassette|record player|gramophone|microphone"),
    ("screen", r"screen|laptop|computer|monitor|television|tv|keyboard|tablet"),
    ("camera", r"camera|lens|binoculars"),
    ("bag", r"bag|suitcase|briefcase|backpack|satchel|purse|luggage|box|package|parcel|crate|case"),
    ("door", r"door|doorknob|door ?handle|lock|latch|handle"),
    ("umbrella", r"umbrella|parasol"),
    ("fish", r"fish|crab|eel"),
    ("fruit", r"fruit|apple|apples|orange|oranges|lemon|pear|bread|food|plate"),
    ("hands", r"hands|fingers|fists|palms|knuckles"),
    ("hand", r"hand|finger|fist|palm|thumb"),
    (
        "feet",
        r"(?<!to )(?<!to her )(?<!to his )(?<!to their )(?:feet|foot|toes|shoes?|boots?|slippers|heels)",
    ),
)
_OWN = ("hand", "hands", "feet")  # body parts; the name of an object in the hand is preferred to these
POSES: Table = (
    (
        "lie",
        (
            r"lies(?! (?:to|about))|lying(?! (?:to|about))|laid out|asleep|sleeps|sleeping|unconscious|"
            r"dead(?! (?:silence|end|ahead|of|quiet|line|serious|tired|bolt))|collapsed|sprawl\w*|"
            r"in (?:the |a |his |her )?(?:\w+ )?bed|face down|on (?:his|her) (?:back|side|stomach)|"
            r"tucked in|bedridden|flat on"
        ),
    ),
    ("swim", r"swims?|swimming|floats|floating|dives|diving|sinks|sinking|drowns|drowning"),
    (
        "lean",
        (
            r"(?:leans?|leaning|slumps?|slumped|props? (?:him|her)self|lounges?)"
            r"(?: \w+)? (?:against|on|upon|back)"
        ),
    ),
    ("bend", r"leans?|leaning|bends?|bending|stoops?|stooping|bows|bowing|hunched|hunches"),
    ("kneel", r"kneels?|kneeling|knelt|on (?:his|her|their) knees|crouch\w*|squats?|squatting"),
    (
        "sit",
        (
            r"sits?|sitting|seated|sat|slumps?|slumped|drives|"
            r"driving|at (?:the|a|his|her) (?:table|desk|piano|wheel|counter)|behind (?:the|a|his|"
            r"her) (?:desk|wheel)|perched|on (?:a|the) (?:stool|bench|chair|sofa|couch)"
        ),
    ),
    (
        "run",
        (
            r"runs?|running|sprints?|sprinting|races|chases?|bolts|dashes|flees|fleeing|hurries|"
            r"hurrying|rushes"
        ),
    ),
    (
        "walk",
        (
            r"walks?|walking|strolls?|paces|pacing|strides?|striding|crosses|approaches|wanders?|"
            r"wandering|enters|steps|weaves|pushes through|leaves|limps|marches|follows|passes|"
            r"moves"
        ),
    ),
    (
        "point",
        (
            r"points?|pointing|aims|aiming|reaches|reaching|gestures|holds out|offers|"
            r"hands (?:him|her|them|it)"
        ),
    ),
    ("crossed", r"arms (?:crossed|folded)|folds (?:his|her) arms|crosses (?:his|her) arms"),
    (
        "raise",
        r"waves|waving|raises|lifts (?:his|her) (?:hand|arm)|cheers|shouts|yells|hails|arms (?:up|raised)",
    ),
)
MOODS: Table = (
    ("laugh", r"laugh\w*|giggl\w+|chuckl\w+|guffaws?|cracks up"),
    ("joy", r"smil\w+|grin\w*|happy|happily|beams?|joy|delighted"),
    ("anger", r"angr\w+|furious|shouts?|yells?|scowl\w*|glare\w*|snarls?|rage|slams|hisses"),
    ("fear", r"afraid|scared|terrified|fear|gasps?|panics?|frightened|nervous\w*|flinch\w*|trembl\w+"),
    ("sad", r"sad|sadly|cries|crying|tears?|weeps?|sobs?|grief|tired|weary|exhausted|mourn\w*"),
    ("wonder", r"surpris\w+|astonish\w+|amazed|wonder|stares?|stunned|wide-eyed|startled"),
)
_BEDS: Table = (
    (
        "floor",
        r"floor\w*|ground|grass|sand|snow|dirt|mud|pavement|sidewalk|street|road|deck|stage|gutter|tiles",
    ),
    ("couch", r"couch|sofa|settee|divan|bench|chaise"),
    ("bed", r"bed|bedside|bunk|cot|crib|gurney|stretcher|mattress|pillow|hammock|blanket|covers|tucked"),
)
_RAILS = (
    r"rail|railing|banister|parapet|balustrade|bar|counter|table|desk|fence|balcony|window ?sill|hood|bonnet|"
    r"ledge|gate|cane|stick"
)
_SHUT = r"asleep|sleeps|sleeping|unconscious|dead|lifeless|eyes (?:shut|closed)|knocked out|passed out|faints"
_BACK = (
    r"turns away|walks away|back to (?:us|camera)|from behind|faces the (?:window|sea|"
    r"city|door)|looks? out|stares? out|leaves"
)
HELD = frozenset(("phone", "gun", "cup", "letter", "bag", "umbrella", "book", "candle", "glass", "flower"))
_HOLDS = (
    r"holds?|holding|with (?:a|an|his|her)|carr(?:y|ies|ying)|clutch\w*|grips?|drinks?|drinking|reads?|"
    r"reading|under (?:a|an|his|her)|raises|lifts|opens|sips?|aims?|points?|hands|offers|pours|takes|shields?"
)


def find_place_kind(location: str, heading: str, action: str, *, inside: bool) -> str:
    """Return the kind of place that the location names, else the heading, else the action. Empty if none
    does.

    The last part of a location is the most specific (“HOSPITAL - CORRIDOR”). The complete location decides if
    that part is unknown.
    """
    table = INTERIORS if inside else EXTERIORS
    parts = [part for part in re.split(r"\s+[-–—/]\s+|,\s+", location) if part.strip()]
    whole = _find_word(tuple(row for row in table if row[0] in _WHOLE), location)
    if whole:
        return whole
    for text in (*reversed(parts), location, heading):
        found = _find_word(table, text)
        if found:
            return found
    if inside and any(re.fullmatch(_ROOM, part.strip(), re.IGNORECASE) for part in parts):
        return "room"
    if not inside and any(_find_word(INTERIORS, text) for text in (location, heading)):
        return "street"  # an unknown building outdoors is drawn as a street
    return "" if location.strip() else _find_word(table, action)


def find_elsewhere(action: str) -> str:
    """Return the kind of exterior that the action of a cutaway shot names. Empty if it names none."""
    return _find_word(EXTERIORS[:-1], action)


def find_hour(time_of_day: str, heading: str, action: str) -> Hour:
    """Return the hour of day that decides the light. Day if the text names none (CONTINUOUS, LATER)."""
    for text in (time_of_day, heading.rpartition("-")[2] or heading):
        found = _find_word(HOURS, re.sub(r"\blater\b", "", text, flags=re.IGNORECASE))
        if found:
            return Hour(found)
    written = _find_word(
        HOURS[:5], re.sub(r"\b(?:later?|good (?:night|evening|morning)|tonight)\b", "", action, flags=re.I)
    )
    return Hour(written) if written and not time_of_day else Hour.DAY


def find_weather(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the weather and atmosphere that the texts mention. Negated words, as in “no rain”, do not
    count.
    """
    text = re.sub(r"\b(?:no|without|after the|stopped|before the)\s+\w+", " ", " ".join(texts), flags=re.I)
    text = re.sub(
        r"\b(?:rain ?coats?|fire (?:escape|fighters?|station|man|exit|alarm)|snow ?man|you're fired)\b",
        " ",
        text,
        flags=re.I,
    )
    return _find_all(AIR, text)


_CLOSE_ON = r"\W*(?:(?:extreme )?close(?:[ -]?up)?(?: on| of)?|tight on|insert|angle on|detail)\b[\s:–—-]*"


def find_thing(text: str, fallback: str = "hand") -> str:
    """Return the object that an insert shows: the first object that the sentence names, or `fallback`."""
    best, name = len(text) + 1, fallback
    for thing, words in THINGS:
        match = re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)
        if match and match.start() < best and (thing not in _OWN or name in (fallback, *_OWN)):
            best, name = match.start(), thing
    return name


def read_named_thing(action: str) -> str:
    """Return the words for the object of an insert: “the brass orrery” for “INSERT - the brass orrery,
    turning.”
    """
    bare = re.sub(rf"^{_CLOSE_ON}", "", action, flags=re.IGNORECASE)
    return " ".join(re.split(r"[.,;:!?(]|\s[-–—]+\s", bare.strip(), maxsplit=1)[0].split()[:6])


def find_held_thing(text: str) -> str:
    """Return the object that the person in a sentence holds, if it can be drawn in a hand. Empty
    otherwise.
    """
    if not re.search(rf"\b(?:{_HOLDS})\b", text, re.IGNORECASE):
        return ""
    for thing, words in THINGS:
        if thing in HELD and re.search(rf"\b(?:{words})\b", text, re.IGNORECASE):
            return thing
    return ""


def find_pose(text: str) -> str:
    """Return the pose that a sentence describes. Empty if it describes none."""
    return _find_word(POSES, text) or "stand"


def find_rest(pose: str, text: str, kind: str, *, inside: bool) -> str:
    """Return the support of a person who lies or leans: bed, couch, floor, wall or rail. Empty for other
    poses.
    """
    if pose == "lean":
        return "rail" if re.search(rf"\b(?:{_RAILS})\b", text, re.IGNORECASE) else "wall"
    if pose != "lie":
        return ""
    for rest, words in _BEDS:
        if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE):
            return rest
    return "bed" if inside and kind in ("bedroom", "hospital", "apartment", "cell", "room") else "floor"


def is_asleep(text: str) -> bool:
    """Return True if the sentence describes a person with shut eyes."""
    return re.search(rf"\b(?:{_SHUT})\b", text, re.IGNORECASE) is not None


def find_close_subject(action: str) -> str:
    """Return the object of a close shot that the action's first words name (CLOSE ON HER HAND). Empty if
    there is none.
    """
    match = re.match(rf"{_CLOSE_ON}([^.;:]*)", action, re.IGNORECASE)
    if match is None or re.search(r"\b(?:face|eyes?|lips|mouth|profile)\b", match[1], re.IGNORECASE):
        return ""
    return find_thing(match[1], "")


def find_mood(text: str) -> str:
    """Return the mood that a text describes. Empty if it describes none."""
    return _find_word(MOODS, text)


def is_driving(text: str) -> bool:
    """Return True if the action takes place at the steering wheel of a vehicle."""
    return (
        re.search(
            (r"\b(?:drives|driving|behind the wheel|at the wheel|in the (?:car|taxi|cab|truck))\b"),
            text,
            re.I,
        )
        is not None
    )


def shows_back(text: str) -> bool:
    """Return True if the text says that the person's back is turned to the camera."""
    return re.search(rf"\b(?:{_BACK})\b", text, re.IGNORECASE) is not None


def find_sentences(name: str, text: str) -> str:
    """Return the sentences of an action that name a person, by the full name or by its first or last word."""
    words = [re.escape(part) for part in {name, *name.split()} if len(part) > 2]
    if not words:
        return ""
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
    return " ".join(part for part in re.split(r"(?<=[.!?;])\s+", text) if pattern.search(part))
