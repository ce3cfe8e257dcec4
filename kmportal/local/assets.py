"""Copy the NHS.UK frontend out of its installed package into the static files, with nothing that leads elsewhere.

The package carries the stylesheet and the script that the NHS publishes under the MIT licence. As shipped, they name
source maps that are not there and fonts on another host: Django's manifest refuses the first, and the second would
tell that host who reads the portal. The fonts and the NHS logo have licences of their own, so neither is copied.
"""

import hashlib
import re
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from kmportal.local.errors import CannotStart
from kmportal.local.places import DATA_DIR

PACKAGE = "wagtail-nhsuk-frontend"
# What is copied, by the shape of its path in the package -> its name among our static files.
FILES = {
    re.compile(r".*/static/.*/nhsuk-frontend-[\d.]+\.min\.css"): "nhsuk.min.css",
    re.compile(r".*/static/.*/nhsuk-frontend-[\d.]+\.min\.js"): "nhsuk.min.js",
}
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/|^//# sourceMappingURL=.*$", re.MULTILINE)
EXTERNAL_FONT = re.compile(r"@font-face\s*\{[^}]*url\(\s*[\"']?(?:https?:)?//[^}]*\}")
ADDRESS = re.compile(r"url\(\s*[\"']?(?!data:|#)([^)\"']+)|@import\s+([^;]+)")
STAMP = ".made-from"  # collectstatic passes over dot files


def without_outside_addresses(text: str) -> str:
    """Return a stylesheet or script without its source map and its fonts on other hosts.

    Raises CannotStart where a stylesheet still names another file, because none is copied beside it.
    """
    text = EXTERNAL_FONT.sub("", SOURCE_MAP.sub("", text)).rstrip() + "\n"
    if left := ADDRESS.search(text):
        raise CannotStart(f"The NHS.UK stylesheet names a file that is not copied: {left.group(0)!r}")
    return text


def copy_assets(data_dir: Path = DATA_DIR) -> Path:
    """Make `vendor/nhsuk/` in the data directory, unless it is there from the same package; return it.

    The folder appears whole or not at all, also where two processes make it at once. Raises CannotStart.
    """
    try:
        package = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        raise CannotStart(f"The package {PACKAGE} is not installed. Run `make setup` again.") from None
    made_from = f"{PACKAGE} {package.version} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}\n"
    folder = data_dir / "vendor" / "nhsuk"
    if _read(folder / STAMP) == made_from:
        return folder

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data_dir, prefix="nhsuk-") as fresh_name:
        fresh = Path(fresh_name) / "nhsuk"
        fresh.mkdir()
        for shape, name in FILES.items():
            (fresh / name).write_text(without_outside_addresses(_source(package, shape)), encoding="utf-8")
        (fresh / STAMP).write_text(made_from, encoding="utf-8")
        try:
            shutil.rmtree(folder, ignore_errors=True)
            fresh.rename(folder)
        except OSError:
            # Another process has put the same files there in the meantime.
            if _read(folder / STAMP) != made_from:
                raise
    return folder


def _source(package: metadata.Distribution, shape: re.Pattern[str]) -> str:
    found = [path for path in package.files or [] if shape.fullmatch(path.as_posix())]
    if len(found) != 1:
        raise CannotStart(f"{PACKAGE} {package.version} has {len(found)} files like {shape.pattern}, not one.")
    return Path(str(found[0].locate())).read_text(encoding="utf-8")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    try:
        print(copy_assets())
    except CannotStart as error:
        sys.exit(str(error))
