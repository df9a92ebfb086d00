"""The blurred picture, and the clear one for exactly as long as a button is held; in grey, in memory only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from evidence_kit.errors import EvidenceError
from evidence_kit.records import Exhibit, ExhibitState
from ui import theme
from ui.desk import Desk
from ui.messages import show_error
from ui.presses import HoldButton
from ui.widgets import add, column, label
from ui.worker import Job

if TYPE_CHECKING:
    from evidence_kit.workflow.session import Session

MEMORY_LIMIT_MB = 1024
WIDEST = 1600
"""Pixels: a preview never needs more."""


def decode(picture: bytes) -> QImage:
    """A grey picture, at most :data:`WIDEST` wide. Null if the bytes are no picture that Qt can read."""
    buffer = QBuffer()
    buffer.setData(QByteArray(picture))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(MEMORY_LIMIT_MB)
    size = reader.size()
    if size.width() > WIDEST:
        reader.setScaledSize(QSize(WIDEST, max(1, size.height() * WIDEST // size.width())))
    return reader.read().convertToFormat(QImage.Format.Format_Grayscale8)


class HeldView(QWidget):
    """Lies over the window while the button is held; the wheel moves down a long page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._top = 0
        self.setAccessibleName(self.tr("Picture, shown while held"))
        self.hide()

    def open(self, image: QImage) -> None:
        """Cover the window and show the picture from its top."""
        self._image, self._top = image, 0
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect().adjusted(theme.XL, theme.XL, -theme.XL, -theme.XL))
        self.raise_()
        self.show()

    def drop(self) -> None:
        """Hide, and let the pixels go."""
        self.hide()
        self._image = QImage()

    def wheel(self, event: QWheelEvent) -> None:
        """Move by the wheel."""
        self._top = max(0, self._top - event.angleDelta().y())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Fit to width; a short picture is shown whole."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        if self._image.isNull():
            return
        width = min(self.width(), self._image.width())
        height = self._image.height() * width // self._image.width()
        self._top = min(self._top, max(0, height - self.height()))
        left = (self.width() - width) // 2
        scale = self._image.width() / width
        seen = min(height - self._top, self.height())
        target = (left, max(0, (self.height() - height) // 2), width, seen)
        source = (0, int(self._top * scale), self._image.width(), int(seen * scale))
        painter.drawImage(*target[:2], self._image.copy(*source).scaled(width, seen))


def framed(pixmap: QPixmap, width: int, height: int) -> QPixmap:
    """The picture, fitted in, with a thin line around it: most pages are as white as what they would lie on."""
    made = pixmap.scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    painter = QPainter(made)
    painter.setPen(QColor(theme.colours().edge))
    painter.drawRect(0, 0, made.width() - 1, made.height() - 1)
    painter.end()
    return made


class Preview(QWidget):
    """Blurred picture and the button to hold. The picture is fetched anew at each press and dropped at release."""

    looked = Signal()
    """A look was noted in the custody log."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._exhibit: Exhibit | None = None
        self._holding = False
        self._told = False
        self._view: HeldView | None = None
        self._job: Job | None = None
        box = column(self, gap=theme.S)
        self.picture = label("", wrap=False)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setFixedHeight(132)
        self.picture.setAccessibleName(self.tr("Blurred picture"))
        self.hold = HoldButton(self.tr("Show while held"))
        self.hold.setToolTip(self.tr("Press and hold, with the mouse or the space bar. Letting go hides it."))
        self.told = label(self.tr("Each look is noted in the history. That note stays with you."), "small")
        self.told.hide()
        add(box, self.picture, self.hold, self.told)
        self.hold.held.connect(self._on_held)
        self.hold.released_hold.connect(self._on_released)

    def put(self, exhibit: Exhibit | None, pixmap: QPixmap | None, *, has_picture: bool = False) -> None:
        """Another exhibit, or what is now known of it."""
        self._on_released()
        self._exhibit = exhibit
        may_show = has_picture and exhibit is not None and exhibit.state is ExhibitState.NORMAL
        self.hold.setVisible(may_show)
        self.told.setVisible(may_show and self._told)
        self.picture.setVisible(pixmap is not None)
        if pixmap is not None:
            self.picture.setPixmap(framed(pixmap, 320, 132))
        else:
            self.picture.clear()

    def _on_held(self) -> None:
        exhibit = self._exhibit
        if exhibit is None or self._holding:
            return
        self._holding = True
        self._told = True
        self.told.show()

        def work(session: Session, _progress: object, _cancel: object) -> tuple[str, QImage]:
            _media_type, data = session.reveal(exhibit.id)
            return exhibit.id, decode(data)

        self._job = job = self._desk.act("reveal", work)
        job.succeeded.connect(self._on_picture)
        job.failed.connect(self._on_failed)

    def _on_picture(self, found: tuple[str, QImage]) -> None:
        exhibit_id, image = found
        self.looked.emit()
        if not self._holding or self._exhibit is None or self._exhibit.id != exhibit_id:
            return
        if image.isNull():
            self._on_failed(EvidenceError(self.tr("This picture cannot be shown here. Its file is whole.")))
            return
        self._view = HeldView(self.window())
        self._view.open(image)

    def _on_failed(self, error: object) -> None:
        self._on_released()
        show_error(error, self.window())

    def _on_released(self) -> None:
        self._holding = False
        if self._job is not None:
            self._job.cancel()  # one that still waits for its turn is then no look, and none is noted
            self._job = None
        if self._view is not None:
            self._view.drop()
            self._view.deleteLater()
            self._view = None

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """The wheel over the held button moves the picture."""
        if self._view is not None:
            self._view.wheel(event)
        else:
            super().wheelEvent(event)
