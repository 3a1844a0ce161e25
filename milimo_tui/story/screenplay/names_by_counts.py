"""First names by the pronoun that goes with them; made by `tools.first_names_table`.

Source: baby names of the US Social Security Administration, all years to 2016, in the public domain; those
that 100 people bear. `HE` and `SHE`: 80% of them are of that gender. `WORDS`: names that are
words too.
"""

from __future__ import annotations

HE = """
aadam aadan aadarsh aaden aadhav aadi aadil aadin aadit aaditya aadon aadyn aahan aahil aaiden aakash aamir
aaran aarav aaric aarik aarish aariv aariz aarnav aaron aaronjames aarron aarush aaryan aashish aashrith
aasim aayan aayden aayush ab abanoub abayomi abbas abbott abdalla abdallah abdalrahman abdel abdelrahman
abdi abdias abdiaziz abdiel abdifatah abdikadir abdimalik abdinasir abdirahman abdon abdou abdoul abdoulaye
abdoulie abdul abdulahi abdulaziz abdulhadi abdulkadir abdulkareem abdulkarim abdulla abdullah abdullahi
abdulmalik abdulrahman abdulwahab abdur abdurahman abdurrahman abe abed abel abelardo abelino abenezer abhay
abhi abhimanyu abhinav abhiram abhishek abid abie abiel abijah abimael abisai abishai able abner aboubacar
abraham abrahan abrahim abrahm abram abran abrham abrian abron absalom abu abubakar abubakr abundio ac ace
acelin acen aceson acey achille achilles acie acxel acy adael adain adal adalberto adalid adam adams adan
adante adarian adarius adarsh add addam adden ade adebayo adedamola adeeb adeel adelaido adelard adelbert
adem ademola aden adewale adeyemi adham adhrit adhvik adian adib adiel adien adil adin adir adis adit
adithya aditya adlai adler admir admiral adnan adolf adolfo adolph adolphe adolpho adolphus adom adon adonay
adonias adonijah adonis adonnis adonte adonys adrain adren adrian adriano adric adrick adriel adrien adrik
adrin adrion adron adryan advait advaith advay advik adyan adyn aedan aeden aedin aedon aedyn aeneas aengus
aerion aero aeron aeson affan agapito agastya agostino agron agustin agustine agustus ahaan ahad ahan aharon
ahkeem ahmaad ahmad ahman ahmar ahmaud ahmed ahmere ahmet ahmir ahmod ahmon ahnaf ahren ahron ahsan ahyan
aidan aidden aiden aidenn aidian aidin aidon aidric aidyn aiken airon aiven aiyden aizen aizik aj ajamu
ajani ajax ajay ajdin ajit akaash akai akash akbar akeem akeen akhil akhilesh akil akim akin aking akio
akiva akoni akram aksel akshaj akshar akshat akshath akshay akul al aladdin alain alakai alam alamin alan
alando alanmichael alano alanson alante alanzo alaric alasdair alassane alastair alazar alban albaro alben
albert alberto albertus albin albino albion alcee alcide alcides aldahir aldair aldan alden alder aldin aldo
aldon aldric aldrich aldrick aldrin aldwin alec aleck alecsander alecxander aleczander aleem alegandro
aleister alejandro alejo alek aleks aleksandar aleksander aleksandr aleksei aleksey alekzander alem alen
aleric alesandro alessandro alessio alex alexandar alexande alexander alexandre alexandro alexandros
alexandru alexavier alexei alexey alexio alexios alexsander alexsandro alexxander alexzander alezander alf
alferd alfie alfio alfons alfonsa alfonse alfonso alfonza alfonzia alfonzo alford alfred alfredo alger
algernon algie algis alhaji alhassan alias alic alieu alif alijah alik alim alioune alireza alistair alister
alixander allah allan allard allen allenmichael allin allister allon almir almon almond almus alois alok
alon alonso alontae alonte alonza alonzo aloys aloysius aloysuis alp alpheus alphonsa alphonse alphonso
alphonsus alphonza alphonzo alphus alquan alric alrick alroy alson alston altariq alter altin alto alton
altonio alvah alvan alvaro alven alver alverto alvester alvey alvie alvin alvino alvis alvon alvy alwin
alwyn alyas alyjah alyxander amaan amaar amad amadeo amadeus amado amador amadou amalio aman amando amante
amanuel amar amare amarian amario amarion amarius amarrion amaru amaury amay ambers ambrose ambrosio amdrew
amedeo ameen ameer ameir amelio amer amere americo amerigo ames amias amiel amier amilcar amilio amin amine
amir amire amiri amish amit amitai amjad ammaar ammar ammon amogh amol amon amontae amonte amos amr amro
amrom amyr anacleto anakin anand ananias anant ananth anas anastacio anastasio anastasios anatole ancel
ancil anden ander anders anderson andon andoni andrae andranik andras andray andre andreas andrei andrej
andres andreu andreus andrew andrewjames andrews andrey andrez andri andrian andric andrick andrik andris
andrius andriy andru andrue andrus andruw andry andrzej andy andyn aneesh anes anfernee angad angelgabriel
angelino angelito angello angelo angelos angelus anguel angus anias anibal aniceto aniel aniello anik aniket
aniketh anil anirudh anish anival anjelo ankit ankur ankush anoop anothony anothy anquan ansel anselm
anselmo ansen ansh anshul anson antar antario antavion antavious antavius antawan antawn ante anterrio
anthany anthon anthone anthonee anthoney anthoni anthonie anthonio anthony anthonyjames antino antion
antione antionio antionne antiono antjuan antoin antoine antoinne antoino antolin anton antone antoni
antonie antonino antonio antonios antonious antonius antony antonyo antowan antrell antron antrone antuan
antuane antwain antwaine antwan antwane antwann antwaun antwine antwion antwione antwoin antwoine antwon
antwone antwuan anuar anuj anup anurag anwar aodhan apolinar apollo apolo apolonio apostolos aqeel aqib
aquan aquil aquiles aram aramis aran aras arash arath arav aravind arben arber arby arcadio arcangel arcenio
arch archer archibald archie archit ardian areeb arek arel aren arend ares argel argelio argenis argus
argyle arhaan arham arhan arhum ari arias aric arick arif arik arinze arish aristeo aristides ariston
aristotle arius arjan arjay arjen arjun arjuna arkeem arlan arland arlander arlando arlen arles arlester
arley arlin arlind arlington arlo arlon arlow armaan arman armand armando armany armel armen armin armon
armond armondo armonte armour armstead arnaldo arnav arne arnel arnett arnez arnie arno arnold arnoldo
arnulfo aroldo aron arpan arran arren arrick arron arsalan arsen arsenio arsh arshad arshan arshdeep arslan
art artavious artavius artem artemio artemus artez arther arthor arthur arthuro artin artis artist artrell
artur arturo arty artyom arun arush arvel arvell arvid arvil arville arvin arvind arvle arvo arwin aryaan
aryaman aryan aryav arye aryeh asa asaad asad asael asaf asahel asaiah asante asaph asberry asbury ascencion
ascher ash ashad ashan ashar ashaun ashawn ashaz ashden ashdon asher ashford ashish ashkan ashok ashon
ashraf ashrith ashur ashvik ashvin ashwath ashwin asiel asif asim askari askia aslan asmar ason assad aston
astor aswad ata atanacio athan athanasios atharv atharva athel athen athol athony atiba atif atilano atlas
atlee atom atreyu atthew atticus attila attilio atul atwell atwood atzel atzin aubery aubra audel audley
audric audwin audy augie august auguste augustin augustino augusto augustus aulton aum aundray aundre
aundrey aurel aureliano aurelio aurelius auron aurther aurthur ausar austan austen austin auston auther
author authur autrey autry avan avaneesh avant avantae avante aveion avel avelardo avelino avenir aveon
avett avi avid aviel avien avigdor avik avin avinash avion avishai aviv avner avondre avontae avonte avraham
avram avrohom avrum avyan avyukt avyukth awab awad awais axavier axcel axel axell axl axle axton axyl ayaan
ayansh ayce aydan aydden ayden aydenn aydian aydien aydin aydn aydon aydrian aydrien aydyn ayeden ayham
ayinde ayman aymen ayodeji ayoub ayron ayrton ayson ayub ayush ayuub ayven ayyan ayyub azaan azad azael
azaiah azam azan azarias azarion azavier azavion azeem azel azell aziel azim azion azir aziz azlan azrael
babacar babak babatunde babyboy bacilio baden bader badr bain baine baird bairon bakari bakary baker
baldemar baldomero baldwin balian balin ballard baltazar balthazar bane banjamin banks banner bannon banyan
baraa barack barak baraka baran barclay bard barett barkley barnabas barnaby barnard barnell barnes barnet
barnett barney barnie baron barret barrett barrington barron barry bart barth bartholomew bartlett bartley
bartolo barton bartosz bartow bartt baruch bary bascom basel basem bashar basheer bashir basil basilio basim
basir bassam bassel bastian bastien baudelio bauer bawi baxter bayard bayden baylen baylon bayne bayron
bazil bear bearl beau beauford beaumont beauregard beaux beck beckam beckem becker becket beckett beckham
bedford beecher behr bejamin bekim belal belford belmont belton belvin ben benaiah benancio benard bence
benedetto benedict benedicto benett benford bengie benicio benigno benito benjaman benjamen benjamin
benjamine benjamyn benjerman benjermin benji benjie benjiman benjimen benjimin benjy benn bennet bennett
benney bennie benno benny benoit bensen benson bentley bently benton bentzion benuel benyamin benzion
bereket beren berish berk berl berle berley berman bernabe bernal bernard bernardino bernardo bernerd
bernhard bernhardt bernie bernis berry bert bertel berthold bertil bertin bertis berton bertram bertran
bertrand bertrum berwyn betzalel beuford bevan bharat bhargav bhavik bhavin biagio bienvenido biff bijan
bijon bilal bilbo bill billal billey billy billyjoe bing binh binyamin binyomin bion biran birch birl birt
bishop bj bjorn blade bladen bladimir blaiden blain blaine blaise blaize blake blanchard bland blane blanton
blas blase blayde blayden blayne blayton blayze blaze blease blong bluford bo boaz bob bobak bobby boby bode
bodee boden bodey bodhi bodi bodie bodin boe bogdan bohdan bohdi boleslaus boleslaw bolivar bolton bomani
bon bond boniface bonifacio bonner booker boone borden boris boruch bosco boss boston boubacar bow bowden
bowen bowman boy boyce boyd boykin brace brack bracken brad bradan bradd bradden braddock braden bradey
bradford bradin bradlee bradley bradly bradon bradrick brady bradyn braedan braeden braedin braedon braedyn
braelen braelon braheem brahm braian braidan braiden braidon braidyn brailen brain brainard braison bralen
bralin brallan bralon bram bran brance branch brand brandan branden brandin brando brandol brandom brandon
brandonlee brandonn brandt brandyn brannan branndon brannen brannon branon bransen branson bransyn brant
brantlee brantley brantly branton brasen brason braulio braun brave braven bravlio brax braxden braxon
braxston braxten braxtin braxton braxtyn bray brayam brayan brayant braycen braydan brayden braydin braydn
braydon braydyn brayen braylan braylen braylon brayn brayon braysen brayson brayten brayton brazos breandan
breccan breck breckan breckin breckon brek breken brekken breland brenan brendan brenden brendin brendon
brendt brendyn brenen brenin brennan brennen brenner brennin brennon brenon brenson brent brenten brentin
brentlee brentley brently brenton brentt brentton brentyn breon bret breton brett bretton brevan breven
brevin brevyn brewer brewster brexton breydan breyden breydon breyer breylan breylen breylon breyon breyson
breyton brian briant brice bricen briceson brick bridger brien brigg briggs brigham bright brigido brinson
brinton brion brison briston brit briton brixton broadus broc brock brockton brode brodee broden broderic
broderick brodey brodi brodie brodin brodric brodrick brody brodyn brogan brogen broghan brok bron bronc
bronislaus bronislaw bronsen bronson bronx brooks brown broxton bruce bruin bruno bryan bryant bryar bryce
brycen bryceson bryceton brycin brydan bryden brydon bryen bryer brylan brylen bryler brylon brynden bryndon
bryne bryon bryor brysan bryse brysen brysin bryson bryston bryten bryton bubba bubber buck buckley bucky
bud budd buddie buddy bueford buel buell bufford buford bulmaro bunyan burak burch burdell burdett burdette
burel buren burgess burhan burhanuddin burk burke burl burleigh burley burlin burman burnard burnell burnett
burney burnham burnie burnis burns burr burrel burrell burris burt burtis burton burwell buryl buster butch
butler buzz byard byford bynum byran byrant byrl byron cabe cable cabot cadan cadarius cade cadel caden
cadin cadon caedan caeden caedmon caedon cael caeleb caelen caellum caelum caesar cage cahlil caid caidan
caiden caidon caige caileb caillou cain cainan caine cainen caio cairo caisen caison caius cal calab calahan
calan calbert calder caldwell cale caleb calem calen calhoun calib calil calin caliph calix calixto
callaghan callen callin calloway callum calob calogero calton calub calum calven calvert calvin cam camar
camarion camaron camden camdin camdon cameren cameron camillo camilo cammeron camran camren camrin camron
can canaan candelario canden candido candon cane cannan cannen cannon canon canton cantrell canuto canyon
capers capone captain cardale cardarius cardell carden carder cardin carl carles carless carleton carlis
carlisle carlito carlitos carlo carlon carlos carlous carlson carlton carlus carlyle carmello carmelo
carmeron carmichael carmine carmino carnel carnell carney carnie carold carols carr carrel carrell carrick
carroll carrson carson carsten carston carter cartez carthel cartier cartrell carvel carvell carver carvin
cary casanova case casen cash cashel cashis cashius cashton cashus casimer casimir casimiro casmer casmir
cason caspar casper caspian cass cassian cassius castiel castle caston castor castulo caswell casyn cataldo
catalino catarino catcher cato catrell caulin cauy cavan caven cavin cavon caydan cayde cayden caydin caydon
cayetano cayleb caylon caymen cayne caysen cayson cayton ceasar ceaser cebastian cecil cecilio cederic
cederick cedric cedrick cedrik ceejay ceferino cejay celedonio celestino celso celvin cephas cephus cervando
cesar cesare cesario cevin cezar cha chace chad chadd chaddrick chaden chadley chadric chadrick chadwick
chadwin chael chaim chais chaitanya chales chalmer chalmers chamar champ champion chan chanc chance
chanceler chancellor chancelor chandler chandon chang chanse chanson chantry chantz chanz chanze chao chapin
chapman charan charbel charels charle charles charlie charlies charlis charls charlton charvis chas chase
chasen chaseton chason chasten chaston chaun chaunce chauncey chauncy chavez chavis chawn chay chayce
chayden chayne chayson chayton chaz chaze chazz che cheick cheikh cheng cheo cheskel chesky chester cheston
chet chetan chett cheveyo chevis chevy cheyne chez chibueze chibuike chibuikem chico chidi chidubem chigozie
chijioke chike chilton chima chin chinedu chinmay chino chip chipper chirag chirstopher chistian chistopher
chivas choice chon chris chrisean chrishaun chrishawn chrishon chrisopher chrisotpher christ christain
christapher christepher christerpher christiaan christian christianjames christiano christien christifer
christion christipher christo christobal christofer christoffer christoher christohper christon christop
christoper christoph christophe christopher christophere christopherjohn christophor christophr christorpher
christos christpher christphor christropher christyan chritopher chrles chrsitopher chrystian chrystopher
chuck chuckie chucky chue chukwudi chukwuebuka chukwuemeka chukwuma chun chung cian ciaran cicero cid
cillian cinch cinque cipriano cirilo ciro cisco cj claiborne clance clanton clarance clarence clarion clark
clarke clarnce claron claud claude claudio claudis claudius claudy claus clavin claxton clay clayborn
clayborne clayburn clayson clayten clayton clearance clearence clearnce cleatis cleatus cleave cleaven
cleavon cleburn cleburne clee cleland clell clem clemens clement clemente clements clemon clent clenton
cleon cleophas cleophus cleotis clerance clester cleston clete cletis cleto cletus cleve cleveland cleven
clevon clide clif cliff cliffard clifford cliffton cliford clifton cline clint clinton clive cloud clovis
cloy cloyce cloyd cloyde clyde coady coal coalton cobe coben cobey cobin coburn coby coda codey cody coe
coen cohan cohen cohl colan colbe colbert colbey colburn colby colden cole coleby coleman colen coleson
coleton coley colie colin collan collier collin collis collyn colm colman colon colonel colsen colson
colston colt coltan colten colter coltin colton coltrane coltyn columbus colvin colyn comer commodore con
conal conall conan conard coner conlan conley conlin conn connar connell conner connery connor cono conor
conrad conrado conroy constant constantin constantine constantino constantinos contrell conway coolidge
cooper copeland corban corben corbet corbett corbin corby corbyn cord cordae cordale cordarious cordarius
cordaro cordarrius cordarro cordarryl cordaryl corday corde cordel cordell cordera cordero corderro cordney
corey coreyon corgan corian corion corky corleone cormac corneilus cornel cornelio cornelious cornelius
cornell cornellius corneluis corrado corran correll correy corrigan corry cort cortavious cortavius cortez
cortlan cortland cortlin corvin corwin corwyn cory corydon cosby cosimo cosme cosmo costa costas cote cotey
cotton cottrell coty cougar coulson coulter coulton council couper courage court courtland cove covey cowan
cowen coy coye coyle coyt craig craige crandall cranford cranston craven crawford cray crayton crecencio
creed creek creg cregg creig creighton crescencio cresencio crespin creston crew criag crisanto crispin
criss crist cristhian cristian cristiano cristino cristo cristobal cristofer cristofher criston cristopher
cristoval crit crockett croix crosby cross cru crue cruise cruz cruze cruzito crystian cuahutemoc cuauhtemoc
cullan cullen cullin cully culver cuong curlee curley curly curran curren curry curt curtis curtiss curvin
custer cuthbert cutler cutter cuyler cy cylas cyle cyler cylis cylus cyprian cyprus cyril cyris cyrus czar
daaron dabid dacari dace dacian dacoda dade dadrian daegan daejon daekwon dael daelan daelen daelin daelon
daemian daemien daemion daemon daemyn daequan daesean daeshaun daeshawn daeshon daeton daeveon daevion
daevon dagan dagen dagmawi dago dagoberto dagon dahir dahl dahlton dahmir daichi daiden daiel daijon daiki
dailan dailen dailon daimen daimian daimien daimon dain daion daiquan dairon daisean daishaun daishawn
daishon daisuke daiton daivd daiveon daivion daivon dajaun dajion dajohn dajon dajour dajuan dakarai dakari
dakhari dakoda daksh dal dalan dalbert dale dalen dalessandro dalin dallan dallas dallen dallin dallon
dallyn dalon dalonte dalten daltin dalton daltyn dalvin damacio damain daman damani damar damarco damarcus
damare damarea damaree damareon damari damarian damarien damario damarion damarious damarius damarko
damarkus damarri damarrion damaso damauri damean dameian damein dameion damen dameon damere dametri
dametrius damian damiano damien damieon damier damin damion damir damon damond damone damont damonta
damontae damontay damonte damontre damyan damyen damyon dan danarius dandre dandy dane daneil danford dang
dangelo danh danial daniel daniil danil danile danilo danish daniyal dannel danner danney dannie danniel
dannis dannon danny danon danta dantae dantavious dante danthony danton dantonio dantrell danuel dany danzel
danzell daoud daquan daquane daquann daquarius daquawn daquon daqwan darald daran dareion darek darel dareld
darell darelle daren dareon darey daric darick dariel darien darik daril darin dario darion darious darius
dariush dariusz dariyon darl darnel darnell darol darold daron darragh darral darrall darran darrek darrel
darrell darren darreon darric darrick darrie darrien darrin darrion darrious darris darrius darrly darrol
darrold darroll darron darrow darry darryel darryl darryle darryll darryn darryon darsh darshan darshawn
dartagnan dartanian dartanion daruis darvell darvin darvis darwin darwyn dary daryel daryl daryle daryll
daryon daryus dasan dasean dash dashan dashaun dashawn dashel dashiel dashiell dashon dashun dason dastan
dat dathan datron daud daulton daundre daunte davante davari davarion davarious davaris davarius davaughn
davaun dave daved daveion davell davelle daven daveon davey daveyon davian david davide davidlee
davidmichael davidson davie davied daviel davien davieon davier davin davion davione davionte davis davison
davit daviyon davon davone davonn davonta davontae davontay davonte davy davyd davyn davyon dawan dawaun
dawayne dawid dawit dawon dawood dawsen dawson dawud dax daxon daxten daxton daxtyn daxx dayden daylan
daylen daylon daymeon daymian daymien daymion daymon daymond dayne dayon dayquan dayron daysean dayshaun
dayshawn dayshon dayson dayten dayton dayven dayveon dayvin dayvion dayvon deaaron deacon deadrian deadrick
deagan deaglan deaken deakin deakon deamonte dean deandrae deandre deandrew deangelo deanglo deano deantae
deante deanthony deantre dearius dearl deaundre deaunte deavin deavon decarlo decarlos decker decklan
decklin declan decorey decorian deddrick dedric dedrick deegan deejay deen deep deepak deeric deforest degan
deidrick deigo deion deiondre deiontae deionte deitrich deitrick dejan dejaun dejay dejean dejohn dejon
dejour dejuan dekari deke dekendrick dekker deklan deklen deklin deklyn del delan delance deland delando
delano delante delawrence delbert deldrick deleon delfin delfino delford delman delmar delmas delmer delmo
delmon delmont delmore delmus delno delon delonta delontae delonte delorean delos deloss deloy deloyd
delphin delquan delray delrico delroy delshawn delsin delton delvin delvon delvonte delwin delwyn demar
demarco demarcus demarea demari demarian demario demarion demarious demarius demarkis demarko demarkus
demarlo demarques demarquez demarquis demarr demarrio demarrion demauri demerius demetre demetres demetreus
demetri demetric demetrick demetrie demetrio demetrios demetrious demetrius demetruis demetrus demian
demichael demir demitri demitrios demitris demitrius demitrus demon demond demondre demone demont demonta
demontae demontay demonte demontez demontray demontre demorris dempsey dempsy denard denarius dencil deng
denilson deniro denis denman dennard denney dennie dennis dennison denny dennys deno denorris densil denson
denton denver denvil deny denzel denzell denzil deo deon deondrae deondray deondre deondrick deonta deontae
deontay deontaye deonte deontez deontra deontrae deontray deontre dequan dequante dequarius dequavion
dequavious dequincy dequon deral derald deran deray derec dereck derek dereke derell deren derian deric
derick derico derik derin derion derius derk derl dermot deron deroy derral derrall derreck derrek derrel
derrell derren derreon derrian derric derrick derrico derrien derrik derril derrill derrin derrion derris
derrius derron derry derryck derryl dervin derward derwin derwood deryck deryk deryl desean deshan deshane
deshaun deshawn deshon deshone deshun desiderio desman desmen desmin desmon desmond desmund destin deston
destry detric detrich detrick detroit detron deundre deunta deuntae deunte dev devansh devanta devantae
devante devario devaris devarius devaughn devaun devaunte devean devell deven deveon devere devereaux
deveron devesh devian devin devion devlin devondre devone devonn devonta devontae devontay devonte devontre
devron dewain dewaine dewan dewane deward dewaun dewayne dewell dewey dewie dewight dewitt dewon dex dexter
dexton deyon deyonte deyton dez dezman dezmen dezmin dezmon dezmond dhilan dhruv dhruva dhyan diago diallo
diamonte diandre diangelo diante dick dickey dickie dickson dicky didier diego dierks dierre diesel dieter
dietrich dietrick diezel dijon dilan dillan dillard dillen dillian dillin dillinger dillion dillon dilon
dimas dimetri dimetrius dimitri dimitrios dimitris dimitrius dimitry dinari dinero dinesh dink dino diogenes
diogo dion diondre dionicio dionisio dionta diontae diontay dionte diontre diquan dirck dirk diron dishawn
dishon divante dixon dj django djibril djimon djuan dmarco dmarcus dmari dmario dmarion dmitri dmitriy
dmitry dmonte doak doc dock doctor dodd dodge doil dolan dolph dolphus dolton dom domani domanic domanick
domanik domenic domenick domenico domenik domingo dominic dominick dominico dominie dominik dominiq dominyk
domnic domnick domonic domonick domonik don donaciano donal donald donaldo donaldson donat donatello
donathan donato donavan donaven donavin donavon donavyn dondre dondrell donel donell donevan dong doniel
donivan doniven donley donn donnald donnavan donnel donnell donney donnie donnovan donny donold donovan
donoven donovin donovon donovyn donta dontae dontai dontarious dontarius dontavion dontavious dontavis
dontavius dontay dontaye donte dontel dontell donterrius dontez dontrae dontrail dontravious dontray dontre
dontrel dontrell dontrez donzel donzell doran dorance dorell doren dorian dorien dorin dorion dorman dorn
dornell doron doroteo dorr dorrance dorrell dorrian dorrien dorse dorsey dorwin doss doug douglas douglass
dougles dov dover dovid dow dowell doy doyal doyce doye doyl doyle doyne dozier dquan dracen draco draden
draeden dragan dragon draiden drake draken drakkar drako draper draven dravin dravon dravyn dray drayden
drayke draylon drayson drayton drayven dre dreden dredyn drelyn dreon drequan dresean dreshaun dreshawn
dreux drevin drevion drevon drew drexel drey dreyden dreyson dreyton drury dryden dsean dshaun dshawn duaine
duan duane duante duard duayne dub duc dudley duel duell duff duffy dugan duglas dujuan duke duncan duong
dupree duran durand durant durante durell durelle durham duriel duron durrell durward durwin durwood dusan
dushawn dustan dusten dustin duston dustyn dutch duval duvid duwan duwane duward duwayne duy dvante dvid
dvon dvontae dvonte dwain dwaine dwane dwayne dwight dwon dwyane dyami dyke dylan dyland dylen dylin dyllan
dyllen dyllin dyllon dylon dyon dyquan dyrell dyron dyshawn dyshon dyson dywane eagan eamon eamonn ean earl
earle earley early earmon earnest earon earsel earvin eashan eason easten eastin easton eathan eathen eban
ebb eben ebenezer eber eberardo ebert ebin ebon ebrahim ebrima ector ed edan edd edder eddi eddie eddison
eddrick eddy edel edelmiro edenilson eder edgar edgard edgardo edgel edger edi ediberto ediel edilberto
edilson edin edinson edison edker edman edmar edmon edmond edmund edmundo edoardo edon edouard edrian edric
edrick edsel edson eduar eduard eduardo eduin edvardo edvin edwar edward edwardo edwards edwin edwing edwyn
eero eesa eeshan efe efraim efrain efrem efren egan egbert ege egidio egon ehab ehan ehren ehsan ehtan eian
eidan eiden ein einar einer eino eion eirik eisen eitan eithan eithen eivin ej ejay ekin el elad eladio elai
elam elazar elber elbert elbridge elby elchonon eldar elden elder eldin eldo eldon eldor eldred eldredge
eldrick eldridge eldrige eleazar eleftherios elek eleno elery elester eleuterio elex elford elgin elhadj
elhadji eli eliab eliam elian elias eliasar eliaz eliazar eliberto eliceo elick elie eliel elier elieser
eliezer eliga eligah elige eligh eligha eligio elihu elihue elija elijah elijan elijha elijiah elijio
elimelech elio eliodoro eliot eliott elisandro eliseo elishah eliu eliud eliyahu eliyas elizandro elkin ell
ellard ellias ellijah elliot elliott ellis ellsworth ellwood elman elmar elmer elmo elmon elmond elmore
elmus elnathan elonzo eloy elpidio elray elric elridge elroy elson elster elston elsworth elton eluterio
eluzer elvan elven elver elvert elvin elvis elward elwin elwood elwyn ely elyan elyas elye elyjah elzia
elzie elzy emad emanual emanuel emanuele emarion emeka emelio emeric emerick emet emeterio emett emidio
emigdio emil emile emiliano emilio emillio emilo emin emir emit emitt emmanual emmanuel emmanuell emmert
emmet emmett emmette emmit emmitt emmons emon emonte emory emran emre emrick emrys encarnacion ender endy
engelbert enmanuel ennis enoc enoch enos enrico enrigue enrique enrrique enzo eoghan eoin eon ephraim ephram
ephrem ephriam epifanio epimenio equan eran erasmo erasmus erasto erastus erbie erby erek eren erez erhard
eriberto eric erice erich erick erickson ericson erik erikson eriq erique erland erle erlin erling erman
ermin erminio ermon ernan ernest ernesto ernie ernst erol eron eros erric errick errol erroll erron erskin
erskine erubiel ervan erven ervey ervie ervin ervine erving erwin eryck eryk esa esai esaias esau esaul esaw
escher esco esdras esequiel esgar eshaan eshan eshawn esiah esias esiquio esker esley esmond espen
espiridion espn essex estaban estanislado estanislao esteban estefan estefano estel esten estephan estes
estevan esteven estil estill estiven estle eston estuardo estus esvin etai etan ethan ethaniel ethanjames
ethelbert ethen etheridge ethin ethon ethridge ethyn etienne ettore eual euan euclid euel euell eugean eugen
eugene eugenio eugine eugune eulalio eulas eulice eulis eulises eulogio eural eusebio eustace eustacio
eutimio evan evander evangelos evans evaristo evart evelio even evens everado everard everardo everest
everet everett everette everitt everrett everson evert everton evertt evin evo evren evrett ewald ewan eward
ewart ewell ewin ewing exavier excell exodus exzavier eyad eyal eyan eyden eyob eyoel eytan eythan ezana
ezechiel ezekeil ezekial ezekiel ezel ezell ezequiel eziah ezio ezra ezriel ezzard fabian fabien fabio
fabion fabrice fabricio fabrizio fabrizzio facundo fadel fadi fady fahad fahd faheem fahim fairley faisal
faiz faizaan faizan faizon falcon famous faraz fard fardeen fareed fares farhad farhan farid faris farley
farmer faron farouk farrel farrell farris farron fate fateh faustino fausto favian favio fawaz fayez faysal
federico felder feliberto feliciano felipe felix felton fenton feras ferd ferdie ferdinand ferdinando fergus
ferlin ferman fermin fermon fernado fernand fernandez fernando fernie ferrel ferrell ferris ferron festus
fidel fidencio fielding filbert filemon filiberto filimon filip filipe filippo fillmore filmore filomeno fin
finbar findlay finian finis finlay finn finneas finnegan finnian finnick finnigan fintan fionn fiore firas
firman fischer fishel fisher fitz fitzgerald fitzhugh fitzroy flavio fleet flem fleming flemon fletcher
flint florencio florentino florian floyd floyde floyed flynn fong forbes ford forest forney forrest fortino
fortunato foster fouad fount fountain fowler fox foxx foy francesco franchot francis francisco
franciscojavier franciso franck franco francois frandy frank frankey franklin franklyn franko franky frans
fransico fransisco frantz franz fraser frazer frazier fread fred fredderick freddie freddrick freddy
frederic frederich frederick frederico frederik fredi fredick fredie fredis fredric fredrich fredrick
fredrico fredrik fredy freeland freeman freemon fremont french friedrich frisco fritz froilan froylan
frutoso fuad fue fuller fulton fumio fuquan furkan furman fynn gabe gaberial gaberiel gabino gable gabor
gabreil gabrial gabrian gabriel gabrien gaddiel gadge gadiel gael gaelan gaelen gaetan gaetano gage gaige
gailen gaines gaither gaius gaje galdino galen galileo galo galvin gamal gamaliel ganesh gannon ganon gar
garald garan garcia gardiner gardner gared garek gareld garen garet gareth garett garey garfield garin
garion garison garl garlan garland garlen garlin garlon garnell garner garnie garo garold garon garrell
garren garret garreth garrett garrette garrick garrie garrin garrison garrit garritt garron garry garth
garvey garvin garvis gary gaspar gaspare gasper gaston gates gatlin gatlyn gauge gaurav gautam gautham gavan
gaven gavin gavinn gavino gavon gavriel gavyn gavynn gaylan gayland gaylen gaylon gaylord gearld gearold
geary geddy geffrey gehrig genaro gene general gennaro geno gentle geo geoff geoffery geoffrey geoffry
geofrey geoge geordan georg george georges georgio georgios geovani geovanni geovannie geovanny geovany
geovonni ger gerad gerado gerald geraldo gerard gerardo gerasimos gerell geremiah geremy gergory gerhard
gerhardt gerhart gerik germain german gerod geroge gerold gerome geron geronimo gerrad gerrald gerrard
gerrell gerren gerrick gerrit gerritt gerrod gerron gershom gershon gerson gervase gervis gery gevon gevork
geza ghassan ghazi giacomo gian giancarlo giancarlos gianfranco gianluca gianmarco gianni gianpaolo gibran
gibson gid gideon gifford gil gilad gilbert gilberto gildardo gildo giles gilford gill gillermo gilles
gilliam gillis gilman gilmar gilmer gilmore gino gio giomar gionni giordan giordano giorgio giovan giovani
giovanne giovanni giovannie giovanny giovany giovonni girard giulian giuliano giulio giuseppe glade
gladstone gleason gleb gleen glen glenard glendal glendale glendel glendell glenden glendon glenford glenn
glennon glenroy glenwood glover glyn glyndon glynn goble godfrey godric godwin goerge gohan goldman gomer
gonsalo gonzalo goodwin goran gordan gorden gordon gordy gorge gorman gottfried gottlieb govanni governor
govind grabiel graceson graciano graden grady gradyn graeme graeson grafton graham grahm graig graison gram
granger grant grantham grantland granvel granvil granville grason gray grayden graydon grayer grayland
graylin grayling graylon grayson grayton greco green greene greg gregary gregery gregg greggory gregor
gregorio gregory gregrey gregroy greig greogry gresham grey greyden greydon greysen greyson griff griffen
griffin griffith griffon griffyn grigor grove grover gryffin gryphon guage gualberto guerino guerry guido
guilford guilherme guillaume guillermo guinn guiseppe gumaro gunnar gunner gunter gunther gurjot gurman
gurney gurnie gurshaan gurshan gurveer gus guss gust gustabo gustaf gustav gustave gustavo gustavus gustin
guthrie guy gyan gyasi haadi haakon haaris habib hadden haddon haden hadi hadrian haeden hagan hagen hagop
hai haidar haider haig haitham hajime hakan hakeem hakim hakop hal halbert halden hale haleem halford halim
hall halston halton halvor hamad hamdan hamed hameed hamid hamilton hamish hamlet hammad hammond hamp
hampton hamsa hamza hamzah hamzeh hanad handy haneef hanford hani haniel hanif hank hannibal hans hansel
hansen hansford hanson hanzel hao harace haralambos harald harbert harce harden hardie hardin harding hardy
harel hargis hari harim haris harish harl harlan harland harlen harles harless harlin harlis harlon harm
harman harmon harold haron haroon haroun harout harrel harrell harrie harrington harris harrison harrold
harry harsh harsha harshil hart hartford hartwell haruki harun haruo haruto harvard harve harvel harvey
harvie harvin harvy harwood hasaan hasan hasani haseeb hashem hashim hashir haskel haskell hasnain hason
hassan hassel hassell hassen hasson haston hatcher hatim hau havard havish haward hawk hawken hawkins
hawthorne hayato hayden haydn haydon hayes haygen hayk haynes hays haytham hayward haywood hayze hazael haze
hazem hazen haziel hearl heath heber hebert heberto hector heinrich heinz heith helaman helder helio
heliodoro helios helmer helmut helmuth henderson hendrick hendrik hendrix henery henning henok henri henrick
henrik henrique henrry henry henryk henson heraclio herald herb herbert herberth herbie herby herchel
hercules heriberto herley herman hermann hermes hermilo herminio hermon hernan hernandez hernando herndon
herny herold heron herron herschel herschell hersel hersey hersh hershal hershall hershel hershell hershey
hershy herson herve hervey hesham hesston heston hever hewitt heyden heyward heywood hezekiah hezzie hideo
hiep hieu higinio hikaru hikeem hilario hilbert hilberto hilding hill hillard hillel hilliard hillis hillman
hilman hilmar hilmer hilton hinton hipolito hiram hiren hiro hiroki hiroshi hiroto hisao hisashi hisham
hitoshi hjalmar hjalmer ho hoang hobart hobert hobie hobson hodges hogan hoke holbert holden holdyn holger
holman holmes holt holten holton homar homer homero honorio hoover horace horacio horatio horton hosea hosey
hosie houston howard howell howie hoy hoyle hoyt hoyte hristopher hubbard hubbert huber hubert huck
huckleberry hudsen hudson hue huel huey hugh hughes hughey hughie hugo huie hulan hulbert hulen hulon
humbert humberto humphrey humza humzah hung hunner hunt hunter huntington hurbert huriel hurley hurman
hurshel hurshell husain husam hussain hussam hussein hussien huston hutch hutson hutton huxley huy huzaifa
hyatt hyde hykeem hyland hyman hymen hymie hyrum iain iam ian iann iban ibn ibraheem ibrahim ibrahima ichael
ichiro icker idan iden ido idrees idris idriss idrissa idus ifeanyi ifeanyichukwu ignacio ignatius ignatz
ignazio igor ihor ihsan ikaika ike ikechukwu ikeem ikenna iker ikey ilan ilario ildefonso ilias ilija ilijah
ilir iliya illya ilya ilyas imaad imad imanol imanuel imer imir immanuel imraan imran imre inaki indalecio
ingram inman inocencio ioannis ion ira iram irbin irby irfan irineo irl irvan irven irvin irvine irving
irwin isaac isaack isaah isaak isac isacc isack isador isadore isael isahi isahia isai isaia isaiah isaiahs
isaias isaic isaih isaiha isais isak isam isami isamu isao isaul isauro isayah iseah ishaan isham ishan
ishaq ishmael ishmail ishmeal ishmel isiac isiah isiaha isiaih isidor isidore isidoro isidro ismaeel ismael
ismail isom israel isreal isrrael issaac issac issaiah issaih issak issam issiac issiah itai italo itamar
itay itzae ivan ivann ivar iven iver iverson ivin ivo ivor iwao iyad iyan izaac izaak izaan izac izacc izack
izael izaiah izaias izaih izaiha izaiyah izak izan izaya izayah izayiah izeah izek izell izeyah iziah izic
izick izik izmael izrael izreal izzac izzak jaan jaaron jaasiel jaaziah jaaziel jabar jabaree jabari jabarie
jabarri jabbar jabe jabes jabez jabier jabin jabir jabori jabre jabree jabri jabriel jabril jabron jac
jacari jacarius jacarri jaccob jace jaceion jacek jacen jaceon jaceyon jachai jachin jachob jaciel jacinto
jacion jack jackey jackob jacksen jackson jacksyn jacky jacob jacobb jacobe jacobey jacobi jacobie jacobo
jacobus jacoby jacolby jacorey jacori jacorian jacorie jacorion jacory jacquan jacques jacquez jacson jacub
jad jadakiss jadarian jadarious jadarius jadarrius jadden jaden jadian jadiel jadien jadon jadrian jadriel
jadrien jaeceon jaecob jaedan jaeden jaedon jaeger jaekwon jaelan jaelen jaelon jaequan jaesean jaeshawn
jaeson jaevin jaevion jaevon jafar jafari jafet jafeth jag jager jaggar jagger jah jahaad jahad jahan jahari
jahaziel jahbari jahden jahdiel jaheem jaheim jahel jahi jahid jahiem jahir jahkai jahkari jahkeem jahki
jahlani jahleel jahlil jahlon jahmad jahmai jahmal jahmani jahmar jahmari jahmeer jahmeir jahmel jahmere
jahmier jahmil jahmir jahn jahon jahquan jahquez jahred jahrell jahron jahshua jahsiah jahsir jahson jahvon
jahziah jahziel jahzir jaice jaiceon jaicob jaidev jaidon jailan jailen jailon jaimen jaimes jaimeson jaimin
jaion jaiquan jair jaire jairen jairo jairon jairus jaise jaisean jaisen jaishaun jaishawn jaishon jaison
jaiveer jaiven jaiveon jaivion jaivon jaivyn jaiyden jaja jajuan jak jakaden jakai jakaiden jakari jakarie
jakarri jakayden jake jakeb jakeem jakel jakell jakeob jakhai jakhari jakhi jakie jakim jakin jakob jakobe
jakobi jakobie jakoby jakolby jakorey jakori jakory jakota jakson jakub jakwan jakwon jakye jalal jalan
jaleal jaleel jalen jaliel jalik jalil jalon jamaal jamaar jamael jamahl jamai jamail jamaine jamair jamal
jamale jamall jamar jamarco jamarcus jamare jamaree jamareon jamari jamarian jamarie jamarien jamarii
jamario jamarion jamarious jamaris jamarius jamarkus jamarl jamarquis jamarr jamarri jamarrion jamas jamason
jamaul jamauri jamaury jame jameal jamear jameek jameel jameer jameil jameir jamel jamell jamen jamere
jamerion jamerius jamerson james jamesen jamesmichael jameson jamez jamian jamichael jamicheal jamiel jamien
jamier jamiere jamieson jamil jamill jamin jamion jamir jamire jamis jamison jammal jamol jamon jamond
jamone jamontae jamonte jamori jamorris jams janard janathan jancarlo jancarlos jandel jandiel janes
janmichael janoah janos jansen janson janssen janthony jantzen januel japhet japheth jaqualyn jaquan jaquane
jaquann jaquari jaquarious jaquarius jaquavian jaquavion jaquavious jaquavis jaquavius jaquawn jaque jaquell
jaques jaquez jaquil jaquille jaquin jaquis jaquise jaquon jaqwan jaqwon jarad jaramie jaran jaray jared
jarek jarel jarell jarelle jaremy jaren jaret jareth jarett jarian jarid jariel jarin jarion jarious jaris
jarius jarl jarmaine jarmal jarmar jarmarcus jarmel jarmon jarod jarold jarom jarome jaron jarquez jarrad
jarreau jarred jarrel jarrell jarren jarret jarrett jarrette jarrick jarrid jarrin jarris jarrius jarrod
jarron jarry jarryd jarvin jarvis jaryd jas jasai jasan jasaun jasdeep jase jasean jasen jash jashan jashaun
jashawn jashon jashua jashun jasiah jasiel jasim jasin jasir jasiri jaskaran jasn jason jasper jasraj jassen
jassiah jassiel jasson jastin jaston jasun jasyn jatavian jatavion jatavious jatavius jathan jathen jatin
jatniel jauan jaun javan javante javar javares javari javarie javarion javarious javaris javarius javarus
javaughn javaun javed javeion javel javell javelle javen javeon javi javian javid javiel javien javier javin
javion javious javis javius javohn javon javone javoni javonn javonni javonta javontae javontay javonte
javoris javyn jawaan jawad jawan jawann jawanza jawara jawaun jawon jawuan jax jaxen jaxiel jaxin jaxon
jaxsen jaxsin jaxson jaxston jaxsyn jaxten jaxtin jaxton jaxtyn jaxx jaxxon jay jayan jayant jayanth jayce
jayceion jaycen jayceon jaycion jaycob jaydan jayden jaydenn jaydian jaydien jaydis jaydon jaydrian jayen
jayjay jayke jayko jaykob jaylan jayland jaylen jaylon jaylun jaymar jaymen jaymere jaymes jaymeson jaymin
jaymir jaymison jaymon jaymond jaymz jayon jayquan jayr jayren jayro jayron jayse jaysean jaysen jayshaun
jayshawn jayshon jaysin jayson jayston jaysun jaythan jaythen jayton jayvan jayven jayveon jayvian jayvien
jayvier jayvin jayvion jayvon jayvyn jayzen jayzon jaziel jazier jazion jazir jazon jazper jb jc jceon jd
jden jdyn jeancarlo jeancarlos jeanclaude jeanluc jeanmarc jeanpaul jeanpierre jearl jearld jeb jebadiah
jebediah jed jedadiah jedaiah jedd jedediah jedi jediah jedidiah jedrek jeet jeevan jef jeferson jeff
jefferey jefferie jefferson jeffery jeffey jeffory jeffre jeffree jeffrey jeffrie jeffry jefrey jefry jefte
jehad jehiel jehu jeiden jeison jejuan jelani jemaine jemal jemar jemarcus jemari jemarion jemel jemell
jenaro jencarlo jencarlos jenkins jenner jennings jeno jens jenson jentzen jeoffrey jeorge jeovani jeovanni
jeovanny jeovany jeptha jequan jerad jeral jerald jerame jeramey jerami jeramia jeramiah jeramie jeramy
jeramyah jeran jerard jerardo jerauld jered jerek jerel jerell jerelle jeremaih jeremaine jereme jeremey
jeremi jeremia jeremiah jeremias jeremie jeremih jeremiyah jeremy jeremyah jeren jeret jerett jeric jericho
jerick jerico jerid jeriel jerik jerimah jerime jerimiah jerimie jerimy jerimyah jerin jerl jermain jermaine
jermal jermale jerman jermane jermanie jermar jermarcus jermari jermarion jermayne jermel jermell jermery
jermey jermiah jermichael jermie jermine jermon jermond jermone jermy jernard jerod jerol jerold jerome
jeromey jeromie jeromy jeron jerone jeronimo jerrad jerral jerrald jerran jerrard jerred jerrel jerrell
jerremy jerren jerret jerrett jerrick jerrico jerrid jerrin jerrion jerrit jerritt jerrod jerrol jerrold
jerron jerry jerryl jerson jervis jervon jery jes jesaiah jese jeshua jesiah jesper jess jesse jessee
jessejames jessen jessiah jessup jestin jeston jesua jesus jet jeter jethro jetson jett jeury jevan jevante
jevaughn jevin jevon jevonte jewett jeyden jeyson jeziah jeziel jhair jhalil jhamari jhamir jhan jhase
jhayden jhett jhoan jhon jhonatan jhonathan jhonnie jhonny jhony jhostin jhovani jhovanny jhovany jian
jibran jibreel jibri jibril jie jigar jihad jilberto jiles jim jimel jimie jimmey jimmie jimmy jimy jionni
jiovani jiovanni jiovanny jiovany jiraiya jiro jivan jj jjesus jkwon jmari jmarion joab joachim joah joahan
joangel joanthan joao joaopedro joaovictor joaquim joaquin joas joash job jobani jobany jobe jobie joby jock
jocob jocsan joe joeangel joeanthony joedy joel joenathan joeph joeseph joesiah joesph joevon joey joffre
joh johan johanan johann johannes johanthan johathan johathon john johnanthony johnatan johnathan johnathen
johnathin johnathon johnaton johnavon johncarlo johncarlos johnchristopher johndavid johnel johney johnhenry
johnie johnjoseph johnluke johnmark johnmichael johnn johnnathan johnney johnny johnothan johnpatrick
johnpaul johnrobert johnson johnston johnta johntae johntavious johnte johnthan johnthomas johnwilliam johny
johsua jojuan jomar jomari jomo jon jonael jonah jonahtan jonan jonanthony jonas jonatan jonatha jonathan
jonathen jonathin jonathon jonathyn jonavan jonaven jonavin jonavon joncarlo joncarlos jondavid jonerik
jones jonh joniel jonluke jonmichael jonn jonnathan jonny jonothan jonovan jonpaul jonta jontae jontavious
jontavius jontay jonte jontez jonthan jontrell jonus jony joon joquan joram joran jordany jordi jordie
jordon jordy jorel jorell joren jorey jorge jorgeluis jorgen jorian jorje jorrell jory josafat josaiah jose
josealberto josealfredo josean joseangel joseantonio josearmando josecarlos josedaniel josedejesus josef
joseff joseguadalupe joseh josehua josejuan josejulian joselito joseluis josemanuel josemaria josemiguel
josep joseph josephus joseth josh josha joshau joshaua joshawa joshawn joshia joshua joshuah joshual joshuan
joshue joshus joshuwa joshwa josia josiah josian josias josiel josip josiyah josmar jospeh josph jossiah
jossue josten jostin josua josue josuel josuha josyah jotham jourdain jourdon jousha jovahn jovan jovani
jovanie jovann jovanni jovannie jovanny jovante jovany jovaughn jovaun jove joven jovian jovin jovon jovonni
jovonte jowan jowell jozef joziah jozsef jquan jr jrue jsaon jsean jshaun jshawn jshon json jt juan
juanangel juanantonio juancarlos juandaniel juandavid juandedios juandiego juanito juanjose juanluis
juanmanuel juanmiguel juanpablo juaquin jubal jud judah judas judd juddson jude judge judson juelz jujuan
julen jules julez julian juliano julien julies julio juliocesar julion julious julis julius jullien juluis
julyan juma jumaane jumar jun junaid juniel junior junious junius juquan jurell jurgen jushua jusiah jusitn
justan justen justin justino justo juston justun justus justyn juvenal juvencio juventino juvon juwan juwaun
juwon juwuan jveon jvion jvon jw jwan jyair jyaire jyden jyron kaan kabir kable kace kacen kacper kadan
kadar kadarius kadarrius kadden kade kadeem kaden kadien kadin kadir kadon kadrian kaedan kaeden kaedin
kaedon kael kaeleb kaelob kaelon kaemon kaeo kaesen kaeson kaevon kagan kage kagen kahari kaheem kahiau
kahle kahleb kahleel kahlil kahne kahron kai kaid kaidan kaide kaiden kaidin kaidon kaige kail kailash
kaileb kailer kailon kaimana kaimen kain kainalu kainan kaine kainen kainoa kaio kaipo kairo kairon kairos
kais kaisen kaiser kaison kaito kaius kaivon kaiyan kaizen kaizer kaj kajuan kal kalab kalai kalan kale
kaleab kaleb kaled kaleel kaleem kalel kalem kaleo kalev kalib kalid kalieb kalief kalif kalik kalil kalim
kaliq kallen kallin kalman kalob kalon kalonji kalub kalum kalven kalvin kalyan kalyb kamaal kamal kamar
kamare kamarian kamarion kamaron kamau kamaury kamden kamdin kamdon kamel kamen kameren kameron kamilo kamon
kamran kamren kamron kamuela kanaan kanan kanden kandon kane kanen kaniel kanin kanishk kannan kannen kannon
kanoa kanon kanye kanyon kapil kapono karam karanveer karas kardell karder kareem karell kariem karim karl
karlo karlos karlton karmello karmelo karnell karriem karsin karson karsten karston karter karthik
karthikeya kartier kartik karver kasai kasch kase kasean kaseem kasen kash kashaun kashawn kasheem kashif
kashius kashon kashton kashus kasim kasin kasir kason kaspar kasper kasra kassem kassim kassius kasten
kaston kasyn kathan kato katrell katsumi kauan kaulana kaushal kaushik kavan kavari kaveh kaven kaveon kavi
kavin kavion kavish kavon kavonte kawan kawika kawon kayan kaycen kayd kayden kaydon kayin kayl kayleb
kaylib kaylob kaylub kayman kaymen kayne kaynen kayo kayode kayon kaysan kaysen kayshawn kaysin kayson
kayven kayveon kayvion kayvon kaz kazimir kazuki kazuma kazumi kazuo kden keagan keagen keagon keahi kealan
kealii kean keanan keandre keane keanen keano keanon keante keanthony keanu kearney keary keaston keaten
keath keaton keaundre kedar kedarius keddrick kedric kedrick kedron kee keean keefe keefer keegan keegen
keeghan keelan keelen keen keenan keene keenen keenon keeon kees keeshawn keeton keevan keevin keevon kegan
keian keiandre keiden keidrick keifer keiffer keigan keighan keiji keijuan keil keilan keilen keilon keimon
keinan keion keiondre keir keiran keiron keisean keishaun keishawn keishon keiston keisuke keith keithan
keithen keithon keiton keivon keiyon kejuan kekoa kel kelan keland kelden keldon keldric keldrick kelen
kelii kelijah kell kellan kellen keller kellin kellon kelon kelso kelson kelton kelven kelvin kelvis kelvon
kelvyn kelwin kemal kemar kemarion kemauri kemon kemontae kemonte kemp kemper kempton kemuel ken kenai kenan
kenard kenaz kendale kendan kendarious kendarius kendarrius kenden kenderick kendon kendrell kendric
kendrick kendrik kendrix kendry kendyn kenechukwu keneth keng kenichi keniel kenith kenji kenn kennan
kennard kenneith kennen kenner kennet kenneth kennett kenney kennie kennieth kennis kennith kennon kennth
kenny keno kenon kenric kenrick kenshin kenson kent kenta kentaro kentavious kentavius kento kenton kentrail
kentravious kentrel kentrell kenwood keny kenyan kenyen kenyon kenzel kenzo keo keoki keola keon keondre
keone keoni keonta keontae keontay keonte keontre kepler kerby kerem kerim kermit kermitt kern kerney keron
kerrick kerrion kerron kert kervens kervin kerwin kesean keshaun keshav keshawn keshon keshun kesler kessler
kester keston ketan kethan keval kevan kevaughn keven keveon kevin kevion kevis kevon kevonta kevontae
kevonte kevyn kewan kewon key keyaan keyan keyandre keyante keyden keygan keyion keylan keyler keylon keymon
keynan keyon keyondre keyontae keyonte keyron keysean keyshaun keyshawn keyshon keyshun keyton keyvon
khaalid khaden khadim khadir khai khaiden khaidyn khairi khale khaleb khaled khaleed khaleel khalel khalen
khalfani khalib khalid khaliel khalif khalifa khalik khalil khalin khaliq khalon khameron khamron khan khang
khani khari kharon kharter khary khayden khayree khayri khi khiem khiree khiry khoa khoi khoury khris
khristian khristopher khriz khrystian khush khylan khyle khylen khyler khyre khyree khyren khyri khyrie
khyron kiaan kian kiandre kidus kie kiefer kieffer kiegan kiel kien kienan kier kieran kieron kiet kieth
kijuan kile kilian killian kimball kimo kimon kin kinan kincade kincaid king kingdavid kingsley kingsten
kingstin kingston kingstyn kinneth kinney kinnick kinnie kino kinsler kinston kinte kion kionte kip kipling
kipp kipton kiptyn kirby kiree kiril kirill kirk kirkland kiron kirt kirtan kirtis kirubel kishan kishaun
kishawn kishon kitai kito kiven kiyan kiyon kiyoshi kjell klaus klay klayton kleber klein kline klint
klinton klye knight knoah knowledge knox knoxx knute koa koah koal kobe kobee koben kobey kobie koby koda
kodah koden kodey kodiak kody koen kofi kohei kohen kohl kohlton kohner koichi koji kojo koki kol kolbe
kolbey kolby kolden kole koleman koleton kolin kollen kollin kollyn kolsen kolson kolston kolt koltan kolten
kolter koltin kolton koltyn kolyn kong kongmeng konnar konner konnor konor konrad konstantin konstantine
konstantinos kooper koran koray korban korben korbin korby korbyn kord kordae korde kordel kordell korey
koron korrey korry kort kortez kortland korver korvin kory kosta kostantinos kostas koston kota kotaro koty
kou kourosh kowen koy kraig kramer kraven kreed kreg kregg kreig krew krish krishan krishawn krishiv krist
kristion kristjan kristof kristofer kristoff kristoffer kristofor kristopher krithik kron kross kroy kru
krue kruz kruze krystofer krystopher krzysztof kshawn kullen kumar kunal kunta kuper kurk kuron kurt kurtis
kurtiss kush kushal kutter kvon kwabena kwadwo kwaku kwamaine kwamane kwame kwan kwane kwasi kweli kwesi ky
kyair kyaire kyan kyce kyden kye kyel kyion kyjuan kylan kyland kyle kylen kyler kylon kylor kymir kynan
kyng kyngston kyon kypton kyran kyre kyree kyrell kyren kyrese kyriakos kyrian kyrillos kyrin kyro kyron
kysen kyser kyshaun kyshawn kyson kyvon kyzer laakea laban labaron labarron labrandon labrian labron
lacharles lachlan ladainian ladale ladarian ladarien ladarion ladarious ladarius ladarren ladarrian
ladarrion ladarrius ladavion ladd laddie laderrick ladislaus ladonte lafayette lafe laiden lain laird laith
lakai lake lakeem lakeith lakendrick laksh lalo lam lamar lamarco lamarcus lamario lamarion lamarius lamark
lamarkus lamarr lambert lamberto lamel lamichael lamin lamine lamir lamon lamond lamone lamont lamonta
lamontae lamonte lamorris lamount lanard lance lancelot lancer landan landen lander landin landis lando
landon landrum landyn lane lang langdon langston lanier lannis lanny lanorris lansing lanson lantz laquan
laquentin laquincy laquinton laquon larance larell larence larenz larenzo larico larnce larnell laron larone
laronn laroy larron larry lars larson larwence lary larz lasalle lasaro lason laszlo latavion latavious
latavius lateef laterrance latham lathan lathaniel lathen latif latrail latravion latravious latravis
latrell latron latroy laurance laureano laurence laurens laurent laurier lauro laval lavalle lavan lavance
lavante lavar lavaris lavarius lavel lavell lavert lavonta lavontae lavontay lavonte lavoy lawarence lawayne
lawerance lawerence lawernce lawrance lawrence lawsen lawson lawton lawyer layden layman laymon laymond
layten layth laythan layton lazar lazarius lazaro lazarus lazer lc leaf lealand lealon leam leaman leamon
leanard leander leandre leandrew leandro leanord leanthony leary leavy lebaron lebron lecil ledarius
ledarrius ledell ledford ledger leeam leelan leeland leeman leeroy leevi legend legion legrand legrande lehi
lehman leib leif leiland leith lejon lejuan lekeith lekendrick lelan leland leldon lelon lem leman lemar
lemarcus lemmie lemoine lemon lemond lemont lemonte lemoyne lemuel len lenard lenardo lendell lendon leng
lenin lenn lennard lennart lennell lennin lenny leno lenoard lenon lenord lenox lenton lenville lenward
lenwood lenzy leo leobardo leocadio leodan leodis leomar leon leonard leonardo leonce leoncio leondre leonel
leonid leonidas leonides leontae leonte leopold leopoldo leor leory leotis leovardo lequan leray leroi leron
lerone leroy les lesean leshaun less lestat lester leston letcher letrell letroy leul lev levan levander
levar levaughn levell levelle leven leverett levern levert levester levi leviathan levie levin levis
leviticus levon levonte levorn levy lew lewellyn lewie lewin lewis lex lexander lexton leyland leyton liam
liban liberato liborio librado lief liem lieutenant liev lige lijah lilburn lillard lilton limmie limuel
linard linas linc lincoln lindberg lindbergh lindel lindell lindon linford link linken linkin linkoln linkon
linkyn lino linton linus linville linwood lio lion lional lionardo lionel lionell lipa lisandro lisle
lissandro lister liston little littleton livan livingston livio lizandro lj llewellyn lleyton lliam lloyd
lloyde loc lochlan lochlann locke loel lofton logan logen login logun loic loki loman lomax lon londell
lonell long lonn lonnell lonney lonnie lonny lonza lonzell lonzie lonzo loomis lopaka loran lorance loranzo
loras lorcan lord lorence lorenso lorenz lorenzo loreto loring lorn lorne lott louden louie louis loukas
lovel lovelace lovell lovett lowell lowen lowery lowry loy loyal loyd loyde loyed luby luc luca lucah lucan
lucas lucca luccas lucciano lucian luciano lucien lucio lucion lucious lucius lucky lucus ludger ludwig
ludwin luie luigi luis luisalberto luisangel luisantonio luiscarlos luisenrique luisfernando luismanuel
luismiguel luiz luka lukah lukas lukasz luke luken lukis lukus lum luman lumir lundy luqman luster luther
lyal lyall lyam lydell lydon lyell lyle lyman lymon lynard lyndle lyndol lyndon lynford lynnwood lynwood
lyon lyonel lysander lysle lytle maalik maanav maaz mac macai macallan macallister macario macarthur
macaulay macauley macdonald mace macedonio macen maceo macgregor machael machai machi maciej macio mack
mackay mackey macklin macky maclain maclane maclean maclin macon macoy macrae macsen maddax madden maddex
maddix maddock maddon maddox maddux madhav madix madoc madox mael magdaleno magdiel magic magnum magnus
maguire mahad mahamadou mahamed mahdi maher mahesh mahin mahir mahkai mahki mahlik mahlon mahmood mahmoud
mahmud maico maicol maikel mainor maison majd majed majid major makai makail makaio makale makani makari
makel makhai makhi makoa makoto maks maksim maksym maksymilian makye makyle mal malachai malachi malachy
malakai malakhai malakhi malaki malakye malcolm malcom malcomb male maleak maleek maleik malek malekai
maleke maleki malic malichi malick maliek malik malikai malike malikhi maliki malikye maliq malique malon
malvern malvin malyk mamadou mamoru manan manas manases manasseh manav mance mancel mancil mandel mandela
mandell mando mandrell manford manfred manish manley manly mann manning mannix manny manoah manoj manolito
manolo manraj mansel mansfield manson mansoor mansour mansur manu manual manuel manuelito manus manveer
manvir maor marbin marc marcanthony marcas marcel marcelino marcelis marcellino marcellis marcello
marcellous marcellus marcelo marcelus marchello marcial marciano marcin marcio marck marco marcoantonio
marcos marcquis marcus mare marek mareo margarito marguis mariano marico maricus marik marino marinus mario
marius mark markale markanthony markas markcus marke markee markeem markees markeese markeis markeise
markeith markel markell markes markese markevion markevious markevius markey markez markham markice markis
markise marko markos markus marl marlan marland marlin marlon marlos maron marquail marqual marquan
marquarius marquavion marquavious marquavis marquavius marquay marque marquee marquel marquell marques
marquese marquest marquet marquez marqueze marqui marquice marquie marquies marquin marquis marquise
marquist marquiz marquize marquon marqus marrell marrio mars marsalis marsden marsean marsh marshal marshall
marshaun marshawn marshel marshon marshun marston mart martavion martavious martavis martavius martel
martell marten martese martez martice martin martinez martino martise marton martrell marty martyn maruice
marv marven marvens marvin marvion marvon marvyn marwan marwin marx masai masaichi masaki masami masao
masaru masashi masato masayoshi masayuki masen masiah masin mason massiah massimiliano massimo masson master
maston masud mat matai matan matas mateen matei mateo mateus mateusz math mathan mathayus matheo matheu
matheus mathew mathews mathhew mathias mathieu mathis mathius matias matin matix matson matt matteo matteus
mattew matthan mattheu mattheus matthew matthews matthias matthieu mattias mattix mattox matvey matyas
maurice mauricio maurico maurilio maurio maurion maurisio maurizio mauro maury maveric maverick maverik
mavrick mavrik max maxamillian maxamillion maxamus maxemiliano maxen maxey maxfield maxim maxime maximiano
maximilian maximiliano maximilien maximillian maximilliano maximillion maximino maximo maximos maximus
maxmilian maxmillian maxon maxson maxton maxwel maxwell maxx maxximus maxxwell mayank mayco mayer mayfield
mayford maylon maynard maynor mayo mayur mazen mazin mcarthur mcclain mccoy mcdonald mcguire mckade mckale
mckay mckoy mclain mclean md mead meade medardo medford meer mehdi mehkai mehki mehmet mehran mehul meilech
meir mekai mekel mekhai mekhi mel melbourne melburn melchizedek melchor meldon melecio melford melik meliton
melquan melquiades melroy melton melven melvern melville melvin melvyn memphis menachem menashe mendel
menelik meng menno merced mercer mercury merek merel meric merick merik meril merl merland merlin merlon
merrel merrell merric merrick merrik merril merrill mert merton mervil merville mervin mervyn merwin merwyn
meshach mesiah messiah metro meyer miachel micael micah micahel michae michaeal michael michaelangelo
michaelanthony michaeljames michaeljohn michaell michaelpaul michah michai michail michale michall micheal
michelangelo michial michiel michoel micholas mick mickael mickeal mickel mickey mickle micky mico migel
miguel miguelangel mihail mihir mikaeel mikael mikaele mikai mikail mikal mikale mike mikeal mikel mikey
mikhael mikhai mikhail mikhi mikie miking mikkel mikko mikle miklo miklos mikolaj mikyle milad milam milas
milbert milburn miles milferd milford milfred milik millan millard milledge miller million mills milo milon
milos milton miner mingo minh minor minoru miquan miqueas miquel mir mirko miro miron misael missael mister
mitch mitchael mitcheal mitchel mitchell mitesh mithcell mitsuo mitsuru mizael mizraim modesto moe mohamad
mohamed mohamedamin mohammad mohammed mohamud mohan mohanad mohid mohit mohmmad mohsen mohsin moise moises
moishe moiz moksh momin mong monico monroe mont montae montague montarius montavious montavis montavius
montay monte montel montell monterio monterrio montford montgomery montrail montravious montray montre
montreal montrel montrell montrelle montrey montrez monty moody moosa morad mordche mordecai mordechai morey
morio moris moritz morley moroni morrell morrie morris morrison morse mort mortimer morton mose moses moshe
mosiah moss mostafa moua mouhamad mouhamadou mouhamed mousa moussa moustafa moustapha moyses muad muaz
mubarak muhamad muhamed muhammad muhammed muhsin mujahid mujtaba mukund muneeb muneer munir murad murat
murdock murlin murphy murray murrell murry murtaza murvin musa musab mustafa mustapha muzammil mycal mychael
mychal mycheal myer myers mykale mykeal mykel myles mylez mylik mylo mylon mynor myreon myrick myron myshawn
myson naaman naasir nabeel nabil nabor nachman nachum nadav nadeem nader nadim nadir naeem nael nafis
naftali naftoli naftuli naheem nahom nahshon nahuel nahum naim nain nainoa naithan najee najeeb naji najib
nakeem nakhi nakoa naksh nakul nalin nam naman namir namon nandan naod naoki napolean napoleon naquan narada
narayan narciso nareg narek naren narvel nasario nasean naseem naseer naser nash nashaun nashawn nashon
nasier nasir nason nasser nassim nassir naszir nat natalio natan natanael natanel nataniel nate nathan
nathanael nathanal nathaneal nathaneil nathanel nathanial nathaniel nathanuel nathanyal nathanyel nathanyl
nathen nathin nathon nathyn nation natnael navarro naveed navid navin navon nawaf nayan nayib nayshawn
naythan naythen nazaire nazar nazario nazeer nazier nazim nazir ndrew neal neale neco ned needham neeko neel
neeraj neev nefi neftali nehemiah nehemias neiko neil neill neilson neiman nekhi nekoda neldon nello nels
nelson nelvin neo nephi nephtali nero nery nesanel nester nestor netanel nethaniel nevan neven neville nevin
nevyn newel newell newman newt newton neyland neymar nezar nghia nhan nhia niall niam nicandro nicanor
nicasio nicco niccolas niccolo nichalas nichalos nichlas nichlos nicholai nicholaos nicholas nicholaus
nicholes nicholi nicholis nicholos nicholous nichols nicholus nick nickalas nickalaus nickalos nickalous
nickalus nickey nicklas nicklaus nicklos nicklous nicko nickolai nickolaos nickolas nickolaus nickoles
nickoli nickolis nickolus nickson nico nicodemus nicolaas nicolae nicolai nicolas nicolaus nicoles nicoli
nicolis nicolo nidal nieko niel niels nigel niguel nihal nihar nijel nik nikhil nikholas nikko nikkolas
niklas niklaus niko nikolai nikolaos nikolas nikolaus nikolay nikoli nikolis nikolos nikolus nikos nil nilay
nile niles nilesh nilo nils nilson nimrod nino niraj nirav nirvaan nirvan nishan nishant nishanth nissim
nithin nitin nivaan nivek nixon nizar nkosi nnamdi noach noah noal noam nobel noble noboru nobuo nocholas
nochum noe nolan noland nolberto nole nolen nolin nolon nolton nolyn nomar norbert norberto norm norman
normand normon norris north norton norval norvel norvell norville norvin norwood nosson novak nowell nuchem
nuh nuno nunzio nycholas nyeem nygel nykolas nylan nyle nyles nyquan nyron nyshawn nysir nyzaiah nyzir oak
oakland oather obadiah obbie obed obediah obert obie obinna obrian obrien obryan ociel octave octavian
octaviano octavio octavion octavious octavis octavius odas odel oden odes odies odilon odin odis odus
odysseus ogden ogle ohm ohn oisin oiva ojani ojas okechukwu okey okley olaf olajuwon olan oland olander
olando olaoluwa olden ole oleg olegario olen oley olin oliver oliverio olivier ollen ollin ollis olliver
olney olof olon olsen olson olufemi olumide oluwafemi oluwatimilehin oluwatobiloba olvin om omair omar
omaree omari omarian omarie omarion omarr omeed omer omero omid omkar omri onaje ondre oneal oneil onesimo
oniel onis onix onofre onofrio ontario onur oracio oral oran orange orazio orbie orbin orby ordean oren
orenthal orest oreste orestes ori orian orien orin orion oris orlan orland orlander orlando orlandus orlen
orley orlie orlin orlo orlyn orman ormand ormond oronde orren orrin orris orry orson orton orval orvan orvel
orvell orvie orvil orvile orvill orville orvin orvis ory oryan osama osbaldo osborn osborne osby oscar oseas
osei oshae oshay oshea osher osias osiel oskar osker osman osmany osmar osmel osmin osmond osten ostin
osualdo osvaldo oswald oswaldo oswin otha othal othel othello other othman othmar othniel otho otilio otis
otoniel ottis otto oumar ousman ousmane oval overton ovid ovide ovidio ovila owain owais owen owens owin
owyn owynn oz ozan oziah ozias oziel ozzy paarth pablo pace paco paden padraic padraig pal palmer panagiotis
panayiotis pancho panfilo pantelis pao paolo papa pape parag param paras park parke parker parks parley
parnell parrish parry parsa parth partick parvin pascal paschal pasco pascual pasqual pasquale pastor pate
patric patricio patrick patrik patryk patterson patton pau paul paulanthony paulino paulmichael paulo pavan
pavel pawel pax paxon paxson paxten paxton payam paydon payne pearce pearse pearson peder pedro pelham peng
penn pepe per percell percival percy perez perfecto perley pernell perrion perry perseus pershing pervis
petar pete peter peterson petro petros pharaoh pharell phares pharoah pharrell phat phelan phelix pheng phi
phil philander philbert philemon philip philipe philipp philippe phill phillip phillipe phillippe phillips
philmore philo phineas phinehas phinneas phong phu phuc phuoc pierce piercen piero pierre piers pierson
pieter pietro pike pilot pinchas pinchos pinchus pink pinkney pio piotr pius pj placido plato pleas pleasant
ples plez plummer polo ponce ponciano porfirio porter powell prabhjot pranav pranay praneel praneeth
prashant prateek pratham pratik pratyush praveen prem prentice prentis prentiss prescott press presten
prestin preston price priest primitivo primo primus prince princeston princeton prithvi proctor prophet
prosper prudencio pryce prynce pryor purcell purnell purvis qadir qais qasim quadarius quade quadir quadre
quaid quamaine quamel quamere quamir quan quanah quandarius quandre quang quantae quantarius quantavious
quantavis quantavius quante quantez quantrell quaron quartez quashaun quashawn quashon quasim quavion quavon
quay quayshaun quayshawn quency quentavious quenten quentin quenton quentyn quest quillan quince quincy
quindarius quindell quindon quinlin quinntin quinnton quint quintan quintarius quintavious quintavis
quintavius quintel quintell quinten quinterious quinterrius quintez quintin quinton quintrell quintus
quintyn quirino quitman quoc quran quron qusai quy rabon race rachard rad radames radek raden radford radley
raed raef raeford raekwon raequan raeshaun raevon rafael rafal rafay rafe rafeal rafel raffaele rafferty
raffi rafi rafiq raford raghav ragnar raheel raheem raheen raheim rahiem rahil rahim rahkeem rahman rahmel
rahmir rahn rahsaan rahul raiden raider raidon raidyn raif raiford raihan raimundo rainer rainier raistlin
raiyan raj rajan rajat rajeev rajesh raji rajiv rajon rajveer rajvir rakan rakeem rakesh rakim rakin raleigh
ralf raliegh ralph ralphael ralpheal ralston ram ramadan ramal raman ramar ramel ramell ramello rameses
ramesh ramez rami ramil ramin ramir ramiro ramiz ramon ramond ramone ramsay ramses ramsey ramy ramzey ramzi
ramzy ranald ranbir rance rand randal randale randall randel randell randen randle randol randolf randolph
random randon randy ranen ranferi rangel ranger ranier ranjit rankin rannie ranny ransom ransome ranson
ranulfo ranveer ranvir raoul raphael rapheal raphel raquan ras rasaan rasean rashaad rashaan rashad rashan
rashard rashaud rashaun rashawn rashed rashee rasheed rasheem rasheen rashid rashied rashod rashon rashun
rasool rastus rasul raudel raul raun raunak ravi ravindra rawleigh rawley rawlin rawn ray rayaan rayan
rayane raybon rayburn rayce raydell rayden raydon rayfield rayford rayhan rayjon raylan rayland raylon
rayman raymar raymon raymond raymondo raymone raymont raymound raymund raymundo raynaldo raynard rayner
raynold raynor rayon rayquan raysean rayshad rayshard rayshaun rayshawn rayshon rayshun rayson rayvon rayyan
raza raziel read reade real reason recardo rece reco rector red redmond reece reed reef rees reeve reeves
refael refoel reford refugio refujio reg reggie regginald reginal reginald reginaldo regino reginold regis
rehaan rehan rehman reice reid reinaldo reiner reinhard reinhardt reinhart reinhold reino reis rembert remer
remigio remo remon remus ren renald renaldo renan renard renardo renato rendell renn renner renny reno
renwick renzo reo reon reshad reshard reshaun reshawn reuben reubin reuel reuven revan revel revis rex
rexford rexton rey reyan reyansh reyden reyes reyhan reyli reymond reymundo reyn reynald reynaldo reynard
reynold reynolds reza rhen rhet rhett rhodes rhone rhyder rhyker rhyland rhys riaan riad ric ricahrd ricard
ricardo riccardo ricco rice rich richad richar richard richardo richards richardson richerd richey richie
richmond richrd richy rick rickard ricke rickey rickie ricky rico riddick rider ridge ridwan rigby rigdon
rigel riggin riggins riggs righteous rigo rigoberto rik riker riku rilan rinaldo ringo rino rion riordan
riot rip ripken rishaan rishab rishabh rishan rishard rishav rishawn rishi rishik rishit rishon ritchie
ritesh rithik rithvik rithwik rito ritvik rivaldo riyaan riyad rizwan rj roald roan roark roarke rob robb
robbert robby robel rober robert roberto roberts robertson robet robey robinson robley robson robt roby roc
rocco roch rochester rock rocket rockey rockford rockie rockland rockne rockney rocko rockwell rocky rod
rodarius rodd rodderick roddie roddrick roddy rodell roderic roderick rodert rodger rodgerick rodgers rodman
rodney rodolfo rodolph rodolphe rodric rodrick rodricus rodrigo rodrigues rodriguez rodriques rodriquez rody
roe roel roemello roen rogan rogelio roger rogerick rogerio rogers rohaan rohail rohan rohen rohin rohit
rohith rohn rojelio rolan roland rolando roldan rolen rolf rolfe rolin rolla rollan rolland rollen rollie
rollin rollins rollo rolly romain romaldo roman romano romar romario rome romel romell romello romelo romen
romeo romero romir rommel rommie romney romolo romon romone romuald romualdo romulo romulus ron ronak ronal
ronald ronaldo ronan ronav rondal rondale rondall rondarius rondel rondell rondey rondle rondy ronel ronell
ronen roney ronin ronith ronn ronnald ronnel ronnell ronney ronnie ronny ronold ronrico ronson rontavious
ronte rontrell rony rook roosevelt roosvelt roper roque roran rory rosaire rosalio rosco roscoe rosendo
rosevelt roshad roshan roshard roshaun ross rosser roswell roth rourke rowdy rowe rowland roxas roy royal
royce royden royer royston ruairi rual rube rubel ruben rubens rubert rubin ruble ruddy rudolf rudolfo
rudolph rudolpho rudra rudy rueben ruel ruffin ruffus rufino rufus ruger ruhaan ruhan rui rulon rumaldo rune
rupert ruperto rush rushi rushil ruslan russ russel russell rustin ruston rusty rustyn rutger rutherford
rutledge ruven ruvim ry ryaan ryan ryatt rydell ryden ryder rye ryer ryheem ryken ryker rylan ryland ryle
rylen ryler rylon ryne ryo ryon ryosuke ryota ryson ryu ryun saad saadiq saagar saahil saahir saatvik sabas
sabastian sabastion sabatino saben saber sabian sabien sabin sabino sabir sabri saburo sachin sadao sadarius
sadiq sadler saed saeed sael safi safwan sagar sahaj saharsh sahas saheed sahib sahid sahil sahir sahith
said saif saifan saim saint saiquan sair saivon sajan sajid sajjad saket saketh sal saladin salah salahuddin
salar salbador saleem saleh salih salim salmaan salman salomon salvador salvadore salvator salvatore sam
samaad samad samael samaj samanyu samarion samarth samay samba sameer samer sameul samik samin samir sammuel
sammy samnang sampson samson samual samuel samuele samuell samul samule samvel samy sanad sanchez sandeep
sander sanders sandford sandon sandor sandro sanford sang sanjay sanjeev sanjit sanjiv sanjuan sante
santhiago santi santiago santino santo santonio santos santosh sanuel saqib saquan sargent sarim sarkis
sartaj sarthak sarvesh satchel sathvik satoru satoshi saturnino satvik saud saul saulo saunders saurav sava
savalas savan savaughn saveon saverio savian savien savier savino savio savion savior savon savoy saw sawyer
saxon saxton sayan sayed sayer sayid sayvion sayvon sayyid schneider schneur schon scot scott scottie scotty
seaborn seamus sean seanmichael seann seanpatrick seanpaul searcy seaton seaver sebastain sebastian
sebastiano sebastien sebastion sebert sebron secundino sedale sederick sedric sedrick seferino segundo
seichi seif seiji seith sekou selden seldon selig selim selmer selso selvin selwyn sem semaje semir semisi
sencere seon sequan serafin serafino serapio serge sergei sergey sergio serigne serjio servando sesar seth
sevag sevan sevastian seve severiano severin severino severn severo sevin sevon seward sewell seyed seymore
seymour shaan shabazz shad shadd shadeed shadman shadrach shadrack shadrick shafer shaft shafter shah shahab
shahan shaheed shaheem shaheer shaheim shahid shahin shahzaib shain shaine shaka shakeel shakeem shakil
shakim shakir shakur shamal shamar shamarion shamarr shameek shamel shamir shamon shamond shamus shanard
shane shant shaquil shaquile shaquill shaquille shaquon sharad shareef sharief sharif shariff sharod sharrod
shashank shaughn shaul shaun shaunak shaurya shavar shaw shawn shawndale shawnmichael shawntez shawon
shayaan shayan shaydon shayn shayon sheamus shean sheddrick shedrick sheikh shelden sheldon shelton shem
shemar shepard shepherd sheppard sherard sherif sherman shermon sherod sherrick sherrod shervin sherwin
sherwood shigeo shigeru shimon shimshon shiquan shiro shiv shivam shivan shivansh shiven shizuo shloime
shloimy shlok shloma shlome shlomie shlomo shmiel shmuel shneur sho shoaib shoichi shoji sholom shomari shon
shone shonn shooter shota shourya shraga shravan shrey shreyan shreyansh shreyas shrihan shriyan shuaib
shuan shubh shubham shulem shun shyam shyheem shyheim shyhiem shyquan si siaosi sid siddarth siddhant
siddhanth siddharth siddhartha siddiq sidharth sie siegfried sigfredo sigifredo sigismund sigmond sigmund
sigurd silas siler silus silvano silverio silvester silvestre silviano silvino silvio sim simcha simeon
simmie simon simpson sims simuel sinan sincere sinclair sinjin sion sione sipriano sir siraj sire sirius
sirr sirron sirus sisto sixto skeeter skip skipper skippy slade sladen slate slater slaton slayde slayden
slayton slyvester smaran smiley smith smokey snyder socrates sohaib sohail soham sohan sohil sohum solan
sollie solly solmon soloman solomon solon son sonny sony soren sorin sostenes sota sotero sotirios sou
souleymane sparsh spence spencer spenser spero spike spiro spiros spurgeon spyros squire srihan srijan
srikar sriram stace stafford stan standley stanely stanford stanislaus stanislav stanislaw stanley stanly
stanton starlin starling starsky stavros stclair steaven stedman steel steele steen stefan stefano stefanos
stefen steffan steffen steffon stefon stein stelios stellan sten stepan stepfon stephan stephano stephanos
stephaun stephen stephens stephenson stephon stephone sterlin sterling stetson stevan steve steven stevens
stevenson stevin stevon steward stewart stiles stillman stirling stiven stockton stokes stone stonewall
stoney stony stran stratton strider stryder stryker stuart styles subhan sudais sufyan suhaan suhaib suhail
suhas suhayb sujay sulaiman sulayman suleiman suleman suleyman suliman sullivan sulo sultan sumeet sumit
summit sumner sundeep sundiata sung sunil supreme suraj suren suresh susumu sutter suvan sven swanson sy
syaire syed sylar sylas syler sylis sylus sylvan sylvanus sylvester sylvio symeon symir symon syon syre
syris syrus szymon taariq tab tabari taber tabias tabor tacari tacoma tad tadan tadao tadarius tadashi tadd
taden tadeo tadeusz tadhg taejon taequan taesean taeshaun taeshawn taeveon taevion taevon tafari taft tag
tage taggart taggert taha taheem taher tahir tahj tahji tahmid tahmir taichi taiden taiga taijon taiki taim
taiquan taisei taishawn taison tait taiven taivon taiwan taiyo taj tajh tajon tajuan takai takao takashi
takeo takeshi takoda takota takuma takumi takuya talal talan talbert talbot talen talha talib taliesin talik
tallan tallen tallon talmadge talmage talon talton talvin tamarcus tamarion tamarius tameem tamer tamim
tamir tamon tamotsu tan tanav tandre taner tanish tank tanmay tannar tannen tanner tannon tannor tanush
tanvir tanyon tao taquan tarance taras tarek tarell tarence tareq tarez tarick tarig tarik tariq tarique
tarius tarl taro taron tarrance tarrell tarrence tarron tarun tarus tarvaris tarvis tasean taseen tashan
tashaun tashawn tasheem tashon tate taten tatsuo tatsuya tauno taurean taurus tavaras tavares tavarion
tavarious tavaris tavarius tavarus tavaughn taven taveon tavian tavien tavin tavio tavion tavious tavis
tavish tavius tavon tavonte tavoris tavyn tawan tayden taye taylon taym tayon tayquan tayron taysean taysen
tayshaun tayshawn tayshon taysom tayson tayten tayton tayven tayveon tayvian tayvin tayvion tayvon taz
teagon teague teancum teandre ted tedd teddrick teddy tedric tedrick tee teejay tehran teion tej tejas tejay
tejon tel telesforo telford tell tellis telly telvin teng tennis tennyson tenoch teo teodor teodoro teofilo
teon tequan terance terek terel terell terelle terence tereso terik terion termaine teron terrace terral
terrall terrance terrel terrell terrelle terrence terrez terrick terril terrill terrion terris terrius
terron terry terryon teruo tesean teshaun teshawn tetsuo tevan teven tevin tevion tevis tevita tevon tevyn
tex teyon thad thadd thaddaeus thaddeaus thaddeus thaddius thadeus thadius thai thailan thailand thaine
thane thang thatcher thaxton thayden thayer thayne theadore thedford thedore thelbert thelonious thelton
theoden theodis theodor theodore theodoro theodoros theodus theon theophil theophile theophilus theoplis
theopolis theordore theotis theran therman thermon theron therron theseus thiago thien thierno thierry
thimothy thinh thoams thom thomas thomes thomos thompson thoms thomson thong thor thorin thorn thorne
thornton thorvald thos thuan thunder thurl thurlow thurman thurmon thurmond thurston tiago tiberius tibor
tiburcio tidus tieler tiernan tige tiger tighe tigran tijuan tilden tildon tiler tilford tillman tillmon
tilman tilmon tilton tim timathy timithy timm timmie timmothy timmy timo timofey timohty timon timonthy
timoteo timoth timothee timotheus timothey timothy timoty timur tin tino tion tip tipton tiquan tiras tiron
tirrell tirso tishawn tison titan tito titus tivon tiwan tiyon tj tjay tlaloc toan tobby tobe tobechukwu
toben tobenna tobiah tobias tobin toby tobyn tod todd toddrick toivo tolbert tollie tom tomas tomasz tomer
tomio tomislav tommaso tommey tommy tomoki tomothy tomy tonatiuh toney tong tonio tonny tony tor toran
torben toren torian toriano toribio torin torion toris torrance torrell torren torrence torres torrey torrez
torrian torrin torrion torris torry torsten tosh toshio tou toua toure toussaint tovia townes townsend tra
trace tracen tracer tradarius trae traeton traevion traevon trai traivon trajan tramain tramayne tramel
tramell trammell tramon trampas trampus tranquilino trapper traquan trashaun trashawn trask trason travaris
travarius travas travaughn travell travelle traven traveon traver travers traves travian travin travion
travious travis travius travon travone travonne travonta travontae travonte travor travoris traxton tray
trayden traye traylon trayon trayshawn trayson trayton trayven trayveon trayvion trayvon tre treavon treavor
trebor tredarius treg trei trejon trelon trelyn tremain tremaine tremayne tremel tremell tremon trendon
trent trentan trenten trentin trenton trentyn treon trequan tres tresean treshaun treshawn treshon treshun
trestan tresten trestin treston trevan trevante trevar trevaris trevaughn trevaun trevell trevelle treven
treveon trever trevian trevin trevino trevion trevis trevon trevone trevonn trevonne trevontae trevonte
trevor trevyn trevyon trew trey treyce treyden treydon treylan treylin treylon treyon treysen treyshaun
treyshawn treyson treyten treyton treyven treyveon treyvin treyvion treyvon tri trig trigg trigger trino
trinton trip tripp tristain tristan tristen tristian triston tristram triton tron troy troyce trueman truett
truitt trumaine truman trung truong trustin tryce trygve tryone trystan trysten trystian tryston tryton
tsugio tsuneo tsutomu tuan tuck tucker tuff tulio tullio tully tung tunis turhan turner tushar tuvia twain
twan ty tyaire tyberius tyce tycen tycho tydarius tyden tydus tye tyee tyeler tyeson tyger tyheem tyheim
tyion tyjon tyjuan tyke tykeem tykel tylan tyland tyleek tylek tylen tyler tylerjames tyliek tylik tylon
tylor tymarion tymel tymere tymier tymir tymon tymothy tynan tynell tyon tyquan tyquarius tyquavious tyquez
tyquon tyr tyrae tyrail tyran tyray tyre tyreak tyrease tyrece tyree tyreece tyreek tyreese tyreik tyrek
tyreke tyrel tyrell tyrelle tyren tyreon tyrese tyress tyresse tyrez tyrian tyric tyrice tyrick tyrie tyriek
tyrik tyrin tyrion tyriq tyrique tyris tyrome tyron tyrone tyronn tyronne tyrrell tyrus tysean tysen tyshaun
tyshawn tysheem tyshon tyshun tysin tyson tytan tyton tytus tyus tyvon tywan tywaun tywon tywone tzion tzvi
ubaldo uchechukwu uday ugo ugochukwu ulas ulice ulices ulis ulises ulisses ulric ulrich ulus ulyess ulys
ulysee ulysees ulyses ulysess ulysse ulysses umair umar umberto umer undra undray uno upton ural urban
urbano uri uriah urian urias urie uriel urijah usama usher usiel usman ustin utah uthman uvaldo uzair uziah
uziel uzoma uzziah uzziel vaden vadhir vadim vahan vahe vaibhav valdemar valdez valente valentin valentino
valerian valeriano valerio valgene valiant valin valmore valon valor valton van vance vanden vander vane
vang vann vansh varian varick vartan varun vasco vash vashaun vashawn vashon vasili vasilios vasilis vaughan
vaughn vayden vearl veasna ved vedant vedanth veer veldon velton venancio vencent vencil venkat venson
ventura verbon verdon vere vergil verl verlan verland verlin verlon vermon vern vernal vernard verne verner
vernon vernor veron veto viaan vibhav vic vicent vicente vick victor victorhugo victoriano victorino
victorio victormanuel vidal viet viggo vignesh vihaan vihan vijay vikas vikash vikram vikrant viktor vilas
viliami vin vinal vinay vinayak vince vincen vincent vincente vincenzo vincient vineet vinh vinicio vinicius
vinny vinod vinson vinton vir viraaj viraj viren virgal virgel virgil virgilio virgle virl visente vishal
vishnu vishruth vishwa vitaliy vitaly vito vitor vittorio vivaan vivek viviano vlad vladimir vladislav
vollie volney von vong vonn vonte vontrell vonzell voris voyd vraj vu vue vuk vuong vyom wacey waco waddell
wade wadell wael wagner waino waldemar walden waldo waldon waldron waleed walfred wali walid walker wallace
waller wallie wally walt walter walton wane wanya ward wardell warden warnell warner warnie warren warrick
waseem wash washington wasif wasim wassim wataru watson watt wayde waylan wayland waylen waylin waylon
wayman waymon waymond wayne weaver webb webster welborn welby welcome weldon welford wellington wells welton
wenceslao wendal wendall wendel wendell wendle wenzel werner wes wesam weslee wesley wesly wess wessley
wesson west westen westin westlee westley westly weston westyn wetzel weylin weyman whalen wheeler whit
whitaker whitfield whitman whitt whittaker whitten whyatt wiatt wil wilber wilbern wilbert wilberto wilborn
wilbur wilburn wilburt wilder wildon wiley wilferd wilford wilfred wilfredo wilfrid wilfrido wilhelm wilho
wiliam wilian wilkes wilkie wilkins will willaim willam willard wille willem willet willey willford willi
william williams willian williard willim williom willis willliam willman willmer willoughby willson willy
willys wilman wilmar wilmer wilmon wilmont wilmot wilson wilton wilver win windel windell windle winferd
winfield winford winfred winfrey wing winn winslow winson winston winthrop winton wirt wisam wissam witt
witten wladyslaw wm wolf wolfe wolfgang wong wood woodard woodford woodie woodley woodroe woodrow woodruff
woodson woodward woody worley worth worthy wrangler wray wright wyat wyatt wyatte wyeth wyett wylan wyland
wylder wylee wyley wylie wyman wyndell wynston wynton xachary xaden xadrian xai xaiden xaiver xaivier xander
xane xavi xavian xaviar xavien xavier xavion xavior xavius xavyer xayden xayvion xeng xerxes xion xiong
xxavier xyler xylon xzander xzavian xzavien xzavier xzavion xzavior xzayvier xzayvion yaacov yaakov yacob
yacoub yadiel yadier yadir yadriel yafet yago yahel yahia yahir yahshua yahya yahye yair yakov yale yamen
yamil yamin yamir yan yancarlos yancey yancy yandel yandell yandiel yang yaniel yaniv yann yannick yanuel
yaphet yaqub yared yariel yaron yaroslav yaseen yaser yash yashua yasiel yasin yasir yasser yassin yassine
yassir yasuo yates yaw yazan yazeed yazen yazid yaziel yecheskel yechezkel yechiel yehoshua yehuda yehudah
yeison yeng yerachmiel yeray yerick yeriel yerik yeshaya yeshua ygnacio yianni yiannis yida yidel yishai
yisrael yisroel yitzchak yitzchok yitzhak yoan yoav yobani yobany yochanan yoel yogi yohan yohance yohann
yohannes yomar yonah yonas yonatan yonathan yoni yonis yony yordan yordi yordy york yosef yoseph yosgart
yoshio yoshito yoshua yosiah yoskar yosmar yossef yossi yostin yotam younes young younis yousaf yousef
yousif youssef youssouf yousuf yovan yovani yovanni yovanny yovany ysidro ysmael yuan yug yuji yukio yul
yulian yuma yunior yunis yunus yurem yuriel yuriy yusef yusif yussef yussuf yusuf yusuke yuta yutaka yuto
yuuki yuvaan yuvan yuvraj yvan yves yvon zaahir zabdiel zabian zac zacariah zacarias zacary zaccai zaccary
zacchaeus zacchary zaccheus zach zacharee zacharey zachari zacharia zachariah zacharias zacharie zacharius
zachary zacheriah zachery zachory zachrey zachry zack zackari zackaria zackariah zackarie zackary zackery
zackory zackrey zackry zade zaden zadkiel zadok zadrian zadyn zaeden zaedyn zaeem zael zaevion zafir zaheer
zahid zahir zahmir zaid zaidan zaiden zaidyn zain zaine zair zak zakai zakari zakaria zakariah zakarie
zakariya zakariye zakariyya zakary zakee zakery zakhi zaki zakir zakk zakkary zakkery zakry zalen zalman
zalmen zamar zamarion zameer zamir zan zanden zander zandon zane zaniel zaquan zared zarek zarian zarif
zarion zarius zaron zaryan zaul zaven zaveon zavian zavien zavier zavion zavior zavon zayaan zayan zayd
zaydan zayde zayden zaydin zaydon zaydyn zayed zayin zaylan zaylen zaylon zayn zayne zayon zayquan zayveon
zayvian zayvier zayvion zealand zeb zebadiah zebastian zebbie zebedee zebediah zebulan zebulon zebulun
zechariah zed zedekiah zedric zedrick zeek zeeshan zeferino zein zeke zekiel zelig zen zenas zeno zenon
zephan zephaniah zeppelin zerek zeric zerick zerrick zeshan zeth zeus zev zeven zevin zeyad zhi ziad ziair
ziaire ziare zidan zidane ziggy zigmond zigmund zimri zion ziv ziyad ziyon zohaib zohair zollie zoltan
zolton zong zoran zorian zorion zubair zubin zuhair zuhayr zuriel zvi zyad zyair zyere zygmund zygmunt zyhir
zyier zyion zyir zyire zylan zylen zyler zymarion zymere zymier zymir zymire zyquan zyrell zyron zyshawn
zyshonne
"""

