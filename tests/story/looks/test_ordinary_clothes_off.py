"""Test clothes in typical screenplays that are taken off, put down, lost or given away."""

from __future__ import annotations

import pytest

from tests.story.looks.last_look import cases_in, wrong_in

SCRIPTS = """
TOM | dressed to the nines | bathrobe
TOM, 40, in a bathrobe, shaves at the sink.

TOM comes down the stairs, dressed to the nines.
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
NELL | black dress | heels
NELL, thirties, in a black dress and heels, walks up.

She sits on the kerb, barefoot now, the heels beside her.
===
LEO | hood | headphones
LEO, 15, hoodie, headphones, shuffles past.

He pulls off his headphones. Puts his hood up.
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
ANNA |  | gloves
ANNA, 30, red coat, gloves, waits.

She pulls off her gloves finger by finger.
===
ANNA | red coat | gloves
ANNA, 30, red coat, gloves, waits.

She stuffs the gloves into her pocket.
===
TOM |  | glasses
TOM, 40, thick glasses, reads.

He takes off his glasses and rubs his eyes.
===
TOM |  | glasses
TOM, 40, thick glasses, reads.

His glasses fly off. They shatter on the tiles.
===
TOM |  | shoes
TOM, 40, suit, polished shoes, comes in.

He kicks off his shoes.
===
TOM | shirt | tie
TOM, 40, white shirt, tie.

He yanks off his tie and throws it in the bin.
===
TOM | shirt | jacket
TOM, 40, white shirt, denim jacket.

His jacket is slung over one shoulder now. He throws it on the bed.
===
TOM |  | hoodie
TOM, 20, in a red hoodie, sits.

He peels the hoodie off over his head.
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
TOM | 45 | blood
TOM, 45, white shirt, blood on his mouth, gets up.

He wipes the blood from his mouth.
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
TOM | shirt | jacket
TOM, 40, tweed jacket, blue shirt.

ANNA, 30, in a thin dress, shivers. TOM takes off his jacket and puts it round her.

ANNA
Thanks.
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
TOM |  | scarf
TOM, 40, striped scarf.

A dog runs off with the scarf.
===
TOM |  | watch
TOM, 40, gold watch, suit.

He slips off the watch and hands it over.
===
TOM |  | bandage
TOM, 40, a bandage round his head.

The bandage is off now. There's a scar.
===
ANNA |  | apron
ANNA, 40, apron.

She unties her apron. She drops it on the floor and walks out.
===
ANNA |  | gloves
ANNA, 40, rubber gloves.

She snaps off the gloves.
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
HELEN | camel coat | gloves
HELEN, 50s, long camel coat, leather gloves, doesn't sit.

She peels off the gloves, one finger at a time, and drops them into her bag.
===
NATE | jeans | T-shirt
NATE, 30, jeans, T-shirt.

He drags his T-shirt off and dives in.
===
CARLA | business suit, heels | trainers
CARLA, 30s, business suit, trainers.

She swaps the trainers for a pair of heels.
===
CARLA | suit | trainers
CARLA, 30s, business suit, trainers.

Carla kicks the trainers under the desk.
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
LENNY |  | headphones
LENNY, 16, headphones.

He pulls the headphones down round his neck.

He drops them on the bench.
===
ROSE | Sunday dress | ribbon
ROSE, twelve, Sunday dress, ribbon in her hair, watches.

She tears the ribbon out of her hair.
===
OFFICER DUNN | uniform | sunglasses
OFFICER DUNN, mirrored sunglasses, tight uniform, saunters up.

He takes off his sunglasses and hooks them on his shirt.

OFFICER DUNN
Licence.
===
VICAR | dog collar | helmet
The VICAR, dog collar, bicycle helmet, leans his bike on a grave.

He hangs his helmet on the handlebars.

VICAR
Sorry!
"""


@pytest.mark.parametrize("case", cases_in(SCRIPTS))
def test_removed_clothes_are_no_longer_seen(case: str) -> None:
    assert wrong_in(case) == []
