"""What the web chat needs of storage: its sessions, its view of the log, its wake-ups."""
