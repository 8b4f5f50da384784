"""`python -m hub`: the hub from the command line."""

from hub.cli import main

main(prog_name="python -m hub")
