"""The NHS.UK frontend among our static files: no outside address, whole, and made once."""

import re

import pytest

from kmportal.local import assets
from kmportal.local.assets import copy_assets, without_outside_addresses
from kmportal.local.errors import CannotStart


def test_the_files_name_nothing_outside_themselves(tmp_path):
    folder = copy_assets(tmp_path)
    assert folder == tmp_path / "vendor" / "nhsuk"
    assert sorted(path.name for path in folder.iterdir()) == [".made-from", "nhsuk.min.css", "nhsuk.min.js"]
    style, script = (folder / "nhsuk.min.css").read_text(), (folder / "nhsuk.min.js").read_text()
    assert re.findall(r"https?:|sourceMappingURL|@font-face|@import", style + script) == []
    assert ".nhsuk-button" in style
    assert re.search(r"export\s*\{[^}]*\binitAll\b", script)
    assert [path.name for path in tmp_path.iterdir()] == ["vendor"]


def test_a_second_run_leaves_them_and_an_old_copy_is_made_anew(tmp_path):
    style = copy_assets(tmp_path) / "nhsuk.min.css"
    first = style.stat()
    copy_assets(tmp_path)
    assert style.stat() == first
    (style.parent / ".made-from").write_text("an older package")
    style.write_text("old")
    copy_assets(tmp_path)
    assert style.stat().st_size == first.st_size


def test_a_missing_package_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "PACKAGE", "no-such-package")
    with pytest.raises(CannotStart, match="no-such-package is not installed"):
        copy_assets(tmp_path)


def test_source_maps_and_outside_fonts_go_and_all_else_stays():
    style = (
        "@font-face{font-family:A;src:url(https://fonts.example/a.woff2)}p{color:red}"
        "a{background:url(data:image/svg+xml;base64,AA==)}\n/*# sourceMappingURL=x.css.map */\n"
    )
    assert without_outside_addresses(style) == "p{color:red}a{background:url(data:image/svg+xml;base64,AA==)}\n"
    assert without_outside_addresses("run();\n//# sourceMappingURL=x.js.map") == "run();\n"


@pytest.mark.parametrize("style", ["p{background:url(/assets/tick.svg)}", '@import "other.css";', "a{b:url('//x/y')}"])
def test_a_stylesheet_that_needs_another_file_is_refused(style):
    with pytest.raises(CannotStart, match="names a file that is not copied"):
        without_outside_addresses(style)
