"""The language of the window: the system's, or the one that was chosen."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from kmhc_engine import resources


def use_language(application: QApplication, language: str) -> None:
    """Install the translations.

    Args:
        application: The application.
        language: A code such as "de", or empty for the system's.
    """
    locale = QLocale(language) if language else QLocale.system()
    QLocale.setDefault(locale)
    for old in application.findChildren(QTranslator):
        QCoreApplication.removeTranslator(old)
        old.deleteLater()
    own, qt = QTranslator(application), QTranslator(application)
    if qt.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        QCoreApplication.installTranslator(qt)
    folder = str(resources.folder() / "translations")
    if own.load(locale, "kmhc", "_", folder) or own.load(QLocale("en"), "kmhc", "_", folder):  # English has its plurals
        QCoreApplication.installTranslator(own)
    application.setLayoutDirection(locale.textDirection())
