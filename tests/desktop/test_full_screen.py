def test_full_screen_gives_back_what_was_there_and_does_not_outlive_the_window(loaded, start) -> None:
    window = loaded.window
    window.resize(1300, 700)
    window.actions_["folders"].trigger()
    window.actions_["full_screen"].trigger()
    assert not window.pane.isVisible()
    window.actions_["full_screen"].trigger()
    assert window.pane.isVisible()
    assert not window._docks.folders.isVisible()
    window.actions_["full_screen"].trigger()
    window.close()
    again = start().window
    assert not again.isFullScreen()
    assert again._tools.isVisible()


def test_after_the_full_screen_a_window_is_maximised_if_it_was(loaded) -> None:
    window, full_screen = loaded.window, loaded.window.actions_["full_screen"]
    for show, maximised in ((window.showMaximized, True), (window.showNormal, False)):
        show()
        full_screen.trigger()
        assert window.isFullScreen()
        full_screen.trigger()
        assert (window.isFullScreen(), window.isMaximized()) == (False, maximised)
