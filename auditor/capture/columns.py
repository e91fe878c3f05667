"""The columns of the bulk path: what stands in which cell. Numbers only, no code.

Packets are handled as rows of int64 matrices, never as objects. The same functions (`records`, `frames`, `network`,
`conversations`) fill them compiled or uncompiled, which is why cells are named by numbers and not by attributes.
"""

from auditor.code_arrays import Bytes as Bytes
from auditor.code_arrays import Cells as Cells
from auditor.code_arrays import Rows as Rows
from auditor.code_arrays import Store as Store

# --- records: one row for each packet of a block
OFFSET = 0  # of the frame's first byte in the block
CAPTURED = 1  # bytes of the frame that were captured
ORIGINAL = 2  # bytes that the frame had
TIME = 3  # UTC nanoseconds
LINK = 4  # link type (tcpdump.org/linktypes)
RECORD_CELLS = 5

# --- the packet that is being looked at: a vector of cells
KIND = 0  # what stands at AT: a link type, or one of the spaces below
AT = 1  # offset in the block
END = 2  # where the captured bytes of this layer end
SHORT = 3  # bytes behind END that this layer had but the capture does not hold
SRC_HI = 4  # addresses as two signed 64-bit halves, IPv4 as IPv4-mapped IPv6
SRC_LO = 5
DST_HI = 6
DST_LO = 7
PROTOCOL = 8  # IP protocol number
SRC_PORT = 9
DST_PORT = 10
FLAGS = 11  # TCP flags
SEQ = 12
PAYLOAD = 13  # offset of the payload in the block
LENGTH = 14  # captured bytes of the payload
MISSING = 15  # bytes of the payload that the capture does not hold
FRAGMENT_ID = 16
FRAGMENT_AT = 17  # offset of the fragment in its datagram
FRAGMENT_MORE = 18
REST_AT = 19  # where the next frame begins that came in the same one; 0 for none
REST_END = 20
FRAME = 21  # offset of the Ethernet frame that the packet stands in, -1 where there is none, or a tunnel
PACKET_CELLS = 22

ETHERTYPE = 0x10000  # KIND = ETHERTYPE + the type
IP_PROTOCOL = 0x20000  # KIND = IP_PROTOCOL + the number
PPP_PROTOCOL = 0x30000  # KIND = PPP_PROTOCOL + the number
LLC = 0x40000
ANY_IP = 0x40001  # the version nibble says which
NOTHING = 0x40002  # no layer that can be followed
SEALED = 0x40004  # encrypted: what stands there cannot be seen
SEVERAL = 0x40003  # frames one after another in an 802.11 frame

# --- conversations: one row each. Side 0 sent the first packet, side 1 is the other.
ADDRESS_HI = 0  # + side
ADDRESS_LO = 2  # + side
PORT = 4  # + side
TRANSPORT = 6  # IP protocol number
STREAM = 7  # number among the conversations of its transport, from 0
FIRST_PACKET = 8
STARTED = 9
ENDED = 10
PACKETS = 11  # + side
BYTES = 13  # + side
PAYLOADS = 15  # + side: payload bytes on the wire
BASE = 17  # + side: sequence number of the SYN, -1 when not seen
QUIC_ID = 17  # + side, of UDP: a number for the connection id that is sent to (client) or chosen by (server) the server
CLIENT = 19  # side that opened it: 0, 1, -1 when the handshake was not seen
CLOSED = 20  # bit 0: FIN or RST seen
BUDGET = 21  # + side: payload bytes that are still picked
CUT = 23  # packets whose payload the capture does not hold completely
# what `glance` found out; names are numbers into its store, from 1, 0 for none
APPLICATION = 24
NAME = 25
URL = 26
ALPN = 27
VERSION = 28  # TLS version that the server chose
MARKS = 29  # bits below
NEXT = 30  # + side: sequence number behind what was looked at, -1 for nothing yet
SLOT = 32  # number of the pending buffer, from 1
FILLED = 33  # bytes in it; packets that were tried, of an UNREADABLE conversation
CARD = 34  # + side: address of the network card (MAC) in the first packet, -1 where it is not known
CONVERSATION_CELLS = 36

