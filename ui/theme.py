"""Colours, spaces and sizes in one place: light and dark follow the system, nothing is red, contrast is AA.

Screens name what a thing is (a role), never how it looks.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from evidence_kit import paths

XS, S, M, L, XL = 4, 8, 16, 24, 40
"""Spaces, in device-independent pixels."""
MIN_POINTS = 10.5
"""The smallest size of running text; a larger system size is kept."""
TITLE, HEADING, SMALL = 1.75, 1.25, 0.92
"""Type scale, relative to running text."""
RADIUS = 6


@dataclass(frozen=True, slots=True)
class Colours:
    """``quiet`` is second-rank text; ``edge`` outlines fields (3:1), ``line`` only separates."""

    name: str
    ground: str
    surface: str
    sunken: str
    line: str
    edge: str
    ink: str
    quiet: str
    accent: str
    accent_hover: str
    accent_ink: str
    chosen: str
    grip: str
    note: str
    note_ink: str


LIGHT = Colours(
    name="light",
    ground="#F5F4F1",
    surface="#FFFFFF",
    sunken="#ECEAE5",
    line="#DEDBD4",
    edge="#87857E",
    ink="#24272B",
    quiet="#5A6067",
    accent="#2B6265",
    accent_hover="#22504F",
    accent_ink="#FFFFFF",
    chosen="#DDEBEA",
    grip="#C4C0B6",
    note="#F3EAD8",
    note_ink="#493D24",
)
DARK = Colours(
    name="dark",
    ground="#1B1E21",
    surface="#24282C",
    sunken="#15181A",
    line="#363C42",
    edge="#7C858D",
    ink="#E7E7E5",
    quiet="#ABB2B9",
    accent="#8CC8C3",
    accent_hover="#A6D8D3",
    accent_ink="#0F2322",
    chosen="#2C4041",
    grip="#4C545C",
    note="#3A3427",
    note_ink="#F0E4C8",
)


def is_dark() -> bool:
    """Whether the system asks for a dark look."""
    hints = QApplication.styleHints()
    return hints.colorScheme() is Qt.ColorScheme.Dark


def colours() -> Colours:
    """The colours in use."""
    return DARK if is_dark() else LIGHT


def points(scale: float = 1.0) -> float:
    """A text size in points."""
    app = QApplication.instance()
    base = app.property("basePoints") if app is not None else None
    return round(float(base or MIN_POINTS) * scale, 1)


def font(scale: float = 1.0, *, bold: bool = False) -> QFont:
    """The running font at another size."""
    made = QFont(QApplication.font())
    made.setPointSizeF(points(scale))
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def mono(scale: float = 1.0) -> QFont:
    """A font in which letters and digits cannot be mistaken for one another."""
    made = QFont(["Cascadia Mono", "SF Mono", "Menlo", "DejaVu Sans Mono", "monospace"])
    made.setStyleHint(QFont.StyleHint.Monospace)
    made.setPointSizeF(points(scale))
    return made


def palette(c: Colours) -> QPalette:
    """The same colours for what Qt paints itself."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, c.ground),
        (role.WindowText, c.ink),
        (role.Base, c.surface),
        (role.AlternateBase, c.sunken),
        (role.Text, c.ink),
        (role.Button, c.surface),
        (role.ButtonText, c.ink),
        (role.BrightText, c.ink),
        (role.ToolTipBase, c.surface),
        (role.ToolTipText, c.ink),
        (role.PlaceholderText, c.quiet),
        (role.Highlight, c.chosen),
        (role.HighlightedText, c.ink),
        (role.Link, c.accent),
        (role.Accent, c.accent),
    ):
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(c.edge))
    return made