SHE = """
aadhya aadya aahana aailyah aaisha aalaya aalayah aalaysia aaleah aaleeyah aaleigha aaleyah aalia aaliah
aaliayah aaliya aaliyah aaliyha aalliyah aalyah aalyiah aalyssa aamani aamina aaminah aamira aamirah aamiyah
aamna aamya aanika aaniya aaniyah aanvi aanya aaradhya aaralyn aaralynn aaria aariah aariana aarianna aariel
aarika aariona aarionna aariyah aarna aarohi aarthi aarti aarushi aaryanna aasha aashi aashka aashna
aashritha aashvi aasia aasiya aasiyah aastha aayana aayla aayushi abagael abagail abagale abagayle abaigeal
abbagail abbagale abbagayle abbe abbee abbegail abbey abbi abbie abbiegail abbigael abbigail abbigal
abbigale abbigayle abby abbye abbygail abbygale abbygayle abcde abeer abegail abelina abella abena abeni
aberdeen abi abiageal abigael abigaelle abigail abigaile abigal abigale abigayl abigayle abigial abilene
abra abrea abreanna abree abrey abri abria abrial abriana abrianna abrie abriella abrielle abril abrina
abryana abryanna abygail abygale abygayle acacia acadia acasia acelyn acelynn acquanetta ada adabella
adabelle adaeze adah adaiah adaira adaisha adaja adalae adalaide adalay adalee adalei adaleigh adalena
adalene adaley adali adalia adaliah adalie adalin adalina adalind adaline adalis adaliz adaly adalyn adalyne
adalynn adalynne adamari adamarie adamaris adamariz adamary adamarys adana adanna adanya adaora adara adaria
adasia adasyn adaya adayah adda addalee addalyn addalynn addasyn addeline addelyn addelynn addi addie
addilee addilyn addilynn addisen addison addisyn addisynn addley addy addysen addysin addyson addysyn adean
adeana adeena adeja adela adelae adelai adelaida adelaide adelaine adele adeleigh adeleine adelena adelene
adelfa adelia adelie adelin adelina adeline adelisa adelise adelita adell adella adelle adelma adely adelyn
adelyne adelynn adelynne adena adenike adeola ader adessa adhya adia adiah adiana adianna adiba adie adilee
adilene adilenne adilyn adilynn adina adine adira adisen adison adisyn adithi aditi aditri adiya adja adlean
adlee adleigh adlene adley adline adlyn adna adonia adonica adonna adora adore adra adraine adrea adreana
adreanna adreanne adreena adrena adreona adreonna adri adria adriana adrianah adriane adriann adrianna
adriannah adrianne adriauna adrie adrieana adrieanna adrielle adriena adriene adrienna adrienne adrina
adriona adrionna adriyana adriyanna adryana adryanna advika adwoa ady adya adylene adysen adyson aeisha aela
aelyn aerabella aerial aeriana aerianna aeriel aerielle aerilyn aerin aerionna aeris aerith aeryn aesha aeva
afia afiya afnan afra afrah afreen africa afrika afsheen aftan aften afton aftyn afua agapita agata agatha
aggie agnes agness agnieszka agripina agueda agusta agustina ahana ahava ahja ahjanae ahlam ahlana ahlaya
ahlia ahliyah ahmani ahmaya ahmia ahmiya ahmiyah ahmya ahna ahnika ahniya ahniyah ahnna ahnya ahriana
ahrianna ahsley ahtziri ahtziry ahuva ai aiana aicha aida aide aidee aidel aideliz aiesha aigner aija aijah
aika aiko aila ailah ailana ailani ailany ailed ailee aileen aileene ailen ailene ailey aili ailie ailin
ailis ailish ailsa aily ailyn ailynn aimee aimi aimie aimy aina ainara aine ainhoa ainslee ainsleigh ainsley
ainslie aira airabella airam aireal aireana aireanna airel airelle aireona aireonna airi airiana airianna
airica airiel airika airis airyana airyanna aisa aisha aishah aishani aishia aishwarya aisley aislin aisling
aislinn aislyn aislynn aissa aissata aissatou aitana aiva aivah aivy aixa aiya aiyah aiyana aiyanah aiyanna
aiyannah aiyla aiyonna aiysha aiza aizah aizlyn aizlynn aja ajah ajahnae ajanae ajanay ajanee ajaya ajayla
ajee ajia ajla akacia akane akanksha akasha akaya akayla akaylah akaysha akeela akeelah akeema akeia akeila
akeira akeisha akela akemi akera akeria akesha akeya akeyla akeylah akhila akia akiah akiera akiko akila
akilah akina akirah akisha akita akiya akiyah akosua akshara akshaya akshita akua akya akyla akylah akyra
ala alabama alacia alaena alahna alahni alaia alaiah alaija alaijah alaila alaina alainah alaine alainna
alaira alaisha alaiya alaiyah alaiza alaja alajah alana alanah alanda alandra alandria alane alanea alani
alania alanie alanis alanna alannah alanni alannis alantis alany alanya alanys alara alasha alashia alasia
alaska alauna alaura alaya alayah alaycia alayha alayia alayiah alayja alayjah alayla alaylah alayna alaynah
alayne alaynna alaysha alayshia alaysia alayza alayzia alazae alazay alazia alba albany albena alberta
albertha albertia albertina albertine albina albirda albirta alcie alda aldea aldena aldene aldina aldine
aldona aldonia aldora alea aleah aleaha alean aleana aleanna alease aleasha aleatha aleaya aleayah alecea
alecia aleda alee aleea aleeah aleece aleecia aleen aleena aleenah aleene aleesa aleese aleesha aleesia
aleeya aleeyah aleeza alegandra alegra alegria aleia aleiah aleida aleigh aleigha aleina aleisa aleisha
aleiya aleiyah aleja alejah alejandra alejandria alejandrina aleka alekhya aleksa aleksandra aleksia aleli
alena alenah alencia alene aleni alenna alera aleria alesa alesana alesandra alese alesha aleshia alesia
alessa alessandra alessandria alessia aleta aletha alethea aletheia alethia aletta alexa alexah alexandera
alexanderia alexandra alexandrea alexandria alexandrina alexandrya alexas alexcia alexcis alexea alexes
alexia alexiah alexiana alexianna alexias alexie alexina alexine alexis alexiss alexius alexiya alexsa
alexsandra alexsandria alexsia alexsis alexsys alexus alexxa alexxia alexxis alexxus alexya alexys alexyss
alexza alexzandra alexzandrea alexzandria alexzia aleya aleyah aleyda aleyna aleysha aleysia alezandra alfa
alfreda alfredia alfreida alfretta alfrieda alga alia aliah aliana alianah alianna aliannah aliayah alica
alice alicea alicen aliceson alicha alichia alicia aliciana alicianna alicja alicya alicyn alida alie aliea
aliena aliene aliese aliesha aliha alima alina alinah alinda aline alinna alis alisa alisabeth alisah
alisandra aliscia alise alisen alisha alishba alishea alishia alisia alison alissa alissah alissandra alisse
alissia alisson alisyn alita alitza alitzel alivea alivia aliviah aliviya alivya alixandra alixandrea
alixandria aliya aliyah aliyana aliyanah aliyanna aliyha aliyyah aliz aliza alizabeth alizae alizah alizay
alizaya alize alizea alizee alizeh alizey alizia alizon alka alla allahna allaina allana allanah allanna
allannah allayah allayna alle allea alleah allean allecia allee alleen allegra alleigh allena allene
allesandra allesha allessandra alleta allexa allexis allexus alley alleyah alleyne alli allia alliah alliana
allianna allice allicia allie alliene allina alline allis allisa allisen allisha allison allissa allisson
allisyn allix alliya alliyah allizon allona allora allura allure ally allyah allyana allyanna allyce allycia
allye allyiah allyna allyne allysa allyse allysen allysha allysia allyson allyssa allyssia allysson alma
almadelia almarie almarosa almeda almedia almee almena almendra almeta almeter almetta almina almira almyra
alnisa alnita aloha aloma alona alonah alonda alondra alondria aloni alonia alonna alonnah alora alorah
aloura alphia alsha alsie alta altagracia altamese altha althea althia altie altovise alura alveda alvena
alvenia alvera alverda alveria alverna alverta alveta alvilda alvina alvine alvira alvita alwilda alya alyah
alyana alyanna alyce alycea alycia alyda alydia alyene alyia alyiah alyissa alyna alynah alyne alynn alynna
alyona alyra alyria alyric alys alysa alysah alysandra alyscia alyse alysen alysha alyshia alysia alyson
alyss alyssa alyssabeth alyssah alyssamarie alyssandra alysse alyssia alysson alyvia alyviah alyx alyxandra
alyxandria alyxis alyza alyzabeth alyzae alyzah alyze alyzza alzada alzina ama amabel amada amaia amaiah
amaira amairani amairany amaiya amaiyah amal amala amalee amali amalia amalie amalya amamda amana amanada
amand amanda amandalee amanee amani amanie amantha amany amara amarachi amarah amaranta amarea amaria
amariah amariana amarianna amarie amarilis amarilys amariona amarionna amaris amarissa amariya amariyah
amariz amarra amarria amaryah amarylis amaryllis amarys amatullah amauria amaya amayah amayia amayiah
amayrani amayrany amazing ambar amber amberle amberlea amberlee amberleigh amberley amberlie amberlin
amberly amberlyn amberlynn amberrose ambert ambika ambra ambre ambrea ambree ambria ambrie ambriel ambrielle
ambrosia ambry ambur ambyr ame amea amee ameena ameenah ameera ameerah ameia ameila ameilia ameira ameka
amela amelda amelia ameliah ameliana amelie ameliya amellia amely amelya amena amenah amenda amera amerah
ameri ameria ameriah america amerie amerika ameris amery amesha ameshia amethyst amey ameyah ami amia amiah
amiaya amie amiee amiera amika amila amilah amilee amilia amiliana amillia amilliana amily amilya amilyah
amina aminah aminata aminta amira amiracle amirah amiria amirra amirrah amisadai amisha amita amity amiya
amiyah amma ammanda ammi ammie ammy amna amnah amoni amonie amor amora amorah amore amoreena amorette amoria
amorie amour amoura amparo amra amran amreen amri amrie amrita amrutha amulya amunique amy amya amyah
amybeth amye amyia amyiah amyjo amyla amylah amylee amylia amylynn amyra amyrah amyre amyri amyria amyrie
ana anaalicia anabel anabela anabell anabella anabelle anabeth anabia anacaren anacarolina anaclara
anacristina anadalay anael anaeli anaelle anagabriela anagha anah anahi anahis anahit anahita anahy anai
anaia anaiah anaid anaija anaijah anaira anairis anais anaisa anaisabel anaise anaisha anaiya anaiyah anaiz
anaja anajah anajulia anaka anakaren anala analaura analea analeah analee analeigh analeigha analeise
analena analese anali analia analiah analicia analie analiese analilia analina analis analisa analise
analisia analissa analisse analiyah analiz analiza analleli anallely analucia analuisa analy analya analycia
analyn analynn analysa analyse analysia analyssa anam anamaria anamarie anamika ananda anani ananiah ananya
anapaola anapaula anara anari anaria anarosa anasha anasia anasofia anasophia anastacia anastasha anastashia
anastasia anastasija anastasiya anastassia anastasya anastazia anastyn anatasia anavictoria anaya anayah
anayeli anayely anayia anayiah anayla anaysha anaysia anberlin anda ande andee andelyn andera anderia andi
andie andora andraya andrea andreah andreal andreana andreanna andreea andreia andreina andreka andrena
andretta andreya andria andriana andrianna andrienne andrina andromeda andrya ane anecia anedra aneesa
aneesah aneesha aneisa aneisha aneita aneka anel anela aneli anelia aneliese anelis anelise aneliz anella
anelle anely aneri anesa anesha aneshia anesia anessa anessia aneta aneth anetra anett anetta anette anevay
aneya angala angalina ange angee angela angelamarie angele angelea angeleah angelee angeleen angeleena
angelena angelene angeles angelette angeli angelia angeliah angelic angelica angelice angelicia angelie
angeligue angelik angelika angeliki angelin angelina angeline angelique angelis angelisa angelise angelisse
angelita angeliyah angeliz angella angelle angelli angellica angellina angelly angelmarie angely angelyn
angelyna angelyne angelynn angelys angelyse angenette angi angie angila angla angle anglea anglia angy
anhthu ani ania aniah aniaya aniayah anica anice anicia anie aniela aniella aniesha anija anijah anika
anikah anikka anila anilah anina aniqua anique anisa anisah anise anisha anishka anisia anissa anissia
anisten aniston anistyn anita anitha anitra anitria aniya aniyah aniyha aniyla aniylah aniza anja anjalee
anjali anjana anjanae anjanette anjani anjeanette anjela anjelica anjelika anjelina anjelique anjolaoluwa
anjoli anjolie anjolina anju anjuli ankita anmarie ann anna annabel annabell annabella annabelle annabeth
annaclaire annagrace annah annahi annai annais annaka annakate annalea annaleah annalee annaleese annaleigh
annaleise annalena annalese annali annalia annalicia annalie annaliese annalina annalis annalisa annalise
annalisia annalissa annalisse annaliyah annaliz annaliza annaly annalyce annalyn annalynn annalynne annalysa
annalyse annalysia annalyssa annamae annamaria annamarie annamary annamay annarose annasofia annasophia
annastacia annastasia annaston annastyn annaya anndrea anne annebelle anneka anneke annel anneli annelie
annelies anneliese annelisa annelise annell annella annelle annelyse annemarie anner annessa annet anneth
annett annetta annette anni annia anniah annica annice annick annie anniebell anniemae annika annina annis
annisa annise annisha annissa anniston annistyn annita anniya anniyah annjanette annmargaret annmarie annora
annslee annsley anntoinette anny annya annye anola anona anora anouk anoushka anquinette anselma anshi
anshika anshu anslee ansleigh ansley anslie antania antanisha antara antasia antavia antha anthea anthonette
anthonia antia antigone antionette antoinett antoinetta antoinette antonella antonetta antonette antonia
antonieta antonietta antoniette antonina antonique antonisha antonya antoria antwanette antwonette anu
anuhea anuja anum anupama anuradha anusha anushka anushree anvi anvika anvita anvitha anwen anwita any anya
anyae anyah anye anyeli anyelin anyelina anyia anyiah anyla anylah anysa anysia anyssa anzley aoi aoife aoki
aolani aolanis aparna aphrodite apollonia apolonia apoorva apple april aprile aprill aprille apryl apryle
aqsa aqua aquanetta aqueelah aquila aquilla arabel arabela arabella arabelle arabia araceli aracelia
aracelie aracelis aracelli aracelly aracely aradhya aradia arah araina araiya aralyn aralynn araminta aranda
arantxa arantza aranza araseli arasely araya arayah arayna arbutus arcadia arcelia arcenia archana arcola
ardath ardelia ardella ardelle ardena ardene ardenia ardeth ardine ardis ardith ardra ardyce ardyn ardys
ardyth ardythe areal areana areanna areatha areeba areebah areej areen areesha areil arelene areli arelia
arelie arelis arella arelly arely arelys arena areona areonna areta aretha aretta areya areyana areyanna
argelia argentina argie arhianna aria ariadna ariadne ariah ariahna arial ariam ariana arianah ariane ariani
ariann arianna ariannah arianne arianni arianny ariany ariatna ariauna ariaunna aribella arica aricka ariday
arieal arieana arieanna ariela ariele arielis ariell ariella arielle ariely arielys arienna arienne arieona
arieonna arietta arihana arihanna arijana arika arilla arilyn arilynn arina ariona arionna arionne arisa
arisbeth arisha arissa arista arita aritha aritza ariya ariyah ariyana ariyanah ariyanna ariyona ariyonna
ariza arizbeth arizona arkie arla arlana arlean arleatha arleen arleene arlena arlene arlenne arleny arlet
arleta arleth arletha arlethia arlett arletta arlette arlicia arliene arlina arlinda arline arlisa arlisha
arlita arloa arly arlyce arlyne arlynn arlys arlyss arma armanda armandina armeda armelia armella armenia
armenta armentha armetta armida armilda armina arminda armine arminta arna arneda arneisha arnella arnelle
arnesha arneshia arneta arnetha arnetta arnette arnice arnisha arnita aronda arora aroush arra arrabella
arrayah arretta arria arriana arrianna arrie arriel arrielle arriona arrionna arryana arryanna arsema
arsenia arshiya arta artasia artavia artelia artemis artemisa artesha artesia artha arthella arthurine arti
artina artisha aruna arushi arva arvada arvella arvetta arvilla arwa arwen arwilda arwyn aryah aryam aryana
aryanah aryanna aryannah aryel aryella aryelle aryia aryiah aryiana aryianna aryka aryn arynn aryona aryonna
aryssa arzella asako asalee asanti aseel asenath asha ashaki ashana ashani ashanta ashantae ashante ashantee
ashanti ashanty ashara ashari asharia ashaunti ashawna ashawnti ashayla asheley ashely ashelyn ashey ashia
ashika ashira ashiya ashiyah ashlan ashland ashle ashlea ashleah ashlee ashleen ashlei ashleigh ashlen
ashley ashleyann ashleymarie ashleynicole ashli ashlie ashliegh ashlin ashling ashlinn ashlley ashly ashlye
ashlyn ashlynd ashlyne ashlynn ashlynne ashna ashonte ashonti ashtyn ashtynn ashunti ashwini ashya ashyia
ashyra asia asiah asiana asianna asiya asiyah asja asjah aslee asley asli aslin aslyn aslynn asma asmaa
aspasia aspen aspyn aspynn asra assata assunta assyria asta astoria astra astrid asucena asusena asya asyah
atalaya atalia atalie atalya atara atarah atasha atavia atha athalee athalene athalia athalie athanasia
athea atheena athelene athena athene athenia athina athleen athziri athziry atia atiana atianna atina atira
atisha atiya atiyah atlanta atlantis atleigh atoya attie atziri atziry aubre aubrea aubreana aubreanna
aubree aubrei aubreigh aubreyana aubreyanna aubri aubria aubriana aubrianna aubrianne aubrie aubriee aubriel
aubriella aubrielle aubrii aubrionna aubryana aubryanna aubryn aubrynn auda audelia audery audine audra
audre audrea audreana audreanna audree audrena audrey audreyana audreyanna audri audria audriana audrianna
audrie audrielle audrina audrinna audris audry audryanna audryna augusta augustina aujanae aulani auna
aundrea aundreya aundria aune aunesty aunica aunika aunna aunya aura aurea aurelia aurelie auri auria
auriana aurianna aurie auriel auriella aurielle aurilla aurora aurore ausha austina australia austynn autum
autumm autumn autymn ava avagrace avah avalee avaleigh avalene avalina avaline avalon avalyn avalynn
avalynne avamarie avana avanell avanelle avangeline avani avanna avanti avantika avaree avarey avari avarie
avarose avary avaya avayah ave avea aveah avelina aveline avelyn avelynn avenell averee averi averiana
averianna averie averil averly averyana averyanna avey aveya aveyah avia aviah aviana avianah aviance
avianna aviannah avice avie aviella avielle aviendha avigail avigayil avika avila avina aviona avionna avis
avital aviva aviya aviyah avleen avneet avni avo avonell avonelle avonlea avonna avonne avree avri avriana
avrianna avrie avriel avrielle avril avy avyana avyanna awa awilda axie aya ayaat ayah ayaka ayako ayala
ayame ayana ayanah ayane ayani ayanna ayannah ayanni ayano ayari ayasha ayat ayda ayde aydee ayeisha ayelen
ayelet ayesha ayeshia ayiana ayianna ayisha ayla aylah aylana aylani aylee ayleen aylen aylene aylin ayline
aylinn aylissa aylssa aylyn aymar ayme aymee ayn aynslee aynsley ayona ayonna ayra ayrabella ayriana
ayrianna ayriel aysa ayse aysel aysha ayshia aysia aysiah ayssa ayumi ayushi ayva ayvah ayzia aza azadeh
azalea azaleah azalee azalia azaliah azalie azana azara azaria azariya azariyah azarria azayla azaylia
azelia azeneth azhane azia azilee aziya aziyah aziza azizah azlee azlyn azlynn azra azrielle azucena azul
azura azure azuree azuri azusena azya azyah azyria azzie babara babbette babette babs babygirl baeleigh
bahar bahja baila bailea bailee bailei baileigh bailey baili bailie baillie bailyn balbina baleigh baleria
balinda bama bambi bambie bana baneen banesa banessa bani barabara barb barba barbar barbara barbaraann
barbarajean barbarann barbarita barbee barbera barbette barbi barbie barbra barby bari barri basha basia
basilia basma basya bathsheba batina batool batoul batsheva batya baya bayan bayla bayle baylea baylee
baylei bayleigh bayley bayli baylie baylynn bea beadie beata beatric beatrice beatris beatrix beatriz
beatryce beaulah beautiful beautifull beauty bebe becca becci becka beckey becki beckie becky beda bekah
bekka bekki belem belen belenda belia belicia belinda belita belkis belkys bell bella belladonna bellah
bellamarie bellamy bellarose belle belma belva belvia belvie belynda bena benay benedetta benetta benicia
benita benna bennetta bennye bentleigh beola beonca beonka bera berda berdella berdena berdia berdie berdina
berdine berenice berenis berenise berit berklee berkleigh berklie berlene berlinda berline berlyn berlynn
berma berna bernadean bernadene bernadett bernadetta bernadette bernadine bernarda bernardette bernardina
bernardine bernece berneda bernedette berneice bernese bernestine berneta bernetha bernetta bernette bernice
berniece bernise bernita bernyce beronica berta bertha berthe bertie bertina bertine beryl beryle bess besse
bessie bessy bessye betania beth betha bethanee bethaney bethani bethania bethanie bethann bethanne
bethannie bethanny bethany bethel bethene betheny bethlehem bethsaida bethzaida bethzy betina betsabe
betsaida betsey betsi betsie betsy bette bettey betti bettie bettina betty bettyann bettyanne bettye
bettyjane bettyjean bettyjo bettylee bettylou bettymae betzabe betzabeth betzaida betzayda betzy beula
beulah beuna bev beva bevely bevelyn beverely beverlee beverley beverlie beverly beverlyann beverlyn bevin
bexley beya beyla beyonca beyonce beyonka beyza bhakti bhavana bhavya bhumi biana bianca bianey bianka
bianna biannca bibi bibiana bich biddie bijal bijou billee billi billiejean billiejo billijo billye bina
bindi binta bintou bionca birda birdell birdella birdena birdia birdie birgit biridiana birtha birtie bisma
bita bitha biviana blaire blakelee blakeleigh blakeley blakely blakelyn blakelynn blakley blanca blanch
blanche blanchie blannie blasa blen blenda blessin blessing blessyn blia blima blimie blimy blinda bliss
blondell blondie blondine blonnie blossie blossom bluma blythe bobbe bobbette bobbi bobbie bobbiejo bobbijo
bobbye bobbyjo bobetta bobette bobi bona boneta boni bonita bonna bonne bonnell bonnetta bonney bonni bonnie
bonnita bonny bonnye boots borghild bracha bradi bradleigh braelee braeleigh braelyn braelynn braelynne
brailee brailey brailynn braleigh braley bralynn branda brandace brandalyn brandalynn brande brandee
brandelyn brandey brandi brandice brandie brandii brandilyn brandilynn brandis brandolyn brandy brandyce
brandye braniya braniyah branna braya brayla braylee brayleigh brayley brayli braylie braylynn brazil bre
brea breah breahna brealyn brealynn brean breana breanah breanda breane breann breanna breannah breanne
breasia breauna breaunna breawna brecklyn bree breea breean breeana breeann breeanna breeanne breelle breely
breelyn breelynn breena breeona breeonna breeze breezy brehanna breia breiana breianna breigh breindel
breindy breleigh brelyn brelynn brena brenae brenda brendalee brendaliz brendalyn brendi brendia brendolyn
brendy brenee brenetta brenisha breniya breniyah brenlee brenleigh brenley brenna brennah brentney brenya
breona breonia breonna bresha breshay breslyn breta bretta brettany brette brettney breuna breunna breya
breyah breyana breyanna breyona breyonna bri bria briah briahna briahnna briana brianah brianca brianda
briane briani briann brianna briannah brianne brianni briannon brianny briany briasia briauna briaunna
briawna briceida briceyda bricia bridget bridgett bridgette bridgid bridgit bridgitt bridgitte bridie
bridney brie briea brieana brieann brieanna brieanne briel briell briella brielle brielyn brielynn briena
brienna brienne brieonna brietta briget brigett brigetta brigette briggette brighid brightyn brigid brigida
brigit brigitt brigitta brigitte brihana brihanna brilee brileigh briley brilyn brilynn brin brina brinae
brinda brinklee brinkley brinlee brinleigh brinley brinly brinn brinna brinnley briona brionna brionne
briony brisa briseida briseis briselda briseyda brisia brissa brissia bristal bristol brita britainy
britanee britaney britani britania britanie britanny britany brithany brithney britiany britini british
britley britlyn britnay britne britnee britney britni britnie britny britta brittainy brittane brittanee
brittaney brittani brittania brittanie brittanni brittanny brittany brittanya brittanyann britteny brittiany
brittiney brittini brittiny brittley brittnay brittne brittnee brittnei brittney brittni brittnie brittny
brittony brittyn brityn briunna briya briyah briyana briyanna briyonna briza brizeida brizeyda brocha bronda
bronte bronwen bronwyn brooke brookelyn brookelynn brookelynne brookie brooklee brooklen brooklin brooklinn
brooklyn brooklyne brooklynn brooklynne brooksie brucha bruchy bruna brunetta brunette brunilda brya bryah
bryana bryanah bryanna bryannah bryanne bryauna bryelle brylea brylee brylei bryleigh bryli brylie brylynn
bryn bryna brynda brynlea brynlee brynleigh brynley brynli brynlie brynn brynna brynnan brynne brynnlee
brynnleigh brynnley bryona bryonna bryony bryssa brystal brystol brytney brytni bryttani bryttany buelah
buena buffi buffie buffy bula bulah buna bunnie bunny burgandy burgundy burma burna burnadette burnetta
bushra byanca byanka byrdie cabella cabria cabrina cacey cachet caci cadance cadee cadence cadey cadi cadie
cadince cady cadynce caedence caela caeleigh caeley caeli caelyn caelynn cahterine caia caidance caidence
caila cailah cailee caileen caileigh cailey cailie cailin caily cailyn cailynn caira cait caitlan caitlen
caitlin caitlinn caitlyn caitlynn caitlynne caitrin caitriona caiya cala calah calais calandra calandria
calaya caldonia calea caleah calee caleen caleigh caleigha calena caley cali calia caliah caliana calianna
calie california calina calisa calise calisha calissa calista caliya caliyah calla calle callee calleen
calleigh calley calli callia callie calliope callista cally callyn calvina caly calyn calynn calypso calyssa
calysta camala camara camaria camarie camaryn camaya cambelle camber cambrea cambree cambri cambria cambrie
cambry cambryn camela camelia camella camelle camellia cameo camera camesha cameshia camey cami camia camiah
camie camielle camila camilah camile camilia camilla camille camillia camira camisha camiya camiyah cammi
cammie cammy camora camree camri camrie camry camryn camrynn camy camya camyla cana canary canda candace
candance candas candee candelaria candence candi candia candice candida candie candis candise candiss
candita candra candus candy candyce canesha canisha caniya caniyah cannie caoimhe capitola capri capria
caprice capricia caprisha captola capucine cara carah caralee caraline caralyn caralynn caramia caran
cardelia caree careen carely caren carena caress caressa caresse caretha cari caria cariana cariann carianne
caridad carie carilyn carime carin carina carine carinna carinne caris carisa carisma carissa carita carizma
carla carlea carlean carlee carleen carleena carleigh carlen carlena carlene carlesha carleta carletha
carletta carlette carley carli carlia carlicia carlie carlina carline carling carlisa carlise carlisha
carlissa carlita carliyah carlota carlotta carloyn carly carlye carlyn carlyne carlynn carlyon carma
carmalita carmel carmela carmelia carmelina carmeline carmelita carmell carmella carmelle carmen carmencita
carmesha carmie carmilla carmin carmina carmita carmyn carnelia carnesha carnetta carnisha caro carol carola
carolan carolann carolanne carole carolee caroleen carolena carolene carolin carolina caroline caroljean
carolle carollee carollyn carollynn caroly carolyn carolyna carolyne carolynn carolynne carra carrah carren
carrera carri carriann carrianne carrie carrieann carrieanne carrigan carrin carrina carrine carrisa
carrissa carrolyn carron carry cartina caryl caryle carylon caryn carys caryssa casandra casara casaundra
casee casha cashay cashlyn casi casia casidy casie casilda casimira casondra cassadee cassadi cassadie
cassady cassandr cassandra cassandre cassara cassaundra cassey cassi cassia cassidee cassidi cassidie
cassidy cassie cassiopeia cassity cassondra cassy castella catalaya cataleya catalia catalina catarina cate
catelin catelyn catelynn catera caterin caterina catha cathaleen catharina catharine cathe catherene
catherin catherina catherine cathern catheryn catheryne cathey cathi cathie cathleen cathlene cathlin
cathlyn cathrine cathryn cathryne cathy cathyann cathye catia catie catina catlyn catlynn catori catrena
catrice catrina catriona cattaleya cattleya caty cay caya caycee cayci caydance caydee caydence cayenne
cayla caylah caylea caylee cayleigh cayley cayli caylie caylin caylyn caylynn caysie caytlin caytlyn ceaira
ceairra ceana ceanna ceara cearra ceasia cece ceceilia cecelia cecia cecila cecile cecilee ceciley cecilia
cecilie cecille cecillia cecily ceclia cecylia ceil ceili ceilidh ceira ceirra cele celena celene celenia
celes celest celesta celeste celestia celestial celestina celestine celia celica celicia celie celina
celinda celine celines celisa celise celisse celita cella celsey cena cendy cenia ceniya ceniyah ceola cera
cerena cerenity ceria cerina cerise cerissa cerita cerra cerria cerys cesia cesilia chablis chade chaela
chaeli chailyn chairty chaitra chakia chakira chakita chala chalee chalene chaley chalice chalisa chalise
chalon chalonda chalsea chameka chamika champagne champayne chamya chana chanae chanah chancie chanda
chandel chandell chandelle chandi chandni chandra chandrea chandria chandrika chanee chanel chanele chanell
chanelle chani chania chanice chanie chaniece chanika chanin chaniqua chanise chanita chaniya chaniyah
chanley channa channah channel channell channelle channie chanta chantae chantal chantale chantalle chantay
chante chantea chantee chantel chantele chantell chantella chantelle chanti chantia chantil chantilly
chantrell chany chanya chaquita char chara charae charda chardae chardai charday charde chardonnay charee
chareese charell charelle charese chari chariah charice charidy charie charina charis charisa charise
charish charisma charissa charisse charita chariti charitie charity charizma charla charlaine charlane
charlayne charlcie charlea charlean charlee charleen charleene charlei charleigh charlena charlene charlese
charlesetta charlestine charlet charlett charletta charlette charli charlina charline charlisa charlise
charlissa charlita charlize charlot charlott charlotta charlotte charlottie charlsey charlsie charlye
charlyn charlyne charlynn charm charma charmagne charmain charmaine charman charmane charmayne charmeka
charmel charmelle charmian charmin charmine charmion charmon charna charnae charnay charne charnele charnell
charnelle charnetta charnette charnice charnise charnita charo charolett charolette charon charonda charrise
charron charvi charyl chasady chaselyn chasey chasidy chasiti chasitie chasity chaslyn chasmine chassidy
chassie chassity chasta chastelyn chastidy chastity chatara chattie chauna chaunda chaundra chauntae chaunte
chauntel chauntelle chava chavela chavon chavonne chavy chaya chayla chaylee chayna chealsea chealsey cheila
chekesha chela chelbi chelbie chelby chelcee chelcey chelci chelcie chelcy chelesa chelise chella chelle
chellie chellsea chelly chelsa chelsae chelse chelsea chelsee chelsei chelsey chelsi chelsia chelsie chelsy
chelsye chena chenae chenell chenelle chenille chenise chenita chenoa chequita cher chera cherae cheralyn
cheray chere cheree chereese cherell cherelle cherene cheresa cherese cheri cheria cherica cherice cheridan
cherie cherika cheril cherilyn cherilynn cherina cherine cheris cherisa cherise cherish cherissa cherisse
cherita cherith cherity cherl cherly cherlyn cherlynn chermaine cherokee cheron cheronda cherrell cherrelle
cherri cherrie cherrill cherrise cherrish cherron cherry cherryl chery cheryal cheryl cherylann cheryle
cherylee cherylene cheryll cheryln cherylyn cherylynn cheryn cherysh chesnee chesney chesnie chessa chessie
chestina chestine chevelle chevette chevon chevonne cheyan cheyane cheyann cheyanna cheyanne cheyeanne
cheyene cheyenna cheyenne cheyla cheyna cheynne cheyrl chezney chiamaka chiana chiann chianna chianne
chianti chiara chidinma chieko chiffon chihiro chika chimamanda chimene chimere china chinelo chinenye
chinita chinwe chinyere chioma chiquita chiquitta chirstina chirstine chisa chistina chivon chivonne chiyeko
chiyo chiyoko chizara chizaram chizuko chloe chloee chloey chloie chlora chloris chole chonda chondra
chonita choua chrisandra chrisann chrisanne chriselda chrisette chrisha chrishana chrishelle chrishonda
chrisie chrislyn chrislynn chrisma chrissa chrissie chrissy christa christabel christabella christabelle
christal christalyn christana christasia christe christean christee christeen christeena christel christell
christella christelle christen christena christene christi christia christiana christiane christiann
christianna christianne christie christin christina christinamarie christine christinia christiona christle
christmas christna christol christy christyana christyl christyn christyna christyne chrisy chryl chrys
chrysta chrystal chrystie chrystina chrystine chrystle chyan chyann chyanna chyanne chyenne chyla chyler
chyna chynah chynna chyrel chyrl ciaira ciana ciani cianna cianni ciara ciarah ciarra cicely cicily cidney
cieara ciearra ciela cielo ciena cienna ciera cierah cierra cierrah cierria ciji cilicia cimone cina cinda
cinde cindee cindel cinderella cindi cindia cindie cindra cindy cing cinnamon cinthia cinthya cintia cintya
cionna cipriana cira circe ciria cissy citlali citlalic citlalli citlally citlaly claira claire clairissa
clara clarabel clarabell clarabelle claramae clare clarece clarene claressa claretha claretta claribel
clarice clarie clariece clarinda clarine claris clarisa clarise clarissa clarisse clarita clarity claritza
clariza clarrisa clarrissa claryce claryssa classie claudean claudeen claudene claudett claudetta claudette
claudia claudina claudine clea cleaster cleda clela clelia clella clema clemencia clementina clementine
clemie clemma cleola cleona cleone cleopatra cleora cleota cleotilde clessie cleta cleva clevie cliffie clio
clista clodagh cloe cloee cloey cloie cloma clora clorene cloria clorinda clorine cloris clorissa cloteal
clotee clothilde clotilda clotilde clotile clova clover clovia clyda clydene clydia clydie clytee clytie
coco colbi colbie coleen colene coleta coletta colette colinda colleen colleene collene colletta collette
collyns columbia comfort concepcion conception concetta concettina concha conchetta conchita conda congetta
coni connee conni connie consepcion constance constancia constantina constanza consuela consuella consuelo
conswella contessa contina contrina cookie cora corabelle corah coraima coral coralee coralie coraline
coralyn coralynn corazon corda cordelia cordella cordia cordie corean coreen coreena corena corene coretha
coretta cori coriana coriann corianna corianne corina corinda corine corinn corinna corinne corinthia corisa
corissa corita corlis corliss corneisha cornelia cornesha cornisha corra correen correna correne corretta
corri corrie corrin corrina corrine corrinna corrinne corryn cortana cortina cortlyn cortlynn cortnee
cortney cortni cortnie cortny coryn corynn corynne cosandra cosette cosima costella cotina coumba countess
courtenay courteney courtlyn courtlynn courtnay courtnee courtnei courtney courtni courtnie courtny cova
cozetta cozette cozy creasie creola cresencia cressie cresta creta cricket crickett criselda crislyn crissa
crissie crissy crista cristabel cristal cristel cristela cristen cristi cristiana cristie cristin cristina
cristine cristy cristyn cruzita crysta crystal crystalann crystale crystall crystalyn crystalynn crystel
crysten crystin crystina crystle crystol cuba cuca cuma curtisha cyan cyana cyann cyanna cyanne cyara cybele
cybil cybill cyd cydne cydnee cydney cydni cydnie cyenna cyera cyerra cyla cylee cyleigh cylie cymone cynara
cynda cyndal cynde cyndee cyndel cyndi cyndia cyndie cyndy cynethia cynia cyniah cynitha cynithia cyntha
cynthea cynthia cynthya cyntia cyra cyrah cyrena cyrene cyrilla cyrstal cystal cythia cythina cythnia
czarina dabria dacey dachelle dacia dacie daeja daejah daelynn daena daenerys daesha daffney dafina dafne
dagmar dagny dahiana dahlia dahlila daiana daija daijah daijanae daijha daila dailee dailynn daina daionna
daira daisa daisey daisha daisi daisia daisie daisja daissy daisy daizha daizy daja dajae dajah dajai dajana
dajanae dajanay dajanique dajha dajia dajsha dajuana dakayla dakia dakiya dala dalaina dalal dalana dalaney
dalani dalanie dalary dalaya dalayla dalayna dalaysia daleah daleen dalena dalene daleysa daleyza dalia
daliah daliana dalicia dalila dalilah dalina dalinda dalis dalisa dalisha daliyah dallana dallie dally dalma
dalphine daly dalya dalyla dalylah dalynn dama damali damara damaria damaris damariz damary damarys damaya
dameka damesha dametria damia damiah damiana damika damira damisha damita damiya damiyah damonica damonique
damya damyah damyia danae danah danai danaisha danaja danajah danaka danamarie danasha danashia danasia
danay danaya danayah danaysha danaysia dandra dandrea danea danean danee daneen daneille daneisha daneka
danella danelle danelly danely danene danesha daneshia danessa danett danetta danette dangela dani dania
daniah danialle danica danice danicia danicka daniela daniele daniella danielle daniesha danijah danika
danila danille danilyn danilynn danine daniqua danique danira danise danisha danita danitra danity danitza
daniya daniyah danna dannae dannah dannelle dannetta dannette danni dannia dannica danniela danniell
danniella dannielle dannika danuta danya danyah danyale danyela danyele danyell danyella danyelle danyetta
danyka danyla danyle danylle daphane daphanie daphene daphine daphna daphne daphnee daphney daphnie daphyne
daquana dara darah daralyn darbi darbie darcee darcel darcella darcelle darcey darchelle darci darcia darcie
darcus darcy dareen darely darenda darene dari daria dariah dariana dariane dariann darianna darianne darice
dariela darielle darienne darilyn darina darinda dariona darionna daritza dariya dariyah darla darlean
darleen darleene darlen darlena darlene darleny darletta darlin darlina darlinda darline darling darlis
darlisa darlyn darlyne darlynn darlys darneisha darnella darnesha darneshia darnetta darnice darnise
darnisha darnita darolyn darra darrah darrelyn darria darriana darrielle darriona darsi dartha darthy darya
daryana dasha dashae dashana dashanae dashanti dashauna dashawna dashay dashayla dashia dashonda dasia
dasiah dasie datha daun dauna dava davanee daveigh davena davene davetta davette davia daviana davianna
davida davina daviona davionna davisha davita davona davonna dawana dawanda dawanna dawn dawna dawne dawnell
dawnelle dawnetta dawnette dawnielle dawnisha dawnita dawnmarie dawnn dawnna dawnya daya dayami dayana
dayanara dayani dayanira dayanna dayannara dayanne dayja dayjah dayla daylee dayleen daylene daylynn dayna
dayona dayonna dayra dayrin daysha dayshia daysi daysia daysy dazaria dazha dazhane dazia daziah daziyah dea
deadra deah deaira deairra deaisha deaja deajah deamber deana deandra deandria deanette deangela deanie
deann deanna deannah deanndra deanne deara deardra dearia deasha deashia deasia deatra deatrice deb debanhi
debar debara debarah debbe debbi debbie debbora debborah debbra debbrah debby debe debera deberah debi debie
debora deborah deboraha deborahann deborh deborha deborra deborrah debra debraann debrah debralee debria
debroah deby decarla december dede dedee dedra dedria deeana deeann deeanna deeanne deedee deedra deeksha
deema deena deepa deepika deepti deerica deetra deetta deette deetya deeya defne dehlia deicy deidra deidre
deidrea deija deijah deirdra deirdre deisha deisi deisy deitra deja dejah dejana dejanae dejanay dejane
dejanee dejanique dejanira dejha dejia dejuana dekayla dela delaila delailah delaina delaine delainee
delainey delainy delana delanee delaney delani delania delanie delanna delany delayla delayna delayne
delaynee delaynie delberta delbra delcia delcie deleah delecia delena delene deletha delfina delia deliah
delicia delight delila delilah deliliah delina delinda delisa delise delisha delisia delissa delita deliyah
della dellar dellia dellie delma delmi delmy delois deloise delona delonda delora deloras delores delorese
deloria delories deloris delorise delorse deloyce delpha delphia delphina delphine delrae delrose delsa
delsie delta deltha delva delvina delyla delylah delynn dema demara demaria demaya demeka demesha demetra
demetress demetria demetrica demi demia demiah demiana demika demisha demita demitra demitria demiya demiyah
demonica demya dena denae denai denaja denajah denasia denay denaya denea denean deneane denece denecia
denee deneen deneice deneise deneisha deneka denelda denell denelle denene denese denesha deneshia denessa
denetra denetria denetta denette deni denia denica denice denicia deniece denielle deniese denika denina
denine deniqua denisa denise denisha denishia denisia denisse denita denitra deniya deniyah denna dennette
denni dennice dennise dennisha dennisse denora denya denyce denyse deola deolinda deona deondria deonna
deonne der dera dereka derenda dereona derhonda derica dericka derika derinda deronda derotha derra derriana
derrica derricka derrika derriona derya deryn desa desarae desaray desaree desarie deserae deseray desere
deserea deseree deserie desha deshae deshana deshanda deshanna deshara deshauna deshawna deshayla deshea
deshonda deshonna desia desira desirae desiray desiraye desire desirea desiree desirey desirie desirre desma
despina desree dessa dessie dessiree desta destanee destaney destani destanie destany destenee desteni
destenie desteny destina destine destinee destiney destini destinie destiny destyne destynee destyni
destynie desyre detra detria detrice detta deva devanee devaney devani devanie devann devanny devanshi
devany deveney devera devi devika devina devinne devita devona devonda devonia devonna devony devora devorah
devota devra devynn devynne dewana dewanda dewanna deyana deyanira deyanna deyna deyona deyonna deysha deysi
deysy dezarae dezaray dezaree dezerae dezeray dezhane deziah dezirae deziray dezire deziree deziyah deztiny
dezyre dezzie dhalia dhana dhanvi dhanya dhara dharma dhriti dhruvi dia diahann diala diamantina diamon
diamond diamonds diamonique dian diana dianah dianca diandra diane dianelys dianey diani diania diann dianna
dianne diannia diantha diara diasia diavian diavion dicie dicy didi diedra diedre diem dierdra dierdre
dierra diesha dietra digna dilara dilcia dilia dillie dilynn dima dimitra dimitria dimond dimple dina dinah
dineen dinesha dinisha dinna dinora dinorah diona diondra dione dionicia dionisia dionna dionne diora disa
disha disney diva divina divinity divya dixie diya djeneba djuana djuna dmya dniya dniyah docia dodi dodie
dody doha dola dolce doll dollie dolly dollye doloras dolores doloris domenica dominga domini dominica
dominika domitila dona donae donalda donalee donalyn donasia donata donatella donda dondra doneisha donelda
donella donesha doneshia doneta donetta donette doni donia donica donice donie donielle doniesha donika
donis donise donisha donita donja donna donnabelle donnajean donnalee donnamae donnamarie donnella donnesha
donnetta donnette donni donnia donnice donnisha donnita dontasia dontavia donya donyale donyelle donyetta
donzella dora doraine doralee dorann doranne dorathea dorathy dorcas dorcus dore doreatha doree doreen
doreena doreene dorena dorenda dorene doretha dorethea dorethia doretta dorette dori doria doriana doriann
dorianna dorianne dorice dorie dorina dorinda dorine dorinne doris dorise dorismar doristine dorita dorla
dorleen dorlene dorlis dorlisa dorma dorna dorotea dorotha dorothe dorothea dorothee dorothey dorothia
dorothie dorothy dorothyann dorothye dorraine dorreen dorri dorrie dorrine dorris dortha dorthea dorthey
dorthia dorthie dorthy dory doryce dosha doshia doshie dot dotsie dotti dottie dotty dove dovie doylene
draya drea dream dreama dreana dreanna drema drena drenda dreya drianna drina drinda drucella drucilla
druscilla drusilla dua duaa duana duchess duha dula dulce dulcemaria dulcey dulcie dulcinea dulcy dulse
dunia dunya dura durenda durinda dusti dustie dustina duyen dvora dwana dwanda dwanna dyamond dyan dyana
dyane dyani dyann dyanna dyanne dyasia dyesha dylana dymon dymond dyna dynasia dynasti dynasty dynesha
dynisha dyonna earla earlean earleen earlena earlene earline earlyne earma earnesteen earnestene earnestine
earnstine earsie eartha easter eathel eather eavan ebany ebba ebelin ebone ebonee eboney eboni ebonie
ebonique ebony ebonye echo eda edana edda eddis eddith eddye edeline edell edelmira edelyn eden edie edilia
edina edit edith editha edithe edla edlin edlyn edmonia edna ednamae edra edrie eduarda edwena edwina
edwinna edwyna edye edyn edyth edythe eesha effa effie egypt eiko eila eilee eileen eileene eilene eiley
eilidh eilis eilish eiliyah eilleen eily eilyn eimi eimy eira eirene eisha eisley eithel eiza ekaterina
ekaterini ekta ela elah elaijah elain elaina elainah elaine elainna elajah elana elanda elane elani elania
elanie elanna elanor elanore elantra elany elara elasia elayah elayna elayne elaysha elaysia elba elberta
elbony elcie elda eldana eldena eldene eldine eldonna eldora eldoris elea eleah eleana eleaner eleanna
eleanor eleanora eleanore elease elecia electa electra eleen eleena eleftheria eleina eleisha elektra elen
elena elene elener eleni elenna elenor elenora elenore eleny eleonor eleonora eleonore eleora eleri elesa
elese elesha eleshia elesia eletha elexa elexia elexis elexus eleyna elfida elfie elfreda elfrieda elfriede
elga elham elia eliabeth eliana elianah eliane eliani elianna eliannah elianne elianny eliany elice elicia
elida elide elidia elienai elif elika elin elina elinda eline elinor elinora elinore eliora elisa elisabel
elisabet elisabeth elisabetta elisandra elise elisea elisheba elisheva elishia elisia eliska elissa elisse
elissia elita elivia eliya eliyana eliz eliza elizabella elizabet elizabeth elizabethann elizabth elizaveta
elizbeth elize elizebath elizebeth elizeth elizibeth elka elke elky ella ellagrace ellah ellaina ellamae
ellamarie ellamay ellan ellana ellanor ellanora ellanore ellar ellaree ellarie ellarose ellary ellason
ellasyn ellayna elle elleana elleanna elleanor ellee elleen elleigh ellen ellena ellene ellenor ellenora
ellenore eller ellerie ellesse elley elli ellia elliana ellianah ellianna ellice ellie ellieana ellieanna
elliemae elliette ellin ellina ellinor elliotte ellisa ellise ellisha ellissa ellisyn elliyah elloise ellon
ellora ellory ellouise ellowyn ellsie elly ellyana ellyanna ellyce ellyn ellysa ellyse ellyson ellyssa elma
elmarie elmina elmira elmire elmyra elna elner elnita elnor elnora elnore elnoria elodia elodie elois eloisa
eloise elona elonda elora elouise elowen elowyn eloyce elsa elsbeth else elsi elsia elsie elspeth elsy elsye
elta eltha elva elvena elvenia elvera elverda elverna elverta elveta elvi elvia elvina elvira elwanda elyana
elyanna elyce elycia elyn elynn elynor elynore elysa elysabeth elyse elysha elysia elyssa elysse elyssia
elyza elyzabeth elzada elzena elzina elzora ema emaan emagene emalea emalee emaleigh emalia emalie emaline
emaly emalyn emalynn eman emani emanie emanuela emanuella emaree emarie emary emaya ember emberlee
emberleigh emberly emberlyn emberlynn embree emelda emeli emelia emelie emelin emelina emeline emelly emely
emelyn emerald emeree emeri emerie emerita emersen emersyn emi emiah emie emiko emilea emilee emileigh
emiley emili emilia emiliana emilie emilija emiline emillia emillie emilly emily emilya emilyann emilyanne
emilyn emilynn emilyrose emina emine emira emireth emiya emiyah emlyn emma emmaclaire emmagene emmagrace
emmah emmajane emmajean emmajo emmakate emmalea emmaleah emmalee emmaleigh emmalene emmali emmalia emmalie
emmalin emmalina emmaline emmalise emmalou emmaly emmalyn emmalyne emmalynn emmalynne emmamarie emmanuela
emmanuella emmarae emmarie emmarose emmary emme emmelia emmeline emmely emmelyn emmer emmerie emmersen
emmerson emmersyn emmery emmi emmie emmilee emmily emmilyn emmogene emmy emmylou emogene emonee emoni emonie
emonnie emony emoree emori emorie empress emree emri emrie emsley emunah emy emya emyah emylee emylia emylie
ena enas enaya enda endia endora endya enedelia enedina eneida england enid enijah eniola eniya eniyah
enjoli enna ennifer enola enrica enriqueta ensley envy enya enza eola eowyn epifania epiphany eppie epsie
equilla era erabella eraina erandi erandy ercie ercilia erdine ereka erendida erendira eria erial eriana
erianna erica ericca ericha ericia ericka eriel erielle erienne erika erikah erikka erilyn erin erina erine
erinn erinne eriona erionna eris eriyana eriyanna erla erleen erlene erlinda erline erma ermalee ermalinda
ermelinda ermie ermina ermine erminia erna ernesta ernesteen ernestene ernestina ernestine errica erricka
errika erryn ersie ertha erum erva eryca eryka erykah eryn erynn erynne esabella esbeidy esha eshaal eshal
eshani esly esma esmae esme esmee esmeralda esmerelda esperansa esperanza esra essance essence essica essie
essynce esta estalene estee estefana estefani estefania estefanie estefanny estefany estela estelene estell
estella estellar estelle estephani estephania estephanie estephany ester esthefany esthela esther estie
estrella estrellita estreya esty etana eternity etha ethel ethelda etheleen ethelene etheline ethell
ethelmae ethelyn ethelyne ether ethlyn ethyl ethyle etna etoile etoy etrulia etta etter ettie etty eudelia
eudora eufemia eugena eugenia eugenie eugina eula eulah eulala eulalia eulalie eulamae eulanda eular eulene
euline eulla eun euna eunice eunie eunique eupha euphemia eura eureka euretha eusebia eustacia eustolia
eutha euva eva evadna evah evalee evaleen evalena evalene evalin evalina evaline evalise evalyn evalyne
evalynn evalynne evamae evamaria evamarie evana evanell evangaline evangela evangelene evangelia evangelina
evangeline evangelyn evani evania evanie evanna evanne evanny evany eve evea evee evelean eveleen evelena
evelene evelia evelin evelina eveline evella evellyn evely evelyn evelyna evelyne evelynn evelynne eveny
everlean everlee everleigh everlena everlene everley everlie everlina everline everly everlyn evett evetta
evette evey evi evia eviana evianna evie evita evlyn evolet evoleth evolett evolette evon evona evonda evone
evonna evonne evony evora evva evvie evy evynn ewa ewelina exa exie eyana eyanna eydie eyleen eylin eymi
eyvette eyvonne ezabella ezella ezinne ezma ezmeralda ezri ezzie faatimah fabiana fabianna fabienne fabiola
faduma fadumo fae fahima faiga faige faigy fairy faith faithann faithe faithlyn faithlynn faiza faizah fajr
falan falana falecia falen falesha falicia falicity falisha fallan fallon fallyn falon falyn falynn fanchon
fancy fannie fanny fannye fanta fantashia fantasia fantasy fara farah faren farha farhana farheen faria
farida fariha farin farra farrah farrin farryn fartun faryn farzana fatema fatemah faten fathima fatima
fatimah fatimata fatina fatma fatmata fatou fatoumata fatuma fatumata faun fauna faustina faustine faviola
favor favour fawn fawna fay faydra faye fayetta faylene fayrene fayth faythe feather febe federica fedora
feige felcia felecia felesha feleshia felica felice felicha felicia feliciana felicidad felicie felicita
felicitas felicite felicity felina felipa felisa felisha felishia felisia felissa felita feliza felma female
fendi fergie fermina fern fernanda fernande ferne ferol feven fey fia fianna fidela fidelia fifi filomena
fina finesse finlee finleigh finola fiona fionna fionnuala fiora fiorela fiorella fiza fizza flannery flara
flavia flecia fleda fleeta fleta fleur fleurette flo floella flonnie flor flora florabelle florance flordia
floree floreen floreine florella florena florence florencia florenda florene florentina florentine
florestine floretta florette floria florice florida florie floriene florina florinda florine floris florita
flornce florrie flossie floy floyce floye folasade folashade fonda fontella forestine forever forrestine
fortunata fotini fradel frady fraida fraidy fran franca franceen francelia francella francena francene
francenia frances francesca franceska francess francetta franchelle franchesca francheska franci francia
francie francies francile francille francina francine francisca francoise francy francyne francys frankee
franki frankye frannie fransheska fransisca franziska freada freda fredda frederica fredericka fredia fredna
fredonia fredrica fredricka fredrika freeda freida freja frenchie freya freyja frida frieda frimet fritzi
frona fronia fronie fronnie fruma fryda fujiko fumi fumie fumiko fusae fusako fynlee gabbie gabbriella
gabbrielle gabby gabi gabrella gabrelle gabriana gabrianna gabriela gabriella gabrielle gabrielly gabrille
gabryela gabryella gabryelle gaby gae gaelle gaetana gaia gail gaila gaile gailya gailyn gala galadriel
galaxy galena galia galilea galileah galilee galina galit gao gara gardenia gargi garnetta garnette gatha
gauri gavriella gavrielle gay gayathri gayatri gaye gayl gayla gayle gayleen gaylene gaylia gaylyn gaylynn
gayna gaynel gaynell gaynelle gaytha gazella geana geanette geanie geanine geanna gearldean gearldene
gearldine gearline geena geeta geisha gelena gelene gelila gelisa gelsey gem gema gemma gena genae genavie
genavieve genea geneal genean genecis genee geneen geneieve geneive genell genella genelle genene genese
genesee genesi genesis genessa genessis genesys genetta genette geneva geneve geneveive genever genevia
genevie genevieve genevive genevra geni genia genice genie genieve genifer genine genise genisis genita
geniva geniya geniyah genna gennell gennesis gennette gennie gennifer genny genoa genola genora genova
genoveva geonna georga georgana georgann georganna georganne georgean georgeann georgeanna georgeanne
georgena georgene georgenia georgetta georgette georgi georgia georgian georgiana georgiann georgianna
georgianne georgie georgina georgine georjean geovana geovanna gera geraldean geraldene geraldin geraldine
geraldyne geralene geraline geralyn geralynn gerarda gerardine gerda gerene geri geriann gerianne gerica
gerilyn gerilynn gerldine gerlene gerline germani gerri gerrianne gerrie gertha gertie gertrude gertrue
gertude gerturde geryl geselle gesenia gessica getsemani ghazal ghislaine gia giabella giada giana gianella
gianelle gianina gianna giannah giannina giavana giavanna giavonna gidget gigi gila gilberta gilberte gilda
gillian gilma gimena gina ginamarie ginelle ginette ginevra ginger gini ginna ginni ginnie ginny gioia
gionna giorgia giovana giovanna girl girlie girtha girtie girtrude gisel gisela gisele gisell gisella
giselle gissel gissela gissele gissell gisselle gita gitel gittel gitty giulia giuliana giulianna giulietta
giuseppina gizel gizella gizelle gizzelle glada gladie gladies gladine gladiola gladis glady gladyce gladyes
gladys glayds glee glema glena glenda glendia glendine glendola glendora glendy glenice glenis glenisha
glenna glennda glennette glennie glennys glenola glenora glenyce glenys glessie glinda glora glori gloria
gloriajean glorian gloriana gloriann glorianna glorianne glorie glorimar glorine glorious gloris glory
glorya glynda glynis glynna glynnis goddess gola golda goldia goldie goldy goldye gorgeous gowri grabiela
grace graceann graceanne gracee gracelin gracelyn gracelynn gracelynne gracemarie gracey graceyn graci
gracia graciana gracianna gracie graciela graciella gracious graclyn gracy gracyn gracynn grasiela gratia
grayce graycee graycie grazia graziella grecia greenlee greenleigh greenley greenly greer gregoria greidys
greta gretchen gretel grethel gretna gretta grettel greydis gricel gricelda grisel griselda grisell griselle
grissel grizelda gudrun guelda guenevere guida guila guiliana guilianna guillermina guinevere guiselle
guliana gulianna gunda gunhild gurleen gurtha gussie gusta gustava gustavia gustie guyla guynell gwen gwenda
gwendalyn gwendalynn gwendelyn gwendlyn gwendola gwendolen gwendoline gwendolyn gwendolyne gwendolynn
gweneth gwenetta gwenette gwenevere gwenith gwenivere gwenlyn gwenn gwenna gwenneth gwenyth gwyn gwyndolyn
gwyneth gwynevere gwynn gwynne gwynneth gyanna gypsy gyselle ha haasini habiba hadar hadas hadasa hadassa
hadassah haddie haddy hadeel hadessah hadia hadiya hadiyah hadja hadlee hadleigh hadley hadli hadlie hae
haelee haeleigh haeley haeli haely haelyn haeven hafsa hafsah hagar haide haidee haidy haifa haile hailea
hailee hailei haileigh hailey haili hailie haille hailley haillie haily hailyn hailynn haisley haiven haja
hajar hajer hajra hala halah halaina halana halayna halea halee haleema halei haleigh halena haley hali
halia halie haliegh haliey halima halimah halina haliyah halla halle hallee halleigh halley halli hallie
hally halo halona haly halyn halynn hamna hana hanaa hanadi hanae hanah hanako hanalei hanan haneefah haneen
hang hanh hania hanifa hanifah haniya haniyah haniyyah hanna hannah hannahgrace hannahmarie hannan hanne
hannelore hannia hansika hara hareem harini harla harlea harlean harlee harleen harlei harleigh harlene
harli harlie harlowe harly harlym harlynn harmani harmonee harmoney harmoni harmonie harmonii harmony
harneet haroldine harolyn harper harriet harriett harrietta harriette harryette harshini harshita harshitha
hartlee harue haruka haruko harumi hasel hasina hasini hasna hassie hatsue hatsuko hattie hattye hava havana
havanna havannah havilah havyn hawa haya hayat hayde haydee hayla hayle haylea haylee haylei hayleigh haylen
hayley hayli haylie haylin haylynn hayven hayzel hazel hazelene hazeline hazell hazelle hazle heather heavan
heaven heavenlee heavenleigh heavenly heavin heavyn heba hebah hedda heddy hedi hedwig hedy heena heer heide
heidi heidie heidy heike heily heiress helaina helaine helana helane helayna helayne helen helena helene
helga heli helia helina hellen hellena hellon helma helmi heloise helon helvi helyn helyne hema hena henchy
hendy henessy henlee henleigh henna hennessey hennessy hennie henny henretta henrietta henriette henritta
henryetta hensley hera herberta herlinda herma hermela hermelinda hermenia hermie hermila hermina hermine
herminia hermione hertha hesper hessie hester hetal hether hettie hetty heydi heydy hiba hibah hibba hideko
hiedi hikari hila hilari hilaria hilarie hilary hilda hildagard hildagarde hilde hildegard hildegarde
hildred hildreth hildur hildy hiliana hiliary hillari hillarie hillary hilliary hilma himani hina hinata
hind hinda hindy hira hiroko hiromi hisako hitomi hiya hoda hodan hodaya holiday hollace hollee holleigh
holley holli hollie holly hollyann hollyanne hollye hollyn honestee honesti honesty honey honor honora
honore honour hope hopie hortence hortencia hortense hortensia hosanna huberta huda hulda huldah huma
humaira huong husna huyen hyacinth hydee hydeia hydia hyla ia iana ianna iantha iara iasha iasia ibeth ica
icel icela icesis icess icey icie icis icy ida idabell idabelle idali idalia idalis idaliz idaly idalys
idamae idania idelia idell idella idelle idil idolina idonia idonna idy ieasha ieesha ieisha iesha ieshia
ife ifeoma ifrah ignacia iisha ijeoma ikea ikeya ikhlas ikia ikram ikran ila ilah ilamae ilana ilani ilaria
ilayda ilda ilea ileah ilean ileana ileane ileanna ilee ileen ileene ilena ilene ileta ilham ilia iliana
ilianna ilina iline ilisa ilissa iliyah ilka illa illana illeana illene illiana illianna illona illyana
illyanna ilma ilo ilona ilsa ilse ily ilyana ilyanna ilyse ilyssa ima imaan imagene imagine imajean iman
imane imani imanie imara imaya imelda imo imogean imogen imogene imojean imoni imunique ina inaaya inara
inari inas inaya inayah inda indi india indiah indica indie indigo indira indiya indiyah indra indya inell
ines inesha iness inessa ineta inetha inetta inez ineze infiniti infinity inga inge ingeborg inger ingri
ingrid ingris inice inis inita iniya inna inocencia inola inza io ioanna iola ioma iona ione ionia ionna
iqra iraida irais irania irasema irean ireland irelyn irelynd irelynn irena irene ireta iretha iretta iriana
irianna iridian iridiana irina irine iris irisa irish irja irlanda irlene irma irmgard irva isabeau isabel
isabela isabele isabell isabella isabellah isabellamarie isabellarose isabelle isadora isaly isamar isatou
isatu isaura isbella isel isela isella isha ishana ishani ishanvi ishia ishika ishita isidora isidra isis
isla island ismelda ismerai isobel isobella isola isolde isra israa issabella issabelle issis isys isyss
iszabella ita italia italy itati itha ithzel itsel itxel itza itzabella itzamar itzayana itzel itzell itzia
itzy iva ivadell ivah ivalee ivalene ivana ivanell ivania ivanka ivanna ivee ivelis ivelise ivelisse iveliz
ivet iveth ivett ivette iviana ivianna ivie ivone ivonna ivonne ivori ivorie ivy ivyana ivyanna ivyonna
iwalani ixchel iya iyahna iyana iyanah iyani iyania iyanla iyanna iyannah iyari iyesha iyla iyona iyonna
iysis iza izabel izabela izabell izabella izabellah izabelle izadora izamar izella izetta izola izora
izzabell izzabella izzabelle izzie jaala jaaliyah jaanai jaasia jabrea jabria jacalyn jacalynn jacara jacci
jacee jacelyn jacelynn jacey jachelle jaci jacie jacilyn jacinda jacinta jackalyn jackalynn jackee jackelin
jackeline jackelyn jackelyne jackelynn jacki jackilyn jacklin jackline jacklyn jacklyne jacklynn jackolyn
jackqueline jackquelyn jackquline jackye jaclin jaclyn jaclyne jaclynn jaclynne jacoba jacole jacolyn jacora
jacoria jacoya jacqlyn jacqualine jacqualyn jacquelene jacqueli jacquelin jacquelina jacqueline jacquelyn
jacquelyne jacquelynn jacquelynne jacquetta jacquette jacqui jacquie jacquiline jacquilyn jacquita jacqulene
jacqulin jacquline jacqulyn jacqulyne jacqulynn jacy jacyln jacynda jada jadae jadah jadalee jadalyn
jadalynn jadaya jade jadea jadee jadelyn jadelynn jadence jadeyn jadi jadia jadie jadine jadira jadore jady
jadynn jadzia jaeda jaedah jaedynn jaela jaelah jaelani jaelee jaeleen jaeleigh jaelene jaeli jaeliana
jaelle jaely jaelyn jaelyne jaelynn jaelynne jaena jahaira jahanna jahara jahayra jahira jahlia jahliyah
jahmia jahmya jahna jahnae jahnai jahnavi jahnay jahnaya jahnessa jahnia jahniya jahniyah jahnya jahzara
jaia jaiah jaiana jaianna jaicee jaid jaida jaidah jaide jaidy jaidynn jaila jailah jailee jaileen jailene
jailey jailine jailyn jailyne jailynn jailynne jaima jaimee jaimey jaimi jaimie jaimy jaina jaine jaiona
jaionna jaira jaisa jaisha jaiya jaiyah jaiyana jaiyla jajaira jakaila jakaiya jakala jakara jakaria jakaya
jakayla jakaylah jakeira jakeisha jakelin jakeline jakelyn jakera jakeria jakerria jakeya jakhia jakia
jakiah jakiera jakira jakirah jakita jakiya jakiyah jakki jaklyn jakya jakyah jakyia jakyla jakylah jakyra
jakyrah jala jalah jalaina jalaine jalaiya jalana jalasia jalaya jalayah jalayia jalayla jalayna jalaysia
jalea jaleah jalecia jalee jaleea jaleeah jaleena jaleesa jaleeya jaleeyah jaleia jaleigh jaleigha jaleisa
jalena jalene jalesa jalesha jalesia jalessa jalexia jalexis jalexus jaley jaleya jaleyah jalia jaliah
jalicia jalie jalila jalilah jalina jaline jalisa jalise jalisha jalisia jalissa jaliya jaliyah jaliza
jalonda jalyiah jalyne jalynn jalynne jalysa jalyssa jama jamacia jamaica jamaiya jamala jamara jamaria
jamariah jamariya jamarria jamaya jamayah jamea jameah jameca jamecia jamee jameeka jameela jameelah jameia
jameika jameila jameisha jameka jamekia jamela jamelah jamelia jamella jamera jameria jamesa jamese
jamesetta jamesha jameshia jamesia jameya jami jamia jamiah jamica jamice jamiee jamielee jamielyn jamielynn
jamiesha jamika jamila jamilah jamilee jamilet jamileth jamilett jamilette jamilex jamilia jamilla jamillah
jamillia jamilya jamilyn jamilynn jamina jamira jamiracle jamirah jamise jamisha jamisyn jamiya jamiyah
jammi jamonica jamya jamyah jamye jamyia jamyiah jamyla jamylah jamyra jamyrah jamyria jana janace janae
janah janai janaia janaiah janaisha janaiya janaiyah janaki janalee janalyn janan janani janann janaria
janasha janasia janavia janay janaya janayah janaye janayia janayla janaysha janaysia jancie jancy janda
jandi jane janea janeah janeal janean janeane janeann janece janecia janee janeece janeen janeene janei
janeice janeil janeisha janeka janel janele janeli janelis janeliz janell janella janelle janelli janellie
janelly janely janelys janene janequa janesa janese janesha janeshia janessa janet janeth janett janetta
janette janeva janey janeya jani jania janiah janiaya janica janice janicia janie janiece janielle janiene
janifer janika janila janilah janina janine janiqua janique janira janis janisa janise janisha janissa janit
janita janith janitza janiya janiyah janiyha janiyla janiylah janki jann janna jannae jannah jannat jannatul
janne jannel jannell jannelle jannely jannessa jannet janneth jannett jannetta jannette janney jannice
jannie jannifer jannine jannis janny january janus janvi jany janya janyah janyce janyia janyiah janyla
janylah janyth jaonna jaquala jaquana jaquanda jaquanna jaquasia jaquayla jaquelin jaqueline jaquelinne
jaquelyn jaquelyne jaquelynn jaquesha jaquetta jaquisha jaquita jara jarah jareli jarely jaretzi jaretzy
jaria jariah jariana jarica jarissa jarita jaritza jariya jariyah jasa jasalyn jasamine jaselle jaselyn
jasemine jasenia jasey jasha jashanti jashayla jasia jasie jasime jasimine jasira jasiya jasleen jaslene
jaslin jasline jaslyn jaslyne jaslynn jaslynne jasma jasmaine jasman jasmarie jasmeen jasmen jasmene jasmin
jasmina jasmine jasminne jasmyn jasmyne jasmynn jassica jasslyn jassmin jassmine jaszmine jatara jatavia
jataya jatia jatoria jatoya jatziri jatziry jaunita javanna javeah javia javona javonda javonna jawana
jawanda jawanna jaya jayah jayana jayani jayanna jaycee jaycelyn jayci jaycie jayda jaydah jaydalyn
jaydalynn jayde jaydi jaydy jayelle jayla jaylah jaylani jaylanie jaylea jayleah jaylean jaylee jayleen
jayleene jaylei jayleigh jaylena jaylene jaylenne jayley jayli jaylia jayliah jayliana jaylianna jaylie
jaylina jayline jaylinn jaylynn jaylynne jayma jaymarie jaymee jaymi jaymie jayna jayne jaynee jaynell jayni
jaynie jayona jayonna jaysa jaysha jazalyn jazalynn jazara jazarah jazaria jazariah jazel jazell jazelle
jazelyn jazilyn jazira jaziya jaziyah jazleen jazlene jazlin jazline jazlyn jazlyne jazlynn jazlynne jazma
jazmaine jazman jazmarie jazmeen jazmen jazmin jazmine jazminn jazmon jazmyn jazmyne jazmynn jazsmin
jazsmine jazzalyn jazzelle jazzie jazzlin jazzlyn jazzlynn jazzman jazzmen jazzmin jazzmine jazzmon jazzmyn
jazzmyne jazzy jean jeana jeanae jeanann jeananne jeane jeanean jeanee jeaneen jeanell jeanelle jeanene
jeanenne jeanet jeanett jeanetta jeanette jeani jeania jeanice jeanie jeanifer jeanine jeaninne jeanita
jeanmarie jeanna jeanne jeannemarie jeannene jeannett jeannetta jeannette jeanni jeannie jeannine jeanny
jeany jearldine jearlean jearlene jearline jecenia jeda jeena jeffifer jeidy jeily jeilyn jeimy jelena
jelicia jelina jelisa jelissa jema jemia jemila jemima jemimah jemma jemya jena jenae jenafer jenah jenai
jenalee jenalyn jenan jenasis jenavee jenavie jenavieve jenay jenaya jenaye jency jendayi jenea jenean
jeneane jenee jeneen jenefer jenel jenell jenelle jenene jenesa jenese jenesis jenessa jenet jenetta jenette
jeneva jenevie jenevieve jeni jenia jeniah jenica jenice jenicka jenie jeniece jenifer jeniffer jenika
jenilee jenilyn jenin jenine jenipher jenisa jenise jenisha jenisis jenissa jenita jeniya jeniyah jenna
jennae jennafer jennah jennalee jennalyn jennalynn jennamarie jennavecia jennavie jennavieve jenne jennefer
jennel jennell jennelle jennene jennessa jennessy jennet jennett jennetta jennette jenney jennfer jennfier
jenni jennica jennice jennie jenniefer jennier jennife jennifer jenniferann jenniferlynn jenniffer jennifier
jennifr jennika jennilee jennilyn jennine jennipher jennise jenny jennyfer jennylee jensine jensyn jentri
jeny jenya jenyfer jeorgia jera jeraldine jeraline jeralyn jeralynn jeree jerelene jereline jerelyn jerene
jeri jeriann jerianne jerica jericha jericka jerie jerika jerilee jerilyn jerilynn jerita jeriyah jerlean
jerlene jerline jerlisa jerlyn jermeka jermesha jermia jermiya jermiyah jermya jerney jeroline jerolyn
jeronica jerra jerri jerriah jerriann jerrica jerricka jerrie jerrika jerrilyn jerrilynn jerrine jerrye
jersee jersey jersi jersie jerusha jerzee jerzey jerzi jerzie jesalyn jeselle jesenia jesi jesica jesicca
jesika jesly jeslyn jeslynn jessa jessaca jessah jessalyn jessalynn jessamine jessamy jessamyn jesscia
jesseca jesseka jessel jesselle jesselyn jessenia jessenya jessi jessia jessic jessica jessicaann jessicah
jessicalynn jessicamarie jessicca jessice jessicia jessieca jessika jessikah jessilyn jessina jesslyn
jesslynn jessyca jessye jessyka jestina jestine jesusa jesusita jetaime jetaun jetta jettie jetty jewel
jewelene jewelia jeweliana jewelianna jeweline jewell jewelle jewels jeyla jeylin jeymi jezabel jezabelle
jezebel jezel jezelle jezlyn jhanae jhane jhanvi jhayla jhene jheri jhoana jhoanna jhordyn jhoselin jhoselyn
jia jiana jianna jihan jil jilda jilian jill jillaine jillana jillane jillann jillayne jilleen jillene
jilliam jillian jilliana jilliane jilliann jillianna jillianne jillisa jillyan jillyn jimeka jimena jimmi
jimmye jina jinan jinelle jing jinger jinna jinnie jinnifer jinny jinx jiovanna jirah jisel jisela jisele
jiselle jissel jisselle jiya jiyah jizel jizelle jkayla jla jlynn jmya jnae jnai jniya jniyah jnya jo joan
joana joane joanette joani joanie joanmarie joann joanna joannah joanne joannie joanny joaquina jobeth
jobina jocabed jocee jocelin joceline jocelyn jocelyne jocelynn jocelynne jocie jocilyn joclyn joclynn joda
jode jodean jodee jodeen jodell jodelle jodene jodette jodi jodiann jodie jodine joeann joeanna joeanne joei
joelee joeleen joelene joeli joelie joella joelle joellen joelly joellyn joely joelyn joelynn joesphine
joetta joette johana johanna johannah johanne johanny johna johnae johnasia johnay johnda johneisha johnella
johnelle johnesha johnetta johnette johni johnice johnika johnisha johnita johnna johnnae johnnetta
johnnette johnni johnnye johnsie johnye johonna joi joia joice joie jolaine jolanda jolane jolayne jolea
joleah jolean jolee joleen joleena joleigh jolena jolene joletta jolette joley joli jolie jolin jolina
jolinda joline jolisa jolissa jolita jolleen jolyn jolyne jolynn jolynne jolyssa jomarie jona jonae jonai
jonalyn jonasia jonay jonda jone jonea jonee joneisha jonell jonelle jonesha jonetta jonette joni joniah
jonica jonie jonika jonique jonisha jonita joniya joniyah jonna jonnae jonnette jonni jood joplin jordana
jordane jordann jordanna jordanne jordis jordyn jordyne jordynn jordynne joreen jorene joretta jorgia jori
jorie jorita jorja josalin josalyn josalynn josaphine joscelin joscelyn joscelyne joscelynn josee josefa
josefina josefine josefita joselin joseline joselle joselyn joselyne joselynn joselynne josepha josephene
josephina josephine josetta josette joshalyn joshlyn joshlynn josi josie josiephine josilyn josilynn joslin
joslyn joslynn joslynne josphine jossalyn josselin josseline josselyn josselyne jossie josslyn josslynn
jourdyn journee journei journey journi journie journii jovana jovanna jovee jovie jovita jovonna jovonne
jowana jowanda jowanna joy joya joyann joyanna joyanne joyce joyceann joycelin joycelyn joycelynn joycie
joye joyel joyelle joyia joyice joylene joylyn joylynn jozalyn jozee jozelyn jozette jozi jozie jozlyn
jozlynn juana juanda juanell juanetta juanette juanice juanisha juanita juanna jubilee judee judene judeth
judi judianne judie judieth judit judith judithann judithe judy judyann judye judyth judythe juhi julaine
julane julann julanne julea juleah julee juleen julene juli julia juliah juliahna juliana julianah juliane
juliann julianna juliannah julianne juliany juliauna julicia julie julieana julieann julieanna julieanne
juliene julienne juliet julieta julieth juliett julietta juliette julina juline julionna julisa julissa
julita julitza juliya juliyah juliza jull jullia julliana jullianna jullie jullisa july julya julyana
julyanna julyssa jumana juna june junell junella junelle junetta junette junia junice junie juniper junita
junko junnie juri jurline jurnee jurney jurni jurnie jury justa justeen justene justina justine justise
justiss justyna justyne juwana jyl jylian jyllian jyoti jyra jyssica ka kaaliyah kaaren kaavya kabao kabella
kabria kabrina kacee kacelyn kacey kachina kaci kacia kacie kacy kada kadance kadasia kadedra kadee kadeidra
kadeisha kadeja kadejah kadence kadesha kadeshia kadey kadi kadia kadiatou kadie kadience kadija kadijah
kadince kadisha kady kadynce kae kaedance kaede kaedence kaedynce kaela kaelah kaelani kaelea kaelee kaelei
kaeleigh kaeley kaeli kaelie kaely kaelyn kaelynn kaelynne kaetlin kaetlyn kafi kahealani kahla kahlan
kahlea kahleah kahley kahlia kahlie kahliyah kahlyn kahmya kaho kaia kaiah kaiana kaida kaidance kaidence
kaidynce kaija kaijah kaila kailah kailana kailani kaile kailea kaileah kailee kaileen kaileena kailei
kaileigh kailene kailey kaili kailia kailie kailin kaily kailyn kailynn kailynne kaina kaira kairah kairi
kairy kaisa kaisey kaisha kaisley kaitelyn kaithlyn kaitlan kaitland kaitlen kaitlin kaitlinn kaitlyn
kaitlyne kaitlynn kaitlynne kaity kaityln kaiulani kaiya kaiyah kaiyla kaizley kaja kajal kajsa kajuana kala
kalah kalana kalandra kalaya kalayah kalaysia kalea kaleah kalee kaleen kaleena kaleesi kalei kaleia kaleiah
kaleigh kaleigha kaleisha kalena kalene kalese kalesha kaley kaleya kaleyah kali kalia kaliah kaliana
kaliann kalianna kalicia kalie kaliegh kalika kalila kalilah kalima kalimah kalina kalinda kalis kalisa
kalise kalisha kalissa kalista kaliya kaliyah kalkidan kalla kalle kallee kalleigh kalley kalli kallie
kalliope kalliopi kallista kally kallyn kaloni kaly kalya kalyani kalyn kalyna kalynn kalynne kalyse kalyssa
kalysta kama kamaile kamaiya kamala kamalani kamalei kamara kamarah kamaria kamariah kamariya kamaryn kamaya
kamayah kamber kambree kambri kambria kambrie kambry kambryn kamea kameela kameelah kameisha kameka kameko
kamela kamelia kameo kamera kameria kamesha kameshia kami kamia kamiah kamie kamika kamila kamilah kamile
kamilia kamilla kamillah kamille kamira kamirah kamisha kamiya kamiyah kammi kammie kammy kamora kamorah
kamoria kamree kamri kamrie kamry kamryn kamrynn kamy kamya kamyah kamyia kamyiah kamyla kamylah kamyra
kamyrah kana kanae kanani kanasia kanaya kanda kandace kandee kandi kandice kandie kandis kandise kandiss
kandra kandy kandyce kaneesha kaneisha kanesha kaneshia kania kaniah kaniesha kanija kanijah kanika kanisha
kanita kanitra kaniya kaniyah kanna kansas kanya kanyah kanyia kanyla kaori kapri kaprice kara karagan karah
karalee karalina karaline karalyn karalynn kare karee kareema kareemah kareena kareli karelly karely karelyn
karen karena karenann karene karenna karesha karess karessa kari karia kariah kariana kariann karianna
karianne karie karigan karilyn karilynn karima karimah karime karin karina karine karington karinna karinne
karis karisa karisha karishma karisma karissa karista karita kariyah karizma karla karlea karlee karleen
karlei karleigh karlen karlena karlene karletta karley karli karlie karlina karlisa karlisha karly karlye
karlyn karlynn karma karmah karman karmel karmela karmella karmen karmin karmina karmon karmyn karn karna
karne karol karole karolee karolina karoline karolyn karolyna karolyne karolynn karra karrah karren karri
karrie karrigan karrin karrina karrington karris karrisa karrissa karsyn karsynn karuna karyl karyme karyn
karyna karynn karys karysa karyssa kasandra kasara kasarah kasaundra kasee kasha kashae kashana kashara
kashawna kashay kashayla kasheena kashia kashina kashish kashlyn kashlynn kashonda kashvi kasi kasia kasiah
kasidee kasidy kasie kasmira kasondra kassadi kassady kassandra kassaundra kassey kassi kassia kassidee
kassidi kassidie kassidy kassie kassity kassondra kassy katalaya katalena kataleya katalia katalin katalina
katalyna katana katanya katara katarina kataryna katarzyna katasha kataya kate katee katelan kateland
katelee kateleen katelen katelin kateline katelinn katelyn katelynd katelyne katelynn katelynne katera
kateri kateria katerin katerina katerine katerra kateryn katesha katey katha kathaleen kathalene kathalina
katharina katharine katharyn kathe kathee katheen katheleen kathelene kathelyn katheren katherene katherin
katherina katherine katherinne katherleen kathern katheryn katheryne kathey kathi kathia kathie kathlean
kathlee kathleen kathleena kathleene kathlene kathline kathlyn kathlynn kathreen kathren kathrene kathrin
kathrina kathrine kathryn kathryne kathrynn kathy kathya kathyann kathye kathyjo kathyleen kathyrn kati
katia katiana katianna katianne katie katieann katielynn katilin katilyn katilynn katina katiria katisha
katiya katja katleen katlin katlyn katlyne katlynn katlynne katonya katora katoria katoya katreena katrena
katrenia katrese katria katriana katrice katricia katriel katrin katrina katrine katrinia katrinka katrisha
katryn katryna katti kattie katty katura katurah katy katya katye kaula kavita kavitha kavya kawana kawanda
kawanna kawena kawthar kay kaya kayah kayana kayann kayanna kaybree kayce kaycee kayci kaycie kayda kaydance
kaydee kaydence kaydi kaydie kaydince kaydra kaydynce kaye kayela kayelee kayelyn kayelynn kayia kayla
kaylaann kaylah kaylamarie kaylan kaylana kaylani kaylanie kayle kaylea kayleah kayleana kaylee kayleeann
kayleen kayleena kaylei kayleigh kaylen kaylena kaylene kaylenn kayley kayli kaylia kayliah kayliana
kaylianna kaylie kayliegh kaylin kaylina kayline kaylinn kaylla kayln kayloni kayly kaylyn kaylynn kaylynne
kayna kayona kayonna kayra kayse kaysea kaysee kaysey kaysha kaysi kaysia kaysie kayte kaytee kayti kaytie
kaytlen kaytlin kaytlyn kaytlynn kazandra kazia kaziah kaziyah kazue kazuko kea keah keaira keairra keala
kealani kealey kealy keamber keana keandra keandrea keandria keani keanna keara kearah keari kearia kearra
kearsten kearstin kearston kearstyn keasha keasia keauna keaundra kechia kecia kedra keeana keela keelee
keeleigh keeley keeli keelia keelie keely keena keenya keera keerthana keerthi keesha keeva kehaulani keia
keiana keiandra keianna keiara keiarah keiarra keiasia keidra keidy keiera keighley keiko keila keilah
keilana keilani keilany keilee keileigh keiley keili keilly keily keilyn keimya keina keiona keiondra
keionna keiosha keira keirah keiri keirra keirstan keirsten keirstin keirston keirstyn keiry keisa keisha
keishia keishla keisi keisy keitha keiyana kela kelaiah kelani kelbi kelbie kelcee kelci kelcie kelcy kelda
kelee keleigh keli kelia keliah kelicia kelie kelina kelis kelise kelisha kelita keliyah kella kelle kellee
kelleen kelleigh kellene kelley kelli kelliann kellianne kellie kellina kellsey kellsie kelly kellyann
kellyanne kellye kellyjo kellyn kelsa kelsay kelsea kelsee kelsei kelsey kelsha kelsi kelsie kelsy kelsye
kelty kely kema kemara kemaria kemaya kemba kember kemberly kemi kemiah kemisha kemiya kemiyah kemonie
kemora kemya kemyah kena kenadee kenadi kenadie kenady kenasia kenda kendahl kendallyn kendalyn kendalynn
kendelle kendi kendra kendrah kendrea kendria kendy kendyl kendyll kenedee kenedi kenedie kenedy keneisha
kenesha keneshia kenetra kenia keniah kenidee kenidi kenidy kenijah kenise kenisha kenita kenitra keniya
keniyah kenlee kenleigh kenley kenli kenlie kenly kenlyn kenna kennadee kennadi kennadie kennady kennah
kenndra kennede kennedee kennedi kennedie kennedy kennesha kennetha kennethia kennetta kennette kenni kennia
kennidee kennidi kennidy kennisha kennita kenniya kenniyah kennley kennya kenora kenosha kensey kensi kensie
kensington kenslee kensleigh kensley kensli kenslie kenya kenyah kenyana kenyanna kenyetta kenyette kenyona
kenyonna kenyotta kenza kenzee kenzey kenzi kenzie kenzington kenzlee kenzleigh kenzley kenzli kenzlie kenzy
keona keondra keondria keonia keonna keosha keoshia kera kerah keren kerensa keri keria keriana keriann
kerianna kerianne kerie kerigan kerilyn kerin kerina kerisha kerissa kerith kerline kerra kerri kerria
kerriann kerrianne kerrie kerrigan kerrilyn kerrin kerrington kerryann kerryn kersten kerstin kerstyn keryn
kesa kesha keshana keshara keshauna keshawna keshia keshona keshonda keshonna kesi kesia kesley keslie kessa
kestrel keta ketra ketrina ketsia ketty ketura keturah ketzia keundra keva kevia kevina kevona kevonna
kewana kewanda kewanna keya keyah keyaira keyairra keyana keyanah keyandra keyani keyanna keyara keyarah
keyari keyarra keyasha keyasia keyatta keyauna keyera keyerra keyira keyla keyle keylee keyleigh keyli
keylie keyly keymora keyna keyona keyonda keyondra keyoni keyonia keyonna keyosha keyra keyri keysha
keyshawna keyshia keysi keyuna keyunna kezia keziah keziyah khadeeja khadeejah khadeja khadejah khadija
khadijah khady khaila khala khalani khalea khaleah khaleelah khaleesi khalia khaliah khalila khalilah
khaliya khaliyah khamille khamiya khamiyah khamya khaniya khara kharis kharisma kharma khaya khayla
kherington khia khiana khianna khiara khila khilee khiley khira khiya khloe khloee khloey khloi khloie khole
khrista khristen khristi khristie khristin khristina khristine khristy khrystal khushbu khushi khya khyla
khylee khyleigh khylie khyra kia kiah kiahna kiaira kiala kiamesha kiana kianah kiandra kiani kianna kiannah
kianni kiara kiarah kiari kiaria kiarra kiarrah kiasha kiasia kiauna kiaya kieana kieanna kieara kiearra
kiela kiele kielee kieley kiely kiera kierah kierra kierrah kierstan kiersten kierstin kierston kierstyn
kierstynn kieryn kiesha kieu kiffany kiira kiki kikue kila kilah kilee kileen kileigh kiley kili kilie kilyn
kilynn kim kima kimala kimara kimarie kimaya kimbella kimbely kimber kimberely kimberla kimberle kimberlea
kimberlee kimberleigh kimberley kimberli kimberlie kimberlin kimberlly kimberly kimberlyann kimberlyn
kimberlynn kimbery kimblery kimbley kimbly kimbra kimela kimerly kimesha kimetha kimi kimia kimie kimika
kimiko kimisha kimiya kimiyah kimiye kimla kimley kimm kimmarie kimmi kimmie kimmora kimora kimorah kimra
kimya kimyata kimyatta kimyetta kina kinberly kinda kindal kindall kindle kindra kinesha kinga kinisha
kinlee kinleigh kinley kinnley kinsey kinshasa kinsie kinslee kinsleigh kinsley kinslie kinya kinza kinzee
kinzey kinzi kinzie kinzlee kinzleigh kinzley kinzy kiona kiondra kioni kionna kiora kiosha kira kirah
kirandeep kirbi kirbie kiri kirra kirsta kirstan kirsten kirsti kirstie kirstin kirstina kirstine kirston
kirsty kirstyn kisa kisha kishia kismet kissie kissy kita kitana kitara kitrina kitti kittie kitty kitzia
kiva kiwana kiya kiyah kiyana kiyanna kiyara kiyla kiylee kiyo kiyoko kiyomi kiyona kiyonna kizzie kizzy
kjersten kjersti kjerstin kla klair klaira klaire klara klarisa klarissa klaryssa klaudia klea klee kleigh
kloe kloee kloey klohe kloie klover klyn klynn kmya kohana koleen kolette kolleen kollins komal koni konni
konnie konstance konstantina kora korah koraima koral koraline korea koreen koren korena korene kori korie
korin korina korine korinna korinne korissa korra korri korrie korrin korrina korrine korryn kortlyn kortnee
kortney kortni kortnie koryn korynn korynne kosha kourtlyn kourtnee kourtnei kourtney kourtni kourtnie
kresta krimson krina kripa krisa krisalyn krisandra krisann krisanne krisha krishana krisi krislyn krislynn
krisna krissa krissi krissie krissy krista kristal kristalyn kristalynn kristan kriste kristee kristeen
kristeena kristel kristell kristelle kristen kristena kristene kristi kristia kristiana kristiane kristiann
kristianna kristianne kristie kristien kristin kristina kristine kristinia kristle kristol kristy kristyana
kristyl kristyn kristyna kristyne krithi krithika kriti kritika krizia krupa kruti krysta krystal krystale
krystall krystalyn krystalynn krystan krystel krystelle krysten krysti krystiana krystie krystin krystina
krystine krystl krystle krystn krystol krystyn krystyna ksenia kursten kurstin kurstyn kuuipo kuulei kwana
kwanza kya kyah kyaira kyana kyandra kyani kyann kyanna kyanne kyara kyarah kyarra kyasia kyeisha kyera
kyerra kyesha kyeshia kyia kyiah kyiesha kyilee kyira kyisha kyla kylah kylani kylea kyleah kylee kyleeann
kyleen kylei kyleigh kylene kyley kyli kylia kyliah kyliana kylie kylieann kyliee kyliegh kylinn kyliyah
kyllie kylyn kylynn kym kymber kymberlee kymberley kymberli kymberlie kymberly kymia kymora kyna kynadee
kynadi kyndahl kyndal kyndall kyndel kyndell kyndle kyndra kynedi kynlee kynleigh kynley kynli kynlie
kynnadi kynnedi kynnedy kynslee kynsleigh kynsley kynslie kynzee kynzi kynzie kynzlee kynzleigh kynzlie
kyoko kyona kyonna kyra kyrah kyria kyriaki kyriana kyrra kyrstal kyrsten kyrstin kyrstyn kysa kysha la
laasia laasya laberta labrea labresha labria labrina labrittany lace lacee lacey lachanda lachandra lache
lachele lachell lachelle lacheryl lachina lachrisha laci lacie lacinda lacole laconda lacora lacosta lacoya
lacreasha lacrecia lacresha lacreshia lacresia lacretia lacrisha lacrystal lacye ladaisha ladaja ladan
ladana ladasha ladasia ladawn ladawna ladaysha ladean ladeana ladeja ladelle ladena ladene ladiamond ladina
ladona ladonna ladonne ladonya ladora ladoris lady laela laelah laelani laetitia lafaye lafern lafonda
lafreda lagena lagina lahela lahna lahoma lai laia laiah laiba laiken laikyn laila lailah lailani lailany
lailee lailoni lailyn laina lainee lainey laini lainie lainy laira laisa laisha laityn laiya laiyah laiyla
laiza lajada lajean lajeana lajoy lajoyce lajuana lajune lakaisha lakasha lakaya lakayla lakea lakeasha
lakecia lakedra lakeesha lakeeta lakeia lakeidra lakeisa lakeisha lakeishia lakeita lakeitha lakeithia
lakelyn lakelynn laken lakendra lakendria lakenya lakeria lakesa lakesha lakeshia lakesia laketa laketha
lakethia laketia laketra laketta lakeva lakevia lakeya lakeyia lakeysha lakeyshia lakia lakiah lakie
lakiesha lakin lakina lakira lakisa lakisha lakishia lakita lakiya lakiyah lakresha lakrisha lakshmi lakya
lakyla lakyn lakynn lakyra lakysha lala lalah lalani lalena lalia lalita lalla lallie lama lamanda lamara
lamaria lamaya lamees lameisha lameka lamesha lameshia lamia lamiah lamika lamiracle lamis lamisha lamiya
lamiyah lamona lamonica lamya lamyah lamyia lamyra lana lanae lanah lanai lanaiya lanasia lanay lanaya
lanayah landa landi landra landree landrey landri landrie lanea lanecia lanee laneisha laneka lanell lanelle
lanesha laneshia lanessa laneta lanett lanetta lanette laney laneya lani lania laniah lanice lanie laniece
laniesha lanijah lanika lanina lanique lanise lanisha lanita lanitra laniya laniyah lanna lannah lannette
lanora lanore lanya lanyah lanyia lanyiah laparis laporcha laporche laporscha laporsche laporsha laportia
laprecious laquana laquanda laquandra laquanna laquanta laquasha laquasia laqueena laqueisha laquesha
laqueshia laqueta laquetta laquida laquinda laquinta laquisha laquita laquitta lara larae larah laraine
laranda laraya larayne laree lareen lareina larena larenda larene laresa laresha laressa lareta laretha
laretta larhonda lari laria lariah larie larina larinda larisa larisha larissa larita laritza lariya lariyah
lariza lark larkyn larna laronda laronica larosa larose larra larraine larrisa larrisha larrissa larua
laruen laruth laryn larysa laryssa lasandra lasasha lasaundra lasha lashae lashai lashan lashana lashanda
lashandra lashane lashanna lashannon lashanta lashante lashanti lashara lasharon lashauna lashaunda
lashaundra lashawna lashawnda lashawndra lashay lashaya lashaye lashayla lashea lasheena lasheika lasheka
lashell lashelle lashia lashika lashona lashonda lashondra lashone lashonna lashonta lashuna lashunda
lashundra lashunta lasondra lasonia lasonja lasonya lassie lasya latacha lataisha lataja latanga latangela
latania latanja latanya latara latarsha latasha latashia latasia latausha latavia lataya latayna lataysha
lateasha latecia lateefa lateefah lateesha lateia lateisha lateka lateria laterica laterra laterria
laterrica latesa latesha lateshia latesia latessa latha latia latiana latice laticha laticia latiesha latifa
latifah latiffany latika latina latisa latish latisha latishia latissa latitia latiya latoia latoiya latona
latonda latondra latonga latonia latonja latonya latonyia latora latori latoria latorria latorya latosha
latoshia latoy latoya latoyia latoyna latravia latrease latrece latrecia latreece latrena latrenda latresa
latrese latresha latressa latrica latrice latricia latriece latrina latrisa latrise latrisha latroya latunya
latyra latysha launa laura lauraann laurabelle lauraine laurajean laural lauralee laurali lauralyn lauran
laurana laurann laure lauree laureen laurel laurell laurelle laurelyn lauren laurena laurene lauretta
laurette laurey lauri lauria lauriann laurianne laurice laurie laurieann lauriel laurina laurinda laurine
laurisa laurissa laurita laurrie laury lauryl lauryn laurynn lavada lavana lavanda lavanya lavaun laveah
laveda lavella lavena lavender lavene lavenia lavera laverda lavergne laverle laverna laverta laveta lavetta
lavette lavida lavilla lavina lavine lavinia lavita lavona lavonda lavone lavonia lavonna lavonne lavonya
lavora lavra lavren lawana lawanda lawanna lawonda lawren lawrencia lawrie laya layah layal layali layan
layana layanna layce laycee layci laycie layken laykin layla laylah laylani laylanie laylee layloni layna
laynee layney layni laynie layonna laysha laytoya lazara lazaria lazariah lazette lea leaann leafy leah
leaha leahmarie leahna leaira leala lealer lean leana leanda leandra leandrea leandria leane leaner leanette
leani leann leanna leannah leanndra leanne leanny leanor leanora leanore lear leara leasa leasha leasia
leatha leather leathia leatrice lechelle lecia leda ledora leea leeah leeana leeandra leeann leeanna leeanne
leeasia leeba leela leelah leen leena leenah leesa leesha leeta leetta leeya leeyah leeza legaci lehua lei
leia leiah leiana leiani leiann leianna leianne leida leidi leidy leigh leigha leighana leighann leighanna
leighanne leighla leightyn leila leilah leilana leilani leilanie leilanni leilany leilene leiliana leiloni
leily leina leira leisa leisel leisha leita leitha leiya leiyah lejla lekeisha lekesha lekeshia lekia
lekisha lekita lela lelah lelaina lelani lelar lelia leliana lella lema lemma lempi lena lenae lenah lenay
lenaya lenda lendora lendy lene lenea lenee lenetta lenette leni lenia lenice lenise lenisha lenita leniya
leniyah lenna lennette lenor lenora lenore lenoria lenzi leocadia leoda leola leoma leomia leona leonarda
leonda leondra leone leonela leonette leoni leonia leonie leonila leonilda leonna leonor leonora leonore
leontine leontyne leora leota leotta lequisha lequita lera lerin lesa lesha leshay leshea leshia leshonda
lesia lesle leslea leslee lesleigh lesley lesli leslieann lesly leslye leslyn lessa lessie lessly lesta
lestine leta letasha letecia letesha letetia letha lether lethia letia letica leticia letisha letisia
letitia letizia letonya letoya letrice letricia letta letticia lettie letty letzy leva levada levana leveda
levenia leveta levette levia levina levita levonia levonne levora lewanda lexa lexandra lexani lexee lexey
lexi lexia lexiana lexie lexii lexine lexis lexus lexxi lexxie lexxus lexy leya leyah leyana leyanna leyda
leydi leyla leylah leylani leylanie leylany leyna leza lezlee lezley lezli lezlie lezly lia liah liahna
liala liana liandra liane liani liann lianna lianne lianny liany liara liat liba libbey libbi libbie libby
liberti liberty libni libra librada lichelle licia lida liddie lidia lidya liel liela lielle lien liesa
liese liesel liesl ligia liisa lil lila lilac lilah lilas lilee lileigh lili lilia liliah lilian liliana
lilianah liliane liliani liliann lilianna lilianne lilibeth lilie lilinoe lilit lilith liliya lilja lilla
lillah lillan lillar lille lillee lilleigh liller lilley lilli lillia lilliah lilliam lillian lilliana
lilliane lilliann lillianna lillianne lillias lilliauna lillie lillieann lilliemae lillien lillion lillis
lillith lilly lillyan lillyana lillyann lillyanna lillyanne lillyona lillyonna lilou lilu lily lilya
lilyahna lilyan lilyana lilyanah lilyann lilyanna lilyanne lilyauna lilybeth lilyian lilyona lilyonna
lilyrose lilyth lima lina lincy linda lindalee linday linde lindee linder lindey lindi lindia lindie lindsay
lindsee lindsey lindsi lindsie lindsy lindy lindzey lindzie lindzy linea lineth linetta linette ling linh
linley linna linnae linnaea linnea linnet linnette linnie linsay linsey linsie linsy linzee linzey linzi
liona liora lira lirio lis lisa lisaann lisabeth lisamarie lisandra lisanne lisbet lisbeth lise liset liseth
lisett lisette lisha lisia lissa lissandra lisset lissete lisseth lissett lissette lissie lisvet lita litha
liticia litisha littie litzi litzy liv livi livia livian liviana livie livier liviya livvy livy liya liyah
liyana liz liza lizabeth lizandra lizann lizanne lizbet lizbeth lizbett lizet lizeth lizett lizette lizmarie
lizmary lizzet lizzete lizzeth lizzett lizzette lizzie lizzy llesenia lluvia loa loan loann loanne lochlyn
lockie locklyn loda lodema lodie loella loeta loetta logann loida loie lois loisann loise lokelani lola
lolah loleta loletha loletta lolita lollie lolly loma lona londa londan londin londyn londynn loneta lonetta
lonette loni lonia lonita lonna lonnette lonni lora lorain loraina loraine loralai loralee loralei lorali
loralie loralye loralyn lorane lorann lorayne lore lorea loreal lorean lorece loreda loredana loree loreen
loreena lorel lorelai lorelee lorelei loreli lorelie lorell lorella lorelle lorely lorena lorenda lorene
lorenia lorenna loreta loretha loretta lorette loretto lorey lori loria lorian loriana loriann lorianna
lorianne loribeth lorice lorie loriel lorielle lorien loriene lorilee lorilei lorilyn lorilynn lorina
lorinda lorine lorisa lorissa lorita lorna lorra lorrain lorraina lorraine lorrane lorrayne lorre lorrene
lorretta lorri lorriane lorrie lorrinda lorrine lorry lory loryn lorynn lossie lota lotoya lotta lottie
lotus lou louann louanna louanne loucille loucinda louella louellen louetta louisa louise louisiana loula
lounell loura lourdes lourene louretta lourie lourine lousie louvenia louvina louvinia lova loveda lovella
lovely lovena lovenia loveta lovetta lovette lovey lovie lovina lowana lowanda loyce loyda loyola ltanya lu
lua luana luane luann luanna luanne luba luberta lubertha lubna lucciana luceal luceil lucelia lucendia
lucerito lucero lucetta lucette luci lucia luciana lucianna lucianne lucie luciel lucielle lucienne lucila
lucile lucill lucilla lucille lucillie lucina lucinda lucindia lucindy lucine lucita lucrecia lucretia
lucrezia lucy lucyann lucyle lucylle luda luddie ludean ludell ludella ludie ludivina ludmila ludmilla
ludwika ludy lue luella luellen luetta luevenia lugenia luisa luisana luise luiza lujain lujean lula
lulabelle lulamae lular lulia lulie lulla lulu luma lumen luna lundyn lunette lunna lupita lura lurdes luree
lurena lurene luretha luretta lurie lurine lurlean lurleen lurlene lurline lus lusero lusia lutie lutisha
lutricia luvena luvenia luverna luvina luvinia luwana luwanda luwanna luz luzelena luzmaria lya lyah lyana
lyann lyanna lyanne lyda lydia lydiah lydian lydiann lydie lyla lylah lylia lylian lyliana lyllian lyly lyn
lyna lynae lynann lynanne lynda lynde lyndee lyndi lyndia lyndie lyndsay lyndsee lyndsey lyndsi lyndsie
lyndsy lyndy lyndzie lyne lynea lynee lynelle lynett lynetta lynette lynia lyniah lynise lynisha lynita
lynlee lynleigh lynley lynna lynnae lynnann lynnda lynne lynnea lynnel lynnell lynnelle lynnett lynnetta
lynnette lynnie lynnlee lynnmarie lynnsey lynnsie lynora lynore lynsay lynsee lynsey lynsi lynsie lynze
lynzee lynzi lynzie lyra lyric lyrica lyriq lysa lysandra lysbeth lysette lyssa lyvia lyvonne lyza lyzette
ma maahi maaliyah maame maansi maanya maayan mabel mabeline mabell mabelle mable mabrey macaela macaila
macala macarena macaria macayla macee macel macenzie macey machaela machel machele machell machelle maci
macie macil mackayla mackenize mackenna mackensey mackensie mackenzee mackenzey mackenzi mackenzie mackenzy
mackenzye mackinsey mackinze mackinzie mackynzie maclaine maclovia macrina macy macyn mada madai madailein
madaleine madalen madalena madalene madalin madaline madalyn madalyne madalynn madalynne madason madasyn
maddalena maddalyn maddalynn maddeline maddelyn maddelynn maddi maddie maddilyn maddilynn maddisen maddison
maddisyn maddy maddyn maddyson madelaine madelein madeleine madelena madelene madeliene madelin madelina
madeline madell madelline madelon madelyn madelyne madelynn madelynne madesyn madge madgie madi madia
madicyn madie madigan madiha madilyn madilyne madilynn madilynne madina madinah madine madisan madisen
madisin madison madissen madisson madisun madisyn madisynn madline madlyn madlynn madolin madolyn madonna
madora mady madylin madyn madysen madysin madyson madysyn mae maebell maebelle maebry maeci maecy maedell
maegan maegen maeghan maela maelani maelee maeleigh maeley maeli maelie maelin maelle maely maelyn maelynn
maeola maesyn maeva maeve mafalda magaby magalene magali magalie magaline magally magaly magan magaret magda
magdalen magdalena magdalene magdalina magdaline magdalyn magdalynn magdelena magdelene magdeline magdelyn
magen magenta maggi maggie maggy maghan maghen magie magnolia magon maha mahagony mahaila mahala mahaley
mahalia mahalie maham mahathi mahayla mahealani maheen mahek mahi mahika mahima mahina mahira mahkayla
mahlet mahlia mahnoor mahogani mahogany mahogony mahreen mahum mai maia maiah maicee maida maidie maie
maigan maigen maija maila mailani maile mailee mailen mailey maili mailin maille maily mailyn mailynn
maimouna maimuna maira mairany maire mairead mairi mairim mairin mairyn maisa maisey maisha maisie maisy
maisyn maite maitlyn maiya maiyah maizee maizey maizie maizy maja majel majesta majorie makaela makaelah
makaelyn makahla makaia makaiah makaila makailah makailyn makaiya makaiyah makala makalah makaley makalia
makalya makalyn makalynn makara makaya makayah makayla makaylah makayle makaylee makaylen makayli makaylia
makaylie makaylin makaylyn makaylynn makeba makeda makeila makeisha makela makelle makena makenah makenize
makenlee makenley makenly makenna makennah makensey makensie makenze makenzee makenzey makenzi makenzie
makenzy makenzye makesha makeyla makhia makhiya makhya makia makiah makila makilah makinlee makinley makinna
makinsey makinze makinzee makinzi makinzie makinzy makira makisha makita makiya makiyah makiyla makya makyah
makyia makyiah makyla makylah makylee makylie makynlee makynli makynna makynzee makynzi makynzie makyra mala
malaak malai malaia malaiah malaika malaina malaisha malaiya malaiyah malajah malak malaka malan malana
malani malania malanie malarie malary malashia malasia malaya malayah malayasia malayia malayiah malayjah
malayla malayna malaysha malayshia malaysia malea maleah maleaha malee maleea maleeah maleeha maleeka
maleena maleeya maleeyah maleia maleiah maleigh maleigha maleka malena malene maleni maleny malerie maley
maleya maleyah mali malia maliah malicia malie maliha malika malikah malillany malina malinda malini malisa
malisha malissa malissia malissie malita maliya maliyah malka malkia malky mallarie mallary mallery malley
mallie mallika mallissa malloree mallori mallorie mallory mally maloree malori malorie malory malva malvina
maly malya malyah malyiah malyn malynda malynn malyssa mame mamie mammie mamye mana manaal manahil manaia
manal manami manar manasa manasi manasvi manda mandalyn mandee mandi mandie mandisa mandolin mandy manette
manha maniah manie manika manila manilla manisha maniya maniyah manna mannat manon manreet mansi manuela
manuelita manuella manya mao maple maquita mara marabelle marabeth marae maragret marah maral maralee
maralyn maram maranatha maranda maraya marayah marbella marca marcayla marcea marcedes marcee marceil
marcela marcele marcelene marcelia marcelina marceline marcella marcelle marcellene marcellina marcelline
marcelyn marcena marcene marcey marcha marche marchele marchell marchella marchelle marcheta marchia marci
marcia marciana marcie marcile marcille marcina marcine marcy marda mardee mardel mardell mardella mardelle
mardene mardi marea maree mareena mareli marelin marella marely marelyn maren marena marenda marene maresa
maresha maressa mareta maretta marg marga margaree margaret margareta margaretann margarete margareth
margaretha margaretmary margarett margaretta margarette margarie margarita margarite margart margaruite
margaux marge margeart margeaux margene margeret margerie margert margery marget margherita margi margia
margie margit margo margorie margot margreat margree margret margrete margrett margretta margrette
marguarite marguerette marguerita marguerite margueritte marguita margurette marguriete margurite margy mari
maria mariaclara mariadejesus mariadel mariadelaluz mariadelcarmen mariadelosang mariaeduarda mariaelena
mariafernanda mariaguadalupe mariah mariaha mariaisabel mariajose marialena marialice marializ marialuisa
mariam mariama mariame marian mariana mariane marianela mariangel mariangela marianita mariann marianna
marianne marianny mariateresa mariavictoria maribel maribell maribella maribelle maribeth marica maricarmen
maricel maricela maricella maricia maricruz maricsa maridee marie mariea marieann marieanne marieke mariel
mariela marielena marieli marielis marieliz mariella marielle mariellen mariely marielys mariem marieme
marien mariena mariesa mariesha marieta marietta mariette marifer marigene marigold marigrace mariha marija
marijah marijane marijean marijke marijo marijose marika marikay mariko marilea marilee marilena marilene
marili marilin marilla marillyn marilou marilouise marilu mariluz marily marilyn marilyne marilynn marilynne
marimar marin marina marinda marine marinell marinna mariona marionette marionna maripat mariposa maris
marisa marisabel marisah marise marisel marisela marisella marisha mariska marisol marissa marissah marisue
marit marita maritsa maritza marium marivel marixa mariya mariyah mariyam mariyana mariza marizol marja
marjan marjarie marjean marji marjie marjo marjoria marjorie marjory marka markala markayla markeda markeeta
markeia markeisha markeita markela markella markesha markeshia marketa marketta markeya marki markia markie
markiesha markisha markita markiya markiyah marla marlaina marlaine marlana marlane marlayna marlaysia
marlea marleah marlean marlee marleen marleena marlei marleigh marlen marlena marlene marleni marlenne
marleny marlet marletta marlette marley marli marlie marlies marlina marlinda marline marlis marlisa marlise
marlisha marliss marlissa marlita marly marlyce marlyne marlynn marlys marna marnae marne marnee marnell
marnette marney marni marnie marnisha marnita marny marolyn maronda marquasha marquasia marquerite marquesha
marqueta marquetta marquia marquisa marquisha marquita marquitta marra marri marriah marrian marrianne
marrie marrietta marrisa marrissa marry marsela marsella marsha marshae marshay marshayla marshea marsheila
marshella marshelle marshia marsi marsia marta martasia martavia martha marthe marthella marti martia martie
martika martina martine martinique martisha martita martiza martrice martyna marva marvalene marvel
marvelene marveline marvella marvelle marvelyn marvena marvene marvetta marvette marvia marvina marvine
marwa marwah mary marya maryah maryalice maryam maryama maryan maryana maryann maryanna maryanne marybel
marybell marybelle marybeth marycarmen marycatherine maryclaire maryclare marycruz marye maryelizabeth
maryella maryellen maryetta maryfer maryfrances marygrace maryhelen maryiah maryjane maryjayne maryjean
maryjo marykate marykatherine marykathryn marykay maryl marylee marylene marylin maryln marylon marylou
marylouise marylu marylyn marylynn marylynne marymargaret maryn maryna marynell maryon marypat maryrose
maryruth marysa maryse marysol maryssa marysue maryum maryuri marzella marzelle marzetta masa masae masako
masey masha mashal mashayla mashell mashelle mashonda masie masiel massiel mata matalie matalyn matasha
mataya matea matha mathea mathilda mathilde matia matie matilda matilde matilyn matilynn matina matisha
matison matsue matsuko mattalyn mattea mattelyn matteson matti mattie mattilyn mattilynn mattingly mattison
mattisyn matty mattye maty maud maude maudean maudell maudie maudine maudry maura maureen maurene mauri
mauriah mauriana maurica mauricia maurine maurisa maurisha maurissa maurita maurya mava mavis maxcine maxene
maximina maxine may maya mayah mayana mayar maybel maybell maybelle maybelline maybree mayce maycee mayci
maycie mayda maydell maye mayela mayeli mayelin mayerly mayetta maygan maygen maykayla mayla maylani maylea
maylee mayleen mayleigh maylen maylene mayley mayli maylie maylin mayline mayling maylyn maylynn mayme
maymie mayola mayra mayrani mayre mayrene mayrin maysa maysel maysie maytal mayte mayu mayumi mayuri mayzie
mazal mazel mazell mazella mazelle mazey mazie maziyah mazy mazzie mazzy mccall mckaela mckaila mckala
mckayla mckaylah mckaylee mckell mckena mckenize mckenlee mckenley mckenna mckennah mckensey mckensi
mckensie mckenzee mckenzey mckenzi mckenzie mckenzy mckenzye mckinlee mckinleigh mckinna mckinnley mckinsey
mckinzee mckinzey mckinzi mckinzie mckinzy mckyla mckynlee mckynna mckynzie mea meadow meagan meagen meaghan
meaghann meaghen meagon meah meara mecca mechele mechell mechelle meckenzie meda medea medha media medina
medora mee meegan meeghan meeka meela meelah meena meenakshi meera meesha meeya meg mega megan megann
meganne megean megen meggan meggen meggie meggin megha meghan meghana meghann meghen meghin meghna megin
megon megumi megyn meha mehak mehar mehek meher mehgan mehr mehreen mei meia meiah meigan meighan meika
meila meilani meili meilin meiling meily meilyn meira meisha meka mekaela mekaila mekala mekayla mekenna
mekenzie mekhia mekia mekisha meklit mela melah melaina melaine melainie melana melane melanee melaney
melani melania melanie melannie melanny melany melanye melat melayna melaysia melba melda mele melea meleah
meleana meleena melena melenie meleny melesa melessa melessia melia meliah melicia melida melika melina
melinda melinna melis melisa melisha melisia meliss melissa melissaann melisse melissia melisssa melita
meliyah meliza melizza mella mellanie mellany mellie mellisa mellissa mellody mellonie mellony melodee
melodi melodie melody melodye melondy melonee meloney meloni melonie melony melora melrose melva melvena
melvenia melvia melvie melvina melvine melvinia melyna melynda melyssa memorie memory mena menaal mendi
mendy menna mennie menucha meosha mera meranda merari merary mercades mercadez mercadies mercede mercedes
mercedez mercedies merci mercia mercie mercy merdis meredeth meredith meredyth merelyn meri meria meriah
meriam merian meribeth merica merida meridee merideth meridian meridith merie meriel meriem merilee merilyn
merin merina merinda merisa merissa merita merla merleen merlene merlie merlina merlinda merline merly merna
meron merranda merri merriam merrianne merrie merriel merrilee merrily merrilyn merrin merrisa merrissa
merry merryl merryn mersades mersadie mersadies mertha mertice mertie mertis merve mery meryem meryl meryle
meryn mesa mescal mesha meshawn meshell meshelle meshia messina meta metha metta mettie metzli metztli meya
meyah meygan meylin meztli mi mia miabella miah miakoda mialynn miami miamor miana miangel mianna miara
miarose miasha miasia miata miaya micaela micaella micaila micala micalah micayla michaela michaelah
michaelann michaele michaeleen michaelene michaelia michaelina michaeline michaella michaelle michaelyn
michaiah michaila michala michalene michalina michaline michalla michalle michayla micheala michela michele
michelene michelina micheline michell michella michelle michi michie michiko michille michole michon
mickaela mickala mickayla mickelle mickenzie micki mickie micole mida midge midori mieka mieke mieko miesha
mieshia miette migdalia mignon mignonne miguelina mihika miia mija mika mikaela mikaelah mikaella mikaia
mikaila mikailah mikala mikalah mikalyn mikaya mikayah mikayla mikaylah mikaylee mikea mikeala mikeila
mikeisha mikela mikella mikelle mikenna mikenzi mikenzie mikeria mikesha mikeya mikeyla mikhaela mikhaila
mikhala mikhayla miki mikia mikisha mikita mikiya mikiyah mikka mikki miku mikya mikyah mikyla mikylah mila
milady milagro milagros milah milana milani milania milanna milaya milayah milayna milca milda milderd
mildred milea mileah milee mileena mileidy mileigh milena miley mileydi mili milia miliana miliani milica
milicent milika milinda milisa milissa milka milla millena milli milliana millicent millie millisa millissa
milly milta mily mima mimi mimie mina minah minahil minal minami minda mindee mindel mindi mindie mindy
minerva minetta minette minha minie miniya minka minna minnah minnette minnie minola minta mintie mio
miquela mira mirabel mirabella mirabelle miracle mirage mirah mirai mirakle miral miranda miraya mireille
mirel mirella mirelle mireya miri miria miriah miriam mirian mirielle mirinda mirissa miriya mirjana mirka
mirna miroslava mirra mirranda mirriam mirta mirtha mirtie miryam misa misaki misao misbah mischa mischele
mischell mischelle misha mishal mishayla mishel mishell mishelle mishika mishka missi missie missouri missy
mistee misti mistie misty mitali mitra mitsue mitsuko mitsuye mitsy mittie mitzi mitzie mitzy miya miyah
miyako miyana miyanna miyeko miyoko miyonna miyoshi miyu miyuki mizuki mkayla mkenzie mliss moana modean
modell modena modene modesta modestine modesty modine moesha moet mohini moira moksha molina mollee molleigh
molley molli mollie molly mollyann mollye momina momoka momoko mona monae monai monalisa monasia monay
moncerrat moncia monda mone monea monee moneisha moneka monesha monet monetta monette monia monic monica
monice monicia monie monifa monifah monigue monik monika moniqua monique monisha monita monna monnie monquie
monserat monserath monserrat monserrath monserratt montanna montasia monteen montia montina montine montoya
montserrat monya monzerrat monzerrath moorea mora moraima moranda morayma moreen morelia morena morene
morenike morgaine morgan morgana morgane morgann morganna morganne morghan morgin morgyn moria moriah morine
morissa moriyah morna morning morningstar morrigan morrisa mosella moselle mossie moxie moya mozel mozell
mozella mozelle mulan mumtaz muna munira munirah muntaha murdis muriah murial muriel murielle murlene
murline murriel musette mushka muskaan muskan my mya myah myana myangel myanna myasia myca mychaela mychelle
myeisha myelle myesha myeshia myia myiah myiesha myisha myka mykaela mykaila mykala mykalah mykayla mykela
mykelle mykenna mykenzi mykenzie mykeria mykia mykiah myla mylah mylani mylasia myldred mylea myleah mylee
myleen mylei myleigh mylena mylene myley myli mylia myliah mylie mylinda mylinh mylisa mylissa myliyah myna
myndi myonna myosha myra myracle myrah myrakle myranda myrene myria myriah myriam myrian myrical myrikal
myrissa myrka myrlene myrna myrta myrtha myrtice myrtie myrtis myrtle mysha mystery mysti mystic mystie
mystique na naama naara naarah naasia naava naba nabeeha nabiha nabila nachelle nacole nada nadalee nadalie
nadean nadeen nadege nadene nadezhda nadia nadiah nadina nadine nadira nadirah nadiya nadiyah nadja nadra
nadya nadyne naeema naeemah naevia nafeesa nafeesah nafisa nafisah nahima nahla nahlia nahomi nahomy naia
naiara naida naidelin naidelyn naija naijah naila nailah nailea naima naimah naina naiomi naira nairi
nairobi naisha naiya naiyah naja najae najah najat najia najla najma najwa nakaiya nakaya nakayla nakea
nakeesha nakeia nakeisha nakesha nakeshia naketa nakeya nakeysha nakhia nakia nakiah nakiesha nakima nakira
nakisha nakita nakiya nakiyah nakkia nakya nakyah nakyia nakyla nakyra nala nalah nalani nalanie nalaya
nalayah naleah nalia naliah nalini naliya naliyah nalleli nallely nami namiah namita namiyah namrata namya
nan nanami nance nancee nancey nanci nancie nancy nancyann nancye nancyjo nancylee nandi nandini nandita
nanea nanetta nanette nani nanie nanna nannette nannie nansi naoma naomi naomia naomie naomy naquisha
naquita nara naraly narcisa narcissa narcissus narda nardos narely nari naria nariah narissa nariya nariyah
nary naryah nasha nashae nashali nashaly nashay nashayla nashea nashia nashira nashla nashley nashly nashya
nasia nasira nasiya nasiyah nasra nasreen nastacia nastasha nastashia nastasia nastassia nastassja nasya
natacha natacia nataki natalea natalee nataleigh nataley natali natalia nataliah natalie natalija natalina
nataline nataliya nataliyah natallia natallie natally nataly natalya natalyah natalye natalyia natalyn
natalynn natania natanya natara natarsha natascha natash natasha natashia natasia natassia natassja natausha
natavia nataya natelie natesha natha nathalee nathali nathalia nathalie nathaly nathalya nathania nathasha
natia natika natilee natilie natina natisha natiya natlie natonya natori natoria natosha natoshia natoya
natsha natsuko natsumi nattalie nattaly nattie nature naudia naureen nautica nautika nava navada navaeh
navah navaya navayah navea naveah naveya naveyah navi navia naviah navil navneet navy navya nawal naya nayah
nayana nayanna nayara nayda naydelin nayeli nayelie nayelis nayeliz nayelli nayelly nayely nayla naylah
naylani naylea nayleen naylin nayomi nayra naysa naysha nayzeth nazaria nazariah nazia nazifa nazirah naziya
naziyah nazli nazyia ndea ndeye ndia nea neah neala nealie neave neaveh nechama nechelle necia necie necole
neda nedda nedra neeka neela neelah neelam neeley neely neena neenah neesa neesha neeta neeva nefertari
nefertiti neha nehemie neida neidy neila neira neisha neita nejla neka nekeisha nekesha nekeshia nekia
nekisha nekita nela nelda neleh neli nelia nelida nelissa nell nella nelle nellene nelli nellie nelly nelma
nelsie nelsy nelta nelva nelwyn nely nema nemesis nena nene neola neoma neomi neomia neosha nera nereida
nereyda neriah nerissa neriyah nesha nesreen nessa neta netanya netasha netha nethra netra netta nettie
netty neva nevada nevaeh nevaeha nevah nevaya nevayah neve neveah neveen nevelyn nevia neviah neya neyda
neyla neysa neysha nezzie nga ngan ngoc ngozi nhi nhu nhung nia niah niaja niajah niala nialah niambi niamh
niana niang niani niaomi niara niasha niasia niaya nica nicci niccole nichele nichelle nichoel nichol
nichola nichole nicholette nicholl nicholle nicie nickayla nickcole nicki nickia nickol nickola nickole
nickolette nicloe nicol nicolasa nicole nicolemarie nicolena nicolet nicoletta nicolette nicolina nicolle
nicollette nida nidhi nidia niema niesha nieshia nieve nigeria niharika nija nijae nijah nika nikala nikaya
nikayla nikcole nikea nikeisha nikelle nikeria nikesha nikeshia niketa nikeya nikhita niki nikia nikiah
nikie nikira nikisha nikita nikitha nikiya nikiyah nikka nikki nikkia nikkie nikkita nikkol nikkole nikky
nikol nikole nikoletta nikolette nikolina nikya nikyah nikyla nila nilah nilda nili nillie nilsa nimisha
nimo nimra nimsi nina ninah ninamarie ninel ninette ninfa nini ninnie ninoshka ninoska niobe nioka niomi
niquita nira nirali nirvana nisa nisha nishat nishi nishika nishita nishka nishtha nisreen nissa nissi nita
nitasha nithya nitika nitya nitza niurka niva nivea niveah nivia nixie niya niyah niyana niyanna niyati
niyla niylah niza nizhoni njeri nkechi nkenge nneka nnenna nneoma noami nobie nobuko nocole noela noelani
noele noeli noelia noelie noell noella noelle noely noemi noemie noemy noga noha nohealani noheli nohelia
nohely nohemi nohemy nola nolia nolie noma nomi nona noni nonie nonnie noor noora nora norah noralee
norberta noreen noreene norelle norena norene noretta nori noriah noriko norina norine norita norlene norma
normajean normalee norrine norva norvella nou nour noura nova novalee novaleigh novalie novella novelle
november novia novice novie novis noya nuala nubia nuha nupur nura nuria nury nusaybah nusrat nuvia nya nyah
nyaira nyaisha nyaja nyajah nyala nyana nyanna nyara nyasha nyashia nyasia nyasiah nychelle nycole nydia
nyeema nyeisha nyela nyeli nyelle nyema nyemah nyesha nyeshia nygeria nyia nyiah nyiesha nyima nyisha nyja
nyjae nykeria nykia nykira nykole nyla nylah nyleah nylee nylia nyliah nyna nyoka nyomi nyomie nyonna nyra
nyree nyriah nysa nysha nyssa nzinga oaklee oakleigh oaklie oaklyn oaklynn oanh oasis obdulia obera oceana
oceanna ocia octa octavia octavie october oda odalis odaliz odalys odeal odelia odella odelle odessa odesser
odessia odessie odester odetta odette odile odilia odyssey ofelia ofilia ogechi okla oksana ola olamae olar
olean oleda olena olene oleta oletha oletta oleva olevia olga olia olimpia olina olinda oline olita oliva
olive olivea olivene olivette olivia oliviah oliviana olivine olivya oliwia olla oluchi oluwakemi
oluwatamilore oluwatoyin olympia olyvia oma omah omaira omara omaria omayra omega omeka omelia omie omni
omolara omolola omunique ona onalee onda ondrea oneda onedia oneida oneisha oneita oneka onelia onesha
onesty oneta onetta oni onica onie onika onita onna onya onyinyechi oona opal opaline opel opha ophelia
ophia ople ora orah oralee oralia orchid orean oreatha orelia orella orena orene oreta oretha oretta oria
oriah oriana orianna orilla orine orit orlean orlena orlene orli orlinda orly orma ornella orpah orpha
orphia orra ortencia ortha orva orvetta orvilla osa osmara ota otelia othelia othella otila otilia otillia
otisha ottilia ottilie ouida oumou ourania oveda ovella oveta ovetta ovida oviya oyuki oza ozella ozelle pa
pachia paeton paetyn pahola pahoua paige paighton paije pairlee paislee paisleigh paisley paislie paisly
paisyn paiten paiton paityn paitynn paizlee paizley pakou palak palestine palin pallavi pallie palma palmina
palmira paloma pam pama pamala pamela pamelia pamella pamelyn pamila pamla pamlea pammie pammy pamula
panagiota pandora pang pansy paola paolina paquita para paradise paralee paraskevi pari parilee parisa
pariss parlee parneet parnika parrie parthena parthenia particia parys pascale pascha pascuala pasqualina
passion pasty patches pati paticia patience patina patra patrece patrecia patrese patria patrica patrice
patrici patricia patriciaann patrina patrisha patrisia patrizia patryce patrycja patsey patsie patsy patsye
patt patti pattiann pattie patty pattye paula pauleen paulena paulene paulett pauletta paulette paulina
pauline paulita paulla paullette paulyne pavielle paw payal payge paylin payslee paytan payten paytin paytyn
payzlee peace peaches peachie pearl pearla pearle pearlean pearlee pearlena pearlene pearlie pearlina
pearline pearly pebble pebbles pecola pecolia peg pegeen pegge peggi peggie peggy peggyann peggye pegi
peighton peightyn pema penelope peni penina penne pennelope penney penni pennie penny pennye pepper percilla
perel peri perl perla perlie perline perlita permelia pernie perri perrie persephanie persephone persia
persis pessy petina petra petrice petrina petrona petronella petula peytan peytin peytyn phaedra phala
phallon pharrah phebe phelicia pheobe philana philena philicia philippa philis philisha phillis philomena
philomene phoebe phoenicia phung phylicia phylis phylisha phyliss phyllicia phyllis phylliss pia piccola
piedad pieper pierina pierrette pilar pina pinkey pinkie pinky piper pippa pixie placida pleshette pluma
pocahontas pola polina pollie polly pollyann pollyanna pooja poonam poppy porcha porche porchea porchia
porcia porfiria porscha porsche porschea porschia porsha porshe porshia portia portland prachi pragya
prairie pranathi pranavi precilla preciosa precious preethi preeti prescilla preslea preslee presleigh
presley presli preslie presly pria pricila pricilla primrose princella princesa princess princessa princetta
prisca priscella priscila priscilla priscille priscillia priseis prisha prisila prisilla prisma priti priya
priyal priyanka promise promyse providence providencia prudence prudie prudy pualani puja pura purity purvi
pyper qiana qianna qiara quana quanasia quanda quandra quaneisha quanesha quaneshia quanetta quanika
quanisha quanita quantasia quantia quantina quantisha quatisha queen queena queenie quenisha quenna quentina
querida quetzali quetzalli quetzaly quiana quianna quiara quida quiera quierra quilla quincee quinci quincie
quinesha quinetta quinette quinisha quinita quinley quinlyn quinlynn quinne quinnlyn quinta quintana
quintara quintasia quintella quintessa quintina quita quorra quyen quynh quynn rabab rabecca rabia rachael
rachal rachana racheal rachel rachelann rachele rachell rachelle rachna rachyl racine racquel racquelle rada
radha radhika radiah radiance radie radonna rae raeana raeann raeanna raeanne raechel raechelle raegan
raegen raeghan raegyn raejean raela raelee raeleen raeleigh raelene raeley raelin raelle raelyn raelynn
raelynne raena raenell raeonna raeven raevin raevyn raeya rafaela rafaella raffaela raffaella rafia ragan
ragen raghad ragina ragna raguel raha rahaf rahcel rahel rahi rahima rahma raia raianna raigan raigen railee
raileigh railey railyn railynn raima raina rainah rainbow raine rainee rainelle raini rainie rainna rainy
raisa raisha raissa raiven raivyn raiya raiza raizel raizy rajanae rakayla rakeisha rakel rakesha rakia
rakisha rakiya rakiyah ralene raley ralonda ralyn ralynn rama ramah ramanda ramandeep ramani ramata
ramatoulaye ramaya ramia ramiah ramiya ramiyah ramla ramona ramonda ramonia ramonica ramonita ramsha ramya
ramyah rana ranada ranae randa randee randi randye ranee raneem raneen raneisha ranell ranelle ranesha
ranetta ranette raney rani rania raniah ranie ranika ranisha ranita raniya raniyah ranya ranyah raphaela
raphaella raquel raquell raquelle raschelle rasha rashada rashae rashana rashanda rashanna rashauna
rashaunda rashawna rashawnda rashay rashea rasheda rasheeda rasheedah rasheema rasheena rasheka rashel
rashell rashelle rashia rashida rashidah rashika rashmi rashonda rashunda raushanah ravan raveen raveena
raven ravenna ravneet ravyn rawan raya rayah rayana rayann rayanna rayanne raychel raychell raychelle raye
rayelle rayetta rayette raygan raygen rayla raylea raylee rayleen rayleigh raylene rayley raylie raylyn
raylynn rayma raymona raymonda rayna raynah rayne raynee rayneisha raynelle raynesha raynetta raynette rayni
raynie raynisha rayola rayona rayonna raysa rayshell rayven rayvin rayya razan raziah raziya raziyah rea
reagan reagen reaghan reagyn reah reality reana reann reanna reannah reanne reannon reatha reathel reather
reba rebacca rebakah rebbeca rebbecca rebeca rebecah rebecca rebeccah rebecka rebeckah rebeka rebekah
rebekka rebekkah rebie rechel rechelle recie reda redonna ree reeda reem reema reena reene reesa reeshemah
reet reeta reeva reeya refugia regan reganne regena regenia reghan regina reginae regine reginia reham
rehana rehanna reianna reida reigan reigna reiko reilyn reilynn reina reine reisha reita rejeana reka rekha
relda rella rema remas remedy remie remmi remona remonia rena renad renada renae renarda renata renate
renatta renay renaye renda rendi rendy renea renee reneisha reneka renelda renella renelle renesha renesmae
renesmee renessa reneta renetta renette reni renia renie renika renise renisha renita reniya reniyah renna
rennae renne rennee reola reona reonna resa resha reshma reshonda ressie reta retaj retal retha rether
retina retta rettie reva reveca revonda rewa rexann rexanna rexanne rexine reya reyana reyanna reygan
reylene reyna reynalda reyne rhanda rhandi rhea rheagan rheana rheanna rheanne rheannon rheba rheda rhegan
rhema rhena rhenda rhesa rheta rhetta rheya rhia rhian rhiana rhiann rhianna rhiannan rhianne rhiannon
rhianon rhilee rhilynn rhina rhoda rhodie rhona rhonda rhondalyn rhonna rhya rhyann rhyanna rhylee rhyleigh
rhylie ria riah riana riane riann rianna rianne riannon rica ricarda richa richardine richel richele richell
richelle richetta rickayla rickell rickelle rickesha rickeya rickia rickita ricquel rida riddhi ridhi
ridhima rielle rielyn rielynn rifka rifky rihana rihanna rika rikia rikki rilda rilee rileigh rileyann rilie
rilla rilyn rilynn rima rimsha rin rina rinda rindy rinoa riona rionna risa rise risha rishika rishita rissa
rissie rita ritamarie ritha rithika ritika ritta ritu riva rivka rivkah rivky riya riyah riyana riyanna
roann roanna roanne robbi robbin robbye robbyn robecca robena roberta robertha robertine robin robina
robinette robyn robyne robynn robynne rochel rochele rochell rochella rochelle rocio rockell rockelle
rocquel roderica rodneisha rodnesha roena rogena rogene rogina rohini roisin roiza roizy rojean rokhaya rola
rolanda rolande rolene rolinda rolonda roma romana romanda romayne romelia romi romilda romina romona
romonda romonia romy rona ronae ronalda ronalee ronda rondalyn rondi ronee roneisha roneka ronelle ronesha
roneshia ronetta ronette roni ronia ronica roniesha ronika ronique ronisha ronita roniya roniyah ronna
ronnae ronnesha ronnetta ronnette ronni ronnica ronniesha ronnika ronnisha ronnita ronya rori rorie rosa
rosabel rosabell rosabella rosabelle rosaisela rosaland rosalba rosalea rosalee rosaleen rosaleigh rosalena
rosalene rosali rosalia rosalie rosalin rosalina rosalind rosalinda rosaline rosalita rosalva rosaly rosalyn
rosalynd rosalynn rosamae rosamaria rosamary rosamond rosan rosana rosangela rosangelica rosann rosanna
rosanne rosaria rosary rosaura roschelle rose rosea rosealee roseann roseanna roseanne rosebud roseland
roselee roselene roselia roselie roselin roselind roselinda roseline rosell rosella roselle rosellen rosely
roselyn roselynn rosemae rosemaria rosemarie rosemary rosemond rosena rosenda rosene rosetta rosette rosey
rosezella rosezetta roshana roshanda roshanna roshaunda roshawnda roshell roshelle roshni roshonda roshunda
rosi rosia rosibel rosie rosielee rosiland rosilyn rosina rosine rosio rosita rosland roslin roslind roslyn
roslynn rosmary rosmery rossana rosselyn rosslyn rossy rosy rotha rotunda rovena rowena rowene rowynn rox
roxan roxana roxane roxann roxanna roxanne roxene roxi roxie roxine roxy roya royalty royann royanne royetta
roylene roza rozalia rozalyn rozalynn rozann rozanna rozanne rozella rozelle rozena rozetta rozina rozlyn
rozlynn ruba rubbie rubby rubee rubena rubi rubie rubina ruby rubyann rubye rubylee ruchama ruchel ruchi
ruchy rudean rudene rudine rufina ruhi ruie rukiya rula rumaisa rumaysa runell runette rupa rupal ruqayyah
rushie rusti rut ruta ruth rutha ruthann ruthanna ruthanne ruthe ruthel ruthell ruthella ruthellen ruther
ruthia ruthie ruthmary ruthy ruwayda rya ryah ryana ryane ryann ryanna ryanne ryelle ryenn ryenne ryhanna
ryla rylann rylea rylee rylei ryleigh ryli rylie ryliegh rylinn rylynn rynn saachi saadia saanvi saara
saarah saba sabah sabeen sabella sabiha sabina sabine sable sabra sabre sabrea sabree sabreen sabreena
sabrena sabria sabrie sabrin sabrina sabrine sabrinia sabrinna sabriya sabriyah sabryn sabryna sacha sacheen
sachi sachiko sacoya sada sadaf sadako saddie sade sadee sadeen sadey sadhana sadi sadia sadie sadira sadiya
sadiyah sadonna sady sadye saesha safa safaa safari saffron safia safina safira safiya safiyah safiyyah
sagal sagrario sahana sahar sahara saharah saharra sahasra saher sahira sahithi sahra sahvanna saida saidah
saide saidee saidy saige sailor saima saina saira sairah saisha saiya saja sakara sakari sakeena sakeenah
saki sakia sakina sakinah sakira sakiya sakiyah sakshi sakura sala saleah saleema saleemah saleen saleena
salena salene salia saliha salima salimah salimata salina salinda salisa saliyah salle sallee salley salli
sallie sally sallyann sallyanne sallye salma saloma salome saloni salvatrice salwa sama samah samai samaira
samaiya samaiyah samanatha samanda samanta samanth samantha samanthajo samanthan samanthia samanvi samara
samarah samaria samariah samarie samariya samarra samatha samaya samayah sameeha sameen sameera sameerah
sameka samella samera sameria samhita samhitha samia samiah samiha samika samiksha samina samira samirah
samiya samiyah samiyyah sammantha sammi sammye samona samone samora samra samreen samuella samya samyah
samyia samyiah samyra samyrah samyuktha sana sanaa sanae sanah sanai sanaia sanaii sanaiya sanaiyah sanam
sanaya sanayah sanaz sanda sandar sande sandee sandhya sandi sandie sandra sandralee sandrea sandria
sandrine sandy sangeeta sania saniah sanii sanika sanita saniya saniyah saniyya saniyyah sanja sanjana
sanjna sanjuana sanjuanita sanna sanora santa santanna santasia santia santina santoria sanvi sanya sanyah
sanye sanyia sanyiah sanyla saoirse saori saphira saphire saphyre sapna sapphira sapphire saprina sara
saraann sarabeth sarabi sarae sarafina sarah sarahann sarahanne sarahbeth sarahelizabeth sarahgrace sarahi
sarahjane sarahlynn sarahmarie sarahy sarai saraiah saraih saraiya sarajane saralee saralyn saralynn saran
saranya saray saraya sarayah sarayu saree sareen sareena saren sarena sarenity sarha sari saria sariah
sarika sarin sarina sarissa sarit sarita sariya sariyah saron sarra sarrah sarya saryah saryiah saryn saryna
sasha sashay sashia saskia satara satin satina sativa satori satoria satoya satrina satsuki saudia saumya
saundra sausha savahna savana savanah savanha savanna savannah savannaha savannha savhanna savilla savina
savita savonna savvy saya sayaka sayda sayde saydee saydi saydie sayge sayla sayler saylor sayra saysha
sayuri sayward scarlet scarleth scarlett scarlette schae scharlene schelly scherrie scherry scheryl scotlyn
scotlynn scottlyn seaira seairra seana seanna seara searra season seattle sebastiana sebrena sebrina secilia
secily secret seda sedalia sedona sedonia sedra see seema seena seerat seferina sefora seham sehar seher
seidy seira seirra sejal sejla sela selah selam seleena selena selene selenia seleste seleta selia selin
selina selinda seline selma selyna sema semaja semira semiyah semone semya sena senaida sendy senia senita
seniya seniyah senna sennie senora senovia senta senya sephora september sequita sequoia sequoya sera
serafina serah seraiah seraphina seraphine sereen sereena seren serena serenah serene serenidy serenitee
sereniti serenitie serenity serenna seretha seri seriah serina serinity serita seriyah serra serrena serria
serrina seryna setareh setsuko sevana sevanna severa sevilla seynabou sha shaakira shaaron shaasia shabana
shabnam shabrea shabree shabria shacara shacora shacoria shacoya shada shadae shadai shadana shadasia
shadavia shadawn shaday shadaya shadia shadiamond shadie shadonna shaela shaelee shaeleigh shaelin shaely
shaelyn shaelynn shaena shahad shahana shahara shahd shahed shahida shahidah shahrzad shaiann shaianne
shaila shailah shailee shailene shailey shaili shaily shailyn shailynn shaima shaina shaindel shaindy
shainna shaira shaivi shajuana shakala shakara shakari shakayla shakea shakedra shakeela shakeema shakeena
shakeera shakeeta shakeia shakeila shakeira shakeisha shakeita shakeitha shakela shakelia shakema shakena
shakendra shakenya shakera shakeria shakerra shakerria shakesha shaketa shakevia shakeya shakeyla shakia
shakiah shakiera shakila shakima shakina shakinah shakira shakirah shakirra shakisha shakita shakiya
shakiyah shakiyla shakura shakya shakyia shakyla shakyra shala shalae shalah shalaine shalan shalana
shalanda shalandra shalandria shalane shalawn shalay shalaya shalea shaleah shalee shaleen shaleena shaleigh
shalena shalene shalese shaleta shaletha shaley shalia shaliah shalice shalicia shalie shalika shalimar
shalina shalinda shalini shalisa shalise shalisha shalita shaliyah shallon shalon shalona shalonda shalondra
shalunda shalyn shalynn shama shamaine shamara shamaria shamarie shamarra shamaya shambria shameca shamecca
shamecka shameeka shameika shameka shamekia shamela shamera shameria shametra shamia shamiah shamica
shamicka shamieka shamika shamila shamina shamira shamirah shamiya shamiyah shamona shamone shamonica shamra
shamya shamyah shamyia shamyra shana shanae shanah shanai shanan shanara shanasia shanavia shanay shanaya
shanaye shanda shandale shandee shandel shandell shandi shandiin shandra shandrea shandreka shandria
shandrika shandy shanea shanece shanee shaneeka shaneen shaneequa shaneice shaneika shaneil shaneka shanekia
shanekqua shanel shanell shanelle shanequa shaneque shanequia shanera shanese shanesha shanessa shanetha
shanetra shanetta shanette shaney shani shania shaniah shanica shanice shanicka shanie shaniece shanieka
shanik shanika shanikka shanikqua shanin shanina shaniqua shanique shaniquia shanira shanise shanisha
shanita shanitra shaniya shaniyah shanley shanna shannah shannan shannel shannell shannelle shannen
shannette shannia shannin shannon shannyn shanoah shanquita shanta shantae shantai shantal shantale shantana
shantara shantasia shantavia shantay shantaya shante shantea shantee shantel shantele shantell shantella
shantelle shanteria shanterria shanti shantia shantice shantika shantil shantina shantoria shantrell
shantrice shanty shanya shanyah shanyce shanyia shanyla shanyn shanzay shaquala shaquana shaquanda
shaquandra shaquanna shaquanta shaquasia shaquayla shaqueena shaquela shaquella shaquera shaqueta shaquetta
shaquia shaquila shaquilla shaquina shaquinta shaquira shaquisha shaquita shaquitta shar shara sharae sharah
sharai sharalee sharalyn sharan sharanda sharanya sharay sharaya sharayah sharda shardae shardai sharday
sharde sharea sharece sharee shareece shareen shareena shareese shareka sharel sharell sharelle sharen
sharena sharene sharesa sharese sharetha sharetta sharhonda shari sharia shariah sharica sharice sharicka
sharie sharifa sharifah sharika sharilyn sharilynn sharin sharina sharine sharion sharis sharisa sharise
sharissa sharisse sharita shariya shariyah sharla sharlee sharleen sharlena sharlene sharlet sharlett
sharlette sharley sharlie sharline sharlotte sharlyn sharlynn sharma sharmain sharmaine sharman sharmane
sharmayne sharmel sharmila sharmin sharmon sharna sharnae sharnay sharnee sharnell sharnetta sharnette
sharnice sharniece sharnise sharnita sharol sharolyn sharon sharona sharonda sharonica sharonlee sharonna
sharonne sharra sharrell sharren sharri sharrie sharron sharronda sharry shary sharyl sharyn shasha shasta
shatara shatarra shatasha shatavia shataya shatera shateria shaterica shaterra shaterria shaterrica shatha
shatia shatika shatima shatina shatira shatisha shaton shatonia shatonya shatora shatoria shatoya shatyra
shauna shaunda shaundra shaundrea shaunee shaunette shauni shaunice shaunita shaunna shaunta shauntae
shauntavia shauntay shaunte shauntee shauntel shauntell shauntelle shauntia shavanna shavaughn shavell
shavelle shavette shavon shavona shavonda shavone shavonn shavonna shavonne shavonta shavonte shawan shawana
shawanda shawanna shawna shawnae shawnda shawndra shawndrea shawnee shawneen shawnell shawnelle shawnese
shawnetta shawnette shawni shawnia shawnice shawnie shawniece shawnika shawnique shawnita shawnna shawnta
shawntae shawntavia shawntay shawnte shawntee shawntel shawntell shawntelle shawntia shawntina shawnya
shawonda shayana shayann shayanna shayanne shayda shayla shaylah shaylan shayle shaylea shaylee shayleen
shayleigh shaylen shaylene shayley shayli shaylie shaylin shaylyn shaylynn shayma shayna shaynah shaynna
shayonna shayra shazia sheala shealee shealeigh shealyn shealynn sheana sheanna shearon sheba sheccid sheela
sheena sheera sheetal shefali sheila sheilah sheilia sheilla sheily sheina shekia shekina shekinah shekira
shekita shela shelagh shelah shelaine shelanda shelba shelbe shelbee shelbey shelbi shelbia shelbie shelby
shelbylynn shelda shelena shelene sheletha sheli shelia sheliah shelie shelina shelisa shelise shelita
shella shellby shelle shellee shellene shelley shelli shellia shellie shellsea shelly shellye shelonda
shelsea shelsey shelsy shelva shelvia shelvie shelvy shemaiah shemeika shemeka shemekia shemia shemiah
shemica shemika shena shenae shenay shenea shenee sheneka shenell shenelle shenequa shenetta sheng shenia
shenica shenice shenika sheniqua shenique shenise shenita shenna shequila shequita shera sherae sherah
sheral sheralee sheralyn sheran sheray shere sherea sherece sheree shereen shereese shereka sherel sherell
sherelle sherena sherene sheresa sherese sheretta sherhonda sheri sheria sherian sheriann sherica sherice
shericka sherida sherie sherika sheril sherilee sherill sherilyn sherilynn sherin sherina sherine sherion
sherise sherisse sherita sheritha sheritta sherl sherleen sherlene sherley sherlie sherlin sherline
sherlonda sherly sherlyn sherlyne sherlynn sherma shermeka shermika shernita sherolyn sheron sheronda
sheronica sherra sherral sherran sherre sherree sherrel sherrell sherrelle sherri sherria sherrian sherriann
sherrica sherrice sherrie sherrika sherril sherrilyn sherrilynn sherrin sherrita sherron sherronda sherry
sherryann sherrye sherryl sherryll shery sheryl sheryle sheryll sheryn shetara sheva shevaun shevawn
shevelle shevon shevonne shevy shewanda sheyann sheyanne sheyenne sheyla sheyli sheyna sheza shian shiana
shiane shiann shianna shianne shiela shifa shifra shigeko shikha shikira shila shilah shilpa shilynn shima
shimeka shimika shina shineka shinika shinita shiori shiquita shir shira shirah shiree shireen shirel
shirell shirelle shirely shiri shirin shirla shirle shirlean shirlee shirleen shirlena shirlene shirley
shirleyann shirlie shirline shirly shirlyn shital shivali shivangi shivani shivon shivonne shiya shiza
shizue shizuko shley shloka shlonda sholanda sholonda shona shonda shondra shondrea shonette shoni shonia
shonika shonita shonna shonnie shonta shontae shontavia shontay shonte shontel shontell shontelle shontia
shonya shoshana shoshanah shoshanna shoshannah shraddha shravya shree shreeya shreya shrika shriley shriya
shronda shruthi shruti shterna shukri shulamis shuna shunda shundra shunta shuntae shuntay shunte shuntel
shuree shwanda shweta shy shya shyah shyan shyana shyane shyann shyanna shyanne shyasia shyenne shyla shylah
shylee shylin shylo shyloh shylynn shyna shynia shyra shyrl sia sian siana siani sianna sianni siara siarah
siarra sibbie sibel sible sibyl sicilia sicily siddalee siddhi sidnee sidni sidnie sidonia sidonie sidra
sidrah sieanna sieara siearra siedah siena sienna siera sierah sierra sierrah sierria signa signe sigourney
sigrid siham sila silena silva silvana silvia silvina sima simara simaya simi simmone simona simone simonne
simra simrah simran simrat simya sinai sinaya sinclaire sinda sindhu sindi sindia sindy sinead siniya
siniyah sinthia sintia siobhan siomara siona sira sireen sirena sirenity siri siria sissy sister sita sitara
sitlali sitlaly sivan siya siyona skai skarlet skarleth skarlett skarlette ski skie skilar skilynn skyann
skyanne skye skyelynn skyla skylah skylee skyleigh skylie skylin skyllar skylyn skylynn skyy sloane sloka
slyvia smantha smita smriti sneha snigdha snow socorro sofi sofia sofiah sofie sofija sofiya sofya soha
soila sojourner sokhna sola solae solana solange solangel solara sole soledad solei soleil soliana solimar
solina solita solveig solymar somalia somaya somer sommer somya sona sonal sonali sonam sonda sondra soni
sonia sonika sonita soniya sonja sonji sonjia sonna sonnet sonni sonnia sonoma sonora sonya sonyia soo
sophea sophee sophi sophia sophiagrace sophiah sophiamarie sophiarose sophie sophina sophiya sophonie
sophronia sophy sophya sora sorah soraida soraya sorayah sorcha soriah sorina soriya sosha soumya soundra
soyla sparkle sparrow special spirit spring sravya sreeja sreya srihitha srija srinidhi srinika srishti
sriya sruthi sruti stacee stacey stachia staci stacia stacie stacy stacye stana stanislawa staphanie
staphany star starasia starla starlena starlene starlet starlett starletta starlette starlyn starlynn starr
starsha stasha stasia statia stavroula stayce stefanee stefani stefania stefanie stefanny stefany steffani
steffanie steffany steffi steffie stefhanie stehanie stela stella stellar stepahnie stepanie stepfanie
stephaie stephaine stephana stephanee stephaney stephani stephania stephanie stephanine stephannie stephanny
stephany stephanye stephene stepheni stephenia stephenie stepheny stephie stephine stephnie stephonie stesha
stevee stevey stevi storey stori storie stormee stormey stormi stormie stormy story stpehanie stuti su sua
suad suann suanne subrena subrina suda sudie sue sueann sueanne sueellen sueko suella suellen suellyn suetta
sugey suha suhaila suhana suhani suhayla suhaylah suhey sujata sujey sukhmani suki sula sulamita suleika
suleima sulema suleyma sulma sultana sumaiya sumaiyah sumaya sumayah sumayya sumayyah sumedha sumer sumeya
sumi sumie sumiko summar summer summerlyn sunaina sundae sunday sundee sundi sundra sundus sundy suni sunita
sunni sunnie sunshine sunya suprena suprina supriya sura surabhi suraiya suraya suri suriah surie surina
suriya suriyah sury susa susan susana susane susann susanna susannah susanne susen susette susi susie sussie
susy suzan suzana suzane suzann suzanna suzannah suzanne suzetta suzette suzi suzie suzy suzzane suzzanne
suzzette svea svetlana swannie swara swathi swati sway sweetie sweta swetha syan syann syanna syanne sybel
sybella sybil sybilla syble sybol sydell sydelle sydna sydne sydnee sydnei sydney sydni sydnie sydny syeda
syenna syerra syleena sylena sylina syliva sylva sylvana sylvania sylvanna sylver sylvia sylvie sylwia
symantha symia symiah symone symphany symphony synai syndey syndi synethia synia syniah synthia syra syrah
syrai syreeta syrena syrenity syretta syria syriah syriana syrina syrita syvilla ta taaliyah tabatha
tabathia tabbatha tabbetha tabbitha tabby tabetha tabia tabita tabitha tabithia tabria tabytha tacara
tacarra taccara tacey taci tacia tacie tacora tacy taeja taejah taela taeler taelor taelyn taelynn taesha
taetum taeya taffany taffie taffy tahani tahara taheerah tahesha tahira tahirah tahiry tahisha tahja tahlia
tahnee tahra tahtiana taia taiesha taija taijah taila tailer tailor tailyn tailynn taimane taimi taina taira
tais taisa taisha taitum taiwana taiya taiyana taiylor taja tajah tajanae tajanay tajia tajuana takako
takara takayla takeesha takeia takeira takeisha takela takelia takenya takera takeria takesha takeshia
takeya takeyah takeyla takeysha takhia takia takiah takiera takiesha takila takira takisha takita takiya
takiyah takoya takya takyah takyla takyra tala talana talar talasia talaya talayah talayia talaysia talea
taleah taleen taleia taleigha taleisha talena talesha taleshia taletha taleya taleyah tali talia taliah
taliana talibah talicia talina taline talisa talise talisha talishia talissa talita talitha taliya taliyah
talli tallia tallie tallulah talma talonda talula talulah talya talyah talynn tama tamaira tamaka tamala
tamalyn tamani tamanna tamantha tamar tamara tamarah tamaria tamarra tamasha tamatha tamaya tamber tamberly
tambi tambra tambria tamea tameaka tameca tamecia tamecka tamee tameeka tameia tameika tameisha tameka
tamekia tameko tamela tamelia tamera tameria tamerra tamesha tameshia tamey tameya tami tamia tamiah tamica
tamicka tamie tamieka tamika tamikia tamikka tamiko tamila tamilyn tamina tamira tamirah tamirra tamisha
tamitha tamiya tamiyah tamkia tamla tamlyn tamma tammara tammatha tamme tammera tammey tammi tammie tammra
tammy tammye tamora tamra tamrah tamryn tamsen tamsin tamsyn tamu tamula tamura tamy tamya tamyah tamyia
tamyka tamyra tana tanae tanai tanairi tanairy tanaisha tanaiya tanaja tanajah tanaka tanara tanasha
tanashia tanasia tanaya tanayah tanaysha tanaysia tanazia tanda tandi tandra tandrea tane tanea taneal
tanecia tanee taneeka taneesha taneia taneika taneil taneisha taneka tanekia tanequa tanesha taneshia
tanesia tanessa taneya tanga tanganyika tangee tangela tangelia tangi tangie tangy tani tania taniah tanica
tanicia tanicka tanieka tanielle taniesha tanija tanijah tanika tanikka tanina taniqua tanique tanisha
tanishia tanishka tanita tanith taniya taniyah tanja tanji tanna tannah tannia tannie tannis tanny tannya
tansy tanvi tanya tanyah tanyia tanyiah tanyla tanysha tanza tanzania tapanga taquana taquila taquilla
taquisha taquita tara tarae tarah tarahji taraji taralee taralyn taralynn taraneh taraya tarena taresa
taressa tari taria tariah tariana tarika tarina tarini tarisha tarissa tarita tariya tariyah tarnesha
tarnisha taronda tarra tarrah tarri tarrie tarryn tarsha tarshia taryn taryne tarynn tascha tasfia tasha
tashae tashana tashanda tashanna tashanti tashara tashauna tashawna tashay tashayla tashea tasheba tasheema
tasheena tasheika tasheka tashema tashena tashera tashi tashia tashiana tashianna tashiba tashica tashika
tashima tashina tashira tashona tashonda tashonna tashyra tasia tasneem tasnia tasnim tassie tata tatanisha
tatayana tatia tatiana tatianna tationa tationna tatiyana tatiyanna tatjana tattiana tatum tatumn tatyana
tatyanna tatym tauheedah tauna tauni taunia taunya taura tausha tava tavaria tavia taviana tavonna tawana
tawanda tawania tawanna tawn tawna tawnee tawney tawni tawnia tawnie tawny tawnya tawyna taya tayah tayana
tayanna taydem tayelor taygan tayia tayja tayjah tayla taylah taylar taylee tayleigh tayler tayli taylie
taylin taylinn tayllor taylorann taylore taylormarie taylour taylyn taylynn tayna tayona tayonna tayra
taysha taysia taytem taytum tayvia tazia taziyah tea teaghan teagyn teah teaira teairra teal teala teale
teana teandra teanna teara tearia tearra tearsa teasha teasia teauna tecia teckla tecla tecora teddi tedi
tedra teela teena teesha teffany teghan tehani tehila tehilla tehya teia teiara teighlor teila teira teirra
teisha teja tejal teka tekeisha tekela tekesha tekeshia tekeya tekia tekisha tekla tela teleah telecia
telena telesa telesha telia telicia telina telisa telisha telissa telitha teliyah telma tema temeka temekia
temesha temia temica temika temima temisha temperance tempest tempestt tempie temprance temprence tena tenae
tenaya tene tenea tenecia teneisha teneka tenesha teneshia tenesia tenia tenicia tenika tenille teniola
teniqua tenise tenisha tenishia tenita teniya teniyah tenlee tenleigh tenley tenna tennie tennile tennille
tensley teodora teola teona teondra teonia teonna teosha tephanie tequila tequilla tequita tera terah
teralyn terasa tere terea tereasa tereka terena teresa terese teresea teresha teresia teresina teresita
teressa teretha tereza teri teria teriana teriann terica tericka terie terika terilyn terilynn terina terisa
terisha terissa terra terrah terralyn terre terresa terressa terri terria terriah terriana terriann
terrianna terrianne terrica terricka terrie terrika terrilee terrilyn terrilynn terrina terriona terrionna
terrisa terrisha terryann terrye tersa teruko teryn tesa tesha teshia tesia tesla tess tessa tessah tessia
tessica tessie tessla tessy teva texanna texie teya teyah teyana teyanna teyla teylor teyona teyonna thaily
thais thalia thalya thamara thandiwe thania thanya thao thara thea theadora thecla theda thedora theia
thekla thelda thelma thena theodora theodosia theola theona theone theora thera therasa thereasa theresa
therese theresea theresia theressa therisa therma thersa thersea theta thetis thi thia thirza thomasa
thomasena thomasene thomasina thomasine thora threasa thresa thresea thresia thressa thu thula thursa thuy
thy thyra tia tiah tiahna tiaira tiaja tiajah tiajuana tiamarie tiana tianah tiandra tiani tianna tiannah
tianne tianni tiara tiarah tiare tiarra tiasha tiasia tiauna tiawana tichina ticia tieara tiearra tieasha
tiera tierany tierney tierra tierrah tiesha tieshia tifani tifanie tifanny tifany tiffane tiffanee tiffaney
tiffani tiffanie tiffanni tiffannie tiffanny tiffany tiffay tiffeny tiffiany tiffine tiffiney tiffini
tiffinie tiffiny tiffney tiffony tifini tigerlily tija tijuana tika tikesha tiki tikia tikisha tila tilda
tillie tilly tima timara timaya timberly timea timeka timera timesha timi timia timica timika timisha timiya
timiyah timmi timothea timya tina tinamarie tinaya tine tineka tinesha tiney tinia tinika tinisha tinlee
tinleigh tinley tinna tinnie tinsley tiny tinya tiombe tiona tionna tionne tiphani tiphanie tiphany tippi
tira tirsa tirza tirzah tisa tish tisha tishana tishara tishia tishie tita titania titiana titianna titilayo
tiwana tiwanda tiwanna tiya tiyana tiyanna tiye tiyona tiyonna tiziana tjuana tkeyah tniya tniyah toba tobi
tocarra toccara toi toinette toiya toleen tomara tomasa tomasina tomasita tomeca tomeika tomeka tomekia
tomeko tomesha tomi tomia tomica tomicka tomika tomiko tomisha tomma tommi tommye tomoko tomorrow tona tonae
tonantzin tonda tondalaya tondra tonee toneisha toneka tonesha tonetta tonette tonga toni tonia toniann
tonianne tonica tonie toniesha tonika tonimarie toniqua tonique tonisha tonita toniya tonja tonji tonjia
tonjua tonna tonnette tonni tonnia tonya tonyia topacio topanga topaz topeka tora torah toree tori toria
toriana toriann torianna torie torina torri torria torrie torsha tosca tosha toshia toshiba toshie toshiko
totiana toula tova tovah tove towana towanda towanna toya toye toyia toyna toyoko tracee tracey trachelle
traci tracia tracie tracina tracy tracyann tracye tram trameka tramya tran trana tranae trang tranisha
traniya traniyah trannie trany travia treana treanna treasa trease treasure treazure trecia treena trella
tremeka trena trenace trenae trenda trenee trenia trenice treniece trenika trenise trenisha trenita trenity
trenna trenyce treonna tresa tresea tresha tresia tressa tressia tressie tressy treva trevia trezure tria
triana trianna trica trichelle tricia trilby trina trinady trinaty trinda trine trinetta trinette trinh
trinia trinidee trinidy trinita trinitee triniti trinitie trinity trinna trinnity trinty trisa trish trisha
trishelle trishia trissa trista tristina tristine trivia trixie trixy troi truc truda trude trudi trudie
trudy trula truly tryniti trynity tryphena trysta tsion tsuruko tsuyako tuere tuesday tujuana tula tuleen
tulsi tunisha tunisia tunya tura turkessa turquoise tuwana tuwanda tuwanna tuyen tuyet tvisha twala twana
twanda twanna twila twilla twyla twylah twylla tya tyaira tyaisha tyana tyann tyanna tyanne tyara tyasia
tyauna tyeasha tyechia tyeesha tyeisha tyera tyerra tyese tyesha tyeshia tyffani tyffany tyhesha tyia tyiana
tyianna tyiesha tyisha tyjanae tykeisha tykera tykeria tykerria tykesha tykia tykira tykisha tyla tylah
tylasia tylea tyleah tyleigh tylene tylesha tylia tyliah tylie tylisa tylisha tyliyah tylyn tylynn tymber
tymeka tymesha tymia tymika tyna tynasia tyne tyneisha tyneka tynesha tyneshia tynetta tynia tyniah tyniesha
tynika tynisa tynisha tynlee tyona tyonna tyra tyrah tyrea tyreka tyresha tyrhonda tyria tyriana tyrianna
tyrika tyrina tyrisha tyronda tyronica tyronza tysha tyshae tyshawna tyshay tyshea tysheka tyshia tyteanna
tytiana tytianna tywana tywanda tywanna tyyne tzipora tziporah tzipporah tzippy tzirel tzivia ugochi ula
ulanda ulani uldine ulonda ulyssa uma umaiza umeka una unice unika uniqua unique unity ura urania ursula
urvi usha uva uyen uzma vada vadie vaeda vaida vaidehi vaishali vaishnavi vala valaree valaria valarie
valborg valda valecia valeda valeen valena valencia valene valentina valera valeri valeria valerie valery
valerya valerye valeska valeta valetta vali valicia valina valinda valine valisa valisha valissa valjean
valkyrie valla vallarie vallerie vallery valley valli vallie valma valora valoree valori valorie valory
valree valrie valta valyn valyncia vana vanassa vanda vandella vanecia vanellope vanesa vanesha vaness
vanessa vanessia vaneta vanetta vanette vaneza vangie vani vania vanice vanilla vanisha vanissa vanita
vanity vanna vannesa vannessa vannia vannie vanshika vanya vara varina varnika varonica varsha varshini
vashti vasiliki vasilisa vassie vasti vaunda vayda vear veatrice veda vedha vedika vee veena veera vega vela
velda veleda veleka velencia veleria veleta velia velicia velina velinda velisa vella velma velna velora
velta velva velvet velvia velvie vena venda vendetta venecia veneda venera venesa venessa veneta venetia
venetta venezia venia venice venicia venida venie venise venisha venissa venita venna vennessa vennie venora
venus veola veona veora vera veralyn verania verba verbie vercie verda verdella verdelle verdia verdie
verdine verena verenice verenise veretta vergene vergia vergie verginia veria verina verita verity verla
verlaine verlean verlee verleen verlena verlene verley verlia verlie verlinda verline verma vermell vermelle
verna vernadine verneal verneda verneice vernelle vernesha vernessa vernestine verneta vernetta vernette
vernia vernica vernice verniece vernisha vernita vernona verona veroncia veronda veronia veronica veronika
veronique versa versia versie verta vertie vesna vesper vessie vesta veta vetta veva veverly veyda vi viana
vianca vianey vianka viann vianna vianne vianney vianny vibha vicci vicenta vici vicie vicke vickey vicki
vickie vickii vicktoria vicky vickye victora victoria victoriana victorina victorine victorya vicy vida
vidalia vidhi vidya vielka vienna vienne vieno vietta vika viki vikki viktoria viktoriya vila villa vilma
vina vincenta vincenza vincenzina vincie vinessa vineta vinetta viney vinia vinie vinita vinnie viola
violanda violet violeta violett violetta violette viona vira virda virdell virdie virgen virgene virgia
virgie virgin virgina virginia viridiana viriginia virna virtie vista vita vitalia vitoria vittoria viva
viveca vivi vivia vivian viviana viviane viviann vivianna vivianne vivica vivien vivienne vivika vlasta vola
vona vonceil voncile voncille vonda vonetta vonita vonna vonnie vonzella vrinda vy vyctoria wafa wahneta
walda waldine waleska walsie walta walterine wana wanda wandalee wandra wandy waneda wanell waneta wanetta
wania wanita wanna wannetta wanona wanza warda wauneta waunetta waunita wava wave wavie waynetta waynette
wealthy wednesday welda welma weltha wenda wende wendee wendelyn wendi wendie wendolyn wendy wenona wenonah
weronika wesleigh weslyn wessie whisper whitlee whitley whitnee whitney whitni whitnie whittany whittney
wiktoria wilba wilberta wilda wilene wilhelmena wilhelmenia wilhelmina wilhelmine wilhemenia wilhemina willa
willadean willadene willamae willamina willean willeen willena willene willetta willette willia williemae
williette willine willma willo willodean willodene willow willye wilma wilmarie wilmetta wilmina wilmoth
wilna wilsie winda windi windie windy winefred winifred winna winni winnie winnifred winnona winola winona
winry winter witney wladyslawa wonda wonder wreatha wren wrenn wretha wylene wylma wyndi wynell wynelle
wynema wynetta wynette wynne wynona wynonia wynonna wynter wyoma wyona wyvonne xana xandra xandria xanthe
xara xaria xavia xaviera xee xela xena xenia xia xiana xianna xiara ximena ximenna xin xiomara xitlali
xitlalic xitlalli xitlally xitlaly xochil xochilt xochilth xochitl xoe xoey xoie xuan xyla xylia xylina yaa
yachet yadhira yadira yaeko yaeli yaffa yahaira yahayra yahira yaileen yailene yailin yailyn yaira yaire
yaiza yajahira yajaira yajayra yakelin yakima yakira yalanda yalena yalexa yalissa yalitza yalonda yamari
yamaris yamel yamila yamile yamilet yamileth yamilett yamilette yamilex yamina yaminah yamira yana yanci
yaneisy yanel yaneli yanelis yaneliz yanelle yanelli yanelly yanely yanessa yanet yaneth yanett yanette
yanin yanina yanique yanira yaniris yanitza yanna yannet yaquelin yaqueline yara yarah yareli yarelie
yarelin yarelis yareliz yarelli yarelly yarely yaremi yareni yaretsi yaretzi yaretzy yarexi yari yariana
yarielis yarieliz yarimar yarissa yarithza yaritsa yaritza yaritzel yaritzi yaritzy yarixa yasaman yasamin
yasemin yasenia yasha yashica yashika yashira yashvi yaslin yaslyn yasmeen yasmen yasmin yasmina yasmine
yasmyn yassmin yassmine yasuko yatzari yatzil yatziri yatziry yavonne yazaira yazlin yazlyn yazmeen yazmin
yazmine yazmyn yazmyne yecenia yehudis yeilin yeily yeimi yeimy yeira yelena yelitza yemaya yen yena yeni
yenifer yennifer yenny yeny yer yeraldi yeraldin yesenia yesica yesli yeslin yesly yesmin yessenia yessica
yessika yetta yetunde yetzali yeva yevette yevonne yezenia yides yisel yiselle yissel yitta yitty yitzel
yizel yliana ylonda ymani ynez yoali yoana yoanna yobana yocelin yoceline yocelyn yocheved yohana yohanna
yoko yola yoland yolanda yolande yolander yolando yolandra yolette yolinda yolonda yolunda yomaira yomara
yomaris yomayra yomira yoneko yonna yorley yoselin yoseline yoselyn yoshie yoshiko yoshiye yosselin yosselyn
youa youlanda yousra yovana yovanna ysabel ysabela ysabella ysabelle ysela ysenia ytzel yudith yuette yui
yuka yukari yukie yukiko yuko yulanda yuli yulia yuliana yulianna yuliet yulisa yulissa yulitza yuliza
yulonda yumi yumiko yumna yuna yunuen yuriana yuridia yuridiana yurika yuriko yuritza yuritzi yuritzy yury
yusra yuvia yuvonne yvanna yvett yvetta yvette yvonda yvone yvonna yvonne yvonnie yzabella zaara zabrina
zacaria zada zadie zaelynn zafirah zahara zahava zahira zahirah zahra zahraa zahrah zahria zaida zaidee
zaila zailee zailey zailynn zaina zainab zainah zaineb zaira zairah zaiya zakayla zakeria zakeya zakhia
zakia zakira zakirah zakiya zakiyah zakiyyah zakya zakyah zakyia zakyla zakyra zalaya zalayah zaleah zaley
zalia zalika zaliyah zamantha zamara zamaria zamariah zamaya zamia zamiah zamira zamirah zamiya zamiyah
zamora zamya zamyah zamyra zamzam zana zanae zanai zanaiya zanaria zanaya zanayah zandra zandrea zandria
zaneta zanetta zania zaniah zanita zaniya zaniyah zanna zanya zanyah zanyia zanyiah zanyla zara zarah zarahi
zarai zaraya zareen zari zaria zariah zariana zarianna zariel zarina zarinah zariya zariyah zarria zarriah
zarya zaryah zaryiah zasha zavia zaya zayah zayana zayanna zayda zaydee zayla zaylah zaylee zayleigh zayley
zayli zaylie zaylynn zayna zaynab zaynah zayra zea zeanna zeba zeda zeena zeenat zeffie zehra zeina zeinab
zela zelda zelena zelia zelie zelina zella zellie zelma zelpha zelphia zelta zemira zemirah zena zenab
zenaida zenda zendaya zenia zeniah zeniya zeniyah zenna zennie zenobia zenola zenovia zenya zeola zera
zerenity zeriah zerina zeta zetta zettie zeva zeynep zhana zhanae zhane zhara zharia zhoe zia ziana zianna
ziara ziasia zierra zilla zillah zilpha zilphia zina zinnia ziomara ziona zionah zionna zipporah zissel
zissy zita zitlali zitlaly ziva zivah ziya ziyah ziyana ziyanna ziyonna zlata zlaty zniyah zoa zoe zoeann
zoee zoei zoejane zoelle zoey zofia zoha zohra zoi zoie zoila zola zona zondra zonia zonnie zooey zophia
zora zorah zoraida zorana zoraya zori zoria zoriah zorianna zorina zosia zoua zowie zoya zsazsa zsofia zula
zulay zuleica zuleika zuleima zulema zuleyka zuleyma zully zulma zuly zuma zunaira zunairah zuri zuria
zuriah zurie zurisadai zury zuzanna zuzu zya zyah zyaira zyairah zyana zyann zyanna zyanya zyasia zyiah
zykeria zykerria zykia zykira zyla zylah zynia zyniah zyonna zyra zyrah zyria zyriah
"""

