"""What this machine has and lacks for the job, each with the mend. No private value is read or shown."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from evidence_kit import paths, settings, system
from evidence_kit.canonical import JsonObject
from evidence_kit.capture.provenance import ask_clock
from evidence_kit.errors import EvidenceError
from evidence_kit.language import _
from evidence_kit.numbers import decimal
from evidence_kit.timestamp import authorities

LOW_DISK = 2 << 30
CLOCK_LIMIT_US = 1_000_000


@dataclass(frozen=True, slots=True)
class DoctorLine:
    """One finding: ``fine``, ``warning`` or ``missing``, with the mend in words."""

    check: str
    status: str
    detail: str
    mend: str = ""

    @property
    def name(self) -> str:
        """What was looked at, in words; ``check`` is its stable name."""
        return {
            "browser": _("browser"),
            "fonts": _("fonts"),
            "clock": _("clock"),
            "disk": _("disk"),
            "authorities": _("authorities"),
        }.get(self.check, self.check)

    def as_json(self) -> JsonObject:
        """The shape that scripts rely on (COMMANDS)."""
        return {"check": self.check, "status": self.status, "detail": self.detail, "mend": self.mend}


def _browser() -> DoctorLine:
    from evidence_kit.capture.host import BrowserHost

    chosen = settings.load().browser
    host = BrowserHost(Path(chosen) if chosen else None)
    try:
        about = host.about()
    except EvidenceError as exc:
        return DoctorLine("browser", "missing", exc.message, exc.hint)
    finally:
        host.close()
    return DoctorLine("browser", "fine", f"{about.get('name', '')} {about.get('version', '')}".strip())


def _fonts() -> DoctorLine:
    program = shutil.which("fc-list")
    if program is None:
        return DoctorLine("fonts", "fine", _("This system brings its fonts along."))
    lacking = [
        name
        for name, code in (("한국어", "ko"), ("中文", "zh"), ("العربية", "ar"))
        if not subprocess.run([program, f":lang={code}", "family"], capture_output=True, check=False).stdout
    ]
    if lacking:
        return DoctorLine(
            "fonts",
            "warning",
            _("No font for: {scripts}. Pages in them would show empty boxes.", scripts=", ".join(lacking)),
            _("Install the packages fonts-noto-core and fonts-noto-cjk."),
        )
    return DoctorLine("fonts", "fine", _("Latin, Korean, Chinese and Arabic text can be shown."))


def _clock() -> DoctorLine:
    measured = ask_clock()
    offset = measured.get("offset_us")
    if offset is None:
        return DoctorLine(
            "clock",
            "warning",
            _("No time server answered, so this machine's clock could not be compared."),
            _("Captures work all the same; their time is proven by the authorities."),
        )
    seconds = f"{decimal(f'{offset / 1_000_000:+.2f}')} s"
    if abs(offset) > CLOCK_LIMIT_US:
        return DoctorLine(
            "clock",
            "warning",
            _("This machine's clock is off by {seconds}.", seconds=seconds),
            _("Switch on automatic time in the system's settings."),
        )
    return DoctorLine("clock", "fine", _("This machine's clock is off by {seconds}.", seconds=seconds))


def _disk() -> DoctorLine:
    home = paths.home()
    try:
        free = system.free_bytes(home)
    except OSError:
        return DoctorLine("disk", "missing", _("This folder cannot be reached: {path}", path=home))
    room = _("{free} GB free where the vault lies.", free=decimal(f"{free / (1 << 30):.1f}"))
    if free < LOW_DISK:
        return DoctorLine("disk", "warning", room, _("Free some space before capturing long pages."))
    return DoctorLine("disk", "fine", room)


def _authorities() -> list[DoctorLine]:
    try:
        known = authorities.load()
    except EvidenceError as exc:
        return [DoctorLine("authorities", "missing", exc.message, exc.hint)]
    names = ", ".join(a.name for a in known.default)
    operators = {a.operator or a.name for a in known.default}
    if not known.default:
        return [
            DoctorLine("authorities", "missing", _("No time-stamping authority is set."), _("Mend authorities.toml."))
        ]
    if len(operators) < 2:  # noqa: PLR2004 - two operators: DOMAIN TSA-08
        return [
            DoctorLine(
                "authorities",
                "warning",
                _("Only one operator is asked: {names}", names=names),
                _("Add a second one, so that not all trust lies in one place."),
            )
        ]
    return [DoctorLine("authorities", "fine", names)]


def run() -> list[DoctorLine]:
    """Every check once. The browser is started; time servers are asked if the settings allow."""
    found = [_browser(), _fonts(), _disk(), *_authorities()]
    if settings.load().ask_clock:
        found.insert(2, _clock())
    return found
