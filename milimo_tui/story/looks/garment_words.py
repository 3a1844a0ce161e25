"""English words for clothes, and the pattern that finds a garment in a text."""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives

GARMENTS = (
    "abaya anklet anorak apron armband armor armour ascot attire babygro badge balaclava ballgown bandage "
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
# Phrases in which a word for a garment means something else: “the top table”, “a coat hook”, “a leather
# armchair”.
_OF_A_THING = (
    r"(?!(?:tops? (?:table|step|stair|shelf|drawer|floor|rung|row|bunk|deck|flight|landing|button|pocket"
    r"|corner|half|edge"
    r"|man|dog|speed|price|note|storey|layer|line|secret|lip|end|of the)"
    r"|coat (?:hook|rack|hanger|stand|check|tree|peg|of (?:paint|arms|varnish))|hat (?:stand|box|rack"
    r"|check|shop)"
    r"|shoe (?:box|shop|rack|shine|lace)|glove (?:compartment|box)|boot (?:room|rack|lid|camp|of the)"
    r"|(?:hood|bonnet) of (?:the|a|his|her) (?:car|van|truck|taxi|cab|jeep)"
    r"|leather (?:sofa|armchair|chair|seat|couch|bench|strap|book|folder|notebook|portfolio|stool|settee"
    r"|binding)"
    r"|linen (?:cupboard|closet|basket|chest|tablecloth|napkin|sheet)|ring (?:road|binder|finger|box|tone)"
    r"|dress (?:rehearsal|shop|form|circle)|crown (?:court|prince|jewel)|suit (?:bag|carrier)"
    r"|plaster (?:wall|ceiling|saint|bust|board)|cap gun|towel (?:rail|rack)|stick (?:shift|insect)"
    r"|pipe (?:organ|bomb|wrench|band)|umbrella stand|lantern light|wool shop|fur trade|polo (?:match"
    r"|ground|pony"
    r"|mint))s?\b)"
)
_COLOURED_SLIP = "".join(
    rf"|(?<={word} )slip"
    for word in ("silk", "satin", "black", "white", "pink", "cotton", "nylon", "lace", "her", "full")
)
# “Slip” is a garment only after “in a”. In other contexts it is a piece of paper.
_SLIP = rf"(?:(?<=in a )slip{_COLOURED_SLIP})(?! of\b| road\b)"
GARMENT = compile_lazily(
    rf"(?<!\w){_OF_A_THING}(?:(?:{join_alternatives(GARMENTS + CARRIED)})(?:e?s)?"
    r"|(?:neck|back|leg|knee) braces?"
    rf"|{_SLIP})(?!\w)",
    re.IGNORECASE,
)
