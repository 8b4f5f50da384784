"""Stock Rasa with its own Twilio channel; run in the Rasa environment.

One thing is changed: its Twilio client talks to `TWILIO_API_BASE_URL`; Rasa has no setting for it.
"""

import os
import sys

from rasa.__main__ import main
from rasa.core.channels import twilio

_init = twilio.TwilioOutput.__init__


def _init_with_base_url(self, *arguments, **keywords):
    _init(self, *arguments, **keywords)
    self.api.base_url = os.environ["TWILIO_API_BASE_URL"]


twilio.TwilioOutput.__init__ = _init_with_base_url

if __name__ == "__main__":
    sys.argv[0] = "rasa"
    main()
