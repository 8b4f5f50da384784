"""Stand-ins for the outside world that tests hold in their hands."""
