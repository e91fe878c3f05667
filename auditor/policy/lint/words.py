"""Frequent English words, counted over documentation texts: the parts that a joined word can be made of. Data only."""

FUNCTION_WORDS = frozenset(
    """
about after against all also an and any are as at be because before between by can collect collects during each every for from
has have how if in include includes including into is it its may no not of on only or other our per please provide provides
share some such than that the their them these they this those through to under unless until upon use used uses via we what
when where which while who will with within without you your
""".split()  # noqa: SIM905
)
"""One of the two parts of a joined word is one of these."""

WORDS = frozenset(
    """
abc ability able abort aborted about above absence absent absolute absolutely abstract accept acceptable acceptance accepted
accepting accepts access accessed accesses accessible accessing accessor accessors accidentally accommodate accompanying
accordance according accordingly account accounts accumulate accumulated accuracy accurate achieve achieved acknowledge
acknowledgement acknowledgment acquire acquired acquiring across act acting action actions activate activated active activity
acts actual actually adapt adapted add added adding addition additional additionally additions addon addons address addressed
addresses adds adjacent adjust adjusted advance advanced advantage advertise advertised advertising advice advised affect
affected affecting affects after afterwards again against age agent aggregate aggregation agree agreed agreement agreements
agrees ahead aka algorithm algorithms alias aliases align aligned alignment alive all alleging allocate allocated allocation
allocations allow allowed allowing allows almost alone along alongside alpha already also alt alter altered alternate
alternative alternatively alternatives although always ambiguity ambiguous among amount amp an analogous analysis analytics
analyze ancestor anchor ancient and annotate annotated annotation annotations anonymous another answer answers any anymore
anyone anything anyway anywhere apart app appear appearance appears append appended appending applicable application
applications applied applies apply applying appreciated approach appropriate appropriately approved approximate apps
arbitrarily arbitrary architecture architectures archive archives are area arg argument arguments arise arising arithmetic
around arr arrangement array arrays arrow as ascending ask asked asking asks assembly assert asserted assertion assertions
assign assigned assigning assignment assignments assigns assist associated assume assumed assumes assuming assumption astype
asynchronous asynchronously asyncio at atomic attach attached attacks attempt attempted attempting attempts attention
attribute attributes attribution attrs auth authentication author authority authorization authorized authors authorship auto
automatic automatically availability available average avoid avoided avoiding avoids await aware away axes axis back backed
backend backends background backport backslash backslashes backward backwards bad bail bar bare base based bases bash basic
basically basis baz be because become becomes been before begin beginning begins behalf behave behaves behavior behaviour
behind being believe belong belongs below beneficial benefit benefits best better between beyond big bigger billing binaries
binary bind binding bindings birth bit bitmap bits black blame blank blob block blocked blocking blocks blue bodies body bogus
bold book boolean booleans bools border borrowed both bother bottom bound boundaries boundary bounded bounds box boxed braces
brackets branch branches break breaking breaks brief bring broadcast broadcasting broke broken brought browser browsers buf
buffer buffered buffering buffers bug buggy bugs build builder building builds built builtin builtins bunch bundle bundled
business but button by bypass byte bytes bytestring cache cached caches caching calculate calculated calculating calculation
calculations call callable callables callback callbacks called caller callers calling calls came can cancel cancellation
cancelled candidate candidates cannot canonical capabilities capability capable capture captured capturing card cards care
careful carefully carries carry carrying case cases casing cast casting casts cat catch catches catching categorical
categories category caught cause caused causes causing caution cell cells cert certain certificate certificates certs chain
chained chaining chains chance change changed changes changing channel char character characters charge chars charset check
checked checker checkers checking checkout checks checksum child children choice choices choose choosing chosen chunk chunked
chunks cipher ciphers circular circumstances claim claimed claims class classes classified clause clean cleaned cleaning
cleanly cleanup clear cleared clearing clearly clears cli click client clients clock clone cloning close closed closely closer
closes closest closing closure cloud cluster code codebase codec codepath codepaths codes coding coerce coerced coercion col
collapse collect collected collecting collection collections collector collects collision colon color colors cols column
columns combination combinations combine combined combining come comes coming comma command commands commas comment comments
commercial commit commits common commonly communicate communication community compact companies company compare compared
compares comparing comparison comparisons compat compatibility compatible compilation compile compiled compiler compilers
compiling complain complaint complaints complete completed completely completes completion complex complexity compliance
compliant complicated complies comply component components composed comprehensive compress compressed compression computation
compute computed computer computes computing concat concatenate concatenated concatenation concept concerning concerns
concrete concurrent concurrently condition conditional conditions conf config configurable configuration configurations
configure configured confirm conflict conflicting conflicts conform confused confusing confusion conjunction connect connected
connecting connection connections consecutive consent consents consequence consequences consequential consider consideration
considered considering considers consist consistency consistent consistently consisting consists console conspicuously const
constant constants constitute constitutes constraint constraints construct constructed constructing construction constructor
constructors constructs construed consult consume consumed consumers consuming consumption contact contain contained container
containers containing contains content contents context contexts contiguous continuation continue continued continues
continuing contract contrast contrib contribute contributed contributing contributions contributor contributors control
controlled controller controls convenience convenient convention conventions conversion conversions convert converted
converter converting converts cookie cookies coordinates copied copies copy copying copyright copyrighted copyrights core
corepack corner coroutine coroutines correct corrected correction correctly correctness correspond corresponding corresponds
corrupt corruption cost costs could count counted counter counterclaim counterpart counting countries country counts couple
course cover coverage covered covers crash crashes create created creates creating creation credentials credit criteria
critical cross crypto cryptographic cryptography current currently cursor custom customer customers customize customized cut
cycle cycles daemon damage damages dark dash dashes data database databases dataclass dataclasses dataframe dataset date dates
datetime datetimelike datetimes dateutil day days dead deal dealing dealings deals debianized debug debugger debugging decide
decided decimal decision declaration declarations declare declared decode decoded decoder decoding decorated decorator
decorators decreasing dedicated deemed deep def default defaults defer deferred define defined defines defining definitely
definition definitions del delay delegate delete deleted deleting deletion deliberate deliberately delimited delimiters
delivery delta demand depend dependencies dependency dependent depending depends deprecate deprecated deprecation deprecations
depth derivative derivatives derive derived descending describe described describes describing description descriptions
descriptive descriptor descriptors design designated designed desirable desired despite destination destroyed detached detail
detailed details detect detected detecting detection detects determine determined determines determining deterministic dev
developed developer developers developing development device devices dgram diagnostic dictionaries dictionary dicts did die
diff differ difference differences different differently differing differs difficult digest digit digits dimension dimensions
direct direction directive directives directly directories directory disable disabled disables disabling disallow disallowed
discard discarded disclaimer disclaims disclose disclosed disclosure discouraged discovered discovery discussing discussion
disk dispatch dispatcher dispatching display displayed displaying displays dist distinct distinction distinguish distinguished
distinguishing distribute distributed distributing distribution distributions distutils div divide division doc docs docstring
docstrings doctest document documentation documented documents does doing domain domains done dont dot dots dotted double down
download downloaded downloading downloads downstream draw drawing drawn drive driver drop dropped dropping drops dtypes dual
due dumb dummy dump dunder duplicate duplicated duplicates duplication duration during dynamic dynamically each eagerly
earlier early easier easily easy echo edge edges edit editable editing editor effect effective effectively effects efficiency
efficient effort either elapsed electronic element elements elif else elsewhere email embed embedded embedder embedding emit
emits emitted emitting empty emulate emulation enable enabled enables enabling enclosed enclosing encode encoded encodes
encoding encodings encounter encountered encourage encouraged encrypted encryption end ended endianness endif ending endorse
endpoint endpoints ends enforce enforceable enforced engine engines enough ensure ensures ensuring enter entered entering
entire entirely entirety entities entitled entity entries entry enum environment environments epoch equal equality equals
equivalent equivalents erase err errno error errors escape escaped escapes escaping esm especially essential essentially
establish established estimate etc eval evaluate evaluated evaluates evaluating evaluation even event events eventually ever
every everyone everything everywhere exact exactly example examples exceed exceeded exceeds except exception exceptions
exchange exclude excluded excludes excluding exclusion exclusive executable executables execute executed executes executing
execution exercise exercising exhausted exist existence existing exists exit exited exiting exits expand expanded expanding
expansion expect expectation expected expecting expects expensive experience experimental expired explain explained
explanation explicit explicitly exponent export exported exporting exports expose exposed exposes expr express expressed
expression expressions expressly extend extended extending extends extension extensions extent external externally extra
extract extracted extracting extraction extras extremely fact factor factory fail failed failing fails failure failures fair
fairly fake fall fallback falling falls false falsy family fancy far fashion fast faster fastpath fatal favor feature features
fed fee feed feedback feel fees fetch fetched fetching few fewer field fields fifty figure file filed filename filenames files
filesystem filesystems fill filled filling fills filter filtered filtering filters final finally find finder finding finds
fine finish finished finishes finite first fit fitness fits five fix fixed fixes fixing fixture fixtures flag flags flaky flat
flatten flattened flexible float floating floats floor flow flows flush focus folder follow followed following follows font
fonts foo footer for forbid forbidden force forced forces forcing foregoing foreign forever forget forgot fork form format
formats formatted formatter formatters formatting formed former forms forward forwarded found four fraction fractional
fragment fragments frame frames framework free freed freely freq frequency frequently fresh friendly friends from front frozen
full fully function functional functionality functions functools furnished further future gain gap garbage gave gender general
generally generate generated generates generating generation generator generators generic get getitem gets getting give given
gives giving glob global globally globals goal goes going gone good goodwill got governed governing government gracefully
grammar grant granted granting grants graph great greater grep grid group groupby grouped grouping groups grow guarantee
guaranteed guarantees guard guards guess guide gzip hack had half hand handful handle handled handler handlers handles
handling handshake hang happen happened happening happens happy hard hardcoded harder hardware harmless has hash hashable
hashes hashing have having head header headers heading heap heavily height held hello help helper helpers helpful helps hence
here hereby herein heuristic heuristics hex hexadecimal hidden hide hierarchy high higher highest highlight highlighted
highlighting highly hint hints his historical history hit hits hold holder holders holding holds home homogeneous honor
honored hook hooks hope hopefully horizontal host hostname hosts hour hours how however huge human hypothesis icon idea ideal
ideally idempotent identical identically identification identified identifier identifiers identifies identify identifying
identity idle ids idx if ignore ignored ignores ignoring iii illegal image images imaginary img immediate immediately
immutable impact implement implementation implementations implemented implementing implements implicit implicitly implied
implies imply import important imported importing importlib imports impose imposed impossible improve improved improvement
improvements improving in inability incidental include included includes including inclusion inclusive incoming incompatible
incomplete inconsistent incorporate incorporated incorrect incorrectly increase increases increasing increment incremental
incurred indeed indemnify indemnity indent indentation indented independent independently index indexed indexer indexes
indexing indicate indicated indicates indicating indication indicator indices indirect indirectly individual individually
individuals inefficient inf infer inference inferred inferring infers infinite info inform information informational
infrastructure infringed infringement ings inherit inheritance inherited inherits initial initialization initialize
initialized initializer initially inject inline inlined inner innermost inplace input inputs insensitive insert inserted
inserting insertion inside inspect inspection inspector inspired install installation installed installing installs instance
instances instantiate instantiated instantiation instead institute instruction instructions int intact integer integers
integral integrate integrated integration integrity intellectual intended intent intentionally interact interacting
interaction interactive interest interested interesting interests interface interfaces interfere intermediate internal
internally internals international interoperability interpolation interpret interpretation interpreted interpreter interrupted
interval intervals intl into intro introduce introduced introspection ints invalid invalidate invariant inverse invocation
invocations invoke invoked invokes invoking involve involved involves involving irrelevant irrevocable is isinstance isolated
issue issued issues it item items itemsize iterable iterables iterate iterated iterating iteration iterations iterator its
itself jit job join joined joining jump jurisdiction jurisdictions just keep keeping keeps kept kernel kernels key keyed keys
keyword keywords kill killed kind kinds know knowledge known knows kwarg label labeled labels lack lacks lambda land lands
language languages large larger largest last late later latest latter launched law lawful laws lawsuit layer layers layout
lazily lazy lead leading leads leaf leak leaked leaking leaks learn learned least leave leaves leaving led left legacy legal
legitimate len length lengths less let lets letter letters level levels lexer lexers liability liable libc libraries library
libuv libxslt licensable license licensed licenses licensing lifetime light like likely limit limitation limitations limited
limits line linear lines link linked linker linking links list listed listen listener listeners listening listing lists
literal literally literals litigation little live lives load loaded loader loading loads loc local locale locally locals
locate located location locations lock log logged logger logging logic logical login logo logs long longer longest look looked
looking looks lookup lookups loop loops loose lose loses losing loss losses lost lot lots low lower lowercase lowering lowest
machine machinery machines macro macros made magic magnitude mail mailing mailto main mainly maint maintain maintained
maintainer maintainers maintaining maintains maintenance major majority make makes making malformed malfunction malicious man
manage managed management manager managers manages managing mandatory manipulate manner manual manually many map mapped
mapping mappings maps margin mark marked marker markers marketing marking marks markup mask masked masking master match
matched matches matching material materials math matplotlib matrix matter matters max maximum may maybe mean meaning
meaningful means meant measure measured measures mechanism mechanisms media medium meet member members membership memory
mention mentioned mentioning merchantability merely merge merged merges merging mess message messages met meta metaclass
metadata method methods microseconds middle might milliseconds mimic min mind minimal minimize minimum minor minus minutes
mirror mirrors misbehaved misleading mismatch mismatched misrepresented miss missed missing mistake mitmproxy mix mixed mixin
mobile mock mod mode model models modern modes modification modifications modified modifies modify modifying module modules
moment monotonic month months more most mostly move moved moves moving much multi multiline multipart multiple multiplication
must mutable mutate mutated mutually mypy mypyc naive name named namedtuple namely names namespace namespaces naming nan
nanosecond nanoseconds nans narrow native natively natural nature ndarrays ndim near nearest necessarily necessary need needed
needing needs negative negligence negotiation neighboring neither nested nesting net network never new newer newline newlines
newly news next nice nickname no nobody node nodejs nodes non none nonsense nonzero nopython noqa nor normal normalization
normalize normalized normally not notably notation note noted notes nothing notice notices notify now null nullable nulls num
numba number numbers numeric numerical oauthlib object objects obligation obligations observed obsolete obtain obtained
obtaining obvious obviously occur occurred occurrence occurrences occurs octets odd of off offer offered offers official
offset offsets often okay old older oldest omit omitted omitting on once one ones online only onto opaque open opened opening
opens openssl operand operands operate operates operating operation operations operator operators opposed opposite ops opt
optimization optimizations optimize optimized option optional optionally options or order ordered ordering orders ordinal
ordinary organization origin original originally other others otherwise ought our ourselves out outcome outer outgoing output
outputs outside outstanding over overall overflow overflows overhead overlap overlapping overload overloaded overloads
overridden override overrides overriding overview overwrite overwriting overwritten own owned owner owners ownership owns pack
package packages packaging packed packet packets packfile packfiles pad padding page pager pages pair pairs paper paragraph
paragraphs parallel parameter parameters parametrized parent parentheses parents parse parsed parser parsers parses parsing
part partial partially particular particularly parties partner partners parts party pass passed passes passing password past
patch patched patches patent patents path pathlib pathname pathnames paths pathspec pattern patterns pay payload payment
payments peer pending people per percent perf perform performance performed performing performs perhaps period periods perl
permission permissions permissive permit permits permitted perpetual persistent person personal personally persons pertaining
phase phone photos physical pick picked pickle pickling piece pieces pin pinned pip pipe pipeline place placed placeholder
places plain plainly plan platform platforms play please plugin plugins plus point pointed pointer pointers pointing points
policies policy pool pop popular populate populated port portability portable ported portion portions ports pos position
positional positions positive positives possibility possible possibly post potential potentially power powerful practical
practice pragma pre precedence preceding precise precisely precision predefined predicate prefer preference preferred prefix
prefixed prefixes preparation prepare prepared prepend prepended preprocessor presence present presented preserve preserved
preserves preserving pretend pretty prevent prevented preventing prevents previous previously primarily primary primitive
primitives principle print printed printer printing prints prior priority privacy private probability probably problem
problematic problems procedure procedures proceed process processed processes processing processor produce produced produces
producing product production products profile profiling prog program programming programs progress prohibited project projects
prominent promise promises promote promoted promotion prompt promptly propagate propagated propagation proper properly
properties property proprietary protect protected protection protocol protocols prototype provide provided provider providers
provides providing provision provisions proxies proxy public publicity publicly publish published pull punctuation punycode
pure purely purpose purposes push pushed pushing put puts putting pyarrow pygments pylint pyparsing pyrefly pyright pytest
qualified quality queries query querystring question questions queue queued quick quickly quiet quite quote quoted quotes
quoting race raise raised raises raising ran random range ranges rank rare rarely rather ratio raw reach reachable reached
reaches read readability readable reader reading readline readonly reads ready real really reason reasonable reasonably
reasons rebase rebuild receive received receives receiving recent recently recipient recipients recognize recognized recommend
recommended reconstruct record recorded recording records recover recurse recursion recursive recursively red redirect
redirected redirection redirects redistribute redistributed redistributing redistribution reduce reduced reduces reducing
reduction reductions redundant ref refactor refer reference referenced references referencing referred referring refers
reflect reflected reflog reformed refresh refs refuse refused refuses regard regarding regardless regexp region regions
register registered registers registration registry regression regular regulation regulations reject rejected rejection
rejects related relating relation relationship relative relatively release released releases relevant reliable reliably relied
relies rely relying remain remainder remaining remains remember remote removal remove removed removes removing rename renamed
renaming render renderable rendered rendering renders reorder repeat repeated repeatedly repl replace replaced replacement
replacements replaces replacing replay reply repo report reported reporting reports repositories repository represent
representable representation representations represented representing represents reproduce reproducing reproduction req
request requested requesting requests require required requirement requirements requires requiring res reserved reserves reset
resets reshape resolution resolve resolved resolver resolves resolving resource resources respect respected respective
respectively respects respond response responses responsibility responsible rest restore restored restrict restricted
restriction restrictions result resulted resulting results resume ret retain retained retains retention retries retrieve
retrieved retry return returned returning returns reuse reused reverse reversed revert review revised revision revisions
revoked rewrite rewriting rewritten rich rid right rights risk risks robust root roughly round rounding rounds roundtrip route
routes routine routines routing row rows royalty ruff rule rules run runner running runs runtime safe safely safety said sake
sale same sample samples sanity satisfied satisfies satisfy save saved saving say saying says scalar scalars scale scaling
scan scanning scapy scenario scenarios schedule scheduled schema schemas scheme schemes scientific scope scopes screen script
scripts search searches searching second secondary seconds secret sect section sections secure security see seed seeing seek
seem seems seen sees segfault segfaulted segment segments select selected selecting selection selector selects self sell
semantic semantics send sender sending sends sense sensible sensitive sent sentence sentinel sep separate separated separately
separator separators seq sequence sequences sequential ser serial serialization serialize serialized series serve served
server servers serves service services session sessions set setitem sets setter setting settings setup setuptools several
shall shallow shape shapes share shared shares sharing shell shift shifting shipped shipping short shortcut shorter should
show showed showing shown shows shrink shutdown side sides sign signal signals signature signatures signed significant
significantly signing signs silent silently similar similarly simple simpler simplest simplicity simplified simplify simply
simulate simultaneously since single singleton site situation situations six size sized sizes skip skipped skipping skips
slash slashes slice slices slicing slightly slot slots slow slower small smaller smallest smart snapshot socket sockets
software sole solely solution solve some somehow someone something sometimes somewhat somewhere soon sort sorted sorting sorts
source sourcecode sources space spaces spacing span spans sparse spawn spawned speaking spec special specialized specially
specific specifically specification specifications specified specifier specifiers specifies specify specifying speed spelled
spelling spent split splits splitting spurious square stability stable stack stage stale standalone standard standards stands
start started starting starts startup stash stat state stated statement statements states static statically stating statistics
stats status statutory stay stays stdlib step steps still stop stoppage stopped stops storage store stored stores storing
straight strange strategies strategy stray stream streaming streams strict strictly stride strides string strings strip
stripped strips strong strongly struct structure structured structures stub stubs stuff style styles stylesheet sub subclass
subclasses subclassing subcommand subcommands subdirectories subdirectory subject sublicense submit submitted submodule
submodules subprocess subsequent subsequently subset substantial substitute substitution substring subsystem subtle
subtraction subtype subtypes succeed succeeded succeeds success successful successfully successor successors such sufficient
sufficiently suffix suffixes suggest suggested suggestions suitability suitable suite sum summary super superclass supersede
supertype supplied supply support supported supporting supports supposed suppress suppressed sure surprising surrogate
surrounding survive swap swapped switch switches switching symbol symbolic symbols symlink symlinks symmetric sync
synchronization synchronous synchronously synopsis syntax system systems tab table tables tabs tag tagged tags tail take taken
takes taking talk talking tar tarball target targets task tasks taught team technical technically technique telephone tell
tells temp template templates temporarily temporary term terminal terminals terminate terminated terminates terminating
termination terms test tested testing tests text texts textual than thanks that the their them theme themselves then theory
there therefore thereof these they thing things think third this those though thought thread threaded threading threads three
threshold through throughout throw throwing thrown throws thus tick ticket tied time timed timedelta timeout timeouts timer
timers times timestamp timestamps timezone timezones timing tip title to together token tokens told tolerance too took tool
tools top tornado tort total touch towards trace traceback tracebacks traces tracing track tracked tracker tracking tracks
trade trademark trademarks traditional traffic trailing transfer transferred transfers transform transformation
transformations transformed transforms transition translate translated translation translations transmission transparent
transport transpose traversal treat treated treating treatment treats tree trees trick tricky tried tries trigger triggered
triggering triggers trim trip trivial trouble true truncate truncated truncation trust trusted truth truthy try trying tty
turn turned turns twice two typ type typed types typeshed typical typically typing typo tzinfo ufuncs ugly unable unaffected
unary unavailable uncaught unchanged uncompressed unconditionally undefined under underline underlying underscore underscores
understand understands understood undocumented unenforceable unexpected unfortunately unhandled uniform uninitialized union
unions unique unit units unknown unless unlike unlikely unlimited unmodified unnamed unnecessarily unnecessary unordered
unpack unpacked unpacking unquoted unreachable unrelated unsafe unset unsigned unspecified unsupported until untracked
untrusted unusable unused unusual unwanted unwrap upcast update updated updates updating upgrade upload upon upper uppercase
upstream usable usage use used useful useless user username users uses using usual usually util utilities utility val valgrind
valid validate validated validates validating validation validator validators validity value values van var variable variables
variance variant variants varies variety various vars vary vector vectors vendor vendored vendors verbatim verbose verbosity
verification verified verifies verify verifying versa version versionadded versionchanged versions vertical very via vice view
views vim violation virtual visibility visible visit visitor visitors void vulnerability wait waiting waits waived walk want
wanted wants warn warning warnings warns warranties warranty was wasi watch way ways wcwidth we weak web webcrypto website
websites webstreams week weight weights weird welcome well went were what whatever wheel wheels when whenever where whereas
wherever whether which whichever while white whitespace whitespaces who whole whom whose why wide widely wider widget width
widths wildcard will window wire wish with withdraw within without word words work workaround worked worker workers workflow
working works worktree world worldwide worry worse worth would wrap wrapped wrapper wrappers wrapping wraps writable write
writeable writes writing written wrong wrote xref year years yes yet yield yielded yielding yields you your yourself zero
zeros zip zlib zone
""".split()  # noqa: SIM905
)

COMPOUNDS = frozenset(
    """
aftermath allover another anybody anycast anymore anything anytime anyways anywhere beforehand breakthrough carryall catchall
collectable collector confuse confused confuses elsewhere everybody everyday everyone everything everywhere fallthrough
foreach forever forgets forgetting forgive forgiven forgiving formatter formatters forwith freewill goodwill hereafter
hereinafter hereunder however httponly includeonly meanwhile notable nowhere ourself outwith overall passthrough perforce
perform performed performer performs readonly refused refuses seealso shareable shareholder shareholders shareholding somebody
someday somehow someone someplace something sometime sometimes somewhat somewhere statuses themself thereafter therefor
thereunder thereupon thisday throughout throughput timeshare troublesome underage underestimate underflow underflows undergone
underlayer underline underlines underruns undersigned underspecified understands understate undertake undertaken undertakes
undertaking underway underwrite underwriting useable usecase usefully useless walkthrough whatever whenever whereas whereby
wherein whereupon whichever whoever withdraw withdrawing withdrawn withheld withhold withholding withholds withinside without
worthwhile wrapper yourself
""".split()  # noqa: SIM905
)
"""Words that are made of two others and yet right."""
