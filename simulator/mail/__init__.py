"""A mail server that keeps everything and a mailbox to read it in."""
