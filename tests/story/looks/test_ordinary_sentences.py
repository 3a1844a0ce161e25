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