def stylesheet(c: Colours) -> str:
    """One sheet for the whole window."""
    base = points()
    tick = paths.resource("icons", f"tick-{c.name}.svg").as_posix()
    return f"""
    QWidget {{ color: {c.ink}; font-size: {base}pt; }}
    QMainWindow, QDialog, QMessageBox {{ background: {c.ground}; }}
    QDialog {{ border: 1px solid {c.line}; }}
    QLabel {{ background: transparent; }}
    QLabel[role="title"] {{ font-size: {points(TITLE)}pt; font-weight: 600; }}
    QLabel[role="heading"] {{ font-size: {points(HEADING)}pt; font-weight: 600; }}
    QLabel[role="label"] {{ font-weight: 600; }}
    QLabel[role="quiet"] {{ color: {c.quiet}; }}
    QLabel[role="small"] {{ color: {c.quiet}; font-size: {points(SMALL)}pt; }}
    QFrame[role="card"] {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: {RADIUS + 2}px; }}
    QFrame[role="note"] {{ background: {c.note}; border: none; border-radius: {RADIUS}px; }}
    QFrame[role="note"] QLabel {{ color: {c.note_ink}; }}
    QFrame[role="done"] {{ background: {c.chosen}; border: none; border-radius: {RADIUS}px; }}
    QFrame[role="side"] {{ background: {c.sunken}; border: none; }}
    QFrame[role="pane"] {{ background: {c.surface}; border: none; border-left: 1px solid {c.line}; }}
    QFrame[role="line"] {{ background: {c.line}; border: none; max-height: 1px; min-height: 1px; }}
    QFrame[role="drop"] {{ background: {c.surface}; border: 2px dashed {c.edge}; border-radius: {RADIUS + 2}px; }}

    QPushButton {{ background: {c.surface}; border: 1px solid {c.edge}; border-radius: {RADIUS}px;
        padding: 6px 14px; min-height: 20px; }}
    QPushButton:hover {{ background: {c.chosen}; }}
    QPushButton:focus {{ border: 2px solid {c.accent}; padding: 5px 13px; }}
    QPushButton:disabled {{ color: {c.edge}; border-color: {c.line}; background: transparent; }}
    QPushButton[role="main"] {{ background: {c.accent}; color: {c.accent_ink}; border: 1px solid {c.accent};
        font-weight: 600; padding: 6px 20px; }}
    QPushButton[role="main"]:hover {{ background: {c.accent_hover}; }}
    QPushButton[role="main"]:focus {{ border: 2px solid {c.ink}; padding: 5px 19px; }}
    QPushButton[role="main"]:disabled {{ background: {c.line}; color: {c.quiet}; border-color: {c.line}; }}
    QPushButton[role="plain"] {{ background: transparent; border: 1px solid transparent; color: {c.accent};
        text-align: left; padding: 6px 8px; }}
    QPushButton[role="plain"]:hover {{ background: {c.chosen}; }}
    QPushButton[role="plain"]:focus {{ border: 2px solid {c.accent}; padding: 5px 7px; }}
    QPushButton[role="plain"]:disabled {{ color: {c.edge}; }}
    QPushButton[role="link"] {{ background: transparent; border: none; border-bottom: 1px solid transparent;
        color: {c.accent}; text-align: left; padding: 3px 0; border-radius: 0; }}
    QPushButton[role="link"]:hover, QPushButton[role="link"]:focus {{ border-bottom: 1px solid {c.accent}; }}
    QPushButton[role="choice"] {{ text-align: left; background: {c.surface}; border: 1px solid {c.edge};
        border-radius: {RADIUS + 2}px; padding: 0; }}
    QPushButton[role="choice"]:hover {{ background: {c.chosen}; border-color: {c.accent}; }}
    QPushButton[role="choice"]:focus {{ border: 2px solid {c.accent}; }}
    QPushButton[role="choice"]:checked {{ background: {c.chosen}; border: 2px solid {c.accent}; }}

    QLineEdit, QPlainTextEdit, QTextEdit {{ background: {c.surface}; border: 1px solid {c.edge};
        border-radius: {RADIUS}px; padding: 6px 9px; min-height: 20px; selection-background-color: {c.accent};
        selection-color: {c.accent_ink}; }}
    QLineEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {c.accent}; padding: 5px 8px; }}
    QLineEdit:read-only {{ background: {c.ground}; }}
    QLineEdit:disabled {{ color: {c.quiet}; background: {c.ground}; border-color: {c.line}; }}
    QCheckBox, QRadioButton {{ spacing: {S}px; padding: 3px; border: 1px solid transparent; border-radius: 4px; }}
    QCheckBox::indicator, QRadioButton::indicator, QListView::indicator {{ width: 15px; height: 15px;
        background: {c.surface}; border: 1px solid {c.edge}; border-radius: 3px; }}
    QRadioButton::indicator {{ border-radius: 8px; }}
    QCheckBox::indicator:checked, QListView::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
        image: url({tick}); }}
    QRadioButton::indicator:checked {{ border-color: {c.accent}; background: qradialgradient(cx: 0.5, cy: 0.5,
        radius: 0.5, fx: 0.5, fy: 0.5, stop: 0 {c.accent}, stop: 0.55 {c.accent}, stop: 0.6 {c.surface},
        stop: 1 {c.surface}); }}
    QCheckBox:focus, QRadioButton:focus {{ border: 1px solid {c.accent}; }}

    QListView, QTextBrowser {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: {RADIUS}px;
        outline: 0; }}
    QListView:focus, QTextBrowser:focus {{ border: 1px solid {c.accent}; }}
    QListView[rows="true"]:focus {{ border: 1px solid {c.line}; }}
    QListView[role="bare"], QListView[role="bare"]:focus {{ background: transparent; border: 1px solid transparent; }}
    QListView::item {{ padding: 7px 8px; border-radius: {RADIUS}px; color: {c.ink}; }}
    QListView::item:selected {{ background: {c.chosen}; color: {c.ink}; }}
    QListView::item:disabled {{ color: {c.quiet}; }}
    QListView::item:hover:!selected {{ background: {c.ground}; }}

    QTabWidget::pane {{ border: none; border-top: 1px solid {c.line}; }}
    QTabBar {{ qproperty-drawBase: 0; }}
    QTabBar::tab {{ background: transparent; padding: 7px 7px; border: none; border-bottom: 2px solid transparent;
        color: {c.quiet}; }}
    QTabBar::tab:selected {{ color: {c.ink}; border-bottom: 2px solid {c.accent}; }}
    QTabBar:focus {{ outline: 0; }}
    QTabBar::tab:selected:focus {{ color: {c.accent}; background: {c.chosen}; }}

    QProgressBar {{ background: {c.line}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 2px; }}
    QScrollArea {{ background: transparent; border: 1px solid transparent; border-radius: {RADIUS}px; }}
    QScrollArea:focus {{ border: 1px solid {c.accent}; }}
    QScrollArea > QWidget > QWidget[role="scrolled"] {{ background: transparent; }}
    QScrollBar:vertical {{ background: transparent; width: 11px; margin: 2px; }}
    QScrollBar::handle:vertical {{ background: {c.grip}; border-radius: 3px; min-height: 28px; }}
    QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 2px; }}
    QScrollBar::handle:horizontal {{ background: {c.grip}; border-radius: 3px; min-width: 28px; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: none; border: none; width: 0; height: 0; }}
    QSplitter::handle {{ background: {c.line}; }}
    QMenuBar {{ background: {c.sunken}; padding: 2px; }}
    QMenuBar::item {{ padding: 4px 10px; background: transparent; border-radius: 4px; }}
    QMenuBar::item:selected {{ background: {c.chosen}; }}
    QMenu {{ background: {c.surface}; border: 1px solid {c.line}; padding: 4px; }}
    QMenu::item {{ padding: 6px 24px 6px 16px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {c.chosen}; }}
    QMenu::item:disabled {{ color: {c.edge}; }}
    QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 8px; }}
    QToolTip {{ background: {c.surface}; color: {c.ink}; border: 1px solid {c.edge}; padding: 4px 6px; }}
    """


def icon(name: str, colour: str | None = None) -> QIcon:
    """A shipped drawing in the colour of the text. Empty if it is not there: a button then has only its words."""
    path = paths.resource("icons", f"{name}.svg")
    if not path.is_file():
        return QIcon()
    drawn = path.read_text(encoding="utf-8").replace("currentColor", colour or colours().ink)
    pixmap = QPixmap()
    pixmap.loadFromData(drawn.encode(), "SVG")
    return QIcon(pixmap)


class Theme(QObject):
    """Keeps the window in the look that the system asks for."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        if app.property("basePoints") is None:
            app.setProperty("basePoints", max(app.font().pointSizeF(), MIN_POINTS))
        app.styleHints().colorSchemeChanged.connect(self.apply)
        self.apply()

    @Slot()
    def apply(self) -> None:
        """Put the colours in use on everything."""
        chosen = colours()
        self._app.setPalette(palette(chosen))
        self._app.setFont(font())
        self._app.setStyleSheet(stylesheet(chosen))
