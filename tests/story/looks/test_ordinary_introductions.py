"""Test introductions in typical screenplays: a name with a list of features and clothes."""

from __future__ import annotations

import pytest

from tests.story.looks.last_look import cases_in, wrong_in

SCRIPTS = """
ANNA | slip |
ANNA, 30, in a slip and bare feet, opens the door.
===
ANNA | slip |
ANNA (30) stands at the mirror in a slip, drying her hair.
===
TOM | teeth out, Sunday jacket |
TOM, 70, is at the table. He has his teeth out and his Sunday jacket on.
===
TOM | grey suit, tie loosened |
TOM, 40, grey suit, tie. He loosens his tie.
===
TOM | bad teeth, 50 |
TOM, 50, bad teeth, a good suit, waits.
===
TOM | 12, blazer, too long in the arms |
TOM, 12, in a blazer. It is too long in the arms.
===
ANNA | red lipstick |
ANNA, 40, red lipstick, sits at the bar.
===
ANNA | goth, white face, black lips |
ANNA, 16, is a goth: white face, black lips, a lot of chain.
===
TOM | shaved head, neck tattoo |
TOM, 30, shaved head and a neck tattoo, blocks the door.
===
TOM | shaved head, neck tattoo |
TOM (30s) has a shaved head and a neck tattoo.
===
MARTA | 40s, red coat, big |
MARTA (40s), a big woman in a red coat, shoves the door open.
===
DANNY | wiry, tracksuit, shaved head, gold chain |
DANNY, wiry, tracksuit, shaved head, a gold chain at his throat, counts money.
===
KAREN | 35, pregnant, nurse's uniform |
KAREN, 35, heavily pregnant in a nurse's uniform, waddles to the phone.
===
PETE | 19, acne, hi-vis |
PETE, 19, acne, hi-vis vest two sizes too big, sweeps the yard.
===
RAJ | turban, beard |
RAJ (50), turban, neat grey beard, stands behind the till.
===
FRANK | sixties, cardigan, slippers |
FRANK, in his sixties, wearing a cardigan and slippers, opens the door a crack.
===
NELL | thirties, black dress, barefoot |
NELL, thirties, sits on the kerb in a black dress, barefoot, her shoes beside her.
===
OWEN | farmer, cap, waxed jacket |
OWEN, a farmer in his fifties, flat cap and waxed jacket, leans on the gate.
===
MRS BELL | eighties, tiny, hat |
MRS BELL, eighties, tiny under an enormous hat, takes the front pew.
===
SAM | 28, unshaven, T-shirt |
SAM (28, unshaven, yesterday's T-shirt) stares into the fridge.
===
IDA | glasses, cropped hair |
IDA, mid-forties, cropped hair, heavy black glasses, doesn't look up.
===
HANK | cowboy hat, boots |
HANK, 60, weathered, in a cowboy hat and boots, climbs down from the truck.
===
VIV | fur coat, lipstick |
VIV, 50, fur coat, too much lipstick, drapes herself over the bar.
===
LEO | hood, headphones |
LEO, 15, shuffles past with his hood up and his headphones on.
===
BEN | apron |
BEN, 30, comes out of the kitchen wiping his hands on his apron.
===
ZOE | wedding dress, veil, mud |
ZOE, 29, runs across the field in a wedding dress, veil flying, mud to the knees.
===
ZOE | wedding dress, trainers |
ZOE (29) wears a wedding dress. Under it, trainers.
===
ARTHUR | pyjamas, overcoat |
ARTHUR, 75, stands at the bus stop in pyjamas and an overcoat.
===
ARTHUR | pyjamas, overcoat |
ARTHUR, 75, stands at the bus stop with an overcoat over his pyjamas.
===
TINA | hair in rollers, dressing gown |
TINA, 45, hair in rollers, dressing gown, fetches the milk.
===
MAX | two fingers missing |
MAX, 40, two fingers missing on the left hand, deals.
===
COLE | handcuffs, orange jumpsuit |
COLE, 30, is led in: orange jumpsuit, handcuffs, a bruise on his jaw.
===
TOM | blood on his shirt |
TOM, 40, white shirt, staggers in. There's blood on his shirt.
===
TOM | bandage |
TOM, 40, has a bandage round his head and his arm in a sling.
===
TOM | arm in a sling |
TOM, 40, his arm in a sling, struggles with the door.
===
TOM | black eye |
TOM, 40, sports a black eye.
===
TOM | mud |
TOM, 40, football kit, trudges in, caked in mud.
===
TOM | ANNA's coat |
TOM, 20, shivers. He is wearing ANNA's coat.
===
TOM | raincoat |
TOM, 20, buttoning his raincoat, comes down.
===
TOM | tie |
TOM, 20, knotting his tie, comes down.
===
TOM | shirt |
TOM, 20, comes down, buttoning a clean white shirt.
===
TOM | glasses |
TOM, 20, pushes his glasses up his nose.
===
TOM | tie |
TOM, 40, straightens his tie.
===
ANNA | apron |
ANNA, 30, wipes her hands on her apron.
===
TOM | wig |
TOM, 50, in a wig and full make-up, smokes.
===
ROSA | head scarf, gold earrings |
ROSA (55), a head scarf knotted under her chin and big gold earrings, counts coins.
===
KIT | 10, school uniform, tie |
KIT, 10, school uniform, tie round his head like a bandit, charges in.
===
SGT HALL | uniform, moustache |
SGT HALL, fifties, uniform straining at the buttons, a clipped moustache, sighs.
===
GUS | apron, forearms |
GUS -- 45, apron, forearms like hams -- slides a tray of loaves out of the oven.
===
LIV | 24, denim jacket, nose ring |
LIV, 24, denim jacket covered in patches, nose ring, bleached crop, leans on the jukebox.
===
LIV | 24, crutches |
LIV, 24, on crutches, swings down the hall.
===
LIV | 24, wheelchair |
LIV, 24, in a wheelchair, rolls down the hall.
===
ED | wheelchair, blanket |
ED, 80, sits in a wheelchair, a tartan blanket over his knees.
===
NINA | headscarf, bruise |
NINA, 33, sunglasses and a headscarf, a bruise showing under one lens.
===
NINA | scrubs, ponytail |
NINA, in scrubs, hair in a ponytail, runs.
===
SAL | vest, gold chain, hairy chest |
SAL, fifties, string vest, gold chain, hairy chest, fans himself with a menu.
===
ABE | kippah, beard, black coat |
ABE, 70, long black coat, kippah, a beard to his chest, waits for the lights.
===
JUDY | pearls, twinset |
JUDY, 58, pearls and a twinset, pours the tea.
===
JUDY | pearls, twinset, grey |
JUDY, 58, all pearls and twinset, her grey hair set like concrete, pours the tea.
===
MICK | 45, broken nose, donkey jacket |
MICK, 45, a broken nose, a donkey jacket, comes in out of the rain.
===
LOU | tuxedo, bow tie |
LOU, sixty, in a tuxedo with the bow tie hanging undone, pours the last of the wine.
===
HUGO | tweeds, plus fours |
HUGO, seventy, in tweeds and plus fours, strides across the lawn.
===
FAY | smock, paint |
FAY (60s), paint-spattered smock, brush between her teeth, steps back.
===
CORA | veil, black |
CORA, 50, in black, a veil over her face, stands at the grave.
===
DAD | 40, boxer shorts |
DAD, 40, boxer shorts and one sock, appears with a cricket bat.
===
ADA | bathrobe, turban, face mask |
ADA, in a bathrobe, a towel in a turban round her head, a green face mask, opens the door.
===
BEA | thin, huge sweater |
BEA, painfully thin in a huge sweater, picks at a salad.
===
BEA | braces, plaits |
BEA, 13, braces, plaits, recorder case, waits for the bus.
===
CAPTAIN | beard, oilskins |
The CAPTAIN, bearded, in yellow oilskins, shouts into the wind.

CAPTAIN
Hold!
===
VICTOR | cane, homburg, grey gloves |
VICTOR, sixty, homburg, grey gloves, silver-topped cane, descends.
===
VICTOR | tall, stooped, spectacles |
VICTOR, tall, stooped, spectacles held together with tape, reads.
===
CLAIRE | forty, trench coat |
CLAIRE, just turned forty, trench coat belted tight, checks her phone.
===
CLAIRE | rain hat |
CLAIRE, 40, in a plastic rain hat, shakes herself like a dog.
===
GINA | pink uniform, name tag |
GINA, in a pink uniform and a name tag, slaps down a menu.
===
WILL | 35, dishevelled, tie |
WILL, 35, dishevelled, tie over his shoulder, runs for the train.
===
WILL | bow tie |
WILL, 35, struggles with a bow tie at the mirror. The dress shirt still has its price tag on.
===
LADY ANNE | riding habit, top hat |
LADY ANNE, thirty, riding habit, top hat with a veil, trots up on a grey.

LADY ANNE
Good morning.
===
BOBBY | shorts, scabs |
BOBBY, seven, shorts, scabs on both knees, a catapult in his back pocket.
===
BOBBY | knees, cap |
BOBBY, seven. Scabby knees. A school cap two sizes too small.
===
ESTHER | wig |
ESTHER, 70, wears a red wig, slightly crooked.
===
ESTHER | 70, wig, crooked |
ESTHER, 70, red wig, sits. The wig is crooked.
===
OTTO | lederhosen |
OTTO (55), lederhosen, feather in his hat, raises a stein.
===
JUNE | curlers, cigarette |
JUNE, 60, curlers, cigarette, housecoat, leans over the fence.
===
IVY | sixties, bowling shoes |
IVY: sixties, bowling shoes, a glove on her right hand.
===
IVY | sixties, leopard print |
IVY, sixties, leopard print from head to toe, lights up.
===
RUTH | black, pearls |
RUTH, all in black but for the pearls, closes the piano.
===
RUTH | white, straw hat |
RUTH, in white, a straw hat hanging down her back, wades through the corn.
===
MARCUS | tracksuit |
MARCUS, in a tracksuit zipped to the chin, blows his whistle.
===
LYDIA | 70, walking stick, wool hat |
LYDIA CROSS (70) makes her way up the path on a walking stick, a wool hat pulled down to her eyebrows.

LYDIA
Hello?
===
DETECTIVE SHAW | 44, raincoat, tired |
DETECTIVE SHAW, 44, tired eyes, raincoat, ducks under the tape.

DETECTIVE SHAW
Morning.
===
THE BRIDE | white dress, trainers |
THE BRIDE, 28, white dress, white trainers, veil bunched in one fist, runs.

THE BRIDE
Taxi!
===
PADDY | 60, flat cap, waistcoat |
PADDY, 60, flat cap, collarless shirt, waistcoat, deals the cards.
===
SISTER AGNES | habit, bicycle clips |
SISTER AGNES, forty, full habit and bicycle clips, pedals past.

SISTER AGNES
Morning!
===
CHLOE | 17, nose stud, blazer |
CHLOE, 17, school blazer, nose stud, eyeliner you could trip over, slumps in.
===
CHLOE | eyeliner |
CHLOE, 17, slumps in. Black nail varnish, black eyeliner.
===
CHLOE | blue hair |
CHLOE, 17, has dyed her hair blue.
===
CHLOE | pink, pigtails |
CHLOE, 17, pink pigtails, slumps in.
===
MR LUM | silk, gown, slippers |
MR LUM, seventy, silk dressing gown, velvet slippers, pads in.

MR LUM
Tea?
===
DARYL | neck brace |
DARYL, 26, is in a neck brace.
===
DARYL | neck brace |
DARYL, 26, wearing a neck brace and a sulk, lowers himself into a chair.
===
DARYL | suit, tag |
DARYL, 26, in a new suit with the tag still on, sweats.
===
DARYL | uniform, security |
DARYL, 26, a security guard's uniform a size too large, yawns.
===
HELEN | 50s, silver bob, black polo neck |
HELEN, 50s, silver bob, black polo neck, a single ring, opens the file.
===
HELEN | coat, gloves |
HELEN, 50s, long camel coat, leather gloves, doesn't sit.
===
NATE | 30, paint, beanie |
NATE, 30, beanie, paint on his jeans, whistles.
===
NATE | beanie |
NATE, 30, pulls a beanie down over his ears.
===
NATE | leather jacket, helmet |
NATE, 30, leather jacket, a crash helmet hooked over his arm, rings the bell.
===
NATE | towel |
NATE, 30, a towel round his waist, dripping, answers the door.
===
IRIS | 80, shawl |
IRIS, 80, a shawl round her shoulders, rocks.
===
IRIS | 80, white hair, tiny |
IRIS: 80, tiny, white hair like a dandelion.
===
CONNOR | 8, superhero, cape |
CONNOR, 8, pyjamas and a superhero cape, jumps off the sofa.
===
CONNOR | 8, cape |
CONNOR (8) jumps off the sofa, cape flying.
===
CONNOR | nappy |
CONNOR, two, in nothing but a nappy, toddles in.
===
GWEN | 45, sling |
GWEN, 45, her arm in a sling, signs with the wrong hand.
===
GWEN | stethoscope, white coat |
GWEN, 45, white coat, stethoscope, checks the chart.
===
GWEN | mask |
GWEN, 45, gowned and masked, holds out her hand for the scalpel.
===
STEVE | Santa |
STEVE, 50, in a Santa suit, smokes behind the bins.
===
CARLA | 30s, business suit, trainers |
CARLA (30s) power-walks in: business suit, trainers, phone to her ear.
===
HARRY | pale, sweating |
HARRY, 50, pale and sweating, loosens his collar.
===
LENNY | 16, headphones |
LENNY (16) mops, headphones clamped over a woolly hat.
===
ROSE | twelve, ribbon |
ROSE, twelve, Sunday dress, ribbon in her hair, watches.
===
OFFICER DUNN | uniform, sunglasses |
OFFICER DUNN, mirrored sunglasses, tight uniform, saunters up.

OFFICER DUNN
Licence.
===
MO | 45, cab driver, football scarf |
MO, 45, a cab driver in a football scarf, counts change.
===
MO | 45, football scarf, balding |
MO, 45, balding, football scarf, counts change.
===
MO | 45, stocky, vest |
MO, 45, stocky, in his vest, shaves over the kitchen sink.
===
NELLY | blind, dark glasses, white stick |
NELLY, 60, blind, dark glasses, white stick, crosses.
===
NELLY | blind, dark glasses |
NELLY, 60, crosses. She's blind. Dark glasses, a white stick.
===
EVAN | tall, ginger, freckles |
EVAN: tall, ginger, freckles, a rugby shirt.
===
EVAN | ginger, 22 |
EVAN, 22, ginger and gangling, ducks under the beam.
===
EVAN | rugby shirt, blood |
EVAN, 22, rugby shirt, cotton wool up one nostril, blood down his front.
===
EVAN | stitches |
EVAN, 22, six stitches above his eye, signs.
===
MIA | tutu |
MIA, nine, wears a tutu over her jeans.
===
LORD FENN | ermine |
LORD FENN, seventy, in ermine and a coronet, dozes.

LORD FENN
Mm?
===
VICAR | dog collar, bicycle helmet |
The VICAR, dog collar, bicycle helmet, leans his bike on a grave.

VICAR
Sorry!
===
PIP | six, pyjamas, wellies |
PIP, six, pyjamas tucked into wellies, stamps in a puddle.
===
PIP | six, cowboy hat |
PIP, six, nothing on but a cowboy hat, streaks past.
"""


@pytest.mark.parametrize("case", cases_in(SCRIPTS))
def test_person_introduced_by_a_list_looks_so(case: str) -> None:
    assert wrong_in(case) == []
