from glossaries.entry import Entry, Rendering


def test_what_is_kept_stands_as_it_is_in_every_target() -> None:
    entry = Entry("en", "LiveKit", is_kept=True, pronunciation="laif kit")
    assert entry.rendering("ca") == Rendering("LiveKit", pronunciation="laif kit")


def test_a_target_without_a_rendering_is_not_known() -> None:
    entry = Entry("en", "chair", {"es": Rendering("presidenta")})
    assert entry.rendering("ca") is None


def test_a_rendering_of_its_own_goes_before_what_is_kept() -> None:
    entry = Entry("en", "The Hague", {"es": Rendering("La Haya")}, is_kept=True)
    assert entry.rendering("es") == Rendering("La Haya")
