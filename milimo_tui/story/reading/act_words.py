"""Verbs of human acts, in the form in which they begin a sentence that omits its subject: “Jumps.”, “Helps
himself.”
"""

from __future__ import annotations

_VERBS = """add aim answer approach ask awaken back bang bend bite blink blow blush bow break breathe
bring brush burst buy call catch check chew chuckle clap clear climb close collapse collect come considers
cough count crawl cross crouch cry cut dance dash decide dig dip disappear dive do drag drain draw dress
drink drive drop duck eat edge empty enter exhale exit face fall feel fetch fight fill find finish fire
flick fling flinch flip fold follow freeze frown fumble gather gasp get give glance go grab grin grip
groan growl hand hang have head hear help hesitate hide hit hold hug hum hurry ignore inhale jump keep
kick kiss kneel knock know laugh lay lead lean leap leave let lie lift light limp listen lock look lose
lower make march mouth move nod notice nudge open pause pat pay peer pick play plunge point pour press
prod pull punch push put raise reach read realise realize recoil refuse release remove rest return rip
rise roll rub run rush scan scoop scramble scratch scream screw search see seize sell send set settle
shake shift shiver shoot shout shove shrug shut sigh sing sink sip sit skid skip slam slap sleep slide
slip slow slump smell smile smoke snap snatch sniff sob speak spin spit spot sprint squeeze squint stagger
stamp stand stare start stay step stick stoop stop straighten stretch stride strike strip strike stumble
swallow sway sweep swing switch take talk tap tear tells throw thrust tie tilt tip toss touch trip try
tuck tug turn twist undo unfold unlock untie vanish wait wake walk wander wash watch wave weep whisper
whistle wince wipe work write yank yawn yell
polish scrub sketch knit sew mop chop stir rinse pack unpack load unload strum juggle shuffle weigh swipe
interview lecture preach pray chant salute patrol prowl pace hobble trudge strut waddle creep clamber dodge
weave swerve tow paddle steer moor feed shear gallop trot knead bake fry grill taste serve gulp swig vape
sneeze doze snore wink smirk sneer scowl grimace shudder wail howl snarl mutter murmur mumble stammer
announce scroll click photograph peel sort stack"""


def _make_third_person(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "o", "z")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2] not in "aeiou" else f"{verb}s"


ACTS = frozenset(
    [*map(_make_third_person, _VERBS.split()), "has", "doesn't", "does", "can't", "won't", "never"]
)
BASES = tuple(_VERBS.split())
