"""Finding the browser and starting it so that it asks nobody, remembers nothing and writes no page to the disk.

Playwright's own switches stay except two: ``--disable-dev-shm-usage`` moves shared memory, and pages with it, to the
temp folder; ``--disable-popup-blocking`` lets a page open windows that nobody asked for. No stealth, no false user
agent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, Playwright
from playwright.async_api import Error as PlaywrightError

from evidence_kit import system
from evidence_kit.errors import BrowserMissing
from evidence_kit.language import _

SHARED_MEMORY_ON_DISK = "--disable-dev-shm-usage"
WINDOWS_UNASKED = "--disable-popup-blocking"
NO_PRINT_VIEW = "--disable-print-preview"
"""Else a page that wants to be printed holds the printing, and our PDF of it fails. Nothing is ever printed."""
_DEBIAN_PROGRAM = Path("/usr/lib/chromium/chromium")

# The first lines are what Playwright disables itself: a later --disable-features replaces an earlier one.
_DISABLED_FEATURES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
    "AutofillServerCommunication",
    "CertificateTransparencyComponentUpdater",
    "DialMediaRouteProvider",
    "InterestFeedContentSuggestions",
    "LoadingPredictorUseOptimizationGuide",
    "OptimizationGuideModelDownloading",
    "OptimizationGuideOnDeviceModel",
    "Prerender2",
    "PreloadTopChromeWebUI",
    "Translate",
    "WebUIOmniboxPopup",  # pages of the browser's own for an address bar that nobody sees, made anew for each window
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
)

# The first two are what Playwright enables itself: a later --enable-features replaces an earlier one. The third lets
# the browser begin none of what a page wishes to be asked for ahead (speculation rules): it keeps those answers itself,
# so that no record could hold them. A browser that does not know it asks; then the record names what was asked.
_SCHEDULER = "kPrefetchSchedulerTestingActiveSetSizeLimitFor"
_ENABLED_FEATURES = (
    "CDPScreenshotNewSurface",
    "SkipListAccountsWithoutGaiaCookies",
    f"PrefetchSchedulerTesting:{_SCHEDULER}Base/0/{_SCHEDULER}Burst/0",
)

_ARGUMENTS = (
    "--disable-client-side-phishing-detection",
    "--safebrowsing-disable-auto-update",
    "--disable-crash-reporter",
    "--disable-domain-reliability",
    "--disable-gpu-shader-disk-cache",
    "--disk-cache-size=1",
    "--dns-prefetch-disable",
    "--no-pings",
    "--media-router=0",
)


def launch_arguments(extra_ca_spki: Sequence[str] = ()) -> list[str]:
    """Our switches, beside Playwright's own."""
    features = [
        f"--disable-features={','.join(_DISABLED_FEATURES)}",
        f"--enable-features={','.join(_ENABLED_FEATURES)}",
    ]
    arguments = [*_ARGUMENTS, *features]
    if extra_ca_spki:
        arguments.append(f"--ignore-certificate-errors-spki-list={','.join(extra_ca_spki)}")
    return arguments


def real_program(program: Path) -> Path:
    """The browser behind Debian's start script, which adds extensions and may put shared memory on the disk."""
    try:
        with program.open("rb") as handle:
            script = handle.read(2) == b"#!"
    except OSError:
        return program
    if script and program.name in {"chromium", "chromium-browser"} and _DEBIAN_PROGRAM.is_file():
        return _DEBIAN_PROGRAM
    return program


def find_browser(program: Path | None, playwright: Playwright | None = None) -> tuple[str, Path]:
    """Name and program of the browser to use: the given one, the machine's, else Playwright's own.

    Raises BrowserMissing.
    """
    if program:
        if program.is_file():
            return program.stem, real_program(program)
        raise BrowserMissing(
            _("The browser named in the settings is not there: {program}", program=program),
            hint=_("Remove that setting, or put in the path of Edge, Chrome or Chromium."),
        )
    for name, found in system.browser_candidates():
        return name, real_program(found)
    own = Path(playwright.chromium.executable_path) if playwright else None
    if own and own.is_file():
        return "Chromium (Playwright)", own
    raise BrowserMissing(
        _("No browser was found on this computer."),
        hint=_("Install Microsoft Edge, Google Chrome or Chromium, or run: playwright install chromium"),
    )


async def launch(
    playwright: Playwright, program: Path | None, extra_ca_spki: Sequence[str] = (), *, visible: bool = False
) -> Browser:
    """Start the browser, without a window unless ``visible``. Raises BrowserMissing."""
    _name, found = find_browser(program, playwright)
    try:
        return await playwright.chromium.launch(
            executable_path=str(found),
            headless=not visible,
            chromium_sandbox=not system.is_superuser(),
            ignore_default_args=[SHARED_MEMORY_ON_DISK, WINDOWS_UNASKED],
            args=[*launch_arguments(extra_ca_spki), *([] if visible else [NO_PRINT_VIEW])],
            env=system.browser_environment(),
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=60_000,
        )
    except PlaywrightError as exc:
        raise BrowserMissing(
            _("The browser was found but would not start: {program}", program=found),
            hint=_("Start it once by hand, or choose another browser in the settings."),
        ) from exc
