"""Word lists for objects, and for other words that scripts write in capitals."""

from __future__ import annotations

_THINGS = """accordion album ammunition anchor ashtray axe backpack badge bag ball bandage banjo
banknote basket bat battery bell binoculars blade blanket bomb book bottle bouquet bowl box bracelet
branch bread brick briefcase broom brush bucket bullet cake calculator camera candle candlestick
cane card cards cassette chain chalk cheque chequebook chisel cigar cigarette clipboard clock coin
compass computer contract corkscrew crate crowbar crutch cup cushion dagger deck diamond diary dice
dictaphone diploma doll document documents drill drum envelope feather file flag flare flashlight
flask flower flowers flute folder fork gavel gem glass globe glove grenade guitar gun hammer handbag
handcuffs harmonica harpoon hatchet headphones helmet hook hose invitation jar jerrycan jewel
journal jug kettle key keys knife ladle lamp lantern laptop leaflet ledger letter lighter lipstick
locket lunchbox machete magazine magnet mallet manual map mask matchbook matchbox matches medal
medallion microphone mirror mobile money mug nail necklace needle newspaper note notebook oar
package packet padlock paintbrush painting pan paper papers parcel passport pen pencil pendant phone
photo photograph picture pill pills pipe pistol pitcher plate pocket-watch postcard pot prescription
purse racket radio raft rake ransom razor receipt recorder remote revolver rifle ring rope rose
rucksack sack satchel saw scalpel scarf scissors screwdriver scroll scythe shell shotgun shovel
skull sledgehammer spade spanner spear spoon statue statuette stethoscope stick stone suitcase sword
syringe tablet tape telegram telephone telescope test-tube thermos ticket tin toolbox torch towel
toy tray trophy trowel trumpet trunk tube umbrella urn vase vial violin walkie-talkie wallet wand
watch weapon wedding-ring wheel whip whistle will wire wrench handset receiver chip chips pouch
canister cylinder detonator dossier keycard keyring figurine music-box photo-album hourglass abacus
amulet crown crucifix rosary lute teapot teacup saucer screw screws bolt nut lock crystal vinyl
cartridge hairbrush comb hairpin thimble spool cork lid bucket sponge sextant spyglass logbook
flagon goblet chalice lockbox strongbox casket coffin"""
THINGS = frozenset(_THINGS.split())
_SOUNDS = """bang bark beep blare blast boom buzz cheer chime chirp clang clank clap clatter click
clink cough crack crackle crash creak cry ding drip drone echo explosion fizz gasp groan growl
gunshot gunshots hiss honk hoot horn howl hum jingle jolt knock knocking moan murmur music noise
peal ping plop pop rattle report ring ringing rip roar rumble rustle scrape scream screech shot
shots shout shriek sigh silence siren sirens slam slap slosh smack smash snap snarl sob song sound
splash splat squeak squeal swish swoosh thud thump thunder tick ticking toot tone voice voices wail
whack whimper whine whir whirr whisper whistling whoosh yell yelp zap applause laughter footsteps
heartbeat alarm static feedback buzzer"""
SOUNDS = frozenset(_SOUNDS.split())
_CAMERA = """angle beat black camera card close close-up closeup cu cut dissolve dolly ecu
establishing exterior fade favor favour flash frame freeze insert interior intercut lens match
montage move ms mos oc os ots pan pov pullback push rack reaction reveal reverse scene screen
sequence series shot slow-motion slo-mo smash split super superimpose title titles track tracking
tilt two-shot view vo wide wipe ws xcu zoom motion time-lapse pre-lap continuous later day night
morning evening dawn dusk flashback flashforward dream end act credits chapter caption subtitle
subtitles legend words word letters letter-head sign name headline logo writing text message"""
CAMERA = frozenset(_CAMERA.split())
_STRESSED = """all alone always another awful back bad bare best better big biggest blind both
bright broad certain cold complete damn dark dead deep different double each eight empty entire
every exact extreme few fifth final first five four fourth full giant good great half hard high hot
huge hundred immediate instant large last least less little live long loud lot low main massive
million moment more most much near never new next nine no none not nothing now oldest one only open
other others own past perfect precise present quick real red right same second sharp short sixth six
single slow small smallest smile some sudden tall ten there third thousand three tiny top total true
truth twelve twenty two very way whole whole-hearted why wide worst wrong young younger youngest
older old entire enormous deafening hush something someone anyone everyone everybody nobody thing
things stop go minute minutes second seconds hour hours year years week weeks end beginning middle
left north south east west"""
STRESSED = frozenset(_STRESSED.split())
_BODY = """scar wound wounds bruise tattoo eye eyes face hand hands finger fingers mouth nose tear
tears blood smile head hair arm arms leg legs foot feet back body corpse skin heart shadow
reflection breath fist palm shoulder"""
BODY = frozenset(_BODY.split())
# Words that show that the following capitals are written text, such as the text of a sign, and not the name
# of an object.
_WRITTEN = """word words sign signs letters title titles name names says saying reads reading
headline marked labelled labeled written printed painted scrawled stencilled stamped button key
caption text tattoo graffiti initials"""
WRITTEN = frozenset(_WRITTEN.split())
# Words that can follow the name of an object. If another word follows a name in capitals, the name is not
# taken for an object.
_AFTER = """a about above across after against along and are as at away back before behind below
beneath beside between beyond but by catches comes down during falls flies for from gleams glints
goes has he her hangs his holds in inside into is it its leans lies like lying near next of off on
onto open or out over past rests rolls round she shows sits sitting slides slips so spins stands
swings that the their they through to toward towards turns under until up upon was were when where
which while who with within without wrapped"""
AFTER_A_THING = frozenset(_AFTER.split())
