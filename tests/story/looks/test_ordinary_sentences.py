"""Looks in ordinary sentences of plain scripts: who is introduced, what comes on and off, how it is worn."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.looks.looks_found import looks_found
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down

# Of each script: who speaks at its end, what is said last of that one's look, what is not said any more.
ORDINARY = """
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
TOM | dressed to the nines | bathrobe
TOM, 40, in a bathrobe, shaves at the sink.

TOM comes down the stairs, dressed to the nines.
===
IVAN | long coat, hat |
A figure at the end of the alley: a long coat, a hat. It turns. IVAN.
===
JO | tattooed arms |
Behind the bar, polishing a glass, a woman with tattooed arms. JO.
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
ANNA | sixties, tracksuit |
TOM and ANNA, both in their sixties, in matching tracksuits, jog past.
===
TOM | shaved head, neck tattoo |
TOM, 30, shaved head and a neck tattoo, blocks the door.
===
TOM | shaved head, neck tattoo |
TOM (30s) has a shaved head and a neck tattoo.
===
ANNA | habit, oilskin |
SISTER ANNA, 50, in an oilskin over her habit, climbs the steps.

ANNA
Come.
===
ANNA | habit | oilskin
ANNA, 50, in an oilskin over her habit, climbs the steps.

She takes off the oilskin.
===
TOM | 40, coat | hat
TOM, 40, in a coat and a flat cap, comes in.

No cap now. He sits down.
===
TOM | shirt | coat
TOM, 40, coat over a blue shirt, paces.

The coat hangs on a nail. TOM sits.
===
TOM | 40 | moustache
TOM, 40, with a false moustache, waits.

He peels it off. Without it he's thin and young.
===
TOM | brown suit | hat
TOM, 40, brown suit, brown hat, sits.

TOM lies on the bed. His hat is beside him on the spread.
===
TOM | brown suit | hat
TOM, 40, brown suit and a straw hat, sits.

TOM on the bench, asleep, his hat beside him.
===
ANNA | raincoat | scarf
ANNA, 40, raincoat and a green scarf, comes in.

ANNA's scarf has been left on the seat. She's gone to look.
===
ANNA | raincoat | scarf
ANNA, 40, raincoat and a green scarf, comes in.

ANNA gives the scarf to TOM.
===
ANNA | raincoat | scarf
ANNA, 40, raincoat and a green scarf, comes in.

The scarf is missing from ANNA's neck.
===
ANNA | raincoat | scarf
ANNA, 40, raincoat and a green scarf, comes in.

Her scarf lies in the gutter.
===
ANNA |  | apron
ANNA, 40, in a striped apron, chops onions.

The apron's on its hook. ANNA counts the till.
===
ANNA |  | apron
ANNA, 40, striped apron, chops onions.

The apron is folded on the counter. ANNA counts the till.
===
TOM |  | helmet
TOM, 30, in a yellow helmet, hammers.

Helmet under his arm, TOM walks out.
===
TOM |  | helmet
TOM, 30, in a yellow helmet, hammers.

TOM sits on the kerb, his helmet between his feet.
===
TOM |  | boots
TOM, 30, muddy boots, comes in.

His boots stand by the door. TOM, in socks, makes tea.
===
MARTA | 40s, red coat, big |
MARTA (40s), a big woman in a red coat, shoves the door open.
===
DANNY | wiry, tracksuit, shaved head, gold chain |
DANNY, wiry, tracksuit, shaved head, a gold chain at his throat, counts money.
===
GRACE | 60, grey hair, bun, reading glasses |
GRACE sits behind the desk: 60, grey hair in a bun, reading glasses on a cord.
===
GRACE | 60, grey bun, reading glasses |
Behind the desk sits GRACE. She's 60, with a grey bun and reading glasses on a cord.
===
KAREN | 35, pregnant, nurse's uniform |
KAREN, 35, heavily pregnant in a nurse's uniform, waddles to the phone.
===
PETE | 19, acne, hi-vis |
PETE, 19, acne, hi-vis vest two sizes too big, sweeps the yard.
===
LENA | blonde, leather jacket |
LENA has blonde hair cut short and a leather jacket.

