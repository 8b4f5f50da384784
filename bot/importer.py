"""The texts are data: `data/<journey>/responses.yml` goes into the domain.

Rasa takes any file with a `responses:` key in the data folder for training data of the NLU, so
that a changed comma would train everything again. In the domain it changes only the sentences.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.utils.io import read_yaml_file

from bot.errors import WrongConfiguration
from wire.names import CHANNELS

FILE_NAME: Final = "responses.yml"


class JourneyImporter(RasaFileImporter):
    """Reads texts into the domain, and everything else as Rasa does."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        """Args: as Rasa gives them; every folder of the data is looked through for texts."""
        super().__init__(config_file, domain_path, training_data_paths)
        self._response_files = _response_files(training_data_paths)
        self._nlu_files = [path for path in self._nlu_files if Path(path).name != FILE_NAME]

    def get_domain(self) -> Domain:
        """Return the domain with every text in it.

        Raises:
            WrongConfiguration: a text stands in two files, or a channel's texts are ambiguous.
        """
        return super().get_domain().merge(Domain.from_dict({"responses": self._responses()}))

    def _responses(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for path in self._response_files:
            for name, variants in _read(path).items():
                if name in found:
                    raise WrongConfiguration(f"{path}: {name} has its text in another file already")
                _require_one_per_channel(path, name, variants)
                found[name] = variants
        return found


def _response_files(paths: list[str] | str | None) -> list[Path]:
    folders = [paths] if isinstance(paths, str) else paths or []
    return sorted(file for folder in folders for file in Path(folder).rglob(FILE_NAME))


def _read(path: Path) -> Mapping[str, list[dict[str, Any]]]:
    content = read_yaml_file(str(path)) or {}
    responses = content.get("responses", {}) if isinstance(content, Mapping) else None
    if not isinstance(responses, Mapping) or not all(
        isinstance(variants, list) for variants in responses.values()
    ):
        raise WrongConfiguration(f"{path}: 'responses' must name texts and list their versions")
    return responses


def _require_one_per_channel(path: Path, name: str, variants: Iterable[Mapping[str, Any]]) -> None:
    """Rasa picks by chance among several that fit; here one fits, and one fits everywhere."""
    seen: list[Any] = []
    for variant in variants:
        channel, condition = variant.get("channel"), variant.get("condition")
        if channel is not None and channel not in CHANNELS:
            raise WrongConfiguration(f"{path}: {name} names a channel that there is not: {channel}")
        if (channel, condition) in seen:
            raise WrongConfiguration(f"{path}: {name} has two versions for the same channel")
        seen.append((channel, condition))
    if (None, None) not in seen:
        raise WrongConfiguration(f"{path}: {name} needs a version without a channel")