SLOW = 1  # needs a closer look than a glance: every payload goes to a Connection
ECH = 2
ANSWERED = 4  # the server's first flight was looked at
MORE_NAMES = 8  # further names stand among the extras
UNREADABLE = 32  # no Initial packet of QUIC could be decrypted
CUT_HELLO = 64  # a ClientHello goes on behind its first segment, and was not waited for
LATE = 128  # and there was more of it
WATCHED = 16  # a QUIC handshake was read: long headers are picked all the same, for another one may begin

A_TLS, A_QUIC, A_HTTP, A_DNS, A_MDNS, A_LLMNR, A_NTP, A_MQTT = range(1, 9)

# --- answers: one row for each address that DNS gave
N_CLIENT_HI = 0
N_CLIENT_LO = 1
N_HI = 2
N_LO = 3
N_TIME = 4
N_TTL = 5
N_NAME = 6
N_CHAIN = 7  # the first of the canonical names behind it
N_LINKS = 8  # how many they are
ANSWER_CELLS = 9

# --- extras: further names of a conversation
E_ROW = 0
E_NAME = 1
EXTRA_CELLS = 2

# --- picks: one row for each packet whose payload is to be looked at
P_CONVERSATION = 0
P_SIDE = 1
P_NUMBER = 2  # packet number in the file, from 1
P_TIME = 3
P_OFFSET = 4  # of the payload in the block
P_LENGTH = 5
P_MISSING = 6
P_FRAME = 7  # offset of the payload from the frame's first byte
P_SEQ = 8
P_FLAGS = 9
PICK_CELLS = 10

# --- what was gathered for another process: a small vector
H_ROWS = 0  # rows in use
H_BYTES = 1  # bytes in use
GATHERED_CELLS = 2

# --- state: one vector for the whole capture
CONVERSATIONS = 0  # rows in use
PICKS = 1  # rows in use
PACKET = 2  # number of the last packet
WHY = 3  # why `follow` stopped
NO_LINK = 4  # packets of a link type that is not known
NO_IP = 5  # packets without IP
NO_HEADERS = 6  # packets whose headers the capture does not hold completely, or that lie
SHORTENED = 7  # packets that the snap length cut
FRAGMENTS = 8
ALLOWANCE = 9  # first BUDGET of a conversation's side
LAST_LINK = 10  # the last link type that was not known
BACKWARD = 11  # packets that are older than the one before
LATEST = 12  # time of the last packet
NAMES = 13  # names in the store
STORED = 14  # bytes in the store
ANSWERS = 15  # rows in use
EXTRAS = 16  # rows in use
FREE_SLOT = 17  # the first pending buffer that is free again, from 1; its first bytes say the next
USED_SLOTS = 18  # pending buffers that were ever used
NO_KEY = 19  # frames whose payload is encrypted below IP
STREAMS = 20  # + IP protocol number: conversations of that transport
CLOSER = 20 + 256  # strange conversations that got the closer look
STATE_CELLS = CLOSER + 1

DONE = 0
FULL = 1
FRAGMENT = 2

# --- interfaces of a pcapng section: one row each
I_LINK = 0
I_SNAP = 1  # snap length, 0 for none
I_DIVISOR = 2  # ticks are divided by it ...
I_FACTOR = 3  # ... or multiplied, to get nanoseconds
I_BITS = 4  # for a resolution of 2^-BITS seconds; else 0
I_OFFSET = 5  # nanoseconds to add
INTERFACE_CELLS = 6
BEYOND = 0x50000  # link type of the matrix's last row, which stands for all interfaces that have none of their own

# --- the walk over the records: a small vector
W_AT = 0  # where to go on
W_WHY = 1
W_CODE = 2  # which rule is broken
W_FIRST = 3  # the first record that is not followed yet
W_CELLS = 4
NEED_MORE = 0
ROWS_FULL = 1
BROKEN = 2
OTHER_BLOCK = 3
NO_TIME = -1

TCP = 6
UDP = 17
ICMP = 1
FIN = 1
SYN = 2
RST = 4
ACK = 16
UNLIMITED = 1 << 60
