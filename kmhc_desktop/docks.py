"""The docks beside the photos, folders and the adjust panel: in a narrow window one makes room for the other."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from kmhc_desktop.actions import Actions
from kmhc_desktop.queue.pane import QueuePane

_ROOMY = 1400  # pixels: enough for folders, photos, viewer and the adjust panel


class Docks(QObject):
    """The two docks.

    Args:
        window: Has them at its sides.
        actions: Those named "folders" and "adjust" show and hide them; "full_screen" ends that.
        folders: What is in the one.
        adjust: What is in the other.
        photos: The list of photos; on a small screen it makes room for the adjust panel.

    Attributes:
        folders: The dock on the side where one begins to read.
        adjust: The dock on the other side.
    """

    def __init__(
        self, window: QMainWindow, actions: Actions, folders: QWidget, adjust: QWidget, photos: QueuePane
    ) -> None:
        super().__init__(window)
        self._window, self._actions, self._photos = window, actions, photos
        self._gave_way = False  # the folders, for want of room
        self._photos_first = False  # where there is no room for both, the adjust panel makes it
        translate = QCoreApplication.translate
        start, end = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        if window.isRightToLeft():
            start, end = end, start
        self.folders = self._dock("folders", translate("MainWindow", "Folders"), folders, start)
        self.adjust = self._dock("adjust", translate("MainWindow", "Adjust"), adjust, end)
        self.adjust.hide()
        window.resizeDocks([self.folders], [230], Qt.Orientation.Horizontal)
        actions.on("folders", lambda: self._show_folders(actions["folders"].isChecked()))
        actions.on("adjust", lambda: self._show_adjust(actions["adjust"].isChecked()))
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Hide the folders when the window has become too narrow for them, until it is wide again."""
        if event.type() is QEvent.Type.Resize:
            self.leave_folders()
            needed = self._window.minimumSizeHint().width() + self.folders.sizeHint().width()
            if self._gave_way and self._window.width() >= needed and not self._window.isFullScreen():
                self._gave_way = False
                self.folders.show()
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):  # what shows may need more room now
            self._share_with_photos()
        return super().eventFilter(watched, event)

    def leave_folders(self) -> None:
        """Hide the folders where the photos need their room."""
        if self._cramped and not self.folders.isHidden():
            self._gave_way = True
            self.folders.hide()

    def bring_photos_back(self) -> None:
        """Show the list of photos: the full screen ends, and where both find no room the adjust panel makes it."""
        hidden = self._photos.isHidden()
        self._photos_first = True  # some systems give a window its size from before the full screen only later
        if self._window.isFullScreen():
            self._actions["full_screen"].trigger()
        self._share_with_photos()
        if hidden:
            self._photos.view.setFocus()

    def _dock(self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        dock.setWidget(content)
        self._window.addDockWidget(area, dock)
        dock.visibilityChanged.connect(lambda: self._actions[name].setChecked(not dock.isHidden()))
        return dock

    @property
    def _cramped(self) -> bool:
        """Whether there is less room than for all that is to show, the list of photos included."""
        hidden = self._photos.minimumWidth() if self._photos.isHidden() else 0
        return self._window.width() < self._window.minimumSizeHint().width() + hidden

    def _show_folders(self, shown: bool) -> None:
        self._gave_way = False
        self._show(self.folders, shown)
        if shown and self._cramped:
            self.adjust.hide()
        self._share_with_photos()

    def _show_adjust(self, shown: bool) -> None:
        self._photos_first = False
        self._show(self.adjust, shown)
        if self._window.width() < _ROOMY:
            self.folders.setVisible(not shown)
            self.leave_folders()
        self._share_with_photos()

    def _show(self, dock: QDockWidget, shown: bool) -> None:
        """Show or hide a dock; the focus goes back to the photos, not to the button of the tool bar that is next."""
        focus = self._window.focusWidget()
        if not shown and focus is not None and dock.isAncestorOf(focus):
            self._photos.setVisible(True)
            self._photos.view.setFocus()
        dock.setVisible(shown)

    def _share_with_photos(self) -> None:
        if self._window.isFullScreen():
            return
        if self._photos_first and self._cramped:
            self.adjust.hide()
        self._photos.setHidden(self._cramped and not self.adjust.isHidden())
