"""Settings that are no evidence: no titles, no addresses, no paths of cases ever stand here (DOMAIN SAFE-03)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from evidence_kit import paths, system
from evidence_kit.errors import SettingsError
from evidence_kit.language import _


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person may choose. Every field has a default that works."""

    language: str = ""
    """``fr``, ``en`` or empty for the system's."""
    browser: str = ""
    """Path of the browser to use, or empty to find one."""
    load_seconds: int = 30
    """How long a page may take to load before the capture goes on without its end."""
    page_seconds: int = 240
    """How long a whole capture may take."""
    ask_clock: bool = True
    """Whether time servers are asked for the offset of this machine's clock."""
    ask_dns: bool = True
    """Whether the name of the site is looked up separately."""
    host_pause_seconds: int = -1
    """In a list: seconds between two loads from one site. -1 = one second, none on this computer itself."""
    lock_minutes: int = 10
    """The window locks after so many minutes without use; 0 = never."""


def load(path: Path | None = None) -> Settings:
    """Read the settings; defaults where there is no file. Raises :class:`SettingsError` if it cannot be understood."""
    path = path or paths.settings_file()
    try:
        text = path.read_text(encoding="utf-8")
        import tomllib  # here and below: most starts find no file, and the window should stand soon

        raw = tomllib.loads(text)
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as exc:
        raise SettingsError(
            _("The settings file cannot be read: {path}", path=path),
            hint=_("Mend or remove that file; nothing else depends on it."),
        ) from exc
    known = {f.name: f for f in fields(Settings)}
    values = {k: v for k, v in raw.items() if k in known and type(v) is type(getattr(Settings(), k))}
    return replace(Settings(), **values)


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the settings whole or not at all."""
    path = path or paths.settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    import tomli_w

    system.write_atomic(path, tomli_w.dumps(asdict(settings)).encode())
