"""Pages of invented stories with the characters, places and speakers that a reader finds in them.

They contain asides, titles with a full stop, pronouns, alternating speakers, Japanese names of one character,
and places that are only looked at.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page of prose with the expected results; `headings` lists its expected scenes."""

    text: str
    people: tuple[str, ...]
    headings: tuple[str, ...]
    things: tuple[str, ...]
    spoken: tuple[tuple[str, str], ...]


LIGHTHOUSE = Page(
    """The lighthouse had been dark for eleven years when Ines Calder came back to the island. She carried
one suitcase and a letter that nobody else had read. Her brother Daniel met her on the jetty, his
collar up against the wind.

"You took your time," he said.

"The boat was late." Ines looked past him, up the hill, to where the tower stood black against the
clouds. "Is it true? About the lamp?"

Daniel — who had never been able to lie to her — turned away. "Ask Mrs. Penhallow. She's the one who
saw it."

They walked up the path without speaking. At the top, in the kitchen of the old house, Mrs.
Penhallow was peeling potatoes. She did not get up.

"I saw what I saw," said Mrs. Penhallow, and dropped a potato into the pot. "A light. Three nights
running. And your father, God rest him, standing in it."

"Father is dead," Daniel said.

"I know that, boy. I washed him."

That night Ines could not sleep. She took the iron key from its nail, put on her coat and crossed
the yard to the lighthouse. The stairs went round and round in the dark; somewhere above, something
was ticking. When she reached the lamp room, the door was already open.

A boy of perhaps nine sat on the floor with a clock in his lap. He had taken it apart, and the
wheels lay around him in a circle.

"Who are you?" she asked.

"Tobias," said the boy. "I mend things. He told me that you'd come."

"Who told you?"

Tobias pointed at the window. There was nothing behind the glass but the sea, and far out, very
small, the lights of a trawler going home.

In the morning the lamp was burning. Old Marek, the ferryman, swore he had seen it from the harbour
at four; the priest rang the bell without being asked. Only Daniel said nothing. He stood on the
beach with his hands in his pockets, watching the tower, and when his sister came down to him at
last he gave her the letter back.

"I read it," he said. "I'm sorry. I read it years ago."

She laughed then, for the first time since the funeral, and threw the letter into the waves.
""",
    ("Ines Calder", "Daniel", "Mrs. Penhallow", "boy", "Tobias", "Old Marek", "priest"),
    (
        "EXT. ISLAND",
        "EXT. JETTY",
        "EXT. PATH",
        "INT. KITCHEN",
        "INT. LAMP ROOM - NIGHT",
        "EXT. BEACH - MORNING",
    ),
    ("potato", "iron key", "letter"),
    (
        ("Daniel", "You took your time."),
        ("Ines Calder", "The boat was late."),
        ("Ines Calder", "Is it true? About the lamp?"),
        ("Daniel", "Ask Mrs. Penhallow. She's the one who saw it."),
        ("Mrs. Penhallow", "I saw what I saw."),
        ("Mrs. Penhallow", "A light. Three nights running. And your father, God rest him, standing in it."),
        ("Daniel", "Father is dead."),
        ("Mrs. Penhallow", "I know that, boy. I washed him."),
        ("Ines Calder", "Who are you?"),
        ("boy", "Tobias."),
        ("boy", "I mend things. He told me that you'd come."),
        ("Ines Calder", "Who told you?"),
        ("Daniel", "I read it."),
        ("Daniel", "I'm sorry. I read it years ago."),
    ),
)
PHARE = Page(
    """Le phare était éteint depuis dix ans lorsque Claire Vasseur descendit du bac. Elle portait une
valise et une lettre que personne d'autre n'avait lue. Son frère Antoine l'attendait sur la jetée,
le col relevé.

— Tu as pris ton temps, dit-il.

— Le bac avait du retard. Claire regarda la colline. C'est vrai, pour la lampe ?

Antoine, qui n'avait jamais su lui mentir, détourna les yeux.

— Demande à Mme Le Goff, répondit Antoine. C'est elle qui l'a vue.

Ils montèrent le sentier sans parler. Dans la cuisine de la vieille maison, Mme Le Goff épluchait
des pommes de terre. Elle ne se leva pas.

« J'ai vu ce que j'ai vu, dit Mme Le Goff. Une lumière. Trois nuits de suite. »

« Papa est mort », murmura Antoine.

« Je le sais, petit. C'est moi qui l'ai lavé. »

Cette nuit-là, Claire ne dormit pas. Elle prit la clé de fer, traversa la cour et entra dans le
phare. L'escalier tournait dans le noir ; quelque part, là-haut, quelque chose battait. Quand elle
atteignit la chambre de la lampe, la porte était déjà ouverte.

Un garçon de neuf ans était assis par terre, une horloge sur les genoux.

— Qui es-tu ? demanda-t-elle.

— Tobias, dit le garçon. Je répare les choses.

Tobias montra la fenêtre du doigt. Il n'y avait rien derrière la vitre que la mer.

Le lendemain matin, la lampe brûlait. Le vieux Marek, le passeur, jura l'avoir vue depuis le port ;
le curé fit sonner la cloche. Seul Antoine ne dit rien. Debout sur la plage, les mains dans les
poches, il regardait la tour, et quand sa sœur le rejoignit enfin, il lui rendit la lettre.

— Je l'ai lue, dit Antoine. Pardon. Je l'ai lue il y a des années.

Alors elle rit, pour la première fois depuis l'enterrement, et jeta la lettre dans les vagues.
""",
    ("Claire Vasseur", "Antoine", "Mme Le Goff", "garçon", "Tobias", "Le vieux Marek", "curé"),
    (
        "EXT. BAC",
        "EXT. JETÉE",
        "EXT. SENTIER",
        "INT. CUISINE",
        "INT. PHARE - NIGHT",
        "INT. CHAMBRE - NIGHT",
        "EXT. PLAGE - MORNING",
    ),
    ("valise", "clé", "lettre"),
    (
        ("Antoine", "Tu as pris ton temps."),
        ("Claire Vasseur", "Le bac avait du retard."),
        ("Claire Vasseur", "C'est vrai, pour la lampe ?"),
        ("Antoine", "Demande à Mme Le Goff. C'est elle qui l'a vue."),
        ("Mme Le Goff", "J'ai vu ce que j'ai vu. Une lumière. Trois nuits de suite."),
        ("Antoine", "Papa est mort"),
        ("Mme Le Goff", "Je le sais, petit. C'est moi qui l'ai lavé."),
        ("Claire Vasseur", "Qui es-tu ?"),
        ("garçon", "Tobias. Je répare les choses."),
        ("Antoine", "Je l'ai lue. Pardon. Je l'ai lue il y a des années."),
    ),
)
TODAI = Page(
    """灯台の明かりが消えてから十一年、沙織は島に帰ってきた。彼女は古い鞄と、誰も読んでいない手紙を持っていた。弟の隆が桟橋で待っていた。

「遅かったね」と隆は言った。

「船が遅れたの」沙織は丘の上の塔を見上げた。「本当なの、あの明かりのこと」

隆は――姉に嘘をつけたことは一度もなかった――目をそらした。「松本さんに聞いてよ。見たのはあの人だ」

二人は黙って坂道を登った。古い家の台所で、松本さんがじゃがいもの皮をむいていた。

「見たものは見たんだよ」松本さんは言った。「三晩続けて、光がね」

「父さんは死んだ」隆がつぶやいた。

「知ってるよ。私が体を洗ったんだから」

その夜、沙織は眠れなかった。鉄の鍵を手に取り、庭を横切って灯台に入った。階段は暗闇の中をぐるぐると続いていた。上の部屋に着くと、扉はもう開いていた。

九歳くらいの少年が床に座り、膝の上に時計を置いていた。

「あなたは誰」と彼女は尋ねた。

「トビアス」少年は答えた。「物を直すんだ」

トビアスは窓を指さした。ガラスの向こうには海しかなかった。

翌朝、灯台の明かりがともっていた。渡し守の源さんは港からそれを見たと言い、神父は鐘を鳴らした。隆だけが何も言わなかった。彼は浜辺に立って塔を見ていた。姉が来ると、手紙を返した。

「読んだんだ」と隆は言った。「ごめん。何年も前に」

沙織は葬式の日から初めて笑い、手紙を波に投げた。
""",
    ("沙織", "隆", "松本", "少年", "トビアス", "源", "神父"),
    (
        "EXT. 島",
        "EXT. 桟橋",
        "EXT. 坂道",
        "INT. 家の台所",
        "INT. 灯台 - NIGHT",
        "INT. 上の部屋 - NIGHT",
        "EXT. 浜辺 - MORNING",
    ),
    ("手紙", "鍵", "時計"),
    (
        ("隆", "遅かったね"),
        ("沙織", "船が遅れたの"),
        ("沙織", "本当なの、あの明かりのこと"),
        ("隆", "松本さんに聞いてよ。見たのはあの人だ"),
        ("松本", "見たものは見たんだよ"),
        ("松本", "三晩続けて、光がね"),
        ("隆", "父さんは死んだ"),
        ("松本", "知ってるよ。私が体を洗ったんだから"),
        ("沙織", "あなたは誰"),
        ("少年", "トビアス"),
        ("少年", "物を直すんだ"),
        ("隆", "読んだんだ"),
        ("隆", "ごめん。何年も前に"),
    ),
)
VIOLIN = Page(
    """It is raining in Osaka. Hana runs through the station with her violin on her back, pushing past the
commuters. She is late, and the last train leaves in four minutes.

On the platform a guard in a blue coat blows his whistle. "Doors closing!"

"Wait," Hana calls. "Please, wait!"

The guard (his name, it later turns out, is Mr. Sato) holds the door with his foot. She jumps in.
The train moves.

Inside the carriage there is only one other passenger: an old woman, asleep, with a cat in a basket.
Hana sits down opposite. She opens the violin case — the lid creaks — and finds that it is empty.

"You left it at the café," the old woman says without opening her eyes.

"How do you know?"

"Because I have it." The cat yawns. From under her seat the woman pulls a bundle wrapped in
newspaper.

Hana's hands shake. She unwraps it slowly; it is her violin, and one string is broken.

Meanwhile, at the café, the waiter locks up. He finds a string on the floor and puts it in his
pocket. Years later, he'd tell his daughter Yuki about it, and she would not believe him.
""",
    ("Hana", "guard", "old woman", "waiter"),
    ("INT. STATION", "EXT. PLATFORM", "INT. CARRIAGE", "INT. CAFÉ"),
    ("door",),
    (
        ("guard", "Doors closing!"),
        ("Hana", "Wait."),
        ("Hana", "Please, wait!"),
        ("old woman", "You left it at the café."),
        ("?", "How do you know?"),
        ("?", "Because I have it."),
    ),
)
BOULANGERIE = Page(
    """Lucien ouvre la boulangerie à quatre heures. Il allume le four, puis la radio. Dans la rue,
personne.

Une fillette frappe à la vitre. Elle s'appelle Inès — elle a sept ans, peut-être huit — et elle est
pieds nus.

« Vous avez du pain d'hier ? » demande-t-elle.

Lucien hésite. « Où est ta mère ? »

« À l'hôpital », répond Inès.

Il lui tend un croissant. Elle le mange sans le regarder. Madame Ferrand, la voisine, descend
l'escalier en robe de chambre.

« Encore elle ! » s'écrie Madame Ferrand. « Appelez la police ! »

« Non », dit Lucien.

Trois semaines plus tard, à l'hôpital, Lucien pose un sac de pain sur le lit d'une femme qu'il ne
connaît pas.
""",
    ("Lucien", "fillette", "Inès", "Madame Ferrand"),
    ("EXT. RUE", "INT. HÔPITAL"),
    ("sac",),
    (
        ("fillette", "Vous avez du pain d'hier ?"),
        ("Lucien", "Où est ta mère ?"),
        ("Inès", "À l'hôpital"),
        ("Madame Ferrand", "Encore elle !"),
        ("Madame Ferrand", "Appelez la police !"),
        ("Lucien", "Non"),
    ),
)
KISSATEN = Page(
    """健二は毎朝、駅前の喫茶店でコーヒーを飲む。店主の山田は無口な男だった。

ある雨の朝、見知らぬ女が店に入ってきた。女は濡れた傘をたたみ、カウンターに座った。

「コーヒーをください」と女は言った。

山田がカップを置いた。「どちらから」

「北海道です」女は小さな箱を取り出した。「この人を探しているんです」

箱の中には写真があった。写真の男は健二にそっくりだった。

健二は立ち上がった。「それは、僕の兄だ」

その夜、健二は公園のベンチで雪子に電話をかけた。雪子は黙って聞いていた。
""",
    ("健二", "女", "山田", "雪子"),
    ("INT. 駅前の喫茶店 - MORNING", "INT. 店 - MORNING", "EXT. 公園 - NIGHT"),
    ("カップ", "箱"),
    (
        ("女", "コーヒーをください"),
        ("山田", "どちらから"),
        ("女", "北海道です"),
        ("女", "この人を探しているんです"),
        ("健二", "それは、僕の兄だ"),
    ),
)
ALL = {
    "lighthouse": LIGHTHOUSE,
    "phare": PHARE,
    "todai": TODAI,
    "violin": VIOLIN,
    "boulangerie": BOULANGERIE,
    "kissaten": KISSATEN,
}
