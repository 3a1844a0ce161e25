"""Tables of words for people and animals, each with its pronoun: family relations, ages, occupations and
animals.

A word is listed only if it means a person or an animal in every film.
"""

from __future__ import annotations

_HE_KIN = """father dad daddy papa pa pop pops tata son brother uncle husband grandfather nephew groom
grandad granddad grandpa grandson stepfather stepson stepbrother godfather godson fiance widower
bridegroom opa abuelo nonno onkel"""
_SHE_KIN = """mother mom mommy mum mummy mama ma daughter sister aunt auntie aunty wife grandmother niece
bride grandma granny gran nana nan granddaughter stepmother stepdaughter stepsister godmother goddaughter
fiancee oma abuela abuelita nonna babushka mamma maman tante"""
_THEIR_KIN = """parent grandparent grandchild cousin twin spouse sibling stepchild godchild"""
KIN = {**dict.fromkeys(_HE_KIN.split(), "he"), **dict.fromkeys(_SHE_KIN.split(), "she")}
KIN |= dict.fromkeys(_THEIR_KIN.split(), "")
_MEN = """man boy guy gentleman lad widower king prince bloke fellow chap dude duke count baron emperor sultan
monk friar waiter actor steward policeman fireman fisherman milkman postman salesman doorman businessman
cowboy busboy bellboy schoolboy altar-boy landlord butler barman host hero wizard sorcerer patriarch abbot
bachelor tomcat"""
_WOMEN = """woman girl lady widow queen princess maid nun waitress actress gal lass duchess countess baroness
empress stewardess policewoman saleswoman businesswoman schoolgirl ballerina housewife landlady barmaid
hostess heroine witch sorceress matriarch abbess midwife seamstress spinster cowgirl showgirl chambermaid"""
_EITHER = """child kid teenager baby stranger toddler infant teen youngster newcomer adult pensioner"""
GENERIC = {**dict.fromkeys(_MEN.split(), "he"), **dict.fromkeys(_WOMEN.split(), "she")}
GENERIC |= dict.fromkeys(_EITHER.split(), "")
BABIES = frozenset({"baby", "infant", "toddler", "newborn"})
_YOUNG_WORDS = """boy girl child kid teenager lad baby lass toddler infant teen youngster
schoolboy schoolgirl"""
YOUNG = frozenset(_YOUNG_WORDS.split())
TITLES = {"mr": "he", "sir": "he", "lord": "he", "mister": "he", "mrs": "she", "miss": "she", "ms": "she"}
TITLES |= {"madame": "she", "lady": "she", "dame": "she", "madam": "she", "monsieur": "he", "senor": "he"}
TITLES |= {"senora": "she", "senorita": "she", "herr": "he", "frau": "she", "signor": "he", "signora": "she"}
# Titles before a name, each with the noun for a person who has this title.
ORDERS = {"sister": "nun", "brother": "monk", "father": "priest", "dr": "doctor", "doc": "doctor"}
ORDERS |= {"prof": "professor", "sgt": "sergeant", "capt": "captain", "cpl": "corporal", "lt": "lieutenant"}
ORDERS |= {"col": "colonel", "gen": "general", "maj": "major", "insp": "inspector", "det": "detective"}
ORDERS |= {"rev": "priest", "reverend": "priest", "rabbi": "rabbi", "imam": "imam", "pvt": "private"}
# Occupations, in the groups of the International Standard Classification of Occupations.
_ROLES = """apprentice postman priest nun nurse doctor surgeon vet deputy sheriff officer detective cop guard
soldier sergeant captain colonel general driver pilot sailor farmer teacher student pupil waiter waitress
bartender barman cook chef maid janitor cleaner clerk registrar judge lawyer referee goalkeeper keeper
conductor porter courier thief burglar killer hunter fisherman singer dancer actor actress pianist violinist
painter writer poet reporter journalist editor photographer mechanic engineer scientist professor secretary
butler dealer gambler widow widower bride groom king queen prince princess monk rabbi bishop medic paramedic
fireman firefighter plumber carpenter baker butcher barber tailor watchmaker lighthouse-keeper translator
interpreter banker accountant manager boss owner landlord landlady neighbour neighbor tenant stranger prisoner
passenger tourist visitor patient victim witness agent spy assassin boxer coach trainer runner rider jockey
diver swimmer climber astronaut robot android ghost witch wizard knight
mate bosun boatswain chief skipper helmsman steward stewardess admiral commander lieutenant corporal major
private recruit cadet marine ranger trooper constable inspector superintendent marshal bailiff warden jailer
gaoler inmate convict hostage fugitive robber gangster smuggler pirate poacher forger pickpocket hitman
sniper gunman bodyguard bouncer doorman concierge receptionist usher bellboy bellhop attendant valet
chauffeur cabbie trucker biker cyclist motorcyclist pedestrian hitchhiker commuter ferryman boatman gondolier
stationmaster signalman stoker fisher shepherd herdsman goatherd cowboy rancher gardener groundskeeper
gravedigger undertaker mortician coroner pathologist anaesthetist midwife orderly pharmacist chemist dentist
psychiatrist therapist optician carer nanny governess babysitter headmaster headmistress principal lecturer
tutor librarian curator archivist historian archaeologist astronomer biologist physicist mathematician
programmer hacker technician electrician operator dispatcher welder blacksmith bricklayer builder foreman
labourer laborer miner docker roofer glazier joiner locksmith potter weaver seamstress dressmaker milliner
cobbler shoemaker jeweller jeweler goldsmith clockmaker printer bookbinder bookseller grocer greengrocer
fishmonger florist shopkeeper shopgirl cashier teller salesman saleswoman pedlar peddler hawker vendor
auctioneer pawnbroker broker trader investor landowner mayor councillor senator congressman minister
president ambassador diplomat consul envoy solicitor barrister attorney prosecutor notary juror usher
magician conjurer juggler acrobat clown ringmaster trapeze-artist puppeteer busker musician drummer
guitarist bassist trumpeter saxophonist cellist fiddler organist composer choirmaster soprano tenor
director producer cameraman projectionist announcer presenter newsreader anchor host hostess commentator
narrator heckler model sculptor artist architect designer novelist playwright critic publisher vicar pastor
preacher chaplain deacon sexton verger imam monsignor cardinal pope abbot abbess friar pilgrim missionary
prophet fortune-teller medium shaman healer beggar tramp vagrant hermit orphan refugee migrant settler
explorer mountaineer lifeguard goalie striker umpire linesman wrestler fencer skater skier surfer golfer
gymnast sprinter caddie bookmaker bookie bettor croupier barmaid innkeeper publican bartender brewer
vintner beekeeper falconer zookeeper veterinarian groom stablehand farmhand milkmaid lumberjack woodcutter
forester gamekeeper fishwife washerwoman housekeeper footman chambermaid au-pair handyman caretaker
superintendent doorkeeper watchman sentry scout courier messenger paperboy mailman mailwoman postwoman
barista dishwasher sous-chef sommelier maitre-d supervisor executive intern temp assistant director
consultant analyst clown mime drunk bachelor spinster bridesmaid godfather godmother matron patron client
customer guest lodger hitchhiker veteran elder chieftain sultan emperor duke duchess count countess baron
baroness lord lady squire page jester vampire zombie alien cyborg goddess god angel demon devil giant dwarf
elf fairy mermaid cop policeman policewoman
activist anchorman anchorwoman anesthesiologist arsonist astrologer auditor batsman beginner bingo-caller
binman bookkeeper botanist bounty-hunter busman cabin-boy camerawoman campaigner canvasser caregiver
caseworker catcher childminder choreographer chorister co-pilot coastguard columnist compere con-artist
congresswoman conman copilot cornerman councilman councilwoman courtier coxswain crane-driver cricketer
curate custodian cutman deckhand deejay disc-jockey draughtsman drover dustman earl embalmer emcee enforcer
engine-driver ensign farrier flatmate footballer forewoman foundling geologist goblin governor groundsman
gunner gunslinger gunsmith harbourmaster harpist hatter haulier henchman housemate juryman jurywoman
keyboardist kidnapper laundress linebacker lollipop-lady longshoreman magistrate matchmaker midfielder
midshipman milkwoman mobster navigator navvy novice odd-job-man ogre old-timer oldtimer organiser organizer
outfielder outlaw paralegal parlourmaid parole-officer pastry-chef percussionist physician physiotherapist
plasterer ploughman postmaster postmistress prefect probation-officer prospector protester provost
psychologist purser quarterback radioman retiree ringleader riveter roadie rookie roommate rower saleslady
scaffolder schoolmaster schoolmistress screenwriter shearer shepherdess shopper shortstop social-worker
stagehand stevedore stonemason stuntman stuntwoman surveyor ticket-collector traffic-warden trainee
tram-driver trapper traveler traveller trawlerman triplet typist understudy usherette ventriloquist vocalist
volunteer werewolf whaler wicketkeeper winger wrangler"""
ROLES = frozenset(_ROLES.split())
_BEASTS = """dog puppy hound cat kitten horse pony mare foal donkey mule cow bull calf goat sheep lamb pig
wolf fox bear lion tiger elephant monkey ape gorilla parrot crow raven owl hawk eagle dragon snake whale
dolphin shark rabbit rat mouse monster alien creature terrier spaniel collie poodle mastiff labrador
greyhound mongrel stallion gelding colt filly ox heifer ram ewe billy-goat piglet boar sow hen rooster
cockerel chick duck duckling goose swan turkey pigeon dove sparrow robin magpie rook gull seagull
albatross pelican heron stork crane falcon kestrel vulture peacock ostrich penguin canary budgie cockatoo
hare badger otter beaver squirrel hedgehog ferret stoat weasel mole hamster guinea-pig deer stag doe fawn
moose elk reindeer bison buffalo camel llama alpaca giraffe zebra rhino rhinoceros hippo hippopotamus
leopard cheetah panther jaguar puma cougar lynx hyena jackal coyote chimpanzee orangutan baboon kangaroo
sheepdog lapdog guard-dog watchdog bulldog dachshund retriever beagle husky alsatian whippet lurcher corgi
chihuahua dalmatian bloodhound rottweiler doberman tomcat carthorse packhorse racehorse ewe
koala tortoise turtle lizard iguana crocodile alligator python cobra viper frog toad salamander newt trout
salmon carp pike octopus squid lobster crab seal walrus porpoise unicorn griffin phoenix"""
CREATURES = frozenset([*_BEASTS.split(), "bird", "animal", "beast"])
# Parts of the body, and clothes. If a shot shows one of them, its owner is in the picture too.
_BODY_WORDS = """hand hands finger fingers thumb palm fist arm arms wrist elbow shoulder shoulders face
eye eyes lip lips mouth chin cheek brow forehead head hair ear ears neck back chest knee knees leg
legs foot feet toe toes boot boots shoe shoes sleeve coat jacket collar hat cap glove gloves dress
apron cheeks jaw nose teeth tongue throat eyebrow eyebrows ankle ankles knuckles stomach belly moustache beard
fingertips smile voice body lap hip heart breath grin gaze"""
BODY = frozenset(_BODY_WORDS.split())
# The clothes in `BODY`. They can also be in the picture without a person, such as a coat on a hook.
CLOTHES = frozenset(
    ["boot", "boots", "shoe", "shoes", "coat", "jacket", "hat", "cap", "glove", "gloves", "dress", "apron"]
)
# Occupations that scripts traditionally give mostly to men, or mostly to women. They decide the gender of a
# person only if nothing else shows it.
_MENS_TRADES = """general colonel admiral sergeant captain corporal soldier gunman sheriff priest vicar bishop
monsignor cardinal monk rabbi imam blacksmith plumber bricklayer lumberjack trucker docker miner bouncer boxer
undertaker gravedigger fisherman sailor bosun stoker butcher barber cowboy gangster hitman executioner
henchman thug bandit mobster footman chauffeur doorman watchman gamekeeper handyman janitor"""
MENS_TRADES = frozenset(_MENS_TRADES.split())
_WOMENS_TRADES = """nurse receptionist nanny governess seamstress dressmaker milliner housekeeper midwife
manicurist housewife fishwife washerwoman laundress ballerina bridesmaid spinster cleaner babysitter"""
WOMENS_TRADES = frozenset(_WOMENS_TRADES.split())
_BIRDS = """parrot crow raven owl hawk eagle rook gull seagull albatross pelican heron stork crane falcon
kestrel vulture peacock ostrich penguin canary budgie cockatoo pigeon dove sparrow robin magpie hen rooster
cockerel chick duck duckling goose swan turkey"""
BIRDS = frozenset([*_BIRDS.split(), "bird"])
_ALIKE = """cop policeman policewoman police officer constable sergeant detective inspector deputy \
sheriff trooper
boy kid lad schoolboy youngster child
girl kid lass schoolgirl youngster child
kid child youngster toddler
child kid youngster toddler baby infant
baby infant child newborn
doctor surgeon medic
bartender barman barmaid
guard sentry watchman
soldier private corporal sergeant
driver cabbie chauffeur trucker
thief burglar robber pickpocket
dog hound puppy terrier mongrel
horse mare stallion pony gelding
cat kitten tomcat
priest vicar pastor preacher
beggar tramp
boss manager
old-timer pensioner"""
NOUN_SYNONYMS: dict[str, tuple[str, ...]] = {}
for _row in _ALIKE.split("\n"):
    _first, *_others = _row.split()
    NOUN_SYNONYMS[_first] = tuple(_others)
NOUN_SYNONYMS["bird"] = tuple(_BIRDS.split())
NOUN_SYNONYMS |= dict.fromkeys(("animal", "beast", "creature"), tuple(sorted(CREATURES)))
