"""`python -m bot`: serve. `python -m bot train`: make the model, if what it is made of changed."""

import importlib
import sys

from bot import logs, settings
from bot.errors import BotError


def preload() -> None:
    """Import what is slow to import late.

    At its import skops, which reads the classifier, looks for 765 names in every module that is
    loaded: 1.5 s now, 9 s once TensorFlow is there.
    """
    importlib.import_module("skops.io")


def main(arguments: list[str]) -> int:
    """Run a command and return the exit status."""
    sys.dont_write_bytecode = False  # Rasa's 10,000 modules take 17 s to compile at every start
    settings.quieten_libraries()
    try:
        if arguments == ["train"]:
            from bot import training

            return training.main()
        if arguments:
            sys.stderr.write("usage: python -m bot [train]\n")
            return 2
        read = settings.load()
        logs.configure(read.log_level)
        preload()
        from bot import server

        server.run(read)
    except BotError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
