"""The 56 ways in which a registration goes wrong, each walked through the running product."""
