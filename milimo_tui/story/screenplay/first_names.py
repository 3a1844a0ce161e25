"""Common first names and the words for people and animals, each with the pronoun that goes with it."""

from __future__ import annotations

_HE = """aaron abel abraham adam adrian ahmed aidan akira alan albert alejandro alex alexander
alfred ali amir anders andras andre andreas andrew andy angus anthony anton antonio arjun arthur
axel barry bart ben benjamin bernard bill billy bjorn bob bobby boris brad brandon brian bruce bruno
bryan caleb callum cameron carl carlos cesar charles charlie chris christian christopher clark
claude clive cole colin connor conrad craig curtis cyrus dan daniel danny darren dave david dean
dennis derek diego dmitri dominic donald doug douglas duncan dylan earl eddie edgar edmund eduardo
edward edwin eli elias elliot emil emmanuel enrique eric erik ernest ethan evan felix fernando finn
francis francisco frank fred frederick gabriel gareth gary gavin geoffrey george gerald gilbert
giles giovanni glen gordon graham greg gregory guillermo gus gustav guy hank hans harold harry
harvey hassan hector henrik henry herbert herman hiroshi howard hugh hugo ian ibrahim igor isaac
ivan jack jacob jake jakob jamal james jan jared jason javier jay jean-luc jeff jeffrey jeremy
jerome jerry jim jimmy joe joel johan john johnny jon jonah jonas jonathan jorge jose josef joseph
joshua juan julian julio jurgen justin karl kenji kenneth kevin klaus kurt kyle lars laurence
lawrence lee leo leon leonard lewis liam lorenzo louis lucas luis luke luther magnus malcolm manuel
marc marcel marco marcus mario mark martin marvin mateo matt matthew maurice max michael miguel mike
milan miles milo mohamed mohammed morris nathan neil nicholas nick nigel nikolai nils noah noel
norman oleg oliver omar oscar oskar otto owen pablo patrick paul pavel pedro pete peter petr phil
philip pierre pieter rafael rahul ralph ramon raul ray raymond rene ricardo richard rick robert
roberto robin rodney roger roland roman ron ronald rory roy rudi rudolf rupert russell ryan salvador
sam samir samuel santiago saul scott sean sebastian sergei seth simon stan stanley stefan stephen
steve steven stuart sven tariq ted teodor terence terry theo theodore thomas tim timothy tobias todd
tom tomas tommy tony trevor tristan tyler victor viktor vincent vladimir walter warren wayne werner
wilhelm will william wolfgang xavier yusuf zach"""
_SHE = """abigail ada adele adriana agatha agnes aisha alexandra alice alicia alison alma amanda
amelia amina amy ana anastasia andrea angela angelica anita ann anna anne annabel anne-marie annette
anya april ariana astrid audrey aurora ava barbara beatrice beatrix becky bella bernadette beth
bethany betty beverly bianca birgit bonnie brenda bridget camila camille carla carmen carol caroline
cassandra catherine cecilia celeste celia charlotte cheryl chiara chloe christina christine claire
clara clarissa claudia colette constance cora cordelia cynthia daisy dana daniela daphne dawn
deborah debra delia denise diana diane dolores dominique donna dora doreen doris dorothy dot edith
eileen elaine eleanor elena eliza elizabeth ella ellen ellie elsa elsie emilia emily emma erica erin
esme esther ethel eva eve evelyn faith fatima fiona flora florence frances francesca frida gabriela
gail gemma georgia geraldine gertrude gina gloria grace greta gudrun gwen hanna hannah harriet hazel
heather heidi helen helena hilda holly ida imogen ines inga ingrid irene iris irma isabel isabella
isla ivy jackie jane janet janice jasmine jean jennifer jenny jessica jill joan joanna josephine joy
joyce judith judy julia julie juliet june karen karin kate katherine kathleen kathy katie katya
keiko kelly kirsten kristen lara laura lauren layla leah leila lena leonora lily linda lisa liv liz
lola lorna lorraine louisa louise lucia lucy luisa lydia mabel madeleine mae maggie maja mara marcia
margaret margot maria marian marianne marie marilyn marina marion marisol marta martha mary matilda
maud maureen maya meera megan mei melanie melissa mercedes mia michelle mila mildred millie miriam
moira molly mona monica muriel nadia nancy naomi natalia natalie natasha nell nicole nina noor nora
norma odette olga olive olivia ophelia orla paige pam pamela patricia patty paula pauline pearl
peggy penelope penny petra philippa phoebe phyllis pilar polly priya rachel ramona rebecca regina
renata rhoda rita roberta rosa rosalind rose rosemary rosie roxanne ruby ruth sabrina sadie sally
samantha sandra sara sarah saskia selma shannon sharon sheila shirley sigrid silvia simone sofia
sonia sonja sophia sophie stella stephanie sue susan susanna svetlana sylvia tamara tanya tara
tatiana teresa tess thea thelma theresa tilda tina ursula valentina valerie vanessa vera veronica
victoria viola violet virginia vivian wanda wendy wilma winifred yasmin yuki yvonne zara zoe"""
FIRST_NAMES = {**dict.fromkeys(_HE.split(), "he"), **dict.fromkeys(_SHE.split(), "she")}

