"""Where things lie: resources beside the program, settings and the default vault in the home of the user.

``EVIDENCE_KIT_HOME`` moves all of it into one folder (portable mode); nothing is written elsewhere then.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """A file or folder that is shipped with the program, also when it is frozen into a bundle."""
    bundle = getattr(sys, "_MEIPASS", None)
    base = Path(bundle) if bundle else Path(__file__).resolve().parent.parent
    if not bundle and not (base / "resources").is_dir():  # installed as a wheel
        base = Path(sys.prefix) / "share" / "evidence-kit"
    return base.joinpath("resources", *parts)


def home() -> Path:
    """The folder for settings and data; not made here."""
    asked = os.environ.get("EVIDENCE_KIT_HOME")
    if asked:
        return Path(asked).expanduser().absolute()
    import platformdirs  # not needed in portable mode, and the window starts sooner without

    return Path(platformdirs.user_data_dir("EvidenceKit", appauthor=False, roaming=False))


def default_vault() -> Path:
    """The vault that is used when none is named."""
    return home() / "vault"


def authorities_overlay() -> Path:
    """The user's own list of authorities, laid over the shipped one."""
    return home() / "authorities.toml"


def settings_file() -> Path:
    """Settings that are not evidence: language, text size, browser choice."""
    return home() / "settings.toml"