She lights a cigarette.
===
RAJ | turban, beard |
RAJ (50), turban, neat grey beard, stands behind the till.
===
RAJ | turban, beard |
RAJ stands behind the till. He wears a turban and has a neat grey beard.
===
MOLLY | nine, gap, dungarees |
MOLLY is nine. Gap teeth, dungarees, one welly.
===
FRANK | sixties, cardigan, slippers |
FRANK, in his sixties, wearing a cardigan and slippers, opens the door a crack.
===
FRANK | cardigan, slippers |
FRANK opens the door a crack. Cardigan, slippers, three days of beard.
===
NELL | thirties, black dress, barefoot |
NELL, thirties, sits on the kerb in a black dress, barefoot, her shoes beside her.
===
NELL | black dress | heels
NELL, thirties, in a black dress and heels, walks up.

She sits on the kerb, barefoot now, the heels beside her.
===
OWEN | farmer, cap, waxed jacket |
OWEN, a farmer in his fifties, flat cap and waxed jacket, leans on the gate.
===
MRS BELL | eighties, tiny, hat |
MRS BELL, eighties, tiny under an enormous hat, takes the front pew.
===
CARL | suit, tie |
CARL is forty, handsome, in a good suit with no tie.
===
SAM | 28, unshaven, T-shirt |
SAM (28, unshaven, yesterday's T-shirt) stares into the fridge.
===
SAM | unshaven, T-shirt |
SAM stares into the fridge. He is unshaven and still in yesterday's T-shirt.
===
IDA | glasses, cropped hair |
IDA, mid-forties, cropped hair, heavy black glasses, doesn't look up.
===
IDA | glasses, cropped |
We find IDA at the back: mid-forties, cropped hair, heavy black glasses.
===
HANK | cowboy hat, boots |
HANK, 60, weathered, in a cowboy hat and boots, climbs down from the truck.
===
HANK | 60, weathered, cowboy hat |
A truck pulls up. HANK climbs down. He's 60, weathered, cowboy hat.
===
VIV | fur coat, lipstick |
VIV, 50, fur coat, too much lipstick, drapes herself over the bar.
===
LEO | hood, headphones |
LEO, 15, shuffles past with his hood up and his headphones on.
===
LEO | hood | headphones
LEO, 15, hoodie, headphones, shuffles past.

He pulls off his headphones. Puts his hood up.
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
TINA | rollers, dressing gown |
TINA fetches the milk in her dressing gown, her hair in rollers.
===
MAX | scar, left eye |
MAX has a scar over his left eye and two fingers missing.
===
MAX | two fingers missing |
MAX, 40, two fingers missing on the left hand, deals.
===
COLE | handcuffs, orange jumpsuit |
COLE, 30, is led in: orange jumpsuit, handcuffs, a bruise on his jaw.
===
TOM | hat, trench coat, soaked |
TOM, 40, trench coat, hat, stands in the doorway.

He comes in, soaked to the skin.
===
TOM | suit | coat, hat
TOM, 40, in a grey suit, black coat and hat, comes in.

He hangs his coat and hat on the stand.
===
TOM | suit | coat
TOM, 40, grey suit, black coat, comes in.

He shrugs out of the coat and slings it over a chair.
===
TOM | suit | coat
TOM, 40, grey suit, black coat, comes in.

He drapes the coat round ANNA's shoulders.

ANNA
Thanks.
===
ANNA | coat |
TOM, 40, grey suit, black coat, comes in.

He drapes the coat round ANNA's shoulders.
===
ANNA |  | gloves
ANNA, 30, red coat, gloves, waits.

She pulls off her gloves finger by finger.
===
ANNA | red coat | gloves
ANNA, 30, red coat, gloves, waits.

She stuffs the gloves into her pocket.
===
ANNA | jeans, T-shirt | red coat, dress
ANNA, 30, red dress, waits.

INT. BEDROOM - LATER

ANNA has changed into jeans and a T-shirt.
===
ANNA | jeans, T-shirt | dress
ANNA, 30, red dress, waits.

INT. BEDROOM - MORNING

ANNA, in jeans and a T-shirt, makes coffee.
===
ANNA | towel, wet hair | dress
ANNA, 30, red dress, waits.

INT. BATHROOM - MORNING

ANNA comes out of the shower wrapped in a towel, wet hair down her back.
===
TOM |  | glasses
TOM, 40, thick glasses, reads.

He takes off his glasses and rubs his eyes.
===
TOM | glasses |
TOM, 40, thick glasses, reads.

He takes off his glasses, rubs his eyes, puts them back on.
===
TOM |  | glasses
TOM, 40, thick glasses, reads.

His glasses fly off. They shatter on the tiles.
===
TOM |  | shoes
TOM, 40, suit, polished shoes, comes in.

He kicks off his shoes.
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
TOM | apron |
TOM, 40, shirt and tie.

He ties on an apron.
===
TOM | shirt, sleeves |
TOM, 40, white shirt, tie.

He rolls up his sleeves.
===
TOM | shirt | tie
TOM, 40, white shirt, tie.

He yanks off his tie and throws it in the bin.
===
TOM | shirt | jacket
TOM, 40, white shirt, denim jacket.

His jacket is slung over one shoulder now. He throws it on the bed.
===
TOM | hoodie |
ANNA tosses TOM a hoodie. He pulls it on.

TOM
Thanks.
===
TOM |  | hoodie
TOM, 20, in a red hoodie, sits.

He peels the hoodie off over his head.
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
TOM |  | wig
TOM, 50, in a wig and full make-up, smokes.

He takes off the wig. Under it he is bald.
===
TOM | bald | wig
TOM, 50, in a wig and full make-up, smokes.

He drags off the wig. He's bald underneath.
===
TOM |  | helmet
TOM, 20, motorbike helmet, leathers, strides in.

He pulls off the helmet and shakes out his hair.
===
TOM | leathers | helmet
TOM, 20, motorbike helmet, leathers, strides in.

He sets the helmet on the counter.
===
TOM | leathers | helmet
TOM, 20, motorbike helmet, leathers, strides in.

He has taken his helmet off.
===
TOM | leathers | helmet
TOM, 20, motorbike helmet, leathers, strides in.

TOM, helmetless now, sits down.
===
TOM | suit | hat
TOM, 20, suit, hat, runs.

The wind takes his hat.
===
TOM | suit | hat
TOM, 20, suit, hat, runs.

A gust snatches the hat off his head and bowls it down the street.
===
TOM | suit | hat
TOM, 20, suit, hat, runs.

His hat comes off. He doesn't stop for it.
===
TOM | suit | hat
TOM, 20, suit, hat, runs.

He's lost his hat.
===
TOM | suit | hat
TOM, 20, suit, hat, runs.

TOM walks in. His hat is gone.
===
TOM | suit | hat
TOM, 20, suit, hat, runs.

TOM, hatless, walks in.
===
TOM | suit | hat
TOM, 20, suit, hat, walks in.

ANNA takes his hat and puts it on the shelf.
===
TOM | suit | hat
TOM, 20, suit, hat, walks in.

ANNA holds out a hand. He gives her the hat.
===
TOM | suit | hat
TOM, 20, suit, hat, walks in.

He leaves the hat on the seat.
===
JEAN | sixties, small, cardigan |
A small woman in her sixties, cardigan buttoned wrong, stands at the counter. This is JEAN.
===
JEAN | cardigan |
The door opens and a small woman in a cardigan looks out. JEAN.
===
DEV | 30s, suit, mud |
A man in a good suit wades ashore, mud to his knees: DEV, 30s.
===
DEV | suit |
Sitting alone at the end of the bar is DEV, in a good suit gone shiny at the elbows.
===
DEV | suit |
At the end of the bar: DEV. Forty. A good suit gone shiny at the elbows.
===
ROSA | apron, hair tied back |
ROSA works the stove, apron on, hair tied back, sweat on her lip.
===
ROSA | head scarf, gold earrings |
ROSA (55), a head scarf knotted under her chin and big gold earrings, counts coins.
===
KIT | 10, school uniform, tie |
KIT, 10, school uniform, tie round his head like a bandit, charges in.
===
KIT | ten, freckles, cast |
KIT is ten, all freckles, with one arm in a cast covered in signatures.
===
WALT | beard, overalls |
An old man with a white beard and bib overalls rocks on the porch. WALT.
===
WALT | white beard, overalls |
An OLD MAN rocks on the porch: white beard, bib overalls, no shoes. His name is WALT.

WALT
Evening.
===
NORA | dressing gown, 38 |
The door opens. NORA, 38, dressing gown, bed hair.
===
SGT HALL | uniform, moustache |
SGT HALL, fifties, uniform straining at the buttons, a clipped moustache, sighs.
===
YOUNG MAN | twenty, parka |
A YOUNG MAN of twenty in a green parka hovers by the gate.

YOUNG MAN
Sorry.
===
EVE | green dress |
EVE comes down the stairs in a green dress. Her hair is up.
===
EVE | green dress, hair up |
EVE comes down the stairs in a green dress, her hair up.
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
NINA | scrubs, ponytail, badge |
NINA runs in: blue scrubs, ponytail, a badge swinging from her neck.
===
SAL | vest, gold chain, hairy chest |
SAL, fifties, string vest, gold chain, hairy chest, fans himself with a menu.
===
SAL | comb-over, shirt |
SAL has a comb-over and a short-sleeved shirt with a biro in the pocket.
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
MICK | donkey jacket |
MICK comes in out of the rain, turning up the collar of his donkey jacket.
===
LOU | tuxedo, bow tie |
LOU, sixty, in a tuxedo with the bow tie hanging undone, pours the last of the wine.
===
TWIN ONE | seven, raincoat |
TWIN ONE and TWIN TWO, seven, identical yellow raincoats, stand at the door.

TWIN ONE
Hi.
===
TWIN TWO | seven, raincoat |
TWIN ONE and TWIN TWO, seven, identical yellow raincoats, stand at the door.

TWIN TWO
Hi.
===
MAY | thirty, sari |
MAY and JUNE, thirty, both in saris, wait under an umbrella.
===
PAT | ponytail, leather jacket |
The driver is PAT: leather jacket, grey ponytail, sixty if a day.
===
PAT | leather jacket, grey ponytail |
Behind the wheel, PAT, sixty, leather jacket, grey ponytail.
===
PAT | leather jacket |
Leather jacket, grey ponytail, mirrored shades: that's PAT.
===
HUGO | dinner jacket, monocle |
HUGO wears a dinner jacket, a monocle and an expression of great boredom.
===
HUGO | tweeds, plus fours |
HUGO, seventy, in tweeds and plus fours, strides across the lawn.
===
FAY | smock, paint |
FAY (60s), paint-spattered smock, brush between her teeth, steps back.
===
FAY | paint, smock |
FAY steps back from the canvas. There is paint in her hair and down her smock.
===
CORA | veil, black |
CORA, 50, in black, a veil over her face, stands at the grave.
===
TOM | dinner jacket |
TOM and ANNA, the two of them at the bar, he in a dinner jacket, she in a red dress.

TOM
Hi.
===
ANNA | red dress |
TOM and ANNA at the bar, he in a dinner jacket, she in a red dress.

ANNA
Hi.
===
ANNA | towel | jeans
ANNA, 30, jeans, and TOM, 30, shorts, dive in.

INT. SAUNA - LATER

The two of them sit on the bench in towels.

ANNA
Hot.
===
ANNA | bathrobe | jeans
ANNA, 30, jeans, locks the door.

INT. HOTEL ROOM - NIGHT

TOM and ANNA, both in bathrobes, eat from trays.

ANNA
Good.
===
TOM | white shirt | jacket, tie
TOM, 45, suit jacket, white shirt, tie, comes home.

INT. KITCHEN - LATER

TOM at the stove. The jacket and tie are gone, his sleeves rolled.
===
TOM | pyjamas | suit
TOM, 45, in a suit, comes home.

INT. BEDROOM - NIGHT

TOM lies awake in striped pyjamas.
===
TOM | suit | pyjamas
TOM, 45, in pyjamas, makes coffee.

INT. OFFICE - DAY

TOM, in a suit now, takes the lift.
===
TOM | overalls | suit
TOM, 45, in a suit, arrives.

INT. GARAGE - DAY

TOM slides out from under a car in oily overalls.
===
TOM | blood |
TOM, 45, white shirt, fights.

He goes down. Comes up with blood on his mouth.
===
TOM | 45 | blood
TOM, 45, white shirt, blood on his mouth, gets up.

He wipes the blood from his mouth.
===
TOM | black eye |
TOM, 45, white shirt.

INT. OFFICE - NEXT DAY

TOM walks in with a black eye and a plaster on his nose.
===
ANNA | hair loose |
ANNA, 30, hair in a bun, sits.

She pulls out the pins. Her hair comes down.
===
ANNA | short | long hair
ANNA, 30, long hair to her waist, sits.

INT. HAIRDRESSER - LATER

ANNA looks at herself in the mirror. Her hair is short now.
===
ANNA | red hair | blonde
ANNA, 30, blonde, sits.

INT. MOTEL BATHROOM - NIGHT

ANNA rinses the dye out. Her hair is red.
===
ANNA | coat | scarf
ANNA, 30, coat, woollen scarf, comes in.

She unwinds the scarf and lays it on the radiator.
===
ANNA | scarf | coat
ANNA, 30, coat, woollen scarf, comes in.

She lets her coat fall to the floor.
===
ANNA | dress | coat
ANNA, 30, coat over a black dress, comes in.

TOM helps her out of her coat.
===
ANNA | dress | coat
ANNA, 30, coat over a black dress, comes in.

A porter takes her coat.
===
ANNA | dress, jacket |
ANNA, 30, in a thin dress, shivers.

TOM takes off his jacket and puts it round her.
===
TOM | shirt | jacket
TOM, 40, tweed jacket, blue shirt.

ANNA, 30, in a thin dress, shivers. TOM takes off his jacket and puts it round her.

ANNA
Thanks.
===
TOM | jacket |
TOM, 40, tweed jacket, blue shirt.

ANNA, 30, in a thin dress, shivers. TOM takes off his jacket and puts it round her.

ANNA
Thanks.

She gives him back his jacket. He puts it on.
===
TOM | boots | rucksack
TOM, 25, hiking boots, a rucksack on his back, sticks out his thumb.

He drops the rucksack in the road.
===
TOM |  | cap
TOM, 25, baseball cap, waits.

He takes the cap off and fans himself with it.
===
TOM |  | cap
TOM, 25, baseball cap, waits.

He whips off his cap when he sees her.
===
TOM |  | cap
TOM, 25, baseball cap, waits.

He stands there with his cap in his hands.
===
TOM |  | cap
TOM, 25, baseball cap, waits.

He tosses ANNA his cap.

ANNA
Ta.
===
ANNA | cap |
TOM, 25, baseball cap, waits. ANNA, 25, jeans.

He puts his cap on ANNA's head.
===
TOM |  | gun belt
TOM, 50, marshal's badge, gun belt, steps up.

He unbuckles the gun belt and hangs it on a nail.
===
TOM |  | badge
TOM, 50, marshal's badge, grey coat, steps up.

He unpins the badge and drops it in the dust.
===
TOM |  | tie
TOM, 50, shirt and tie.

The tie comes off. So does the watch.
===
TOM |  | shoes
TOM, 50, black shoes.

TOM at the river, his shoes and socks on the bank, trousers rolled.
===
TOM |  | shoes
TOM, 50, black shoes.

TOM, shoes in hand, tiptoes up the stairs.
===
TOM | barefoot | shoes
TOM, 50, black shoes.

TOM, barefoot, tiptoes up the stairs.
===
TOM |  | shoes
TOM, 50, black shoes.

TOM walks in his socks across the hall.
===
TOM |  | veil
TOM, 50, sunglasses, veil.

The veil is torn away.
===
NUN | habit | wimple
A NUN of thirty, habit and wimple, sits on the wall.

She has taken off her wimple. Her hair is red.
===
DOT | forties, nurse |
The woman behind the counter, forties, nurse's uniform, looks up. Her badge says DOT.

DOT
Next.
===
KID | ten, Spider-Man pyjamas |
A KID of about ten in Spider-Man pyjamas stands at the top of the stairs.

KID
Dad?
===
DAD | 40, boxer shorts |
DAD, 40, boxer shorts and one sock, appears with a cricket bat.
===
PRIEST | cassock, trainers |
A PRIEST in a cassock and trainers jogs up the nave.

PRIEST
Sorry.
===
ADA | bathrobe, turban, face mask |
ADA, in a bathrobe, a towel in a turban round her head, a green face mask, opens the door.
===
ROY | silver, blazer |
A silver-haired man in a blazer gets out of the Jaguar. This is ROY.
===
MEG | plump, pinafore |
Plump, fifty, flowered pinafore: MEG runs this place.
===
JACK | grease, overalls |
JACK wipes his hands on a rag. Overalls black with grease.
===
JACK | overalls |
JACK wipes his hands on a rag. He's in overalls black with grease.
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
VICTOR | overcoat, fur collar |
VICTOR wears an overcoat with a fur collar and carries a cane.
===
VICTOR | eyepatch |
VICTOR has an eyepatch and a parrot on his shoulder.
===
VICTOR | tall, stooped, spectacles |
VICTOR, tall, stooped, spectacles held together with tape, reads.
===
VICTOR | glasses, bald |
He is VICTOR, bald, with thick glasses.

VICTOR
Yes?
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
FLO | gumboots, headscarf, forty |
A woman in gumboots and a headscarf throws corn to the hens. FLO, forty.
===
OTTO | lederhosen |
OTTO (55), lederhosen, feather in his hat, raises a stein.
===
JUNE | curlers, cigarette |
JUNE, 60, curlers, cigarette, housecoat, leans over the fence.
===
SOLDIER | nineteen, bandage |
A SOLDIER, nineteen, a bandage over one eye, sits against the wall.

SOLDIER
Water.
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
TOM | coat | hat
TOM, 40, coat and hat, stands at the bar.

The hat goes on the bar. The coat stays on.
===
TOM | suit | hat
TOM, 40, suit, hat, stands at the bar.

No hat now. TOM's hair is plastered flat.
===
TOM | suit | hat
TOM, 40, suit, hat, stands at the bar.

TOM comes out of the river without his hat.
===
TOM | suit | coat
TOM, 40, suit, overcoat, sits.

INT. CLOAKROOM - LATER

TOM's overcoat hangs between two furs. He's in the doorway, looking for it.
===
TOM | suit | glasses
TOM, 40, suit, glasses.

Without his glasses TOM can't see a thing.
===
TOM | suit | glasses
TOM, 40, suit, glasses.

TOM gropes along the floor for his glasses.
===
TOM | suit | glasses
TOM, 40, suit, glasses.

The glasses lie smashed in the gutter.
===
TOM | suit | glasses
TOM, 40, suit, glasses.

He folds his glasses and slides them into his breast pocket.
===
TOM | suit | glasses
TOM, 40, suit, glasses.

TOM has put his glasses on the table. He rubs the bridge of his nose.
===
TOM | suit | jacket
TOM, 40, denim jacket, suit trousers.

TOM's jacket is round ANNA's shoulders now.

ANNA
Hm.
===
TOM |  | coat
TOM, 40, long coat.

He rolls up his coat and puts it under ANNA's head.
===
TOM |  | coat
TOM, 40, long coat.

He spreads his coat on the wet grass for her.
===
TOM |  | coat
TOM, 40, long coat.

ANNA is wearing TOM's coat.
===
ANNA | coat |
TOM, 40, long coat. ANNA, 30.

ANNA has TOM's coat on.
===
TOM |  | scarf
TOM, 40, striped scarf.

A dog runs off with the scarf.
===
TOM |  | watch
TOM, 40, gold watch, suit.

He slips off the watch and hands it over.
===
TOM |  | uniform
TOM, 40, in uniform.

INT. BAR - NIGHT

TOM, out of uniform, in a checked shirt, orders a beer.
===
TOM | checked shirt | uniform
TOM, 40, in uniform.

INT. BAR - NIGHT

TOM orders a beer. He's out of uniform: checked shirt, jeans.
===
TOM | jeans | uniform
TOM, 40, in uniform.

INT. BAR - NIGHT

TOM orders a beer. He's swapped his uniform for jeans and a sweatshirt.
===
TOM |  | bandage
TOM, 40, a bandage round his head.

The bandage is off now. There's a scar.
===
TOM | scar | bandage
TOM, 40, a bandage round his head.

INT. WARD - WEEKS LATER

TOM, the bandage gone, a scar at his hairline, packs a bag.
===
TOM |  | beard
TOM, 40, bushy beard.

INT. CELL - MORNING

TOM, clean-shaven, splashes his face.
===
TOM | beard |
TOM, 40, clean-shaven.

INT. CELL - MONTHS LATER

TOM has a beard now, down to his chest.
===
TOM | grey | dark hair
TOM, 40, dark hair.

INT. HOUSE - TWENTY YEARS LATER

TOM, 60, grey now, sits by the fire.
===
ANNA |  | apron
ANNA, 40, apron.

She unties her apron. She drops it on the floor and walks out.
===
ANNA |  | gloves
ANNA, 40, rubber gloves.

She snaps off the gloves.
===
ANNA |  | rollers
ANNA, 40, hair in rollers.

INT. CHURCH - DAY

ANNA, her hair set and sprayed, sings.
===
ANNA | cardigan | coat
ANNA, 40, coat over a cardigan.

She's taken her coat off. She sits with it folded on her lap.
===
ANNA | cardigan | coat
ANNA, 40, coat over a cardigan.

The coat slides off her shoulders.
===
ANNA | dress | shoes
ANNA, 40, black dress, shoes.

She walks into the sea in her dress, her shoes left on the sand.
===
ANNA | dress | shoes
ANNA, 40, black dress, heels.

ANNA dances, shoes off, hair down.
===
ANNA | dress, hair down | shoes
ANNA, 40, black dress, shoes.

ANNA dances, shoes off, hair down.
===
ANNA | dress | crown
ANNA, 9, blue dress, paper crown.

The paper crown has fallen in the soup.
===
ANNA | dress | mask
ANNA, 9, blue dress, cat mask.

The mask hangs round her neck by its elastic.
===
ANNA |  | raincoat
ANNA, 9, yellow raincoat.

INT. HALL - LATER

The yellow raincoat drips on its hook. ANNA eats toast.
===
ANNA |  | wellies
ANNA, 9, yellow wellies.

INT. HALL - LATER

Yellow wellies in a row by the door. ANNA eats toast.
===
MARCUS | tracksuit |
MARCUS, in a tracksuit zipped to the chin, blows his whistle.
===
LYDIA | 70, walking stick, wool hat |
LYDIA CROSS (70) makes her way up the path on a walking stick, a wool hat pulled down to her eyebrows.

LYDIA
Hello?
===
LYDIA | wool hat, mittens |
LYDIA makes her way up the path. She's bundled into three cardigans, a wool hat and mittens.
===
DETECTIVE SHAW | 44, raincoat, tired |
DETECTIVE SHAW, 44, tired eyes, raincoat, ducks under the tape.

DETECTIVE SHAW
Morning.
===
SHAW | raincoat |
SHAW ducks under the tape. Forty-four, raincoat, the eyes of a man who hasn't slept.
===
SHAW | forty-four, moustache |
SHAW ducks under the tape. He's forty-four and has a moustache that belongs in another decade.
===
THE BRIDE | white dress, trainers |
THE BRIDE, 28, white dress, white trainers, veil bunched in one fist, runs.

THE BRIDE
Taxi!
===
PADDY | 60, flat cap, waistcoat |
PADDY, 60, flat cap, collarless shirt, waistcoat, deals the cards.
===
PADDY | 60, cap |
PADDY deals the cards. 60, a flat cap he has never been seen without.
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
DARYL | 26, uniform |
A security guard yawns: 26, uniform a size too large. DARYL.
===
HELEN | 50s, silver bob, black polo neck |
HELEN, 50s, silver bob, black polo neck, a single ring, opens the file.
===
HELEN | coat, gloves |
HELEN, 50s, long camel coat, leather gloves, doesn't sit.
===
HELEN | camel coat | gloves
HELEN, 50s, long camel coat, leather gloves, doesn't sit.

She peels off the gloves, one finger at a time, and drops them into her bag.
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
NATE | 30, dripping, towel |
NATE answers the door. He's 30, dripping, in nothing but a towel.
===
NATE | jeans | T-shirt
NATE, 30, jeans, T-shirt.

He drags his T-shirt off and dives in.
===
NATE | shorts | jeans
NATE, 30, jeans, T-shirt.

EXT. POOL - LATER

NATE, in swimming shorts, cannonballs.
===
NATE | T-shirt, jeans | shorts
NATE, 30, in swimming shorts.

INT. DINER - NIGHT

NATE, in a T-shirt and jeans, hair still wet, eats.
===
IRIS | 80, shawl |
IRIS, 80, a shawl round her shoulders, rocks.
===
IRIS | 80, shawl |
IRIS rocks by the fire, eighty or 80, a shawl round her shoulders.
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
TOM | beard |
TOM comes out of the bathroom, beard dripping.
===
TAMMY | jeans | feathers
TAMMY, 23, showgirl's feathers, waits.

INT. BAR - LATER

TAMMY, out of her feathers, jeans and a college sweatshirt, takes a stool.
===
ABEL | 81, nightshirt, white beard |
A MAN in a nightshirt, white beard to his waist, carries a lantern.

MAN
Evening.

INT. KITCHEN - NIGHT

The man, ABEL, 81, sits by the range.
===
CARLA | 30s, business suit, trainers |
CARLA (30s) power-walks in: business suit, trainers, phone to her ear.
===
CARLA | business suit, heels | trainers
CARLA, 30s, business suit, trainers.

She swaps the trainers for a pair of heels.
===
CARLA | suit | trainers
CARLA, 30s, business suit, trainers.

Carla kicks the trainers under the desk.
===
HARRY | pale, sweating |
HARRY, 50, pale and sweating, loosens his collar.
===
HARRY | fat, seersucker |
HARRY is fat, fiftyish, in a seersucker suit, with a panama on the back of his head.
===
HARRY | panama, seersucker |
HARRY wears a crumpled seersucker suit and a panama hat, which he does not take off.
===
HARRY | seersucker | panama
HARRY, 50, seersucker suit, panama hat.

Harry's panama is on the seat beside him. He mops his head.
===
HARRY | seersucker | panama
HARRY, 50, seersucker suit, panama hat.

He has left his panama in the car.
===
HARRY | seersucker | panama
HARRY, 50, seersucker suit, panama hat.

The panama floats away downstream.
===
HARRY | seersucker | panama
HARRY, 50, seersucker suit, panama hat.

A child is wearing the panama now.
===
LENNY | 16, headphones |
LENNY (16) mops, headphones clamped over a woolly hat.
===
LENNY |  | headphones
LENNY, 16, headphones.

He pulls the headphones down round his neck.

He drops them on the bench.
===
ROSE | twelve, ribbon |
ROSE, twelve, Sunday dress, ribbon in her hair, watches.
===
ROSE | Sunday dress | ribbon
ROSE, twelve, Sunday dress, ribbon in her hair, watches.

She tears the ribbon out of her hair.
===
OFFICER DUNN | uniform, sunglasses |
OFFICER DUNN, mirrored sunglasses, tight uniform, saunters up.

OFFICER DUNN
Licence.
===
OFFICER DUNN | uniform | sunglasses
OFFICER DUNN, mirrored sunglasses, tight uniform, saunters up.

He takes off his sunglasses and hooks them on his shirt.

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
MO | shirt | vest
MO, 45, in his vest, shaves.

INT. OFFICE - DAY

MO, in a shirt and tie, waits his turn.
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
MIA | anorak, leotard |
MIA, nine, leotard.

She pulls an anorak on over her leotard.
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
VICAR | dog collar | helmet
The VICAR, dog collar, bicycle helmet, leans his bike on a grave.

He hangs his helmet on the handlebars.

VICAR
Sorry!
===
PIP | six, pyjamas, wellies |
PIP, six, pyjamas tucked into wellies, stamps in a puddle.
===
PIP | six, cowboy hat |
PIP, six, nothing on but a cowboy hat, streaks past.
"""


def last_of(name: str, text: str) -> str:
    """What a script says last of somebody's look, who speaks in it at the end."""
    heading = "" if text.startswith(("INT.", "EXT.")) else "INT. ROOM - DAY\n\n"
    paragraphs = (
        each if each.partition("\n")[0].isupper() else each.replace("\n", " ") for each in text.split("\n\n")
    )
    script = heading + "\n\n".join([*paragraphs, f"{name}\nYes.\n"])
    scenes = break_down(fountain.parse(script.encode()), Fraction(24))
    found = looks_found([scene.as_read for scene in scenes])
    mine = [each.text for each in found if each.name.upper() == name]
    return mine[-1].casefold() if mine else ""


@pytest.mark.parametrize("case", ORDINARY.strip().split("\n===\n"))
def test_ordinary_sentences(case: str) -> None:
    head, _, text = case.partition("\n")
    name, said, unsaid = (each.strip() for each in head.split("|"))
    look = last_of(name, text)
    assert [words for words in filter(None, said.split(", ")) if words.casefold() not in look] == [], look
    assert [words for words in filter(None, unsaid.split(", ")) if words.casefold() in look] == [], look