KIN = {
    **dict.fromkeys(
        [
            "father",
            "dad",
            "papa",
            "son",
            "brother",
            "uncle",
            "husband",
            "grandfather",
            "nephew",
            "groom",
            "grandad",
        ],
        "he",
    ),
    **dict.fromkeys(
        [
            "mother",
            "mom",
            "mum",
            "mama",
            "daughter",
            "sister",
            "aunt",
            "wife",
            "grandmother",
            "niece",
            "bride",
        ],
        "she",
    ),
}
YOUNGER_KIN = frozenset({"son", "daughter", "nephew", "niece"})
OLDER_KIN = frozenset(
    {"father", "dad", "papa", "mother", "mom", "mum", "mama", "uncle", "aunt", "grandfather", "grandmother"}
)
GENERIC = {
    **dict.fromkeys(["man", "boy", "guy", "gentleman", "lad", "widower", "king", "prince"], "he"),
    **dict.fromkeys(
        ["woman", "girl", "lady", "widow", "queen", "princess", "maid", "nun", "waitress", "actress"], "she"
    ),
    **dict.fromkeys(["child", "kid", "teenager", "baby", "stranger"], ""),
}
YOUNG = frozenset({"boy", "girl", "child", "kid", "teenager", "lad", "baby"})
TITLES = {"mr": "he", "sir": "he", "lord": "he", "mister": "he", "mrs": "she", "miss": "she", "ms": "she"}
TITLES |= {"madame": "she", "lady": "she"}
_WORDS_1 = """apprentice postman priest nun nurse doctor surgeon vet deputy sheriff officer
detective cop guard soldier sergeant captain colonel general driver pilot sailor farmer teacher
student pupil waiter waitress bartender barman cook chef maid janitor cleaner clerk registrar judge
lawyer referee goalkeeper keeper conductor porter courier thief burglar killer hunter fisherman
singer dancer actor actress pianist violinist painter writer poet reporter journalist editor
photographer mechanic engineer scientist professor secretary butler dealer gambler widow widower
bride groom king queen prince princess monk rabbi bishop nun medic paramedic fireman firefighter
plumber carpenter baker butcher barber tailor watchmaker lighthouse-keeper translator interpreter
banker accountant manager boss owner landlord landlady neighbour neighbor tenant stranger prisoner
passenger tourist visitor patient victim witness agent spy assassin boxer coach trainer runner rider
jockey diver swimmer climber astronaut robot android ghost witch wizard knight"""
ROLES = frozenset(_WORDS_1.split())
_WORDS_2 = """dog puppy hound cat kitten horse pony mare foal donkey mule cow bull calf goat sheep
lamb pig wolf fox bear lion tiger elephant monkey ape gorilla parrot crow raven owl hawk eagle
dragon snake whale dolphin shark rabbit rat mouse monster alien creature"""
CREATURES = frozenset(_WORDS_2.split())
