"""Invented stories in three languages with the expected characters, places and things."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """A story with the results that an analysis must find."""

    text: str
    people: tuple[str, ...]
    places: tuple[str, ...]
    things: tuple[str, ...]
    spoken: tuple[tuple[str, str], ...]


ENGLISH = Story(
    """Mara waited at the market. Rain fell on a thousand lanterns, and she held a brass coin in her hand.

"You are late," said Jun. He put down the bowl.

"The ferry stopped," Mara said. "I had to walk along the canal."

They went into the noodle bar. Old Tam looked up from the counter.

"That coin," Old Tam whispered. "Where did you find the coin?"

The next morning Mara stood on the bridge. Nobody came. She dropped the coin into the water and wept, alone.

***

Years later a girl found it in the river. "Look, mother," the girl said.
""",
    ("Mara", "Jun", "Old Tam", "girl"),
    ("market", "noodle bar", "bridge", "river"),
    ("brass coin", "bowl"),
    (
        ("Jun", "You are late."),
        ("Mara", "The ferry stopped."),
        ("Mara", "I had to walk along the canal."),
        ("Old Tam", "That coin."),
        ("Old Tam", "Where did you find the coin?"),
        ("girl", "Look, mother."),
    ),
)
FRENCH = Story(
    """La pluie tombait sur le marché. Marie attendait devant la gare, elle tenait une pièce de cuivre.

— Tu es en retard, dit Julien.

— Le bac s'est arrêté, répondit Marie.

Ils entrèrent dans le café. Monsieur Tam les regarda. « Cette pièce, murmura-t-il, où l'avez-vous trouvée ? »

Le lendemain matin, Marie marchait seule sur le pont. Elle jeta la pièce dans la rivière et pleura.
""",
    ("Marie", "Julien", "Monsieur Tam"),
    ("marché", "gare", "café", "pont", "rivière"),
    ("pièce",),
    (
        ("Julien", "Tu es en retard."),
        ("Marie", "Le bac s'est arrêté."),
        ("Monsieur Tam", "Cette pièce, où l'avez-vous trouvée ?"),
    ),
)
JAPANESE = Story(
    """雨の夜、メイは市場で待っていた。手には古いコインを握っていた。

「遅いよ」と健太は言った。

「船が止まったの」メイは答えた。

二人は食堂に入った。田中さんが顔を上げた。「そのコイン、どこで見つけた」と田中さんは尋ねた。

翌朝、メイは橋で一人泣いた。彼女はコインを川に捨てた。
""",
    ("メイ", "健太", "田中"),
    ("市場", "食堂", "橋", "川"),
    ("コイン",),
    (("健太", "遅いよ"), ("メイ", "船が止まったの"), ("田中", "そのコイン、どこで見つけた")),
)
ALL = {"en": ENGLISH, "fr": FRENCH, "ja": JAPANESE}
