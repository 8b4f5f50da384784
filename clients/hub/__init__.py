"""The only client of the hub's API: where accounts, invitations and security codes live.

Contract: `docs/contracts.md` and `hub/openapi.yaml`. Typed in and out; whatever goes wrong is an
error of ours:

    ClientError
    ├── Unreachable        no answer in time, or one that says it cannot work just now
    ├── Refused            an answer that says no, without a reason of the contract (a wrong key)
    │   └── HubRefused     an answer that says no, with one (`Problem`) and its particulars
    └── Nonsense           an answer not of the agreed form; nothing in it is believed
"""

from clients.delivery import DeliveryReason, DeliveryState
from clients.hub.answers import (
    AppEnrolment,
    CodeDelivery,
    ContinueLink,
    Registration,
    RegistrationStatus,
    SentCode,
)
from clients.hub.client import HubClient
from clients.hub.port import Hub
from clients.hub.refusals import REFUSALS, Call, HubRefused
from clients.hub.words import (
    CodeFault,
    NumberFault,
    Problem,
    RegistrationState,
)

__all__ = [
    "REFUSALS",
    "AppEnrolment",
    "Call",
    "CodeDelivery",
    "CodeFault",
    "ContinueLink",
    "DeliveryReason",
    "DeliveryState",
    "Hub",
    "HubClient",
    "HubRefused",
    "NumberFault",
    "Problem",
    "Registration",
    "RegistrationState",
    "RegistrationStatus",
    "SentCode",
]
