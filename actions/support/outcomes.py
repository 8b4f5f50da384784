"""Which response answers what belongs to no journey."""

from collections.abc import Mapping
from typing import Final

from actions.core.lines import Line
from wire.names import SMS, WEBCHAT

OPT_OUT: Final[Mapping[str, Line]] = {
    SMS: Line(response="utter_support_opt_out_sms", closes=True),
    WEBCHAT: Line(response="utter_support_opt_out_webchat", closes=True),
}
CHILD: Final = Line(response="utter_guidance_child")
STOPPED: Final = Line(response="utter_support_nothing_to_stop")

LADDER: Final[Mapping[bool, Line]] = {
    False: Line(response="utter_core_not_understood", is_miss=True),
    True: Line(
        response="utter_core_options",
        again="utter_core_options_again",
        is_miss=True,
        offers_person=True,
    ),
}
"""By whether there was a failed try before."""

LADDER_IN_FORM: Final[Mapping[bool, Line]] = {
    False: Line(response="utter_core_not_understood_in_form", is_miss=True),
    True: Line(
        response="utter_core_options_in_form",
        again="utter_core_options_in_form_again",
        is_miss=True,
        offers_person=True,
    ),
}
