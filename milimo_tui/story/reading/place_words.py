"""Word lists for places: rooms and open-air places, as named in headings and in the items of a montage."""

from __future__ import annotations

from itertools import pairwise

_ROOMS = """aisle alcove anteroom apartment atrium attic backroom backstage balcony ballroom banquette bar
basement bathroom bay bedroom belfry berth boardroom booth box bridge bunk bunkroom cab cabin canteen cellar
cell chamber changing-room chancel chapel choir classroom cloakroom closet cockpit compartment conservatory
control-room corridor counter courtroom cubicle cupboard darkroom deck den desk dining-room dock doorway
dormitory dressing-room driveway dugout elevator engine-room entrance entry fitting-room floor forecourt foyer
front-room galley gallery garage garden garret greenroom guardroom gym hall hallway hatch hold housing
infirmary interrogation-room kitchen laboratory lab ladder landing larder laundry lavatory lift loading-bay
lobby locker-room loft lounge lunchroom mess mezzanine nave nursery office operating-room organ-loft pantry
parlour parlor passage patio pew pit playroom porch pulpit reception refectory rehearsal-room roof rooftop
room sacristy salon saloon scullery shower sickroom sitting-room staffroom stage stairs staircase stairwell
stall stateroom steps storeroom strongroom studio study surgery tank-room terrace theatre toilet tower
trapdoor tunnel vault veranda vestibule vestry waiting-room wardrobe washroom wheelhouse wing wings yard
ward courtyard corridor backyard shed switchboard box-office boot-room boiler-room breakfast-room bathhouse
cell-block common-room crawlspace dairy drawing-room dressing-area engine-shed fire-escape games-room
guest-room
gun-room gunroom lean-to linen-cupboard living-room mud-room mudroom nook orchestra-pit outhouse pool-room
powder-room projection-room prop-room pump-room reading-room rec-room sauna scriptorium server-room shop-floor
sickbay snug solarium squad-room stockroom strong-room sunroom supply-closet tack-room tap-room taproom
toolshed utility-room viewing-room walk-in walkway workroom"""
_PLACES = """airfield airport alley allotment amphitheatre aquarium arcade arena asylum avenue bakery bank
barbershop barn barracks bazaar beach bistro boat boatyard bog bookshop boulevard bowling-alley brewery
brickworks brothel bunker bus butchery cafe café camp campsite canal canyon car car-park caravan carpark
carriage casino castle cathedral cave cemetery checkpoint church churchyard cinema circus city cliff clinic
clearing club coast college convent cottage court courthouse creek crossing crossroads crypt dam depot desert
diner disco ditch dockyard drive-in dunes embankment embassy estate estuary factory fairground farm farmhouse
farmyard ferry field filling-station fjord flat football-ground ford forest forge fort fountain freeway
funfair gallows gas-station glacier glade gorge graveyard green greenhouse grove gulley harbour harbor hangar
headland heath highway hill hillside hilltop hospice hospital hostel hotel house hut inn island jail jetty
jungle junkyard kiosk lagoon lake lane laundrette laundromat lay-by library lighthouse lido lodge lock mall
manor mansion market marketplace marsh meadow meeting-house mill mine monastery moor mortuary morgue mosque
motel motorway mountain museum nightclub oasis observatory ocean offices orchard orphanage palace park
parking-lot pass path pavement petrol-station pharmacy pier pitch plain planet plantation platform playground
plaza police-station pond pool port post-office power-station prairie precinct prison promenade pub quarry
quay racecourse racetrack railway ranch ravine reservoir restaurant ridge rink river riverbank road roadside
rooftops ruin ruins runway salon savannah sawmill school schoolyard sea seafront seashore service-station
shelter ship shipyard shop shopping-centre shore sidewalk siding slaughterhouse slope slum square stable
stadium station steelworks store street submarine suburb subway supermarket swamp swimming-pool synagogue
tavern taxi temple tennis-court tent theater town track tractor trail trailer train tram trench truck
underpass university valley van vestry viaduct village villa vineyard wall warehouse waterfall waterfront
abattoir agency archive armory armoury atoll barnyard basilica bayou bluff boathouse boardinghouse boneyard
bothy bowling-green breakwater building-site bungalow busstop bus-stop byre cabaret campground campus
cattle-grid chateau château citadel cloister coalmine coliseum commune compound concourse construction-site
convenience-store copse cornfield cove crag crater crematorium cricket-ground dancehall delicatessen deli
delta dispensary distillery dojo drill-hall drugstore dump escarpment fairway fen field-hospital fire-station
firehouse fishmarket floodplain foothills foundry garrison gatehouse ghetto gin-palace golf-course goldmine
gorge grange greengrocer guesthouse gymnasium hacienda hamlet hayfield haunt helipad hermitage homestead
hothouse hovel icefield igloo inlet internment-camp islet karaoke-bar kennels kindergarten laneway launchpad
lean-to legion-hall levee lookout lumberyard madrasa marina mausoleum meadows minefield minimart mission
moorland mudflats nunnery oilfield oil-rig opera opera-house outback outpost overpass paddock pagoda
palazzo pasture pawnshop penthouse piazza picket-line pinewood pizzeria plateau pontoon promontory
pumping-station pyramid rapids recording-studio rectory reef refinery reservation riverboat roadhouse
roundabout sandbar sanatorium scrapyard seabed seawall seaside semi-detached shantytown shipwreck shoreline
shrine shooting-range ski-slope skyscraper slipway slum spa space-station speakeasy stables stadium stairwell
steppe sterncastle stockade stockyard stream sweatshop taiga takeaway tearoom tenement terminal thicket
tidal-flat tollbooth tram-stop tundra turnpike vicarage vantage wadi waiting-area wasteland watchtower
watermill weir windmill winery yacht youth-hostel yurt airlock ambulance barge camper-van campervan
canoe cruiser dinghy fishing-boat freighter galleon gondola
hearse helicopter houseboat jeep launch-pad lifeboat limo limousine longboat lorry mini-van minibus minivan
motorboat motorhome ocean-liner pickup pick-up pickup-truck rickshaw rowboat rowing-boat schooner
shuttle spacecraft spaceship
speedboat stagecoach steamer tanker trawler troop-carrier tugboat wagon zebra-crossing exchange
weighbridge well wharf wood woods workshop wreck zoo world stairwell"""
_BUILDINGS = """apartment asylum bakery bank barn barracks bistro boat brewery brothel bunker cabin
cafe café carriage casino castle cathedral church cinema clinic club college convent cottage
courthouse diner embassy factory farm farmhouse ferry flat fort hospice hospital hostel hotel house
hut inn jail laboratory library lighthouse lodge mall manor mansion mill monastery morgue mortuary
mosque motel museum nightclub office offices orphanage palace pharmacy precinct prison pub
restaurant ruin salon saloon school ship shop station store studio submarine supermarket synagogue
tavern temple theater theatre train villa warehouse workshop home building tower apartments
penthouse chalet bungalow residence"""
BUILDINGS = frozenset(_BUILDINGS.split())  # Places that contain rooms.
ROOMS = frozenset(_ROOMS.split())
# Rooms that may also be separate places, such as a bar. They are not assumed to be parts of a house.
_NO_PARTS = """bar bay berth booth box bridge bunk cab cell chapel choir classroom court courtroom cockpit
compartment den dock dugout gallery garage garret gym hold lab laboratory lounge mess office operating-room
pit pulpit stage stall surgery theatre tower tunnel ward wing wings guardroom dairy bathhouse walkway"""
_YARDS = ("garden", "lawn", "orchard", "driveway", "attic", "forecourt", "yard")
PARTS = ROOMS - BUILDINGS - frozenset(_NO_PARTS.split()) | frozenset(_YARDS)
# Things in a room, or parts of a room. A person who goes to one of them is still in the room.
_FIXTURES = """aisle alcove altar armchair bar banquette basin bath bathtub bed bedside bench berth bookcase
booth bunk chair counter couch cot cradle cubicle cupboard dais desk door doorstep doorway dresser easel
fireplace footlights footstool front hatch hearth hob jukebox ladder lectern mantelpiece microphone mirror
oven pew piano
pillar podium pool-table porthole pulpit rail railing rostrum rug settee shelf shelves shutter sideboard sill
sink sofa stairs stall steps stool stove table throne threshold till trapdoor tree tub wall wardrobe washbasin
wheel window windowsill workbench"""
# Words such as “front” or “end” that only name a part of a place: THE END OF THE BAR.
_END_WORDS = (
    "front back rear head end top bottom edge foot corner side middle centre center line row rank queue"
)
ENDS = frozenset(_END_WORDS.split())
FIXTURES = frozenset(_FIXTURES.split())
PLACES = ROOMS | frozenset(_PLACES.split())


# Words for rooms that are in the open air: a bridge, a roof, a yard.
_OPEN_WORDS = """bridge roof rooftop terrace yard courtyard backyard balcony stall steps porch patio veranda
driveway forecourt dock dugout landing tower"""
_OPEN = frozenset(_OPEN_WORDS.split())
# Outdoor parts of a house that are around it or on it.
AROUND = PARTS & _OPEN - {"landing", "stall"} | frozenset(("garden", "lawn"))


def is_inside(words: list[str]) -> bool | None:
    """Return True if folded words name a place with a roof, False for an open place, and None if no word
    decides.

    If several words decide, the last one counts.
    """
    for word in reversed(words):
        forms = {word, word.removesuffix("s")}
        if forms & (ROOMS | BUILDINGS) and not forms & _OPEN:
            return True
        if forms & PLACES:
            return False
    return None


def names_a_place(words: list[str]) -> bool:
    """Return True if folded words name a place: “a bowling alley”, “the back of a van”."""
    single = (word.removesuffix("s") for word in words)
    pairs = (f"{one}-{two}" for one, two in pairwise(words))
    return any(word in PLACES for word in (*words, *single, *pairs))
