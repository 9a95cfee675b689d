"""The examples in docs/deploy, as far as they can be checked without running them."""

import re
import shutil
import subprocess

import pytest
import yaml
from django.conf import settings

DEPLOY = settings.BASE_DIR / "docs" / "deploy"
FOLDER = "/srv/reforms-site"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze")
def test_systemd_accepts_the_units_and_their_commands_exist(tmp_path):
    units = []
    for file in (DEPLOY / "systemd").rglob("*.*"):
        if file.is_file():
            copy = tmp_path / file.relative_to(DEPLOY / "systemd")
            copy.parent.mkdir(exist_ok=True)
            copy.write_text(file.read_text().replace(FOLDER, str(settings.BASE_DIR)))
            units += [copy] if copy.parent == tmp_path else []
    assert len(units) == 6
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units]
    done = subprocess.run(
        command, env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_services_can_write_data_but_not_code():
    settings_of_units = "\n".join(file.read_text() for file in (DEPLOY / "systemd").rglob("*") if file.is_file())
    assert "ProtectSystem=strict" in settings_of_units
    written = re.findall(r"^ReadWritePaths=(.+)$", settings_of_units, re.MULTILINE)
    assert sorted(written) == ["/srv/backups", f"{FOLDER}/var"]


def test_compose_builds_from_existing_files():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert services.keys() == {"web", "database", "cache"}
    build = services["web"]["build"]
    assert (DEPLOY / build["context"]).resolve() == settings.BASE_DIR
    recipe = (settings.BASE_DIR / build["dockerfile"]).read_text()
    copied = [line.split()[1:-1] for line in recipe.splitlines() if line.startswith("COPY ")]
    assert all((settings.BASE_DIR / name).exists() for names in copied for name in names)
    assert set(services["web"]["depends_on"]) == {"database", "cache"}
    images = [
        *re.findall(r"^FROM (.+)$", recipe, re.MULTILINE),
        *(one["image"] for one in services.values() if "image" in one),
    ]
    assert all(re.search(r":\d+\.\d+(\.\d+)?-|@sha256:", image) for image in images), images
