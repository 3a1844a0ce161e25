"""Test looks in typical screenplays that change when a character dresses, or between two scenes."""

from __future__ import annotations

import pytest

from tests.story.looks.last_look import cases_in, wrong_in

SCRIPTS = """
LENA | blonde, leather jacket |
LENA has blonde hair cut short and a leather jacket.

She lights a cigarette.
===
TOM | hat, trench coat, soaked |
TOM, 40, trench coat, hat, stands in the doorway.

He comes in, soaked to the skin.
===
ANNA | coat |
TOM, 40, grey suit, black coat, comes in.

He drapes the coat round ANNA's shoulders.
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
TOM | glasses |
TOM, 40, thick glasses, reads.

He takes off his glasses, rubs his eyes, puts them back on.
===
TOM | apron |
TOM, 40, shirt and tie.

He ties on an apron.
===
TOM | shirt, sleeves |
TOM, 40, white shirt, tie.

He rolls up his sleeves.
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
ANNA | dress, jacket |
ANNA, 30, in a thin dress, shivers.

TOM takes off his jacket and puts it round her.
===
TOM | jacket |
TOM, 40, tweed jacket, blue shirt.

ANNA, 30, in a thin dress, shivers. TOM takes off his jacket and puts it round her.

ANNA
Thanks.

She gives him back his jacket. He puts it on.
===
ANNA | cap |
TOM, 25, baseball cap, waits. ANNA, 25, jeans.

He puts his cap on ANNA's head.
===
TOM | suit | coat
TOM, 40, suit, overcoat, sits.

INT. CLOAKROOM - LATER

TOM's overcoat hangs between two furs. He's in the doorway, looking for it.
===
ANNA | coat |
TOM, 40, long coat. ANNA, 30.

ANNA has TOM's coat on.
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
ANNA |  | rollers
ANNA, 40, hair in rollers.

INT. CHURCH - DAY

ANNA, her hair set and sprayed, sings.
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
MO | shirt | vest
MO, 45, in his vest, shaves.

INT. OFFICE - DAY

MO, in a shirt and tie, waits his turn.
===
MIA | anorak, leotard |
MIA, nine, leotard.

She pulls an anorak on over her leotard.
"""


@pytest.mark.parametrize("case", cases_in(SCRIPTS))
def test_clothes_somebody_changes_into_are_seen(case: str) -> None:
    assert wrong_in(case) == []
