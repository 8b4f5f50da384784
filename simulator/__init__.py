"""The outside world for development: Twilio, phones and a mailbox, in one process.

It speaks Twilio's own protocol, so nothing else knows whether it is there.
"""
