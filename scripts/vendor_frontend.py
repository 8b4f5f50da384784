"""Copy GOV.UK Frontend's compiled styles and script into the hub, less what others may not use.

The crown, the crest and the GDS Transport font belong to GOV.UK services only; they are taken out.
Run it after raising VERSION to the one that govuk-frontend-jinja's templates are made for.
"""

import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "6.3.0"
TARGET = Path(__file__).parent.parent / "hub" / "content" / "static"
FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,arial,sans-serif'


def styles(css: str) -> str:
    """Return the styles without the font and the crest."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(r"font-family:GDS Transport,arial,sans-serif", f"font-family:{FONTS}", css)
    css = re.sub(r"/\*# sourceMappingURL=[^*]*\*/", "", css)
    css = re.sub(r"[^{}]*\{[^{}]*govuk-crest\.svg[^{}]*\}", "", css)
    for unwanted in ("GDS Transport", "crest.svg", "/assets/"):
        if unwanted in css:
            raise SystemExit(f"{unwanted} is still in the styles")
    return css


def main() -> None:
    """Fetch the package and write the two files."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", f"govuk-frontend@{VERSION}", "--silent"], cwd=folder, check=True
        )
        [archive] = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as package:
            package.extractall(folder, filter="data")
        compiled = Path(folder) / "package" / "dist" / "govuk"
        css = (compiled / "govuk-frontend.min.css").read_text()
        script = (compiled / "govuk-frontend.min.js").read_text()
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "govuk-frontend.min.css").write_text(styles(css))
    script = re.sub(r"//# sourceMappingURL=.*\s*", "", script)
    (TARGET / "govuk-frontend.min.js").write_text(script)
    print(f"GOV.UK Frontend {VERSION} is in {TARGET.name}/.")


if __name__ == "__main__":
    main()
