"""Test looks in ordinary sentences that say what a character wears, has or is, before or after the name."""

from __future__ import annotations

import pytest

from tests.story.looks.last_look import cases_in, wrong_in

SCRIPTS = """
IVAN | long coat, hat |
A figure at the end of the alley: a long coat, a hat. It turns. IVAN.
===
JO | tattooed arms |
Behind the bar, polishing a glass, a woman with tattooed arms. JO.
===
ANNA | sixties, tracksuit |
TOM and ANNA, both in their sixties, in matching tracksuits, jog past.
===
ANNA | habit, oilskin |
SISTER ANNA, 50, in an oilskin over her habit, climbs the steps.

ANNA
Come.
===
GRACE | 60, grey hair, bun, reading glasses |
GRACE sits behind the desk: 60, grey hair in a bun, reading glasses on a cord.
===
GRACE | 60, grey bun, reading glasses |
Behind the desk sits GRACE. She's 60, with a grey bun and reading glasses on a cord.
===
RAJ | turban, beard |
RAJ stands behind the till. He wears a turban and has a neat grey beard.
===
MOLLY | nine, gap, dungarees |
MOLLY is nine. Gap teeth, dungarees, one welly.
===
FRANK | cardigan, slippers |
FRANK opens the door a crack. Cardigan, slippers, three days of beard.
===
CARL | suit, tie |
CARL is forty, handsome, in a good suit with no tie.
===
SAM | unshaven, T-shirt |
SAM stares into the fridge. He is unshaven and still in yesterday's T-shirt.
===
IDA | glasses, cropped |
We find IDA at the back: mid-forties, cropped hair, heavy black glasses.
===
HANK | 60, weathered, cowboy hat |
A truck pulls up. HANK climbs down. He's 60, weathered, cowboy hat.
===
TINA | rollers, dressing gown |
TINA fetches the milk in her dressing gown, her hair in rollers.
===
MAX | scar, left eye |
MAX has a scar over his left eye and two fingers missing.
===
TOM | hoodie |
ANNA tosses TOM a hoodie. He pulls it on.

TOM
Thanks.
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
NINA | scrubs, ponytail, badge |
NINA runs in: blue scrubs, ponytail, a badge swinging from her neck.
===
SAL | comb-over, shirt |
SAL has a comb-over and a short-sleeved shirt with a biro in the pocket.
===
MICK | donkey jacket |
MICK comes in out of the rain, turning up the collar of his donkey jacket.
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
FAY | paint, smock |
FAY steps back from the canvas. There is paint in her hair and down her smock.
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
PRIEST | cassock, trainers |
A PRIEST in a cassock and trainers jogs up the nave.

PRIEST
Sorry.
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
VICTOR | overcoat, fur collar |
VICTOR wears an overcoat with a fur collar and carries a cane.
===
VICTOR | eyepatch |
VICTOR has an eyepatch and a parrot on his shoulder.
===
VICTOR | glasses, bald |
He is VICTOR, bald, with thick glasses.

VICTOR
Yes?
===
FLO | gumboots, headscarf, forty |
A woman in gumboots and a headscarf throws corn to the hens. FLO, forty.
===
SOLDIER | nineteen, bandage |
A SOLDIER, nineteen, a bandage over one eye, sits against the wall.

SOLDIER
Water.
===
LYDIA | wool hat, mittens |
LYDIA makes her way up the path. She's bundled into three cardigans, a wool hat and mittens.
===
SHAW | raincoat |
SHAW ducks under the tape. Forty-four, raincoat, the eyes of a man who hasn't slept.
===
SHAW | forty-four, moustache |
SHAW ducks under the tape. He's forty-four and has a moustache that belongs in another decade.
===
PADDY | 60, cap |
PADDY deals the cards. 60, a flat cap he has never been seen without.
===
DARYL | 26, uniform |
A security guard yawns: 26, uniform a size too large. DARYL.
===
NATE | 30, dripping, towel |
NATE answers the door. He's 30, dripping, in nothing but a towel.
===
IRIS | 80, shawl |
IRIS rocks by the fire, eighty or 80, a shawl round her shoulders.
===
TOM | beard |
TOM comes out of the bathroom, beard dripping.
===
HARRY | fat, seersucker |
HARRY is fat, fiftyish, in a seersucker suit, with a panama on the back of his head.
===
HARRY | panama, seersucker |
HARRY wears a crumpled seersucker suit and a panama hat, which he does not take off.
"""


@pytest.mark.parametrize("case", cases_in(SCRIPTS))
def test_description_in_a_sentence_is_seen(case: str) -> None:
    assert wrong_in(case) == []
