"""Lists of words for clothes, carried things, colours, fabrics and bodily states. Data only."""

from __future__ import annotations

GARMENTS = (
    "abaya anklet anorak apron armband armour ascot attire babygro badge balaclava ballgown bandage "
    "bandana bandolier bangle barrette basque bathing-cap bathing-suit bathrobe battledress beanie belt "
    "beret bib bifocals bikini blanket blazer bloomers blouse boater bobble-hat bodice bodysuit "
    "bodywarmer boiler boilersuit bolero bomber-jacket bonnet boot boubou bowler bowtie bra bracelet "
    "braces breastplate breeches bridesmaid brogues brooch buckskins burqa busby bustier buttons caftan "
    "cagoule camisole camouflage cap cape cardigan carpet-slippers cassock chador chain-mail chainmail "
    "chaps chasuble chemise cheongsam chinos choker chuba civvies cloak cloche clogs clothes clothing "
    "coat coif collar combats combinations corduroys coronet corsage corset costume coverall coveralls "
    "cowl cravat crinoline crown cuff cufflink cufflinks cuirass culottes cummerbund cut-offs cutoffs "
    "dashiki deerstalker dhoti diadem diaper dinner-suit dirndl djellaba do-rag doek dog-collar doublet "
    "dress dressing-gown duffel dungarees durag earmuffs earphones earpiece earring epaulets epaulettes "
    "espadrilles eyeliner eyepatch fascinator fatigues fedora fez finery flannels fleece flip-flops "
    "frock fur gaiters galabeya galosh gandoura garb garter gauntlet gele get-up getup ghutra gilet "
    "glad-rags glasses glove goggles gorget gown greasepaint greatcoat greaves guayabera gumboot gymslip "
    "habit hairband hairclip hairnet half-moons hanbok hard-hat hardhat hat hauberk head-scarf headband "
    "headdress headgear headphones headscarf headset headtie headwrap heels helmet hi-vis hijab holster "
    "homburg hood hoodie hospital-gown housecoat jacket jeans jellabiya jerkin jersey jodhpurs joggers "
    "johns jumper jumpsuit kaftan kagoul kameez keffiyeh kepi kerchief khakis kilt kimono kippah "
    "knickers kufi kurta lab-coat labcoat lanyard leather leathers lederhosen leggings legwarmers "
    "leotard life-jacket life-vest lifejacket linen lipstick livery loafer locket loincloth long-johns "
    "loupe lungi mackintosh make-up makeup mantilla mask medal medals minidress mitten moccasin "
    "monocle mortarboard muffler mukluks muumuu nappy neckerchief necklace necktie negligee nightcap "
    "nightclothes nightdress nightgown nightie nightshirt niqab nose-ring obi oilskin onesie outfit "
    "overall overcoat overshirt pajama pakol panama pantaloons pants pantsuit pantyhose parka pashmina "
    "pea-coat peacoat pearls pendant petticoat pinafore pince-nez pinstripe pith-helmet plaster plimsoll "
    "plus-fours polo polo-neck pompom poncho pullover pyjama pyjamas qipao raincoat regalia ring robe "
    "romper rosette rouge rucksack ruff sabots salwar sandal saree sari sarong sash scarf scrubs "
    "scrunchie sequins shako shalwar shawl shirt shirtsleeves shoe shorts singlet skate skirt skivvies "
    "skullcap slacks slicker sling-backs slingbacks slipper smock smoking-jacket sneaker snood sock "
    "sombrero songkok soutane spats spectacles sporran stetson stilettos stocking stole string-vest stud "
    "suit sunbonnet sundress sunglasses sunhat surcoat surplice suspenders sweater sweatpants sweatshirt "
    "swimming-costume swimming-trunks swimsuit swimwear t-shirt tabard tailcoat tails tam tam-o'-shanter "
    "tank tank-top taqiyah tartan tee tiara tie tiepin tights toga togs top topcoat toque toupee towel "
    "tracksuit trainers trench trenchcoat tricorn trilby trousers trunks tunic turban turtleneck tutu "
    "tux tuxedo twin-set twinset ulster underclothes underpants undershirt underskirt underwear undies "
    "uniform ushanka veil vest vestment visor wader waistcoat waterproof wellies wellingtons welly "
    "wetsuit whites wig wimple windbreaker windcheater wool workwear wrist-watch wristband wristlet "
    "yarmulke yashmak zoot-suit "
    "two-piece three-piece one-piece wellington stiletto legging earmuff slingback headphone earbud earbuds "
    "band-aid bandaid boxers briefs lingerie thong jockstrap pelisse muslin tippet fichu mantle "
    "farthingale kirtle "
    "frock-coat sheepskin "
    "shearling sleepsuit babygrow sweats joggers bandanna hazmat brogans pinny ballcap stola peplos dog-tags "
    "babydoll bandeau barong bath-robe beachwear bedclothes bedsocks bloomer bobbysocks bolo-tie "
    "bowler-hat boxer-shorts bucket-hat button-down cagoules capelet cargo-pants "
    "cassocks catsuit chapka chaplet chef's-whites chiton codpiece cowboy-boots "
    "crop-top cuban-heels day-dress denims dickey dinner-jacket do-rags dress-shirt dust-coat "
    "earphone ephod feather-boa fishnets flak-jacket flat-cap flatcap football-shirt football-strip fur-coat "
    "gabardine galoshes gandora gladrags grass-skirt guernsey gumboots half-slip halter-top "
    "hair-net halterneck harem-pants haori henley high-tops hiking-boots hobnails hospital-pyjamas "
    "hotpants huipil hunting-coat ihram jackboots jodhpur jumpers kebaya kimonos knee-socks "
    "lace-ups lavalier leg-warmers longyi loungewear mackinaw maillot maternity-dress miniskirt mini-skirt "
    "moon-boots muumuus neckbrace neck-brace nehru-jacket nightcaps norfolk-jacket oilskins onesies "
    "opera-cloak overshoes overskirt palla parasol party-dress peignoir peplum periwig petticoats "
    "playsuit plus-twos pocket-square poke-bonnet ponchos puttees ra-ra-skirt rebozo redingote "
    "reefer-jacket riding-habit rollneck roll-neck ruana salopettes sarape sarafan scrunchies "
    "serape shell-suit shellsuit shift-dress shirtdress shirtwaist ski-mask ski-suit skort sneakers snowsuit "
    "sou'wester spacesuit space-suit straitjacket straightjacket stetsons "
    "stomacher string-bikini sundresses surtout sweatband sweatbands swim-shorts tailcoats tank-suit "
    "tent-dress "
    "thobe toe-shoes top-hat tracksuits tunics tuxedos ulsters underpant unitard "
    "vestments wader waders waistcoats wedding-dress wellie windjammer winklepickers wrap-dress wristguards "
    "sherwani bandanna glengarry dupatta lehenga cardie cardy trackies pinny camo kevlar "
    "jeggings trews y-fronts eye-patch specs wristwatch "
    "eyeshadow eye-shadow nail-varnish eyelash sleepsuit babygrow bootee booties "
    "bell-bottoms winkle-pickers uggs cricket-whites name-tag nametag dog-tag "
    "tam-o-shanter pac-a-mac rash-vest lab-jacket sun-hat signet-ring "
    "swimming-cap swim-cap shower-cap hair-slide hairgrip alice-band sweat-shirt "
    "dressing-robe bed-jacket bedjacket boxing-gloves shinpads shin-pads knee-pads kneepads "
    "elbow-pads gumshield mouthguard flippers snorkel "
    "yukata zucchetto sheepskin bearskin buffalo-robe mac hi-viz beard-net "
    "duster stovepipe opera-gloves handcuffs manacles blindfold respirator gas-mask rebreather life-belt "
    "crucifix rosary lorgnette aviators wayfarers ray-bans reading-glasses hightops jellies "
    "cable-knit fisherman's-sweater lumberjack-shirt "
)
CARRIED = (
    "cane crutch crutches stick umbrella briefcase handbag satchel knapsack backpack wheelchair sling "
    "rifle lantern pipe cigar "
)
# Garments that make a complete outfit.
OUTFITS = (
    "abaya armour attire babygro ballgown bathrobe battledress bikini bodysuit boilersuit burqa caftan "
    "camouflage cassock chador cheongsam civvies clothes combats costume coverall diaper dinner-suit "
    "dirndl djellaba dress dressing-gown dungarees fatigues finery frock garb get-up getup glad-rags "
    "gown gymslip habit hanbok jellabiya jumpsuit kaftan kameez kimono leathers leotard livery loincloth "
    "minidress muumuu nappy negligee nightclothes nightdress nightgown nightie nightshirt onesie outfit "
    "overall pajama pantsuit pyjama qipao rags regalia robe romper saree sari scrubs soutane suit "
    "sundress swimsuit swimwear tails toga togs towel tracksuit trunks tutu tux tuxedo underpants "
    "underwear uniform wetsuit whites zoot-suit two-piece three-piece one-piece catsuit shell-suit shellsuit "
    "ski-suit snowsuit spacesuit unitard wedding-dress thobe yukata playsuit shirtdress miniskirt snowsuit "
    "sleepsuit babygrow muslin salopettes straitjacket peignoir hospital-pyjamas day-dress party-dress "
    "wrap-dress shift-dress "
)
UNDER_A_COAT = (
    "apron blazer blouse bodice bra breeches camisole cardigan chemise chinos combats corduroys "
    "dungarees flannels fleece gilet guayabera hoodie jacket jeans jersey jodhpurs joggers jumper khakis "
    "kilt knickers kurta leggings overshirt pantyhose petticoat pinafore polo polo-neck pullover shirt "
    "shirtsleeve shorts singlet skirt slacks smock sweater sweatpants sweatshirt t-shirt tank-top tie "
    "tights top trouser tunic turtleneck twinset undershirt vest waistcoat "
)
ON_HEAD = (
    "balaclava bandana bathing-cap beanie beret boater bonnet bowler busby cap cloche coif coronet cowl "
    "crown deerstalker diadem doek durag fascinator fedora fez gele hairnet hard-hat hardhat hat "
    "head-scarf headband headdress headscarf headtie headwear headwrap helmet hijab homburg hood "
    "keffiyeh kepi kippah mantilla mortarboard nightcap panama shako skullcap sombrero stetson sunbonnet "
    "sunhat tam tiara toque tricorn trilby turban ushanka veil wig wimple yarmulke "
)
ON_FACE = "balaclava blindfold goggles mask respirator veil visor "
ON_FEET = (
    "boot brogue clog espadrille flip-flop gaiter galosh gumboot heel loafer moccasin mukluk plimsoll "
    "sabot sandal shoe skate slipper sneaker sock stiletto stocking trainer wellies wellington welly "
)
COLOURS = (
    "mourning black white red blue green yellow pink grey gray brown purple orange violet lilac lavender "
    "turquoise teal cream ivory beige tan crimson scarlet maroon burgundy navy indigo khaki olive "
    "emerald gold silver mauve magenta coral peach rust "
)
FABRICS = (
    "silk satin velvet tweed denim lace flannel corduroy linen cotton chiffon taffeta brocade sequins "
    "furs homespun hessian nylon polyester cashmere camouflage lycra spandex latex rubber leather "
    "leathers buckskin gingham calico muslin organza tulle serge seersucker gabardine worsted cambric "
    "mohair angora suede crepe chenille velour terrycloth motley "
)
# Words for the state of a person's body, or of the clothes worn on it.
STATES = (
    "ashen asleep bandaged bare-armed bare-chested bare-faced bare-headed bare-legged bare-shouldered "
    "barechested barefaced barefoot bareheaded barelegged battered bedraggled bespectacled bewigged "
    "bleeding blindfolded bloodied bloodshot bloody breathless bruised burned burnt comatose concussed "
    "drenched dripping dusty emaciated exhausted feverish filthy flushed freckled frostbitten "
    "gagged gaunt greasy grimy haggard half-asleep half-dressed half-naked handcuffed helmeted hooded "
    "hungover injured jaundiced limping manacled masked muddy naked nude pale pregnant rumpled scarred "
    "sedated shackled shaved shirtless shivering singed sleepless soaked soaking sodden sooty sopping "
    "stained sunburned sunburnt sweating sweaty swollen tattooed tear-stained tear-streaked tearstained "
    "topless unconscious undressed unkempt unmasked unshaven unwashed veiled wet windblown windburned "
    "windswept wounded "
)
WITH_WHAT = (
    "blood mud rain sweat water soot dust dirt grease oil paint flour tar ash snow tear smoke salt dew "
    "spray wine frost "
)
# Maps general words to the garments that each of them may mean. For example, a person who takes off “a hat”
# may be wearing a bowler.
ALSO_CALLED = {
    "glasses spectacles": "glasses spectacles sunglasses bifocals half-moons pince-nez monocle goggles",
    "hat": "bowler fedora boater trilby stetson sombrero tricorn homburg panama shako beret cap bonnet "
    "beanie toque fez deerstalker cloche",
    "cap": "beret kepi beanie",
    "coat": "mackintosh parka ulster oilskin trench anorak duffel fur",
    "jacket": "blazer anorak windbreaker parka bolero windcheater",
    "shoe": "heels stilettos brogue loafer moccasin trainers sneaker plimsoll",
    "boot": "wellingtons wellies galosh",
    "trousers pants": "trousers pants jeans slacks chinos corduroys khakis flannels",
    "sweater jumper pullover jersey": "sweater jumper pullover jersey turtleneck polo-neck",
    "dress gown frock": "dress gown frock",
    "robe": "dressing-gown kimono bathrobe yukata",
    "mask": "balaclava",
    "apron": "pinafore tabard",
    "tie": "cravat ascot",
    "pyjama pajama": "pyjama pajama",
    "veil": "veil mantilla",
}