EITHER = """
aalijah aamari aaren aarian aarin aarion aarya aaryn abiola abir abrar abriel aby abyan adair adama addis
adel adi adisa adonai adrean aeon agam ahmari aideen aidynn aijalon aiman aimar aime airen ajai ajene akari
aki akili akira alaa albie aldean alexandr alexi alexiz alexx alexy algia ali alija alika alin alix allante
allex allyn almer aloise alpha altair alva alvia aly alyn amadi amandeep amanpreet amaree amari amarii
amarri amauri amaurie amaziah amel amen americus ameya amil amillion amori amory amrit amzie an anay
andersen andra andree andrell angel angell anh anis anjel anmol apurva aquarius ara arbie arbor arda ardean
ardel ardell arden ardie areon arian arie ariel arien arieon aries arin arion aris ariyan ariyon arlee
arleigh arlie arlis arliss arlyn armani armanie armanii armari armoni armonie arnell arrian arrin arrington
arrion arrow arshia artice artie arvie arvis ary arya aryon asani ascension asencion ashby ashe asheton
ashtan ashten ashtin ashton aster astin asuncion atari atley aubrey aubry auburn auden audi audie augustine
aundra austine austyn aven averey averill avery avian avon avory avrey avry avyn ayan ayo ayodele ayomide
azari azariah azaryah azhar aziah azriel babe baby baily baley bao barrie bay bayler baylin baylor bee bela
bentlee bentli bentlie berdell bergen berkeley berkley berlie berlin bernell bertice billie binnie bird
blaike blair blayke bless blessed blu blue bobie boluwatife bora bostyn bowie bradee bradie brae braelin
brailyn bralyn braylin braylyn brecken breckyn breion brekyn bren brenn brennyn brenyn breslin breylin briar
brier brighten brighton britain britt brittain brittan britten brittian brittin britton brook brookes
brownie bryann bryley brylin brylyn burlie burnette burnice byrd cache cadyn caedyn caelan caelin cagney cai
caidyn cailan cailen callahan callan callaway camari camauri cambell camdyn cameran camerin cameryn camil
campbell carel carey carlas carle carlin carliss carman carmon caroll caron carrington carrol carsen carsyn
casey cashe cashmere cassiel casy catlin caton cayce caylan cayle caylen caylor cayman cedar celester chae
chai chaise chaka challis chancey chancy chandlar chane chaney chanler channin channing channon chapel charl
charleston charley charly chastin chatham chau chayanne chayse chee chen cheney chesley chey chi chia
chidera child ching chisom chong chriss christan ciel cincere cire clair clancy clary claudell claudie
cledith clemence clemmie cleo cleofas cleotha climmie clois clydell cobi cobie codee codi codie cola collen
collie collins connelly conny copper coree coren corie corin corinthian corley cornie cree creedence crimson
cris cristan curlie currie cyncere cypress da dabney dacota dacotah dae daelyn dai dail dailey dailin daily
dailyn daine dakota dakotah daley dali dallis dalyn damarie damilola damoni damonie dana danel danell danie
daniell danis dann danne dannell danyal danyel danyl dao darby darcell dare darian daris darly darnelle
darrelle darrian darriel daryan daryn dasani daune davan davi davine davionne davonne dawsyn day dayan dayle
daylin daylyn daytona de deandrea deane deaundra deaven deavion decklyn declyn dee dekota delane dell demani
demarie demaris demetrias demetrice demetris demoni denali dene denim deniz denym denys deondra deondrea
deone deovion dereon deshannon deshay desi destyn deundra devan devery devine devinn devlyn devon devonne
devyn devyne dezi dhani diamante diarra dillyn dilyn dior divine dois domanique domenique dominigue
dominique dominque domique domnique domonique dondi donelle donique donne donnelle donnis donyae donye
donyea donyel donyell doral dorean dorsie dossie dresden dru drue duanne dublin dung dustine dusty dwan
dylann dylyn eaden earlee earlie earnie eastyn ebbie edis edris edy eh eisa ekam elan eldean elgene elgie
eliah elim elis elisah elisha eliyah elizah ellery ellington ellison elon elvie elvy elya elza emanuelle
emari emauri embry emer emerson emery emmanuelle emrey emry enes english enis ercel ercell eri erian erie
erion ermal ermel errin ersel esli essa eudell evann ever evian evyn ezariah ezelle ezrah farren fayette
fayne felis feliz fenix ferrin fidelis findley finley finnley fonnie fontaine fortune foye france frankie
freddi freedom future gabreal gabriele gabriell gabryel gagandeep gal gale gari garnet garnett garyn gaylin
gaynor gean gearl gemini gentry geral germaine germany gerry giani gianny giavanni giavonni gillie glennis
golden gordie gracen gracin gradie grae graycen graysen grier guadalupe gurnoor gurpreet gwin hady hadyn
haedyn hager haiden haidyn halen halsey hamdi han hanley happy harbor harjot harlem harley harlo harlow
harlyn harnoor harpreet harsimran hartley haru harvest haven hawley haydan haydin haydyn hemi henley hero
hiawatha hien hilery hillery hoa hollan holland hollis hollister honest hong houa hudsyn huntley hyun
ifeoluwa iley ilhan ilian imari indiana indy infant infantof inioluwa iran irie isa islam isley issa ival
ivery ivey ivis ivon ivory izel izzy ja jackie jacque jacquel jacquese jacquise jadan jadin jadis jadyn jae
jaedin jaedyn jael jaelin jahdai jahni jahzeel jai jaidan jaiden jaidin jaidyn jaiel jailin jaime jaki
jalani jaleen jalin jaloni jalyn jamani jamarea jamelle jamesyn jamey jamie jamile jamille jamine jamisen
jammie jammy jamoni jamy jan janari janiel jaquay jaquel jaquese jarae jaree jari jaryn jasani jasiyah
jaskirat jasmeet jasmon jasmond jaspreet jaton javae javonne jaxyn jayd jaydee jaydeen jaydence jaydin jaydn
jaydyn jaye jayel jaylenn jaylin jayln jaylyn jayme jaz jaziah jazz jeffie jehan jem jemiah jemmie jen jene
jensen jentry jere jeriah jeris jermani jermany jerre jerris jerusalem jeryl jeryn jerzy jessey jessie jessy
jewelz jezreel jhordan ji jianni jimi jin jireh jlyn joal jodeci jodey jody joell johany johari johnell
johnnie jojo jolan jolly jonel jonnie jonquil jontue jordain jordan jorden jordin jorryn josey joss joud
jourdan jourden jourdin jovi juda judea juel jule juliani jullian jung juno jupiter justice justis justyce
kache kacyn kadian kadyn kaedyn kaegan kaelan kaelen kaelin kaesyn kahlee kahlen kahli kahmari kaidyn kailan
kailen kairee kaisyn kalani kalen kalijah kalin kallan kam kamali kamani kamaree kamari kamarie kamarii
kamarri kamauri kamdyn kameran kamerin kameryn kamil kamoni kamori kamrin kamsiyochukwu kanai kang kani kao
kaoru karan kareen karel karem karey karle karlin karon karron karry karsen kary kasey kashmere kashmir
kaydan kayde kaydin kaydn kaydyn kayler kaylon kaylor kayron kayton kazi kc keaghan keatyn keelin keelyn
kehinde kei keilin keimani keita kelby kelcey kele kelechi kelin kellis kelyn kem kemani kemari kemoni
kendal kendall kendel kendell kendle kendre keni kentley kenyada kenyata kenyatta kenyatte kerry kery keylen
keylin keymani keymari keymoni keyonta khali khamani khamari khanh khori khylin ki kiante kieren kiernan
kierre kijana kiko kimani kimari kimble kimmy kimoni kimothy kindell kindred kiowa kippy kiran kiren kirin
kit kitt kmari kobi kodee kodi kodie koi kolbee kolbi kolbie kona koree kosisochukwu kree kris krishna kriss
kristain kristian kriston krystian kumari kylar kylin kymani kymari kymoni kyri kyrie kyung lacy ladell
ladon lael laine lajuan lakoda lakota lamari lamoine lamoyne lan landry landy landynn langley lanis lannie
laramie laray laren larin larkin larren larri larrie larsen larue lasean lashaun lashawn lashon lashun
latrelle lattie laurin lauris lavaughn lavelle lavere lavern laverne lavon lavoris lawan layne le lee
leelynn legacy leighton lenell lenis lenix lennie lennis lennix lennon lennox lennyn lenzie leotha leshawn
leshon leslie lesslie leverne levone lexington li lian lin lind linden lindley linell linn linnell linzie
linzy lior liron loghan logyn londen london loney lonie loral loren lorenza lorin loris lorren lorrin love
lovelle loyalty loye loys luan lugene lummie lunden lundon lupe luvern luverne lux ly lyan lyfe lyncoln
lyndal lyndall lyndel lyndell lynden lynell lynn lyrick lyrik mabry maciah maciel mackie mackinley maddyx
maeson mahari maika maisen maitland majestic majesty makana makell maki malijah malin malone man mandeep
manjot manmeet mannie manpreet mar marce marcell march marchel mardy marice marion markelle marlo marlow
marlowe marlyn marquelle marquette marrion marshell marte marvell marvelous marvie marvis maryland marzell
masiyah massie masyn matisse mattia maui maurie maven maxi maxie mayan maycen maysen mayson mazi maziah mc
mccartney mckinley mearl mearle mechel meiko mekiah meko melek mell merdith merion merit merle merlyn merrit
merritt mica micaiah mical micha michal michel michiah miciah mickell mikah mikele mikell mikiah miko milan
min ming mirl mirza mishael mishawn mitchelle monserrate monta montana montez monti montie montrice moon
morgen morgon mosie munachimso murel murl murle murrel myan mycah mykael mykah mykal mykell mylan mylin
myrel myrl myrle nai najai naje nakai nakari nakota nana naphtali nasiah nasim natale natividad navdeep
naveen navjot nazaret nazareth naziah nealy neema neftaly nehal neko nemiah neri nesta neziah nguyen nickie
nicky nicola nieves nike nikola nima noa noel nollie noris normal notnamed novah numa nur nuri nyaire nyjah
oakley ocean ocie oddie odean odell odie offie okie olamide olanda olayinka olie olis ollie oluwadamilola
oluwadarasimi oluwademilade oluwanifemi oluwaseun oluwaseyi oluwatobi oluwatomisin oluwatoni oluwatosin
ondra oney onnie onyx opie ordell oree orel orell oreoluwa orie oriel orla orlanda orrie osceola osha osie
osiris ossie othell otie ottie ova ovie ozell ozie ozzie pacey paddy page paiden paris parish parris pasha
pat paxtyn payden paysen payson payton paz pearley peniel peregrine perle perrin perris peyson peyten peyton
phenix pheonix phoenix phoenyx phuong phynix pier poet posey posie praise preet pressley prestyn psalm
puneet qamar quanta quetzal quin quincey quinlan quinn quinnlan raeden raedyn rael raeshawn rai rain rainey
rainn raja rajah rameen ramey ramie rande randie rane rashi ravin ravon rayen raylen raylin raymie rayn
raynell reace rease rebel redell reegan reese rei reign reiley reilley reilly reily rein reise reiss remi
remington remmington remmy remy rene renell rennie rhiley rhyan rhyen rhylan rhylen rhylin rhyse rhythm rian
ricci ricki ridley rieley rielly riely rien riki riko riley rilley rio ripley river rivers riyan rmani
robben robbie roben robi robie rogue roi romaine romelle romey romie ronie ronit ronne rooney rorey rosario
roshawn roshon rossi rossie rowan rowen rowyn royale roye rozell ruari rudell rudi rudie rue rumi ryelee
ryen ryin ryley rylin rylyn ryver sabriel sagan sage sai saje sakae sakai salam salem saman samar samari
samauri sami samie sammie san sanay sani santana sascha satya sayre schuyler schylar schyler scotland scotti
scout seeley sehaj sekai selby semaj senai seneca seng sequoyah seraphim seven seville sevyn shaddai shade
shadee shaden shadi shadoe shadow shady shae shaheen shai shajuan shalamar shalin shalom sham shamari
shamell shamere shams shan shandon shanen shann shanon shaquan shaquel shaquelle sharone shaune shawndell
shawne shawnn shay shaya shayde shayden shaye shaylon shayne shea shell shenandoah sher sherald sheridan
shermaine sherrill shey shi shia shiah shilo shiloh shine shion shiraz shirl shiron shiva shondell shoua
shyler shyne siah sidney silver simar sina skiler sky skyelar skyeler skylan skylar skylen skyler skylier
skylor skylur sloan sol solace soma song sonnie sopheap soua soul staley stephane stevie storm suan sugar
sukhman sully sun sunny surya sutton swan swayze syd syncere tae taegan taegen tagan tagen tahari tahjae
tahje tai taige taite taiwo tajae tajai taje tajee taji takari tal talin talley tallis tally talor talyn tam
tamari tameron tanay tandy tanis tanveer taran taren tarin taris tarren tarrin tarry tatem tavi tavita tay
tayen taygen taylan taylen taylor tayte teagan teagen teddie teegan tegan teigan teigen tekoa temiloluwa
temitayo temitope temple tennessee tenzin teran teren terez terin terran terren terrian terrin terryl terryn
tery teryl texas thanh tharon thelmer theo tian tiegan tien tierre timber tkai tobey tobie tolulope toluwani
toluwanimi toma tomie tommie tonnie torey torre torryn tory toryn toshua toy traeh tramaine tranell trayce
trea trellis trenell trini trinidad tris tristin tristyn tru true trust truth trystin trystyn tsering tu
tyan tyjae tyjah tyjai tylar tylee tylin tyller uchenna udell ugonna undrea unknown unnamed uriyah vail val
vale valen valentine vallen vandy varnell vegas velmer verble verdell verdis verle verlyn vernel vernell
vernie vernis vertis veryl vestal vester vian victorious victory vivan vondell wadie wai wallis waverly wei
wen wendelin weslie willett willie windsor wisdom wrigley wynn xan xian xue yacine yael yani yanis yanni
yannis yarden yardley yarel yaret yareth yarnell yee yi ying yoltzin yona yong yoon yoshi yu yue yuki yuri
yuval zabdi zacari zaelyn zahari zaiah zaide zailyn zaire zakiah zamari zani zannie zarin zaylin zekiah zell
zenith zephyr zi ziah zian ziyan zohar zyaire zyan zyon
"""

