"""What Prometheus can see of the messaging service. No label holds a number, a text or an id."""

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)

RECEIVED = Counter("messaging_texts_received", "Texts, by what became of them", ["receipt"])
REPEATED = Counter(
    "messaging_webhooks_repeated", "Webhooks that the carrier said it was sending again"
)
FORGED = Counter("messaging_webhooks_refused", "Webhooks with no valid signature")
ACKNOWLEDGED = Histogram(
    "messaging_acknowledgement_seconds",
    "From a carrier's webhook to our answer",
    ["door"],
    buckets=_FAST,
)
TURNS = Counter("messaging_turns", "Turns that came to an end", ["state"])
POSTPONED = Counter("messaging_turns_postponed", "Turns put off since a neighbour failed")
TURN_WAIT = Histogram(
    "messaging_turn_wait_seconds", "From a message to the start of its turn", buckets=_SLOW
)
TURN_TIME = Histogram("messaging_turn_seconds", "From start to end of a turn", buckets=_FAST)
SENDS = Counter("messaging_sends", "Tries to send a text", ["outcome"])
SEGMENTS = Counter(
    "messaging_segments_sent", "Segments accepted by the carrier: they cost", ["purpose", "journey"]
)
NEWS = Counter("messaging_status_callbacks", "Status callbacks", ["state", "news"])
NEWS_LAG = Histogram(
    "messaging_status_lag_seconds", "From acceptance to a status callback", buckets=_SLOW
)
REFUSED = Counter("messaging_texts_refused", "Texts not taken for sending", ["reason"])
HANDOFFS = Counter("messaging_handoffs", "Requests for a person", ["reason", "urgent"])
CASES = Counter("messaging_cases", "Conversations passed on to people", ["reason", "urgent"])
MOVES = Counter("messaging_switchboard_moves", "Who has a conversation", ["before", "after"])
FIRST_REPLY = Histogram(
    "messaging_first_reply_seconds",
    "Opening time from passing on to a person's first reply",
    buckets=(60, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 57600),
)
RELAYED = Counter("messaging_relays", "Messages to and from the helpdesk", ["direction", "outcome"])
SWITCHBOARD = Gauge("messaging_switchboard", "Conversations by who has them", ["state"])
RELAYS_WAITING = Gauge(
    "messaging_relays_waiting", "Messages to or from the helpdesk that wait", ["direction"]
)
RECONCILED = Counter(
    "messaging_texts_reconciled", "Texts found in the carrier's list that never arrived"
)

STREAMS = Gauge("messaging_chat_streams", "Open streams and waiting polls of the web chat")
WAITING = Gauge("messaging_waiting", "What waits", ["what"])
OLDEST = Gauge("messaging_oldest_waiting_seconds", "How long the oldest has waited", ["what"])
DEAD = Gauge("messaging_dead_letters", "What nobody will try again by itself", ["what"])
SPOOLED = Gauge("messaging_spool_records", "Records in the spool", ["state"])
PEOPLE_WANTED = Gauge(
    "messaging_people_wanted", "Requests for a person that nobody has taken up", ["reason"]
)
SENDING_OFF = Gauge("messaging_sending_off", "1 while sending is switched off")