WORDS = """
abbas abbey abed abigail abir able abu aby ace add adda ade adit admiral adore ady aeon aerial aero ahsan ai
aide aisling akia akin al ala alan alani alannah alba alban albino alder aldine alec alee alem alen alexia
alf alfa alfonso alga alias alif alima alin alison aliyah allan allene alley allice allure ally alma almon
almond aloma alp alpha alter althea altin alto alvine aly alysson ama amadou amala amani amar amazing ambar
amber ambrose ambrosia ambry ame ameen amelia amen amethyst ami amil amin amine amir amity amma amor amour
amra amrita amy an ana analyse anam ananda anay anda andric anes angel angelic angelica angelin angeline
angelique angle ani anil anis anise ann anna annet ante any apple aqua ara arbor arbutus arch archer ardella
areal arena arend argel aria ariel arietta arista arjun arles arna arrie arrow art artha artist arty arvel
ary ascension ash ashling ashraf ashur askari aspen asta aster astor athanasia atlas atlee atom auburn
august aum aune aura aurelia aurora aurore author autumn ava ave averil avian avid avital avo awa axle ayah
azalea azure babe baby bahar bailee bailey bailie bain baker bane bani banner banyan barabara barb barbette
bard bari barnard barney baron barret barry barth barton basil baxter bay baya bayard bear beata beau
beautiful beauty beaux beck becker becket bee bekah bela bell belladonna belle belton ben bena benedict
benjamin benjy benn bennet benny berley berlin berline berry bertram bertrum beryl beth bethel betty bhakti
bibi biff bijou bilbo bill billy bing binh bion birch bird birdie birl bishop blade blain blair blake blanca
blanch bland blas blase blaze bless blessed blessing blimy bliss blondine blossom blue bo bob bobby bode
boden bodhi bolivar bon bond bonny booker boots bora boss boston bow bowie bowman boy brace brack bracken
brad brae brain bran branch brand brandy brant brave bray brazil breck brecken bree breeze breezy brent bret
brett brewer brewster briar brick bridger brier bright brighten brin brit britten brock brogan bronc brook
brookie brown brownie bruin brunette bryony buck bucky bud buddy buffy buna bunny burel burgess burke burl
burnie burr burrel burt burton buster butch butler buzz cable cabot cache cachet cade cadence cadi cage caid
cain cal calais calandria caliph calix calli calypso cam camara camber cameo camera camilla can canary candy
cane cannon canon canton canyon caprice captain capucine carder cardin careen caress carina carl carless
carlie carlin carline carling carman carmine carney carol carolin caroline carr carrel carrick carry carter
carvel carver caryl case cash casha cashel cashmere cass cassady cassia cassie castle castor catalina
catcher cate catlin cattleya cay cayenne cayman cedar ceil ceilidh celesta celeste celestial celestina
celestine cella ceria cerise cha chad chai chais chaise chaka chalice challis chalmer chalon chamar champ
champagne champion chance chancellor chancy chandi chandler chang channel chanson chantry chao chapel chapin
chapman char charisma charity charm charmel chase chasten chastity chay chaya che chee chela chena cheng
chenille cherish cherry chester chevon chevy chi chia chico chiffon child chin china ching chino chip
chipper choice chrisma christen chuck chucky chun cicely cinch cinnamon cinque cisco clarion clarity clark
clary clay clearance cleave clee clem clemence clement cleve cliff cline clint clive cloud clover cloy coal
coco coda coe cola cole colin colleen collie collier collin collins colon colonel colt colter comer comfort
commodore con conal conception concha coner conn conner constant cooper copper cora corah coral corban cord
cordel corinne corky cornel corrie cortez cortina costa cote cotton cougar council countess couper courage
court cove covey coy cozy crandall craven cree creed creek creta crew cricket crimson criss crista cross
cruise crystal cully culver curly curry curt cutler cutter cyan cypress cyrus cystal czar czarina da dace
dade dae daemon daily daimen daimon dain daira daisy dal dale dali dally dalton dama daman damiana damier
dan dandy dang danner danta danton dao darby dare dari daric darling darnel dash daud daven davit davy dawn
day de deacon dean deb debar debby decker dee deep deforest delaine delight dell delphine delta demi demon
denarius dene denim deny deray deric derrick derry desi desire desma desman desmon dessa destine destiny dev
deva dewan dexter dharma diamond dian dick dickey dicky diem diesel dieter dimple dinero dink dirk diva
divine divinity dixie doc dock doctor dodd dodge dola doll dolly dom dominie don dong donna doree doria dorn
dory doss dot dotty dove dover dow dragon drake draper dray dream drew dub duchess dudley duel duff duke
dulse dung dura durant dusty dutch dyke dynasty ean earl early earnest easter ebb ebon ebony echo edder eddy
edger edit eh el elain elaine elder eldin elide ell elle else elvan elver elysia ember emerald emery emir
emit emma emmer emmet empress ender envy eon era eria eric erika ermine eros esker essence ester estus
eternity ethel ether ethyl etna eulalia eureka eve even evens ever evert exodus fady fae fairy faith falcon
famous fancy fantasia fantasy farmer fate faun favor fawn fay feather felicity female fern fey filbert
filippo fin finesse finis firman fisher fleet fletcher flint flora florence ford forest forestine forever
fortune foster fount fountain fowler fox foy francisca franco frank franklin frazer frederik freedom freeman
fuller future gabby gabi gable gaby gadge gage gal gala galaxy gale galena galilee gar gara garland garner
garnet garnett garret garrison garth garvey gasper gauge gay gayatri gean geisha gem gemma gena gene general
genesis geneva genie gentle gentry geo ger german ghazi gid gilbert gill gillie ginger ginny gio girl girlie
glade gladiola glady glee glen glorious glory glover goddess gola golden goldie goldy gomer goran gorge
gorgeous governor grace gracious graham gram granger grant gray grayling green greenly grey griff griffin
griffon grove gunner gunter guss gussie gust guy gypsy ha hadden haddie haily hakeem hakim hala halbert hale
hall halo hamlet hamsa hamza han handy hanif hank hanna hansel hao happy harbor harden hardy harish harl
harm harman harmony harper harry harsh hart harvest hasan hassel hatcher hau haven hawk haya hayward haze
hazel hazen hazle heath heather heaven heavenly hector heer heiress helder helio henna henny henry herald
herb herby herma hero heron hilding hill hillman hind hiro ho hogan holden holiday holly holt homer honest
honesty honey hong honor hope hosanna hoy hoyle huck huckleberry hue hung hunt hurley hutch hyacinth hymen
icy idalia ife ikey ilia ilka imagine indigo indy infant infinity io ion irene iridian iris island iva ivin
ivory ivy jack jacobus jacoby jade jady jaeger jag jager jagger jake jama jami jammy jane jann jara jarl
jarry jasey jasmine jasper jaun jay jazz jazzy jean jed jeff jehu jenna jennet jennier jenny jerl jerry
jersey jess jessamine jessamy jet jetty jewel jeziah jihad jimmy jina jing jinny jinx jo job jock joe joey
johannes jolly jonquil jordan josh josie joss journey joy jubilee jud judge julienne julio june junior
juniper jury justen justice justo juvenal ka kai kaid kail kaiser kala kale kali kalon kamala kana kanae
kang karagan karma karri katha kawika kay kayo kazi kea keelie keen keena keita kele kell kella kelly kelty
kelvin kemp ken kenner keno kensington kent kern kerrie kerry kestrel keta ketty key khalifa khan kiel kier
kiki kilah kiley kim kimberlin kin kina kindle kindred king kino kip kippy kiri kirk kishon kismet kissy kit
kitty kiva knight knowledge koa kobi koda kohl koi kona konstantin kora kori korin kou krina kwan kyah kyle
la lace lache lacy laddie lady lafayette lagena lai lain laine laird lake lakie lalo lam lama lambert lamel
lamia lamin lan lance lancer lander lane laney lanson lari larin lark larry lassie lathen latish latron
laura laurel laurin lauryl lavender lawyer layman layne lazar lea leaf leafy lealand leam lean leaner lear
leather leavy ledger lee legacy legend legion lehua lei leighton leman lemma lemon lenard lene lenis leno
less lev leviathan levin levy lew lewis lexia leyland li liana liberty libra lief lien lieutenant lilac lily
lin lina linden linder linea ling link linn linnet lino linsey linwood lion lionel lipa lira lis lisle
lister little livier loa loan login lolly loma long lora loral loran lord lore loreal lori loris lorn lorry
lory lota lotus louden love lovely lowery loy loyal loyalty lucky lucy lue luke lulu lum lumen luna lunette
lupe lura luster lux ly lyam lyra lyric lyssa ma mac mace machi mack madden madeline mae magenta magic
magnolia magnum maha mahogany maire majestic majesty major maki mal mala male mali malic malik man mana
manal manas mandolin manila manilla manly manna mannie manning manny manual manus mao maple mar marae maral
maranatha marc marcel marceline marcella marcello march marco mardy mare margarita margarite marge
marguerite maria marigold marina marine marionette maris mark marka marl marli marlin marline marly marque
marquee marquis marquise marry marsh marshal mart martel marten martin marvel marvelous mary masa masha
mashal mason master mat matai math matin matti maty maud maverick mavis maxim maximus maxwell may maya mazy
mead meadow media mel mela mele melena mell melody melton memory meng mercer mercury mercy merel meriah
meridian meril merit merl merle merlin merlon merrily merry mesa mescal meta mi mica mick mickle mico midge
mignon mignonne mike mikie mila milady milla miller million milo mima min mina miner minette ming minnie
minor mir miracle mirage miro mirza missy mister misty mitra modena modesty moise moksha mollie molly mona
mone mong montana monte moody moon moosa mora moreen morgan morgen morning morris morse mort moss murlin
murphy musette my myna myron myrtle mystery mystic na nadir nael nain nam nan nana nancy nandi napoleon nary
nash nat nation nature navy nazim nazir nea neal needham nelson nema neo nester netty neve newel newt newton
nick nickey nicky nicolo nidal nieve nil nirvana nixie noa noble noel noma nori norm norma normal north nova
novella novice nubia oak oasis ocean octave oda odel ogle ohm oisin olden olena oliva olive olivine olla om
omega omer ona onyx opal opaline ora oral orange orby orchid oriel orlean orlo orris ory osmin other otto
ova oval pa pablo pace paco paddy page pal palma palmer pam pandora pang pansy paolo papa pape para paradise
param pari parish park parker parley parry paschal pascual pasha passion pastor pasty pat pate patience
patina patria patrice patty pau pavan paw pax peace pearl pearly pebble pedro peg peggy penni penny pepper
per peregrine perfecto peri perle perry persis pete peter petronella peyton phi philander phoebe phoenix phu
pia pier pierce pike pilar pilot pina pink pinkie pinky piper pixie pleasant pluma plummer poet polo ponce
poppy porter portia posey prairie praise precious prentice press price priest primrose primus prince
princess proctor promise prophet prosper providence prudence psalm puja purity quan quanta quay queen quest
quetzal quin quince quint quintan quintin quinton quintus race rad rada radiance raia raider rain rainbow
rainer rainy raj raja rajah rakan ralph ram ramal rami ramie rana rance rand randle random randy rane ranger
rani ranny ransom ras raun raven ravin ray raya rayon rea read real reality reason rebel rector red ree reed
reef reem reese reet reeve reford reg reginal reign rein reina reis remedy renne retina revel rex rhea rhema
rhythm ria rice rich rick rickey rider ridge righteous riley rima rindy rio riot rip rise rishi rita riva
river roan rob robbin rober robin roc rock rocket rocky rod rodd rodman rodney roe rogan roger rogue rohan
roi romaine romero rondel rondle rook roper roque rory rosario rosary rose rosebud rosella roselle rosemary
rosette rosland ross rosser rosy rotunda rowan rowdy rowen rox roxy royal royale royalty ruble ruby ruddy
rue ruffin rufus rune rupa rush russel rusty rut ruth ruther rutherford ryder rye ryen sabella saber sabina
sabine sabino sable sabra sade safari saffron sage sahib sai said sailor saim saint sair saki sal salar
salina salle sallee sally salma salomon sam samaj saman samara samaria samarra samba samhita sammy samson
san sanai sander sanders sandy sang sapphire sari saron sarra sashay satara satchel satin saunders savanna
savior savoy savvy saw sawyer saya sayer sayid scarlet schelly schneider scot scout season secret see selah
senna sera seraphim seraphina seraphine serene serenity serge serra seth seven sha shad shade shadow
shadrach shady shaft shafter shah shahin shallon shalom sham shama shamal shamir shan shandy shanna shant
shanty sharry shaul shaw shay shea shela shell shelly shelvy sheng shepherd sher sherif sherry sheva shi
shine shirl shiv sho shoji shone shooter shraddha shree shun shy si sibyl sie sienna sierra silva silver
sima simar sina sincere sion sir sire sissy sister skeeter ski skip skipper skippy sky slade slate slater
sloan sloka smith smriti snow sojourner sol sola solace solan sole soleil solon soma son song sonnet sonny
sophia sophy sora sou soul sparkle sparrow special spence spencer spike spirit spiro spring squire sruti
star starlet starling steel steen stein stela stella stellar sten stephane stephanos sterling steven steward
stillman stone stonewall stony storm stormy story strider sue sugar sully sultan sultana summar summer
summit sumner sun sundae sundra sung sunny sunshine supreme sura susi swan sway sweetie sylva sylvan
sylvester symphony syre ta tab tabby tabor tad tae taffy taft tag taha tai taiga tailer tailor tait taj tal
tala talar talbot tali tallis tally talma talon tam tamara tamasha tamber tamer tammie tammy tan tana tane
tanga tangi tangie tangy tania tanica tank tanner tansy tao tara tari tarin taro tarri tarrie tarry tassie
tate taurean tawn tawney tawny tay tayra tazia tea teal ted tee tejon telford tell temperance tempest temple
teng tennis tequila tera terek terrace terral terron terry thane thatcher thecla theophile therese theta
thong thorn thunder thurl thy tiara tien tiffany tige tiger tiler tilly timber timon timothy tin tine tiny
tip titania tobe toby tod toi tom tommy tomorrow tong tonga tony topaz tor tora torah toran tory tosh tou
toy tra trace tracer tram trapper travis tray treasure trellis tressy trey tri trica trig trigger trilby
trine trinity trip triton trivia tron troy true truly trust truth tu tuan tuck tucker tuff tula tulsi tung
turner turquoise twain tye tyee tyke tyre tyrone udell ula unice unique unity unknown unnamed ura ural urban
usher uva vail vale valentine valerian valeta vali valiant valine valley valor van vane vang vanilla vanity
vara varsha vedika vee veer vela velvet vendetta venie vera verity vernal vesper vestal vester veta veto
victor victorine victorious victory vidya vila villa vina vinal vincent vinny viola violet violette virgal
virgin virl vista vita viva wade wali walker waller wally walt walter wandy wane ward warden warner warren
wash watt wave wayman wealthy weaver webster welcome wellington wen wende wenzel west wheeler whisper whit
whitten wilder will willet willey willie willow willy win windle windy wing winna winter wisdom witney wolf
wonder wong wood woodrow woodruff woodward woody worth worthy wrangler wren wright wynn xenia xyla xylon
yair yale yamen yan yang yaw yee yen yeni yer yogi york young yuan zac zain zak zander zayin zed zein zenith
zephyr zeppelin zeta ziara zillah zoa zowie
"""
